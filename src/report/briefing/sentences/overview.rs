//! 一、总体情况.

use std::fmt::Write as _;

use super::{Context, is_zero, lagging, same, unsigned, with_unit};
use crate::combine::Figure;
use crate::combine::facts::{
    DepartmentFacts, Facts, GradeCounts, Overall, PreviousCounts, TierFacts,
};
use crate::plan::Grade;

/// The split of all tasks, the split by tier, the change since last month, the mean rate, who reported.
pub fn paragraphs(c: Context<'_>) -> Vec<String> {
    let first = [split(c), tiers(c), means(c)].concat();
    let second = [change(c), reporting(c)].concat();
    [first, second]
        .into_iter()
        .filter(|p| !p.is_empty())
        .collect()
}

/// How many of how many stand where: the sentence the paper opens with.
pub fn split(c: Context<'_>) -> String {
    let (o, until) = (&c.facts.overall, c.until());
    let subject = format!("{}{}", o.tasks.total.text(), c.office.short_title);
    if c.unknown() {
        return format!("{until}，{subject}均无可用数据，本期暂不评定进度。");
    }
    if c.facts.first_month {
        let resting = o.tasks.count(Grade::NotStarted);
        let stirred = if same(&o.started, &o.tasks.total) {
            format!("{subject}均已启动")
        } else if same(resting, &o.tasks.total) {
            format!("{subject}均未启动")
        } else {
            let known = [("已启动", &o.started), ("未启动", resting)]
                .into_iter()
                .filter(|(_, f)| !is_zero(f));
            format!(
                "{subject}中，{}",
                known
                    .map(|(words, f)| format!("{words}{}", f.text()))
                    .collect::<Vec<_>>()
                    .join("，")
            )
        };
        let parts = shares(o, &[Grade::NotStarted]);
        let rest = if parts.is_empty() {
            String::new()
        } else {
            format!("{until}，{}。", parts.join("，"))
        };
        return format!("本期为首次调度，{stirred}，暂不作环比分析。{rest}");
    }
    if c.facts.last_month {
        return closing(c, &subject);
    }
    if same(&o.finished, &o.tasks.total) {
        let pending = o.tasks.count(Grade::DonePending);
        let note = if is_zero(pending) {
            String::new()
        } else {
            format!("，其中待验收{}", pending.text())
        };
        return format!("{until}，{subject}已全部完成{note}。");
    }
    let parts = shares(o, &[]);
    if is_zero(&o.finished) {
        let all_moving =
            is_zero(o.tasks.count(Grade::NotStarted)) && is_zero(o.tasks.count(Grade::Unverified));
        let opening = if all_moving {
            "均在推进中，暂无完成项目"
        } else {
            "暂无完成项目"
        };
        return format!(
            "{until}，{subject}{opening}，其中{}{}。",
            parts.join("、"),
            none_behind(c)
        );
    }
    format!(
        "{until}，{subject}中，{}{}。",
        parts.join("，"),
        none_behind(c)
    )
}

