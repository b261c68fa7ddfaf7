//! One worksheet's records of an .xls: cells, merges, hidden rows and columns, page header and footer.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::intake::legacy::bytes::{error, f64_at, number, u16_at, u32_at};
use crate::intake::reading::budget::{Budget, check_growing_text, check_position};
use crate::intake::reading::sheet::SheetBuilder;
use crate::intake::workbook::{MAX_COLS, Region, Strike};
use crate::intake::{Cell, CellRef, Result, Sheet, Value};

use super::biff::{self, BOF, Broken, Cursor, EOF, Record, Records, cursor};
use super::globals::{Globals, unicode16};

const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOLERR: u16 = 0x0205;
const STRING: u16 = 0x0207;
const RK: u16 = 0x027E;
const MULRK: u16 = 0x00BD;
const RSTRING: u16 = 0x00D6;
const LABELSST: u16 = 0x00FD;
const FORMULA: u16 = 0x0006;
const ROW: u16 = 0x0208;
const COLINFO: u16 = 0x007D;
const MERGEDCELLS: u16 = 0x00E5;
const HEADER: u16 = 0x0014;
const FOOTER: u16 = 0x0015;
const HEADERFOOTER: u16 = 0x089C;
const NOTE: u16 = 0x001C;
const OBJ: u16 = 0x005D;
const TXO: u16 = 0x01B6;
const SERIESTEXT: u16 = 0x100D;

/// An object that is a comment's box.
const COMMENT_BOX: u16 = 0x0019;

/// Reads the records that begin at `offset` into `sheet`.
pub(super) fn read(
    stream: &[u8],
    offset: usize,
    sheet: SheetBuilder,
    globals: &Globals,
    budget: &mut Budget<'_>,
) -> Result<Sheet> {
    let mut records = Records::new(stream, offset);
    if records.next()?.kind != BOF {
        return Err(Broken.into());
    }
    let mut reader = SheetReader {
        globals,
        budget,
        sheet,
        awaited: None,
        object: None,
        comment_boxes: Vec::new(),
        commented: BTreeMap::new(),
        older_comment: None,
    };
    // Embedded charts are streams of their own inside the sheet's, with records that look like cells.
    let mut nested = 0_u32;
    loop {
        let record = records.next()?;
        match record.kind {
            BOF => nested += 1,
            EOF if nested == 0 => break,
            EOF => nested -= 1,
            OBJ | TXO | SERIESTEXT => reader.record(&records, record)?,
            _ if nested > 0 => {}
            _ => reader.record(&records, record)?,
        }
    }
    reader.end_formula()?;
    reader.end_comments()?;
    Ok(reader.sheet.finish())
}

struct SheetReader<'r, 'l> {
    globals: &'r Globals,
    budget: &'r mut Budget<'l>,
    sheet: SheetBuilder,
    /// A formula whose text result is in the STRING record to come.
    awaited: Option<Place>,
    /// The kind and the number of the object whose text is to come.
    object: Option<(u16, u16)>,
    /// Texts of comments by the number of their box.
    comment_boxes: Vec<(u16, String)>,
    /// The cell of each such box.
    commented: BTreeMap<u16, CellRef>,
    /// Before BIFF8 a comment's text stands in its NOTE record and those behind it.
    older_comment: Option<(CellRef, String)>,
}

