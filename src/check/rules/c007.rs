//! C007 excel-error.

use crate::check::context::{RecordCx, TaskCx};
use crate::check::read;
use crate::check::rule::{Check, Doc, Rule, Verdict};
use crate::check::{Finding, Severity};
use crate::intake::quantity::{Problem, Reading};

pub static RULE: Rule = Rule {
    code: "C007",
    name: "excel-error",
    severity: Severity::Error,
    fixed: true,
    title: "单元格是Excel错误值",
    doc: Doc {
        what: "数字、状态和日期各格以及工作进展等文字里是否为#REF!、#DIV/0!、#VALUE!、#N/A、#NAME?、#NULL!、#NUM!等错误值。同一行几处连带出错的只指出一次。",
        why: "错误值说明公式已经坏了，真正的数不知道是多少。",
        example: "删掉了被引用的行，累计完成变成#REF!。",
        fix: "修好公式，或直接填写数字，确认没有错误值后重新报送。",
        office: None,
    },
    check: Check::CellAndTask { cell, task },
};

const HELP: &str = "请修好公式或直接填写数字，确认没有错误值后重新报送。";

fn cell(cx: &RecordCx) -> Verdict {
    if let Some(verdict) = read::gate(cx) {
        return verdict;
    }
    let failing = read::failing(cx, read::single_fields(cx.indicator().kind), |field| {
        matches!(
            read::reading(cx.record, field),
            Reading::Bad(Problem::ExcelError(_))
        ) || cx.record.cell(field).and_then(read::broken) == Some(RULE.code)
    });
    // One broken formula spoils those that build on it: one finding a row, at the cell that decides.
    let finding = failing.fields.first().map(|&field| {
        let raw = read::quote(cx.record.cell(field));
        cx.at(
            &RULE,
            field,
            format!(
                "{}{}为错误值“{raw}”{}。",
                read::subject(cx, field),
                read::name(field),
                read::others(&failing.fields)
            ),
            HELP,
        )
    });
    read::conclude_any(cx, failing.elsewhere, finding.into_iter().collect())
}

/// The texts that a task's rows share.
fn task(cx: &TaskCx) -> Vec<Finding> {
    let task = &cx.plan.tasks[cx.task];
    read::broken_texts(cx, RULE.code)
        .into_iter()
        .map(|(field, cell)| {
            let message = format!(
                "第{}项“{}”的{}为错误值“{}”。",
                task.no,
                task.name,
                read::name(field),
                read::quote(Some(cell))
            );
            cx.finding(&RULE, message, HELP)
                .sheet(&cx.report.sheet)
                .at(cell)
        })
        .collect()
}
