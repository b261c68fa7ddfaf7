//! Addresses of cells. They lie in this room because a plan can be a workbook, too.

use std::fmt;

use compact_str::{CompactString, format_compact};
use serde::{Deserialize, Serialize};

/// A cell's address, both from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellRef {
    /// Row index from 0.
    pub row: u32,
    /// Column index from 0.
    pub col: u32,
}

impl CellRef {
    /// The cell in a row and column, both from 0.
    pub fn new(row: u32, col: u32) -> Self {
        Self { row, col }
    }

    /// The address as `K7`.
    pub fn name(self) -> CompactString {
        format_compact!("{}{}", column_name(self.col), u64::from(self.row) + 1)
    }

    /// Reads `AB12` (dollar signs allowed); `None` for anything else or past XFD1048576.
    pub fn parse(a1: &str) -> Option<Self> {
        Self::from_bytes(a1.as_bytes())
    }

    /// As [`Self::parse`].
    pub fn from_bytes(a1: &[u8]) -> Option<Self> {
        let mut col: u32 = 0;
        let mut row: u32 = 0;
        let mut letters = 0;
        let mut digits = 0;
        for &b in a1 {
            match b {
                b'$' => {}
                b'A'..=b'Z' | b'a'..=b'z' if digits == 0 => {
                    letters += 1;
                    col = col
                        .checked_mul(26)?
                        .checked_add(u32::from(b.to_ascii_uppercase() - b'A') + 1)?;
                }
                b'0'..=b'9' if letters > 0 => {
                    digits += 1;
                    row = row.checked_mul(10)?.checked_add(u32::from(b - b'0'))?;
                }
                _ => return None,
            }
        }
        (letters > 0
            && digits > 0
            && (1..=MAX_COLS).contains(&col)
            && (1..=MAX_ROWS).contains(&row))
        .then(|| Self {
            row: row - 1,
            col: col - 1,
        })
    }
}

/// The letters of a column index from 0.
pub fn column_name(col: u32) -> CompactString {
    // Seven letters name any column of 32 bits.
    let mut letters = [0; 7];
    let mut start = letters.len();
    let mut n = u64::from(col) + 1;
    while n > 0 && start > 0 {
        start -= 1;
        letters[start] = b'A' + ((n - 1) % 26) as u8;
        n = (n - 1) / 26;
    }
    std::str::from_utf8(&letters[start..])
        .unwrap_or_default()
        .into()
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// Rows that a sheet can have.
pub const MAX_ROWS: u32 = 1_048_576;
/// Columns that a sheet can have (up to XFD).
pub const MAX_COLS: u32 = 16_384;

#[cfg(test)]
mod tests {
    use super::{CellRef, column_name};

    #[test]
    fn a_cell_is_named_as_it_is_read() {
        for name in [
            "A1",
            "Z9",
            "AA10",
            "AZ99",
            "BA100",
            "ZZ12345",
            "AAA1048575",
            "XFD1048576",
        ] {
            let cell = CellRef::parse(name).unwrap();
            assert_eq!(
                (cell.name().as_str(), cell.to_string().as_str()),
                (name, name)
            );
            assert_eq!(
                column_name(cell.col),
                name.trim_end_matches(|c: char| c.is_ascii_digit())
            );
        }
        // No sheet has it, yet it must not run over.
        assert_eq!(CellRef::new(u32::MAX, u32::MAX).name(), "MWLQKWV4294967296");
    }
}
