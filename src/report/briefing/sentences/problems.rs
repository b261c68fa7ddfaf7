//! 四、存在问题: what is withheld, 四要素, the quality of reporting.

use std::fmt::Write as _;

use super::overview::departments_in;
use super::{Context, is_zero, named, with_unit};
use crate::combine::facts::TaskFacts;
use crate::plan::Grade;

/// Tasks named with their missing elements; the others are in the workbook.
const NAMED: usize = 3;

pub fn paragraphs(c: Context<'_>) -> Vec<String> {
    let out: Vec<String> = [reporting(c), data(c), elements(c)].into_iter().filter(|p| !p.is_empty()).collect();
    if out.is_empty() { vec!["各单位均按时报送，四要素齐全，数据核查未发现问题。".to_owned()] } else { out }
}

/// 未报、退回、逾期报送 by name.
fn reporting(c: Context<'_>) -> String {
    if c.facts.as_of.is_some() {
        return String::new();
    }
    let mut parts = Vec::new();
    for (state, words) in [("未报", "未报"), ("已退回", "退回修改"), ("逾期报送", "逾期报送")] {
        let names: Vec<&str> = departments_in(c.facts, state).iter().map(|d| d.name.as_str()).collect();
        if !names.is_empty() {
            parts.push(format!("{words}的有{}", names.join("、")));
        }
    }
    if parts.is_empty() { String::new() } else { format!("报送方面，{}。", parts.join("；")) }
}

/// What is being verified, said so; and what the checks found.
fn data(c: Context<'_>) -> String {
    let mut text: String = unverified(c).map(withheld).collect();
    let o = &c.facts.overall;
    let mut found = Vec::new();
    for (words, figure) in [("错误", &o.errors), ("警告", &o.warnings)] {
        if !is_zero(figure) {
            found.push(format!("{words}{}", with_unit(figure, "条")));
        }
    }
    if !found.is_empty() {
        let explained = if is_zero(&o.explained) { String::new() } else { format!("，已说明{}", with_unit(&o.explained, "条")) };
        let _ = write!(text, "数据核查发现{}{explained}，已逐条反馈责任单位。", found.join("、"));
    }
    if text.is_empty() { text } else { format!("数据方面，{text}") }
}

/// Tasks with an indicator that is not accepted.
pub fn unverified(c: Context<'_>) -> impl Iterator<Item = &TaskFacts> {
    c.facts.tasks.iter().filter(|t| !is_zero(&t.unverified))
}

/// 「虎溪河生态修复有1项数据正在核实，本期暂不计入，其余9项达到序时进度。」
pub fn withheld(task: &TaskFacts) -> String {
    let held = with_unit(&task.unverified, "项");
    if is_zero(&task.verified) {
        return format!("{}数据正在核实，本期暂不计入。", named(task));
    }
    let rest = with_unit(&task.verified, "项");
    let standing = match task.grade {
        Grade::Done | Grade::DonePending => "已完成",
        Grade::Ahead | Grade::OnSchedule => "达到序时进度",
        Grade::Reached => "已达标",
        Grade::Behind => "滞后",
        Grade::Serious => "严重滞后",
        Grade::Overdue => "未按期完成",
        Grade::NotStarted => "未启动",
        Grade::NotReached => "未达标",
        Grade::Ongoing => "持续推进",
        // Half the weight is open: the rest says nothing about the task.
        Grade::Unverified => return format!("{}有{held}数据正在核实，本期暂不评定进度。", named(task)),
    };
    format!("{}有{held}数据正在核实，本期暂不计入，其余{rest}{standing}。", task.name)
}

/// Gaps in the four elements, by task.
fn elements(c: Context<'_>) -> String {
    let lacking: Vec<&TaskFacts> = lacking(c).collect();
    if lacking.is_empty() {
        return String::new();
    }
    // Tasks that lack the same are named together.
    let mut gaps: Vec<(String, Vec<&str>)> = Vec::new();
    for task in lacking.iter().take(NAMED) {
        let missing = task.elements.missing.join("、");
        match gaps.iter_mut().find(|g| g.0 == missing) {
            Some(gap) => gap.1.push(&task.name),
            None => gaps.push((missing, vec![&task.name])),
        }
    }
    let named: Vec<String> = gaps.iter().map(|(missing, names)| format!("{}缺{missing}", names.join("、"))).collect();
    let more = if lacking.len() > NAMED { "等" } else { "" };
    let e = &c.facts.elements;
    let complete = if is_zero(&e.complete_tasks) {
        "尚无要素齐全的项目".to_owned()
    } else {
        format!("要素齐全的{}", with_unit(&e.complete_tasks, "件"))
    };
    let money = match (&e.planned, &e.arrived_rate) {
        (Some(planned), Some(rate)) => format!("计划资金{}，到位率{}。", with_unit(planned, "万元"), rate.text()),
        _ => String::new(),
    };
    format!("四要素方面，{complete}，完备率{}；{}{more}。{money}", e.completeness.text(), named.join("，"))
}

/// Tasks without one of the four elements.
pub fn lacking(c: Context<'_>) -> impl Iterator<Item = &TaskFacts> {
    c.facts.tasks.iter().filter(|t| !t.elements.missing.is_empty())
}
