//! A plan or the office's decisions as a workbook: its cells → the values that [`crate::plan::sheets`] asks for.
//!
//! `plan` lies below this room and says what sheets and columns there are; this module finds them in a workbook by what they say,
//! with the tolerance that departments' workbooks are read with, and hands the values back.

mod cell;
mod figure;
mod header;
mod names;
mod rows;
mod time;
mod words;

use std::collections::HashMap;

use jiff::civil::Date;
use toml::Value as Toml;

pub(crate) use cell::CellReader;
pub(crate) use figure::trouble;

use super::arrival::read_workbook;
use super::fields::FieldCell;
use super::layout::grid::{Frame, Grid};
use super::sniff::{Kind, sniff_package};
use super::text::{self, one_line};
use super::workbook::{FileFault, Sheet, Value, Visibility, Workbook};
use crate::Joined;
use crate::plan::cell::CellRef;
use crate::plan::names::{fold, key};
use crate::plan::sheets::{Column, Found, LEDGER, Layout, PLAN, Rows, Sheets, Table};
use crate::plan::{At, Limits, PlanError, Severity, Unit};
use header::Header;

/// Whether a plan's or ledger's file is a workbook, by what it holds or else by its name.
pub fn is_workbook(name: &str, bytes: &[u8]) -> bool {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_lowercase());
    bytes.starts_with(b"PK\x03\x04")
        || bytes.starts_with(b"\xD0\xCF\x11\xE0")
        || ending.is_some_and(|e| {
            ["xlsx", "xlsm", "xls", "xlsb", "et", "ett", "ods"].contains(&e.as_str())
        })
}

/// A workbook that the office keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// 任务计划.xlsx, under any name.
    Plan,
    /// 台账.xlsx.
    Ledger,
}

/// Which of the office's own workbooks this is, by its sheets: copies of them bear other names.
#[must_use]
pub fn kept(name: &str, bytes: &[u8], limits: &Limits) -> Option<Kept> {
    let workbook = open(name, bytes, limits).ok()?;
    let has = |table: &&Table| workbook.sheets.iter().any(|s| *s.name == *table.name);
    let is_most = |tables: usize, all: usize| tables * 3 > all * 2;
    let required = || PLAN.iter().filter(|table| table.required);
    if is_most(required().filter(has).count(), required().count()) {
        return Some(Kept::Plan);
    }
    is_most(LEDGER.iter().filter(has).count(), LEDGER.len()).then_some(Kept::Ledger)
}

/// Opens a workbook that the office keeps, under the limits of submitted files.
pub fn open(name: &str, bytes: &[u8], limits: &Limits) -> Result<Workbook, PlanError> {
    let said = |message: String| Err(PlanError::of_file(message));
    if bytes.len() as u64 > limits.file_bytes {
        return said(format!("文件超过{} MiB，不能读取", limits.file_bytes >> 20));
    }
    let (kind, package) = sniff_package(name, bytes, limits);
    let fault = match kind {
        Kind::Xls | Kind::Xlsb | Kind::Ods => {
            return said("只能使用 .xlsx 格式，请在 Excel 或 WPS 中另存为 .xlsx".to_owned());
        }
        Kind::Xlsx => {
            let no_child = |_: &[u8], _: &Limits| Err(FileFault::unreadable("不是 .xlsx"));
            match read_workbook(&kind, bytes, package, limits, &no_child).0 {
                Ok(workbook) => return Ok(workbook),
                Err(fault) => Some(fault),
            }
        }
        other => other.fault("任务计划.xlsx"),
    };
    said(match fault {
        Some(FileFault::Unreadable { what } | FileFault::Unsupported { what }) => {
            format!("文件打不开：{what}。可能没有保存完，请在 Excel 或 WPS 中打开、重新保存后再试")
        }
        Some(FileFault::Encrypted) => "文件加了密码，请去掉密码后重新保存".to_owned(),
        Some(FileFault::OverLimit { limit }) => format!("文件超过读取上限：{limit}"),
        Some(FileFault::Secret { .. }) | None => "文件打不开，不是 .xlsx 工作簿".to_owned(),
    })
}

