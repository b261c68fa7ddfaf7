//! Pieces of the page. Everything that comes from a file or the plan is escaped here.

use crate::combine::Figure;
use crate::plan::{Grade, Plan};
use crate::report::ooxml::escape::escape;

/// A text.
pub fn text(text: impl AsRef<str>) -> String {
    escape(text.as_ref())
}

/// A figure with its id, which a reader sees when the pointer rests on it.
pub fn figure(plan: &Plan, figure: &Figure) -> String {
    let id = figure.id.text(plan);
    format!(
        "<data value=\"{}\">{}</data>",
        text(id),
        text(figure.text())
    )
}

/// A link to a file beside the page.
pub fn link(path: &str, words: &str) -> String {
    format!("<a href=\"{}\">{}</a>", address(path), text(words))
}

/// A path as an address relative to the page: what means something in one is written as its code.
fn address(path: &str) -> String {
    let mut out = String::new();
    for c in path.chars() {
        match c {
            '/' | '-' | '_' | '.' | '~' => out.push(c),
            c if c.is_ascii_alphanumeric() || !c.is_ascii() && !c.is_control() => out.push(c),
            c => {
                put!(out, "%{:02X}", u32::from(c));
            }
        }
    }
    out
}

/// A grade in colour and in words.
pub fn badge(grade: Grade) -> String {
    format!("<b class=\"b {}\">{}</b>", class(grade), grade.name())
}

/// A grade in colour and by its letter.
pub fn cell(grade: Grade, title: &str) -> String {
    format!(
        "<i class=\"c {}\" title=\"{}\">{}</i>",
        class(grade),
        text(title),
        letter(grade)
    )
}

/// The class that gives a grade its colours.
pub fn class(grade: Grade) -> String {
    let at = Grade::ALL.iter().position(|g| *g == grade);
    format!("g{}", at.unwrap_or_default())
}

/// One character for each grade: also without colours they differ.
pub fn letter(grade: Grade) -> char {
    match grade {
        Grade::Done => '完',
        Grade::DonePending => '验',
        Grade::Ahead => '超',
        Grade::OnSchedule => '序',
        Grade::Behind => '滞',
        Grade::Serious => '严',
        Grade::Overdue => '逾',
        Grade::NotStarted => '未',
        Grade::Reached => '达',
        Grade::NotReached => '差',
        Grade::Ongoing => '推',
        Grade::Unverified => '核',
    }
}

/// A rate as a bar, with a line where the schedule is.
pub fn bar(rate: &Figure, schedule: Option<&Figure>) -> String {
    let at = |figure: &Figure| figure.value.clamp(0.0, 100.0);
    let line = schedule.map(|s| format!("<path class=\"f2\" d=\"M{} 0v10\"/>", at(s)));
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"f0\" width=\"100\" height=\"10\"/><rect class=\"f1\" width=\"{}\" height=\"10\"/>{}\
         <rect class=\"f3\" width=\"100\" height=\"10\"/></svg>",
        at(rate),
        line.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_path_is_an_address_whatever_it_holds() {
        for (path, expected) in [
            (
                "退回/建设局（退回修改）.xlsx",
                "退回/建设局（退回修改）.xlsx",
            ),
            ("a b#1%?.docx", "a%20b%231%25%3F.docx"),
            ("\"><script>", "%22%3E%3Cscript%3E"),
            ("javascript:x", "javascript%3Ax"),
        ] {
            assert_eq!(address(path), expected);
        }
    }

    #[test]
    fn every_grade_has_a_letter_of_its_own() {
        let letters: BTreeSet<char> = Grade::ALL.into_iter().map(letter).collect();
        assert_eq!(letters.len(), Grade::ALL.len());
    }
}
