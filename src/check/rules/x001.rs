//! X001: no usable workbook of a department that owes one.

use std::collections::BTreeSet;

use crate::check::result::files::Submitted;
use crate::plan::DeptIx;

rule! {
    X001 "not-submitted", Error, Month(check);
    title: "没有可用的报送表",
    what: "承担任务的单位本期没有可用的报送表：没有收到任何文件的为“未报”，收到的文件都不能使用的为“已退回”（退回原因另列）。首个报送期之前不催报。",
    why: "没有报送表，该单位的指标本期没有数据，汇总不完整。",
    example: "6月收到7个单位的报送表，公安分局没有报送。",
    fix: "尽快报送；已退回的，按退回意见修改后重新报送。",
}

fn check(cx: &MonthCx) -> Vec<Finding> {
    if !cx.chases || cx.period() < cx.plan.first_report() {
        return Vec::new();
    }
    // A department that reports no indicator owes a form only where it leads a task; one that only cooperates owes none.
    let leads: BTreeSet<DeptIx> = cx.plan.tasks.iter().map(|task| task.lead).collect();
    let owes = |department| !cx.plan.slots_of(department).is_empty() || leads.contains(&department);
    cx.departments
        .iter()
        .filter(|files| owes(files.department))
        .filter_map(|files| {
            let (name, month) = (cx.name(files.department), cx.period().chinese());
            let (message, help) = match files.submitted {
                Submitted::Usable => return None,
                Submitted::Nothing => (
                    format!("{name}{month}未报。"),
                    format!("请于收到通知后尽快报送{month}报送表。"),
                ),
                Submitted::Returned => (
                    format!("{name}{month}报送的文件不能使用，已退回。"),
                    "请按退回意见修改后重新报送。".to_owned(),
                ),
            };
            Some(
                RULE.finding(message, help)
                    .department(files.department)
                    .expected(format!("{month}报送表")),
            )
        })
        .collect()
}
