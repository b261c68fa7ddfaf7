//! A plan's mistakes with line, column and the line itself, as an operator reads them.

use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthChar as _;

use super::names::is_harmful;

/// One mistake of a plan file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanError {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// What is wrong and what was expected, in Chinese.
    pub message: String,
    /// What was probably meant, in Chinese.
    pub help: Option<String>,
    /// The line (of a long one the part around the place), without control characters.
    excerpt: String,
    /// Terminal columns before the marker and of the marker.
    marker: (usize, usize),
}

/// Every mistake of a plan file, in the file's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanErrors {
    /// As the caller named it.
    pub file: String,
    /// At least one.
    pub errors: Vec<PlanError>,
}

impl fmt::Display for PlanErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} 有 {} 处错误：", self.file, self.errors.len())?;
        let gutter = self
            .errors
            .iter()
            .map(|e| e.line)
            .max()
            .unwrap_or(1)
            .to_string()
            .len();
        for error in &self.errors {
            let PlanError {
                line,
                column,
                message,
                help,
                excerpt,
                marker,
            } = error;
            let (before, under) = *marker;
            write!(
                f,
                "\n\n{} 第 {line} 行第 {column} 列：{message}\n {line:>gutter$} | {excerpt}\n {:>gutter$} | {:before$}{:^<under$}",
                self.file, "", "", ""
            )?;
            if let Some(help) = help {
                write!(f, "\n {:>gutter$} = {help}", "")?;
            }
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
                line,
                column,
                message: shown(&mistake.message),
                help: mistake.help.as_deref().map(shown),
                excerpt,
                marker,
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
