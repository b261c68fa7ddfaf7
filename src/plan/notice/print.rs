//! Fingerprints that a draft carries, so that the next import knows what the notice has changed and what a person has.
//!
//! `# 通知行：982655977f3f-5feceb-…`: the row as the notice had it, then each value as it was written.

use sha2::{Digest as _, Sha256};

use super::TaskDraft;
use super::mask::fold;
use crate::plan::Task;

/// The keys of a task that an import writes, and what messages call them.
pub(super) const FIELDS: [(&str, &str); 10] = [
    ("no", "序号"),
    ("tier", "分级"),
    ("name", "项目名称"),
    ("text", "工作任务"),
    ("lead", "责任单位"),
    ("with", "会同（配合）单位"),
    ("deadline", "完成时限"),
    ("measures", "工作举措"),
    ("acceptance", "验收标准"),
    ("funding", "资金来源"),
];
pub(super) const NUMBER: usize = 0;
pub(super) const TIER: usize = 1;
pub(super) const NAME: usize = 2;
pub(super) const TEXT: usize = 3;
/// The last that is one text and can be replaced.
pub(super) const LEAD: usize = 4;
pub(super) const WITH: usize = 5;

/// A task's values as texts, in the order of [`FIELDS`]; departments by name.
pub(super) struct Fields(pub [String; FIELDS.len()]);

impl Fields {
    pub fn of_draft(task: &TaskDraft, lead: &str) -> Self {
        let text = super::write::task_text(task);
        let day = task.deadline.map(|d| d.to_string());
        Self([
            task.no.to_string(),
            task.tier.clone(),
            task.name.clone(),
            text.to_owned(),
            lead.to_owned(),
            sorted(&task.with),
            day.unwrap_or_default(),
            task.measures.clone(),
            task.acceptance.clone(),
            task.funding.clone(),
        ])
    }

    pub fn of_plan(task: &Task, lead: &str, with: &[String]) -> Self {
        let day = task.deadline.map(|d| d.to_string());
        Self([
            task.no.to_string(),
            task.tier.clone(),
            task.name.clone(),
            task.text.clone(),
            lead.to_owned(),
            sorted(with),
            day.unwrap_or_default(),
            task.measures.clone(),
            task.acceptance.clone(),
            task.funding.clone(),
        ])
    }

    pub fn prints(&self) -> Vec<String> {
        self.0.iter().map(|value| name(value)).collect()
    }
}

fn sorted(names: &[String]) -> String {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.join("、")
}

/// Six hexadecimal digits of a text, however it is spaced.
pub(super) fn name(text: &str) -> String {
    hex(&Sha256::digest(fold(text).as_bytes()), 3)
}

/// The first bytes of a hash.
pub(super) fn hex(bytes: &[u8], count: usize) -> String {
    bytes
        .iter()
        .take(count)
        .fold(String::new(), |mut hex, byte| {
            put!(hex, "{byte:02x}");
            hex
        })
}

/// The fingerprint of a draft's task: its row's, and its values'.
pub(super) fn of_task(row: &str, task: &TaskDraft, lead: &str) -> String {
    format!("{row}-{}", Fields::of_draft(task, lead).prints().join("-"))
}

/// The row's part of a fingerprint.
pub(super) fn row(print: &str) -> &str {
    print.split('-').next().unwrap_or_default()
}

/// The values' parts; none in a fingerprint of an earlier make.
pub(super) fn values(print: &str) -> Vec<String> {
    let parts: Vec<String> = print.split('-').skip(1).map(str::to_owned).collect();
    if parts.len() == FIELDS.len() {
        parts
    } else {
        Vec::new()
    }
}
