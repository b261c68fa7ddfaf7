//! Levels and ratios that miss their target or move away from it: they have no part in a task's rate, and would vanish in it.

use super::{Context, title};
use crate::combine::facts::{IndicatorFacts, TaskFacts};
use crate::combine::progress::shown;
use crate::plan::{Direction, Grade};

/// 「达标方面，人社局失业率5.6%（目标≤5.5%），超出0.1个百分点，较上月上升0.2个百分点。」
/// Of so many; the others are in the annex.
pub fn paragraph(c: Context<'_>, longest: usize) -> String {
    if c.unknown() {
        return String::new();
    }
    let told: Vec<(&TaskFacts, &IndicatorFacts)> = c
        .facts
        .tasks
        .iter()
        .flat_map(|task| c.indicators(task).iter().map(move |i| (task, i)))
        .filter(|(task, i)| i.slipped.is_some() || i.misses_target() && !is_told(task, i))
        .collect();
    if told.is_empty() {
        return String::new();
    }
    let said: Vec<String> = told
        .iter()
        .take(longest)
        .map(|(t, i)| one(c, t, i))
        .collect();
    let more = match told.len() - said.len() {
        0 => String::new(),
        n => format!("；另有{n}项指标未达标或有回落，见{}", c.table),
    };
    format!("达标方面，{}{more}。", said.join("；"))
}

/// A laggard's own sentence speaks of it.
fn is_told(task: &TaskFacts, indicator: &IndicatorFacts) -> bool {
    task.grade.is_lagging() && indicator.grade.is_lagging()
}

fn one(c: Context<'_>, task: &TaskFacts, i: &IndicatorFacts) -> String {
    // The department and the indicator say which it is, unless several have the name.
    let namesakes = c.facts.indicators.iter().filter(|o| o.name == i.name);
    let of = if namesakes.count() > 1 {
        title(task)
    } else {
        String::new()
    };
    let mut parts = vec![format!(
        "{}{of}{}{}（目标{}）",
        task.lead_name,
        i.name,
        shown(i).unwrap_or_default(),
        i.goal().unwrap_or_default()
    )];
    let (lacks, way) = match i.direction {
        Direction::AtLeast => ("差", "下降"),
        Direction::AtMost => ("超出", "上升"),
    };
    match &i.gap_abs {
        Some(gap) if i.misses_target() => parts.push(format!("{lacks}{}", gap.text())),
        _ if i.grade == Grade::Reached => parts.push("已达标".to_owned()),
        _ => {}
    }
    let but = if i.misses_target() { "" } else { "但" };
    parts.extend(
        i.slipped
            .as_ref()
            .map(|by| format!("{but}较上月{way}{}", by.text())),
    );
    parts.join("，")
}

/// Tasks with an indicator that misses its target.
pub fn missing(c: Context<'_>) -> Vec<&TaskFacts> {
    c.tasks(|t| c.indicators(t).iter().any(IndicatorFacts::misses_target))
}
