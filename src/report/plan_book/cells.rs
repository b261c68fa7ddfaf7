//! A plan's tree as the cells of its workbook: what [`crate::plan::sheets::assemble`] reads back as the same tree.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use toml::{Table as Toml, Value};

use crate::plan::sheets::{Choice, Column, Holds, Layout, PROFILES, Table, chinese, shifted};
use crate::plan::{FormColumn, Period, Unit};

/// What a cell shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    Date(Date),
}

/// The rows of one sheet: a cell for each column, then for each month.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// Heads of the months that schedules name.
    pub months: Vec<String>,
    pub rows: Vec<Vec<Option<Cell>>>,
}

impl Filled {
    /// What stands in the first column.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let first = self.rows.iter().filter_map(|row| row.first());
        first.filter_map(|cell| match cell {
            Some(Cell::Text(text)) => Some(text.clone()),
            _ => None,
        })
    }
}

/// Characters of a list of reporters in one cell; what is more goes on in the next row.
const LONGEST: usize = 20_000;

/// What other sheets have to say about a plan's parts.
struct Names<'t> {
    departments: HashMap<&'t str, &'t str>,
    /// Schedules by their points as text.
    schedules: Vec<(String, String, &'t Toml)>,
}

/// The rows of every sheet, in the tables' order.
pub(super) fn filled(tables: &'static [Table], tree: &Toml) -> Vec<Filled> {
    let names = Names {
        departments: list(tree, "department")
            .filter_map(|d| Some((d.get("id")?.as_str()?, d.get("name")?.as_str()?)))
            .collect(),
        schedules: schedules(tree),
    };
    tables
        .iter()
        .map(|table| sheet(table, tree, &names))
        .collect()
}

fn list<'t>(table: &'t Toml, key: &str) -> impl Iterator<Item = &'t Toml> {
    let list = table.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_table)
}

fn schedules(tree: &Toml) -> Vec<(String, String, &Toml)> {
    let mut out: Vec<(String, String, &Toml)> = Vec::new();
    for points in list(tree, "task")
        .flat_map(|task| list(task, "indicator"))
        .filter_map(|i| i.get("schedule")?.as_table())
    {
        let text = points.to_string();
        if out.iter().all(|(_, known, _)| *known != text) {
            out.push((format!("进度{}", out.len() + 1), text, points));
        }
    }
    out
}

fn sheet(table: &'static Table, tree: &Toml, names: &Names) -> Filled {
    let mut out = Filled::default();
    let tasks = || list(tree, "task");
    match (table.layout, table.key) {
        (Layout::Settings(_), _) => {
            for column in table.columns {
                let (section, key) = column.key.split_once('.').unwrap_or_default();
                let of = tree.get(section).and_then(Value::as_table);
                let shown = of.and_then(|of| cell(column, of.get(key)?, of, names));
                out.rows.push(vec![shown]);
            }
        }
        (Layout::Months, _) => return shares(tree, names),
        (
            Layout::Rows,
            "department" | "task" | "confirm" | "override" | "adjust" | "paper" | "received",
        ) => {
            let all = list(tree, table.key);
            out.rows = all.map(|of| row(table, of, &[], names)).collect();
        }
        (Layout::Rows, "relation") => {
            let all = tasks().flat_map(|task| list(task, "relation").map(move |of| (task, of)));
            out.rows = all
                .map(|(task, of)| row(table, of, &[number(task)], names))
                .collect();
        }
        (Layout::Rows, "indicator") => {
            let all = tasks().flat_map(|task| list(task, "indicator").map(move |of| (task, of)));
            for (task, of) in all {
                let mut lists = reporters(of, names).into_iter();
                let list = |list| ("reporters", Cell::Text(list));
                let first = lists.next().map(list);
                let own: Vec<_> = [number(task)].into_iter().chain(first).collect();
                out.rows.push(row(table, of, &own, names));
                // A long list goes on in rows that say nothing else.
                let id: Toml = of
                    .get_key_value("id")
                    .into_iter()
                    .map(|(k, v)| (k.clone(), v.clone()))
                    .collect();
                let more = lists.map(|more| row(table, &id, &[number(task), list(more)], names));
                out.rows.extend(more);
            }
        }
        (Layout::Rows, key) => {
            let section = match key {
                "due_dates" => tree.get("plan").and_then(|s| s.get(key)),
                "severity" => tree.get("checks").and_then(|s| s.get(key)),
                key => tree.get(key),
            };
            let [of, is] = table.columns else { return out };
            let none = Toml::new();
            for (name, value) in section.and_then(Value::as_table).into_iter().flatten() {
                let name = cell(of, &Value::from(name.as_str()), &none, names);
                out.rows.push(vec![name, cell(is, value, &none, names)]);
            }
        }
    }
    out
}

