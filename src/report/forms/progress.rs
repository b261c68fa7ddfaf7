//! Sheet 进展情况: one row per indicator.

use rust_xlsxwriter::{ConditionalFormatFormula, Format, Formula, Worksheet};

use crate::intake::Field;
use crate::intake::number_text::number_text;
use crate::intake::number_text::tidy;
use crate::intake::workbook::{CellRef, column_name};
use crate::plan::{Direction, Kind, Plan};

use super::super::Result;
use super::super::paper::BODY;
use super::super::room::{MAX_ROW_HEIGHT, column_px, measure, text_height};
use super::data::{Entry, FormData, FormRow, TASK_FIELDS};
use super::layout::{FIGURES, Layout};
use super::style::Styles;
use super::{excel_date, limits, print_setup, protect};

pub(super) fn sheet(
    sheet: &mut Worksheet,
    plan: &Plan,
    data: &FormData,
    styles: &Styles,
    title: &str,
) -> Result {
    let layout = Layout::new(plan, data);
    let last_col = u16::try_from(layout.columns.len() - 1).unwrap_or(u16::MAX);
    sheet.set_name(super::PROGRESS_SHEET)?;
    for (col, &width) in (0u16..).zip(&layout.widths) {
        sheet.set_column_width(col, width)?;
    }
    sheet.set_row_height(0, 34)?;
    sheet.merge_range(0, 0, 0, last_col, title, &styles.title)?;
    identity_line(sheet, plan, data, &layout, styles)?;
    header(sheet, &layout, styles)?;
    let mut start = 0;
    while start < data.rows.len() {
        let task = data.rows[start].task;
        let size = data.rows[start..]
            .iter()
            .take_while(|r| r.task == task)
            .count();
        block(sheet, plan, data, &layout, styles, start, size)?;
        start += size;
    }
    let last_row = last_row(&layout, data);
    limits::progress(sheet, plan, data, &layout)?;
    if let (Some(previous), Some(cumulative)) = (
        layout.column(Field::Previous),
        layout.column(Field::Cumulative),
    ) {
        let (p, c, r) = (
            column_name(previous.into()),
            column_name(cumulative.into()),
            layout.first_row + 1,
        );
        let fell = Formula::new(format!(
            "=AND(ISNUMBER(${c}{r}),ISNUMBER(${p}{r}),${c}{r}<${p}{r})"
        ));
        let rule = ConditionalFormatFormula::new()
            .set_rule(fell)
            .set_format(&styles.alarm);
        sheet.add_conditional_format(layout.first_row, cumulative, last_row, cumulative, &rule)?;
    }
    let frozen = layout
        .column(Field::Indicator)
        .or(layout.column(Field::Task))
        .map_or(0, |c| c + 1);
    sheet.set_freeze_panes(layout.first_row, frozen)?;
    sheet.set_repeat_rows(layout.header.0, layout.header.1)?;
    signature_line(sheet, &layout, last_row + 1, styles)?;
    print_setup(sheet, layout.paper);
    protect(sheet);
    Ok(())
}

fn last_row(layout: &Layout, data: &FormData) -> u32 {
    layout.first_row
        + u32::try_from(data.rows.len())
            .unwrap_or(u32::MAX)
            .saturating_sub(1)
}

/// Five fields spread over the columns, each over about a fifth of the width.
fn identity_line(
    sheet: &mut Worksheet,
    plan: &Plan,
    data: &FormData,
    layout: &Layout,
    styles: &Styles,
) -> Result {
    let parts = [
        (
            format!("填报单位：{}", plan.departments[data.department].name),
            &styles.line,
        ),
        (format!("填报期：{}", data.period.chinese()), &styles.line),
        (
            format!("填报人：{}", data.people.filler),
            &styles.line_input,
        ),
        (
            format!("联系电话：{}", data.people.phone),
            &styles.line_input,
        ),
        (
            format!("审核人：{}", data.people.reviewer),
            &styles.line_input,
        ),
    ];
    sheet.set_row_height(1, 24)?;
    side_by_side(sheet, layout, 1, &parts)
}

/// What the department's head signs, under the table.
fn signature_line(sheet: &mut Worksheet, layout: &Layout, row: u32, styles: &Styles) -> Result {
    sheet.set_row_height(row, 42)?;
    let parts = ["单位负责人签字（盖章）：", "填报日期："];
    let parts = parts.map(|label| (label.to_owned(), &styles.line_input));
    side_by_side(sheet, layout, row, &parts)
}

/// Texts in one row, each over about the same width.
fn side_by_side(
    sheet: &mut Worksheet,
    layout: &Layout,
    row: u32,
    parts: &[(String, &Format)],
) -> Result {
    let spans = spread(&layout.widths, parts.len());
    for ((text, format), (first, last)) in parts.iter().zip(spans) {
        if first == last {
            sheet.write_with_format(row, first, text, format)?;
        } else {
            sheet.merge_range(row, first, row, last, text, format)?;
        }
    }
    Ok(())
}

