//! Who stands where with a month's report, and what exactly is missing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use crate::check::{Reporting, Severity, State, Status};
use crate::combine::Facts;
use crate::combine::facts::{DepartmentFacts, SlotFacts};
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
#[derive(Debug, Clone)]
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

/// A task without a value, or single indicators of one without a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    pub task: u32,
    pub name: String,
    /// The task has no accepted value at all (X004); else only the indicators listed lack their row.
    pub whole: bool,
    pub indicators: Vec<MissingValue>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingValue {
    pub id: String,
    pub name: String,
    /// missing (no row) or withheld.
    pub state: &'static str,
    /// Codes that hold the value back.
    pub withheld_by: Vec<&'static str>,
}

/// A task as a department owes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owed {
    pub task: u32,
    pub name: String,
    pub indicators: Vec<String>,
}

impl DepartmentStanding {
    /// Anything to remind of.
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
    use Progress::{Late, NotSubmitted, Returned};
    matches!(progress, Late | Returned | NotSubmitted) || !gaps.is_empty()
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

/// What the month's findings say of one department as a whole.
#[derive(Default)]
struct Faults {
    /// Numbers of tasks without any accepted value.
    empty_tasks: BTreeSet<u32>,
    /// Why its files were refused.
    reasons: Vec<Reason>,
}

fn outlines<'a>(plan: &'a Plan, facts: &'a Facts) -> impl Iterator<Item = Outline<'a>> {
    // Gathered once: a plan may name thousands of departments.
    let mut faults: BTreeMap<DeptIx, Faults> = BTreeMap::new();
    for finding in facts.findings.iter().filter(|f| f.status == Status::Open) {
        let Some(department) = finding.department else {
            continue;
        };
        if finding.code == "X004" {
            let own = faults.entry(department).or_default();
            own.empty_tasks.extend(finding.task_no);
        } else if finding.severity == Severity::Error && refuses(finding.code) {
            faults.entry(department).or_default().reasons.push(Reason {
                code: finding.code,
                file: finding.file.clone(),
                message: finding.message.clone(),
                help: finding.help.clone(),
            });
        }
    }
    facts.departments.iter().map(move |d| {
        let own = faults.remove(&d.department).unwrap_or_default();
        let mut outline = Outline {
            department: d,
            progress: progress(d.submitted),
            reasons: Vec::new(),
            gaps: Vec::new(),
        };
        match outline.progress {
            Progress::Returned => outline.reasons = own.reasons,
            Progress::OnTime | Progress::Submitted | Progress::Late => {
                outline.gaps = gaps(plan, facts, d.department, &own.empty_tasks);
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

fn gaps(plan: &Plan, facts: &Facts, department: DeptIx, empty_tasks: &BTreeSet<u32>) -> Vec<Gap> {
    tasks_of(plan, department)
        .filter_map(|(task, slots)| {
            let whole = empty_tasks.contains(&task.no);
            let lacks =
                |s: &&SlotFacts| s.state == State::Missing || whole && s.state != State::Accepted;
            let indicators: Vec<MissingValue> = slots
                .iter()
                .filter_map(|&slot| facts.slots.get(slot))
                .filter(lacks)
                .filter_map(|s| {
                    let indicator = facts.indicators.get(s.indicator)?;
                    // With several reporters the codes may be another one's.
                    let own = s.state == State::Withheld && indicator.slots.len() == 1;
                    Some(MissingValue {
                        id: indicator.id.clone(),
                        name: indicator.name.clone(),
                        state: s.state.as_str(),
                        withheld_by: if own {
                            indicator.withheld_by.clone()
                        } else {
                            Vec::new()
                        },
                    })
                })
                .collect();
            (whole || !indicators.is_empty()).then(|| Gap {
                task: task.no,
                name: task.name.clone(),
                whole,
                indicators,
            })
        })
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

/// `“活动批次”未填报`, or `“活动批次”待核实（C007）`.
pub fn missing_value(missing: &MissingValue) -> String {
    let why = match missing.state {
        "missing" => "未填报".to_owned(),
        _ if missing.withheld_by.is_empty() => "待核实".to_owned(),
        _ => format!("待核实（{}）", missing.withheld_by.join("、")),
    };
    format!("“{}”{why}", missing.name)
}
