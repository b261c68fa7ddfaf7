//! R005: 已完成 against the value and the date.

use crate::intake::dates::DateReading;
use crate::intake::status::StatusReading;
use crate::plan::{Direction, MilestoneState, chinese_date, grade};

use super::compare::cumulative;

rule! {
    R005 "status-contradiction", Error, Record {
        needs: &[Field::Cumulative, Field::Status], check
    };
    title: "状态“已完成”与数据或完成时间矛盾",
    what: "状态填“已完成”，而数值没有达到目标（通知写“约”“余”的，达到目标的95%即算完成）；或节点事项填“已完成”而没有完成时间。",
    why: "状态与数据互相矛盾，无法判断以哪一个为准；节点事项没有完成时间，无法核实是否按期完成。",
    example: "目标8个，累计5个，状态填“已完成”；“成立领导小组”状态“已完成”，完成时间空白。",
    fix: "未完成的把状态改为“进行中”，已完成的改正累计数或补填完成时间，重新报送。",
}

fn check(cx: &RecordCx) -> Verdict {
    if cx.indicator().kind == Kind::Ongoing
        || cx.record.status != StatusReading::Known(MilestoneState::Done)
    {
        return Err(NotApplicable);
    }
    if cx.indicator().kind == Kind::Milestone {
        dated(cx)
    } else {
        reached(cx)
    }
}

fn reached(cx: &RecordCx) -> Verdict {
    let target = cx.target.ok_or(NotApplicable)?;
    let value = cumulative(cx)?.value;
    let indicator = cx.record.indicator;
    if grade::is_finished(cx.plan, indicator, target, value) {
        return PASSED;
    }
    let line = grade::finish_line(cx.plan, indicator, target);
    let needed = match cx.indicator().direction {
        Direction::AtLeast => format!("达到{}", cx.figure(line)),
        Direction::AtMost => format!("不高于{}", cx.figure(line)),
    };
    let message = format!(
        "{}状态为“已完成”，但数值为{}，年度目标{}，尚未完成。",
        cx.subject(),
        cx.figure(value),
        cx.figure(target)
    );
    cx.at(
        &RULE,
        Field::Status,
        message,
        "请核对：未完成的把状态改为“进行中”，已完成的改正数值，重新报送。",
    )
    .expected(format!("{needed}才算完成"))
    .into()
}

fn dated(cx: &RecordCx) -> Verdict {
    match cx.record.done_on {
        DateReading::Date(_) => return PASSED,
        DateReading::Unreadable => return Err(NotRun("C012")),
        DateReading::Broken => return Err(NotRun("C007")),
        DateReading::Absent | DateReading::Blank | DateReading::Placeholder => {}
    }
    // Reported with its date in an accepted month: that date stands, as an accepted value does (C020).
    if let Some((_, MilestoneState::Done, Some(_))) =
        cx.history.last_milestone(cx.record.slot, cx.period())
    {
        return PASSED;
    }
    let field = if cx.record.cell(Field::DoneOn).is_some() {
        Field::DoneOn
    } else {
        Field::Status
    };
    let message = format!("{}状态为“已完成”，但“完成时间”未填写。", cx.subject());
    cx.at(
        &RULE,
        field,
        message,
        format!(
            "请补填实际完成时间（如{}）后重新报送；尚未完成的，请改正状态。",
            chinese_date(cx.plan.end)
        ),
    )
    .expected("实际完成日期")
    .into()
}
