//! workbook.xml, relationships and document properties.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::super::workbook::{FileFault, Visibility};
use super::package::Package;
use super::xml::{Event, Xml};
use super::{damaged, over};
use crate::plan::Limits;

pub struct Book {
    pub sheets: Vec<SheetEntry>,
    pub date_1904: bool,
    pub styles: String,
    pub shared_strings: String,
}

pub struct SheetEntry {
    pub name: Arc<str>,
    pub visibility: Visibility,
    pub part: String,
}

struct Relation {
    id: String,
    kind: String,
    target: String,
}

/// Finds the workbook part, its sheets in order and the parts they share.
pub fn workbook(package: &mut Package) -> Result<Book, FileFault> {
    let main = relations(package, "_rels/.rels", "")?
        .iter()
        .find(|r| r.kind.ends_with("/officeDocument"))
        .map(|r| r.target.clone())
        .filter(|t| package.has(t))
        .or_else(|| {
            package
                .has("xl/workbook.xml")
                .then(|| "xl/workbook.xml".to_owned())
        })
        .ok_or_else(|| damaged("缺少工作簿主体"))?;
    let folder = main.rsplit_once('/').map_or("", |(f, _)| f).to_owned();
    let file = main.rsplit('/').next().unwrap_or(&main);
    let rels_name = if folder.is_empty() {
        format!("_rels/{file}.rels")
    } else {
        format!("{folder}/_rels/{file}.rels")
    };
    let relations = relations(package, &rels_name, &folder)?;
    let by_kind = |kind: &str, fallback: &str| {
        relations
            .iter()
            .find(|r| r.kind.ends_with(kind))
            .map_or_else(|| format!("{folder}/{fallback}"), |r| r.target.clone())
    };
    // The first of two with one id counts, and there may be as many as the part holds.
    let mut worksheets: BTreeMap<&str, &str> = BTreeMap::new();
    for relation in relations.iter().filter(|r| r.kind.ends_with("/worksheet")) {
        worksheets.entry(&relation.id).or_insert(&relation.target);
    }
    let limits = *package.limits();
    let listed = package
        .part(&main, |xml| listed(xml, &limits))?
        .ok_or_else(|| damaged("缺少工作簿主体"))?;
    let mut sheets = Vec::new();
    for entry in &listed.sheets {
        // Chart and dialogue sheets hold no cells.
        let Some(&part) = worksheets.get(&*entry.id) else {
            continue;
        };
        if sheets.len() == limits.sheets {
            return Err(over(format!("工作表超过{}张", limits.sheets)));
        }
        sheets.push(SheetEntry {
            name: entry.name.clone(),
            visibility: entry.visibility,
            part: part.to_owned(),
        });
    }
    Ok(Book {
        sheets,
        date_1904: listed.date_1904,
        styles: by_kind("/styles", "styles.xml"),
        shared_strings: by_kind("/sharedStrings", "sharedStrings.xml"),
    })
}

/// What workbook.xml says of itself.
#[derive(Default)]
struct Listed {
    sheets: Vec<ListedSheet>,
    date_1904: bool,
}

struct ListedSheet {
    /// Of its relationship.
    id: String,
    name: Arc<str>,
    visibility: Visibility,
}

fn listed(mut xml: Xml<'_>, limits: &Limits) -> Result<Listed, FileFault> {
    let mut book = Listed::default();
    // Sheets without cells are listed, too.
    let most = limits.sheets.saturating_mul(16);
    loop {
        match xml.next()? {
            Event::Open(tag) => match tag.name {
                b"workbookPr" => book.date_1904 = tag.is_true(b"date1904"),
                b"sheet" if book.sheets.len() == most => {
                    return Err(over(format!("工作表超过{}张", limits.sheets)));
                }
                b"sheet" => book.sheets.push(ListedSheet {
                    id: tag.get(b"id").unwrap_or_default().into_owned(),
                    name: tag.get(b"name").unwrap_or_default().into(),
                    visibility: match tag.raw(b"state") {
                        Some(b"hidden") => Visibility::Hidden,
                        Some(b"veryHidden") => Visibility::VeryHidden,
                        _ => Visibility::Visible,
                    },
                }),
                _ => {}
            },
            Event::End => return Ok(book),
            _ => {}
        }
    }
}

fn relations(
    package: &mut Package,
    name: &str,
    folder: &str,
) -> Result<Rc<Vec<Relation>>, FileFault> {
    // A part's folder follows from its name.
    Ok(package
        .part(name, |xml| related(xml, folder))?
        .unwrap_or_default())
}

fn related(mut xml: Xml<'_>, folder: &str) -> Result<Vec<Relation>, FileFault> {
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

/// A relationship's target as a path in the package.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// The workbook's own last-modified stamp.
pub fn modified(package: &mut Package) -> Result<Option<String>, FileFault> {
    Ok(package
        .part("docProps/core.xml", stamp)?
        .and_then(|stamp| (*stamp).clone()))
}

fn stamp(mut xml: Xml<'_>) -> Result<Option<String>, FileFault> {
    let mut inside = false;
    let mut stamp = String::new();
    loop {
        match xml.next()? {
            Event::Open(tag) => inside = !tag.empty && tag.name == b"modified",
            Event::Close(_) if inside => {
                let stamp = stamp.trim();
                return Ok((!stamp.is_empty()).then(|| stamp.to_owned()));
            }
            // A stamp is some twenty characters.
            Event::Text(text) if inside && stamp.len() < 100 => text.push_to(&mut stamp)?,
            Event::End => return Ok(None),
            Event::Close(_) | Event::Text(_) => {}
        }
    }
}
