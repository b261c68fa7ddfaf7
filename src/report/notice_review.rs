//! The review table of an imported notice as a workbook: what a person reads beside the notice. Nothing in it is read back, so it asks for no words of theirs.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook};

use super::{Result, ooxml};
use crate::plan::notice::{Draft, ReviewRow};

/// Headings and widths in characters.
const COLUMNS: [(&str, f64); 9] = [
    ("序号", 6.0),
    ("项目名称", 26.0),
    ("指标编号", 9.0),
    ("指标", 30.0),
    ("类型", 9.0),
    ("目标", 14.0),
    ("限定词", 11.0),
    ("所据原文", 44.0),
    ("待核或说明", 40.0),
];

/// Under the title: where to mend what is wrong.
const NOTE: &str = "本表供对照通知核对，不会读回：有误的请在计划文件中修改；“待核”的核实后删去计划文件中该处的“待核”。";

/// Characters of a text in one cell at most (Excel's own limit is 32,767).
const LONGEST: usize = 8_000;

/// Writes the table.
pub fn workbook(draft: &Draft) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(
        u16::try_from(draft.year).unwrap_or(2000).clamp(1900, 9999),
        1,
        1,
    )?;
    book.set_properties(
        &DocProperties::new()
            .set_title(format!("{}导入审核表", draft.title))
            .set_creation_datetime(&made),
    );
    let sheet = book.add_worksheet();
    sheet.set_name("导入审核表")?;
    let base = Format::new()
        .set_font_name("宋体")
        .set_font_size(10)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap();
    let ruled = base.clone().set_border(FormatBorder::Thin);
    let head = ruled
        .clone()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_background_color(0x00DC_E6F1_u32);
    let open = ruled.clone().set_background_color(0x00FF_F2CC_u32);
    let left_out = ruled.clone().set_font_color(0x0059_5959_u32).set_italic();
    let title = base
        .clone()
        .set_font_size(16)
        .set_align(FormatAlign::Center);
    let last = u16::try_from(COLUMNS.len()).unwrap_or(1) - 1;
    sheet.merge_range(0, 0, 0, last, &format!("{}导入审核表", draft.title), &title)?;
    sheet.merge_range(1, 0, 1, last, NOTE, &base)?;
    for (col, (heading, width)) in (0_u16..).zip(COLUMNS) {
        sheet.set_column_width(col, width)?;
        sheet.write_string_with_format(2, col, heading, &head)?;
    }
    let mut at = 3;
    for row in draft.review() {
        let format = if row.is_left_out {
            &left_out
        } else if row.marks.is_empty() {
            &ruled
        } else {
            &open
        };
        write_row(sheet, at, &row, format)?;
        at += 1;
    }
    sheet.set_freeze_panes(3, 0)?;
    sheet.autofilter(2, 0, at.max(3) - 1, last)?;
    sheet.set_landscape();
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 2)?;
    Ok(ooxml::saved(&mut book)?)
}

fn write_row(
    sheet: &mut rust_xlsxwriter::Worksheet,
    at: u32,
    row: &ReviewRow,
    format: &Format,
) -> Result {
    sheet.write_number_with_format(at, 0, row.task, format)?;
    let texts = [
        &row.task_name,
        &row.id,
        &row.name,
        row.kind,
        &row.target,
        &row.qualifier,
        &row.words,
        &row.marks,
    ];
    for (col, text) in (1_u16..).zip(texts) {
        let text: String = text.chars().take(LONGEST).collect();
        sheet.write_string_with_format(at, col, &text, format)?;
    }
    Ok(())
}
