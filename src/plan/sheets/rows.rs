//! A workbook's sheets as their reader hands them over: what each cell means, and where it stands.

use compact_str::CompactString;
use toml::Value;

use super::{Column, Holds, Table};
use crate::plan::cell::CellRef;
use crate::plan::diagnostic::{At, PlanError, Severity};
use crate::plan::period::Period;

/// The sheets of a workbook.
#[derive(Debug)]
pub struct Sheets {
    /// In the order of the tables; `None`: the workbook has no such sheet.
    pub found: Vec<Option<Rows>>,
    /// What was noticed while reading.
    pub said: Vec<PlanError>,
}

/// The rows of one sheet.
#[derive(Debug, Default)]
pub struct Rows {
    /// The sheet's name in the workbook.
    pub sheet: String,
    /// Where each column of the table stands.
    pub columns: Vec<Option<u32>>,
    /// Where each month stands.
    pub months: Vec<(Period, u32)>,
    /// Whether every month's year is known.
    pub is_dated: bool,
    /// The rows that say something; of settings one for each setting.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Default)]
pub struct Row {
    /// Its index in the sheet.
    pub row: u32,
    /// What its cells hold, by the place of their column in the table.
    pub cells: Vec<(usize, CellRef, Found)>,
    /// Shares by month, of a schedule.
    pub months: Vec<(Period, CellRef, Option<f64>)>,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// Nothing: only settings, whose place tells what is missing.
    Blank,
    /// A value as plan.toml has it.
    Value(Value),
    /// Departments with their targets.
    Reporters(Vec<(CompactString, Option<f64>)>),
    /// Something that was told as a mistake already.
    Wrong,
}

impl Row {
    /// What a column's cell holds.
    pub fn cell(&self, column: usize) -> Option<(CellRef, &Found)> {
        let (_, at, found) = self.cells.iter().find(|(ix, ..)| *ix == column)?;
        Some((*at, found))
    }

    /// The value under a key.
    pub fn value(&self, table: &Table, key: &str) -> Option<&Value> {
        let ix = table.columns.iter().position(|c| c.key == key)?;
        match self.cell(ix)?.1 {
            Found::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The text under a key.
    pub fn text(&self, table: &Table, key: &str) -> Option<&str> {
        self.value(table, key)?.as_str()
    }
}

impl Rows {
    /// Where a column's cell in a row stands; `None` where the sheet has no such column.
    pub fn place(&self, row: &Row, column: usize) -> Option<CellRef> {
        row.cell(column)
            .map(|(at, _)| at)
            .or_else(|| Some(CellRef::new(row.row, (*self.columns.get(column)?)?)))
    }

    /// A mistake in this sheet.
    pub(crate) fn mistake(&self, cell: Option<CellRef>, message: impl Into<String>) -> PlanError {
        mistake(&self.sheet, cell, message)
    }
}

/// A mistake in a sheet.
pub(crate) fn mistake(sheet: &str, cell: Option<CellRef>, message: impl Into<String>) -> PlanError {
    PlanError {
        severity: Severity::Error,
        at: At::Cell {
            sheet: sheet.to_owned(),
            cell,
        },
        message: message.into(),
        help: None,
    }
}

impl Column {
    /// The text of its value in a workbook's words.
    pub fn words(&self, word: &str) -> Option<&'static str> {
        let choices = match self.holds {
            Holds::Choice(choices) => choices,
            Holds::Schedule => super::PROFILES,
            _ => return None,
        };
        super::chinese(choices, word)
    }
}
