//! The older and the other workbook formats: .xls and .et (BIFF8, BIFF5), .ods, .xlsb.
//!
//! All three readers are bounded by the limits of rule F004 and take no size from the file's own claims. .xls and
//! .ods are read by this module alone (why: see `xls.rs` and `ods.rs`); .xlsb takes its values from
//! calamine's cell stream. calamine can still panic or abort on hostile bytes, so the desktop program calls
//! [`read`] in a child process of its own, under an address-space limit and a timeout (`cli::child`). In a
//! browser there is no such process: a panic there ends the page's module, which is then loaded anew.

pub(crate) mod biff;
pub(crate) mod compound;
mod header_footer;
pub(crate) mod ods;
mod ods_cell;
mod ods_styles;
pub(crate) mod parts;
mod summary;
mod xls;
mod xls_sheet;
#[cfg(test)]
mod xls_tests;
mod xlsb;
mod xml;

use std::str::FromStr;

use crate::intake::workbook::{ColumnSet, Strike};
use crate::intake::{FileFault, Sheet, Value, Workbook};
use crate::plan::model::Limits;
use crate::plan::names::is_space;

use super::budget::{Budget, too_large};

/// The formats that [`read`] takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegacyKind {
    /// .xls, and .et of WPS.
    Xls,
    Xlsb,
    Ods,
}

impl LegacyKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Xls => "xls",
            Self::Xlsb => "xlsb",
            Self::Ods => "ods",
        }
    }
}

impl FromStr for LegacyKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "xls" => Ok(Self::Xls),
            "xlsb" => Ok(Self::Xlsb),
            "ods" => Ok(Self::Ods),
            _ => Err(()),
        }
    }
}

/// Reads a workbook whose format [`super::sniff::sniff`] has told.
pub fn read(kind: LegacyKind, bytes: &[u8], limits: &Limits) -> Result<Workbook, FileFault> {
    if bytes.len() as u64 > limits.file_bytes {
        return Err(too_large(limits));
    }
    match kind {
        LegacyKind::Xls => xls::read(bytes, limits),
        LegacyKind::Ods => ods::read(bytes, limits),
        LegacyKind::Xlsb => xlsb::read(bytes, limits),
    }
}

/// Puts a sheet's cells in order (the last of two at one place stands), leaves out blank texts, and counts rows and
/// columns.
fn finish_sheet(mut sheet: Sheet, budget: &Budget<'_>) -> Result<Sheet, FileFault> {
    sheet.cells.sort_by_key(|c| c.at);
    sheet.cells.reverse();
    sheet.cells.dedup_by_key(|c| c.at);
    sheet.cells.reverse();
    let mut columns = ColumnSet::default();
    for cell in &sheet.cells {
        budget.columns(columns.add(cell.at.col))?;
    }
    sheet
        .cells
        .retain(|c| !matches!(&c.value, Value::Text(text) if text.chars().all(is_space)));
    budget.rows(sheet.cells.chunk_by(|a, b| a.at.row == b.at.row).count())?;
    Ok(sheet)
}

/// What has been seen of a text: struck-through parts, plain parts, or both.
#[derive(Debug, Clone, Copy, Default)]
struct StrikeMix {
    struck: bool,
    plain: bool,
}

impl StrikeMix {
    fn add(&mut self, struck: bool) {
        self.struck |= struck;
        self.plain |= !struck;
    }

    /// A text of `units` UTF-16 units in a cell whose font is struck through or not, with runs in other fonts:
    /// where each starts and whether it is struck through.
    fn of_runs(base: bool, runs: impl IntoIterator<Item = (u16, bool)>, units: usize) -> Self {
        let mut mix = Self::default();
        let mut from = 0;
        let mut state = base;
        for (start, struck) in runs {
            let start = usize::from(start).min(units);
            if start > from {
                mix.add(state);
            }
            from = start;
            state = struck;
        }
        if units > from || units == 0 {
            mix.add(state);
        }
        mix
    }

    fn strike(self) -> Strike {
        match (self.struck, self.plain) {
            (true, true) => Strike::Part,
            (true, false) => Strike::Whole,
            (false, _) => Strike::None,
        }
    }
}
