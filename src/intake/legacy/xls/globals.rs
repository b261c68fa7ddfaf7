//! What the sheets of a workbook stream refer to: their names, shared strings, fonts and number formats.

use std::collections::BTreeMap;
use std::sync::Arc;

use encoding_rs::Encoding;

use crate::intake::legacy::bytes::{u16_at, u32_at};
use crate::intake::reading::budget::check_text;
use crate::intake::reading::raised;
use crate::intake::reading::strike::StrikeMix;
use crate::intake::workbook::{Strike, Visibility};
use crate::intake::{FileFault, NumberFormat, Result, Workbook, number_format};
use crate::plan::Limits;

use super::biff::{self, BOF, Broken, Cursor, EOF, FILEPASS, Record, Records, cursor};

const CODEPAGE: u16 = 0x0042;
const DATEMODE: u16 = 0x0022;
const FONT: u16 = 0x0031;
const FORMAT: u16 = 0x041E;
const XF: u16 = 0x00E0;
const BOUNDSHEET: u16 = 0x0085;
const SST: u16 = 0x00FC;
const SUPBOOK: u16 = 0x01AE;
const EXTERNSHEET: u16 = 0x0017;

/// One worksheet, and where its records begin in the stream.
#[derive(Debug)]
pub(super) struct BoundSheet {
    pub(super) offset: usize,
    pub(super) name: String,
    pub(super) visibility: Visibility,
    /// It is a chart and holds no cells.
    pub(super) is_chart: bool,
}

/// A text of the shared string table.
#[derive(Debug)]
pub(super) struct SharedText {
    pub(super) text: Arc<str>,
    /// Where a run starts (in UTF-16 units) and its font; empty for a plain text.
    pub(super) runs: Vec<(u16, u16)>,
}

/// What the sheets refer to.
#[derive(Debug)]
pub(super) struct Globals {
    /// BIFF8; else BIFF5.
    pub(super) biff8: bool,
    pub(super) encoding: &'static Encoding,
    pub(super) strings: Vec<SharedText>,
    /// Struck through, and raised or lowered, by font record.
    fonts: Vec<(bool, bool)>,
    /// Font and number format ids, by cell format record.
    xfs: Vec<(u16, u16)>,
    formats: BTreeMap<u16, NumberFormat>,
    pub(super) sheets: Vec<BoundSheet>,
    /// What the globals say of the workbook itself; it has no sheets yet.
    pub(super) book: Workbook,
}

impl Globals {
    pub(super) fn read(stream: &[u8], limits: &Limits) -> Result<Self> {
        let mut records = Records::new(stream, 0);
        let first = records.next()?;
        let biff8 = match (first.kind, u16_at(first.data, 0).map(|v| v >> 8)) {
            (BOF, Some(6)) => true,
            (BOF, Some(5)) => false,
            _ => {
                return Err(FileFault::unreadable(
                    "Excel 4.0或更早版本的表格，请用Excel或WPS另存为.xlsx后重新报送",
                ));
            }
        };
        let mut globals = Self {
            biff8,
            encoding: encoding_rs::GBK,
            strings: Vec::new(),
            fonts: Vec::new(),
            xfs: Vec::new(),
            formats: BTreeMap::new(),
            sheets: Vec::new(),
            book: Workbook::default(),
        };
        loop {
            let record = records.next()?;
            match record.kind {
                EOF => return Ok(globals),
                FILEPASS => return Err(FileFault::Encrypted),
                CODEPAGE => globals.encoding = biff::encoding(u16_at(record.data, 0).unwrap_or(0)),
                DATEMODE => globals.book.date_1904 = u16_at(record.data, 0) == Some(1),
                FONT => globals.fonts.push((
                    u16_at(record.data, 2).is_some_and(|flags| flags & 0x0008 != 0),
                    u16_at(record.data, 8).is_some_and(|escapement| escapement != 0),
                )),
                XF => globals.xfs.push((
                    u16_at(record.data, 0).unwrap_or(0),
                    u16_at(record.data, 2).unwrap_or(0),
                )),
                FORMAT => {
                    if let Some((id, code)) = globals.format(record.data) {
                        globals.formats.insert(id, number_format::classify(&code));
                    }
                }
                BOUNDSHEET => globals.bound_sheet(record, limits)?,
                SST => globals.shared_strings(records.whole(record), limits)?,
                SUPBOOK => globals.book.external_links |= is_external_book(record.data),
                // Before BIFF8 a reference names its workbook in place; 1 marks an encoded path.
                EXTERNSHEET if !biff8 => {
                    globals.book.external_links |= record.data.get(1) == Some(&1);
                }
                _ => {}
            }
        }
    }

    fn format(&self, data: &[u8]) -> Option<(u16, String)> {
        let mut at = cursor(data);
        let id = at.u16()?;
        Some((
            id,
            if self.biff8 {
                unicode16(&mut at)?
            } else {
                self.short_text(&mut at)?
            },
        ))
    }

