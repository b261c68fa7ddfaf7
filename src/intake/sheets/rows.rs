//! The rows below a header.

use std::collections::{HashMap, HashSet};

use super::cell::{Beside, points};
use super::header::{self, Header};
use super::{Reader, is_blank, is_free, is_note, nearest};
use crate::intake::layout::grid::{Grid, GridRow};
use crate::intake::text::{self, one_line};
use crate::intake::workbook::Value;
use crate::plan::Severity;
use crate::plan::cell::CellRef;
use crate::plan::sheets::{Found, Holds, Row, Rows, Table};

impl Reader<'_> {
    /// The rows of a sheet of settings: each names one.
    pub(super) fn settings(
        &mut self,
        table: &'static Table,
        grid: &Grid,
        header: &Header,
        rows: &mut Rows,
    ) -> HashMap<u32, CellRef> {
        let [Some(item), Some(content)] = header.settings else {
            return HashMap::new();
        };
        let names = header::names_of(table.columns);
        let sheet = grid.sheet.name.to_string();
        let mut unknown = HashMap::new();
        let mut seen: HashMap<usize, CellRef> = HashMap::new();
        let mut set = Vec::new();
        for at in grid.rows_below(header.row) {
            let line = grid.line(at);
            let (name, value) = (line.field_cell(item), line.field_cell(content));
            if is_note(&line) || value.at == name.at {
                continue;
            }
            for cell in line
                .cells
                .iter()
                .filter(|c| c.at.col != item && c.at.col != content)
            {
                unknown.entry(cell.at.col).or_insert(cell.at);
            }
            let text = name.text().unwrap_or_default().into_owned();
            let Some(&ix) = names.get(&header::head_key(&text)) else {
                if !is_blank(&value) && !is_free(&text) {
                    let near = nearest(&text, table.columns.iter().map(|c| c.head));
                    let help = near.map(|near| format!("是不是“{near}”？"));
                    let message = match text.as_str() {
                        "" => "这一行没有写是哪一项".to_owned(),
                        text => format!("没有“{}”这一项", one_line(text, 30)),
                    };
                    self.say(Severity::Error, &sheet, Some(name.at), message, help);
                }
                continue;
            };
            if let (Some(first), false) = (seen.get(&ix), is_blank(&value)) {
                let message = format!(
                    "“{}”写了两次（{first} 也是），请只留一行",
                    table.columns[ix].head
                );
                self.wrong(&sheet, Some(value.at), message);
                continue;
            }
            if !is_blank(&value) {
                seen.insert(ix, value.at);
            }
            set.push((ix, at, value));
        }
        // A month may leave out the year that the plan's days tell.
        let is_month = |ix: usize| table.columns[ix].holds == Holds::Month;
        for months in [false, true] {
            if months {
                self.learn(table, rows);
            }
            for (ix, at, value) in set.iter().filter(|(ix, ..)| is_month(*ix) == months) {
                let found = self.cell(&sheet, &table.columns[*ix], value, &Beside::default());
                rows.rows.push(Row {
                    row: *at,
                    cells: vec![(*ix, value.at, found.unwrap_or(Found::Blank))],
                    months: Vec::new(),
                });
            }
        }
        unknown
    }

    /// The rows of a sheet whose header names columns.
    pub(super) fn rows(
        &mut self,
        table: &'static Table,
        grid: &Grid,
        header: &Header,
        rows: &mut Rows,
    ) -> HashMap<u32, CellRef> {
        let sheet = grid.sheet.name.to_string();
        let columns = header.columns.iter().enumerate();
        let mut order: Vec<(usize, u32)> = columns
            .filter_map(|(ix, col)| Some((ix, (*col)?)))
            .collect();
        // Units and months are read first: figures and days are read by them.
        order.sort_by_key(|(ix, _)| {
            let holds = table.columns[*ix].holds;
            matches!(holds, Holds::Figure | Holds::Reporters | Holds::Date)
        });
        let months = header.months.iter().map(|(_, col)| *col);
        let undated = header.undated.iter().map(|(at, _)| at.col);
        let of_columns = order.iter().map(|(_, col)| *col);
        let known: HashSet<u32> = of_columns.chain(months).chain(undated).collect();
        let mut unknown: HashMap<u32, CellRef> = HashMap::new();
        let mut above: Vec<Option<Found>> = vec![None; table.columns.len()];
        let mut has_hidden = false;
        for at in grid.rows_below(header.row) {
            let line = grid.line(at);
            if is_note(&line) || header.is_repeated(&line) {
                continue;
            }
            for cell in line.cells.iter().filter(|c| !known.contains(&c.at.col)) {
                unknown.entry(cell.at.col).or_insert(cell.at);
            }
            let Some(row) = self.row((table, &sheet), &line, at, header, &order, &mut above) else {
                continue;
            };
            has_hidden |= grid.sheet.hidden_rows.contains(&at);
            rows.rows.push(row);
        }
        let hidden_cols = order.iter().any(|(_, col)| grid.sheet.is_hidden_col(*col));
        for (is_hidden, what) in [(has_hidden, "行"), (hidden_cols, "列")] {
            if is_hidden {
                let message = format!("“{sheet}”表有隐藏的{what}，其中的内容照样采用");
                self.say(Severity::Warning, &sheet, None, message, None);
            }
        }
        unknown
    }

    /// One row; `None`: it says nothing of its own. `above`: what the columns held last.
    fn row(
        &mut self,
        (table, sheet): (&'static Table, &str),
        line: &GridRow,
        at: u32,
        header: &Header,
        order: &[(usize, u32)],
        above: &mut [Option<Found>],
    ) -> Option<Row> {
        let mut row = Row {
            row: at,
            ..Row::default()
        };
        let mut beside = Beside::default();
        let mut says_something = false;
        for &(ix, col) in order {
            let column = &table.columns[ix];
            let cell = line.field_cell(col);
            let fills = matches!(column.holds, Holds::TaskNo | Holds::Tier);
            let is_ditto = matches!(&cell.value, Some(Value::Text(t)) if text::is_ditto(t));
            let found = if is_ditto && above[ix].is_some() || is_blank(&cell) && fills {
                above[ix].clone()
            } else {
                self.cell(sheet, column, &cell, &beside)
            };
            let own = cell.at.row == at && !is_blank(&cell);
            says_something |= own || found.is_some() && !fills && cell.at.row == at;
            let Some(found) = found else { continue };
            if let Found::Value(value) = &found {
                beside.note(column, value);
            }
            if fills || is_ditto || own {
                above[ix] = Some(found.clone());
            }
            let is_filled_down = fills && !own && cell.merged_to.is_none();
            let place = if is_filled_down {
                CellRef::new(at, col)
            } else {
                cell.at
            };
            row.cells.push((ix, place, found));
        }
        for &(period, col) in &header.months {
            let cell = line.field_cell(col);
            if is_blank(&cell) {
                continue;
            }
            says_something = true;
            let share = points(&cell, false).unwrap_or_else(|(message, help)| {
                self.say(Severity::Error, sheet, Some(cell.at), message, help);
                None
            });
            row.months.push((period, cell.at, share));
        }
        row.months.sort_by_key(|(period, ..)| *period);
        // A target brings along what its own columns leave blank.
        for (key, value) in beside.of_target() {
            let ix = table.columns.iter().position(|c| c.key == key);
            if let Some(ix) = ix.filter(|ix| row.cell(*ix).is_none()) {
                let col = header.columns[ix].unwrap_or_default();
                row.cells
                    .push((ix, CellRef::new(at, col), Found::Value(value)));
            }
        }
        says_something.then_some(row)
    }
}
