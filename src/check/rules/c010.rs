rule! {
    C010 "ratio-out-of-range", Error, Cell(check);
    title: "比率不在0到100%之间",
    what: "占比、知晓率等比率类指标的累计完成、上月累计是否在0到100%之间。填报的完成率不在此列，由R004核对。",
    why: "占比不会超过100%，也不会是负数，超出多半是多写了数字或把人数填了进来。",
    example: "普惠托位占比填“104%”。",
    fix: "核对分子、分母后填写正确的百分数。",
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate_of(cx, |kind| kind == Kind::Ratio)?;
    cells::failing_figures(cx, &[Field::Cumulative, Field::Previous], |reading| {
        let value = reading.value();
        value.is_some_and(|value| !(0.0..=cx.indicator().unit.whole()).contains(&value))
    })
    .each(|field| {
        let raw = quote(cx.record.cell(field));
        cx.at(
            &RULE,
            field,
            format!(
                "{}{}填“{raw}”，不在0到100%之间。",
                cx.subject(),
                name(field)
            ),
            "请核对分子、分母，填写正确的百分数。",
        )
        .expected("0到100%")
    })
    .or_number(cx)
}
