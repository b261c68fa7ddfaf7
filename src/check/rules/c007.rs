rule! {
    C007 "excel-error", Error fixed, CellAndTask { cell, task };
    title: "单元格是Excel错误值",
    what: "数字、状态和日期各格以及工作进展等文字里是否为#REF!、#DIV/0!、#VALUE!、#N/A、#NAME?、#NULL!、#NUM!等错误值。同一行几处连带出错的只指出一次。",
    why: "错误值说明公式已经坏了，真正的数不知道是多少。",
    example: "删掉了被引用的行，累计完成变成#REF!。",
    fix: "修好公式，或直接填写数字，确认没有错误值后重新报送。",
}

const HELP: &str = "请修好公式或直接填写数字，确认没有错误值后重新报送。";

fn cell(cx: &RecordCx) -> Verdict {
    cells::without_result(cx, RULE.code, |field, subject, others| {
        let raw = quote(cx.record.cell(field));
        let message = format!("{subject}{}为错误值“{raw}”{others}。", name(field));
        cx.at(&RULE, field, message, HELP)
    })
}

/// The texts that a task's rows share.
fn task(cx: &TaskCx) -> Vec<Finding> {
    cells::broken_texts(cx, RULE.code)
        .into_iter()
        .map(|(field, cell)| {
            let message = format!(
                "{}的{}为错误值“{}”。",
                phrases::task(cx.plan, cx.task),
                name(field),
                quote(Some(cell))
            );
            cx.at(&RULE, cell, message, HELP)
        })
        .collect()
}
