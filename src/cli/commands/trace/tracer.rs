//! Follows a figure back: figure → figures → records → cells, plan lines or the list that was counted.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use crate::check::reading::carried::CARRIED;
use crate::check::{
    Accepted, Element, FileVerdict, Judged, Money, Reporting, Severity, State, Status,
};
use crate::combine::Figure;
use crate::combine::facts::{DepartmentFacts, FindingFacts};
use crate::intake::number_text::number_text;
use crate::intake::workbook::CellRef;
use crate::plan::{DeptIx, IndIx, Kind, Period, SlotIx, TaskIx};

use super::lines::Lines;
use super::names::label;
use super::tree::{Leaf, Node};
use crate::cli::archive::{Archive, Seal};
use crate::cli::args::Places;
use crate::cli::error::Error;
use crate::cli::view::View;

pub struct Tracer<'a> {
    view: &'a View,
    places: &'a Places,
    lines: Lines<'a>,
    /// Seals of the months that go in.
    seals: BTreeMap<Period, Seal>,
    figures: HashMap<&'a str, &'a Figure>,
    /// Tasks by their number.
    tasks: HashMap<u32, TaskIx>,
    /// Files of the inbox by path.
    files: HashMap<&'a str, &'a FileVerdict>,
    /// Findings by department; `None`: of an unknown one.
    findings: HashMap<Option<DeptIx>, Vec<&'a FindingFacts>>,
    /// Sources already shown in the tree at hand.
    seen: BTreeSet<String>,
    /// Sources and list items looked at so far, for the test of how that grows.
    looked_at: Cell<usize>,
}

impl<'a> Tracer<'a> {
    pub fn new(view: &'a View, places: &'a Places) -> Result<Self, Error> {
        let archive = Archive::at(&places.archive);
        let mut seals = BTreeMap::new();
        for period in view.history.months().map(Accepted::period) {
            if let Some(seal) = archive.current(period)? {
                seals.insert(period, seal);
            }
        }
        if let Some(seal) = &view.seal {
            seals.insert(view.facts.period, seal.clone());
        }
        let mut findings: HashMap<_, Vec<_>> = HashMap::new();
        for finding in &view.facts.findings {
            findings
                .entry(finding.department)
                .or_default()
                .push(finding);
        }
        let figures = view.facts.figures();
        Ok(Self {
            view,
            places,
            lines: Lines::new(&view.plan_text),
            seals,
            figures: figures.into_iter().map(|f| (f.id.as_str(), f)).collect(),
            tasks: (0..)
                .zip(&view.plan.tasks)
                .map(|(ix, t)| (t.no, ix))
                .collect(),
            files: view
                .checked
                .files
                .iter()
                .map(|f| (f.path.as_str(), f))
                .collect(),
            findings,
            seen: BTreeSet::new(),
            looked_at: Cell::default(),
        })
    }

    /// The tree of a figure's id, or of any source.
    pub fn trace(&mut self, id: &str) -> Node {
        self.seen.clear();
        self.any(id)
    }

    fn now(&self) -> Period {
        self.view.facts.period
    }

