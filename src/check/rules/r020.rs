//! R020: the department's own forecast slips.

use crate::intake::status::StatusReading;
use crate::plan::{MilestoneState, chinese_date, grade};

rule! {
    R020 "forecast-slipped", Note, Record { needs: &[Field::ExpectedOn], check };
    title: "预计完成时间超过时限或比上月推迟",
    what: "“预计完成时间”晚于任务的完成时限，或晚于上月填报的预计完成时间。已完成的不判断。",
    why: "推迟的预期是滞后的先兆，简报据此提前预警。",
    example: "完成时限9月30日，预计完成时间填10月20日；5月填11月30日，6月改为12月20日。",
    fix: "核对日期；确需推迟的，在“下一步措施”中写明原因和赶工安排。",
}

fn check(cx: &RecordCx) -> Verdict {
    let expected = cx.record.expected_on.date().ok_or(NotApplicable)?;
    if is_done(cx) {
        return Err(NotApplicable);
    }
    let deadline = cx.plan.deadline(cx.record.indicator, cx.period());
    let last = cx
        .history
        .month(cx.period().previous())
        .and_then(|month| month.slot(cx.record.slot).expected_on);
    let mut slipped = Vec::new();
    if expected > deadline {
        slipped.push(format!("晚于完成时限{}", chinese_date(deadline)));
    }
    if let Some(last) = last.filter(|last| expected > *last) {
        slipped.push(format!("比上月填报的{}推迟", chinese_date(last)));
    }
    if slipped.is_empty() {
        return PASSED;
    }
    let message = format!(
        "{}预计完成时间为{}，{}。",
        cx.subject(),
        chinese_date(expected),
        slipped.join("，")
    );
    let bound = last.map_or(deadline, |last| last.min(deadline));
    cx.at(
        &RULE,
        Field::ExpectedOn,
        message,
        "请核对日期；确需推迟的，请在“下一步措施”中写明原因和赶工安排。",
    )
    // A date cell's raw text is a serial number, which tells a reader nothing.
    .found(chinese_date(expected))
    .expected(format!("不晚于{}", chinese_date(bound)))
    .into()
}

fn is_done(cx: &RecordCx) -> bool {
    let reached = match (cx.record.cumulative.value(), cx.target) {
        (Some(value), Some(target)) => {
            grade::is_finished(cx.plan, cx.record.indicator, target, value)
        }
        _ => false,
    };
    reached
        || (cx.target.is_none() && cx.record.status == StatusReading::Known(MilestoneState::Done))
}
