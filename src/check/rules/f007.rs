rule! {
    F007 "superseded", Note fixed, Files(check);
    title: "已有更新的报送文件",
    what: "同一单位同一月份报了几份的，依次按标识表的报送次数、工作簿的最后修改时间、文件名的标记（(1)、最终版、改、第二版、v2等）判断哪一份最新；只有所有文件都具备且有差别的依据才采用。打不开的、不是本月的等整份不能用的文件，同单位另有可用报送表的，只作提示；收件登记中晚于可用报送表收到的除外。",
    why: "一个单位一个月只能用一份数据，用哪一份要有依据，并且告诉双方。",
    example: "“建设局报送表.xlsx”和“建设局报送表(1).xlsx”内容不同，采用后一份。",
    fix: "一般不用处理；采用的不是应当采用的那一份时，请把正确的一份重新报送。",
}

fn check(cx: &MonthCx) -> Vec<Finding> {
    let mut findings = Vec::new();
    for files in cx.departments {
        for &(older, newer) in &files.superseded {
            let (Some(older), Some(newer)) = (cx.arrivals.get(older), cx.arrivals.get(newer))
            else {
                continue;
            };
            findings.push(
                RULE.finding(
                    format!(
                        "{}有更新的报送文件“{}”，本文件不再采用。",
                        cx.name(files.department),
                        newer.path
                    ),
                    "无需处理；如应采用本文件，请重新报送。",
                )
                .department(files.department)
                .file(&older.path),
            );
        }
    }
    findings
}
