//! Paragraphs and tables of a .docx, merged cells filled in. Read under limits of its own: a notice is a small file.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::Fault;
use super::table::{Cell, Piece};

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
    let xml = document(bytes)?;
    let mut body = Body::default();
    let mut reader = Reader::from_reader(xml.as_slice());
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    let mut depth = 0_usize;
    // Word keeps a second form of shapes for old programs: the same text again.
    let mut skipped_from: Option<usize> = None;
    loop {
        buffer.clear();
        let event = reader
            .read_event_into(&mut buffer)
            .map_err(|_| damaged("文档内容不完整或有错"))?;
        match &event {
            Event::Start(e) => {
                depth += 1;
                if depth > DEPTH {
                    return Err(damaged("文档嵌套层数过多"));
                }
                if skipped_from.is_none() {
                    if matches!(local(e), "Fallback" | "del" | "moveFrom") {
                        skipped_from = Some(depth);
                    } else {
                        body.start(e)?;
                    }
                }
            }
            Event::Empty(e) if skipped_from.is_none() => body.empty(e),
            Event::End(e) => {
                if skipped_from.is_none() {
                    let name = e.name().into_inner();
                    body.end(name.rsplit_once(':').map_or(name, |(_, local)| local))?;
                }
                if skipped_from == Some(depth) {
                    skipped_from = None;
                }
                depth = depth
                    .checked_sub(1)
                    .ok_or_else(|| damaged("文档内容不完整或有错"))?;
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

fn document(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut zip = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| damaged("文件不完整（上传或复制可能中断）"))?;
    let names: Vec<String> = zip
        .file_names()
        .take(2000)
        .flatten()
        .map(std::borrow::Cow::into_owned)
        .collect();
    let main = names.iter().find(|n| {
        matches!(
            n.trim_start_matches('/'),
            "word/document.xml" | "word/document2.xml"
        )
    });
    let Some(main) = main else {
        let is_sheet = names.iter().any(|n| n.contains("xl/"));
        return Err(if is_sheet {
            Fault::OtherFormat("是电子表格")
        } else {
            Fault::OtherFormat("是压缩包，不是 Word 文档")
        });
    };
    let part = zip.by_name(main).map_err(|_| damaged("文档不能解压"))?;
    let mut xml = Vec::new();
    part.take(PART + 1)
        .read_to_end(&mut xml)
        .map_err(|_| damaged("文档不能解压"))?;
    if xml.len() as u64 > PART {
        return Err(damaged("文档内容过大"));
    }
    Ok(xml)
}

fn local<'e>(e: &'e BytesStart<'_>) -> &'e str {
    let name = e.name().into_inner();
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn value(e: &BytesStart<'_>) -> Option<String> {
    e.attributes()
        .with_checks(false)
        .flatten()
        .find(|a| {
            let key = a.key.into_inner();
            key.rsplit_once(':').map_or(key, |(_, local)| local) == "val"
        })
        .map(|a| a.value.to_string())
}

#[derive(Default)]
struct Body {
    pieces: Vec<Piece>,
    /// Open tables, the outermost first: an inner table's text belongs to the outer cell.
    tables: Vec<Table>,
    paragraph: String,
    /// Inside w:t.
    in_text: bool,
    cells: usize,
}

#[derive(Default)]
struct Table {
    rows: Vec<Vec<Cell>>,
    row: Vec<Cell>,
    cell: String,
    span: usize,
    merge: Merge,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Merge {
    #[default]
    None,
    Restart,
    Continue,
}

impl Body {
    fn start(&mut self, e: &BytesStart<'_>) -> Result<(), Fault> {
        match local(e) {
            "tbl" => self.tables.push(Table::default()),
            "tc" => {
                self.cells += 1;
                if self.cells > CELLS {
                    return Err(damaged("表格过大"));
                }
                if let Some(table) = self.tables.last_mut() {
                    table.cell.clear();
                    (table.span, table.merge) = (1, Merge::None);
                }
            }
            "t" => self.in_text = true,
            _ => self.empty(e),
        }
        Ok(())
    }

    fn empty(&mut self, e: &BytesStart<'_>) {
        match local(e) {
            "gridSpan" => {
                let span = value(e).and_then(|v| v.parse::<usize>().ok()).unwrap_or(1);
                if let Some(table) = self.tables.last_mut() {
                    table.span = span.clamp(1, COLUMNS);
                }
            }
            "gridBefore" => {
                let before = value(e).and_then(|v| v.parse::<usize>().ok()).unwrap_or(0);
                if let Some(table) = self.tables.last_mut() {
                    table
                        .row
                        .extend(std::iter::repeat_n(Cell::default(), before.min(COLUMNS)));
                }
            }
            "vMerge" => {
                let merge = if value(e).as_deref() == Some("restart") {
                    Merge::Restart
                } else {
                    Merge::Continue
                };
                if let Some(table) = self.tables.last_mut() {
                    table.merge = merge;
                }
            }
            "br" | "cr" => self.paragraph.push('\n'),
            "tab" => self.paragraph.push('\t'),
            "noBreakHyphen" => self.paragraph.push('-'),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        match name {
            "t" => self.in_text = false,
            "p" => self.finish_paragraph(),
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    table.finish_cell();
                }
            }
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    let row = std::mem::take(&mut table.row);
                    self.cells += row.len();
                    if self.cells > CELLS {
                        return Err(damaged("表格过大"));
                    }
                    table.rows.push(row);
                }
            }
            "tbl" => self.finish_table(),
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
        match self.tables.last_mut() {
            Some(table) => {
                if !table.cell.is_empty() && !text.trim().is_empty() {
                    table.cell.push('\n');
                }
                table.cell.push_str(text.trim());
            }
            None => self.pieces.push(Piece::Paragraph(text.trim().to_owned())),
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
            self.pieces.push(Piece::Table(table.rows));
        }
    }
}

impl Table {
    fn finish_cell(&mut self) {
        let mut cell = Cell::plain(&std::mem::take(&mut self.cell));
        if self.merge == Merge::Continue {
            cell.is_continued = true;
            // The merged cell's text stands in the row above, which may itself be a continuation.
            if cell.text.is_empty()
                && let Some(above) = self.rows.last().and_then(|r| r.get(self.row.len()))
                && above.text.len() <= REPEATED
            {
                cell.text.clone_from(&above.text);
            }
        }
        let more = self
            .span
            .min(COLUMNS.saturating_sub(self.row.len()))
            .saturating_sub(1);
        let repeated = if cell.text.len() <= REPEATED {
            cell.clone()
        } else {
            Cell {
                text: String::new(),
                ..cell.clone()
            }
        };
        self.row.push(cell);
        self.row.extend(std::iter::repeat_n(repeated, more));
        (self.span, self.merge) = (1, Merge::None);
    }
}
