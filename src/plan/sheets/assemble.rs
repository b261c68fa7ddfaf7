//! A workbook's sheets → the same plan as plan.toml would give, and every mistake at its cell.

use std::collections::{BTreeMap, HashMap, HashSet};

use compact_str::CompactString;
use serde_json::Value as Schema;
use toml::{Table as Toml, Value};

use super::locate::{Locator, Origins, Places, Spot, places};
use super::rows::{Found, Row, Rows, Sheets, mistake};
use super::{Holds, Layout, PLAN, Table};
use crate::plan::catalogue::RuleCode;
use crate::plan::cell::CellRef;
use crate::plan::diagnostic::{At, PlanError, Severity};
use crate::plan::model::Plan;
use crate::plan::names::key;
use crate::plan::period::Period;
use crate::plan::problem::{Place, Problem, Problems, Step};
use crate::plan::raw::{RawFile, RawReporter};
use crate::plan::{schema, shape, validate};

/// What a workbook of a plan turned out to be.
#[derive(Debug, Default)]
pub struct Assembled {
    /// `None`: something is wrong.
    pub plan: Option<Plan>,
    /// The plan as plan.toml has it, reporters and all; empty unless it was asked for.
    pub tree: Toml,
    /// Where its parts stand; empty unless asked for.
    pub places: Places,
    /// Mistakes and warnings, in the sheets' order.
    pub said: Vec<PlanError>,
    /// 编号 for rows that lack one: sheet, blank cell, text. They go into a marked copy alone, for a person to look at.
    pub fills: Vec<(String, CellRef, String)>,
}

pub(super) type Reporters = Vec<(CompactString, Option<f64>)>;

/// Builds and validates the plan. `keep`: its tree and the places are wanted, too.
pub fn assemble(sheets: Sheets, rules: &[RuleCode], keep: bool) -> Assembled {
    let Sheets { found, said } = sheets;
    let mut build = Builder {
        wrong: said.iter().filter_map(spot).collect(),
        found: &found,
        said,
        origins: Origins::default(),
        reporters: Vec::new(),
        problems: Problems::new(),
        fills: Vec::new(),
        limits: HashMap::new(),
    };
    build.problems.in_workbook = true;
    let tree = build.tree();
    let Builder {
        mut said,
        origins,
        reporters,
        mut problems,
        wrong,
        fills,
        ..
    } = build;
    let mut kept = if keep {
        with_reporters(tree.clone(), &reporters)
    } else {
        Toml::new()
    };
    let mut plan = None;
    match Value::Table(tree).try_into::<RawFile>() {
        Ok(mut raw) => {
            for ((task, indicator), list) in reporters {
                let indicators = raw
                    .task
                    .as_mut()
                    .and_then(|t| t.get_mut(task)?.indicator.as_mut());
                if let Some(indicator) = indicators.and_then(|i| i.get_mut(indicator)) {
                    let list = list.into_iter().map(|(department, target)| RawReporter {
                        department: Some(department),
                        target,
                    });
                    indicator.reporters = list.collect();
                }
            }
            plan = Some(validate::build(raw, rules, &mut problems));
        }
        Err(error) => said.push(PlanError::of_file(format!("不能识别：{}", error.message()))),
    }
    let locator = Locator {
        found: &found,
        origins: &origins,
        by_key: std::cell::OnceCell::new(),
    };
    for Problem {
        place,
        message,
        help,
    } in problems.list
    {
        let (Place::Value(path) | Place::Key(path)) = place else {
            continue;
        };
        let (sheet, cell) = locator.locate(&path);
        // A cell that cannot be read says nothing that others could agree with; a baseline is held against a direction.
        let is_wrong = |cell: CellRef| wrong.contains(&(sheet.clone(), cell));
        let direction = match path.last() {
            Some(Step::Key(key)) if key == "baseline" => {
                cell.zip(locator.beside("indicator", "direction"))
            }
            _ => None,
        };
        let direction = direction.map(|(cell, col)| CellRef::new(cell.row, col));
        if !cell.into_iter().chain(direction).any(is_wrong) {
            let mut error = mistake(&sheet, cell, message);
            error.help = help;
            said.push(error);
        }
    }
    sort(&mut said, &found);
    if said.iter().any(|e| e.severity == Severity::Error) {
        plan = None;
    }
    if let Some(plan) = &plan {
        with_ids(&mut kept, plan);
    }
    Assembled {
        plan,
        tree: kept,
        places: if keep { places(&found) } else { Places::new() },
        said,
        fills,
    }
}

