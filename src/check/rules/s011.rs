rule! {
    S011 "several-report-sheets", Warning, Submission(check);
    title: "有几张进展情况表",
    what: "工作簿里能看到的进展情况表是否只有一张。有几张的，采用标明本月的一张；都没有标明的，采用最后一张有数据的。",
    why: "旧月份的表留在工作簿里，容易填错、看错，也容易采用错。",
    example: "“5月”和“6月”两张表都在，采用“6月”。",
    fix: "只保留本月的一张表；采用得不对的，请删去其余各表后重新报送。",
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    let visible: Vec<String> = cx
        .submission
        .report_sheets
        .iter()
        .filter(|sheet| !sheet.hidden && sheet.has_data)
        .map(|sheet| format!("“{}”", text::one_line(&sheet.name, 30)))
        .collect();
    if visible.len() < 2 {
        return Vec::new();
    }
    vec![cx.finding(
        &RULE,
        format!(
            "有{}张进展情况表：{}，采用的是“{}”。",
            visible.len(),
            visible.join("、"),
            text::one_line(&cx.report.sheet, 30)
        ),
        "请只保留本月的一张表；采用得不对的，请删去其余各表后重新报送。",
    )]
}
