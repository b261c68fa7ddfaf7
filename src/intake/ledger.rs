//! 台账.xlsx: the office's decisions, read with the tolerance that departments' workbooks are read with, and named as departments
//! name things.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use toml::Value as Toml;

use super::fields::FieldCell;
use super::layout::grid::{Frame, Grid};
use super::layout::{IndicatorMatch, Names};
use super::quantity::{self, Problem, Reading, Units};
use super::sheets::{self, CellReader};
use super::text::one_line;
use super::workbook::Workbook;
use crate::plan::cell::CellRef;
use crate::plan::ledger::{Decision, Fate, Ledger, LedgerRow, Paper, Received};
use crate::plan::sheets::{Found, LEDGER, Row, Rows, Table};
use crate::plan::{
    Adjust, At, Confirm, DeptIx, Grade, IndIx, Override, Period, Plan, PlanError, Severity, TaskIx,
    Unit, chinese_date, target_mistake, value_mistake,
};

/// Reads a ledger for a plan, and adds its decisions to it where nothing is wrong. Gives every mistake and warning.
///
/// `file`: the ledger's name, without folders; `plan_file`: the plan's, for what both decide.
pub fn decide(plan: &mut Plan, file: &str, plan_file: &str, bytes: &[u8]) -> Vec<PlanError> {
    let workbook = match sheets::open(file, bytes, &plan.limits) {
        Ok(workbook) => workbook,
        Err(error) => return vec![error],
    };
    let mut reader = Reader::new(plan, plan_file, &workbook);
    reader.read();
    let Reader {
        mut said,
        decisions,
        mut ledger,
        ..
    } = reader;
    if !said.iter().any(|e| e.severity == Severity::Error) {
        file.clone_into(&mut ledger.file);
        ledger.bytes = bytes.to_vec();
        plan.decide(ledger, decisions);
    }
    let order = |name: &str| workbook.sheets.iter().position(|s| *s.name == *name);
    said.sort_by_key(|e| {
        let (sheet, cell) = e.cell();
        (sheet.and_then(order), cell)
    });
    said
}

struct Reader<'a> {
    plan: &'a Plan,
    plan_file: &'a str,
    workbook: &'a Workbook,
    names: Names,
    said: Vec<PlanError>,
    ledger: Ledger,
    /// One for each of the ledger's rows.
    decisions: Vec<Decision>,
}

/// One row with what it belongs to.
#[derive(Clone, Copy)]
struct Line<'r> {
    table: &'static Table,
    rows: &'r Rows,
    row: &'r Row,
}

impl<'r> Line<'r> {
    fn value(self, key: &str) -> Option<&'r Toml> {
        self.row.value(self.table, key)
    }

    fn text(self, key: &str) -> Option<&'r str> {
        self.row.text(self.table, key)
    }

    fn owned(self, key: &str) -> Option<String> {
        self.text(key).map(str::to_owned)
    }

    fn day(self, key: &str) -> Option<Date> {
        self.value(key)?.as_datetime()?.to_string().parse().ok()
    }

    fn month(self, key: &str) -> Option<Period> {
        self.text(key)?.parse().ok()
    }

    fn place(self, key: &str) -> Option<CellRef> {
        let column = self.table.columns.iter().position(|c| c.key == key)?;
        self.rows.place(self.row, column)
    }
}

impl<'a> Reader<'a> {
    fn new(plan: &'a Plan, plan_file: &'a str, workbook: &'a Workbook) -> Self {
        Self {
            plan,
            plan_file,
            workbook,
            names: Names::new(plan),
            said: Vec::new(),
            ledger: Ledger::default(),
            decisions: Vec::new(),
        }
    }

