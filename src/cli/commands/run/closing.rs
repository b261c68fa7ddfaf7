//! The closing words of a run: a table by department and what to do next.

use std::collections::BTreeMap;

use comfy_table::CellAlignment;

use super::super::prelude::*;
use crate::check::Reporting;
use crate::cli::templates::Templates;
use crate::cli::terminal;
use crate::combine::Facts;
use crate::combine::facts::{DepartmentFacts, GradeCounts};
use crate::report::briefing::BriefingOptions;
use crate::report::steps::{self, Deed};
use crate::report::{reminders, returns};

/// More departments than fit a screen: only those with something to do are listed.
const LISTED: usize = 40;

/// What is to be filled in by hand before papers go out, as far as it is known: an office's own template for notices may leave
/// other places.
#[derive(Default)]
pub struct Blanks {
    pub briefing: Vec<&'static str>,
    pub notices: Vec<&'static str>,
}

impl Blanks {
    pub fn new(plan: &Plan, templates: &Templates, briefing: &BriefingOptions) -> Self {
        Self {
            briefing: briefing.blanks(),
            notices: match templates.reminder {
                None => reminders::blanks(plan),
                Some(_) => Vec::new(),
            },
        }
    }
}

/// `files`: paths inside the package.
pub fn print(
    plan: &Plan,
    facts: &Facts,
    place: &Path,
    files: &[String],
    edited: &[String],
    blanks: &Blanks,
    terminal: &Terminal,
) {
    if terminal.quiet {
        return;
    }
    say!(terminal, "{} {}", plan.title, facts.period.chinese());
    let overall = &facts.overall;
    let mut table = terminal::table(["单位", "报送", "错误", "警告", "已采信"]);
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
        say!(
            terminal,
            "共{}个单位，其余见汇总表“各单位报送情况”。",
            facts.departments.len()
        );
    }
    say!(
        terminal,
        "{}。核查：错误{}条，警告{}条，提示{}条。",
        grades(&overall.tasks),
        overall.errors.number(),
        overall.warnings.number(),
        overall.notes.number()
    );
    next_steps(facts, terminal);
    if !blanks.briefing.is_empty() {
        let briefing = blanks.briefing.join("、");
        say!(terminal, "印发前在简报中补填：{briefing}。");
    }
    let of_returns = [
        ("期限", plan.returns.days.is_none()),
        ("联系电话", plan.briefing.telephone.is_none()),
    ];
    let of_returns = of_returns.into_iter().filter(|(_, is_blank)| *is_blank);
    let of_returns = of_returns.map(|(name, _)| name).joined("、");
    if !of_returns.is_empty() && files.iter().any(|f| f.starts_with(returns::FOLDER)) {
        say!(
            terminal,
            "发还前在退回文件的“情况说明”中补填：{}（写在任务计划中的自动填好）。",
            of_returns
        );
    }
    if !blanks.notices.is_empty() && files.iter().any(|f| f.starts_with(reminders::FOLDER)) {
        let notices = blanks.notices.join("、");
        say!(terminal, "发出前在催报通知中补填：{notices}。");
    }
    for name in edited {
        say!(terminal, "上次的报告被手工改过，已保留为“{name}”。");
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
    say!(terminal, "已写入{}：{}", place.display(), names.join("、"));
}

/// `任务20项：已完成2，滞后3 …`: every grade that a task has, so that the counts add up to the total.
fn grades(tasks: &GradeCounts) -> String {
    let total = format!("任务{}项", tasks.total.number());
    let counts = tasks
        .by_grade
        .iter()
        .filter(|(_, count)| count.value > 0.0)
        .map(|(grade, count)| format!("{}{}", grade.name(), count.number()))
        .joined("，");
    if counts.is_empty() {
        total
    } else {
        format!("{total}：{counts}")
    }
}

/// Names listed in one line of the closing message; the reports have all of them.
const NAMED: usize = 30;

fn next_steps(facts: &Facts, terminal: &Terminal) {
    let period = facts.period;
    let steps = steps::steps(facts);
    if steps.is_empty() {
        terminal.line(steps::nothing(facts));
        return;
    }
    terminal.line("下一步：");
    for (ix, (deed, departments)) in steps.iter().enumerate() {
        let name = |d: usize| facts.departments[d].name.clone();
        let mut said = deed.said(&steps::names(departments, NAMED, name));
        if *deed == Deed::Return {
            let forms = next(&format!("forms {period}"));
            said = format!("{said}；要附空白报送表：{forms}");
        }
        say!(terminal, "  {}. {said}", ix + 1);
    }
    say!(
        terminal,
        "收到补报或更正：{}，再运行",
        next(&format!("collect 文件或文件夹 {period}"))
    );
}
