//! R007: no progress for several months, and behind.

use crate::plan::grade;
use crate::plan::number::round;

use super::compare::{below, same};

rule! {
    R007 "stalled", Warning, Judgement(check);
    title: "连续数月没有进展且落后于序时",
    what: "计数类、数量类指标本月累计与之前连续N个月（计划可设，默认3个月）的采信数都相同，尚未完成，且低于序时进度的应完成数。",
    why: "连续数月一个数，要么工作停滞，要么报表照抄上月。",
    example: "山城绿道2月至5月一直是3.2公里，目标20公里，5月序时应完成6公里以上。",
    fix: "核实最新进度后更正；确实没有进展的，在“情况说明”中说明原因和推进措施。",
}

fn check(cx: &RecordCx) -> Verdict {
    let months = cx.plan.checks.stalled_months;
    let (true, Some(value), Some(target)) = (
        cx.indicator().kind.is_cumulative() && months > 0,
        cx.judged.value,
        cx.target,
    ) else {
        return Err(NotApplicable);
    };
    let indicator = cx.record.indicator;
    let run = cx
        .history
        .run_of_values(cx.record.slot, cx.period(), months)
        .ok_or(NotApplicable)?;
    let expected = round(
        grade::expected_value(cx.plan, indicator, target, cx.moment),
        4,
    );
    if !run.iter().all(|&earlier| same(earlier, value))
        || grade::is_finished(cx.plan, indicator, target, value)
        || !below(value, expected)
    {
        return PASSED;
    }
    let message = format!(
        "{}累计{}，与前{months}个月相同，没有进展；按序时进度应完成{}。",
        cx.subject(),
        cx.figure(value),
        cx.figure(expected)
    );
    cx.at(
        &RULE,
        Field::Cumulative,
        message,
        "请核实最新进度后更正；确无进展的，请说明原因和推进措施。",
    )
    .expected(format!("序时应完成{}", cx.figure(expected)))
    .into()
}
