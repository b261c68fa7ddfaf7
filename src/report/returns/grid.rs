//! A new workbook with the grid as read, for formats that cannot be marked in place.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::intake::submission::raw_text;
use crate::intake::workbook::{CellRef, Region, Visibility};
use crate::intake::{self, Cell, NumberFormat, Sheet, Value, dates};
use crate::report::room::{MAX_ROW_HEIGHT, column_px, text_height};
use crate::report::{Result, ooxml};

/// Days between the two date systems' day 0.
const DAYS_1904: f64 = 1462.0;
/// Narrowest and widest column, in units: a narrative wraps.
const WIDTHS: (f64, f64) = (6.0, 40.0);
/// Rows whose height is set to their text.
const MEASURED_ROWS: u32 = 20_000;
/// Cells of all merged regions of a sheet; further regions are not merged.
const MERGED_CELLS: u64 = 200_000;
const SIZE: f64 = 10.0;

/// A workbook written anew.
pub struct NewWorkbook {
    pub bytes: Vec<u8>,
    /// Sheets that had to be renamed: old name → new one.
    pub renamed: BTreeMap<String, String>,
}

/// Writes the workbook as read: values, merges, what is hidden. `day`: its creation date where it bears none itself.
pub fn write(workbook: &intake::Workbook, day: Date) -> Result<NewWorkbook> {
    let mut book = Workbook::new();
    let stamp = workbook
        .modified
        .as_deref()
        .and_then(|m| m.get(..10))
        .and_then(|d| d.parse().ok())
        .unwrap_or(day);
    let made = excel_day(stamp, 1900)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let mut renamed = BTreeMap::new();
    let mut names: Vec<String> = Vec::new();
    for sheet in &workbook.sheets {
        let name = sheet_name(&sheet.name, &names);
        if *name != *sheet.name {
            renamed.insert(sheet.name.to_string(), name.clone());
        }
        let ws = book.add_worksheet();
        ws.set_name(&name)?;
        fill(ws, sheet, workbook.date_1904)?;
        names.push(name);
    }
    if let Some(first) = workbook
        .sheets
        .iter()
        .position(|s| s.visibility == Visibility::Visible)
    {
        book.worksheet_from_index(first)?.set_active(true);
    }
    Ok(NewWorkbook {
        bytes: ooxml::saved(&mut book)?,
        renamed,
    })
}

/// A workbook with one empty sheet, for a list that stands alone.
pub fn empty(name: &str, day: Date) -> Result<Vec<u8>> {
    let sheet = Sheet {
        name: name.into(),
        ..Sheet::default()
    };
    let workbook = intake::Workbook {
        sheets: vec![sheet],
        ..intake::Workbook::default()
    };
    Ok(write(&workbook, day)?.bytes)
}

/// A name Excel takes: at most 31 characters, none of its special ones, no name twice.
fn sheet_name(name: &str, taken: &[String]) -> String {
    let plain = name.replace(|c: char| c.is_control() || "[]:*?/\\".contains(c), "_");
    let plain = match plain.trim_matches('\'').trim() {
        "" => "工作表",
        plain => plain,
    };
    let cut = |room: usize| {
        let mut units = 0;
        let fits = |c: &char| {
            units += c.len_utf16();
            units <= room
        };
        plain.chars().take_while(fits).collect::<String>()
    };
    let is_free = |name: &String| {
        let name = name.to_lowercase();
        taken.iter().all(|t| t.to_lowercase() != name)
    };
    std::iter::once(cut(31))
        .chain((2..=u32::MAX).map(|n| format!("{}（{n}）", cut(25))))
        .find(is_free)
        .unwrap_or_default()
}

