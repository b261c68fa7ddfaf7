//! One department's workbook through every rule that looks at it alone: what is read of it, in the order of the catalogue, and
//! what of it is accepted.

mod carried;
mod run;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::intake::{Arrival, Field, FieldCell, Report, RowSubject};
use crate::plan::{DeptIx, Kind, Moment, Plan, SlotIx, TaskIx};

use super::checked::TaskElements;
use super::context::ForeignValue;
use super::finding::{Finding, Severity, Status};
use super::history::{ExplainedKey, History};
use super::narrative::Lexicon;
use super::outcomes::{Outcome, SlotOutcomes};
use super::record::{Judged, Place, Record, Source, SourceRef, State};
use super::rule::{Check, Rule};
use super::words::Words;
use super::{elements, explain, files, read, records, rules};

pub use carried::CARRIED;
pub use run::ActiveRules;
use run::Run;

/// What one department's check gives.
#[derive(Debug, Default)]
pub struct DepartmentOutcome {
    pub findings: Vec<Finding>,
    /// The department's slots, in plan order; `outcomes[i]` belongs to `judged[i]`.
    pub judged: Vec<Judged>,
    pub outcomes: Vec<SlotOutcomes>,
    pub foreign: Vec<ForeignValue>,
    pub explained: Vec<(ExplainedKey, String)>,
    /// The workbook as a whole is refused by this code.
    pub refused: Option<&'static str>,
    /// Of the tasks it leads.
    pub elements: Vec<TaskElements>,
}

impl DepartmentOutcome {
    /// Lets go of what only later months and seals ask for.
    pub fn keep_to_reports(&mut self, plan: &Plan, department: DeptIx) {
        self.outcomes = Vec::new();
        for judged in &mut self.judged {
            if plan.tasks[plan.slots[judged.slot].task].lead != department {
                judged.forget_words();
            }
        }
    }
}

/// One department of the month.
pub struct Department<'a> {
    pub plan: &'a Plan,
    pub moment: Moment,
    pub history: &'a History,
    pub lexicon: &'a Lexicon,
    pub rules: &'a ActiveRules,
    pub department: DeptIx,
    /// The tasks it leads, in plan order.
    pub led: &'a [TaskIx],
}

impl<'a> Department<'a> {
    /// No usable workbook: everything is missing, unless the office has settled a figure.
    pub fn absent(&self) -> DepartmentOutcome {
        let mut outcome = DepartmentOutcome::default();
        let mut none = SlotOutcomes::default();
        per_value_rules().for_each(|rule| none.set(rule.code, Outcome::NotRun("X001")));
        for &slot in self.plan.slots_of(self.department) {
            let mut judged = missing(slot, self.history, self.moment);
            self.confirm(&mut judged, &mut []);
            outcome.judged.push(judged);
            outcome.outcomes.push(none);
        }
        outcome
    }

    pub fn check(&self, arrival: &'a Arrival) -> DepartmentOutcome {
        let Ok(submission) = arrival.content.as_deref() else {
            return self.absent();
        };
        // A workbook without a report sheet was refused as a file (S001).
        let Some(report) = submission.report() else {
            return self.absent();
        };
        let records = records::of_department(self.plan, self.department, arrival, report);
        let place = Place::new(arrival.path.as_str(), Arc::clone(&report.sheet));
        let mut sources = Vec::with_capacity(records.len());
        sources.extend(records.iter().filter_map(|r| self.source(r, &place)));
        let mut sources = SourceRef::each(sources);
        let targets: Vec<Option<f64>> = records
            .iter()
            .map(|r| self.plan.slot_target(r.slot, self.moment.period))
            .collect();
        let mut run = Run {
            plan: self.plan,
            moment: self.moment,
            history: self.history,
            lexicon: self.lexicon,
            rules: self.rules,
            department: self.department,
            led: self.led,
            arrival,
            submission,
            report,
            judged: records
                .iter()
                .map(|r| self.start(r, &mut sources))
                .collect(),
            outcomes: vec![SlotOutcomes::default(); records.len()],
            targets: &targets,
            blocked: vec![Vec::new(); records.len()],
            records: &records,
            findings: Vec::new(),
            of_indicator: BTreeMap::new(),
            of_task: BTreeMap::new(),
        };
        run.submission_rules();
        if !files::is_usable(self.plan, self.department, arrival) {
            let refused = if rules::s003::refuses(report) {
                "S003"
            } else {
                "S002"
            };
            let mut outcome = self.absent();
            outcome.findings = run
                .findings
                .into_iter()
                .filter(|f| f.code == refused || f.code == "C017")
                .collect();
            outcome.refused = Some(refused);
            return outcome;
        }
        run.withhold_missing_columns();
        run.cell_rules();
        run.fill_values();
        run.record_rules();
        for ix in 0..run.judged.len() {
            let slot_findings = run.findings_of(ix);
            let mut own: Vec<&mut Finding> = run
                .findings
                .iter_mut()
                .enumerate()
                .filter(|(i, _)| slot_findings.contains(i))
                .map(|(_, f)| f)
                .collect();
            self.confirm(&mut run.judged[ix], &mut own);
        }
        run.task_rules();
        run.set_evidence();
        run.judgement_rules();
        run.narrative_rules();
        let explained = explain::apply(
            self.plan,
            &mut run.findings,
            &submission.explanations,
            self.history,
        );
        let foreign = self.foreign(arrival, report);
        let elements = self
            .led
            .iter()
            .map(|&task| elements::of_task(self.plan, task, Some(arrival)))
            .collect();
        DepartmentOutcome {
            findings: run.findings,
            judged: run.judged,
            outcomes: run.outcomes,
            foreign,
            explained,
            refused: None,
            elements,
        }
    }

