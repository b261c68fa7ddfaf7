//! A month, graded: every reporter's part, every indicator, every task. The month at hand and the earlier ones alike.

use crate::plan::grade::{self, Standing};
use crate::plan::{Override, SlotIx};

use super::frames::Combined;
use super::prelude::*;
use super::task_grade::{Member, Progress, TaskGrade, grade_task};

#[derive(Debug)]
pub struct Month {
    pub moment: Moment,
    /// In plan order.
    pub indicators: Vec<Indicator>,
    /// In plan order.
    pub tasks: Vec<Task>,
}

#[derive(Debug)]
pub struct Indicator {
    pub combined: Combined,
    pub state: State,
    /// This month's.
    pub target: Option<f64>,
    /// `None` unless every reporter is accepted.
    pub standing: Option<Standing>,
    /// The schedule it is graded by, in percentage points: of counts and quantities, known without any value.
    pub schedule: Option<f64>,
    pub grade: Grade,
}

impl Indicator {
    /// The combined value, once complete.
    pub fn complete_value(&self) -> Option<f64> {
        self.combined.value.filter(|_| self.combined.is_complete())
    }
}

#[derive(Debug)]
pub struct Task {
    /// As computed.
    pub computed: TaskGrade,
    /// As printed: the office's own where it set one.
    pub grade: Grade,
    pub override_reason: Option<String>,
}

impl Month {
    pub fn period(&self) -> Period {
        self.moment.period
    }
}

/// The month at hand, with the months before it and the plan.
#[derive(Clone, Copy)]
pub struct MonthInYear<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The month as checked.
    pub checked: &'a Checked,
    /// The month, graded.
    pub month: &'a Month,
    /// The months before it, oldest first.
    pub earlier: &'a [Month],
    /// The calendar month before it, where that is among them.
    pub before: Option<&'a Month>,
    /// The same month as it was accepted.
    pub before_accepted: Option<&'a Accepted>,
}

/// Whether a month is the plan's last (or lies after it).
pub fn is_last_month(plan: &Plan, period: Period) -> bool {
    period >= Period::of(plan.end)
}

/// Grades one month.
pub fn month(plan: &Plan, moment: Moment, combined: Vec<Combined>) -> Month {
    let indicators: Vec<Indicator> = combined
        .into_iter()
        .enumerate()
        .map(|(ix, c)| indicator(plan, ix, moment, c))
        .collect();
    let tasks = (0..plan.tasks.len())
        .map(|ix| task(plan, ix, moment, &indicators))
        .collect();
    Month {
        moment,
        indicators,
        tasks,
    }
}

fn indicator(plan: &Plan, ix: IndIx, moment: Moment, combined: Combined) -> Indicator {
    let kind = plan.indicators[ix].kind;
    let target = if kind.is_numeric() {
        plan.indicator_target(ix, moment.period)
    } else {
        None
    };
    let state = match (combined.is_complete(), combined.reporters.withheld) {
        (true, _) => State::Accepted,
        (false, 1..) => State::Withheld,
        (false, 0) => State::Missing,
    };
    let what = What {
        value: combined.value,
        milestone: combined.milestone,
        evidence_missing: combined.evidence_missing,
    };
    let (grade, standing) = if state == State::Accepted {
        grade_one(plan, ix, moment, target, what)
    } else {
        (None, None)
    };
    let schedule = schedule(plan, ix, target, moment);
    Indicator {
        combined,
        state,
        target,
        standing,
        schedule,
        grade: grade.unwrap_or(Grade::Unverified),
    }
}

/// Of counts and quantities, known without any value.
fn schedule(plan: &Plan, ix: IndIx, target: Option<f64>, moment: Moment) -> Option<f64> {
    let target = target.filter(|_| plan.indicators[ix].kind.is_cumulative())?;
    Some(grade::schedule(plan, ix, target, moment))
}

/// What is known of an indicator or of one reporter's part of it.
#[derive(Clone, Copy)]
struct What {
    value: Option<f64>,
    milestone: Option<MilestoneState>,
    evidence_missing: bool,
}

