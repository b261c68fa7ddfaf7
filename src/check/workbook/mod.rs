//! One department's workbook through every rule that looks at it alone: what its findings are, and what of it is accepted.

mod run;

use std::sync::Arc;

use crate::intake::{Arrival, Field};
use crate::plan::{DeptIx, Moment, Plan, RuleLevel, SlotIx, TaskIx};

use super::answers;
use super::narrative::Lexicon;
use super::reading::fields::value_field;
use super::reading::foreign::{self, ForeignValue};
use super::reading::{self, Record, columns, elements};
use super::result::elements::TaskElements;
use super::result::finding::Finding;
use super::result::history::{ExplainedKey, History};
use super::result::judged::{Judged, Place, Source, State, by_telephone};
use super::result::words::Words;
use super::rule::Rule;
use super::rule::context::BookCx;
use super::rules::RULES;
use super::rules::outcomes::{Outcome, OutcomeColumn, SlotOutcomes, per_value_rules};

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
    /// Drops what only later months and seals ask for.
    pub fn keep_to_reports(&mut self, plan: &Plan, department: DeptIx) {
        self.outcomes = Vec::new();
        for judged in &mut self.judged {
            if plan.tasks[plan.slots[judged.slot].task].lead != department {
                judged.drop_words();
            }
        }
    }
}

/// The rules that the plan does not switch off, each with the column of its outcomes.
#[derive(Default)]
pub struct ActiveRules(Vec<(&'static Rule, OutcomeColumn)>);

impl ActiveRules {
    /// Those of the catalogue.
    pub fn of(plan: &Plan) -> Self {
        let is_on = |rule: &&Rule| plan.checks.severity.get(rule.code) != Some(&RuleLevel::Off);
        RULES.iter().copied().filter(is_on).collect()
    }
}

impl FromIterator<&'static Rule> for ActiveRules {
    fn from_iter<I: IntoIterator<Item = &'static Rule>>(rules: I) -> Self {
        let column = |rule: &'static Rule| (rule, OutcomeColumn::of(rule.code));
        Self(rules.into_iter().map(column).collect())
    }
}

/// What one department's workbook is checked with.
pub struct DepartmentCheck<'a> {
    pub plan: &'a Plan,
    pub moment: Moment,
    /// Months before this one.
    pub history: &'a History,
    pub lexicon: &'a Lexicon,
    pub rules: &'a ActiveRules,
    pub department: DeptIx,
    /// The tasks it leads, in plan order.
    pub led: &'a [TaskIx],
}

/// Whether a figure confirmed by the office stands in place of one that this code withholds (rules.md: any C or R error).
fn is_released(code: &str) -> bool {
    code.starts_with(['C', 'R']) || FILLED.contains(&code)
}

/// The codes of a missing figure, which a confirmed one fills.
const FILLED: &[&str] = &["C001", "S005"];

/// Warnings that ask whether a figure can be true, which the office has confirmed.
const ANSWERED: &[&str] = &["R008", "R014"];

impl<'a> DepartmentCheck<'a> {
    /// No usable workbook: everything is missing, unless the office has settled a figure.
    pub fn absent(&self) -> DepartmentOutcome {
        let mut none = SlotOutcomes::default();
        per_value_rules().for_each(|rule| none.set(rule.code, Outcome::NotRun("X001")));
        let missing = |&slot: &SlotIx| {
            let mut judged = self.missing(slot);
            self.confirm(&mut judged);
            judged
        };
        let judged: Vec<Judged> = self
            .plan
            .slots_of(self.department)
            .iter()
            .map(missing)
            .collect();
        DepartmentOutcome {
            outcomes: vec![none; judged.len()],
            judged,
            ..DepartmentOutcome::default()
        }
    }

