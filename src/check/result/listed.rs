//! Findings with the plan's own numbers and names, as reports and programs list them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Deref;

use crate::check::rule::Rule;
use crate::plan::Plan;

use super::checked::Checked;
use super::finding::{Finding, Status};

/// A finding as it is listed, with what the plan and the catalogue call things. Only reports print the names.
#[cfg_attr(not(feature = "desktop"), allow(dead_code))]
#[derive(Debug, Clone)]
pub struct FindingFacts {
    pub finding: Finding,
    pub name: &'static str,
    pub department_name: Option<String>,
    pub cell: Option<String>,
    pub task_no: Option<u32>,
    pub indicator_id: Option<String>,
    pub indicator_name: Option<String>,
    /// What the office alone can do about it, while it is open.
    pub office: Option<&'static str>,
}

impl Deref for FindingFacts {
    type Target = Finding;

    fn deref(&self) -> &Finding {
        &self.finding
    }
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
    let facts = |f: &Finding| {
        let rule = rules.get(f.code);
        let indicator = f.indicator.and_then(|i| plan.indicators.get(i));
        let department = f.department.and_then(|d| plan.departments.get(d));
        FindingFacts {
            finding: f.clone(),
            name: rule.map_or("", |r| r.name),
            department_name: department.map(|d| d.name.clone()),
            cell: f.cell.map(|c| c.to_string()),
            task_no: f.task.and_then(|t| plan.tasks.get(t)).map(|t| t.no),
            indicator_id: indicator.map(|i| i.id.clone()),
            indicator_name: indicator.map(|i| i.name.clone()),
            office: rule
                .and_then(|r| r.doc.office)
                .filter(|_| f.status == Status::Open),
        }
    };
    checked.findings.iter().map(facts).collect()
}
