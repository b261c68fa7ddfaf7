//! 一览表: in the notice's order and layout, on one A3 page where that leaves it legible.

use crate::check::State;
use crate::combine::facts::{Figure, IndicatorFacts, Movement};
use crate::plan::Direction;

use super::super::paper::Paper;
use super::fit;
use super::prelude::*;

pub const COL_NAME: u16 = 2;
pub const COL_RATE: u16 = 6;
pub const COL_SCHEDULE: u16 = 7;
pub const COL_GRADE: u16 = 9;
pub const COL_MOVED: u16 = 11;
const LAST_COL: u16 = 14;
/// Numbers of so many tasks are named in the note.
const NAMED: usize = 30;
/// Rows that decide the columns' widths.
const FITTED: usize = 90;

/// The head of the tiers' column; 市区分级 where they are 市级 and 区级.
const TIER: &str = "分级";

const HEADS: [&str; 15] = [
    "序号",
    TIER,
    "项目名称",
    "责任单位",
    "年度目标任务",
    "完成情况",
    "完成率",
    "序时进度",
    "差距\n（百分点）",
    "状态",
    "上月状态",
    "升降",
    "存在问题",
    "下一步措施",
    "备注",
];

/// Widths in units: a grade's name stands on one line; those of long texts are the least, and are stretched to fill the page.
const WIDTHS: [f64; 15] = [
    5.0, 5.5, 14.0, 10.0, 20.0, 26.0, 9.0, 9.0, 9.5, 11.0, 11.0, 6.5, 14.0, 14.0, 14.0,
];
const STRETCHED: [usize; 5] = [4, 5, 12, 13, 14];

/// The texts of a task's row that decide its height, by column.
fn texts(cx: &Cx, task: &TaskFacts) -> Vec<(u16, String)> {
    let indicators = cx
        .facts
        .indicators
        .get(task.indicators.clone())
        .unwrap_or_default();
    vec![
        (COL_NAME, task.name.clone()),
        (3, lead(task)),
        (4, task.text.clone()),
        (5, progress(cx, task, indicators)),
        (COL_GRADE, task.grade.name().to_owned()),
        (12, task.problems.clone().unwrap_or_default()),
        (13, task.next_steps.clone().unwrap_or_default()),
        (14, remarks(task, indicators)),
    ]
}

fn lead(task: &TaskFacts) -> String {
    if task.with_names.is_empty() {
        task.lead_name.clone()
    } else {
        format!("{}\n（会同{}）", task.lead_name, task.with_names)
    }
}

/// So many indicators stand on lines of their own; more run on, numbered.
const OWN_LINES: usize = 2;

/// 完成情况 in words, each indicator by name.
fn progress(cx: &Cx, task: &TaskFacts, indicators: &[IndicatorFacts]) -> String {
    let named = |(ix, words): (usize, &String)| {
        let name = indicators.get(ix).map_or("", |i| i.name.as_str());
        if name.is_empty() || words.contains(name) {
            words.clone()
        } else {
            format!("{name}：{words}")
        }
    };
    let mut lines: Vec<String> = task.progress.iter().enumerate().map(named).collect();
    let milestones = cx
        .facts
        .milestones(task)
        .map_or_else(String::new, |(done, all)| {
            format!("{}个节点完成{}个。", all.number(), done.number())
        });
    if lines.len() > OWN_LINES {
        let numbered =
            |(ix, line): (usize, String)| format!("{}.{}", ix + 1, line.trim_end_matches('。'));
        lines = vec![lines.into_iter().enumerate().map(numbered).joined("；")];
    }
    format!("{milestones}{}", lines.join("\n"))
}

