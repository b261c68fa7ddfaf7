//! A workbook on its way from the child to the parent: JSON with every text once and numbers as their bits, so that
//! no value changes on the way and a repeated text costs nothing.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::intake::workbook::{Region, Strike, Visibility};
use crate::intake::{Cell, CellRef, NumberFormat, Sheet, Value, Workbook};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WireWorkbook {
    texts: Vec<Arc<str>>,
    sheets: Vec<WireSheet>,
    date_1904: bool,
    modified: Option<String>,
    macros: bool,
    external_links: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct WireSheet {
    name: Arc<str>,
    visibility: Visibility,
    cells: Vec<WireCell>,
    merges: Vec<Region>,
    hidden_rows: Vec<u32>,
    hidden_cols: Vec<(u32, u32)>,
    header_footer: Vec<String>,
}

/// Row, column, the value's kind, its content, number format, strike-through.
#[derive(Debug, Serialize, Deserialize)]
struct WireCell(u32, u32, u8, u64, u16, u8);

const TEXT: u8 = 0;
const NUMBER: u8 = 1;
const BOOL: u8 = 2;
const ERROR: u8 = 3;
const DATE: u8 = 4;
const NO_CACHED_VALUE: u8 = 5;

impl WireWorkbook {
    pub(super) fn pack(workbook: Workbook) -> Self {
        let mut texts = Texts::default();
        let sheets = workbook
            .sheets
            .into_iter()
            .map(|sheet| WireSheet {
                name: sheet.name,
                visibility: sheet.visibility,
                cells: sheet
                    .cells
                    .into_iter()
                    .map(|cell| pack_cell(cell, &mut texts))
                    .collect(),
                merges: sheet.merges,
                hidden_rows: sheet.hidden_rows.into_iter().collect(),
                hidden_cols: sheet.hidden_cols,
                header_footer: sheet.header_footer,
            })
            .collect();
        Self {
            texts: texts.all,
            sheets,
            date_1904: workbook.date_1904,
            modified: workbook.modified,
            macros: workbook.macros,
            external_links: workbook.external_links,
        }
    }

    /// `None`: not what [`Self::pack`] makes.
    pub(super) fn unpack(self) -> Option<Workbook> {
        let texts = self.texts;
        let mut sheets = Vec::new();
        for sheet in self.sheets {
            let cells: Option<Vec<Cell>> = sheet
                .cells
                .into_iter()
                .map(|cell| unpack_cell(&cell, &texts))
                .collect();
            sheets.push(Sheet {
                name: sheet.name,
                visibility: sheet.visibility,
                cells: cells?,
                merges: sheet.merges,
                hidden_rows: sheet.hidden_rows.into_iter().collect(),
                hidden_cols: sheet.hidden_cols,
                header_footer: sheet.header_footer,
            });
        }
        Some(Workbook {
            sheets,
            date_1904: self.date_1904,
            modified: self.modified,
            macros: self.macros,
            external_links: self.external_links,
            is_tidy: false,
        })
    }
}

/// Each different text once, in the order of first use.
#[derive(Default)]
struct Texts {
    all: Vec<Arc<str>>,
    places: HashMap<Arc<str>, u64>,
    /// The same by the address of a text in `all`: a long text in two million cells is hashed once.
    kept: HashMap<usize, u64>,
}

impl Texts {
    fn place(&mut self, text: Arc<str>) -> u64 {
        let address = text.as_ptr().addr();
        if let Some(&place) = self.kept.get(&address).or_else(|| self.places.get(&text)) {
            return place;
        }
        let place = self.all.len() as u64;
        self.kept.insert(address, place);
        self.all.push(Arc::clone(&text));
        self.places.insert(text, place);
        place
    }
}

fn pack_cell(cell: Cell, texts: &mut Texts) -> WireCell {
    let (kind, content) = match cell.value {
        Value::Text(text) => (TEXT, texts.place(text)),
        Value::Number(n) => (NUMBER, n.to_bits()),
        Value::Bool(b) => (BOOL, u64::from(b)),
        Value::Error(text) => (ERROR, texts.place(text)),
        Value::Date(text) => (DATE, texts.place(text)),
        Value::NoCachedValue => (NO_CACHED_VALUE, 0),
    };
    let format = match cell.format {
        NumberFormat::General => 0,
        NumberFormat::Date => 1,
        NumberFormat::Fixed(decimals) => 0x100 | u16::from(decimals),
        NumberFormat::Percent(decimals) => 0x200 | u16::from(decimals),
    };
    let strike = match cell.strike {
        Strike::None => 0,
        Strike::Part => 1,
        Strike::Whole => 2,
    };
    WireCell(cell.at.row, cell.at.col, kind, content, format, strike)
}

fn unpack_cell(
    &WireCell(row, col, kind, content, format, strike): &WireCell,
    texts: &[Arc<str>],
) -> Option<Cell> {
    let text = || texts.get(usize::try_from(content).ok()?).cloned();
    let value = match kind {
        TEXT => Value::Text(text()?),
        NUMBER => Value::Number(f64::from_bits(content)),
        BOOL => Value::Bool(content != 0),
        ERROR => Value::Error(text()?),
        DATE => Value::Date(text()?),
        NO_CACHED_VALUE => Value::NoCachedValue,
        _ => return None,
    };
    let [high, decimals] = format.to_be_bytes();
    let format = match (high, decimals) {
        (0, 0) => NumberFormat::General,
        (0, 1) => NumberFormat::Date,
        (1, decimals) => NumberFormat::Fixed(decimals),
        (2, decimals) => NumberFormat::Percent(decimals),
        _ => return None,
    };
    let strike = match strike {
        0 => Strike::None,
        1 => Strike::Part,
        2 => Strike::Whole,
        _ => return None,
    };
    Some(Cell {
        at: CellRef::new(row, col),
        value,
        format,
        strike,
    })
}
