//! One department's month for the tests of rules.

// A cell is blank or not: writing `None` beside `number(8.0)` reads best when both are options, taken by value.
#![allow(clippy::unnecessary_wraps, clippy::needless_pass_by_value)]

use std::sync::Arc;

use crate::check::narrative::Lexicon;
use crate::check::result::finding::Finding;
use crate::check::result::history::History;
use crate::check::result::judged::{Accepted, Judged, State};
use crate::check::rule::{NotApplicable, NotRun, PASSED, Rule, Verdict};
use crate::check::rules::find;
use crate::check::rules::outcomes::Outcome;
use crate::check::workbook::{DepartmentCheck, DepartmentOutcome};
use crate::intake::submission::{Column, Elements, ReportSheet, Submission};
use crate::intake::workbook::{CellRef, NumberFormat, Strike, Value};
use crate::intake::{Arrival, Field, FieldCell, Report, ReportRow, RowSubject};
use crate::plan::{DeptIx, Moment, Period, Plan, SlotIx, TaskIx, testing};

/// One month of a department, whose form has a row for each of its indicators.
pub struct TestMonth {
    pub plan: Plan,
    pub period: Period,
    pub department: DeptIx,
    pub history: History,
    pub arrival: Arrival,
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

impl TestMonth {
    /// 甲局's, department 0.
    pub fn new(plan: Plan, period: &str) -> Self {
        Self::of(plan, 0, period)
    }

    /// 甲局's June under the plan that rules are tried on.
    pub fn june() -> Self {
        Self::new(testing::for_rules(), "2024-06")
    }

    pub fn of(plan: Plan, department: DeptIx, period: &str) -> Self {
        let slots = plan.slots_of(department);
        let first_of_task = |n: usize| {
            let task = plan.slots[slots[n]].task;
            slots
                .iter()
                .position(|&s| plan.slots[s].task == task)
                .unwrap()
        };
        let row_of = |n: usize| 4 + u32::try_from(n).unwrap();
        let rows = (0..slots.len()).map(|n| {
            let cell = |(col, field)| {
                let row = if SHARED.contains(&field) {
                    row_of(first_of_task(n))
                } else {
                    row_of(n)
                };
                (field, blank(CellRef::new(row, col)))
            };
            ReportRow {
                row: row_of(n),
                subject: RowSubject::Indicator(plan.slots[slots[n]].indicator),
                is_retyped: false,
                cells: (0u32..).zip(Field::ALL).map(cell).collect(),
            }
        });
        let rows = rows.collect();
        Self::with_rows(plan, department, period, &Field::ALL, rows)
    }

    /// A report of these columns and rows.
    pub fn with_rows(
        plan: Plan,
        department: DeptIx,
        period: &str,
        fields: &[Field],
        rows: Vec<ReportRow>,
    ) -> Self {
        let column = |(col, &field): (u32, &Field)| Column {
            field,
            col,
            at: CellRef::new(2, col),
            text: field.chinese().into(),
            unit: None,
        };
        let report = Report {
            date_1904: false,
            sheet: Arc::from("进展情况"),
            header_rows: (2, 2),
            columns: (0u32..).zip(fields).map(column).collect(),
            ambiguous: Vec::new(),
            unknown: Vec::new(),
            table_unit: None,
            rows,
            hidden: Vec::new(),
            is_broken: true,
        };
        let sheet = ReportSheet {
            name: Arc::clone(&report.sheet),
            hidden: false,
            period: None,
            has_data: true,
            report,
        };
        let submission = Submission {
            report_sheets: vec![sheet],
            used: Some(0),
            ..Submission::default()
        };
        Self {
            plan,
            period: period.parse().unwrap(),
            department,
            history: History::default(),
            arrival: arrival("甲局.xlsx", submission),
        }
    }

    pub fn submission(&mut self) -> &mut Submission {
        self.arrival.content.as_mut().unwrap()
    }

