//! A plan's mistakes with their places, as an operator reads them: line, column and the line itself, or sheet and cell.

use std::fmt;
use std::ops::Range;

use serde::Serialize;
use unicode_width::UnicodeWidthChar as _;

use super::cell::CellRef;
use super::names::is_harmful;

/// Whether a plan can be used in spite of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It can.
    Warning,
    /// It cannot.
    Error,
}

/// Where a mistake stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// In a text.
    Text {
        /// Counted from 1.
        line: usize,
        /// In characters, counted from 1.
        column: usize,
        /// The line (of a long one the part around the place), without control characters.
        excerpt: String,
        /// Terminal columns before the marker and of the marker.
        marker: (usize, usize),
    },
    /// In a workbook.
    Cell {
        /// Empty: the workbook as a whole.
        sheet: String,
        /// `None`: the sheet as a whole.
        cell: Option<CellRef>,
    },
}

/// One mistake of a plan file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanError {
    /// Whether the plan can be used in spite of it.
    pub severity: Severity,
    /// Where it stands.
    pub at: At,
    /// What is wrong and what was expected, in Chinese.
    pub message: String,
    /// What was probably meant, in Chinese.
    pub help: Option<String>,
}

impl PlanError {
    /// A mistake of a file as a whole.
    pub fn of_file(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            at: At::Cell {
                sheet: String::new(),
                cell: None,
            },
            message: message.into(),
            help: None,
        }
    }

    /// Line and column, counted from 1.
    pub fn line(&self) -> Option<(usize, usize)> {
        match self.at {
            At::Text { line, column, .. } => Some((line, column)),
            At::Cell { .. } => None,
        }
    }

    /// The sheet and the cell's name.
    pub fn cell(&self) -> (Option<&str>, Option<CellRef>) {
        match &self.at {
            At::Cell { sheet, cell } => (Some(sheet.as_str()).filter(|s| !s.is_empty()), *cell),
            At::Text { .. } => (None, None),
        }
    }

    /// `指标!F12`, `第 3 行第 5 列`; empty: the file as a whole.
    pub fn place(&self) -> String {
        match (&self.at, self.cell()) {
            (At::Text { line, column, .. }, _) => format!("第 {line} 行第 {column} 列"),
            (_, (Some(sheet), Some(cell))) => format!("{sheet}!{cell}"),
            (_, (sheet, _)) => sheet.unwrap_or_default().to_owned(),
        }
    }

    /// As programs read it; `file` as the caller named it.
    pub fn json(&self, file: &str) -> serde_json::Value {
        let (sheet, cell) = self.cell();
        serde_json::json!({
            "severity": self.severity,
            "file": file,
            "sheet": sheet,
            "cell": cell.map(|c| c.to_string()),
            "line": self.line().map(|(line, _)| line),
            "column": self.line().map(|(_, column)| column),
            "message": self.message,
            "help": self.help,
        })
    }
}

/// Every mistake of a plan file, in the file's order.
#[derive(Debug)]
pub struct PlanErrors {
    /// As the caller named it.
    pub file: String,
    /// At least one that is an error; of a workbook its warnings, too.
    pub errors: Vec<PlanError>,
}

impl PlanErrors {
    /// Whether the file cannot be used.
    pub fn has_errors(&self) -> bool {
        self.errors.iter().any(|e| e.severity == Severity::Error)
    }
}

/// Mistakes that are shown; programs and marked copies get all.
const SHOWN: usize = 200;

impl fmt::Display for PlanErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_error = |e: &&PlanError| e.severity == Severity::Error;
        let count = self.errors.iter().filter(is_error).count();
        match count {
            0 => write!(f, "{} 有 {} 处要留意：", self.file, self.errors.len())?,
            _ => write!(f, "{} 有 {count} 处错误：", self.file)?,
        }
        let lines = self.errors.iter().filter_map(PlanError::line);
        let gutter = lines.map(|(line, _)| line).max().unwrap_or(1);
        let gutter = gutter.to_string().len();
        for error in self.errors.iter().take(SHOWN) {
            let warning = if count > 0 && !is_error(&error) {
                "（留意）"
            } else {
                ""
            };
            let place = error.place();
            let space = if place.is_empty() { "" } else { " " };
            write!(
                f,
                "\n\n{}{space}{place}：{warning}{}",
                self.file, error.message
            )?;
            if let At::Text {
                line,
                excerpt,
                marker: (before, under),
                ..
            } = &error.at
            {
                write!(
                    f,
                    "\n {line:>gutter$} | {excerpt}\n {:>gutter$} | {:before$}{:^<under$}",
                    "", "", ""
                )?;
            }
            if let Some(help) = &error.help {
                write!(f, "\n {:>gutter$} = {help}", "")?;
            }
        }
        if let Some(more) = self
            .errors
            .len()
            .checked_sub(SHOWN)
            .filter(|more| *more > 0)
        {
            write!(f, "\n\n另有 {more} 处，改好这些再检查")?;
        }
        Ok(())
    }
}