/// Cuts the columns into `parts` runs of about the same width, none empty.
fn spread(widths: &[f64], parts: usize) -> Vec<(u16, u16)> {
    let total: f64 = widths.iter().sum();
    let mut spans: Vec<(u16, u16)> = Vec::new();
    let mut at = 0.0;
    for (col, &width) in (0u16..).zip(widths) {
        let middle = at + width / 2.0;
        at += width;
        let open = spans.len();
        let left = widths.len() - usize::from(col);
        // A new part starts where its share of the width does, or when the columns left are only just enough.
        let due =
            middle >= total * measure(open) / measure(parts) || left <= parts - open.min(parts);
        match spans.last_mut() {
            Some(span) if open == parts || !due => span.1 = col,
            _ => spans.push((col, col)),
        }
    }
    spans
}

fn header(sheet: &mut Worksheet, layout: &Layout, styles: &Styles) -> Result {
    let (top, bottom) = layout.header;
    for (col, &field) in (0u16..).zip(&layout.columns) {
        if FIGURES.contains(&field) {
            sheet.write_with_format(bottom, col, field.chinese(), &styles.head)?;
        } else if top < bottom {
            sheet.merge_range(top, col, bottom, col, field.chinese(), &styles.head)?;
        } else {
            sheet.write_with_format(top, col, field.chinese(), &styles.head)?;
        }
    }
    if let (Some(first), Some(last)) = (layout.column(FIGURES[0]), layout.column(FIGURES[3])) {
        sheet.merge_range(top, first, top, last, "完成情况", &styles.head)?;
    }
    for row in top..=bottom {
        sheet.set_row_height(row, if top < bottom { 22 } else { 30 })?;
    }
    Ok(())
}

/// The rows of one task: `data.rows[start..start + size]`.
fn block(
    sheet: &mut Worksheet,
    plan: &Plan,
    data: &FormData,
    layout: &Layout,
    styles: &Styles,
    start: usize,
    size: usize,
) -> Result {
    let top = layout.first_row + u32::try_from(start).unwrap_or(u32::MAX);
    let rows = &data.rows[start..start + size];
    let task = &plan.tasks[rows[0].task];
    let words = data.words.get(&rows[0].task);
    for (col, &field) in (0u16..).zip(&layout.columns) {
        if TASK_FIELDS.contains(&field) {
            let own = match field {
                Field::No => Some(Entry::Number(task.no.into())),
                Field::Task => Some(Entry::from(task.name.as_str())),
                Field::Department => Some(Entry::from(plan.departments[task.lead].name.as_str())),
                _ => None,
            };
            let format = match field {
                Field::No | Field::Department => &styles.fixed_center,
                Field::Task => &styles.fixed,
                _ => &styles.input,
            };
            if size > 1 {
                sheet.merge_range(
                    top,
                    col,
                    top + u32::try_from(size - 1).unwrap_or(0),
                    col,
                    "",
                    format,
                )?;
            }
            put(
                sheet,
                top,
                col,
                words.and_then(|w| w.get(&field)).or(own.as_ref()),
                format,
            )?;
            continue;
        }
        for (row, r) in (top..).zip(rows) {
            let (entry, format) = row_cell(plan, data, layout, styles, r, row, field);
            put(sheet, row, col, entry.as_ref(), format)?;
        }
    }
    // The merged narrative needs its lines, however few indicators it spans.
    let of = |field, text: &str| text_height(text, column_px(layout.width(field)), BODY);
    let need = TASK_FIELDS
        .iter()
        .filter_map(|&f| match words.and_then(|w| w.get(&f)) {
            Some(Entry::Text(text)) => Some(of(f, text)),
            _ => None,
        })
        .fold(60.0, f64::max)
        .max(of(Field::Task, &task.name));
    for (row, r) in (top..).zip(rows) {
        let name = r.slot.map_or("", |s| {
            plan.indicators[plan.slots[s].indicator].name.as_str()
        });
        let own = of(Field::Indicator, name);
        sheet.set_row_height(
            row,
            (need / measure(size)).max(own).clamp(22.0, MAX_ROW_HEIGHT),
        )?;
    }
    Ok(())
}

