//! Records and earlier months for the tests of rules.

// A cell is blank or not: writing `None` beside `number(8.0)` reads best when both are options, taken by value.
#![allow(clippy::unnecessary_wraps, clippy::needless_pass_by_value)]

use std::sync::Arc;

use crate::intake::quantity::{self, Reading, Units};
use crate::intake::submission::{Elements, Submission};
use crate::intake::workbook::{CellRef, NumberFormat, Strike, Value};
use crate::intake::{Arrival, Field, FieldCell, Report, ReportRow, RowSubject, dates, status};
use crate::plan::{DeptIx, Moment, Period, Plan, SlotIx, TaskIx};

use crate::check::context::{RecordCx, SubmissionCx, TaskCx};
use crate::check::finding::Finding;
use crate::check::history::History;
use crate::check::narrative::Lexicon;
use crate::check::record::{Accepted, Judged, Record, State};
use crate::check::rule::{Check, Rule, Verdict};

/// One month of 甲局 (department 0) or another, built row by row.
pub struct Month {
    pub plan: Plan,
    pub period: Period,
    pub department: DeptIx,
    pub history: History,
    pub report: Report,
    pub arrival: Arrival,
    pub submission: Submission,
    pub findings: Vec<Finding>,
    /// Values the checks have withheld so far.
    pub withheld: Vec<SlotIx>,
}

pub fn number(n: f64) -> Option<Value> {
    Some(Value::Number(n))
}

pub fn words(text: &str) -> Option<Value> {
    Some(Value::Text(text.into()))
}

/// The cells that are merged over a task's rows.
const SHARED: [Field; 4] = [
    Field::Narrative,
    Field::Problems,
    Field::NextSteps,
    Field::Evidence,
];

impl Month {
    pub fn new(plan: Plan, period: &str) -> Self {
        Self::of(plan, 0, period)
    }

    pub fn of(plan: Plan, department: DeptIx, period: &str) -> Self {
        let submission = Submission::default();
        let arrival = Arrival {
            path: "甲局.xlsx".into(),
            bytes: 1,
            sha256: String::new(),
            department_claims: Vec::new(),
            period_claims: Vec::new(),
            content: Ok(Box::default()),
        };
        let report = Report {
            date_1904: false,
            sheet: Arc::from("进展情况"),
            header_rows: (2, 3),
            columns: Vec::new(),
            ambiguous: Vec::new(),
            unknown: Vec::new(),
            rows: Vec::new(),
            hidden: Vec::new(),
            is_broken: true,
        };
        let period = period.parse().unwrap();
        let mut month = Self {
            plan,
            period,
            department,
            history: History::default(),
            report,
            arrival,
            submission,
            findings: Vec::new(),
            withheld: Vec::new(),
        };
        for (n, &slot) in month.plan.slots_of(department).iter().enumerate() {
            let row = 4 + u32::try_from(n).unwrap();
            let task = month.plan.slots[slot].task;
            let top = month
                .plan
                .slots_of(department)
                .iter()
                .position(|&s| month.plan.slots[s].task == task)
                .unwrap();
            let cell = |(col, field)| {
                let row = if SHARED.contains(&field) {
                    4 + u32::try_from(top).unwrap()
                } else {
                    row
                };
                (
                    field,
                    FieldCell {
                        at: CellRef::new(row, col),
                        value: None,
                        format: NumberFormat::General,
                        strike: Strike::None,
                        merged_to: None,
                    },
                )
            };
            let cells = (0u32..).zip(Field::ALL).map(cell).collect();
            month.report.rows.push(ReportRow {
                row,
                subject: RowSubject::Indicator(month.plan.slots[slot].indicator),
                cells,
            });
        }
        month
    }

    pub fn indicator(&self, id: &str) -> usize {
        self.plan.indicator(id).unwrap()
    }

    pub fn slot(&self, id: &str) -> SlotIx {
        self.plan.slot(self.department, self.indicator(id)).unwrap()
    }

    /// Writes a cell; a shared one in every row of its merged region.
    pub fn set(&mut self, id: &str, field: Field, value: Option<Value>) -> &mut Self {
        let indicator = self.indicator(id);
        let own = self
            .report
            .rows
            .iter()
            .find(|r| r.subject == RowSubject::Indicator(indicator))
            .unwrap();
        let at = own.cells.get(field).unwrap().at;
        for row in &mut self.report.rows {
            if let Some(cell) = row.cells.get_mut(field).filter(|cell| cell.at == at) {
                cell.value.clone_from(&value);
            }
        }
        self
    }

    pub fn format(&mut self, id: &str, field: Field, format: NumberFormat) -> &mut Self {
        let indicator = self.indicator(id);
        for row in self
            .report
            .rows
            .iter_mut()
            .filter(|r| r.subject == RowSubject::Indicator(indicator))
        {
            row.cells.get_mut(field).unwrap().format = format;
        }
        self
    }

    /// Takes the merge of a field apart: each row has its own cell.
    pub fn unmerge(&mut self, field: Field) -> &mut Self {
        for row in &mut self.report.rows {
            row.cells.get_mut(field).unwrap().at.row = row.row;
        }
        self
    }

    pub fn drop_column(&mut self, field: Field) -> &mut Self {
        for row in &mut self.report.rows {
            row.cells.remove(field);
        }
        self
    }

    pub fn cum(&mut self, id: &str, value: f64) -> &mut Self {
        self.set(id, Field::Cumulative, number(value))
    }

