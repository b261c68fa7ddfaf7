use crate::check::reading::columns;
use crate::intake::{RowSubject, text};
use crate::plan::TaskIx;

use super::phrases::{at_row, first_of_many};

rule! {
    S006 "unknown-row", Warning, Submission(check);
    title: "这一行对不上计划中的任何任务",
    what: "每一行的项目名称（没有项目名称的看序号）和指标能否对上计划。名称与序号不一致时以名称为准，因为序号可能是单位自己编的；名称只差一两个字而序号和指标都对的，或者指标是别的任务都没有的、名称写的是一部分或差一两个字的，照常采用，作为提示。",
    why: "对不上的行不会被采用；如果只是名称写得不一样，应报的指标就会变成漏报。",
    example: "表中多了一行“口袋公园建设”，通知的20件实事里没有。",
    fix: "名称写得不同的，改成与通知一致；不属于本次报送的行请删去，确有调整的请告知督查室。",
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    if columns::refusal(cx.plan, cx.department, cx.report).is_some() {
        return Vec::new();
    }
    let mut findings = retyped(cx);
    let unknown = cx.report.rows.iter().filter_map(|row| match &row.subject {
        RowSubject::Unknown {
            name,
            suggestions,
            indicators,
        } => Some((row, name, suggestions, indicators)),
        _ => None,
    });
    findings.extend(first_of_many(unknown, "行", |unknown| {
        let (row, name, suggestions, indicators) = unknown;
        let near = suggestions.iter().take(3).cloned().joined("或");
        let question = if near.is_empty() {
            String::new()
        } else {
            format!("是否为{near}？")
        };
        let shown = text::one_line(name, 40);
        let (message, help) = if indicators.is_empty() {
            (
                format!("“{shown}”对不上计划中的任何任务或指标，未采用。"),
                format!("{question}请改成与通知一致的名称；不属于本次报送的，请删去这一行。"),
            )
        } else {
            let mut tasks: Vec<TaskIx> = indicators
                .iter()
                .map(|&ix| cx.plan.indicators[ix].task)
                .collect();
            tasks.dedup();
            let of = tasks.iter().take(3);
            let of = of.map(|&task| format!("第{}项", cx.plan.tasks[task].no));
            let etc = if tasks.len() > 3 { "等" } else { "" };
            (
                format!(
                    "“{shown}”是{}{etc}的指标，这一行没有写明是哪一项，或者写的是另一项，未采用。",
                    of.joined("、")
                ),
                "请写明它的项目名称或序号；不属于本次报送的，请删去这一行。".to_owned(),
            )
        };
        at_row(
            cx.finding(&RULE, message, help).sheet(&cx.report.sheet),
            row,
        )
    }));
    findings
}

/// Names typed anew, of rows whose number and indicator are right: one note a cell.
fn retyped(cx: &SubmissionCx) -> Vec<Finding> {
    let mut last = None;
    let rows = cx.report.rows.iter().filter(|row| row.is_retyped);
    let cells = rows.filter_map(|row| match row.subject {
        RowSubject::Indicator(ix) => Some((row.get(Field::Task)?, ix)),
        _ => None,
    });
    let cells = cells.filter(|(cell, _)| last.replace(cell.at) != Some(cell.at));
    first_of_many(cells, "处", |(cell, indicator)| {
        let task = cx.plan.indicators[indicator].task;
        let message = format!(
            "项目名称“{}”与计划的“{}”不完全一致，指标相符，按{}采用。",
            quote(Some(cell)),
            cx.plan.tasks[task].name,
            phrases::task(cx.plan, task)
        );
        cx.at(&RULE, cell, message, "请改成与通知一致的名称。")
            .task(task)
            .severity(Severity::Note)
    })
}
