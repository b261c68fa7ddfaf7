//! The grades (状态) of domain/official-document.md: one definition, used by the rules that
//! depend on a grade and by the figures of the reports.

use jiff::civil::Date;
use serde::Serialize;

use super::model::{Direction, Grading, IndIx, Kind, Plan};
use super::period::Period;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Grade {
    #[serde(rename = "已完成")]
    Done,
    #[serde(rename = "已完成待验收")]
    DonePending,
    #[serde(rename = "超序时进度")]
    Ahead,
    #[serde(rename = "达到序时进度")]
    OnSchedule,
    #[serde(rename = "滞后")]
    Behind,
    #[serde(rename = "严重滞后")]
    Serious,
    #[serde(rename = "未按期完成")]
    Overdue,
    #[serde(rename = "未启动")]
    NotStarted,
    #[serde(rename = "已达标")]
    Reached,
    #[serde(rename = "未达标")]
    NotReached,
    #[serde(rename = "持续推进")]
    Ongoing,
    #[serde(rename = "数据待核实")]
    Unverified,
}

impl Grade {
    /// In the order the reports list them.
    pub const ALL: [Self; 12] = [
        Self::Done,
        Self::DonePending,
        Self::Ahead,
        Self::OnSchedule,
        Self::Reached,
        Self::Ongoing,
        Self::NotStarted,
        Self::NotReached,
        Self::Behind,
        Self::Serious,
        Self::Overdue,
        Self::Unverified,
    ];

    /// As printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "已完成",
            Self::DonePending => "已完成待验收",
            Self::Ahead => "超序时进度",
            Self::OnSchedule => "达到序时进度",
            Self::Behind => "滞后",
            Self::Serious => "严重滞后",
            Self::Overdue => "未按期完成",
            Self::NotStarted => "未启动",
            Self::Reached => "已达标",
            Self::NotReached => "未达标",
            Self::Ongoing => "持续推进",
            Self::Unverified => "数据待核实",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let folded = match name {
            "达序时" => "达到序时进度",
            "超序时" => "超序时进度",
            other => other,
        };
        Self::ALL.into_iter().find(|g| g.name() == folded)
    }

    /// Graded behind: what R016 asks measures for and the briefing lists.
    #[must_use]
    pub fn is_lagging(self) -> bool {
        matches!(self, Self::Behind | Self::Serious | Self::Overdue)
    }

    #[must_use]
    pub fn is_finished(self) -> bool {
        matches!(self, Self::Done | Self::DonePending | Self::Reached)
    }
}

/// A milestone's three states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum MilestoneState {
    #[serde(rename = "未启动")]
    NotStarted,
    #[serde(rename = "进行中")]
    UnderWay,
    #[serde(rename = "已完成")]
    Done,
}

impl MilestoneState {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "未启动",
            Self::UnderWay => "进行中",
            Self::Done => "已完成",
        }
    }
}

/// The moment a month is judged at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub period: Period,
    /// `--as-of`: the schedule is measured to this day instead of the month's end.
    pub as_of: Option<Date>,
}

impl Moment {
    #[must_use]
    pub fn month_end(period: Period) -> Self {
        Self {
            period,
            as_of: None,
        }
    }
}

/// A numeric indicator (or one reporter's part of it) held against its schedule. All unrounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// value ÷ target in percentage points; `None` for level and ratio.
    pub rate: Option<f64>,
    /// Expected share in percentage points; `None` for level and ratio.
    pub schedule: Option<f64>,
    /// Expected value in the indicator's unit.
    pub expected: Option<f64>,
    /// (expected − value) ÷ target in points for counts and quantities (positive = behind);
    /// what is lacking in the indicator's own unit for level and ratio (0 when reached).
    pub gap: f64,
    pub grade: Grade,
}

/// Share (0–1) of the target expected of an indicator at a moment.
#[must_use]
pub fn expected_share(plan: &Plan, indicator: IndIx, moment: Moment) -> f64 {
    let ind = &plan.indicators[indicator];
    let deadline = plan.deadline(indicator, moment.period);
    match moment.as_of {
        Some(day) => ind.schedule.share_on(plan.start, deadline, day),
        None => ind.schedule.share(plan.start, deadline, moment.period),
    }
}

