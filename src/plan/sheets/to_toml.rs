//! A plan's tree → plan.toml, its keys in the order of the workbook's columns.

use toml::{Table as Toml, Value};

use super::PLAN;
use crate::Joined;

/// Sections in the order of a plan, those of decisions last.
const SECTIONS: [&str; 12] = [
    "plan",
    "grading",
    "checks",
    "columns",
    "limits",
    "briefing",
    "department",
    "task",
    "override",
    "confirm",
    "adjust",
    "",
];

/// Writes a plan's tree as plan.toml, beginning with comments.
pub fn to_toml(tree: &Toml, comments: &[&str]) -> String {
    let mut out = String::new();
    for comment in comments {
        put!(out, "# {comment}\n");
    }
    let rank = |name: &str| {
        SECTIONS
            .iter()
            .position(|s| *s == name)
            .unwrap_or(SECTIONS.len())
    };
    let mut sections: Vec<(&String, &Value)> = tree.iter().collect();
    sections.sort_by_key(|(name, _)| rank(name));
    for (name, value) in sections {
        match value {
            Value::Table(keys) => section(&mut out, &format!("[{name}]"), name, keys),
            Value::Array(list) => {
                for item in list.iter().filter_map(Value::as_table) {
                    section(&mut out, &format!("[[{name}]]"), name, item);
                }
            }
            _ => {}
        }
    }
    out
}

/// A head and its keys; lists of tables that belong to it (a task's indicators) follow as sections of their own.
fn section(out: &mut String, head: &str, name: &str, keys: &Toml) {
    put!(out, "\n{head}\n");
    let settings = format!("{name}.");
    let columns = PLAN
        .iter()
        .filter(|t| t.key == name || t.key.is_empty())
        .flat_map(|t| t.columns);
    let order: Vec<&str> = columns
        .map(|c| c.key.strip_prefix(&settings).unwrap_or(c.key))
        .collect();
    let rank = |key: &str| order.iter().position(|k| *k == key).unwrap_or(order.len());
    let mut entries: Vec<(&String, &Value)> = keys.iter().collect();
    entries.sort_by_key(|(key, _)| rank(key));
    // A task's own; the indicator that a decision is about is a text.
    let is_section = |(key, value): &&(&String, &Value)| {
        matches!(key.as_str(), "indicator" | "relation") && value.is_array()
    };
    for (key, value) in entries.iter().filter(|entry| !is_section(entry)) {
        match value {
            // Long lists of reporters in lines of their own are read without a tree.
            Value::Array(list) if *key == "reporters" => {
                let lines: String = list.iter().map(|r| format!("  {},\n", inline(r))).collect();
                put!(out, "{key} = [\n{lines}]\n");
            }
            value => put!(out, "{key} = {}\n", inline(value)),
        }
    }
    for (key, value) in entries.iter().filter(is_section) {
        for item in value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_table)
        {
            section(out, &format!("[[{name}.{key}]]"), key, item);
        }
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::Table(keys) => {
            let quoted = |key: &str| match key {
                key if key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
                    key.to_owned()
                }
                key => Value::from(key).to_string(),
            };
            let entries = keys
                .iter()
                .map(|(k, v)| format!("{} = {}", quoted(k), inline(v)))
                .joined(", ");
            format!("{{ {entries} }}")
        }
        Value::Array(list) => format!("[{}]", list.iter().map(inline).joined(", ")),
        // A whole number is written as one, whatever it is kept as.
        Value::Float(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
        value => value.to_string(),
    }
}
