//! A pull reader over one part's XML. It refuses DTDs, counts depth and events, bounds every single piece, and turns
//! every error into the file's fault.
//!
//! Nine tenths of a workbook's bytes are tags of worksheets: the reader passes over them in place and decodes only what
//! its caller asks for.

pub(crate) mod tag;

use std::borrow::Cow;
use std::io::Read;

use memchr::{memchr, memmem};

use super::budget::{Spent, check_depth, over};
use super::damaged;
use super::limited::io_fault;
use crate::intake::workbook::{FileFault, Result};
use crate::plan::Limits;

use self::tag::{Tag, Text, broken, local_name};

/// Bytes of one tag, text or comment at most: a cell's longest text takes an eighth of it.
const PIECE_BYTES: usize = 1 << 20;

/// Levels that a text taken by [`Xml::plain`] opens at most: `<si><t>`.
const DEPTH_OF_PLAIN: usize = 2;

/// Bytes that are read at a time of a streamed part.
const CHUNK: usize = 64 << 10;

/// One part, read from its first byte to its last.
pub(crate) struct Xml<'p> {
    window: Cow<'p, [u8]>,
    /// What follows the window, where the part is streamed.
    rest: Option<Box<dyn Read + 'p>>,
    /// Where the next piece begins in the window.
    at: usize,
    depth: usize,
    limits: Limits,
    spent: Spent,
}

