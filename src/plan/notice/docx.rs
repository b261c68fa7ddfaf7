//! Paragraphs and tables of a .docx, merged cells filled in. Read under limits of its own: a notice is a small file.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::Fault;
use super::numbering::{Number, Numbering, attribute};
use super::table::{Cell, Line, Piece, Place};

/// Bytes of the document's part when inflated.
const PART: u64 = 64 << 20;
const DEPTH: usize = 256;
const CELLS: usize = 100_000;
const COLUMNS: usize = 64;
/// Bytes of a merged cell's text that the cells it covers repeat: numbers, names and 分级 are short, and a long text
/// repeated in every cell would cost memory without limit.
const REPEATED: usize = 600;

/// Reads the body of a Word document.
pub(super) fn pieces(bytes: &[u8]) -> Result<Vec<Piece>, Fault> {
    let [xml, numbering, styles] = parts(bytes)?;
    let mut body = Body {
        numbering: Numbering::new(&numbering, &styles),
        ..Body::default()
    };
    let mut reader = Reader::from_reader(xml.as_slice());
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    let mut depth = 0_usize;
    // Word keeps a second form of shapes for old programs: the same text again.
    let mut skipped_from: Option<usize> = None;
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|_| broken())?;
        match &event {
            Event::Start(e) => {
                depth += 1;
                if depth > DEPTH {
                    return Err(damaged("文档嵌套层数过多"));
                }
                if skipped_from.is_none() {
                    match e.local_name().into_inner() {
                        "Fallback" | "del" | "moveFrom" => skipped_from = Some(depth),
                        // How it was before a change that is tracked.
                        name if name.ends_with("PrChange") => skipped_from = Some(depth),
                        name => body.start(name, e)?,
                    }
                }
            }
            Event::Empty(e) if skipped_from.is_none() => {
                body.property(e.local_name().into_inner(), e);
            }
            Event::End(e) => {
                if skipped_from.is_none() {
                    body.end(e.local_name().into_inner())?;
                }
                skipped_from = skipped_from.filter(|from| *from != depth);
                depth = depth.checked_sub(1).ok_or_else(broken)?;
            }
            Event::DocType(_) => return Err(damaged("文档含有 DTD 声明，可能被篡改")),
            Event::Eof if depth > 0 => return Err(damaged("文档内容中途断开")),
            Event::Eof => break,
            _ if skipped_from.is_none() => body.text(&event),
            _ => {}
        }
    }
    Ok(body.pieces)
}

fn damaged(what: &str) -> Fault {
    Fault::Damaged(what.to_owned())
}

fn broken() -> Fault {
    damaged("文档内容不完整或有错")
}

/// The document's text, its lists and its styles; the last two may be missing.
fn parts(bytes: &[u8]) -> Result<[Vec<u8>; 3], Fault> {
    let mut zip = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| damaged("文件不完整（上传或复制可能中断）"))?;
    let names: Vec<String> = zip
        .file_names()
        .take(2000)
        .flatten()
        .map(std::borrow::Cow::into_owned)
        .collect();
    let named = |part: &str| {
        names.iter().find(|n| {
            let name = n.trim_start_matches('/').strip_prefix("word/");
            let name = name.and_then(|n| n.strip_suffix(".xml"));
            name.is_some_and(|n| n.trim_end_matches('2') == part)
        })
    };
    let Some(main) = named("document") else {
        let is_sheet = names.iter().any(|n| n.contains("xl/"));
        return Err(Fault::OtherFormat(if is_sheet {
            "是电子表格"
        } else {
            "是压缩包，不是 Word 文档"
        }));
    };
    let mut inflated = |name: &str| {
        let part = zip.by_name(name).map_err(|_| damaged("文档不能解压"))?;
        let mut xml = Vec::new();
        part.take(PART + 1)
            .read_to_end(&mut xml)
            .map_err(|_| damaged("文档不能解压"))?;
        if xml.len() as u64 > PART {
            return Err(damaged("文档内容过大"));
        }
        Ok(xml)
    };
    let mut beside = |part| named(part).map_or(Ok(Vec::new()), |name| inflated(name));
    let [numbering, styles] = [beside("numbering")?, beside("styles")?];
    Ok([inflated(main)?, numbering, styles])
}

#[derive(Default)]
struct Body {
    pieces: Vec<Piece>,
    /// Open tables, the outermost first: an inner table's text belongs to the outer cell.
    tables: Vec<Table>,
    paragraph: String,
    numbering: Numbering,
    /// Of the open paragraph.
    number: Number,
    /// Inside w:t.
    in_text: bool,
    cells: usize,
    /// Paragraphs outside tables that say something, and tables.
    seen: (usize, usize),
}

#[derive(Default)]
struct Table {
    rows: Vec<Vec<Cell>>,
    row: Vec<Cell>,
    cell: String,
    span: usize,
    /// The cell goes on with the one above.
    is_continued: bool,
}

impl Body {
    /// Counts cells, up to what a notice may have.
    fn count(&mut self, cells: usize) -> Result<(), Fault> {
        self.cells += cells;
        if self.cells > CELLS {
            return Err(damaged("表格过大"));
        }
        Ok(())
    }

