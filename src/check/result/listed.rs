//! Findings with the plan's own numbers and names, as reports and programs list them.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::check::rule::Rule;
use crate::plan::{DeptIx, Plan};

use super::checked::Checked;
use super::finding::{Finding, Severity, Status};

/// A finding as it is listed. Only reports print the names.
#[cfg_attr(not(feature = "desktop"), allow(dead_code))]
#[derive(Debug, Clone)]
pub struct FindingFacts {
    pub code: &'static str,
    pub name: &'static str,
    pub severity: Severity,
    pub status: Status,
    pub department: Option<DeptIx>,
    pub department_name: Option<String>,
    pub file: Option<String>,
    pub sheet: Option<String>,
    pub cell: Option<String>,
    pub task_no: Option<u32>,
    pub indicator_id: Option<String>,
    pub indicator_name: Option<String>,
    pub found: Option<String>,
    pub expected: Option<String>,
    pub message: String,
    /// What the department does about it.
    pub help: String,
    /// What the office alone can do about it, while it is open.
    pub office: Option<&'static str>,
    pub explanation: Option<String>,
}

impl FindingFacts {
    /// What the office reads: the department's help, and what the office alone can do.
    pub fn help_for_office(&self) -> Cow<'_, str> {
        match self.office {
            Some(office) => format!("{}督查室：{office}", self.help).into(),
            None => self.help.as_str().into(),
        }
    }
}

/// In the order of the month's findings.
pub fn listed(plan: &Plan, checked: &Checked, rules: &[&'static Rule]) -> Vec<FindingFacts> {
    let rules: HashMap<&str, &Rule> = rules.iter().map(|r| (r.code, *r)).collect();
    let indicator = |f: &Finding| f.indicator.and_then(|i| plan.indicators.get(i));
    checked
        .findings
        .iter()
        .map(|f| FindingFacts {
            code: f.code,
            name: rules.get(f.code).map_or("", |r| r.name),
            severity: f.severity,
            status: f.status,
            department: f.department,
            department_name: f
                .department
                .and_then(|d| plan.departments.get(d))
                .map(|d| d.name.clone()),
            file: f.file.clone(),
            sheet: f.sheet.clone(),
            cell: f.cell.map(|c| c.to_string()),
            task_no: f.task.and_then(|t| plan.tasks.get(t)).map(|t| t.no),
            indicator_id: indicator(f).map(|i| i.id.clone()),
            indicator_name: indicator(f).map(|i| i.name.clone()),
            found: f.found.clone(),
            expected: f.expected.clone(),
            message: f.message.clone(),
            help: f.help.clone(),
            office: rules
                .get(f.code)
                .and_then(|r| r.doc.office)
                .filter(|_| f.status == Status::Open),
            explanation: f.explanation.clone(),
        })
        .collect()
}
