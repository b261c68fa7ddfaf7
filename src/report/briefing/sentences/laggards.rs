//! 二、滞后项目: each by name with what was asked, what is there, why and what comes next.

use std::fmt::Write as _;

use super::super::quote::quote;
use super::progress::put_off;
use super::{Context, by_department, distance, is_due, leads, named, reached};
use crate::combine::facts::{IndicatorFacts, TaskFacts};
use crate::plan::{Grade, Kind, chinese_date};

/// Longest quotations of a department's cause and next step, in characters: shorter where that lets all laggards be told.
pub const QUOTES: [usize; 3] = [60, 45, 30];
/// Names of tasks or of departments in one sentence.
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

/// The sentence above the list; the whole section where nothing lags.
pub fn opening(c: Context<'_>, laggards: &[&TaskFacts]) -> String {
    if c.unknown() {
        return "本期无可用数据，暂不能评定。".to_owned();
    }
    if laggards.is_empty() {
        let known = if listed(c).is_empty() {
            "无滞后项目"
        } else {
            "已评定的项目中无滞后项目"
        };
        return format!("{}，{known}。", c.until());
    }
    // A single laggard's own sentence says it all.
    if laggards.len() == 1 {
        return String::new();
    }
    let o = &c.facts.overall;
    let count = super::lagging(&o.tasks, &o.lagging);
    let mut departments: Vec<usize> = laggards.iter().map(|t| t.lead).collect();
    departments.sort_unstable();
    departments.dedup();
    // A long row of names says nothing.
    if departments.len() > NAMES {
        return format!("{}，{count}。", c.until());
    }
    format!(
        "{}，{count}，涉及{}。",
        c.until(),
        leads(laggards.iter().copied())
    )
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
    format!(
        "其余滞后项目见附件{annex}：{}。",
        by_department(rest.iter().copied())
    )
}

/// What was a laggard when last known, or is one by what is known, stays listed while its data is being verified.
pub fn listed(c: Context<'_>) -> String {
    let listed: Vec<&TaskFacts> = c.facts.tasks.iter().filter(|t| t.stays_listed).collect();
    if listed.len() > NAMED {
        return format!(
            "{}此前滞后或已报部分滞后，本期数据待核实，仍按滞后项目跟踪。",
            by_department(listed)
        );
    }
    listed
        .into_iter()
        .map(|t| {
            format!(
                "{}{}，本期数据待核实，仍按滞后项目跟踪。",
                named(t),
                last_known(c, t)
            )
        })
        .collect()
}

/// 「截至5月底完成率30.5%（序时进度40.0%），滞后」.
fn last_known(c: Context<'_>, task: &TaskFacts) -> String {
    let Some(known) = task.last_known.as_ref().filter(|k| k.grade.is_lagging()) else {
        return "已报部分滞后".to_owned();
    };
    let month = format!("{}月底", known.period.month());
    let until = if known.period.year() == c.facts.period.year() {
        month
    } else {
        format!("{}年{month}", known.period.year())
    };
    match (&known.rate, &known.schedule) {
        (Some(rate), Some(schedule)) => format!(
            "截至{until}完成率{}（序时进度{}），{}",
            rate.text(),
            schedule.text(),
            known.grade.name()
        ),
        _ => format!("截至{until}为{}", known.grade.name()),
    }
}

