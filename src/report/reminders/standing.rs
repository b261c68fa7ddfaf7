//! Who stands where with a month's report, and what exactly is missing.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::Joined;
use crate::check::{Reporting, Severity, State, Status};
use crate::combine::Facts;
use crate::combine::facts::DepartmentFacts;
use crate::plan::{DeptIx, Plan, SlotIx, Task};

/// How far a department's report has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// 按时报送.
    OnTime,
    /// 已报送: a usable report is in, and nothing says whether in time.
    Submitted,
    /// 逾期报送.
    Late,
    /// 已退回: files came, none can be used.
    Returned,
    /// 未报: nothing came.
    NotSubmitted,
    /// Nothing is expected: no reporting task, or before the first period.
    NotAsked,
}

/// One department's standing in a month.
#[derive(Debug)]
pub struct DepartmentStanding {
    pub id: String,
    pub name: String,
    pub progress: Progress,
    /// As the reports print it.
    pub submitted: Reporting,
    /// The day its first report came, where the register says.
    pub received: Option<Date>,
    pub due: Date,
    /// The file that is used.
    pub file: Option<String>,
    /// Why its files were refused.
    pub reasons: Vec<Reason>,
    /// 漏报: what a usable report leaves out.
    pub gaps: Vec<Gap>,
    /// The tasks it reports on, with the names of its indicators.
    pub tasks: Vec<Owed>,
}

/// An error that refuses a file as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    pub code: &'static str,
    pub file: Option<String>,
    pub message: String,
    pub help: String,
}

/// A task with indicators of which nothing was reported. What was reported and is withheld is no gap: the return copy asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    pub task: u32,
    pub name: String,
    pub indicators: Vec<MissingValue>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingValue {
    pub id: String,
    pub name: String,
}

/// A task as a department owes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owed {
    pub task: u32,
    pub name: String,
    pub indicators: Vec<String>,
}

impl Gap {
    /// `“活动批次”、“覆盖人数”`.
    pub fn indicators(&self) -> String {
        let names = self.indicators.iter().map(|i| format!("“{}”", i.name));
        names.joined("、")
    }
}

impl DepartmentStanding {
    /// Anything to remind of: who is late and has left nothing out has nothing more to send.
    pub fn is_chased(&self) -> bool {
        is_chased(self.progress, &self.gaps)
    }

    /// Days after the due date, where the register says when the first report came.
    pub fn days_late(&self) -> Option<i32> {
        let days = self.received?.since(self.due).ok()?.get_days();
        (days > 0).then_some(days)
    }
}

/// Every department of the plan, in its order.
pub fn standings(plan: &Plan, facts: &Facts) -> Vec<DepartmentStanding> {
    outlines(plan, facts).map(|o| o.in_full(plan)).collect()
}

/// Those of them that have something outstanding.
pub fn chased(plan: &Plan, facts: &Facts) -> Vec<DepartmentStanding> {
    outlines(plan, facts)
        .filter(|o| is_chased(o.progress, &o.gaps))
        .map(|o| o.in_full(plan))
        .collect()
}

fn is_chased(progress: Progress, gaps: &[Gap]) -> bool {
    matches!(progress, Progress::Returned | Progress::NotSubmitted) || !gaps.is_empty()
}

/// A department as far as it takes to tell whether it is chased: of thousands only a few are.
struct Outline<'a> {
    department: &'a DepartmentFacts,
    progress: Progress,
    reasons: Vec<Reason>,
    gaps: Vec<Gap>,
}

impl Outline<'_> {
    fn in_full(self, plan: &Plan) -> DepartmentStanding {
        let d = self.department;
        DepartmentStanding {
            id: d.id.clone(),
            name: d.name.clone(),
            progress: self.progress,
            submitted: d.submitted,
            received: d.received,
            due: d.due,
            file: d.file.clone(),
            reasons: self.reasons,
            gaps: self.gaps,
            tasks: owed(plan, d.department),
        }
    }
}

fn outlines<'a>(plan: &'a Plan, facts: &'a Facts) -> impl Iterator<Item = Outline<'a>> {
    // Gathered once: a plan may name thousands of departments.
    let mut refused: BTreeMap<DeptIx, Vec<Reason>> = BTreeMap::new();
    for finding in facts.findings.iter().filter(|f| f.status == Status::Open) {
        let Some(department) = finding.department else {
            continue;
        };
        if finding.severity == Severity::Error && refuses(finding.code) {
            refused.entry(department).or_default().push(Reason {
                code: finding.code,
                file: finding.file.clone(),
                message: finding.message.clone(),
                help: finding.help.clone(),
            });
        }
    }
    facts.departments.iter().map(move |d| {
        let reasons = refused.remove(&d.department).unwrap_or_default();
        let mut outline = Outline {
            department: d,
            progress: match progress(d.submitted) {
                // Of whom nothing is asked nothing is asked again.
                Progress::Returned if plan.slots_of(d.department).is_empty() => Progress::NotAsked,
                progress => progress,
            },
            reasons: Vec::new(),
            gaps: Vec::new(),
        };
        match outline.progress {
            Progress::Returned => outline.reasons = reasons,
            Progress::OnTime | Progress::Submitted | Progress::Late => {
                outline.gaps = gaps(plan, facts, d.department);
            }
            Progress::NotSubmitted | Progress::NotAsked => {}
        }
        outline
    })
}

/// Whether an error refuses a whole file.
fn refuses(code: &str) -> bool {
    code.starts_with('F') || matches!(code, "S001" | "S002" | "S003")
}

fn progress(submitted: Reporting) -> Progress {
    match submitted {
        Reporting::OnTime => Progress::OnTime,
        Reporting::Undated | Reporting::Submitted => Progress::Submitted,
        Reporting::Late => Progress::Late,
        Reporting::Returned => Progress::Returned,
        Reporting::NotSubmitted => Progress::NotSubmitted,
        Reporting::NotDue | Reporting::NoTask => Progress::NotAsked,
    }
}

/// A department's tasks, each with the slots it reports on.
fn tasks_of(plan: &Plan, department: DeptIx) -> impl Iterator<Item = (&Task, &[SlotIx])> {
    plan.slots_of(department)
        .chunk_by(|&a, &b| plan.slots[a].task == plan.slots[b].task)
        .map(|slots| (&plan.tasks[plan.slots[slots[0]].task], slots))
}

fn gaps(plan: &Plan, facts: &Facts, department: DeptIx) -> Vec<Gap> {
    let gap = |(task, slots): (&Task, &[SlotIx])| {
        let missing = slots.iter().filter_map(|&slot| {
            let slot = facts.slots.get(slot)?;
            let indicator = facts.indicators.get(slot.indicator)?;
            (slot.state == State::Missing).then(|| MissingValue {
                id: indicator.id.clone(),
                name: indicator.name.clone(),
            })
        });
        Gap {
            task: task.no,
            name: task.name.clone(),
            indicators: missing.collect(),
        }
    };
    tasks_of(plan, department)
        .map(gap)
        .filter(|gap| !gap.indicators.is_empty())
        .collect()
}

fn owed(plan: &Plan, department: DeptIx) -> Vec<Owed> {
    let name = |&s: &SlotIx| plan.indicators[plan.slots[s].indicator].name.clone();
    tasks_of(plan, department)
        .map(|(task, slots)| Owed {
            task: task.no,
            name: task.name.clone(),
            indicators: slots.iter().map(name).collect(),
        })
        .collect()
}
