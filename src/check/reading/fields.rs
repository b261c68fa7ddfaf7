//! Which of a row's cells hold an indicator's value, and which only stand beside it.

use crate::intake::{Field, FieldCell, Value};
use crate::plan::Kind;

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

/// Fields whose error only stops the rules that need the cell.
pub const SIDE: [Field; 5] = [
    Field::Previous,
    Field::ThisMonth,
    Field::Rate,
    Field::Target,
    Field::ExpectedOn,
];

/// The field that an indicator's value is read from.
pub fn value_field(kind: Kind) -> Field {
    match kind {
        Kind::Milestone => Field::Status,
        Kind::Ongoing => Field::Narrative,
        Kind::Count | Kind::Quantity | Kind::Level | Kind::Ratio => Field::Cumulative,
    }
}

/// Fields whose error withholds an indicator (rules.md, "Severity").
pub fn withholding(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Ongoing => &[Field::Narrative],
        Kind::Milestone => &[Field::Status, Field::DoneOn],
        _ => &[Field::Cumulative, Field::Status, Field::DoneOn],
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

/// The texts that a task's rows share.
pub const TEXTS: [Field; 4] = [
    Field::Narrative,
    Field::Problems,
    Field::NextSteps,
    Field::Evidence,
];

/// The rule whose finding a cell without a result is, whatever the field: an Excel error or a formula never calculated.
pub fn broken(cell: &FieldCell) -> Option<&'static str> {
    match cell.value.as_ref()? {
        Value::Error(_) => Some("C007"),
        Value::NoCachedValue => Some("C008"),
        _ => None,
    }
}
