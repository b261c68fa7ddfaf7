//! A pull reader over one part's XML. It refuses DTDs, counts depth and events, bounds every single piece, and turns every error
//! into the file's fault.
//!
//! Nine in ten bytes of a workbook are tags of worksheets: they are stepped over where they lie, and only what a caller asks
//! for is decoded.

use std::borrow::Cow;
use std::io::Read;

use memchr::{memchr, memchr2, memmem};

use super::damaged;
use super::package::{Spent, io_fault};
use super::plain_cell::{PlainCell, PlainValue};
use crate::intake::budget::{check_depth, over};
use crate::intake::workbook::FileFault;
use crate::plan::Limits;

/// Bytes of one tag, text or comment at most: a cell's longest text takes an eighth of it.
const PIECE_BYTES: usize = 1 << 20;

/// Levels that a plain text opens at most: `<si><t>`.
const DEPTH_OF_PLAIN: usize = 2;

/// Bytes that a streamed part is read on by.
const CHUNK: usize = 64 << 10;

/// One part, read from its first byte to its last.
pub struct Xml<'p> {
    window: Cow<'p, [u8]>,
    /// What follows the window, where the part is streamed.
    rest: Option<Box<dyn Read + 'p>>,
    /// The next piece begins here.
    at: usize,
    depth: usize,
    limits: Limits,
    spent: Spent,
}

