//! One month's checks, from files checked one by one to accepted values: which file of each department's is used, then what
//! only all of them together tell.

mod content;
pub mod file;
mod files;
mod newest;

use std::collections::BTreeMap;

use crate::intake::Arrival;
use crate::plan::{DeptIx, Moment, Plan};

use super::answers;
use super::narrative::Lexicon;
use super::reading::elements;
use super::reading::foreign::ForeignValue;
use super::register::Register;
use super::result::checked::Checked;
use super::result::elements::TaskElements;
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

fn month(input: &MonthInput, mut files: Vec<CheckedFile>) -> (Checked, Vec<Arrival>) {
    let (plan, moment) = (input.plan, input.moment);
    let mut sorted = files::sort(plan, moment, input.register, &mut files, input.read_again);
    let mut arrived = Vec::with_capacity(files.len());
    let mut department_of = Vec::with_capacity(files.len());
    let mut outcome_of: Vec<Option<Box<DepartmentOutcome>>> = Vec::with_capacity(files.len());
    for file in files {
        arrived.push(file.arrival);
        department_of.push(file.department);
        outcome_of.push(file.outcome);
    }
    let mut all = Gathered::new(input, std::mem::take(&mut sorted.findings));
    let choosing = input.cx(&arrived, &sorted.departments);
    all.findings.extend(run_rules(plan, |check| match check {
        Check::Files(check) => Some(check(&choosing)),
        _ => None,
    }));
    for files in &mut sorted.departments {
        let used = files.used;
        let outcome = match used.and_then(|ix| outcome_of[ix].take()) {
            Some(outcome) => *outcome,
            None => absent(input, files.department),
        };
        if let (Some(code), Some(ix)) = (outcome.refused, used) {
            sorted.fates[ix] = Fate::Refused(code);
            files.used = None;
            files.submitted = Submitted::Returned;
        }
        all.take(outcome, input.keep);
    }
    let whole = MonthCx {
        judged: &all.judged,
        foreign: &all.foreign,
        ..input.cx(&arrived, &sorted.departments)
    };
    let found = run_rules(plan, |check| match check {
        Check::Month(check) => Some(check(&whole)),
        _ => None,
    });
    all.findings.extend(found);
    answer_month_findings(
        plan,
        &mut all.findings,
        &arrived,
        &sorted.departments,
        input.history,
        &mut all.explained,
    );
    sort(&mut all.findings);
    let verdicts = arrived.iter().zip(department_of).zip(sorted.fates);
    let verdict = |((a, department), fate): ((&Arrival, _), _)| FileVerdict {
        path: a.path.clone(),
        bytes: a.bytes,
        sha256: a.sha256.clone(),
        department,
        fate,
    };
    let checked = Checked {
        moment,
        findings: all.findings,
        accepted: Accepted {
            period: moment.period,
            slots: all.judged,
        },
        departments: sorted.departments,
        files: verdicts.map(verdict).collect(),
        elements: all.elements,
        outcomes: all.outcomes,
        explained: all.explained,
    };
    (checked, arrived)
}

impl<'a> MonthInput<'a> {
    /// What the month's rules look at before any value is judged.
    fn cx(&self, arrivals: &'a [Arrival], departments: &'a [DepartmentFiles]) -> MonthCx<'a> {
        MonthCx {
            plan: self.plan,
            moment: self.moment,
            arrivals,
            departments,
            register: self.register,
            judged: &[],
            foreign: &[],
            chases: self.chases,
        }
    }
}

/// Of an absent department no words are read, and no rule is run.
fn absent(input: &MonthInput, department: DeptIx) -> DepartmentOutcome {
    DepartmentCheck {
        plan: input.plan,
        moment: input.moment,
        history: input.history,
        lexicon: &Lexicon::default(),
        rules: &ActiveRules::default(),
        department,
        led: &[],
    }
    .absent()
}

/// What all departments' workbooks come to.
struct Gathered {
    findings: Vec<Finding>,
    outcomes: Outcomes,
    /// Every slot belongs to one department, so each is judged once all are in.
    judged: Vec<Judged>,
    foreign: Vec<ForeignValue>,
    explained: Vec<(ExplainedKey, String)>,
    elements: Vec<TaskElements>,
}

impl Gathered {
    fn new(input: &MonthInput, findings: Vec<Finding>) -> Self {
        let latest = |task| {
            let period = input.moment.period;
            elements::latest(input.plan, task, period, None, input.history)
        };
        Self {
            findings,
            outcomes: Outcomes::default(),
            judged: (0..input.plan.slots.len()).map(Judged::missing).collect(),
            foreign: Vec::new(),
            explained: Vec::new(),
            elements: (0..input.plan.tasks.len()).map(latest).collect(),
        }
    }

    fn take(&mut self, outcome: DepartmentOutcome, keep: Keep) {
        self.findings.extend(outcome.findings);
        self.foreign.extend(outcome.foreign);
        self.explained.extend(outcome.explained);
        if keep == Keep::All {
            for (slot, outcome) in outcome.judged.iter().zip(outcome.outcomes) {
                self.outcomes.put(slot.slot, outcome);
            }
        }
        for slot in outcome.judged {
            let at = slot.slot;
            self.judged[at] = slot;
        }
        for own in outcome.elements {
            let task = own.task;
            self.elements[task] = own;
        }
    }
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
    fn key(f: &Finding) -> impl Ord + '_ {
        let place = (f.department, &f.file, &f.sheet, f.cell);
        (place, f.code, f.task, f.indicator, &f.message)
    }
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
}
