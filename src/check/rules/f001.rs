rule! {
    F001 "unreadable-file", Error fixed, File(check);
    title: "文件打不开：不是工作簿或已损坏",
    what: "文件内容是否真是可以打开的工作簿。空文件、传输中断的文件、改了扩展名的网页、文本、PDF或图片都读不出数据；判断只看文件内容，不看扩展名。",
    why: "读不出的文件里一个数也取不到，只能整份退回；及早告知实际是什么文件，填报人才知道该怎么重发。",
    example: "“建设局2024年6月报送表.xls”实际是从业务系统导出的网页，用记事本打开能看到<table>字样。",
    fix: "用Excel或WPS打开原始报送表，确认内容完整后另存为.xlsx，再重新报送；打不开的，请从上一份可用的文件重新填写。",
}

fn check(cx: &FileCx) -> Option<Finding> {
    let FileFault::Unreadable { what } = cx.fault()? else {
        return None;
    };
    Some(cx.finding(
        &RULE,
        format!("文件无法读取，{what}。"),
        "请用Excel或WPS打开原始报送表，核对无误后另存为.xlsx格式重新报送。",
    ))
}