/// The marks (待核) that are left in a workbook: sheet, cell and what is to be settled, a mark a line.
pub fn open_marks(workbook: &Workbook) -> Vec<(String, CellRef, String)> {
    let mut found = Vec::new();
    for sheet in workbook.sheets.iter().filter(|s| !is_free(&s.name)) {
        for cell in &sheet.cells {
            let Value::Text(text) = &cell.value else {
                continue;
            };
            let marks = text
                .lines()
                .filter_map(|line| line.trim().strip_prefix("待核"));
            found.extend(marks.map(|what| {
                let what = what.trim_start_matches(['：', ':', ' ']);
                (sheet.name.to_string(), cell.at, what.to_owned())
            }));
        }
    }
    found
}

/// A table's rows: their numbers, and their cells as texts, with whether a merged cell only goes on with the row above.
pub type TableRows = Vec<(usize, Vec<(String, bool)>)>;

/// The sheets that are not empty, as tables; `None`: one is larger than any table of tasks.
pub fn tables(workbook: &Workbook) -> Option<Vec<TableRows>> {
    let filled = workbook.sheets.iter().filter(|s| !s.cells.is_empty());
    let of = |sheet: &Sheet| {
        let frame = Frame::new(sheet);
        let grid = Grid::new(sheet, &frame);
        let last = sheet.cells.iter().map(|c| c.at.col).max()?;
        if grid.rows().len() as u64 * u64::from(last) > TABLE_CELLS {
            return None;
        }
        let rows = grid.rows().map(|row| {
            let line = grid.line(row);
            let cells = (0..=last).map(|col| {
                let cell = line.field_cell(col);
                let text = cell.text().unwrap_or_default();
                let text = words::words(&cell, &text, time::is_date(&cell), workbook.date_1904);
                (text, cell.at.row < row)
            });
            (row as usize + 1, cells.collect())
        });
        Some(rows.collect())
    };
    filled.map(of).collect()
}

/// Cells of the largest table of tasks.
const TABLE_CELLS: u64 = 500_000;

/// Reads a plan's workbook.
pub fn read_plan(workbook: &Workbook) -> Sheets {
    read_tables(workbook, PLAN, CellReader::default())
}

/// Reads a workbook of any kind by the table of its sheets; `cells` holds what is known beforehand: the plan's days, names.
pub(crate) fn read_tables(
    workbook: &Workbook,
    tables: &'static [Table],
    cells: CellReader,
) -> Sheets {
    let reader = Reader {
        workbook,
        tables,
        cells: CellReader {
            date_1904: workbook.date_1904,
            ..cells
        },
        said: Vec::new(),
    };
    reader.read()
}

/// Rows that are looked at for a header.
const HEADER_ROWS: usize = 60;

struct Reader<'w> {
    workbook: &'w Workbook,
    tables: &'static [Table],
    cells: CellReader,
    said: Vec<PlanError>,
}

impl<'w> Reader<'w> {
    fn say(
        &mut self,
        severity: Severity,
        sheet: &str,
        cell: Option<CellRef>,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        let message = message.into();
        if !message.is_empty() {
            self.said.push(PlanError {
                severity,
                at: At::Cell {
                    sheet: sheet.to_owned(),
                    cell,
                },
                message,
                help,
            });
        }
    }

    fn wrong(&mut self, sheet: &str, cell: Option<CellRef>, message: impl Into<String>) {
        self.say(Severity::Error, sheet, cell, message, None);
    }

    fn read(mut self) -> Sheets {
        let (of, meant) = self.sheets();
        let mut found = Vec::with_capacity(self.tables.len());
        for (table, sheet) in self.tables.iter().zip(of) {
            if sheet.is_none() && table.required && !meant.contains(&table.name) {
                self.wrong(
                    table.name,
                    None,
                    format!("缺少“{}”表：{}", table.name, table.note),
                );
            }
            let rows = sheet.map(|sheet| self.table(table, sheet));
            if let Some(rows) = &rows {
                self.learn(table, rows);
            }
            found.push(rows);
        }
        Sheets {
            found,
            said: self.said,
        }
    }

