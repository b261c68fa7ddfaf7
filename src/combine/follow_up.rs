//! What a leader asks of a task: since when, what was promised and what came of it, which day is next, what is asked of above.

use std::iter;

use crate::check::WordsOf;

use super::facts::{NextDate, Outcome, Promise, Streak};
use super::graded::{Month, MonthInYear};
use super::prelude::*;
use super::words::of_task as words;

/// Laggards that a first page names, in the briefing and in 总览; annex and 问题台账 have them all.
pub const WORST: usize = 3;

/// The months of the plan's time up to the one at hand, the newest first.
fn months(cx: MonthInYear<'_>) -> impl Iterator<Item = &Month> {
    let start = Period::of(cx.plan.start);
    let all = iter::once(cx.month).chain(cx.earlier.iter().rev());
    all.filter(move |m| m.period() >= start)
}

/// A task's grade in each month, the oldest first.
pub fn grades(cx: MonthInYear, ix: TaskIx) -> Vec<(Period, Grade)> {
    let mut out: Vec<_> = months(cx)
        .map(|m| (m.period(), m.tasks[ix].grade))
        .collect();
    out.reverse();
    out
}

/// `stays_listed`: this month's grade says nothing of it.
pub fn streak(cx: MonthInYear, ix: TaskIx, stays_listed: bool) -> Option<Streak> {
    let now = cx.month.period();
    let is_in: fn(Grade) -> bool = match cx.month.tasks[ix].grade {
        Grade::NotReached => |grade| grade == Grade::NotReached,
        grade if grade.is_lagging() || stays_listed => Grade::is_lagging,
        _ => return None,
    };
    let mut row: Vec<Period> = Vec::new();
    let mut has_begin = false;
    for month in months(cx).skip(usize::from(stays_listed)) {
        match month.tasks[ix].grade {
            Grade::Unverified => {}
            grade if is_in(grade) => row.push(month.period()),
            _ => {
                has_begin = true;
                break;
            }
        }
    }
    let since = *row.last()?;
    let from = row
        .iter()
        .map(|&at| Origin::TaskGrade(ix, Some(at).filter(|at| *at != now)));
    let id = Subject::Task(ix).at(Part::MonthsBehind);
    Some(Streak {
        since,
        gaps: usize::try_from(now.months_since(since) + 1).map_or(0, |all| all - row.len()),
        months: Figure::count(id, len(row.len()), "个月", from),
        is_open: !has_begin && since > Period::of(cx.plan.start),
    })
}

/// The rate of the month before, and what it has changed by.
pub fn change(
    cx: MonthInYear,
    ix: TaskIx,
    rate: Option<&Figure>,
) -> (Option<Figure>, Option<Figure>) {
    let then = || {
        let before = cx.before?;
        let progress = before.tasks[ix].computed.progress?;
        let from = [Origin::TaskGrade(ix, Some(before.period()))];
        let id = Subject::Task(ix).at(Part::PreviousRate);
        Some(Figure::percent(id, progress.rate, from))
    };
    let then = then();
    let change = rate.zip(then.as_ref()).map(|(now, then)| {
        let id = Subject::Task(ix).at(Part::RateChange);
        Figure::points(id, now.value - then.value, [now.origin(), then.origin()])
    });
    (then, change)
}

/// The end of the time that is looked at.
pub fn end(cx: MonthInYear) -> Date {
    let moment = cx.month.moment;
    moment.as_of.unwrap_or_else(|| moment.period.last_day())
}

/// The latest 预计完成时间 of some indicators.
pub fn expected_on(
    cx: MonthInYear,
    accepted: &Accepted,
    of: impl Iterator<Item = IndIx>,
) -> Option<Date> {
    of.flat_map(|i| cx.plan.indicators[i].slots.clone())
        .filter_map(|slot| accepted.slot(slot).expected_on)
        .max()
}

/// What was said in the month before; `expected_now`: the day that is given now.
pub fn promise(cx: MonthInYear, ix: TaskIx, expected_now: Option<Date>) -> Option<Promise> {
    let (before, accepted) = (cx.before?, cx.before_accepted?);
    let then = before.tasks[ix].grade;
    if then.is_finished() {
        return None;
    }
    let grade = |month: &Month, i: IndIx| month.indicators[i].grade;
    // Ongoing work has no end that could come in time.
    let dated = || {
        let own = cx.plan.tasks[ix].indicators.clone();
        own.filter(|&i| cx.plan.indicators[i].kind != Kind::Ongoing)
            .filter(|&i| !grade(before, i).is_finished())
            .filter(|&i| expected_on(cx, accepted, iter::once(i)).is_some())
    };
    let expected = expected_on(cx, accepted, dated());
    let next_steps = words(cx.plan, accepted, ix, WordsOf::NextSteps);
    if expected.is_none() && next_steps.is_none() {
        return None;
    }
    let mut left = dated().filter(|&i| !grade(cx.month, i).is_finished());
    let outcome = match expected {
        None if cx.month.tasks[ix].grade.is_finished() => Outcome::Kept,
        None => Outcome::Undated,
        Some(_) if dated().all(|i| grade(cx.month, i).is_finished()) => Outcome::Kept,
        Some(day) if day <= end(cx) => {
            if left.any(|i| grade(cx.month, i) == Grade::Unverified) {
                Outcome::Unknown
            } else {
                Outcome::Broken
            }
        }
        Some(day) if expected_now.is_some_and(|now| now > day) => Outcome::PutOff,
        Some(_) => Outcome::Open,
    };
    Some(Promise {
        made: before.period(),
        next_steps,
        expected_on: expected,
        was_behind: then.is_lagging(),
        is_due: expected.is_some_and(|day| day > before.period().last_day() && day <= end(cx)),
        outcome,
    })
}

