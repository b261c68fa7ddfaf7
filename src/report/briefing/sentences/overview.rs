//! 一、总体情况.

use super::{Context, counted, each, is_zero, lagging, same};
use crate::Joined;
use crate::check::Reporting;
use crate::combine::Figure;
use crate::combine::facts::{DepartmentFacts, Facts, GradeCounts, TaskFacts, TierFacts};
use crate::plan::Grade;

/// The split by tier, the mean rate, the change since last month, who reported.
pub fn rest(c: Context<'_>) -> Vec<String> {
    let split = [tiers(c), means(c)].concat();
    let moved = [change(c), reporting(c)].concat();
    [split, moved]
        .into_iter()
        .filter(|p| !p.is_empty())
        .collect()
}

/// How many of how many stand where: the sentence the paper opens with.
pub fn split(c: Context<'_>) -> String {
    let (o, until) = (&c.facts.overall, c.until());
    let subject = format!("{}{}", o.tasks.total.text(), c.plan.subject());
    if c.unknown() {
        return format!(
            "{until}，{subject}{}无可用数据，本期暂不评定进度。",
            each(&o.tasks.total)
        );
    }
    if c.facts.first_month {
        return first_month(c, &subject);
    }
    if c.facts.last_month {
        return closing(c, &subject);
    }
    let pending = o.tasks.count(Grade::DonePending);
    if same(&o.finished, &o.tasks.total) {
        let note = counted([("，其中待验收", pending)]).concat() + &in_question(c);
        let all = if o.tasks.total.value > 1.0 {
            "全部"
        } else {
            ""
        };
        return format!("{until}，{subject}已{all}完成{note}。");
    }
    let end = none_behind(c);
    let mut by_grade = o.tasks.by_grade.iter();
    if let Some((grade, all)) = by_grade.find(|(_, n)| same(n, &o.tasks.total)) {
        let (each, end) = (each(all), if all.value > 1.0 { end } else { "" });
        return format!("{until}，{subject}{each}{}{end}。", grade.name());
    }
    let parts = overall(c, &OTHERS);
    if !is_zero(&o.finished) {
        return format!("{until}，{subject}中，{}{end}。", parts.join("，"));
    }
    if c.all_have_begun() && is_zero(o.tasks.count(Grade::Unverified)) {
        let parts = parts.join("、");
        let each = each(&o.tasks.total);
        return format!("{until}，{subject}{each}在推进中，暂无完成项目，其中{parts}{end}。");
    }
    let parts = parts.join("，");
    format!("{until}，{subject}中，尚无已完成的，{parts}{end}。")
}

/// What has begun, where that is known of all, then the grades.
fn first_month(c: Context<'_>, subject: &str) -> String {
    let o = &c.facts.overall;
    let parts = overall(c, &OTHERS).join("，");
    if c.all_have_begun() {
        let each = each(&o.tasks.total);
        let until = c.until();
        return format!(
            "本期为首次调度，{subject}{each}已启动，暂不作环比分析。{until}，{parts}。"
        );
    }
    format!(
        "本期为首次调度，暂不作环比分析。{}，{subject}中，{parts}。",
        c.until()
    )
}

