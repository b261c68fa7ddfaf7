//! What is wrong: Plan + submissions + earlier months → findings, outcomes and [`Accepted`] records.

mod catalogue;
pub mod checked;
pub mod context;
pub mod department;
pub mod elements;
pub mod explain;
pub mod file;
pub mod files;
pub mod finding;
pub mod history;
pub mod month;
pub mod narrative;
pub mod newest;
pub mod outcomes;
mod proposals;
pub mod read;
pub mod record;
pub mod records;
pub mod register;
pub mod rule;
pub mod rules;
pub mod shared_cells;
pub mod standing;
pub mod stored;
#[cfg(test)]
pub(crate) mod testing;
pub mod words;

pub use catalogue::load_plan;
pub use checked::{Checked, Element, Fate, FileVerdict, Money, TaskElements};
pub use finding::{Finding, Severity, Status};
pub use history::History;
pub use outcomes::{Outcome, Outcomes};
pub use record::{Accepted, Judged, Place, Record, Source, SourceRef, State};
pub use register::Register;
pub use rule::{Check, Doc, Rule, Verdict};
pub use stored::{StoredHistory, StoredMonth};
pub use words::{Keep, Words, WordsOf};
