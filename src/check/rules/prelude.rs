//! What every rule is written with.

pub use crate::check::rule::{
    AnswersCx, Check, Doc, Elsewhere, FileCx, Finding, MonthCx, NotApplicable, NotRun, PASSED,
    RecordCx, RestatedCx, Rule, Severity, SubmissionCx, TaskCx, Verdict,
};
pub use crate::intake::Field;
pub use crate::plan::Kind;
