//! Follows a figure back: figure → figures → records → cells, plan lines or the list that was counted.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::check::reading::carried::CARRIED;
use crate::check::{Accepted, Element, FindingFacts, Judged, Money, by_telephone};
use crate::combine::Figure;
use crate::combine::facts::DepartmentFacts;
use crate::combine::id::{FigureId, Part};
use crate::combine::json::origin_text;
use crate::combine::origin::{Class, Entry, Origin};
use crate::intake::number_text::number_text;
use crate::plan::{DeptIx, Fate, IndIx, Kind, SlotIx, TaskIx};

use super::super::prelude::*;
use super::lines::PlanText;
use super::tree::{Leaf, Node, PlanPlace};
use crate::cli::args::Places;
use crate::cli::inbox::Inbox;

/// A month with what is looked up in it, and the tree at hand.
pub struct Tracer<'a> {
    view: &'a View,
    /// Where the inbox is, and its months' folders.
    inbox: &'a Path,
    folders: BTreeMap<Period, PathBuf>,
    plan: PlanText<'a>,
    /// Seals of the months that go in.
    seals: BTreeMap<Period, Seal>,
    figures: HashMap<FigureId, &'a Figure>,
    /// Findings by department; `None`: of an unknown one.
    findings: HashMap<Option<DeptIx>, Vec<&'a FindingFacts>>,
    /// Sources already shown in the tree at hand.
    seen: HashSet<Origin>,
    /// Sources and list items looked at so far, for the test of how that grows.
    looked_at: Cell<usize>,
}

