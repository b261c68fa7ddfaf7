//! The catalogue of rules as plans refer to it.

use super::result::finding::Severity;
use super::rules::RULES;
use crate::plan::{self, Plan, PlanErrors, RuleCode, RuleLevel};

/// Reads and validates a plan, which may name any rule of the catalogue. `file_name` only names the file in messages.
///
/// # Errors
///
/// As [`plan::load`].
pub fn load_plan(file_name: &str, text: &str) -> Result<Plan, PlanErrors> {
    let rules: Vec<RuleCode> = RULES
        .iter()
        .map(|rule| RuleCode {
            code: rule.code,
            lowest: rule.fixed.then_some(match rule.severity {
                Severity::Note => RuleLevel::Note,
                Severity::Warning => RuleLevel::Warning,
                Severity::Error => RuleLevel::Error,
            }),
        })
        .collect();
    plan::load(file_name, text, &rules)
}
