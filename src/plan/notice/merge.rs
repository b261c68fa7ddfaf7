//! Importing again: the edited draft stays as it is, and takes over only what the notice itself has changed.
//!
//! Each task carries the fingerprint of the notice's row it was made from. Where that is the new notice's, nothing of
//! the task is touched. Where it is not, the file's own text of the task (the earlier notice's) is read again: what
//! the two readings have in common is left alone, and of the rest a value is changed only where nobody had edited it.

use std::ops::Range;

use super::mask::fold;
use super::naming::Unique;
use super::toml_edits::{Block, Edits, tasks};
use super::write::{MARK, ROW, comment, department, number, quote, write_indicator, write_task};
use super::{Draft, IndicatorDraft, Row, TaskDraft, analyse};
use crate::plan::names::key;
use crate::plan::{Indicator, Plan, Task};

/// What the new notice changed, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `第14项` or an indicator's id.
    pub place: String,
    /// In Chinese.
    pub what: String,
}

/// The edited draft with the notice's changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The file's text; byte for byte the old one where the notice changed nothing.
    pub text: String,
    /// In the notice's order.
    pub changes: Vec<Change>,
}

/// Merges a new reading of the notice into the draft a person has edited. `text` is the file that `plan` was loaded from.
#[must_use]
pub fn merge(text: &str, plan: &Plan, draft: &Draft) -> Merged {
    let mut merge = Merge {
        text,
        plan,
        draft,
        edits: Edits::default(),
        changes: Vec::new(),
        tail: String::new(),
        new_departments: Vec::new(),
        bodies: Unique::default(),
        titles: Unique::default(),
    };
    for department in &plan.departments {
        merge.bodies.take_all(&department.name, &department.aliases);
    }
    for task in &plan.tasks {
        merge.titles.take(&task.name);
    }
    let blocks = tasks(text);
    let mut left: Vec<(&Block, &Task)> = blocks.iter().zip(&plan.tasks).collect();
    for task in &draft.tasks {
        let by = |same: &dyn Fn(&Block, &Task) -> bool| {
            left.iter().position(|(block, old)| same(block, old))
        };
        let has_print = |block: &Block| {
            let print = merge.fingerprint(block);
            print.is_some_and(|print| text[print] == task.fingerprint)
        };
        let found = by(&|block, _| has_print(block))
            .or_else(|| by(&|_, old| fold(&old.name) == fold(&task.name)))
            .or_else(|| by(&|_, old| old.no == task.no && alike(&old.text, &task.text)));
        match found {
            Some(n) => {
                let (block, old) = left.remove(n);
                merge.task(block, old, task);
            }
            None => merge.added(task),
        }
    }
    for (block, old) in left {
        merge.removed(block, old);
    }
    merge.finish()
}

/// Long texts that begin the same: one task whose name has changed.
fn alike(a: &str, b: &str) -> bool {
    let [a, b] = [a, b].map(|text| text.chars().take(200).collect::<String>());
    strsim::sorensen_dice(&a, &b) > 0.5
}

struct Merge<'a> {
    text: &'a str,
    plan: &'a Plan,
    draft: &'a Draft,
    edits: Edits,
    changes: Vec<Change>,
    /// New departments and tasks, behind everything else.
    tail: String,
    /// Their ids and names.
    new_departments: Vec<(String, String)>,
    /// Names of departments and of tasks that the merged plan has.
    bodies: Unique,
    titles: Unique,
}

