//! What a rule may look at.

use crate::intake::{Arrival, Field, FieldCell, Report, Submission};
use crate::plan::{DeptIx, IndIx, Moment, Period, Plan, TaskIx};

use super::finding::Finding;
use super::history::History;
use super::narrative::Lexicon;
use super::record::{Accepted, Judged, Record};
use super::register::Register;
use super::rule::Rule;

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
        Finding::new(rule, message, help)
            .department(self.department)
            .file(&self.arrival.path)
    }

    pub fn submission(&self) -> Option<&Submission> {
        self.arrival.content.as_deref().ok()
    }
}

/// The used workbook of one department.
pub struct SubmissionCx<'a> {
    pub plan: &'a Plan,
    pub moment: Moment,
    pub department: DeptIx,
    pub arrival: &'a Arrival,
    pub submission: &'a Submission,
    pub report: &'a Report,
    /// The department's slots as read, in plan order.
    pub records: &'a [Record<'a>],
    /// The same slots as judged so far; `records[i]` and `judged[i]` belong together.
    pub judged: &'a [Judged],
    pub history: &'a History,
    /// The plan's names as narratives give them.
    pub lexicon: &'a Lexicon,
    /// Findings so far on this workbook.
    pub findings: &'a [Finding],
}

impl SubmissionCx<'_> {
    pub fn period(&self) -> Period {
        self.moment.period
    }

    /// A finding at this workbook.
    pub fn finding(
        &self,
        rule: &Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        Finding::new(rule, message, help)
            .department(self.department)
            .file(&self.arrival.path)
    }

    /// A finding at a cell of the used report sheet.
    pub fn at(
        &self,
        rule: &Rule,
        cell: &FieldCell,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        self.finding(rule, message, help)
            .sheet(&self.report.sheet)
            .at(cell)
    }
}

/// One reporter × indicator of a usable submission (rows may still be missing).
pub struct RecordCx<'a> {
    pub plan: &'a Plan,
    pub moment: Moment,
    pub record: &'a Record<'a>,
    /// As judged so far.
    pub judged: &'a Judged,
    pub history: &'a History,
    /// Findings so far on this slot.
    pub findings: &'a [Finding],
    /// The slot's target this month.
    pub target: Option<f64>,
}

impl<'a> RecordCx<'a> {
    pub fn period(&self) -> Period {
        self.moment.period
    }

    pub fn indicator(&self) -> &'a crate::plan::Indicator {
        &self.plan.indicators[self.record.indicator]
    }

    /// `第14项“供水管网改造”`.
    pub fn subject(&self) -> String {
        let ind = self.indicator();
        format!("第{}项“{}”", self.plan.tasks[ind.task].no, ind.name)
    }

    /// A finding on this slot, without a cell.
    pub fn finding(
        &self,
        rule: &Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        let mut finding = Finding::new(rule, message, help)
            .department(self.record.department)
            .task(self.record.task)
            .indicator(self.record.indicator);
        if let Some(arrival) = self.record.arrival {
            finding = finding.file(&arrival.path);
        }
        if let Some(report) = self.record.report {
            finding = finding.sheet(&report.sheet);
        }
        finding
    }

    /// A finding at a field's cell (without a cell where the form has no such column).
    pub fn at(
        &self,
        rule: &Rule,
        field: Field,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        let finding = self.finding(rule, message, help);
        match self.record.cell(field) {
            Some(cell) => finding.at(cell),
            None => finding,
        }
    }
}

/// One task of one department with a usable submission.
pub struct TaskCx<'a> {
    pub plan: &'a Plan,
    pub moment: Moment,
    pub department: DeptIx,
    pub task: TaskIx,
    pub arrival: &'a Arrival,
    pub submission: &'a Submission,
    pub report: &'a Report,
    /// The department's slots of this task, as read and as judged so far.
    pub records: &'a [Record<'a>],
    pub judged: &'a [Judged],
    pub history: &'a History,
}

impl TaskCx<'_> {
    pub fn finding(
        &self,
        rule: &Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        Finding::new(rule, message, help)
            .department(self.department)
            .file(&self.arrival.path)
            .task(self.task)
    }

    /// The record and judgement of one of this task's indicators.
    pub fn of(&self, indicator: IndIx) -> Option<(&Record<'_>, &Judged)> {
        let ix = self.records.iter().position(|r| r.indicator == indicator)?;
        Some((&self.records[ix], &self.judged[ix]))
    }
}

/// How a department stands this month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Submitted {
    /// A usable workbook is in.
    Usable,
    /// Its only files were refused: 已退回.
    Returned,
    /// Nothing came: 未报.
    Nothing,
}

/// A department's files of the month.
#[derive(Debug, Clone)]
pub struct DepartmentFiles {
    pub department: DeptIx,
    pub submitted: Submitted,
    /// Index of the used arrival.
    pub used: Option<usize>,
    /// Indexes of all its files, in path order.
    pub files: Vec<usize>,
    /// Files set aside as older, each with the one that replaces it (F007).
    pub superseded: Vec<(usize, usize)>,
    /// Files of which nothing tells the newest (F008); empty unless there are at least two.
    pub ambiguous: Vec<usize>,
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
    /// The rows of other departments' indicators that were found (S008): who sent them, which slot's indicator, the reading.
    pub foreign: &'a [ForeignValue],
    /// `--draft --as-of`: nobody is chased, X001 and X002 do not fire.
    pub chases: bool,
}

impl MonthCx<'_> {
    pub fn period(&self) -> Period {
        self.moment.period
    }

    pub fn name(&self, department: DeptIx) -> &str {
        &self.plan.departments[department].name
    }
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

/// A value given by a department that does not report the indicator.
#[derive(Debug, Clone)]
pub struct ForeignValue {
    pub sender: DeptIx,
    pub file: String,
    pub sheet: String,
    pub cell: crate::intake::workbook::CellRef,
    pub indicator: IndIx,
    /// In the plan's unit; `None` where it cannot be read.
    pub value: Option<f64>,
    pub raw: String,
}
