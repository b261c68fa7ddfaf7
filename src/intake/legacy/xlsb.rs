//! .xlsb workbooks: values from calamine's cell stream; from the records themselves what it does not give — number
//! formats, hidden rows and columns, merged regions, errors as formula results, strike-through, headers and footers.
//!
//! Not read: defined names. A package that holds Excel 4.0 macro sheets, or texts with their formatting in
//! the cell (Excel keeps those in the shared strings), is refused as unreadable: calamine stops at the first and
//! leaves out the second.

use std::collections::BTreeMap;
use std::io::{BufReader, Cursor, Read};

use calamine::{DataRef, Reader as _, Xlsb};

use super::bytes::{error, number, u16_at, u32_at};
use crate::intake::reading::asides;
use crate::intake::reading::budget::{Budget, check_position};
use crate::intake::reading::limited::io_fault;
use crate::intake::reading::opc::{properties, relations_of};
use crate::intake::reading::package::{Package, Part};
use crate::intake::reading::sheet::SheetBuilder;
use crate::intake::reading::strike::StrikeMix;
use crate::intake::workbook::{CellRef, MAX_COLS, MAX_ROWS, Region, Visibility};
use crate::intake::{Cell, FileFault, NumberFormat, Result, Value, Workbook, number_format};
use crate::plan::Limits;

// Record numbers ([MS-XLSB] 2.3).
const ROW_HEADER: u16 = 0;
const FIRST_CELL: u16 = 2;
const SHARED_TEXT: u16 = 7;
const FORMULA_ERROR: u16 = 11;
const STRING_ITEM: u16 = 19;
const FONT: u16 = 43;
const FORMAT: u16 = 44;
const XF: u16 = 47;
const COLUMN: u16 = 60;
const RICH_TEXT: u16 = 62;
const WORKBOOK_PROPERTIES: u16 = 153;
const SHEET: u16 = 156;
const MERGE: u16 = 176;
const HEADER_FOOTER: u16 = 479;
const COMMENT: u16 = 635;
const COMMENT_TEXT: u16 = 637;
const BEGIN_CELL_XFS: u16 = 617;
const END_CELL_XFS: u16 = 618;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook> {
    let mut package = Package::open(bytes, limits)
        .ok_or_else(|| FileFault::unreadable("压缩包不完整（可能上传中断）"))?;
    // calamine inflates without a limit.
    package.check_sizes()?;
    let mut budget = Budget::new(limits);
    let mut styles = Styles::default();
    each_record(&mut package, "xl/styles.bin", |kind, data| {
        styles.record(kind, data);
        Ok(())
    })?;
    each_record(&mut package, "xl/sharedStrings.bin", |kind, data| {
        if kind == STRING_ITEM {
            styles.shared.push(runs(data)?);
        }
        Ok(())
    })?;
    let mut workbook = Workbook::default();
    let sheets = read_list(&mut package, &mut workbook)?;
    let relations = relations_of(&mut package, "xl/workbook.bin")?;
    let targets: BTreeMap<&str, &str> = relations
        .iter()
        .map(|relation| (&*relation.id, &*relation.target))
        .collect();
    let mut values = Xlsb::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    for (name, relation, visibility) in sheets {
        let Some(target) = targets
            .get(&*relation)
            .filter(|t| t.starts_with("xl/worksheets/"))
        else {
            continue;
        };
        budget.sheet()?;
        let mut layout = Layout {
            sheet: SheetBuilder::new(&name, visibility),
            row: 0,
            cells: BTreeMap::new(),
        };
        let is_there = each_record(&mut package, target, |kind, data| {
            layout.record(kind, data, &styles, &mut budget)
        })?;
        if !is_there {
            return Err(damaged());
        }
        let mut stream = values
            .worksheet_cells_reader(&name)
            .map_err(|_| damaged())?;
        while let Some(cell) = stream.next_cell().map_err(|_| damaged())? {
            let (row, col) = cell.get_position();
            let at = CellRef::new(row, col);
            if let Some(value) = value(cell.get_value()) {
                let (xf, shared) = layout.cells.remove(&at).ok_or_else(damaged)?;
                let cell = styles.cell(at, value, xf, shared);
                layout.sheet.add(cell, &mut budget)?;
            }
        }
        let mut sheet = layout.sheet;
        for part in asides::read(&mut package, target, &mut sheet, &mut budget)? {
            comments(&mut package, &part, &mut sheet, &mut budget)?;
        }
        workbook.sheets.push(sheet.finish());
    }
    workbook.macros = package.has("xl/vbaProject.bin");
    workbook.external_links = package.names().any(|n| n.starts_with("xl/externallinks/"));
    let properties = properties(&mut package)?;
    workbook.modified = properties.modified;
    workbook
        .others
        .extend(SheetBuilder::of_properties(properties.texts));
    Ok(workbook)
}

