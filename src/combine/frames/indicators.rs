//! Records joined with the plan: reporters' values combined by indicator and month, and what they grew by.

use jiff::civil::Date;
use polars::prelude::{
    DataFrame, DataType, Expr, IntoLazy, JoinArgs, JoinType, LazyFrame, NULL, SortMultipleOptions,
    col, df, lit, when,
};

use crate::check::{Accepted, State};
use crate::intake::number_text::tidy;
use crate::plan::{Combine, MilestoneState, Plan};

use super::{FrameError, exact, index, optional_f64s, optional_i32s, optional_u32s, u32s};

/// All reporters of one indicator in one month, taken together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Combined {
    pub accepted: u32,
    pub withheld: u32,
    pub missing: u32,
    /// Of the accepted reporters, in the plan's unit; `None` without one.
    pub value: Option<f64>,
    /// Of the accepted reporters: 已完成 when all say so, 未启动 when all do, else 进行中.
    pub milestone: Option<MilestoneState>,
    /// The latest of the reporters' dates.
    pub done_on: Option<Date>,
    pub evidence_missing: bool,
}

impl Combined {
    /// Every reporter's value was accepted.
    pub fn is_complete(&self) -> bool {
        self.accepted > 0 && self.withheld == 0 && self.missing == 0
    }
}

/// What a combined value grew by.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Growth {
    /// The latest earlier value that is complete, and its month (an index into the months).
    pub previous: Option<(usize, f64)>,
    /// The value minus that of the calendar month right before; `None` unless both are complete.
    pub increment: Option<f64>,
}

/// Combines the slots of each month by indicator: `result[month][indicator]`, in plan order.
///
/// Counts and quantities add up; levels and ratios follow the plan's `combine`. `months` are of this plan.
pub fn combine_slots(plan: &Plan, months: &[&Accepted]) -> Result<Vec<Vec<Combined>>, FrameError> {
    let mut result: Vec<Vec<Combined>> = months
        .iter()
        .map(|_| vec![Combined::default(); plan.indicators.len()])
        .collect();
    // Millions of records may come in: they are added up before anything is joined to them.
    let frame = records(plan, months)?
        .group_by([col("month"), col("indicator")])
        .agg(aggregations())
        .join(
            indicators(plan)?,
            [col("indicator")],
            [col("indicator")],
            JoinArgs::new(JoinType::Left),
        )
        .with_columns([combined_value().alias("combined")])
        .sort(["month", "indicator"], SortMultipleOptions::default())
        .collect()?;
    let month = u32s(&frame, "month")?;
    let indicator = u32s(&frame, "indicator")?;
    for (row, combined) in read(&frame)?.into_iter().enumerate() {
        let place = month.get(row).zip(indicator.get(row));
        if let Some(cell) =
            place.and_then(|(&m, &i)| result.get_mut(m as usize)?.get_mut(i as usize))
        {
            *cell = combined;
        }
    }
    Ok(result)
}

/// What each indicator's value of the last month grew by. `calendar[m]` is month m's place in the calendar.
pub fn growth(combined: &[Vec<Combined>], calendar: &[i32]) -> Result<Vec<Growth>, FrameError> {
    let Some((current, earlier)) = combined.split_last() else {
        return Ok(Vec::new());
    };
    let Some((&now, calendar)) = calendar.split_last() else {
        return Ok(Vec::new());
    };
    let mut rows: (Vec<u32>, Vec<i32>, Vec<u32>, Vec<f64>) = Default::default();
    for (m, (month, &place)) in earlier.iter().zip(calendar).enumerate() {
        for (i, value) in month
            .iter()
            .enumerate()
            .filter(|(_, c)| c.is_complete())
            .filter_map(|(i, c)| c.value.map(|v| (i, v)))
        {
            rows.0.push(index(m));
            rows.1.push(place);
            rows.2.push(index(i));
            rows.3.push(value);
        }
    }
    let earlier =
        df!("month" => rows.0, "place" => rows.1, "indicator" => rows.2, "previous" => rows.3)?;
    let latest = earlier
        .lazy()
        .sort(["indicator", "place"], SortMultipleOptions::default())
        .group_by_stable([col("indicator")])
        .agg([
            col("month").last(),
            col("place").last(),
            col("previous").last(),
        ]);
    let value: Vec<Option<f64>> = current
        .iter()
        .map(|c| c.value.filter(|_| c.is_complete()))
        .collect();
    let current =
        df!("indicator" => (0..index(value.len())).collect::<Vec<_>>(), "value" => value)?;
    let increment = when(col("place").eq(lit(now - 1)))
        .then(col("value") - col("previous"))
        .otherwise(lit(NULL));
    let frame = current
        .lazy()
        .join(
            latest,
            [col("indicator")],
            [col("indicator")],
            JoinArgs::new(JoinType::Left),
        )
        .with_columns([increment.cast(DataType::Float64).alias("increment")])
        .sort(["indicator"], SortMultipleOptions::default())
        .collect()?;
    let months = optional_u32s(&frame, "month")?;
    let previous = optional_f64s(&frame, "previous")?;
    let increments = optional_f64s(&frame, "increment")?;
    let rows = months.into_iter().zip(previous).zip(increments);
    Ok(rows
        .map(|((m, p), increment)| Growth {
            previous: m.map(|m| m as usize).zip(p),
            increment: increment.map(tidy),
        })
        .collect())
}

