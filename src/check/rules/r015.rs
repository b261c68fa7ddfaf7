//! R015: finished without evidence of acceptance.

use crate::check::context::SubmissionCx;
use crate::check::finding::{Finding, Severity};
use crate::check::rule::{Check, Doc, Rule};
use crate::check::shared_cells::{shared_cells, subject};
use crate::check::standing::finished;
use crate::intake::Field;
use crate::plan::Kind;

pub static RULE: Rule = Rule {
    code: "R015",
    name: "no-acceptance-evidence",
    severity: Severity::Warning,
    fixed: false,
    title: "已完成但没有验收依据",
    doc: Doc {
        what: "计划要求提供验收依据的任务，指标已完成而“验收情况”空白或只填“无”“/”。一个空格只报一次；存量指标和比率只看是否达标，不在此列。",
        why: "没有验收依据，只能列为“已完成待验收”。",
        example: "黑臭水体整治销号16处全部完成，“验收情况”空白。",
        fix: "补填验收文号、验收时间或佐证材料名称；尚未验收的，写明计划验收时间。",
        office: None,
    },
    check: Check::Narrative(check),
};

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !cx
        .records
        .iter()
        .any(|record| cx.plan.tasks[record.task].evidence_required)
    {
        return findings;
    }
    for shared in shared_cells(cx.records, Field::Evidence) {
        if shared.words.is_some() || !cx.plan.tasks[shared.task].evidence_required {
            continue;
        }
        let done: Vec<usize> = shared
            .members
            .iter()
            .filter(|&ix| {
                cx.judged
                    .get(ix)
                    .and_then(|judged| finished(cx.plan, cx.period(), judged))
                    == Some(true)
            })
            .map(|ix| cx.records[ix].indicator)
            .filter(|&ix| {
                let indicator = &cx.plan.indicators[ix];
                matches!(
                    indicator.kind,
                    Kind::Count | Kind::Quantity | Kind::Milestone
                ) && !indicator.off.contains(RULE.code)
            })
            .collect();
        let Some(&first) = done.first() else { continue };
        let message = format!(
            "{}已完成，“验收情况”未填写。",
            subject(cx.plan, shared.task, done.iter().copied())
        );
        let help = "请补填验收文号、验收时间或佐证材料；尚未验收的，请写明计划验收时间。";
        let finding = match shared.cell {
            Some(cell) => cx.at(&RULE, cell, message, help),
            None => cx.finding(&RULE, message, help).sheet(&cx.report.sheet),
        };
        findings.push(
            finding
                .task(shared.task)
                .indicator(first)
                .expected("验收依据"),
        );
    }
    findings
}
