//! X004: a submission that leaves one of its tasks without any value.

use crate::check::result::files::{DepartmentFiles, Submitted};
use crate::check::result::judged::State;

rule! {
    X004 "partial-submission", Warning, Month(check);
    title: "一项任务没有任何采信数据",
    what: "单位已有可用的报送表，但其报送的某项任务，所有指标都没有采信数据（漏行，或全部待核实）。一项任务报一次。",
    why: "整项任务没有数据，汇总表和简报只能写“数据待核实”。",
    example: "第15项“你点我检服务惠民”只有一个指标，填的是#REF!，该任务没有任何数据。",
    fix: "按逐条意见改正该任务的各项数据后重新报送。",
}

fn check(cx: &MonthCx) -> Vec<Finding> {
    cx.departments
        .iter()
        .filter(|files| files.submitted == Submitted::Usable)
        .flat_map(|files| of_department(cx, files))
        .collect()
}

fn of_department(cx: &MonthCx, files: &DepartmentFiles) -> Vec<Finding> {
    let slots = cx.plan.slots_of(files.department);
    let is_accepted = |slot: usize| {
        cx.judged
            .get(slot)
            .is_some_and(|judged| judged.state == State::Accepted)
    };
    let path = files
        .used
        .and_then(|ix| cx.arrivals.get(ix))
        .map(|arrival| &arrival.path);
    let mut findings = Vec::new();
    for of_task in slots.chunk_by(|&a, &b| cx.plan.slots[a].task == cx.plan.slots[b].task) {
        let Some(&first) = of_task.first() else {
            continue;
        };
        if of_task.iter().any(|&slot| is_accepted(slot)) {
            continue;
        }
        let ix = cx.plan.slots[first].task;
        let task = &cx.plan.tasks[ix];
        let message = format!(
            "第{}项“{}”{}本期没有一个可采信的数据。",
            task.no,
            task.name,
            cx.name(files.department)
        );
        let mut finding = RULE
            .finding(message, "请按逐条意见改正或补填该任务的数据后重新报送。")
            .department(files.department)
            .task(ix);
        if let Some(path) = path {
            finding = finding.file(path);
        }
        findings.push(finding);
    }
    findings
}