    /// An accepted value of an earlier month.
    pub fn earlier(
        &mut self,
        period: &str,
        id: &str,
        change: impl FnOnce(&mut Judged),
    ) -> &mut Self {
        let period: Period = period.parse().unwrap();
        let slot = self.slot(id);
        let mut slots: Vec<Judged> = match self.history.month(period) {
            Some(month) => month.slots().to_vec(),
            None => (0..self.plan.slots.len()).map(Judged::missing).collect(),
        };
        slots[slot].state = State::Accepted;
        change(&mut slots[slot]);
        self.history.push(Accepted { period, slots }, []);
        self
    }

    pub fn earlier_value(&mut self, period: &str, id: &str, value: f64) -> &mut Self {
        self.earlier(period, id, |judged| judged.value = Some(value))
    }

    pub fn elements(&mut self, elements: Elements) -> &mut Self {
        self.submission.elements = Some(elements);
        self
    }

    fn moment(&self) -> Moment {
        Moment::month_end(self.period)
    }

    fn records(&self) -> Vec<Record<'_>> {
        self.plan
            .slots_of(self.department)
            .iter()
            .map(|&slot| self.record(slot))
            .collect()
    }

    fn record(&self, slot: SlotIx) -> Record<'_> {
        let indicator = self.plan.slots[slot].indicator;
        let ind = &self.plan.indicators[indicator];
        let row = self
            .report
            .rows
            .iter()
            .find(|r| r.subject == RowSubject::Indicator(indicator));
        let cell = |field| row.and_then(|r| r.get(field));
        let figure = |field| {
            let units = Units {
                row: None,
                header: None,
                plan: &ind.unit,
                kind: ind.kind,
                is_difference: field == Field::ThisMonth,
            };
            if ind.kind.is_numeric() {
                quantity::read(cell(field), units)
            } else {
                Reading::Absent
            }
        };
        Record {
            slot,
            department: self.department,
            indicator,
            task: ind.task,
            arrival: Some(&self.arrival),
            report: Some(&self.report),
            row,
            others: Vec::new(),
            undecided: false,
            cumulative: figure(Field::Cumulative),
            previous: figure(Field::Previous),
            this_month: figure(Field::ThisMonth),
            target: figure(Field::Target),
            rate: Reading::Absent,
            status: status::read(cell(Field::Status)),
            done_on: dates::read(cell(Field::DoneOn), 2024, false),
            expected_on: dates::read(cell(Field::ExpectedOn), 2024, false),
        }
    }

    fn judge(&self, record: &Record) -> Judged {
        let mut judged = Judged::missing(record.slot);
        if self.withheld.contains(&record.slot) {
            judged.state = State::Withheld;
            return judged;
        }
        judged.value = record.cumulative.value();
        if let status::StatusReading::Known(state) = record.status
            && self.plan.indicators[record.indicator].kind == crate::plan::Kind::Milestone
        {
            judged.milestone = Some(state);
        }
        judged.say(crate::check::Words {
            narrative: record.words(Field::Narrative),
            ..crate::check::Words::default()
        });
        if judged.value.is_some()
            || judged.milestone.is_some()
            || self.plan.indicators[record.indicator].kind == crate::plan::Kind::Ongoing
        {
            judged.state = State::Accepted;
        }
        judged
    }

    /// Runs a rule on one value.
    pub fn verdict(&self, rule: &Rule, id: &str) -> Verdict {
        let record = self.record(self.slot(id));
        let judged = self.judge(&record);
        let target = self.plan.slot_target(record.slot, self.period);
        let cx = RecordCx {
            plan: &self.plan,
            moment: self.moment(),
            record: &record,
            judged: &judged,
            history: &self.history,
            findings: &self.findings,
            target,
        };
        match rule.check {
            Check::Record { check, .. } | Check::Judgement(check) | Check::Cell(check) => {
                check(&cx)
            }
            _ => panic!("{} is no rule of one value", rule.code),
        }
    }

    /// Runs a rule on the workbook or on one task.
    pub fn findings(&self, rule: &Rule, task: TaskIx) -> Vec<Finding> {
        let records = self.records();
        let judged: Vec<Judged> = records.iter().map(|r| self.judge(r)).collect();
        match rule.check {
            Check::Narrative(check) => check(&SubmissionCx {
                lexicon: &Lexicon::new(&self.plan),
                plan: &self.plan,
                moment: self.moment(),
                department: self.department,
                arrival: &self.arrival,
                submission: &self.submission,
                report: &self.report,
                records: &records,
                judged: &judged,
                history: &self.history,
                findings: &self.findings,
            }),
            Check::Task(check) => {
                let own: Vec<usize> = (0..records.len())
                    .filter(|&ix| records[ix].task == task)
                    .collect();
                let range = own.first().map_or(0..0, |&first| first..first + own.len());
                check(&TaskCx {
                    plan: &self.plan,
                    moment: self.moment(),
                    department: self.department,
                    task,
                    arrival: &self.arrival,
                    submission: &self.submission,
                    report: &self.report,
                    records: &records[range.clone()],
                    judged: &judged[range],
                    history: &self.history,
                })
            }
            _ => panic!("{} is no rule of a workbook or a task", rule.code),
        }
    }
}

/// Whether a verdict is a failure whose finding holds the text (message, cell address by column letter and so on).
pub fn fails_with(verdict: &Verdict, text: &str) -> bool {
    matches!(verdict, Verdict::Failed(_)) && format!("{verdict:?}").contains(text)
}
