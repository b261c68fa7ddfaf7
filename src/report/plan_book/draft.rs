//! What a draft says of its rows: what is to be settled (待核) coloured, and the notice's sentences.

use std::collections::{BTreeMap, HashMap};

use rust_xlsxwriter::{Format, Worksheet};

use super::cells::{Cell, Filled};
use super::style::Styles;
use super::{REMARK_WIDTH, row_height, write};
use crate::plan::notice::Remark;
use crate::plan::sheets::{Column, Holds, Layout, Table};
use crate::report::Result;

/// Characters of one row's words.
const LONGEST: usize = 8_000;

/// Writes what a draft says of a sheet's rows into their 备注 (of settings into 说明), and colours what is to be settled.
pub(super) fn remarks(
    sheet: &mut Worksheet,
    table: &Table,
    filled: &Filled,
    remarks: &[Remark],
    styles: &Styles,
) -> Result {
    let is_settings = matches!(table.layout, Layout::Settings(_));
    let names = row_names(table, filled);
    let mut rows: BTreeMap<usize, Vec<(&Remark, usize)>> = BTreeMap::new();
    for remark in remarks {
        if is_settings {
            if let Some(ix) = setting(table, remark) {
                rows.entry(ix).or_default().push((remark, ix));
            }
        } else if let (true, Some(&ix)) = (remark.table == table.key, names.get(&remark.row)) {
            let column = column(table, &filled.rows[ix], remark);
            rows.entry(ix).or_default().push((remark, column));
        }
    }
    let place = if is_settings { 2 } else { table.columns.len() };
    let place = u16::try_from(place).unwrap_or_default();
    for (ix, own) in rows {
        let at = u32::try_from(ix).unwrap_or_default() + 1;
        let row = &filled.rows[ix];
        let is_open = own.iter().any(|(remark, _)| remark.is_open);
        let fill = |format: &Format, is_open| {
            if is_open {
                format.clone().set_background_color(styles.open)
            } else {
                format.clone()
            }
        };
        let words: Vec<&str> = own
            .iter()
            .map(|(remark, _)| remark.words.as_str())
            .collect();
        let words: String = words.join("\n").chars().take(LONGEST).collect();
        sheet.write_string_with_format(at, place, &words, &fill(&styles.grey, is_open))?;
        if !is_settings {
            sheet.set_column_width(place, REMARK_WIDTH)?;
            sheet.set_row_height(at, row_height(table, row, Some(&words)))?;
        }
        for (_, column) in own.iter().filter(|(remark, _)| remark.is_open) {
            let (col, cell) = if is_settings {
                (1, 0)
            } else {
                (*column, *column)
            };
            let col = u16::try_from(col).unwrap_or_default();
            let holds = table.columns.get(*column).map_or(Holds::Text, |c| c.holds);
            let format = if is_settings {
                styles.setting(holds)
            } else {
                styles.of(holds).clone()
            };
            write(
                sheet,
                at,
                col,
                row.get(cell).and_then(Option::as_ref),
                &fill(&format, true),
            )?;
        }
    }
    Ok(())
}

/// The setting that a remark is about: the one beside it, else the one that it names.
fn setting(table: &Table, remark: &Remark) -> Option<usize> {
    let is_beside = |c: &Column, key: &str| match remark.key.as_str() {
        "" => is_about(remark, c),
        beside => key == beside,
    };
    let is_own = |c: &Column| {
        let named = c.key.split_once('.');
        named.is_some_and(|(section, key)| section == remark.table && is_beside(c, key))
    };
    table.columns.iter().position(is_own)
}

/// The column that a remark is about: the one beside it, the one that it names, else what a person would look at.
fn column(table: &Table, row: &[Option<Cell>], remark: &Remark) -> usize {
    let place = |key: &str| table.columns.iter().position(|c| c.key == key);
    let about = |is: fn(&Remark, &Column) -> bool| {
        let mut columns = table.columns.iter();
        columns.position(|c| c.holds != Holds::TaskNo && is(remark, c))
    };
    let named = about(says_head).or_else(|| about(is_about));
    let target = place("target").filter(|ix| row.get(*ix).is_some_and(Option::is_some));
    place(&remark.key)
        .or(named)
        .or(target)
        .or_else(|| place("kind"))
        .or_else(|| place("text"))
        .unwrap_or_default()
}

fn says_head(remark: &Remark, column: &Column) -> bool {
    remark.words.contains(column.head)
}

/// Whether a remark says a column's head under any of its names.
fn is_about(remark: &Remark, column: &Column) -> bool {
    let mut names = column
        .aliases
        .iter()
        .filter(|name| name.chars().count() > 1);
    (column.head.chars().count() > 1 && says_head(remark, column))
        || names.any(|name| remark.words.contains(name))
}

/// The rows by their ids or numbers.
fn row_names(table: &Table, filled: &Filled) -> HashMap<String, usize> {
    let own = table
        .columns
        .iter()
        .position(|c| matches!(c.key, "id" | "no"));
    let name = |row: &Vec<Option<Cell>>| match row.get(own?)?.as_ref()? {
        Cell::Text(text) => Some(text.clone()),
        Cell::Number(n) => Some(n.to_string()),
        Cell::Date(_) => None,
    };
    let mut all = HashMap::new();
    // A long list of reporters goes on in rows of the same id.
    for (ix, row) in filled.rows.iter().enumerate() {
        if let Some(name) = name(row) {
            all.entry(name).or_insert(ix);
        }
    }
    all
}
