//! Sheet 工作方案: the four elements of each task, and the money when it is asked for.

use rust_xlsxwriter::Worksheet;

use crate::intake::submission::ElementField;
use crate::plan::Plan;

use super::super::Result;
use super::super::paper::{BODY, Column, fitted};
use super::super::room::{MAX_ROW_HEIGHT, column_px, text_height};
use super::data::{Entry, FormData};
use super::progress::put;
use super::style::Styles;
use super::{limits, print_setup, protect};

const TEXTS: [ElementField; 4] = [
    ElementField::Measures,
    ElementField::Deadline,
    ElementField::Acceptance,
    ElementField::Funding,
];
const MONEY: [ElementField; 3] = [
    ElementField::Planned,
    ElementField::Arrived,
    ElementField::Paid,
];
const PEOPLE: [ElementField; 3] = [
    ElementField::Leader,
    ElementField::Contact,
    ElementField::Phone,
];
/// 序号 and 项目名称.
const NAMES: [Column; 2] = [(4.5, 0.0), (16.0, 1.0)];
const HEADER_ROW: u32 = 1;

fn width(field: ElementField) -> Column {
    match field {
        ElementField::Measures => (32.0, 3.0),
        ElementField::Acceptance => (22.0, 2.0),
        ElementField::Funding => (16.0, 1.0),
        ElementField::Leader | ElementField::Contact => (8.0, 0.0),
        ElementField::Phone => (14.0, 0.0),
        _ => (10.5, 0.0),
    }
}

/// The sheet's element columns, left to right; they follow 序号 and 项目名称.
fn columns(data: &FormData) -> Vec<ElementField> {
    let money: &[_] = if data.asks_money { &MONEY } else { &[] };
    TEXTS.iter().chain(money).chain(&PEOPLE).copied().collect()
}

pub(super) fn sheet(
    sheet: &mut Worksheet,
    plan: &Plan,
    data: &FormData,
    styles: &Styles,
) -> Result {
    let columns = columns(data);
    sheet.set_name(super::ELEMENTS_SHEET)?;
    let widths = columns.iter().map(|&field| width(field));
    let (paper, widths) = fitted(&NAMES.into_iter().chain(widths).collect::<Vec<_>>());
    for (col, &width) in (0u16..).zip(&widths) {
        sheet.set_column_width(col, width)?;
    }
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
    for (col, &field) in (2u16..).zip(&columns) {
        let unit = if is_money(field) {
            "\n（万元）"
        } else {
            ""
        };
        sheet.write_with_format(
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
        let of = |text: &str, width: f64| text_height(text, column_px(width), BODY);
        let mut need = of(&task.name, widths[1]);
        for ((col, field), &width) in (2u16..).zip(&columns).zip(&widths[2..]) {
            let entry = element.cells.get(field);
            if let Some(Entry::Text(text)) = entry {
                need = need.max(of(text, width));
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
        sheet.set_row_height(row, need.clamp(40.0, MAX_ROW_HEIGHT))?;
    }
    for (col, &field) in (2u16..).zip(&columns) {
        if field == ElementField::Deadline {
            sheet.add_data_validation(HEADER_ROW + 1, col, row, col, &limits::deadline(plan)?)?;
        } else if is_money(field) {
            sheet.add_data_validation(HEADER_ROW + 1, col, row, col, &limits::money()?)?;
        }
    }
    sheet
        .set_freeze_panes(HEADER_ROW + 1, 2)?
        .set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
    print_setup(sheet, paper);
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
pub fn place(
    data: &FormData,
    task: usize,
    field: ElementField,
) -> Option<crate::intake::workbook::CellRef> {
    let row = data.elements.iter().position(|e| e.task == task)?;
    let col = columns(data).iter().position(|&f| f == field)?;
    Some(crate::intake::workbook::CellRef::new(
        HEADER_ROW + 1 + u32::try_from(row).ok()?,
        u32::try_from(col).ok()? + 2,
    ))
}