impl SheetReader<'_, '_> {
    fn record(&mut self, records: &Records<'_>, record: Record<'_>) -> Result {
        let data = record.data;
        if matches!(
            record.kind,
            NUMBER | RK | MULRK | BOOLERR | LABEL | RSTRING | LABELSST | FORMULA
        ) {
            self.end_formula()?;
        }
        match record.kind {
            NUMBER => self.number(data, f64_at(data, 6).ok_or(Broken)?)?,
            RK => self.number(data, biff::rk_at(data, 6).ok_or(Broken)?)?,
            MULRK => self.packed_row(data)?,
            BOOLERR => self.bool_or_error(data)?,
            LABEL | RSTRING => self.label(records.whole(record), record.kind == RSTRING)?,
            LABELSST => self.shared_label(data)?,
            FORMULA => self.formula(data)?,
            STRING => self.formula_text(records.whole(record))?,
            ROW => self.row(data),
            COLINFO => self.columns(data),
            MERGEDCELLS => self.merges(data)?,
            HEADER | FOOTER => self.header_footer(data)?,
            HEADERFOOTER => self.other_headers(data)?,
            // Its first part (ftCmo): 0x15, its length, the object's kind and number.
            OBJ => self.object = u16_at(data, 4).zip(u16_at(data, 6)),
            TXO => self.object_text(records.whole(record), data)?,
            SERIESTEXT => self.chart_text(data)?,
            NOTE if self.globals.biff8 => self.comment_place(data),
            NOTE => self.older_comment(data)?,
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, row: u16, col: u32, xf: u16, value: Value, strike: Strike) -> Result {
        let row = u32::from(row);
        check_position(row, col)?;
        let cell = Cell {
            at: CellRef::new(row, col),
            value,
            format: self.globals.number_format(xf),
            strike,
        };
        self.sheet.add(cell, self.budget)
    }

    fn plain(&mut self, row: u16, col: u32, xf: u16, value: Value) -> Result {
        let strike = self.globals.strike(xf, &[], 0);
        self.push(row, col, xf, value, strike)
    }

    fn text(
        &mut self,
        row: u16,
        col: u16,
        xf: u16,
        text: &Arc<str>,
        runs: &[(u16, u16)],
    ) -> Result {
        if text.is_empty() {
            return Ok(());
        }
        let strike = self.globals.strike(
            xf,
            runs,
            if runs.is_empty() {
                0
            } else {
                text.encode_utf16().count()
            },
        );
        self.push(
            row,
            u32::from(col),
            xf,
            Value::Text(match self.globals.marked(text, runs) {
                Some(marked) => marked.into(),
                None => Arc::clone(text),
            }),
            strike,
        )
    }

    fn number(&mut self, data: &[u8], value: f64) -> Result {
        let (row, col, xf) = place(data)?;
        self.plain(row, u32::from(col), xf, number(value))
    }

    /// MULRK: neighbouring packed numbers of one row, each with its own format.
    fn packed_row(&mut self, data: &[u8]) -> Result {
        let (row, first) = (
            u16_at(data, 0).ok_or(Broken)?,
            u16_at(data, 2).ok_or(Broken)?,
        );
        let packed = data.get(4..data.len().saturating_sub(2)).ok_or(Broken)?;
        for (col, one) in (u32::from(first)..).zip(packed.chunks_exact(6)) {
            let xf = u16_at(one, 0).ok_or(Broken)?;
            let value = biff::rk_at(one, 2).ok_or(Broken)?;
            self.plain(row, col, xf, number(value))?;
        }
        Ok(())
    }

    fn bool_or_error(&mut self, data: &[u8]) -> Result {
        let (row, col, xf) = place(data)?;
        let (&value, &is_error) = data.get(6).zip(data.get(7)).ok_or(Broken)?;
        let value = if is_error == 0 {
            Value::Bool(value != 0)
        } else {
            error(value)
        };
        self.plain(row, u32::from(col), xf, value)
    }

    fn label(&mut self, mut at: Cursor<'_>, rich: bool) -> Result {
        let (row, col, xf) = (
            at.u16().ok_or(Broken)?,
            at.u16().ok_or(Broken)?,
            at.u16().ok_or(Broken)?,
        );
        let text: Arc<str> = self.long_text(&mut at).ok_or(Broken)?.into();
        let runs = if rich {
            self.runs(&mut at, &text)
        } else {
            Vec::new()
        };
        self.text(row, col, xf, &text, &runs)
    }

    /// The runs behind an RSTRING's text; a list that breaks off ends there.
    fn runs(&self, at: &mut Cursor<'_>, text: &str) -> Vec<(u16, u16)> {
        let mut runs = Vec::new();
        if self.globals.biff8 {
            let count = at.u16().unwrap_or(0);
            while runs.len() < usize::from(count)
                && let Some(run) = at.u16().zip(at.u16())
            {
                runs.push(run);
            }
        } else {
            let count = at.u8().unwrap_or(0);
            while runs.len() < usize::from(count)
                && let Some((start, font)) = at.u8().zip(at.u8())
            {
                runs.push((self.unit_at(text, usize::from(start)), font.into()));
            }
        }
        runs
    }

    /// Before BIFF8 a run starts at a byte of the text as stored; which UTF-16 unit of the decoded text that is.
    fn unit_at(&self, text: &str, byte: usize) -> u16 {
        let mut bytes = 0;
        let mut units = 0;
        for c in text.chars() {
            if bytes >= byte {
                break;
            }
            bytes += self
                .globals
                .encoding
                .encode(c.encode_utf8(&mut [0; 4]))
                .0
                .len();
            units += c.len_utf16();
        }
        u16::try_from(units).unwrap_or(u16::MAX)
    }

    fn long_text(&self, at: &mut Cursor<'_>) -> Option<String> {
        if self.globals.biff8 {
            unicode16(at)
        } else {
            let count = usize::from(at.u16()?);
            at.code_page(count, self.globals.encoding)
        }
    }

    fn shared_label(&mut self, data: &[u8]) -> Result {
        let (row, col, xf) = place(data)?;
        let index = u32_at(data, 6).ok_or(Broken)? as usize;
        let globals = self.globals;
        let shared = globals.strings.get(index).ok_or(Broken)?;
        self.text(row, col, xf, &shared.text, &shared.runs)
    }

    fn formula(&mut self, data: &[u8]) -> Result {
        let (row, col, xf) = place(data)?;
        let result: [u8; 8] = data
            .get(6..14)
            .and_then(|r| r.try_into().ok())
            .ok_or(Broken)?;
        let flags = u16_at(data, 14).unwrap_or(0);
        let value = match result {
            [0, .., 0xFF, 0xFF] => {
                self.awaited = Some((row, col, xf));
                return Ok(());
            }
            [1, _, value, .., 0xFF, 0xFF] => Value::Bool(value != 0),
            [2, _, code, .., 0xFF, 0xFF] => error(code),
            // An empty text. Writers that cannot calculate store it too, and ask for calculation on loading.
            [3, .., 0xFF, 0xFF] if flags & 2 == 0 => return Ok(()),
            [3, .., 0xFF, 0xFF] => Value::NoCachedValue,
            _ => number(f64::from_le_bytes(result)),
        };
        self.plain(row, u32::from(col), xf, value)
    }

    fn formula_text(&mut self, mut at: Cursor<'_>) -> Result {
        let Some((row, col, xf)) = self.awaited.take() else {
            return Ok(());
        };
        let text = self.long_text(&mut at).ok_or(Broken)?;
        self.text(row, col, xf, &text.into(), &[])
    }

    /// Adds a formula whose text result was never stored.
    fn end_formula(&mut self) -> Result {
        match self.awaited.take() {
            Some((row, col, xf)) => self.plain(row, u32::from(col), xf, Value::NoCachedValue),
            None => Ok(()),
        }
    }

    fn row(&mut self, data: &[u8]) {
        if let (Some(row), Some(flags)) = (u16_at(data, 0), u16_at(data, 12))
            && flags & 0x20 != 0
        {
            self.sheet.hide_row(u32::from(row));
        }
    }

    fn columns(&mut self, data: &[u8]) {
        if let (Some(first), Some(last), Some(width), Some(flags)) = (
            u16_at(data, 0),
            u16_at(data, 2),
            u16_at(data, 4),
            u16_at(data, 8),
        ) && (flags & 1 != 0 || width == 0)
        {
            self.sheet.hide_columns(u32::from(first), u32::from(last));
        }
    }

    fn merges(&mut self, data: &[u8]) -> Result {
        for one in data
            .get(2..)
            .unwrap_or_default()
            .chunks_exact(8)
            .take(usize::from(u16_at(data, 0).unwrap_or(0)))
        {
            let [Some(r1), Some(r2), Some(c1), Some(c2)] =
                [0, 2, 4, 6].map(|at| u16_at(one, at).map(u32::from))
            else {
                continue;
            };
            if r1 > r2 || c1 > c2 || c2 >= MAX_COLS {
                continue;
            }
            let region = Region {
                first: CellRef::new(r1, c1),
                last: CellRef::new(r2, c2),
            };
            self.sheet.merge(region, self.budget)?;
        }
        Ok(())
    }

    /// TXO: the text of the object before it, in the CONTINUE records behind.
    fn object_text(&mut self, mut at: Cursor<'_>, data: &[u8]) -> Result {
        let object = self.object.take();
        let count = usize::from(u16_at(data, 10).unwrap_or(0));
        if count == 0 || at.skip(data.len()).is_none() {
            return Ok(());
        }
        // The first CONTINUE begins with the text's flags, as one within it does.
        let text = at.unicode(count, false).ok_or(Broken)?;
        match object {
            Some((COMMENT_BOX, number)) => {
                self.budget.check_cells(self.comment_boxes.len())?;
                self.comment_boxes.push((number, text));
                Ok(())
            }
            _ => self.sheet.text_box(&text, self.budget),
        }
    }

    /// A chart's title, or another text of it that no cell gives.
    fn chart_text(&mut self, data: &[u8]) -> Result<()> {
        let text = data
            .get(2..)
            .and_then(|text| self.globals.short_text(&mut cursor(text)));
        self.sheet.text_box(&text.unwrap_or_default(), self.budget)
    }

    fn comment_place(&mut self, data: &[u8]) {
        if let (Some(row), Some(col), Some(number)) =
            (u16_at(data, 0), u16_at(data, 2), u16_at(data, 6))
        {
            let at = CellRef::new(u32::from(row), u32::from(col));
            self.commented.insert(number, at);
        }
    }

    /// Row, column, length and text; the row FFFF goes on with the comment before.
    fn older_comment(&mut self, data: &[u8]) -> Result {
        let (row, col) = u16_at(data, 0).zip(u16_at(data, 2)).ok_or(Broken)?;
        let bytes = data.get(6..).unwrap_or_default();
        let text = cursor(bytes)
            .code_page(bytes.len(), self.globals.encoding)
            .unwrap_or_default();
        match &mut self.older_comment {
            Some((_, before)) if row == u16::MAX => {
                before.push_str(&text);
                check_growing_text(before, self.budget.limits)
            }
            _ => {
                self.end_older_comment()?;
                let at = CellRef::new(u32::from(row), u32::from(col));
                self.older_comment = Some((at, text));
                Ok(())
            }
        }
    }

    fn end_older_comment(&mut self) -> Result {
        match self.older_comment.take() {
            Some((at, text)) => self.sheet.comment(at, &text, self.budget),
            None => Ok(()),
        }
    }

    /// Adds the comments; one whose cell no record tells is a text box.
    fn end_comments(&mut self) -> Result {
        self.end_older_comment()?;
        for (number, text) in std::mem::take(&mut self.comment_boxes) {
            match self.commented.get(&number) {
                Some(at) => self.sheet.comment(*at, &text, self.budget)?,
                None => self.sheet.text_box(&text, self.budget)?,
            }
        }
        Ok(())
    }

    fn header_footer(&mut self, data: &[u8]) -> Result {
        let mut at = cursor(data);
        let text = if self.globals.biff8 {
            unicode16(&mut at)
        } else {
            at.u8()
                .and_then(|count| at.code_page(usize::from(count), self.globals.encoding))
        };
        self.sheet.header_footer(&text.unwrap_or_default())
    }

    /// The even and first pages' own headers and footers (HEADERFOOTER).
    fn other_headers(&mut self, data: &[u8]) -> Result {
        let mut at = cursor(data);
        // A future record's header, the view's GUID, the flags.
        if at.skip(12 + 16 + 2).is_none() {
            return Ok(());
        }
        let lengths: Vec<u16> = (0..4).map_while(|_| at.u16()).collect();
        for length in lengths.into_iter().filter(|&n| n > 0) {
            let Some(text) =
                unicode16(&mut at).filter(|t| t.encode_utf16().count() == usize::from(length))
            else {
                return Ok(());
            };
            self.sheet.header_footer(&text)?;
        }
        Ok(())
    }
}

/// Row, column and cell format.
type Place = (u16, u16, u16);

/// The place that most cell records start with.
fn place(data: &[u8]) -> Result<Place, Broken> {
    Ok((
        u16_at(data, 0).ok_or(Broken)?,
        u16_at(data, 2).ok_or(Broken)?,
        u16_at(data, 4).ok_or(Broken)?,
    ))
}
