//! R011: last month's narrative again.

use crate::check::context::SubmissionCx;
use crate::check::finding::{Finding, Severity};
use crate::check::record::Accepted;
use crate::check::rule::{Check, Doc, Rule};
use crate::check::shared_cells::{SharedCell, shared_cells};
use crate::check::words::WordsOf;
use crate::intake::Field;
use crate::plan::names;

pub static RULE: Rule = Rule {
    code: "R011",
    name: "copied-narrative",
    severity: Severity::Warning,
    fixed: false,
    title: "工作进展与上月相同",
    doc: Doc {
        what: "“工作进展”的文字与上月完全相同（空格、全半角不计）。只与紧邻的上一个月比较，一格只报一次。",
        why: "照抄上月看不出本月做了什么。",
        example: "5月、6月都写“街头绿地、山城绿道和错时共享车位均按月度计划组织实施”。",
        fix: "按本月实际重新填写进展；确无新进展的，写明原因。",
        office: None,
    },
    check: Check::Narrative(check),
};

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    let Some(last) = cx.history.month(cx.period().previous()) else {
        return Vec::new();
    };
    shared_cells(cx.records, Field::Narrative)
        .iter()
        .filter_map(|shared| copied(cx, last, shared))
        .collect()
}

fn copied(cx: &SubmissionCx, last: &Accepted, shared: &SharedCell) -> Option<Finding> {
    let words = shared.words.as_deref()?;
    let cell = shared.cell?;
    let before = cx.period().previous();
    let key = names::fold(words);
    let is_off = |ix: usize| {
        cx.plan.indicators[cx.records[ix].indicator]
            .off
            .contains(RULE.code)
    };
    let mut judged = shared
        .members
        .iter()
        .filter(|&ix| !is_off(ix))
        .map(|ix| last.slot(cx.records[ix].slot));
    judged.find(|judged| {
        judged
            .words(WordsOf::Narrative)
            .is_some_and(|words| names::fold(words) == key)
    })?;
    let task = &cx.plan.tasks[shared.task];
    let about = match shared.members.alone() {
        Some(one) => format!(
            "第{}项“{}”",
            task.no, cx.plan.indicators[cx.records[one].indicator].name
        ),
        None => format!("第{}项“{}”", task.no, task.name),
    };
    let message = format!("{about}的“工作进展”与{}的完全相同。", before.chinese());
    let finding = cx
        .at(
            &RULE,
            cell,
            message,
            "请按本月实际重新填写；确无新进展的，请写明原因。",
        )
        .task(shared.task)
        .expected("本月的进展情况");
    Some(match shared.members.alone() {
        Some(one) => finding.indicator(cx.records[one].indicator),
        None => finding,
    })
}