fn fill(ws: &mut Worksheet, sheet: &Sheet, date_1904: bool) -> Result {
    ws.set_hidden(sheet.visibility == Visibility::Hidden);
    if sheet.visibility == Visibility::VeryHidden {
        ws.set_very_hidden(true);
    }
    ws.set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    let mut formats = Formats::default();
    let merges = apart(sheet);
    for region in &merges {
        let format = formats.of(NumberFormat::General, false);
        ws.merge_range(
            region.first.row,
            col(region.first.col),
            region.last.row,
            col(region.last.col),
            "",
            &format,
        )?;
    }
    let mut widths: BTreeMap<u32, f64> = BTreeMap::new();
    for cell in &sheet.cells {
        put(ws, cell, date_1904, &mut formats)?;
        let is_merged = merges
            .iter()
            .any(|m| m.first.col != m.last.col && m.contains(cell.at));
        if !is_merged && cell.at.row < MEASURED_ROWS {
            let own = raw_text(&cell.value)
                .chars()
                .map(|c| if c.is_ascii() { 1.0 } else { 2.0 })
                .sum::<f64>()
                + 2.0;
            let width = widths.entry(cell.at.col).or_insert(WIDTHS.0);
            *width = width.max(own.min(WIDTHS.1));
        }
    }
    for (&at, &width) in &widths {
        ws.set_column_width(col(at), width)?;
    }
    for row in sheet
        .cells
        .chunk_by(|a, b| a.at.row == b.at.row)
        .take(MEASURED_ROWS as usize)
    {
        let need = |cell: &Cell| {
            let merge = merges.iter().find(|m| m.contains(cell.at));
            let (first, last, rows) = merge.map_or((cell.at.col, cell.at.col, 1), |m| {
                (m.first.col, m.last.col, m.last.row - m.first.row + 1)
            });
            let px: f64 = (first..=last.min(first + 100))
                .map(|c| column_px(widths.get(&c).copied().unwrap_or(8.0)))
                .sum();
            text_height(&raw_text(&cell.value), px, SIZE) / f64::from(rows)
        };
        let height = row
            .iter()
            .map(need)
            .fold(18.0, f64::max)
            .min(MAX_ROW_HEIGHT);
        ws.set_row_height(row[0].at.row, height)?;
    }
    for &row in sheet.hidden_rows.iter().take(MEASURED_ROWS as usize) {
        ws.set_row_hidden(row)?;
    }
    for &(first, last) in &sheet.hidden_cols {
        for at in first..=last.min(first.saturating_add(255)) {
            ws.set_column_hidden(col(at))?;
        }
    }
    Ok(())
}

/// Merged regions of more than one cell, none of which meets another, as far down and to the right as there are values: each of
/// their cells is written, and a column that is merged to its end has a million.
fn apart(sheet: &Sheet) -> Vec<Region> {
    let mut kept: Vec<Region> = Vec::new();
    let mut room = MERGED_CELLS;
    let end = sheet.cells.iter().fold((0, 0), |(row, col), cell| {
        (cell.at.row.max(row), cell.at.col.max(col))
    });
    let meet = |a: &Region, b: &Region| {
        a.first.row <= b.last.row
            && b.first.row <= a.last.row
            && a.first.col <= b.last.col
            && b.first.col <= a.last.col
    };
    // Each is compared with those kept, which costs their square: of very many only the first are.
    for region in sheet.merges.iter().take(2000) {
        let Region { first, last } = *region;
        let last = CellRef::new(last.row.min(end.0), last.col.min(end.1));
        let region = Region { first, last };
        let area = |(rows, columns)| u64::from(rows + 1) * u64::from(columns + 1);
        let area = last
            .row
            .checked_sub(first.row)
            .zip(last.col.checked_sub(first.col))
            .map_or(0, area);
        if (2..=room).contains(&area) && !kept.iter().any(|other| meet(&region, other)) {
            kept.push(region);
            room -= area;
        }
    }
    kept
}

