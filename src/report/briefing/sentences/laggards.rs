//! 二、滞后项目: each by name with what was asked, what is there, why and what comes next.

use super::{Context, by_department, distance, is_due, is_zero, leads, named, reached};
use crate::Joined;
use crate::combine::facts::{IndicatorFacts, TaskFacts};
use crate::combine::{Figure, WORST};
use crate::intake::text::nested_quotes;
use crate::plan::{Grade, Kind, MilestoneState, chinese_date};
use crate::report::briefing::quote::quote;
use crate::report::briefing::rows::Fields;

/// Longest quotations of a department's cause and next step, in characters; shorter where that leaves room for all laggards.
pub const QUOTES: [usize; 3] = [60, 45, 30];
/// Names of tasks or of departments in one sentence.
const NAMES: usize = 6;
/// Indicators named in one laggard's sentence.
const NAMED: usize = 3;

/// One laggard.
#[derive(Debug, Clone)]
pub struct Laggard {
    /// Its pieces, and under 全文 all of them as one paragraph.
    pub fields: Fields,
}

impl Laggard {
    pub fn text(&self) -> &str {
        self.fields.get(TEXT).map_or("", String::as_str)
    }
}

const TEXT: &str = "全文";

/// The sentence above the list; the whole section where nothing lags.
pub fn opening(c: Context<'_>, laggards: &[&TaskFacts]) -> String {
    if c.unknown() {
        return "本期无可用数据，暂不能评定。".to_owned();
    }
    if laggards.is_empty() {
        let all_known = is_zero(c.facts.overall.tasks.count(Grade::Unverified));
        let known = if all_known && listed(c).is_empty() {
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
    // A long row of names says nothing.
    let concerned = match leads(laggards) {
        // The first page has named them all.
        names if names.len() > NAMES || laggards.len() <= WORST => String::new(),
        names => format!("，涉及{}", names.join("、")),
    };
    format!("{}，{count}{concerned}。", c.until())
}

/// The sentence under the list when only `told` of them had room; the first page names the worst.
pub fn remainder(all: &[&TaskFacts], told: usize, annex: u32) -> String {
    if told >= all.len() {
        return String::new();
    }
    let named = match all.get(told.max(WORST)..).unwrap_or_default() {
        [] => String::new(),
        // A long row of names is for the annex to give.
        rest if rest.len() > NAMES => String::new(),
        rest => format!("，其中有{}", by_department(rest)),
    };
    let which = if told == 0 { "各" } else { "其余" };
    format!("{which}滞后项目情况见附件{annex}{named}。")
}

/// Tasks that were laggards when last known, or are by what is known, stay listed while their data is being verified.
pub fn listed(c: Context<'_>) -> String {
    let listed: Vec<&TaskFacts> = c.facts.tasks.iter().filter(|t| t.stays_listed).collect();
    let say =
        |known: String, what: &str| format!("{known}，本期{what}数据待核实，仍按滞后项目跟踪。");
    if listed.len() > NAMED {
        let known = match listed.len() {
            n if n > NAMES => format!("{n}{}此前滞后或已报部分滞后", c.plan.counter()),
            _ => by_department(&listed) + "此前滞后或已报部分滞后",
        };
        return say(known, "");
    }
    listed
        .into_iter()
        .map(|t| {
            let part = match t.grade {
                Grade::Unverified => String::new(),
                _ => t.unverified.text(),
            };
            say(named(t) + &last_known(c, t), &part)
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
    let (standing, only) = match indicators {
        [only] => (single(task, only), Some(only)),
        several => (compound(task, several), None),
    };
    let target = only
        .and_then(IndicatorFacts::goal)
        .map(|goal| format!("年度目标{goal}"))
        .unwrap_or_default();
    let words = |own: &Option<String>| own.as_deref().map(|t| quote(t, longest));
    let cause = words(&task.problems).unwrap_or_default();
    let next = words(&task.next_steps).unwrap_or_default();
    let expected_on = task.expected_on.map(chinese_date).unwrap_or_default();
    let mut text = if alone {
        format!("{}，{standing}。", c.until())
    } else {
        format!("{standing}。")
    };
    let schedule = task
        .schedule
        .as_ref()
        .filter(|s| only.is_some() && !is_due(s))
        .map(|s| format!("序时进度{}", s.text()));
    // Of a level its own sentence has said it.
    let is_said = |i: &IndicatorFacts| matches!(i.kind, Kind::Level | Kind::Ratio);
    let target_said = only.is_some_and(is_said);
    let unsaid = (!target_said).then_some(target.as_str());
    let goal = [unsaid, schedule.as_deref()]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .joined("，");
    if !goal.is_empty() {
        put!(text, "{}。", goal);
    }
    // What the sentence has said of an indicator is not said again.
    let named: Vec<&IndicatorFacts> = match only {
        Some(_) => Vec::new(),
        None => behind(indicators).take(NAMED).collect(),
    };
    for note in &task.notes {
        if !named.iter().any(|i| note.starts_with(&i.name)) {
            put!(text, "{}。", note.trim_end_matches('。'));
        }
    }
    text += &explained(c, task, longest).concat();
    let of = |figure: &Option<Figure>| figure.as_ref().map(Figure::text).unwrap_or_default();
    let fields = [
        ("名称", task.name.clone()),
        ("责任单位", task.lead_name.clone()),
        ("状态", task.grade_text.clone()),
        ("情况", format!("{standing}。")),
        ("年度目标", target),
        ("完成率", of(&task.rate)),
        ("序时进度", of(&task.schedule)),
        ("差距", of(&task.gap_abs)),
        ("原因", cause),
        ("下一步", next),
        ("预计完成时间", expected_on),
        (TEXT, text),
    ];
    Laggard {
        fields: fields.into(),
    }
}

/// Cause, next step and 预计完成时间, a sentence each.
pub fn explained(c: Context<'_>, task: &TaskFacts, longest: usize) -> Vec<String> {
    let words = |own: &Option<String>| own.as_deref().map(|t| quote(t, longest));
    let mut lines = vec![
        said(
            "原因：",
            &words(&task.problems).unwrap_or_default(),
            "责任单位未说明原因。",
        ),
        said(
            "下一步：",
            &words(&task.next_steps).unwrap_or_default(),
            "未提出下一步措施。",
        ),
    ];
    if let Some(day) = task.expected_on {
        let end = c.facts.as_of.unwrap_or_else(|| c.facts.period.last_day());
        let shown = chinese_date(day);
        let words = match task.early_warning.clone() {
            _ if day <= end => format!("预计完成时间{shown}已过"),
            Some(warning) => warning,
            None => format!("预计完成时间：{shown}"),
        };
        lines.push(format!("{words}。"));
    }
    lines
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
    // A laggard in spite of it is one by the office's own word.
    let told = match indicator.milestone {
        Some(MilestoneState::Done) => "填报为",
        _ => "",
    };
    let mut parts = vec![format!("{}{told}{}", named(task), reached(indicator))];
    if matches!(indicator.kind, Kind::Count | Kind::Quantity) {
        // The task's own gap: the difference of the rate and the schedule printed beside it, as in the annex.
        parts.extend(distance(&task.schedule, &task.gap, &task.gap_abs));
    }
    parts.push(task.grade.name().to_owned());
    parts.join("，")
}

/// A task of several: its own rate and gap, then the indicators that are behind.
fn compound(task: &TaskFacts, indicators: &[IndicatorFacts]) -> String {
    let mut parts = vec![named(task)];
    if let Some(rate) = &task.rate {
        put!(parts[0], "完成率{}", rate.text());
        parts.extend(distance(&task.schedule, &task.gap, &task.gap_abs));
    } else if let Some((done, all)) = &task.milestones {
        put!(parts[0], "{}个节点完成{}个", all.number(), done.number());
    }
    parts.push(task.grade.name().to_owned());
    let text = parts.join("，");
    let clauses = behind(indicators).take(NAMED).map(clause).joined("；");
    if clauses.is_empty() {
        return text;
    }
    let more = if behind(indicators).count() > NAMED {
        "等"
    } else {
        ""
    };
    format!("{text}。其中，{clauses}{more}")
}

fn behind(indicators: &[IndicatorFacts]) -> impl Iterator<Item = &IndicatorFacts> {
    indicators.iter().filter(|i| i.grade.is_lagging())
}

fn clause(i: &IndicatorFacts) -> String {
    // A milestone's name is often a sentence of its own: 「西永街道工程完成」.
    let subject = if i.kind == Kind::Milestone {
        nested_quotes(format!("节点“{}”", i.name))
    } else {
        i.name.clone()
    };
    if (i.kind, i.grade) == (Kind::Milestone, Grade::Behind) {
        return format!("{subject}未按期启动");
    }
    let mut parts = vec![format!("{subject}{}", reached(i))];
    if matches!(i.kind, Kind::Count | Kind::Quantity) {
        parts.extend(distance(&i.schedule, &i.gap, &i.gap_abs));
    }
    if matches!(i.grade, Grade::Serious | Grade::Overdue) {
        parts.push(i.grade.name().to_owned());
    }
    parts.join("，")
}
