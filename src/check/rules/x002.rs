//! X002: received after the due date.

use jiff::civil::Date;

use crate::check::result::files::{DepartmentFiles, Submitted};
use crate::plan::chinese_date;

rule! {
    X002 "submitted-late", Warning, Month(check);
    title: "逾期报送",
    what: "本期第一次收到该单位报送表的日期晚于报送截止日（截止当日不算逾期）。收到日期以收件登记（received.csv）为准，没有登记的文件不判断；退回后重报的按第一次收到的报送表算。打不开的、不是本月的文件和扫描件不算报送表，先收到的另行注明。",
    why: "逾期报送影响全区按时汇总，简报按单位通报报送情况。",
    example: "6月报送表应于7月5日前报送，7月8日收到。",
    fix: "以后按时报送；收件登记有误的，由督查室更正登记。",
}

fn check(cx: &MonthCx) -> Vec<Finding> {
    if !cx.chases || cx.period() < cx.plan.first_report() {
        return Vec::new();
    }
    let due = cx.plan.due_date(cx.period());
    let late = |files: &DepartmentFiles| {
        let day = |ix: usize| cx.register.received(&cx.arrivals.get(ix)?.path);
        let (received, first) = files
            .first(day)
            .filter(|(received, _)| *received > due && files.submitted == Submitted::Usable)?;
        let path = cx.arrivals.get(first)?.path.as_str();
        let message = format!(
            "{}{}报送表于{}收到，截止日为{}，逾期报送{}。",
            cx.name(files.department),
            cx.period().chinese(),
            chinese_date(received),
            chinese_date(due),
            earlier(cx, files, received)
        );
        let help = "请以后按时报送；收件登记有误的，请与督查室核对。";
        let finding = RULE
            .finding(message, help)
            .department(files.department)
            .file(path);
        Some(
            finding
                .found(chinese_date(received))
                .expected(format!("不晚于{}", chinese_date(due))),
        )
    };
    cx.departments.iter().filter_map(late).collect()
}

/// What came before the report and is none: 「；此前收到的“盖章.pdf”（7月3日）不是可用的报送表」.
fn earlier(cx: &MonthCx, files: &DepartmentFiles, received: Date) -> String {
    let mut scrap: Vec<(Date, &str)> = files
        .files
        .iter()
        .filter(|ix| !files.reports.contains(ix))
        .filter_map(|&ix| {
            let path = cx.arrivals.get(ix)?.path.as_str();
            Some((cx.register.received(path)?, path))
        })
        .filter(|(day, _)| *day < received)
        .collect();
    scrap.sort_unstable();
    if scrap.is_empty() {
        return String::new();
    }
    let named = |(day, path): &(Date, &str)| format!("“{path}”（{}）", chinese_date(*day));
    let named = scrap.iter().map(named).joined("、");
    format!("；此前收到的{named}不是可用的报送表")
}
