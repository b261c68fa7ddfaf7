//! The catalogue of rules, one file a rule.

pub mod cells;
pub mod compare;
pub mod outcomes;
pub mod phrases;
mod prelude;

use crate::plan::{Plan, RuleLevel};

use super::result::finding::{Finding, Severity};
use super::rule::Rule;

/// A rule as its file gives it: code and name, severity (`fixed`: no plan changes it), what is checked and how; then its page,
/// in Chinese. It brings the [`prelude`].
macro_rules! rule {
    ($code:ident $name:literal, $severity:ident $($fixed:ident)?, $kind:ident $how:tt;
     title: $title:literal, what: $what:expr, why: $why:literal, example: $example:literal, fix: $fix:literal,
     $(office: $office:literal,)?) => {
        use super::prelude::*;

        pub static RULE: Rule = Rule {
            code: stringify!($code),
            name: $name,
            severity: Severity::$severity,
            fixed: rule!(@is $($fixed)?),
            title: $title,
            doc: Doc {
                what: $what,
                why: $why,
                example: $example,
                fix: $fix,
                office: rule!(@some $($office)?),
            },
            check: Check::$kind $how,
        };
    };
    (@is) => { false };
    (@is fixed) => { true };
    (@some) => { None };
    (@some $text:literal) => { Some($text) };
}

/// Declares each rule's module and lists its `RULE`. rustfmt does not see modules declared by a macro: `just fmt` names
/// their files to it.
macro_rules! catalogue {
    ($($module:ident)*) => {
        $(mod $module;)*

        /// Every rule, in the catalogue's order; within one kind of check the engine runs them in this order.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

catalogue! {
    f001 f002 f003 f004 f005 f006 f007 f008 f009 f010 f011
    s001 s002 s003 s004 s005 s006 s007 s008 s009 s010 s011 s012
    c001 c002 c003 c004 c005 c006 c007 c008 c009 c010 c011
    c012 c013 c014 c015 c016 c017 c018 c019 c020
    r001 r002 r003 r004 r005 r006 r007 r008 r009 r010 r011
    r012 r013 r014 r015 r016 r017 r018 r019 r020
    x001 x002 x003 x004 x005
}

#[cfg(test)]
mod tests;

/// A rule by its code.
pub fn find(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code == code)
}

/// Applies the plan's settings to a finding: `None` where its rule is off, else with the severity that is set.
pub fn admit(plan: &Plan, mut finding: Finding) -> Option<Finding> {
    if finding
        .indicator
        .is_some_and(|ix| plan.indicators[ix].off.contains(finding.code))
    {
        return None;
    }
    let own = find(finding.code).map(|rule| rule.severity);
    match plan.checks.severity.get(finding.code) {
        Some(RuleLevel::Off) => return None,
        // A rule's own exception (F003's note beside a usable workbook) is no matter of the plan's setting.
        Some(level) if own == Some(finding.severity) => {
            finding.severity = match level {
                RuleLevel::Note => Severity::Note,
                RuleLevel::Warning => Severity::Warning,
                RuleLevel::Error | RuleLevel::Off => Severity::Error,
            };
        }
        _ => {}
    }
    Some(finding)
}
