//! .xlsb workbooks: values through calamine's cell stream, and a pass of our own over the same records for what
//! it does not give — number formats, hidden rows and columns, merged regions, errors as formula results,
//! strike-through, headers and footers.
//!
//! Not read: comments, defined names. A package that holds Excel 4.0 macro sheets, or texts with their formatting in
//! the cell (Excel keeps those in the shared strings), is refused as unreadable: calamine stops at the first and
//! passes over the second.

use std::collections::BTreeMap;
use std::io::{BufRead, Cursor, Read};

use calamine::{DataRef, Reader as _, Xlsb};

use crate::intake::budget::{Budget, check_position, check_text};
use crate::intake::workbook::{CellRef, MAX_COLS, MAX_ROWS, Region, Visibility};
use crate::intake::{Cell, FileFault, NumberFormat, Sheet, Value, Workbook, number_format};
use crate::plan::model::Limits;

use super::compound::{u16_at, u32_at};
use super::parts::Parts;
use super::xml::{Node, attr, walk};
use super::{StrikeMix, biff, header_footer};

const ROW_HEADER: u16 = 0;
const FIRST_CELL: u16 = 2;
const SHARED_TEXT: u16 = 7;
const FORMULA_ERROR: u16 = 11;
const STRING_ITEM: u16 = 19;
const FONT: u16 = 43;
const FORMAT: u16 = 44;
const XF: u16 = 47;
const COLUMN: u16 = 60;
const WORKBOOK_PROPERTIES: u16 = 153;
const SHEET: u16 = 156;
const RICH_TEXT: u16 = 62;
const MERGE: u16 = 176;
const HEADER_FOOTER: u16 = 479;
const BEGIN_CELL_XFS: u16 = 617;
const END_CELL_XFS: u16 = 618;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, FileFault> {
    let mut parts = Parts::open(bytes, limits)
        .ok_or_else(|| FileFault::unreadable("压缩包不完整（可能上传中断）"))?;
    // calamine inflates without a limit.
    parts.check_sizes()?;
    let mut budget = Budget::new(limits);
    let mut styles = parts
        .read("xl/styles.bin", read_styles)?
        .unwrap_or_default();
    styles.runs = parts
        .read("xl/sharedStrings.bin", read_runs)?
        .unwrap_or_default();
    let targets = parts
        .read("xl/_rels/workbook.bin.rels", |part| {
            read_targets(part, limits)
        })?
        .unwrap_or_default();
    let bundle = parts
        .read("xl/workbook.bin", read_bundle)?
        .ok_or_else(|| FileFault::unreadable("XLSB工作簿缺少workbook.bin"))?;
    let mut reader = Xlsb::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut workbook = Workbook {
        date_1904: bundle.date_1904,
        ..Workbook::default()
    };
    for (name, relation, visibility) in &bundle.sheets {
        let Some(target) = targets
            .get(relation)
            .filter(|t| t.starts_with("worksheets/"))
        else {
            continue;
        };
        budget.sheet()?;
        let layout = parts
            .read(&format!("xl/{target}"), |part| {
                read_layout(part, &mut budget)
            })?
            .ok_or_else(damaged)?;
        let mut sheet = read_cells(&mut reader, name, layout, &styles, &mut budget)?;
        sheet.name = name.as_str().into();
        sheet.visibility = *visibility;
        workbook.sheets.push(super::finish_sheet(sheet, &budget)?);
    }
    workbook.macros = parts
        .names()
        .any(|n| n.eq_ignore_ascii_case("xl/vbaProject.bin"));
    workbook.external_links = parts.names().any(|n| n.starts_with("xl/externalLinks/"));
    workbook.modified = parts
        .read("docProps/core.xml", |part| read_modified(part, limits))?
        .flatten();
    Ok(workbook)
}

fn damaged() -> FileFault {
    FileFault::unreadable("XLSB工作簿已损坏，无法读取")
}

/// One record: its number and its data. `None` at the end of the part.
fn next_record(part: &mut dyn BufRead, data: &mut Vec<u8>) -> Result<Option<u16>, FileFault> {
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
    part.take(bytes).read_to_end(data).map_err(|_| damaged())?;
    if data.len() as u64 == bytes {
        Ok(Some(kind))
    } else {
        Err(damaged())
    }
}

