//! A sheet with its merged regions looked up: every address inside one shows the top-left cell.

use super::merges::{Merges, RowMerges};
use crate::intake::fields::FieldCell;
use crate::intake::workbook::{
    Cell, CellRef, ColumnSet, NumberFormat, Region, Sheet, Strike, Value,
};

/// Where a sheet's rows and merged regions lie, whatever stands in the cells. Made once a sheet.
pub struct Frame {
    /// Rows with at least one non-empty cell, ascending, each with the place of its first cell.
    rows: Vec<(u32, usize)>,
    cells: usize,
    merges: Merges,
}

impl Frame {
    pub fn new(sheet: &Sheet) -> Self {
        // A form's rows have some twenty cells.
        let mut rows: Vec<(u32, usize)> = Vec::with_capacity(sheet.cells.len() / 16 + 4);
        for (ix, cell) in sheet.cells.iter().enumerate() {
            if rows.last().is_none_or(|(row, _)| *row != cell.at.row) {
                rows.push((cell.at.row, ix));
            }
        }
        Self {
            rows,
            cells: sheet.cells.len(),
            merges: Merges::new(&sheet.merges),
        }
    }
}

pub struct Grid<'a> {
    pub sheet: &'a Sheet,
    frame: &'a Frame,
}

/// A merged header cell wider than this is no form's: its first columns are looked at.
const HEADER_SPAN: u32 = 255;

impl<'a> Grid<'a> {
    /// `frame`: of this sheet, or of the same cells with other values.
    pub fn new(sheet: &'a Sheet, frame: &'a Frame) -> Self {
        Self { sheet, frame }
    }

    /// Rows with at least one non-empty cell, ascending.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator {
        self.frame.rows.iter().map(|(row, _)| *row)
    }

    /// As [`Self::rows`], those behind one.
    pub fn rows_below(&self, row: u32) -> impl Iterator<Item = u32> {
        let start = self.frame.rows.partition_point(|(r, _)| *r <= row);
        self.frame.rows.iter().skip(start).map(|(row, _)| *row)
    }

    /// The cells of one row, left to right.
    pub fn row(&self, row: u32) -> &'a [Cell] {
        let Ok(ix) = self.frame.rows.binary_search_by_key(&row, |(r, _)| *r) else {
            return &[];
        };
        let start = self.frame.rows[ix].1;
        let end = self
            .frame
            .rows
            .get(ix + 1)
            .map_or(self.frame.cells, |(_, next)| *next);
        self.sheet.cells.get(start..end).unwrap_or_default()
    }

    /// The cell at an address, a merged region's only at its top-left.
    pub fn cell(&self, at: CellRef) -> Option<&'a Cell> {
        Self::cell_of(self.row(at.row), at)
    }

    fn cell_of(row: &'a [Cell], at: CellRef) -> Option<&'a Cell> {
        // A full row has each column's cell at the column's place; most rows are nearly full.
        let near = usize::try_from(at.col)
            .ok()?
            .saturating_sub(row.first()?.at.col as usize);
        match row.get(near) {
            Some(cell) if cell.at.col == at.col => Some(cell),
            _ => row
                .binary_search_by_key(&at.col, |c| c.at.col)
                .ok()
                .map(|ix| &row[ix]),
        }
    }

    /// Merged regions that touch a block of rows.
    pub fn touching(&self, first: u32, last: u32) -> impl Iterator<Item = &Region> {
        self.frame.merges.touching(first, last)
    }

    pub fn region_at(&self, at: CellRef) -> Option<Region> {
        self.frame.merges.at(at)
    }

    /// One row, to ask for the cells under its columns.
    pub fn line(&self, row: u32) -> GridRow<'_, 'a> {
        GridRow {
            grid: self,
            row,
            cells: self.row(row),
            merges: self.frame.merges.of_row(row),
        }
    }

    /// The text cells of one row, left to right (not those of regions that begin above).
    pub fn row_cells(&self, row: u32) -> impl Iterator<Item = (CellRef, &'a str)> {
        self.row(row).iter().filter_map(|c| match &c.value {
            Value::Text(t) => Some((c.at, &**t)),
            _ => None,
        })
    }

    /// In how many columns a block of rows can show a text, at most.
    pub fn texts_at_most(&self, first: u32, last: u32) -> usize {
        let mut columns = ColumnSet::default();
        for (at, _) in (first..=last).flat_map(|row| self.row_cells(row)) {
            columns.add(at.col);
        }
        let from_above = self.touching(first, last).filter(|r| r.first.row < first);
        columns.len() + from_above.count()
    }

    /// Columns that show something in some row of a block, ascending; at most `most`.
    pub fn columns(&self, first: u32, last: u32, most: usize) -> Vec<u32> {
        let mut columns = ColumnSet::default();
        for cell in (first..=last).flat_map(|row| self.row(row).iter().take(most)) {
            columns.add(cell.at.col);
        }
        for region in self.touching(first, last) {
            if columns.len() < most && self.cell(region.first).is_some() {
                let left = region.first.col;
                for col in left..=region.last.col.min(left.saturating_add(HEADER_SPAN)) {
                    columns.add(col);
                }
            }
        }
        columns.iter().take(most).collect()
    }

    /// The columns with a cell below a row.
    pub fn columns_below(&self, row: u32) -> ColumnSet {
        let start = self.sheet.cells.partition_point(|c| c.at.row <= row);
        let mut columns = ColumnSet::default();
        for cell in self.sheet.cells.get(start..).unwrap_or_default() {
            columns.add(cell.at.col);
        }
        columns
    }
}

/// A row of a sheet, with what is merged in it.
pub struct GridRow<'g, 'a> {
    grid: &'g Grid<'a>,
    row: u32,
    /// Its own cells, left to right.
    pub cells: &'a [Cell],
    merges: RowMerges<'g>,
}

impl<'a> GridRow<'_, 'a> {
    /// A cell that shows in this row.
    fn cell(&self, origin: CellRef) -> Option<&'a Cell> {
        if origin.row == self.row {
            Grid::cell_of(self.cells, origin)
        } else {
            self.grid.cell(origin)
        }
    }

    /// The text shown under a column and the cell it stands in.
    pub fn text(&self, col: u32) -> Option<(CellRef, &'a str)> {
        let origin = self
            .merges
            .at(col)
            .map_or(CellRef::new(self.row, col), |r| r.first);
        match &self.cell(origin)?.value {
            Value::Text(t) => Some((origin, t)),
            _ => None,
        }
    }

    /// The cell under a column: the row's own, or the merged region's.
    pub fn field_cell(&self, col: u32) -> FieldCell {
        let region = self.merges.at(col);
        let at = region.map_or(CellRef::new(self.row, col), |r| r.first);
        let cell = self.cell(at);
        FieldCell {
            at,
            value: cell.map(|c| c.value.clone()),
            format: cell.map_or(NumberFormat::General, |c| c.format),
            strike: cell.map_or(Strike::None, |c| c.strike),
            merged_to: region.map(|r| r.last),
        }
    }
}
