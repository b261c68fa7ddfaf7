//! One month's checks, from files checked one by one to accepted values: which file of each department's is used, then what
//! only all of them together tell.

mod content;
pub mod file;
mod files;
mod newest;

use std::collections::BTreeMap;

use crate::intake::Arrival;
use crate::plan::{Moment, Plan};

use super::answers;
use super::narrative::Lexicon;
use super::reading::elements;
use super::reading::foreign::ForeignValue;
use super::register::Register;
use super::result::checked::Checked;
use super::result::files::{DepartmentFiles, Fate, FileVerdict, Submitted};
use super::result::finding::Finding;
use super::result::history::{ExplainedKey, History};
use super::result::judged::{Accepted, Judged};
use super::result::words::Keep;
use super::rule::Check;
use super::rule::context::{AnswersCx, MonthCx, RestatedCx};
use super::rules::outcomes::Outcomes;
use super::rules::{RULES, admit};
use super::workbook::{ActiveRules, DepartmentCheck, DepartmentOutcome};

use file::{CheckedFile, FileChecker};
pub use newest::ReadAgain;

/// What a month is checked with.
#[derive(Clone, Copy)]
pub struct MonthInput<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The month, and the day it is measured at.
    pub moment: Moment,
    /// When each file came.
    pub register: &'a Register,
    /// Months before this one only.
    pub history: &'a History,
    /// X001 and X002 are run (not with `--as-of`: nobody is chased before the month's end).
    pub chases: bool,
    /// How much is kept once the month is checked.
    pub keep: Keep,
    /// Where nothing else tells which of a department's files is the newest, tells whether they say the same by reading them
    /// again. `None`: a digest of each file is taken as it is checked.
    pub read_again: Option<ReadAgain<'a>>,
}

impl<'a> MonthInput<'a> {
    /// What each file is checked with, by itself.
    pub fn checker(&self) -> FileChecker<'a> {
        let plan = self.plan;
        let mut led = vec![Vec::new(); plan.departments.len()];
        for (task, own) in plan.tasks.iter().enumerate() {
            led[own.lead].push(task);
        }
        FileChecker {
            plan,
            moment: self.moment,
            history: self.history,
            keep: self.keep,
            digests: self.read_again.is_none(),
            lexicon: Lexicon::new(plan),
            rules: ActiveRules::of(plan),
            led,
        }
    }

    /// Checks the files one after the other, and the month.
    pub fn check(&self, arrivals: impl IntoIterator<Item = Arrival>) -> (Checked, Vec<Arrival>) {
        let checker = self.checker();
        let checked = arrivals.into_iter().map(|arrival| checker.check(arrival));
        self.month(checked.collect())
    }

    /// Checks the month. `files`: in path order, checked by [`Self::checker`]. Gives back what arrived, without the sheets' rows.
    pub fn month(&self, files: Vec<CheckedFile>) -> (Checked, Vec<Arrival>) {
        month(self, files)
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "the steps of a month, one after the other"
)]
fn month(input: &MonthInput, mut files: Vec<CheckedFile>) -> (Checked, Vec<Arrival>) {
    let MonthInput {
        plan,
        moment,
        register,
        history,
        chases,
        keep,
        read_again,
    } = *input;
    let mut sorted = files::sort(plan, moment, register, &mut files, read_again);
    let mut findings = std::mem::take(&mut sorted.findings);
    let mut arrived = Vec::with_capacity(files.len());
    let mut department_of = Vec::with_capacity(files.len());
    let mut outcome_of: Vec<Option<Box<DepartmentOutcome>>> = Vec::with_capacity(files.len());
    for file in files {
        arrived.push(file.arrival);
        department_of.push(file.department);
        outcome_of.push(file.outcome);
    }
    let arrivals: &[Arrival] = &arrived;
    let departments = &sorted.departments;
    let choosing = MonthCx {
        plan,
        moment,
        arrivals,
        departments,
        register,
        judged: &[],
        foreign: &[],
        chases,
    };
    findings.extend(run_rules(plan, |check| match check {
        Check::Files(check) => Some(check(&choosing)),
        _ => None,
    }));

    let mut outcomes = Outcomes::default();
    // Every slot belongs to one department, so each is judged below.
    let mut judged: Vec<Judged> = (0..plan.slots.len()).map(Judged::missing).collect();
    let mut foreign: Vec<ForeignValue> = Vec::new();
    let mut explained: Vec<(ExplainedKey, String)> = Vec::new();
    let mut elements: Vec<_> = (0..plan.tasks.len())
        .map(|task| elements::latest(plan, task, moment.period, None, history))
        .collect();
    // Of an absent department no words are read, and no rule is run.
    let (lexicon, rules) = (Lexicon::default(), ActiveRules::default());
    for department in 0..plan.departments.len() {
        let used = sorted.departments[department].used;
        let outcome = match used.and_then(|ix| outcome_of[ix].take()) {
            Some(outcome) => *outcome,
            None => DepartmentCheck {
                plan,
                moment,
                history,
                lexicon: &lexicon,
                rules: &rules,
                department,
                led: &[],
            }
            .absent(),
        };
        if let (Some(code), Some(ix)) = (outcome.refused, used) {
            sorted.fates[ix] = Fate::Refused(code);
            sorted.departments[department].used = None;
            sorted.departments[department].submitted = Submitted::Returned;
        }
        findings.extend(outcome.findings);
        foreign.extend(outcome.foreign);
        explained.extend(outcome.explained);
        if keep == Keep::All {
            for (slot, outcome) in outcome.judged.iter().zip(outcome.outcomes) {
                outcomes.put(slot.slot, outcome);
            }
        }
        for slot in outcome.judged {
            let at = slot.slot;
            judged[at] = slot;
        }
        for own in outcome.elements {
            let task = own.task;
            elements[task] = own;
        }
    }
    let departments = &sorted.departments;
    let whole = MonthCx {
        plan,
        moment,
        arrivals,
        departments,
        register,
        judged: &judged,
        foreign: &foreign,
        chases,
    };
    findings.extend(run_rules(plan, |check| match check {
        Check::Month(check) => Some(check(&whole)),
        _ => None,
    }));
    answer_month_findings(
        plan,
        &mut findings,
        arrivals,
        &sorted.departments,
        history,
        &mut explained,
    );
    sort(&mut findings);

    let files = arrivals
        .iter()
        .zip(department_of)
        .zip(sorted.fates)
        .map(|((a, department), fate)| FileVerdict {
            path: a.path.clone(),
            bytes: a.bytes,
            sha256: a.sha256.clone(),
            department,
            fate,
        })
        .collect();
    let checked = Checked {
        moment,
        findings,
        accepted: Accepted {
            period: moment.period,
            slots: judged,
        },
        departments: sorted.departments,
        files,
        elements,
        outcomes,
        explained,
    };
    (checked, arrived)
}

