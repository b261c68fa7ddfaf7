//! The shared string table. Its claimed counts are ignored.

use std::cell::RefCell;
use std::sync::Arc;

use super::super::budget::{check_growing_text, check_text};
use super::super::memory::Memory;
use super::super::workbook::{FileFault, Strike, is_blank, make_harmless};
use super::over;
use super::package::Package;
use super::xml::{Event, Tag, Text, Xml, is_true, unescape_ooxml};
use crate::plan::Limits;

#[derive(Debug, Clone)]
pub struct SharedString {
    pub text: Arc<str>,
    pub strike: Strike,
    /// White space alone: a cell that shows it is none.
    pub is_blank: bool,
}

/// A rich text under construction: its runs' texts and which of them are struck through. Phonetic runs are left out.
#[derive(Default)]
pub struct Rich {
    pub text: String,
    /// How what can be seen so far is struck through; `None`: nothing can be seen yet.
    seen: Option<Strike>,
    run_struck: bool,
    in_text: bool,
    in_phonetic: usize,
}

impl Rich {
    pub fn clear(&mut self) {
        self.text.clear();
        (self.seen, self.run_struck, self.in_text, self.in_phonetic) = (None, false, false, 0);
    }

    /// Feeds one event inside `<si>` or `<is>`.
    pub fn feed(&mut self, event: &Event<'_>) -> Result<(), FileFault> {
        match event {
            Event::Open(tag) if tag.name == b"strike" => self.run_struck = struck(tag),
            Event::Open(tag) if tag.empty => {}
            Event::Open(tag) => match tag.name {
                b"r" => self.run_struck = false,
                b"t" => self.in_text = self.in_phonetic == 0,
                b"rPh" => self.in_phonetic += 1,
                _ => {}
            },
            Event::Close(name) => match *name {
                b"t" => self.in_text = false,
                b"r" => self.run_struck = false,
                b"rPh" => self.in_phonetic = self.in_phonetic.saturating_sub(1),
                _ => {}
            },
            Event::Text(text) if self.in_text => {
                let before = self.text.len();
                text.push_to(&mut self.text)?;
                if !self.text[before..].chars().all(char::is_whitespace) {
                    let own = if self.run_struck {
                        Strike::Whole
                    } else {
                        Strike::None
                    };
                    self.seen = Some(
                        self.seen
                            .filter(|seen| *seen != own)
                            .map_or(own, |_| Strike::Part),
                    );
                }
            }
            Event::Text(_) | Event::End => {}
        }
        Ok(())
    }

    pub fn strike(&self) -> Strike {
        self.seen.unwrap_or_default()
    }

    /// The text so far.
    pub fn shared(&self) -> Arc<str> {
        Arc::from(&*unescape_ooxml(&self.text))
    }
}

/// `<strike/>` or `<strike val="1"/>`.
pub fn struck(tag: &Tag) -> bool {
    tag.raw(b"val").is_none_or(is_true)
}

/// What a string takes of its part, about, and for how many room is made before the first: a guess that saves moving them.
const BYTES_OF_A_STRING: usize = 48;
const STRINGS_AT_ONCE: usize = 2048;

pub fn read(package: &mut Package, name: &str) -> Result<Vec<SharedString>, FileFault> {
    let limits = *package.limits();
    let Some(mut xml) = package.xml(name)? else {
        return Ok(Vec::new());
    };
    let mut strings = Vec::with_capacity((xml.ahead() / BYTES_OF_A_STRING).min(STRINGS_AT_ONCE));
    let mut rich = Rich::default();
    let mut inside = false;
    loop {
        while !inside && let Some(text) = plain(&mut xml) {
            push(&mut strings, known(&text, &mut rich, &limits)?, &limits)?;
        }
        let event = xml.next()?;
        match &event {
            Event::Open(tag) if tag.name == b"si" => {
                rich.clear();
                inside = !tag.empty;
                if tag.empty {
                    add(&mut strings, &rich, &limits)?;
                }
            }
            Event::Close(b"si") if inside => {
                inside = false;
                add(&mut strings, &rich, &limits)?;
            }
            Event::End => return Ok(strings),
            other if inside => {
                rich.feed(other)?;
                check_growing_text(&rich.text, &limits)?;
            }
            _ => {}
        }
    }
}

/// A string in one piece, as nearly all are.
fn plain<'x>(xml: &'x mut Xml<'_>) -> Option<Text<'x>> {
    let open: &[u8] = if xml.is_next(b"<si><t>") {
        b"<si><t>"
    } else {
        b"<si><t xml:space=\"preserve\">"
    };
    xml.plain(open, b"</t></si>", 5, 0)
}

thread_local! {
    /// Short strings by their bytes.
    static KNOWN: RefCell<Memory<SharedString>> = RefCell::new(Memory::new(REMEMBERED));
}

/// A longer string is not remembered: prose is in no other workbook.
const KNOWN_BYTES: usize = 64;
/// Strings that are remembered at most.
const REMEMBERED: usize = 4096;

/// A string in one piece, from memory where it was read before.
fn known(text: &Text, rich: &mut Rich, limits: &Limits) -> Result<SharedString, FileFault> {
    let mut read = || {
        rich.clear();
        text.push_to(&mut rich.text)?;
        string(rich, limits)
    };
    // What is longer than the limit must be told.
    if text.raw().len() > KNOWN_BYTES.min(limits.text_chars) {
        return read();
    }
    KNOWN.with_borrow_mut(|all| {
        if let Some(string) = all.get(text.raw()) {
            return Ok(string);
        }
        let string = read()?;
        all.put(text.raw(), &string);
        Ok(string)
    })
}

fn add(strings: &mut Vec<SharedString>, rich: &Rich, limits: &Limits) -> Result<(), FileFault> {
    push(strings, string(rich, limits)?, limits)
}

/// A workbook within its limits cannot use more texts than it may have cells.
fn push(
    strings: &mut Vec<SharedString>,
    string: SharedString,
    limits: &Limits,
) -> Result<(), FileFault> {
    if strings.len() >= limits.cells {
        return Err(over(format!("共享字符串超过{}个", limits.cells)));
    }
    strings.push(string);
    Ok(())
}

fn string(rich: &Rich, limits: &Limits) -> Result<SharedString, FileFault> {
    check_growing_text(&rich.text, limits)?;
    let mut text = rich.shared();
    check_text(&text, limits)?;
    make_harmless(&mut text);
    let is_blank = is_blank(&text);
    Ok(SharedString {
        text,
        strike: rich.strike(),
        is_blank,
    })
}
