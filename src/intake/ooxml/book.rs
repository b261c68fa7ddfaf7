//! workbook.xml: the sheets in their order, the date system, and where the other parts are.

use std::collections::BTreeMap;

use crate::intake::reading::budget::{Budget, over};
use crate::intake::reading::damaged;
use crate::intake::reading::opc::{folder_of, relations_of};
use crate::intake::reading::package::Package;
use crate::intake::reading::xml::{Event, Xml};
use crate::intake::workbook::{Result, Visibility};
use crate::plan::Limits;

pub(super) struct Book {
    pub(super) sheets: Vec<SheetEntry>,
    /// Sheets that are a chart.
    pub(super) charts: Vec<SheetEntry>,
    pub(super) date_1904: bool,
    /// Names of the parts that the sheets share.
    pub(super) styles: String,
    pub(super) shared_strings: String,
}

/// One worksheet.
pub(super) struct SheetEntry {
    pub(super) name: String,
    pub(super) visibility: Visibility,
    /// Its part's name.
    pub(super) part: String,
}

/// Finds the workbook part, its worksheets and the parts they share.
pub(super) fn read(package: &mut Package, budget: &mut Budget<'_>) -> Result<Book> {
    let main = relations_of(package, "")?
        .iter()
        .find(|r| r.kind.ends_with("/officeDocument"))
        .map(|r| r.target.clone())
        .filter(|main| package.has(main))
        .unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let relations = relations_of(package, &main)?;
    let part_of = |kind: &str, file: &str| {
        relations
            .iter()
            .find(|r| r.kind.ends_with(kind))
            .map_or_else(
                || format!("{}/{file}", folder_of(&main)),
                |r| r.target.clone(),
            )
    };
    // The first of two with one id counts.
    let mut parts: BTreeMap<&str, (&str, bool)> = BTreeMap::new();
    for relation in relations.iter() {
        let is_chart = relation.kind.ends_with("/chartsheet");
        if is_chart || relation.kind.ends_with("/worksheet") {
            let part = (relation.target.as_str(), is_chart);
            parts.entry(&relation.id).or_insert(part);
        }
    }
    let listed = package
        .known(&main, |xml| listed(xml, budget.limits))?
        .ok_or_else(|| damaged("缺少工作簿主体"))?;
    let (mut sheets, mut charts) = (Vec::new(), Vec::new());
    for entry in &listed.sheets {
        // Dialogue sheets hold nothing that is read.
        if let Some(&(part, is_chart)) = parts.get(&*entry.id) {
            budget.sheet()?;
            let into = if is_chart { &mut charts } else { &mut sheets };
            into.push(SheetEntry {
                name: entry.name.clone(),
                visibility: entry.visibility,
                part: part.to_owned(),
            });
        }
    }
    Ok(Book {
        sheets,
        charts,
        date_1904: listed.date_1904,
        styles: part_of("/styles", "styles.xml"),
        shared_strings: part_of("/sharedStrings", "sharedStrings.xml"),
    })
}

/// What workbook.xml itself holds.
#[derive(Default)]
struct Listed {
    sheets: Vec<ListedSheet>,
    date_1904: bool,
}

struct ListedSheet {
    /// Of its relationship.
    id: String,
    name: String,
    visibility: Visibility,
}

fn listed(mut xml: Xml<'_>, limits: &Limits) -> Result<Listed> {
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
                    name: tag.get(b"name").unwrap_or_default().into_owned(),
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
