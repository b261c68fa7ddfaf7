use crate::intake::status::StatusReading;

rule! {
    C019 "unknown-status", Error fixed, Cell(check);
    title: "节点任务的状态认不出",
    what: "节点任务的状态是否为“未启动”“进行中”“已完成”，或其常见说法：未开始、未开工、尚未启动；推进中、正在推进、实施中、在建、已启动、已开工；完成、已完工、完工、已建成、已验收；列名为“是否完成”时的“是”。",
    why: "节点任务只有这三种状态，含糊的说法无法判断是否按期。",
    example: "状态写“快好了”“快完工了”，“是否完成”写“否”（是未启动还是进行中，看不出来）。",
    fix: "从“未启动”“进行中”“已完成”中选一个；具体情况写到“工作进展”。",
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate_of(cx, |kind| kind == Kind::Milestone)?;
    cells::failing(cx, &[Field::Status], |_| {
        cx.record.status == StatusReading::Unknown
    })
    .first(|field| {
        let raw = quote(cx.record.cell(field));
        cx.at(
            &RULE,
            field,
            format!(
                "{}状态填“{raw}”，认不出是哪种状态。",
                cells::subject(cx, field)
            ),
            "请从“未启动”“进行中”“已完成”中选填，具体情况写到“工作进展”。",
        )
        .expected("未启动、进行中或已完成")
    })
    .or_value(cx)
}
