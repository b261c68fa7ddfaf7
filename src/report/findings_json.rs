//! findings.json: every finding of the month, for programs.

use std::borrow::Cow;

use serde::Serialize;

use crate::check::FindingFacts;
use crate::plan::Plan;

/// One finding as programs read it; absent parts are null.
#[derive(Serialize)]
pub struct Row<'a> {
    code: &'a str,
    name: &'a str,
    severity: &'a str,
    status: crate::check::Status,
    department: Option<&'a str>,
    file: Option<&'a str>,
    sheet: Option<&'a str>,
    cell: Option<&'a str>,
    task: Option<u32>,
    indicator: Option<&'a str>,
    found: Option<&'a str>,
    expected: Option<&'a str>,
    message: &'a str,
    help: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a str>,
}

/// Who reads the findings: a department is not told what only the office can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// 督查室.
    Office,
    /// A department that checks its own file.
    Department,
}

/// The array of every finding of a month, as the bytes of findings.json.
pub fn write(findings: &[FindingFacts], plan: &Plan) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(&rows(findings, plan, Audience::Office))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The same rows for other outputs.
pub fn rows<'a>(findings: &'a [FindingFacts], plan: &'a Plan, audience: Audience) -> Vec<Row<'a>> {
    findings
        .iter()
        .map(|f| Row {
            code: f.code,
            name: f.name,
            severity: f.severity.as_str(),
            status: f.status,
            department: f.department.map(|d| plan.departments[d].id.as_str()),
            file: f.file.as_deref(),
            sheet: f.sheet.as_deref(),
            cell: f.cell.as_deref(),
            task: f.task_no,
            indicator: f.indicator_id.as_deref(),
            found: f.found.as_deref(),
            expected: f.expected.as_deref(),
            message: &f.message,
            help: match audience {
                Audience::Office => f.help_for_office(),
                Audience::Department => f.help.as_str().into(),
            },
            explanation: f.explanation.as_deref(),
        })
        .collect()
}
