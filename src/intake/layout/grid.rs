//! A sheet with its merged regions looked up: every address inside one shows the top-left cell.

use std::collections::BTreeSet;

use super::merges::Merges;
use crate::intake::submission::FieldCell;
use crate::intake::workbook::{CellRef, ColumnSet, NumberFormat, Region, Sheet, Strike, Value};

pub struct Grid<'a> {
    pub sheet: &'a Sheet,
    /// Rows with at least one non-empty cell, ascending.
    rows: Vec<u32>,
    merges: Merges,
}

/// A merged header cell wider than this is no form's: its first columns are looked at.
const HEADER_SPAN: u32 = 255;

impl<'a> Grid<'a> {
    pub fn new(sheet: &'a Sheet) -> Self {
        let mut rows: Vec<u32> = sheet.cells.iter().map(|c| c.at.row).collect();
        rows.dedup();
        Self { sheet, rows, merges: Merges::new(&sheet.merges) }
    }

    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// Merged regions that touch a block of rows.
    pub fn touching(&self, first: u32, last: u32) -> impl Iterator<Item = &Region> {
        self.merges.touching(first, last)
    }

    pub fn region_at(&self, at: CellRef) -> Option<Region> {
        self.merges.at(at)
    }

    /// The cell under a column at a row: its own, or the merged region's.
    pub fn field_cell(&self, at: CellRef) -> FieldCell {
        let region = self.region_at(at);
        let origin = region.map_or(at, |r| r.first);
        match self.sheet.cell(origin) {
            Some(cell) => FieldCell { at: origin, value: Some(cell.value.clone()), format: cell.format, strike: cell.strike, region },
            None => FieldCell { at: origin, value: None, format: NumberFormat::General, strike: Strike::None, region },
        }
    }

    /// The text shown at an address and the cell it stands in.
    pub fn text_at(&self, at: CellRef) -> Option<(CellRef, &'a str)> {
        let origin = self.region_at(at).map_or(at, |r| r.first);
        match &self.sheet.cell(origin)?.value {
            Value::Text(t) => Some((origin, t)),
            _ => None,
        }
    }

    /// The text cells of one row, left to right (not those of regions that begin above).
    pub fn row_cells(&self, row: u32) -> impl Iterator<Item = (CellRef, &'a str)> {
        self.sheet.row(row).iter().filter_map(|c| match &c.value {
            Value::Text(t) => Some((c.at, &**t)),
            _ => None,
        })
    }

    /// Columns that show something in some row of a block, ascending; at most `most`.
    pub fn columns(&self, first: u32, last: u32, most: usize) -> BTreeSet<u32> {
        let mut columns = BTreeSet::new();
        for row in first..=last {
            columns.extend(self.sheet.row(row).iter().map(|c| c.at.col).take(most));
        }
        for region in self.merges.touching(first, last) {
            if columns.len() < most && self.sheet.cell(region.first).is_some() {
                columns.extend(region.first.col..=region.last.col.min(region.first.col.saturating_add(HEADER_SPAN)));
            }
        }
        columns.into_iter().take(most).collect()
    }

    /// The columns with a cell below a row.
    pub fn columns_below(&self, row: u32) -> BTreeSet<u32> {
        let start = self.sheet.cells.partition_point(|c| c.at.row <= row);
        let mut seen = ColumnSet::default();
        let mut columns = BTreeSet::new();
        for cell in self.sheet.cells.get(start..).unwrap_or_default() {
            if seen.add(cell.at.col) > columns.len() {
                columns.insert(cell.at.col);
            }
        }
        columns
    }
}