impl<'a> Tracer<'a> {
    /// Reads the seals and indexes what is looked up.
    pub fn new(view: &'a View, places: &'a Places) -> Result<Self> {
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
            inbox: &places.inbox,
            folders: Inbox::at(&places.inbox, Some(&view.plan)).folders()?,
            plan: PlanText::of(&view.plan_bytes),
            seals,
            figures: figures.into_iter().map(|f| (f.id, f)).collect(),
            findings,
            seen: HashSet::new(),
            looked_at: Cell::default(),
        })
    }

    /// The tree of a figure or of another source.
    pub fn trace(&mut self, of: Origin) -> Node {
        self.seen.clear();
        self.any(of)
    }

    fn now(&self) -> Period {
        self.view.facts.period
    }

    /// A figure of the month by its id.
    pub fn figure(&self, id: FigureId) -> Option<&'a Figure> {
        self.looked_at.set(self.looked_at.get() + 1);
        self.figures.get(&id).copied()
    }

    /// The items of a list, each counted as looked at.
    fn look<T>(&self, items: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        let count = || self.looked_at.set(self.looked_at.get() + 1);
        items.into_iter().inspect(move |_| count())
    }

    fn any(&mut self, origin: Origin) -> Node {
        let node = self.named(origin);
        if !self.seen.insert(origin) {
            return Node {
                repeated: true,
                ..node
            };
        }
        let made_of = self.parts(origin);
        // Nothing was counted: that is the list.
        if made_of.is_empty() && node.source.is_none() {
            return node.source(absent(self.now(), "清单为空：没有符合的项"));
        }
        node.made_of(made_of)
    }

    /// A source's own line.
    fn named(&self, origin: Origin) -> Node {
        let (plan, facts) = (&self.view.plan, &self.view.facts);
        let period = origin.period().unwrap_or(self.now());
        let value = match origin {
            Origin::Figure(id) => self.figure(id).map(Figure::text),
            Origin::TaskGrade(ix, _) => facts.tasks.get(ix).and_then(|task| {
                let mut months = task.months.iter();
                let then = months.find(|(at, _)| *at == period)?.1.name();
                Some(
                    if period == self.now() {
                        &task.grade_text
                    } else {
                        then
                    }
                    .to_owned(),
                )
            }),
            // The grade of this month or the last; what the months before were graded is no fact of this one.
            Origin::IndicatorGrade(ix, _) => facts.indicators.get(ix).and_then(|indicator| {
                let before = indicator.previous_grade.map(|g| g.name().to_owned());
                self.grade_at(period, indicator.grade.name().to_owned(), before)
            }),
            _ => None,
        };
        Node {
            id: Some(origin_text(origin, plan, facts)),
            value,
            ..Node::new(origin.chinese(plan, self.now()))
        }
    }

    fn grade_at(&self, period: Period, now: String, before: Option<String>) -> Option<String> {
        if period == self.now() {
            Some(now)
        } else {
            before.filter(|_| period.next() == self.now())
        }
    }

    /// What a source was made of.
    fn parts(&mut self, origin: Origin) -> Vec<Node> {
        let plan = &self.view.plan;
        let now = self.now();
        match origin {
            Origin::Figure(id) => {
                let from = self.figure(id).map(|f| f.from.as_slice());
                self.all(from.unwrap_or_default().iter().copied())
            }
            Origin::Records(ix, at) => {
                let slots = plan.indicators[ix].slots.clone();
                slots
                    .map(|slot| self.record(slot, at.unwrap_or(now)))
                    .collect()
            }
            Origin::IndicatorGrade(ix, at) => {
                let at = at.filter(|at| *at != now);
                let compared_with: &[Entry] = match plan.indicators[ix].kind {
                    Kind::Ongoing => &[],
                    Kind::Milestone => &[Entry::Deadline],
                    Kind::Count | Kind::Quantity => &[Entry::Target, Entry::Schedule],
                    Kind::Level | Kind::Ratio => &[Entry::Target],
                };
                let entries = compared_with
                    .iter()
                    .map(|&entry| Origin::Plan(ix, entry, at));
                self.all([Origin::Records(ix, at)].into_iter().chain(entries))
            }
            Origin::TaskGrade(ix, at) => {
                let period = at.unwrap_or(now);
                let at = at.filter(|at| *at != now);
                let mut overrides = plan.overrides.iter();
                let own = overrides.rposition(|o| o.task == ix && o.period == period);
                let set =
                    own.and_then(|n| self.decision(Fate::Override(n), &format!("override.{n}")));
                let indicators = plan.tasks[ix].indicators.clone();
                let grades = self.all(indicators.map(|i| Origin::IndicatorGrade(i, at)));
                set.into_iter().chain(grades).collect()
            }
            Origin::Plan(ix, entry, at) => self.plan_lines(ix, entry, at.unwrap_or(now)),
            Origin::Milestones(ix) => {
                let own = plan.tasks[ix].indicators.clone();
                let milestones = own.filter(|&i| plan.indicators[i].kind == Kind::Milestone);
                milestones.filter_map(|i| self.indicator_line(i)).collect()
            }
            Origin::Asked(department) => {
                let line = |slot: SlotIx| self.indicator_line(plan.slots[slot].indicator);
                self.slots_of(department).filter_map(line).collect()
            }
            Origin::Rows(state, department) => {
                let accepted = &self.view.checked.accepted;
                let is_counted = |slot: &SlotIx| accepted.slot(*slot).state == state;
                let slots = self.slots_of(department).filter(is_counted);
                slots.map(|slot| self.record(slot, now)).collect()
            }
            Origin::Findings(class, department) => self.findings(class, department),
            Origin::File(ix) => self.file(ix).into_iter().collect(),
            Origin::Elements(ix) => self.elements(ix),
            Origin::Money(ix, part) => self.money(ix, part).into_iter().collect(),
            Origin::Departments(part) => self.departments(part),
        }
    }

    fn all(&mut self, origins: impl IntoIterator<Item = Origin>) -> Vec<Node> {
        origins.into_iter().map(|origin| self.any(origin)).collect()
    }

    /// A department's slots, or all of them, in plan order.
    fn slots_of(&self, department: Option<DeptIx>) -> impl Iterator<Item = SlotIx> {
        let plan = &self.view.plan;
        let own = department.map_or(&[][..], |d| plan.slots_of(d));
        let all = if department.is_none() {
            plan.slots.len()
        } else {
            0
        };
        self.look(own.iter().copied().chain(0..all))
    }

    fn month(&self, period: Period) -> Option<&'a Accepted> {
        if period == self.now() {
            Some(&self.view.checked.accepted)
        } else {
            self.view.history.month(period)
        }
    }

    /// One row of records.csv, and the months it goes back through.
    fn record(&self, slot: SlotIx, period: Period) -> Node {
        let plan = &self.view.plan;
        let of = &plan.slots[slot];
        let indicator = &plan.indicators[of.indicator];
        let node = Node::new(format!(
            "{}：指标{}{}（{}）",
            plan.departments[of.department].name,
            indicator.id,
            indicator.name,
            period.chinese()
        ));
        let Some(judged) = self.month(period).map(|month| month.slot(slot)) else {
            return node.source(absent(period, "没有这个月的数据"));
        };
        let mut parts = Vec::new();
        if let Some(words) = judged.confirmed() {
            parts.extend(self.confirmed(slot, period, words));
        }
        let node = node.value(self.words(judged));
        let Some(source) = &judged.source else {
            let node = if parts.is_empty() {
                node.source(absent(period, "没有可用的报送文件，或表中没有这一行"))
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
        node.source(self.cell(period, source)).made_of(parts)
    }

    /// What a row came to: its value, its state, or what holds it back.
    fn words(&self, judged: &Judged) -> String {
        let indicator = self.view.plan.slots[judged.slot].indicator;
        let unit = &self.view.plan.indicators[indicator].unit.text;
        let value = judged.value.map(|v| format!("{}{unit}", number_text(v)));
        let status = judged.milestone.map(|m| match judged.done_on {
            Some(date) => format!("{}（{date}）", m.name()),
            None => m.name().to_owned(),
        });
        let state = judged.state.chinese();
        value
            .or(status)
            .unwrap_or_else(|| match judged.withheld_by() {
                [] => state.to_owned(),
                codes => format!("{state}（{}）", codes.join("、")),
            })
    }

    fn cell(&self, period: Period, source: &crate::check::Source) -> Leaf {
        Leaf::Cell {
            period: period.to_string(),
            file: source.place.file.to_string(),
            path: shown(&self.locate(period, &source.place.file)),
            sheet: source.place.sheet.to_string(),
            cell: source.cell.to_string(),
            raw: source.raw.to_string(),
            conversion: source.conversion.to_string(),
        }
    }

    /// A sealed month's files lie in its seal, those that would restate it still in the inbox.
    fn locate(&self, period: Period, file: &str) -> PathBuf {
        let sealed = self.seals.get(&period).and_then(|seal| seal.locate(file));
        let own = || self.inbox.join(period.to_string());
        let folder = || self.folders.get(&period).cloned().unwrap_or_else(own);
        sealed.unwrap_or_else(|| folder().join(file))
    }

    /// A line of plan.toml, or a cell of 任务计划.xlsx.
    fn line(&self, name: &str) -> Option<Node> {
        let (at, text) = self.plan.find(name)?;
        let leaf = Leaf::Plan {
            path: shown(&self.view.plan_path),
            at,
            text,
        };
        Some(Node::new("任务计划").source(leaf))
    }

    /// A decision of the office: its row in the ledger, else its line in plan.toml.
    fn decision(&self, fate: Fate, name: &str) -> Option<Node> {
        let ledger = self.view.plan.ledger.as_ref();
        let Some((ledger, row)) = ledger.and_then(|l| Some((l, l.row_of(fate)?))) else {
            return self.line(name);
        };
        let leaf = Leaf::Plan {
            path: shown(&self.view.plan_path.with_file_name(&ledger.file)),
            at: PlanPlace::Cell {
                sheet: row.sheet.clone(),
                cell: row.cell.to_string(),
            },
            text: row.says.clone(),
        };
        Some(Node::new("台账").source(leaf))
    }

    /// The office's confirmation of a value, with its `words`.
    fn confirmed(&self, slot: SlotIx, period: Period, words: &str) -> Option<Node> {
        let mut confirms = self.view.plan.confirms.iter();
        let n = confirms.rposition(|c| c.period == period && c.slot == slot)?;
        let node = self.decision(Fate::Confirm(n), &format!("confirm.{n}.value"));
        let node = node.or_else(|| self.line(&format!("confirm.{n}")))?;
        Some(node.label(by_telephone(words)))
    }

    /// The lines of plan.toml behind an entry of an indicator, adjustments included.
    fn plan_lines(&self, ix: IndIx, entry: Entry, period: Period) -> Vec<Node> {
        let plan = &self.view.plan;
        let indicator = &plan.indicators[ix];
        let (id, no) = (&indicator.id, plan.tasks[indicator.task].no);
        let lines = match (self.line(&format!("{id}.{}", entry.key())), entry) {
            (Some(own), _) => [Some(own), None],
            // A target may be given by the reporters' parts.
            (None, Entry::Target) => {
                let parts = self.line(&format!("{id}.reporters"));
                [parts.or_else(|| self.line(id)), None]
            }
            // A milestone's schedule may give its deadline.
            (None, Entry::Deadline)
                if indicator.deadline.is_some()
                    && self.line(&format!("{id}.schedule")).is_some() =>
            {
                [self.line(&format!("{id}.schedule")), None]
            }
            // A straight line ends at the indicator's own deadline.
            (None, Entry::Schedule) if self.line(&format!("{id}.deadline")).is_some() => [
                self.line(&format!("{id}.deadline")),
                self.line("plan.start"),
            ],
            // Without a schedule of its own it is a straight line to the deadline.
            (None, Entry::Schedule | Entry::Deadline) => {
                let own = self.line(&format!("task.{no}.deadline"));
                [
                    own.or_else(|| self.line("plan.end")),
                    self.line("plan.start"),
                ]
            }
            // Without reporters the task's lead reports it.
            (None, Entry::Reporters) => [self.line(&format!("task.{no}.lead")), None],
        };
        let adjusts = plan.adjusts.iter().enumerate();
        let adjusts = adjusts
            .filter(|(_, a)| a.indicator == ix && a.from <= period)
            .filter_map(|(n, _)| self.decision(Fate::Adjust(n), &format!("adjust.{n}")));
        lines.into_iter().flatten().chain(adjusts).collect()
    }

    fn indicator_line(&self, ix: IndIx) -> Option<Node> {
        let indicator = &self.view.plan.indicators[ix];
        let id = &indicator.id;
        let node = self.line(&format!("{id}.id")).or_else(|| self.line(id))?;
        Some(node.label(format!("指标{id}{}", indicator.name)))
    }

    fn findings(&self, class: Class, department: Option<DeptIx>) -> Vec<Node> {
        let (own, all): (&[&FindingFacts], &[FindingFacts]) = match department {
            Some(_) => (
                self.findings.get(&department).map_or(&[], Vec::as_slice),
                &[],
            ),
            None => (&[], &self.view.facts.findings),
        };
        let node = |f: &FindingFacts| {
            let file = f.file.as_deref();
            let department = f.department_name.as_deref().unwrap_or("单位不明");
            Node::new(department).source(Leaf::Finding {
                code: f.code.to_owned(),
                message: f.message.clone(),
                file: file.map(|file| shown(&self.locate(self.now(), file))),
                sheet: f.sheet.clone(),
                cell: f.cell.clone(),
            })
        };
        self.look(own.iter().copied().chain(all))
            .filter(|f| Class::of(f.status, f.severity) == class)
            .map(node)
            .collect()
    }

    /// A file of the inbox, by its place among them.
    fn file(&self, ix: usize) -> Option<Node> {
        let file = self.view.checked.files.get(ix)?;
        let leaf = Leaf::File {
            path: shown(&self.locate(self.now(), &file.path)),
            bytes: file.bytes,
            sha256: file.sha256.clone(),
        };
        Some(Node::new(&file.path).source(leaf))
    }

    /// An amount of a task, with its cell of 工作方案.
    fn money(&self, ix: TaskIx, part: Part) -> Option<Node> {
        let found = self.view.checked.elements.get(ix)?;
        let money: &Option<Money> = match part {
            Part::Planned => &found.planned,
            Part::Arrived => &found.arrived,
            Part::Paid => &found.paid,
            _ => return None,
        };
        let money = money.as_ref()?;
        let node = Node::new(part.chinese()).value(format!("{}万元", number_text(money.value)));
        Some(node.source(self.cell(money.period, &money.source)))
    }

    /// The four elements: the cells of 工作方案, the lines of the plan, or that one is not there.
    fn elements(&self, ix: TaskIx) -> Vec<Node> {
        let Some(found) = self.view.checked.elements.get(ix) else {
            return Vec::new();
        };
        let four: [(&str, &str, &Option<Element>); 4] = [
            ("measures", "工作举措", &found.measures),
            ("deadline", "完成时限", &found.deadline),
            ("acceptance", "验收标准", &found.acceptance),
            ("funding", "资金来源", &found.funding),
        ];
        let no = self.view.plan.tasks[ix].no;
        let node = |(key, name, element): (&str, &str, &Option<Element>)| match element {
            None => Node::new(name).source(absent(self.now(), "没有填写")),
            Some(Element {
                text,
                period: Some(period),
                source: Some((file, sheet, cell)),
            }) => Node::new(name).value("有").source(Leaf::Cell {
                period: period.to_string(),
                file: file.clone(),
                path: shown(&self.locate(*period, file)),
                sheet: sheet.clone(),
                cell: cell.to_string(),
                raw: text.clone(),
                conversion: String::new(),
            }),
            Some(_) => {
                let line = self.line(&format!("task.{no}.{key}"));
                let line = line.or_else(|| self.line("plan.end").filter(|_| key == "deadline"));
                line.map_or_else(|| Node::new(name), |line| line.label(name).value("有"))
            }
        };
        four.into_iter().map(node).collect()
    }

    fn departments(&self, part: Part) -> Vec<Node> {
        let node = |d: &DepartmentFacts| {
            let status = d.submitted.chinese();
            let leaf = Leaf::Department {
                name: d.name.clone(),
                status: status.to_owned(),
            };
            let used = self.view.checked.departments.get(d.department);
            let file = used.and_then(|files| self.file(files.used?));
            Node::new(&d.name)
                .value(status)
                .source(leaf)
                .made_of(file.into_iter().collect())
        };
        self.look(&self.view.facts.departments)
            .filter(|d| d.counts_as(part))
            .map(node)
            .collect()
    }
}

fn absent(period: Period, what: &str) -> Leaf {
    Leaf::Absent {
        period: period.to_string(),
        what: what.to_owned(),
    }
}

/// A path as the operator writes it.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Fate, Severity};
    use crate::cli::args::PlanArg;
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
            plan_bytes: plan_text.into(),
            plan_path: "plan.toml".into(),
            inputs: Vec::new(),
            sealed: Vec::new(),
            seal: None,
        };
        let nowhere = || PathBuf::from("no such folder");
        let places = Places {
            plan: PlanArg::default(),
            inbox: nowhere(),
            out: nowhere(),
            archive: nowhere(),
        };
        let mut tracer = Tracer::new(&view, &places).unwrap();
        for figure in view.facts.figures() {
            tracer.trace(Origin::Figure(figure.id));
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
