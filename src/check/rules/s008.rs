//! S008 foreign-row.

use super::{s002, s003};
use crate::check::context::SubmissionCx;
use crate::check::read;
use crate::check::rule::{Check, Doc, Rule};
use crate::check::{Finding, Severity};
use crate::intake::RowSubject;
use crate::plan::{DeptIx, Plan, TaskIx};

pub static RULE: Rule = Rule {
    code: "S008",
    name: "foreign-row",
    severity: Severity::Warning,
    fixed: false,
    title: "这一行是其他单位的任务",
    doc: Doc {
        what: "每一行的任务是否由本单位牵头、填报或配合。",
        why: "一个指标只采用填报单位自己的数；其他单位报来的只作比对，数不一致时提示双方核对。",
        example: "建设局的表里多了公共服务局的“每千人口托位数”一行。",
        fix: "删去其他单位的行；职责有调整、应由本单位填报的，请告知督查室修改计划。",
        office: None,
    },
    check: Check::Submission(check),
};

/// Whether a row speaks of an indicator that the department neither reports nor leads nor cooperates on.
pub fn is_foreign(plan: &Plan, department: DeptIx, subject: &RowSubject) -> bool {
    let own_task = |task: TaskIx| {
        plan.tasks[task].lead == department || plan.tasks[task].with.contains(&department)
    };
    match *subject {
        RowSubject::Indicator(ix) => {
            plan.slot(department, ix).is_none() && !own_task(plan.indicators[ix].task)
        }
        RowSubject::Task(task) => {
            !own_task(task)
                && plan.tasks[task]
                    .indicators
                    .clone()
                    .all(|ix| plan.slot(department, ix).is_none())
        }
        RowSubject::Unknown { .. } => false,
    }
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    if s002::refuses(cx.plan, cx.department, cx.report) || s003::refuses(cx.report) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut more = 0;
    for row in cx
        .report
        .rows
        .iter()
        .filter(|row| is_foreign(cx.plan, cx.department, &row.subject))
    {
        let (task, indicator) = match row.subject {
            RowSubject::Indicator(ix) => (cx.plan.indicators[ix].task, Some(ix)),
            RowSubject::Task(task) => (task, None),
            RowSubject::Unknown { .. } => continue,
        };
        if findings.len() == read::LISTED {
            more += 1;
            continue;
        }
        let lead = &cx.plan.departments[cx.plan.tasks[task].lead].name;
        let name = indicator.map_or(&cx.plan.tasks[task].name, |ix| &cx.plan.indicators[ix].name);
        let finding = cx
            .finding(
                &RULE,
                format!(
                    "第{}项“{name}”由{lead}负责，不属于本单位填报，只作比对，不采用。",
                    cx.plan.tasks[task].no
                ),
                "请删去这一行；职责有调整的，请告知督查室修改计划。",
            )
            .sheet(&cx.report.sheet)
            .task(task);
        let finding = read::at_row(finding, row);
        findings.push(match indicator {
            Some(ix) => finding.indicator(ix),
            None => finding,
        });
    }
    read::tell_more(&mut findings, more, "行");
    findings
}
