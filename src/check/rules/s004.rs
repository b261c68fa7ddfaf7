rule! {
    S004 "unknown-column", Note, Submission(check);
    title: "有数据的列不属于报送表",
    what: "是否有填了内容的列，其表头不是报送表的任何一项，也不是已知的别称。",
    why: "这样的列不会被采用；如果其实是必填的列换了名称，数据就漏了。",
    example: "单位自己加了一列“施工单位”。",
    fix: "自己备用的列可以不管；本应采用的，把表头改回报送表的名称。",
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    cx.report
        .unknown
        .iter()
        .map(|column| {
            let help = match column.suggestion {
                Some(near) => {
                    format!("如果是“{near}”，请把表头改回这个名称；自己备用的列不必处理。")
                }
                None => "自己备用的列不必处理；本应采用的，请把表头改回报送表的名称。".to_owned(),
            };
            cx.finding(
                &RULE,
                format!(
                    "“{}”列不属于报送表，未采用。",
                    text::one_line(&column.text, 30)
                ),
                help,
            )
            .sheet(&cx.report.sheet)
            .cell(column.at)
            .found(&column.text)
        })
        .collect()
}
