//! Where in a workbook a path of plan.toml stands: `task.3.indicator.1.unit` is a cell of 指标.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use toml::Value;

use super::rows::{Found, Row, Rows};
use super::{PLAN, Table};
use crate::Joined;
use crate::plan::cell::CellRef;
use crate::plan::problem::Step;

/// Which rows the parts of a plan come from. Of a key that no sheet has, the row's first cell is the place.
#[derive(Debug, Default)]
pub(super) struct Origins {
    pub departments: Vec<usize>,
    pub tasks: Vec<TaskRows>,
}

#[derive(Debug, Default)]
pub(super) struct TaskRows {
    pub row: usize,
    pub indicators: Vec<usize>,
    pub relations: Vec<usize>,
}

pub(super) struct Locator<'a> {
    pub found: &'a [Option<Rows>],
    pub origins: &'a Origins,
    /// Rows of sheets of keys and values, by sheet and key; made where one is asked for.
    pub by_key: OnceCell<HashMap<(&'static str, &'a str), usize>>,
}

/// Sheets of keys and values, with the column of their keys.
const PAIRS: [(&str, &str); 3] = [
    ("due_dates", "period"),
    ("severity", "rule"),
    ("columns", "field"),
];

/// A sheet's name and the cell.
pub(super) type Spot = (String, Option<CellRef>);

impl<'a> Locator<'a> {
    /// Where a sheet's column stands.
    pub fn beside(&self, table: &str, key: &str) -> Option<u32> {
        let ix = PLAN.iter().position(|t| t.key == table)?;
        let column = PLAN[ix].columns.iter().position(|c| c.key == key)?;
        *self.found.get(ix)?.as_ref()?.columns.get(column)?
    }

    pub fn locate(&self, path: &[Step]) -> Spot {
        let key = |n: usize| match path.get(n) {
            Some(Step::Key(key)) => key.as_ref(),
            _ => "",
        };
        let at = |n: usize| match path.get(n) {
            Some(Step::At(ix)) => *ix,
            _ => usize::MAX,
        };
        match (key(0), key(1), key(2)) {
            ("department", ..) => self.cell(
                "department",
                self.origins.departments.get(at(1)).copied(),
                key(2),
            ),
            ("task", _, part) => {
                let task = self.origins.tasks.get(at(1));
                let of = |rows: Option<&Vec<usize>>| rows.and_then(|r| r.get(at(3))).copied();
                match part {
                    "indicator" => self.cell("indicator", of(task.map(|t| &t.indicators)), key(4)),
                    "relation" => self.cell("relation", of(task.map(|t| &t.relations)), key(4)),
                    part => self.cell("task", task.map(|t| t.row), part),
                }
            }
            ("plan", "due_dates", period) => self.row_of("due_dates", period, "date"),
            ("checks", "severity", code) => self.row_of("severity", code, "rule"),
            ("columns", field, _) => self.row_of("columns", field, "heads"),
            (section, key, _) => self.setting(&format!("{section}.{key}")),
        }
    }

    fn rows(&self, key: &str) -> Option<(&'static Table, &'a Rows)> {
        let ix = PLAN.iter().position(|t| t.key == key)?;
        Some((PLAN.get(ix)?, self.found.get(ix)?.as_ref()?))
    }

    fn cell(&self, table: &str, row: Option<usize>, key: &str) -> Spot {
        let Some((table, rows)) = self.rows(table) else {
            return (super::table(table).name.to_owned(), None);
        };
        let cell = row.and_then(|ix| rows.rows.get(ix)).and_then(|row| {
            let column = table.columns.iter().position(|c| c.key == key);
            match column {
                Some(column) => rows.place(row, column),
                None => first(row),
            }
        });
        (rows.sheet.clone(), cell)
    }

    /// The row of a sheet that holds a value under a key.
    fn row_of(&self, table: &str, value: &str, place: &str) -> Spot {
        let all = self.by_key.get_or_init(|| {
            let mut all = HashMap::new();
            for (name, key) in PAIRS {
                let Some((table, rows)) = self.rows(name) else {
                    continue;
                };
                for (ix, row) in rows.rows.iter().enumerate() {
                    if let Some(text) = row.text(table, key) {
                        all.entry((name, text)).or_insert(ix);
                    }
                }
            }
            all
        });
        let name = PAIRS
            .iter()
            .map(|(name, _)| *name)
            .find(|name| *name == table);
        let row = name.and_then(|name| all.get(&(name, value)).copied());
        self.cell(table, row, place)
    }

    pub fn setting(&self, path: &str) -> Spot {
        let of_due_day = if path == "plan.due_month" {
            "plan.due_day"
        } else {
            path
        };
        let mut sheet = PLAN[0].name.to_owned();
        for (table, rows) in PLAN.iter().zip(self.found) {
            let Some(column) = table.columns.iter().position(|c| c.key == of_due_day) else {
                continue;
            };
            table.name.clone_into(&mut sheet);
            if let Some(rows) = rows {
                sheet.clone_from(&rows.sheet);
                let cell = rows.rows.iter().find_map(|row| row.cell(column));
                return (sheet, cell.map(|(at, _)| at));
            }
        }
        (sheet, None)
    }
}

/// Cells by the names that `trace` has for a plan's parts (`14.1.target`, `task.14`, `plan.end`), with what stands there.
pub type Places = BTreeMap<String, (String, CellRef, String)>;

/// The places of everything that has a name.
pub(super) fn places(found: &[Option<Rows>]) -> Places {
    let mut out = Places::new();
    for (table, rows) in PLAN.iter().zip(found) {
        let Some(rows) = rows else { continue };
        for row in &rows.rows {
            let id = |key| row.value(table, key).map(words);
            let name = match table.key {
                "" => String::new(),
                "department" => format!("department.{}", id("id").unwrap_or_default()),
                "task" => format!("task.{}", id("no").unwrap_or_default()),
                "indicator" => id("id").unwrap_or_default(),
                _ => continue,
            };
            for (ix, at, found) in &row.cells {
                let Some(column) = table.columns.get(*ix) else {
                    continue;
                };
                let value = match found {
                    Found::Value(value) => words(value),
                    Found::Reporters(list) => {
                        let names = list.iter().map(|(name, _)| name.as_str());
                        names.joined("、")
                    }
                    Found::Blank | Found::Wrong => continue,
                };
                let dot = if name.is_empty() { "" } else { "." };
                let place = (rows.sheet.clone(), *at, format!("{} {value}", column.head));
                if !name.is_empty() {
                    out.entry(name.clone()).or_insert_with(|| place.clone());
                }
                out.entry(format!("{name}{dot}{}", column.key))
                    .or_insert(place);
            }
        }
    }
    out
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Float(n) => n.to_string(),
        Value::Array(list) => list.iter().map(words).joined("、"),
        // A figure with what stands by it.
        Value::Table(parts) => parts.get("value").map(words).unwrap_or_default(),
        value => value.to_string(),
    }
}

fn first(row: &Row) -> Option<CellRef> {
    row.cells.iter().map(|(_, at, _)| *at).min()
}
