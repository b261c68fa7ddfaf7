//! One file checked by itself as soon as it is read, as though it were its department's report. Whether it is, all files of
//! the month decide ([`super::files`]). What is kept of it then is small, so a month never holds the rows of more workbooks
//! than are being checked at one time.

use crate::check::narrative::Lexicon;
use crate::check::result::finding::{Finding, Severity};
use crate::check::result::history::History;
use crate::check::result::words::{Keep, Words};
use crate::check::rule::Check;
use crate::check::rule::context::FileCx;
use crate::check::rules::{RULES, admit};
use crate::check::workbook::{ActiveRules, DepartmentCheck, DepartmentOutcome};
use crate::intake::submission::ClaimSource;
use crate::intake::{Arrival, FileFault};
use crate::plan::{DeptIx, Moment, Plan, SlotIx, TaskIx};

use super::content;

/// What a month's files are checked with.
pub struct FileChecker<'a> {
    pub(super) plan: &'a Plan,
    pub(super) moment: Moment,
    /// Months before this one only.
    pub(super) history: &'a History,
    pub(super) lexicon: Lexicon,
    pub(super) rules: ActiveRules,
    /// For each department the tasks it leads.
    pub(super) led: Vec<Vec<TaskIx>>,
    pub(super) keep: Keep,
    /// A digest of each file's rows is kept, to compare two files by.
    pub(super) digests: bool,
}

/// A file of the month with what its own checks gave.
#[derive(Debug)]
pub struct CheckedFile {
    /// Without the rows of its sheets and what it claims of itself.
    pub arrival: Arrival,
    pub(super) department: Option<DeptIx>,
    /// Of the rules of files; those of an attachment are run when it is known what lies beside it.
    pub(super) findings: Vec<Finding>,
    /// The code of the first error among them.
    pub(super) refused: Option<&'static str>,
    /// The digest of what its rows say; `None` where the file cannot be opened, or is read again where this is asked for.
    pub(super) content: Option<[u8; 32]>,
    /// As its department's report; `None` where it can be none.
    pub(super) outcome: Option<Box<DepartmentOutcome>>,
}

impl FileChecker<'_> {
    /// Checks a file.
    pub fn check(&self, mut arrival: Arrival) -> CheckedFile {
        let department = department_of(&arrival);
        let content = arrival
            .content
            .as_deref()
            .ok()
            .filter(|_| self.digests)
            .map(content::digest);
        let findings = if is_attachment(&arrival) {
            Vec::new()
        } else {
            file_rules(self.plan, self.moment, &arrival, department, false)
        };
        let refused = first_error(&findings);
        let outcome = department
            .filter(|_| refused.is_none() && arrival.content.is_ok())
            .map(|department| {
                let one = DepartmentCheck {
                    plan: self.plan,
                    moment: self.moment,
                    history: self.history,
                    lexicon: &self.lexicon,
                    rules: &self.rules,
                    department,
                    led: &self.led[department],
                };
                let mut outcome = one.check(&arrival);
                if self.keep == Keep::Reports {
                    outcome.keep_to_reports(self.plan, department);
                }
                Box::new(outcome)
            });
        if !is_attachment(&arrival) {
            arrival.forget_content();
        }
        CheckedFile {
            arrival,
            department,
            findings,
            refused,
            content,
            outcome,
        }
    }
}

impl CheckedFile {
    /// Whether it is of use as its department's report.
    pub(super) fn is_usable(&self) -> bool {
        let outcome = self.outcome.as_ref();
        outcome.is_some_and(|outcome| outcome.refused.is_none())
    }

    /// The code of its own that makes it of no use as a report, though it can be opened.
    pub(super) fn refused_by_itself(&self) -> Option<&'static str> {
        self.outcome.as_ref()?.refused
    }

    /// Takes out what the file says in words of a value.
    pub fn words(&mut self, slot: SlotIx) -> Option<Words> {
        let judged = self
            .outcome
            .as_mut()?
            .judged
            .iter_mut()
            .find(|judged| judged.slot == slot)?;
        Some(judged.take_words())
    }
}

/// A scan or photo: what it is worth depends on what lies beside it.
pub(super) fn is_attachment(arrival: &Arrival) -> bool {
    matches!(arrival.content, Err(FileFault::Unsupported { .. }))
}

/// The rules of files on one of them.
pub(super) fn file_rules(
    plan: &Plan,
    moment: Moment,
    arrival: &Arrival,
    department: Option<DeptIx>,
    beside_usable: bool,
) -> Vec<Finding> {
    let cx = FileCx {
        plan,
        period: moment.period,
        arrival,
        department,
        beside_usable,
    };
    let checks = RULES.iter().filter_map(|rule| match rule.check {
        Check::File(check) => Some(check),
        _ => None,
    });
    checks
        .filter_map(|check| check(&cx))
        .filter_map(|finding| admit(plan, finding))
        .collect()
}

/// Folder (the innermost first), then identity sheet, then 填报单位, then file name, then the signature, then the title.
fn department_of(arrival: &Arrival) -> Option<DeptIx> {
    let inside = arrival.content.as_deref();
    let inside = inside.map_or(&[][..], |s| &s.department_claims);
    [
        ClaimSource::Folder,
        ClaimSource::IdentitySheet,
        ClaimSource::Cell,
        ClaimSource::FileName,
        ClaimSource::Signature,
        ClaimSource::Title,
    ]
    .into_iter()
    .find_map(|source| {
        let mut claims = arrival.department_claims.iter().rev().chain(inside);
        claims.find_map(|c| c.department.filter(|_| c.source == source))
    })
}

/// The code of the first error among findings.
pub(super) fn first_error(findings: &[Finding]) -> Option<&'static str> {
    let mut errors = findings.iter().filter(|f| f.severity == Severity::Error);
    errors.next().map(|f| f.code)
}