/// A sealed month with the findings of what its inbox would change (R019); its values stay.
pub fn restate(plan: &Plan, mut sealed: Checked, inbox: &Checked) -> Checked {
    let cx = RestatedCx {
        plan,
        period: sealed.moment.period,
        sealed: &sealed.accepted,
        inbox: &inbox.accepted,
    };
    let found = run_rules(plan, |check| match check {
        Check::Restated(check) => Some(check(&cx)),
        _ => None,
    });
    sealed.findings.extend(found);
    sort(&mut sealed.findings);
    sealed
}

/// The findings of the rules of one kind, in the catalogue's order, as the plan's settings leave them. `run`: `None` where a
/// rule is of another kind.
fn run_rules(plan: &Plan, run: impl Fn(&Check) -> Option<Vec<Finding>>) -> Vec<Finding> {
    RULES
        .iter()
        .filter_map(|rule| run(&rule.check))
        .flatten()
        .filter_map(|finding| admit(plan, finding))
        .collect()
}

/// X and F007/F008 findings can be answered too. What answers nothing is a finding of its own.
fn answer_month_findings(
    plan: &Plan,
    findings: &mut Vec<Finding>,
    arrivals: &[Arrival],
    departments: &[DepartmentFiles],
    history: &History,
    explained: &mut Vec<(ExplainedKey, String)>,
) {
    let mut of_department: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        if let Some(department) = finding.department {
            of_department.entry(department).or_default().push(at);
        }
    }
    let mut unplaced = Vec::new();
    for files in departments {
        let Some(own) = of_department.get(&files.department) else {
            continue;
        };
        let Some(arrival) = files.used.map(|ix| &arrivals[ix]) else {
            continue;
        };
        let Ok(submission) = &arrival.content else {
            continue;
        };
        let mut copies: Vec<Finding> = own.iter().map(|&at| findings[at].clone()).collect();
        explained.extend(answers::apply(
            plan,
            &mut copies,
            &submission.explanations,
            history,
        ));
        let cx = AnswersCx {
            plan,
            department: files.department,
            arrival,
            answers: &submission.explanations,
            findings: &copies,
        };
        unplaced.extend(run_rules(plan, |check| match check {
            Check::Answers(check) => Some(check(&cx)),
            _ => None,
        }));
        for (&at, copy) in own.iter().zip(copies) {
            findings[at] = copy;
        }
    }
    findings.extend(unplaced);
    explained.sort();
    explained.dedup();
}

/// By department in plan order (none first), file, sheet, cell, code.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (
            a.department,
            &a.file,
            &a.sheet,
            a.cell,
            a.code,
            a.task,
            a.indicator,
            &a.message,
        )
            .cmp(&(
                b.department,
                &b.file,
                &b.sheet,
                b.cell,
                b.code,
                b.task,
                b.indicator,
                &b.message,
            ))
    });
}
