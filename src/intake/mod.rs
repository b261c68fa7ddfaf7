//! What arrived: inbox → bytes → sheet → [`Submission`], every value with its source cell.

pub(crate) mod archive;
pub mod arrival;
pub(crate) mod calendar;
pub mod dates;
pub(crate) mod fields;
pub mod layout;
pub mod ledger;
pub mod legacy;
mod memory;
mod number_format;
pub mod number_text;
pub mod ooxml;
pub(crate) mod personal;
pub mod quantity;
pub(crate) mod reading;
pub mod sheets;
pub mod sniff;
pub mod status;
pub mod submission;
pub mod text;
pub mod workbook;
#[cfg(test)]
mod writings_page;

pub use fields::RowCells;
pub use submission::{Arrival, Field, FieldCell, Report, ReportRow, RowSubject, Submission};
pub use workbook::{Cell, CellRef, FileFault, NumberFormat, Result, Sheet, Value, Workbook};
