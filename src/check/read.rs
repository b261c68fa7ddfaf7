//! What the rules that look at cells have in common: reading another row's figure, the cells that several rows
//! share, and the outcome of a rule whose cell holds nothing to judge.

use crate::intake::dates::DateReading;
use crate::intake::quantity::{self, Problem, Reading, Units};
use crate::intake::status::StatusReading;
use crate::intake::workbook::{CellRef, Region};
use crate::intake::{Field, FieldCell, Report, ReportRow, RowSubject, Value, text};
use crate::plan::{IndIx, Kind, Plan, Unit};

use super::context::{RecordCx, TaskCx};
use super::finding::{Finding, Severity};
use super::record::Record;
use super::rule::Verdict;
use super::rules::c020;

/// The cells that hold a figure in the plan's unit, the one that decides first.
pub const FIGURES: [Field; 4] = [
    Field::Cumulative,
    Field::Previous,
    Field::ThisMonth,
    Field::Target,
];
/// The same, and the stated rate.
pub const NUMBERS: [Field; 5] = [
    Field::Cumulative,
    Field::Previous,
    Field::ThisMonth,
    Field::Target,
    Field::Rate,
];

/// Reads the figure that a row gives for an indicator under a field (rules.md, "Units, in order of precedence").
pub fn figure(
    plan: &Plan,
    report: &Report,
    row: &ReportRow,
    indicator: IndIx,
    field: Field,
) -> Reading {
    let ind = &plan.indicators[indicator];
    let row_unit = row
        .get(Field::Unit)
        .and_then(FieldCell::text)
        .and_then(|text| Unit::parse(&text));
    let units = Units {
        row: row_unit.as_ref(),
        header: report.column(field).and_then(|column| column.unit.as_ref()),
        plan: &ind.unit,
        kind: ind.kind,
        is_difference: field == Field::ThisMonth && ind.kind == Kind::Ratio,
    };
    quantity::read(row.get(field), units)
}

/// The 累计完成 that a row gives for an indicator.
pub fn cumulative_of(plan: &Plan, report: &Report, row: &ReportRow, indicator: IndIx) -> Reading {
    figure(plan, report, row, indicator, Field::Cumulative)
}

/// The rule whose finding a problem is.
pub fn code(problem: &Problem) -> &'static str {
    match problem {
        Problem::NotANumber | Problem::TooLarge => "C002",
        Problem::UnitMismatch { .. } | Problem::Percentage => "C004",
        Problem::Several { .. } | Problem::Struck => "C015",
        Problem::ExcelError(_) => "C007",
        Problem::NoCachedValue => "C008",
        Problem::RatioAmbiguous { .. } => "C011",
    }
}

/// The rule whose finding a cell without a result is, whatever the field: an Excel error or a formula never calculated.
pub fn broken(cell: &FieldCell) -> Option<&'static str> {
    match cell.value.as_ref()? {
        Value::Error(_) => Some("C007"),
        Value::NoCachedValue => Some("C008"),
        _ => None,
    }
}

/// The cells of a single indicator that hold a number, a status or a date, those that withhold it first.
pub fn single_fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Ongoing => &[Field::DoneOn, Field::ExpectedOn],
        Kind::Milestone => &[Field::Status, Field::DoneOn, Field::ExpectedOn],
        _ => &[
            Field::Cumulative,
            Field::Status,
            Field::DoneOn,
            Field::Previous,
            Field::ThisMonth,
            Field::Target,
            Field::Rate,
            Field::ExpectedOn,
        ],
    }
}

/// The reading of a date's field; absent for any other.
pub fn date<'r>(record: &'r Record, field: Field) -> &'r DateReading {
    match field {
        Field::DoneOn => &record.done_on,
        Field::ExpectedOn => &record.expected_on,
        _ => &DateReading::Absent,
    }
}

