//! The shared string table. Its claimed counts are ignored.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use memchr::{memchr, memmem};

use crate::intake::memory::Memory;
use crate::intake::reading::budget::{check_growing_text, check_text, over};
use crate::intake::reading::package::Package;
use crate::intake::reading::raised;
use crate::intake::reading::sheet::{is_blank, make_harmless};
use crate::intake::reading::strike::StrikeMix;
use crate::intake::reading::xml::Event;
use crate::intake::reading::xml::tag::{Tag, Text, is_true};
use crate::intake::workbook::{Result, Strike};
use crate::plan::Limits;

/// A text that many cells may show.
#[derive(Debug, Clone)]
pub(super) struct SharedString {
    pub(super) text: Arc<str>,
    pub(super) strike: Strike,
    /// White space alone: a cell that shows it is none.
    pub(super) is_blank: bool,
}

impl SharedString {
    fn new(rich: &Rich, limits: &Limits) -> Result<Self> {
        let mut text = rich.unescaped();
        check_text(&text, limits)?;
        make_harmless(&mut text);
        Ok(Self {
            is_blank: is_blank(&text),
            text,
            strike: rich.strike(),
        })
    }
}

/// A text while it is read: what its runs say and which of them are struck through. Phonetic runs are left out.
#[derive(Default)]
pub(super) struct Rich {
    text: String,
    mix: StrikeMix,
    run_struck: bool,
    run_raised: bool,
    /// Where the run's text begins.
    run_start: usize,
    in_text: bool,
    in_phonetic: usize,
}

impl Rich {
    pub(super) fn clear(&mut self) {
        let text = std::mem::take(&mut self.text);
        *self = Self {
            text,
            ..Self::default()
        };
        self.text.clear();
    }

    /// A tag inside `<si>` or `<is>`.
    pub(super) fn open(&mut self, tag: &Tag) {
        match tag.name {
            b"strike" => self.run_struck = is_struck(tag),
            b"vertAlign" => self.run_raised = tag.raw(b"val").is_some_and(|v| v != b"baseline"),
            _ if tag.empty => {}
            b"r" => (self.run_struck, self.run_raised) = (false, false),
            b"t" => {
                self.in_text = self.in_phonetic == 0;
                self.run_start = self.text.len();
            }
            b"rPh" => self.in_phonetic += 1,
            _ => {}
        }
    }

    /// A closing tag inside `<si>` or `<is>`.
    pub(super) fn close(&mut self, name: &[u8]) {
        match name {
            b"t" => {
                if self.in_text && self.run_raised {
                    raised::mark(&mut self.text, self.run_start);
                }
                self.in_text = false;
            }
            b"r" => (self.run_struck, self.run_raised) = (false, false),
            b"rPh" => self.in_phonetic = self.in_phonetic.saturating_sub(1),
            _ => {}
        }
    }

    /// Character data inside `<si>` or `<is>`.
    pub(super) fn text(&mut self, text: &Text, limits: &Limits) -> Result {
        if !self.in_text {
            return Ok(());
        }
        let before = self.text.len();
        text.push_to(&mut self.text)?;
        // Strike-through of white space is not seen.
        if !self.text[before..].chars().all(char::is_whitespace) {
            self.mix.add(self.run_struck);
        }
        check_growing_text(&self.text, limits)
    }

    pub(super) fn strike(&self) -> Strike {
        self.mix.strike()
    }

    /// The text so far.
    pub(super) fn unescaped(&self) -> Arc<str> {
        Arc::from(&*unescape(&self.text))
    }
}

/// `<strike/>` or `<strike val="1"/>`.
pub(super) fn is_struck(tag: &Tag) -> bool {
    tag.raw(b"val").is_none_or(is_true)
}

/// Reads the table; none where the workbook has no part of that name.
pub(super) fn read(package: &mut Package, name: &str) -> Result<Vec<SharedString>> {
    let limits = *package.limits();
    let Some(mut xml) = package.xml(name)? else {
        return Ok(Vec::new());
    };
    let mut strings = Vec::new();
    let mut add = |string: SharedString| {
        // A workbook within its limits cannot use more texts than it may have cells.
        if strings.len() >= limits.cells {
            return Err(over(format!("共享字符串超过{}个", limits.cells)));
        }
        strings.push(string);
        Ok(())
    };
    let mut rich = Rich::default();
    let mut inside = false;
    loop {
        // The fast path for a string in one piece, as nearly all are.
        while !inside
            && let Some(text) = xml.plain(
                &[b"<si><t>", b"<si><t xml:space=\"preserve\">"],
                b"</t></si>",
                5,
                0,
            )
        {
            add(remembered(&text, &mut rich, &limits)?)?;
        }
        match xml.next()? {
            Event::Open(tag) if tag.name == b"si" => {
                rich.clear();
                inside = !tag.empty;
                if tag.empty {
                    add(SharedString::new(&rich, &limits)?)?;
                }
            }
            Event::Close { name: b"si", .. } if inside => {
                inside = false;
                add(SharedString::new(&rich, &limits)?)?;
            }
            Event::Open(tag) if inside => rich.open(&tag),
            Event::Close { name, .. } if inside => rich.close(name),
            Event::Text(text) if inside => rich.text(&text, &limits)?,
            Event::End => break,
            _ => {}
        }
    }
    Ok(strings)
}

thread_local! {
    /// Short strings by their bytes: reading them anew, each into a block of its own, takes 3 % of a run's time.
    static REMEMBERED: RefCell<Memory<SharedString>> = RefCell::new(Memory::new(STRINGS));
}

/// The most strings that are remembered, and their longest: prose is in no other workbook.
const STRINGS: usize = 4096;
const STRING_BYTES: usize = 64;

/// A string in one piece, from memory where it was read before.
fn remembered(text: &Text, rich: &mut Rich, limits: &Limits) -> Result<SharedString> {
    let mut read = || {
        rich.clear();
        text.push_to(&mut rich.text)?;
        check_growing_text(&rich.text, limits)?;
        SharedString::new(rich, limits)
    };
    // A string longer than the limit must be noticed.
    if text.raw().len() > STRING_BYTES.min(limits.text_chars) {
        return read();
    }
    REMEMBERED.with_borrow_mut(|all| {
        if let Some(string) = all.get(text.raw()) {
            return Ok(string);
        }
        let string = read()?;
        all.put(text.raw(), &string);
        Ok(string)
    })
}

/// Resolves `_x000D_` and the like, which are escaped control characters.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
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
mod tests {
    use super::unescape;

    #[test]
    fn escaped_characters_are_resolved() {
        assert_eq!(unescape("一_x000A_二_x_x005F_x000D_"), "一\n二_x_x000D_");
        assert_eq!(unescape("无"), "无");
    }
}
