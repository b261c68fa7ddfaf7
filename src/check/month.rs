//! One month's checks, from files checked one by one to accepted values: which file of each department's is used, then what
//! only all of them together tell.

use std::collections::BTreeMap;

use crate::intake::Arrival;
use crate::plan::{Moment, Plan, RuleLevel, TaskIx};

use super::checked::{Checked, Fate, FileVerdict};
use super::context::{DepartmentFiles, ForeignValue, MonthCx, RestatedCx, Submitted};
use super::department::{ActiveRules, Department, DepartmentOutcome};
use super::file::{CheckedFile, Checker};
use super::finding::{Finding, Severity};
use super::history::{ExplainedKey, History};
use super::narrative::Lexicon;
use super::outcomes::Outcomes;
use super::record::{Accepted, Judged};
use super::register::Register;
use super::rule::Check;
use super::words::Keep;
use super::{elements, explain, files, rules};

/// Reads a file once more, with its sheets' rows; `None` where it is not what it was.
pub type Again<'a> = &'a dyn Fn(&Arrival) -> Option<Arrival>;

/// What a month is checked with.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    pub plan: &'a Plan,
    pub moment: Moment,
    pub register: &'a Register,
    /// Months before this one only.
    pub history: &'a History,
    /// X001 and X002 are run (not with `--as-of`: nobody is chased before the month's end).
    pub chases: bool,
    pub keep: Keep,
    /// Where a department's files cannot be told apart it is asked whether they say the same: by reading them again, or, where
    /// that cannot be, by a digest taken of every file.
    pub again: Option<Again<'a>>,
}

impl<'a> Input<'a> {
    /// What each file is checked with, by itself.
    pub fn checker(&self) -> Checker<'a> {
        let Self {
            plan,
            moment,
            history,
            keep,
            again,
            ..
        } = *self;
        Checker {
            plan,
            moment,
            history,
            keep,
            digests: again.is_none(),
            lexicon: Lexicon::new(plan),
            rules: ActiveRules::of(plan),
            led: led_by(plan),
        }
    }

    /// Checks the files one after the other, and the month.
    pub fn check(&self, arrivals: impl IntoIterator<Item = Arrival>) -> (Checked, Vec<Arrival>) {
        let checker = self.checker();
        month(
            self,
            arrivals
                .into_iter()
                .map(|arrival| checker.check(arrival))
                .collect(),
        )
    }
}

/// For each department the tasks it leads, in plan order.
fn led_by(plan: &Plan) -> Vec<Vec<TaskIx>> {
    let mut led = vec![Vec::new(); plan.departments.len()];
    for (task, t) in plan.tasks.iter().enumerate() {
        led[t.lead].push(task);
    }
    led
}

/// Checks a month. `files`: in path order, checked by [`Input::checker`]. Gives back what arrived, without the sheets' rows.
pub fn month(input: &Input, mut files: Vec<CheckedFile>) -> (Checked, Vec<Arrival>) {
    let Input {
        plan,
        moment,
        register,
        history,
        chases,
        keep,
        again,
    } = *input;
    let mut sorted = files::sort(plan, moment, &mut files, again);
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
    findings.extend(run_month(&choosing, |check| {
        if let Check::Files(f) = check {
            Some(*f)
        } else {
            None
        }
    }));

    let mut outcomes = Outcomes::default();
    // Every slot belongs to one department, so each is judged below.
    let mut judged: Vec<Judged> = (0..plan.slots.len()).map(Judged::missing).collect();
    let mut foreign: Vec<ForeignValue> = Vec::new();
    let mut explained: Vec<(ExplainedKey, String)> = Vec::new();
    let mut elements: Vec<_> = (0..plan.tasks.len())
        .map(|task| elements::of_task(plan, task, None))
        .collect();
    // Nobody's words are read here, and no rule is run.
    let (lexicon, rules) = (Lexicon::default(), ActiveRules::default());
    for department in 0..plan.departments.len() {
        let used = sorted.departments[department].used;
        let outcome = match used.and_then(|ix| outcome_of[ix].take()) {
            Some(outcome) => *outcome,
            None => Department {
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
    findings.extend(run_month(&whole, |check| {
        if let Check::Month(f) = check {
            Some(*f)
        } else {
            None
        }
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
    let checks = rules::RULES.iter().filter_map(|rule| {
        if let Check::Restated(check) = rule.check {
            Some(check)
        } else {
            None
        }
    });
    let found: Vec<Finding> = checks
        .flat_map(|check| check(&cx))
        .filter_map(|finding| admit(plan, finding))
        .collect();
    sealed.findings.extend(found);
    sort(&mut sealed.findings);
    sealed
}

type MonthCheck = fn(&MonthCx) -> Vec<Finding>;

fn run_month(cx: &MonthCx, pick: impl Fn(&Check) -> Option<MonthCheck>) -> Vec<Finding> {
    rules::RULES
        .iter()
        .filter_map(|rule| pick(&rule.check))
        .flat_map(|check| check(cx))
        .filter_map(|finding| admit(cx.plan, finding))
        .collect()
}

/// The plan's word on a finding: dropped where its rule is off, its severity as set.
pub(super) fn admit(plan: &Plan, mut finding: Finding) -> Option<Finding> {
    if finding
        .indicator
        .is_some_and(|ix| plan.indicators[ix].off.contains(finding.code))
    {
        return None;
    }
    let own = rules::find(finding.code).map(|r| r.severity);
    match plan.checks.severity.get(finding.code) {
        Some(RuleLevel::Off) => return None,
        // A rule's own exception (F003's note beside a usable workbook) is no matter of the plan's setting.
        Some(level) if own == Some(finding.severity) => {
            finding.severity = match level {
                RuleLevel::Note => Severity::Note,
                RuleLevel::Warning => Severity::Warning,
                RuleLevel::Error | RuleLevel::Off => Severity::Error,
            };
        }
        _ => {}
    }
    Some(finding)
}

/// X and F007/F008 findings can be answered too.
fn answer_month_findings(
    plan: &Plan,
    findings: &mut [Finding],
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
    for files in departments {
        let Some(own) = of_department.get(&files.department) else {
            continue;
        };
        let Some(submission) = files
            .used
            .and_then(|ix| arrivals[ix].content.as_deref().ok())
        else {
            continue;
        };
        let mut copies: Vec<Finding> = own.iter().map(|&at| findings[at].clone()).collect();
        explained.extend(explain::apply(
            plan,
            &mut copies,
            &submission.explanations,
            history,
        ));
        for (&at, copy) in own.iter().zip(copies) {
            findings[at] = copy;
        }
    }
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