/// The comments of a sheet: each record of a place is followed by that of its text.
fn comments(
    package: &mut Package,
    part: &str,
    sheet: &mut SheetBuilder,
    budget: &mut Budget<'_>,
) -> Result {
    let mut at = None;
    each_record(package, part, |kind, data| {
        match kind {
            COMMENT => {
                let (row, col) = u32_at(data, 4).zip(u32_at(data, 12)).ok_or_else(damaged)?;
                at = Some(CellRef::new(row, col));
            }
            COMMENT_TEXT => {
                let (text, _) = wide_text(data, 1).ok_or_else(damaged)?;
                if let Some(at) = at {
                    sheet.comment(at, &text, budget)?;
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(())
}

fn damaged() -> FileFault {
    FileFault::unreadable("XLSB工作簿已损坏，无法读取")
}

/// Shows every record of a part: its number and its data. `false`: there is no part of that name.
fn each_record(
    package: &mut Package,
    name: &str,
    mut visit: impl FnMut(u16, &[u8]) -> Result,
) -> Result<bool> {
    let mut part: Box<dyn Read> = match package.part(name)? {
        Some(Part::Whole(bytes)) => Box::new(bytes),
        Some(Part::Stream(stream)) => Box::new(BufReader::new(stream)),
        None => return Ok(false),
    };
    let mut data = Vec::new();
    while let Some(kind) = next_record(&mut part, &mut data)? {
        visit(kind, &data)?;
    }
    Ok(true)
}

/// One record: its number and its data. `None` at the end of the part.
fn next_record(part: &mut dyn Read, data: &mut Vec<u8>) -> Result<Option<u16>> {
    let Some(low) = next_byte(part)? else {
        return Ok(None);
    };
    let mut kind = u16::from(low & 0x7F);
    if low & 0x80 != 0 {
        kind |= u16::from(next_byte(part)?.ok_or_else(damaged)? & 0x7F) << 7;
    }
    let mut bytes = 0_u64;
    for shift in [0, 7, 14, 21] {
        let byte = next_byte(part)?.ok_or_else(damaged)?;
        bytes |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    data.clear();
    part.take(bytes)
        .read_to_end(data)
        .map_err(|e| io_fault(&e))?;
    if data.len() as u64 == bytes {
        Ok(Some(kind))
    } else {
        Err(damaged())
    }
}

fn next_byte(part: &mut dyn Read) -> Result<Option<u8>> {
    let mut byte = [0];
    Ok((part.read(&mut byte).map_err(|e| io_fault(&e))? == 1).then_some(byte[0]))
}

/// A text with a four-byte length, and where it ends. A length of all ones is no text.
fn wide_text(data: &[u8], at: usize) -> Option<(String, usize)> {
    let count = u32_at(data, at)?;
    let start = at.checked_add(4)?;
    if count == u32::MAX {
        return Some((String::new(), start));
    }
    let end = start.checked_add((count as usize).checked_mul(2)?)?;
    let units: Vec<u16> = data
        .get(start..end)?
        .chunks_exact(2)
        .map(|c| u16::from_le_bytes([c[0], c[1]]))
        .collect();
    Some((String::from_utf16_lossy(&units), end))
}

/// The runs of a shared string: its length in UTF-16 units, and where each run starts and its font. `None`: a plain one.
type Runs = Option<(usize, Vec<(u16, u16)>)>;

fn runs(item: &[u8]) -> Result<Runs> {
    if item.first().is_none_or(|flags| flags & 1 == 0) {
        return Ok(None);
    }
    let (text, end) = wide_text(item, 1).ok_or_else(damaged)?;
    let count = u32_at(item, end).ok_or_else(damaged)? as usize;
    let runs = item
        .get(end + 4..)
        .unwrap_or_default()
        .chunks_exact(4)
        .take(count)
        .filter_map(|run| u16_at(run, 0).zip(u16_at(run, 2)))
        .collect();
    Ok(Some((text.encode_utf16().count(), runs)))
}

/// What cells refer to.
#[derive(Default)]
struct Styles {
    formats: BTreeMap<u16, NumberFormat>,
    in_cell_xfs: bool,
    /// Number format and strike-through of each cell format.
    xfs: Vec<(NumberFormat, bool)>,
    /// Struck through, by font.
    fonts: Vec<bool>,
    /// The shared strings in their order.
    shared: Vec<Runs>,
}

impl Styles {
    fn record(&mut self, kind: u16, data: &[u8]) {
        match kind {
            FORMAT => {
                if let (Some(id), Some((code, _))) = (u16_at(data, 0), wide_text(data, 2)) {
                    self.formats.insert(id, number_format::classify(&code));
                }
            }
            FONT => self
                .fonts
                .push(u16_at(data, 2).is_some_and(|flags| flags & 0x0008 != 0)),
            BEGIN_CELL_XFS => self.in_cell_xfs = true,
            END_CELL_XFS => self.in_cell_xfs = false,
            XF if self.in_cell_xfs => {
                let (id, font) = (u16_at(data, 2).unwrap_or(0), u16_at(data, 4).unwrap_or(0));
                let format = self.formats.get(&id).copied();
                self.xfs.push((
                    format
                        .or_else(|| number_format::builtin(id.into()))
                        .unwrap_or_default(),
                    self.font_struck(font),
                ));
            }
            _ => {}
        }
    }

    fn font_struck(&self, font: u16) -> bool {
        self.fonts.get(usize::from(font)).copied().unwrap_or(false)
    }

    /// A cell of a format; `shared`: the place of its text among the shared strings.
    fn cell(&self, at: CellRef, value: Value, xf: u32, shared: Option<u32>) -> Cell {
        let (format, base) = self.xfs.get(xf as usize).copied().unwrap_or_default();
        let (units, runs) = shared
            .and_then(|ix| self.shared.get(ix as usize)?.as_ref())
            .map_or((0, &[][..]), |(units, runs)| (*units, runs));
        let runs = runs
            .iter()
            .map(|&(start, font)| (start, self.font_struck(font)));
        Cell {
            at,
            value,
            format,
            strike: StrikeMix::of_runs(base, runs, units).strike(),
        }
    }
}

/// The sheets' names, relation ids and visibility.
fn read_list(
    package: &mut Package,
    workbook: &mut Workbook,
) -> Result<Vec<(String, String, Visibility)>> {
    let mut sheets = Vec::new();
    let is_there = each_record(package, "xl/workbook.bin", |kind, data| {
        match kind {
            WORKBOOK_PROPERTIES => {
                workbook.date_1904 = data.first().is_some_and(|flags| flags & 1 != 0);
            }
            SHEET => {
                let (relation, end) = wide_text(data, 8).ok_or_else(damaged)?;
                let (name, _) = wide_text(data, end).ok_or_else(damaged)?;
                let visibility = match u32_at(data, 0) {
                    Some(0) => Visibility::Visible,
                    Some(1) => Visibility::Hidden,
                    _ => Visibility::VeryHidden,
                };
                sheets.push((name, relation, visibility));
            }
            _ => {}
        }
        Ok(())
    })?;
    if is_there {
        Ok(sheets)
    } else {
        Err(FileFault::unreadable("XLSB工作簿缺少workbook.bin"))
    }
}

/// What a sheet's records say beside the values.
struct Layout {
    sheet: SheetBuilder,
    row: u32,
    /// Each cell's format, and the place of its text among the shared strings.
    cells: BTreeMap<CellRef, (u32, Option<u32>)>,
}

impl Layout {
    fn record(
        &mut self,
        kind: u16,
        data: &[u8],
        styles: &Styles,
        budget: &mut Budget<'_>,
    ) -> Result {
        let sheet = &mut self.sheet;
        match kind {
            ROW_HEADER => {
                self.row = u32_at(data, 0).ok_or_else(damaged)?;
                if self.row < MAX_ROWS && data.get(11).is_some_and(|flags| flags & 0x10 != 0) {
                    sheet.hide_row(self.row);
                }
            }
            FIRST_CELL..=FORMULA_ERROR => {
                let (col, style) = u32_at(data, 0).zip(u32_at(data, 4)).ok_or_else(damaged)?;
                check_position(self.row, col)?;
                let at = CellRef::new(self.row, col);
                let xf = style & 0x00FF_FFFF;
                if kind == FORMULA_ERROR {
                    // calamine leaves out the result of a formula that failed.
                    let code = *data.get(8).ok_or_else(damaged)?;
                    return sheet.add(styles.cell(at, error(code), xf, None), budget);
                }
                let shared = u32_at(data, 8).filter(|_| kind == SHARED_TEXT);
                self.cells.insert(at, (xf, shared));
                budget.check_cells(self.cells.len())?;
            }
            RICH_TEXT => return Err(damaged()),
            COLUMN => {
                if let (Some(first), Some(last), Some(flags)) =
                    (u32_at(data, 0), u32_at(data, 4), u16_at(data, 16))
                    && flags & 1 != 0
                {
                    sheet.hide_columns(first, last);
                }
            }
            MERGE => {
                if let [Some(r1), Some(r2), Some(c1), Some(c2)] =
                    [0, 4, 8, 12].map(|at| u32_at(data, at))
                    && r1 <= r2
                    && c1 <= c2
                    && r2 < MAX_ROWS
                    && c2 < MAX_COLS
                {
                    let region = Region {
                        first: CellRef::new(r1, c1),
                        last: CellRef::new(r2, c2),
                    };
                    sheet.merge(region, budget)?;
                }
            }
            HEADER_FOOTER => {
                let mut at = 2;
                while let Some((text, end)) = wide_text(data, at) {
                    sheet.header_footer(&text)?;
                    at = end;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn value(value: &DataRef<'_>) -> Option<Value> {
    Some(match value {
        DataRef::Int(n) => number(*n as f64),
        DataRef::Float(n) => number(*n),
        DataRef::DateTime(date) => number(date.as_f64()),
        DataRef::Bool(b) => Value::Bool(*b),
        DataRef::Error(error) => Value::Error(error.to_string().into()),
        DataRef::SharedString(text) => Value::Text((*text).into()),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Value::Text(text.as_str().into())
        }
        DataRef::Empty => return None,
    })
}