    fn read(&mut self) {
        let cells = CellReader {
            span: Some((self.plan.start, self.plan.end)),
            is_span_read: true,
            ..CellReader::default()
        };
        let read = sheets::read_tables(self.workbook, LEDGER, cells);
        // What stands in a row that was taken back is nobody's concern.
        let void: HashSet<(&str, u32)> = LEDGER
            .iter()
            .zip(&read.found)
            .filter_map(|(table, rows)| Some((table, rows.as_ref()?)))
            .flat_map(|(table, rows)| {
                let void = rows.rows.iter().filter(|row| is_void(table, row));
                void.map(|row| (rows.sheet.as_str(), row.row))
            })
            .collect();
        let counts = |e: &PlanError| match e.cell() {
            (Some(sheet), Some(cell)) => !void.contains(&(sheet, cell.row)),
            _ => true,
        };
        self.said = read.said.iter().filter(|e| counts(e)).cloned().collect();
        for (table, rows) in LEDGER.iter().zip(&read.found) {
            let Some(rows) = rows else { continue };
            for row in &rows.rows {
                let line = Line { table, rows, row };
                if is_void(table, row) {
                    self.void(line);
                } else if self.has_all(line) {
                    match table.key {
                        "confirm" => self.confirm(line),
                        "override" => self.set(line),
                        "adjust" => self.adjust(line),
                        "paper" => self.paper(line),
                        _ => self.received(line),
                    }
                }
            }
        }
        self.twice();
    }

    fn wrong(&mut self, line: Line, key: &str, message: impl Into<String>, help: Option<String>) {
        self.said.push(PlanError {
            severity: Severity::Error,
            at: At::Cell {
                sheet: line.rows.sheet.clone(),
                cell: line.place(key),
            },
            message: message.into(),
            help,
        });
    }

    /// Whether the row's cells can be used; tells which are not filled in.
    fn has_all(&mut self, line: Line) -> bool {
        let mut whole = true;
        for (ix, column) in line.table.columns.iter().enumerate() {
            match line.row.cell(ix) {
                Some((_, Found::Wrong)) => whole = false,
                None if line.table.needs(column) => {
                    let needless = column.key == "file"
                        && line.text("how").is_some_and(|how| how.contains('纸'));
                    if line.rows.columns[ix].is_some() && !needless {
                        let message = format!("没有填“{}”", column.head);
                        self.wrong(line, column.key, message, Some(column.note.to_owned()));
                    }
                    whole = false;
                }
                _ => {}
            }
        }
        let months = ["month", "from"].into_iter();
        for (key, period) in months.filter_map(|key| Some((key, line.month(key)?))) {
            let span = Period::of(self.plan.start)..=Period::of(self.plan.end);
            if !span.contains(&period) {
                let [start, end] = [self.plan.start, self.plan.end].map(chinese_date);
                let message = format!(
                    "{}不在计划的起止日期（{start}至{end}）之内",
                    period.chinese()
                );
                self.wrong(line, key, message, None);
                whole = false;
            } else if let Some(first) = self
                .plan
                .first_period
                .filter(|first| period < *first && key == "month")
            {
                self.wrong(
                    line,
                    key,
                    format!(
                        "{}在首个报送月份（{}）之前，不出报表，这一行用不上",
                        period.chinese(),
                        first.chinese()
                    ),
                    None,
                );
                if let Some(last) = self.said.last_mut() {
                    last.severity = Severity::Warning;
                }
            }
        }
        whole
    }

    fn row(&mut self, line: Line, period: Period, key: &str, says: String, decision: Decision) {
        self.ledger.rows.push(LedgerRow {
            sheet: line.rows.sheet.clone(),
            cell: line
                .place(key)
                .unwrap_or_else(|| CellRef::new(line.row.row, 0)),
            period,
            says,
            fate: Fate::Void,
        });
        self.decisions.push(decision);
    }

