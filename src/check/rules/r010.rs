//! R010: past the deadline and unfinished.

use crate::plan::{Direction, chinese_date, grade};

use super::compare::finished;

rule! {
    R010 "overdue", Warning, Judgement(check);
    title: "到期未完成",
    what: "从完成时限所在的月份起，指标仍未完成或未达标（状态为“未按期完成”），没有容差。",
    why: "到期未完成的事项要在简报中列出，须由责任单位说明原因、措施和新的完成时间。",
    example: "完成时限9月30日，10月累计90批次，目标100批次。",
    fix: "已完成的更正数据；未完成的写明原因、下一步措施和预计完成时间，需要调整时限的按程序报批。",
}

fn check(cx: &RecordCx) -> Verdict {
    let ind = cx.indicator();
    let is_finished = finished(cx.plan, cx.period(), cx.judged).ok_or(NotApplicable)?;
    if is_finished || !grade::is_past_deadline(cx.plan, cx.record.indicator, cx.moment) {
        return PASSED;
    }
    let deadline = chinese_date(cx.plan.deadline(cx.record.indicator, cx.period()));
    let (field, goal) = match (ind.kind, cx.target) {
        (Kind::Milestone, _) | (_, None) => (Field::Status, "已完成".to_owned()),
        (_, Some(target)) => {
            let word = if ind.direction == Direction::AtMost {
                "不高于"
            } else {
                ""
            };
            (Field::Cumulative, format!("{word}{}", cx.figure(target)))
        }
    };
    let aim = if ind.kind == Kind::Milestone {
        String::new()
    } else {
        format!("，目标{goal}")
    };
    let message = format!(
        "{}完成时限为{deadline}，{}{aim}，未按期完成。",
        cx.subject(),
        stated(cx.plan, cx.judged)
    );
    cx.at(
        &RULE,
        field,
        message,
        "请核对数据；确未完成的，请说明原因、下一步措施和预计完成时间。",
    )
    .expected(format!("{deadline}前{goal}"))
    .into()
}
