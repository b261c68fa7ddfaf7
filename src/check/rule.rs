//! A rule is one file under `rules/`: its code, name, severity, documentation and check.

use crate::intake::Field;

use super::context::{FileCx, MonthCx, RecordCx, RestatedCx, SubmissionCx, TaskCx};
use super::finding::{Finding, Severity};

pub struct Rule {
    /// `C006`: stable, never reused.
    pub code: &'static str,
    /// `scale-slip`: names the defect, never the fix.
    pub name: &'static str,
    pub severity: Severity,
    /// No plan may lower the severity: what cannot be read cannot be let through (rules.md).
    pub fixed: bool,
    /// One line for lists, in Chinese.
    pub title: &'static str,
    pub doc: Doc,
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

/// At what a rule looks, and when it runs. The engine runs the kinds from top to bottom
/// and, within one, in order of code.
pub enum Check {
    /// One file, whatever it is.
    File(fn(&FileCx) -> Vec<Finding>),
    /// All files of the month: which one of a department's is used.
    Files(fn(&MonthCx) -> Vec<Finding>),
    /// One used workbook.
    Submission(fn(&SubmissionCx) -> Vec<Finding>),
    /// One reporter × indicator: what its cells hold. An error here stops `Record` and `Judgement` rules that need the cell.
    Cell(fn(&RecordCx) -> Verdict),
    /// As `Cell`, and besides what the rows of one task share (its texts). A task's finding names no indicator; one at the
    /// narrative withholds the task's ongoing indicators only.
    CellAndTask {
        cell: fn(&RecordCx) -> Verdict,
        task: fn(&TaskCx) -> Vec<Finding>,
    },
    /// One reporter × indicator: its cells against each other, the plan and earlier months. Runs unless a cell in `needs`
    /// has a C error; R001 and R002 may stand together.
    Record {
        needs: &'static [Field],
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
    /// A sealed month against what its inbox would give now; run only when a sealed month is run again.
    Restated(fn(&RestatedCx) -> Vec<Finding>),
}

/// A rule's outcome for one value. A blank never counts as passed.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The rule has nothing to say about such a value (a kind or column it does not look at).
    NotApplicable,
    Passed,
    /// The findings, one a cell. Empty: the slot is withheld by a cause that is told at another indicator (a cell or a row
    /// that several indicators share is one finding, at the first of them in plan order).
    Failed(Vec<Finding>),
    /// What it needs is not there, because of this code.
    NotRun(&'static str),
}

impl From<Finding> for Verdict {
    fn from(finding: Finding) -> Self {
        Self::Failed(vec![finding])
    }
}
