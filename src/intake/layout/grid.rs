//! A sheet with its merged regions looked up: every address inside one shows the top-left cell.

use std::collections::{BTreeMap, BTreeSet};

use crate::intake::submission::FieldCell;
use crate::intake::text;
use crate::intake::workbook::{CellRef, NumberFormat, Region, Sheet, Strike, Value};

pub struct Grid<'a> {
    pub sheet: &'a Sheet,
    /// Rows with at least one non-empty cell, ascending.
    rows: Vec<u32>,
    /// Merged regions by each row they touch; only those that hold or could hold a form's cells.
    merges: BTreeMap<u32, Vec<Region>>,
}

/// A merged region taller than this is no form's: it is looked up by its first rows only.
const MERGE_ROWS: u32 = 4096;

impl<'a> Grid<'a> {
    pub fn new(sheet: &'a Sheet) -> Self {
        let mut rows: Vec<u32> = sheet.cells.iter().map(|c| c.at.row).collect();
        rows.dedup();
        let mut merges: BTreeMap<u32, Vec<Region>> = BTreeMap::new();
        for region in &sheet.merges {
            for row in region.first.row..=region.last.row.min(region.first.row.saturating_add(MERGE_ROWS)) {
                merges.entry(row).or_default().push(*region);
            }
        }
        Self { sheet, rows, merges }
    }

    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    pub fn region_at(&self, at: CellRef) -> Option<Region> {
        self.merges.get(&at.row)?.iter().find(|r| r.contains(at)).copied()
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
            Value::Text(t) if !t.chars().all(text::is_space) => Some((origin, t)),
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

    /// Columns that show something in some row of a block, ascending.
    pub fn columns(&self, first: u32, last: u32) -> BTreeSet<u32> {
        let mut columns = BTreeSet::new();
        for row in first..=last {
            columns.extend(self.sheet.row(row).iter().map(|c| c.at.col));
            for region in self.merges.get(&row).into_iter().flatten() {
                if self.sheet.cell(region.first).is_some() {
                    columns.extend(region.first.col..=region.last.col.min(region.first.col.saturating_add(255)));
                }
            }
        }
        columns
    }

    pub fn has_data_below(&self, col: u32, row: u32) -> bool {
        self.sheet.cells.iter().any(|c| c.at.row > row && c.at.col == col)
    }
}
