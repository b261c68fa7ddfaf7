//! C008 formula-without-value.

use crate::check::context::{RecordCx, TaskCx};
use crate::check::read;
use crate::check::rule::{Check, Doc, Rule, Verdict};
use crate::check::{Finding, Severity};
use crate::intake::quantity::{Problem, Reading};

pub static RULE: Rule = Rule {
    code: "C008",
    name: "formula-without-value",
    severity: Severity::Error,
    fixed: true,
    title: "公式没有算出结果",
    doc: Doc {
        what: "公式是否带有算好的结果。由程序生成、从未用Excel或WPS打开保存过的表，公式里没有结果。",
        why: "系统只取已算好的结果，不替单位计算公式，以免和单位看到的数不一致。",
        example: "累计完成是公式=H7+I7，但文件是业务系统导出的，没有保存结果。",
        fix: "用Excel或WPS打开，等公式算出结果后保存，再重新报送；或直接填写数字。",
        office: None,
    },
    check: Check::CellAndTask { cell, task },
};

const HELP: &str = "请用Excel或WPS打开，等公式算出结果后保存，重新报送；或直接填写数字。";

fn cell(cx: &RecordCx) -> Verdict {
    if let Some(verdict) = read::gate(cx) {
        return verdict;
    }
    let failing = read::failing(cx, read::single_fields(cx.indicator().kind), |field| {
        matches!(
            read::reading(cx.record, field),
            Reading::Bad(Problem::NoCachedValue)
        ) || cx.record.cell(field).and_then(read::broken) == Some(RULE.code)
    });
    // One broken formula spoils those that build on it: one finding a row, at the cell that decides.
    let finding = failing.fields.first().map(|&field| {
        cx.at(
            &RULE,
            field,
            format!(
                "{}{}是公式，没有算出结果{}。",
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
                "第{}项“{}”的{}是公式，没有算出结果。",
                task.no,
                task.name,
                read::name(field)
            );
            cx.finding(&RULE, message, HELP)
                .sheet(&cx.report.sheet)
                .at(cell)
        })
        .collect()
}
