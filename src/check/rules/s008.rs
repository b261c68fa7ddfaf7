use crate::check::reading::columns;
use crate::check::reading::foreign::is_foreign;
use crate::intake::RowSubject;

use super::phrases::{at_row, first_of_many};

rule! {
    S008 "foreign-row", Warning, Submission(check);
    title: "这一行是其他单位的任务",
    what: "每一行的任务是否由本单位牵头、填报或配合。",
    why: "一个指标只采用填报单位自己的数；其他单位报来的只作比对，数不一致时提示双方核对。",
    example: "建设局的表里多了公共服务局的“每千人口托位数”一行。",
    fix: "删去其他单位的行；职责有调整、应由本单位填报的，请告知督查室修改计划。",
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    if columns::refusal(cx.plan, cx.department, cx.report).is_some() {
        return Vec::new();
    }
    let foreign = cx.report.rows.iter().filter_map(|row| {
        let (task, indicator) = match row.subject {
            RowSubject::Indicator(ix) => (cx.plan.indicators[ix].task, Some(ix)),
            RowSubject::Task(task) => (task, None),
            RowSubject::Unknown { .. } => return None,
        };
        is_foreign(cx.plan, cx.department, &row.subject).then_some((row, task, indicator))
    });
    first_of_many(foreign, "行", |(row, task, indicator)| {
        let own = &cx.plan.tasks[task];
        let lead = &cx.plan.departments[own.lead].name;
        let name = indicator.map_or(&own.name, |ix| &cx.plan.indicators[ix].name);
        let message = format!(
            "第{}项“{name}”由{lead}负责，不属于本单位填报，只作比对，不采用。",
            own.no
        );
        let help = "请删去这一行；职责有调整的，请告知督查室修改计划。";
        let finding = cx
            .finding(&RULE, message, help)
            .sheet(&cx.report.sheet)
            .task(task)
            .indicator(indicator);
        at_row(finding, row)
    })
}
