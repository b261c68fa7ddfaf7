//! Whose workbook it is and which month it speaks of: every claim, as it stands. Rules decide what they mean.

use std::borrow::Cow;

use super::grid::Grid;
use super::labels::{self, Asks};
use super::months::{self, MonthNames, is_month_alone};
use super::names::Names;
use super::wording;
use crate::intake::calendar::{self, Day};
use crate::intake::dates;
use crate::intake::personal::printable;
use crate::intake::submission::{
    ClaimSource, Column, DepartmentClaim, FormIdentity, NamedPeriod, PeriodClaim,
    departments_conflict, raw_text,
};
use crate::intake::text;
use crate::intake::workbook::{Cell, CellRef, NumberFormat, Sheet, Value};
use crate::plan::field::Field;
use crate::plan::names;
use crate::plan::{DeptIx, Period, Plan};

/// The identity sheet's name (rules.md, The identity sheet).
pub const IDENTITY_SHEET: &str = "_duban";

/// Bytes of a key or a value of the identity sheet.
const IDENTITY_BYTES: usize = 200;

/// Reads the `_duban` sheet.
pub fn form_identity(sheet: &Sheet) -> FormIdentity {
    let short = |text: &str| text.len() <= IDENTITY_BYTES;
    let value = |key: &str| {
        let is_key = |c: &&Cell| {
            c.at.col == 0 && matches!(&c.value, Value::Text(t) if short(t) && t.trim() == key)
        };
        let key = sheet.cells.iter().find(is_key)?;
        let text = raw_text(&sheet.cell(CellRef::new(key.at.row, 1))?.value);
        let text = Some(text.trim()).filter(|t| short(&text) && !t.is_empty())?;
        Some(text.to_owned())
    };
    let number = |key: &str| value(key)?.parse().ok();
    FormIdentity {
        form_revision: number("form_revision"),
        plan_id: value("plan_id"),
        plan_revision: number("plan_revision"),
        period: value("period").and_then(|v| v.parse().ok()),
        department: value("department"),
        submission: number("submission"),
        accepted: accepted(sheet),
    }
}

/// Starts the key of what was last accepted of an indicator, before the indicator's id.
pub const ACCEPTED: &str = "accepted ";

/// More indicators than any department reports.
const ACCEPTED_ROWS: usize = 5000;

fn accepted(sheet: &Sheet) -> Vec<(String, String)> {
    let pair = |cells: &[Cell]| match cells {
        [
            Cell {
                value: Value::Text(key),
                ..
            },
            Cell {
                value: Value::Text(value),
                ..
            },
            ..,
        ] if key.len() <= IDENTITY_BYTES && value.len() <= IDENTITY_BYTES => {
            Some((key.strip_prefix(ACCEPTED)?.to_owned(), value.to_string()))
        }
        _ => None,
    };
    let rows = sheet.cells.chunk_by(|a, b| a.at.row == b.at.row);
    rows.take(ACCEPTED_ROWS).filter_map(pair).collect()
}

/// What is claimed of department and month.
#[derive(Debug, Default)]
pub struct Claims {
    pub departments: Vec<DepartmentClaim>,
    pub periods: Vec<PeriodClaim>,
}

impl Claims {
    fn department(&mut self, source: ClaimSource, text: String, department: Option<DeptIx>) {
        self.departments.push(DepartmentClaim {
            source,
            text,
            department,
        });
    }

    /// Nothing is claimed where no month is named.
    fn period(&mut self, source: ClaimSource, text: String, named: Option<NamedPeriod>) {
        self.periods.extend(named.map(|named| PeriodClaim {
            source,
            text,
            named,
        }));
    }

    pub fn extend(&mut self, other: Self) {
        self.departments.extend(other.departments);
        self.periods.extend(other.periods);
    }

    /// Those of the identity sheet.
    pub fn of_form(form: &FormIdentity, plan: &Plan, names: &Names) -> Self {
        let mut claims = Self::default();
        if let Some(id) = &form.department {
            let department = plan.department(id).or_else(|| names.department(id));
            claims.department(ClaimSource::IdentitySheet, id.clone(), department);
        }
        let period = form.period.map(|p| p.to_string()).unwrap_or_default();
        let named = form.period.map(NamedPeriod::Month);
        claims.period(ClaimSource::IdentitySheet, period, named);
        claims
    }