/// The day that is given, where it is to come, else the first 完成时限 of what is unfinished.
pub fn next_date(cx: MonthInYear, ix: TaskIx, expected: Option<Date>) -> Option<NextDate> {
    let end = end(cx);
    let open = cx.plan.tasks[ix].indicators.clone().filter(|&i| {
        let is_dated = cx.plan.indicators[i].kind != Kind::Ongoing;
        is_dated && !cx.month.indicators[i].grade.is_finished()
    });
    let mut open = open.peekable();
    open.peek()?;
    if let Some(day) = expected.filter(|day| *day > end) {
        return Some(NextDate::Expected(day));
    }
    let first = open.map(|i| cx.plan.deadline(i, cx.month.period())).min()?;
    Some(if first > end {
        NextDate::Deadline(first)
    } else {
        NextDate::Passed(first)
    })
}

/// Who stands above a department.
const ABOVE: [&str; 20] = [
    "领导",
    "管委会",
    "党工委",
    "区委",
    "市委",
    "县委",
    "州委",
    "省委",
    "政府",
    "上级",
    "省级",
    "市级",
    "区级",
    "县级",
    "市里",
    "区里",
    "县里",
    "指挥部",
    "督查室",
    "高位",
];
/// What is asked of them.
const DEEDS: [&str; 18] = [
    "协调", "支持", "研究", "批准", "审定", "审批", "批示", "拨付", "统筹", "明确", "解决", "同意",
    "决定", "出面", "督促", "帮助", "追加", "倾斜",
];

/// Clauses that ask somebody above for something, as they stand, each once.
pub fn requests<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for clause in texts
        .into_iter()
        .flat_map(|text| text.split(['。', '；', ';', '\n', '\r', '！', '!', '？']))
    {
        let clause = clause.trim().trim_end_matches(['，', ',', '、']);
        if is_request(clause) && !out.iter().any(|known| known == clause) {
            out.push(clause.to_owned());
        }
    }
    out
}

fn is_request(clause: &str) -> bool {
    /// Never said but to somebody above.
    const ALWAYS: [&str; 6] = ["提请", "报请", "呈请", "恳请", "请示", "请予"];
    /// What else changes the plan.
    const CHANGES: [&str; 6] = ["延期", "顺延", "核减", "调减", "调整目标", "变更目标"];
    let has = |text: &str, words: &[&str]| words.iter().any(|w| text.contains(w));
    // 「邀请市级专家研究」, 「无需上级协调」 ask for nothing.
    let asks = |word: &str, not_after: &[char], of: &dyn Fn(&str) -> bool| {
        clause
            .match_indices(word)
            .any(|(at, _)| !clause[..at].ends_with(not_after) && of(&clause[at + word.len()..]))
    };
    let to_above = |rest: &str| {
        let mut above = ABOVE.iter().filter_map(|a| rest.split_once(a));
        above.any(|(between, rest)| between.chars().count() <= 6 && has(rest, &DEEDS))
    };
    has(clause, &ALWAYS)
        || asks("请", &['邀', '聘', '申', '约', '宴'], &to_above)
        || asks("请求", &[], &|rest| has(rest, &DEEDS))
        || ["需", "需要"]
            .iter()
            .any(|word| asks(word, &['无', '不', '毋'], &to_above))
        || ["建议", "希望", "望"]
            .iter()
            .any(|word| asks(word, &['期'], &to_above))
        || ["申请", "建议"]
            .iter()
            .any(|word| asks(word, &[], &|rest| has(rest, &CHANGES)))
}

#[cfg(test)]
mod tests {
    use super::requests;

    #[test]
    fn only_what_is_asked_of_somebody_above_is_a_request() {
        for (text, expected) in [
            (
                "轨道保护区方案未批复。提请管委会协调市住建委加快审批。",
                &["提请管委会协调市住建委加快审批"][..],
            ),
            (
                "资金缺口200万元，请区里统筹解决；设备已订货",
                &["资金缺口200万元，请区里统筹解决"],
            ),
            ("需市级部门明确补偿标准", &["需市级部门明确补偿标准"]),
            (
                "因汛期影响，申请延期至2025年3月",
                &["因汛期影响，申请延期至2025年3月"],
            ),
            ("恳请领导支持。恳请领导支持。", &["恳请领导支持"]),
            ("邀请专业团队指导优化，8月底前定稿发布。", &[]),
            ("聘请市级专家研究施工方案", &[]),
            ("正在协调电力部门迁改，无需上级协调", &[]),
            ("已申请验收，需加快进度", &[]),
            ("推动新建小区配套托育用房移交", &[]),
        ] {
            assert_eq!(requests([text]), expected, "{text}");
        }
    }
}
