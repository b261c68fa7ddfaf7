//! Small changes to a plan.toml that leave everything else as it was written, line ends included: values by their place,
//! blocks behind a task.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where a task or an indicator stands in a plan file.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// From its first line to the line behind its last value.
    pub range: Range<usize>,
    pub values: BTreeMap<String, Range<usize>>,
    /// Of a task.
    pub indicators: Vec<Block>,
}

/// The tasks of a text that is known to load.
pub(super) fn tasks(text: &str) -> Vec<Block> {
    let (tree, _): (Spanned<DeTable<'_>>, _) = DeTable::parse_recoverable(text);
    blocks(text, tree.get_ref().get("task"))
}

fn blocks(text: &str, list: Option<&Spanned<DeValue<'_>>>) -> Vec<Block> {
    let list = list.and_then(|list| list.get_ref().as_array());
    let block = |value: &Spanned<DeValue<'_>>| {
        let table = value.get_ref().as_table()?;
        let start = line_start(text, value.span().start);
        let values = table.iter();
        Some(Block {
            range: start..line_end(text, last_byte(value)).max(start),
            values: values
                .map(|(key, value)| (key.get_ref().to_string(), value.span()))
                .collect(),
            indicators: blocks(text, table.get("indicator")),
        })
    };
    let values = list.into_iter().flat_map(|list| list.iter());
    values.filter_map(block).collect()
}

/// The end of the last value inside.
fn last_byte(value: &Spanned<DeValue<'_>>) -> usize {
    let inner = match value.get_ref() {
        DeValue::Array(list) => list.iter().map(last_byte).max(),
        DeValue::Table(table) => table.iter().map(|(_, v)| last_byte(v)).max(),
        _ => None,
    };
    inner.unwrap_or(0).max(value.span().end)
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |n| n + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    let after = text.get(at..).unwrap_or_default();
    after.find('\n').map_or(text.len(), |n| at + n + 1)
}

/// Replacements and insertions, applied together.
#[derive(Debug, Default)]
pub(super) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    pub fn replace(&mut self, range: Range<usize>, with: impl Into<String>) {
        self.0.push((range, with.into()));
    }

    pub fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with all edits; of two that overlap the first in the text stands.
    pub fn apply(mut self, text: &str) -> String {
        // Stable: insertions at one place keep their order.
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(text.len() + 1024);
        let mut at = 0;
        for (range, with) in self.0 {
            if let Some(kept) = text.get(at..range.start) {
                out.push_str(kept);
                out.push_str(&with);
                at = range.end;
            }
        }
        out + text.get(at..).unwrap_or_default()
    }
}
