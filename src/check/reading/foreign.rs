//! Rows of indicators that a department neither reports nor leads nor cooperates on (S008): compared (X003), never used.

use std::collections::BTreeSet;

use crate::intake::workbook::CellRef;
use crate::intake::{Arrival, Field, Report, ReportRow, RowSubject};
use crate::plan::{DeptIx, IndIx, Plan, TaskIx};

use super::figures::RowFigures;

/// A value given by a department that does not report the indicator.
#[derive(Debug, Clone)]
pub struct ForeignValue {
    pub sender: DeptIx,
    pub file: String,
    pub sheet: String,
    pub cell: CellRef,
    pub indicator: IndIx,
    /// In the plan's unit; `None` where it cannot be read.
    pub value: Option<f64>,
    pub raw: String,
}

/// Whether a row speaks of an indicator that the department neither reports nor leads nor cooperates on.
pub fn is_foreign(plan: &Plan, department: DeptIx, subject: &RowSubject) -> bool {
    let own_task = |task: TaskIx| {
        plan.tasks[task].lead == department || plan.tasks[task].with.contains(&department)
    };
    match *subject {
        RowSubject::Indicator(ix) => {
            plan.slot(department, ix).is_none() && !own_task(plan.indicators[ix].task)
        }
        RowSubject::Task(task) => {
            !own_task(task)
                && plan.tasks[task]
                    .indicators
                    .clone()
                    .all(|ix| plan.slot(department, ix).is_none())
        }
        RowSubject::Unknown { .. } => false,
    }
}

/// The figures in a report's foreign rows.
pub fn values(
    plan: &Plan,
    department: DeptIx,
    arrival: &Arrival,
    report: &Report,
) -> Vec<ForeignValue> {
    // One cell merged over many rows is one value.
    let mut seen = BTreeSet::new();
    let mut value = |row: &ReportRow| {
        let RowSubject::Indicator(ix) = row.subject else {
            return None;
        };
        let indicator = &plan.indicators[ix];
        if !is_foreign(plan, department, &row.subject) || !indicator.kind.is_numeric() {
            return None;
        }
        let cell = row
            .get(Field::Cumulative)
            .filter(|cell| seen.insert((ix, cell.at)))?;
        let reading = RowFigures::new(plan, ix, report, row).read(Field::Cumulative);
        Some(ForeignValue {
            sender: department,
            file: arrival.path.clone(),
            sheet: report.sheet.to_string(),
            cell: cell.at,
            indicator: ix,
            value: reading.value(),
            raw: cell.raw().into(),
        })
    };
    report.rows.iter().filter_map(&mut value).collect()
}
