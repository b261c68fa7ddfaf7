//! What the packages of .xlsx and .xlsb have in common (ECMA-376 part 2): relationships between parts, and the
//! document's properties.

use std::rc::Rc;

use super::package::{Package, resolve};
use super::sheet::unless_damaged;
use super::xml::{Event, Xml};
use crate::intake::workbook::Result;

/// One relationship of a part, to another part of the package.
pub(crate) struct Relation {
    pub(crate) id: String,
    /// The address that names its type.
    pub(crate) kind: String,
    /// The other part's name.
    pub(crate) target: String,
}

/// The folder that a part lies in, without a slash behind it.
pub(crate) fn folder_of(part: &str) -> &str {
    part.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A part's relationships; those of the package itself for an empty name.
pub(crate) fn relations_of(package: &mut Package, part: &str) -> Result<Rc<Vec<Relation>>> {
    let folder = folder_of(part);
    let file = part.rsplit('/').next().unwrap_or(part);
    // The folder follows from the part's name.
    let found = package.known(&format!("{folder}/_rels/{file}.rels"), |xml| {
        relations(xml, folder)
    })?;
    Ok(found.unwrap_or_default())
}

fn relations(mut xml: Xml<'_>, folder: &str) -> Result<Vec<Relation>> {
    let mut found = Vec::new();
    loop {
        match xml.next()? {
            Event::Open(tag) if tag.name == b"Relationship" => {
                if tag.raw(b"TargetMode") == Some(b"External") {
                    continue;
                }
                let text = |name| tag.get(name).unwrap_or_default();
                found.push(Relation {
                    id: text(b"Id").into_owned(),
                    kind: text(b"Type").into_owned(),
                    target: resolve(folder, &text(b"Target")),
                });
            }
            Event::End => return Ok(found),
            _ => {}
        }
    }
}

/// The workbook's own last-modified stamp, as written, and the texts of its properties. Damaged ones are none: the workbook
/// itself is whole.
pub(crate) fn properties(package: &mut Package) -> Result<Properties> {
    let read = unless_damaged(package.known("docProps/core.xml", core))?.flatten();
    Ok(read.map(|read| (*read).clone()).unwrap_or_default())
}

/// What docProps/core.xml tells.
#[derive(Default, Clone)]
pub(crate) struct Properties {
    /// `dcterms:modified`.
    pub(crate) modified: Option<String>,
    pub(crate) texts: Vec<String>,
}

/// Bytes of a property; a stamp is some twenty.
const PROPERTY_BYTES: usize = 600;

fn core(mut xml: Xml<'_>) -> Result<Properties> {
    let mut read = Properties::default();
    let mut inside = None;
    let mut text = String::new();
    loop {
        match xml.next()? {
            Event::Open(tag) => {
                let is_stamp = tag.name == b"modified";
                let is_text = matches!(
                    tag.name,
                    b"title"
                        | b"subject"
                        | b"keywords"
                        | b"category"
                        | b"description"
                        | b"contentStatus"
                );
                inside = (!tag.empty && (is_stamp || is_text)).then_some(is_stamp);
                text.clear();
            }
            Event::Close { .. } => {
                let closed = inside.take().zip(Some(text.trim()));
                match closed.filter(|(_, text)| !text.is_empty()) {
                    Some((true, stamp)) => read.modified = Some(stamp.to_owned()),
                    Some((false, text)) => read.texts.push(text.to_owned()),
                    None => {}
                }
            }
            Event::Text(piece) if inside.is_some() && text.len() < PROPERTY_BYTES => {
                piece.push_to(&mut text)?;
            }
            Event::Text(_) => {}
            Event::End => return Ok(read),
        }
    }
}
