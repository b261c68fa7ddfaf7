//! A workbook as read, whatever its format: sparse cells and the little layout that the rules need.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::text;
use crate::plan::names;

/// A cell's address, both from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellRef {
    pub row: u32,
    pub col: u32,
}

impl CellRef {
    pub fn new(row: u32, col: u32) -> Self {
        Self { row, col }
    }

    /// `K7`. Millions of cells are named in a large month: without a formatter.
    pub fn name(self) -> CompactString {
        let mut name = [0; MAX_NAME];
        let mut start = MAX_NAME;
        let mut n = u64::from(self.row) + 1;
        while n > 0 {
            start -= 1;
            name[start] = b'0' + (n % 10) as u8;
            n /= 10;
        }
        start = put_letters(&mut name, start, self.col);
        ascii(&name[start..])
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

/// Column letters of a column index from 0.
pub fn column_name(col: u32) -> CompactString {
    let mut name = [0; MAX_NAME];
    let start = put_letters(&mut name, MAX_NAME, col);
    ascii(&name[start..])
}

/// Seven letters and ten digits: any column and row of 32 bits.
const MAX_NAME: usize = 17;

/// Writes a column's letters in front of `end`; where they begin.
fn put_letters(name: &mut [u8; MAX_NAME], end: usize, col: u32) -> usize {
    let mut start = end;
    let mut n = u64::from(col) + 1;
    while n > 0 && start > 0 {
        start -= 1;
        name[start] = b'A' + ((n - 1) % 26) as u8;
        n = (n - 1) / 26;
    }
    start
}

fn ascii(bytes: &[u8]) -> CompactString {
    std::str::from_utf8(bytes).unwrap_or_default().into()
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// Rows and columns a sheet can have (XFD1048576).
pub const MAX_ROWS: u32 = 1_048_576;
pub const MAX_COLS: u32 = 16_384;

/// Which columns of a sheet hold something.
#[derive(Debug, Clone, Default)]
pub struct ColumnSet {
    words: Vec<u64>,
    count: usize,
}

impl ColumnSet {
    /// Adds a column; how many there are now.
    pub fn add(&mut self, col: u32) -> usize {
        let (word, bit) = (col as usize / 64, 1u64 << (col % 64));
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word)
            && *word & bit == 0
        {
            *word |= bit;
            self.count += 1;
        }
        self.count
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub fn contains(&self, col: u32) -> bool {
        self.words
            .get(col as usize / 64)
            .is_some_and(|word| word & (1 << (col % 64)) != 0)
    }

    /// Ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        (0u32..)
            .step_by(64)
            .zip(&self.words)
            .flat_map(|(first, &word)| {
                std::iter::successors((word != 0).then_some(word), |word| {
                    Some(word & (word - 1)).filter(|rest| *rest != 0)
                })
                .map(move |word| first + word.trailing_zeros())
            })
    }
}

/// A rectangle of cells, both corners included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Region {
    pub first: CellRef,
    pub last: CellRef,
}

impl Region {
    pub fn contains(&self, at: CellRef) -> bool {
        (self.first.row..=self.last.row).contains(&at.row)
            && (self.first.col..=self.last.col).contains(&at.col)
    }