    fn start(&mut self, name: &str, e: &BytesStart<'_>) -> Result<(), Fault> {
        match name {
            "tbl" => self.tables.push(Table::default()),
            "tc" => {
                self.count(1)?;
                if let Some(table) = self.tables.last_mut() {
                    table.cell.clear();
                    (table.span, table.is_continued) = (1, false);
                }
            }
            "t" => self.in_text = true,
            name => self.property(name, e),
        }
        Ok(())
    }

    fn property(&mut self, name: &str, e: &BytesStart<'_>) {
        match (name, self.tables.last_mut()) {
            ("gridSpan", Some(table)) => {
                let span = attribute(e, "val").and_then(|v| v.parse().ok());
                table.span = span.unwrap_or(1).clamp(1, COLUMNS);
            }
            ("gridBefore", Some(table)) => {
                let before = attribute(e, "val").and_then(|v| v.parse().ok());
                let before = before.unwrap_or(0).min(COLUMNS);
                let cells = std::iter::repeat_n(Cell::default(), before);
                table.row.extend(cells);
            }
            ("vMerge", Some(table)) => {
                table.is_continued = attribute(e, "val").as_deref() != Some("restart");
            }
            ("br" | "cr", _) => self.paragraph.push('\n'),
            ("tab", _) => self.paragraph.push('\t'),
            ("noBreakHyphen", _) => self.paragraph.push('-'),
            (name, _) => self.number.property(name, e),
        }
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        match (name, self.tables.last_mut()) {
            ("t", _) => self.in_text = false,
            ("p", _) => self.finish_paragraph(),
            ("tc", Some(table)) => table.finish_cell(),
            ("tr", Some(table)) => {
                let row = std::mem::take(&mut table.row);
                let cells = row.len();
                table.rows.push(row);
                self.count(cells)?;
            }
            ("tbl", _) => self.finish_table(),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, event: &Event<'_>) {
        if !self.in_text {
            return;
        }
        match event {
            Event::Text(t) => self.paragraph.push_str(&t.xml10_content()),
            Event::CData(c) => self.paragraph.push_str(c),
            Event::GeneralRef(r) => match r.resolve_char_ref() {
                Ok(Some(c)) => self.paragraph.push(c),
                _ => {
                    if let Some(text) = quick_xml::escape::resolve_predefined_entity(r) {
                        self.paragraph.push_str(text);
                    }
                }
            },
            _ => {}
        }
    }

    fn finish_paragraph(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        let number = std::mem::take(&mut self.number);
        let table = self.tables.last_mut();
        // The cells below a merged one's first are not shown, and a blank line shows only a number.
        let is_shown = match &table {
            Some(table) => !table.is_continued,
            None => !text.trim().is_empty(),
        };
        let label = is_shown.then(|| self.numbering.label(&number)).flatten();
        let text = match label.as_deref() {
            // 1. and 2025年 are no figure.
            Some(label) if text.starts_with(|c: char| c.is_ascii_digit()) => {
                format!("{label} {text}")
            }
            Some(label) => format!("{label}{text}"),
            None => text,
        };
        let text = text.trim();
        if let Some(table) = table {
            if !table.cell.is_empty() && !text.is_empty() {
                table.cell.push('\n');
            }
            table.cell.push_str(text);
        } else {
            self.seen.0 += usize::from(!text.is_empty());
            let place = Place::Paragraph(self.seen.0);
            self.pieces.push(Piece::Paragraph(place, text.to_owned()));
        }
    }

    fn finish_table(&mut self) {
        let Some(table) = self.tables.pop() else {
            return;
        };
        if let Some(outer) = self.tables.last_mut() {
            for row in table.rows {
                for cell in row {
                    outer.cell.push('\n');
                    outer.cell.push_str(&cell.text);
                }
            }
        } else {
            self.seen.1 += 1;
            let number = self.seen.1;
            let lines = table.rows.into_iter().enumerate().map(|(n, cells)| Line {
                place: Place::Row(number, n + 1),
                cells,
            });
            self.pieces.push(Piece::Table(lines.collect()));
        }
    }
}

impl Table {
    fn finish_cell(&mut self) {
        let mut cell = Cell::plain(&std::mem::take(&mut self.cell));
        let is_short = |cell: &Cell| cell.text.len() <= REPEATED;
        if self.is_continued {
            cell.is_continued = true;
            // The merged cell's text stands in the row above, which may itself be a continuation.
            let above = self.rows.last().and_then(|r| r.get(self.row.len()));
            if let Some(above) = above.filter(|above| cell.text.is_empty() && is_short(above)) {
                cell.text.clone_from(&above.text);
            }
        }
        let more = self.span.min(COLUMNS.saturating_sub(self.row.len()));
        let mut repeated = cell.clone();
        if !is_short(&cell) {
            repeated.text.clear();
        }
        self.row.push(cell);
        let repeated = std::iter::repeat_n(repeated, more.saturating_sub(1));
        self.row.extend(repeated);
        (self.span, self.is_continued) = (1, false);
    }
}
