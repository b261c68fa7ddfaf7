rule! {
    F003 "unsupported-format", Error fixed, File(check);
    title: "报送的不是电子表格",
    what: "报送的是否为电子表格。接受.xlsx、.xlsm、.xlsb、.xls、.et和.ods，以及装有这些文件的.zip压缩包；盖章扫描件、照片等与可用的报送表同报的，记为附件；看不出是哪个单位的，只作提示。",
    why: "扫描件、照片和文字材料里的数不能直接汇总，靠人工转录既慢又容易出错。",
    example: "只报送了“建设局盖章版.pdf”，没有报送电子表格。",
    fix: "报送填好的电子表格；盖章件、照片可以作为附件一并报送，但不能代替表格。",
    office: "空白报送表用 duban forms 生成，在输出位置的 forms 文件夹。",
}

fn check(cx: &FileCx) -> Option<Finding> {
    let FileFault::Unsupported { what } = cx.fault()? else {
        return None;
    };
    let finding = if cx.department.is_none() {
        // Nobody is there to send it again: 说明.txt, a photo of the office's own.
        cx.finding(
            &RULE,
            format!("是{what}，也看不出是哪个单位的，没有读取。"),
            "无关的可以不管；是某个单位报送的，请在文件名写明单位或放进该单位的文件夹，并请该单位报送电子表格。",
        )
        .severity(Severity::Note)
    } else if cx.beside_usable {
        cx.finding(
            &RULE,
            format!("附件已收：{what}，不参与汇总。"),
            "无需处理，数据以同时报送的电子表格为准。",
        )
        .severity(Severity::Note)
    } else {
        cx.finding(
            &RULE,
            format!("报送的是{what}，不能汇总。"),
            "请填写空白报送表（向督查室索取）或自己的电子表格（.xlsx、.xlsm、.xlsb、.xls、.et、.ods，或装有这些文件的.zip）后报送；盖章件、照片可作为附件一并报送。",
        )
    };
    Some(finding)
}
