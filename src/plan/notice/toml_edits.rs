//! Small changes to a plan.toml that leave everything else as it was written: values by their place, blocks behind a task.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where a plan file's tasks and indicators stand.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub tasks: Vec<TaskPlace>,
}

#[derive(Debug, Default, Clone)]
pub(super) struct TaskPlace {
    /// From the `[[task]]` line to the line behind the last value of the task.
    pub range: Range<usize>,
    pub values: Vec<(String, Range<usize>)>,
    pub indicators: Vec<BlockPlace>,
}

#[derive(Debug, Default, Clone)]
pub(super) struct BlockPlace {
    /// The line of `[[task.indicator]]`.
    pub start: usize,
    pub values: Vec<(String, Range<usize>)>,
}

impl TaskPlace {
    pub fn value(&self, key: &str) -> Option<Range<usize>> {
        find(&self.values, key)
    }
}

impl BlockPlace {
    pub fn value(&self, key: &str) -> Option<Range<usize>> {
        find(&self.values, key)
    }
}

fn find(values: &[(String, Range<usize>)], key: &str) -> Option<Range<usize>> {
    values
        .iter()
        .find(|(k, _)| k == key)
        .map(|(_, range)| range.clone())
}

/// Finds the places in a text that is known to load.
pub(super) fn places(text: &str) -> Places {
    let (tree, _): (Spanned<DeTable<'_>>, _) = DeTable::parse_recoverable(text);
    let tasks = tree
        .get_ref()
        .get("task")
        .and_then(|t| t.get_ref().as_array());
    let mut out = Places::default();
    for task in tasks.into_iter().flat_map(|t| t.iter()) {
        let Some(table) = task.get_ref().as_table() else {
            continue;
        };
        let mut place = TaskPlace {
            range: task.span(),
            ..TaskPlace::default()
        };
        let mut end = task.span().end;
        for (key, value) in table {
            end = end.max(last_byte(value));
            match value
                .get_ref()
                .as_array()
                .filter(|_| key.get_ref() == "indicator")
            {
                Some(list) => place
                    .indicators
                    .extend(list.iter().map(|indicator| block(text, indicator))),
                None => place.values.push((key.get_ref().to_string(), value.span())),
            }
        }
        let start = line_start(text, place.range.start);
        place.range = start..line_end(text, end).max(start);
        out.tasks.push(place);
    }
    out
}

fn block(text: &str, value: &Spanned<DeValue<'_>>) -> BlockPlace {
    let values = value
        .get_ref()
        .as_table()
        .into_iter()
        .flatten()
        .map(|(k, v)| (k.get_ref().to_string(), v.span()))
        .collect();
    BlockPlace {
        start: line_start(text, value.span().start),
        values,
    }
}

/// The end of the last value inside.
fn last_byte(value: &Spanned<DeValue<'_>>) -> usize {
    let own = value.span().end;
    let inner = match value.get_ref() {
        DeValue::Array(list) => list.iter().map(last_byte).max(),
        DeValue::Table(table) => table.iter().map(|(_, v)| last_byte(v)).max(),
        _ => None,
    };
    inner.unwrap_or(0).max(own)
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |n| n + 1)
}

pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.get(at..)
        .and_then(|after| after.find('\n'))
        .map_or(text.len(), |n| at + n + 1)
}

/// Replacements and insertions, applied together.
#[derive(Debug, Default)]
pub(super) struct Edits {
    list: Vec<(Range<usize>, String)>,
}

impl Edits {
    pub fn replace(&mut self, range: Range<usize>, with: impl Into<String>) {
        self.list.push((range, with.into()));
    }

    pub fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.list.push((at..at, text.into()));
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The text with all edits; of two that overlap the first in the text stands.
    pub fn apply(mut self, text: &str) -> String {
        // Stable: insertions at one place keep their order.
        self.list.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(text.len() + 1024);
        let mut at = 0;
        for (range, with) in self.list {
            if let Some(kept) = text.get(at..range.start) {
                out.push_str(kept);
                out.push_str(&with);
                at = range.end;
            }
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }
}
