//! The one polars frame, a row for each month × slot, and its roll-ups. Nothing else sees a frame, a series or an expression.
//!
//! There may be millions of rows. Results are the same whatever the number of threads: sums are sums of integers
//! ([`Exact`]), least and greatest values do not depend on order, and every roll-up is sorted by plan order before it is read.

use polars::prelude::{DataFrame, PolarsError, SortMultipleOptions, df};

use crate::intake::number_text::tidy;
use crate::plan::number::round;
use crate::plan::{Combine, Slot};

use super::exact::Exact;
use super::prelude::*;

/// A frame could not be built or evaluated: a fault of the program or the machine, never of a department.
#[derive(Debug)]
pub struct FrameError(PolarsError);

impl std::fmt::Display for FrameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for FrameError {}

impl From<PolarsError> for FrameError {
    fn from(error: PolarsError) -> Self {
        Self(error)
    }
}

/// Slots of the plan by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Used.
    pub accepted: u32,
    /// Held back by an error.
    pub withheld: u32,
    /// Not reported.
    pub missing: u32,
}

impl Tally {
    /// All of them.
    pub fn slots(self) -> u32 {
        self.accepted + self.withheld + self.missing
    }
}

/// All reporters of one indicator in one month, taken together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Combined {
    /// The reporters.
    pub reporters: Tally,
    /// Of the accepted reporters, in the plan's unit; `None` without one.
    pub value: Option<f64>,
    /// Of the accepted reporters: 已完成 when all say so, 未启动 when all do, else 进行中.
    pub milestone: Option<MilestoneState>,
    /// The latest of the reporters' dates.
    pub done_on: Option<Date>,
    /// The plan asks a reporter for acceptance evidence, and none is given.
    pub evidence_missing: bool,
}

impl Combined {
    /// Every reporter's value was accepted.
    pub fn is_complete(&self) -> bool {
        self.reporters.accepted > 0 && self.reporters.accepted == self.reporters.slots()
    }
}

/// The months' records, rolled up.
pub struct RolledUp {
    /// By month, then by indicator in plan order.
    pub indicators: Vec<Vec<Combined>>,
    /// The last month's slots by department, in plan order.
    pub departments: Vec<Tally>,
}

/// Joins the records of each month with the plan's slots and rolls them up. `months` are of this plan.
pub fn roll_up(plan: &Plan, months: &[&Accepted]) -> Result<RolledUp, FrameError> {
    let records = records(plan, months)?;
    let of_indicators = Wanted {
        sums: &["accepted", "withheld", "missing", "values", "whole", "nano"],
        least: &["value", "milestone"],
        greatest: &["value", "milestone", "done", "evidence", "decimals"],
    };
    let frame = of_indicators.of(&records, &["month", "indicator"])?;
    let mut indicators = vec![vec![Combined::default(); plan.indicators.len()]; months.len()];
    for (month, ix, combined) in combined(plan, &frame)? {
        if let Some(cell) = indicators.get_mut(month).and_then(|m| m.get_mut(ix)) {
            *cell = combined;
        }
    }
    let last = months.last().map_or(0, |month| month.slots().len());
    let of_departments = Wanted {
        sums: &["accepted", "withheld", "missing"],
        least: &[],
        greatest: &[],
    };
    let frame = of_departments.of(&records.tail(Some(last)), &["department"])?;
    let mut departments = vec![Tally::default(); plan.departments.len()];
    for (ix, tally) in u32s(&frame, "department")?
        .into_iter()
        .zip(tallies(&frame)?)
    {
        if let Some(cell) = ix.and_then(|ix| departments.get_mut(ix as usize)) {
            *cell = tally;
        }
    }
    Ok(RolledUp {
        indicators,
        departments,
    })
}

/// The columns of a roll-up: `whole_sum` of `whole`, `value_min` and `value_max` of `value`.
struct Wanted {
    sums: &'static [&'static str],
    least: &'static [&'static str],
    greatest: &'static [&'static str],
}

