//! What leadership reads first of 总览: the worst laggards, what was promised, what is asked, and the year's months task by task.

use crate::combine::{WORST, words};
use crate::plan::Period;

use super::super::briefing::key_points;
use super::overview::LAST_COL;
use super::prelude::*;
use super::style::colour_marks;

/// First and last column of each of its cells.
const CELLS: [(&str, u16, u16); 6] = [
    ("滞后项目", 0, 0),
    ("责任单位", 1, 2),
    ("差距和状态", 3, 4),
    ("连续滞后", 5, 6),
    ("上月承诺和本月进展", 7, 11),
    ("时间节点", 12, 13),
];
/// Months side by side; of a longer plan the last ones.
const MONTHS: i32 = 12;
/// A longer map does not stand before the figures.
pub const SHORT: usize = 32;
/// Points of a task's row at most, as far as that can be foreseen, and of the note under the last one.
const ROW: f64 = 36.0;
const NOTE: f64 = 44.0;

/// From `start` on; the row behind.
pub fn points(canvas: &mut Canvas, cx: &Cx, start: u32) -> Result<u32> {
    let (laggards, points) = (cx.facts.laggards(), key_points(cx.facts, cx.plan));
    if laggards.is_empty() && points.is_empty() {
        return Ok(start);
    }
    canvas.across(start, (0, LAST_COL), "本期要点", Look::Section)?;
    let mut row = start + 1;
    if !laggards.is_empty() {
        for (head, first, last) in CELLS {
            canvas.across(row, (first, last), head, Look::Head)?;
        }
        row += 1;
    }
    for task in laggards.iter().take(WORST) {
        for ((_, first, last), text) in CELLS.into_iter().zip(cells(cx, task)) {
            let look = if matches!(first, 0 | 7) {
                Look::Text
            } else {
                Look::Center
            };
            canvas.across(row, (first, last), &text, look)?;
        }
        row += 1;
    }
    for text in points {
        canvas.across(row, (0, LAST_COL), &text, Look::Text)?;
        row += 1;
    }
    canvas.gap(row);
    Ok(row + 1)
}

fn cells(cx: &Cx, task: &TaskFacts) -> [String; 6] {
    let now = cx.facts.period;
    let streak = task.streak.as_ref().map(|s| words::streak(s, now));
    let promise = task.promise.as_ref().map(|promise| {
        let steps = promise
            .next_steps
            .clone()
            .map(|s| format!("上月：{}", s.trim_end_matches('。')));
        let on = words::promised_for(task, now);
        let came = words::came_of_it(task, now);
        let came = (!came.is_empty()).then(|| format!("本月：{came}"));

        steps.into_iter().chain(on).chain(came).joined("；")
    });
    [
        task.name.clone(),
        task.lead_name.clone(),
        match (words::gap(task), task.grade.name()) {
            (gap, grade) if gap == grade => gap,
            (gap, grade) => format!("{gap}\n{grade}"),
        },
        streak.unwrap_or_default(),
        promise.unwrap_or_else(|| "—".to_owned()),
        words::next_date(task, now),
    ]
}

/// Tasks × months: each cell's colour and character are its grade's.
pub fn heat_map(canvas: &mut Canvas, cx: &Cx, start: u32, pages: &mut Pages) -> Result<u32> {
    let (first, last) = (
        Period::of(cx.plan.start),
        Period::of(cx.plan.end).max(cx.facts.period),
    );
    let count = last.months_since(first).clamp(0, MONTHS - 1);
    // Of a longer plan those up to now.
    let first = if last.months_since(first) < MONTHS {
        first
    } else {
        cx.facts.period.plus(1 - MONTHS).max(first)
    };
    let months: Vec<Period> = (0..=count).map(|n| first.plus(n)).collect();
    canvas.across(start, (0, LAST_COL), "各项目逐月状态", Look::Section)?;
    pages.begin(start);
    let mut row = start + 1;
    let mut page = start;
    heads(canvas, row, &months)?;
    row += 1;
    for (ix, task) in cx.facts.tasks.iter().enumerate() {
        let is_last = ix + 1 == cx.facts.tasks.len();
        let room = ROW + if is_last { NOTE } else { 0.0 };
        if pages.turned(row, canvas.heights_of(page, row) + room) {
            page = row;
            heads(canvas, row, &months)?;
            row += 1;
        }
        let name = format!("{}. {}", task.no, task.name);
        canvas.text(row, 0, &name, Look::Text)?;
        for (col, month) in (1..).zip(&months) {
            let grade = task.months.iter().find(|(at, _)| at == month);
            canvas.text_or_blank(row, col, grade.map(|(_, g)| g.mark()), Look::Center)?;
        }
        let streak = task.streak.as_ref();
        let months = streak.map(|s| s.months.text());
        canvas.text_or_blank(row, LAST_COL, months.as_deref(), Look::Center)?;
        row += 1;
    }
    if row > start + 2 {
        colour_marks(canvas.ws, (start + 2, 1), (row - 1, LAST_COL - 1))?;
    }
    let marks = Grade::ALL
        .iter()
        .map(|g| format!("{}：{}", g.mark(), g.name()))
        .joined("，");
    let note = format!("注：{marks}；空白为没有数据。末列为连续滞后或未达标的月数。");
    canvas.across(row, (0, LAST_COL), &note, Look::Note)?;
    canvas.gap(row + 1);
    pages.block(page, canvas.heights_of(page, row + 2));
    Ok(row + 2)
}

fn heads(canvas: &mut Canvas, row: u32, months: &[Period]) -> Result {
    canvas.text(row, 0, "项目", Look::Head)?;
    let one_year = months.iter().all(|m| m.year() == months[0].year());
    let format = if one_year { "m\"月\"" } else { MONTH };
    for (col, month) in (1..).zip(months) {
        canvas.date(row, col, month.first_day(), format, Look::Head)?;
    }
    canvas.text(row, LAST_COL, "连续\n滞后", Look::Head)?;
    Ok(())
}
