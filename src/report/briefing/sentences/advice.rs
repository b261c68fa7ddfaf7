//! 五、下一步工作建议: what follows from the month's facts, and nothing else.

use super::overview::departments_in;
use super::{Context, problems, progress};
use crate::combine::facts::TaskFacts;
use crate::plan::Grade;

/// More departments or tasks than these are not named.
const NAMES: usize = 4;

const ORDINALS: [&str; 6] = ["一是", "二是", "三是", "四是", "五是", "六是"];

pub fn paragraphs(c: Context<'_>) -> Vec<String> {
    let points = points(c);
    match points.as_slice() {
        [] => vec!["请各责任单位保持推进力度，按时据实报送进展。".to_owned()],
        [only] => vec![format!("{only}。")],
        several => {
            let said: Vec<String> = several
                .iter()
                .zip(ORDINALS)
                .map(|(point, ordinal)| format!("{ordinal}{point}。"))
                .collect();
            vec![said.concat()]
        }
    }
}

/// The departments by name; all of them where they are many.
fn leads<'a>(tasks: impl IntoIterator<Item = &'a TaskFacts> + Clone) -> String {
    let mut leads: Vec<usize> = tasks.clone().into_iter().map(|t| t.lead).collect();
    leads.sort_unstable();
    leads.dedup();
    if leads.len() > NAMES {
        "有关责任单位".to_owned()
    } else {
        super::leads(tasks)
    }
}

fn points(c: Context<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let lagging = c.laggards();
    if c.facts.last_month && !lagging.is_empty() {
        out.push(format!(
            "请{}对未完成事项逐项提出结转方案，明确完成时限",
            leads(lagging.iter().copied())
        ));
    } else if !lagging.is_empty() {
        out.push(format!(
            "请{}对滞后项目逐项倒排工期，压实责任到人，尽快赶上序时进度",
            leads(lagging.iter().copied())
        ));
        let serious: Vec<&TaskFacts> = lagging
            .iter()
            .copied()
            .filter(|t| t.grade == Grade::Serious)
            .collect();
        if !serious.is_empty() {
            let names: Vec<&str> = serious.iter().map(|t| t.name.as_str()).collect();
            out.push(format!(
                "对严重滞后的{}开展专项督查",
                if names.len() > NAMES {
                    "项目".to_owned()
                } else {
                    names.join("、")
                }
            ));
        }
    }
    let pending: Vec<&TaskFacts> = c
        .facts
        .tasks
        .iter()
        .filter(|t| t.grade == Grade::DonePending)
        .collect();
    if !pending.is_empty() {
        out.push(format!(
            "请{}对已完成待验收的项目抓紧组织验收",
            leads(pending.iter().copied())
        ));
    }
    // With --as-of nobody is chased.
    if c.facts.as_of.is_none() {
        let mut named: Vec<(usize, &str)> = Vec::new();
        for state in ["未报", "已退回"] {
            named.extend(
                departments_in(c.facts, state)
                    .iter()
                    .map(|d| (d.department, d.name.as_str())),
            );
        }
        named.extend(problems::unverified(c).map(|t| (t.lead, t.lead_name.as_str())));
        named.sort_unstable();
        named.dedup();
        if !named.is_empty() {
            let names: Vec<&str> = named.iter().map(|(_, name)| *name).collect();
            let names = if names.len() > NAMES {
                "有关责任单位".to_owned()
            } else {
                names.join("、")
            };
            out.push(format!("请{names}尽快补报、核实有关数据"));
        }
    }
    let warned = progress::warned(c);
    if !warned.is_empty() && !c.facts.last_month {
        out.push(format!(
            "请{}对预计超期的项目提前研判、落实赶工措施",
            leads(warned.iter().copied())
        ));
    }
    let lacking: Vec<&TaskFacts> = problems::lacking(c).collect();
    if !lacking.is_empty() && !c.unknown() {
        out.push(format!("请{}补齐四要素", leads(lacking.iter().copied())));
    }
    out.truncate(ORDINALS.len());
    out
}
