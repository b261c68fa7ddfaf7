//! A month after all checks: the only thing that `combine` takes.

use crate::check::rules::outcomes::Outcomes;
use crate::plan::Moment;

use super::elements::TaskElements;
use super::files::{DepartmentFiles, FileVerdict};
use super::finding::Finding;
use super::history::ExplainedKey;
use super::judged::Accepted;

/// A month after all checks. Only this room makes one, by checking files or from a sealed month.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The month, and the day it is measured at.
    pub moment: Moment,
    /// By department in plan order (files of no known department first), then file, sheet, cell, code.
    pub findings: Vec<Finding>,
    /// Every slot as judged.
    pub accepted: Accepted,
    /// One per department of the plan, in its order.
    pub departments: Vec<DepartmentFiles>,
    /// One per arrival, in path order.
    pub files: Vec<FileVerdict>,
    /// One per task of the plan: its lead's latest 工作方案, else the plan.
    pub elements: Vec<TaskElements>,
    /// Every rule's outcome for every value; empty where only what reports print is kept.
    pub outcomes: Outcomes,
    /// Answers of 情况说明 that settled a warning this month, for later months.
    pub explained: Vec<(ExplainedKey, String)>,
}

impl Checked {
    /// Drops all but the findings, once the month's facts are made: only later months and seals ask for more.
    pub fn keep_findings(&mut self) {
        self.outcomes = Outcomes::default();
        self.accepted.slots = Vec::new();
        (self.departments, self.files) = (Vec::new(), Vec::new());
    }
}
