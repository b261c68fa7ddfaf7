//! The styles of an .ods that the rules need: number formats, strike-through, hidden sheets, page headers.

use std::collections::BTreeMap;

use crate::intake::NumberFormat;
use crate::intake::reading::xml::tag::Tag;

use super::node::{Node, is, owned};

/// A style may have a parent, and that another; files in practice nest two or three.
const MAX_PARENTS: usize = 32;

/// The families of styles that cells, their texts and their tables refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Cell,
    Text,
    Table,
}

#[derive(Debug, Default)]
struct Style {
    parent: Option<String>,
    /// The name of its number format.
    data: Option<String>,
    strike: Option<bool>,
    /// Superscript or subscript.
    is_raised: bool,
    /// The name of the page style that a table prints with.
    master: Option<String>,
    hidden: bool,
}

/// The style that is being read.
#[derive(Debug)]
enum Open {
    Style(Family, String, Style),
    Number {
        name: String,
        format: NumberFormat,
        /// The style of the code's first section: a code of several sections is stored as a style a section, the last
        /// of which refers to the others in their order.
        first: Option<String>,
    },
}

/// Styles by name. Those of `styles.xml` and those of `content.xml` are read into one: the automatic styles of
/// `styles.xml` belong to headers alone and are left out.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_family: BTreeMap<Family, BTreeMap<String, Style>>,
    numbers: BTreeMap<String, NumberFormat>,
    headers: BTreeMap<String, Vec<String>>,
    open: Option<Open>,
    /// Inside a section whose styles count.
    active: bool,
    header: HeaderState,
}

#[derive(Debug, Default)]
struct HeaderState {
    master: Option<String>,
    /// Inside a header or footer that is printed.
    shown: bool,
    text: Option<String>,
}

/// Which of a part's sections hold styles that cells refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Common,
    Automatic,
}

impl Styles {
    /// Takes in one node of a part; nodes of other sections are passed over.
    pub(super) fn node(&mut self, section: Section, node: &Node<'_>) {
        let container: &[u8] = match section {
            Section::Common => b"office:styles",
            Section::Automatic => b"office:automatic-styles",
        };
        match node {
            Node::Open(element) => {
                let name = element.full;
                if name == container {
                    self.active = true;
                } else if self.active {
                    self.open_style(name, element);
                }
                self.open_header(name, element);
            }
            Node::Close(name) => {
                if *name == container {
                    self.active = false;
                } else if *name == b"style:style"
                    || name.starts_with(b"number:") && name.ends_with(b"-style")
                {
                    self.close_style();
                }
                self.close_header(name);
            }
            Node::Text(text) => {
                if let Some(header) = &mut self.header.text {
                    header.push_str(text);
                }
            }
        }
    }

    fn open_style(&mut self, name: &[u8], element: &Tag<'_>) {
        match (name, &mut self.open) {
            (b"style:style", _) => {
                let family = match element.get_full(b"style:family").as_deref() {
                    Some("table-cell") => Some(Family::Cell),
                    Some("text") => Some(Family::Text),
                    Some("table") => Some(Family::Table),
                    _ => None,
                };
                let style = Style {
                    parent: owned(element, b"style:parent-style-name"),
                    data: owned(element, b"style:data-style-name"),
                    master: owned(element, b"style:master-page-name"),
                    ..Style::default()
                };
                self.open = family.map(|family| Open::Style(family, style_name(element), style));
            }
            (b"style:text-properties", Some(Open::Style(_, _, style))) => {
                style.strike = strike(element).or(style.strike);
                style.is_raised |= element
                    .get_full(b"style:text-position")
                    .is_some_and(|position| !position.starts_with("0%"));
            }
            (b"style:table-properties", Some(Open::Style(_, _, style))) => {
                style.hidden = is(element, b"table:display", "false");
            }
            (b"number:number", Some(Open::Number { format, .. })) => {
                let decimals = element.get_full(b"number:decimal-places");
                let decimals = decimals.and_then(|places| places.parse().ok());
                let is_scaled = element.get_full(b"number:display-factor").is_some();
                *format = match (*format, decimals) {
                    (NumberFormat::Percent(_), Some(decimals)) => NumberFormat::Percent(decimals),
                    (NumberFormat::General, Some(decimals)) if !is_scaled => {
                        NumberFormat::Fixed(decimals)
                    }
                    (other, _) => other,
                };
            }
            (b"style:map", Some(Open::Number { first, .. })) => {
                if first.is_none() {
                    *first = owned(element, b"style:apply-style-name");
                }
            }
            _ => {
                if let Some(format) = number_style(name) {
                    self.open = Some(Open::Number {
                        name: style_name(element),
                        format,
                        first: None,
                    });
                }
            }
        }
    }

