rule! {
    S003 "ambiguous-column", Error fixed, Submission(check);
    title: "两列是同一个意思，无法判断用哪一列",
    what: "是否有两列按表头都对应同一项内容，例如“累计完成”与“截至本月累计”并列。",
    why: "两列的数往往不同，取哪一列都可能取错，因此整份退回。",
    example: "J列“累计完成”填9.6，K列“截至本月累计”填9.8。",
    fix: "只保留一列；另一列确有其他含义的，把表头改成能区分的名称。",
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    cx.report
        .ambiguous
        .iter()
        .map(|later| {
            let header = text::one_line(&later.text, 30);
            let first = cx.report.column(later.field);
            let other = first.map_or_else(String::new, |c| {
                format!("与{}的“{}”", c.at, text::one_line(&c.text, 30))
            });
            cx.finding(
                &RULE,
                format!(
                    "“{header}”{other}都对应{}，无法判断用哪一列。",
                    name(later.field)
                ),
                "请只保留一列，另一列删去或改成能区分的表头，重新报送。",
            )
            .sheet(&cx.report.sheet)
            .cell(later.at)
            .found(later.text.as_str())
        })
        .collect()
}
