//! What the packages of .xlsx and .xlsb have in common (ECMA-376 part 2): relationships between parts, and the
//! document's properties.

use std::rc::Rc;

use super::package::{Package, resolve};
use super::xml::{Event, Xml};
use crate::intake::workbook::{FileFault, Result};

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

/// The workbook's own last-modified stamp (`dcterms:modified`), as written. A damaged stamp is none: the workbook itself
/// is whole.
pub(crate) fn modified(package: &mut Package) -> Result<Option<String>> {
    match package.known("docProps/core.xml", stamp) {
        Err(FileFault::Unreadable { .. }) => Ok(None),
        Err(fault) => Err(fault),
        Ok(stamp) => Ok(stamp.and_then(|stamp| (*stamp).clone())),
    }
}

fn stamp(mut xml: Xml<'_>) -> Result<Option<String>> {
    let mut inside = false;
    let mut stamp = String::new();
    loop {
        match xml.next()? {
            Event::Open(tag) => inside = !tag.empty && tag.name == b"modified",
            Event::Close { .. } if inside => {
                let stamp = stamp.trim();
                return Ok((!stamp.is_empty()).then(|| stamp.to_owned()));
            }
            // A stamp is some twenty characters.
            Event::Text(text) if inside && stamp.len() < 100 => text.push_to(&mut stamp)?,
            Event::End => return Ok(None),
            Event::Close { .. } | Event::Text(_) => {}
        }
    }
}