impl Merge<'_> {
    fn tell(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.changes.push(Change {
            place: place.into(),
            what: what.into(),
        });
    }

    /// Where the fingerprint stands that a task carries.
    fn fingerprint(&self, block: &Block) -> Option<Range<usize>> {
        let text = self.text.get(block.range.clone())?;
        let behind = &text[text.find(ROW)? + ROW.len()..];
        let behind = behind.trim_start_matches([' ', '\t']);
        let start = block.range.end - behind.len();
        let print = behind.lines().next()?.trim_end();
        Some(start..start + print.len())
    }

    /// The department's id in the file, or of one to be added.
    fn department(&mut self, name: &str) -> String {
        let is = |other: &String| fold(other) == fold(name);
        let mut known = self.plan.departments.iter();
        if let Some(found) = known.find(|d| is(&d.name) || d.aliases.iter().any(is)) {
            return found.id.clone();
        }
        let new = &self.new_departments;
        if let Some((id, _)) = new.iter().find(|(_, n)| n == name) {
            return id.clone();
        }
        let is_free = |id: &str| {
            self.plan.department(id).is_none() && new.iter().all(|(other, _)| other != id)
        };
        let mut n = self.plan.departments.len() + new.len() + 1;
        while !is_free(&format!("d{n:02}")) {
            n += 1;
        }
        let id = format!("d{n:02}");
        self.new_departments.push((id.clone(), name.to_owned()));
        let distinct = self.bodies.claim(name);
        department(&mut self.tail, &id, &distinct);
        self.tell(distinct, "通知新增的责任单位，已加入清单");
        id
    }

    fn task(&mut self, block: &Block, old: &Task, new: &TaskDraft) {
        let lead = self.draft.departments[new.lead].clone();
        let old_lead = self.plan.departments[old.lead].name.clone();
        let print = self.fingerprint(block);
        let is_same_row = fold(&old.text) == fold(&new.text)
            && fold(&old.name) == fold(&new.name)
            && old_lead == lead
            && old.tier == new.tier;
        let is_same = print
            .clone()
            .map_or(is_same_row, |print| self.text[print] == new.fingerprint);
        if is_same {
            return;
        }
        if let Some(print) = print {
            self.edits.replace(print, &new.fingerprint);
        }
        let label = format!("第{}项", old.no);
        // The row as it was imported, as far as the file still has it.
        let row = Row {
            no: Some(old.no),
            tier: old.tier.clone(),
            name: old.name.clone(),
            text: old.text.clone(),
            ..Row::default()
        };
        let base = analyse(&row, self.draft.year);
        let name = if key(&old.name) == key(&new.name) {
            new.name.clone()
        } else {
            self.titles.claim(&new.name)
        };
        for (key, what, old, new) in [
            ("name", "项目名称", &old.name, &name),
            ("tier", "分级", &old.tier, &new.tier),
            ("text", "工作任务", &old.text, &new.text),
        ] {
            if let Some(range) = block.values.get(key)
                && fold(old) != fold(new)
            {
                self.edits.replace(range.clone(), quote(new));
                let (old, new) = (shown(old), shown(new));
                self.tell(&label, format!("{what}由“{old}”改为“{new}”"));
            }
        }
        if old_lead != lead {
            let id = self.department(&lead);
            if let Some(range) = block.values.get("lead") {
                self.edits.replace(range.clone(), quote(&id));
                self.tell(&label, format!("责任单位由“{old_lead}”改为“{lead}”"));
            }
        }
        let with = old.with.iter().map(|&ix| &self.plan.departments[ix].name);
        let mut bodies: Vec<&String> = with.chain(&old.with_others).collect();
        bodies.sort();
        let mut wanted = new.with.clone();
        wanted.sort();
        if !bodies.into_iter().eq(&wanted) {
            let list = if wanted.is_empty() {
                "无".to_owned()
            } else {
                wanted.join("、")
            };
            let what = format!("通知现在的会同（配合）单位为：{list}，请核对 with");
            self.note(block, &what);
            self.tell(&label, what);
        }
        if new.deadline != base.deadline && new.deadline != old.deadline {
            let wanted = new.deadline.map(|d| d.to_string());
            let wanted = wanted.unwrap_or_else(|| "年底".to_owned());
            self.note(block, &format!("通知现在的完成时限为 {wanted}"));
            self.tell(&label, format!("完成时限现为 {wanted}，请核对 deadline"));
        }
        self.indicators(block, old, &base, new);
    }

    /// The departments that report parts of these, with their ids; new ones are added.
    fn reporter_ids(&mut self, indicators: &[IndicatorDraft]) -> Vec<(String, String)> {
        let names = indicators.iter().flat_map(|i| &i.reporters);
        names
            .map(|(name, _)| (name.clone(), self.department(name)))
            .collect()
    }

    /// A mark above a block.
    fn note(&mut self, block: &Block, what: &str) {
        let note = format!("{MARK}{}\n", comment(what));
        self.edits.insert(block.range.start, note);
    }

    fn own(&self, task: &Task) -> &[Indicator] {
        &self.plan.indicators[task.indicators.clone()]
    }

    fn indicators(&mut self, block: &Block, old: &Task, base: &TaskDraft, new: &TaskDraft) {
        let mut left: Vec<(usize, &IndicatorDraft)> = base.indicators.iter().enumerate().collect();
        let numbers = self.own(old).iter();
        let numbers = numbers.filter_map(|i| i.id.rsplit('.').next()?.parse::<u32>().ok());
        let mut next = numbers.max().unwrap_or(0) + 1;
        let mut given = Unique::default();
        for indicator in self.own(old) {
            given.take_all(&indicator.name, &indicator.aliases);
        }
        let mut added = String::new();
        let mut changed = Vec::new();
        for n in new.indicators.iter().take(500) {
            let same_words = |b: &IndicatorDraft| {
                b.unit == n.unit
                    && b.kind == n.kind
                    && strsim::sorensen_dice(&b.name, &n.name) > 0.5
            };
            let by_name = left.iter().position(|(_, b)| b.name == n.name);
            let found = by_name.or_else(|| left.iter().position(|(_, b)| same_words(b)));
            changed.push((found.map(|at| left.remove(at)), n));
        }
        for (from, n) in changed {
            if let Some((at, b)) = from {
                if b.target != n.target
                    || b.unit != n.unit
                    || b.kind != n.kind
                    || b.approximate != n.approximate
                    || b.at_most != n.at_most
                {
                    self.changed(block, old, (at, b), n);
                }
                continue;
            }
            let id = format!("{}.{next}", old.no);
            next += 1;
            let mut indicator = n.clone();
            indicator.name = given.claim(&n.name);
            indicator.marks.insert(0, "通知修改后新增的指标".to_owned());
            added.push('\n');
            let ids = self.reporter_ids(std::slice::from_ref(n));
            write_indicator(&mut added, &indicator, &id, &|name| named_id(&ids, name));
            self.tell(id, format!("新增指标“{}”", n.name));
        }
        for (at, gone) in left {
            if let Some((block, indicator)) = self.find(block, old, gone, at) {
                self.note(block, "通知修改后已没有这一项，请决定是否删去");
                let what = format!("通知已没有“{}”，清单中保留，请决定是否删去", indicator.name);
                self.tell(&indicator.id, what);
            }
        }
        if !added.is_empty() {
            self.edits.insert(block.range.end, added);
        }
    }

    /// The file's indicator that was made from a reading: by name, by target, by number.
    fn find<'s>(
        &self,
        block: &'s Block,
        old: &Task,
        base: &IndicatorDraft,
        n: usize,
    ) -> Option<(&'s Block, Indicator)> {
        let own = self.own(old);
        let id = format!("{}.{}", old.no, n + 1);
        let same_figure = |i: &Indicator| {
            base.target.is_some() && i.target == base.target && i.unit.text == base.unit
        };
        let same_id = |i: &Indicator| i.id == id && i.target.is_some() == base.target.is_some();
        let at = own
            .iter()
            .position(|i| i.name == base.name)
            .or_else(|| own.iter().position(same_figure))
            .or_else(|| own.iter().position(same_id))?;
        Some((block.indicators.get(at)?, own[at].clone()))
    }

    fn changed(
        &mut self,
        block: &Block,
        old: &Task,
        (n, base): (usize, &IndicatorDraft),
        new: &IndicatorDraft,
    ) {
        let say = |i: &IndicatorDraft| match i.target {
            Some(target) if i.approximate => format!("约{}{}", number(target), i.unit),
            Some(target) => format!("{}{}", number(target), i.unit),
            None => i.kind.as_str().to_owned(),
        };
        let (before, after) = (say(base), say(new));
        let Some((block, indicator)) = self.find(block, old, base, n) else {
            let name = &base.name;
            let what = format!("“{name}”由{before}改为{after}，清单中没有找到对应指标，请核对");
            return self.tell(format!("第{}项", old.no), what);
        };
        let is_untouched = indicator.target == base.target
            && indicator.unit.text == base.unit
            && indicator.kind == base.kind;
        let is_simple = base.kind == new.kind
            && base.approximate == new.approximate
            && base.at_most == new.at_most;
        let (id, name) = (indicator.id, indicator.name);
        if let Some(target) = new.target.filter(|_| is_untouched && is_simple) {
            for (key, differs, value) in [
                ("target", base.target != new.target, number(target)),
                ("unit", base.unit != new.unit, quote(&new.unit)),
            ] {
                if let Some(range) = block.values.get(key).filter(|_| differs) {
                    self.edits.replace(range.clone(), value);
                }
            }
            self.note(block, &format!("通知由 {before} 改为 {after}，已照改"));
            self.tell(id, format!("“{name}”由 {before} 改为 {after}"));
        } else {
            let what = format!("通知由 {before} 改为 {after}");
            self.note(block, &format!("{what}；此处保留手工所填，请决定"));
            self.tell(id, format!("“{name}”：{what}，清单保留手工所填，请决定"));
        }
    }

    fn added(&mut self, task: &TaskDraft) {
        let lead = self.draft.departments[task.lead].clone();
        let lead = self.department(&lead);
        let mut task = task.clone();
        let wanted = task.no;
        while self.plan.tasks.iter().any(|t| t.no == task.no) {
            task.no = task.no.saturating_add(1);
        }
        if task.no != wanted {
            let mark = format!("通知中的序号为 {wanted}，清单中已有，请核对");
            task.marks.push(mark);
        }
        task.name = self.titles.claim(&task.name);
        task.marks.insert(0, "通知修改后新增的任务".to_owned());
        let ids = self.reporter_ids(&task.indicators);
        write_task(&mut self.tail, &task, &lead, &|name| named_id(&ids, name));
        let what = format!("新增任务“{}”", task.name);
        self.tell(format!("第{}项", task.no), what);
    }

    fn removed(&mut self, block: &Block, old: &Task) {
        let what = "通知中已没有这项任务，请决定是否删去";
        // Marked once: a second import finds the mark in the line before.
        let above = self.text.get(..block.range.start).unwrap_or_default();
        if !above.ends_with(&format!("{MARK}{what}\n")) {
            self.note(block, what);
        }
        self.tell(format!("第{}项", old.no), format!("“{}”：{what}", old.name));
    }

    fn finish(mut self) -> Merged {
        if !self.tail.is_empty() {
            let end = self.text.len();
            if !self.text.ends_with('\n') {
                self.edits.insert(end, "\n");
            }
            self.edits.insert(end, self.tail);
        }
        let text = if self.edits.is_empty() {
            self.text.to_owned()
        } else {
            self.edits.apply(self.text)
        };
        Merged {
            text,
            changes: self.changes,
        }
    }
}

fn named_id(ids: &[(String, String)], name: &str) -> String {
    let found = ids.iter().find(|(other, _)| other == name);
    found.map_or_else(|| name.to_owned(), |(_, id)| id.clone())
}

fn shown(text: &str) -> String {
    comment(text).chars().take(120).collect()
}