/// Text is always written as text, whatever it begins with.
fn put(ws: &mut Worksheet, cell: &Cell, date_1904: bool, formats: &mut Formats) -> Result {
    let (row, at) = (cell.at.row, col(cell.at.col));
    match &cell.value {
        Value::Number(n) => {
            let days = if date_1904 && cell.format == NumberFormat::Date {
                DAYS_1904
            } else {
                0.0
            };
            ws.write_number_with_format(row, at, n + days, &formats.of(cell.format, true))?;
        }
        Value::Bool(b) => {
            ws.write_boolean_with_format(row, at, *b, &formats.of(NumberFormat::General, true))?;
        }
        Value::Date(text) => {
            let day = dates::parse(text.get(..10).unwrap_or(text), 0, false);
            if let Some(Ok(day)) = day.map(|day| excel_day(day, 0)) {
                let format = formats.of(NumberFormat::Date, true);
                ws.write_datetime_with_format(row, at, &day, &format)?;
            } else {
                let format = formats.of(NumberFormat::General, false);
                ws.write_string_with_format(row, at, &**text, &format)?;
            }
        }
        Value::Text(text) | Value::Error(text) => {
            let kept: String = text
                .chars()
                .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
                .take(32_767)
                .collect();
            ws.write_string_with_format(row, at, kept, &formats.of(NumberFormat::General, false))?;
        }
        Value::NoCachedValue => {
            ws.write_blank(row, at, &formats.of(NumberFormat::General, false))?;
        }
    }
    Ok(())
}

/// A day as Excel counts them, its year not before `first`.
fn excel_day(day: Date, first: u16) -> Result<ExcelDateTime, XlsxError> {
    let year = day.year().unsigned_abs().max(first);
    ExcelDateTime::from_ymd(year, day.month().unsigned_abs(), day.day().unsigned_abs())
}

fn col(at: u32) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

#[derive(Default)]
struct Formats(Vec<((NumberFormat, bool), Format)>);

impl Formats {
    fn of(&mut self, number: NumberFormat, centered: bool) -> Format {
        if let Some((_, format)) = self.0.iter().find(|(key, _)| *key == (number, centered)) {
            return format.clone();
        }
        let format = Format::new()
            .set_font_name("宋体")
            .set_font_size(SIZE)
            .set_border(FormatBorder::Thin)
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter);
        let format = if centered {
            format.set_align(FormatAlign::Center)
        } else {
            format
        };
        let places = |n: u8| {
            if n == 0 {
                "0".to_owned()
            } else {
                format!("0.{}", "0".repeat(n.into()))
            }
        };
        let format = match number {
            NumberFormat::General => format,
            NumberFormat::Fixed(n) => format.set_num_format(places(n)),
            NumberFormat::Percent(n) => format.set_num_format(format!("{}%", places(n))),
            NumberFormat::Date => format.set_num_format("yyyy-mm-dd"),
        };
        self.0.push(((number, centered), format.clone()));
        format
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns merged to their end took twenty gigabytes.
    #[test]
    fn merged_regions_end_with_the_values() {
        let region = |a: &str, b: &str| {
            let [first, last] = [a, b].map(|at| CellRef::parse(at).unwrap());
            Region { first, last }
        };
        let cell = |at: &str| Cell {
            at: CellRef::parse(at).unwrap(),
            value: Value::Number(1.0),
            format: NumberFormat::default(),
            strike: intake::workbook::Strike::default(),
        };
        let merged = |cells: &[&str], merges| {
            let cells = cells.iter().map(|at| cell(at)).collect();
            apart(&Sheet {
                cells,
                merges,
                ..Sheet::default()
            })
        };
        let merges = vec![
            region("A1", "A1048576"),
            region("B1", "XFD1"),
            region("B2", "C9"),
            region("B4", "D4"),
            region("A9", "B9"),
        ];
        assert_eq!(
            merged(&["A1", "D5"], merges.clone()),
            [region("A1", "A5"), region("B1", "D1"), region("B2", "C5")]
        );
        // A stray value far off leaves no more than a sheet of them.
        assert_eq!(
            merged(&["A1", "XFD1048576"], merges)[0],
            region("B1", "XFD1")
        );
    }
}