impl std::error::Error for PlanErrors {}

/// A mistake and the bytes it lies at.
pub(super) struct Mistake {
    pub span: Range<usize>,
    pub message: String,
    pub help: Option<String>,
}

/// Gives every mistake its line and column; sorted by place, without repetitions.
pub(super) fn present(file: &str, text: &str, mut found: Vec<Mistake>) -> PlanErrors {
    found.sort_by(|a, b| (a.span.start, &a.message).cmp(&(b.span.start, &b.message)));
    found.dedup_by(|a, b| a.span.start == b.span.start && a.message == b.message);
    // One walk over the text for all of them: a file of one long line stays linear too.
    let (mut at, mut line, mut line_start, mut column) = (0, 1, 0, 1);
    let errors = found
        .into_iter()
        .map(|mistake| {
            let start = floor_boundary(text, mistake.span.start);
            for (offset, c) in text[at..start].char_indices() {
                if c == '\n' {
                    (line, line_start, column) = (line + 1, at + offset + 1, 1);
                } else {
                    column += 1;
                }
            }
            at = start;
            let end = floor_boundary(text, mistake.span.end).max(start);
            let (excerpt, marker) = excerpt(text, line_start, start, end);
            PlanError {
                severity: Severity::Error,
                at: At::Text {
                    line,
                    column,
                    excerpt,
                    marker,
                },
                message: shown(&mistake.message),
                help: mistake.help.as_deref().map(shown),
            }
        })
        .collect();
    PlanErrors {
        file: shown(file),
        errors,
    }
}

/// What a message quotes from the plan, fit for a terminal.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !is_harmful(*c)).collect()
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset.min(text.len()))
}

/// Characters shown before and after a place in a long line.
const BEFORE: usize = 48;
const AFTER: usize = 64;

fn excerpt(text: &str, line_start: usize, start: usize, end: usize) -> (String, (usize, usize)) {
    // Never looks further than what can be shown: a long line may hold many mistakes.
    let ahead = floor_boundary(text, start + 4 * (BEFORE + AFTER));
    let rest = text[start..ahead]
        .split(['\n', '\r'])
        .next()
        .unwrap_or_default();
    let is_short = (start - line_start) + rest.len() <= BEFORE + AFTER;
    let before = floor_boundary(text, start.saturating_sub(4 * BEFORE)).max(line_start);
    let (from, to) = if is_short {
        (line_start, start + rest.len())
    } else {
        let from = text[before..start]
            .char_indices()
            .rev()
            .nth(BEFORE)
            .map_or(before, |(offset, _)| before + offset);
        (
            from,
            start
                + rest
                    .char_indices()
                    .nth(AFTER)
                    .map_or(rest.len(), |(offset, _)| offset),
        )
    };
    let mut shown = String::new();
    let mut before = 0;
    if from > line_start {
        shown.push('…');
        before += 1;
    }
    let push = |shown: &mut String, part: &str| {
        let mut columns = 0;
        for c in part.chars() {
            let c = if is_harmful(c) || c == '\t' { ' ' } else { c };
            columns += c.width().unwrap_or_default();
            shown.push(c);
        }
        columns
    };
    before += push(&mut shown, &text[from..start]);
    let marked = end.clamp(start, to);
    let under = push(&mut shown, &text[start..marked]);
    push(&mut shown, &text[marked..to]);
    if to < start + rest.len() {
        shown.push('…');
    }
    (shown.trim_end().to_owned(), (before, under.max(1)))
}
