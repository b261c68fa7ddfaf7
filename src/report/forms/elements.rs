//! Sheet 工作方案: the four elements of each task, and the money when it is asked for.

use rust_xlsxwriter::Worksheet;

use crate::intake::submission::ElementField;
use crate::plan::Plan;

use super::super::ReportError;
use super::super::room::form_lines;
use super::data::{Entry, FormData};
use super::progress::put;
use super::style::Styles;
use super::{limits, print_setup, protect};

const TEXTS: [(ElementField, f64); 4] = [
    (ElementField::Measures, 40.0),
    (ElementField::Deadline, 12.0),
    (ElementField::Acceptance, 30.0),
    (ElementField::Funding, 24.0),
];
const MONEY: [(ElementField, f64); 3] = [
    (ElementField::Planned, 16.0),
    (ElementField::Arrived, 16.0),
    (ElementField::Paid, 16.0),
];
const PEOPLE: [(ElementField, f64); 3] = [
    (ElementField::Leader, 10.0),
    (ElementField::Contact, 10.0),
    (ElementField::Phone, 14.0),
];
const TASK_WIDTH: f64 = 24.0;
const HEADER_ROW: u32 = 1;

/// The sheet's element columns, left to right, with their widths; they follow 序号 and 项目名称.
pub(super) fn columns(data: &FormData) -> Vec<(ElementField, f64)> {
    let money: &[_] = if data.asks_money { &MONEY } else { &[] };
    TEXTS.iter().chain(money).chain(&PEOPLE).copied().collect()
}

pub(super) fn sheet(
    sheet: &mut Worksheet,
    plan: &Plan,
    data: &FormData,
    styles: &Styles,
) -> Result<(), ReportError> {
    let columns = columns(data);
    sheet.set_name(super::ELEMENTS_SHEET)?;
    sheet
        .set_column_width(0, 5)?
        .set_column_width(1, TASK_WIDTH)?;
    let last_col = u16::try_from(columns.len() + 1).unwrap_or(u16::MAX);
    let title = format!(
        "{}工作方案{}",
        plan.departments[data.department].name,
        data.mark_text()
    );
    sheet
        .set_row_height(0, 34)?
        .merge_range(0, 0, 0, last_col, &title, &styles.title)?;
    sheet.set_row_height(HEADER_ROW, 30)?;
    sheet
        .write_with_format(HEADER_ROW, 0, "序号", &styles.head)?
        .write_with_format(HEADER_ROW, 1, "项目名称", &styles.head)?;
    for (col, (field, width)) in (2u16..).zip(&columns) {
        let unit = if is_money(*field) { "（万元）" } else { "" };
        sheet.set_column_width(col, *width)?.write_with_format(
            HEADER_ROW,
            col,
            format!("{}{unit}", field.chinese()),
            &styles.head,
        )?;
    }
    let mut row = HEADER_ROW;
    for element in &data.elements {
        row += 1;
        let task = &plan.tasks[element.task];
        sheet
            .write_with_format(row, 0, task.no, &styles.fixed_center)?
            .write_with_format(row, 1, &task.name, &styles.fixed)?;
        let mut need = form_lines(&task.name, TASK_WIDTH);
        for (col, (field, width)) in (2u16..).zip(&columns) {
            let entry = element.cells.get(field);
            if let Some(Entry::Text(text)) = entry {
                need = need.max(form_lines(text, *width));
            }
            let format = match field {
                ElementField::Deadline => &styles.input_date,
                ElementField::Measures | ElementField::Acceptance | ElementField::Funding => {
                    &styles.input
                }
                _ => &styles.input_center,
            };
            put(sheet, row, col, entry, format)?;
        }
        sheet.set_row_height(row, (need * 13.5 + 8.0).clamp(40.0, 400.0))?;
    }
    for (col, (field, _)) in (2u16..).zip(&columns) {
        if *field == ElementField::Deadline {
            sheet.add_data_validation(HEADER_ROW + 1, col, row, col, &limits::deadline(plan)?)?;
        } else if is_money(*field) {
            sheet.add_data_validation(HEADER_ROW + 1, col, row, col, &limits::money()?)?;
        }
    }
    sheet
        .set_freeze_panes(HEADER_ROW + 1, 2)?
        .set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
    print_setup(sheet, false);
    protect(sheet);
    Ok(())
}

fn is_money(field: ElementField) -> bool {
    matches!(
        field,
        ElementField::Planned | ElementField::Arrived | ElementField::Paid
    )
}

/// Where a task's element stands, for lists that point at it.
#[must_use]
pub fn place(
    data: &FormData,
    task: usize,
    field: ElementField,
) -> Option<crate::intake::workbook::CellRef> {
    let row = data.elements.iter().position(|e| e.task == task)?;
    let col = columns(data).iter().position(|(f, _)| *f == field)?;
    Some(crate::intake::workbook::CellRef::new(
        HEADER_ROW + 1 + u32::try_from(row).ok()?,
        u32::try_from(col).ok()? + 2,
    ))
}
