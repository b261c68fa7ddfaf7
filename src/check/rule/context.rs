//! What a rule may look at.

use std::ops::Deref;

use crate::check::narrative::Lexicon;
use crate::check::reading::Record;
use crate::check::reading::figures::figure;
use crate::check::reading::foreign::ForeignValue;
use crate::check::register::Register;
use crate::check::result::elements::TaskElements;
use crate::check::result::files::DepartmentFiles;
use crate::check::result::finding::Finding;
use crate::check::result::history::History;
use crate::check::result::judged::{Accepted, Judged};
use crate::intake::submission::Explanation;
use crate::intake::{Arrival, Field, FieldCell, FileFault, Report, Submission};
use crate::plan::{DeptIx, IndIx, Indicator, Moment, Period, Plan, TaskIx};

use super::Rule;

/// One file of the month, before it is known whether it is used.
pub struct FileCx<'a> {
    pub plan: &'a Plan,
    pub period: Period,
    pub arrival: &'a Arrival,
    /// Folder, then identity sheet, then 填报单位, then file name.
    pub department: Option<DeptIx>,
    /// Another file of the same department is a usable workbook (F003 is then a note).
    pub beside_usable: bool,
}

impl FileCx<'_> {
    /// A finding at this file.
    pub fn finding(
        &self,
        rule: &Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        rule.finding(message, help)
            .department(self.department)
            .file(&self.arrival.path)
    }

    /// Why the file cannot be read, where that is so.
    pub fn fault(&self) -> Option<&FileFault> {
        self.arrival.content.as_ref().err()
    }

    /// The workbook, where the file can be opened.
    pub fn submission(&self) -> Option<&Submission> {
        self.arrival.content.as_deref().ok()
    }
}

/// The used workbook of one department, and what it is checked with.
#[derive(Clone, Copy)]
pub struct BookCx<'a> {
    pub plan: &'a Plan,
    pub moment: Moment,
    pub department: DeptIx,
    pub arrival: &'a Arrival,
    pub submission: &'a Submission,
    /// The used sheet.
    pub report: &'a Report,
    /// Months before this one.
    pub history: &'a History,
    /// Of the tasks that the department leads.
    pub elements: &'a [TaskElements],
    /// The plan's names as narratives give them.
    pub lexicon: &'a Lexicon,
}

impl BookCx<'_> {
    pub fn period(&self) -> Period {
        self.moment.period
    }

    /// Whether the plan switches the rule off for an indicator.
    pub fn is_off(&self, rule: &Rule, indicator: IndIx) -> bool {
        self.plan.indicators[indicator].off.contains(rule.code)
    }

    /// A finding at the workbook.
    pub fn finding(
        &self,
        rule: &Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        rule.finding(message, help)
            .department(self.department)
            .file(&self.arrival.path)
    }

    /// A finding at a cell of the used sheet, or at the sheet where the form has no such column.
    pub fn at<'c>(
        &self,
        rule: &Rule,
        cell: impl Into<Option<&'c FieldCell>>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        self.finding(rule, message, help)
            .sheet(&self.report.sheet)
            .at(cell)
    }
}

/// What is looked at of a used workbook is asked of as the workbook is.
macro_rules! of_book {
    ($($cx:ident)*) => {$(
        impl<'a> Deref for $cx<'a> {
            type Target = BookCx<'a>;

            fn deref(&self) -> &BookCx<'a> {
                self.book
            }
        }
    )*};
}

of_book!(SubmissionCx RecordCx TaskCx);

/// A used workbook with all its values.
pub struct SubmissionCx<'a> {
    pub book: &'a BookCx<'a>,
    /// The department's slots as read, in plan order.
    pub records: &'a [Record<'a>],
    /// The same slots as judged so far; `records[i]` and `judged[i]` belong together.
    pub judged: &'a [Judged],
}

/// One reporter × indicator of a used workbook (rows may still be missing).
pub struct RecordCx<'a> {
    pub book: &'a BookCx<'a>,
    pub record: &'a Record<'a>,
    /// As judged so far.
    pub judged: &'a Judged,
    /// Findings so far on this slot.
    pub findings: &'a [&'a Finding],
    /// The slot's target this month.
    pub target: Option<f64>,
}

impl<'a> RecordCx<'a> {
    pub fn indicator(&self) -> &'a Indicator {
        &self.book.plan.indicators[self.record.indicator]
    }

    /// `第14项“供水管网改造”`.
    pub fn subject(&self) -> String {
        let ind = self.indicator();
        format!("第{}项“{}”", self.plan.tasks[ind.task].no, ind.name)
    }

    /// A figure with the indicator's unit: `4.9公里`, `40%`.
    pub fn figure(&self, value: f64) -> String {
        figure(self.indicator(), value)
    }

    /// A finding on this slot, at a field's cell (at the sheet where the form has no such column).
    pub fn at(
        &self,
        rule: &Rule,
        field: Field,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        self.book
            .at(rule, self.record.cell(field), message, help)
            .task(self.record.task)
            .indicator(self.record.indicator)
    }
}

/// One task of one department with a used workbook.
pub struct TaskCx<'a> {
    pub book: &'a BookCx<'a>,
    pub task: TaskIx,
    /// The department's slots of this task, as read and as judged so far.
    pub records: &'a [Record<'a>],
    pub judged: &'a [Judged],
}

impl TaskCx<'_> {
    /// A finding on this task.
    pub fn finding(
        &self,
        rule: &Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        self.book.finding(rule, message, help).task(self.task)
    }

    /// A finding on this task at a cell of the used sheet.
    pub fn at<'c>(
        &self,
        rule: &Rule,
        cell: impl Into<Option<&'c FieldCell>>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        self.book.at(rule, cell, message, help).task(self.task)
    }

    /// The record and judgement of one of this task's indicators.
    pub fn of(&self, indicator: IndIx) -> Option<(&Record<'_>, &Judged)> {
        let ix = self.records.iter().position(|r| r.indicator == indicator)?;
        Some((&self.records[ix], &self.judged[ix]))
    }
}

/// The month as a whole.
pub struct MonthCx<'a> {
    pub plan: &'a Plan,
    pub moment: Moment,
    pub arrivals: &'a [Arrival],
    /// One per department of the plan.
    pub departments: &'a [DepartmentFiles],
    pub register: &'a Register,
    /// All slots of the plan; empty while files are still being chosen (`Check::Files`).
    pub judged: &'a [Judged],
    /// The figures in rows of other departments' indicators (S008).
    pub foreign: &'a [ForeignValue],
    /// False with `--draft --as-of`: nobody is chased, X001 and X002 do not fire.
    pub chases: bool,
}

impl MonthCx<'_> {
    pub fn period(&self) -> Period {
        self.moment.period
    }

    /// A department's name.
    pub fn name(&self, department: DeptIx) -> &str {
        &self.plan.departments[department].name
    }
}

/// One department's answers and findings.
pub struct AnswersCx<'a> {
    pub plan: &'a Plan,
    pub department: DeptIx,
    /// The workbook that is used.
    pub arrival: &'a Arrival,
    pub answers: &'a [Explanation],
    pub findings: &'a [Finding],
}

/// A sealed month, and what its inbox would give now.
pub struct RestatedCx<'a> {
    /// The plan the month was sealed with.
    pub plan: &'a Plan,
    pub period: Period,
    pub sealed: &'a Accepted,
    /// Checked with the sealed plan and against the months before as they were sealed.
    pub inbox: &'a Accepted,
}
