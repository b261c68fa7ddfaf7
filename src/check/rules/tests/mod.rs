//! What holds for every rule, and the rules on small months.

mod cells;
mod months;
mod narratives;
mod records;

use std::collections::BTreeSet;

use super::RULES;

/// A department cannot do what only the office can, and the office has one name.
#[test]
fn departments_are_not_told_of_the_offices_commands() {
    let folder = crate::project("src/check/rules");
    let mut seen = 0;
    for rule in RULES {
        let path = folder.join(format!("{}.rs", rule.code.to_lowercase()));
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        let told = text.replace(rule.doc.office.unwrap_or("\n"), "\n");
        for line in told
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            for word in ["[[", "duban ", "办公室", "审核人", "督查人员"] {
                assert!(!line.contains(word), "{}: {line}", path.display());
            }
        }
        seen += usize::from(rule.doc.office.is_some());
    }
    assert_eq!(seen, 8);
}

#[test]
fn every_rule_is_listed_once_and_documented() {
    let codes: BTreeSet<String> = RULES.iter().map(|r| r.code.to_lowercase()).collect();
    assert_eq!(codes.len(), RULES.len());
    let files = std::fs::read_dir(crate::project("src/check/rules")).unwrap();
    let stems =
        files.filter_map(|file| Some(file.unwrap().path().file_stem()?.to_str()?.to_owned()));
    let is_code = |stem: &String| stem.len() == 4 && stem[1..].bytes().all(|b| b.is_ascii_digit());
    assert_eq!(
        codes,
        stems.filter(is_code).collect(),
        "a rule's file is not in the catalogue"
    );
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
