//! C020 unchanged-after-completion.

use jiff::civil::Date;

use crate::check::Severity;
use crate::check::context::RecordCx;
use crate::check::read;
use crate::check::rule::{Check, Doc, Rule, Verdict};
use crate::intake::number_text::number_text;
use crate::intake::quantity::{Problem, Reading};
use crate::intake::status::{self, StatusReading};
use crate::intake::{Field, FieldCell};
use crate::plan::{Kind, MilestoneState, Period, grade};

pub static RULE: Rule = Rule {
    code: "C020",
    name: "unchanged-after-completion",
    severity: Severity::Note,
    fixed: false,
    title: "以前月份已完成，沿用已采信的数",
    doc: Doc {
        what: "指标在以前月份已经完成并采信，本月单元格空着或写“已完成”“同上”“无”“/”的，沿用已采信的数；状态为“未启动”而累计空着的，按0采用。",
        why: "已经完成的事项不必每月重填；但要写明用的是哪个月的数，免得当作漏填或新数。",
        example: "5月已完成8个并采信，6月累计完成写“/”，仍按8个采用。",
        fix: "不必处理；数有变动的，请填写实际累计数。",
        office: None,
    },
    check: Check::Cell(check),
};

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

/// What stands for a slot's blank (or 已完成, 同上, 无, /) cell; `None` where nothing does: the cell is C001's or C002's.
pub fn carried(cx: &RecordCx) -> Option<Carried> {
    let record = cx.record;
    if record.undecided || record.row.is_none() {
        return None;
    }
    let kind = cx.indicator().kind;
    if kind == Kind::Milestone {
        if !matches!(
            record.status,
            StatusReading::Blank | StatusReading::Placeholder
        ) {
            return None;
        }
        let (month, state, done_on) = cx.history.last_milestone(record.slot, cx.period())?;
        return (state == MilestoneState::Done).then_some(Carried::Done(done_on, month));
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
    if let Some((month, value)) = cx.history.last_value(record.slot, cx.period())
        && is_finished(cx, month, value)
    {
        return Some(Carried::Figure(value, month));
    }
    let not_started = record.status == StatusReading::Known(MilestoneState::NotStarted);
    (record.cumulative == Reading::Blank && not_started).then_some(Carried::Zero)
}

/// Finished by the target of its own month and still by this month's (任务调整).
fn is_finished(cx: &RecordCx, month: Period, value: f64) -> bool {
    let by = |target: Option<f64>| {
        target.is_some_and(|target| grade::is_finished(cx.plan, cx.record.indicator, target, value))
    };
    by(cx.plan.slot_target(cx.record.slot, month)) && by(cx.target)
}

/// 已完成 or another word for it.
pub fn says_done(cell: Option<&FieldCell>) -> bool {
    cell.and_then(FieldCell::name)
        .and_then(|words| status::word(&words))
        == Some(MilestoneState::Done)
}

fn check(cx: &RecordCx) -> Verdict {
    let kind = cx.indicator().kind;
    if !(kind.is_cumulative() || kind == Kind::Milestone) {
        return Verdict::NotApplicable;
    }
    if let Some(verdict) = read::gate(cx) {
        return verdict;
    }
    let Some(carried) = carried(cx) else {
        return Verdict::NotApplicable;
    };
    let field = if kind == Kind::Milestone {
        Field::Status
    } else {
        Field::Cumulative
    };
    let raw = read::quote(cx.record.cell(field));
    let what = if raw.is_empty() {
        "空着".to_owned()
    } else {
        format!("填“{raw}”")
    };
    let (stands, expected) = match carried {
        Carried::Figure(value, month) => {
            let figure = format!("{}{}", number_text(value), cx.indicator().unit);
            (
                format!("{}已完成，沿用已采信的{figure}", month.chinese()),
                figure,
            )
        }
        Carried::Done(_, month) => (
            format!("{}已完成，沿用“已完成”", month.chinese()),
            MilestoneState::Done.name().to_owned(),
        ),
        Carried::Zero => ("状态为“未启动”，按0采用".to_owned(), "0".to_owned()),
    };
    cx.at(
        &RULE,
        field,
        format!("{}{}{what}，{stands}。", cx.subject(), read::name(field)),
        "不必处理；数有变动的，请填写实际累计数。",
    )
    .expected(expected)
    .into()
}
