//! Grading: a value compared with its target and schedule. Rules that depend on a grade and the reports share this one
//! definition (domain/official-document.md).

use jiff::civil::Date;

use super::model::{Direction, IndIx, Kind, Plan};
use super::number::round;
use super::period::Period;
use super::settings::Grading;
use super::states::{Grade, MilestoneState};

/// The moment a month is judged at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The month.
    pub period: Period,
    /// `--as-of`: the schedule is measured to this day instead of the month's end.
    pub as_of: Option<Date>,
}

impl Moment {
    /// The end of a month.
    pub fn month_end(period: Period) -> Self {
        Self {
            period,
            as_of: None,
        }
    }
}

/// Where a numeric indicator (or one reporter's part of it) stands against its schedule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// value ÷ target in percentage points, unrounded; `None` for level and ratio.
    pub rate: Option<f64>,
    /// [`schedule`], unrounded; `None` for level and ratio.
    pub schedule: Option<f64>,
    /// [`gap`] of the two for counts and quantities (positive = behind);
    /// what is lacking in the indicator's own unit for level and ratio (0 when reached).
    pub gap: f64,
    /// What all of this is called.
    pub grade: Grade,
}

/// Share (0–1) of the target expected of an indicator at a moment.
pub fn expected_share(plan: &Plan, indicator: IndIx, moment: Moment) -> f64 {
    let ind = &plan.indicators[indicator];
    let deadline = plan.deadline(indicator, moment.period);
    match moment.as_of {
        Some(day) => ind.schedule.share_on(plan.start, deadline, day),
        None => ind.schedule.share(plan.start, deadline, moment.period),
    }
}

/// The expected value: `share × target`, for a count its whole part.
pub fn expected_value(plan: &Plan, indicator: IndIx, target: f64, moment: Moment) -> f64 {
    let expected = expected_share(plan, indicator, moment) * target;
    // 0.3 × 10 is 2.9999999999999996: a whole number missed by rounding alone is that number.
    if plan.indicators[indicator].kind == Kind::Count {
        (expected + 1e-9).floor()
    } else {
        expected
    }
}

/// The schedule that a rate is graded by, in percentage points: the expected value ÷ target.
pub fn schedule(plan: &Plan, indicator: IndIx, target: f64, moment: Moment) -> f64 {
    // Of nothing everything is done.
    if target == 0.0 {
        return 100.0;
    }
    expected_value(plan, indicator, target, moment) / target * 100.0
}

/// The gap that a grade follows from: schedule − rate, each as it is printed, so that a reader's own subtraction agrees.
pub fn gap(rate: f64, schedule: f64) -> f64 {
    round(round(schedule, 1) - round(rate, 1), 1)
}

/// The value from which an indicator counts as finished (95 % of an approximate target).
pub fn finish_line(plan: &Plan, indicator: IndIx, target: f64) -> f64 {
    let ind = &plan.indicators[indicator];
    match (ind.approximate, ind.direction) {
        (true, Direction::AtLeast) => target * 0.95,
        (true, Direction::AtMost) => target * 1.05,
        (false, _) => target,
    }
}

/// Whether a value reaches the target (the finish line of an approximate one).
pub fn is_finished(plan: &Plan, indicator: IndIx, target: f64, value: f64) -> bool {
    let line = finish_line(plan, indicator, target);
    let slack = 1e-9 * line.abs().max(1.0);
    match plan.indicators[indicator].direction {
        Direction::AtLeast => value >= line - slack,
        Direction::AtMost => value <= line + slack,
    }
}

