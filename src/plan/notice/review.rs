//! The review table: every indicator beside the words it was read from, and every number and clause left out.

use super::write::number;
use super::{Draft, IndicatorDraft};
use crate::Joined;
use crate::plan::Kind;

/// One line of the review table.
#[derive(Debug)]
pub struct ReviewRow {
    /// The task's number.
    pub task: u32,
    /// The task's name.
    pub task_name: String,
    /// Empty for what was left out and for what concerns the task as a whole.
    pub id: String,
    /// The indicator's name, or in brackets what the line is about.
    pub name: String,
    /// The indicator's kind in Chinese.
    pub kind: &'static str,
    /// `约8.36万平方米`.
    pub target: String,
    /// 不少于, 以上 … as the text says.
    pub qualifier: String,
    /// The words it was read from.
    pub words: String,
    /// What a person must settle.
    pub marks: String,
    /// Became no indicator.
    pub is_left_out: bool,
}

impl Draft {
    /// Task by task: what concerns it as a whole, its indicators, what was left out.
    pub fn review(&self) -> Vec<ReviewRow> {
        let mut out = Vec::new();
        for task in &self.tasks {
            let row = |name: &str| ReviewRow {
                task: task.no,
                task_name: task.name.clone(),
                id: String::new(),
                name: name.to_owned(),
                kind: "",
                target: String::new(),
                qualifier: String::new(),
                words: String::new(),
                marks: String::new(),
                is_left_out: false,
            };
            for mark in &task.marks {
                out.push(ReviewRow {
                    marks: mark.clone(),
                    ..row("（整项任务）")
                });
            }
            for (n, indicator) in task.indicators.iter().enumerate() {
                out.push(ReviewRow {
                    id: format!("{}.{}", task.no, n + 1),
                    kind: kind(indicator.kind),
                    target: target(indicator),
                    qualifier: indicator.qualifier.clone(),
                    words: indicator.words.clone(),
                    marks: indicator.marks.join("；"),
                    ..row(&indicator.name)
                });
            }
            for relation in &task.relations {
                out.push(ReviewRow {
                    marks: format!("数量关系：{}", super::write::expression(task.no, relation)),
                    ..row("（数量关系）")
                });
            }
            for left in &task.left_out {
                out.push(ReviewRow {
                    words: left.words.clone(),
                    marks: left.why.to_owned(),
                    is_left_out: true,
                    ..row("（未列为指标）")
                });
            }
        }
        out
    }

    /// Whether a row, a line, a sentence or a figure of the notice is missing from the draft that someone may expect in it.
    pub fn misses_any(&self) -> bool {
        let mut left_out = self.tasks.iter().flat_map(|t| &t.left_out);
        self.left.iter().any(|left| !left.is_formal)
            || left_out.any(|left| super::figure::is_missed(left.why))
    }

    /// Marks (待核) that the draft carries: the plan's, its tasks and its indicators.
    pub fn open_marks(&self) -> usize {
        super::open_marks(&self.to_toml()).len()
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Count => "计数",
        Kind::Quantity => "数量",
        Kind::Level => "水平",
        Kind::Ratio => "比率",
        Kind::Milestone => "节点",
        Kind::Ongoing => "持续推进",
    }
}

/// `≤9%，现状12%，2025-06-30前`.
pub(super) fn target(indicator: &IndicatorDraft) -> String {
    let before = if indicator.at_most {
        "≤"
    } else if indicator.approximate {
        "约"
    } else {
        ""
    };
    let unit = &indicator.unit;
    let value = indicator
        .target
        .map(|v| format!("{before}{}{unit}", number(v)));
    let today = indicator
        .baseline
        .map(|v| format!("现状{}{unit}", number(v)));
    let day = indicator.deadline.map(|d| format!("{d}前"));
    let parts = indicator.reporters.iter();
    let parts = parts.map(|(body, part)| format!("{body}{}", number(*part)));
    let all = value.into_iter().chain(today).chain(day).chain(parts);
    all.joined("，")
}
