//! 任务, 指标, 序时进度 and 数量关系 → the tasks of a plan.

use std::collections::{HashMap, HashSet};

use toml::{Table as Toml, Value};

use super::assemble::{Builder, needs};
use super::figure::shifted;
use super::locate::TaskRows;
use super::rows::{Found, Row, Rows};
use super::{PROFILES, Table, choice};
use crate::plan::cell::CellRef;
use crate::plan::names::{fold, key};

/// The tasks' rows by their numbers.
#[derive(Default)]
pub(super) struct Numbers {
    of: HashMap<i64, usize>,
    repeated: HashSet<usize>,
    /// Between which numbers those lie that are missing, unreadable or repeated.
    unsure: Vec<(i64, i64)>,
    /// Numbers for rows that have none, where their neighbours leave but one.
    left: HashMap<usize, i64>,
}

/// Gaps between numbers that are told apart; in a sheet with more any number may be meant.
const GAPS: usize = 200;

impl Numbers {
    fn new(table: &Table, rows: &[Row]) -> Self {
        let no = |row: &Row| row.value(table, "no").and_then(Value::as_integer);
        let mut all = Self::default();
        let mut own: Vec<Option<i64>> = rows.iter().map(no).collect();
        for (ix, no) in own.iter_mut().enumerate() {
            if let Some(taken) = *no
                && *all.of.entry(taken).or_insert(ix) != ix
            {
                all.repeated.insert(ix);
                *no = None;
            }
        }
        let mut from = 0;
        let mut runs = own.chunk_by(|a, b| a.is_none() && b.is_none()).peekable();
        let mut ix = 0;
        while let Some(run) = runs.next() {
            if let Some(no) = run[0] {
                from = no;
            } else {
                let to = runs.peek().and_then(|next| next[0]);
                all.unsure.push((from, to.unwrap_or(i64::MAX)));
                let only = run.len() == 1 && to.is_none_or(|to| to.checked_sub(2) == Some(from));
                if let (true, Some(no)) = (only, from.checked_add(1))
                    && *all.of.entry(no).or_insert(ix) == ix
                {
                    all.left.insert(ix, no);
                }
            }
            ix += run.len();
        }
        all
    }

    /// Whether a row that has no number of its own may be meant by one.
    fn may_have(&self, no: i64) -> bool {
        let is_between = |(from, to): &(i64, i64)| *from < no && no < *to;
        self.unsure.len() > GAPS || self.unsure.iter().any(is_between)
    }
}

/// A task while its indicators are gathered.
pub(super) struct Task {
    pub(super) table: Toml,
    pub(super) no: Option<i64>,
    pub(super) rows: TaskRows,
    pub(super) indicators: Vec<Toml>,
    pub(super) relations: Vec<Toml>,
}