/// An indicator's own cell: what stands there and how it looks.
fn row_cell<'s>(
    plan: &Plan,
    data: &FormData,
    layout: &Layout,
    styles: &'s Styles,
    row: &FormRow,
    at: u32,
    field: Field,
) -> (Option<Entry>, &'s Format) {
    let given = row.cells.get(&field).cloned();
    let Some(slot) = row.slot else {
        return (given, &styles.not_asked);
    };
    let indicator = &plan.indicators[plan.slots[slot].indicator];
    let kind = indicator.kind;
    let unless_given = |own: Option<Entry>| given.clone().or(own);
    let looks = |asked: bool, format: &'s Format| if asked { format } else { &styles.not_asked };
    match field {
        Field::Indicator => (
            unless_given(Some(Entry::from(indicator.name.as_str()))),
            &styles.fixed,
        ),
        Field::Unit if kind.is_numeric() => (
            unless_given(Some(Entry::from(indicator.unit.text.as_str()))),
            &styles.fixed_center,
        ),
        Field::Target if kind.is_numeric() => (
            unless_given(
                plan.slot_target(slot, data.period)
                    .map(|t| Entry::Number(tidy(t))),
            ),
            match indicator.direction {
                Direction::AtLeast => &styles.fixed_center,
                Direction::AtMost => &styles.fixed_at_most,
            },
        ),
        // The last accepted figure is fixed; without one the department states its own.
        Field::Previous if kind.is_cumulative() => {
            let format = if given.is_some() {
                &styles.fixed_center
            } else {
                &styles.input_center
            };
            (given, format)
        }
        Field::ThisMonth => (
            unless_given(this_month(layout, row, at, kind)),
            looks(kind.is_cumulative(), &styles.fixed_center),
        ),
        Field::Rate => (
            unless_given(rate(plan, data, layout, row, at, kind)),
            looks(kind.is_cumulative(), &styles.fixed_percent),
        ),
        Field::Cumulative => {
            let format = if matches!(given, Some(Entry::Percent(_))) {
                &styles.input_percent
            } else {
                &styles.input_center
            };
            (given, looks(kind.is_numeric(), format))
        }
        Field::Status => (given, looks(kind == Kind::Milestone, &styles.input_center)),
        Field::DoneOn => (given, looks(kind == Kind::Milestone, &styles.input_date)),
        Field::ExpectedOn => (given, looks(kind != Kind::Ongoing, &styles.input_date)),
        Field::Evidence => (
            given,
            looks(plan.tasks[row.task].evidence_required, &styles.input),
        ),
        _ => (given, &styles.not_asked),
    }
}

/// What 累计完成 gives with another cell, live and rounded to six decimals: `operator` `-` or `/`. `other` is the other cell's
/// value where it is known.
fn computed(
    layout: &Layout,
    row: &FormRow,
    at: u32,
    operator: char,
    (field, other): (Field, Option<f64>),
) -> Option<Entry> {
    let cell = |f| layout.column(f).map(|c| CellRef::new(at, c.into()).name());
    let (now, with) = (cell(Field::Cumulative)?, cell(field)?);
    let both_numbers = match operator {
        '-' => format!("AND(ISNUMBER({now}),ISNUMBER({with}))"),
        _ => format!("ISNUMBER({now})"),
    };
    let result = number_in(row, Field::Cumulative)
        .zip(other)
        .map(|(now, other)| {
            let exact = if operator == '-' {
                now - other
            } else {
                now / other
            };
            number_text(round(exact, 6)).into()
        });
    Some(Entry::Formula {
        formula: format!("=IF({both_numbers},ROUND({now}{operator}{with},6),\"\")"),
        result: result.unwrap_or_default(),
    })
}

/// A row's number in a field.
fn number_in(row: &FormRow, field: Field) -> Option<f64> {
    match row.cells.get(&field) {
        Some(Entry::Number(n)) => Some(*n),
        _ => None,
    }
}

/// 累计完成 − 上月累计.
fn this_month(layout: &Layout, row: &FormRow, at: u32, kind: Kind) -> Option<Entry> {
    let before = (Field::Previous, number_in(row, Field::Previous));
    kind.is_cumulative()
        .then(|| computed(layout, row, at, '-', before))?
}

/// 累计完成 ÷ 年度目标. A level or ratio is reached or not: its quotient is no progress.
fn rate(
    plan: &Plan,
    data: &FormData,
    layout: &Layout,
    row: &FormRow,
    at: u32,
    kind: Kind,
) -> Option<Entry> {
    let target = plan.slot_target(row.slot?, data.period);
    let target = target.filter(|&t| t != 0.0 && kind.is_cumulative())?;
    let goal = number_in(row, Field::Target).unwrap_or_else(|| tidy(target));
    computed(layout, row, at, '/', (Field::Target, Some(goal)))
}

/// As a spreadsheet's ROUND: halves away from zero.
fn round(n: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    tidy((tidy(n) * scale).round() / scale)
}

/// Writes an entry; `None` leaves the cell blank but formatted.
pub(super) fn put(
    sheet: &mut Worksheet,
    row: u32,
    col: u16,
    entry: Option<&Entry>,
    format: &Format,
) -> Result {
    match entry {
        None => sheet.write_blank(row, col, format)?,
        Some(Entry::Text(text)) => sheet.write_string_with_format(row, col, text, format)?,
        Some(Entry::Number(n)) => sheet.write_number_with_format(row, col, *n, format)?,
        Some(Entry::Percent(points)) => {
            sheet.write_number_with_format(row, col, tidy(points / 100.0), format)?
        }
        Some(Entry::Date(date)) => {
            sheet.write_datetime_with_format(row, col, &excel_date(*date)?, format)?
        }
        Some(Entry::Formula { formula, result }) => sheet.write_formula_with_format(
            row,
            col,
            Formula::new(formula).set_result(result.as_str()),
            format,
        )?,
    };
    Ok(())
}
