//! One row a task: grade, rate against schedule, the months so far, and of a laggard cause and next step.

use std::collections::BTreeSet;

use super::markup::{badge, bar, cell, figure, text};
use super::{Cx, listed, month};
use crate::combine::facts::{Movement, Outcome, Promise, Streak, TaskFacts};
use crate::intake::text::one_line;
use crate::plan::{Grade, chinese_date};
use crate::report::briefing;

/// Characters of what a task without a rate has reached.
const WORDS: usize = 120;

pub fn write(cx: &Cx, out: &mut String) {
    let facts = cx.facts;
    out.push_str("<section><h2>三、各项任务</h2>\n");
    let is_wanted = |t: &TaskFacts| t.grade.is_lagging() || t.stays_listed;
    let (tasks, many) = listed(&facts.tasks, is_wanted);
    if tasks.len() < facts.tasks.len() {
        put!(
            out,
            "<p>共{}，这里列出滞后的{many}{}，其余见汇总表“一览表”。</p>\n",
            figure(cx.plan, &facts.overall.tasks.total),
            cx.plan.counter()
        );
    }
    let months: Vec<_> = facts.trend.iter().map(|t| t.period.chinese()).collect();
    let months = match months.as_slice() {
        [first, .., last] => format!("{first}至{last}"),
        [one] => one.clone(),
        [] => String::new(),
    };
    put!(
        out,
        "<table class=\"tasks\"><thead><tr><th>序号</th><th>任务</th><th>状态</th><th>完成率与序时进度</th><th>各月状态<br/>{months}</th></tr></thead><tbody>\n"
    );
    for task in &tasks {
        row(cx, task, out);
    }
    out.push_str("</tbody></table>\n");
    legend(&tasks, out);
    month::trend(cx, out);
    out.push_str("</section>\n");
}

fn row(cx: &Cx, task: &TaskFacts, out: &mut String) {
    let shown = |f| figure(cx.plan, f);
    let addition = task
        .grade_text
        .strip_prefix(task.grade.name())
        .unwrap_or_default();
    let moved = match task.movement {
        Movement::New => "",
        moved => moved.chinese(),
    };
    put!(
        out,
        "<tr><td>{}</td><td>{}<br/><span class=\"soft\">{}　{}</span></td><td>{}<small>{}</small><small>{moved}</small></td><td>",
        task.no,
        text(&task.name),
        text(&task.tier),
        text(&task.lead_name),
        badge(task.grade),
        text(addition)
    );
    if let Some(rate) = &task.rate {
        put!(
            out,
            "{}完成率{}",
            bar(rate, task.schedule.as_ref()),
            shown(rate)
        );
        if let Some(schedule) = &task.schedule {
            put!(out, "，序时进度{}", shown(schedule));
        }
        match (&task.gap, &task.gap_abs) {
            (Some(gap), Some(by)) if gap.value > 0.0 => {
                put!(out, "，低{}", shown(by));
            }
            (Some(gap), Some(by)) if gap.value < 0.0 => {
                put!(out, "，高{}", shown(by));
            }
            _ => {}
        }
    } else if let Some((done, all)) = cx.facts.milestones(task) {
        put!(out, "节点{}，完成{}", shown(all), shown(done));
    } else {
        out.push_str(&text(one_line(&task.progress.join("；"), WORDS)));
    }
    if task.grade.is_lagging() || task.stays_listed {
        out.push_str("<div class=\"why\">");
        if let Some(streak) = &task.streak {
            put!(out, "<p>{}。</p>", since(cx, task, streak));
        }
        // A task whose data is being verified is not asked why.
        if task.grade.is_lagging() {
            for line in briefing::explained(cx.facts, cx.plan, task) {
                put!(out, "<p>{}</p>", text(line));
            }
        }
        if let Some(words) = task.promise.as_ref().and_then(broken) {
            put!(out, "<p>{words}。</p>");
        }
        out.push_str("</div>");
    }
    out.push_str("</td><td><span class=\"m\">");
    for (period, grade) in &task.months {
        out.push_str(&cell(
            *grade,
            &format!("{}：{}", period.chinese(), grade.name()),
        ));
    }
    out.push_str("</span></td></tr>\n");
}

/// How long it has been behind.
fn since(cx: &Cx, task: &TaskFacts, streak: &Streak) -> String {
    let what = match task.grade {
        Grade::NotReached => "未达标",
        _ => "滞后",
    };
    let months = figure(cx.plan, &streak.months);
    let since = streak.since.chinese();
    match (streak.is_open, streak.gaps) {
        (false, 0) => format!("自{since}起已连续{months}{what}"),
        (false, n) => format!("自{since}起已有{months}{what}，另有{n}个月数据不全，不计在内"),
        (true, 0) => format!("已连续至少{months}{what}，{since}前数据不全"),
        (true, n) => format!("已有至少{months}{what}，{since}前和其后{n}个月数据不全，不计在内"),
    }
}

/// A day that was given last month and did not hold.
fn broken(promise: &Promise) -> Option<String> {
    let day = chinese_date(promise.expected_on?);
    match promise.outcome {
        Outcome::Broken => Some(format!("上月报的预计完成时间{day}，未兑现")),
        Outcome::Unknown => Some(format!("上月报的预计完成时间{day}已过，是否完成待核实")),
        _ => None,
    }
}

/// What the letters mean.
fn legend(tasks: &[&TaskFacts], out: &mut String) {
    let months = tasks
        .iter()
        .flat_map(|t| &t.months)
        .map(|(_, grade)| *grade);
    let seen: BTreeSet<usize> = months
        .filter_map(|grade| Grade::ALL.iter().position(|g| *g == grade))
        .collect();
    out.push_str("<ul class=\"chips soft\">\n");
    for grade in seen.into_iter().map(|ix| Grade::ALL[ix]) {
        put!(
            out,
            "<li>{}{}</li>\n",
            cell(grade, grade.name()),
            grade.name()
        );
    }
    out.push_str("</ul>\n");
}