    /// What later sheets are read with: the plan's span, and how its departments are called.
    fn learn(&mut self, table: &'static Table, rows: &Rows) {
        match table.key {
            "" if table.columns.iter().any(|c| c.key == "plan.start") => {
                let day = |key| {
                    let value = rows.rows.iter().find_map(|row| row.value(table, key));
                    value
                        .and_then(Toml::as_datetime)?
                        .to_string()
                        .parse::<Date>()
                        .ok()
                };
                self.cells.span = day("plan.start").zip(day("plan.end"));
                self.cells.is_span_read = true;
            }
            "department" => {
                let names = rows.rows.iter().flat_map(|row| {
                    let aliases = row.value(table, "aliases").and_then(Toml::as_array);
                    let aliases = aliases.into_iter().flatten().filter_map(Toml::as_str);
                    ["id", "name"]
                        .into_iter()
                        .filter_map(|key| row.text(table, key))
                        .chain(aliases)
                });
                self.cells.names.extend(names);
            }
            _ => {}
        }
    }

    /// The sheet of each table, and the tables that a misspelt sheet was meant for.
    fn sheets(&mut self) -> (Vec<Option<&'w Sheet>>, Vec<&'static str>) {
        let mut of: Vec<Option<&Sheet>> = vec![None; self.tables.len()];
        let mut meant = Vec::new();
        for sheet in &self.workbook.sheets {
            let name = &*sheet.name;
            let wanted = key(name);
            let is_named = |t: &Table| {
                std::iter::once(&t.name)
                    .chain(t.aliases)
                    .any(|n| key(n) == wanted)
            };
            let table = self.tables.iter().position(is_named);
            if let Some(ix) = table {
                match of[ix] {
                    None => of[ix] = Some(sheet),
                    Some(_) if sheet.cells.is_empty() => {}
                    Some(first) if first.cells.is_empty() => of[ix] = Some(sheet),
                    Some(first) => {
                        let message = format!("“{name}”和“{}”是同一张表，请只留一张", first.name);
                        self.wrong(name, None, message);
                    }
                }
            } else if !sheet.cells.is_empty() && !is_free(name) {
                let nearest = nearest(name, self.tables.iter().map(|t| t.name));
                meant.extend(nearest);
                let all = self.tables.iter().map(|t| t.name).joined("、");
                let help = match nearest {
                    Some(near) => format!("是不是“{near}”？"),
                    None => format!("可用的表：{all}；自己看的表，名称以“说明”结尾或以 _ 开头"),
                };
                let message = format!("不认识“{}”这张表，其中有内容", one_line(name, 31));
                self.say(Severity::Error, name, None, message, Some(help));
            }
        }
        (of, meant)
    }

    fn table(&mut self, table: &'static Table, sheet: &Sheet) -> Rows {
        let mut rows = Rows {
            sheet: sheet.name.to_string(),
            columns: vec![None; table.columns.len()],
            ..Rows::default()
        };
        if sheet.cells.is_empty() {
            return rows;
        }
        if sheet.visibility != Visibility::Visible {
            let message = format!("“{}”表是隐藏的，其中的内容照样采用", sheet.name);
            self.say(Severity::Warning, &sheet.name, None, message, None);
        }
        let frame = Frame::new(sheet);
        let grid = Grid::new(sheet, &frame);
        let Some(header) = header::find(table, &grid, &self.cells) else {
            let heads = header::heads(table)
                .map(|head| format!("“{head}”"))
                .take(4)
                .joined("、");
            let message = format!("“{}”表找不到表头，应有{}等栏", sheet.name, heads);
            self.wrong(&sheet.name, None, message);
            return rows;
        };
        for (at, text, other) in &header.twice {
            let message = format!(
                "“{}”和 {} 的“{}”是同一栏，请只留一栏",
                one_line(text, 30),
                other.0,
                other.1
            );
            self.wrong(&sheet.name, Some(*at), message);
        }
        for (at, (message, help)) in &header.undated {
            self.say(
                Severity::Error,
                &sheet.name,
                Some(*at),
                message,
                help.clone(),
            );
        }
        rows.columns.clone_from(&header.columns);
        rows.months.clone_from(&header.months);
        rows.is_dated = header.undated.is_empty();
        let unknown = match table.layout {
            Layout::Settings(_) => self.settings(table, &grid, &header, &mut rows),
            _ => self.rows(table, &grid, &header, &mut rows),
        };
        self.unknown_columns(table, &grid, &header, unknown, &rows);
        rows
    }

