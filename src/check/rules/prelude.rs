//! What every rule is written with.

pub use super::phrases::{month_word, name, others, quote, stated};
pub use super::{cells, phrases};
pub(super) use crate::Joined;
pub use crate::check::rule::{
    AnswersCx, Check, Doc, Elsewhere, FileCx, Finding, MonthCx, NotApplicable, NotRun, PASSED,
    RecordCx, RestatedCx, Rule, Severity, SubmissionCx, TaskCx, Verdict,
};
pub use crate::intake::number_text::number_text;
pub use crate::intake::{Field, FileFault, text};
pub use crate::plan::Kind;
