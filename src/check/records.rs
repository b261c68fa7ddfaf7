//! A department's slots as its used workbook gives them: each row found, every cell read once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::intake::quantity::{self, Reading, Units};
use crate::intake::{Arrival, Field, FieldCell, Report, ReportRow, RowSubject, dates, status};
use crate::plan::{DeptIx, IndIx, Kind, Plan, SlotIx, TaskIx, Unit};

use super::record::Record;

/// Reads the records of a department, in plan order.
pub fn of_department<'a>(
    plan: &Plan,
    department: DeptIx,
    arrival: &'a Arrival,
    report: &'a Report,
) -> Vec<Record<'a>> {
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
        of_slot(
            plan,
            slot,
            arrival,
            report,
            rows,
            by_task.get(&s.task).copied(),
        )
    };
    plan.slots_of(department)
        .iter()
        .map(|&slot| of(slot))
        .collect()
}

fn of_slot<'a>(
    plan: &Plan,
    slot: SlotIx,
    arrival: &'a Arrival,
    report: &'a Report,
    mut rows: impl Iterator<Item = &'a ReportRow>,
    task_row: Option<&'a ReportRow>,
) -> Record<'a> {
    let s = &plan.slots[slot];
    let mut record = Record {
        slot,
        department: s.department,
        indicator: s.indicator,
        task: s.task,
        arrival: Some(arrival),
        report: Some(report),
        row: rows.next(),
        others: rows.collect(),
        undecided: false,
        cumulative: Reading::Absent,
        previous: Reading::Absent,
        this_month: Reading::Absent,
        target: Reading::Absent,
        rate: Reading::Absent,
        status: status::StatusReading::Absent,
        done_on: dates::DateReading::Absent,
        expected_on: dates::DateReading::Absent,
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
    let ind = &plan.indicators[record.indicator];
    let row_unit = row
        .get(Field::Unit)
        .and_then(FieldCell::words)
        .and_then(|words| {
            // The plan's own word, as the form has it, is read already.
            if *words == *ind.unit.text {
                Some(Cow::Borrowed(&ind.unit))
            } else {
                Unit::parse(&words).map(Cow::Owned)
            }
        });
    let date_1904 = report.date_1904;
    if ind.kind.is_numeric() {
        let figure = |field: Field| {
            let units = Units {
                row: row_unit.as_deref(),
                header: report.column(field).and_then(|c| c.unit.as_ref()),
                plan: &ind.unit,
                kind: ind.kind,
                is_difference: field == Field::ThisMonth,
            };
            quantity::read(row.get(field), units)
        };
        record.cumulative = figure(Field::Cumulative);
        record.previous = figure(Field::Previous);
        record.this_month = figure(Field::ThisMonth);
        record.target = figure(Field::Target);
        record.rate = rate(row.get(Field::Rate));
    }
    record.status = status::read(row.get(Field::Status));
    record.done_on = dates::read(row.get(Field::DoneOn), plan.start.year(), date_1904);
    record.expected_on = dates::read(row.get(Field::ExpectedOn), plan.start.year(), date_1904);
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
