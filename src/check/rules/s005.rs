use crate::check::reading::{Record, columns};
use crate::intake::RowSubject;

rule! {
    S005 "missing-row", Error, Submission(check);
    title: "应报的指标没有填报",
    what: "本单位应报的每个指标，表中是否都有一行。",
    why: "漏报的指标没有数可汇总，只能标为未报，也不会沿用上月的数。",
    example: "用去年的旧表填写，今年新增的一项任务整项没有。",
    fix: "使用本月下发的报送表，把漏报的指标补上后重新报送。",
    office: "量化指标电话核实的数，可在台账的“电话核实”表登记，登记后即采用。",
}

/// A row that names the task alone leaves the figures of its indicators to C015, and its narrative serves the ongoing
/// ones; several milestones have no row then.
fn is_missing(cx: &SubmissionCx, record: &Record) -> bool {
    let kind = cx.plan.indicators[record.indicator].kind;
    if record.undecided {
        return kind == Kind::Milestone;
    }
    record.row.is_none()
        && !(kind == Kind::Ongoing
            && cx
                .report
                .rows
                .iter()
                .any(|row| row.subject == RowSubject::Task(record.task)))
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    // Where a sheet's rows or columns cannot be told apart, no row can be called missing.
    if columns::refusal(cx.plan, cx.department, cx.report).is_some() {
        return Vec::new();
    }
    cx.records
        .iter()
        .filter(|record| is_missing(cx, record))
        .map(|record| {
            let task = &cx.plan.tasks[record.task];
            let ind = &cx.plan.indicators[record.indicator];
            let help = format!(
                "请在“{}”下补上“{}”一行，填好后重新报送。",
                task.name, ind.name
            );
            let message = format!("第{}项“{}”没有填报。", task.no, ind.name);
            cx.finding(&RULE, message, help)
                .sheet(&cx.report.sheet)
                .task(record.task)
                .indicator(record.indicator)
                .expected(format!("{} {}", ind.id, ind.name))
        })
        .collect()
}