impl Builder<'_> {
    /// The schedules by folded name; `None`: one that is wrong.
    pub(super) fn schedules(&mut self) -> HashMap<String, Option<Toml>> {
        let mut all = HashMap::new();
        let Some((table, rows)) = self.rows("schedule") else {
            return all;
        };
        for row in &rows.rows {
            let Some(name) = row.text(table, "name") else {
                if row.cell(0).is_none() {
                    let error = rows.mistake(rows.place(row, 0), "没有填“名称”");
                    self.said.push(error);
                }
                // A name that no schedule has may be this one's.
                all.insert(String::new(), None);
                continue;
            };
            let mut points = Toml::new();
            let mut wrong = Vec::new();
            let mut last = 0.0;
            let is_read = rows.is_dated && row.months.iter().all(|(.., share)| share.is_some());
            let mut shares = row
                .months
                .iter()
                .filter_map(|(month, at, share)| Some((*month, *at, (*share)?)));
            for (month, at, share) in shares.clone() {
                if !(0.0..=100.0).contains(&share) {
                    wrong.push((at, format!("序时进度应为 0～100 的百分比，这里是 {share}")));
                } else if share < last {
                    wrong.push((
                        at,
                        format!(
                            "序时进度不能逐月下降：{}为 {share}%，此前已为 {last}%",
                            month.chinese()
                        ),
                    ));
                } else {
                    last = share;
                }
                points.insert(month.to_string(), shifted(share, -2).into());
            }
            match shares.next_back() {
                None if is_read => {
                    wrong.extend(
                        rows.place(row, 0)
                            .map(|at| (at, "至少要写一个月份的百分比".to_owned())),
                    );
                }
                Some((month, at, share)) if is_read && wrong.is_empty() && share < 100.0 => {
                    wrong.push((
                        at,
                        format!(
                            "最后一个月份（{}）应为 100%，即全部完成，这里是 {share}%",
                            month.chinese()
                        ),
                    ));
                }
                _ => {}
            }
            let folded = fold(name);
            if choice(PROFILES, name).is_some() || all.contains_key(&folded) {
                wrong.extend(
                    rows.place(row, 0)
                        .map(|at| (at, format!("名称“{name}”已经用了，请换一个"))),
                );
            }
            let is_wrong = !is_read || !wrong.is_empty();
            self.said.extend(
                wrong
                    .into_iter()
                    .map(|(at, message)| rows.mistake(Some(at), message)),
            );
            all.entry(folded).or_insert((!is_wrong).then_some(points));
        }
        all
    }

    pub(super) fn tasks(&mut self, schedules: &HashMap<String, Option<Toml>>) -> Vec<Task> {
        let Some((table, rows)) = self.rows("task") else {
            return Vec::new();
        };
        let mut tasks: Vec<Task> = Vec::with_capacity(rows.rows.len());
        let needs = needs(table, rows);
        let numbers = Numbers::new(table, &rows.rows);
        for (ix, row) in rows.rows.iter().enumerate() {
            let table = self.table(table, rows, row, &needs);
            // Only a blank is filled in.
            if let (Some(no), None, Some(place)) =
                (numbers.left.get(&ix), row.cell(0), rows.place(row, 0))
            {
                self.fill(rows, place, no.to_string(), "使用后不再改");
            }
            let no = table.get("no").and_then(Value::as_integer);
            let rows = TaskRows {
                row: ix,
                ..TaskRows::default()
            };
            tasks.push(Task {
                table,
                no,
                rows,
                indicators: Vec::new(),
                relations: Vec::new(),
            });
        }
        let all_linked = self.indicators(&numbers, schedules, &mut tasks);
        self.relations(&numbers, &mut tasks);
        for (ix, task) in tasks.iter().enumerate() {
            // An indicator that names no task may be this one's.
            if let (Some(no), true, true) = (
                task.no,
                task.indicators.is_empty() && all_linked,
                !numbers.repeated.contains(&ix),
            ) {
                let at = rows.rows.get(ix).and_then(|row| rows.place(row, 0));
                let error = rows.mistake(at, format!("第 {no} 项任务没有指标，请在“指标”表中填写"));
                self.said.push(error);
            }
        }
        tasks
    }

    /// Which task a row belongs to.
    fn task_of(
        &mut self,
        rows: &Rows,
        row: &Row,
        numbers: &Numbers,
        table: &mut Toml,
    ) -> Option<usize> {
        let no = table.remove("task")?.as_integer()?;
        let task = numbers.of.get(&no).copied();
        if task.is_none() && !numbers.may_have(no) {
            let error = rows.mistake(
                rows.place(row, 0),
                format!("“任务”表中没有序号为 {no} 的任务"),
            );
            self.said.push(error);
        }
        task
    }

    /// Gives each task its indicators; whether each indicator found its task.
    fn indicators(
        &mut self,
        numbers: &Numbers,
        schedules: &HashMap<String, Option<Toml>>,
        tasks: &mut [Task],
    ) -> bool {
        let Some((table, rows)) = self.rows("indicator") else {
            return false;
        };
        let at = |key: &str| {
            table
                .columns
                .iter()
                .position(|c| c.key == key)
                .unwrap_or_default()
        };
        let (schedule, reporters, id) = (at("schedule"), at("reporters"), at("id"));
        let mut ids: Option<HashMap<String, u32>> = None;
        let needs = needs(table, rows);
        let mut all_linked =
            rows.columns.first().is_some_and(Option::is_some) && !rows.rows.is_empty();
        for (ix, row) in rows.rows.iter().enumerate() {
            // A long list of reporters goes on in rows of its own.
            if let Some((_, Found::Reporters(list))) = row.cell(reporters)
                && is_continued(
                    row,
                    [at("task"), id, reporters],
                    rows.rows.get(ix.wrapping_sub(1)),
                )
                && let Some((_, last)) = self.reporters.last_mut()
            {
                last.extend(list.iter().cloned());
                continue;
            }
            let mut own = self.table(table, rows, row, &needs);
            if let Some(value) = own.remove("schedule") {
                let name = value.as_str().unwrap_or_default();
                let place = rows.place(row, schedule);
                own.extend(
                    self.schedule(rows, place, name, schedules)
                        .map(|s| ("schedule".to_owned(), s)),
                );
            }
            let task = self.task_of(rows, row, numbers, &mut own);
            let Some(task_ix) = task else {
                all_linked = false;
                continue;
            };
            let Some(task) = tasks.get_mut(task_ix) else {
                continue;
            };
            if let (None, Some(place)) = (row.cell(id), rows.place(row, id)) {
                // 编号 is never guessed; the marked copy has this one filled in.
                if let Some(no) = task.no {
                    let ids = ids.get_or_insert_with(|| last_ids(table, rows));
                    let last = ids.entry(no.to_string()).or_default();
                    *last = last.saturating_add(1);
                    let id = format!("{no}.{last}");
                    self.fill(rows, place, id, "记录按编号保存，使用后不再改");
                }
            }
            if let Some((_, Found::Reporters(list))) = row.cell(reporters) {
                self.reporters
                    .push(((task_ix, task.indicators.len()), list.clone()));
            }
            task.rows.indicators.push(ix);
            task.indicators.push(own);
        }
        all_linked
    }

    fn schedule(
        &mut self,
        rows: &Rows,
        place: Option<CellRef>,
        name: &str,
        schedules: &HashMap<String, Option<Toml>>,
    ) -> Option<Value> {
        if let Some(profile) = choice(PROFILES, name) {
            return Some(profile.into());
        }
        if let Some(points) = schedules.get(&fold(name)) {
            return points.clone().map(Value::Table);
        }
        if schedules.contains_key("") {
            return None;
        }
        let known: Vec<&str> = schedules
            .keys()
            .map(String::as_str)
            .chain(["均匀", "工程"])
            .collect();
        let mut error = rows.mistake(
            place,
            format!("没有“{name}”这种序时进度，应为均匀、工程或“序时进度”表中的名称"),
        );
        error.help = self.problems.suggest(&fold(name), known);
        self.said.push(error);
        None
    }

    fn relations(&mut self, numbers: &Numbers, tasks: &mut [Task]) {
        let Some((table, rows)) = self.rows("relation") else {
            return;
        };
        let needs = needs(table, rows);
        let mut names: HashMap<usize, HashMap<String, String>> = HashMap::new();
        for (ix, row) in rows.rows.iter().enumerate() {
            let mut own = self.table(table, rows, row, &needs);
            let Some(task_ix) = self.task_of(rows, row, numbers, &mut own) else {
                continue;
            };
            let Some(task) = tasks.get_mut(task_ix) else {
                continue;
            };
            if let Some(Value::String(expr)) = own.get_mut("expr")
                && expr.contains('「')
            {
                let names = names.entry(task_ix);
                let names = names.or_insert_with(|| named(&task.indicators));
                *expr = by_ids(expr, names);
            }
            task.rows.relations.push(ix);
            task.relations.push(own);
        }
    }
}

