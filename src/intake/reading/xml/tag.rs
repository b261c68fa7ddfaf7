//! What an XML part holds between its angle brackets: tags with their attributes, and the text between tags.

use std::borrow::Cow;
use std::str::FromStr;

use memchr::{memchr, memchr2};

use super::super::damaged;
use crate::intake::workbook::{FileFault, Result};

/// The name behind a prefix, without white space.
pub(crate) fn local_name(full: &[u8]) -> &[u8] {
    let name = full.trim_ascii_end();
    name.iter()
        .rposition(|b| *b == b':')
        .map_or(name, |at| &name[at + 1..])
}

/// An opening tag, its attributes still undecoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tag<'x> {
    /// The name with its prefix, as in `table:table-row`.
    pub(crate) full: &'x [u8],
    /// The name without a prefix.
    pub(crate) name: &'x [u8],
    attributes: &'x [u8],
    /// `<a/>`: no closing tag follows.
    pub(crate) empty: bool,
}

impl<'x> Tag<'x> {
    /// `inner`: what stands between `<` and `>`.
    pub(crate) fn new(inner: &'x [u8]) -> Self {
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
            full: &inner[..end],
            name: &inner[name..end],
            attributes: &inner[end..],
            empty,
        }
    }

    pub(crate) fn attributes(&self) -> Attributes<'x> {
        Attributes {
            rest: self.attributes,
        }
    }

    /// The undecoded value of an attribute, by its name without a prefix.
    pub(crate) fn raw(&self, name: &[u8]) -> Option<&'x [u8]> {
        self.attributes().find(|a| a.name == name).map(|a| a.value)
    }

    /// The decoded value of an attribute, by its name without a prefix; `None` also where it is not UTF-8.
    pub(crate) fn get(&self, name: &[u8]) -> Option<Cow<'x, str>> {
        decode_value(self.raw(name)?)
    }

    /// The decoded value of an attribute, by its name with a prefix; `None` also where it is not UTF-8.
    pub(crate) fn get_full(&self, full: &[u8]) -> Option<Cow<'x, str>> {
        decode_value(self.attributes().find(|a| a.full == full)?.value)
    }

    /// A value that is a whole number.
    pub(crate) fn number<T: FromStr>(&self, name: &[u8]) -> Option<T> {
        std::str::from_utf8(self.raw(name)?).ok()?.parse().ok()
    }

    /// Whether the attribute is `1`, `true` or `on`.
    pub(crate) fn is_true(&self, name: &[u8]) -> bool {
        self.raw(name).is_some_and(is_true)
    }
}

/// `1`, `true`, `on`.
pub(crate) fn is_true(value: &[u8]) -> bool {
    matches!(value, b"1" | b"true" | b"on")
}

fn decode_value(raw: &[u8]) -> Option<Cow<'_, str>> {
    let text = std::str::from_utf8(raw).ok()?;
    if memchr2(b'&', b'\n', raw).is_none() && memchr2(b'\t', b'\r', raw).is_none() {
        return Some(Cow::Borrowed(text));
    }
    // White space in a value is a space, unless it is escaped.
    let spaced = text.replace("\r\n", " ").replace(['\r', '\n', '\t'], " ");
    let mut decoded = String::with_capacity(text.len());
    Some(Cow::Owned(
        decode(&spaced, &mut decoded).map_or(spaced, |()| decoded),
    ))
}

/// One attribute, its value undecoded.
pub(crate) struct Attribute<'x> {
    pub(crate) full: &'x [u8],
    /// Without a prefix.
    pub(crate) name: &'x [u8],
    pub(crate) value: &'x [u8],
}

/// A tag's attributes in their order; they end where one is malformed.
pub(crate) struct Attributes<'x> {
    rest: &'x [u8],
}

impl<'x> Iterator for Attributes<'x> {
    type Item = Attribute<'x>;

    // Names and values have a few bytes each: a search of eight bytes at a time does not pay.
    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_ascii_start();
        let end = rest.iter().position(|b| *b == b'=')?;
        let full = rest[..end].trim_ascii_end();
        let (quote, behind) = rest[end + 1..].trim_ascii_start().split_first()?;
        if !matches!(quote, b'"' | b'\'') {
            return None;
        }
        let close = behind.iter().position(|b| b == quote)?;
        self.rest = &behind[close + 1..];
        Some(Attribute {
            full,
            name: local_name(full),
            value: &behind[..close],
        })
    }
}

/// Character data between two tags.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'x> {
    /// Undecoded.
    pub(super) raw: &'x [u8],
    /// From a CDATA section: `&` is an ampersand.
    pub(super) literal: bool,
}

impl Text<'_> {
    /// The undecoded bytes.
    pub(crate) fn raw(&self) -> &[u8] {
        self.raw
    }

    /// Appends the decoded text.
    ///
    /// F001 where it is not UTF-8 or has an `&` that begins no reference.
    pub(crate) fn push_to(&self, out: &mut String) -> Result {
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

/// F001 for XML that is malformed or broken off.
pub(crate) fn broken() -> FileFault {
    damaged("XML 不完整或有错")
}

/// Appends a text with its references resolved; `None` where an `&` begins none. A reference to an undeclared entity is
/// kept as it is.
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
