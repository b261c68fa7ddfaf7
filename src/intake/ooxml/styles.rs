//! styles.xml: what each cell style says about numbers and strike-through.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::number_format::{builtin, classify};
use super::super::workbook::{FileFault, NumberFormat};
use super::package::Package;
use super::strings::struck;
use super::xml::{Event, Tag, Xml};

#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    pub format: NumberFormat,
    pub strike: bool,
}

/// Styles in the order of `cellXfs`.
pub fn read(package: &mut Package, name: &str) -> Result<Rc<Vec<Style>>, FileFault> {
    Ok(package.part(name, styles)?.unwrap_or_default())
}

fn styles(mut xml: Xml<'_>) -> Result<Vec<Style>, FileFault> {
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
                    section = Section::None
                }
                b"font" if section == Section::Fonts => struck_fonts.push(false),
                b"strike" if section == Section::Fonts => {
                    if let Some(last) = struck_fonts.last_mut() {
                        *last = struck(&tag);
                    }
                }
                b"xf" if section == Section::CellXfs => {
                    styles.push(style(&tag, &formats, &struck_fonts))
                }
                b"numFmt" if section == Section::None => number_format(&tag, &mut formats),
                _ => {}
            },
            Event::Close(b"fonts" | b"cellXfs") => section = Section::None,
            Event::End => return Ok(styles),
            Event::Close(_) | Event::Text(_) => {}
        }
    }
}

#[derive(PartialEq, Eq)]
enum Section {
    None,
    Fonts,
    CellXfs,
}

fn number_format(tag: &Tag, formats: &mut BTreeMap<u32, NumberFormat>) {
    if let (Some(id), Some(code)) = (tag.number(b"numFmtId"), tag.get(b"formatCode")) {
        formats.insert(id, classify(&code));
    }
}

fn style(tag: &Tag, formats: &BTreeMap<u32, NumberFormat>, struck_fonts: &[bool]) -> Style {
    let id = tag.number(b"numFmtId").unwrap_or(0);
    let font: usize = tag.number(b"fontId").unwrap_or(0);
    Style {
        format: formats
            .get(&id)
            .copied()
            .or_else(|| builtin(id))
            .unwrap_or_default(),
        strike: struck_fonts.get(font).copied().unwrap_or(false),
    }
}