    fn bound_sheet(&mut self, record: Record<'_>, limits: &Limits) -> Result {
        let mut at = cursor(record.data);
        let (Some(offset), Some(state), Some(kind)) = (at.u32(), at.u8(), at.u8()) else {
            return Err(Broken.into());
        };
        let name = self.short_text(&mut at).ok_or(Broken)?.replace('\0', "");
        match kind {
            0 | 2 => {}
            1 => {
                self.book.macros = true;
                return Ok(());
            }
            _ => return Ok(()),
        }
        if self.sheets.len() > limits.sheets {
            // Counted again, and refused, when the sheets are read; here only against a list without end.
            return Ok(());
        }
        let visibility = match state & 3 {
            0 => Visibility::Visible,
            1 => Visibility::Hidden,
            _ => Visibility::VeryHidden,
        };
        self.sheets.push(BoundSheet {
            offset: offset as usize,
            name,
            visibility,
            is_chart: kind == 2,
        });
        Ok(())
    }

    /// A text whose length is one byte.
    pub(super) fn short_text(&self, at: &mut Cursor<'_>) -> Option<String> {
        let count = usize::from(at.u8()?);
        if self.biff8 {
            let wide = at.u8()? & 1 != 0;
            at.unicode(count, wide)
        } else {
            at.code_page(count, self.encoding)
        }
    }

    /// The table's own counts are not used. It ends where its data does, or at the first text that cannot be read:
    /// a cell that refers past that is damage.
    fn shared_strings(&mut self, mut at: Cursor<'_>, limits: &Limits) -> Result {
        // A table without its head holds no text.
        let _ = at.skip(8);
        while !at.is_empty()
            && let Some(shared) = shared_text(&mut at)
        {
            check_text(&shared.text, limits)?;
            self.strings.push(shared);
        }
        Ok(())
    }

    pub(super) fn number_format(&self, xf: u16) -> NumberFormat {
        let Some(&(_, id)) = self.xfs.get(usize::from(xf)) else {
            return NumberFormat::General;
        };
        self.formats
            .get(&id)
            .copied()
            .or_else(|| number_format::builtin(id.into()))
            .unwrap_or_default()
    }

    fn font(&self, font: u16) -> (bool, bool) {
        // Font 4 does not exist; ids above it are one more than their record's place.
        let ix = if font > 4 { font - 1 } else { font };
        self.fonts.get(usize::from(ix)).copied().unwrap_or_default()
    }

    fn font_struck(&self, font: u16) -> bool {
        self.font(font).0
    }

    /// A text with the footnote numbers among its runs marked; `None` where it has none.
    pub(super) fn marked(&self, text: &str, runs: &[(u16, u16)]) -> Option<String> {
        let mut is_raised = runs.iter().map(|(_, font)| self.font(*font).1);
        if !is_raised.any(|raised| raised) {
            return None;
        }
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut out = String::with_capacity(text.len() + 4);
        let ends = runs.iter().skip(1).map(|(start, _)| usize::from(*start));
        let first = runs.first().map_or(0, |(start, _)| usize::from(*start));
        let mut from = first.min(units.len());
        out.push_str(&String::from_utf16_lossy(&units[..from]));
        for ((_, font), end) in runs.iter().zip(ends.chain([units.len()])) {
            let end = end.clamp(from, units.len());
            let start = out.len();
            out.push_str(&String::from_utf16_lossy(&units[from..end]));
            if self.font(*font).1 {
                raised::mark(&mut out, start);
            }
            from = end;
        }
        Some(out)
    }

    /// Strike-through of a cell with this format and these runs over a text of `units` UTF-16 units.
    pub(super) fn strike(&self, xf: u16, runs: &[(u16, u16)], units: usize) -> Strike {
        let base = self
            .xfs
            .get(usize::from(xf))
            .is_some_and(|&(font, _)| self.font_struck(font));
        StrikeMix::of_runs(
            base,
            runs.iter()
                .map(|&(start, font)| (start, self.font_struck(font))),
            units,
        )
        .strike()
    }
}

/// A text with a two-byte length and a flag byte (BIFF8).
pub(super) fn unicode16(at: &mut Cursor<'_>) -> Option<String> {
    let count = usize::from(at.u16()?);
    if count == 0 {
        return Some(String::new());
    }
    let wide = at.u8()? & 1 != 0;
    at.unicode(count, wide)
}

fn shared_text(at: &mut Cursor<'_>) -> Option<SharedText> {
    let count = usize::from(at.u16()?);
    let flags = at.u8()?;
    let run_count = if flags & 8 != 0 { at.u16()? } else { 0 };
    let extension = if flags & 4 != 0 { at.u32()? } else { 0 };
    let text = at.unicode(count, flags & 1 != 0)?;
    let mut runs = Vec::new();
    for _ in 0..run_count {
        runs.push((at.u16()?, at.u16()?));
    }
    at.skip(extension as usize)?;
    Some(SharedText {
        text: text.into(),
        runs,
    })
}

/// SUPBOOK names the book itself, an add-in, or another workbook's path.
fn is_external_book(data: &[u8]) -> bool {
    match u16_at(data, 2) {
        None | Some(0x0401 | 0x3A01) => false,
        // A path of one character marks the same sheet (0) or an unused link (blank).
        Some(1) => !matches!(u32_at(data, 2).map(|w| w >> 24), None | Some(0 | 0x20)),
        Some(_) => true,
    }
}
