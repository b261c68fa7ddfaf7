use crate::check::reading::fields::FIGURES;
use crate::intake::quantity::Reading;

rule! {
    C005 "unit-converted", Note, Cell(check);
    title: "计量单位不同，已准确换算",
    what: "填报的单位与计划不同、但可以准确换算的：平方米与万平方米、公顷、亩，米与公里，元与万元、亿元，以及十、百、千、万、亿的倍数。",
    why: "换算是自动做的，让单位和督查室都看得到换算前后的数，以便核对。",
    example: "“22700㎡”按2.27万平方米采用。",
    fix: "换算无误的不必处理；以后请直接按计划的单位填写。",
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate_of(cx, Kind::is_numeric)?;
    let converted = |reading: &'_ Reading| reading.number().and_then(|f| f.converted_from.clone());
    let failing = cells::failing_figures(cx, &FIGURES, |reading| converted(reading).is_some());
    failing
        .first(|field| {
            let reading = cx.record.reading(field);
            let plan = &cx.indicator().unit;
            let raw = quote(cx.record.cell(field));
            let from = converted(reading).unwrap_or_default();
            let given = if raw.contains(&from) {
                String::new()
            } else {
                format!("（以{from}计）")
            };
            let value = number_text(reading.value().unwrap_or_default());
            let message = format!(
                "{}{}“{raw}”{given}已换算为{value}{plan}{}。",
                cx.subject(),
                name(field),
                others(&failing.fields)
            );
            let help = format!("请核对换算结果；以后请直接按{plan}填写。");
            cx.at(&RULE, field, message, help)
                .expected(format!("{value}{plan}"))
        })
        .or_number(cx)
}
