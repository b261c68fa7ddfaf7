//! What it adds up to: [`crate::check::Checked`] → polars frames → [`Facts`].
//!
//! | module | what |
//! |---|---|
//! | [`facts`] | the contract with the reports |
//! | `frames` | polars: joins, sums, increments, roll-ups; deterministic whatever the thread count |
//! | `graded`, [`task_grade`], `movement` | grades of parts, indicators and tasks; 升 and 降 |
//! | `figure`, `counts`, `progress` | numbers rounded and named; counts by grade; 完成情况 in words |
//! | `indicators`, `tasks`, `elements`, `departments`, `overview`, `listing` | the parts of [`Facts`] |
//! | [`json`] | facts.json |

mod counts;
mod departments;
mod elements;
pub mod facts;
mod figure;
mod figures;
mod frames;
mod graded;
mod indicators;
pub mod json;
pub mod listing;
mod movement;
mod overview;
pub(crate) mod progress;
pub mod task_grade;
mod tasks;
#[cfg(test)]
pub(crate) mod testing;

use std::fmt;

use jiff::civil::Date;

use crate::check::{Accepted, Checked, History, Register, Rule};
use crate::plan::{Moment, Period, Plan};

pub use facts::{Facts, Figure};
pub use frames::FrameError;
pub use json::facts_json;

use frames::FindingTally;

/// What a run states besides its inputs. `--as-of` is part of the month as checked.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The date the briefing bears.
    pub date: Date,
    /// 征求意见稿.
    pub draft: bool,
    /// The rule catalogue, for names and titles.
    pub rules: &'a [&'static Rule],
}

/// The operator's or the program's fault; a department's never comes here.
#[derive(Debug)]
pub enum CombineError {
    Frame(FrameError),
    /// A month's slots are not those of the plan: it was judged with another one.
    OtherPlan(Period),
}

impl fmt::Display for CombineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(error) => write!(f, "汇总计算失败：{error}"),
            Self::OtherPlan(period) => write!(
                f,
                "{}的数据不是按当前计划核对的，请重新核对该月",
                period.chinese()
            ),
        }
    }
}

impl std::error::Error for CombineError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Frame(error) => Some(error),
            Self::OtherPlan(_) => None,
        }
    }
}

impl From<FrameError> for CombineError {
    fn from(error: FrameError) -> Self {
        Self::Frame(error)
    }
}

/// One month's facts. Earlier months are graded again, each at its own end and with its own targets; later ones are ignored.
///
/// # Errors
/// When a frame cannot be evaluated, or a month was judged with another plan.
pub fn combine(
    plan: &Plan,
    checked: &Checked,
    history: &History,
    register: &Register,
    options: &Options,
) -> Result<Facts, CombineError> {
    let period = checked.moment.period;
    let earlier = history
        .months()
        .filter(|m| m.period() < period)
        .map(|m| (m, Moment::month_end(m.period())));
    let (accepted, moments): (Vec<&Accepted>, Vec<Moment>) =
        earlier.chain([(&checked.accepted, checked.moment)]).unzip();
    if let Some(other) = accepted.iter().find(|m| !graded::fits(plan, m)) {
        return Err(CombineError::OtherPlan(other.period()));
    }
    let combined = frames::combine_slots(plan, &accepted)?;
    let start = Period::of(plan.start);
    let calendar: Vec<i32> = moments
        .iter()
        .map(|m| m.period.months_since(start))
        .collect();
    let growth = frames::growth(&combined, &calendar)?;
    let months: Vec<graded::Month> = moments
        .into_iter()
        .zip(combined)
        .map(|(moment, c)| graded::month(plan, moment, c))
        .collect();
    let Some((month, earlier)) = months.split_last() else {
        return Err(CombineError::OtherPlan(period));
    };
    let before = earlier.last().filter(|m| m.period() == period.previous());

    // What is told of every value and file has nothing of what they add up to.
    let (sums, (slots, findings, files)) = rayon::join(
        || -> Result<_, CombineError> {
            let indicators = indicators::facts(&indicators::Input {
                plan,
                accepted: &checked.accepted,
                months: &months,
                before,
                growth: &growth,
            });
            let tasks = tasks::facts(&tasks::Input {
                plan,
                checked,
                months: &months,
                before,
                indicators: &indicators,
            });
            let by_department = frames::findings_by_department(&checked.findings)?;
            let departments = departments::facts(plan, checked, register, month, &by_department)?;
            let overall = overview::overall(&overview::Input {
                plan,
                accepted: &checked.accepted,
                month,
                before,
                tasks: &tasks,
                departments: departments::standing(&departments),
                findings: by_department
                    .values()
                    .fold(FindingTally::default(), |all, one| all.plus(*one)),
            })?;
            Ok((indicators, tasks, departments, overall))
        },
        || {
            let slots = indicators::slots(plan, &checked.accepted, month);
            (
                slots,
                listing::findings(plan, checked, options.rules),
                listing::files(plan, checked, register),
            )
        },
    );
    let (indicators, tasks, departments, overall) = sums?;
    Ok(Facts {
        period,
        as_of: checked.moment.as_of,
        draft: options.draft,
        date: options.date,
        first_month: earlier.is_empty(),
        last_month: graded::is_last_month(plan, period),
        overall,
        tiers: overview::tiers(plan, month)?,
        elements: elements::overall(&tasks),
        slots,
        findings,
        files,
        trend: overview::trend(plan, &months)?,
        rule_changes: listing::rule_changes(plan, options.rules),
        tasks,
        indicators,
        departments,
    })
}

#[cfg(test)]
mod tests;
