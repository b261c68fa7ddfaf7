//! R016: behind, and silent about it.

use crate::check::reading::shared_cells::shared_cells;
use crate::intake::FieldCell;
use crate::plan::{Grade, TaskIx};

use super::compare::grade_of;

rule! {
    R016 "lagging-without-measures", Warning, Narrative(check);
    title: "进度滞后而没有写明问题或措施",
    what: "状态为“滞后”“严重滞后”或“未按期完成”的指标，“存在问题”或“下一步措施”空白，或只填“无”“/”。一个空格只报一次，几个指标合用一格的一并列出。",
    why: "简报要写明滞后原因和下一步措施，没有填写就无法督办。",
    example: "供水管网改造完成24.5%，序时进度40.0%，“下一步措施”空白。",
    fix: "补充滞后的具体原因，以及具体措施、责任人和预计完成时间。",
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    let mut findings = field(
        cx,
        Field::Problems,
        "请补充滞后的具体原因和需要协调解决的问题。",
    );
    findings.extend(field(
        cx,
        Field::NextSteps,
        "请补充具体措施、责任人和预计完成时间。",
    ));
    findings
}

/// Laggards that share one blank cell.
struct Blank<'a> {
    task: TaskIx,
    cell: Option<&'a FieldCell>,
    laggards: Vec<(usize, Grade)>,
}

fn field(cx: &SubmissionCx, field: Field, help: &str) -> Vec<Finding> {
    let mut blanks: Vec<Blank> = Vec::new();
    for shared in shared_cells(cx.records, field)
        .into_iter()
        .filter(|shared| shared.words.is_none())
    {
        let laggards: Vec<(usize, Grade)> = shared
            .members
            .iter()
            .filter_map(|&ix| {
                let grade = grade_of(cx.plan, cx.moment, &cx.judged[ix])?;
                Some((cx.records[ix].indicator, grade))
            })
            .filter(|(ix, grade)| grade.is_lagging() && !cx.is_off(&RULE, *ix))
            .collect();
        if laggards.is_empty() {
            continue;
        }
        // A form without the column lacks it once, not once a task.
        match blanks
            .last_mut()
            .filter(|last| last.cell.is_none() && shared.cell.is_none())
        {
            Some(last) => last.laggards.extend(laggards),
            None => blanks.push(Blank {
                task: shared.task,
                cell: shared.cell,
                laggards,
            }),
        }
    }
    blanks
        .iter()
        .filter_map(|blank| finding(cx, field, blank, help))
        .collect()
}

fn finding(cx: &SubmissionCx, field: Field, blank: &Blank, help: &str) -> Option<Finding> {
    let &(first, _) = blank.laggards.first()?;
    let mut parts = Vec::new();
    for group in blank
        .laggards
        .chunk_by(|a, b| a.1 == b.1 && task_of(cx, a.0) == task_of(cx, b.0))
    {
        let (indicator, grade) = group[0];
        parts.push(format!(
            "{}{}",
            phrases::indicators(
                cx.plan,
                task_of(cx, indicator),
                group.iter().map(|(ix, _)| *ix)
            ),
            in_words(grade)
        ));
    }
    let what = if blank.cell.is_some() {
        "未填写"
    } else {
        "表中没有这一栏"
    };
    let message = format!("{}，“{}”{what}。", parts.join("，"), field.chinese());
    let finding = cx.at(&RULE, blank.cell, message, help);
    Some(
        finding
            .task(blank.task)
            .indicator(first)
            .expected(format!("填写{}", field.chinese())),
    )
}

fn task_of(cx: &SubmissionCx, indicator: usize) -> TaskIx {
    cx.plan.indicators[indicator].task
}

fn in_words(grade: Grade) -> &'static str {
    match grade {
        Grade::Serious => "进度严重滞后",
        Grade::Overdue => "未按期完成",
        _ => "进度滞后",
    }
}