    /// A figure of the month by its id.
    pub fn figure(&self, id: &str) -> Option<&'a Figure> {
        self.look();
        self.figures.get(id).copied()
    }

    fn look(&self) {
        self.looked_at.set(self.looked_at.get() + 1);
    }

    fn any(&mut self, id: &str) -> Node {
        if !self.seen.insert(id.to_owned()) {
            let mut again = self.named(id);
            again.repeated = true;
            return again;
        }
        let node = self.named(id);
        let made_of = self.parts(id);
        // Nothing was counted: that is the list.
        if made_of.is_empty() && node.source.is_none() {
            let what = "清单为空：没有符合的项".to_owned();
            return node.source(Leaf::Absent {
                period: self.now().to_string(),
                what,
            });
        }
        node.made_of(made_of)
    }

    /// A source's own line.
    fn named(&self, id: &str) -> Node {
        let view = self.view;
        if let Some(figure) = self.figure(id) {
            return Node::new(label(&view.plan, id)).id(id).value(figure.text());
        }
        let (kind, what, period) = self.split(id);
        let month = if period == self.now() {
            String::new()
        } else {
            format!("{} ", period.chinese())
        };
        let node = match kind {
            "grade" => {
                let node = Node::new(format!("{month}{} 状态", self.subject(what)));
                match self.grade(what, period) {
                    Some(grade) => node.value(grade),
                    None => node,
                }
            }
            "records" => Node::new(format!("{month}{} 报送数据", self.subject(what))),
            "plan" => Node::new(format!("{month}任务计划：{}", plan_words(what))),
            "slots" => Node::new(format!("{}的数据", state_words(what))),
            "findings" => Node::new(format!("核查问题：{}", class_words(what))),
            "files" => Node::new("文件"),
            "elements" => Node::new(format!(
                "{}四要素与资金",
                self.subject(what.split('.').next().unwrap_or_default())
            )),
            "departments" => Node::new("单位"),
            _ => Node::new(id),
        };
        node.id(id)
    }

    fn parts(&mut self, id: &str) -> Vec<Node> {
        if let Some(figure) = self.figure(id) {
            return figure.from.iter().map(|source| self.any(source)).collect();
        }
        let (kind, what, period) = self.split(id);
        let (kind, what) = (kind.to_owned(), what.to_owned());
        match kind.as_str() {
            "records" => self.records(&what, period),
            "grade" => self.grade_parts(&what, period),
            "plan" => self.plan(&what, period),
            "slots" => self.slots(&what),
            "findings" => self.findings(&what),
            "files" => self.file(&what),
            "elements" => self.elements(&what),
            "departments" => self.departments(&what),
            _ => Vec::new(),
        }
    }

    /// `records:14.1@2024-05` → (records, 14.1, 2024-05).
    fn split<'s>(&self, id: &'s str) -> (&'s str, &'s str, Period) {
        let (kind, rest) = id.split_once(':').unwrap_or((id, ""));
        // A file's path may hold an @ of its own.
        let month = if kind == "files" {
            None
        } else {
            rest.rsplit_once('@')
                .and_then(|(what, p)| Some((what, p.parse().ok()?)))
        };
        let (what, period) = month.unwrap_or((rest, self.now()));
        (kind, what, period)
    }

    fn subject(&self, what: &str) -> String {
        let plan = &self.view.plan;
        if let Some(ix) = plan.indicator(what) {
            return format!("指标{what}{}", plan.indicators[ix].name);
        }
        self.task(what).map_or_else(
            || what.to_owned(),
            |ix| format!("第{what}项{}", plan.tasks[ix].name),
        )
    }

    fn task(&self, no: &str) -> Option<TaskIx> {
        self.tasks.get(&no.parse().ok()?).copied()
    }

    /// The grade of this month or the last; what the months before were graded is no fact of this one.
    fn grade(&self, what: &str, period: Period) -> Option<String> {
        let facts = &self.view.facts;
        let (task, indicator) = (
            self.task(what).and_then(|t| facts.tasks.get(t)),
            self.view
                .plan
                .indicator(what)
                .and_then(|i| facts.indicators.get(i)),
        );
        let (task, indicator) = if what.contains('.') {
            (None, indicator)
        } else {
            (task, None)
        };
        if period == self.now() {
            return task
                .map(|t| t.grade_text.clone())
                .or_else(|| indicator.map(|i| i.grade.name().to_owned()));
        }
        let before = task
            .and_then(|t| t.previous_grade)
            .or_else(|| indicator.and_then(|i| i.previous_grade));
        before
            .filter(|_| period.next() == self.now())
            .map(|g| g.name().to_owned())
    }

    fn month(&self, period: Period) -> Option<&'a Accepted> {
        if period == self.now() {
            Some(&self.view.checked.accepted)
        } else {
            self.view.history.month(period)
        }
    }

    fn records(&self, indicator: &str, period: Period) -> Vec<Node> {
        let Some(ix) = self.view.plan.indicator(indicator) else {
            return Vec::new();
        };
        self.view.plan.indicators[ix]
            .slots
            .clone()
            .map(|slot| self.record(slot, period))
            .collect()
    }

    /// One row of records.csv, and the months it goes back through.
    fn record(&self, slot: SlotIx, period: Period) -> Node {
        let plan = &self.view.plan;
        let (department, indicator) = (
            plan.slots[slot].department,
            &plan.indicators[plan.slots[slot].indicator],
        );
        let node = Node::new(format!(
            "{}：指标{}{}（{}）",
            plan.departments[department].name,
            indicator.id,
            indicator.name,
            period.chinese()
        ));
        let absent = |what: &str| Leaf::Absent {
            period: period.to_string(),
            what: what.to_owned(),
        };
        let Some(judged) = self.month(period).map(|month| month.slot(slot)) else {
            return node.source(absent("没有这个月的数据"));
        };
        let mut parts = Vec::new();
        if judged.confirmed().is_some() {
            parts.extend(self.confirmed(slot, period));
        }
        let node = node.value(self.words(judged));
        let Some(source) = &judged.source else {
            let node = if parts.is_empty() {
                node.source(absent("没有可用的报送文件，或表中没有这一行"))
            } else {
                node
            };
            return node.made_of(parts);
        };
        if source.conversion.contains(CARRIED)
            && let Some((earlier, _)) = self.view.history.last(slot, period)
        {
            parts.push(self.record(slot, earlier));
        }
        node.source(self.cell(
            period,
            &source.place.file,
            &source.place.sheet,
            source.cell,
            &source.raw,
            &source.conversion,
        ))
        .made_of(parts)
    }

    fn words(&self, judged: &Judged) -> String {
        let unit = &self.view.plan.indicators[self.view.plan.slots[judged.slot].indicator]
            .unit
            .text;
        let value = judged.value.map(|v| format!("{}{unit}", number_text(v)));
        let status = judged.milestone.map(|m| match judged.done_on {
            Some(date) => format!("{}（{date}）", m.name()),
            None => m.name().to_owned(),
        });
        let held = (!judged.withheld_by().is_empty()).then(|| {
            format!(
                "{}（{}）",
                judged.state.chinese(),
                judged.withheld_by().join("、")
            )
        });
        value
            .or(status)
            .or(held)
            .unwrap_or_else(|| judged.state.chinese().to_owned())
    }

    fn cell(
        &self,
        period: Period,
        file: &str,
        sheet: &str,
        cell: CellRef,
        raw: &str,
        conversion: &str,
    ) -> Leaf {
        Leaf::Cell {
            period: period.to_string(),
            file: file.to_owned(),
            path: shown(&self.locate(period, file)),
            sheet: sheet.to_owned(),
            cell: cell.to_string(),
            raw: raw.to_owned(),
            conversion: conversion.to_owned(),
        }
    }

    /// A sealed month's files lie in its seal, those that would restate it still in the inbox.
    fn locate(&self, period: Period, file: &str) -> PathBuf {
        let sealed = self.seals.get(&period).and_then(|seal| seal.locate(file));
        sealed.unwrap_or_else(|| self.places.inbox.join(period.to_string()).join(file))
    }

    fn line(&self, name: &str) -> Option<Node> {
        let (line, text) = self.lines.find(name)?;
        let leaf = Leaf::Plan {
            path: shown(&self.view.plan_path),
            line,
            text: text.to_owned(),
        };
        Some(Node::new("任务计划").source(leaf))
    }

    fn confirmed(&self, slot: SlotIx, period: Period) -> Option<Node> {
        let n = self
            .view
            .plan
            .confirms
            .iter()
            .rposition(|c| c.period == period && c.slot == slot)?;
        let node = self
            .line(&format!("confirm.{n}.value"))
            .or_else(|| self.line(&format!("confirm.{n}")))?;
        let said = self
            .month(period)?
            .slot(slot)
            .confirmed()
            .unwrap_or_default()
            .to_owned();
        Some(Node {
            label: format!("电话核实：{said}"),
            ..node
        })
    }

    fn grade_parts(&mut self, what: &str, period: Period) -> Vec<Node> {
        let at = |source: &str| {
            if period == self.now() {
                source.to_owned()
            } else {
                format!("{source}@{period}")
            }
        };
        let plan = &self.view.plan;
        if what.contains('.') {
            let Some(ix) = plan.indicator(what) else {
                return Vec::new();
            };
            let records = at(&format!("records:{what}"));
            let held_against = match plan.indicators[ix].kind {
                Kind::Ongoing => Vec::new(),
                Kind::Milestone => vec![at(&format!("plan:{what}.deadline"))],
                Kind::Count | Kind::Quantity => vec![
                    at(&format!("plan:{what}.target")),
                    at(&format!("plan:{what}.schedule")),
                ],
                Kind::Level | Kind::Ratio => vec![at(&format!("plan:{what}.target"))],
            };
            return [records]
                .into_iter()
                .chain(held_against)
                .map(|source| self.any(&source))
                .collect();
        }
        let Some(ix) = self.task(what) else {
            return Vec::new();
        };
        let own = plan
            .overrides
            .iter()
            .rposition(|o| o.task == ix && o.period == period);
        let set = own.and_then(|n| self.line(&format!("override.{n}")));
        let indicators: Vec<String> = plan.tasks[ix]
            .indicators
            .clone()
            .map(|i| at(&format!("grade:{}", plan.indicators[i].id)))
            .collect();
        set.into_iter()
            .chain(indicators.iter().map(|source| self.any(source)))
            .collect()
    }

    /// The lines of plan.toml behind a word of the plan.
    fn plan(&self, what: &str, period: Period) -> Vec<Node> {
        let plan = &self.view.plan;
        if let Some(rest) = what.strip_prefix("slots") {
            return self
                .slots_of(rest.strip_prefix(':'))
                .filter_map(|slot| self.indicator_line(plan.slots[slot].indicator))
                .collect();
        }
        if let Some(no) = what.strip_suffix(".milestones") {
            let Some(task) = self.task(no) else {
                return Vec::new();
            };
            let milestones = plan.tasks[task]
                .indicators
                .clone()
                .filter(|&i| plan.indicators[i].kind == Kind::Milestone);
            return milestones.filter_map(|i| self.indicator_line(i)).collect();
        }
        let Some((id, key)) = what.rsplit_once('.') else {
            return Vec::new();
        };
        let Some(ix) = plan.indicator(id) else {
            return Vec::new();
        };
        let no = plan.tasks[plan.indicators[ix].task].no;
        let end = || {
            [
                self.line(&format!("task.{no}.deadline"))
                    .or_else(|| self.line("plan.end")),
                self.line("plan.start"),
            ]
        };
        let adjusts = (0..plan.adjusts.len())
            .filter(|&n| plan.adjusts[n].indicator == ix && plan.adjusts[n].from <= period);
        let adjusts = adjusts.filter_map(|n| self.line(&format!("adjust.{n}")));
        let own = self.line(&format!("{id}.{key}"));
        let lines: Vec<Option<Node>> = match (own, key) {
            (Some(own), _) => vec![Some(own)],
            // A target may be given by the reporters' parts.
            (None, "target") => vec![
                self.line(&format!("{id}.reporters"))
                    .or_else(|| self.line(id)),
            ],
            // Without a schedule of its own it is a straight line to the deadline.
            (None, "schedule" | "deadline") => end().into(),
            // Without reporters the task's lead reports it.
            (None, "reporters") => vec![self.line(&format!("task.{no}.lead"))],
            (None, _) => vec![self.line(id)],
        };
        lines.into_iter().flatten().chain(adjusts).collect()
    }

    fn indicator_line(&self, ix: IndIx) -> Option<Node> {
        let id = &self.view.plan.indicators[ix].id;
        let node = self.line(&format!("{id}.id")).or_else(|| self.line(id))?;
        Some(Node {
            label: self.subject(id),
            ..node
        })
    }

    fn slots(&self, what: &str) -> Vec<Node> {
        let (state, department) = what
            .split_once(':')
            .map_or((what, None), |(s, d)| (s, Some(d)));
        let accepted = &self.view.checked.accepted;
        self.slots_of(department)
            .filter(|&slot| accepted.slot(slot).state.as_str() == state)
            .map(|slot| self.record(slot, self.now()))
            .collect()
    }

    /// A department's slots, or all of them, in plan order.
    fn slots_of(&self, department: Option<&str>) -> impl Iterator<Item = SlotIx> {
        let plan = &self.view.plan;
        let own = department.map(|id| plan.department(id).map_or(&[][..], |d| plan.slots_of(d)));
        let all = if own.is_none() { plan.slots.len() } else { 0 };
        let slots = own.unwrap_or_default().iter().copied().chain(0..all);
        slots.inspect(|_| self.look())
    }

    fn findings(&self, what: &str) -> Vec<Node> {
        let (class, department) = what
            .split_once(':')
            .map_or((what, None), |(c, d)| (c, Some(d)));
        let department = department.map(|id| self.view.plan.department(id));
        let of_class = |f: &FindingFacts| match (class, f.status) {
            ("explained", status) => status == Status::Explained,
            (_, Status::Explained) => false,
            ("error", _) => f.severity == Severity::Error,
            ("warning", _) => f.severity == Severity::Warning,
            ("note", _) => f.severity == Severity::Note,
            (code, _) => f.code == code,
        };
        let (own, all): (&[&FindingFacts], &[FindingFacts]) = match department {
            Some(department) => (
                self.findings.get(&department).map_or(&[], Vec::as_slice),
                &[],
            ),
            None => (&[], &self.view.facts.findings),
        };
        let counted = own.iter().copied().chain(all);
        let counted = counted.inspect(|_| self.look()).filter(|f| of_class(f));
        let leaf = |f: &FindingFacts| Leaf::Finding {
            code: f.code.to_owned(),
            message: f.message.clone(),
            file: f
                .file
                .as_deref()
                .map(|file| shown(&self.locate(self.now(), file))),
            sheet: f.sheet.clone(),
            cell: f.cell.clone(),
        };
        let label = |f: &FindingFacts| {
            f.department_name
                .clone()
                .unwrap_or_else(|| "单位不明".to_owned())
        };
        counted
            .map(|f| Node::new(label(f)).source(leaf(f)))
            .collect()
    }

    fn file(&self, path: &str) -> Vec<Node> {
        let leaf = |f: &FileVerdict| Leaf::File {
            path: shown(&self.locate(self.now(), path)),
            bytes: f.bytes,
            sha256: f.sha256.clone(),
        };
        let found = self.files.get(path).into_iter();
        found.map(|f| Node::new(path).source(leaf(f))).collect()
    }

    /// The cells of 工作方案, the lines of the plan, or that an element is not there.
    fn elements(&self, what: &str) -> Vec<Node> {
        let (no, only) = what
            .split_once('.')
            .map_or((what, None), |(no, field)| (no, Some(field)));
        let Some(found) = self
            .task(no)
            .and_then(|task| self.view.checked.elements.get(task))
        else {
            return Vec::new();
        };
        let money: [(&str, &str, &Option<Money>); 3] = [
            ("planned", "计划资金", &found.planned),
            ("arrived", "到位资金", &found.arrived),
            ("paid", "支付资金", &found.paid),
        ];
        if let Some(field) = only {
            let given = money
                .into_iter()
                .filter(|(key, _, _)| *key == field)
                .filter_map(|(_, name, money)| money.as_ref().map(|m| (name, m)));
            return given
                .map(|(name, m)| {
                    let s = &m.source;
                    let leaf = self.cell(
                        self.now(),
                        &s.place.file,
                        &s.place.sheet,
                        s.cell,
                        &s.raw,
                        &s.conversion,
                    );
                    Node::new(name)
                        .value(format!("{}万元", number_text(m.value)))
                        .source(leaf)
                })
                .collect();
        }
        let four: [(&str, &str, &Option<Element>); 4] = [
            ("measures", "工作举措", &found.measures),
            ("deadline", "完成时限", &found.deadline),
            ("acceptance", "验收标准", &found.acceptance),
            ("funding", "资金来源", &found.funding),
        ];
        four.into_iter()
            .map(|(key, name, element)| match element {
                None => Node::new(name).source(Leaf::Absent {
                    period: self.now().to_string(),
                    what: "没有填写".to_owned(),
                }),
                Some(Element {
                    text,
                    source: Some((file, sheet, cell)),
                }) => Node::new(name).value("有").source(self.cell(
                    self.now(),
                    file,
                    sheet,
                    *cell,
                    text,
                    "",
                )),
                Some(Element { source: None, .. }) => {
                    match self.line(&format!("task.{no}.{key}")) {
                        Some(line) => Node {
                            label: name.to_owned(),
                            ..line
                        }
                        .value("有"),
                        None => Node::new(name),
                    }
                }
            })
            .collect()
    }

    fn departments(&self, what: &str) -> Vec<Node> {
        let counted = |d: &&DepartmentFacts| {
            d.slots.value > 0.0
                && match what {
                    "submitted" => d.submitted.is_submitted(),
                    "late" => d.submitted == Reporting::Late,
                    "returned" => d.submitted == Reporting::Returned,
                    "missing" => d.submitted == Reporting::NotSubmitted,
                    _ => true,
                }
        };
        let node = |d: &DepartmentFacts| {
            let file = d.file.as_deref().and_then(|path| self.file(path).pop());
            let leaf = Leaf::Department {
                name: d.name.clone(),
                status: d.submitted.to_string(),
            };
            Node::new(&d.name)
                .value(d.submitted.chinese())
                .source(leaf)
                .made_of(file.into_iter().collect())
        };
        let departments = &self.view.facts.departments;
        departments
            .iter()
            .inspect(|_| self.look())
            .filter(counted)
            .map(node)
            .collect()
    }
}

