//! R009: what was finished stays finished.

use crate::intake::status::StatusReading;
use crate::plan::{MilestoneState, grade};

use super::compare::{below, cumulative, finished};

rule! {
    R009 "reopened", Error, Record { needs: &[Field::Cumulative, Field::Status], check };
    title: "已完成的事项又变为未完成",
    what: "计数类、数量类指标或节点事项在最近一次采信的月份已经完成，本月又报为未完成。累计数比上次少的只报R001；存量指标和比率可升可降；因任务调整提高目标的不算。",
    why: "已完成的结论已经写进上月报表，不能不作说明就撤回。",
    example: "“清零区县创建”5月状态“已完成”，6月填“进行中”。",
    fix: "核对状态后重新报送；确需撤回完成结论的，书面说明原因，报督查室核实。",
    office: "量化指标确需核减的，核实后在台账的“电话核实”表登记核实的数，登记后即采用。",
}

fn check(cx: &RecordCx) -> Verdict {
    match cx.indicator().kind {
        Kind::Milestone => milestone(cx),
        Kind::Count | Kind::Quantity => numeric(cx),
        Kind::Level | Kind::Ratio | Kind::Ongoing => Err(NotApplicable),
    }
}

fn milestone(cx: &RecordCx) -> Verdict {
    let StatusReading::Known(now) = cx.record.status else {
        return Err(NotApplicable);
    };
    let Some((month, MilestoneState::Done, _)) =
        cx.history.last_milestone(cx.record.slot, cx.period())
    else {
        return Err(NotApplicable);
    };
    if now == MilestoneState::Done {
        return PASSED;
    }
    let message = format!(
        "{}{}已报“已完成”，本月状态为“{}”。",
        cx.subject(),
        month_word(cx.period(), month),
        now.name()
    );
    cx.at(
        &RULE,
        Field::Status,
        message,
        "请核对状态后重新报送；确需撤回完成结论的，请说明原因，报督查室核实。",
    )
    .expected("已完成")
    .into()
}

fn numeric(cx: &RecordCx) -> Verdict {
    let (month, last) = cx
        .history
        .last(cx.record.slot, cx.period())
        .ok_or(NotApplicable)?;
    let (Some(true), Some(then), Some(target)) =
        (finished(cx.plan, month, last), last.value, cx.target)
    else {
        return Err(NotApplicable);
    };
    let value = cumulative(cx)?.value;
    if cx.findings.iter().any(|f| f.code == "R001") {
        return Err(NotRun("R001"));
    }
    // A raised target makes the same figure unfinished again; that is the office's doing, not the department's.
    if grade::is_finished(cx.plan, cx.record.indicator, target, value) || !below(value, then) {
        return PASSED;
    }
    let message = format!(
        "{}{}累计{}，已完成，本月累计{}，又未完成。",
        cx.subject(),
        month_word(cx.period(), month),
        cx.figure(then),
        cx.figure(value)
    );
    cx.at(
        &RULE,
        Field::Cumulative,
        message,
        "请核对；确需核减的，请说明原因，报督查室核实。",
    )
    .expected(format!("不少于{}", cx.figure(then)))
    .into()
}