fn next_byte(part: &mut dyn BufRead) -> Result<Option<u8>, FileFault> {
    let mut byte = [0];
    Ok((part.read(&mut byte).map_err(|_| damaged())? == 1).then_some(byte[0]))
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

/// Number format and strike-through of each cell format.
#[derive(Default)]
struct Styles {
    xfs: Vec<(NumberFormat, bool)>,
    /// Struck through, by font.
    fonts: Vec<bool>,
    /// The shared strings that have runs, by their place.
    runs: BTreeMap<u32, Runs>,
}

/// Where each run of a text starts and its font.
struct Runs {
    units: usize,
    runs: Vec<(u16, u16)>,
}

impl Styles {
    fn font_struck(&self, font: u16) -> bool {
        self.fonts.get(usize::from(font)).copied().unwrap_or(false)
    }
}

fn read_styles(part: &mut dyn BufRead) -> Result<Styles, FileFault> {
    let mut styles = Styles::default();
    let mut formats = BTreeMap::new();
    let mut in_cell_xfs = false;
    let mut data = Vec::new();
    while let Some(kind) = next_record(part, &mut data)? {
        match kind {
            FORMAT => {
                if let (Some(id), Some((code, _))) = (u16_at(&data, 0), wide_text(&data, 2)) {
                    formats.insert(id, number_format::classify(&code));
                }
            }
            FONT => styles
                .fonts
                .push(u16_at(&data, 2).is_some_and(|flags| flags & 0x0008 != 0)),
            BEGIN_CELL_XFS => in_cell_xfs = true,
            END_CELL_XFS => in_cell_xfs = false,
            XF if in_cell_xfs => {
                let (format, font) = (u16_at(&data, 2).unwrap_or(0), u16_at(&data, 4).unwrap_or(0));
                styles.xfs.push((
                    formats
                        .get(&format)
                        .copied()
                        .or_else(|| number_format::builtin(format.into()))
                        .unwrap_or_default(),
                    styles.font_struck(font),
                ));
            }
            _ => {}
        }
    }
    Ok(styles)
}

fn read_runs(part: &mut dyn BufRead) -> Result<BTreeMap<u32, Runs>, FileFault> {
    let mut all = BTreeMap::new();
    let mut place = 0_u32;
    let mut data = Vec::new();
    while let Some(kind) = next_record(part, &mut data)? {
        if kind != STRING_ITEM {
            continue;
        }
        if data.first().is_some_and(|flags| flags & 1 != 0) {
            let (text, end) = wide_text(&data, 1).ok_or_else(damaged)?;
            let count = u32_at(&data, end).ok_or_else(damaged)? as usize;
            let stored = data
                .get(end + 4..)
                .unwrap_or_default()
                .chunks_exact(4)
                .take(count);
            let runs = stored
                .map(|r| {
                    (
                        u16::from_le_bytes([r[0], r[1]]),
                        u16::from_le_bytes([r[2], r[3]]),
                    )
                })
                .collect();
            all.insert(
                place,
                Runs {
                    units: text.encode_utf16().count(),
                    runs,
                },
            );
        }
        place = place.saturating_add(1);
    }
    Ok(all)
}

#[derive(Default)]
struct Bundle {
    /// Name, relation id, visibility.
    sheets: Vec<(String, String, Visibility)>,
    date_1904: bool,
}

fn read_bundle(part: &mut dyn BufRead) -> Result<Bundle, FileFault> {
    let mut bundle = Bundle::default();
    let mut data = Vec::new();
    while let Some(kind) = next_record(part, &mut data)? {
        match kind {
            WORKBOOK_PROPERTIES => {
                bundle.date_1904 = data.first().is_some_and(|flags| flags & 1 != 0)
            }
            SHEET => {
                let (relation, end) = wide_text(&data, 8).ok_or_else(damaged)?;
                let (name, _) = wide_text(&data, end).ok_or_else(damaged)?;
                let visibility = match u32_at(&data, 0) {
                    Some(0) => Visibility::Visible,
                    Some(1) => Visibility::Hidden,
                    _ => Visibility::VeryHidden,
                };
                bundle.sheets.push((name, relation, visibility));
            }
            _ => {}
        }
    }
    Ok(bundle)
}

fn read_targets(
    part: &mut dyn BufRead,
    limits: &Limits,
) -> Result<BTreeMap<String, String>, FileFault> {
    let mut targets = BTreeMap::new();
    walk(part, "workbook.bin.rels", limits, |node| {
        if let Node::Open(element) = node
            && let (Some(id), Some(target)) = (attr(element, "Id"), attr(element, "Target"))
        {
            targets.insert(id.into_owned(), target.into_owned());
        }
        Ok(())
    })?;
    Ok(targets)
}

/// A sheet without its values, and each cell's format in the order of the part.
struct Layout {
    sheet: Sheet,
    cells: Vec<Placed>,
}

struct Placed {
    at: CellRef,
    xf: u32,
    /// The place of its text among the shared strings.
    shared: Option<u32>,
    /// The result of a formula that failed, which calamine passes over.
    error: Option<u8>,
}

fn read_layout(part: &mut dyn BufRead, budget: &mut Budget<'_>) -> Result<Layout, FileFault> {
    let mut layout = Layout {
        sheet: Sheet::default(),
        cells: Vec::new(),
    };
    let mut row = 0;
    let mut data = Vec::new();
    while let Some(kind) = next_record(part, &mut data)? {
        match kind {
            ROW_HEADER => {
                row = u32_at(&data, 0).ok_or_else(damaged)?;
                if row < MAX_ROWS && data.get(11).is_some_and(|flags| flags & 0x10 != 0) {
                    layout.sheet.hidden_rows.insert(row);
                }
            }
            FIRST_CELL..=FORMULA_ERROR => {
                let (col, style) = u32_at(&data, 0).zip(u32_at(&data, 4)).ok_or_else(damaged)?;
                check_position(row, col)?;
                budget.cells(1)?;
                let error = if kind == FORMULA_ERROR {
                    Some(*data.get(8).ok_or_else(damaged)?)
                } else {
                    None
                };
                let shared = if kind == SHARED_TEXT {
                    u32_at(&data, 8)
                } else {
                    None
                };
                layout.cells.push(Placed {
                    at: CellRef::new(row, col),
                    xf: style & 0x00FF_FFFF,
                    shared,
                    error,
                });
            }
            RICH_TEXT => return Err(damaged()),
            COLUMN => {
                if let (Some(first), Some(last), Some(flags)) =
                    (u32_at(&data, 0), u32_at(&data, 4), u16_at(&data, 16))
                    && flags & 1 != 0
                    && first <= last
                    && first < MAX_COLS
                {
                    layout
                        .sheet
                        .hidden_cols
                        .push((first, last.min(MAX_COLS - 1)));
                }
            }
            MERGE => {
                budget.merge()?;
                if let [Some(r1), Some(r2), Some(c1), Some(c2)] =
                    [0, 4, 8, 12].map(|at| u32_at(&data, at))
                    && r1 <= r2
                    && c1 <= c2
                    && r2 < MAX_ROWS
                    && c2 < MAX_COLS
                {
                    layout.sheet.merges.push(Region {
                        first: CellRef::new(r1, c1),
                        last: CellRef::new(r2, c2),
                    });
                }
            }
            HEADER_FOOTER => {
                let mut at = 2;
                while let Some((text, end)) = wide_text(&data, at) {
                    layout
                        .sheet
                        .header_footer
                        .extend(header_footer::sections(&text));
                    at = end;
                }
            }
            _ => {}
        }
    }
    Ok(layout)
}

fn read_cells(
    reader: &mut Xlsb<Cursor<&[u8]>>,
    name: &str,
    layout: Layout,
    styles: &Styles,
    budget: &mut Budget<'_>,
) -> Result<Sheet, FileFault> {
    let Layout { mut sheet, cells } = layout;
    let mut stream = reader.worksheet_cells_reader(name).map_err(|_| damaged())?;
    let mut placed = cells.into_iter();
    while let Some(cell) = stream.next_cell().map_err(|_| damaged())? {
        let at = {
            let (row, col) = cell.get_position();
            CellRef::new(row, col)
        };
        // Both read the same part in the same order; ours also has the failed formulas.
        let place = loop {
            let next = placed.next().ok_or_else(damaged)?;
            if let Some(code) = next.error {
                sheet.cells.push(make(&next, failed(code), styles));
            } else if next.at == at {
                break next;
            } else {
                return Err(damaged());
            }
        };
        if let Some(value) = value(cell.get_value()) {
            if let Value::Text(text) = &value {
                check_text(text, budget.limits)?;
                budget.shown(text, 1)?;
            }
            sheet.cells.push(make(&place, value, styles));
        }
    }
    for rest in placed {
        if let Some(code) = rest.error {
            sheet.cells.push(make(&rest, failed(code), styles));
        }
    }
    Ok(sheet)
}

fn failed(code: u8) -> Value {
    Value::Error(biff::error_text(code).into())
}

fn make(place: &Placed, value: Value, styles: &Styles) -> Cell {
    let (format, base) = styles
        .xfs
        .get(place.xf as usize)
        .copied()
        .unwrap_or_default();
    let (units, runs) = place
        .shared
        .and_then(|ix| styles.runs.get(&ix))
        .map_or((0, &[][..]), |r| (r.units, &r.runs));
    let mix = StrikeMix::of_runs(
        base,
        runs.iter()
            .map(|&(start, font)| (start, styles.font_struck(font))),
        units,
    );
    Cell {
        at: place.at,
        value,
        format,
        strike: mix.strike(),
    }
}

fn value(value: &DataRef<'_>) -> Option<Value> {
    Some(match value {
        #[expect(clippy::cast_precision_loss, reason = "packed integers have 30 bits")]
        DataRef::Int(n) => Value::Number(*n as f64),
        DataRef::Float(n) => number(*n),
        DataRef::DateTime(date) => number(date.as_f64()),
        DataRef::Bool(b) => Value::Bool(*b),
        DataRef::Error(error) => Value::Error(error.to_string().into()),
        DataRef::SharedString(text) => return shown(text),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            return shown(text);
        }
        DataRef::Empty => return None,
    })
}

fn number(n: f64) -> Value {
    if n.is_finite() {
        Value::Number(n)
    } else {
        Value::Error("#NUM!".into())
    }
}

fn shown(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| Value::Text(text.into()))
}

/// `dcterms:modified`, as written.
fn read_modified(part: &mut dyn BufRead, limits: &Limits) -> Result<Option<String>, FileFault> {
    let mut modified = None;
    let mut inside = false;
    walk(part, "core.xml", limits, |node| {
        match node {
            Node::Open(element) => inside = element.name().into_inner() == "dcterms:modified",
            Node::Close(_) => inside = false,
            Node::Text(text) if inside => modified = Some(text.trim().to_owned()),
            Node::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(modified.filter(|m| !m.is_empty()))
}
