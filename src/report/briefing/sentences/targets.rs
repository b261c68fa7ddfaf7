//! Levels and ratios that miss their target or move away from it: they have no part in a task's rate, and would vanish in it.

use super::{Context, named, reached};
use crate::combine::facts::{IndicatorFacts, TaskFacts};
use crate::plan::Direction;

/// Indicators told in the paragraph; the others are in the annex.
const NAMED: usize = 4;

/// 「达标方面，就业促进（责任单位：人社局）失业率5.6%，未达到年度目标≤5.5%，超出0.1个百分点，较上月上升0.2个百分点。」
pub fn paragraph(c: Context<'_>) -> String {
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
    // A task is named once.
    let mut above = None;
    let said: Vec<String> = told
        .iter()
        .take(NAMED)
        .map(|(task, i)| match above.replace(task.no) {
            Some(no) if no == task.no => one(i),
            _ => named(task) + &one(i),
        })
        .collect();
    let more = match told.len() - said.len() {
        0 => String::new(),
        n => format!("；另有{n}项指标未达标或有回落，见附件1"),
    };
    format!("达标方面，{}{more}。", said.join("；"))
}

/// A laggard's own sentence speaks of it.
fn is_told(task: &TaskFacts, indicator: &IndicatorFacts) -> bool {
    task.grade.is_lagging() && indicator.grade.is_lagging()
}

fn one(i: &IndicatorFacts) -> String {
    let moved = i.slipped.as_ref().map(|by| {
        let way = match i.direction {
            Direction::AtLeast => "下降",
            Direction::AtMost => "上升",
        };
        let but = if i.misses_target() { "" } else { "但" };
        format!("，{but}较上月{way}{}", by.text())
    });
    format!("{}{}{}", i.name, reached(i), moved.unwrap_or_default())
}

/// Tasks with an indicator that misses its target.
pub fn missing(c: Context<'_>) -> Vec<&TaskFacts> {
    c.tasks(|t| c.indicators(t).iter().any(IndicatorFacts::misses_target))
}
