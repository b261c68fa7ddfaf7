//! Importing again: the edited draft stays as it is, and takes over only what the notice itself has changed.
//!
//! Each task carries the fingerprint of the notice's row it was made from. Where that is the new notice's, nothing of
//! the task is touched. Where it is not, the file's own text of the task (the earlier notice's) is read again: what
//! the two readings have in common is left alone, and of the rest a value is changed only where nobody had edited it.

use super::naming::Unique;
use super::toml_edits::{BlockPlace, Edits, TaskPlace, line_end, line_start, places};
use super::write::{MARK, ROW, comment, department, number, quote, write_indicator, write_task};
use super::{Draft, IndicatorDraft, Row, TaskDraft, analyse, mask::fold};
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
    pub changes: Vec<Change>,
}

/// Merges a new reading of the notice into the draft a person has edited. `text` is the file that `plan` was loaded from.
#[must_use]
pub fn merge(text: &str, plan: &Plan, draft: &Draft) -> Merged {
    let places = places(text);
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
        for name in std::iter::once(&department.name).chain(&department.aliases) {
            merge.bodies.take(name);
        }
    }
    for task in &plan.tasks {
        merge.titles.take(&task.name);
    }
    let mut left: Vec<usize> = (0..plan.tasks.len()).collect();
    for task in &draft.tasks {
        let prints: Option<usize> = left.iter().position(|&ix| {
            places
                .tasks
                .get(ix)
                .is_some_and(|p| merge.fingerprint(p) == Some(&task.fingerprint))
        });
        let found = prints
            .or_else(|| {
                left.iter().position(|&ix| {
                    plan.tasks
                        .get(ix)
                        .is_some_and(|t| fold(&t.name) == fold(&task.name))
                })
            })
            .or_else(|| {
                left.iter().position(|&ix| {
                    plan.tasks
                        .get(ix)
                        .is_some_and(|t| t.no == task.no && alike(&t.text, &task.text))
                })
            });
        match found {
            Some(n) => {
                let ix = left.remove(n);
                if let (Some(place), Some(old)) = (places.tasks.get(ix), plan.tasks.get(ix)) {
                    merge.task(place, old, task);
                }
            }
            None => merge.added(task),
        }
    }
    for ix in left {
        if let (Some(place), Some(old)) = (places.tasks.get(ix), plan.tasks.get(ix)) {
            merge.removed(place, old);
        }
    }
    merge.finish()
}

/// Long texts that begin the same: one task whose name has changed.
fn alike(a: &str, b: &str) -> bool {
    strsim::sorensen_dice(
        &a.chars().take(200).collect::<String>(),
        &b.chars().take(200).collect::<String>(),
    ) > 0.5
}