/// The rows of a task in the used sheet: those of the department's indicators and those that name the task alone.
pub fn task_rows<'a>(cx: &'a TaskCx<'a>) -> impl Iterator<Item = &'a ReportRow> {
    let own = |row: &&ReportRow| match row.subject {
        RowSubject::Indicator(ix) => cx.plan.indicators[ix].task == cx.task,
        RowSubject::Task(task) => task == cx.task,
        RowSubject::Unknown { .. } => false,
    };
    cx.report.rows.iter().filter(own)
}

/// A task's texts without a result, one a cell.
pub fn broken_texts<'a>(cx: &'a TaskCx<'a>, code: &str) -> Vec<(Field, &'a FieldCell)> {
    let mut found: Vec<(Field, &FieldCell)> = Vec::new();
    if !cx.report.is_broken {
        return found;
    }
    let rows: Vec<&ReportRow> = task_rows(cx).collect();
    for field in [
        Field::Narrative,
        Field::Problems,
        Field::NextSteps,
        Field::Evidence,
    ] {
        for cell in rows
            .iter()
            .filter_map(|row| row.get(field))
            .filter(|cell| broken(cell) == Some(code))
        {
            if found.iter().all(|(_, other)| other.at != cell.at) {
                found.push((field, cell));
            }
        }
    }
    found
}

static ABSENT: Reading = Reading::Absent;

/// The reading of a number's field; absent for any other.
pub fn reading<'r>(record: &'r Record, field: Field) -> &'r Reading {
    match field {
        Field::Cumulative => &record.cumulative,
        Field::Previous => &record.previous,
        Field::ThisMonth => &record.this_month,
        Field::Target => &record.target,
        Field::Rate => &record.rate,
        _ => &ABSENT,
    }
}

/// Whether a finding holds the slot's value back: an error on 累计, 状态 or 完成时间 (the narrative of an ongoing
/// indicator); one elsewhere only stops the rules that need the cell (rules.md, "Severity").
pub fn withholds(record: &Record, kind: Kind, finding: &Finding) -> bool {
    let fields: &[Field] = match kind {
        Kind::Ongoing => &[Field::Narrative],
        Kind::Milestone => &[Field::Status, Field::DoneOn],
        _ => &[Field::Cumulative, Field::Status, Field::DoneOn],
    };
    finding.severity == Severity::Error
        && finding.cell.is_some_and(|at| {
            fields
                .iter()
                .any(|&field| record.cell(field).is_some_and(|cell| cell.at == at))
        })
}

/// Why no cell of a slot can be looked at, where that is so: its row is missing or names a task of several indicators.
pub fn gate(cx: &RecordCx) -> Option<Verdict> {
    let numeric = cx.indicator().kind.is_numeric();
    if cx.record.undecided {
        Some(Verdict::NotRun(if numeric { "C015" } else { "S005" }))
    } else if cx.record.row.is_none() {
        Some(Verdict::NotRun("S005"))
    } else {
        None
    }
}

/// As [`gate`], for the rules of numbers: they say nothing about milestones and ongoing work.
pub fn numeric_gate(cx: &RecordCx) -> Option<Verdict> {
    if cx.indicator().kind.is_numeric() {
        gate(cx)
    } else {
        Some(Verdict::NotApplicable)
    }
}

/// A field's cell that is merged over several rows, and its region.
fn tall<'a>(cx: &RecordCx<'a>, field: Field) -> Option<(&'a FieldCell, Region)> {
    let cell = cx.record.cell(field)?;
    cell.region()
        .filter(|region| region.first.row < region.last.row)
        .map(|region| (cell, region))
}

