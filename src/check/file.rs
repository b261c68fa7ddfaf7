//! One file checked by itself as soon as it is read, as though it were its department's report: whether it is, all files of the
//! month decide ([`super::files`]). What is kept of it then is small. So a month never holds the rows of more workbooks than
//! are being checked at one time.

use crate::intake::{Arrival, FileFault};
use crate::plan::{DeptIx, Moment, Plan, SlotIx, TaskIx};

use super::context::FileCx;
use super::department::{ActiveRules, Department, DepartmentOutcome};
use super::files::{department_of, first_error, is_usable};
use super::finding::Finding;
use super::history::History;
use super::month::admit;
use super::narrative::Lexicon;
use super::newest;
use super::rule::Check;
use super::rules;
use super::words::{Keep, Words};

/// What a month's files are checked with.
pub struct Checker<'a> {
    pub(super) plan: &'a Plan,
    pub(super) moment: Moment,
    /// Months before this one only.
    pub(super) history: &'a History,
    pub(super) lexicon: Lexicon,
    pub(super) rules: ActiveRules,
    /// For each department the tasks it leads.
    pub(super) led: Vec<Vec<TaskIx>>,
    pub(super) keep: Keep,
    /// What each file says is taken down, to tell whether two say the same.
    pub(super) digests: bool,
}

/// A file of the month with what its own checks gave.
#[derive(Debug)]
pub struct CheckedFile {
    /// Without the rows of its sheets and what it claims of itself.
    pub arrival: Arrival,
    pub(super) department: Option<DeptIx>,
    /// Of the rules of files; those of an attachment are told when it is known what lies beside it.
    pub(super) findings: Vec<Finding>,
    /// The code of the first error among them.
    pub(super) refused: Option<&'static str>,
    /// Neither its sheet nor its columns refuse it as a whole.
    pub(super) is_usable: bool,
    /// By [`newest::content`], unless it is read again where it is asked for; nothing of a file that cannot be opened.
    pub(super) content: Option<[u8; 32]>,
    /// As its department's report; `None` where it can be none.
    pub(super) outcome: Option<Box<DepartmentOutcome>>,
}

impl Checker<'_> {
    pub fn check(&self, mut arrival: Arrival) -> CheckedFile {
        let department = department_of(&arrival);
        let is_usable =
            department.is_some_and(|department| is_usable(self.plan, department, &arrival));
        let content = arrival
            .content
            .as_deref()
            .ok()
            .filter(|_| self.digests)
            .map(newest::content);
        let findings = if is_attachment(&arrival) {
            Vec::new()
        } else {
            file_rules(self.plan, self.moment, &arrival, department, false)
        };
        let refused = first_error(&findings);
        let outcome = department
            .filter(|_| refused.is_none() && arrival.content.is_ok())
            .map(|department| {
                let Self {
                    plan,
                    moment,
                    history,
                    ref lexicon,
                    ref rules,
                    ref led,
                    keep,
                    ..
                } = *self;
                let one = Department {
                    plan,
                    moment,
                    history,
                    lexicon,
                    rules,
                    department,
                    led: &led[department],
                };
                let mut outcome = one.check(&arrival);
                if keep == Keep::Reports {
                    outcome.keep_to_reports(plan, department);
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
            is_usable,
            content,
            outcome,
        }
    }
}

impl CheckedFile {
    /// What the file says in words of a value.
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
    let checks = rules::RULES.iter().filter_map(|rule| {
        if let Check::File(check) = rule.check {
            Some(check)
        } else {
            None
        }
    });
    checks
        .flat_map(|check| check(&cx))
        .filter_map(|finding| admit(plan, finding))
        .collect()
}