    /// Those of the rows above a header: 填报单位, 填报期, the title.
    pub fn above(
        grid: &Grid,
        header_row: u32,
        date_1904: bool,
        months: &MonthNames,
        names: &Names,
    ) -> Self {
        let mut claims = Self::default();
        for row in grid.rows().take_while(|row| *row < header_row) {
            let cells: Vec<(&Cell, Cow<str>)> = grid
                .row(row)
                .iter()
                .take(LINE_CELLS)
                .filter_map(|cell| Some((cell, line_text(&cell.value)?)))
                .collect();
            for (ix, (_, text)) in cells.iter().enumerate() {
                let next = cells.get(ix + 1);
                let values = labels::values(text, next.map(|(_, text)| &**text));
                let mut has_period = false;
                for (asks, value) in values {
                    match asks {
                        Asks::Department | Asks::KnownDepartment => {
                            let department = names
                                .department(value)
                                .or_else(|| names.department(before_day(value)));
                            if asks == Asks::Department || department.is_some() {
                                claims.department(ClaimSource::Cell, printable(value), department);
                            }
                        }
                        Asks::Until if is_day(value, 20) => {}
                        Asks::Time if is_day(value, 32) => {}
                        Asks::Period | Asks::Until | Asks::Time => {
                            has_period = true;
                            let date = || {
                                let (cell, _) = next.filter(|(_, text)| text.trim() == value)?;
                                let date = date_of(cell, date_1904)?;
                                Some(NamedPeriod::Month(Period::of(date)))
                            };
                            let named = date().or_else(|| months.in_period(value));
                            claims.period(ClaimSource::Cell, printable(value), named);
                        }
                        Asks::Other => {}
                    }
                }
                if !has_period && is_title(text) {
                    let named = months.in_name(text);
                    claims.period(ClaimSource::Title, text::one_line(text, 60), named);
                }
            }
        }
        claims
    }

    /// That of the signature below a table: a known department behind a label, or before the day (县农业农村局  2025年7月2日).
    pub fn below(grid: &Grid, last_row: u32, names: &Names) -> Self {
        let mut claims = Self::default();
        // Behind 抄送 or 主送 stand units that get the paper, in its row and those below.
        let mut gets_it = false;
        for row in grid.rows_below(last_row).take(SIGNATURE_ROWS) {
            let cells = grid.row(row).iter().take(LINE_CELLS);
            let texts: Vec<Cow<str>> = cells.filter_map(|cell| line_text(&cell.value)).collect();
            for (ix, text) in texts.iter().enumerate() {
                let next = texts.get(ix + 1).map(|text| &**text);
                let asked = labels::values(text, next).into_iter();
                let labelled = asked
                    .filter(|(asks, _)| matches!(asks, Asks::Department | Asks::KnownDepartment));
                gets_it |= RECEIVED.iter().any(|word| text.contains(word));
                let alone = (!gets_it).then(|| before_day(text));
                for name in labelled.map(|(_, name)| name).chain(alone) {
                    if let Some(department) = names.department(name) {
                        let source = ClaimSource::Signature;
                        claims.department(source, printable(name), Some(department));
                    }
                }
            }
        }
        claims
    }

    /// That of a title: a known department before the month or in the brackets at its end (县农业农村局2025年6月…情况表).
    pub fn of_title(grid: &Grid, header_row: u32, names: &Names) -> Self {
        let mut claims = Self::default();
        for row in grid.rows().take_while(|row| *row < header_row) {
            let cells = grid.row(row).iter().take(LINE_CELLS);
            let texts = cells.filter_map(|cell| line_text(&cell.value));
            for text in texts.filter(|text| is_title(text)) {
                // 附件1：建设局…情况表
                let title = text.rsplit([':', '：']).next().unwrap_or(&text);
                let in_brackets = title.trim_end().strip_suffix([')', '）']);
                let in_brackets = in_brackets.and_then(|title| title.rsplit_once(['(', '（']));
                for name in [before_day(title), in_brackets.map_or("", |(_, name)| name)] {
                    if let Some(department) = names.department(name) {
                        let text = text::one_line(&text, 60);
                        claims.department(ClaimSource::Title, text, Some(department));
                    }
                }
            }
        }
        // Two units in titles: which of them sends is not told.
        if departments_conflict(claims.departments.iter()) {
            claims.departments.clear();
        }
        claims
    }

    /// Those of headers such as 1-6月累计 and 2024年累计完成.
    pub fn of_header(columns: &[Column], year: i16) -> Self {
        let mut claims = Self::default();
        for column in columns.iter().filter(|c| c.field == Field::Cumulative) {
            let named = wording::time(&column.text, year).and_then(|time| match time.period() {
                Some(period) => Some(NamedPeriod::Month(period)),
                None => (time.year != year).then_some(NamedPeriod::Year(time.year)),
            });
            claims.period(ClaimSource::MonthRange, column.text.to_string(), named);
        }
        claims
    }

    /// Those of text boxes that hold a table's title or its 填报期; other boxes are remarks.
    pub fn of_boxes(boxes: &[String], months: &MonthNames) -> Self {
        let mut claims = Self::default();
        for text in boxes.iter().filter(|text| text.len() <= LINE_BYTES) {
            let is_period = |(asks, value)| (asks == Asks::Period).then_some(value);
            let named = match labels::values(text, None).into_iter().find_map(is_period) {
                Some(value) => months.in_period(value),
                None if is_title(text) && text.contains('表') => months.in_name(text),
                None => None,
            };
            let named = named.filter(|named| matches!(named, NamedPeriod::Month(_)));
            claims.period(ClaimSource::TextBox, text::one_line(text, 60), named);
        }
        claims
    }

