//! styles.xml: the number format and the strike-through of each cell style.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::strings::is_struck;
use crate::intake::number_format::{builtin, classify};
use crate::intake::reading::package::Package;
use crate::intake::reading::xml::tag::Tag;
use crate::intake::reading::xml::{Event, Xml};
use crate::intake::workbook::{NumberFormat, Result, Strike};

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Style {
    pub(super) format: NumberFormat,
    pub(super) strike: bool,
}

impl Style {
    /// The strike-through of a cell in this style whose text has its own.
    pub(super) fn strike_over(self, own: Strike) -> Strike {
        if self.strike { Strike::Whole } else { own }
    }
}

/// Styles in the order of `cellXfs`; none where the workbook has no part of that name.
pub(super) fn read(package: &mut Package, name: &str) -> Result<Rc<Vec<Style>>> {
    Ok(package.known(name, styles)?.unwrap_or_default())
}

fn styles(mut xml: Xml<'_>) -> Result<Vec<Style>> {
    let mut formats: BTreeMap<u32, NumberFormat> = BTreeMap::new();
    let mut struck_fonts: Vec<bool> = Vec::new();
    let mut styles = Vec::new();
    let mut section = Section::None;
    loop {
        match xml.next()? {
            Event::Open(tag) => match tag.name {
                b"fonts" if !tag.empty => section = Section::Fonts,
                b"cellXfs" if !tag.empty => section = Section::CellXfs,
                b"cellStyleXfs" | b"dxfs" | b"fills" | b"borders" if !tag.empty => {
                    section = Section::None;
                }
                b"font" if section == Section::Fonts => struck_fonts.push(false),
                b"strike" if section == Section::Fonts => {
                    if let Some(last) = struck_fonts.last_mut() {
                        *last = is_struck(&tag);
                    }
                }
                b"xf" if section == Section::CellXfs => {
                    styles.push(style(&tag, &formats, &struck_fonts));
                }
                b"numFmt" if section == Section::None => {
                    if let (Some(id), Some(code)) =
                        (tag.number(b"numFmtId"), tag.get(b"formatCode"))
                    {
                        formats.insert(id, classify(&code));
                    }
                }
                _ => {}
            },
            Event::Close {
                name: b"fonts" | b"cellXfs",
                ..
            } => section = Section::None,
            Event::End => return Ok(styles),
            Event::Close { .. } | Event::Text(_) => {}
        }
    }
}

#[derive(PartialEq, Eq)]
enum Section {
    None,
    Fonts,
    CellXfs,
}

fn style(tag: &Tag, formats: &BTreeMap<u32, NumberFormat>, struck_fonts: &[bool]) -> Style {
    let id = tag.number(b"numFmtId").unwrap_or(0);
    let font: usize = tag.number(b"fontId").unwrap_or(0);
    let format = formats.get(&id).copied().or_else(|| builtin(id));
    Style {
        format: format.unwrap_or_default(),
        strike: struck_fonts.get(font).copied().unwrap_or(false),
    }
}
