//! Importing again: the edited draft stays as it is, and takes over only what the notice itself has changed.
//!
//! Each task carries the fingerprints of the notice's row it was made from and of every value that was written ([`print`]).
//! Where the row is the new notice's, nothing of the task is touched. Where it is not, they tell which values the notice has
//! changed and which a person has: what nobody edited is taken over, the rest is kept and noted. Of the indicators, the
//! file's own text of the task (the earlier notice's) is read again: what the two readings have in common is left alone.

use std::ops::Range;

use super::mask::fold;
use super::naming::{Unique, dice};
use super::print::{self, FIELDS, Fields, LEAD, NAME, NUMBER, TEXT, TIER, WITH};
use super::toml_edits::{Block, Edits, line_start, tasks};
use super::write::{
    MARK, NAMES, ROW, comment, department, number, quote, write_indicator, write_task,
};
use super::{Draft, IndicatorDraft, Row, TaskDraft, analyse};
use crate::plan::names::key as print_key;
use crate::plan::{Direction, Indicator, Plan, Task};

/// What the new notice changed, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `第14项` or an indicator's id.
    pub place: String,
    /// In Chinese.
    pub what: String,
}

/// The edited draft with the notice's changes.
#[derive(Debug)]
pub struct Merged {
    /// The file's text; byte for byte the old one where the notice changed nothing.
    pub text: String,
    /// In the notice's order.
    pub changes: Vec<Change>,
    /// Tasks of the notice that were imported before and that someone has taken out of the file since.
    pub taken_out: Vec<String>,
    /// Tasks without fingerprints whose row differs: nothing tells what of them a person has edited.
    pub unmarked: usize,
}

/// Merges a new reading of the notice into the draft a person has edited. `text` is the file that `plan` was loaded from.
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
        taken_out: Vec::new(),
        unmarked: 0,
    };
    for department in &plan.departments {
        merge.bodies.take_all(&department.name, &department.aliases);
    }
    for task in &plan.tasks {
        merge.titles.take(&task.name);
    }
    let blocks = tasks(text);
    let mut left: Vec<(&Block, &Task)> = blocks.iter().zip(&plan.tasks).collect();
    let mut found: Vec<Option<(&Block, &Task)>> = vec![None; draft.tasks.len()];
    // By the row they were made from, then by name, then by what they say; a number tells nothing, tasks are renumbered.
    for pass in 0..3 {
        for (task, place) in draft.tasks.iter().zip(&mut found) {
            if place.is_some() {
                continue;
            }
            let at = match pass {
                0 => left.iter().position(|(block, _)| {
                    let stored = merge.fingerprint(block).map(|at| &text[at]);
                    stored.is_some_and(|stored| print::row(stored) == print::row(&task.fingerprint))
                }),
                1 => left
                    .iter()
                    .position(|(_, old)| fold(&old.name) == fold(&task.name)),
                _ => likest(left.iter().map(|(_, old)| likeness(&old.text, &task.text))),
            };
            *place = at.map(|at| left.remove(at));
        }
    }
    let known = merge.known_names();
    for (task, found) in draft.tasks.iter().zip(found) {
        match found {
            Some((block, old)) => merge.task(block, old, task),
            None if known.contains(&print::name(&task.name)) => {
                merge.taken_out.push(task.name.clone());
            }
            None => merge.added(task),
        }
    }
    for (block, old) in left {
        merge.removed(block, old);
    }
    merge.finish()
}

/// How much two texts say the same.
fn likeness(a: &str, b: &str) -> f64 {
    let [a, b] = [a, b].map(|text| text.chars().take(200).collect::<String>());
    dice(&a, &b)
}