    /// A slot before any rule: its row is there or not, its words as they stand. `sources`: of the records that have one, in
    /// their order.
    fn start(&self, record: &Record, sources: &mut impl Iterator<Item = SourceRef>) -> Judged {
        let mut judged = missing(record.slot, self.history, self.moment);
        if record.row.is_none() {
            return judged;
        }
        judged.state = State::Withheld;
        judged.say(Words {
            narrative: record.words(Field::Narrative),
            problems: record.words(Field::Problems),
            next_steps: record.words(Field::NextSteps),
        });
        judged.expected_on = record.expected_on.date();
        if self.source_cell(record).is_some() {
            judged.source = sources.next();
        }
        judged
    }

    /// The cell that a value is read from.
    fn source_cell<'r>(&self, record: &'r Record) -> Option<&'r FieldCell> {
        record.cell(match self.plan.indicators[record.indicator].kind {
            Kind::Milestone => Field::Status,
            Kind::Ongoing => Field::Narrative,
            _ => Field::Cumulative,
        })
    }

    fn source(&self, record: &Record, place: &Arc<Place>) -> Option<Source> {
        self.source_cell(record).map(|cell| Source {
            place: Arc::clone(place),
            cell: cell.at,
            raw: cell.raw(),
            conversion: record
                .cumulative
                .number()
                .map(|q| q.conversion.as_str().into())
                .unwrap_or_default(),
        })
    }

    /// [[confirm]]: the office's figure releases R001, R009 and C006, or fills what is missing.
    fn confirm(&self, judged: &mut Judged, findings: &mut [&mut Finding]) {
        const RELEASED: &[&str] = &["R001", "R009", "C006", "C001", "S005"];
        let Some(confirm) = self.plan.confirm(self.moment.period, judged.slot) else {
            return;
        };
        if !judged
            .withheld_by
            .iter()
            .all(|code| RELEASED.contains(code))
        {
            return;
        }
        let indicator = self.plan.slots[judged.slot].indicator;
        judged.state = State::Accepted;
        judged.value = self.plan.indicators[indicator]
            .kind
            .is_numeric()
            .then_some(confirm.value);
        judged.withheld_by.clear();
        let words = if confirm.note.is_empty() {
            confirm.by.clone()
        } else {
            format!("{}，{}", confirm.by, confirm.note)
        };
        judged.confirm(&words);
        for finding in findings {
            if RELEASED.contains(&finding.code) && finding.severity == Severity::Error {
                finding.status = Status::Explained;
                finding.explanation = Some(format!("电话核实：{words}"));
            }
        }
    }

    /// Rows of indicators this department does not report, for X003.
    fn foreign(&self, arrival: &Arrival, report: &Report) -> Vec<ForeignValue> {
        // One cell merged over many rows is one value.
        let mut told = BTreeSet::new();
        report
            .rows
            .iter()
            .filter_map(|row| {
                let RowSubject::Indicator(indicator) = row.subject else {
                    return None;
                };
                if !rules::s008::is_foreign(self.plan, self.department, &row.subject)
                    || !self.plan.indicators[indicator].kind.is_numeric()
                {
                    return None;
                }
                let cell = row
                    .get(Field::Cumulative)
                    .filter(|cell| told.insert((indicator, cell.at)))?;
                let reading = read::cumulative_of(self.plan, report, row, indicator);
                Some(ForeignValue {
                    sender: self.department,
                    file: arrival.path.clone(),
                    sheet: report.sheet.to_string(),
                    cell: cell.at,
                    indicator,
                    value: reading.value(),
                    raw: cell.raw().into(),
                })
            })
            .collect()
    }
}

/// Rules with an outcome for each value.
pub(super) fn per_value_rules() -> impl Iterator<Item = &'static Rule> {
    rules::RULES.iter().copied().filter(|r| {
        matches!(
            r.check,
            Check::Cell(_) | Check::CellAndTask { .. } | Check::Record { .. } | Check::Judgement(_)
        )
    })
}

/// A slot that nobody has reported, beside what was last accepted of it.
pub fn missing(slot: SlotIx, history: &History, moment: Moment) -> Judged {
    Judged {
        last_accepted: history.last_value(slot, moment.period).map(Box::new),
        ..Judged::missing(slot)
    }
}
