rule! {
    F010 "secrecy-marking", Error fixed, File(check);
    title: "文件带有密级标志",
    what: "工作簿的标题行、表下、文本框、批注、图表标题、表名、页眉页脚、文档属性或文件名是否标有“秘密”“机密”“绝密”。正文中出现这些词语不算标志。",
    why: "涉密材料不得在非涉密计算机上处理；发现标志即隔离，不读取内容，也不生成退回件。",
    example: "标题旁标有“秘密★3年”。",
    fix: "确属涉密的，立即停止传递，按保密规定处理；不涉密的，去掉标志并经本单位保密审查后重新报送。",
}

fn check(cx: &FileCx) -> Option<Finding> {
    let FileFault::Secret {
        sheet,
        cell,
        marking,
    } = cx.fault()?
    else {
        return None;
    };
    let finding = cx
        .finding(
            &RULE,
            format!("文件标有密级“{marking}”，已隔离，内容未读取。"),
            "确属涉密的，请立即按保密规定处理，不得通过本渠道报送；不涉密的，去掉标志并经保密审查后重新报送。",
        )
        .sheet(sheet)
        .cell(*cell)
        .found(marking);
    Some(finding)
}