/// Grades a count, quantity, level or ratio.
///
/// `evidence_missing`: the plan asks for acceptance evidence and none is given.
pub fn grade_numeric(
    plan: &Plan,
    indicator: IndIx,
    target: f64,
    value: f64,
    moment: Moment,
    evidence_missing: bool,
) -> Standing {
    let ind = &plan.indicators[indicator];
    let past_deadline = is_past_deadline(plan, indicator, moment);
    let finished = is_finished(plan, indicator, target, value);
    let graded = |gap: f64, nothing_begun: bool| {
        let waited = nothing_begun.then(|| months_expected(plan, indicator, target, moment));
        progress_grade(&plan.grading, gap, waited, past_deadline)
    };
    if matches!(ind.kind, Kind::Level | Kind::Ratio) {
        let lacking = match ind.direction {
            Direction::AtLeast => (target - value).max(0.0),
            Direction::AtMost => (value - target).max(0.0),
        };
        let is_road = |baseline: &f64| !finished && (target - baseline).abs() > f64::EPSILON;
        let grade = match ind.baseline.filter(is_road) {
            Some(baseline) => {
                let rate = (value - baseline) / (target - baseline) * 100.0;
                let share = expected_share(plan, indicator, moment);
                graded(gap(rate, share * 100.0), rate <= 0.0)
            }
            None if finished => Grade::Reached,
            None if past_deadline => Grade::Overdue,
            None => Grade::NotReached,
        };
        return Standing {
            rate: None,
            schedule: None,
            gap: lacking,
            grade,
        };
    }
    let rate = if target == 0.0 {
        100.0
    } else {
        value / target * 100.0
    };
    let schedule = schedule(plan, indicator, target, moment);
    let gap = gap(rate, schedule);
    let grade = match (finished, evidence_missing) {
        (true, true) => Grade::DonePending,
        (true, false) => Grade::Done,
        (false, _) => graded(gap, value <= 0.0),
    };
    Standing {
        rate: Some(rate),
        schedule: Some(schedule),
        gap,
        grade,
    }
}

/// From the deadline's month on what is unfinished is late; with `--as-of`, from the deadline itself on.
pub fn is_past_deadline(plan: &Plan, indicator: IndIx, moment: Moment) -> bool {
    let deadline = plan.deadline(indicator, moment.period);
    match moment.as_of {
        Some(day) => day >= deadline,
        None => moment.period >= Period::of(deadline),
    }
}

/// Whole months since the first month whose expectation was above zero; 0 before it.
fn months_expected(plan: &Plan, indicator: IndIx, target: f64, moment: Moment) -> u32 {
    let mut month = Period::of(plan.start);
    while month <= moment.period {
        let at = Moment::month_end(month);
        // A count's expectation is its whole part; elsewhere the share decides, as a level's target may be 0.
        let is_count = plan.indicators[indicator].kind == Kind::Count;
        let expected = if is_count {
            expected_value(plan, indicator, target, at)
        } else {
            expected_share(plan, indicator, at)
        };
        if expected > 0.0 {
            return u32::try_from(moment.period.months_since(month)).unwrap_or(0);
        }
        month = month.next();
    }
    0
}

/// The ladder of an unfinished count or quantity, in the order the definitions give it.
///
/// `nothing_begun`: `Some` when the value is zero, with the months since something was first expected.
fn progress_grade(
    grading: &Grading,
    gap: f64,
    nothing_begun: Option<u32>,
    past_deadline: bool,
) -> Grade {
    let over = |limit: f64| gap > limit;
    if past_deadline {
        Grade::Overdue
    } else if nothing_begun.is_some() && !over(grading.tolerance) {
        Grade::NotStarted
    } else if over(grading.serious)
        || nothing_begun.is_some_and(|months| months >= grading.unstarted_months.max(1))
    {
        Grade::Serious
    } else if over(grading.tolerance) {
        Grade::Behind
    } else if gap <= -grading.ahead {
        Grade::Ahead
    } else {
        Grade::OnSchedule
    }
}

/// Grades a milestone.
pub fn grade_milestone(
    plan: &Plan,
    indicator: IndIx,
    state: MilestoneState,
    moment: Moment,
    evidence_missing: bool,
) -> Grade {
    let ind = &plan.indicators[indicator];
    match state {
        MilestoneState::Done if evidence_missing => Grade::DonePending,
        MilestoneState::Done => Grade::Done,
        _ if is_past_deadline(plan, indicator, moment) => Grade::Overdue,
        MilestoneState::NotStarted if ind.start_by.is_some_and(|by| moment.period > by) => {
            Grade::Behind
        }
        MilestoneState::UnderWay => Grade::OnSchedule,
        MilestoneState::NotStarted => Grade::NotStarted,
    }
}

#[cfg(test)]
mod tests;
