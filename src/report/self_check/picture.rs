//! Small pictures of the rows in which findings stand: the heads, and the cells around those that are marked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::intake::arrival::{read_workbook, read_xlsb};
use crate::intake::personal::printable;
use crate::intake::sniff::sniff;
use crate::intake::submission::raw_text;
use crate::intake::text::one_line;
use crate::intake::workbook::{Region, column_name};
use crate::intake::{CellRef, NumberFormat, Sheet, dates};
use crate::plan::Limits;

use super::{OwnCheck, weight};

/// Rows of which there are pictures.
const ROWS: usize = 300;
/// Columns that say which row it is.
const NAMING: usize = 3;
/// Characters of a cell.
const CELL: usize = 48;

/// One picture for each row with findings. Of what lies in a .zip, and of a file that is not read as a workbook, there are none;
/// nor of one with a secrecy marking, of whose content nothing is kept.
pub fn pictures(own: &OwnCheck, limits: &Limits, bytes: &[u8]) -> Value {
    let findings = &own.checked.findings;
    let is_readable = own.arrivals.len() == 1 && own.arrivals[0].content.is_ok();
    if !is_readable || findings.iter().any(|f| f.code == "F010") {
        return json!([]);
    }
    let mut marks: BTreeMap<(&str, u32), BTreeMap<u32, u8>> = BTreeMap::new();
    for finding in findings {
        if let (Some(sheet), Some(at)) = (&finding.sheet, finding.cell) {
            let mark = marks
                .entry((sheet, at.row))
                .or_default()
                .entry(at.col)
                .or_insert(u8::MAX);
            *mark = (*mark).min(weight(finding));
        }
    }
    let kind = sniff(&own.given, bytes);
    let Ok(workbook) = read_workbook(&kind, bytes, None, limits, &read_xlsb).0 else {
        return json!([]);
    };
    let pictures = marks.iter().take(ROWS).filter_map(|((name, row), marks)| {
        let sheet = workbook.sheets.iter().find(|s| *s.name == **name)?;
        let head = own.heads.iter().find(|(_, sheet, _)| sheet == name);
        Some(picture(
            (sheet, workbook.date_1904),
            *row,
            head.map(|(_, _, rows)| *rows),
            marks,
        ))
    });
    Value::Array(pictures.collect())
}

fn picture(
    (sheet, date_1904): (&Sheet, bool),
    row: u32,
    head: Option<(u32, u32)>,
    marks: &BTreeMap<u32, u8>,
) -> Value {
    let merges: Vec<&Region> = sheet
        .merges
        .iter()
        .filter(|m| {
            m.first.row <= row && row <= m.last.row
                || head.is_some_and(|(_, last)| m.first.row <= last)
        })
        .collect();
    let text = |at: CellRef| {
        // A day as it is seen, not as the number that is stored.
        let shown = |at| {
            let cell = sheet.cell(at)?;
            let is_day = cell.format == NumberFormat::Date;
            let day = dates::of_value(&cell.value, date_1904).filter(|_| is_day);
            Some(day.map_or_else(|| raw_text(&cell.value).to_string(), |day| day.to_string()))
        };
        let merged = || {
            let region = merges.iter().find(|region| region.contains(at))?;
            shown(region.first)
        };
        let text = shown(at)
            .filter(|t| !t.trim().is_empty())
            .or_else(merged)
            .unwrap_or_default();
        one_line(&printable(&text), CELL)
    };
    // A report's columns are under its lowest heads; a head of two lines stands in both.
    let head = head.filter(|(_, last)| *last < row);
    let head_text = |col| {
        let (first, last) = head?;
        let lines: Vec<String> = (first..=last)
            .map(|row| text(CellRef::new(row, col)))
            .collect();
        let mut lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        lines.dedup();
        Some(lines.join(" "))
    };
    let last_col = |row: u32| {
        let end = sheet.cells.partition_point(|cell| cell.at.row <= row);
        let last = sheet.cells.get(end.checked_sub(1)?)?;
        (last.at.row == row).then_some(last.at.col)
    };
    let width = last_col(row)
        .into_iter()
        .chain(head.and_then(|(_, last)| last_col(last)))
        .chain(marks.keys().copied())
        .max()
        .unwrap_or(0)
        .min(255);
    let around = |col: u32| col.saturating_sub(1)..=(col + 1).min(width.max(col));
    let naming = (0..=width)
        .filter(|&col| !text(CellRef::new(row, col)).is_empty())
        .take(NAMING);
    let columns: BTreeSet<u32> = marks
        .keys()
        .flat_map(|&col| around(col))
        .chain(naming)
        .collect();
    let cell = |&col: &u32| {
        json!({
            "column": column_name(col).to_string(),
            "head": head_text(col),
            "text": text(CellRef::new(row, col)),
            "mark": marks.get(&col).map(|weight| match weight {
                0 => "error",
                1 => "warning",
                _ => "note",
            }),
        })
    };
    json!({
        "sheet": *sheet.name,
        "row": row + 1,
        "cells": columns.iter().map(cell).collect::<Vec<_>>(),
    })
}
