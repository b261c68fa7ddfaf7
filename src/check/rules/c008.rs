rule! {
    C008 "formula-without-value", Error fixed, CellAndTask { cell, task };
    title: "公式没有算出结果",
    what: "公式是否带有算好的结果。由程序生成、从未用Excel或WPS打开保存过的表，公式里没有结果。\
           统一报送表自带的“本月完成”“完成率”公式没有结果的，视同空白，不列。",
    why: "系统只取已算好的结果，不替单位计算公式，以免和单位看到的数不一致。",
    example: "累计完成是公式=H7+I7，但文件是业务系统导出的，没有保存结果。",
    fix: "用Excel或WPS打开，等公式算出结果后保存，再重新报送；或直接填写数字。",
}

const HELP: &str = "请用Excel或WPS打开，等公式算出结果后保存，重新报送；或直接填写数字。";

fn cell(cx: &RecordCx) -> Verdict {
    cells::without_result(cx, RULE.code, |field, subject, others| {
        let message = format!("{subject}{}是公式，没有算出结果{others}。", name(field));
        cx.at(&RULE, field, message, HELP)
    })
}

/// The texts that a task's rows share.
fn task(cx: &TaskCx) -> Vec<Finding> {
    cells::broken_texts(cx, RULE.code)
        .into_iter()
        .map(|(field, cell)| {
            let message = format!(
                "{}的{}是公式，没有算出结果。",
                phrases::task(cx.plan, cx.task),
                name(field)
            );
            cx.at(&RULE, cell, message, HELP)
        })
        .collect()
}