fn spot(error: &PlanError) -> Option<(String, CellRef)> {
    match &error.at {
        At::Cell {
            sheet,
            cell: Some(cell),
        } if error.severity == Severity::Error => Some((sheet.clone(), *cell)),
        _ => None,
    }
}

/// By sheet and cell, each once.
fn sort(said: &mut Vec<PlanError>, found: &[Option<Rows>]) {
    let order: HashMap<&str, usize> = found
        .iter()
        .enumerate()
        .filter_map(|(ix, rows)| Some((rows.as_ref()?.sheet.as_str(), ix)))
        .collect();
    let place = |error: &PlanError| -> (usize, Spot) {
        let (sheet, cell) = error.cell();
        let sheet = sheet.unwrap_or_default();
        (
            order.get(sheet).copied().unwrap_or(usize::MAX),
            (sheet.to_owned(), cell),
        )
    };
    said.sort_by_cached_key(|error| {
        (
            place(error),
            std::cmp::Reverse(error.severity),
            error.message.clone(),
        )
    });
    said.dedup_by(|a, b| a.at == b.at && a.message == b.message);
}

/// Puts the reporters into a plan's tree.
fn with_reporters(mut tree: Toml, reporters: &[((usize, usize), Reporters)]) -> Toml {
    for ((task, indicator), list) in reporters {
        let indicator = tree.get_mut("task").and_then(|t| {
            t.get_mut(*task)?
                .get_mut("indicator")?
                .get_mut(*indicator)?
                .as_table_mut()
        });
        if let Some(indicator) = indicator {
            let list = list.iter().map(|(department, target)| {
                let mut entry = Toml::new();
                entry.insert("department".into(), department.as_str().into());
                if let Some(target) = target {
                    entry.insert("target".into(), (*target).into());
                }
                Value::Table(entry)
            });
            indicator.insert("reporters".into(), list.collect::<Vec<_>>().into());
        }
    }
    tree
}

/// Names departments by their ids, as plan.toml does.
fn with_ids(tree: &mut Toml, plan: &Plan) {
    let mut ids: HashMap<String, &str> = HashMap::new();
    for department in &plan.departments {
        for name in department.aliases.iter().chain([&department.name]) {
            ids.insert(key(name), &department.id);
        }
    }
    ids.extend(plan.departments.iter().map(|d| (key(&d.id), d.id.as_str())));
    let name = |value: &mut Value| {
        if let Some(id) = value.as_str().and_then(|text| ids.get(&key(text))) {
            *value = (*id).into();
        }
    };
    for task in tree
        .get_mut("task")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        task.get_mut("lead").into_iter().for_each(name);
        let with = task.get_mut("with").and_then(Value::as_array_mut);
        with.into_iter().flatten().for_each(name);
        let indicators = task.get_mut("indicator").and_then(Value::as_array_mut);
        for indicator in indicators.into_iter().flatten() {
            let reporters = indicator.get_mut("reporters").and_then(Value::as_array_mut);
            for reporter in reporters.into_iter().flatten() {
                reporter.get_mut("department").into_iter().for_each(name);
            }
        }
    }
}

pub(super) struct Builder<'a> {
    pub(super) found: &'a [Option<Rows>],
    pub(super) said: Vec<PlanError>,
    /// Cells that were told as mistakes while reading.
    pub(super) wrong: HashSet<(String, CellRef)>,
    pub(super) origins: Origins,
    /// By task and indicator.
    pub(super) reporters: Vec<((usize, usize), Reporters)>,
    pub(super) problems: Problems,
    pub(super) fills: Vec<(String, CellRef, String)>,
    /// What the schema says of the keys met so far.
    pub(super) limits: HashMap<(&'static str, &'static str), Option<&'static Schema>>,
}

impl<'a> Builder<'a> {
    pub(super) fn rows(&self, key: &str) -> Option<(&'static Table, &'a Rows)> {
        let ix = PLAN.iter().position(|t| t.key == key)?;
        Some((PLAN.get(ix)?, self.found.get(ix)?.as_ref()?))
    }

