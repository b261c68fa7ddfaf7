//! 台账.xlsx: the office's decisions, read with the tolerance that departments' workbooks are read with, and named as departments
//! name things.

mod names;
mod rows;
mod twice;

use std::collections::HashSet;

use jiff::civil::Date;
use toml::Value as Toml;

use super::layout::Names;
use super::layout::grid::{Frame, Grid};
use super::sheets::{self, CellReader};
use super::text::one_line;
use super::workbook::Workbook;
use crate::Joined;
use crate::plan::cell::CellRef;
use crate::plan::ledger::{Decision, Fate, Ledger, LedgerRow};
use crate::plan::sheets::{LEDGER, NAMES, Row, Rows, Table, names};
use crate::plan::{At, Period, Plan, PlanError, Severity};

/// Reads a ledger for a plan, and adds its decisions to it where nothing is wrong. Gives every mistake and warning.
///
/// `file`: the ledger's name, without folders; `plan_file`: the plan's, for what both decide.
pub fn decide(plan: &mut Plan, file: &str, plan_file: &str, bytes: &[u8]) -> Vec<PlanError> {
    let workbook = match sheets::open(file, bytes, &plan.limits) {
        Ok(workbook) => workbook,
        Err(error) => return vec![error],
    };
    let mut reader = Reader {
        names: Names::new(plan),
        plan,
        plan_file,
        said: Vec::new(),
        ledger: Ledger::default(),
        decisions: Vec::new(),
    };
    reader.read(&workbook);
    let Reader {
        mut said,
        decisions,
        mut ledger,
        ..
    } = reader;
    if !said.iter().any(|e| e.severity == Severity::Error) {
        file.clone_into(&mut ledger.file);
        ledger.bytes = bytes.to_vec();
        plan.decide(ledger, decisions);
    }
    let order = |name: &str| workbook.sheets.iter().position(|s| *s.name == *name);
    said.sort_by_key(|e| {
        let (sheet, cell) = e.cell();
        (sheet.and_then(order), cell)
    });
    said
}

/// What a ledger's drop-downs offer that the plan has under another name by now.
pub fn outdated(plan: &Plan, bytes: &[u8]) -> Option<PlanError> {
    let workbook = sheets::open("", bytes, &plan.limits).ok()?;
    let sheet = workbook.sheets.iter().find(|s| *s.name == *NAMES)?;
    let frame = Frame::new(sheet);
    let grid = Grid::new(sheet, &frame);
    let text = |at: CellRef| {
        let cell = grid.line(at.row).field_cell(at.col);
        cell.text().unwrap_or_default().into_owned()
    };
    for (col, (head, _, own)) in (0..).zip(names(plan)) {
        let rows = grid.rows_below(0).map(|row| CellRef::new(row, col));
        let there: Vec<(CellRef, String)> = rows.map(|at| (at, text(at))).collect();
        let there = there
            .into_iter()
            .rev()
            .skip_while(|(_, text)| text.is_empty());
        let mut there: Vec<_> = there.collect();
        there.reverse();
        let longer = own.len().max(there.len());
        let differs = |ix: &usize| own.get(*ix) != there.get(*ix).map(|(_, text)| text);
        // What only explains may be old.
        let Some(ix) = (0..longer).find(differs).filter(|_| CHOSEN.contains(&head)) else {
            continue;
        };
        let quoted = |text: Option<&String>| match text {
            Some(text) => format!("“{}”", one_line(text, 30)),
            None => "没有".to_owned(),
        };
        return Some(PlanError {
            severity: Severity::Warning,
            at: At::Cell {
                sheet: NAMES.to_owned(),
                cell: there.get(ix).map(|(at, _)| *at),
            },
            message: format!(
                "下拉列表是按以前的任务计划生成的：“{head}”这里是{}，计划里是{}",
                quoted(there.get(ix).map(|(_, text)| text)),
                quoted(own.get(ix))
            ),
            help: Some(
                "不影响使用，直接写计划里的名称即可；要新的下拉列表，用 duban ledger new 另外生成一份，把填好的行粘贴过去".to_owned(),
            ),
        });
    }
    None
}

/// Columns that drop-downs are made of.
const CHOSEN: [&str; 4] = ["月份", "单位", "任务序号", "指标"];

struct Reader<'a> {
    plan: &'a Plan,
    plan_file: &'a str,
    names: Names,
    said: Vec<PlanError>,
    ledger: Ledger,
    /// One for each of the ledger's rows.
    decisions: Vec<Decision>,
}