/// The next thing in a part. Comments and processing instructions are left out.
#[derive(Debug)]
pub(crate) enum Event<'x> {
    /// `<a>` or `<a/>`.
    Open(Tag<'x>),
    /// `</a>`, by its name without and with its prefix.
    Close {
        name: &'x [u8],
        full: &'x [u8],
    },
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
    /// A part that is in memory as a whole.
    pub(crate) fn whole(bytes: Cow<'p, [u8]>, limits: Limits, spent: Spent) -> Self {
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
    pub(crate) fn stream(rest: Box<dyn Read + 'p>, limits: Limits, spent: Spent) -> Self {
        Self {
            rest: Some(rest),
            ..Self::whole(Cow::Owned(Vec::new()), limits, spent)
        }
    }

    /// The next event.
    ///
    /// F001 where the XML is broken off, malformed or declares a DTD; F004 where a limit is passed.
    pub(crate) fn next(&mut self) -> Result<Event<'_>> {
        loop {
            self.spent.add_events(1, &self.limits)?;
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
                    let full = self.window[name..end].trim_ascii_end();
                    return Ok(Event::Close {
                        name: local_name(full),
                        full,
                    });
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

    /// Moves past the next piece.
    fn piece(&mut self) -> Result<Piece> {
        let start = self.at;
        match self.byte(start)? {
            None => Ok(Piece::End),
            Some(b'<') => match self.byte(start + 1)?.ok_or_else(broken)? {
                b'/' => {
                    let name = start + 2;
                    let end = self.find(name, b'>')?.ok_or_else(broken)?;
                    self.at = end + 1;
                    Ok(Piece::Close { name, end })
                }
                b'?' => self.aside(start + 2, b"?>"),
                b'!' => self.declaration(start),
                _ => {
                    let name = start + 1;
                    let end = self.tag_end(name)?;
                    self.at = end + 1;
                    Ok(Piece::Open { name, end })
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
    fn declaration(&mut self, start: usize) -> Result<Piece> {
        const COMMENT: &[u8] = b"<!--";
        const LITERAL: &[u8] = b"<![CDATA[";
        // As many bytes as the longer of them has, unless the part ends before.
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

    /// Moves past the next `close` from `from` on.
    fn aside(&mut self, from: usize, close: &[u8]) -> Result<Piece> {
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

    /// The fast path for a text between one of `opens` and `close`, as nearly every program writes a cell's value and a
    /// shared string: moves past all of it. `events`: as how many it counts; `closed`: how many open elements `close`
    /// ends. `None`, and nothing is passed, where something else follows or a limit is near.
    pub(crate) fn plain(
        &mut self,
        opens: &[&[u8]],
        close: &[u8],
        events: u64,
        closed: usize,
    ) -> Option<Text<'_>> {
        let ahead = self.window.get(self.at..)?;
        let open = opens.iter().find(|open| ahead.starts_with(open))?.len();
        let end = open + memchr(b'<', &ahead[open..])?;
        let size = end + close.len();
        let is_near_limit = self.depth + DEPTH_OF_PLAIN > self.limits.xml_depth
            || !self.spent.has_events(events, &self.limits);
        if !ahead[end..].starts_with(close)
            || size > PIECE_BYTES
            || self.depth <= closed
            || is_near_limit
        {
            return None;
        }
        self.spent.add_events(events, &self.limits).ok()?;
        let start = self.at;
        self.at += size;
        self.depth -= closed;
        Some(Text {
            raw: &self.window[start + open..start + end],
            literal: false,
        })
    }

    /// The fast path for whole elements: `find` reads one from the bytes ahead and says how many of them it takes, as how
    /// many events it counts and how many levels it opens. `None`, and nothing is passed, where it finds none or a limit
    /// is near.
    #[inline]
    pub(crate) fn element<'s, T>(
        &'s mut self,
        find: impl FnOnce(&'s [u8]) -> Option<Found<T>>,
    ) -> Option<T> {
        let found = find(self.window.get(self.at..)?)?;
        if self.depth == 0
            || self.depth + found.levels > self.limits.xml_depth
            || !self.spent.has_events(found.events, &self.limits)
        {
            return None;
        }
        self.spent.add_events(found.events, &self.limits).ok()?;
        self.at += found.bytes;
        Some(found.element)
    }

    /// The `>` of a tag; one in quotation marks is part of a value.
    fn tag_end(&mut self, from: usize) -> Result<usize> {
        let ahead = self.window.get(from..).unwrap_or_default();
        // Hardly any value holds one: the quotation marks before the first then pair up.
        if let Some(end) = memchr(b'>', ahead)
            && is_paired(&ahead[..end])
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

    fn find(&mut self, from: usize, wanted: u8) -> Result<Option<usize>> {
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

    fn byte(&mut self, at: usize) -> Result<Option<u8>> {
        loop {
            if let Some(&b) = self.window.get(at) {
                return Ok(Some(b));
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    /// Reads further bytes of a streamed part; `false` at its end.
    fn more(&mut self) -> Result<bool> {
        let Some(rest) = &mut self.rest else {
            return Ok(false);
        };
        if self.window.len() - self.at > PIECE_BYTES {
            return Err(too_long());
        }
        let window = self.window.to_mut();
        let had = window.len();
        window.resize(had + CHUNK, 0);
        let read = rest.read(&mut window[had..]).map_err(|e| io_fault(&e))?;
        window.truncate(had + read);
        Ok(read > 0)
    }

    /// Now and then drops the bytes of a streamed part that were read.
    fn forget(&mut self) {
        if self.rest.is_some() && self.at >= CHUNK {
            self.window.to_mut().drain(..self.at);
            self.at = 0;
        }
    }
}

/// Whether a tag has as many opening as closing quotation marks, all of them double.
fn is_paired(tag: &[u8]) -> bool {
    let (mut is_open, mut has_single) = (false, false);
    for b in tag {
        is_open ^= *b == b'"';
        has_single |= *b == b'\'';
    }
    !is_open && !has_single
}

/// What [`Xml::element`] passes.
pub(crate) struct Found<T> {
    pub(crate) element: T,
    pub(crate) bytes: usize,
    pub(crate) events: u64,
    pub(crate) levels: usize,
}

fn too_long() -> FileFault {
    over("一个 XML 标记或一段文字超过1 MiB")
}

#[cfg(test)]
mod tests;