    /// Reads `A1:B2` or `A1`.
    pub fn parse(text: &str) -> Option<Self> {
        let (a, b) = text.split_once(':').unwrap_or((text, text));
        let (a, b) = (CellRef::parse(a)?, CellRef::parse(b)?);
        Some(Self {
            first: CellRef::new(a.row.min(b.row), a.col.min(b.col)),
            last: CellRef::new(a.row.max(b.row), a.col.max(b.col)),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    Text(Arc<str>),
    Number(f64),
    Bool(bool),
    /// `#REF!` and its like, as written.
    Error(Arc<str>),
    /// An ISO date as text (`t="d"` of Strict OOXML, an .ods date).
    Date(Arc<str>),
    /// A formula whose result was never stored.
    NoCachedValue,
}

/// What a number format says about the number it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum NumberFormat {
    /// General, text or a format that says nothing.
    #[default]
    General,
    /// Decimals shown.
    Fixed(u8),
    /// A percentage; decimals shown.
    Percent(u8),
    Date,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Strike {
    #[default]
    None,
    /// Some runs of the text are struck through.
    Part,
    /// The whole cell is.
    Whole,
}

/// A non-empty cell; a text of nothing but white space is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    pub at: CellRef,
    pub value: Value,
    pub format: NumberFormat,
    pub strike: Strike,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Visibility {
    #[default]
    Visible,
    Hidden,
    VeryHidden,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Sheet {
    pub name: Arc<str>,
    pub visibility: Visibility,
    /// Non-empty cells, by row, then column.
    pub cells: Vec<Cell>,
    pub merges: Vec<Region>,
    pub hidden_rows: BTreeSet<u32>,
    /// Inclusive column ranges.
    pub hidden_cols: Vec<(u32, u32)>,
    /// Header and footer texts of the printed page.
    pub header_footer: Vec<String>,
}

impl Sheet {
    pub fn cell(&self, at: CellRef) -> Option<&Cell> {
        self.cells
            .binary_search_by_key(&at, |c| c.at)
            .ok()
            .map(|ix| &self.cells[ix])
    }

    /// What every reader owes the rest, whatever the format: no blank texts, no characters that do harm elsewhere, and a name of
    /// bearable length.
    pub fn tidy(&mut self) {
        self.name = tidy_name(&self.name);
        for cell in &mut self.cells {
            if let Value::Text(t) | Value::Error(t) | Value::Date(t) = &mut cell.value {
                make_harmless(t);
            }
        }
        self.cells
            .retain(|c| !matches!(&c.value, Value::Text(t) if is_blank(t)));
    }

    pub fn is_hidden_col(&self, col: u32) -> bool {
        self.hidden_cols
            .iter()
            .any(|&(a, b)| (a..=b).contains(&col))
    }
}

/// Spreadsheet programs allow 31 characters.
const NAME_CHARS: usize = 100;

/// A sheet's name without characters that do harm, and no longer than is bearable.
pub fn tidy_name(name: &Arc<str>) -> Arc<str> {
    let mut name = Arc::clone(name);
    make_harmless(&mut name);
    match name.char_indices().nth(NAME_CHARS) {
        Some((end, _)) => name[..end].into(),
        None => name,
    }
}

/// Takes the characters out of a text that do harm elsewhere ([`text::harmless`]).
pub fn make_harmless(text: &mut Arc<str>) {
    if let Some(harmless) = text::harmless(text) {
        *text = harmless.into();
    }
}

/// Whether a text is white space alone.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(names::is_space)
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is told of a workbook by itself"
)]
pub struct Workbook {
    pub sheets: Vec<Sheet>,
    /// Serial dates count from 1904-01-01.
    pub date_1904: bool,
    /// The workbook's own last-modified stamp, ISO 8601, where it carries one.
    pub modified: Option<String>,
    pub macros: bool,
    pub external_links: bool,
    /// Its reader has made its sheets tidy ([`Sheet::tidy`]).
    #[serde(skip)]
    pub is_tidy: bool,
}

impl Workbook {
    /// As [`Sheet::tidy`], unless its reader has done so.
    pub fn tidy(&mut self) {
        if !self.is_tidy {
            self.sheets.iter_mut().for_each(Sheet::tidy);
            self.is_tidy = true;
        }
    }
}

/// Why a file cannot be used; each becomes the finding of one F rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileFault {
    /// F001: the bytes are not a workbook, or a damaged one. `what` is said of the bytes, in Chinese.
    Unreadable { what: String },
    /// F002.
    Encrypted,
    /// F003: a real file of another kind, named in Chinese.
    Unsupported { what: String },
    /// F004: which limit, in Chinese, with its size.
    OverLimit { limit: String },
    /// F010: where the marking stands; its text is only the marking itself.
    Secret {
        sheet: String,
        cell: Option<CellRef>,
        marking: String,
    },
}

impl FileFault {
    pub fn unreadable(what: impl Into<String>) -> Self {
        Self::Unreadable { what: what.into() }
    }
}

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