    fn report(&mut self) -> &mut Report {
        &mut self.submission().report_sheets[0].report
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
            .report()
            .rows
            .iter()
            .find(|r| r.subject == RowSubject::Indicator(indicator))
            .unwrap();
        let at = own.cells.get(field).unwrap().at;
        for row in &mut self.report().rows {
            if let Some(cell) = row.cells.get_mut(field).filter(|cell| cell.at == at) {
                cell.value.clone_from(&value);
            }
        }
        self
    }

    pub fn format(&mut self, id: &str, field: Field, format: NumberFormat) -> &mut Self {
        let indicator = self.indicator(id);
        for row in self
            .report()
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
        for row in &mut self.report().rows {
            row.cells.get_mut(field).unwrap().at.row = row.row;
        }
        self
    }

    pub fn drop_column(&mut self, field: Field) -> &mut Self {
        self.report().columns.retain(|column| column.field != field);
        for row in &mut self.report().rows {
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
        self.submission().elements = Some(elements);
        self
    }

    /// The real check of the month's file by some rules alone.
    pub fn check(&self, rules: &[&'static Rule]) -> DepartmentOutcome {
        let led: Vec<TaskIx> = (0..self.plan.tasks.len())
            .filter(|&task| self.plan.tasks[task].lead == self.department)
            .collect();
        DepartmentCheck {
            plan: &self.plan,
            moment: Moment::month_end(self.period),
            history: &self.history,
            lexicon: &Lexicon::new(&self.plan),
            rules: &rules.iter().copied().collect(),
            department: self.department,
            led: &led,
        }
        .check(&self.arrival)
    }

    /// What a rule says of one value where it and some others are run.
    pub fn verdict(&self, others: &[&str], code: &str, id: &str) -> Verdict {
        let rules: Vec<&Rule> = others
            .iter()
            .chain([&code])
            .filter_map(|c| find(c))
            .collect();
        let slot = self.slot(id);
        let outcome = self.check(&rules);
        let at = outcome.judged.iter().position(|j| j.slot == slot).unwrap();
        match outcome.outcomes[at].get(code) {
            None => Err(NotApplicable),
            Some(Outcome::Passed) => PASSED,
            Some(Outcome::NotRun(code)) => Err(NotRun(code)),
            Some(Outcome::Failed) => {
                let indicator = Some(self.indicator(id));
                let mut found = outcome.findings;
                found.retain(|f| f.code == code && f.indicator == indicator);
                Ok(found)
            }
        }
    }

    #[track_caller]
    pub fn passes(&self, code: &str, id: &str) {
        assert_eq!(self.verdict(&[], code, id), PASSED);
    }

    /// The value fails, and its finding holds the text (message, cell address and so on).
    #[track_caller]
    pub fn fails(&self, code: &str, id: &str, text: &str) {
        let verdict = self.verdict(&[], code, id);
        let has_findings = matches!(&verdict, Ok(found) if !found.is_empty());
        assert!(
            has_findings && format!("{verdict:?}").contains(text),
            "{verdict:?}"
        );
    }

    /// The rule does not look at the value.
    #[track_caller]
    pub fn is_not_for(&self, code: &str, id: &str) {
        assert_eq!(self.verdict(&[], code, id), Err(NotApplicable));
    }

    /// The rule has not run because of another one.
    #[track_caller]
    pub fn waits_for(&self, code: &str, id: &str, other: &'static str) {
        assert_eq!(self.verdict(&[], code, id), Err(NotRun(other)));
    }

    /// The findings of a rule by itself on one task.
    pub fn findings(&self, code: &str, task: TaskIx) -> Vec<Finding> {
        let mut found = self.check(&[find(code).unwrap()]).findings;
        found.retain(|f| f.task == Some(task));
        found
    }
}

/// A blank cell.
pub fn blank(at: CellRef) -> FieldCell {
    FieldCell {
        at,
        value: None,
        format: NumberFormat::General,
        strike: Strike::None,
        merged_to: None,
    }
}

/// A file of that workbook.
pub fn arrival(path: &str, submission: Submission) -> Arrival {
    Arrival {
        path: path.to_owned(),
        bytes: 1,
        sha256: String::new(),
        department_claims: Vec::new(),
        period_claims: Vec::new(),
        content: Ok(Box::new(submission)),
    }
}