/// Whether a row says nothing but more reporters of the row above: the same 编号, and no name.
fn is_continued(row: &Row, columns: [usize; 3], above: Option<&Row>) -> bool {
    let [_, id, reporters] = columns;
    let of = |row: &Row, column| row.cell(column).map(|(_, found)| found.clone());
    row.cells
        .iter()
        .all(|(column, ..)| columns.contains(column))
        && of(row, id).is_some()
        && above.is_some_and(|above| of(above, id) == of(row, id) && of(above, reporters).is_some())
}

/// The last number that ids have, by what stands before it: `14.3` → 14, 3.
fn last_ids(table: &Table, rows: &Rows) -> HashMap<String, u32> {
    let mut last: HashMap<String, u32> = HashMap::new();
    let ids = rows.rows.iter().filter_map(|row| row.text(table, "id"));
    for (task, n) in ids.filter_map(|id| id.split_once('.')) {
        if let Ok(n) = n.parse::<u32>() {
            let own = last.entry(task.to_owned()).or_default();
            *own = n.max(*own);
        }
    }
    last
}

/// A task's indicators by their names.
fn named(indicators: &[Toml]) -> HashMap<String, String> {
    let mut all = HashMap::new();
    for indicator in indicators {
        let aliases = indicator.get("aliases").and_then(Value::as_array);
        let names = indicator.get("name").into_iter();
        let names = names.chain(aliases.into_iter().flatten());
        let Some(id) = indicator.get("id").and_then(Value::as_str) else {
            continue;
        };
        for name in names.filter_map(Value::as_str) {
            all.entry(key(name)).or_insert_with(|| id.to_owned());
        }
    }
    all
}

/// A relation with ids for names: `「开工」 + 3.2 = 3.1`.
fn by_ids(expr: &str, names: &HashMap<String, String>) -> String {
    let mut out = String::with_capacity(expr.len());
    let mut rest = expr;
    while let Some((before, behind)) = rest.split_once('「') {
        let Some((name, behind)) = behind.split_once('」') else {
            break;
        };
        out.push_str(before);
        match names.get(&key(name)) {
            Some(id) => out.push_str(id),
            None => out.extend(["「", name, "」"]),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}
