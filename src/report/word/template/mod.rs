//! Word-native templates: an ordinary .docx with minijinja tags in its paragraphs, tables, headers and footers.
//!
//! | module | what |
//! |---|---|
//! | `tags` | finds tags in a paragraph's text |
//! | `flatten` | a part → pieces of XML and tags in a row |
//! | `expression` | the names an expression uses |
//! | `check` | every mistake of a template, found without values |
//! | `picture` | a picture in its tag's place, before all else |
//! | `fill` | pieces and tags → one minijinja source → the filled part |
//!
//! Values can never be taken for tags, nor XML for template text: the engine sees each piece of XML as a value of its own, and
//! each tag on a line of its own, by which an error finds its paragraph.

mod check;
mod expression;
mod fill;
mod flatten;
mod picture;
mod tags;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use minijinja::Value;
use minijinja::value::ValueKind;

use super::DOCUMENT;
use crate::Joined;
use crate::report::ooxml::{PackageError, Parts};

pub use check::check;
pub use fill::fill;
pub use picture::{MAX_BYTES, embed};

/// What a template is filled with, by name.
pub type Values = BTreeMap<&'static str, Value>;

/// What a template may use.
#[derive(Debug)]
pub struct Names {
    /// Dotted paths and what they mean; `[]` marks a list's items: `滞后项目[].名称`.
    pub values: &'static [(&'static str, &'static str)],
    /// Names that stand alone in a paragraph and give way to a table or chart.
    pub places: &'static [(&'static str, &'static str)],
}

/// Not a name: what a picture's tag looks like, for those who ask what a template can use.
const PICTURE: (&str, &str) = (
    "image: 公章.png 40mm",
    "与模板同一文件夹中的PNG或JPEG图片，宽40毫米；单独一段的占一行，与文字同段的以所在处为中心、衬在文字下面",
);

impl Names {
    fn is_place(&self, name: &str) -> bool {
        self.places.iter().any(|(place, _)| *place == name)
    }
}

/// One name, its meaning and the value it has now (the first item's for lists).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Variable {
    pub name: &'static str,
    pub meaning: &'static str,
    pub value: String,
}

/// What a template may use, with these values; what they lack is empty.
pub fn variables(names: &Names, values: &Values) -> Vec<Variable> {
    let all = names.values.iter().chain(names.places).chain([&PICTURE]);
    all.map(|&(name, meaning)| Variable {
        name,
        meaning,
        value: look_up(values, name).unwrap_or_default(),
    })
    .collect()
}

/// The value at a path as a template prints it, the first item's where the path goes through a list.
fn look_up(values: &Values, path: &str) -> Option<String> {
    let mut value = None;
    for step in path.split('.') {
        let name = step.trim_end_matches("[]");
        let found = match value {
            None => values.get(name)?.clone(),
            Some(group) => Value::get_attr(&group, name).ok()?,
        };
        value = Some(if step.ends_with("[]") {
            found.get_item_by_index(0).ok()?
        } else {
            found
        });
    }
    printed(&value?)
}

/// A value as text; `None` for what has to be gone through item by item.
fn printed(value: &Value) -> Option<String> {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => Some(String::new()),
        ValueKind::Bool => Some(if value.is_true() { "是" } else { "否" }.to_owned()),
        ValueKind::String | ValueKind::Number => Some(value.to_string()),
        _ => None,
    }
}

/// A template's mistake, where it stands and what may have been meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct TemplateError {
    /// 正文, 页眉, 页脚 …; empty when the file itself cannot be used.
    pub part: String,
    /// The paragraph's text.
    pub paragraph: String,
    /// The tag as written.
    pub tag: String,
    pub message: String,
    /// Known names nearest to an unknown one, best first.
    pub nearest: Vec<String>,
}

impl std::fmt::Display for TemplateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.part.is_empty() {
            return f.write_str(&self.message);
        }
        let paragraph = crate::intake::text::one_line(&self.paragraph, 60);
        write!(
            f,
            "{}“{paragraph}”：标签“{}”{}",
            self.part, self.tag, self.message
        )?;
        if !self.nearest.is_empty() {
            write!(f, "；是否为：{}", self.nearest.join("、"))?;
        }
        Ok(())
    }
}

/// Every mistake found, in the order of the document.
#[derive(Debug)]
pub struct TemplateErrors(pub Vec<TemplateError>);

impl std::fmt::Display for TemplateErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines = self.0.iter().map(TemplateError::to_string).joined("\n");
        f.write_str(&lines)
    }
}

impl std::error::Error for TemplateErrors {}

impl From<PackageError> for TemplateErrors {
    fn from(error: PackageError) -> Self {
        Self(vec![error.into()])
    }
}

impl From<PackageError> for TemplateError {
    fn from(error: PackageError) -> Self {
        Self {
            message: error.to_string(),
            ..Self::default()
        }
    }
}

/// The places a template uses.
pub fn used_places(parts: &Parts, names: &Names) -> BTreeSet<String> {
    let is_place = |name: &str| names.is_place(name);
    fillable(parts)
        .iter()
        .filter_map(|part| parts.xml(part).ok())
        .flat_map(|root| flatten::flatten(&root, &is_place))
        .filter_map(|segment| match segment {
            flatten::Segment::Tag(at) if is_place(&at.tag.inner) => Some(at.tag.inner),
            _ => None,
        })
        .collect()
}

/// Parts whose paragraphs may hold tags, the document first.
fn fillable(parts: &Parts) -> Vec<String> {
    let is_text = |name: &&str| {
        let file = name
            .strip_prefix("word/")
            .and_then(|n| n.strip_suffix(".xml"))
            .unwrap_or_default();
        let kind = file.trim_end_matches(|c: char| c.is_ascii_digit());
        matches!(kind, "header" | "footer") || matches!(file, "footnotes" | "endnotes")
    };
    let mut names: Vec<String> = parts.names().filter(is_text).map(str::to_owned).collect();
    names.sort();
    names.insert(0, DOCUMENT.to_owned());
    names
}

/// What users call a part.
fn part_name(part: &str) -> &'static str {
    let file = part.rsplit('/').next().unwrap_or(part);
    let names = [
        ("document", "正文"),
        ("header", "页眉"),
        ("footer", "页脚"),
        ("footnotes", "脚注"),
        ("endnotes", "尾注"),
    ];
    names
        .iter()
        .find(|(start, _)| file.starts_with(start))
        .map_or("其他部分", |(_, name)| name)
}
