//! R001: a cumulative figure may not fall.

use super::compare::{below, cumulative};

rule! {
    R001 "cumulative-fell", Error, Record { needs: &[Field::Cumulative], check };
    title: "累计数比最近一次采信的还少",
    what: "计数类、数量类指标本月“累计完成”少于最近一次采信的累计数。存量指标（如每千人口托位数）和比率可升可降，不在此列。",
    why: "累计数只增不减。变少多半是把本月数填进了累计栏，或者填错了行；确属核减的，须经督查室核实后才能使用。",
    example: "供水管网改造5月累计4.9公里，6月累计填3.2公里。",
    fix: "核对本月累计数后重新报送。确需核减的，书面说明原因，报督查室核实。",
    office: "核实无误的，在台账的“电话核实”表登记核实的数，登记后即采用。",
}

fn check(cx: &RecordCx) -> Verdict {
    if !cx.indicator().kind.is_cumulative() {
        return Err(NotApplicable);
    }
    let value = cumulative(cx)?.value;
    let (month, last) = cx
        .history
        .last_value(cx.record.slot, cx.period())
        .ok_or(NotApplicable)?;
    if !below(value, last) {
        return PASSED;
    }
    let (now, then) = (cx.figure(value), cx.figure(last));
    let message = format!(
        "{}累计{now}，少于{}{then}。",
        cx.subject(),
        month_word(cx.period(), month)
    );
    let help = "请核对；确需核减的，请说明原因，报督查室核实。";
    cx.at(&RULE, Field::Cumulative, message, help)
        .expected(format!("不少于{then}"))
        .into()
}
