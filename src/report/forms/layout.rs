//! Which columns a form has, and where its rows stand.

use crate::intake::Field;
use crate::intake::workbook::CellRef;
use crate::plan::{Kind, Plan, SlotIx};
use crate::report::paper::{Column, Paper, fitted};

use super::data::{FormData, TASK_FIELDS};

/// The group header over the figures.
pub(super) const FIGURES: [Field; 4] = [
    Field::Previous,
    Field::ThisMonth,
    Field::Cumulative,
    Field::Rate,
];

/// Where everything on 进展情况 stands, from 0.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The fields from left to right.
    pub columns: Vec<Field>,
    /// First and last header row.
    pub header: (u32, u32),
    /// The row of `FormData::rows[0]`; the others follow.
    pub first_row: u32,
    /// Width of each column in units.
    pub(super) widths: Vec<f64>,
    /// What it prints on.
    pub(super) paper: Paper,
}

impl Layout {
    /// As few columns as the department's rows need.
    pub fn new(plan: &Plan, data: &FormData) -> Self {
        let kinds = || {
            data.rows
                .iter()
                .filter_map(|row| row.slot)
                .map(|s| plan.indicators[plan.slots[s].indicator].kind)
        };
        let numeric = kinds().any(Kind::is_numeric);
        let milestones = kinds().any(|k| k == Kind::Milestone);
        let cooperates = data.rows.iter().any(|row| row.slot.is_none());
        let evidence = data
            .rows
            .iter()
            .any(|row| row.slot.is_some() && plan.tasks[row.task].evidence_required);
        let wanted = |field: Field| match field {
            Field::Tier => false,
            Field::Department => cooperates,
            Field::Indicator => kinds().next().is_some(),
            Field::Unit
            | Field::Target
            | Field::Previous
            | Field::ThisMonth
            | Field::Cumulative
            | Field::Rate => numeric,
            Field::Status | Field::DoneOn => milestones,
            Field::ExpectedOn => numeric || milestones,
            Field::Evidence => evidence,
            _ => true,
        };
        let columns: Vec<Field> = Field::ALL.into_iter().filter(|&f| wanted(f)).collect();
        let header = if numeric { (2, 3) } else { (2, 2) };
        let (paper, widths) = fitted(&columns.iter().map(|&f| width(f)).collect::<Vec<_>>());
        Self {
            widths,
            paper,
            columns,
            header,
            first_row: header.1 + 1,
        }
    }

    /// The column of a field, from 0; `None`: the form has none.
    pub fn column(&self, field: Field) -> Option<u16> {
        self.columns
            .iter()
            .position(|&f| f == field)
            .and_then(|ix| u16::try_from(ix).ok())
    }

    /// The width of a field's column; 0 where the form has none.
    pub(super) fn width(&self, field: Field) -> f64 {
        let ix = self.columns.iter().position(|&f| f == field);
        ix.and_then(|ix| self.widths.get(ix))
            .copied()
            .unwrap_or(0.0)
    }

    /// The cell of a field in the `ix`-th row (of its task's first row where it stands once a task).
    pub fn cell(&self, data: &FormData, ix: usize, field: Field) -> Option<CellRef> {
        let col = self.column(field)?;
        let task = data.rows.get(ix)?.task;
        let ix = if TASK_FIELDS.contains(&field) {
            data.rows.iter().position(|r| r.task == task)?
        } else {
            ix
        };
        Some(CellRef::new(
            self.first_row + u32::try_from(ix).ok()?,
            col.into(),
        ))
    }

    /// The cell of a field in a slot's row.
    pub fn slot_cell(&self, data: &FormData, slot: SlotIx, field: Field) -> Option<CellRef> {
        let ix = data.rows.iter().position(|r| r.slot == Some(slot))?;
        self.cell(data, ix, field)
    }
}

/// The least a column takes, and its share of what the page leaves.
fn width(field: Field) -> Column {
    match field {
        Field::No => (4.5, 0.0),
        Field::Tier => (6.0, 0.0),
        Field::Task => (12.0, 1.0),
        Field::Indicator => (14.0, 1.0),
        Field::Unit | Field::Rate | Field::Status => (8.0, 0.0),
        Field::Target | Field::Previous | Field::ThisMonth | Field::Cumulative => (8.5, 0.0),
        Field::Department => (9.0, 0.5),
        Field::DoneOn | Field::ExpectedOn => (10.5, 0.0),
        Field::Narrative => (28.0, 4.0),
        Field::Problems | Field::NextSteps => (16.0, 2.0),
        Field::Evidence => (9.5, 1.0),
        Field::Remark => (7.5, 1.0),
    }
}
