//! The rules of one used workbook, step by step; what one step withholds the next does not look at.

use std::rc::Rc;

use crate::check::reading::carried::Carried;
use crate::check::reading::fields::{SIDE, withholding};
use crate::check::reading::{Record, columns};
use crate::check::result::finding::{Finding, Severity, Status};
use crate::check::result::judged::{Judged, State};
use crate::check::rule::NoVerdict::{Elsewhere, NotApplicable, NotRun};
use crate::check::rule::context::{BookCx, RecordCx, SubmissionCx, TaskCx};
use crate::check::rule::{Check, Rule, Verdict};
use crate::check::rules::admit;
use crate::check::rules::compare::finished;
use crate::check::rules::outcomes::{Outcome, OutcomeColumn, SlotOutcomes};
use crate::intake::Field;
use crate::intake::status::StatusReading;
use crate::plan::{Kind, MilestoneState, TaskIx};

use super::ActiveRules;

/// One used workbook on its way through the rules.
pub struct Run<'a> {
    book: BookCx<'a>,
    rules: &'a ActiveRules,
    /// The tasks that it reports on or leads, in plan order.
    tasks: Rc<[TaskIx]>,
    records: &'a [Record<'a>],
    /// `judged[i]` belongs to `records[i]`.
    pub judged: Vec<Judged>,
    /// `outcomes[i]` belongs to `records[i]`.
    pub outcomes: Vec<SlotOutcomes>,
    pub findings: Vec<Finding>,
    /// For each record its target this month.
    targets: Vec<Option<f64>>,
    /// For each record the fields with a C error, and its code.
    blocked: Vec<Vec<(Field, &'static str)>>,
    /// For each record where the findings that concern it stand among them.
    of_record: Vec<Vec<usize>>,
}

