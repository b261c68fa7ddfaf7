//! What a leader reads of a task, in words: what its departments say, since when it is behind, what came of last month's promise, which day is next.

use super::facts::{NextDate, Outcome, Streak, TaskFacts};
use super::prelude::*;
use crate::check::WordsOf;

/// 「4个月（3月起）」, 「2个月（5月起，另1个月数据不全）」, 「至少2个月（5月前数据不全）」.
pub fn streak(streak: &Streak, now: Period) -> String {
    let since = streak.since;
    let since = if since.year() == now.year() {
        format!("{}月", since.month())
    } else {
        since.chinese()
    };
    let months = streak.months.text();
    match (streak.is_open, streak.gaps) {
        (false, 0) => format!("{months}（{since}起）"),
        (false, n) => format!("{months}（{since}起，另{n}个月数据不全）"),
        (true, 0) => format!("至少{months}（{since}前数据不全）"),
        (true, n) => format!("至少{months}（{since}前和其后{n}个月数据不全）"),
    }
}

/// 「12月25日」 within the year at hand.
fn day(day: Date, now: Period) -> String {
    if day.year() == now.year() {
        format!("{}月{}日", day.month(), day.day())
    } else {
        chinese_date(day)
    }
}

/// 「预计12月25日完成」, 「时限12月31日」, 「3月31日已到时限」.
pub fn next_date(task: &TaskFacts, now: Period) -> String {
    match task.next_date {
        Some(NextDate::Expected(on)) => format!("预计{}完成", day(on, now)),
        Some(NextDate::Deadline(on)) => format!("时限{}", day(on, now)),
        Some(NextDate::Passed(on)) => format!("{}已到时限", day(on, now)),
        None => "—".to_owned(),
    }
}

/// 「低于序时进度43.3个百分点」; the milestones done, or the grade, where there is no rate.
pub fn gap(task: &TaskFacts) -> String {
    match (&task.gap, &task.gap_abs, &task.milestones) {
        (Some(gap), Some(abs), _) if gap.value > 0.0 => format!("低{}", abs.text()),
        (Some(gap), Some(abs), _) if gap.value < 0.0 => format!("高{}", abs.text()),
        (Some(_), ..) => "持平".to_owned(),
        (None, _, Some((done, all))) if all.value > 1.0 => {
            format!("{}个节点完成{}个", all.number(), done.number())
        }
        _ => task.grade.name().to_owned(),
    }
}

/// 「完成率提高5.5个百分点」, since last month.
fn rate_change(task: &TaskFacts) -> Option<String> {
    let change = task.rate_change.as_ref()?;
    let by = change.text();
    Some(match change.value {
        0.0 => "完成率与上月持平".to_owned(),
        up if up > 0.0 => format!("完成率提高{by}"),
        _ => format!("完成率下降{}", by.trim_start_matches('-')),
    })
}

/// What came of last month's promise: 「完成率提高5.5个百分点，未到期」. Empty where there was none.
pub fn came_of_it(task: &TaskFacts, now: Period) -> String {
    let Some(promise) = &task.promise else {
        return String::new();
    };
    let outcome = match (promise.outcome, task.expected_on) {
        (Outcome::Kept, _) => Some("已兑现".to_owned()),
        (Outcome::Broken, _) => Some("到期未完成".to_owned()),
        (Outcome::PutOff, Some(on)) => Some(format!("完成时间推迟至{}", day(on, now))),
        (Outcome::PutOff, None) => Some("完成时间已推迟".to_owned()),
        (Outcome::Open, _) => Some("未到期".to_owned()),
        (Outcome::Unknown, _) => Some("数据待核实".to_owned()),
        (Outcome::Undated, _) => None,
    };

    rate_change(task).into_iter().chain(outcome).joined("，")
}

/// The day that last month's promise was for: 「预计12月20日完成」.
pub fn promised_for(task: &TaskFacts, now: Period) -> Option<String> {
    let on = task.promise.as_ref()?.expected_on?;
    Some(format!("预计{}完成", day(on, now)))
}

/// The lead's words, each text once, in plan order; another reporter's only where the lead has none.
pub fn of_task(plan: &Plan, accepted: &Accepted, ix: TaskIx, which: WordsOf) -> Option<String> {
    let mut said: Vec<&str> = Vec::new();
    for text in accepted.words_of_lead(plan, ix, which) {
        if !said.contains(&text) {
            said.push(text);
        }
    }
    if said.is_empty() {
        let other = accepted.words_instead_of_lead(plan, ix, which);
        said.extend(other.and_then(|slot| accepted.slot(slot).words(which)));
    }
    let joined = match said.as_slice() {
        [] => return None,
        [one] => return Some((*one).to_owned()),
        [all @ .., last] => all
            .iter()
            .map(|t| t.trim_end_matches(['。', '；', ';']))
            .chain([*last])
            .joined("；"),
    };
    Some(joined)
}