/// The department's indicators whose rows lie in the same merged cell under a field, in plan order; the slot's own alone
/// where the cell is its own.
pub fn sharers(cx: &RecordCx, field: Field) -> Vec<IndIx> {
    let own = cx.record.indicator;
    let (Some((cell, region)), Some(report)) = (tall(cx, field), cx.record.report) else {
        return vec![own];
    };
    let own_kind = cx.indicator().kind;
    let belongs = |ix: IndIx| {
        let kind = cx.plan.indicators[ix].kind;
        let alike = match field {
            Field::Cumulative
            | Field::Previous
            | Field::ThisMonth
            | Field::Target
            | Field::Rate => kind.is_numeric(),
            Field::Status => (kind == Kind::Milestone) == (own_kind == Kind::Milestone),
            _ => true,
        };
        alike && cx.plan.slot(cx.record.department, ix).is_some()
    };
    // Rows are in the sheet's order: only those that the region spans are looked at.
    let start = report
        .rows
        .partition_point(|row| row.row < region.first.row);
    let rows = start
        ..report
            .rows
            .partition_point(|row| row.row <= region.last.row)
            .max(start);
    let mut found: Vec<IndIx> = report
        .rows
        .get(rows)
        .unwrap_or_default()
        .iter()
        .filter_map(|row| match row.subject {
            RowSubject::Indicator(ix)
                if row.get(field).is_some_and(|other| other.at == cell.at) && belongs(ix) =>
            {
                Some(ix)
            }
            _ => None,
        })
        .chain([own])
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// `第2项“街头绿地面积”`, with how many others share the field's cell.
pub fn subject(cx: &RecordCx, field: Field) -> String {
    match sharers(cx, field).len() {
        0 | 1 => cx.subject(),
        n => format!("{}等{n}个指标", cx.subject()),
    }
}

/// A figure merged over the rows of several indicators belongs to none of them that could be told (C015).
pub fn is_shared_figure(cx: &RecordCx, field: Field) -> bool {
    let figure = matches!(
        field,
        Field::Cumulative | Field::Previous | Field::ThisMonth | Field::Target
    ) && match reading(cx.record, field) {
        Reading::Number(_) => true,
        Reading::Bad(problem) => !matches!(code(problem), "C002" | "C007" | "C008"),
        Reading::Absent | Reading::Blank | Reading::Placeholder(_) => false,
    };
    figure && tall(cx, field).is_some() && sharers(cx, field).len() > 1
}

/// The fields of a slot that fail a test.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Failing {
    /// One a cell: of fields that a horizontal merge joins the first, of a cell shared with other indicators only at the
    /// first of these.
    pub fields: Vec<Field>,
    /// A cell that withholds the slot fails too, and is told at another indicator.
    pub elsewhere: bool,
}

/// Tests the cells of a slot.
pub fn failing(cx: &RecordCx, fields: &[Field], test: impl Fn(Field) -> bool) -> Failing {
    let mut seen = Vec::new();
    let mut failing = Failing::default();
    for &field in fields {
        let Some(cell) = cx.record.cell(field) else {
            continue;
        };
        if !test(field) || seen.contains(&cell.at) {
            continue;
        }
        seen.push(cell.at);
        if sharers(cx, field).first() == Some(&cx.record.indicator) {
            failing.fields.push(field);
        } else if matches!(field, Field::Cumulative | Field::Status | Field::DoneOn) {
            failing.elsewhere = true;
        }
    }
    failing
}

/// As [`failing`], for tests of a figure's reading: a figure shared by several indicators is C015's alone.
pub fn failing_figures(
    cx: &RecordCx,
    fields: &[Field],
    test: impl Fn(&Reading) -> bool,
) -> Failing {
    failing(cx, fields, |field| {
        test(reading(cx.record, field)) && !is_shared_figure(cx, field)
    })
}

/// The verdict of a rule of numbers. Where nothing failed, what stands at 累计 decides: a blank never passes.
pub fn conclude(cx: &RecordCx, elsewhere: bool, findings: Vec<Finding>) -> Verdict {
    if !findings.is_empty() || elsewhere {
        return Verdict::Failed(findings);
    }
    if c020::carried(cx).is_some() {
        return Verdict::NotRun("C020");
    }
    match &cx.record.cumulative {
        Reading::Absent => Verdict::NotRun("S002"),
        Reading::Blank | Reading::Placeholder(_) => Verdict::NotRun("C001"),
        Reading::Bad(problem) => Verdict::NotRun(code(problem)),
        Reading::Number(_) if is_shared_figure(cx, Field::Cumulative) => Verdict::NotRun("C015"),
        Reading::Number(_) => Verdict::Passed,
    }
}

