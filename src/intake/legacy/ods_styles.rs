//! The styles of an .ods that the rules need: number formats, strike-through, hidden sheets, page headers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use quick_xml::events::BytesStart;

use crate::intake::NumberFormat;

use super::xml::{Node, attr};

/// A style may have a parent, and that another; files in practice nest two or three.
const MAX_PARENTS: usize = 32;

#[derive(Debug, Default)]
struct CellStyle {
    parent: Option<String>,
    data: Option<String>,
    strike: Option<bool>,
}

#[derive(Debug, Default)]
struct TableStyle {
    master: Option<String>,
    hidden: bool,
}

/// The style that is being read.
#[derive(Debug)]
enum Open {
    Cell(String, CellStyle),
    Text(String, bool),
    Table(String, TableStyle),
    Number(String, NumberStyle),
}

#[derive(Debug)]
struct NumberStyle {
    kind: NumberKind,
    decimals: Option<u8>,
    plain: bool,
    /// The style of the code's first section: a code of several sections is stored as a style a section, the last of
    /// which refers to the others in their order.
    first: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NumberKind {
    Number,
    Percent,
    Date,
    Other,
}

/// Styles by name. Those of `styles.xml` and those of `content.xml` are read into one: the automatic styles of
/// `styles.xml` belong to headers alone and are left out.
#[derive(Debug, Default)]
pub(super) struct Styles {
    cells: BTreeMap<String, CellStyle>,
    texts: BTreeMap<String, bool>,
    tables: BTreeMap<String, TableStyle>,
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
        let container = if section == Section::Common {
            "office:styles"
        } else {
            "office:automatic-styles"
        };
        match node {
            Node::Open(element) => {
                let name = element.name().into_inner();
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
                } else if matches!(*name, "style:style")
                    || name.starts_with("number:") && name.ends_with("-style")
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

    fn open_style(&mut self, name: &str, element: &BytesStart<'_>) {
        let style_name = || {
            attr(element, "style:name")
                .map(Cow::into_owned)
                .unwrap_or_default()
        };
        match name {
            "style:style" => {
                self.open = match attr(element, "style:family").as_deref() {
                    Some("table-cell") => Some(Open::Cell(
                        style_name(),
                        CellStyle {
                            parent: attr(element, "style:parent-style-name").map(Cow::into_owned),
                            data: attr(element, "style:data-style-name").map(Cow::into_owned),
                            strike: None,
                        },
                    )),
                    Some("text") => Some(Open::Text(style_name(), false)),
                    Some("table") => Some(Open::Table(
                        style_name(),
                        TableStyle {
                            master: attr(element, "style:master-page-name").map(Cow::into_owned),
                            hidden: false,
                        },
                    )),
                    _ => None,
                }
            }
            "style:text-properties" => {
                let struck = strike(element);
                match (&mut self.open, struck) {
                    (Some(Open::Cell(_, style)), Some(_)) => style.strike = struck,
                    (Some(Open::Text(_, own)), Some(struck)) => *own = struck,
                    _ => {}
                }
            }
            "style:table-properties" => {
                if let Some(Open::Table(_, style)) = &mut self.open {
                    style.hidden = attr(element, "table:display").as_deref() == Some("false");
                }
            }
            "number:number-style" | "number:currency-style" => {
                self.open_number(style_name(), NumberKind::Number)
            }
            "number:percentage-style" => self.open_number(style_name(), NumberKind::Percent),
            "number:date-style" | "number:time-style" => {
                self.open_number(style_name(), NumberKind::Date)
            }
            "number:text-style" | "number:boolean-style" => {
                self.open_number(style_name(), NumberKind::Other)
            }
            "number:number" => {
                if let Some(Open::Number(_, style)) = &mut self.open {
                    style.decimals =
                        attr(element, "number:decimal-places").and_then(|d| d.parse().ok());
                    style.plain &= attr(element, "number:display-factor").is_none();
                }
            }
            "style:map" => {
                if let Some(Open::Number(_, style)) = &mut self.open
                    && style.first.is_none()
                {
                    style.first = attr(element, "style:apply-style-name").map(Cow::into_owned);
                }
            }
            "number:scientific-number" | "number:fraction" => {
                if let Some(Open::Number(_, style)) = &mut self.open {
                    style.plain = false;
                }
            }
            _ => {}
        }
    }

    fn open_number(&mut self, name: String, kind: NumberKind) {
        self.open = Some(Open::Number(
            name,
            NumberStyle {
                kind,
                decimals: None,
                plain: true,
                first: None,
            },
        ));
    }

    fn close_style(&mut self) {
        match self.open.take() {
            Some(Open::Cell(name, style)) => {
                self.cells.insert(name, style);
            }
            Some(Open::Text(name, struck)) => {
                self.texts.insert(name, struck);
            }
            Some(Open::Table(name, style)) => {
                self.tables.insert(name, style);
            }
            Some(Open::Number(name, style)) => {
                let own = match (style.kind, style.decimals) {
                    (NumberKind::Percent, decimals) => NumberFormat::Percent(decimals.unwrap_or(0)),
                    (NumberKind::Date, _) => NumberFormat::Date,
                    (NumberKind::Number, Some(decimals)) if style.plain => {
                        NumberFormat::Fixed(decimals)
                    }
                    _ => NumberFormat::General,
                };
                let first = style.first.and_then(|first| self.numbers.get(&first));
                let format = first.copied().unwrap_or(own);
                self.numbers.insert(name, format);
            }
            None => {}
        }
    }

    fn open_header(&mut self, name: &str, element: &BytesStart<'_>) {
        match name {
            "style:master-page" => {
                self.header.master = attr(element, "style:name").map(Cow::into_owned)
            }
            _ if is_header(name) && self.header.master.is_some() => {
                self.header.shown = attr(element, "style:display").as_deref() != Some("false");
            }
            "text:p" if self.header.shown => self.header.text = Some(String::new()),
            _ => {}
        }
    }

    fn close_header(&mut self, name: &str) {
        match name {
            "style:master-page" => self.header = HeaderState::default(),
            _ if is_header(name) => self.header.shown = false,
            "text:p" => {
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
        let mut next = self.cells.get(name);
        for _ in 0..MAX_PARENTS {
            let Some(style) = next else { break };
            format = format.or_else(|| {
                style
                    .data
                    .as_ref()
                    .map(|d| self.numbers.get(d).copied().unwrap_or_default())
            });
            struck = struck.or(style.strike);
            next = style.parent.as_ref().and_then(|p| self.cells.get(p));
        }
        (format.unwrap_or_default(), struck.unwrap_or(false))
    }

    /// Whether a text style strikes through.
    pub(super) fn text_struck(&self, name: &str) -> Option<bool> {
        self.texts.get(name).copied()
    }

    pub(super) fn table_hidden(&self, name: &str) -> bool {
        self.tables.get(name).is_some_and(|t| t.hidden)
    }

    /// Header and footer texts of the page style that a table style prints with.
    pub(super) fn table_headers(&self, name: &str) -> Vec<String> {
        let master = self
            .tables
            .get(name)
            .and_then(|t| t.master.as_deref())
            .unwrap_or("Default");
        self.headers.get(master).cloned().unwrap_or_default()
    }
}

fn is_header(name: &str) -> bool {
    matches!(
        name,
        "style:header"
            | "style:footer"
            | "style:header-left"
            | "style:footer-left"
            | "style:header-first"
            | "style:footer-first"
    )
}

/// `None`: the properties do not speak of it.
fn strike(element: &BytesStart<'_>) -> Option<bool> {
    attr(element, "style:text-line-through-style")
        .or_else(|| attr(element, "style:text-line-through-type"))
        .map(|value| value != "none")
}
