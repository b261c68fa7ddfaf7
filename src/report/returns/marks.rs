//! What is marked at which cell.

use std::collections::BTreeMap;

use crate::Joined;
use crate::check::{Finding, Severity, Status};
use crate::intake::CellRef;

/// How strongly a cell is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// For information: a note, or what is settled already.
    Note,
    Warning,
    Error,
}

impl Tone {
    pub const ALL: [Self; 3] = [Self::Note, Self::Warning, Self::Error];

    pub fn of(finding: &Finding) -> Self {
        match (finding.status, finding.severity) {
            (Status::Open, Severity::Error) => Self::Error,
            (Status::Open, Severity::Warning) => Self::Warning,
            _ => Self::Note,
        }
    }

    /// RRGGBB: red, yellow, light blue. Uncommon values, by which the next round finds the marks.
    pub fn fill(self) -> &'static str {
        match self {
            Self::Error => "FF7A7A",
            Self::Warning => "FFDD3C",
            Self::Note => "C9E2F9",
        }
    }
}

/// The start of every text of ours in a comment, by which the next round finds and replaces it.
pub const COMMENT_MARK: &str = "【督办核查】";

/// One cell's mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The strongest of its findings.
    pub tone: Tone,
    /// The comment, a block for each finding: heading and text.
    pub comment: Vec<(String, String)>,
}

impl Mark {
    /// The comment as one text.
    pub fn text(&self) -> String {
        let block = |(heading, text): &(String, String)| format!("{heading}\n{text}");

        self.comment.iter().map(block).joined("\n")
    }
}

/// Sheet → cell → mark.
pub type Marks = BTreeMap<String, BTreeMap<CellRef, Mark>>;

/// The marks of findings that point at a cell.
pub fn marks(findings: &[&Finding]) -> Marks {
    let mut marks = Marks::new();
    for finding in findings {
        let (Some(sheet), Some(at)) = (&finding.sheet, finding.cell) else {
            continue;
        };
        let tone = Tone::of(finding);
        let mark = marks
            .entry(sheet.clone())
            .or_default()
            .entry(at)
            .or_insert_with(|| Mark {
                tone,
                comment: Vec::new(),
            });
        mark.tone = mark.tone.max(tone);
        mark.comment.push(comment(finding));
    }
    marks
}

fn comment(finding: &Finding) -> (String, String) {
    let mut text = finding.message.clone();
    if let Some(expected) = finding.expected.as_deref().filter(|e| !e.is_empty()) {
        put!(text, "\n应为：{expected}");
    }
    let (label, words) = match (finding.status, &finding.explanation) {
        (Status::Explained, Some(words)) => ("说明", words),
        _ => ("怎么改", &finding.help),
    };
    put!(text, "\n{label}：{words}");
    let heading = format!("{COMMENT_MARK}{} {}", level(finding), finding.code);
    (heading, text)
}

/// 错误, 警告（已说明）…
pub fn level(finding: &Finding) -> String {
    let level = finding.severity.chinese();
    match (finding.status, finding.severity) {
        (Status::Open, _) => level.to_owned(),
        (Status::Explained, Severity::Error) => format!("{level}（已核实）"),
        (Status::Explained, _) => format!("{level}（已说明）"),
    }
}