/// As [`conclude`], for rules of any kind of indicator.
pub fn conclude_any(cx: &RecordCx, elsewhere: bool, findings: Vec<Finding>) -> Verdict {
    if !findings.is_empty() || elsewhere {
        return Verdict::Failed(findings);
    }
    match cx.indicator().kind {
        Kind::Ongoing => Verdict::Passed,
        Kind::Milestone => match cx.record.status {
            _ if c020::carried(cx).is_some() => Verdict::NotRun("C020"),
            StatusReading::Absent => Verdict::NotRun("S002"),
            StatusReading::Blank | StatusReading::Placeholder => Verdict::NotRun("C001"),
            StatusReading::Broken => Verdict::NotRun(
                cx.record
                    .cell(Field::Status)
                    .and_then(broken)
                    .unwrap_or("C007"),
            ),
            StatusReading::Known(_) | StatusReading::Unknown => Verdict::Passed,
        },
        _ => conclude(cx, false, findings),
    }
}

/// The verdict of a rule of dates: without a date there is nothing to judge.
pub fn conclude_dates(cx: &RecordCx, elsewhere: bool, findings: Vec<Finding>) -> Verdict {
    if !findings.is_empty() || elsewhere {
        return Verdict::Failed(findings);
    }
    let dates = [&cx.record.done_on, &cx.record.expected_on];
    if dates.iter().any(|reading| reading.date().is_some()) {
        Verdict::Passed
    } else if dates.contains(&&DateReading::Unreadable) {
        Verdict::NotRun("C012")
    } else {
        Verdict::NotApplicable
    }
}

/// Points a finding at a row: at its indicator, task or number cell, whichever names it on that very row.
pub fn at_row(finding: Finding, row: &ReportRow) -> Finding {
    let named = [Field::Indicator, Field::Task, Field::No];
    let cells = || {
        named
            .iter()
            .filter_map(|&field| row.get(field))
            .filter(|cell| cell.text().is_some())
    };
    match cells()
        .find(|cell| cell.at.row == row.row)
        .or_else(|| cells().next())
    {
        Some(cell) => finding.at(cell),
        None => finding.cell(CellRef::new(row.row, 0)),
    }
}

/// Findings of one rule in one workbook that are listed one by one, where a sheet of rubbish could raise any number.
pub const LISTED: usize = 200;

/// Adds to the last of the listed findings how many more there are.
pub fn tell_more(findings: &mut [Finding], more: usize, counted: &str) {
    if more > 0
        && let Some(last) = findings.last_mut()
    {
        last.message = format!(
            "{}另有{more}{counted}同样如此，不再逐一列出。",
            last.message
        );
    }
}

/// A cell's text for a message: one line, shortened.
pub fn quote(cell: Option<&FieldCell>) -> String {
    text::one_line(&cell.map(FieldCell::raw).unwrap_or_default(), 30)
}

/// `“累计完成”`.
pub fn name(field: Field) -> String {
    format!("“{}”", field.chinese())
}

/// `“上月累计”、“本月完成”`.
pub fn names(fields: &[Field]) -> String {
    fields
        .iter()
        .map(|&field| name(field))
        .collect::<Vec<_>>()
        .join("、")
}

/// `；同一行的“本月完成”也是如此`, empty where there is no other field.
pub fn others(fields: &[Field]) -> String {
    match fields {
        [] | [_] => String::new(),
        [_, rest @ ..] => format!("，同一行的{}也是如此", names(rest)),
    }
}
