//! The JSON Schema of plan.toml, for editors and for the loader's own check of the file's shape.

use std::sync::OnceLock;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::raw::RawFile;

/// The JSON Schema (draft 2020-12) of plan.toml. `docs/plan.schema.json` is this value.
pub fn schema() -> Value {
    tidied().clone()
}

/// The schema, made once.
pub(super) fn tidied() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        tidy(
            SchemaSettings::draft2020_12()
                .into_generator()
                .into_root_schema_for::<RawFile>()
                .to_value(),
        )
    })
}

/// Takes out what TOML or editors do not know: null, Rust's number formats, whole sections as defaults, comments on the
/// choices of an enum. Keys are sorted, so that the text is the same whatever order `serde_json` keeps.
fn tidy(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(tidy).collect()),
        Value::Object(object) => {
            let mut entries: Vec<(String, Value)> = Vec::with_capacity(object.len());
            for (key, value) in object {
                match (key.as_str(), value) {
                    ("default", Value::Null | Value::Object(_)) => {}
                    ("format", Value::String(format)) if format != "date" => {}
                    ("type", Value::Array(types)) => {
                        let mut left: Vec<Value> =
                            types.into_iter().filter(|t| t != "null").collect();
                        let only = if left.len() == 1 { left.pop() } else { None };
                        entries.push((key, only.unwrap_or(Value::Array(left))));
                    }
                    ("enum", Value::Array(choices)) => {
                        let choices = choices.into_iter().filter(|c| !c.is_null());
                        entries.push((key, choices.collect()));
                    }
                    // The choices of an enum, each with a comment of its own.
                    ("oneOf", Value::Array(branches)) => {
                        let choices = branches.iter().filter_map(|b| b.get("const"));
                        entries.push(("enum".to_owned(), choices.cloned().collect()));
                        entries.push(("type".to_owned(), "string".into()));
                    }
                    ("anyOf", Value::Array(branches)) => {
                        let left: Vec<Value> = branches
                            .into_iter()
                            .filter(|b| b.get("type").is_none_or(|t| t != "null"))
                            .map(tidy)
                            .collect();
                        match <[Value; 1]>::try_from(left) {
                            // An optional table: its one branch takes the place of the choice.
                            Ok([Value::Object(only)]) => entries.extend(only),
                            Ok([other]) => entries.push((key, Value::Array(vec![other]))),
                            Err(left) => entries.push((key, Value::Array(flatten(left)))),
                        }
                    }
                    (_, value) => entries.push((key, tidy(value))),
                }
            }
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect::<Map<_, _>>())
        }
        other => other,
    }
}

/// A choice inside a choice (an optional untagged enum) is one choice.
fn flatten(branches: Vec<Value>) -> Vec<Value> {
    branches
        .into_iter()
        .flat_map(|branch| match branch.get("anyOf") {
            Some(Value::Array(inner)) => inner.clone(),
            _ => vec![branch],
        })
        .collect()
}
