//! A worksheet part: what marking needs to know of it, and the marked cells.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::intake::CellRef;
use crate::intake::workbook::{MAX_COLS, MAX_ROWS};

use super::geometry::Geometry;
use super::scan::{
    Edits, Scanner, Token, TokenKind, Unfit, fill_empty, prefixed, with_attribute,
    without_attribute,
};
use super::styles::Styles;
use crate::report::ooxml::escape::escape_cell;
use crate::report::ooxml::order;
use crate::report::returns::marks::Tone;

/// What is to become of a cell.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// The colour it gets.
    pub tone: Option<Tone>,
    /// The style it had before an earlier return copy coloured it.
    pub restore: Option<usize>,
    /// What is written into it: it is blank.
    pub text: Option<String>,
}

/// Row → column → target.
pub type Targets = BTreeMap<u32, BTreeMap<u32, Target>>;

/// A worksheet as marked.
#[derive(Default)]
pub struct MarkedSheet {
    pub edits: Edits,
    /// `x:` or nothing.
    pub prefix: String,
    pub geometry: Geometry,
    /// The relationship of its VML drawing.
    pub legacy_drawing: Option<String>,
    /// Where a `legacyDrawing` element would stand.
    pub legacy_place: usize,
    /// The coloured cells' styles without the colour.
    pub originals: BTreeMap<CellRef, usize>,
}

/// Marks a sheet's cells: each keeps its own style but for the fill. Missing cells and rows are put in at their place.
pub fn mark(xml: &str, targets: &Targets, styles: &mut Styles) -> Result<MarkedSheet, Unfit> {
    let mut walk = Walk {
        targets,
        styles,
        columns: Vec::new(),
        next_row: 0,
        row: None,
        done_rows: 0,
        replaced: None,
        sheet: MarkedSheet::default(),
    };
    let mut scanner = Scanner::new(xml);
    while let Some(token) = scanner.next()? {
        match token.kind {
            TokenKind::Start | TokenKind::Empty => walk.open(&token)?,
            TokenKind::End => walk.close(&token),
            _ => {}
        }
    }
    Ok(walk.sheet)
}

/// The row being read.
struct OpenRow {
    number: u32,
    /// Set where the row says how its blank cells look.
    style: Option<usize>,
    next_col: u32,
    /// Columns before this one are dealt with.
    done_cols: u32,
}

struct Walk<'a> {
    targets: &'a Targets,
    styles: &'a mut Styles,
    /// First and last column and their style.
    columns: Vec<(u32, u32, usize)>,
    next_row: u32,
    row: Option<OpenRow>,
    /// Rows below this number are dealt with.
    done_rows: u32,
    /// The open cell that another takes the place of: where it begins, and the other.
    replaced: Option<(usize, String)>,
    sheet: MarkedSheet,
}