/// A row's cells: those that are given, else what the tree has under the columns' keys.
fn row(
    table: &'static Table,
    of: &Toml,
    given: &[(&str, Cell)],
    names: &Names,
) -> Vec<Option<Cell>> {
    let cells = table
        .columns
        .iter()
        .map(|c| match given.iter().find(|(key, _)| *key == c.key) {
            Some((_, cell)) => Some(cell.clone()),
            None => cell(c, of.get(c.key)?, of, names),
        });
    cells.collect()
}

/// 任务序号.
fn number(task: &Toml) -> (&'static str, Cell) {
    let no = task.get("no").and_then(as_number).unwrap_or_default();
    ("task", Cell::Number(no))
}

fn as_number(value: &Value) -> Option<f64> {
    value
        .as_float()
        .or_else(|| value.as_integer().map(|n| n as f64))
}

/// The schedules with their shares in per cent.
fn shares(tree: &Toml, names: &Names) -> Filled {
    let named = names
        .schedules
        .iter()
        .flat_map(|(.., points)| points.keys());
    let mut months: BTreeSet<Period> = named.filter_map(|month| month.parse().ok()).collect();
    let year = |key| {
        let date = tree.get("plan")?.get(key)?.as_datetime()?.date?;
        i16::try_from(date.year).ok()
    };
    // Within one year a month needs no year.
    let only = year("start").filter(|start| year("end") == Some(*start));
    if let Some(year) = only {
        months.extend((1..=12).filter_map(|month| Period::new(year, month)));
    }
    let heads = match only {
        None if months.is_empty() => (1..=12).map(|month| format!("{month}月")).collect(),
        None => months.iter().map(|month| month.chinese()).collect(),
        Some(_) => months
            .iter()
            .map(|month| format!("{}月", month.month()))
            .collect(),
    };
    let mut rows = Vec::new();
    for (name, _, points) in &names.schedules {
        let share = |month: &Period| {
            let share = points.get(&month.to_string()).and_then(as_number)?;
            Some(percent(shifted(share, 2)))
        };
        let first = Some(Cell::Text(name.clone()));
        rows.push(
            std::iter::once(first)
                .chain(months.iter().map(share))
                .collect(),
        );
    }
    Filled {
        months: heads,
        rows,
    }
}

