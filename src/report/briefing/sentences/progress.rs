//! 三、已完成和进展较快的项目, and early warnings.

use super::{Context, against_schedule, by_department, named, title};
use crate::Joined;
use crate::combine::facts::TaskFacts;
use crate::plan::Grade;

/// Fast tasks named with their figures (of early warnings and of missed targets one more); fewer where that leaves room for all
/// laggards. The others are in the annex.
pub const TOLD: [usize; 3] = [3, 1, 0];
/// Finished ones named; more than these are for the annex to give.
const NAMES: usize = 8;

pub fn paragraphs(c: Context<'_>, told: usize) -> Vec<String> {
    if c.unknown() {
        return vec!["本期无可用数据，暂不评定。".to_owned()];
    }
    let mut out = vec![finished(c), fast(c, told)];
    out.retain(|p| !p.is_empty());
    if out.is_empty() {
        out.push("本期暂无已完成和超序时进度的项目。".to_owned());
    }
    out.extend(warnings(c, told + 1));
    out
}

fn finished(c: Context<'_>) -> String {
    let parts = [Grade::Done, Grade::DonePending, Grade::Reached]
        .into_iter()
        .filter_map(|grade| {
            let (open, sure): (Vec<&TaskFacts>, Vec<&TaskFacts>) = c
                .tasks(|t| t.grade == grade)
                .into_iter()
                .partition(|t| t.is_in_question);
            let count = c.facts.overall.tasks.count(grade).text();
            let head = format!("{}{count}", grade.name());
            let doubt = in_question(c, open.len());
            Some(match (open.len(), sure.len()) {
                (0, 0) => return None,
                (1, 0) => format!("{head}，数据待责任单位说明"),
                (_, 0) => format!("{head}，数据均待责任单位说明"),
                (0, 1..=NAMES) => format!("{head}，为{}", by_department(&sure)),
                (_, 1..=NAMES) => format!("{head}，除{doubt}外，为{}", by_department(&sure)),
                (0, _) => format!("{head}，见{}", c.table),
                _ => format!("{head}，其中{doubt}，见{}", c.table),
            })
        })
        .joined("；");
    if parts.is_empty() {
        return String::new();
    }
    format!("{parts}。")
}

/// 「1件数据待责任单位说明」.
fn in_question(c: Context<'_>, tasks: usize) -> String {
    format!("{tasks}{}数据待责任单位说明", c.plan.counter())
}

fn fast(c: Context<'_>, longest: usize) -> String {
    let (open, mut ahead): (Vec<&TaskFacts>, Vec<&TaskFacts>) = c
        .tasks(|t| t.grade == Grade::Ahead)
        .into_iter()
        .partition(|t| t.is_in_question);
    let all = c.facts.overall.tasks.count(Grade::Ahead).text();
    let doubt = match (open.len(), ahead.len()) {
        (0, 0) => return String::new(),
        (0, _) => String::new(),
        (_, 0) => return format!("超序时进度{all}，数据待责任单位说明。"),
        (n, _) => format!("（其中{}）", in_question(c, n)),
    };
    let all = all + &doubt;
    if longest == 0 {
        return format!("超序时进度{all}，见{}。", c.table);
    }
    let lead = |t: &TaskFacts| t.gap.as_ref().map_or(0.0, |g| g.value);
    ahead.sort_by(|a, b| lead(a).total_cmp(&lead(b)));
    let told = ahead.iter().take(longest).map(|t| told(t)).joined("；");
    let rest = if ahead.len() > longest {
        format!("；其余项目见{}", c.table)
    } else {
        String::new()
    };
    format!("超序时进度{all}：{told}{rest}。")
}

fn told(task: &TaskFacts) -> String {
    let mut parts = vec![title(task)];
    if let Some(rate) = &task.rate {
        put!(parts[0], "完成率{}", rate.text());
    }
    parts.extend(against_schedule(&task.gap, &task.gap_abs));
    parts.join("，")
}

/// Unfinished tasks whose 预计完成时间 is past the deadline or put off; a laggard's own sentence says so itself.
pub fn warned(c: Context<'_>) -> Vec<&TaskFacts> {
    c.tasks(|t| !t.grade.is_finished() && !t.grade.is_lagging() && t.early_warning.is_some())
}

/// `longest`: how many are told one by one; the others are in the workbook.
fn warnings(c: Context<'_>, longest: usize) -> Option<String> {
    let said = |t: &TaskFacts| t.early_warning.clone().unwrap_or_default();
    let all = warned(c);
    let parts: Vec<String> = all
        .iter()
        .take(longest)
        .map(|t| named(t) + &said(t))
        .collect();
    let more = match all.len() - parts.len() {
        0 => String::new(),
        n => format!(
            "；另有{n}{}预计完成时间推迟或超期，见汇总表",
            c.plan.counter()
        ),
    };
    (!parts.is_empty()).then(|| format!("预警提示：{}{more}。", parts.join("；")))
}
