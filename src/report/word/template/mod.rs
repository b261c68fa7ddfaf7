//! A Word-native template: an ordinary .docx with minijinja tags in its paragraphs, tables, headers and footers.
//! Values can never be taken for tags, and XML never for template text: the engine sees each piece of XML as
//! a value of its own and each tag on a line of its own, which is also how a mistake finds its paragraph.

mod check;
mod expression;
mod fill;
mod flatten;
mod tags;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::package::{Package, PackageError};

pub use check::check;
pub use fill::fill;

/// What a template may use.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    /// Dotted paths and what they mean; `[]` marks a list's items: `滞后项目[].名称`.
    pub values: &'static [(&'static str, &'static str)],
    /// Names that stand alone in a paragraph and give way to a table or chart.
    pub places: &'static [(&'static str, &'static str)],
}

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

/// A template's mistake, where it stands and what may have been meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateErrors(pub Vec<TemplateError>);

impl std::fmt::Display for TemplateErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (ix, error) in self.0.iter().enumerate() {
            if ix > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
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
            part: String::new(),
            paragraph: String::new(),
            tag: String::new(),
            message: error.to_string(),
            nearest: Vec::new(),
        }
    }
}

/// The places a template uses.
pub fn used_places(package: &Package, names: &Names) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for part in fillable(package) {
        let Ok(root) = package.xml(&part) else {
            continue;
        };
        for segment in flatten::flatten(&root, &|name| names.is_place(name)) {
            if let flatten::Segment::Tag(located) = segment
                && names.is_place(&located.tag.inner)
            {
                used.insert(located.tag.inner);
            }
        }
    }
    used
}

pub(super) const DOCUMENT: &str = "word/document.xml";

/// Parts whose paragraphs may hold tags, the document first.
fn fillable(package: &Package) -> Vec<String> {
    let is_text = |name: &&str| {
        let Some(file) = name
            .strip_prefix("word/")
            .and_then(|n| n.strip_suffix(".xml"))
        else {
            return false;
        };
        ["header", "footer"].iter().any(|kind| {
            file.strip_prefix(kind)
                .is_some_and(|n| n.chars().all(|c| c.is_ascii_digit()))
        }) || matches!(file, "footnotes" | "endnotes")
    };
    let mut parts: Vec<String> = package.names().filter(is_text).map(str::to_owned).collect();
    parts.sort();
    parts.insert(0, DOCUMENT.to_owned());
    parts
}

fn part_name(part: &str) -> &'static str {
    let file = part.rsplit('/').next().unwrap_or(part);
    match file {
        _ if file.starts_with("document") => "正文",
        _ if file.starts_with("header") => "页眉",
        _ if file.starts_with("footer") => "页脚",
        _ if file.starts_with("footnotes") => "脚注",
        _ if file.starts_with("endnotes") => "尾注",
        _ => "其他部分",
    }
}
