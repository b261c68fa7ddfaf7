//! What the annexes print: a row for each task, and the chart's bars.

use super::rows::Fields;
use super::sentences::{Context, reached};
use crate::combine::Figure;
use crate::combine::facts::{Facts, IndicatorFacts, TaskFacts};
use crate::combine::progress::shown;
use crate::plan::{Kind, chinese_date};
use crate::report::word::chart::Comparison;

/// One task's row in the table of all tasks.
pub fn row(c: Context<'_>, task: &TaskFacts) -> Fields {
    let indicators = c.indicators(task);
    let text = |f: &Option<Figure>| f.as_ref().map(Figure::text);
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "—".to_owned());
    // Of milestones nobody has reported on, none is known to be done or not.
    let known = indicators.iter().any(|i| i.milestone.is_some());
    let milestones = || {
        let (done, all) = task.milestones.as_ref().filter(|_| known)?;
        Some(format!("{}个节点完成{}个", all.number(), done.number()))
    };
    let department = if task.with_names.is_empty() {
        task.lead_name.clone()
    } else {
        format!("{}（会同{}）", task.lead_name, task.with_names)
    };
    [
        ("序号", task.no.to_string()),
        ("分级", task.tier.clone()),
        ("名称", task.name.clone()),
        ("责任单位", department),
        ("会同单位", task.with_names.clone()),
        ("年度目标", joined(indicators, target)),
        (
            "完成情况",
            joined(indicators, |i| progress(i, indicators.len() == 1)) + &decided(task),
        ),
        ("完成率", or_dash(text(&task.rate).or_else(milestones))),
        ("序时进度", or_dash(text(&task.schedule))),
        ("状态", task.grade_text.clone()),
        ("升降", task.movement.chinese().to_owned()),
        (
            "预计完成时间",
            task.expected_on.map(chinese_date).unwrap_or_default(),
        ),
    ]
    .into()
}

fn joined(indicators: &[IndicatorFacts], say: impl Fn(&IndicatorFacts) -> String) -> String {
    indicators.iter().map(say).collect::<Vec<_>>().join("；")
}

fn target(i: &IndicatorFacts) -> String {
    let about = if i.approximate { "约" } else { "" };
    let adjusted = i.adjusted.as_ref().map(|words| format!("（{words}）"));
    let adjusted = adjusted.unwrap_or_default();
    match (i.goal(), i.kind) {
        (Some(goal), _) => format!("{}{about}{goal}{adjusted}", i.name),
        (None, Kind::Ongoing) => format!("{}（持续推进）{adjusted}", i.name),
        (None, _) => format!("{}{adjusted}", i.name),
    }
}

/// The grade that the office has set, with its reason.
fn decided(task: &TaskFacts) -> String {
    let reason = task.override_reason.as_ref();
    reason.map_or_else(String::new, |reason| {
        format!("（状态由督查室认定：{reason}）")
    })
}

/// One indicator's figure, short: the name where the task has several.
fn progress(i: &IndicatorFacts, alone: bool) -> String {
    let said = shown(i).unwrap_or_else(|| reached(i));
    let confirmed = i.confirmed.as_ref().map(|words| format!("（{words}）"));
    let confirmed = confirmed.unwrap_or_default();
    match (alone, i.kind) {
        (true, Kind::Count | Kind::Quantity) if i.value.is_some() => {
            format!("累计完成{said}{confirmed}")
        }
        (true, Kind::Milestone | Kind::Ongoing) => format!("{said}{confirmed}"),
        // 「西永街道工程完成：进行中」
        (false, Kind::Milestone | Kind::Ongoing) => format!("{}：{said}{confirmed}", i.name),
        _ => format!("{}{said}{confirmed}", i.name),
    }
}

/// Bars that a page shows legibly.
const BARS: usize = 20;

/// What stands under a chart that leaves tasks out.
pub const LEFT_OUT: &str = "项目较多，图中只列与序时进度相比落后最多的部分，其余见附件1。";

/// `图_进度`: each task that has a rate against its schedule, of many those furthest behind, and whether any is left out; `None`
/// when no task has one.
pub fn chart(facts: &Facts) -> Option<(Comparison, bool)> {
    let mut drawn: Vec<(&TaskFacts, &Figure, &Figure)> = facts
        .tasks
        .iter()
        .filter_map(|t| Some((t, t.rate.as_ref()?, t.schedule.as_ref()?)))
        .collect();
    if drawn.is_empty() {
        return None;
    }
    let all = drawn.len();
    if all > BARS {
        let gap = |rate: &Figure, schedule: &Figure| schedule.value - rate.value;
        drawn.sort_by(|a, b| gap(b.1, b.2).total_cmp(&gap(a.1, a.2)));
        drawn.truncate(BARS);
        drawn.sort_by_key(|(t, ..)| t.no);
    }
    let said: Vec<String> = drawn
        .iter()
        .map(|(t, rate, schedule)| {
            format!(
                "{}完成率{}，序时进度{}",
                t.name,
                rate.text(),
                schedule.text()
            )
        })
        .collect();
    // The foot stands under it, at the bottom of the page, and a note between them where tasks are left out.
    let room = if drawn.len() < all { 130 } else { 145 };
    let comparison = Comparison {
        done: "完成率".to_owned(),
        expected: "序时进度".to_owned(),
        rows: drawn
            .iter()
            .map(|(t, rate, schedule)| {
                (format!("{}. {}", t.no, t.name), rate.value, schedule.value)
            })
            .collect(),
        alt_text: format!("条形图，各项目完成率与序时进度对照：{}。", said.join("；")),
        width_mm: 156,
        height_mm: u32::try_from(drawn.len() * 20)
            .unwrap_or(room)
            .clamp(60, room),
    };
    Some((comparison, drawn.len() < all))
}
