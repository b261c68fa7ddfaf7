//! 五、下一步工作建议: what follows from the month's facts, and nothing else.

use super::overview::departments_in;
use super::{Context, leads, problems, progress, same, targets, title};
use std::collections::BTreeSet;

use crate::check::{Reporting, State};
use crate::combine::facts::TaskFacts;
use crate::plan::Grade;

/// More departments or tasks than these are not named.
const NAMES: usize = 4;

/// What stands for departments that are not named.
const DEPARTMENTS: &str = "有关责任单位";

const ORDINALS: [&str; 6] = ["一是", "二是", "三是", "四是", "五是", "六是"];

pub fn paragraphs(c: Context<'_>) -> Vec<String> {
    let points = points(c);
    let text = match points.as_slice() {
        [] if same(&c.facts.overall.finished, &c.facts.overall.tasks.total) => {
            "请各责任单位做好资料归档，巩固工作成效。".to_owned()
        }
        [] => "请各责任单位保持推进力度，按时据实报送进展。".to_owned(),
        [only] => format!("{only}。"),
        several => several
            .iter()
            .zip(ORDINALS)
            .map(|(point, ordinal)| format!("{ordinal}{point}。"))
            .collect(),
    };
    vec![text]
}

/// The names, or what stands for them where they are many.
fn few(names: &[&str], many: &str) -> String {
    if names.len() > NAMES {
        many.to_owned()
    } else {
        names.join("、")
    }
}

/// Asks the tasks' departments for something; nobody where there is no task.
fn ask(tasks: &[&TaskFacts], what: &str) -> Option<String> {
    let names = few(&leads(tasks), DEPARTMENTS);
    (!tasks.is_empty()).then(|| format!("请{names}{what}"))
}

fn points(c: Context<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let lagging = c.facts.laggards();
    if c.facts.last_month {
        let what = "对未完成事项逐项提出结转方案，明确完成时限";
        out.extend(ask(&lagging, what));
    } else {
        let what = "对滞后项目逐项倒排工期，压实责任到人，尽快赶上序时进度";
        out.extend(ask(&lagging, what));
        let serious: Vec<String> = lagging
            .iter()
            .filter(|t| t.grade == Grade::Serious)
            .map(|t| title(t))
            .collect();
        if !serious.is_empty() {
            let serious: Vec<&str> = serious.iter().map(String::as_str).collect();
            let names = few(&serious, "项目");
            out.push(format!("对严重滞后的{names}开展专项督查"));
        }
    }
    let mut missed = targets::missing(c);
    missed.retain(|t| !t.grade.is_lagging());
    out.extend(ask(&missed, "对未达标的指标查明原因、提出改进措施"));
    let pending = c.tasks(|t| t.grade == Grade::DonePending);
    out.extend(ask(&pending, "对已完成待验收的项目抓紧组织验收"));
    // With --as-of nobody is reminded.
    if c.facts.as_of.is_none() {
        let unreported = [Reporting::NotSubmitted, Reporting::Returned]
            .into_iter()
            .flat_map(|state| departments_in(c.facts, state))
            .map(|d| d.department);
        // Whose own figures are missing or in question, not who leads the task.
        let of = |state: State| {
            let slots = c.facts.slots.iter().filter(move |s| s.state == state);
            slots.map(|s| s.department)
        };
        let missing: BTreeSet<usize> = unreported.chain(of(State::Missing)).collect();
        let withheld: BTreeSet<usize> = of(State::Withheld).collect();
        let named = [missing, withheld].map(|who| {
            let departments = c.facts.departments.iter();
            let own = departments.filter(|d| who.contains(&d.department));
            few(&own.map(|d| &*d.name).collect::<Vec<_>>(), DEPARTMENTS)
        });
        out.extend(match named {
            [a, b] if a.is_empty() && b.is_empty() => None,
            [late, b] if b.is_empty() => Some(format!("请{late}尽快补报")),
            [a, doubtful] if a.is_empty() => Some(format!("请{doubtful}尽快核实更正有关数据")),
            [all, same] if all == same => Some(format!("请{all}尽快补报、核实更正有关数据")),
            [late, doubtful] => Some(format!(
                "请{late}尽快补报，请{doubtful}尽快核实更正有关数据"
            )),
        });
    }
    if !c.facts.last_month {
        let what = "对预计超期的项目提前研判、落实赶工措施";
        out.extend(ask(&progress::warned(c), what));
    }
    if !c.unknown() && !c.facts.last_month {
        let mut lacking = problems::lacking(c);
        lacking.retain(|t| !t.grade.is_finished());
        out.extend(ask(&lacking, "补齐四要素"));
    }
    out.truncate(ORDINALS.len());
    out
}
