//! What the annexes print: a row for each task, and the chart's bars.

use super::rows::Fields;
use super::sentences::{Context, reached, title};
use super::tables::BEHIND;
use crate::Joined;
use crate::combine::Figure;
use crate::combine::facts::{IndicatorFacts, TaskFacts};
use crate::combine::progress::shown;
use crate::combine::words;
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
        let several = task.milestones.as_ref().filter(|(_, all)| all.value > 1.0);
        let (done, all) = several.filter(|_| known)?;
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
        ("目标与完成", figures(indicators) + &decided(task)),
        (
            "完成情况",
            joined(indicators, |i| progress(i, indicators.len() == 1)) + &decided(task),
        ),
        ("完成率", or_dash(text(&task.rate).or_else(milestones))),
        ("序时进度", or_dash(text(&task.schedule))),
        (
            "差距",
            task.gap.as_ref().map_or_else(
                || "—".to_owned(),
                |_| words::gap(task).replace("个百分点", ""),
            ),
        ),
        (
            BEHIND,
            if task.grade.is_lagging() { "是" } else { "" }.to_owned(),
        ),
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
    indicators.iter().map(say).joined("；")
}

/// Each indicator's target and figure; those without a target and of one state are named together.
fn figures(indicators: &[IndicatorFacts]) -> String {
    let state = |i: &IndicatorFacts| {
        let is_plain = i.target.is_none() && i.adjusted.is_none() && i.confirmed.is_none();
        is_plain.then(|| shown(i).unwrap_or_else(|| reached(i)))
    };
    let same = |a: &IndicatorFacts, b: &IndicatorFacts| state(a).is_some() && state(a) == state(b);
    let group = |group: &[IndicatorFacts]| match (group, group.first().and_then(state)) {
        ([_, _, ..], Some(state)) => {
            let names = group.iter().map(|i| i.name.as_str()).joined("、");
            format!("{names}：{state}")
        }
        (own, _) => joined(own, both),
    };
    indicators.chunk_by(same).map(group).joined("；")
}

/// Target and figure side by side: 「街头绿地面积16万平方米：6.7万平方米」, 「成立领导小组：已完成」.
fn both(i: &IndicatorFacts) -> String {
    let about = if i.approximate { "约" } else { "" };
    let said = shown(i).unwrap_or_else(|| reached(i));
    let goal = i.goal().unwrap_or_default();
    let remarks = [&i.adjusted, &i.confirmed].into_iter().flatten();
    let remarks: String = remarks.map(|words| format!("（{words}）")).collect();
    format!("{}{about}{goal}：{said}{remarks}", i.name)
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

/// What stands under the table of all tasks: of shades and gaps, where there are any.
pub fn note(c: Context<'_>) -> String {
    let is_shaded = c.facts.tasks.iter().any(|t| t.grade.is_lagging());
    let has_gap = |t: &TaskFacts| t.gap.as_ref().is_some_and(|g| g.value != 0.0);
    let has_gap = c.facts.tasks.iter().any(has_gap);
    let parts = [
        (is_shaded, "加底纹的为滞后、严重滞后和未按期完成的项目"),
        (has_gap, "“差距”以百分点计，“低”“高”均相对序时进度而言"),
    ]
    .into_iter()
    .filter_map(|(is_there, words)| is_there.then_some(words))
    .joined("；");
    if parts.is_empty() {
        return String::new();
    }
    format!("注：{parts}。")
}

/// Whether any task has a rate against its schedule.
pub fn is_drawn(c: Context<'_>) -> bool {
    let mut tasks = c.facts.tasks.iter();
    tasks.any(|t| t.rate.is_some() && t.schedule.is_some())
}

/// Bars that a page shows legibly.
const BARS: usize = 20;
/// Tasks named under the chart because they are not in it.
const NAMES: usize = 8;

/// `图_进度`: each task that has a rate against its schedule, those furthest behind first, and what stands under it; `None` when
/// no task has one.
pub fn chart(c: Context<'_>) -> Option<(Comparison, String)> {
    let mut drawn: Vec<(&TaskFacts, &Figure, &Figure)> = c
        .facts
        .tasks
        .iter()
        .filter_map(|t| Some((t, t.rate.as_ref()?, t.schedule.as_ref()?)))
        .collect();
    if drawn.is_empty() {
        return None;
    }
    let gap = |rate: &Figure, schedule: &Figure| schedule.value - rate.value;
    drawn.sort_by(|a, b| gap(b.1, b.2).total_cmp(&gap(a.1, a.2)));
    let all = drawn.len();
    drawn.truncate(BARS);
    let mut notes = Vec::new();
    if drawn.len() > 1 {
        notes.push("按与序时进度的差距排列，落后最多的在前".to_owned());
    }
    if drawn.len() < all {
        notes.push("项目较多，只列差距最大的部分，其余见附件1".to_owned());
    }
    let without = c.tasks(|t| t.rate.is_none() || t.schedule.is_none());
    match without.len() {
        0 => {}
        1..=NAMES => {
            let names = without.iter().map(|t| title(t)).joined("、");
            notes.push(format!("{names}没有完成率，不在图中"));
        }
        _ => notes.push("没有完成率的项目不在图中，见附件1".to_owned()),
    }
    let note = match notes.join("；") {
        words if words.is_empty() => words,
        words => format!("注：{words}。"),
    };
    let said = drawn
        .iter()
        .map(|(t, rate, schedule)| {
            format!(
                "{}完成率{}，序时进度{}",
                t.name,
                rate.text(),
                schedule.text()
            )
        })
        .joined("；");
    // The foot stands under it, at the bottom of the page, and the note between them.
    let room = 125;
    let comparison = Comparison {
        done: "完成率".to_owned(),
        expected: "序时进度".to_owned(),
        rows: drawn
            .iter()
            .map(|(t, rate, schedule)| {
                (format!("{}. {}", t.no, t.name), rate.value, schedule.value)
            })
            .collect(),
        alt_text: format!("条形图，各项目完成率与序时进度对照：{said}。"),
        width_mm: 156,
        height_mm: u32::try_from(drawn.len() * 20)
            .unwrap_or(room)
            .clamp(60, room),
    };
    Some((comparison, note))
}