fn cell(column: &Column, value: &Value, of: &Toml, names: &Names) -> Option<Cell> {
    let text = value.as_str();
    let number = as_number(value);
    let words = || {
        text.map(str::to_owned)
            .filter(|t| !t.is_empty())
            .map(Cell::Text)
    };
    match column.holds {
        Holds::Whole | Holds::TaskNo | Holds::Number | Holds::Points => number.map(Cell::Number),
        Holds::Figure | Holds::Stated => number.map(|n| figure(n, of)),
        Holds::Date => value
            .as_datetime()?
            .to_string()
            .parse()
            .ok()
            .map(Cell::Date),
        Holds::Month => text?
            .parse()
            .ok()
            .map(|month: Period| Cell::Text(month.chinese())),
        Holds::DueDay => {
            let month = match of.get("due_month").and_then(Value::as_str) {
                Some("same") => "当月",
                _ => "次月",
            };
            Some(Cell::Text(format!("{month}{}日", value.as_integer()?)))
        }
        Holds::Yes => match value.as_bool()? {
            // Only what is 是 by default is ever said to be 否.
            false if column.key != "checks.elements" => None,
            is => Some(Cell::Text(if is { "是" } else { "否" }.to_owned())),
        },
        Holds::Choice(choices) => chinese(choices, text?).map(|word| Cell::Text(word.to_owned())),
        Holds::Schedule => match value {
            Value::Table(points) => {
                let points = points.to_string();
                let known = names.schedules.iter().find(|(_, text, _)| *text == points);
                known.map(|(name, ..)| Cell::Text(name.clone()))
            }
            _ => chinese(PROFILES, text?).map(|word| Cell::Text(word.to_owned())),
        },
        Holds::Department => Some(Cell::Text(names.of(text?).to_owned())),
        Holds::Names | Holds::Departments | Holds::Rules => {
            let list: Vec<&str> = value.as_array()?.iter().filter_map(Value::as_str).collect();
            let list: Vec<&str> = match column.holds {
                Holds::Departments => list.into_iter().map(|id| names.of(id)).collect(),
                _ => list,
            };
            (!list.is_empty()).then(|| Cell::Text(joined(&list)))
        }
        Holds::Field => {
            let field = FormColumn::named(text?)?;
            Some(Cell::Text(field.chinese().to_owned()))
        }
        Holds::Text | Holds::Code | Holds::Tier | Holds::Unit | Holds::Rule | Holds::Relation => {
            words()
        }
        Holds::Reporters | Holds::Free => None,
    }
}

impl Names<'_> {
    /// A department's name for its id, where that is safe in a list.
    fn of<'n>(&'n self, id: &'n str) -> &'n str {
        let name = self.departments.get(id).copied();
        name.filter(|name| !name.contains(SEPARATORS)).unwrap_or(id)
    }
}

const SEPARATORS: &[char] = &['、', '；', ';', '，', ',', '\n'];

/// Names in one cell: each on a line of its own where one holds a separator. A cell's last line break is lost, so that a single
/// such name is written twice.
fn joined(list: &[&str]) -> String {
    match list {
        [one] if one.contains(SEPARATORS) => format!("{one}\n{one}"),
        list if list.iter().any(|name| name.contains(SEPARATORS)) => list.join("\n"),
        list => list.join("、"),
    }
}

/// A figure that is read as what it is: 0.8 per cent as text.
fn figure(n: f64, of: &Toml) -> Cell {
    let is =
        |key: &str, word: fn(&str) -> bool| of.get(key).and_then(Value::as_str).is_some_and(word);
    let is_percent = is("kind", |kind| kind == "ratio")
        || is("unit", |unit| {
            Unit::parse(unit).is_some_and(|u| u.is_percent())
        });
    if is_percent {
        percent(n)
    } else {
        Cell::Number(n)
    }
}

fn percent(n: f64) -> Cell {
    if n.abs() <= 1.0 {
        Cell::Text(format!("{n}%"))
    } else {
        Cell::Number(n)
    }
}

/// 建设局12、城建中心8, in as many cells as it needs.
fn reporters(of: &Toml, names: &Names) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut length = 0;
    let unit = if matches!(figure(0.0, of), Cell::Text(_)) {
        "%"
    } else {
        ""
    };
    for reporter in list(of, "reporters") {
        let id = reporter.get("department").and_then(Value::as_str);
        let name = names.of(id.unwrap_or_default());
        let target = reporter.get("target").and_then(as_number);
        let between = match target {
            Some(n) if n < 0.0 || name.ends_with(|c: char| !c.is_alphabetic()) => "：",
            _ => "",
        };
        let target = target.map_or_else(String::new, |n| format!("{n}{unit}"));
        let part = format!("{name}{between}{target}");
        let more = part.chars().count() + 1;
        length += more;
        if let Some(last) = out.last_mut().filter(|_| length < LONGEST) {
            last.push('、');
            last.push_str(&part);
        } else {
            length = more;
            out.push(part);
        }
    }
    out
}

/// The words that a column's drop-down offers.
pub(super) fn choices(holds: Holds) -> Option<Vec<&'static str>> {
    let words =
        |choices: &'static [Choice]| choices.iter().map(|(_, chinese, _)| *chinese).collect();
    match holds {
        Holds::Choice(choices) => Some(words(choices)),
        Holds::Yes => Some(vec!["是", "否"]),
        _ => None,
    }
}