/// What stands next in a part. Comments and processing instructions are passed over.
#[derive(Debug)]
pub enum Event<'x> {
    /// `<a>` or `<a/>`.
    Open(Tag<'x>),
    /// `</a>`, by its local name.
    Close(&'x [u8]),
    Text(Text<'x>),
    /// The end, with every element closed.
    End,
}

/// The pieces of a part as places in the window.
enum Piece {
    Open {
        name: usize,
        end: usize,
    },
    Close {
        name: usize,
        end: usize,
    },
    Text {
        start: usize,
        end: usize,
        literal: bool,
    },
    /// A comment or an instruction.
    Aside,
    End,
}

impl<'p> Xml<'p> {
    /// A part that is all in memory.
    pub fn whole(bytes: Cow<'p, [u8]>, limits: Limits, spent: Spent) -> Self {
        Self {
            window: bytes,
            rest: None,
            at: 0,
            depth: 0,
            limits,
            spent,
        }
    }

    /// A part that is read as it goes.
    pub fn stream(rest: Box<dyn Read + 'p>, limits: Limits, spent: Spent) -> Self {
        Self {
            window: Cow::Owned(Vec::new()),
            rest: Some(rest),
            at: 0,
            depth: 0,
            limits,
            spent,
        }
    }

    /// The next event.
    ///
    /// # Errors
    /// F001 where the XML is broken off, malformed or declares a DTD; F004 where a limit is passed.
    pub fn next(&mut self) -> Result<Event<'_>, FileFault> {
        loop {
            if !self.spent.add(1, &self.limits) {
                return Err(over(format!("XML 标记超过{}个", self.limits.xml_events)));
            }
            self.forget();
            let start = self.at;
            let piece = self.piece()?;
            if self.at - start > PIECE_BYTES {
                return Err(too_long());
            }
            match piece {
                Piece::Aside => {}
                Piece::Text {
                    start,
                    end,
                    literal,
                } => {
                    return Ok(Event::Text(Text {
                        raw: &self.window[start..end],
                        literal,
                    }));
                }
                Piece::Close { name, end } => {
                    self.depth = self.depth.checked_sub(1).ok_or_else(broken)?;
                    return Ok(Event::Close(local_name(&self.window[name..end])));
                }
                Piece::Open { name, end } => {
                    let tag = Tag::new(&self.window[name..end]);
                    if !tag.empty {
                        self.depth += 1;
                        check_depth(self.depth, &self.limits)?;
                    }
                    return Ok(Event::Open(tag));
                }
                Piece::End if self.depth > 0 => return Err(damaged("XML 中途断开")),
                Piece::End => return Ok(Event::End),
            }
        }
    }

    /// Steps over the next piece.
    fn piece(&mut self) -> Result<Piece, FileFault> {
        let start = self.at;
        match self.byte(start)? {
            None => Ok(Piece::End),
            Some(b'<') => match self.byte(start + 1)?.ok_or_else(broken)? {
                b'/' => {
                    let end = self.find(start + 2, b'>')?.ok_or_else(broken)?;
                    self.at = end + 1;
                    Ok(Piece::Close {
                        name: start + 2,
                        end,
                    })
                }
                b'?' => self.aside(start + 2, b"?>"),
                b'!' => self.declaration(start),
                _ => {
                    let end = self.tag_end(start + 1)?;
                    self.at = end + 1;
                    Ok(Piece::Open {
                        name: start + 1,
                        end,
                    })
                }
            },
            Some(_) => {
                let end = self.find(start, b'<')?.unwrap_or(self.window.len());
                self.at = end;
                Ok(Piece::Text {
                    start,
                    end,
                    literal: false,
                })
            }
        }
    }

    /// `<!--`, `<![CDATA[` or a DTD.
    fn declaration(&mut self, start: usize) -> Result<Piece, FileFault> {
        const COMMENT: &[u8] = b"<!--";
        const LITERAL: &[u8] = b"<![CDATA[";
        // The longest of the openings tells; a part may end before.
        self.byte(start + LITERAL.len() - 1)?;
        let ahead = self.window.get(start..).unwrap_or_default();
        if ahead.starts_with(COMMENT) {
            return self.aside(start + COMMENT.len(), b"-->");
        }
        if ahead.starts_with(LITERAL) {
            let text = start + LITERAL.len();
            self.aside(text, b"]]>")?;
            return Ok(Piece::Text {
                start: text,
                end: self.at - 3,
                literal: true,
            });
        }
        Err(damaged("含有 DTD 声明，可能被篡改"))
    }

    /// Steps behind the next `close` from `from` on.
    fn aside(&mut self, from: usize, close: &[u8]) -> Result<Piece, FileFault> {
        let mut from = from;
        loop {
            let ahead = self.window.get(from..).unwrap_or_default();
            if let Some(found) = memmem::find(ahead, close) {
                self.at = from + found + close.len();
                return Ok(Piece::Aside);
            }
            // The bytes at the window's end may be the first of `close`.
            from = from.max((self.window.len() + 1).saturating_sub(close.len()));
            if !self.more()? {
                return Err(broken());
            }
        }
    }

    /// What stands next, if it is `open`, a text and `close`, as nearly every program writes a cell's value and a shared string:
    /// steps over all of it. `events`: as how many it counts; `closed`: how many open elements `close` ends.
    pub fn plain(
        &mut self,
        open: &[u8],
        close: &[u8],
        events: u64,
        closed: usize,
    ) -> Option<Text<'_>> {
        let ahead = self.window.get(self.at..)?.strip_prefix(open)?;
        let end = memchr(b'<', ahead)?;
        let size = open.len() + end + close.len();
        let is_near_limit = self.depth + DEPTH_OF_PLAIN > self.limits.xml_depth
            || !self.spent.has(events, &self.limits);
        if !ahead[end..].starts_with(close)
            || size > PIECE_BYTES
            || self.depth <= closed
            || is_near_limit
        {
            return None;
        }
        self.spent.add(events, &self.limits);
        let start = self.at + open.len();
        self.at += size;
        self.depth -= closed;
        Some(Text {
            raw: &self.window[start..start + end],
            literal: false,
        })
    }

    /// Steps over a closing tag, if it is the very one that stands next.
    pub fn close(&mut self, tag: &[u8]) -> bool {
        let is_next = self.depth > 0 && self.spent.has(1, &self.limits) && self.is_next(tag);
        if is_next {
            self.spent.add(1, &self.limits);
            self.at += tag.len();
            self.depth -= 1;
        }
        is_next
    }

    /// Whether these bytes stand next.
    pub fn is_next(&self, bytes: &[u8]) -> bool {
        self.window
            .get(self.at..)
            .is_some_and(|ahead| ahead.starts_with(bytes))
    }

    /// Bytes of the part that are in memory and not yet read.
    pub fn ahead(&self) -> usize {
        self.window.len().saturating_sub(self.at)
    }

    /// The next piece, if it is a plain cell of a worksheet. Nothing is stepped over where it is not, or where a limit is near:
    /// the piece is then read as any other.
    #[inline]
    pub fn cell(&mut self) -> Option<PlainCell<'_>> {
        let (cell, end) = PlainCell::find(&self.window, self.at)?;
        let (events, levels) = if cell.value == PlainValue::None {
            (1, 0)
        } else {
            (5, 2)
        };
        if self.depth == 0
            || self.depth + levels > self.limits.xml_depth
            || !self.spent.has(events, &self.limits)
        {
            return None;
        }
        self.spent.add(events, &self.limits);
        self.at = end;
        Some(cell)
    }

    /// The `>` of a tag; one in quotation marks is part of a value.
    fn tag_end(&mut self, from: usize) -> Result<usize, FileFault> {
        let ahead = self.window.get(from..).unwrap_or_default();
        // Hardly any value holds one: the marks before the first then pair up.
        if let Some(end) = memchr(b'>', ahead)
            && are_paired(&ahead[..end])
        {
            return Ok(from + end);
        }
        let mut quote = 0;
        let mut at = from;
        loop {
            let window = &*self.window;
            while let Some(&b) = window.get(at) {
                if quote == 0 {
                    if b == b'>' {
                        return Ok(at);
                    }
                    if b == b'"' || b == b'\'' {
                        quote = b;
                    }
                } else if b == quote {
                    quote = 0;
                }
                at += 1;
            }
            if !self.more()? {
                return Err(broken());
            }
        }
    }

    fn find(&mut self, from: usize, wanted: u8) -> Result<Option<usize>, FileFault> {
        let mut from = from;
        loop {
            if let Some(found) = memchr(wanted, self.window.get(from..).unwrap_or_default()) {
                return Ok(Some(from + found));
            }
            from = self.window.len();
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    fn byte(&mut self, at: usize) -> Result<Option<u8>, FileFault> {
        loop {
            if let Some(&b) = self.window.get(at) {
                return Ok(Some(b));
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    /// Reads a streamed part on; `false` at its end.
    fn more(&mut self) -> Result<bool, FileFault> {
        let Some(rest) = &mut self.rest else {
            return Ok(false);
        };
        if self.window.len() - self.at > PIECE_BYTES {
            return Err(too_long());
        }
        let window = self.window.to_mut();
        let had = window.len();
        window.resize(had + CHUNK, 0);
        let read = rest
            .read(&mut window[had..])
            .map_err(|e| io_fault(&e, &self.limits))?;
        window.truncate(had + read);
        Ok(read > 0)
    }

    /// Drops what a streamed part has behind it, now and then.
    fn forget(&mut self) {
        if self.rest.is_some() && self.at >= CHUNK {
            self.window.to_mut().drain(..self.at);
            self.at = 0;
        }
    }
}

/// Whether a tag's bytes hold no quotation marks but pairs of `"`.
fn are_paired(tag: &[u8]) -> bool {
    // Eight bytes are looked at at once: for each place whether it had an odd number of marks so far.
    let (mut odd, mut single) = (0, 0);
    let mut look = |word: u64| {
        odd ^= places_of(b'"', word);
        single |= places_of(b'\'', word);
    };
    let (words, rest) = tag.as_chunks::<8>();
    for word in words {
        look(u64::from_le_bytes(*word));
    }
    look(rest.iter().fold(0, |word, b| word << 8 | u64::from(*b)));
    single == 0 && odd.count_ones().is_multiple_of(2)
}

/// The bytes of a word that are this one: each as its highest bit alone.
fn places_of(byte: u8, word: u64) -> u64 {
    const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);
    let others = word ^ u64::from_ne_bytes([byte; 8]);
    // The sum of a byte's low bits runs into its highest unless all of them are zero.
    !(((others & LOW) + LOW) | others | LOW)
}

fn broken() -> FileFault {
    damaged("XML 不完整或有错")
}

fn too_long() -> FileFault {
    over("一个 XML 标记或一段文字超过1 MiB")
}

/// What stands behind a prefix, without white space.
fn local_name(name: &[u8]) -> &[u8] {
    let name = name.trim_ascii_end();
    name.iter()
        .rposition(|b| *b == b':')
        .map_or(name, |at| &name[at + 1..])
}

/// An opening tag, its attributes as they stand.
#[derive(Debug, Clone, Copy)]
pub struct Tag<'x> {
    /// Without a prefix.
    pub name: &'x [u8],
    attributes: &'x [u8],
    /// `<a/>`: no closing tag follows.
    pub empty: bool,
}

impl<'x> Tag<'x> {
    /// `inner`: what stands between `<` and `>`.
    fn new(inner: &'x [u8]) -> Self {
        let (inner, empty) = inner
            .strip_suffix(b"/")
            .map_or((inner, false), |inner| (inner, true));
        let mut name = 0;
        let mut end = 0;
        while let Some(b) = inner.get(end)
            && !b.is_ascii_whitespace()
        {
            end += 1;
            if *b == b':' {
                name = end;
            }
        }
        Self {
            name: &inner[name..end],
            attributes: &inner[end..],
            empty,
        }
    }

    /// Whether a word stands anywhere among the attributes.
    pub fn mentions(&self, word: &memmem::Finder) -> bool {
        word.find(self.attributes).is_some()
    }

    /// Names, without prefixes, and values, both as they stand.
    pub fn attributes(&self) -> Attributes<'x> {
        Attributes {
            rest: self.attributes,
        }
    }

    /// The value of an attribute as it stands.
    pub fn raw(&self, name: &[u8]) -> Option<&'x [u8]> {
        self.attributes()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// The value of an attribute, decoded; one that is no text is none.
    pub fn get(&self, name: &[u8]) -> Option<Cow<'x, str>> {
        let raw = self.raw(name)?;
        let text = std::str::from_utf8(raw).ok()?;
        if memchr2(b'&', b'\n', raw).is_none() && !raw.contains(&b'\t') && !raw.contains(&b'\r') {
            return Some(Cow::Borrowed(text));
        }
        // White space in a value is a space, unless it is escaped.
        let spaced = text.replace("\r\n", " ").replace(['\r', '\n', '\t'], " ");
        let mut decoded = String::with_capacity(text.len());
        Some(Cow::Owned(
            decode(&spaced, &mut decoded).map_or(spaced, |()| decoded),
        ))
    }

    /// A value that is a whole number.
    pub fn number<T: std::str::FromStr>(&self, name: &[u8]) -> Option<T> {
        std::str::from_utf8(self.raw(name)?).ok()?.parse().ok()
    }

    /// Whether the attribute is `1`, `true` or `on`.
    pub fn is_true(&self, name: &[u8]) -> bool {
        self.raw(name).is_some_and(is_true)
    }
}

