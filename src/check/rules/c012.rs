use crate::intake::dates::DateReading;

rule! {
    C012 "bad-date", Error fixed, Cell(check);
    title: "日期读不出或不存在",
    what: "完成时间、预计完成时间能否读成日期。2024-9-30、2024.9.30、24-9-30、2024年9月30日、9月、9月底、年底、9月上旬等写法都可以；没写年份的按计划年度。",
    why: "读不出的日期无法判断是否按期，也不能进入报告。",
    example: "“2024-02-30”（没有这一天）；“春节后”。",
    fix: "填写具体日期，如2024-09-30；只知道月份的可填“9月底”。",
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate(cx)?;
    cells::failing(cx, &[Field::DoneOn, Field::ExpectedOn], |field| {
        *cx.record.date(field) == DateReading::Unreadable
    })
    .each(|field| {
        let raw = quote(cx.record.cell(field));
        cx.at(
            &RULE,
            field,
            format!(
                "{}{}填“{raw}”，读不出日期或没有这一天。",
                cells::subject(cx, field),
                name(field)
            ),
            format!(
                "请填写具体日期，如{}；只知道月份的可填“9月底”。",
                cx.plan.end
            ),
        )
        .expected("日期")
    })
    .or_dates(cx)
}
