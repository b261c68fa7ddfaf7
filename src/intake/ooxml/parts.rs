//! workbook.xml, relationships and document properties.

use std::collections::BTreeMap;

use quick_xml::events::Event;

use super::super::workbook::{FileFault, Visibility};
use super::package::Package;
use super::xml::{Xml, attribute, is_true, local, push_text};
use super::{damaged, over};

pub struct Book {
    pub sheets: Vec<SheetEntry>,
    pub date_1904: bool,
    pub styles: String,
    pub shared_strings: String,
}

pub struct SheetEntry {
    pub name: String,
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
        .into_iter()
        .find(|r| r.kind.ends_with("/officeDocument"))
        .map(|r| r.target)
        .filter(|t| package.has(t))
        .or_else(|| package.has("xl/workbook.xml").then(|| "xl/workbook.xml".to_owned()))
        .ok_or_else(|| damaged("缺少工作簿主体"))?;
    let folder = main.rsplit_once('/').map_or("", |(f, _)| f).to_owned();
    let file = main.rsplit('/').next().unwrap_or(&main);
    let rels_name = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
    let relations = relations(package, &rels_name, &folder)?;
    let by_kind = |kind: &str, fallback: &str| {
        relations.iter().find(|r| r.kind.ends_with(kind)).map_or_else(|| format!("{folder}/{fallback}"), |r| r.target.clone())
    };
    let mut book = Book {
        sheets: Vec::new(),
        date_1904: false,
        styles: by_kind("/styles", "styles.xml"),
        shared_strings: by_kind("/sharedStrings", "sharedStrings.xml"),
    };
    // The first of two with one id counts, and there may be as many as the part holds.
    let mut worksheets: BTreeMap<&str, &str> = BTreeMap::new();
    for relation in relations.iter().filter(|r| r.kind.ends_with("/worksheet")) {
        worksheets.entry(&relation.id).or_insert(&relation.target);
    }
    let limits = *package.limits();
    let spent = package.spent();
    let part = package.part(&main)?.ok_or_else(|| damaged("缺少工作簿主体"))?;
    let mut xml = Xml::new(part, limits, spent);
    loop {
        match xml.next()? {
            Event::Start(e) | Event::Empty(e) => match local(&e) {
                "workbookPr" => book.date_1904 = attribute(&e, "date1904").is_some_and(|v| is_true(&v)),
                "sheet" => {
                    let id = attribute(&e, "id").unwrap_or_default();
                    // Chart and dialogue sheets hold no cells.
                    let Some(&part) = worksheets.get(id.as_str()) else { continue };
                    if book.sheets.len() == limits.sheets {
                        return Err(over(&format!("工作表超过{}张", limits.sheets)));
                    }
                    book.sheets.push(SheetEntry {
                        name: attribute(&e, "name").unwrap_or_default(),
                        visibility: match attribute(&e, "state").as_deref() {
                            Some("hidden") => Visibility::Hidden,
                            Some("veryHidden") => Visibility::VeryHidden,
                            _ => Visibility::Visible,
                        },
                        part: part.to_owned(),
                    });
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(book)
}

fn relations(package: &mut Package, name: &str, folder: &str) -> Result<Vec<Relation>, FileFault> {
    let limits = *package.limits();
    let spent = package.spent();
    let Some(part) = package.part(name)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(part, limits, spent);
    let mut found = Vec::new();
    loop {
        match xml.next()? {
            Event::Start(e) | Event::Empty(e) if local(&e) == "Relationship" => {
                if attribute(&e, "TargetMode").as_deref() == Some("External") {
                    continue;
                }
                found.push(Relation {
                    id: attribute(&e, "Id").unwrap_or_default(),
                    kind: attribute(&e, "Type").unwrap_or_default(),
                    target: resolve(folder, &attribute(&e, "Target").unwrap_or_default()),
                });
            }
            Event::Eof => return Ok(found),
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
    let limits = *package.limits();
    let spent = package.spent();
    let Some(part) = package.part("docProps/core.xml")? else { return Ok(None) };
    let mut xml = Xml::new(part, limits, spent);
    let mut inside = false;
    let mut text = String::new();
    loop {
        let event = xml.next()?;
        match &event {
            Event::Start(e) => inside = local(e) == "modified",
            Event::End(_) if inside => {
                let text = text.trim();
                return Ok((!text.is_empty()).then(|| text.to_owned()));
            }
            Event::Eof => return Ok(None),
            // A stamp is some twenty characters.
            other if inside && text.len() < 100 => push_text(other, &mut text),
            _ => {}
        }
    }
}