impl Wanted {
    /// A row for each group of rows that agree in their keys, sorted by these.
    #[expect(
        deprecated,
        reason = "polars would have its lazy expressions used: these three sums are not worth their 54 crates, a fifth of the build"
    )]
    fn of(&self, frame: &DataFrame, keys: &[&str]) -> Result<DataFrame, FrameError> {
        let groups = frame.group_by(keys.iter().copied())?;
        let mut groups = groups.select(self.sums.iter().copied());
        let mut rolled = groups.sum()?;
        let mut add = |columns: DataFrame| -> Result<(), PolarsError> {
            rolled
                .hstack_mut(&columns.columns()[keys.len()..])
                .map(drop)
        };
        if !self.least.is_empty() {
            groups = groups.select(self.least.iter().copied());
            add(groups.min()?)?;
        }
        if !self.greatest.is_empty() {
            groups = groups.select(self.greatest.iter().copied());
            add(groups.max()?)?;
        }
        Ok(rolled.sort(keys.iter().copied(), SortMultipleOptions::default())?)
    }
}

/// One row per month × slot.
fn records(plan: &Plan, months: &[&Accepted]) -> Result<DataFrame, FrameError> {
    let judged = || months.iter().flat_map(|m| m.slots());
    let of_slot = |pick: fn(&Slot) -> usize| -> Vec<u32> {
        let of = |j: &Judged| plan.slots.get(j.slot).map_or(u32::MAX, |s| index(pick(s)));
        judged().map(of).collect()
    };
    let month = months
        .iter()
        .enumerate()
        .flat_map(|(ix, m)| std::iter::repeat_n(index(ix), m.slots().len()));
    let of_state =
        |state: State| -> Vec<u32> { judged().map(|j| u32::from(j.state == state)).collect() };
    let exact = || judged().map(|j| j.value.map(Exact::of));
    Ok(df!(
        "month" => month.collect::<Vec<u32>>(),
        "indicator" => of_slot(|s| s.indicator),
        "department" => of_slot(|s| s.department),
        "accepted" => of_state(State::Accepted),
        "withheld" => of_state(State::Withheld),
        "missing" => of_state(State::Missing),
        "values" => judged().map(|j| u32::from(j.value.is_some())).collect::<Vec<u32>>(),
        "value" => judged().map(|j| j.value).collect::<Vec<Option<f64>>>(),
        "whole" => exact().map(|v| v.map(|v| v.whole)).collect::<Vec<Option<i64>>>(),
        "nano" => exact().map(|v| v.map(|v| v.nano)).collect::<Vec<Option<i64>>>(),
        "decimals" => judged().map(|j| decimals(plan, j)).collect::<Vec<u32>>(),
        "milestone" => judged().map(|j| j.milestone.map(|m| m as u32)).collect::<Vec<Option<u32>>>(),
        "done" => judged().map(|j| j.done_on.map(date_code)).collect::<Vec<Option<u32>>>(),
        "evidence" => judged().map(|j| u32::from(j.evidence_missing)).collect::<Vec<u32>>(),
    )?)
}

/// Decimals that a value lends to a mean it has a part in: one more than it has itself, at most four.
fn decimals(plan: &Plan, judged: &Judged) -> u32 {
    let is_mean = |slot: &Slot| way(plan, slot.indicator) == Combine::Mean;
    let value = judged
        .value
        .filter(|_| plan.slots.get(judged.slot).is_some_and(is_mean));
    let shows = |value: f64| (0..3).find(|&n| (round(value, n) - value).abs() < 1e-9);
    value
        .map_or(0, |value| shows(value).unwrap_or(3) + 1)
        .into()
}

