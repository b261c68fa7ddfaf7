//! 三、已完成和进展较快的项目, and early warnings.

use std::fmt::Write as _;

use super::{Context, against_schedule, by_department, is_zero, named};
use crate::combine::facts::TaskFacts;
use crate::combine::progress::forecast_past_deadline;
use crate::plan::{Grade, chinese_date};

/// Fast ones told with their figures, the rest are in the annex: fewer where that lets all laggards be told.
pub const TOLD: [usize; 3] = [3, 1, 0];
/// Finished ones named; more than these are for the annex to give.
const NAMES: usize = 8;

pub fn paragraphs(c: Context<'_>, told: usize) -> Vec<String> {
    if c.unknown() {
        return vec!["本期无可用数据，暂不评定。".to_owned()];
    }
    let mut out: Vec<String> = [finished(c), fast(c, told)]
        .into_iter()
        .filter(|p| !p.is_empty())
        .collect();
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
    for (grade, words) in [
        (Grade::Done, "已完成"),
        (Grade::DonePending, "已完成待验收"),
        (Grade::Reached, "已达标"),
    ] {
        let figure = o.tasks.count(grade);
        if !is_zero(figure) {
            let names = if of(grade).count() > NAMES {
                "见附件1".to_owned()
            } else {
                format!("为{}", by_department(of(grade)))
            };
            parts.push(format!("{words}{}，{names}", figure.text()));
        }
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!("{}。", parts.join("；"))
    }
}

fn fast(c: Context<'_>, longest: usize) -> String {
    let mut ahead: Vec<&TaskFacts> = c
        .facts
        .tasks
        .iter()
        .filter(|t| t.grade == Grade::Ahead)
        .collect();
    if ahead.is_empty() {
        return String::new();
    }
    let all = c.facts.overall.tasks.count(Grade::Ahead).text();
    if longest == 0 {
        return format!("超序时进度{all}，见附件1。");
    }
    let lead = |t: &TaskFacts| t.gap.as_ref().map_or(0.0, |g| g.value);
    ahead.sort_by(|a, b| lead(a).total_cmp(&lead(b)));
    let told: Vec<String> = ahead.iter().take(longest).map(|t| told(t)).collect();
    let rest = if ahead.len() > longest {
        "；其余项目见附件1"
    } else {
        ""
    };
    format!("超序时进度{all}：{}{rest}。", told.join("；"))
}

fn told(task: &TaskFacts) -> String {
    let mut parts = vec![task.name.clone()];
    if let Some(rate) = &task.rate {
        let _ = write!(parts[0], "完成率{}", rate.text());
    }
    parts.extend(against_schedule(task.gap.as_ref(), task.gap_abs.as_ref()));
    parts.join("，")
}

/// 预计完成时间 past the deadline or put off, of tasks that are not finished; a laggard's own sentence says it of laggards.
pub fn warned(c: Context<'_>) -> Vec<&TaskFacts> {
    c.facts
        .tasks
        .iter()
        .filter(|t| !t.grade.is_finished() && !t.grade.is_lagging() && t.early_warning.is_some())
        .collect()
}

/// 「预计完成时间推迟至2024年12月20日」, 「预计完成时间2025年1月15日，晚于完成时限2024年12月31日」.
pub fn put_off(task: &TaskFacts) -> Option<String> {
    let expected = task.expected_on.filter(|_| task.early_warning.is_some())?;
    Some(if expected > task.deadline {
        forecast_past_deadline(expected, task.deadline)
    } else {
        format!("预计完成时间推迟至{}", chinese_date(expected))
    })
}

fn warnings(c: Context<'_>) -> Vec<String> {
    let said = |t: &TaskFacts| {
        put_off(t).unwrap_or_else(|| {
            t.early_warning
                .as_deref()
                .unwrap_or_default()
                .trim_end_matches('。')
                .to_owned()
        })
    };
    let parts: Vec<String> = warned(c)
        .iter()
        .map(|t| format!("{}{}", named(t), said(t)))
        .collect();
    if parts.is_empty() {
        Vec::new()
    } else {
        vec![format!("预警提示：{}。", parts.join("；"))]
    }
}
