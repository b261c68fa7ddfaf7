//! 三、已完成和进展较快的项目, and early warnings.

use std::fmt::Write as _;

use super::{Context, against_schedule, by_department, is_zero, named};
use crate::combine::facts::TaskFacts;
use crate::plan::{Grade, chinese_date};

/// Fast ones told with their figures; the rest are in the annex.
const TOLD: usize = 3;
/// Finished ones named; more than these are for the annex to give.
const NAMES: usize = 8;

pub fn paragraphs(c: Context<'_>) -> Vec<String> {
    let mut out: Vec<String> = [finished(c), fast(c)].into_iter().filter(|p| !p.is_empty()).collect();
    if out.is_empty() {
        out.push("本期暂无已完成和超序时进度的项目。".to_owned());
    }
    out.extend(warnings(c));
    out
}

fn finished(c: Context<'_>) -> String {
    let o = &c.facts.overall;
    let of = |grade: Grade| c.facts.tasks.iter().filter(move |t| t.grade == grade);
    let mut parts = Vec::new();
    for (grade, words) in [(Grade::Done, "已完成"), (Grade::DonePending, "已完成待验收"), (Grade::Reached, "已达标")] {
        let figure = o.tasks.count(grade);
        if !is_zero(figure) {
            let names = if of(grade).count() > NAMES { "见附件1".to_owned() } else { format!("为{}", by_department(of(grade))) };
            parts.push(format!("{words}{}，{names}", figure.text()));
        }
    }
    if parts.is_empty() { String::new() } else { format!("{}。", parts.join("；")) }
}

fn fast(c: Context<'_>) -> String {
    let mut ahead: Vec<&TaskFacts> = c.facts.tasks.iter().filter(|t| t.grade == Grade::Ahead).collect();
    if ahead.is_empty() {
        return String::new();
    }
    let lead = |t: &TaskFacts| t.gap.as_ref().map_or(0.0, |g| g.value);
    ahead.sort_by(|a, b| lead(a).total_cmp(&lead(b)));
    let told: Vec<String> = ahead.iter().take(TOLD).map(|t| told(t)).collect();
    let rest = if ahead.len() > TOLD { "；其余项目见附件1" } else { "" };
    format!("超序时进度{}：{}{rest}。", c.facts.overall.tasks.count(Grade::Ahead).text(), told.join("；"))
}

fn told(task: &TaskFacts) -> String {
    let mut parts = vec![task.name.clone()];
    if let Some(rate) = &task.rate {
        let _ = write!(parts[0], "完成率{}", rate.text());
    }
    parts.extend(against_schedule(task.gap.as_ref(), task.gap_abs.as_ref()));
    parts.join("，")
}

/// 预计完成时间 past the deadline, of tasks that are not finished.
pub fn warned(c: Context<'_>) -> Vec<&TaskFacts> {
    c.facts.tasks.iter().filter(|t| !t.grade.is_finished() && t.grade != Grade::Overdue && t.early_warning.is_some()).collect()
}

fn warnings(c: Context<'_>) -> Vec<String> {
    let parts: Vec<String> = warned(c)
        .iter()
        .map(|t| match t.expected_on {
            Some(expected) if expected > t.deadline => {
                format!("{}预计{}完成，晚于完成时限{}", named(t), chinese_date(expected), chinese_date(t.deadline))
            }
            Some(expected) => format!("{}预计完成时间推迟至{}", named(t), chinese_date(expected)),
            None => format!("{}{}", named(t), t.early_warning.as_deref().unwrap_or_default().trim_end_matches('。')),
        })
        .collect();
    if parts.is_empty() { Vec::new() } else { vec![format!("预警提示：{}。", parts.join("；"))] }
}
