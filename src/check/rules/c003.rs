use crate::check::reading::fields::FIGURES;

rule! {
    C003 "number-as-text", Note, Cell(check);
    title: "数字存成了文本，已按数字采用",
    what: "数字是否以文本方式存放：全角数字、千分位逗号或空格、中文数字、数字后带单位等。这些都已读成数字采用。",
    why: "文本格式的数字在Excel里不能求和，单位自己的合计会少算。",
    example: "“1，300”“２０公里”“三处”“叁”。",
    fix: "数据已采用，不必重报；以后请直接填数字，单位写在“计量单位”列。",
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate_of(cx, Kind::is_numeric)?;
    let failing = cells::failing_figures(cx, &FIGURES, |reading| {
        reading.number().is_some_and(|figure| figure.as_text)
    });
    failing
        .first(|field| {
            let message = format!(
                "{}{}“{}”存为文本，已按{}{}采用{}。",
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
                "不必重报；以后请直接填数字，不带单位和逗号。",
            )
        })
        .or_number(cx)
}