/// `alone`: the only one, which then needs no sentence above it. `longest`: see [`QUOTES`].
pub fn laggard(c: Context<'_>, task: &TaskFacts, alone: bool, longest: usize) -> Laggard {
    let indicators = c.indicators(task);
    let standing = match indicators {
        [only] => single(task, only),
        several => compound(task, several),
    };
    let target = match indicators {
        [
            IndicatorFacts {
                target: Some(target),
                ..
            },
        ] => format!("年度目标{}", target.text()),
        _ => String::new(),
    };
    let cause = task
        .problems
        .as_deref()
        .map(|t| quote(t, longest))
        .unwrap_or_default();
    let next = task
        .next_steps
        .as_deref()
        .map(|t| quote(t, longest))
        .unwrap_or_default();
    let expected_on = task.expected_on.map(chinese_date).unwrap_or_default();
    let mut text = if alone {
        format!("{}，{standing}。", c.until())
    } else {
        format!("{standing}。")
    };
    let mut facts = Vec::new();
    if !target.is_empty() {
        facts.push(target.clone());
    }
    if let (Some(schedule), [_]) = (task.schedule.as_ref().filter(|s| !is_due(s)), indicators) {
        facts.push(format!("序时进度{}", schedule.text()));
    }
    if !facts.is_empty() {
        let _ = write!(text, "{}。", facts.join("，"));
    }
    // What the sentence has said of an indicator is not said again.
    let told: Vec<&str> = if indicators.len() > 1 {
        behind(indicators)
            .take(NAMED)
            .map(|i| i.name.as_str())
            .collect()
    } else {
        Vec::new()
    };
    for note in task
        .notes
        .iter()
        .filter(|note| !told.iter().any(|name| note.starts_with(name)))
    {
        let _ = write!(text, "{}。", note.trim_end_matches('。'));
    }
    text += &said("原因：", &cause, "责任单位未说明原因。");
    text += &said("下一步：", &next, "未提出下一步措施。");
    if let Some(day) = task.expected_on {
        let end = c.facts.as_of.unwrap_or_else(|| c.facts.period.last_day());
        let words = match put_off(task) {
            _ if day <= end => format!("预计完成时间{expected_on}已过"),
            Some(words) => words,
            None => format!("预计完成时间：{expected_on}"),
        };
        let _ = write!(text, "{words}。");
    }
    Laggard {
        name: task.name.clone(),
        department: task.lead_name.clone(),
        grade: task.grade_text.clone(),
        standing: format!("{standing}。"),
        target,
        rate: task
            .rate
            .as_ref()
            .map(crate::combine::Figure::text)
            .unwrap_or_default(),
        schedule: task
            .schedule
            .as_ref()
            .map(crate::combine::Figure::text)
            .unwrap_or_default(),
        gap: task
            .gap_abs
            .as_ref()
            .map(crate::combine::Figure::text)
            .unwrap_or_default(),
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
        // The task's own gap: the difference of the rate and the schedule printed beside it, as in the annex.
        parts.extend(distance(
            task.schedule.as_ref(),
            task.gap.as_ref(),
            task.gap_abs.as_ref(),
        ));
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
            parts.extend(distance(
                task.schedule.as_ref(),
                task.gap.as_ref(),
                task.gap_abs.as_ref(),
            ));
        }
        (None, Some((done, all))) => parts.push(format!(
            "{}{}个节点完成{}个",
            named(task),
            all.number(),
            done.number()
        )),
        (None, None) => parts.push(named(task)),
    }
    parts.push(task.grade.name().to_owned());
    let behind: Vec<&IndicatorFacts> = behind(indicators).collect();
    let told: Vec<String> = behind.iter().take(NAMED).map(|i| clause(i)).collect();
    let text = parts.join("，");
    if told.is_empty() {
        return text;
    }
    let more = if behind.len() > NAMED { "等" } else { "" };
    format!("{text}。其中，{}{more}", told.join("；"))
}

fn behind(indicators: &[IndicatorFacts]) -> impl Iterator<Item = &IndicatorFacts> {
    indicators.iter().filter(|i| i.grade.is_lagging())
}

fn clause(i: &IndicatorFacts) -> String {
    if (i.kind, i.grade) == (Kind::Milestone, Grade::Behind) {
        return format!("节点“{}”未按期启动", i.name);
    }
    // A milestone's name is often a sentence of its own: 「西永街道工程完成」.
    let subject = if i.kind == Kind::Milestone {
        format!("节点“{}”", i.name)
    } else {
        i.name.clone()
    };
    let mut parts = vec![format!("{subject}{}", reached(i))];
    if matches!(i.kind, Kind::Count | Kind::Quantity) {
        parts.extend(distance(
            i.schedule.as_ref(),
            i.gap.as_ref(),
            i.gap_abs.as_ref(),
        ));
    }
    if matches!(i.grade, Grade::Serious | Grade::Overdue) {
        parts.push(i.grade.name().to_owned());
    }
    parts.join("，")
}