/// A path as the operator writes it.
fn shown(path: &std::path::Path) -> String {
    path.display().to_string()
}

fn plan_words(what: &str) -> String {
    let Some((id, key)) = what.rsplit_once('.') else {
        return "报送项".to_owned();
    };
    let key = match key {
        "target" => "年度目标",
        "schedule" => "序时安排",
        "deadline" => "完成时限",
        "reporters" => "报送单位",
        "milestones" => return format!("第{id}项的节点"),
        other => other,
    };
    format!("指标{id}{key}")
}

fn state_words(what: &str) -> &'static str {
    let state = what.split(':').next().unwrap_or_default();
    [State::Accepted, State::Withheld, State::Missing]
        .into_iter()
        .find(|s| s.as_str() == state)
        .map_or("", State::chinese)
}

fn class_words(what: &str) -> &str {
    match what.split(':').next().unwrap_or_default() {
        "error" => "错误",
        "warning" => "警告",
        "note" => "提示",
        "explained" => "已说明",
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Fate;
    use crate::combine::testing::Sample;
    use crate::plan::Grade;

    /// What is looked at to trace every figure of a month of so many departments.
    fn looked_at(departments: usize) -> usize {
        let mut sample = Sample::graded(6, departments, &vec![Grade::Behind; departments]);
        sample.month_before(|_| ());
        for department in 0..departments {
            sample.file(&format!("{department}.xlsx"), Some(department), Fate::Used);
            sample.finding("R007", Severity::Warning, department);
        }
        let plan_text = "[plan]\nend = 2024-12-31\n";
        let view = View {
            facts: sample.facts(),
            checked: sample.checked(),
            history: sample.history(),
            plan: sample.plan,
            plan_text: plan_text.to_owned(),
            plan_path: "plan.toml".into(),
            elements: Vec::new(),
            inputs: Vec::new(),
            sealed: Vec::new(),
            seal: None,
        };
        let nowhere = || PathBuf::from("no such folder");
        let places = Places {
            plan: nowhere(),
            inbox: nowhere(),
            out: nowhere(),
            archive: nowhere(),
        };
        let mut tracer = Tracer::new(&view, &places).unwrap();
        for figure in view.facts.figures() {
            tracer.trace(&figure.id);
        }
        tracer.looked_at.get()
    }

    /// Every look-up once made the list of all figures anew.
    #[test]
    fn tracing_every_figure_is_linear_in_the_departments() {
        let (small, large) = (looked_at(20), looked_at(80));
        assert!(large < small * 5, "{small} for 20, {large} for 80");
    }
}
