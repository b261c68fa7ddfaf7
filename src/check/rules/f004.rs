rule! {
    F004 "over-limit", Error fixed, File(check);
    title: "文件过大或内容超出上限",
    what: "文件大小、解压后大小、工作表数、有内容的行数和单元格数、单元格字数、合并区域数等是否超出上限（上限可在计划中调整）。只有格式没有内容的空行不计入。",
    why: "报送表只有几十行，远超上限的文件通常是误把其他资料一并装入或文件已损坏；读到上限即停止，以免影响其他单位的汇总。",
    example: "把全年台账的数十万行明细一起放进报送表，超过每张表20万行的上限。",
    fix: "只保留报送表本身，删去台账、图片等其他内容后另存为.xlsx重新报送；确需放宽的，请与督查室联系调整上限。",
}

fn check(cx: &FileCx) -> Option<Finding> {
    let FileFault::OverLimit { limit } = cx.fault()? else {
        return None;
    };
    Some(cx.finding(
        &RULE,
        format!("文件超出处理上限：{limit}。"),
        "请只保留报送表，删去台账、图片等其他内容，另存为.xlsx后重新报送。",
    ))
}
