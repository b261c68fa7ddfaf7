//! What is wrong: a plan, a month's files and earlier months → findings, outcomes and [`Accepted`] values.
//!
//! [`MonthInput`] checks a month; [`Checked`] is what comes of it, and the only thing that `combine` takes.

pub(crate) mod answers;
mod catalogue;
mod month;
pub mod narrative;
pub(crate) mod reading;
mod register;
mod result;
mod rule;
pub mod rules;
mod stored;
#[cfg(test)]
pub(crate) mod testing;
mod workbook;

pub use catalogue::{load_plan, load_plan_file, load_plan_sheets};
pub use month::file::{CheckedFile, FileChecker};
pub use month::{MonthInput, ReadAgain, restate};
pub use register::Register;
pub use result::checked::Checked;
pub use result::elements::{Element, Money, TaskElements};
pub use result::files::{DepartmentFiles, Fate, FileVerdict, Reporting, Submitted};
pub use result::finding::{Finding, Severity, Status};
pub use result::history::{ExplainedKey, History};
pub use result::judged::{Accepted, Judged, Place, Source, State};
pub(crate) use result::listed::{FindingFacts, listed};
pub use result::words::{Keep, Words, WordsOf};
#[cfg(feature = "desktop")]
pub(crate) use result::{carried::text as last_accepted, elements::in_plan, judged::by_telephone};
pub use rule::{Check, Doc, Rule};
pub use rules::outcomes::{Outcome, Outcomes, SlotOutcomes};
pub use stored::{StoredHistory, StoredMonth, StoredSlot};