/// What stands beside the grade: its additions, named reasons, the operator's decisions, early warnings.
fn remarks(task: &TaskFacts, indicators: &[IndicatorFacts]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let addition = task
        .grade_text
        .strip_prefix(task.grade.name())
        .unwrap_or_default()
        .trim_matches(['（', '）', '，', '、', ' ']);
    if is_marked(task) {
        parts.push(if addition.contains("待核实") {
            format!("※{addition}")
        } else {
            let lacking = || {
                indicators
                    .iter()
                    .filter(|i| i.state != State::Accepted)
                    .map(|i| i.state)
            };
            let why = match (
                lacking().any(|s| s == State::Missing),
                lacking().any(|s| s == State::Withheld),
            ) {
                (true, false) => "未报",
                (false, true) => "待核实",
                _ => "未报或待核实",
            };
            format!("※{}数据{why}", task.unverified.text())
        });
    }
    if !addition.is_empty() && !parts.iter().any(|p| p.contains(addition)) {
        parts.push(addition.to_owned());
    }
    parts.extend(task.notes.iter().cloned());
    if let Some(reason) = &task.override_reason
        && !parts.iter().any(|p| p.contains(reason.as_str()))
    {
        parts.push(format!("状态由督查室认定：{reason}"));
    }
    parts.extend(task.early_warning.iter().map(|w| format!("预警：{w}")));
    for i in indicators {
        parts.extend(i.slipped.as_ref().map(|by| {
            let way = match i.direction {
                Direction::AtLeast => "下降",
                Direction::AtMost => "上升",
            };
            format!("{}较上月{way}{}", i.name, by.text())
        }));
        parts.extend(
            [&i.adjusted, &i.confirmed]
                .into_iter()
                .flatten()
                .map(|words| format!("{}：{words}", i.name)),
        );
    }
    parts.join("\n")
}

/// Its figures leave something out.
fn is_marked(task: &TaskFacts) -> bool {
    task.unverified.value > 0.0
}

/// Consecutive rows of one tier: its name, first and last row.
pub fn tier_runs(tasks: &[TaskFacts]) -> Vec<(&str, u32, u32)> {
    let mut runs: Vec<(&str, u32, u32)> = Vec::new();
    for (row, task) in (FIRST_ROW..).zip(tasks) {
        match runs.last_mut() {
            Some((tier, _, last)) if *tier == task.tier => *last = row,
            _ => runs.push((&task.tier, row, row)),
        }
    }
    runs
}

pub fn write(ws: &mut Worksheet, cx: &Cx) -> Result {
    let tasks = &cx.facts.tasks;
    let rows: Vec<Vec<(u16, String)>> = tasks.iter().map(|task| texts(cx, task)).collect();
    // The first rows stand for the rest: fitting thousands would take longer than writing them.
    let fitted = rows.get(..FITTED).unwrap_or(&rows);
    let widths = fit::widths(fitted, &WIDTHS, &STRETCHED, Paper::A3.widest_px());
    let mut canvas = Canvas::new(ws, SHEETS[1], 0x002E_75B6, &widths)?;
    canvas.title(cx, LAST_COL, &cx.title("推进情况一览表"))?;
    let mut heads = HEADS;
    if tasks.iter().all(|t| matches!(&*t.tier, "市级" | "区级")) {
        heads[1] = "市区\n分级";
    }
    canvas.heads(HEAD, 0, &heads)?;
    for ((row, task), texts) in (FIRST_ROW..).zip(tasks).zip(&rows) {
        task_row(&mut canvas, row, task, texts)?;
    }
    let end = FIRST_ROW + u32::try_from(tasks.len()).unwrap_or(u32::MAX / 2);
    let overall = &cx.facts.overall;
    let mut foot = end;
    if !cx.facts.mean().is_empty() {
        canvas.across(end, (0, 5), "全部项目（平均）", Look::TotalLabel)?;
        for (col, figure) in [(COL_RATE, &overall.rate), (COL_SCHEDULE, &overall.schedule)] {
            canvas.figure_or_blank(end, col, figure.as_ref(), Look::TotalNumberCenter)?;
        }
        canvas.across(end, (8, LAST_COL), "", Look::TotalLabel)?;
        foot += 1;
    }
    canvas.across(foot, (0, LAST_COL), &note(cx), Look::Note)?;
    canvas.signatures(foot + 1, LAST_COL)?;
    let one_page = Paper::A3.takes(canvas.heights_of(0, foot + 2));
    for (tier, first, last) in tier_runs(tasks) {
        if one_page && first < last {
            canvas.text_over((first, 1), (last, 1), tier, Look::Vertical)?;
            continue;
        }
        // A merged cell over several pages names its tier on one of them.
        for row in first..=last {
            canvas.text(row, 1, tier, Look::Center)?;
        }
    }
    if !tasks.is_empty() {
        let last = end - 1;
        colour_grades(canvas.ws, (FIRST_ROW, COL_GRADE), (last, COL_GRADE))?;
        percent_bars(canvas.ws, (FIRST_ROW, COL_RATE), (last, COL_RATE))?;
        // Merged cells come apart where a filter sorts; a list of one page is read without.
        if !one_page
            || tier_runs(tasks)
                .iter()
                .all(|(_, first, last)| first == last)
        {
            canvas.ws.autofilter(HEAD, 0, last, LAST_COL)?;
        }
    }
    canvas.ws.set_freeze_panes(FIRST_ROW, COL_NAME + 1)?;
    let print = Print {
        one_page,
        ..Print::list((foot + 1, LAST_COL))
    };
    canvas.finish(cx, &print)
}