    /// Columns that nobody reads though something stands in them, and columns that are missing.
    fn unknown_columns(
        &mut self,
        table: &'static Table,
        grid: &Grid,
        header: &Header,
        unknown: HashMap<u32, CellRef>,
        rows: &Rows,
    ) {
        let sheet = &*grid.sheet.name;
        let mut meant = Vec::new();
        let mut unknown: Vec<(u32, CellRef)> = unknown.into_iter().collect();
        unknown.sort_unstable();
        for (col, first) in unknown {
            let at = CellRef::new(header.row, col);
            let head = header.unknown.get(&col).cloned().unwrap_or_default();
            if head.is_empty() {
                let message = format!("这一列没有表头，但 {first} 有内容");
                self.wrong(sheet, Some(first), message);
            } else if !is_free(&head) {
                let known: Vec<&str> = header::heads(table).collect();
                let near = nearest(&head, known.iter().copied());
                meant.extend(near);
                let help = match near {
                    Some(near) => format!("是不是“{near}”？"),
                    None => format!(
                        "可用的栏：{}；自己看的栏，表头以“备注”或“说明”结尾",
                        known.join("、")
                    ),
                };
                let message = format!(
                    "“{}”表没有“{}”这一栏，但其中有内容",
                    table.name,
                    one_line(&head, 30)
                );
                self.say(Severity::Error, sheet, Some(at), message, Some(help));
            }
        }
        if matches!(table.layout, Layout::Settings(_)) {
            return;
        }
        for (column, place) in table.columns.iter().zip(&rows.columns) {
            if place.is_none() && table.needs(column) && !meant.contains(&column.head) {
                let message = format!("“{}”表缺少“{}”一栏", table.name, column.head);
                self.say(
                    Severity::Error,
                    sheet,
                    None,
                    message,
                    Some(column.note.to_owned()),
                );
            }
        }
    }

    /// Reads one cell; tells what is wrong with it.
    fn cell(
        &mut self,
        sheet: &str,
        column: &Column,
        cell: &FieldCell,
        beside: &cell::Beside,
    ) -> Option<Found> {
        let read = self.cells.read(cell, column, beside);
        for message in self.cells.warnings.drain(..) {
            self.said.push(PlanError {
                severity: Severity::Warning,
                at: At::Cell {
                    sheet: sheet.to_owned(),
                    cell: Some(cell.at),
                },
                message,
                help: None,
            });
        }
        match read {
            Ok(found) => found,
            Err((message, help)) => {
                self.say(Severity::Error, sheet, Some(cell.at), message, help);
                Some(Found::Wrong)
            }
        }
    }
}

/// The known name most like one that is written, if any is like it at all.
pub(crate) fn nearest<'n>(written: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let written = fold(written);
    known
        .map(|name| {
            (
                strsim::normalized_damerau_levenshtein(&written, &fold(name)),
                name,
            )
        })
        .filter(|(likeness, _)| *likeness >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// Names of sheets and columns that are their readers' own.
fn is_free(name: &str) -> bool {
    let name = name.trim();
    let key = key(name);
    name.starts_with('_') || key.ends_with("备注") || key.ends_with("说明")
}

/// Empty, or a placeholder.
pub(crate) fn is_blank(cell: &FieldCell) -> bool {
    match &cell.value {
        None => true,
        Some(Value::Text(text)) => {
            fold(text).is_empty() || text::is_placeholder(text) && !text::is_ditto(text)
        }
        Some(_) => false,
    }
}

/// A line of explanation below a table: one cell that begins with 注.
fn is_note(line: &super::layout::grid::GridRow) -> bool {
    let [only] = line.cells else { return false };
    let Value::Text(text) = &only.value else {
        return false;
    };
    let text = text.trim_start();
    let behind = text.strip_prefix('注').map(str::trim_start);
    behind.is_some_and(|rest| rest.starts_with(['：', ':', '1', '一', '（', '(']))
        || ["填表说明", "填写说明", "说明：", "备注："]
            .iter()
            .any(|word| text.starts_with(word))
}

/// A date that has become a number, as text.
fn is_text_of_date(text: &str) -> bool {
    let folded = fold(text);
    folded.len() == 5 && folded.bytes().all(|b| b.is_ascii_digit())
}

/// The unit that a row's figures are in.
pub(crate) fn unit_of(text: &str) -> Option<Unit> {
    Unit::parse(text)
}
