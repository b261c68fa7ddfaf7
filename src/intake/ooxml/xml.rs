//! An XML pull reader that refuses DTDs, counts depth and events, bounds every single piece, and turns every error into the
//! file's fault.

use std::io::{self, BufRead, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::package::{PartReader, Spent, io_fault};
use super::{damaged, over};
use crate::intake::workbook::FileFault;
use crate::plan::Limits;

/// Bytes of one tag, text or comment at most: a cell's longest text takes an eighth of it.
const PIECE_BYTES: usize = 1 << 20;

pub struct Xml<R: BufRead> {
    reader: Reader<Pieces<R>>,
    buffer: Vec<u8>,
    depth: usize,
    limits: Limits,
    spent: Spent,
}

impl<'p, 'a> Xml<PartReader<'p, 'a>> {
    pub fn new(part: PartReader<'p, 'a>, limits: Limits, spent: Spent) -> Self {
        let mut reader = Reader::from_reader(Pieces { inner: part, left: PIECE_BYTES });
        reader.config_mut().check_end_names = false;
        Self { reader, buffer: Vec::with_capacity(1024), depth: 0, limits, spent }
    }

    /// The next event; `Eof` only when every element was closed.
    pub fn next(&mut self) -> Result<Event<'_>, FileFault> {
        self.buffer.clear();
        if !self.spent.event(&self.limits) {
            return Err(over(&format!("XML 标记超过{}个", self.limits.xml_events)));
        }
        self.reader.get_mut().left = PIECE_BYTES;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|e| match &e {
            quick_xml::Error::Io(io) if io.kind() == io::ErrorKind::FileTooLarge => over("一个 XML 标记或一段文字超过1 MiB"),
            quick_xml::Error::Io(io) => io_fault(io, &self.limits),
            _ => damaged("XML 不完整或有错"),
        })?;
        match &event {
            Event::Start(_) => {
                self.depth += 1;
                if self.depth > self.limits.xml_depth {
                    return Err(over(&format!("XML 嵌套超过{}层", self.limits.xml_depth)));
                }
            }
            Event::End(_) => {
                self.depth = self.depth.checked_sub(1).ok_or_else(|| damaged("XML 不完整或有错"))?;
            }
            Event::DocType(_) => return Err(damaged("含有 DTD 声明，可能被篡改")),
            Event::Eof if self.depth > 0 => return Err(damaged("XML 中途断开")),
            _ => {}
        }
        Ok(event)
    }
}

/// Hands on a part's bytes until one piece of it has grown too large to be held.
struct Pieces<R> {
    inner: R,
    left: usize,
}

impl<R: BufRead> Read for Pieces<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(buf)?;
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Pieces<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        // The buffer of one filling may go a little past the ceiling.
        self.left = self.left.saturating_sub(n);
        self.inner.consume(n);
    }
}

/// The local name's bytes of an element.
pub fn local<'e>(e: &'e BytesStart<'_>) -> &'e str {
    let name = e.name().into_inner();
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The value of an attribute by local name, unescaped.
pub fn attribute(e: &BytesStart<'_>, name: &str) -> Option<String> {
    e.attributes()
        .with_checks(false)
        .flatten()
        .find(|a| {
            let key = a.key.into_inner();
            key.rsplit_once(':').map_or(key, |(_, local)| local) == name
        })
        .map(|a| a.normalized_value(quick_xml::XmlVersion::Implicit1_0).map_or_else(|_| a.value.to_string(), std::borrow::Cow::into_owned))
}

/// `1`, `true`, `on`.
pub fn is_true(value: &str) -> bool {
    matches!(value, "1" | "true" | "on")
}

/// Appends an event's text: characters, CDATA and entity references.
pub fn push_text(event: &Event<'_>, out: &mut String) {
    match event {
        Event::Text(t) => out.push_str(&t.xml10_content()),
        Event::CData(c) => out.push_str(c),
        Event::GeneralRef(r) => match r.resolve_char_ref() {
            Ok(Some(c)) => out.push(c),
            _ => {
                if let Some(text) = quick_xml::escape::resolve_predefined_entity(r) {
                    out.push_str(text);
                }
            }
        },
        _ => {}
    }
}

/// `_x000D_` and its like in OOXML texts are escaped control characters.
pub fn unescape_ooxml(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let code = tail.get(2..6).filter(|_| tail.as_bytes().get(6) == Some(&b'_')).and_then(|h| u32::from_str_radix(h, 16).ok());
        if let Some(c) = code.and_then(char::from_u32) {
            out.push(c);
            rest = &tail[7..];
        } else {
            out.push_str("_x");
            rest = &tail[2..];
        }
    }
    out.push_str(rest);
    out
}
