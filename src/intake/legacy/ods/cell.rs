//! One cell of an .ods while it is read: its typed value, its text and what of the text is struck through.

use std::borrow::Cow;

use crate::intake::reading::raised;
use crate::intake::reading::strike::StrikeMix;
use crate::intake::reading::xml::tag::Tag;
use crate::intake::workbook::Strike;
use crate::intake::{NumberFormat, Value};

use super::node::{count, is, owned};
use super::styles::Styles;

/// `text:s` stands for a run of spaces; more than this is no text.
const MAX_SPACES: u32 = 1024;

pub(super) struct OpenCell {
    pub(super) repeat: u32,
    /// Rows and columns of the merged region it is the top left of; at least 1.
    pub(super) span: (u32, u32),
    kind: Option<String>,
    /// The typed value's own attribute.
    stored: Option<String>,
    is_error: bool,
    formula: Option<String>,
    format: NumberFormat,
    text: String,
    paragraphs: usize,
    in_paragraph: bool,
    /// The cell's own strike-through, then that of each open span.
    struck: Vec<bool>,
    /// Of each open span, where it begins if it is raised or lowered.
    raised: Vec<Option<usize>>,
    mix: StrikeMix,
}

impl OpenCell {
    pub(super) fn new(element: &Tag<'_>, format: NumberFormat, struck: bool) -> Self {
        let kind = owned(element, b"office:value-type");
        let stored = match kind.as_deref() {
            Some("date") => element.get_full(b"office:date-value"),
            Some("boolean") => element.get_full(b"office:boolean-value"),
            Some("string") => element.get_full(b"office:string-value"),
            Some("float" | "currency" | "percentage") => element.get_full(b"office:value"),
            _ => None,
        };
        Self {
            repeat: count(element, b"table:number-columns-repeated"),
            span: (
                count(element, b"table:number-rows-spanned"),
                count(element, b"table:number-columns-spanned"),
            ),
            stored: stored.map(Cow::into_owned),
            kind,
            is_error: is(element, b"calcext:value-type", "error"),
            formula: owned(element, b"table:formula"),
            format,
            text: String::new(),
            paragraphs: 0,
            in_paragraph: false,
            struck: vec![struck],
            raised: Vec::new(),
            mix: StrikeMix::default(),
        }
    }

    /// The formula names another file.
    pub(super) fn refers_outside(&self) -> bool {
        self.formula
            .as_deref()
            .is_some_and(|f| f.contains("'file:") || f.contains("'http"))
    }

    /// The text read so far.
    pub(super) fn so_far(&self) -> &str {
        &self.text
    }

    pub(super) fn open(&mut self, name: &[u8], element: &Tag<'_>, styles: &Styles) {
        match name {
            b"text:p" => {
                if self.paragraphs > 0 {
                    self.text.push('\n');
                }
                self.paragraphs += 1;
                self.in_paragraph = true;
            }
            b"text:span" => {
                let style = element.get_full(b"text:style-name");
                let is_raised = style.as_ref().is_some_and(|n| styles.text_raised(n));
                self.raised.push(is_raised.then_some(self.text.len()));
                let own = style.and_then(|n| styles.text_struck(&n));
                let inherited = self.is_struck();
                self.struck.push(own.unwrap_or(inherited));
            }
            b"text:s" => {
                let spaces = element
                    .get_full(b"text:c")
                    .and_then(|n| n.parse::<u32>().ok())
                    .unwrap_or(1)
                    .min(MAX_SPACES);
                for _ in 0..spaces {
                    self.text.push(' ');
                }
            }
            b"text:tab" => self.text.push('\t'),
            b"text:line-break" => self.text.push('\n'),
            _ => {}
        }
    }

    pub(super) fn close(&mut self, name: &[u8]) {
        match name {
            b"text:p" => self.in_paragraph = false,
            b"text:span" if self.struck.len() > 1 => {
                self.struck.pop();
                if let Some(start) = self.raised.pop().flatten() {
                    raised::mark(&mut self.text, start);
                }
            }
            _ => {}
        }
    }

    fn is_struck(&self) -> bool {
        self.struck.last().copied().unwrap_or(false)
    }

    /// White space in the XML counts as one space; more is written as `text:s`.
    pub(super) fn text(&mut self, text: &str) {
        if !self.in_paragraph || text.is_empty() {
            return;
        }
        self.mix.add(self.is_struck());
        let mut gap = false;
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\r' | '\n') {
                gap = true;
                continue;
            }
            if std::mem::take(&mut gap) {
                self.text.push(' ');
            }
            self.text.push(c);
        }
        if gap {
            self.text.push(' ');
        }
    }

    /// `None`: an empty cell.
    pub(super) fn finish(self) -> Option<(Value, NumberFormat, Strike)> {
        let mut mix = self.mix;
        if self.text.is_empty() {
            mix.add(self.struck.first().copied().unwrap_or(false));
        }
        let strike = mix.strike();
        if self.is_error || self.formula.is_some() && is_error_text(&self.text) {
            let text = if self.text.is_empty() {
                "#VALUE!"
            } else {
                self.text.trim()
            };
            return Some((Value::Error(text.into()), self.format, strike));
        }
        let number = || {
            self.stored
                .as_deref()
                .and_then(|v| v.trim().parse::<f64>().ok())
                .filter(|n| n.is_finite())
                .map(Value::Number)
        };
        let shown = || (!self.text.is_empty()).then(|| Value::Text(self.text.as_str().into()));
        let mut format = self.format;
        let value = match self.kind.as_deref() {
            Some("float" | "currency") => number().or_else(shown),
            Some("percentage") => {
                if !matches!(format, NumberFormat::Percent(_)) {
                    format = NumberFormat::Percent(shown_decimals(&self.text));
                }
                number().or_else(shown)
            }
            Some("date") => {
                format = NumberFormat::Date;
                self.stored
                    .as_deref()
                    .filter(|d| !d.is_empty())
                    .map(|d| Value::Date(d.into()))
                    .or_else(shown)
            }
            Some("boolean") => self.stored.as_deref().map(|b| Value::Bool(b == "true")),
            Some("string") => match self.stored.as_deref() {
                Some(text) => (!text.is_empty()).then(|| Value::Text(text.into())),
                None => shown(),
            },
            Some(_) => shown(),
            None => shown().or_else(|| {
                let formula = self.formula.as_deref()?;
                // LibreOffice stores neither type nor text of a result that is an empty text.
                (!formula.contains("\"\"")).then_some(Value::NoCachedValue)
            }),
        };
        value.map(|value| (value, format, strike))
    }
}

/// Decimals of `45.6%` as shown.
fn shown_decimals(text: &str) -> u8 {
    let after = text.split_once('.').map_or(0, |(_, rest)| {
        rest.bytes().take_while(u8::is_ascii_digit).count()
    });
    u8::try_from(after).unwrap_or(u8::MAX)
}

/// What spreadsheet programs show for a formula that failed.
fn is_error_text(text: &str) -> bool {
    matches!(
        text,
        "#REF!"
            | "#DIV/0!"
            | "#VALUE!"
            | "#N/A"
            | "#NAME?"
            | "#NULL!"
            | "#NUM!"
            | "#SPILL!"
            | "#CALC!"
    ) || text
        .strip_prefix("Err:")
        .is_some_and(|n| n.len() == 3 && n.bytes().all(|b| b.is_ascii_digit()))
}