    fn tree(&mut self) -> Toml {
        let mut tree = Toml::new();
        let mut sections = self.settings();
        self.whole();
        self.departments(&mut tree);
        let schedules = self.schedules();
        let tasks = self.tasks(&schedules);
        if !tasks.is_empty() {
            let list = tasks.into_iter().map(|task| {
                let mut table = task.table;
                table.insert("indicator".into(), task.indicators.into());
                if !task.relations.is_empty() {
                    table.insert("relation".into(), task.relations.into());
                }
                self.origins.tasks.push(task.rows);
                Value::Table(table)
            });
            tree.insert("task".into(), list.collect::<Vec<_>>().into());
        }
        self.pairs(
            "due_dates",
            "period",
            "date",
            sections.entry("plan").or_default(),
        );
        self.pairs(
            "severity",
            "rule",
            "level",
            sections.entry("checks").or_default(),
        );
        self.pairs("columns", "field", "heads", &mut tree);
        let sections = sections.into_iter().filter(|(_, keys)| !keys.is_empty());
        tree.extend(sections.map(|(name, keys)| (name.to_owned(), keys.into())));
        tree
    }

    /// Sheets and columns that a plan cannot be without.
    fn whole(&mut self) {
        for (table, rows) in PLAN.iter().zip(self.found) {
            let Some(rows) = rows else { continue };
            // A header that was not found is why there are no rows.
            let is_told = self.said.iter().any(|e| e.cell().0 == Some(&rows.sheet));
            if table.required && rows.rows.is_empty() && !is_told {
                let error = rows.mistake(None, format!("“{}”表没有内容", table.name));
                self.said.push(error);
            }
        }
    }