pub struct Attributes<'x> {
    rest: &'x [u8],
}

impl<'x> Iterator for Attributes<'x> {
    type Item = (&'x [u8], &'x [u8]);

    // Names and values are of a few bytes: they are gone through one by one.
    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest;
        let mut at = 0;
        while rest.get(at)?.is_ascii_whitespace() {
            at += 1;
        }
        let mut name = at;
        let end = loop {
            match *rest.get(at)? {
                b'=' => break at,
                b':' => name = at + 1,
                _ => {}
            }
            at += 1;
        };
        at += 1;
        while rest.get(at)?.is_ascii_whitespace() {
            at += 1;
        }
        let quote = rest[at];
        if quote != b'"' && quote != b'\'' {
            return None;
        }
        let value = at + 1;
        at = value;
        while *rest.get(at)? != quote {
            at += 1;
        }
        self.rest = &rest[at + 1..];
        Some((rest[name..end].trim_ascii_end(), &rest[value..at]))
    }
}

/// Character data between two tags.
#[derive(Debug, Clone, Copy)]
pub struct Text<'x> {
    raw: &'x [u8],
    /// From a CDATA section: `&` is an ampersand.
    literal: bool,
}

impl Text<'_> {
    /// As it stands in the part.
    pub fn raw(&self) -> &[u8] {
        self.raw
    }

    /// Appends the text, decoded.
    ///
    /// # Errors
    /// F001 where it is not UTF-8 or has an `&` that begins nothing.
    pub fn push_to(&self, out: &mut String) -> Result<(), FileFault> {
        let text = std::str::from_utf8(self.raw).map_err(|_| broken())?;
        if self.literal || memchr2(b'&', b'\r', self.raw).is_none() {
            out.push_str(text);
            return Ok(());
        }
        // Line ends are one character (XML 1.0, 2.11), unless escaped.
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        decode(&lines, out).ok_or_else(broken)
    }
}

