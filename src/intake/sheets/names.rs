//! Cells that hold several names.

use std::collections::HashSet;

use crate::plan::names::fold;

/// How departments are called: as they stand, and folded.
#[derive(Debug, Default)]
pub(crate) struct KnownNames {
    exact: HashSet<String>,
    folded: HashSet<String>,
    /// Bytes of the longest.
    longest: usize,
}

impl KnownNames {
    pub fn extend<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        for name in names {
            self.longest = self.longest.max(name.len());
            self.folded.insert(fold(name));
            self.exact.insert(name.to_owned());
        }
    }

    pub fn has(&self, name: &str) -> bool {
        // A list of thousands is no name, and is not folded to see it; width and spaces make a name longer, not much.
        name.len() <= self.longest * 4 + 64
            && (self.exact.contains(name) || self.folded.contains(&fold(name)))
    }

    /// The longest known name that a text begins with, and what stands behind it: 住建局8公里, 建设局：8.
    pub fn split<'t>(&self, text: &'t str) -> (&'t str, &'t str) {
        let text = text.trim();
        let digits = text.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        if digits.len() < text.len() && self.exact.contains(digits) {
            return (digits, &text[digits.len()..]);
        }
        if self.has(text) {
            return (text, "");
        }
        if let Some((name, figure)) = text.split_once([':', '：']) {
            return (name.trim_end(), figure);
        }
        let is_start =
            |c: char| c.is_numeric() || matches!(c, '约' | '不' | '（' | '(' | ' ' | '\u{3000}');
        let starts = || {
            text.char_indices()
                .filter(|(_, c)| is_start(*c))
                .map(|(at, _)| at)
        };
        let at = starts()
            .rev()
            .find(|at| self.has(&text[..*at]))
            .or_else(|| {
                text.char_indices()
                    .find(|(_, c)| c.is_numeric())
                    .map(|(at, _)| at)
            });
        let (name, figure) = text.split_at(at.unwrap_or(text.len()));
        (name.trim_end(), figure)
    }
}

/// The names in a cell: parted by 、；， and line breaks, never inside brackets. Where there are line breaks, a line that `is_name`
/// accepts is one name.
pub(crate) fn parts(text: &str, is_name: impl Fn(&str) -> bool) -> Vec<&str> {
    let mut out = Vec::new();
    for line in text.split(['\n', '\r']) {
        let line = line.trim();
        if is_name(line) {
            out.push(line);
        } else {
            out.extend(split(line));
        }
    }
    out.retain(|name| !name.is_empty());
    out
}

/// Whether a text holds a separator outside brackets.
pub(crate) fn is_list(text: &str) -> bool {
    split(text).len() > 1
}

fn split(line: &str) -> Vec<&str> {
    let (mut depth, mut from, mut out) = (0usize, 0, Vec::new());
    for (at, c) in line.char_indices() {
        match c {
            '(' | '（' | '[' | '【' | '〔' | '《' | '“' => depth += 1,
            ')' | '）' | ']' | '】' | '〕' | '》' | '”' => depth = depth.saturating_sub(1),
            '、' | '；' | ';' | '，' | ',' if depth == 0 => {
                out.push(line[from..at].trim());
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    out.push(line[from..].trim());
    out.retain(|name| !name.is_empty());
    out
}
