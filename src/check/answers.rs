//! A department's answers: which warnings the 情况说明 sheet, or an earlier month's answer, settles.

use crate::intake::submission::{ExplainedPlace, Explanation};
use crate::plan::Plan;
use crate::plan::names;

use super::result::finding::{Finding, Severity, Status};
use super::result::history::{ExplainedKey, History};

/// Marks explained warnings and returns the new answers to remember.
///
/// An answer without a position settles a rule only where the department has one warning of it.
pub fn apply(
    plan: &Plan,
    findings: &mut [Finding],
    answers: &[Explanation],
    history: &History,
) -> Vec<(ExplainedKey, String)> {
    let mut remembered = Vec::new();
    for ix in 0..findings.len() {
        let finding = &findings[ix];
        if finding.severity != Severity::Warning || finding.status == Status::Explained {
            continue;
        }
        let alone = findings
            .iter()
            .filter(|f| f.code == finding.code && f.severity == Severity::Warning)
            .count()
            == 1;
        let answer = answers
            .iter()
            .find(|a| a.code == finding.code && fits(plan, finding, a, alone));
        let key = key(finding);
        let words = match (answer, &key) {
            (Some(answer), _) => Some(answer.text.clone()),
            (None, Some(key)) => history.explanation(key).map(str::to_owned),
            (None, None) => None,
        };
        if let Some(words) = words {
            if answer.is_some()
                && let Some(key) = key
            {
                remembered.push((key, words.clone()));
            }
            findings[ix].status = Status::Explained;
            findings[ix].explanation = Some(words);
        }
    }
    remembered
}

/// Whether an answer speaks of a finding; `alone`: the department has no other warning of its rule.
pub fn fits(plan: &Plan, finding: &Finding, answer: &Explanation, alone: bool) -> bool {
    match &answer.place {
        ExplainedPlace::Cell(at) => {
            let sheet = answer.sheet.as_ref().is_none_or(|s| {
                finding
                    .sheet
                    .as_ref()
                    .is_some_and(|f| names::fold(f) == names::fold(s))
            });
            sheet && (finding.cell == Some(*at) || finding.region.is_some_and(|r| r.contains(*at)))
        }
        ExplainedPlace::Indicator(name) => {
            let key = names::key(name);
            let raw = names::fold(name);
            finding.indicator.is_some_and(|ix| {
                let ind = &plan.indicators[ix];
                ind.id == raw || names::key(&ind.name) == key
            }) || finding.indicator.is_none()
                && finding.task.is_some_and(|ix| {
                    plan.tasks[ix].no.to_string() == raw || names::key(&plan.tasks[ix].name) == key
                })
        }
        ExplainedPlace::Anywhere => alone,
    }
}

/// What an answer is remembered by; findings of a file as a whole are this month's alone.
fn key(finding: &Finding) -> Option<ExplainedKey> {
    Some(ExplainedKey {
        code: finding.code,
        department: finding.department?,
        task: finding.task,
        indicator: finding.indicator,
        found: finding.found.clone()?,
    })
}