/// The expected value: `share × target`, for a count its whole part.
#[must_use]
pub fn expected_value(plan: &Plan, indicator: IndIx, target: f64, moment: Moment) -> f64 {
    let expected = expected_share(plan, indicator, moment) * target;
    // 0.3 × 10 is 2.9999999999999996: a whole number missed by rounding alone is that number.
    if plan.indicators[indicator].kind == Kind::Count {
        (expected + 1e-9).floor()
    } else {
        expected
    }
}

/// The value from which an indicator counts as finished (95 % of an approximate target).
#[must_use]
pub fn finish_line(plan: &Plan, indicator: IndIx, target: f64) -> f64 {
    let ind = &plan.indicators[indicator];
    match (ind.approximate, ind.direction) {
        (true, Direction::AtLeast) => target * 0.95,
        (true, Direction::AtMost) => target * 1.05,
        (false, _) => target,
    }
}

/// Whether a value reaches the target (the finish line of an approximate one).
#[must_use]
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
#[must_use]
pub fn grade_numeric(
    plan: &Plan,
    indicator: IndIx,
    target: f64,
    value: f64,
    moment: Moment,
    evidence_missing: bool,
) -> Standing {
    let ind = &plan.indicators[indicator];
    let grading = &plan.grading;
    let past_deadline = is_past_deadline(plan, indicator, moment);
    let finished = is_finished(plan, indicator, target, value);
    if matches!(ind.kind, Kind::Level | Kind::Ratio) {
        let lacking = match ind.direction {
            Direction::AtLeast => (target - value).max(0.0),
            Direction::AtMost => (value - target).max(0.0),
        };
        if let (Some(baseline), false) = (ind.baseline, finished)
            && (target - baseline).abs() > f64::EPSILON
        {
            let share = expected_share(plan, indicator, moment);
            let rate = (value - baseline) / (target - baseline) * 100.0;
            let gap = share * 100.0 - rate;
            let waited = if rate <= 0.0 {
                Some(months_expected(plan, indicator, target, moment))
            } else {
                None
            };
            let grade = progress_grade(grading, gap, waited, past_deadline);
            let expected = baseline + share * (target - baseline);
            return Standing {
                rate: None,
                schedule: None,
                expected: Some(expected),
                gap: lacking,
                grade,
            };
        }
        let grade = match (finished, past_deadline) {
            (true, _) => Grade::Reached,
            (false, true) => Grade::Overdue,
            (false, false) => Grade::NotReached,
        };
        return Standing {
            rate: None,
            schedule: None,
            expected: None,
            gap: lacking,
            grade,
        };
    }
    let share = expected_share(plan, indicator, moment);
    let expected = expected_value(plan, indicator, target, moment);
    let (rate, gap) = if target == 0.0 {
        (100.0, 0.0)
    } else {
        (value / target * 100.0, (expected - value) / target * 100.0)
    };
    let grade = if finished {
        if evidence_missing {
            Grade::DonePending
        } else {
            Grade::Done
        }
    } else {
        let waited = if value <= 0.0 {
            Some(months_expected(plan, indicator, target, moment))
        } else {
            None
        };
        progress_grade(grading, gap, waited, past_deadline)
    };
    Standing {
        rate: Some(rate),
        schedule: Some(share * 100.0),
        expected: Some(expected),
        gap,
        grade,
    }
}

/// From the deadline's month on what is unfinished is late; with `--as-of`, from the deadline itself on.
#[must_use]
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
    // Differences of decimals carry binary noise; a gap of exactly 5 points is not "over 5".
    let over = |limit: f64| gap > limit + 1e-9;
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
    } else if gap <= -grading.ahead + 1e-9 {
        Grade::Ahead
    } else {
        Grade::OnSchedule
    }
}

/// Grades a milestone.
#[must_use]
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
