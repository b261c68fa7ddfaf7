//! R008: far more in one month than ever before.

use crate::plan::Period;

use super::compare::below;

rule! {
    R008 "jump", Warning, Judgement(check);
    title: "本月增量突增",
    what: "计数类、数量类指标本月增量超过此前月均完成数（最近采信的累计数÷计划起始以来的月数）的K倍（计划可设，默认3倍），且超过年度目标的20%。此前累计为0的不判断；中间有月份未采信的，增量按月平均。",
    why: "一个月突然增加很多，可能是集中入账，也可能是多打了一位数或填错了口径。",
    example: "错时共享车位此前每月约50个，6月一个月增加700个，目标1300个。",
    fix: "核对累计数；确属当月集中完成的，在“情况说明”中说明。",
}

/// Share of the target below which no increment is a jump: small counts move in whole steps.
const SHARE_OF_TARGET: f64 = 0.2;

fn check(cx: &RecordCx) -> Verdict {
    let (true, Some(value), Some(target)) = (
        cx.indicator().kind.is_cumulative(),
        cx.judged.value,
        cx.target,
    ) else {
        return Err(NotApplicable);
    };
    let (month, last) = cx
        .history
        .last_value(cx.record.slot, cx.period())
        .ok_or(NotApplicable)?;
    let months_so_far = month.months_since(Period::of(cx.plan.start)) + 1;
    let months_since = cx.period().months_since(month);
    if last <= 0.0 || months_so_far <= 0 || months_since <= 0 {
        return Err(NotApplicable);
    }
    let average = last / f64::from(months_so_far);
    let increment = (value - last) / f64::from(months_since);
    let factor = cx.plan.checks.jump_factor;
    if !below(factor * average, increment) || !below(SHARE_OF_TARGET * target, increment) {
        return PASSED;
    }
    let message = format!(
        "{}累计{}，比{}{}增加{}，此前月均完成约{}。",
        cx.subject(),
        cx.figure(value),
        month_word(cx.period(), month),
        cx.figure(last),
        cx.figure(value - last),
        cx.figure((average * 100.0).round() / 100.0)
    );
    cx.at(
        &RULE,
        Field::Cumulative,
        message,
        "请核对累计数；确属本月集中完成的，请在“情况说明”中说明。",
    )
    .into()
}
