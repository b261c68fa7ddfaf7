//! The codes of the rule catalogue that a plan may name. The check room's registry holds the
//! rules themselves; a test there compares it with this list.

use super::model::RuleLevel;

/// Every rule's code, in the catalogue's order.
pub const RULE_CODES: [&str; 66] = [
    "F001", "F002", "F003", "F004", "F005", "F006", "F007", "F008", "F009", "F010", "F011", //
    "S001", "S002", "S003", "S004", "S005", "S006", "S007", "S008", "S009", "S010", "S011", //
    "C001", "C002", "C003", "C004", "C005", "C006", "C007", "C008", "C009", "C010", "C011", //
    "C012", "C013", "C014", "C015", "C016", "C017", "C018", "C019", "C020", //
    "R001", "R002", "R003", "R004", "R005", "R006", "R007", "R008", "R009", "R010", "R011", //
    "R012", "R013", "R014", "R015", "R016", "R017", "R018", "R019", "R020", //
    "X001", "X002", "X003", "X004",
];

/// The least severity a plan may give a rule; `None`: any, off included.
///
/// What cannot be read cannot be lowered, so these rules keep at least the catalogue's own severity.
#[must_use]
pub fn lowest_level(code: &str) -> Option<RuleLevel> {
    match code {
        "F007" => Some(RuleLevel::Note),
        "F011" => Some(RuleLevel::Warning),
        "S001" | "S002" | "S003" | "C001" | "C002" | "C004" | "C007" | "C008" | "C012" | "C015"
        | "C019" => Some(RuleLevel::Error),
        _ if code.starts_with('F') => Some(RuleLevel::Error),
        _ => None,
    }
}