    /// Checks a file as the department's report.
    pub fn check(&self, arrival: &'a Arrival) -> DepartmentOutcome {
        // A workbook without a report sheet was refused as a file (S001).
        let submission = arrival.content.as_deref().ok();
        let Some((submission, report)) = submission.and_then(|s| Some((s, s.report()?))) else {
            return self.absent();
        };
        let records = reading::of_department(self.plan, self.department, report);
        let place = Place::new(arrival.path.as_str(), Arc::clone(&report.sheet));
        let known = |&task: &TaskIx| {
            let period = self.moment.period;
            elements::latest(self.plan, task, period, Some(arrival), self.history)
        };
        let elements: Vec<TaskElements> = self.led.iter().map(known).collect();
        let book = BookCx {
            elements: &elements,
            plan: self.plan,
            moment: self.moment,
            department: self.department,
            arrival,
            submission,
            report,
            history: self.history,
            lexicon: self.lexicon,
        };
        let judged = records.iter().map(|r| self.start(r, &place)).collect();
        let mut run = Run::new(book, self.rules, self.led, &records, judged);
        run.submission_rules();
        if let Some(refused) = columns::refusal(self.plan, self.department, report) {
            let mut outcome = self.absent();
            outcome.findings = run.findings;
            // Of a refused file only the refusal and the personal data in it are reported.
            outcome
                .findings
                .retain(|f| f.code == refused || f.code == "C017");
            outcome.refused = Some(refused);
            return outcome;
        }
        run.withhold_missing_columns();
        run.cell_rules();
        run.fill_values();
        run.record_rules();
        for ix in 0..run.judged.len() {
            let withheld_by = run.judged[ix].withheld_by().to_vec();
            if let Some(words) = self.confirm(&mut run.judged[ix]) {
                let answered = [&withheld_by, FILLED].concat();
                run.settle(ix, &answered, &by_telephone(&words));
            }
        }
        run.task_rules();
        run.set_evidence();
        run.judgement_rules();
        for ix in 0..run.judged.len() {
            if let Some(words) = run.judged[ix].confirmed().map(by_telephone) {
                run.settle(ix, ANSWERED, &words);
            }
        }
        run.narrative_rules();
        let explained = answers::apply(
            self.plan,
            &mut run.findings,
            &submission.explanations,
            self.history,
        );
        DepartmentOutcome {
            findings: run.findings,
            judged: run.judged,
            outcomes: run.outcomes,
            foreign: foreign::values(self.plan, self.department, arrival, report),
            explained,
            refused: None,
            elements,
        }
    }

    /// A slot that nobody has reported, beside what was last accepted of it.
    fn missing(&self, slot: SlotIx) -> Judged {
        let last = self.history.last_value(slot, self.moment.period);
        Judged {
            last_accepted: last.map(Box::new),
            ..Judged::missing(slot)
        }
    }

    /// A slot before any rule: its row is there or not, its words as they stand.
    fn start(&self, record: &Record, place: &Arc<Place>) -> Judged {
        let mut judged = self.missing(record.slot);
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
        let kind = self.plan.indicators[record.indicator].kind;
        judged.source = record.cell(value_field(kind)).map(|cell| {
            let figure = record.cumulative.number();
            Arc::new(Source {
                place: Arc::clone(place),
                cell: cell.at,
                raw: cell.raw(),
                conversion: figure
                    .map_or("", |figure| figure.conversion.as_str())
                    .into(),
            })
        });
        judged
    }

    /// A figure that the office confirms releases what an error on it withholds, or fills what is missing. Gives the office's
    /// words where it does.
    fn confirm(&self, judged: &mut Judged) -> Option<String> {
        let confirm = self.plan.confirm(self.moment.period, judged.slot)?;
        if !judged.withheld_by().iter().all(|code| is_released(code)) {
            return None;
        }
        let indicator = &self.plan.indicators[self.plan.slots[judged.slot].indicator];
        judged.state = State::Accepted;
        judged.value = indicator.kind.is_numeric().then_some(confirm.value);
        judged.release();
        let words = if confirm.note.is_empty() {
            confirm.by.clone()
        } else {
            format!("{}，{}", confirm.by, confirm.note)
        };
        judged.confirm(&words);
        Some(words)
    }
}
