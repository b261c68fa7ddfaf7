//! R015: finished without evidence of acceptance.

use crate::check::reading::shared_cells::shared_cells;
use crate::plan::{IndIx, TaskIx};

use super::compare::finished;

rule! {
    R015 "no-acceptance-evidence", Warning, Narrative(check);
    title: "已完成但没有验收依据",
    what: "计划要求提供验收依据的任务，指标已完成而“验收情况”空白或只填“无”“/”。一个空格只报一次；存量指标和比率只看是否达标，不在此列。",
    why: "没有验收依据，只能列为“已完成待验收”。",
    example: "黑臭水体整治销号16处全部完成，“验收情况”空白。",
    fix: "补填验收文号、验收时间或佐证材料名称；尚未验收的，写明计划验收时间。",
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    let needs_evidence = |task: TaskIx| cx.plan.tasks[task].evidence_required;
    if !cx.records.iter().any(|record| needs_evidence(record.task)) {
        return Vec::new();
    }
    shared_cells(cx.records, Field::Evidence)
        .iter()
        .filter(|shared| shared.words.is_none() && needs_evidence(shared.task))
        .filter_map(|shared| {
            let done: Vec<IndIx> = shared
                .members
                .iter()
                .filter(|&&ix| finished(cx.plan, cx.period(), &cx.judged[ix]) == Some(true))
                .map(|&ix| cx.records[ix].indicator)
                .filter(|&ix| {
                    let kind = cx.plan.indicators[ix].kind;
                    let is_reached = matches!(kind, Kind::Level | Kind::Ratio);
                    !is_reached && !cx.is_off(&RULE, ix)
                })
                .collect();
            let &first = done.first()?;
            let about = phrases::indicators(cx.plan, shared.task, done);
            let help = "请补填验收文号、验收时间或佐证材料；尚未验收的，请写明计划验收时间。";
            Some(
                cx.at(
                    &RULE,
                    shared.cell,
                    format!("{about}已完成，“验收情况”未填写。"),
                    help,
                )
                .task(shared.task)
                .indicator(first)
                .expected("验收依据"),
            )
        })
        .collect()
}
