//! styles.xml: what each cell style says about numbers and strike-through.

use std::collections::BTreeMap;

use quick_xml::events::Event;

use super::super::number_format::{builtin, classify};
use super::super::workbook::{FileFault, NumberFormat};
use super::package::Package;
use super::xml::{Xml, attribute, is_true, local};

#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    pub format: NumberFormat,
    pub strike: bool,
}

/// Styles in the order of `cellXfs`.
pub fn read(package: &mut Package, name: &str) -> Result<Vec<Style>, FileFault> {
    let limits = *package.limits();
    let spent = package.spent();
    let Some(part) = package.part(name)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(part, limits, spent);
    let mut formats: BTreeMap<u32, NumberFormat> = BTreeMap::new();
    let mut struck_fonts: Vec<bool> = Vec::new();
    let mut styles = Vec::new();
    let mut section = Section::None;
    loop {
        match xml.next()? {
            Event::Start(e) => match local(&e) {
                "fonts" => section = Section::Fonts,
                "cellXfs" => section = Section::CellXfs,
                "cellStyleXfs" | "dxfs" | "fills" | "borders" => section = Section::None,
                "font" if section == Section::Fonts => struck_fonts.push(false),
                "strike" if section == Section::Fonts => strike(&e, &mut struck_fonts),
                "xf" if section == Section::CellXfs => styles.push(style(&e, &formats, &struck_fonts)),
                "numFmt" if section != Section::None => {}
                "numFmt" => number_format(&e, &mut formats),
                _ => {}
            },
            Event::Empty(e) => match local(&e) {
                "numFmt" => number_format(&e, &mut formats),
                "font" if section == Section::Fonts => struck_fonts.push(false),
                "strike" if section == Section::Fonts => strike(&e, &mut struck_fonts),
                "xf" if section == Section::CellXfs => styles.push(style(&e, &formats, &struck_fonts)),
                _ => {}
            },
            Event::End(e) if matches!(e.local_name().into_inner(), "fonts" | "cellXfs") => section = Section::None,
            Event::Eof => return Ok(styles),
            _ => {}
        }
    }
}

#[derive(PartialEq, Eq)]
enum Section {
    None,
    Fonts,
    CellXfs,
}

fn number_format(e: &quick_xml::events::BytesStart, formats: &mut BTreeMap<u32, NumberFormat>) {
    if let (Some(id), Some(code)) = (attribute(e, "numFmtId").and_then(|v| v.parse().ok()), attribute(e, "formatCode")) {
        formats.insert(id, classify(&code));
    }
}

fn strike(e: &quick_xml::events::BytesStart, fonts: &mut [bool]) {
    if let Some(last) = fonts.last_mut() {
        *last = attribute(e, "val").is_none_or(|v| is_true(&v));
    }
}

fn style(e: &quick_xml::events::BytesStart, formats: &BTreeMap<u32, NumberFormat>, struck_fonts: &[bool]) -> Style {
    let number = |name: &str| attribute(e, name).and_then(|v| v.parse::<u32>().ok()).unwrap_or(0);
    let id = number("numFmtId");
    let font = number("fontId") as usize;
    Style { format: formats.get(&id).copied().or_else(|| builtin(id)).unwrap_or_default(), strike: struck_fonts.get(font).copied().unwrap_or(false) }
}