/// A laggard whose data is being verified is still one.
fn none_behind(c: Context<'_>) -> &'static str {
    let listed = c.facts.tasks.iter().any(|t| t.stays_listed);
    let overall = &c.facts.overall;
    // Of what is not known nobody can say that it is on time.
    let all_known = is_zero(overall.tasks.count(Grade::Unverified));
    if is_zero(&overall.lagging) && !listed && all_known {
        "，无滞后项目"
    } else {
        ""
    }
}

/// Grades that are neither finished, on schedule nor behind, in the order readers expect.
const OTHERS: [Grade; 4] = [
    Grade::Ongoing,
    Grade::NotStarted,
    Grade::NotReached,
    Grade::Unverified,
];

/// The counts of all tasks that are not zero; with all of [`OTHERS`] they add up to the total.
fn overall(c: Context<'_>, others: &[Grade]) -> Vec<String> {
    let o = &c.facts.overall;
    let mut parts = shares(&o.tasks, [&o.finished, &o.on_schedule, &o.lagging], others);
    let pending = counted([("，其中待验收", o.tasks.count(Grade::DonePending))]).concat();
    let notes = pending + &in_question(c);
    if let Some(done) = parts.first_mut().filter(|_| !notes.is_empty()) {
        put!(done, "（{}）", notes.trim_start_matches('，'));
    }
    parts
}

/// Finished tasks whose figures are still to be explained: 「，其中1件数据待说明」.
fn in_question(c: Context<'_>) -> String {
    match c.tasks(|t| t.grade.is_finished() && t.is_in_question).len() {
        0 => String::new(),
        n => format!("，其中{n}{}数据待说明", c.plan.counter()),
    }
}

fn shares(
    counts: &GradeCounts,
    [finished, on_schedule, behind]: [&Figure; 3],
    others: &[Grade],
) -> Vec<String> {
    let mut parts = counted([("已完成", finished), ("达到或超过序时进度", on_schedule)]);
    parts.extend(Some(lagging(counts, behind)).filter(|text| !text.is_empty()));
    parts.extend(by_grade(counts, others));
    parts
}

fn by_grade(counts: &GradeCounts, grades: &[Grade]) -> Vec<String> {
    counted(grades.iter().map(|&g| (g.name(), counts.count(g))))
}

/// The plan's last month: what was delivered, and what is carried over.
fn closing(c: Context<'_>, subject: &str) -> String {
    let (o, until) = (&c.facts.overall, c.until());
    let evidence_asked = |t: &&TaskFacts| {
        let task = c.plan.tasks.get(t.task);
        task.is_some_and(|task| task.evidence_required)
    };
    let done = c.tasks(|t| t.grade == Grade::Done);
    // Accepted is said only where the plan asks for the evidence of it.
    let accepted = !done.is_empty() && done.iter().all(evidence_asked);
    let words = if accepted {
        "完成并通过验收"
    } else {
        "完成"
    };
    if same(o.tasks.count(Grade::Done), &o.tasks.total) {
        let all = if o.tasks.total.value > 1.0 {
            "全部"
        } else {
            "已"
        };
        return format!("{until}，{subject}{all}{words}{}。", in_question(c));
    }
    let parts = delivered(&o.tasks, &format!("已{words}"));
    let rest = if is_zero(&o.lagging) {
        ""
    } else {
        "；未完成事项建议结转下年度继续实施"
    };
    format!("{until}，{subject}中，{}{rest}。", parts.join("，"))
}

/// Every grade's count that is not zero, as they are listed at the year's end.
fn delivered(counts: &GradeCounts, done: &str) -> Vec<String> {
    const ORDER: [Grade; 11] = [
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
    let mut parts = counted([(done, counts.count(Grade::Done))]);
    parts.extend(by_grade(counts, &ORDER));
    parts
}

fn tiers(c: Context<'_>) -> String {
    let tiers = &c.facts.tiers;
    let o = &c.facts.overall;
    let is_all = |n: &Figure| same(n, &o.tasks.total);
    // What the first sentence has said of all is not said of each.
    if tiers.len() < 2 || is_all(&o.finished) || o.tasks.by_grade.iter().any(|(_, n)| is_all(n)) {
        return String::new();
    }
    let parts = tiers
        .iter()
        .map(|t| tier(t, c.facts.last_month))
        .joined("；");
    format!("从分级看，{parts}。")
}

fn tier(t: &TierFacts, last_month: bool) -> String {
    let total = &t.tasks.total;
    let name = format!("{}{}", t.name, total.text());
    let several = total.value > 1.0;
    for (figure, all, one) in [
        (&t.finished, "已全部完成", "已完成"),
        (&t.on_schedule, "均达到或超过序时进度", "达到或超过序时进度"),
        (&t.lagging, "均滞后", "滞后"),
    ] {
        if same(figure, total) && !is_zero(total) {
            return format!("{name}{}", if several { all } else { one });
        }
    }
    let first = t.tasks.by_grade.iter().find(|(_, n)| !is_zero(n));
    match first.filter(|(_, n)| same(n, total)) {
        Some((Grade::Unverified, _)) if several => return format!("{name}数据均待核实"),
        Some((grade, _)) if several => return format!("{name}均{}", grade.name()),
        Some((grade, _)) => return format!("{name}{}", grade.name()),
        None => {}
    }
    let parts = if last_month {
        delivered(&t.tasks, "已完成")
    } else {
        shares(&t.tasks, [&t.finished, &t.on_schedule, &t.lagging], &OTHERS)
    };
    format!("{name}中，{}", parts.join("、"))
}

fn means(c: Context<'_>) -> String {
    match (&c.facts.overall.rate, &c.facts.overall.schedule) {
        (Some(rate), Some(schedule)) => {
            let mean = c.facts.mean();
            let (rate, schedule) = (rate.text(), schedule.text());
            format!("量化任务{mean}完成率{rate}，{mean}序时进度{schedule}。")
        }
        _ => String::new(),
    }
}

/// The change since the month before, or that there is none to compare with, which a first month has said already.
fn change(c: Context<'_>) -> String {
    if c.facts.first_month || c.unknown() {
        return String::new();
    }
    let Some(previous) = &c.facts.overall.previous else {
        return "没有上月数据，暂不作环比分析。".to_owned();
    };
    let of_grade = |grade: Grade| {
        let mut changes = previous.change_by_grade.iter();
        let (grade, change) = changes.find(|(g, _)| *g == grade)?;
        Some((grade.name(), change))
    };
    let steps: Vec<String> = [
        ("已完成", &previous.finished_change),
        ("达到或超过序时进度", &previous.on_schedule_change),
        ("滞后", &previous.lagging_change),
    ]
    .into_iter()
    .chain(OTHERS.into_iter().filter_map(of_grade))
    .filter(|(_, f)| !is_zero(f))
    .map(|(words, f)| {
        let way = if f.value > 0.0 { "增加" } else { "减少" };
        // A task that is finished has left those on schedule, and has not got worse.
        let done = match words {
            "达到或超过序时进度" if f.value < 0.0 => now_finished(c),
            _ => String::new(),
        };
        // The words say the sign.
        format!("{words}{way}{}{done}", f.text().trim_start_matches('-'))
    })
    .collect();
    let steps = if steps.is_empty() {
        "各类项目数持平".to_owned()
    } else {
        steps.join("，")
    };
    let moved: Vec<String> = [
        ("进度状态提升", &c.facts.overall.risen),
        ("进度状态下降", &c.facts.overall.fallen),
    ]
    .into_iter()
    .filter_map(|(words, f)| {
        let f = f.as_ref().filter(|f| !is_zero(f))?;
        Some(format!("{}{words}", f.text()))
    })
    .collect();
    let moved = if moved.is_empty() {
        String::new()
    } else {
        format!("；{}", moved.join("，"))
    };
    format!("与上月相比，{steps}{moved}。")
}

/// 「（有1件转为已完成）」: of those that were on schedule last month.
fn now_finished(c: Context<'_>) -> String {
    let was = |t: &TaskFacts| {
        use Grade::{Ahead, OnSchedule, Reached};
        matches!(t.previous_grade, Some(Ahead | OnSchedule | Reached))
    };
    let is = |t: &TaskFacts| matches!(t.grade, Grade::Done | Grade::DonePending);
    match c.tasks(|t| was(t) && is(t)).len() {
        0 => String::new(),
        n => format!("（有{n}{}转为已完成）", c.plan.counter()),
    }
}

/// Who reported. With `--as-of` the form is not due yet, and nobody is named.
fn reporting(c: Context<'_>) -> String {
    if c.facts.as_of.is_some() {
        return String::new();
    }
    let o = &c.facts.overall;
    let due = format!("本期应报送单位{}", o.departments.text());
    let faults = [
        ("逾期报送", &o.late),
        ("退回修改", &o.returned),
        ("未报", &o.missing),
    ];
    let parts = counted(faults);
    if parts.is_empty() {
        let all = in_time(c).unwrap_or("均已报送");
        let all = all.replace("均按", "均已按");
        return format!("{due}，{}。", of(&all, o.departments.value));
    }
    if same(&o.missing, &o.departments) {
        return format!("{due}，{}未报送。", each(&o.departments));
    }
    let rest = o.departments.value - o.late.value - o.returned.value - o.missing.value;
    let rest = in_time(c).map_or_else(String::new, |all| format!("，其余{}", of(all, rest)));
    format!("{due}，{}{rest}。", parts.join("，"))
}

/// 「均」 of several; of one nothing.
fn of(words: &str, departments: f64) -> String {
    if departments > 1.0 {
        words.to_owned()
    } else {
        words.trim_start_matches('均').to_owned()
    }
}

/// What holds of all departments that did not report late; `None` where there is none.
pub fn in_time(c: Context<'_>) -> Option<&'static str> {
    // What a department sends of which nothing is asked says nothing of the others.
    let any = |state| departments_in(c.facts, state).any(|d| !is_zero(&d.slots));
    let states = [Reporting::OnTime, Reporting::Undated, Reporting::Submitted];
    Some(match states.map(any) {
        [false, false, false] => return None,
        [true, false, false] => "均按时报送",
        [false, true, false] => "均已报送（收到日期未登记）",
        [_, true, _] => "均已报送（部分收到日期未登记）",
        [_, false, true] => "均已报送",
    })
}

/// The departments in one state of reporting, in plan order.
pub fn departments_in(facts: &Facts, state: Reporting) -> impl Iterator<Item = &DepartmentFacts> {
    facts
        .departments
        .iter()
        .filter(move |d| d.submitted == state)
}
