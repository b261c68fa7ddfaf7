//! The header of a sheet, found by what it says.

use std::collections::HashMap;

use super::CellReader;
use super::figure::Trouble;
use crate::intake::layout::grid::{Grid, GridRow};
use crate::intake::workbook::Value;
use crate::plan::Period;
use crate::plan::cell::CellRef;
use crate::plan::field::{ElementField, Field};
use crate::plan::names::key;
use crate::plan::sheets::{Column, Layout, Table};

/// A sheet's header.
#[derive(Default)]
pub(super) struct Header {
    /// Its last row.
    pub row: u32,
    /// Where each column of the table stands.
    pub columns: Vec<Option<u32>>,
    /// Where name and value of settings stand.
    pub settings: [Option<u32>; 2],
    pub months: Vec<(Period, u32)>,
    /// Columns of months whose year is not known.
    pub undated: Vec<(CellRef, Trouble)>,
    /// Texts that are no known head.
    pub unknown: HashMap<u32, String>,
    /// Heads of a column that has one already: the cell, its text, and the first one's cell and text.
    pub twice: Vec<(CellRef, String, (CellRef, String))>,
    texts: HashMap<u32, String>,
}

impl Header {
    /// How much of a header it is.
    fn weight(&self) -> usize {
        self.columns.iter().flatten().count()
            + self.settings.iter().flatten().count()
            + self.months.len()
            + self.undated.len()
    }

    /// Whether a row says the header once more.
    pub fn is_repeated(&self, line: &GridRow) -> bool {
        let mut texts = 0;
        line.cells.iter().all(|cell| match &cell.value {
            Value::Text(text) => {
                texts += 1;
                self.texts
                    .get(&cell.at.col)
                    .is_some_and(|head| *head == head_key(text))
            }
            _ => false,
        }) && texts > 1
    }
}

/// The heads of a table's columns.
pub(super) fn heads(table: &'static Table) -> impl Iterator<Item = &'static str> {
    let settings = match table.layout {
        Layout::Settings(heads) => heads.to_vec(),
        _ => table.columns.iter().map(|c| c.head).collect(),
    };
    settings.into_iter()
}

/// The columns by their heads, those that departments' forms have for the same thing among them.
pub(super) fn names_of(columns: &'static [Column]) -> HashMap<String, usize> {
    let mut names = HashMap::new();
    for (ix, column) in columns.iter().enumerate() {
        names.insert(head_key(column.head), ix);
    }
    for (ix, column) in columns.iter().enumerate() {
        let form = Field::ALL
            .into_iter()
            .find(|f| f.chinese() == column.head)
            .map(Field::headers);
        let elements = ElementField::ALL
            .into_iter()
            .find(|f| f.chinese() == column.head)
            .map(ElementField::headers);
        for alias in column
            .aliases
            .iter()
            .chain(form.into_iter().chain(elements).flatten())
        {
            names.entry(head_key(alias)).or_insert(ix);
        }
    }
    names
}

/// A head as it is compared: without brackets, asterisks and line breaks.
pub(super) fn head_key(text: &str) -> String {
    let mut key = key(text);
    key.retain(|c| !matches!(c, '※' | '●' | '▲' | '☆'));
    key
}

/// Finds the row that is most of a header among the first ones.
pub(super) fn find(table: &'static Table, grid: &Grid, cells: &CellReader) -> Option<Header> {
    let names = match table.layout {
        Layout::Settings(_) => HashMap::new(),
        _ => names_of(table.columns),
    };
    let mut best: Option<Header> = None;
    for row in grid.rows().take(super::HEADER_ROWS) {
        let header = read(table, grid, row, &names, cells);
        let weight = header.weight();
        if weight >= 2.min(table.columns.len()).max(1)
            && best.as_ref().is_none_or(|b| weight > b.weight())
        {
            best = Some(header);
        }
    }
    best
}

fn read(
    table: &'static Table,
    grid: &Grid,
    row: u32,
    names: &HashMap<String, usize>,
    cells: &CellReader,
) -> Header {
    let mut header = Header {
        row,
        columns: vec![None; table.columns.len()],
        ..Header::default()
    };
    let line = grid.line(row);
    for col in grid.columns(row.saturating_sub(1), row, 256) {
        let cell = line.field_cell(col);
        let is_merged_on = cell.at.col != col;
        let mut text = cell.text().unwrap_or_default().into_owned();
        let mut at = cell.at;
        // A head that stands in the row above, over a blank cell.
        if text.is_empty() && row > 0 {
            let above = grid.line(row - 1).field_cell(col);
            if above.at.col == col
                && above
                    .text()
                    .is_some_and(|t| names.contains_key(&head_key(&t)))
            {
                text = above.text().unwrap_or_default().into_owned();
                at = above.at;
            }
        }
        if text.is_empty() || is_merged_on {
            continue;
        }
        let name = head_key(&text);
        header.texts.insert(col, name.clone());
        if let Layout::Settings(heads) = table.layout {
            let others: [&[&str]; 2] = [&["名称", "设置", "事项"], &["值", "数值", "内容", "填写"]];
            let is = |ix: usize| head_key(heads[ix]) == name || others[ix].contains(&name.as_str());
            match [is(0), is(1)].iter().position(|is| *is) {
                Some(ix) if header.settings[ix].is_none() => header.settings[ix] = Some(col),
                _ => drop(header.unknown.insert(col, text)),
            }
            continue;
        }
        if let Some(&ix) = names.get(&name) {
            if let Some(first) = header.columns[ix] {
                let first_at = CellRef::new(row, first);
                let first_text = line
                    .field_cell(first)
                    .text()
                    .unwrap_or_default()
                    .into_owned();
                header.twice.push((at, text, (first_at, first_text)));
                // Its cells are nobody's, and told of once.
                header.unknown.insert(col, "_".to_owned());
            } else {
                header.columns[ix] = Some(col);
            }
            continue;
        }
        let month = (table.layout == Layout::Months).then(|| cells.month(&cell));
        match month.unwrap_or(Ok(None)) {
            Ok(Some(period)) => match header.months.iter().find(|(other, _)| *other == period) {
                Some((_, first)) => {
                    let first = (CellRef::new(row, *first), period.chinese());
                    header.unknown.insert(col, "_".to_owned());
                    header.twice.push((at, text, first));
                }
                None => header.months.push((period, col)),
            },
            Ok(None) => drop(header.unknown.insert(col, text)),
            Err(trouble) => header.undated.push((at, trouble)),
        }
    }
    header
}
