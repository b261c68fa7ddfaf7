//! What stands beside the cells of a worksheet in a package: comments, threaded comments and shapes, each in a part of its own.

use super::budget::{Budget, beyond_the_sheet, check_growing_text};
use super::opc::relations_of;
use super::package::Package;
use super::sheet::SheetBuilder;
use super::xml::{Event, Xml};
use crate::intake::workbook::{CellRef, FileFault, Result};

/// Reads the XML parts that a worksheet's part refers to; returns the names of comments in another format (.xlsb).
pub(crate) fn read(
    package: &mut Package,
    part: &str,
    sheet: &mut SheetBuilder,
    budget: &mut Budget<'_>,
) -> Result<Vec<String>> {
    let relations = relations_of(package, part)?;
    let mut others = Vec::new();
    for relation in relations.iter() {
        let of_kind = |kind: &str| relation.kind.ends_with(kind);
        if of_kind("/comments") && relation.target.ends_with(".bin") {
            others.push(relation.target.clone());
        } else if of_kind("/comments") || of_kind("/threadedComment") {
            if let Some(xml) = package.xml(&relation.target)? {
                comments(xml, sheet, budget)?;
            }
        } else if of_kind("/drawing") {
            let is_chart = |kind: &str| kind.ends_with("/chart") || kind.ends_with("/chartEx");
            let beside = relations_of(package, &relation.target)?;
            let charts = beside.iter().filter(|beside| is_chart(&beside.kind));
            for part in std::iter::once(&relation.target).chain(charts.map(|chart| &chart.target)) {
                if let Some(xml) = package.xml(part)? {
                    drawing(xml, sheet, budget)?;
                }
            }
        } else if of_kind("/vmlDrawing")
            && let Some(xml) = package.xml(&relation.target)?
        {
            match boxes(xml, sheet, budget) {
                // Such a part is not always XML, and no program needs it to be.
                Err(FileFault::Unreadable { .. }) => {}
                read => read?,
            }
        }
    }
    Ok(others)
}

/// `<comment ref="A1">` with its text in runs, or `<threadedComment ref="A1">` with it in one.
fn comments(mut xml: Xml<'_>, sheet: &mut SheetBuilder, budget: &mut Budget<'_>) -> Result {
    let mut at = None;
    let mut is_threaded = false;
    let mut inside = false;
    let mut text = String::new();
    loop {
        match xml.next()? {
            Event::Open(tag) => match tag.name {
                b"comment" | b"threadedComment" => {
                    is_threaded = tag.name == b"threadedComment";
                    let cell = tag.get(b"ref").unwrap_or_default();
                    at = Some(CellRef::parse(&cell).ok_or_else(beyond_the_sheet)?);
                    text.clear();
                }
                b"t" => inside = !tag.empty && !is_threaded,
                b"text" => inside = !tag.empty && is_threaded,
                _ => inside = false,
            },
            Event::Close { name, .. } => {
                inside = false;
                if matches!(name, b"comment" | b"threadedComment")
                    && let Some(at) = at.take()
                {
                    sheet.comment(at, &text, budget)?;
                }
            }
            Event::Text(piece) if inside && at.is_some() => {
                piece.push_to(&mut text)?;
                check_growing_text(&text, budget.limits)?;
            }
            Event::Text(_) => {}
            Event::End => return Ok(()),
        }
    }
}

/// The text of each box of a VML drawing; those of comments are empty.
fn boxes(mut xml: Xml<'_>, sheet: &mut SheetBuilder, budget: &mut Budget<'_>) -> Result {
    let mut inside = false;
    let mut text = String::new();
    loop {
        match xml.next()? {
            Event::Open(tag) => match tag.name {
                b"textbox" => inside = !tag.empty,
                b"div" | b"br" if inside && !text.is_empty() => text.push('\n'),
                _ => {}
            },
            Event::Close {
                name: b"textbox", ..
            } => {
                inside = false;
                sheet.text_box(text.trim(), budget)?;
                text.clear();
            }
            Event::Text(piece) if inside => {
                piece.push_to(&mut text)?;
                check_growing_text(&text, budget.limits)?;
            }
            Event::Close { .. } | Event::Text(_) => {}
            Event::End => return Ok(()),
        }
    }
}

/// The paragraphs of each shape's text body, and of a chart's titles.
fn drawing(mut xml: Xml<'_>, sheet: &mut SheetBuilder, budget: &mut Budget<'_>) -> Result {
    let mut inside = false;
    let mut text = String::new();
    loop {
        match xml.next()? {
            Event::Open(tag) => {
                inside = tag.name == b"t" && !tag.empty;
                if tag.name == b"br" {
                    text.push('\n');
                }
            }
            Event::Close { name, .. } => {
                inside = false;
                match name {
                    b"p" => text.push('\n'),
                    b"txBody" | b"rich" => {
                        sheet.text_box(text.trim_end_matches('\n'), budget)?;
                        text.clear();
                    }
                    _ => {}
                }
            }
            Event::Text(piece) if inside => {
                piece.push_to(&mut text)?;
                check_growing_text(&text, budget.limits)?;
            }
            Event::Text(_) => {}
            Event::End => return Ok(()),
        }
    }
}
