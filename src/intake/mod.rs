//! What arrived: inbox → bytes → sheet → [`Submission`], every value with its source cell.

pub mod dates;
pub mod legacy;
pub mod quantity;
pub mod sniff;
pub mod status;
pub mod submission;
pub mod text;
pub mod workbook;

pub use submission::{Arrival, Field, FieldCell, Report, ReportRow, RowSubject, Submission};
pub use workbook::{Cell, CellRef, FileFault, NumberFormat, Sheet, Value, Workbook};