    fn void(&mut self, line: Line) {
        if let Some(period) = line.month("month").or_else(|| line.month("from")) {
            let words = [
                "department",
                "indicator",
                "value",
                "grade",
                "target",
                "deadline",
            ];
            let words = words.iter().filter_map(|key| {
                let value = line.value(key)?;
                Some(
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned),
                )
            });
            let says = words
                .map(|word| one_line(&word, 30))
                .collect::<Vec<_>>()
                .join(" ");
            self.row(line, period, "void", says, Decision::Void);
        }
    }

    fn confirm(&mut self, line: Line) {
        let department = self.department(line);
        let indicator = self.indicator(line);
        let (Some(department), Some(indicator)) = (department, indicator) else {
            return;
        };
        let plan = self.plan;
        let own = &plan.indicators[indicator];
        let Some(slot) = plan.slot(department, indicator) else {
            let reporters = own
                .slots
                .clone()
                .take(5)
                .map(|s| plan.departments[plan.slots[s].department].name.as_str());
            let help = format!(
                "报送该指标的单位：{}",
                reporters.collect::<Vec<_>>().join("、")
            );
            let message = format!("{}不报送“{}”", plan.departments[department].name, own.name);
            self.wrong(line, "department", message, Some(help));
            return;
        };
        let Some(value) = self.figure(line, "value", indicator) else {
            return;
        };
        if let Some(mistake) = value_mistake(own.kind, &own.unit, value) {
            self.wrong(line, "value", format!("{mistake}，这里是 {value}"), None);
            return;
        }
        let (Some(period), Some(by), Some(note)) =
            (line.month("month"), line.owned("by"), line.owned("note"))
        else {
            return;
        };
        let says = format!(
            "{}“{}”核实为{value}{}：{by}，{note}",
            plan.departments[department].name, own.name, own.unit.text
        );
        let decision = Confirm {
            period,
            slot,
            value,
            by,
            note,
        };
        self.row(line, period, "value", says, Decision::Confirm(decision));
    }

    fn set(&mut self, line: Line) {
        let (Some(task), Some(grade)) = (
            self.task(line),
            line.text("grade").and_then(Grade::from_name),
        ) else {
            return;
        };
        let (Some(period), Some(reason)) = (line.month("month"), line.owned("reason")) else {
            return;
        };
        let says = format!(
            "第{}项评定为“{}”：{reason}",
            self.plan.tasks[task].no,
            grade.name()
        );
        let decision = Override {
            period,
            task,
            grade,
            reason,
        };
        self.row(line, period, "grade", says, Decision::Override(decision));
    }

    fn adjust(&mut self, line: Line) {
        let Some(indicator) = self.indicator(line) else {
            return;
        };
        let plan = self.plan;
        let own = &plan.indicators[indicator];
        let deadline = line.day("deadline");
        let has_target = line.value("target").is_some();
        if !has_target && deadline.is_none() {
            self.wrong(line, "target", "要写新目标或新时限", None);
            return;
        }
        let target = if has_target {
            let Some(target) = self.figure(line, "target", indicator) else {
                return;
            };
            if let Some(mistake) = target_mistake(own.kind, own.direction, &own.unit, target) {
                self.wrong(line, "target", format!("{mistake}，这里是 {target}"), None);
                return;
            }
            Some(target)
        } else {
            None
        };
        // Work may be put off into the next year; it cannot end before it began.
        if let Some(day) = deadline
            .filter(|day| *day < plan.start || day.year() > plan.start.year().saturating_add(20))
        {
            self.wrong(
                line,
                "deadline",
                format!(
                    "新时限 {} 不合理，计划自{}起",
                    chinese_date(day),
                    chinese_date(plan.start)
                ),
                None,
            );
            return;
        }
        let (Some(from), Some(basis)) = (line.month("from"), line.owned("basis")) else {
            return;
        };
        let target_said = target.map(|t| format!("目标调整为{t}{}", own.unit.text));
        let deadline_said = deadline.map(|d| format!("时限调整为{}", chinese_date(d)));
        let what: Vec<String> = target_said.into_iter().chain(deadline_said).collect();
        let says = format!(
            "“{}”自{}起{}：{basis}",
            own.name,
            from.chinese(),
            what.join("，")
        );
        let key = if has_target { "target" } else { "deadline" };
        let decision = Adjust {
            indicator,
            from,
            target,
            deadline,
            basis,
        };
        self.row(line, from, key, says, Decision::Adjust(decision));
    }

    fn paper(&mut self, line: Line) {
        let Some(period) = line.month("month") else {
            return;
        };
        let paper = Paper {
            issue_number: line.owned("issue_number"),
            document_number: line.owned("document_number"),
            date: line.day("dated"),
            signer: line.owned("signer"),
        };
        let briefing = &self.plan.briefing;
        for (key, own) in [
            ("issue_number", &briefing.numbers),
            ("document_number", &briefing.document_numbers),
        ] {
            if line.text(key).is_some() && own.contains_key(&period) {
                let message = format!(
                    "{}的这一项 {} 里也写了，请只留一处",
                    period.chinese(),
                    self.plan_file
                );
                self.wrong(line, key, message, None);
            }
        }
        if self.ledger.papers.insert(period, paper).is_some() {
            self.wrong(
                line,
                "month",
                format!("{}写了两行，请合为一行", period.chinese()),
                None,
            );
        }
    }

    fn received(&mut self, line: Line) {
        self.department(line);
        let (Some(period), Some(file), Some(day)) =
            (line.month("month"), line.text("file"), line.day("received"))
        else {
            return;
        };
        self.ledger.received.push(Received {
            period,
            file: file.replace('\\', "/"),
            day,
            place: format!("{}第{}行", line.rows.sheet, line.row.row + 1),
        });
    }

    fn department(&mut self, line: Line) -> Option<DeptIx> {
        let written = line.text("department")?;
        let found = self
            .plan
            .department(written)
            .or_else(|| self.names.department(written));
        if found.is_none() {
            let names = self.plan.departments.iter().map(|d| d.name.as_str());
            let help = sheets::nearest(written, names).map(|near| format!("是不是“{near}”？"));
            self.wrong(
                line,
                "department",
                format!("计划里没有“{}”这个单位", one_line(written, 40)),
                help,
            );
        }
        found
    }

    fn task(&mut self, line: Line) -> Option<TaskIx> {
        let no = line.value("task")?.as_integer()?;
        let found = self.plan.tasks.iter().position(|t| i64::from(t.no) == no);
        if found.is_none() {
            self.wrong(line, "task", format!("没有序号为 {no} 的任务"), None);
        }
        found
    }

    /// The indicator as a department would name it, or by its 编号; without a task's number its name must be the only one.
    fn indicator(&mut self, line: Line) -> Option<IndIx> {
        let written = line.text("indicator")?;
        let plan = self.plan;
        let tasks = if line.value("task").is_some() {
            let task = self.task(line)?;
            task..task + 1
        } else {
            0..plan.tasks.len()
        };
        let within = |ix: &IndIx| tasks.contains(&plan.indicators[*ix].task);
        if let Some(ix) = plan.indicator(written.trim()).filter(within) {
            return Some(ix);
        }
        let named: Vec<IndIx> = tasks
            .clone()
            .filter_map(|task| match self.names.indicator(plan, task, written) {
                IndicatorMatch::One(ix) => Some(ix),
                _ => None,
            })
            .collect();
        let shown = one_line(written, 40);
        match named.as_slice() {
            [one] => return Some(*one),
            [] => {
                let near = self.names.suggestions(plan, written);
                let help = (!near.is_empty()).then(|| format!("是不是{}？", near.join("或")));
                let of = if tasks.len() == 1 {
                    format!("第{}项任务", plan.tasks[tasks.start].no)
                } else {
                    "计划里".to_owned()
                };
                self.wrong(
                    line,
                    "indicator",
                    format!("{of}没有“{shown}”这个指标"),
                    help,
                );
            }
            several => {
                let all: Vec<String> = several
                    .iter()
                    .take(5)
                    .map(|&ix| {
                        format!(
                            "第{}项的 {}",
                            plan.tasks[plan.indicators[ix].task].no, plan.indicators[ix].id
                        )
                    })
                    .collect();
                let message = format!("有{}个指标叫“{shown}”：{}", several.len(), all.join("、"));
                self.wrong(
                    line,
                    "indicator",
                    message,
                    Some("请写任务序号或指标编号".to_owned()),
                );
            }
        }
        None
    }

    /// The figure of a cell in the unit of its indicator.
    fn figure(&mut self, line: Line, key: &str, indicator: IndIx) -> Option<f64> {
        let plan = self.plan;
        let own = &plan.indicators[indicator];
        let at = line.place(key)?;
        let sheet = self
            .workbook
            .sheets
            .iter()
            .find(|s| *s.name == *line.rows.sheet)?;
        let frame = Frame::new(sheet);
        let cell: FieldCell = Grid::new(sheet, &frame).line(at.row).field_cell(at.col);
        let row = line.text("unit").and_then(Unit::parse);
        let units = Units {
            row: row.as_ref(),
            header: None,
            plan: &own.unit,
            nouns: [&own.name, &plan.tasks[own.task].name],
            is_in_points: false,
        };
        let raw = one_line(&cell.raw(), 30);
        let (key, message, help) = match quantity::read(Some(&cell), units) {
            Reading::Number(figure) => return Some(figure.value),
            Reading::Bad(Problem::UnitMismatch { unit }) => {
                let message = format!(
                    "单位“{unit}”不能换算成“{}”的单位“{}”",
                    own.name, own.unit.text
                );
                let key = if row.is_some_and(|row| row.text == unit) {
                    "unit"
                } else {
                    key
                };
                (key, message, None)
            }
            Reading::Bad(Problem::RatioAmbiguous { written }) => {
                let percent = crate::plan::sheets::shifted(written, 2);
                let message =
                    format!("{written} 可能是 {written}%，也可能是 {percent}%，请写上百分号");
                (key, message, Some(format!("写成 {percent}% 或 {written}%")))
            }
            Reading::Bad(Problem::Several { candidates }) => (
                key,
                format!(
                    "“{raw}”里不止一个数（{}），只能写一个",
                    candidates.join("、")
                ),
                None,
            ),
            _ => (key, format!("“{raw}”不是数，请写数字"), None),
        };
        self.wrong(line, key, message, help);
        None
    }

    /// Tells what is decided twice, in the ledger or in the plan, too.
    fn twice(&mut self) {
        let plan = self.plan;
        let mut first: HashMap<Subject, String> = HashMap::new();
        for confirm in &plan.confirms {
            first.insert(
                Subject::Figure(confirm.period, confirm.slot),
                self.plan_file.to_owned(),
            );
        }
        for set in &plan.overrides {
            first.insert(
                Subject::Grade(set.period, set.task),
                self.plan_file.to_owned(),
            );
        }
        for adjust in &plan.adjusts {
            first.insert(
                Subject::Promise(adjust.from, adjust.indicator),
                self.plan_file.to_owned(),
            );
        }
        let mut said = Vec::new();
        for (row, decision) in self.ledger.rows.iter().zip(&self.decisions) {
            let (subject, what) = match decision {
                Decision::Confirm(c) => (Subject::Figure(c.period, c.slot), "同一个数"),
                Decision::Override(o) => (Subject::Grade(o.period, o.task), "同一项任务的状态"),
                Decision::Adjust(a) => (Subject::Promise(a.from, a.indicator), "同一指标的调整"),
                Decision::Void => continue,
            };
            let here = format!("第{}行", row.cell.row + 1);
            match first.get(&subject) {
                Some(other) => said.push(PlanError {
                    severity: Severity::Error,
                    at: At::Cell {
                        sheet: row.sheet.clone(),
                        cell: Some(row.cell),
                    },
                    message: format!("{}{what}写了两次，{other}已经写过", row.period.chinese()),
                    help: Some("不要的那一行在“作废”栏写“作废”".to_owned()),
                }),
                None => drop(first.insert(subject, here)),
            }
        }
        self.said.extend(said);
    }
}

/// What a decision is about: no two may be.
#[derive(PartialEq, Eq, Hash)]
enum Subject {
    Figure(Period, usize),
    Grade(Period, TaskIx),
    Promise(Period, IndIx),
}

fn is_void(table: &Table, row: &Row) -> bool {
    row.value(table, "void").and_then(Toml::as_bool) == Some(true)
}
