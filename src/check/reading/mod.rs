//! A department's rows as its workbook gives them: each row found, every cell read once. Nothing is judged here.

pub mod carried;
pub mod columns;
pub mod elements;
pub mod fields;
pub mod figures;
pub mod foreign;
pub mod shared_cells;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::intake::dates::{self, DateReading};
use crate::intake::quantity::{self, Reading};
use crate::intake::status::{self, StatusReading};
use crate::intake::{Field, FieldCell, Report, ReportRow, RowSubject, text};
use crate::plan::{DeptIx, IndIx, Kind, Plan, SlotIx, TaskIx};

use figures::RowFigures;

/// A slot's row in the used workbook, every cell of it read once.
#[derive(Debug, Clone, Default)]
pub struct Record<'a> {
    pub slot: SlotIx,
    pub indicator: IndIx,
    pub task: TaskIx,
    /// The row that is used.
    pub row: Option<&'a ReportRow>,
    /// Further rows of the used sheet that name the indicator (S007).
    pub others: Vec<&'a ReportRow>,
    /// The row names the task only, and the task has several indicators of this kind: nothing is assigned.
    pub undecided: bool,
    pub cumulative: Reading,
    pub previous: Reading,
    pub this_month: Reading,
    pub target: Reading,
    /// The stated rate as written: percentage points, or a bare number whose reading is open.
    pub rate: Reading,
    pub status: StatusReading,
    pub done_on: DateReading,
    pub expected_on: DateReading,
}

impl<'a> Record<'a> {
    /// The row's cell under a field's column.
    pub fn cell(&self, field: Field) -> Option<&'a FieldCell> {
        self.row.and_then(|row| row.get(field))
    }

    /// Every row that names the indicator, the used one first.
    pub fn rows(&self) -> impl Iterator<Item = &'a ReportRow> {
        self.row.into_iter().chain(self.others.iter().copied())
    }

    /// The field's text unless it is blank or a placeholder.
    pub fn words(&self, field: Field) -> Option<Arc<str>> {
        self.cell(field)
            .and_then(FieldCell::words)
            .filter(|words| !text::is_placeholder(words))
    }

    /// The reading of a number's field; absent for any other.
    pub fn reading(&self, field: Field) -> &Reading {
        match field {
            Field::Cumulative => &self.cumulative,
            Field::Previous => &self.previous,
            Field::ThisMonth => &self.this_month,
            Field::Target => &self.target,
            Field::Rate => &self.rate,
            _ => &Reading::Absent,
        }
    }

    /// The reading of a date's field; absent for any other.
    pub fn date(&self, field: Field) -> &DateReading {
        match field {
            Field::DoneOn => &self.done_on,
            Field::ExpectedOn => &self.expected_on,
            _ => &DateReading::Absent,
        }
    }
}

/// Reads the records of a department, in plan order.
pub fn of_department<'a>(plan: &Plan, department: DeptIx, report: &'a Report) -> Vec<Record<'a>> {
    let mut by_indicator: Vec<(IndIx, &ReportRow)> = Vec::with_capacity(report.rows.len());
    let mut by_task: BTreeMap<TaskIx, &ReportRow> = BTreeMap::new();
    for row in &report.rows {
        match row.subject {
            RowSubject::Indicator(ix) => by_indicator.push((ix, row)),
            RowSubject::Task(ix) => {
                by_task.entry(ix).or_insert(row);
            }
            RowSubject::Unknown { .. } => {}
        }
    }
    // Of one indicator's rows the first in the sheet stays the first.
    by_indicator.sort_by_key(|(ix, _)| *ix);
    let of = |slot: SlotIx| {
        let s = &plan.slots[slot];
        let start = by_indicator.partition_point(|(ix, _)| *ix < s.indicator);
        let rows = by_indicator[start..]
            .iter()
            .take_while(|(ix, _)| *ix == s.indicator)
            .map(|(_, row)| *row);
        of_slot(plan, slot, report, rows, by_task.get(&s.task).copied())
    };
    plan.slots_of(department)
        .iter()
        .map(|&slot| of(slot))
        .collect()
}

fn of_slot<'a>(
    plan: &Plan,
    slot: SlotIx,
    report: &'a Report,
    mut rows: impl Iterator<Item = &'a ReportRow>,
    task_row: Option<&'a ReportRow>,
) -> Record<'a> {
    let s = &plan.slots[slot];
    let mut record = Record {
        slot,
        indicator: s.indicator,
        task: s.task,
        row: rows.next(),
        others: rows.collect(),
        ..Record::default()
    };
    if record.row.is_none() {
        // A row of the whole task: its narrative is every indicator's, its figure only the one numeric indicator's.
        if let Some(row) = task_row {
            let kind = plan.indicators[s.indicator].kind;
            record.row = Some(row);
            record.undecided = kind != Kind::Ongoing && alike(plan, s.department, s.task, kind) > 1;
        }
    }
    if let Some(row) = record.row
        && !record.undecided
    {
        read_cells(plan, report, row, &mut record);
    }
    record
}

/// How many indicators of a task a department reports that would read the same cell.
fn alike(plan: &Plan, department: DeptIx, task: usize, kind: Kind) -> usize {
    plan.slots_of(department)
        .iter()
        .filter(|&&slot| plan.slots[slot].task == task)
        .filter(|&&slot| {
            let other = plan.indicators[plan.slots[slot].indicator].kind;
            if kind.is_numeric() {
                other.is_numeric()
            } else {
                other == kind
            }
        })
        .count()
}

fn read_cells<'a>(plan: &Plan, report: &'a Report, row: &'a ReportRow, record: &mut Record<'a>) {
    let indicator = &plan.indicators[record.indicator];
    if indicator.kind.is_numeric() {
        let figures = RowFigures::new(plan, record.indicator, report, row);
        record.cumulative = figures.read(Field::Cumulative);
        record.previous = figures.read(Field::Previous);
        record.this_month = figures.read(Field::ThisMonth);
        record.target = figures.read(Field::Target);
        record.rate = rate(row.get(Field::Rate));
    }
    let date = |field| dates::read(row.get(field), plan.start.year(), report.date_1904);
    record.status = status::read(report.column(Field::Status), row.get(Field::Status));
    record.done_on = date(Field::DoneOn);
    record.expected_on = date(Field::ExpectedOn);
}

/// The stated rate as one reading: its first candidate in points (R004 looks at all of them).
fn rate(cell: Option<&FieldCell>) -> Reading {
    let Some(cell) = cell else {
        return Reading::Absent;
    };
    match quantity::read_rate(Some(cell)) {
        None => match cell.text() {
            Some(placeholder) => Reading::Placeholder(placeholder.into_owned()),
            None => Reading::Blank,
        },
        Some(Err(problem)) => Reading::Bad(problem),
        Some(Ok(stated)) => {
            let (value, step) = stated.first;
            Reading::Number(quantity::Quantity {
                value,
                step,
                as_text: false,
                converted_from: None,
                qualifier: None,
                conversion: String::new(),
            })
        }
    }
}
