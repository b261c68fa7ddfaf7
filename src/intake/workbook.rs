//! A workbook as read, whatever its format: its non-empty cells and the little layout that the rules need.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use crate::plan::cell::{CellRef, MAX_COLS, MAX_ROWS, column_name};

/// A set of column indices from 0, a bit each.
#[derive(Debug, Clone, Default)]
pub struct ColumnSet {
    /// The first 64, of which hardly a form has more.
    near: u64,
    far: Vec<u64>,
    count: usize,
}

impl ColumnSet {
    /// Adds a column and returns how many there are now.
    pub fn add(&mut self, col: u32) -> usize {
        let (place, bit) = (col as usize / 64, 1u64 << (col % 64));
        if place > self.far.len() {
            self.far.resize(place, 0);
        }
        let word = match place.checked_sub(1) {
            Some(far) => &mut self.far[far],
            None => &mut self.near,
        };
        self.count += usize::from(*word & bit == 0);
        *word |= bit;
        self.count
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether a column is in the set.
    pub fn contains(&self, col: u32) -> bool {
        let word = match (col as usize / 64).checked_sub(1) {
            Some(far) => self.far.get(far),
            None => Some(&self.near),
        };
        word.is_some_and(|word| word & (1 << (col % 64)) != 0)
    }

    /// The columns in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        (0u32..)
            .step_by(64)
            .zip(std::iter::once(&self.near).chain(&self.far))
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
    /// The top left cell.
    pub first: CellRef,
    /// The bottom right cell.
    pub last: CellRef,
}

impl Region {
    /// Whether a cell is in the rectangle.
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

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Text of any kind, a formula's result included.
    Text(Arc<str>),
    /// A finite number; a date as its serial number.
    Number(#[serde(with = "bits")] f64),
    /// TRUE or FALSE.
    Bool(bool),
    /// `#REF!` and its like, as written.
    Error(Arc<str>),
    /// An ISO date as text (`t="d"` of Strict OOXML, an .ods date).
    Date(Arc<str>),
    /// A formula whose result was never stored.
    NoCachedValue,
}

/// Numbers are stored as their bits: read back as JSON they must be the very same.
mod bits {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub fn serialize<S: Serializer>(n: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(n.to_bits())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        u64::deserialize(deserializer).map(f64::from_bits)
    }
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
    /// A date or time.
    Date,
}

/// How much of a cell is struck through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Strike {
    /// Nothing is struck through.
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
    /// Where it is.
    pub at: CellRef,
    /// What it holds.
    pub value: Value,
    /// What its number format says.
    pub format: NumberFormat,
    /// How much of it is struck through.
    pub strike: Strike,
}

/// Whether a sheet's tab is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Visibility {
    /// Shown.
    #[default]
    Visible,
    /// Hidden; a menu shows it again.
    Hidden,
    /// Hidden so that only a program shows it again.
    VeryHidden,
}

/// One sheet.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name, without harmful characters and at most 100 characters long.
    pub name: Arc<str>,
    /// Whether its tab is shown.
    pub visibility: Visibility,
    /// Non-empty cells, by row, then column.
    pub cells: Vec<Cell>,
    /// Merged cells.
    pub merges: Vec<Region>,
    /// Row indices from 0.
    pub hidden_rows: BTreeSet<u32>,
    /// Ranges of column indices from 0, both ends included.
    pub hidden_cols: Vec<(u32, u32)>,
    /// Header and footer texts of the printed page.
    pub header_footer: Vec<String>,
    /// Comments on cells.
    pub comments: Vec<Comment>,
    /// Texts of text boxes and other shapes.
    pub text_boxes: Vec<String>,
}

/// A comment on a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// The cell.
    pub at: CellRef,
    /// Its words.
    pub text: String,
}

impl Sheet {
    /// The cell at an address; `None` where it is empty.
    pub fn cell(&self, at: CellRef) -> Option<&Cell> {
        self.cells
            .binary_search_by_key(&at, |c| c.at)
            .ok()
            .map(|ix| &self.cells[ix])
    }

    /// Whether a column (from 0) is hidden.
    pub fn is_hidden_col(&self, col: u32) -> bool {
        self.hidden_cols
            .iter()
            .any(|&(a, b)| (a..=b).contains(&col))
    }
}

/// A workbook's sheets and what the rules ask about it as a whole.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Workbook {
    /// The sheets that hold cells, in their order.
    pub sheets: Vec<Sheet>,
    /// What holds texts and no cells: sheets that are a chart, and the document's properties.
    #[serde(default)]
    pub others: Vec<Sheet>,
    /// Serial dates count from 1904-01-01.
    pub date_1904: bool,
    /// The workbook's own last-modified stamp, ISO 8601, where it carries one.
    pub modified: Option<String>,
    /// It holds macros.
    pub macros: bool,
    /// It refers to another workbook.
    pub external_links: bool,
}

/// What reading a file gives.
pub type Result<T = (), E = FileFault> = std::result::Result<T, E>;

/// Why a file cannot be used; each becomes the finding of one F rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileFault {
    /// F001: the bytes are not a workbook, or a damaged one.
    Unreadable {
        /// A Chinese phrase about the bytes.
        what: String,
    },
    /// F002: it is encrypted.
    Encrypted,
    /// F003: a real file of another kind.
    Unsupported {
        /// The kind in Chinese.
        what: String,
    },
    /// F004: a limit was passed.
    OverLimit {
        /// Which limit, in Chinese, with its size.
        limit: String,
    },
    /// F010: it carries a secrecy marking.
    Secret {
        /// The sheet with the marking.
        sheet: String,
        /// The cell with the marking; `None`: the page's header or footer.
        cell: Option<CellRef>,
        /// The marking itself and nothing else of the text.
        marking: String,
    },
}

impl FileFault {
    /// F001 with a Chinese phrase about the bytes.
    pub fn unreadable(what: impl Into<String>) -> Self {
        Self::Unreadable { what: what.into() }
    }
}