/// Appends a text with its references resolved; `None` where an `&` begins none. A reference to what nobody has declared stays
/// as it stands.
fn decode(text: &str, out: &mut String) -> Option<()> {
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let (reference, behind) = rest[at + 1..].split_once(';')?;
        match reference {
            "lt" => out.push('<'),
            "gt" => out.push('>'),
            "amp" => out.push('&'),
            "quot" => out.push('"'),
            "apos" => out.push('\''),
            _ => match reference.strip_prefix('#') {
                Some(code) => {
                    let number = match code.strip_prefix('x') {
                        Some(hex) => u32::from_str_radix(hex, 16),
                        None => code.parse(),
                    };
                    out.extend(number.ok().and_then(char::from_u32).filter(|c| *c != '\0'));
                }
                None if reference.contains(['&', ' ', '\n']) => return None,
                None => out.push_str(&rest[at..rest.len() - behind.len()]),
            },
        }
        rest = behind;
    }
    out.push_str(rest);
    Some(())
}

/// `1`, `true`, `on`.
pub fn is_true(value: &[u8]) -> bool {
    matches!(value, b"1" | b"true" | b"on")
}

/// `_x000D_` and its like in OOXML texts are escaped control characters.
pub fn unescape_ooxml(text: &str) -> Cow<'_, str> {
    if memchr(b'_', text.as_bytes()).is_none() || memmem::find(text.as_bytes(), b"_x").is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let code = tail
            .get(2..6)
            .filter(|_| tail.as_bytes().get(6) == Some(&b'_'))
            .and_then(|h| u32::from_str_radix(h, 16).ok());
        if let Some(c) = code.and_then(char::from_u32) {
            out.push(c);
            rest = &tail[7..];
        } else {
            out.push_str("_x");
            rest = &tail[2..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
#[path = "tests_of_xml.rs"]
mod tests;
