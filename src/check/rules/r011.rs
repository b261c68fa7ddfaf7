//! R011: last month's narrative again.

use crate::check::reading::shared_cells::{SharedCell, shared_cells};
use crate::check::result::judged::Accepted;
use crate::check::result::words::WordsOf;
use crate::plan::names;

rule! {
    R011 "copied-narrative", Warning, Narrative(check);
    title: "工作进展与上月相同",
    what: "“工作进展”的文字与上月完全相同（空格、全半角不计）。只与紧邻的上一个月比较，一格只报一次。",
    why: "照抄上月看不出本月做了什么。",
    example: "5月、6月都写“街头绿地、山城绿道和错时共享车位均按月度计划组织实施”。",
    fix: "按本月实际重新填写进展；确无新进展的，写明原因。",
}

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
    let key = names::fold(words);
    let is_same = |&ix: &usize| {
        let record = &cx.records[ix];
        let before = last.slot(record.slot).words(WordsOf::Narrative);
        !cx.is_off(&RULE, record.indicator) && before.is_some_and(|words| names::fold(words) == key)
    };
    if !shared.members.iter().any(is_same) {
        return None;
    }
    let alone = shared.alone().map(|one| cx.records[one].indicator);
    let about = match alone {
        Some(indicator) => phrases::indicators(cx.plan, shared.task, [indicator]),
        None => phrases::task(cx.plan, shared.task),
    };
    let before = cx.period().previous().chinese();
    let message = format!("{about}的“工作进展”与{before}的完全相同。");
    let help = "请按本月实际重新填写；确无新进展的，请写明原因。";
    Some(
        cx.at(&RULE, cell, message, help)
            .task(shared.task)
            .indicator(alone)
            .expected("本月的进展情况"),
    )
}
