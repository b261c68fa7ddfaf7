//! R014: far above the target.

use crate::plan::Direction;

use super::compare::below;

rule! {
    R014 "far-over-target", Warning, Judgement(check);
    title: "数值远超目标",
    what: "数值超过年度目标的1.5倍。目标为“低于”的指标不判断。",
    why: "超出目标一半以上并不常见，多半是统计口径或单位不一致，也可能重复计算。",
    example: "错时共享车位目标1300个，累计填2100个。",
    fix: "核对统计口径、单位和数值；确实超额完成的，在“情况说明”中说明。",
}

/// Times the target.
const FACTOR: f64 = 1.5;

fn check(cx: &RecordCx) -> Verdict {
    let (Direction::AtLeast, Some(value), Some(target)) = (
        cx.indicator().direction,
        cx.judged.value,
        cx.target.filter(|t| *t > 0.0),
    ) else {
        return Err(NotApplicable);
    };
    if !below(FACTOR * target, value) {
        return PASSED;
    }
    let message = format!(
        "{}填报{}，超过年度目标{}的1.5倍。",
        cx.subject(),
        cx.figure(value),
        cx.figure(target)
    );
    cx.at(
        &RULE,
        Field::Cumulative,
        message,
        "请核对统计口径、单位和数值；确属超额完成的，请在“情况说明”中说明。",
    )
    .expected(format!("年度目标{}", cx.figure(target)))
    .into()
}