    fn close_style(&mut self) {
        match self.open.take() {
            Some(Open::Style(family, name, style)) => {
                self.by_family
                    .entry(family)
                    .or_default()
                    .insert(name, style);
            }
            Some(Open::Number {
                name,
                format,
                first,
            }) => {
                let first = first.and_then(|first| self.numbers.get(&first));
                let format = first.copied().unwrap_or(format);
                self.numbers.insert(name, format);
            }
            None => {}
        }
    }

    fn style(&self, family: Family, name: &str) -> Option<&Style> {
        self.by_family.get(&family)?.get(name)
    }

    fn open_header(&mut self, name: &[u8], element: &Tag<'_>) {
        match name {
            b"style:master-page" => self.header.master = owned(element, b"style:name"),
            _ if is_header(name) && self.header.master.is_some() => {
                self.header.shown = !is(element, b"style:display", "false");
            }
            b"text:p" if self.header.shown => self.header.text = Some(String::new()),
            _ => {}
        }
    }

    fn close_header(&mut self, name: &[u8]) {
        match name {
            b"style:master-page" => self.header = HeaderState::default(),
            _ if is_header(name) => self.header.shown = false,
            b"text:p" => {
                if let (Some(text), Some(master)) = (self.header.text.take(), &self.header.master)
                    && !text.trim().is_empty()
                {
                    self.headers
                        .entry(master.clone())
                        .or_default()
                        .push(text.trim().to_owned());
                }
            }
            _ => {}
        }
    }

    /// A cell style's number format and strike-through, its parents asked where it does not say.
    pub(super) fn cell(&self, name: &str) -> (NumberFormat, bool) {
        let mut format = None;
        let mut struck = None;
        let mut next = self.style(Family::Cell, name);
        for _ in 0..MAX_PARENTS {
            let Some(style) = next else { break };
            format = format.or_else(|| {
                style
                    .data
                    .as_ref()
                    .map(|d| self.numbers.get(d).copied().unwrap_or_default())
            });
            struck = struck.or(style.strike);
            let parent = style.parent.as_ref();
            next = parent.and_then(|parent| self.style(Family::Cell, parent));
        }
        (format.unwrap_or_default(), struck.unwrap_or(false))
    }

    /// Whether a text style strikes through.
    pub(super) fn text_struck(&self, name: &str) -> Option<bool> {
        self.style(Family::Text, name)
            .map(|style| style.strike == Some(true))
    }

    /// Whether a text style sets its text higher or lower.
    pub(super) fn text_raised(&self, name: &str) -> bool {
        self.style(Family::Text, name)
            .is_some_and(|style| style.is_raised)
    }

    pub(super) fn table_hidden(&self, name: &str) -> bool {
        self.style(Family::Table, name).is_some_and(|t| t.hidden)
    }

    /// Header and footer texts of the page style that a table style prints with.
    pub(super) fn table_headers(&self, name: &str) -> Vec<String> {
        let table = self.style(Family::Table, name);
        let master = table.and_then(|t| t.master.as_deref());
        self.headers
            .get(master.unwrap_or("Default"))
            .cloned()
            .unwrap_or_default()
    }
}

fn style_name(element: &Tag<'_>) -> String {
    owned(element, b"style:name").unwrap_or_default()
}

/// What an element that begins a number format says before its parts; `None` for other elements.
fn number_style(name: &[u8]) -> Option<NumberFormat> {
    Some(match name {
        b"number:percentage-style" => NumberFormat::Percent(0),
        b"number:date-style" | b"number:time-style" => NumberFormat::Date,
        b"number:number-style" | b"number:currency-style" => NumberFormat::General,
        b"number:text-style" | b"number:boolean-style" => NumberFormat::General,
        _ => return None,
    })
}

fn is_header(name: &[u8]) -> bool {
    matches!(
        name,
        b"style:header"
            | b"style:footer"
            | b"style:header-left"
            | b"style:footer-left"
            | b"style:header-first"
            | b"style:footer-first"
    )
}

/// `None`: the properties do not speak of it.
fn strike(element: &Tag<'_>) -> Option<bool> {
    element
        .get_full(b"style:text-line-through-style")
        .or_else(|| element.get_full(b"style:text-line-through-type"))
        .map(|value| value != "none")
}
