//! A plan and the office's ledger as the workbooks that a clerk fills in: the sheets and columns of [`PLAN`] and
//! [`crate::plan::sheets::LEDGER`], with drop-downs from their own sheets, a sentence where a cell takes no other entry, notes on
//! the heads, and a page that explains them.

mod cells;
mod choices;
mod draft;
mod guide;
mod ledger;
mod style;

use rust_xlsxwriter::{
    Color, ConditionalFormatFormula, DocProperties, ExcelDateTime, Format, Note, Workbook,
    Worksheet,
};
use toml::Table as Toml;

use super::ooxml::saved;
use super::room::{MAX_ROW_HEIGHT, column_px, text_height};
use super::{Result, excel_date};
use crate::plan::cell::column_name;
use crate::plan::notice::Remark;
use crate::plan::sheets::{Layout, PLAN, REMARK, Table};
use cells::{Cell, Filled, filled};
use choices::{Lists, rule};
use style::Styles;

pub use ledger::ledger;

/// Rows below the last filled one that are made ready for entries.
const BLANK: u32 = 40;
/// The row to which drop-downs reach.
const LAST: u32 = 5_000;
/// Columns that stay in sight.
const KEPT: [(&str, u16); 5] = [
    ("task", 3),
    ("indicator", 3),
    ("department", 2),
    ("confirm", 4),
    ("adjust", 2),
];

/// The workbook of a plan's tree; of an empty one the workbook to begin with. `remarks`: of a draft, what is to be settled, whose
/// cells are coloured, and the sentences that its parts were taken from.
///
/// # Errors
/// Where a text passes one of Excel's own limits.
pub fn workbook(tree: &Toml, remarks: &[Remark]) -> Result<Vec<u8>> {
    let styles = Styles::new();
    let mut book = begun("任务计划")?;
    let steps = guide::OF_PLAN;
    guide::write(book.add_worksheet(), "任务计划怎样填", steps, PLAN, &styles)?;
    let all = filled(PLAN, tree);
    let schedules = PLAN
        .iter()
        .zip(&all)
        .filter(|(table, _)| table.layout == Layout::Months);
    let lists = Lists {
        departments: "=责任单位!$B$2:$B$5000".to_owned(),
        tasks: "=任务!$A$2:$A$5000".to_owned(),
        schedules: schedules.flat_map(|(_, filled)| filled.names()).collect(),
        ..Lists::default()
    };
    sheets(&mut book, PLAN, &all, &lists, remarks, &styles)?;
    Ok(saved(&mut book)?)
}

fn begun(title: &str) -> Result<Workbook> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2024, 1, 1)?;
    let properties = DocProperties::new();
    book.set_properties(&properties.set_title(title).set_creation_datetime(&made));
    Ok(book)
}

/// The sheets of a book, each with its rows.
fn sheets(
    book: &mut Workbook,
    tables: &'static [Table],
    all: &[Filled],
    lists: &Lists,
    remarks: &[Remark],
    styles: &Styles,
) -> Result {
    for (table, filled) in tables.iter().zip(all) {
        let sheet = book.add_worksheet();
        sheet.set_name(table.name)?;
        if table.required {
            sheet.set_tab_color(Color::RGB(0x0044_72C4));
        }
        match table.layout {
            Layout::Settings(heads) => settings(sheet, table, heads, filled, styles)?,
            Layout::Rows | Layout::Months => rows(sheet, table, filled, lists, styles)?,
        }
        draft::remarks(sheet, table, filled, remarks, styles)?;
        let widths = table.columns.iter().map(|c| u32::from(c.width));
        printed(sheet, widths.sum())?;
    }
    Ok(())
}

/// Characters across that can be read on A4.
const A4: u32 = 160;

/// Across, as wide as a page, the head on each; a wide sheet on A3.
fn printed(sheet: &mut Worksheet, width: u32) -> Result {
    sheet
        .set_landscape()
        .set_paper_size(if width > A4 { 8 } else { 9 })
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(0, 0)?;
    Ok(())
}

