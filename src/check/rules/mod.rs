//! One file a rule; the list that everything else about rules is made from.

use super::rule::Rule;

pub mod c001;
pub mod c002;
pub mod c003;
pub mod c004;
pub mod c005;
pub mod c006;
pub mod c007;
pub mod c008;
pub mod c009;
pub mod c010;
pub mod c011;
pub mod c012;
pub mod c013;
pub mod c014;
pub mod c015;
pub mod c016;
pub mod c017;
pub mod c018;
pub mod c019;
pub mod c020;
pub mod f001;
pub mod f002;
pub mod f003;
pub mod f004;
pub mod f005;
pub mod f006;
pub mod f007;
pub mod f008;
pub mod f009;
pub mod f010;
pub mod f011;
pub mod r001;
pub mod r002;
pub mod r003;
pub mod r004;
pub mod r005;
pub mod r006;
pub mod r007;
pub mod r008;
pub mod r009;
pub mod r010;
pub mod r011;
pub mod r012;
pub mod r013;
pub mod r014;
pub mod r015;
pub mod r016;
pub mod r017;
pub mod r018;
pub mod r019;
pub mod r020;
pub mod s001;
pub mod s002;
pub mod s003;
pub mod s004;
pub mod s005;
pub mod s006;
pub mod s007;
pub mod s008;
pub mod s009;
pub mod s010;
pub mod s011;
pub mod x001;
pub mod x002;
pub mod x003;
pub mod x004;

#[cfg(test)]
mod tests_of_cells;
#[cfg(test)]
mod tests_of_months;
#[cfg(test)]
mod tests_of_narratives;
#[cfg(test)]
mod tests_of_records;

/// Every rule, in the catalogue's order; within one kind of check the engine runs them in this order.
pub const RULES: &[&Rule] = &[
    &f001::RULE,
    &f002::RULE,
    &f003::RULE,
    &f004::RULE,
    &f005::RULE,
    &f006::RULE,
    &f007::RULE,
    &f008::RULE,
    &f009::RULE,
    &f010::RULE,
    &f011::RULE,
    &s001::RULE,
    &s002::RULE,
    &s003::RULE,
    &s004::RULE,
    &s005::RULE,
    &s006::RULE,
    &s007::RULE,
    &s008::RULE,
    &s009::RULE,
    &s010::RULE,
    &s011::RULE,
    &c001::RULE,
    &c002::RULE,
    &c003::RULE,
    &c004::RULE,
    &c005::RULE,
    &c006::RULE,
    &c007::RULE,
    &c008::RULE,
    &c009::RULE,
    &c010::RULE,
    &c011::RULE,
    &c012::RULE,
    &c013::RULE,
    &c014::RULE,
    &c015::RULE,
    &c016::RULE,
    &c017::RULE,
    &c018::RULE,
    &c019::RULE,
    &c020::RULE,
    &r001::RULE,
    &r002::RULE,
    &r003::RULE,
    &r004::RULE,
    &r005::RULE,
    &r006::RULE,
    &r007::RULE,
    &r008::RULE,
    &r009::RULE,
    &r010::RULE,
    &r011::RULE,
    &r012::RULE,
    &r013::RULE,
    &r014::RULE,
    &r015::RULE,
    &r016::RULE,
    &r017::RULE,
    &r018::RULE,
    &r019::RULE,
    &r020::RULE,
    &x001::RULE,
    &x002::RULE,
    &x003::RULE,
    &x004::RULE,
];

/// A rule by its code.
pub fn find(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|r| r.code == code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A department cannot do what only the office can, and the office has one name.
    #[test]
    fn departments_are_not_told_of_the_offices_commands() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/check/rules");
        let mut seen = 0;
        for rule in RULES {
            let path = format!("{folder}/{}.rs", rule.code.to_lowercase());
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            let told = text.replace(rule.doc.office.unwrap_or("\n"), "\n");
            for line in told
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
            {
                for word in ["[[", "duban ", "办公室", "审核人", "督查人员"] {
                    assert!(!line.contains(word), "{path}: {line}");
                }
            }
            seen += usize::from(rule.doc.office.is_some());
        }
        assert_eq!(seen, 6);
    }

    #[test]
    fn every_rule_is_listed_once_and_documented() {
        let codes: BTreeSet<&str> = RULES.iter().map(|r| r.code).collect();
        assert_eq!(codes.len(), RULES.len());
        assert_eq!(RULES.len(), 66);
        for rule in RULES {
            assert!(
                rule.code.len() == 4 && rule.code.as_bytes()[0].is_ascii_uppercase(),
                "{}",
                rule.code
            );
            assert!(
                rule.name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '-'),
                "{}",
                rule.name
            );
            for text in [
                rule.title,
                rule.doc.what,
                rule.doc.why,
                rule.doc.example,
                rule.doc.fix,
            ] {
                assert!(text.chars().count() >= 4, "{} has an empty page", rule.code);
            }
        }
    }
}