fn grade_one(
    plan: &Plan,
    ix: IndIx,
    moment: Moment,
    target: Option<f64>,
    what: What,
) -> (Option<Grade>, Option<Standing>) {
    match plan.indicators[ix].kind {
        Kind::Ongoing => (Some(Grade::Ongoing), None),
        Kind::Milestone => (
            what.milestone
                .map(|m| grade::grade_milestone(plan, ix, m, moment, what.evidence_missing)),
            None,
        ),
        Kind::Count | Kind::Quantity | Kind::Level | Kind::Ratio => {
            let standing = what
                .value
                .zip(target)
                .map(|(v, t)| grade::grade_numeric(plan, ix, t, v, moment, what.evidence_missing));
            (standing.map(|s| s.grade), standing)
        }
    }
}

/// One reporter's part of an indicator.
pub struct Part {
    pub target: Option<f64>,
    /// `None` unless it is accepted, as the grade.
    pub rate: Option<f64>,
    pub schedule: Option<f64>,
    pub grade: Option<Grade>,
}

/// One reporter's part as it stands.
pub fn slot(plan: &Plan, ix: SlotIx, moment: Moment, judged: &Judged) -> Part {
    let indicator = plan.slots[ix].indicator;
    let target = if plan.indicators[indicator].kind.is_numeric() {
        plan.slot_target(ix, moment.period)
    } else {
        None
    };
    let unknown = Part {
        target,
        rate: None,
        schedule: schedule(plan, indicator, target, moment),
        grade: None,
    };
    if judged.state != State::Accepted {
        return unknown;
    }
    let what = What {
        value: judged.value,
        milestone: judged.milestone,
        evidence_missing: judged.evidence_missing,
    };
    let (grade, standing) = grade_one(plan, indicator, moment, target, what);
    Part {
        rate: standing.and_then(|s| s.rate),
        grade,
        ..unknown
    }
}

fn task(plan: &Plan, ix: TaskIx, moment: Moment, indicators: &[Indicator]) -> Task {
    let own = plan.tasks[ix].indicators.clone();
    let members: Vec<Member> = own
        .filter_map(|i| {
            indicators
                .get(i)
                .map(|graded| member(plan, i, moment, graded))
        })
        .collect();
    let computed = grade_task(&members, &plan.grading, is_last_month(plan, moment.period));
    let set = override_of(plan, ix, moment.period);
    Task {
        grade: set.map_or(computed.grade, |o| o.grade),
        override_reason: set.map(|o| o.reason.clone()),
        computed,
    }
}

fn member<'a>(plan: &'a Plan, ix: IndIx, moment: Moment, graded: &Indicator) -> Member<'a> {
    let ind = &plan.indicators[ix];
    let progress = graded
        .standing
        .filter(|_| ind.kind.is_cumulative())
        .and_then(|s| {
            let (rate, schedule) = s.rate.zip(s.schedule)?;
            Some(Progress { rate, schedule })
        });
    let begun = match ind.kind {
        Kind::Count | Kind::Quantity => graded.complete_value().is_some_and(|v| v > 0.0),
        Kind::Level | Kind::Ratio => matches!(
            graded.grade,
            Grade::Reached | Grade::Ahead | Grade::OnSchedule
        ),
        Kind::Milestone => graded
            .combined
            .milestone
            .is_some_and(|m| m != MilestoneState::NotStarted),
        Kind::Ongoing => graded.state == State::Accepted,
    };
    Member {
        name: &ind.name,
        kind: ind.kind,
        weight: ind.weight,
        grade: Some(graded.grade).filter(|g| *g != Grade::Unverified),
        progress,
        begun,
        past_deadline: grade::is_past_deadline(plan, ix, moment),
    }
}

/// The last entry for a task and month counts.
fn override_of(plan: &Plan, task: TaskIx, period: Period) -> Option<&Override> {
    plan.overrides
        .iter()
        .rev()
        .find(|o| o.task == task && o.period == period)
}

/// Whether a month's slots are those of the plan.
pub fn fits(plan: &Plan, month: &Accepted) -> bool {
    month.slots().len() == plan.slots.len()
        && month.slots().iter().enumerate().all(|(ix, j)| j.slot == ix)
}