/// What a row decides: its month, the key of the cell that it is cited by, its words.
type Decided = (Period, &'static str, String, Decision);

/// One row with what it belongs to.
#[derive(Clone, Copy)]
struct Line<'r> {
    grid: &'r Grid<'r>,
    table: &'static Table,
    rows: &'r Rows,
    row: &'r Row,
}

impl<'r> Line<'r> {
    fn value(self, key: &str) -> Option<&'r Toml> {
        self.row.value(self.table, key)
    }

    fn text(self, key: &str) -> Option<&'r str> {
        self.row.text(self.table, key)
    }

    fn owned(self, key: &str) -> Option<String> {
        self.text(key).map(str::to_owned)
    }

    fn day(self, key: &str) -> Option<Date> {
        self.value(key)?.as_datetime()?.to_string().parse().ok()
    }

    fn month(self, key: &str) -> Option<Period> {
        self.text(key)?.parse().ok()
    }

    fn column(self, key: &str) -> Option<usize> {
        self.table.columns.iter().position(|c| c.key == key)
    }

    fn place(self, key: &str) -> Option<CellRef> {
        self.rows.place(self.row, self.column(key)?)
    }

    /// Whether nothing stands in a cell, not even something that cannot be read.
    fn is_blank(self, key: &str) -> bool {
        self.column(key)
            .is_none_or(|ix| self.row.cell(ix).is_none())
    }
}

impl Reader<'_> {
    fn read(&mut self, workbook: &Workbook) {
        let cells = CellReader {
            span: Some((self.plan.start, self.plan.end)),
            is_span_read: true,
            ..CellReader::default()
        };
        let read = sheets::read_tables(workbook, LEDGER, cells);
        let tables = || {
            let found = LEDGER.iter().zip(&read.found);
            found.filter_map(|(table, rows)| Some((table, rows.as_ref()?)))
        };
        // What stands in a row that was taken back is nobody's concern.
        let void: HashSet<(&str, u32)> = tables()
            .flat_map(|(table, rows)| {
                let void = rows.rows.iter().filter(|row| is_void(table, row));
                void.map(|row| (rows.sheet.as_str(), row.row))
            })
            .collect();
        let counts = |e: &&PlanError| match e.cell() {
            (Some(sheet), Some(cell)) => !void.contains(&(sheet, cell.row)),
            _ => true,
        };
        self.said = read.said.iter().filter(counts).cloned().collect();
        for (table, rows) in tables() {
            let sheet = workbook.sheets.iter().find(|s| *s.name == *rows.sheet);
            let Some(sheet) = sheet else { continue };
            let frame = Frame::new(sheet);
            let grid = &Grid::new(sheet, &frame);
            for row in &rows.rows {
                let line = Line {
                    grid,
                    table,
                    rows,
                    row,
                };
                let decided = if is_void(table, row) {
                    void_row(line)
                } else {
                    // A row that lacks something is looked through all the same: its mistakes are told at once.
                    let is_whole = self.is_whole(line);
                    self.decided(line).filter(|_| is_whole)
                };
                if let Some((period, key, says, decision)) = decided {
                    self.ledger.rows.push(LedgerRow {
                        sheet: rows.sheet.clone(),
                        cell: line.place(key).unwrap_or_else(|| CellRef::new(row.row, 0)),
                        period,
                        says,
                        fate: Fate::Void,
                    });
                    self.decisions.push(decision);
                }
            }
        }
        self.twice();
    }

    fn wrong(&mut self, line: Line, key: &str, message: impl Into<String>, help: Option<String>) {
        self.say(Severity::Error, line, key, message.into(), help);
    }

    fn say(
        &mut self,
        severity: Severity,
        line: Line,
        key: &str,
        message: String,
        help: Option<String>,
    ) {
        self.said.push(PlanError {
            severity,
            at: At::Cell {
                sheet: line.rows.sheet.clone(),
                cell: line.place(key),
            },
            message,
            help,
        });
    }
}

fn is_void(table: &Table, row: &Row) -> bool {
    row.value(table, "void").and_then(Toml::as_bool) == Some(true)
}

/// A row that was taken back, as it is listed.
fn void_row(line: Line) -> Option<Decided> {
    let period = line.month("month").or_else(|| line.month("from"))?;
    let keys = [
        "department",
        "indicator",
        "value",
        "grade",
        "target",
        "deadline",
    ];
    let words = keys.iter().filter_map(|key| {
        let value = line.value(key)?;
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        Some(super::text::one_line(&text, 30))
    });
    let says = words.joined(" ");
    Some((period, "void", says, Decision::Void))
}