/// A laggard whose data is being verified is still one.
fn none_behind(c: Context<'_>) -> &'static str {
    let listed = c.facts.tasks.iter().any(|t| t.stays_listed);
    if is_zero(&c.facts.overall.lagging) && !listed {
        "，无滞后项目"
    } else {
        ""
    }
}

/// Every grade's count that is not zero, in the order readers expect; they add up to the total.
fn shares(o: &Overall, without: &[Grade]) -> Vec<String> {
    let mut parts = Vec::new();
    let mut push = |words: &str, figure: &Figure| {
        if !is_zero(figure) {
            parts.push(format!("{words}{}", figure.text()));
        }
    };
    push("已完成", &o.finished);
    push("达到或超过序时进度", &o.on_schedule);
    let pending = o.tasks.count(Grade::DonePending);
    if let Some(done) = parts
        .first_mut()
        .filter(|_| !is_zero(&o.finished) && !is_zero(pending))
    {
        let _ = write!(done, "（其中待验收{}）", pending.text());
    }
    let behind = lagging(&o.tasks, &o.lagging);
    if !behind.is_empty() {
        parts.push(behind);
    }
    for grade in [
        Grade::Ongoing,
        Grade::NotStarted,
        Grade::NotReached,
        Grade::Unverified,
    ] {
        let figure = o.tasks.count(grade);
        if !is_zero(figure) && !without.contains(&grade) {
            parts.push(format!("{}{}", grade.name(), figure.text()));
        }
    }
    parts
}

/// The plan's last month: what was delivered, and what is carried over.
fn closing(c: Context<'_>, subject: &str) -> String {
    let o = &c.facts.overall;
    let until = c.until();
    let asked = |t: &crate::combine::facts::TaskFacts| {
        c.office
            .tasks
            .get(t.task)
            .is_some_and(|p| p.evidence_required)
    };
    let done: Vec<_> = c
        .facts
        .tasks
        .iter()
        .filter(|t| t.grade == Grade::Done)
        .collect();
    // Accepted is said only where the plan asks for the evidence of it.
    let accepted = !done.is_empty() && done.iter().all(|t| asked(t));
    let words = if accepted {
        "已完成并通过验收"
    } else {
        "已完成"
    };
    if same(o.tasks.count(Grade::Done), &o.tasks.total) {
        return format!(
            "{until}，{subject}全部{}。",
            if accepted {
                "完成并通过验收"
            } else {
                "完成"
            }
        );
    }
    let parts = delivered(&o.tasks, words);
    let rest = if is_zero(&o.lagging) {
        ""
    } else {
        "；未完成事项建议结转下年度继续实施"
    };
    format!("{until}，{subject}中，{}{rest}。", parts.join("，"))
}

/// Every grade's count that is not zero, as the year's end tells them.
fn delivered(counts: &GradeCounts, done: &str) -> Vec<String> {
    let order = [
        Grade::Done,
        Grade::DonePending,
        Grade::Reached,
        Grade::Ahead,
        Grade::OnSchedule,
        Grade::Ongoing,
        Grade::Behind,
        Grade::Serious,
        Grade::Overdue,
        Grade::NotReached,
        Grade::NotStarted,
        Grade::Unverified,
    ];
    let said = |g: Grade| {
        format!(
            "{}{}",
            if g == Grade::Done { done } else { g.name() },
            counts.count(g).text()
        )
    };
    order
        .into_iter()
        .filter(|&g| !is_zero(counts.count(g)))
        .map(said)
        .collect()
}

fn tiers(c: Context<'_>) -> String {
    let tiers = &c.facts.tiers;
    if tiers.len() < 2 || c.unknown() {
        return String::new();
    }
    let parts: Vec<String> = tiers.iter().map(|t| tier(t, c.facts.last_month)).collect();
    format!("从分级看，{}。", parts.join("；"))
}

fn tier(t: &TierFacts, last_month: bool) -> String {
    let total = &t.tasks.total;
    let whole: [(&Figure, &str); 3] = [
        (&t.finished, "已全部完成"),
        (&t.on_schedule, "均达到或超过序时进度"),
        (&t.lagging, "均滞后"),
    ];
    for (figure, words) in whole {
        if same(figure, total) && !is_zero(total) {
            return format!("{}{}{words}", t.name, total.text());
        }
    }
    if last_month {
        return format!(
            "{}{}中，{}",
            t.name,
            total.text(),
            delivered(&t.tasks, "已完成").join("、")
        );
    }
    let mut parts = Vec::new();
    for (figure, words) in [
        (&t.finished, "已完成"),
        (&t.on_schedule, "达到或超过序时进度"),
    ] {
        if !is_zero(figure) {
            parts.push(format!("{words}{}", figure.text()));
        }
    }
    let behind = lagging(&t.tasks, &t.lagging);
    if !behind.is_empty() {
        parts.push(behind);
    }
    parts.extend(others(&t.tasks));
    format!("{}{}中，{}", t.name, total.text(), parts.join("、"))
}

fn others(counts: &GradeCounts) -> Vec<String> {
    [
        Grade::Ongoing,
        Grade::NotStarted,
        Grade::NotReached,
        Grade::Unverified,
    ]
    .into_iter()
    .map(|g| (g, counts.count(g)))
    .filter(|(_, f)| !is_zero(f))
    .map(|(g, f)| format!("{}{}", g.name(), f.text()))
    .collect()
}

fn means(c: Context<'_>) -> String {
    match (&c.facts.overall.rate, &c.facts.overall.schedule) {
        (Some(rate), Some(schedule)) => format!(
            "量化任务平均完成率{}，平均序时进度{}。",
            rate.text(),
            schedule.text()
        ),
        _ => String::new(),
    }
}

/// The change since the month before; nothing where there is none to compare with.
fn change(c: Context<'_>) -> String {
    let Some(previous) = c
        .facts
        .overall
        .previous
        .as_ref()
        .filter(|_| !c.facts.first_month && !c.unknown())
    else {
        return String::new();
    };
    let against = against(c.facts, previous);
    let steps = [
        ("已完成", &previous.finished_change),
        ("达到或超过序时进度", &previous.on_schedule_change),
        ("滞后", &previous.lagging_change),
    ];
    let parts: Vec<String> = steps
        .iter()
        .filter(|(_, f)| !is_zero(f))
        .map(|(words, f)| {
            format!(
                "{words}{}{}",
                if f.value > 0.0 { "增加" } else { "减少" },
                unsigned(f)
            )
        })
        .collect();
    let mut text = if parts.is_empty() {
        format!("与{against}相比，各类项目数持平")
    } else {
        format!("与{against}相比，{}", parts.join("，"))
    };
    let moved = [
        ("进度状态提升", &c.facts.overall.risen),
        ("进度状态下降", &c.facts.overall.fallen),
    ];
    let moved: Vec<String> = moved
        .into_iter()
        .filter_map(|(words, f)| {
            f.as_ref()
                .filter(|f| !is_zero(f))
                .map(|f| format!("{}{words}", with_unit(f, "件")))
        })
        .collect();
    if !moved.is_empty() {
        let _ = write!(text, "；{}", moved.join("，"));
    }
    text + "。"
}

/// 上月 for the month before; a month's name where months lie between.
fn against(facts: &Facts, previous: &PreviousCounts) -> String {
    let p = previous.period;
    if p == facts.period.previous() {
        "上月".to_owned()
    } else if p.year() == facts.period.year() {
        format!("{}月", p.month())
    } else {
        p.chinese()
    }
}

/// Who reported. With `--as-of` the form is not due yet, and nobody is named.
fn reporting(c: Context<'_>) -> String {
    if c.facts.as_of.is_some() {
        return String::new();
    }
    let o = &c.facts.overall;
    let due = format!("本期应报送单位{}", with_unit(&o.departments, "家"));
    let faults = [
        ("逾期报送", &o.late),
        ("退回修改", &o.returned),
        ("未报", &o.missing),
    ];
    let parts: Vec<String> = faults
        .iter()
        .filter(|(_, f)| !is_zero(f))
        .map(|(words, f)| format!("{words}{}", with_unit(f, "家")))
        .collect();
    if parts.is_empty() {
        return format!("{due}，均已按时报送。");
    }
    if same(&o.missing, &o.departments) {
        return format!("{due}，均未报送。");
    }
    let on_time = c
        .facts
        .departments
        .iter()
        .any(|d| d.submitted == "按时报送");
    format!(
        "{due}，{}{}。",
        parts.join("，"),
        if on_time {
            "，其余均按时报送"
        } else {
            ""
        }
    )
}

/// Names of the departments in one state of reporting, in plan order.
pub fn departments_in<'a>(facts: &'a Facts, state: &str) -> Vec<&'a DepartmentFacts> {
    facts
        .departments
        .iter()
        .filter(|d| d.submitted == state)
        .collect()
}