    /// The sections of plan.toml that are settings.
    fn settings(&mut self) -> BTreeMap<&'static str, Toml> {
        let mut tree: BTreeMap<&str, Toml> = BTreeMap::new();
        for (table, rows) in PLAN.iter().zip(self.found) {
            let Some(rows) = rows
                .as_ref()
                .filter(|_| matches!(table.layout, Layout::Settings(_)))
            else {
                continue;
            };
            for (ix, at, found) in rows.rows.iter().flat_map(|row| &row.cells) {
                let Some(column) = table.columns.get(*ix) else {
                    continue;
                };
                let (Found::Value(value), Some((name, key))) = (found, column.key.split_once('.'))
                else {
                    continue;
                };
                self.in_range(rows, *at, (name, key), column.head, value);
                let section = tree.entry(name).or_default();
                match value {
                    // 报送截止日 is a day and its month.
                    Value::Table(parts) if column.holds == Holds::DueDay => {
                        section.extend(parts.clone());
                    }
                    value => drop(section.insert(key.to_owned(), value.clone())),
                }
            }
        }
        let Some((table, rows)) = self.rows("") else {
            return tree;
        };
        for key in required("plan") {
            let path = format!("plan.{key}");
            let Some(ix) = table.columns.iter().position(|c| c.key == path) else {
                continue;
            };
            let cell = rows.rows.iter().find_map(|row| row.cell(ix));
            if cell.is_none_or(|(_, found)| *found == Found::Blank) {
                let column = &table.columns[ix];
                let mut error =
                    rows.mistake(cell.map(|(at, _)| at), format!("缺少“{}”", column.head));
                error.help = Some(column.note.to_owned());
                self.said.push(error);
                let start = rows
                    .rows
                    .iter()
                    .find_map(|row| row.value(table, "plan.start"));
                let year = start.and_then(Value::as_datetime).and_then(|day| day.date);
                if let (Some((at, _)), Some(date), "id") = (cell, year, key) {
                    let id = format!("plan-{}", date.year);
                    self.fills.push((rows.sheet.clone(), at, id));
                }
            }
        }
        tree
    }

    fn departments(&mut self, tree: &mut Toml) {
        let Some((table, rows)) = self.rows("department") else {
            return;
        };
        // Without names every department that is named elsewhere would be one mistake more.
        if rows.columns.get(1).is_none_or(Option::is_none) || rows.rows.is_empty() {
            return;
        }
        let needs = needs(table, rows);
        let list: Vec<Toml> = rows
            .rows
            .iter()
            .map(|row| self.table(table, rows, row, &needs))
            .collect();
        self.origins.departments = (0..list.len()).collect();
        tree.insert("department".into(), list.into());
    }

    /// A row's values as a table of plan.toml; tells what it lacks.
    pub(super) fn table(
        &mut self,
        table: &'static Table,
        rows: &Rows,
        row: &Row,
        needs: &[usize],
    ) -> Toml {
        let mut out = Toml::new();
        for (ix, at, found) in &row.cells {
            if let (Some(column), Found::Value(value)) = (table.columns.get(*ix), found) {
                self.in_range(rows, *at, (table.key, column.key), column.head, value);
                // A target comes with what stands by it.
                let value = match value {
                    Value::Table(figure) if column.holds == Holds::Figure => {
                        figure.get("value").unwrap_or(value)
                    }
                    value => value,
                };
                out.insert(column.key.to_owned(), value.clone());
            }
        }
        for &ix in needs.iter().filter(|ix| row.cell(**ix).is_none()) {
            let column = &table.columns[ix];
            let mut error = rows.mistake(rows.place(row, ix), format!("没有填“{}”", column.head));
            error.help = Some(column.note.to_owned());
            self.said.push(error);
            // A department may go by its name; of tasks and indicators see there.
            if let (Some(at), Some(name), "id", "department") = (
                rows.place(row, ix),
                row.text(table, "name"),
                column.key,
                table.key,
            ) {
                self.fill(rows, at, name.to_owned(), column.note);
            }
        }
        out
    }

    /// What the marked copy has in a blank cell that was told of, for a person to look at.
    pub(super) fn fill(&mut self, rows: &Rows, at: CellRef, text: String, note: &str) {
        let is_here = |error: &&mut PlanError| error.cell() == (Some(&rows.sheet), Some(at));
        if let Some(error) = self.said.iter_mut().rev().find(is_here) {
            error.help = Some(format!("可以填 {text}；{note}"));
            self.fills.push((rows.sheet.clone(), at, text));
        }
    }

    /// Tells a number that the schema does not allow.
    pub(super) fn in_range(
        &mut self,
        rows: &Rows,
        at: CellRef,
        (section, key): (&'static str, &'static str),
        head: &str,
        value: &Value,
    ) {
        let number = match value {
            Value::Integer(n) => *n as f64,
            Value::Float(n) => *n,
            _ => return,
        };
        let limits = self.limits.entry((section, key));
        if let Some(expected) = limits
            .or_insert_with(|| property(section, key))
            .and_then(|s| shape::out_of_range(s, number))
        {
            let error = rows.mistake(
                Some(at),
                format!("“{head}”应为{expected}数，这里是 {number}"),
            );
            self.wrong.insert((rows.sheet.clone(), at));
            self.said.push(error);
        }
    }

    /// A sheet of keys and values, as a table of plan.toml.
    fn pairs(&mut self, name: &str, key: &str, value: &str, section: &mut Toml) {
        let Some((table, rows)) = self.rows(name) else {
            return;
        };
        let mut out = Toml::new();
        for row in &rows.rows {
            for (ix, wanted) in [key, value].into_iter().enumerate() {
                let ix = table
                    .columns
                    .iter()
                    .position(|c| c.key == wanted)
                    .unwrap_or(ix);
                if row.cell(ix).is_none() && rows.columns.get(ix).is_some_and(Option::is_some) {
                    let error = rows.mistake(
                        rows.place(row, ix),
                        format!("没有填“{}”", table.columns[ix].head),
                    );
                    self.said.push(error);
                }
            }
            let (Some(of), Some(is)) = (row.text(table, key), row.value(table, value)) else {
                continue;
            };
            if let (Some(Value::Array(all)), Value::Array(more)) = (out.get_mut(of), is) {
                all.extend(more.iter().cloned());
            } else if out.insert(of.to_owned(), is.clone()).is_some() {
                let shown = of
                    .parse::<Period>()
                    .map_or_else(|()| of.to_owned(), Period::chinese);
                let message = format!("“{shown}”写了两次，请只留一行");
                let error = rows.mistake(rows.place(row, 0), message);
                self.said.push(error);
            }
        }
        if !out.is_empty() {
            section.insert(name.to_owned(), out.into());
        }
    }
}

/// What the schema of plan.toml says of a key.
pub(super) fn property(section: &str, key: &str) -> Option<&'static Schema> {
    of_section(section)?.get("properties")?.get(key)
}

/// A section's schema: most have a name of their own, `[plan]` stands where it is used.
fn of_section(section: &str) -> Option<&'static Schema> {
    let root = schema::tidied();
    let named = root.get("$defs").and_then(|d| d.get(section));
    named.or_else(|| root.get("properties")?.get(section))
}

/// The columns that every row of a sheet must fill. One that the sheet lacks is told once, by the reader.
pub(super) fn needs(table: &Table, rows: &Rows) -> Vec<usize> {
    let own = matches!(table.key, "indicator" | "relation").then_some("task");
    let columns = required(table.key).chain(own);
    let places = columns.filter_map(|key| table.columns.iter().position(|c| c.key == key));
    places
        .filter(|ix| rows.columns.get(*ix).is_some_and(Option::is_some))
        .collect()
}

/// The keys that a section must have.
fn required(section: &str) -> impl Iterator<Item = &'static str> + use<> {
    let list = of_section(section).and_then(|s| s.get("required")?.as_array());
    list.into_iter().flatten().filter_map(Schema::as_str)
}