/// The greatest of these above one half.
fn likest(scores: impl Iterator<Item = f64>) -> Option<usize> {
    let scores = scores.enumerate().filter(|(_, score)| *score > 0.5);
    let best = scores.max_by(|(n, a), (m, b)| a.total_cmp(b).then(m.cmp(n)));
    best.map(|(at, _)| at)
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
    taken_out: Vec<String>,
    unmarked: usize,
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

    /// The line that lists the names of all tasks imported so far.
    fn names_line(&self) -> Option<Range<usize>> {
        let start = self.text.find(NAMES)?;
        let line = self.text[start..].lines().next()?;
        Some(start..start + line.len())
    }

    fn known_names(&self) -> Vec<String> {
        let line = self
            .names_line()
            .map(|line| &self.text[line.start + NAMES.len()..line.end]);
        let names = line.into_iter().flat_map(str::split_whitespace);
        names.map(str::to_owned).collect()
    }

    fn task(&mut self, block: &Block, old: &Task, new: &TaskDraft) {
        let old_lead = self.plan.departments[old.lead].name.clone();
        let lead = self.draft.departments[new.lead].clone();
        let names = |ix: &usize| self.plan.departments[*ix].name.clone();
        let with: Vec<String> = old
            .with
            .iter()
            .map(names)
            .chain(old.with_others.clone())
            .collect();
        let stored = self.fingerprint(block);
        let fields = Fields::of_plan(old, &old_lead, &with);
        let wanted = Fields::of_draft(new, &lead);
        let base = stored
            .clone()
            .map(|at| print::values(&self.text[at]))
            .unwrap_or_default();
        let is_same = if base.is_empty() {
            let is_row =
                |at: Range<usize>| print::row(&self.text[at]) == print::row(&new.fingerprint);
            stored.clone().map_or(
                [TEXT, NAME, LEAD, TIER]
                    .iter()
                    .all(|&n| fold(&fields.0[n]) == fold(&wanted.0[n])),
                is_row,
            )
        } else {
            base == wanted.prints()
        };
        if is_same {
            return;
        }
        if base.is_empty() {
            self.unmarked += 1;
        }
        let first = block.values.values().map(|value| value.start).min();
        match (stored, first) {
            (Some(at), _) => self.edits.replace(at, &new.fingerprint),
            (None, Some(first))
                if self.text[block.range.start..]
                    .trim_start()
                    .starts_with("[[") =>
            {
                let at = line_start(self.text, first);
                self.edits.insert(at, format!("{ROW}{}\n", new.fingerprint));
            }
            (None, _) => {}
        }
        let (old_prints, new_prints) = (fields.prints(), wanted.prints());
        for n in 0..FIELDS.len() {
            let (is_changed, is_edited) = match base.get(n) {
                Some(base) => (*base != new_prints[n], *base != old_prints[n]),
                // Without fingerprints only what every notice has can be compared.
                None => (n <= WITH, true),
            };
            let (ours, theirs) = (&fields.0[n], &wanted.0[n]);
            if is_changed && fold(ours) != fold(theirs) {
                self.field(block, (old, new), n, is_edited, [ours, theirs]);
            }
        }
        if base.get(TEXT).is_some_and(|base| *base == new_prints[TEXT])
            && base.get(LEAD) == Some(&new_prints[LEAD])
        {
            return;
        }
        // The row as it was imported, as far as the file still has it.
        let row = Row {
            no: Some(old.no),
            tier: old.tier.clone(),
            name: old.name.clone(),
            lead: old_lead,
            with: with.join("、"),
            text: old.text.clone(),
            ..Row::default()
        };
        let is_text_edited = base.get(TEXT).is_some_and(|base| *base != old_prints[TEXT]);
        let reading = analyse(&row, self.draft.year);
        self.indicators(block, old, &reading, new, is_text_edited);
    }

    /// Takes over a field of a task that the notice has changed, or notes that somebody has edited it.
    fn field(
        &mut self,
        block: &Block,
        (old, new): (&Task, &TaskDraft),
        n: usize,
        is_edited: bool,
        [ours, theirs]: [&String; 2],
    ) {
        let (key, what) = FIELDS[n];
        let label = format!("第{}项", old.no);
        let (ours, shown_theirs) = (shown(ours), shown(theirs));
        if n == NUMBER {
            let what =
                format!("通知中的序号改为 {shown_theirs}；清单仍用 {ours}，已报数据按它归集");
            return self.tell(label, what);
        }
        let range = block.values.get(key).filter(|_| n <= LEAD && !is_edited);
        if let Some(range) = range.cloned() {
            let value = match n {
                LEAD => self.department(theirs),
                NAME if print_key(&old.name) != print_key(&new.name) => {
                    self.titles.claim(&new.name)
                }
                _ => theirs.clone(),
            };
            self.edits.replace(range, quote(&value));
            self.tell(label, format!("{what}由“{ours}”改为“{shown_theirs}”"));
        } else {
            let theirs = match shown_theirs.as_str() {
                "" => "（空）",
                theirs => theirs,
            };
            let note = format!("通知现在的{what}为“{theirs}”；此处保留所填，请决定是否改 {key}");
            self.note(block, &note);
            let told = format!("通知的{what}现为“{theirs}”，清单保留所填“{ours}”，请决定");
            self.tell(label, told);
        }
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

    fn indicators(
        &mut self,
        block: &Block,
        old: &Task,
        base: &TaskDraft,
        new: &TaskDraft,
        is_text_edited: bool,
    ) {
        let mut left: Vec<(usize, &IndicatorDraft)> = base.indicators.iter().enumerate().collect();
        let numbers = self.own(old).iter();
        let numbers = numbers.filter_map(|i| i.id.rsplit('.').next()?.parse::<u32>().ok());
        let mut next = numbers.max().unwrap_or(0) + 1;
        let mut given = Unique::default();
        for indicator in self.own(old) {
            given.take_all(&indicator.name, &indicator.aliases);
        }
        let mut added = String::new();
        let wanted: Vec<&IndicatorDraft> = new.indicators.iter().take(500).collect();
        let mut pairs: Vec<Option<(usize, &IndicatorDraft)>> = vec![None; wanted.len()];
        for by_name in [true, false] {
            for (n, pair) in wanted.iter().zip(&mut pairs) {
                if pair.is_some() {
                    continue;
                }
                let at = if by_name {
                    left.iter().position(|(_, b)| b.name == n.name)
                } else {
                    likest(left.iter().map(|(_, b)| {
                        let is_same_kind = b.unit == n.unit && b.kind == n.kind;
                        if is_same_kind {
                            dice(&b.name, &n.name)
                        } else {
                            0.0
                        }
                    }))
                };
                *pair = at.map(|at| left.remove(at));
            }
        }
        let changed: Vec<_> = pairs.into_iter().zip(wanted).collect();
        for (from, n) in changed {
            if let Some((_, b)) = from {
                if b.target != n.target || b.unit != n.unit || !is_alike(b, n) {
                    self.changed(block, old, b, n, is_text_edited);
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
        for (_, gone) in left {
            if let Some((block, indicator)) = self.find(block, old, gone) {
                self.note(block, "通知修改后已没有这一项，请决定是否删去");
                let what = format!("通知已没有“{}”，清单中保留，请决定是否删去", indicator.name);
                self.tell(&indicator.id, what);
            }
        }
        if !added.is_empty() {
            self.edits.insert(block.range.end, added);
        }
    }

    /// The file's indicator that was made from a reading: by name, by the only one with its target, by the likest name. Ids
    /// tell nothing: indicators are renumbered.
    fn find<'s>(
        &self,
        block: &'s Block,
        old: &Task,
        base: &IndicatorDraft,
    ) -> Option<(&'s Block, Indicator)> {
        let own = self.own(old);
        let is_named = |i: &Indicator| i.name == base.name || i.aliases.contains(&base.name);
        let same_figure = |i: &&Indicator| {
            base.target.is_some() && i.target == base.target && i.unit.text == base.unit
        };
        let by_figure = || {
            let one = own.iter().filter(same_figure).count() == 1;
            one.then(|| own.iter().position(|i| same_figure(&i)))
                .flatten()
        };
        let score = |i: &Indicator| {
            let names = std::iter::once(&i.name).chain(&i.aliases);
            let like = names.map(|n| dice(n, &base.name)).fold(0.0, f64::max);
            if i.kind == base.kind { like } else { 0.0 }
        };
        let at = own
            .iter()
            .position(is_named)
            .or_else(by_figure)
            .or_else(|| likest(own.iter().map(score)))?;
        Some((block.indicators.get(at)?, own[at].clone()))
    }

    fn changed(
        &mut self,
        block: &Block,
        old: &Task,
        base: &IndicatorDraft,
        new: &IndicatorDraft,
        is_text_edited: bool,
    ) {
        let say = |i: &IndicatorDraft| match super::review::target(i) {
            said if said.is_empty() => i.kind.as_str().to_owned(),
            said => said,
        };
        let (before, after) = (say(base), say(new));
        let Some((block, indicator)) = self.find(block, old, base) else {
            let name = &base.name;
            let what = format!("“{name}”由{before}改为{after}，清单中没有找到对应指标，请核对");
            return self.tell(format!("第{}项", old.no), what);
        };
        let whole = self.plan.slots[indicator.slots.clone()]
            .iter()
            .all(|s| s.target.is_none());
        let fits = |target: f64| match (indicator.baseline, indicator.direction) {
            (None, _) => true,
            (Some(today), Direction::AtLeast) => today < target,
            (Some(today), Direction::AtMost) => today > target,
        };
        let is_untouched = whole
            && new.target.is_none_or(fits)
            && indicator.target == base.target
            && indicator.unit.text == base.unit
            && indicator.kind == base.kind
            && !is_text_edited;
        let is_simple = is_alike(base, new) && base.reporters.is_empty();
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
            let tail = std::mem::take(&mut self.tail);
            self.edits.insert(end, tail);
        }
        if !self.edits.is_empty() {
            let mut names = self.known_names();
            let new = self.draft.tasks.iter().map(|task| print::name(&task.name));
            names.extend(new);
            names.sort_unstable();
            names.dedup();
            let line = format!("{NAMES}{}", names.join(" "));
            if let Some(at) = self.names_line() {
                self.edits.replace(at, line);
            } else {
                let start = self.text.len() - self.text.trim_start_matches('\u{feff}').len();
                self.edits.insert(start, format!("{line}\n"));
            }
        }
        Merged {
            text: self.edits.apply(self.text),
            changes: self.changes,
            taken_out: self.taken_out,
            unmarked: self.unmarked,
        }
    }
}

/// Whether two readings of an indicator agree in what is neither its name nor its target and unit.
fn is_alike(a: &IndicatorDraft, b: &IndicatorDraft) -> bool {
    a.kind == b.kind
        && a.approximate == b.approximate
        && a.at_most == b.at_most
        && a.baseline == b.baseline
        && a.deadline == b.deadline
        && a.reporters == b.reporters
}

fn named_id(ids: &[(String, String)], name: &str) -> String {
    let found = ids.iter().find(|(other, _)| other == name);
    found.map_or_else(|| name.to_owned(), |(_, id)| id.clone())
}

fn shown(text: &str) -> String {
    comment(text).chars().take(120).collect()
}