fn settings(
    sheet: &mut Worksheet,
    table: &Table,
    heads: [&str; 2],
    filled: &Filled,
    styles: &Styles,
) -> Result {
    for (col, (head, width)) in (0_u16..).zip([(heads[0], 18.0), (heads[1], 44.0), ("说明", 60.0)])
    {
        sheet.set_column_width(col, width)?;
        sheet.write_string_with_format(0, col, head, &styles.needed)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (at, (column, row)) in (1_u32..).zip(table.columns.iter().zip(&filled.rows)) {
        sheet.write_string_with_format(at, 0, column.head, &styles.head)?;
        write(
            sheet,
            at,
            1,
            row.first().and_then(Option::as_ref),
            &styles.setting(column.holds),
        )?;
        sheet.write_string_with_format(at, 2, column.note, &styles.grey)?;
        if let Some(rule) = rule(table, column, &Lists::default())? {
            sheet.add_data_validation(at, 1, at, 1, &rule)?;
        }
    }
    Ok(())
}

fn rows(
    sheet: &mut Worksheet,
    table: &Table,
    filled: &Filled,
    lists: &Lists,
    styles: &Styles,
) -> Result {
    let columns = || {
        table
            .columns
            .iter()
            .chain(std::iter::once(&REMARK).filter(|_| table.layout == Layout::Rows))
    };
    let all = u32::try_from(filled.rows.len()).unwrap_or(LAST);
    let last = all.saturating_add(BLANK);
    sheet.set_row_height(0, 24)?;
    for (col, column) in (0_u16..).zip(columns()) {
        sheet.set_column_width(col, f64::from(column.width))?;
        let head = if table.needs(column) {
            &styles.needed
        } else {
            &styles.head
        };
        sheet.write_string_with_format(0, col, column.head, head)?;
        sheet.insert_note(
            0,
            col,
            &Note::new(column.note)
                .set_author("duban")
                .add_author_prefix(false),
        )?;
        for at in all + 1..=last {
            sheet.write_blank(at, col, &styles.blank(column.holds))?;
        }
        if let Some(rule) = rule(table, column, lists)? {
            sheet.add_data_validation(1, col, LAST.max(last), col, &rule)?;
        }
    }
    let first_month = u16::try_from(table.columns.len()).unwrap_or_default();
    for (col, month) in (first_month..).zip(&filled.months) {
        sheet.set_column_width(col, if month.contains('年') { 11.0 } else { 7.0 })?;
        sheet.write_string_with_format(0, col, month, &styles.head)?;
    }
    // A row is ruled once something stands in it: blank ones are not printed.
    let width = u16::try_from(columns().count() + filled.months.len()).unwrap_or(1);
    let last_column = column_name(u32::from(width) - 1);
    let is_filled = format!("=COUNTA($A2:${last_column}2)>0");
    let ruled = ConditionalFormatFormula::new().set_rule(is_filled.as_str());
    sheet.add_conditional_format(
        1,
        0,
        LAST.max(last),
        width - 1,
        &ruled.set_format(&styles.ruled),
    )?;
    for (at, row) in (1_u32..).zip(&filled.rows) {
        let formats = columns()
            .map(|c| styles.of(c.holds))
            .chain(std::iter::repeat(&styles.cell));
        let cells = row
            .iter()
            .map(Option::as_ref)
            .chain(std::iter::repeat(None));
        let width = (columns().count() + filled.months.len()).max(row.len());
        for (col, (cell, format)) in (0_u16..).zip(cells.zip(formats).take(width)) {
            write(sheet, at, col, cell, format)?;
        }
        sheet.set_row_height(at, row_height(table, row, None))?;
    }
    let kept = KEPT
        .iter()
        .find(|(key, _)| *key == table.key)
        .map_or(1, |(_, kept)| *kept);
    sheet.set_freeze_panes(1, kept)?;
    Ok(())
}

/// Width of 备注 in a draft: its words are long.
const REMARK_WIDTH: f64 = 48.0;

/// As high as a row's texts need in their columns; programs do not all see to it.
fn row_height(table: &Table, row: &[Option<Cell>], remark: Option<&str>) -> f64 {
    let of = |text: &str, width: f64| text_height(text, column_px(width), 10.5);
    let texts = table
        .columns
        .iter()
        .zip(row)
        .map(|(column, cell)| match cell {
            Some(Cell::Text(text)) => of(text, f64::from(column.width)),
            _ => 0.0,
        });
    let remark = remark.map(|text| of(text, REMARK_WIDTH));
    texts.chain(remark).fold(18.0, f64::max).min(MAX_ROW_HEIGHT)
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    col: u16,
    cell: Option<&Cell>,
    format: &Format,
) -> Result {
    match cell {
        Some(Cell::Text(text)) => sheet.write_string_with_format(row, col, text, format)?,
        Some(Cell::Number(n)) => sheet.write_number_with_format(row, col, *n, format)?,
        Some(Cell::Date(date)) => {
            sheet.write_datetime_with_format(row, col, &excel_date(*date)?, format)?
        }
        None => sheet.write_blank(row, col, format)?,
    };
    Ok(())
}
