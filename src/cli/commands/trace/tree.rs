//! The tree of what a figure was made of; its leaves are what can be looked at.

use std::fmt;

use std::collections::BTreeSet;

use crate::Joined;
use serde::Serialize;

/// One step back from a figure.
#[derive(Debug, Clone, Serialize)]
pub struct Node {
    pub label: String,
    /// A source as facts.json writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Leaf>,
    /// Shown whole earlier in the tree.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub made_of: Vec<Node>,
}

impl Node {
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            id: None,
            value: None,
            source: None,
            repeated: false,
            made_of: Vec::new(),
        }
    }

    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    pub fn source(mut self, leaf: Leaf) -> Self {
        self.source = Some(leaf);
        self
    }

    pub fn made_of(mut self, nodes: Vec<Self>) -> Self {
        self.made_of = nodes;
        self
    }

    /// Every leaf once, in the tree's order.
    pub fn leaves(&self) -> Vec<&Leaf> {
        let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
        self.collect(&mut seen, &mut found);
        found
    }

    fn collect<'a>(&'a self, seen: &mut BTreeSet<&'a Leaf>, found: &mut Vec<&'a Leaf>) {
        if let Some(leaf) = &self.source
            && seen.insert(leaf)
        {
            found.push(leaf);
        }
        self.made_of
            .iter()
            .for_each(|node| node.collect(seen, found));
    }
}

/// What a figure ends in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Leaf {
    /// A cell of a submitted file.
    Cell {
        period: String,
        /// As it was called in the inbox.
        file: String,
        /// What to open now.
        path: String,
        sheet: String,
        cell: String,
        /// The cell's text as it was read.
        raw: String,
        /// What was done to it; empty when nothing was.
        conversion: String,
    },
    /// A line of the plan, or a cell where it is a workbook.
    Plan {
        path: String,
        #[serde(flatten)]
        at: PlanPlace,
        text: String,
    },
    /// A finding, where that is what was counted.
    Finding {
        code: String,
        message: String,
        file: Option<String>,
        sheet: Option<String>,
        cell: Option<String>,
    },
    /// A file of the inbox.
    File {
        path: String,
        bytes: u64,
        sha256: String,
    },
    /// A thing that was counted because it is not there: a row, a file, an element.
    Absent { period: String, what: String },
    /// A department as it stands.
    Department { name: String, status: String },
}

/// A place in the plan's file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum PlanPlace {
    Line { line: usize },
    Cell { sheet: String, cell: String },
}

impl fmt::Display for PlanPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { line } => write!(f, "第{line}行"),
            Self::Cell { sheet, cell } => write!(f, "{sheet}!{cell}"),
        }
    }
}

impl Leaf {
    /// Where to look: a path and a place in it.
    pub fn place(&self) -> Option<String> {
        match self {
            Self::Cell {
                path, sheet, cell, ..
            } => Some(format!("{path}\t{sheet}!{cell}")),
            Self::Plan { path, at, .. } => Some(format!("{path}\t{at}")),
            Self::File { path, .. } => Some(path.clone()),
            Self::Finding { .. } | Self::Absent { .. } | Self::Department { .. } => None,
        }
    }

    pub fn said(&self) -> String {
        match self {
            Self::Cell {
                file,
                path,
                sheet,
                cell,
                raw,
                conversion,
                ..
            } => {
                // An archived original is named by its hash.
                let called = if path.ends_with(file.as_str()) {
                    String::new()
                } else {
                    format!("（{file}）")
                };
                let raw = if raw.is_empty() {
                    "空白".to_owned()
                } else {
                    format!("原文“{}”", crate::intake::text::one_line(raw, 60))
                };
                let conversion = if conversion.is_empty() {
                    String::new()
                } else {
                    format!("；{conversion}")
                };
                format!("{path}{called} {sheet}!{cell}：{raw}{conversion}")
            }
            Self::Plan { path, at, text } => {
                format!("{path} {at}：{}", crate::intake::text::one_line(text, 80))
            }
            Self::Finding {
                code,
                message,
                file,
                sheet,
                cell,
            } => {
                let place = [file, sheet, cell]
                    .into_iter()
                    .flatten()
                    .map(String::as_str)
                    .joined(" ");
                format!(
                    "{code} {} {}",
                    place,
                    crate::intake::text::one_line(message, 80)
                )
            }
            Self::File {
                path,
                bytes,
                sha256,
            } => format!("{path}：{bytes}字节，SHA-256 {sha256}"),
            Self::Absent { what, .. } => what.clone(),
            Self::Department { name, status } => format!("{name}：{status}"),
        }
    }
}
