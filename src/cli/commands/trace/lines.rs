//! Where things stand in a plan's file, for `trace`: lines of plan.toml, cells of 任务计划.xlsx.

use std::collections::BTreeMap;

use crate::check;
use crate::intake::sheets::is_workbook;
use crate::plan::sheets::Places;

use super::tree::PlanPlace;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// A plan's file, whose parts are looked up.
pub enum PlanText<'a> {
    Lines(Lines<'a>),
    Cells(Places),
}

impl<'a> PlanText<'a> {
    pub fn of(bytes: &'a [u8]) -> Self {
        if is_workbook("", bytes) {
            Self::Cells(check::load_plan_sheets("", bytes).places)
        } else {
            Self::Lines(Lines::new(std::str::from_utf8(bytes).unwrap_or_default()))
        }
    }

    /// The place of a part, by [`Lines`]' names, and what stands there.
    pub fn find(&self, name: &str) -> Option<(PlanPlace, String)> {
        match self {
            Self::Lines(lines) => {
                let (line, text) = lines.find(name)?;
                Some((PlanPlace::Line { line }, text.to_owned()))
            }
            Self::Cells(cells) => {
                let (sheet, cell, text) = cells.get(name)?;
                let (sheet, cell) = (sheet.clone(), cell.to_string());
                Some((PlanPlace::Cell { sheet, cell }, text.clone()))
            }
        }
    }
}

/// Places of a plan's text by name: `14.1`, `14.1.target`, `task.14`, `task.14.deadline`, `plan.end`, `department.jsj`,
/// `confirm.0`, `override.0`, `adjust.0` (their place in the file).
pub struct Lines<'a> {
    text: &'a str,
    /// Where each line begins.
    starts: Vec<usize>,
    at: BTreeMap<String, usize>,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = Self {
            text,
            starts: std::iter::once(0)
                .chain(text.match_indices('\n').map(|(at, _)| at + 1))
                .collect(),
            at: BTreeMap::new(),
        };
        // The plan was loaded from this text, so it parses.
        let (root, _) = DeTable::parse_recoverable(text);
        let root = root.get_ref();
        if let Some(plan) = root.get("plan").and_then(|v| v.get_ref().as_table()) {
            lines.keys("plan", plan);
        }
        for (_, department) in tables(root, "department") {
            if let Some(id) = string(department, "id") {
                lines.keys(&format!("department.{id}"), department);
            }
        }
        for (_, task) in tables(root, "task") {
            let Some(no) = task.get("no").map(|v| lines.text[v.span()].to_owned()) else {
                continue;
            };
            lines.keys(&format!("task.{no}"), task);
            for (_, indicator) in tables(task, "indicator") {
                if let Some(id) = string(indicator, "id") {
                    lines.keys(&id, indicator);
                }
            }
        }
        for list in ["confirm", "override", "adjust"] {
            for (n, entry) in tables(root, list) {
                lines.keys(&format!("{list}.{n}"), entry);
            }
        }
        lines
    }

    /// Notes every key of a table, and under the table's own name its first key.
    fn keys(&mut self, name: &str, table: &DeTable) {
        for (key, _) in table {
            self.at
                .insert(format!("{name}.{}", key.get_ref()), key.span().start);
        }
        if let Some(first) = table.iter().map(|(key, _)| key.span().start).min() {
            self.at.insert(name.to_owned(), first);
        }
    }

    /// Line number from 1 and the line's text.
    pub fn find(&self, name: &str) -> Option<(usize, &'a str)> {
        let at = *self.at.get(name)?;
        let number = self.starts.partition_point(|&start| start <= at);
        let start = *self.starts.get(number.checked_sub(1)?)?;
        let line = self.text.get(start..)?.lines().next().unwrap_or_default();
        Some((number, line.trim()))
    }
}

fn tables<'t, 'i>(
    table: &'t DeTable<'i>,
    key: &str,
) -> impl Iterator<Item = (usize, &'t DeTable<'i>)> {
    let array: Option<&DeArray<'i>> = table
        .get(key)
        .map(Spanned::get_ref)
        .and_then(DeValue::as_array);
    array
        .into_iter()
        .flat_map(|list| list.iter().enumerate())
        .filter_map(|(n, value)| Some((n, value.get_ref().as_table()?)))
}

fn string(table: &DeTable, key: &str) -> Option<String> {
    table.get(key)?.get_ref().as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "[plan]\nend = 2024-12-31\n\n[[task]]\nno = 14\ndeadline = 2024-11-30\n\n[[task.indicator]]\nname = \"管网\"\n\
                        id = \"14.1\"\ntarget = 20 # 公里\n\n[[confirm]]\nperiod = \"2024-06\"\nvalue = 4.9\n";

    #[test]
    fn keys_are_found_in_their_lines() {
        let lines = Lines::new(PLAN);
        assert_eq!(lines.find("14.1.target"), Some((11, "target = 20 # 公里")));
        assert_eq!(lines.find("14.1"), Some((9, "name = \"管网\"")));
        assert_eq!(
            lines.find("task.14.deadline"),
            Some((6, "deadline = 2024-11-30"))
        );
        assert_eq!(lines.find("plan.end"), Some((2, "end = 2024-12-31")));
        assert_eq!(lines.find("confirm.0.value"), Some((15, "value = 4.9")));
        assert_eq!(lines.find("14.2.target"), None);
    }
}
