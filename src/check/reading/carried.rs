//! What stands for a cell that need not be filled in again (C020): an earlier month's value, or zero beside 未启动.

use std::sync::Arc;

use jiff::civil::Date;

use crate::check::result::history::History;
use crate::check::result::judged::{Judged, State};
use crate::intake::quantity::{Problem, Reading};
use crate::intake::status::{self, StatusReading};
use crate::intake::{Field, FieldCell};
use crate::plan::{Kind, MilestoneState, Period, Plan, grade};

use super::Record;

/// Begins the conversion of a value that was taken over from an earlier month.
pub const CARRIED: &str = "沿用";

/// What stands for a cell that need not be filled in again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Carried {
    /// A finished figure and the month it was accepted in.
    Figure(f64, Period),
    /// A finished milestone, its date and the month it was accepted in.
    Done(Option<Date>, Period),
    /// A blank beside 未启动.
    Zero,
}

impl Carried {
    /// What stands for a record's blank (or 已完成, 同上, 无, /) cell; `None` where nothing does: the cell is C001's or C002's.
    pub fn of(plan: &Plan, history: &History, period: Period, record: &Record) -> Option<Self> {
        if record.undecided || record.row.is_none() {
            return None;
        }
        let kind = plan.indicators[record.indicator].kind;
        if kind == Kind::Milestone {
            if !matches!(
                record.status,
                StatusReading::Blank | StatusReading::Placeholder
            ) {
                return None;
            }
            let (month, state, done_on) = history.last_milestone(record.slot, period)?;
            return (state == MilestoneState::Done).then_some(Self::Done(done_on, month));
        }
        // A level or a ratio may fall again: a blank there says nothing.
        if !kind.is_cumulative() {
            return None;
        }
        let says_done = record.cumulative == Reading::Bad(Problem::NotANumber)
            && says_done(record.cell(Field::Cumulative));
        if !record.cumulative.is_empty() && !says_done {
            return None;
        }
        // Finished by the target of its own month and still by this month's (任务调整).
        let is_finished = |month, value| {
            [month, period].into_iter().all(|month| {
                plan.slot_target(record.slot, month)
                    .is_some_and(|target| grade::is_finished(plan, record.indicator, target, value))
            })
        };
        if let Some((month, value)) = history.last_value(record.slot, period)
            && is_finished(month, value)
        {
            return Some(Self::Figure(value, month));
        }
        let not_started = record.status == StatusReading::Known(MilestoneState::NotStarted);
        (record.cumulative == Reading::Blank && not_started).then_some(Self::Zero)
    }

    /// Accepts it as the slot's value, and says so beside the value's source.
    pub fn accept(self, judged: &mut Judged) {
        judged.state = State::Accepted;
        let conversion = match self {
            Self::Figure(value, period) => {
                judged.value = Some(value);
                format!("{CARRIED}{}已采信的累计数", period.chinese())
            }
            Self::Done(date, period) => {
                judged.milestone = Some(MilestoneState::Done);
                judged.done_on = date;
                format!("{CARRIED}{}已采信的状态", period.chinese())
            }
            Self::Zero => {
                judged.value = Some(0.0);
                "空白且状态为未启动，按0计".to_owned()
            }
        };
        if let Some(source) = &mut judged.source {
            let own = &mut Arc::make_mut(source).conversion;
            *own = if own.is_empty() {
                conversion.into()
            } else {
                format!("{own}；{conversion}").into()
            };
        }
    }
}

/// Whether a cell holds 已完成 or another word for it (全部完成, 均已完成).
pub fn says_done(cell: Option<&FieldCell>) -> bool {
    let words = cell.and_then(FieldCell::name);
    words.is_some_and(|words| {
        let all = ["已全部", "全部已", "全部", "均", "都"];
        let bare = all.iter().find_map(|all| words.strip_prefix(all));
        status::word(bare.unwrap_or(&words)) == Some(MilestoneState::Done)
    })
}
