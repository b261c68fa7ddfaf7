//! R012: an ongoing task's narrative that says too little.

use crate::check::narrative::is_all_promises;
use crate::check::reading::shared_cells::{SharedCell, shared_cells};
use crate::plan::names;

rule! {
    R012 "narrative-too-thin", Warning, Narrative(check);
    title: "持续推进事项的进展过于简略或只有打算",
    what: "持续推进类事项的“工作进展”少于计划规定的字数（默认20字，空格和连用的标点不计），或通篇只写打算做什么\
           （将于、将在、将继续、拟、计划、下一步、下月、预计、争取、力争、打算、准备、即将等）。一格只报一次。",
    why: "持续推进的事项没有数字可核，只凭文字判断；写得太少或全是打算，看不出本月做了什么。",
    example: "“开展培训2期。”“将于7月上旬开展培训；拟于8月组织考核；计划9月公布名单。”",
    fix: "写明本月做了什么、做了多少、取得什么结果，打算写到“下一步措施”中。",
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    if !cx
        .records
        .iter()
        .any(|record| cx.plan.indicators[record.indicator].kind == Kind::Ongoing)
    {
        return Vec::new();
    }
    shared_cells(cx.records, Field::Narrative)
        .iter()
        .filter_map(|shared| thin(cx, shared))
        .collect()
}

fn thin(cx: &SubmissionCx, shared: &SharedCell) -> Option<Finding> {
    let words = shared.words.as_deref()?;
    let cell = shared.cell?;
    let ongoing: Vec<usize> = shared
        .members
        .iter()
        .map(|&ix| cx.records[ix].indicator)
        .filter(|&ix| cx.plan.indicators[ix].kind == Kind::Ongoing && !cx.is_off(&RULE, ix))
        .collect();
    let &first = ongoing.first()?;
    let least = cx.plan.checks.narrative_min_chars;
    let length = characters(words);
    let about = phrases::indicators(cx.plan, shared.task, ongoing.iter().copied());
    let (message, help) = if length < least {
        (
            format!("{about}的“工作进展”只有{length}字，少于{least}字。"),
            "请补充本月做了什么、做了多少、取得什么结果。",
        )
    } else if is_all_promises(words) {
        (
            format!("{about}的“工作进展”只写了打算，没有本月的进展。"),
            "请写明本月做了什么、做了多少；打算请写到“下一步措施”中。",
        )
    } else {
        return None;
    };
    Some(
        cx.at(&RULE, cell, message, help)
            .task(shared.task)
            .indicator(first)
            .expected(format!("不少于{least}字的本月进展")),
    )
}

/// Characters that a reader counts: white space aside, a run of punctuation as one (……………… adds nothing).
fn characters(words: &str) -> usize {
    let mut count = 0;
    let mut in_marks = false;
    for c in words.chars().filter(|c| !names::is_space(*c)) {
        let is_mark = !c.is_alphanumeric();
        if !(is_mark && in_marks) {
            count += 1;
        }
        in_marks = is_mark;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::characters;

    #[test]
    fn counts_as_a_reader_does() {
        assert_eq!(characters("开展培训2期。"), 7);
        assert_eq!(characters("推进中………………………………"), 4);
        assert_eq!(characters(" 推 进\n中 "), 3);
    }
}