/// A column's text.
fn of(texts: &[(u16, String)], col: u16) -> &str {
    texts
        .iter()
        .find(|(c, _)| *c == col)
        .map_or("", |(_, text)| text)
}

fn task_row(canvas: &mut Canvas, row: u32, task: &TaskFacts, texts: &[(u16, String)]) -> Result {
    canvas.number(row, 0, f64::from(task.no), "0", Look::NumberCenter)?;
    canvas.text(row, COL_NAME, of(texts, COL_NAME), Look::Text)?;
    canvas.text(row, 3, of(texts, 3), Look::Center)?;
    canvas.text(row, 4, of(texts, 4), Look::Text)?;
    canvas.text_or_blank(row, 5, Some(of(texts, 5)), Look::Text)?;
    rate(canvas, row, COL_RATE, task.rate.as_ref(), is_marked(task))?;
    rate(canvas, row, COL_SCHEDULE, task.schedule.as_ref(), false)?;
    match &task.gap {
        Some(gap) => canvas.number(row, 8, gap.value, &gap_format(gap, ""), Look::NumberCenter)?,
        None => canvas.blank(row, 8, Look::NumberCenter)?,
    }
    canvas.text(row, COL_GRADE, of(texts, COL_GRADE), Look::Label)?;
    canvas.text(
        row,
        10,
        task.previous_grade.map_or("—", crate::plan::Grade::name),
        Look::Center,
    )?;
    canvas.text(
        row,
        11,
        task.movement.chinese(),
        if task.movement == Movement::Same {
            Look::Center
        } else {
            Look::Label
        },
    )?;
    for col in 12..=LAST_COL {
        canvas.text_or_blank(row, col, Some(of(texts, col)), Look::Text)?;
    }
    Ok(())
}

fn rate(canvas: &mut Canvas, row: u32, col: u16, figure: Option<&Figure>, marked: bool) -> Result {
    match figure {
        Some(figure) if marked => canvas.number(
            row,
            col,
            figure.value,
            &format!("{}\"※\"", plain_format(figure)),
            Look::NumberCenter,
        ),
        Some(figure) => canvas.figure(row, col, figure, Look::NumberCenter),
        None if marked => canvas.blank(row, col, Look::Lacking),
        None => canvas.blank(row, col, Look::NumberCenter),
    }
}

/// Behind is said in words, not by a sign alone: `低15.0`, `高3.2`, `持平`.
pub fn gap_format(gap: &Figure, unit: &str) -> String {
    let digits = gap.excel_format();
    let unit = if unit.is_empty() {
        String::new()
    } else {
        format!("\"{}\"", unit.replace('"', ""))
    };
    format!("\"低\"{digits}{unit};\"高\"{digits}{unit};\"持平\"")
}

fn note(cx: &Cx) -> String {
    let gap = "“差距”为序时进度与完成率之差，“低”为低于序时进度，“高”为高于序时进度。完成率、序时进度空白的，是以节点、达标或持续推进方式评价的项目。";
    let marked = cx
        .facts
        .tasks
        .iter()
        .filter(|t| is_marked(t))
        .map(|t| t.no.to_string())
        .collect::<Vec<_>>();
    // One note bears no number.
    if marked.is_empty() {
        return format!("注：{gap}");
    }
    // A list of hundreds says no more than the marks themselves.
    let which = if marked.len() <= NAMED {
        format!("（序号{}）", marked.join("、"))
    } else {
        String::new()
    };
    format!(
        "注：1.{gap}\n2.标“※”的项目{which}有数据未报或正在核实，本期暂不计入，完成率按其余已采信的数据计算，无可采信数据的加底纹；待核实的原因见“数据核查清单”。"
    )
}
