rule! {
    F011 "macro-or-external-link", Warning fixed, File(check);
    title: "工作簿含有宏或指向其他工作簿的链接",
    what: "工作簿是否带有宏，或有公式引用其他工作簿。宏从不运行，链接从不打开，只用表中已保存的结果。",
    why: "链接的数在别人的电脑上不会更新，可能是旧数；宏有安全隐患，许多单位的电脑会拦截。",
    example: "累计完成写成=[台账.xlsx]Sheet1!B5，换了电脑就取不到最新的数。",
    fix: "把引用其他工作簿的公式改为数值（复制—选择性粘贴—数值），另存为不带宏的.xlsx。",
}

fn check(cx: &FileCx) -> Option<Finding> {
    let submission = cx.submission()?;
    let what = match (submission.macros, submission.external_links) {
        (true, true) => "宏和指向其他工作簿的链接",
        (true, false) => "宏",
        (false, true) => "指向其他工作簿的链接",
        (false, false) => return None,
    };
    Some(cx.finding(
        &RULE,
        format!("工作簿含有{what}，未运行、未打开，只采用表中已保存的结果。"),
        "请核对各数是否为最新，把公式改为数值，另存为不带宏的.xlsx。",
    ))
}
