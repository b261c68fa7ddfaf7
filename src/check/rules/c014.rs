rule! {
    C014 "approximate-value", Warning, Cell(check);
    title: "填的是大约数",
    what: "数字前后是否带“约、余、多、左右、近、逾、超过、不足、以上”等字样。数字照常采用，字样保留。",
    why: "考核按准确数计算，大约数无法判断是否真正达到目标。",
    example: "“约8.36万㎡”“860余台”“780多个”。",
    fix: "填写准确数；暂时统计不出的，请说明原因和何时补报。",
}

/// The target is the notice's own word, which may say 约 or 余.
const FIELDS: [Field; 3] = [Field::Cumulative, Field::Previous, Field::ThisMonth];

fn check(cx: &RecordCx) -> Verdict {
    cells::gate_of(cx, Kind::is_numeric)?;
    let failing = cells::failing_figures(cx, &FIELDS, |reading| {
        let figure = reading.number();
        figure.is_some_and(|figure| figure.qualifier.is_some())
    })
    .told_here();
    failing
        .first(|field| {
            let message = format!(
                "{}{}填“{}”，是大约数，暂按{}{}采用{}。",
                cx.subject(),
                name(field),
                quote(cx.record.cell(field)),
                number_text(cx.record.reading(field).value().unwrap_or_default()),
                cx.indicator().unit,
                others(&failing.fields),
            );
            cx.at(
                &RULE,
                field,
                message,
                "请填写准确数；暂时统计不出的，请在情况说明中写明原因。",
            )
            .expected("准确数")
        })
        .or_number(cx)
}
