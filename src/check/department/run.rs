//! The rules of one used workbook, step by step; what one step withholds the next does not look at.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::context::{RecordCx, SubmissionCx, TaskCx};
use crate::check::finding::{Finding, Severity};
use crate::check::history::History;
use crate::check::month::admit;
use crate::check::narrative::Lexicon;
use crate::check::outcomes::{Column, Outcome, SlotOutcomes};
use crate::check::record::{Judged, Record, State};
use crate::check::rule::{Check, Rule, Verdict};
use crate::check::rules;
use crate::intake::status::StatusReading;
use crate::intake::{Arrival, Field, Report, Submission};
use crate::plan::{DeptIx, IndIx, Kind, MilestoneState, Moment, Plan, RuleLevel, TaskIx, grade};

use super::carried::take_carried;

/// The rules of one used workbook, step by step.
pub struct Run<'a> {
    pub plan: &'a Plan,
    pub moment: Moment,
    pub history: &'a History,
    pub lexicon: &'a Lexicon,
    pub rules: &'a ActiveRules,
    pub department: DeptIx,
    pub led: &'a [TaskIx],
    pub arrival: &'a Arrival,
    pub submission: &'a Submission,
    pub report: &'a Report,
    pub records: &'a [Record<'a>],
    pub judged: Vec<Judged>,
    /// For each record its target this month.
    pub targets: &'a [Option<f64>],
    /// For each record the fields with a C error, and its code.
    pub blocked: Vec<Vec<(Field, &'static str)>>,
    pub findings: Vec<Finding>,
    /// Where the findings on an indicator stand among them, and those on a task without an indicator.
    pub of_indicator: BTreeMap<IndIx, Vec<usize>>,
    pub of_task: BTreeMap<TaskIx, Vec<usize>>,
    /// `outcomes[i]` belongs to `records[i]`.
    pub outcomes: Vec<SlotOutcomes>,
}