impl<'a> Run<'a> {
    /// `led`: the tasks that the department leads.
    pub fn new(
        book: BookCx<'a>,
        rules: &'a ActiveRules,
        led: &[TaskIx],
        records: &'a [Record<'a>],
        judged: Vec<Judged>,
    ) -> Self {
        let target = |record: &Record| book.plan.slot_target(record.slot, book.period());
        let mut tasks: Vec<TaskIx> = records.iter().map(|record| record.task).collect();
        tasks.extend(led);
        tasks.sort_unstable();
        tasks.dedup();
        Self {
            book,
            rules,
            tasks: tasks.into(),
            records,
            judged,
            outcomes: vec![SlotOutcomes::default(); records.len()],
            findings: Vec::new(),
            targets: records.iter().map(target).collect(),
            blocked: vec![Vec::new(); records.len()],
            of_record: vec![Vec::new(); records.len()],
        }
    }

    fn kind(&self, ix: usize) -> Kind {
        self.book.plan.indicators[self.records[ix].indicator].kind
    }

    /// Runs a rule on one record.
    fn on_record(&self, ix: usize, check: fn(&RecordCx) -> Verdict) -> Verdict {
        let own: Vec<&Finding> = self.of_record[ix]
            .iter()
            .map(|&at| &self.findings[at])
            .collect();
        check(&RecordCx {
            book: &self.book,
            record: &self.records[ix],
            judged: &self.judged[ix],
            findings: &own,
            target: self.targets[ix],
        })
    }

    /// Runs a rule on the workbook with all its values.
    fn on_submission(&mut self, check: fn(&SubmissionCx) -> Vec<Finding>) {
        let found = check(&SubmissionCx {
            book: &self.book,
            records: self.records,
            judged: &self.judged,
        });
        self.admit_all(found);
    }

    /// Takes a verdict: outcome, findings, and what they withhold.
    fn take(&mut self, ix: usize, rule: &Rule, column: OutcomeColumn, verdict: Verdict) {
        if verdict == Err(NotApplicable) || self.book.is_off(rule, self.records[ix].indicator) {
            return;
        }
        let outcome = match &verdict {
            Ok(found) if found.is_empty() => Outcome::Passed,
            Err(NotRun(code)) => Outcome::NotRun(code),
            Ok(_) | Err(Elsewhere | NotApplicable) => Outcome::Failed,
        };
        self.outcomes[ix].put(column, outcome);
        match verdict {
            Ok(found) => self.admit_all(found),
            Err(Elsewhere) if rule.severity == Severity::Error => self.withhold(ix, rule.code),
            Err(_) => {}
        }
    }

    fn admit_all(&mut self, found: Vec<Finding>) {
        for finding in found {
            let Some(finding) = admit(self.book.plan, finding) else {
                continue;
            };
            if finding.severity == Severity::Error {
                for ix in 0..self.records.len() {
                    self.apply_error(ix, &finding);
                }
            }
            for (record, own) in self.records.iter().zip(&mut self.of_record) {
                if concerns(&finding, record) {
                    own.push(self.findings.len());
                }
            }
            self.findings.push(finding);
        }
    }

    /// What an error does to one record: blocks fields beside the value, or withholds the value.
    fn apply_error(&mut self, ix: usize, finding: &Finding) {
        let record = &self.records[ix];
        let own = finding.indicator == Some(record.indicator);
        let shared = finding.indicator.is_none() && finding.task.is_none_or(|t| t == record.task);
        if !own && !shared {
            return;
        }
        let is_at = |field: &Field| {
            let cell = record.cell(*field);
            cell.is_some_and(|cell| Some(cell.at) == finding.cell)
        };
        let value = withholding(self.kind(ix)).iter().copied().find(is_at);
        // A cell merged over several columns blocks each of them.
        let before = self.blocked[ix].len();
        let at_fields = value.into_iter().chain(SIDE.into_iter().filter(is_at));
        self.blocked[ix].extend(at_fields.map(|field| (field, finding.code)));
        let is_at_side = value.is_none() && self.blocked[ix].len() > before;
        // Without a cell of its own (S005), or at another row of it (S007): the value itself is in question.
        if value.is_some() || own && !is_at_side {
            self.withhold(ix, finding.code);
        }
    }

    fn withhold(&mut self, ix: usize, code: &'static str) {
        let judged = &mut self.judged[ix];
        judged.withhold(code);
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
                self.on_submission(check);
            }
        }
    }

    /// A missing column withholds the indicators that need it (S002).
    pub fn withhold_missing_columns(&mut self) {
        for ix in 0..self.records.len() {
            if self.records[ix].row.is_some()
                && columns::lacks_value(self.book.report, self.kind(ix))
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
        let BookCx { plan, history, .. } = self.book;
        let period = self.book.period();
        for (record, judged) in self.records.iter().zip(&mut self.judged) {
            if record.row.is_none() || !judged.withheld_by().is_empty() || record.undecided {
                continue;
            }
            if let Some(carried) = Carried::of(plan, history, period, record) {
                carried.accept(judged);
                continue;
            }
            match plan.indicators[record.indicator].kind {
                Kind::Ongoing => judged.state = State::Accepted,
                Kind::Milestone => {
                    let StatusReading::Known(state) = record.status else {
                        continue;
                    };
                    judged.state = State::Accepted;
                    judged.milestone = Some(state);
                    if state == MilestoneState::Done {
                        // A completion that was accepted with its date need not repeat it.
                        let before = match history.last_milestone(record.slot, period) {
                            Some((_, MilestoneState::Done, date)) => date,
                            _ => None,
                        };
                        judged.done_on = record.done_on.date().or(before);
                    }
                }
                _ => {
                    if let Some(figure) = record.cumulative.number() {
                        judged.state = State::Accepted;
                        judged.value = Some(figure.value);
                        if let Some(words) = &figure.qualifier {
                            judged.qualify(words);
                        }
                    }
                }
            }
        }
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
                    Some((_, code)) => Err(NotRun(code)),
                    None => self.on_record(ix, check),
                };
                self.take(ix, rule, column, verdict);
            }
        }
    }

    /// Marks the errors of some rules on a record as explained by the office.
    pub fn settle(&mut self, ix: usize, codes: &[&str], words: &str) {
        for &at in &self.of_record[ix] {
            let finding = &mut self.findings[at];
            if codes.contains(&finding.code) {
                finding.status = Status::Explained;
                finding.explanation = Some(words.to_owned());
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
        let records = self.records;
        for &task in &*Rc::clone(&self.tasks) {
            // Records are in plan order, a task's one behind the other.
            let start = records.partition_point(|record| record.task < task);
            let end = records.partition_point(|record| record.task <= task);
            let found = check(&TaskCx {
                book: &self.book,
                task,
                records: &records[start..end],
                judged: &self.judged[start..end],
            });
            self.admit_all(found);
        }
    }

    /// Whether the plan asks for acceptance evidence that a finished indicator lacks (R015; 已完成待验收).
    pub fn set_evidence(&mut self) {
        let plan = self.book.plan;
        for (record, judged) in self.records.iter().zip(&mut self.judged) {
            judged.evidence_missing = plan.tasks[record.task].evidence_required
                && finished(plan, self.book.moment.period, judged) == Some(true)
                && record.words(Field::Evidence).is_none();
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
                    State::Withheld => {
                        let code = self.judged[ix].withheld_by().first();
                        Err(NotRun(code.copied().unwrap_or("C001")))
                    }
                    State::Missing => Err(NotRun("S005")),
                };
                self.take(ix, rule, column, verdict);
            }
        }
    }

    pub fn narrative_rules(&mut self) {
        for (rule, _) in &self.rules.0 {
            if let Check::Narrative(check) = rule.check {
                self.on_submission(check);
            }
        }
    }
}

/// Whether a finding is on a record: on its indicator, or on its task at one of its cells.
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