struct Merge<'a> {
    text: &'a str,
    plan: &'a Plan,
    draft: &'a Draft,
    edits: Edits,
    changes: Vec<Change>,
    /// New departments and tasks, behind everything else.
    tail: String,
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

    fn fingerprint(&self, place: &TaskPlace) -> Option<&str> {
        let block = self.text.get(place.range.clone())?;
        let at = block.find(ROW)? + ROW.len();
        block.get(at..)?.lines().next().map(str::trim)
    }

    /// The department's id in the file, or of one to be added.
    fn department(&mut self, name: &str) -> String {
        let known = |d: &&crate::plan::Department| {
            fold(&d.name) == fold(name) || d.aliases.iter().any(|a| fold(a) == fold(name))
        };
        if let Some(found) = self.plan.departments.iter().find(known) {
            return found.id.clone();
        }
        if let Some((id, _)) = self.new_departments.iter().find(|(_, n)| n == name) {
            return id.clone();
        }
        let mut n = self.plan.departments.len() + self.new_departments.len() + 1;
        let taken = |id: &str| {
            self.plan.department(id).is_some() || self.new_departments.iter().any(|(i, _)| i == id)
        };
        while taken(&format!("d{n:02}")) {
            n += 1;
        }
        let id = format!("d{n:02}");
        self.new_departments.push((id.clone(), name.to_owned()));
        let distinct = self.bodies.claim(name);
        department(&mut self.tail, &id, &distinct);
        self.tell(distinct, "通知新增的责任单位，已加入清单");
        id
    }

    fn task(&mut self, place: &TaskPlace, old: &Task, new: &TaskDraft) {
        let lead_name = self
            .draft
            .departments
            .get(new.lead)
            .cloned()
            .unwrap_or_default();
        let old_lead = self
            .plan
            .departments
            .get(old.lead)
            .map(|d| d.name.clone())
            .unwrap_or_default();
        let print = self.fingerprint(place).map(str::to_owned);
        let same_row = fold(&old.text) == fold(&new.text)
            && fold(&old.name) == fold(&new.name)
            && old_lead == lead_name
            && old.tier == new.tier;
        if print.as_deref() == Some(new.fingerprint.as_str()) || (print.is_none() && same_row) {
            return;
        }
        let label = format!("第{}项", old.no);
        // The row as it was imported, as far as the file still has it.
        let base = analyse(
            &Row {
                no: Some(old.no),
                tier: old.tier.clone(),
                name: old.name.clone(),
                text: old.text.clone(),
                ..Row::default()
            },
            self.draft.year,
        );
        let name = if key(&old.name) == key(&new.name) {
            new.name.clone()
        } else {
            self.titles.claim(&new.name)
        };
        self.value(&label, place, "name", "项目名称", &old.name, &name);
        self.value(&label, place, "tier", "分级", &old.tier, &new.tier);
        self.value(&label, place, "text", "工作任务", &old.text, &new.text);
        if old_lead != lead_name {
            let id = self.department(&lead_name);
            if let Some(range) = place.value("lead") {
                self.edits.replace(range, quote(&id));
                self.tell(
                    label.as_str(),
                    format!("责任单位由“{old_lead}”改为“{lead_name}”"),
                );
            }
        }
        let mut bodies: Vec<String> = old
            .with
            .iter()
            .filter_map(|&ix| self.plan.departments.get(ix))
            .map(|d| d.name.clone())
            .chain(old.with_others.iter().cloned())
            .collect();
        bodies.sort();
        let mut wanted = new.with.clone();
        wanted.sort();
        if bodies != wanted {
            let what = format!(
                "通知现在的会同（配合）单位为：{}，请核对 with",
                if wanted.is_empty() {
                    "无".to_owned()
                } else {
                    wanted.join("、")
                }
            );
            self.note(place.range.start, &what);
            self.tell(label.as_str(), what);
        }
        if new.deadline != base.deadline && new.deadline != old.deadline {
            let wanted = new
                .deadline
                .map_or_else(|| "年底".to_owned(), |d| d.to_string());
            self.note(place.range.start, &format!("通知现在的完成时限为 {wanted}"));
            self.tell(
                label.as_str(),
                format!("完成时限现为 {wanted}，请核对 deadline"),
            );
        }
        self.indicators(place, old, &base, new);
        if let Some(print) = print
            && let Some(block) = self.text.get(place.range.clone())
            && let Some(at) = block.find(ROW)
        {
            let from = place.range.start + at + ROW.len();
            self.edits
                .replace(from..from + print.len(), new.fingerprint.clone());
        }
    }

    fn value(
        &mut self,
        label: &str,
        place: &TaskPlace,
        key: &str,
        what: &str,
        old: &str,
        new: &str,
    ) {
        if fold(old) == fold(new) {
            return;
        }
        if let Some(range) = place.value(key) {
            self.edits.replace(range, quote(new));
            self.tell(
                label,
                format!("{what}由“{}”改为“{}”", shown(old), shown(new)),
            );
        }
    }

    fn note(&mut self, at: usize, what: &str) {
        self.edits.insert(at, format!("{MARK}{}\n", comment(what)));
    }

    fn indicators(&mut self, place: &TaskPlace, old: &Task, base: &TaskDraft, new: &TaskDraft) {
        let mut base_left: Vec<usize> = (0..base.indicators.len()).collect();
        let mut pairs: Vec<(Option<usize>, usize)> = Vec::new();
        let same_name = |b: &IndicatorDraft, n: &IndicatorDraft| b.name == n.name;
        let same_words = |b: &IndicatorDraft, n: &IndicatorDraft| {
            b.unit == n.unit && b.kind == n.kind && strsim::sorensen_dice(&b.name, &n.name) > 0.5
        };
        for (ix, n) in new.indicators.iter().enumerate().take(500) {
            let by = |same: &dyn Fn(&IndicatorDraft, &IndicatorDraft) -> bool| {
                base_left
                    .iter()
                    .position(|&b| base.indicators.get(b).is_some_and(|b| same(b, n)))
            };
            let found = by(&same_name)
                .or_else(|| by(&same_words))
                .map(|at| base_left.remove(at));
            pairs.push((found, ix));
        }
        let mut next = self
            .plan
            .indicators
            .get(old.indicators.clone())
            .into_iter()
            .flatten()
            .filter_map(|i| i.id.rsplit('.').next()?.parse::<u32>().ok())
            .max()
            .unwrap_or(0)
            + 1;
        let mut given = Unique::default();
        for i in self
            .plan
            .indicators
            .get(old.indicators.clone())
            .into_iter()
            .flatten()
        {
            std::iter::once(&i.name).chain(&i.aliases).for_each(|name| {
                given.take(name);
            });
        }
        let mut blocks = String::new();
        for (from, ix) in pairs {
            let Some(n) = new.indicators.get(ix) else {
                continue;
            };
            if let Some((b, b_ix)) = from.and_then(|b| base.indicators.get(b).map(|i| (i, b))) {
                if b.target != n.target
                    || b.unit != n.unit
                    || b.kind != n.kind
                    || b.approximate != n.approximate
                    || b.at_most != n.at_most
                {
                    self.changed(place, old, (b, b_ix), n);
                }
                continue;
            }
            let id = format!("{}.{next}", old.no);
            next += 1;
            let mut added = n.clone();
            added.name = given.claim(&added.name);
            added.marks.insert(0, "通知修改后新增的指标".to_owned());
            blocks.push('\n');
            write_indicator(&mut blocks, &added, &id);
            self.tell(id, format!("新增指标“{}”", n.name));
        }
        for b in base_left {
            let Some(gone) = base.indicators.get(b) else {
                continue;
            };
            if let Some((block, indicator)) = self.find(place, old, gone, b) {
                self.note(block.start, "通知修改后已没有这一项，请决定是否删去");
                self.tell(
                    indicator.id.clone(),
                    format!("通知已没有“{}”，清单中保留，请决定是否删去", indicator.name),
                );
            }
        }
        if !blocks.is_empty() {
            self.edits.insert(place.range.end, blocks);
        }
    }

    /// The file's indicator that was made from a reading: by name, by target, by number.
    fn find<'s>(
        &self,
        place: &'s TaskPlace,
        old: &Task,
        base: &IndicatorDraft,
        n: usize,
    ) -> Option<(&'s BlockPlace, Indicator)> {
        let own = self.plan.indicators.get(old.indicators.clone())?;
        let by_id = format!("{}.{}", old.no, n + 1);
        let at = own
            .iter()
            .position(|i| i.name == base.name)
            .or_else(|| {
                own.iter().position(|i| {
                    base.target.is_some() && i.target == base.target && i.unit.text == base.unit
                })
            })
            .or_else(|| {
                own.iter()
                    .position(|i| i.id == by_id && i.target.is_some() == base.target.is_some())
            })?;
        Some((place.indicators.get(at)?, own.get(at)?.clone()))
    }

    fn changed(
        &mut self,
        place: &TaskPlace,
        old: &Task,
        (base, n): (&IndicatorDraft, usize),
        new: &IndicatorDraft,
    ) {
        let say = |i: &IndicatorDraft| {
            let about = if i.approximate { "约" } else { "" };
            i.target.map_or_else(
                || i.kind.as_str().to_owned(),
                |t| format!("{about}{}{}", number(t), i.unit),
            )
        };
        let Some((block, indicator)) = self.find(place, old, base, n) else {
            self.tell(
                format!("第{}项", old.no),
                format!(
                    "“{}”由{}改为{}，清单中没有找到对应指标，请核对",
                    base.name,
                    say(base),
                    say(new)
                ),
            );
            return;
        };
        let untouched = indicator.target == base.target
            && indicator.unit.text == base.unit
            && indicator.kind == base.kind;
        let simple = base.kind == new.kind
            && base.approximate == new.approximate
            && base.at_most == new.at_most
            && new.target.is_some();
        if untouched && simple {
            if let (Some(range), Some(target)) = (
                block.value("target"),
                new.target.filter(|_| base.target != new.target),
            ) {
                self.edits.replace(range, number(target));
            }
            if let Some(range) = block.value("unit").filter(|_| base.unit != new.unit) {
                self.edits.replace(range, quote(&new.unit));
            }
            self.note(
                block.start,
                &format!("通知由 {} 改为 {}，已照改", say(base), say(new)),
            );
            self.tell(
                indicator.id.clone(),
                format!("“{}”由 {} 改为 {}", indicator.name, say(base), say(new)),
            );
        } else {
            self.note(
                block.start,
                &format!(
                    "通知由 {} 改为 {}；此处保留手工所填，请决定",
                    say(base),
                    say(new)
                ),
            );
            self.tell(
                indicator.id.clone(),
                format!(
                    "“{}”：通知由 {} 改为 {}，清单保留手工所填，请决定",
                    indicator.name,
                    say(base),
                    say(new)
                ),
            );
        }
    }

    fn added(&mut self, task: &TaskDraft) {
        let lead_name = self
            .draft
            .departments
            .get(task.lead)
            .cloned()
            .unwrap_or_default();
        let lead = self.department(&lead_name);
        let mut task = task.clone();
        let mut no = task.no;
        while self.plan.tasks.iter().any(|t| t.no == no) {
            no = no.saturating_add(1);
        }
        if no != task.no {
            task.marks
                .push(format!("通知中的序号为 {}，清单中已有，请核对", task.no));
            task.no = no;
        }
        task.name = self.titles.claim(&task.name);
        task.marks.insert(0, "通知修改后新增的任务".to_owned());
        let with = task.with.clone();
        write_task(&mut self.tail, &task, &lead, &with);
        self.tell(
            format!("第{}项", task.no),
            format!("新增任务“{}”", task.name),
        );
    }

    fn removed(&mut self, place: &TaskPlace, old: &Task) {
        let what = "通知中已没有这项任务，请决定是否删去";
        // Told once: a second import finds the mark in the line before.
        let above = self
            .text
            .get(..line_start(self.text, place.range.start))
            .unwrap_or_default();
        if !above.ends_with(&format!("{MARK}{what}\n")) {
            self.note(place.range.start, what);
        }
        self.tell(format!("第{}项", old.no), format!("“{}”：{what}", old.name));
    }

    fn finish(mut self) -> Merged {
        if self.edits.is_empty() && self.tail.is_empty() {
            return Merged {
                text: self.text.to_owned(),
                changes: self.changes,
            };
        }
        if !self.tail.is_empty() {
            let end = line_end(self.text, self.text.len());
            if !self.text.ends_with('\n') {
                self.edits.insert(end, "\n");
            }
            let tail = std::mem::take(&mut self.tail);
            self.edits.insert(end, tail);
        }
        Merged {
            text: self.edits.apply(self.text),
            changes: self.changes,
        }
    }
}

fn shown(text: &str) -> String {
    crate::plan::notice::write::comment(text)
        .chars()
        .take(120)
        .collect()
}
