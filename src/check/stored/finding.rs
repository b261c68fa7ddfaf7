//! A finding.

use serde::{Deserialize, Serialize};

use crate::check::result::finding::{Finding, Severity, Status};
use crate::intake::workbook::Region;
use crate::plan::Plan;

use super::{Unreadable, cell, code, task};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredFinding {
    pub code: String,
    pub severity: Severity,
    pub status: Status,
    pub department: Option<String>,
    pub file: Option<String>,
    pub sheet: Option<String>,
    pub cell: Option<String>,
    pub region: Option<Region>,
    pub task: Option<u32>,
    pub indicator: Option<String>,
    pub found: Option<String>,
    pub expected: Option<String>,
    pub message: String,
    pub help: String,
    pub explanation: Option<String>,
}

impl StoredFinding {
    pub(super) fn new(plan: &Plan, finding: &Finding) -> Self {
        Self {
            code: finding.code.to_owned(),
            severity: finding.severity,
            status: finding.status,
            department: finding
                .department
                .and_then(|d| plan.departments.get(d))
                .map(|d| d.id.clone()),
            file: finding.file.clone(),
            sheet: finding.sheet.clone(),
            cell: finding.cell.map(|c| c.to_string()),
            region: finding.region,
            task: finding.task.and_then(|t| plan.tasks.get(t)).map(|t| t.no),
            indicator: finding
                .indicator
                .and_then(|i| plan.indicators.get(i))
                .map(|i| i.id.clone()),
            found: finding.found.clone(),
            expected: finding.expected.clone(),
            message: finding.message.clone(),
            help: finding.help.clone(),
            explanation: finding.explanation.clone(),
        }
    }

    /// Kept whole under a changed plan: what that no longer knows is left unnamed.
    pub(super) fn read(&self, plan: &Plan) -> Result<Finding, Unreadable> {
        Ok(Finding {
            code: code(&self.code)?,
            severity: self.severity,
            status: self.status,
            department: self
                .department
                .as_deref()
                .and_then(|id| plan.department(id)),
            file: self.file.clone(),
            sheet: self.sheet.clone(),
            cell: self.cell.as_deref().map(cell).transpose()?,
            region: self.region,
            task: self.task.and_then(|no| task(plan, no)),
            indicator: self.indicator.as_deref().and_then(|id| plan.indicator(id)),
            found: self.found.clone(),
            expected: self.expected.clone(),
            message: self.message.clone(),
            help: self.help.clone(),
            explanation: self.explanation.clone(),
        })
    }
}
