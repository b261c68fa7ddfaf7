//! What a leader sees on the first page: the worst laggards with their row of months, what was promised, what is asked.

use super::{Context, by_department, title};
use crate::Joined;
use crate::combine::facts::{Outcome, TaskFacts};
use crate::combine::{WORST, words};
use crate::plan::Grade;
use crate::report::briefing::quote::quote;
use crate::report::briefing::rows::Fields;

/// Characters of last month's next step.
const QUOTE: usize = 16;
/// Tasks named in one sentence.
const NAMES: usize = 6;
/// Requests quoted; the others stand in the workbook.
const REQUESTS: usize = 3;

/// The worst, each as a row.
pub fn worst(c: Context<'_>) -> Vec<Fields> {
    let all = c.facts.laggards();
    all.into_iter().take(WORST).map(|t| row(c, t)).collect()
}

fn row(c: Context<'_>, task: &TaskFacts) -> Fields {
    let now = c.facts.period;
    let streak = task.streak.as_ref();
    [
        ("项目", format!("{}（{}）", task.name, task.lead_name)),
        ("名称", task.name.clone()),
        ("责任单位", task.lead_name.clone()),
        ("状态", task.grade.name().to_owned()),
        ("差距", words::gap(task)),
        (
            "连续滞后",
            streak.map_or_else(String::new, |s| words::streak(s, now)),
        ),
        ("承诺兑现", promise(c, task)),
        ("时间节点", words::next_date(task, now)),
    ]
    .into()
}

/// 「上月提出“增加一个标段”，预计12月20日完成；本月完成率较上月提高5.5个百分点，未到期」.
fn promise(c: Context<'_>, task: &TaskFacts) -> String {
    let now = c.facts.period;
    let Some(promise) = &task.promise else {
        return "—".to_owned();
    };
    let steps = promise.next_steps.as_ref().map(|steps| {
        crate::intake::text::nested_quotes(format!("上月提出“{}”", quote(steps, QUOTE)))
    });
    // The day that is still ahead stands in the next column.
    let on = words::promised_for(task, now)
        .filter(|_| steps.is_none() || promise.outcome != Outcome::Open);
    let said = steps
        .into_iter()
        .chain(on.map(|on| {
            let when = if promise.next_steps.is_some() {
                ""
            } else {
                "上月"
            };
            format!("{when}{on}")
        }))
        .joined("，");
    let came = words::came_of_it(task, now);
    let came = if came.is_empty() {
        came
    } else {
        format!("；{came}")
    };
    said + &came
}

/// What stands under the table, where there is anything to say.
pub fn paragraphs(c: Context<'_>) -> Vec<String> {
    if c.unknown() {
        return Vec::new();
    }
    let mut out = vec![[promised(c), unmet(c)].concat(), requests(c)];
    out.retain(|p| !p.is_empty());
    out
}

/// 「上月承诺本月完成的2件，已兑现1件，未兑现的为建设局牵头的甲。」
fn promised(c: Context<'_>) -> String {
    let due = |of: Outcome| {
        c.tasks(|t| {
            let promise = t.promise.as_ref();
            promise.is_some_and(|p| p.is_due && p.outcome == of)
        })
    };
    let o = &c.facts.overall;
    if super::is_zero(&o.promised) {
        return String::new();
    }
    let mut parts = vec![format!("上月承诺本月完成的{}", o.promised.text())];
    if !super::is_zero(&o.kept) {
        parts.push(format!("已兑现{}", o.kept.text()));
    }
    for (outcome, words) in [
        (Outcome::Broken, "未兑现"),
        (Outcome::Unknown, "数据待核实"),
    ] {
        match due(outcome) {
            tasks if tasks.is_empty() => {}
            tasks if tasks.len() > NAMES => {
                parts.push(format!("{words}{}{}", tasks.len(), c.plan.counter()));
            }
            tasks => parts.push(format!("{words}的为{}", by_department(&tasks))),
        }
    }
    format!("{}。", parts.join("，"))
}

/// 「未启动1件，为…；未达标1件，为公共服务局牵头的“发展婴幼儿照护服务”。」
fn unmet(c: Context<'_>) -> String {
    let [_, _, ..] = c.facts.tasks.as_slice() else {
        return String::new();
    };
    let parts = [Grade::NotStarted, Grade::NotReached]
        .into_iter()
        .filter_map(|grade| {
            let tasks = c.tasks(|t| t.grade == grade);
            let count = c.facts.overall.tasks.count(grade).text();
            let named = match tasks.len() {
                0 => return None,
                1..=NAMES => format!("为{}", by_department(&tasks)),
                _ => format!("见{}", c.table),
            };
            Some(format!("{}{count}，{named}", grade.name()))
        })
        .joined("；");
    if parts.is_empty() {
        return String::new();
    }
    format!("{parts}。")
}

/// What departments ask of those above them, in their own words; nothing where no record says it.
fn requests(c: Context<'_>) -> String {
    let all: Vec<(&TaskFacts, &String)> = c
        .facts
        .tasks
        .iter()
        .flat_map(|task| task.requests.iter().map(move |words| (task, words)))
        .collect();
    let one = |(task, words): &(&TaskFacts, &String)| {
        let words = quote(words, 4 * QUOTE);
        let about = title(task);
        crate::intake::text::nested_quotes(format!("{}就{about}提出“{words}”", task.lead_name))
    };
    let told = all.iter().take(REQUESTS).map(one).joined("；");
    let more = match all.len().saturating_sub(REQUESTS) {
        0 => String::new(),
        n => format!("；另有{n}项见汇总表"),
    };
    if told.is_empty() {
        return String::new();
    }
    format!("提请协调、决定的事项：{told}{more}。")
}
