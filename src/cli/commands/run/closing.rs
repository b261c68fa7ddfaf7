//! The closing words of a run: a table by department and what to do next.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, Table};

use crate::check::{Reporting, Severity, Status};
use crate::cli::next::next;
use crate::cli::terminal::Terminal;
use crate::combine::Facts;
use crate::combine::facts::{DepartmentFacts, GradeCounts};
use crate::plan::Plan;

/// More departments than fit a screen: only those with something to do are listed.
const LISTED: usize = 40;

/// `files`: paths inside the package. `blanks`: what the briefing leaves to be filled in by hand.
pub fn print(
    plan: &Plan,
    facts: &Facts,
    place: &Path,
    files: &[String],
    edited: &[String],
    blanks: &[&str],
    terminal: &Terminal,
) {
    if terminal.quiet {
        return;
    }
    terminal.line(format!("{} {}", plan.title, facts.period.chinese()));
    let overall = &facts.overall;
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.set_header(["单位", "报送", "错误", "警告", "已采信"]);
    let busy = |d: &&DepartmentFacts| {
        d.errors.value > 0.0
            || d.warnings.value > 0.0
            || !matches!(d.submitted, Reporting::OnTime | Reporting::Undated)
    };
    let all = facts.departments.len() <= LISTED;
    let departments = facts.departments.iter();
    let listed: Vec<_> = departments
        .filter(|d| all || busy(d))
        .take(LISTED)
        .collect();
    for d in &listed {
        table.add_row([
            d.name.clone(),
            d.submitted.to_string(),
            d.errors.number(),
            d.warnings.number(),
            format!("{}/{}", d.accepted.number(), d.slots.number()),
        ]);
    }
    for column in 2..5 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    terminal.line(table.to_string());
    if listed.len() < facts.departments.len() {
        terminal.line(format!(
            "共{}个单位，其余见汇总表“各单位报送情况”。",
            facts.departments.len()
        ));
    }
    terminal.line(format!(
        "{}。核查：错误{}条，警告{}条，提示{}条。",
        grades(&overall.tasks),
        overall.errors.number(),
        overall.warnings.number(),
        overall.notes.number()
    ));
    next_steps(facts, terminal);
    if !blanks.is_empty() {
        terminal.line(format!("印发前在简报中补填：{}。", blanks.join("、")));
    }
    for name in edited {
        terminal.line(format!("上次的报告被手工改过，已保留为“{name}”。"));
    }
    let mut names: Vec<String> = Vec::new();
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for name in files {
        match name.split_once('/') {
            Some((folder, _)) => *folders.entry(folder).or_default() += 1,
            None => names.push(name.clone()),
        }
    }
    names.extend(
        folders
            .iter()
            .map(|(folder, files)| format!("{folder}/（{files}个文件）")),
    );
    terminal.line(format!("已写入{}：{}", place.display(), names.join("、")));
}

/// `任务20项：已完成2，滞后3 …`: every grade that a task has, so that the counts add up to the total.
fn grades(tasks: &GradeCounts) -> String {
    let total = format!("任务{}项", tasks.total.number());
    let counts: Vec<String> = tasks
        .by_grade
        .iter()
        .filter(|(_, count)| count.value > 0.0)
        .map(|(grade, count)| format!("{}{}", grade.name(), count.number()))
        .collect();
    if counts.is_empty() {
        total
    } else {
        format!("{total}：{}", counts.join("，"))
    }
}

/// Names listed in one line of the closing message; the reports have all of them.
const NAMED: usize = 30;

/// `甲局、乙局`, or the first of many and how many they are.
fn listed(names: &[&str]) -> String {
    match names.get(..NAMED) {
        Some(first) if names.len() > NAMED => format!(
            "{}等{}个单位（名单见汇总表）",
            first.join("、"),
            names.len()
        ),
        _ => names.join("、"),
    }
}

fn next_steps(facts: &Facts, terminal: &Terminal) {
    let named = |status: Reporting| {
        let departments = facts.departments.iter().filter(|d| d.submitted == status);
        listed(&departments.map(|d| d.name.as_str()).collect::<Vec<_>>())
    };
    let mut steps = Vec::new();
    let missing = named(Reporting::NotSubmitted);
    if !missing.is_empty() {
        steps.push(format!("催报：{missing}未报送"));
    }
    let returned = named(Reporting::Returned);
    if !returned.is_empty() {
        steps.push(format!(
            "退回：{returned}的文件不能使用，请把“退回”文件夹中的文件发还；要附空白报送表：{}",
            next(&format!("forms {}", facts.period))
        ));
    }
    let open = |severity| {
        let mut seen = HashSet::new();
        let open = facts.findings.iter().filter(|f| {
            f.severity == severity && f.status == Status::Open && !f.code.starts_with("X001")
        });
        let names = open.filter_map(|f| f.department_name.as_deref());
        names.filter(|name| seen.insert(*name)).collect::<Vec<_>>()
    };
    let errors = open(Severity::Error);
    if !errors.is_empty() {
        // An error beside the figures (money, a rate that is stated) holds none of them back.
        let held = facts
            .departments
            .iter()
            .any(|d| errors.contains(&d.name.as_str()) && d.accepted.value < d.slots.value);
        let note = if held {
            "（改正前相关数据不采用）"
        } else {
            ""
        };
        steps.push(format!(
            "更正：请{}改正错误后重新报送{note}，标好的原表在“退回”文件夹",
            listed(&errors)
        ));
    }
    let warnings = open(Severity::Warning);
    if !warnings.is_empty() {
        steps.push(format!(
            "说明：请{}更正警告，或在“情况说明”表中说明",
            listed(&warnings)
        ));
    }
    let period = facts.period;
    if steps.is_empty() {
        terminal.line("没有需要处理的问题。");
    } else {
        terminal.line("下一步：");
        for (ix, step) in steps.iter().enumerate() {
            terminal.line(format!("  {}. {step}", ix + 1));
        }
        terminal.line(format!(
            "收到补报或更正：{}，再运行",
            next(&format!("collect 文件或文件夹 {period}"))
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At a hundred thousand departments a line of the closing message once took a screen's hundred.
    #[test]
    fn a_line_names_some_of_many() {
        assert_eq!(listed(&["甲局", "乙局"]), "甲局、乙局");
        assert_eq!(listed(&["甲局"; NAMED]), ["甲局"; NAMED].join("、"));
        assert!(listed(&["甲局"; NAMED + 1]).ends_with("甲局等31个单位（名单见汇总表）"));
    }
}
