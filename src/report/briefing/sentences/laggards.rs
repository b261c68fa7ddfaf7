//! 二、滞后项目: each by name with what was asked, what is there, why and what comes next.

use std::fmt::Write as _;

use super::super::quote::quote;
use super::{Context, against_schedule, by_department, leads, named, reached};
use crate::combine::facts::{IndicatorFacts, TaskFacts};
use crate::plan::{Grade, Kind, chinese_date};

/// Longest quotations of a department's cause and next step, in characters: shorter where that lets all laggards be told.
pub const QUOTES: [usize; 3] = [60, 45, 30];
/// Names of tasks in one sentence.
const NAMES: usize = 6;
/// Indicators named in one laggard's sentence.
const NAMED: usize = 3;

/// One laggard, in pieces for the template and as one paragraph.
#[derive(Debug, Clone)]
pub struct Laggard {
    pub name: String,
    pub department: String,
    pub grade: String,
    /// Reached, schedule and gap: the model sentence.
    pub standing: String,
    pub target: String,
    pub rate: String,
    pub schedule: String,
    pub gap: String,
    /// The department's own words, trimmed; empty when it gave none.
    pub cause: String,
    pub next: String,
    pub expected_on: String,
    /// All of it.
    pub text: String,
}

/// Lines of an indented paragraph at 28 characters a line; Latin letters and digits are half as wide. A little is kept for
/// punctuation that may not begin a line and figures that may not be broken.
pub fn lines(text: &str) -> usize {
    if text.is_empty() {
        return 0;
    }
    let halves: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    (halves + 4).div_ceil(54)
}

/// The sentence above the list; the whole section where nothing lags.
pub fn opening(c: Context<'_>, laggards: &[&TaskFacts]) -> String {
    if laggards.is_empty() {
        return format!("{}，无滞后项目。", c.until());
    }
    // A single laggard's own sentence says it all.
    if laggards.len() == 1 {
        return String::new();
    }
    let o = &c.facts.overall;
    format!("{}，{}，涉及{}。", c.until(), super::lagging(&o.tasks, &o.lagging), leads(laggards.iter().copied()))
}

/// The sentence under the list when some went to the annex.
pub fn remainder(rest: &[&TaskFacts], annex: u32) -> String {
    if rest.is_empty() {
        return String::new();
    }
    // A long row of names is for the annex to give.
    if rest.len() > NAMES {
        return format!("其余滞后项目情况见附件{annex}。");
    }
    format!("其余滞后项目见附件{annex}：{}。", by_department(rest.iter().copied()))
}

/// `alone`: the only one, which then needs no sentence above it. `longest`: see [`QUOTES`].
pub fn laggard(c: Context<'_>, task: &TaskFacts, alone: bool, longest: usize) -> Laggard {
    let indicators = c.indicators(task);
    let standing = match indicators {
        [only] => single(task, only),
        several => compound(task, several),
    };
    let target = match indicators {
        [IndicatorFacts { target: Some(target), .. }] => format!("年度目标{}", target.text()),
        _ => String::new(),
    };
    let cause = task.problems.as_deref().map(|t| quote(t, longest)).unwrap_or_default();
    let next = task.next_steps.as_deref().map(|t| quote(t, longest)).unwrap_or_default();
    let expected_on = task.expected_on.map(chinese_date).unwrap_or_default();
    let mut text = if alone { format!("{}，{standing}。", c.until()) } else { format!("{standing}。") };
    let mut facts = Vec::new();
    if !target.is_empty() {
        facts.push(target.clone());
    }
    if let (Some(schedule), [_]) = (&task.schedule, indicators) {
        facts.push(format!("序时进度{}", schedule.text()));
    }
    if !facts.is_empty() {
        let _ = write!(text, "{}。", facts.join("，"));
    }
    for note in &task.notes {
        let _ = write!(text, "{}。", note.trim_end_matches('。'));
    }
    text += &said("原因：", &cause, "责任单位未说明原因。");
    text += &said("下一步：", &next, "未提出下一步措施。");
    if !expected_on.is_empty() {
        let _ = write!(text, "预计完成时间：{expected_on}。");
    }
    Laggard {
        name: task.name.clone(),
        department: task.lead_name.clone(),
        grade: task.grade_text.clone(),
        standing: format!("{standing}。"),
        target,
        rate: task.rate.as_ref().map(crate::combine::Figure::text).unwrap_or_default(),
        schedule: task.schedule.as_ref().map(crate::combine::Figure::text).unwrap_or_default(),
        gap: task.gap_abs.as_ref().map(crate::combine::Figure::text).unwrap_or_default(),
        cause,
        next,
        expected_on,
        text,
    }
}

/// A department's words under their label, ended with a stop; `none` where there are none.
fn said(label: &str, words: &str, none: &str) -> String {
    match words {
        "" => none.to_owned(),
        words if words.ends_with('…') => format!("{label}{words}"),
        words => format!("{label}{words}。"),
    }
}

/// A task of one indicator: 「…累计完成6公里，占年度目标的30.0%，低于序时进度36.7个百分点，严重滞后」.
fn single(task: &TaskFacts, indicator: &IndicatorFacts) -> String {
    let mut parts = vec![format!("{}{}", named(task), reached(indicator))];
    if matches!(indicator.kind, Kind::Count | Kind::Quantity) {
        parts.extend(against_schedule(indicator.gap.as_ref(), indicator.gap_abs.as_ref()));
    }
    parts.push(task.grade.name().to_owned());
    parts.join("，")
}

/// A task of several: its own rate and gap, then the indicators that are behind.
fn compound(task: &TaskFacts, indicators: &[IndicatorFacts]) -> String {
    let mut parts = Vec::new();
    match (&task.rate, &task.milestones) {
        (Some(rate), _) => {
            parts.push(format!("{}完成率{}", named(task), rate.text()));
            parts.extend(against_schedule(task.gap.as_ref(), task.gap_abs.as_ref()));
        }
        (None, Some((done, all))) => parts.push(format!("{}{}个节点完成{}个", named(task), all.number(), done.number())),
        (None, None) => parts.push(named(task)),
    }
    parts.push(task.grade.name().to_owned());
    let behind: Vec<&IndicatorFacts> = indicators.iter().filter(|i| i.grade.is_lagging()).collect();
    let told: Vec<String> = behind.iter().take(NAMED).map(|i| clause(i)).collect();
    let text = parts.join("，");
    if told.is_empty() {
        return text;
    }
    let more = if behind.len() > NAMED { "等" } else { "" };
    format!("{text}。其中，{}{more}", told.join("；"))
}

fn clause(i: &IndicatorFacts) -> String {
    let mut parts = vec![format!("{}{}", i.name, reached(i))];
    if matches!(i.kind, Kind::Count | Kind::Quantity) {
        parts.extend(against_schedule(i.gap.as_ref(), i.gap_abs.as_ref()));
    }
    if matches!(i.grade, Grade::Serious | Grade::Overdue) {
        parts.push(i.grade.name().to_owned());
    }
    parts.join("，")
}
