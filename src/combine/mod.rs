//! What it adds up to: [`crate::check::Checked`] → one polars frame → [`Facts`].
//!
//! | module | what |
//! |---|---|
//! | [`facts`] | what the reports are given |
//! | `frames`, `exact` | records ⋈ plan as a polars frame, rolled up; sums independent of order and threads |
//! | `graded`, [`task_grade`], `movement` | grades of parts, indicators and tasks; 升 and 降 |
//! | `figure`, `id`, `origin` | numbers rounded and named, and what each was made of |
//! | `counts`, `progress`, [`words`] | counts by grade; 完成情况 in words |
//! | `follow_up` | how long behind, what was promised, what is asked of above |
//! | `indicators`, `tasks`, `elements`, `departments`, `overview`, `listing` | the parts of [`Facts`] |
//! | [`json`] | facts.json |

mod counts;
mod departments;
mod elements;
mod exact;
pub mod facts;
mod figure;
mod figures;
mod follow_up;
#[cfg(test)]
mod follow_up_tests;
mod frames;
mod graded;
pub(crate) mod id;
mod indicators;
pub mod json;
pub mod listing;
mod movement;
pub(crate) mod origin;
mod overview;
mod prelude;
pub(crate) mod progress;
pub mod task_grade;
mod tasks;
#[cfg(test)]
pub(crate) mod testing;
pub mod words;

use std::fmt;

use jiff::civil::Date;

use crate::check::{Accepted, Checked, History, Register, Rule, listed};
use crate::plan::{Moment, Period, Plan};

pub use facts::Facts;
pub use figure::Figure;
pub use follow_up::WORST;
pub use frames::FrameError;
pub use json::facts_json;

/// What a run states besides its inputs. `--as-of` is part of the month as checked.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The date the briefing bears.
    pub date: Date,
    /// Somebody gave it; else the plan's due date, or the day on which the last file came, stands for it.
    pub is_dated: bool,
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
    let rolled = frames::roll_up(plan, &accepted)?;
    let months: Vec<graded::Month> = moments
        .into_iter()
        .zip(rolled.indicators)
        .map(|(moment, combined)| graded::month(plan, moment, combined))
        .collect();
    let Some((month, earlier)) = months.split_last() else {
        return Err(CombineError::OtherPlan(period));
    };
    let before = earlier.last().filter(|m| m.period() == period.previous());

    let cx = graded::MonthInYear {
        plan,
        checked,
        month,
        earlier,
        before,
        before_accepted: before.and_then(|b| history.month(b.period())),
    };
    // The sums and the lists of values, findings and files are independent of each other.
    let ((indicators, tasks, departments, overall), (slots, findings, files)) = rayon::join(
        || {
            let indicators = indicators::facts(cx);
            let tasks = tasks::facts(cx, &indicators);
            let departments = departments::facts(cx, register, &rolled.departments);
            let overall = overview::overall(cx, &tasks, &indicators, &departments);
            (indicators, tasks, departments, overall)
        },
        || {
            let slots = indicators::slots(plan, &checked.accepted, month);
            (
                slots,
                listed(plan, checked, options.rules),
                listing::files(plan, checked, register),
            )
        },
    );
    Ok(Facts {
        period,
        as_of: checked.moment.as_of,
        draft: options.draft,
        date: options.date,
        is_dated: options.is_dated,
        first_month: earlier.is_empty() && period <= plan.first_report(),
        last_month: graded::is_last_month(plan, period),
        overall,
        tiers: overview::tiers(plan, month),
        elements: elements::overall(plan, &tasks),
        slots,
        findings,
        files,
        trend: overview::trend(plan, &months),
        rule_changes: listing::rule_changes(plan, options.rules),
        tasks,
        indicators,
        departments,
    })
}

#[cfg(test)]
mod tests;