impl Walk<'_> {
    fn open(&mut self, token: &Token) -> Result<(), Unfit> {
        let is_empty = token.kind == TokenKind::Empty;
        match (token.depth, token.local()) {
            (0, "worksheet" | "chartsheet" | "dialogsheet") if !is_empty => {
                token.prefix().clone_into(&mut self.sheet.prefix);
                self.sheet.legacy_place = token.range.end;
            }
            (0, _) if !is_empty => return Err(Unfit("不是工作表")),
            (1, "sheetData") if is_empty => {
                let rows = self.rows_before(MAX_ROWS);
                self.fill(token, &rows);
            }
            (2, "row") => {
                self.start_row(token)?;
                if is_empty {
                    let cells = self.cells_before(MAX_COLS);
                    self.fill(token, &cells);
                    self.row = None;
                }
            }
            (3, "c") => self.cell(token)?,
            (1, "legacyDrawing") => {
                self.sheet.legacy_drawing = token.attribute("id").map(Cow::into_owned);
            }
            (1, "sheetFormatPr") => self.sheet.geometry.defaults(token),
            // Two selected sheets are a group: what is typed into one goes into both.
            (2, "sheetView") if token.attribute("tabSelected").is_some() => {
                let other = without_attribute(token.raw, "tabSelected");
                self.sheet.edits.replace(token.range.clone(), other);
            }
            (2, "col") => {
                if let (Some(first), Some(last)) = (token.number("min"), token.number("max")) {
                    let (first, last): (u32, u32) = (first, last);
                    let (first, last) = (first.saturating_sub(1), last.saturating_sub(1));
                    self.sheet.geometry.column(token, first, last);
                    if let Some(style) = token.number::<u32>("style") {
                        self.columns.push((first, last, style as usize));
                    }
                }
            }
            _ => {}
        }
        if is_empty {
            self.passed(token);
        }
        Ok(())
    }

    fn close(&mut self, token: &Token) {
        match (token.depth, token.local()) {
            (1, "sheetData") => {
                let rows = self.rows_before(MAX_ROWS);
                self.insert(token.range.start, rows);
            }
            (2, "row") => {
                let cells = self.cells_before(MAX_COLS);
                self.insert(token.range.start, cells);
                self.row = None;
            }
            (3, "c") => {
                if let Some((start, cell)) = self.replaced.take() {
                    self.sheet.edits.replace(start..token.range.end, cell);
                }
            }
            _ => {}
        }
        self.passed(token);
    }

    /// A `legacyDrawing` stands behind this element, which has ended.
    fn passed(&mut self, token: &Token) {
        if token.depth == 1 && order::precedes("worksheet", token.local(), "legacyDrawing") {
            self.sheet.legacy_place = token.range.end;
        }
    }

    fn start_row(&mut self, token: &Token) -> Result<(), Unfit> {
        let number = match token.attribute("r") {
            Some(r) => match r.parse() {
                Ok(n) if (1..=MAX_ROWS).contains(&n) => n - 1,
                _ => return Err(Unfit("行号有错")),
            },
            None => self.next_row,
        };
        if number < self.next_row {
            return Err(Unfit("行的次序有错"));
        }
        self.next_row = number + 1;
        self.sheet.geometry.row(token, number);
        let rows = self.rows_before(number);
        self.insert(token.range.start, rows);
        self.done_rows = number + 1;
        // What the list leads to has to be seen.
        let is_marked = |cells: &BTreeMap<u32, Target>| cells.values().any(|t| t.tone.is_some());
        if token.kind == TokenKind::Start
            && token.is_set("hidden")
            && self.targets.get(&number).is_some_and(is_marked)
        {
            let shown = without_attribute(token.raw, "hidden");
            self.sheet.edits.replace(token.range.clone(), shown);
        }
        let custom = token.is_set("customFormat");
        self.row = Some(OpenRow {
            number,
            style: token.number("s").filter(|_| custom),
            next_col: 0,
            done_cols: 0,
        });
        Ok(())
    }

    fn cell(&mut self, token: &Token) -> Result<(), Unfit> {
        let Some(row) = &self.row else { return Ok(()) };
        let at = match token.attribute("r") {
            Some(r) => CellRef::parse(&r).ok_or(Unfit("单元格地址有错"))?,
            None => CellRef::new(row.number, row.next_col),
        };
        if at.row != row.number || at.col < row.next_col {
            return Err(Unfit("单元格的次序有错"));
        }
        let cells = self.cells_before(at.col);
        self.insert(token.range.start, cells);
        if let Some(row) = &mut self.row {
            row.next_col = at.col + 1;
            row.done_cols = at.col + 1;
        }
        let Some(target) = self.targets.get(&at.row).and_then(|row| row.get(&at.col)) else {
            return Ok(());
        };
        let present: usize = token.number("s").unwrap_or(0);
        // A cell that no longer has a mark's colour was given another look since: that look stands.
        let original = target
            .restore
            .filter(|_| self.styles.is_mark(present))
            .unwrap_or(present);
        let style = self.styled(at, original, target.tone);
        if let Some(text) = &target.text {
            let filled = filled(&self.sheet.prefix, at, style, text);
            if token.kind == TokenKind::Empty {
                self.sheet.edits.replace(token.range.clone(), filled);
            } else {
                self.replaced = Some((token.range.start, filled));
            }
        } else if style != present {
            let styled = with_attribute(token.raw, "s", &style.to_string());
            self.sheet.edits.replace(token.range.clone(), styled);
        }
        Ok(())
    }

    fn styled(&mut self, at: CellRef, original: usize, tone: Option<Tone>) -> usize {
        let Some(tone) = tone else { return original };
        self.sheet.originals.insert(at, original);
        self.styles.marked(original, tone)
    }

    fn insert(&mut self, at: usize, xml: String) {
        if !xml.is_empty() {
            self.sheet.edits.insert(at, xml);
        }
    }

    fn fill(&mut self, token: &Token, xml: &str) {
        if !xml.is_empty() {
            fill_empty(&mut self.sheet.edits, token, xml);
        }
    }

    /// The wanted rows before row `end` that the sheet does not have.
    fn rows_before(&mut self, end: u32) -> String {
        if self.done_rows >= end {
            return String::new();
        }
        let mut rows = String::new();
        for (&number, cells) in self.targets.range(self.done_rows..end) {
            let cells = self.new_cells(number, None, cells.range(0..));
            if !cells.is_empty() {
                let p = &self.sheet.prefix;
                put!(rows, "<{p}row r=\"{}\">{cells}</{p}row>", number + 1);
            }
        }
        self.done_rows = end;
        rows
    }

    /// The wanted cells of the open row before column `end` that it does not have.
    fn cells_before(&mut self, end: u32) -> String {
        let Some(row) = &mut self.row else {
            return String::new();
        };
        let (number, style, start) = (row.number, row.style, row.done_cols);
        row.done_cols = row.done_cols.max(end);
        let Some(cells) = self.targets.get(&number).filter(|_| start < end) else {
            return String::new();
        };
        self.new_cells(number, style, cells.range(start..end))
    }

    fn new_cells<'t>(
        &mut self,
        row: u32,
        row_style: Option<usize>,
        targets: impl Iterator<Item = (&'t u32, &'t Target)>,
    ) -> String {
        let mut cells = String::new();
        for (&col, target) in targets {
            if target.tone.is_none() {
                continue;
            }
            let at = CellRef::new(row, col);
            let of_column = || {
                self.columns
                    .iter()
                    .find(|(first, last, _)| (*first..=*last).contains(&col))
                    .map(|c| c.2)
            };
            let original = row_style.or_else(of_column).unwrap_or(0);
            let style = self.styled(at, original, target.tone);
            let p = &self.sheet.prefix;
            if let Some(text) = &target.text {
                cells.push_str(&filled(p, at, style, text));
            } else {
                put!(cells, "<{p}c r=\"{at}\" s=\"{style}\"/>");
            }
        }
        cells
    }
}

/// A cell that holds a text.
fn filled(p: &str, at: CellRef, style: usize, text: &str) -> String {
    let text = escape_cell(text);
    format!(
        "<{p}c r=\"{at}\" s=\"{style}\" t=\"inlineStr\"><{p}is><{p}t>{text}</{p}t></{p}is></{p}c>"
    )
}

/// The `legacyDrawing` element of a drawing.
pub fn legacy_drawing(prefix: &str, relations_base: &str, id: &str) -> String {
    let xml = format!("<legacyDrawing xmlns:r=\"{relations_base}\" r:id=\"{id}\"/>");
    prefixed(prefix, &xml)
}
