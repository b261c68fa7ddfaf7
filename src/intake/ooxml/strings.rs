//! The shared string table. Its claimed counts are ignored.

use std::sync::Arc;

use quick_xml::events::Event;

use super::super::workbook::{FileFault, Strike};
use super::over;
use super::package::Package;
use super::xml::{Xml, attribute, is_true, local, push_text, unescape_ooxml};
use crate::plan::Limits;

#[derive(Debug, Clone)]
pub struct SharedString {
    pub text: Arc<str>,
    pub strike: Strike,
}

/// A rich text under construction: its runs' texts and which of them are struck through. Phonetic runs are left out.
#[derive(Default)]
pub struct Rich {
    pub text: String,
    struck: usize,
    plain: usize,
    run_struck: bool,
    in_text: bool,
    in_phonetic: usize,
}

impl Rich {
    pub fn clear(&mut self) {
        self.text.clear();
        (self.struck, self.plain, self.run_struck, self.in_text, self.in_phonetic) = (0, 0, false, false, 0);
    }

    /// Feeds one event inside `<si>` or `<is>`.
    pub fn feed(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(e) => match local(e) {
                "r" => self.run_struck = false,
                "t" => self.in_text = self.in_phonetic == 0,
                "rPh" => self.in_phonetic += 1,
                "strike" => self.run_struck = attribute(e, "val").is_none_or(|v| is_true(&v)),
                _ => {}
            },
            Event::Empty(e) if local(e) == "strike" => self.run_struck = attribute(e, "val").is_none_or(|v| is_true(&v)),
            Event::End(e) => match e.local_name().into_inner() {
                "t" => self.in_text = false,
                "r" => self.run_struck = false,
                "rPh" => self.in_phonetic = self.in_phonetic.saturating_sub(1),
                _ => {}
            },
            other if self.in_text => {
                let before = self.text.len();
                push_text(other, &mut self.text);
                let added = self.text[before..].chars().filter(|c| !c.is_whitespace()).count();
                if self.run_struck {
                    self.struck += added;
                } else {
                    self.plain += added;
                }
            }
            _ => {}
        }
    }

    pub fn strike(&self) -> Strike {
        match (self.struck, self.plain) {
            (0, _) => Strike::None,
            (_, 0) => Strike::Whole,
            _ => Strike::Part,
        }
    }

    /// A text that never ends must not grow without bound: four bytes a character at most, seven where it is escaped.
    pub fn is_bounded(&self, limits: &Limits) -> Result<(), FileFault> {
        if self.text.len() > limits.text_chars.saturating_mul(7) {
            return Err(over(&format!("单元格文字超过{}字", limits.text_chars)));
        }
        Ok(())
    }

    pub fn take(&mut self) -> String {
        unescape_ooxml(std::mem::take(&mut self.text))
    }
}

pub fn read(package: &mut Package, name: &str) -> Result<Vec<SharedString>, FileFault> {
    let limits = *package.limits();
    let spent = package.spent();
    let Some(part) = package.part(name)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(part, limits, spent);
    let mut strings = Vec::new();
    let mut rich = Rich::default();
    let mut inside = false;
    loop {
        let event = xml.next()?;
        match &event {
            Event::Start(e) if local(e) == "si" => {
                inside = true;
                rich.clear();
            }
            Event::Empty(e) if local(e) == "si" => add(&mut strings, SharedString { text: "".into(), strike: Strike::None }, &limits)?,
            Event::End(e) if inside && e.local_name().into_inner() == "si" => {
                inside = false;
                let strike = rich.strike();
                let text = rich.take();
                too_long(&text, limits.text_chars)?;
                add(&mut strings, SharedString { text: text.into(), strike }, &limits)?;
            }
            Event::Eof => return Ok(strings),
            other if inside => {
                rich.feed(other);
                rich.is_bounded(&limits)?;
            }
            _ => {}
        }
    }
}

/// A workbook within its limits cannot use more texts than it may have cells.
fn add(strings: &mut Vec<SharedString>, string: SharedString, limits: &Limits) -> Result<(), FileFault> {
    if strings.len() >= limits.cells {
        return Err(over(&format!("共享字符串超过{}个", limits.cells)));
    }
    strings.push(string);
    Ok(())
}

/// F004 for a text longer than a cell can hold. Bytes are looked at first: counting characters of short texts is not needed.
pub fn too_long(text: &str, limit: usize) -> Result<(), FileFault> {
    if text.len() > limit && text.chars().count() > limit {
        return Err(over(&format!("单元格文字超过{limit}字")));
    }
    Ok(())
}