fn tallies(frame: &DataFrame) -> Result<impl Iterator<Item = Tally>, FrameError> {
    let count = |name| u32s(frame, name);
    let (accepted, withheld, missing) = (
        count("accepted_sum")?,
        count("withheld_sum")?,
        count("missing_sum")?,
    );
    let counts = accepted.into_iter().zip(withheld).zip(missing);
    Ok(counts.map(|((accepted, withheld), missing)| Tally {
        accepted: accepted.unwrap_or_default(),
        withheld: withheld.unwrap_or_default(),
        missing: missing.unwrap_or_default(),
    }))
}

/// Month, indicator and what its reporters give together.
fn combined(plan: &Plan, frame: &DataFrame) -> Result<Vec<(usize, usize, Combined)>, FrameError> {
    let u32s = |name| u32s(frame, name);
    let (month, indicator, values) = (u32s("month")?, u32s("indicator")?, u32s("values_sum")?);
    let (whole, nano) = (
        frame.column("whole_sum")?.i64()?,
        frame.column("nano_sum")?.i64()?,
    );
    let (least, greatest) = (
        frame.column("value_min")?.f64()?,
        frame.column("value_max")?.f64()?,
    );
    let (started, done) = (u32s("milestone_min")?, u32s("milestone_max")?);
    let (done_on, evidence, decimals) = (
        u32s("done_max")?,
        u32s("evidence_max")?,
        u32s("decimals_max")?,
    );
    let read = |(row, reporters): (usize, Tally)| {
        let ix = indicator[row]? as usize;
        let sum = Exact {
            whole: whole.get(row)?,
            nano: nano.get(row)?,
        };
        let milestone = started[row]
            .zip(done[row])
            .map(|(least, greatest)| milestone(least, greatest));
        // A single reporter's value is taken as it is, so that none of its decimals is lost.
        let value = match (values[row]?, way(plan, ix)) {
            (0, _) => None,
            (1, _) | (_, Combine::Min) => least.get(row),
            (_, Combine::Max) => greatest.get(row),
            (_, Combine::Sum) => Some(sum.value()),
            (n, Combine::Mean) => {
                let shown = u8::try_from(decimals[row]?).unwrap_or(4);
                Some(round(sum.value() / f64::from(n), shown))
            }
        };
        let combined = Combined {
            reporters,
            value: value.map(tidy),
            milestone,
            // A date alone does not make a milestone done while a reporter is under way.
            done_on: done_on[row]
                .and_then(date_of)
                .filter(|_| milestone.is_none_or(|m| m == MilestoneState::Done)),
            evidence_missing: evidence[row]? > 0,
        };
        Some((month[row]? as usize, ix, combined))
    };
    Ok(tallies(frame)?.enumerate().filter_map(read).collect())
}

/// Counts and quantities add up; levels and ratios follow the plan's `combine`.
fn way(plan: &Plan, indicator: usize) -> Combine {
    match plan.indicators.get(indicator) {
        Some(indicator) if !indicator.kind.is_cumulative() => indicator.combine,
        _ => Combine::Sum,
    }
}

fn milestone(least: u32, greatest: u32) -> MilestoneState {
    if least == MilestoneState::Done as u32 {
        MilestoneState::Done
    } else if greatest == MilestoneState::NotStarted as u32 {
        MilestoneState::NotStarted
    } else {
        MilestoneState::UnderWay
    }
}

fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn u32s(frame: &DataFrame, name: &str) -> Result<Vec<Option<u32>>, FrameError> {
    Ok(frame.column(name)?.u32()?.iter().collect())
}

/// A date as an ordered number, 20240618.
fn date_code(date: Date) -> u32 {
    u32::from(date.year().unsigned_abs()) * 10_000
        + u32::from(date.month().unsigned_abs()) * 100
        + u32::from(date.day().unsigned_abs())
}

fn date_of(code: u32) -> Option<Date> {
    let part = |n: u32| i8::try_from(n % 100).ok();
    let year = i16::try_from(code / 10_000).ok()?;
    Date::new(year, part(code / 100)?, part(code)?).ok()
}
