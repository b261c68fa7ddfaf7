use crate::plan::chinese_date;

rule! {
    C013 "date-out-of-plan", Warning, Cell(check);
    title: "日期超出计划年度，或完成时间在报送月份之后",
    what: "完成时间、预计完成时间是否在计划年度之内；完成时间是否晚于报送月份的最后一天。",
    why: "还没到的日子不可能已经完成；年度以外的日期多半是年份写错，预计跨年的需要说明。",
    example: "6月的表里完成时间填2024-07-15；预计完成时间填2025-03-31。",
    fix: "核对年份和日期；预计确实要跨年的，请在情况说明中写明原因。",
}

/// What is wrong with a date, if anything.
fn fault(cx: &RecordCx, field: Field) -> Option<String> {
    let date = cx.record.date(field).date()?;
    if date < cx.plan.start || date > cx.plan.end {
        return Some(format!(
            "{}不在计划年度（{}至{}）之内",
            chinese_date(date),
            chinese_date(cx.plan.start),
            chinese_date(cx.plan.end)
        ));
    }
    (field == Field::DoneOn && date > cx.period().last_day())
        .then(|| format!("{}晚于{}月底", chinese_date(date), cx.period().month()))
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate(cx)?;
    let fields = [Field::DoneOn, Field::ExpectedOn];
    let failing = cells::failing(cx, &fields, |field| fault(cx, field).is_some());
    let finding = |field| {
        let help = match field {
            Field::DoneOn if cx.report.column(Field::Status).is_none() => {
                "请核对完成日期；尚未完成的，请清空完成时间。"
            }
            Field::DoneOn => "请核对完成日期；尚未完成的，请清空完成时间并改正状态。",
            _ => "请核对年份；预计确实要跨年的，请在情况说明中写明原因。",
        };
        let (subject, fault) = (cells::subject(cx, field), fault(cx, field));
        let message = format!("{subject}{}{}。", name(field), fault.unwrap_or_default());
        cx.at(&RULE, field, message, help)
    };
    failing.told_here().each(finding).or_dates(cx)
}
