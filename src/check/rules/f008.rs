rule! {
    F008 "ambiguous-submission", Error fixed, Files(check);
    title: "报了几份内容不同的表，无法判断以哪份为准",
    what: "同一单位同一月份有几份内容不同的文件，而报送次数、最后修改时间和文件名都看不出哪份最新。",
    why: "随便挑一份等于替单位作主，汇总结果可能是错的。",
    example: "“建设局报送表A.xlsx”和“建设局报送表B.xlsx”同时报来，数据不同，都没有修改时间。",
    fix: "只报送一份准确的表；督查室也可以在收件文件夹中只保留应采用的一份。",
}

fn check(cx: &MonthCx) -> Vec<Finding> {
    let mut findings = Vec::new();
    for files in cx.departments {
        let names: Vec<String> = files
            .ambiguous
            .iter()
            .filter_map(|&ix| cx.arrivals.get(ix))
            .map(|arrival| format!("“{}”", arrival.path))
            .collect();
        if names.is_empty() {
            continue;
        }
        findings.push(
            RULE.finding(
                format!(
                    "{}报送了{}份内容不同的表，无法判断以哪份为准：{}。",
                    cx.name(files.department),
                    names.len(),
                    names.join("、")
                ),
                "请确认准确的一份，单独重新报送。",
            )
            .department(files.department),
        );
    }
    findings
}
