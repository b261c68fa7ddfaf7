//! What a rule is: its code, name, severity, page and check. Each rule is one file under `rules/`.

pub mod context;

use crate::intake::Field;

pub use crate::check::result::finding::{Finding, Severity};
pub use NoVerdict::{Elsewhere, NotApplicable, NotRun};
pub use context::{AnswersCx, FileCx, MonthCx, RecordCx, RestatedCx, SubmissionCx, TaskCx};

/// A rule of the catalogue.
pub struct Rule {
    /// `C006`: stable, never reused.
    pub code: &'static str,
    /// `scale-slip`: names the defect, never the fix.
    pub name: &'static str,
    /// What a plan may change, unless the rule is fixed.
    pub severity: Severity,
    /// No plan may lower its severity or switch it off: what it finds cannot be read.
    pub fixed: bool,
    /// One line for lists, in Chinese.
    pub title: &'static str,
    /// Its page.
    pub doc: Doc,
    /// What it looks at, and how.
    pub check: Check,
}

/// A rule's page (`duban explain`), in Chinese.
pub struct Doc {
    /// 检查什么.
    pub what: &'static str,
    /// 为什么.
    pub why: &'static str,
    /// 例.
    pub example: &'static str,
    /// 怎么改: what the department does.
    pub fix: &'static str,
    /// What the office alone can do: a figure it confirms, a month it reopens.
    pub office: Option<&'static str>,
}

impl Rule {
    /// A finding of this rule; its severity is the rule's own until the plan's settings are applied.
    pub fn finding(&self, message: impl Into<String>, help: impl Into<String>) -> Finding {
        Finding::new(self.code, self.severity, message, help)
    }
}

/// At what a rule looks, and when it runs. The engine runs the kinds from top to bottom and, within one, in the
/// catalogue's order.
pub enum Check {
    /// One file, whatever it is.
    File(fn(&FileCx) -> Option<Finding>),
    /// All files of the month: which one of a department's is used.
    Files(fn(&MonthCx) -> Vec<Finding>),
    /// One used workbook.
    Submission(fn(&SubmissionCx) -> Vec<Finding>),
    /// One reporter × indicator: what its cells hold. An error here stops `Record` and `Judgement` rules that need the cell.
    Cell(fn(&RecordCx) -> Verdict),
    /// As `Cell`, and besides what the rows of one task share (its texts). A task's finding names no indicator; one at the
    /// narrative withholds the task's ongoing indicators only.
    CellAndTask {
        /// On one value.
        cell: fn(&RecordCx) -> Verdict,
        /// On one task.
        task: fn(&TaskCx) -> Vec<Finding>,
    },
    /// One reporter × indicator: its cells against each other, the plan and earlier months.
    Record {
        /// The rule does not run where one of these cells has a C error; R001 and R002 may stand together.
        needs: &'static [Field],
        /// On one value.
        check: fn(&RecordCx) -> Verdict,
    },
    /// One task of one department: several indicators at once (R013, R017, R018).
    Task(fn(&TaskCx) -> Vec<Finding>),
    /// One reporter × indicator whose value was accepted so far.
    Judgement(fn(&RecordCx) -> Verdict),
    /// One used workbook again, after its values were judged (narratives, shared cells).
    Narrative(fn(&SubmissionCx) -> Vec<Finding>),
    /// The month as a whole: submissions and departments against each other.
    Month(fn(&MonthCx) -> Vec<Finding>),
    /// What one department's used workbook answers, once all its findings are known and answered.
    Answers(fn(&AnswersCx) -> Vec<Finding>),
    /// A sealed month against what its inbox would give now; run only when a sealed month is run again.
    Restated(fn(&RestatedCx) -> Vec<Finding>),
}

impl Check {
    /// Whether the rule has an outcome for each value.
    pub const fn is_per_value(&self) -> bool {
        matches!(
            self,
            Self::Cell(_) | Self::CellAndTask { .. } | Self::Record { .. } | Self::Judgement(_)
        )
    }
}

/// What a rule says of one value: its findings, one a cell. The value passed where there is none.
pub type Verdict = Result<Vec<Finding>, NoVerdict>;

/// The value passed.
pub const PASSED: Verdict = Ok(Vec::new());

/// Why a rule neither passes a value nor has a finding. A blank never passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoVerdict {
    /// The rule does not look at such a value (its kind, or a column it has not).
    NotApplicable,
    /// What the rule needs is not there, because of this code.
    NotRun(&'static str),
    /// The value fails by a cause that is reported at another indicator: several share one cell or row, and the first of
    /// them in plan order has the finding.
    Elsewhere,
}

impl From<Finding> for Verdict {
    fn from(finding: Finding) -> Self {
        Ok(vec![finding])
    }
}