/// The rules that the plan does not switch off, each with the column of its outcomes.
#[derive(Default)]
pub struct ActiveRules(Vec<(&'static Rule, Column)>);

impl ActiveRules {
    pub fn of(plan: &Plan) -> Self {
        let is_on = |rule: &&Rule| plan.checks.severity.get(rule.code) != Some(&RuleLevel::Off);
        Self(
            rules::RULES
                .iter()
                .copied()
                .filter(is_on)
                .map(|rule| (rule, Column::of(rule.code)))
                .collect(),
        )
    }
}

/// Fields whose error withholds the indicator, by kind (rules.md, Severity).
fn withholding(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Ongoing => &[Field::Narrative],
        Kind::Milestone => &[Field::Status, Field::DoneOn],
        _ => &[Field::Cumulative, Field::Status, Field::DoneOn],
    }
}

/// Fields whose error only stops the rules that need them.
const SIDE: &[Field] = &[
    Field::Previous,
    Field::ThisMonth,
    Field::Rate,
    Field::Target,
    Field::ExpectedOn,
];

impl<'a> Run<'a> {
    fn kind(&self, ix: usize) -> Kind {
        self.plan.indicators[self.records[ix].indicator].kind
    }

    fn submission_cx<'b>(&'b self) -> SubmissionCx<'b>
    where
        'a: 'b,
    {
        SubmissionCx {
            plan: self.plan,
            moment: self.moment,
            department: self.department,
            arrival: self.arrival,
            submission: self.submission,
            report: self.report,
            records: self.records,
            judged: &self.judged,
            history: self.history,
            lexicon: self.lexicon,
            findings: &self.findings,
        }
    }

    /// Indexes of the findings that concern a record: its indicator's, or its task's at one of its cells.
    pub fn findings_of(&self, ix: usize) -> Vec<usize> {
        if self.findings.is_empty() {
            return Vec::new();
        }
        let record = &self.records[ix];
        let listed = [
            self.of_indicator.get(&record.indicator),
            self.of_task.get(&record.task),
        ];
        let mut found: Vec<usize> = listed
            .into_iter()
            .flatten()
            .flatten()
            .copied()
            .filter(|&i| concerns(&self.findings[i], record))
            .collect();
        found.sort_unstable();
        found
    }

    /// Looks at one record, as a rule does.
    fn on_record<T>(&self, ix: usize, look: fn(&RecordCx) -> T) -> T {
        let record = &self.records[ix];
        let own: Vec<Finding> = if self.findings.is_empty() {
            Vec::new()
        } else {
            self.findings_of(ix)
                .into_iter()
                .map(|i| self.findings[i].clone())
                .collect()
        };
        let cx = RecordCx {
            plan: self.plan,
            moment: self.moment,
            record,
            judged: &self.judged[ix],
            history: self.history,
            findings: &own,
            target: self.targets[ix],
        };
        look(&cx)
    }

    /// Takes a verdict: outcome, findings, and what they withhold.
    fn take(&mut self, ix: usize, rule: &Rule, column: Column, verdict: Verdict) {
        if matches!(verdict, Verdict::NotApplicable) || self.is_off(ix, rule) {
            return;
        }
        match verdict {
            Verdict::NotApplicable => {}
            Verdict::Passed => self.outcomes[ix].put(column, Outcome::Passed),
            Verdict::NotRun(code) => self.outcomes[ix].put(column, Outcome::NotRun(code)),
            Verdict::Failed(found) => {
                self.outcomes[ix].put(column, Outcome::Failed);
                // A rule that fails without a finding here has told its cause at another indicator of the same cell.
                if found.is_empty() && rule.severity == Severity::Error {
                    self.withhold(ix, rule.code);
                }
                self.admit_all(found);
            }
        }
    }

    fn is_off(&self, ix: usize, rule: &Rule) -> bool {
        self.plan.indicators[self.records[ix].indicator]
            .off
            .contains(rule.code)
    }

    fn admit_all(&mut self, found: Vec<Finding>) {
        for finding in found {
            let Some(finding) = admit(self.plan, finding) else {
                continue;
            };
            if finding.severity == Severity::Error {
                for ix in 0..self.records.len() {
                    self.apply_error(ix, &finding);
                }
            }
            match (finding.indicator, finding.task) {
                (Some(indicator), _) => self
                    .of_indicator
                    .entry(indicator)
                    .or_default()
                    .push(self.findings.len()),
                (None, Some(task)) => self
                    .of_task
                    .entry(task)
                    .or_default()
                    .push(self.findings.len()),
                (None, None) => {}
            }
            self.findings.push(finding);
        }
    }

    /// What an error does to one record: blocks a side field, or withholds the value.
    fn apply_error(&mut self, ix: usize, finding: &Finding) {
        let record = &self.records[ix];
        let own = finding.indicator == Some(record.indicator);
        let shared = finding.indicator.is_none() && finding.task.is_none_or(|t| t == record.task);
        if !own && !shared {
            return;
        }
        let at_fields = |fields: &[Field]| {
            finding.cell.is_some_and(|at| {
                fields
                    .iter()
                    .any(|&f| record.cell(f).is_some_and(|c| c.at == at))
            })
        };
        if at_fields(withholding(self.kind(ix))) {
            if let Some(&field) = withholding(self.kind(ix))
                .iter()
                .find(|&&f| record.cell(f).is_some_and(|c| Some(c.at) == finding.cell))
            {
                self.blocked[ix].push((field, finding.code));
            }
            // A cell merged over several columns blocks the others too.
            self.block_sides(ix, finding);
            self.withhold(ix, finding.code);
        } else if at_fields(SIDE) {
            self.block_sides(ix, finding);
        } else if own {
            // Without a cell of its own (S005), or at another row of it (S007): the value itself is in question.
            self.withhold(ix, finding.code);
        }
    }

    fn block_sides(&mut self, ix: usize, finding: &Finding) {
        let record = &self.records[ix];
        for &field in SIDE {
            if record
                .cell(field)
                .is_some_and(|c| Some(c.at) == finding.cell)
            {
                self.blocked[ix].push((field, finding.code));
            }
        }
    }

    fn withhold(&mut self, ix: usize, code: &'static str) {
        let judged = &mut self.judged[ix];
        judged.withheld_by.add(code);
        if judged.state == State::Accepted {
            judged.state = State::Withheld;
        }
        judged.value = None;
        judged.milestone = None;
        judged.done_on = None;
    }

    pub fn submission_rules(&mut self) {
        for (rule, _) in &self.rules.0 {
            if let Check::Submission(check) = rule.check {
                let found = check(&self.submission_cx());
                self.admit_all(found);
            }
        }
    }

    /// S002 withholds the indicators that need the column.
    pub fn withhold_missing_columns(&mut self) {
        for ix in 0..self.records.len() {
            if self.records[ix].row.is_some() && rules::s002::withholds(self.report, self.kind(ix))
            {
                self.withhold(ix, "S002");
            }
        }
    }

    pub fn cell_rules(&mut self) {
        for &(rule, column) in &self.rules.0 {
            let (cell, task) = match rule.check {
                Check::Cell(cell) => (cell, None),
                Check::CellAndTask { cell, task } => (cell, Some(task)),
                _ => continue,
            };
            for ix in 0..self.records.len() {
                let verdict = self.on_record(ix, cell);
                self.take(ix, rule, column, verdict);
            }
            if let Some(task) = task {
                self.on_tasks(task);
            }
        }
    }

    /// The values that no cell error holds back.
    pub fn fill_values(&mut self) {
        for ix in 0..self.records.len() {
            let record = &self.records[ix];
            if record.row.is_none() || !self.judged[ix].withheld_by.is_empty() || record.undecided {
                continue;
            }
            let carried = self.on_record(ix, rules::c020::carried);
            let earlier = self.history.last_milestone(record.slot, self.moment.period);
            let judged = &mut self.judged[ix];
            if let Some(carried) = carried {
                take_carried(judged, carried);
                continue;
            }
            match self.plan.indicators[record.indicator].kind {
                Kind::Ongoing => judged.state = State::Accepted,
                Kind::Milestone => {
                    if let StatusReading::Known(state) = record.status {
                        judged.state = State::Accepted;
                        judged.milestone = Some(state);
                        // A completion that was accepted with its date need not repeat it.
                        let before = earlier.and_then(|(_, state, date)| {
                            date.filter(|_| state == MilestoneState::Done)
                        });
                        judged.done_on = if state == MilestoneState::Done {
                            record.done_on.date().or(before)
                        } else {
                            None
                        };
                    }
                }
                _ => {
                    if let Some(q) = record.cumulative.number() {
                        judged.state = State::Accepted;
                        judged.value = Some(q.value);
                        if let Some(words) = &q.qualifier {
                            judged.qualify(words);
                        }
                    }
                }
            }
        }
    }

    fn is_finished(&self, record: &Record, value: f64) -> bool {
        self.plan
            .slot_target(record.slot, self.moment.period)
            .is_some_and(|target| grade::is_finished(self.plan, record.indicator, target, value))
    }

    pub fn record_rules(&mut self) {
        for &(rule, column) in &self.rules.0 {
            let Check::Record { needs, check } = rule.check else {
                continue;
            };
            for ix in 0..self.records.len() {
                let verdict = match self.blocked[ix]
                    .iter()
                    .find(|(field, code)| needs.contains(field) && code.starts_with('C'))
                {
                    Some((_, code)) => Verdict::NotRun(code),
                    None => self.on_record(ix, check),
                };
                self.take(ix, rule, column, verdict);
            }
        }
    }

    pub fn task_rules(&mut self) {
        for (rule, _) in &self.rules.0 {
            if let Check::Task(check) = rule.check {
                self.on_tasks(check);
            }
        }
    }

    fn on_tasks(&mut self, check: fn(&TaskCx) -> Vec<Finding>) {
        let mut tasks: BTreeSet<usize> = self.records.iter().map(|r| r.task).collect();
        tasks.extend(self.led);
        for task in tasks {
            let range = self
                .records
                .iter()
                .position(|r| r.task == task)
                .map_or(0..0, |start| {
                    let len = self.records[start..]
                        .iter()
                        .take_while(|r| r.task == task)
                        .count();
                    start..start + len
                });
            let cx = TaskCx {
                plan: self.plan,
                moment: self.moment,
                department: self.department,
                task,
                arrival: self.arrival,
                submission: self.submission,
                report: self.report,
                records: &self.records[range.clone()],
                judged: &self.judged[range],
                history: self.history,
            };
            let found = check(&cx);
            self.admit_all(found);
        }
    }

    /// Whether the plan asks for acceptance evidence that a finished indicator lacks (R015; 已完成待验收).
    pub fn set_evidence(&mut self) {
        for ix in 0..self.records.len() {
            let record = &self.records[ix];
            if !self.plan.tasks[record.task].evidence_required
                || self.judged[ix].state != State::Accepted
            {
                continue;
            }
            let finished = match (self.judged[ix].milestone, self.judged[ix].value) {
                (Some(state), _) => state == MilestoneState::Done,
                (None, Some(value)) => self.is_finished(record, value),
                (None, None) => false,
            };
            self.judged[ix].evidence_missing = finished && record.words(Field::Evidence).is_none();
        }
    }

    pub fn judgement_rules(&mut self) {
        for &(rule, column) in &self.rules.0 {
            let Check::Judgement(check) = rule.check else {
                continue;
            };
            for ix in 0..self.records.len() {
                let verdict = match self.judged[ix].state {
                    State::Accepted => self.on_record(ix, check),
                    State::Withheld => Verdict::NotRun(
                        self.judged[ix]
                            .withheld_by
                            .first()
                            .copied()
                            .unwrap_or("C001"),
                    ),
                    State::Missing => Verdict::NotRun("S005"),
                };
                self.take(ix, rule, column, verdict);
            }
        }
    }

    pub fn narrative_rules(&mut self) {
        for (rule, _) in &self.rules.0 {
            if let Check::Narrative(check) = rule.check {
                let found = check(&self.submission_cx());
                self.admit_all(found);
            }
        }
    }
}

fn concerns(finding: &Finding, record: &Record) -> bool {
    match finding.indicator {
        Some(indicator) => indicator == record.indicator,
        None => {
            finding.task == Some(record.task)
                && finding.cell.is_some_and(|at| {
                    record
                        .row
                        .is_some_and(|row| row.cells.values().any(|c| c.at == at))
                })
        }
    }
}