    /// Those of a page's header and footer; when the form was printed or made says nothing of its month.
    pub fn of_page(lines: &[String], months: &MonthNames) -> Self {
        const MADE: [&str; 4] = ["印", "版", "修订", "发布"];
        let mut claims = Self::default();
        let said = |line: &&String| !MADE.iter().any(|word| line.contains(word));
        for line in lines.iter().filter(said) {
            let named = months.in_name(line);
            let named = named.filter(|named| matches!(named, NamedPeriod::Month(_)));
            claims.period(ClaimSource::Page, text::one_line(line, 60), named);
        }
        claims
    }

    /// That of a sheet's name.
    pub fn of_sheet(name: &str, months: &MonthNames) -> Self {
        let mut claims = Self::default();
        claims.period(
            ClaimSource::SheetName,
            name.to_owned(),
            months.in_name(name),
        );
        claims
    }
}

/// Claims of the path: each folder and the file name.
pub fn of_path(
    path: &str,
    months: &MonthNames,
    names: &Names,
) -> (Vec<DepartmentClaim>, Vec<PeriodClaim>) {
    let mut claims = Claims::default();
    let mut department = |source, text: &str, name: &str| {
        if let Some(department) = names.department_in(name) {
            claims.department(source, text.to_owned(), Some(department));
        }
    };
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    for folder in folders.split('/') {
        department(ClaimSource::Folder, folder, short(folder));
    }
    let stem = short(file.rsplit_once('.').map_or(file, |(s, _)| s));
    department(ClaimSource::FileName, file, stem);
    let named = months.in_name(stem);
    claims.period(ClaimSource::FileName, file.to_owned(), named);
    (claims.departments, claims.periods)
}

/// What stands before a day: 县农业农村局  2025年7月2日.
fn before_day(text: &str) -> &str {
    let day = text.find(|c: char| c.is_ascii_digit() || c == '二');
    &text[..day.unwrap_or(text.len())]
}

/// Words before a unit that gets the paper.
const RECEIVED: [&str; 5] = ["抄送", "抄报", "主送", "分送", "接收"];
/// Rows below a table that may be its signature.
const SIGNATURE_ROWS: usize = 12;
/// Cells of one row, and bytes of one cell, that are looked at as an identity line or a title.
const LINE_CELLS: usize = 32;
const LINE_BYTES: usize = 1200;

/// A cell's text as part of an identity line; `None` for a blank and for prose.
fn line_text(value: &Value) -> Option<Cow<'_, str>> {
    let text = match value {
        Value::Text(text) => Cow::Borrowed(&**text),
        other => Cow::Owned(raw_text(other).into()),
    };
    Some(text).filter(|t| t.len() <= LINE_BYTES && !t.chars().all(names::is_space))
}

/// The day of a date cell.
fn date_of(cell: &Cell, date_1904: bool) -> Option<jiff::civil::Date> {
    let is_date = match cell.value {
        Value::Number(_) => cell.format == NumberFormat::Date,
        Value::Date(_) => true,
        _ => false,
    };
    dates::of_value(&cell.value, date_1904).filter(|_| is_date)
}

/// Whether a text is a day before `end`; until 3 July count the figures of a form for June, too.
fn is_day(text: &str, end: u32) -> bool {
    let folded = calendar::fold(text);
    let day = calendar::at_start(&folded).and_then(|(mention, _)| mention.day);
    matches!(day, Some(Day::Exact(day)) if day < end)
}

/// A name as file systems have it; one inside an archive may be far longer.
fn short(name: &str) -> &str {
    let end = name.char_indices().nth(255);
    end.map_or(name, |(end, _)| &name[..end])
}

/// Whether a text names the report, or is a month alone as a second line of its title. Instructions above the header and the
/// day on which it was filled in do not name its month.
fn is_title(cell: &str) -> bool {
    const WORDS: [&str; 8] = ["表", "情况", "进展", "月报", "实事", "台账", "统计", "汇总"];
    let key = names::fold(cell);
    // 数据更新至5月31日
    if months::is_until(&key) {
        return key.chars().count() <= 60;
    }
    // 附件1：…情况表
    let name = match key.split_once(':') {
        Some((before, name)) if before.starts_with(['附', '表']) => name,
        Some(_) => return false,
        None => key.as_str(),
    };
    key.chars().count() <= 60
        && labels::behind_label(&key).next().is_none()
        && (WORDS.iter().any(|word| name.contains(word)) || is_month_alone(name))
}
