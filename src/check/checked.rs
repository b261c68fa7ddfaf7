//! A month after all checks: the only thing that `combine` takes.

use crate::intake::workbook::CellRef;
use crate::plan::{DeptIx, Moment, TaskIx};

use super::context::DepartmentFiles;
use super::finding::Finding;
use super::history::ExplainedKey;
use super::outcomes::Outcomes;
use super::record::{Accepted, Source};

#[derive(Debug, Clone)]
pub struct Checked {
    pub moment: Moment,
    /// By department in plan order (files of no known department first), then file, sheet, cell, code.
    pub findings: Vec<Finding>,
    pub accepted: Accepted,
    /// One per department of the plan, in its order.
    pub departments: Vec<DepartmentFiles>,
    /// One per arrival, in path order.
    pub files: Vec<FileVerdict>,
    /// One per task of the plan: its lead's 工作方案, else the plan.
    pub elements: Vec<TaskElements>,
    pub outcomes: Outcomes,
    /// Answers of 情况说明 that settled a warning this month, for later months.
    pub explained: Vec<(ExplainedKey, String)>,
}

impl Checked {
    /// Lets go of all but the findings, once the month's facts are made: only later months and seals ask for more.
    pub fn keep_findings(&mut self) {
        self.outcomes = Outcomes::default();
        self.accepted.slots = Vec::new();
        (self.departments, self.files) = (Vec::new(), Vec::new());
    }
}

/// What became of one file.
#[derive(Debug, Clone)]
pub struct FileVerdict {
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
    pub department: Option<DeptIx>,
    pub fate: Fate,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Used,
    /// The path of the newer file.
    Superseded(String),
    /// The path of the file with the same bytes.
    SameAs(String),
    /// Code of the error that refused it.
    Refused(&'static str),
    /// A scan or photo beside a usable workbook.
    Attachment,
}

impl Fate {
    /// As printed in 来源.
    pub fn chinese(&self) -> String {
        match self {
            Self::Used => "已采用".to_owned(),
            Self::Superseded(by) => format!("已被“{by}”取代"),
            Self::SameAs(other) => format!("与“{other}”内容相同"),
            Self::Refused(code) => format!("退回（{code}）"),
            Self::Attachment => "附件已收".to_owned(),
        }
    }
}

/// The four elements (四要素) and the money of one task.
#[derive(Debug, Clone, Default)]
pub struct TaskElements {
    pub task: TaskIx,
    pub measures: Option<Element>,
    pub deadline: Option<Element>,
    pub acceptance: Option<Element>,
    pub funding: Option<Element>,
    /// 万元.
    pub planned: Option<Money>,
    pub arrived: Option<Money>,
    pub paid: Option<Money>,
    pub leader: Option<String>,
    pub contact: Option<String>,
    /// Of the contact; never printed in a report.
    pub phone: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    pub text: String,
    /// `None`: from the plan.
    pub source: Option<(String, String, CellRef)>,
}

/// In 万元.
#[derive(Debug, Clone, PartialEq)]
pub struct Money {
    pub value: f64,
    pub source: Source,
}
