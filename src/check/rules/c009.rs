rule! {
    C009 "negative", Error, Cell(check);
    title: "累计数为负数",
    what: "数量、工程量和水平类指标的累计完成、上月累计是否为负数。",
    why: "完成的数量不会小于零，负数通常是公式减反了或多了一个符号。",
    example: "错时共享车位累计完成填“-3”。",
    fix: "核对后改为实际累计数；需要核减的，填核减后的累计数并说明原因。",
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate_of(cx, |kind| kind.is_numeric() && kind != Kind::Ratio)?;
    cells::failing_figures(cx, &[Field::Cumulative, Field::Previous], |reading| {
        reading.value().is_some_and(|value| value < 0.0)
    })
    .each(|field| {
        let raw = quote(cx.record.cell(field));
        cx.at(
            &RULE,
            field,
            format!("{}{}为负数“{raw}”。", cx.subject(), name(field)),
            "请改为实际累计数；需要核减的，填核减后的累计数并说明原因。",
        )
        .expected("不小于0的数")
    })
    .or_number(cx)
}