/// One row per month × slot.
fn records(plan: &Plan, months: &[&Accepted]) -> Result<LazyFrame, FrameError> {
    let indicator = |slot: usize| {
        plan.slots
            .get(slot)
            .map_or(u32::MAX, |s| index(s.indicator))
    };
    let judged = || months.iter().flat_map(|m| m.slots());
    let month = months
        .iter()
        .enumerate()
        .flat_map(|(ix, m)| std::iter::repeat_n(index(ix), m.slots().len()));
    let value: Vec<Option<f64>> = judged().map(|j| j.value).collect();
    let (whole, nano) = exact::columns(&value);
    let frame = df!(
        "month" => month.collect::<Vec<u32>>(),
        "indicator" => judged().map(|j| indicator(j.slot)).collect::<Vec<u32>>(),
        "state" => judged().map(|j| state_code(j.state)).collect::<Vec<u32>>(),
        "value" => value,
        exact::whole("value") => whole,
        exact::nano("value") => nano,
        "milestone" => judged().map(|j| j.milestone.map(milestone_code)).collect::<Vec<Option<u32>>>(),
        "done" => judged().map(|j| j.done_on.map(date_code)).collect::<Vec<Option<i32>>>(),
        "evidence" => judged().map(|j| u32::from(j.evidence_missing)).collect::<Vec<u32>>(),
    )?;
    Ok(frame.lazy())
}

fn indicators(plan: &Plan) -> Result<LazyFrame, FrameError> {
    let way = |ix: usize| {
        plan.indicators.get(ix).map_or(Combine::Sum, |i| {
            if i.kind.is_cumulative() {
                Combine::Sum
            } else {
                i.combine
            }
        })
    };
    let frame = df!(
        "indicator" => (0..index(plan.indicators.len())).collect::<Vec<u32>>(),
        "combine" => (0..plan.indicators.len()).map(|ix| combine_code(way(ix))).collect::<Vec<u32>>(),
    )?;
    Ok(frame.lazy())
}

fn aggregations() -> Vec<Expr> {
    let states = [State::Accepted, State::Withheld, State::Missing].map(|state| {
        let is = col("state").eq(lit(state_code(state)));
        is.cast(DataType::UInt32).sum().alias(state.as_str())
    });
    let mut all = states.to_vec();
    all.extend(exact::sums("value"));
    all.extend([
        col("value").min().alias("least"),
        col("value").max().alias("greatest"),
        col("value").count().cast(DataType::UInt32).alias("values"),
        col("milestone").min().alias("milestone_least"),
        col("milestone").max().alias("milestone_greatest"),
        col("done").max(),
        col("evidence").max(),
    ]);
    all
}

/// A single reporter's value is taken as it is, so that nothing is lost of its decimals.
fn combined_value() -> Expr {
    let way = |combine| col("combine").eq(lit(combine_code(combine)));
    let mean = exact::joined("value") / col("values").cast(DataType::Float64);
    when(col("values").eq(lit(0u32)))
        .then(lit(NULL).cast(DataType::Float64))
        .when(col("values").eq(lit(1u32)).or(way(Combine::Min)))
        .then(col("least"))
        .when(way(Combine::Max))
        .then(col("greatest"))
        .when(way(Combine::Mean))
        .then(mean)
        .otherwise(exact::joined("value"))
}

fn read(frame: &DataFrame) -> Result<Vec<Combined>, FrameError> {
    let accepted = u32s(frame, State::Accepted.as_str())?;
    let withheld = u32s(frame, State::Withheld.as_str())?;
    let missing = u32s(frame, State::Missing.as_str())?;
    let value = optional_f64s(frame, "combined")?;
    let least = optional_u32s(frame, "milestone_least")?;
    let greatest = optional_u32s(frame, "milestone_greatest")?;
    let done = optional_i32s(frame, "done")?;
    let evidence = u32s(frame, "evidence")?;
    let states = accepted.into_iter().zip(withheld).zip(missing);
    let rest = value
        .into_iter()
        .zip(least.into_iter().zip(greatest))
        .zip(done.into_iter().zip(evidence));
    Ok(states
        .zip(rest)
        .map(
            |(((accepted, withheld), missing), ((value, (least, greatest)), (done, evidence)))| {
                let milestone = least.zip(greatest).map(|(l, g)| milestone_of(l, g));
                Combined {
                    accepted,
                    withheld,
                    missing,
                    value: value.map(tidy),
                    milestone,
                    // A date alone does not make a milestone done while a reporter is under way.
                    done_on: done
                        .and_then(date_of)
                        .filter(|_| milestone.is_none_or(|m| m == MilestoneState::Done)),
                    evidence_missing: evidence > 0,
                }
            },
        )
        .collect())
}

fn state_code(state: State) -> u32 {
    match state {
        State::Accepted => 0,
        State::Withheld => 1,
        State::Missing => 2,
    }
}

fn combine_code(combine: Combine) -> u32 {
    match combine {
        Combine::Sum => 0,
        Combine::Mean => 1,
        Combine::Min => 2,
        Combine::Max => 3,
    }
}

fn milestone_code(state: MilestoneState) -> u32 {
    match state {
        MilestoneState::NotStarted => 0,
        MilestoneState::UnderWay => 1,
        MilestoneState::Done => 2,
    }
}

fn milestone_of(least: u32, greatest: u32) -> MilestoneState {
    match (least, greatest) {
        (2.., _) => MilestoneState::Done,
        (_, 0) => MilestoneState::NotStarted,
        _ => MilestoneState::UnderWay,
    }
}

/// A date as an ordered number, 20240618.
fn date_code(date: Date) -> i32 {
    i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day())
}

fn date_of(code: i32) -> Option<Date> {
    let year = i16::try_from(code / 10_000).ok()?;
    let month = i8::try_from(code / 100 % 100).ok()?;
    Date::new(year, month, i8::try_from(code % 100).ok()?).ok()
}
