//! A task's grade from its indicators': the section "A task" of domain/official-document.md, and nothing else.
//!
//! Pure: no plan, no polars. What the section leaves open is decided here:
//!
//! - A weight counts within the whole task for 「数据待核实」, and within its indicators other than ongoing ones
//!   for "carries half the weight", since ongoing work has no share in a rate.
//! - The own gap is that of the task's rate and schedule, the weighted means of its indicators'; a rate over 100 % is capped.
//! - While an indicator is withheld or missing no task is finished, whatever the rest says.
//! - Ongoing work makes a task 持续推进 once everything else is finished. Before that the rest is graded, so that
//!   ongoing work never hides a laggard.
//! - A task of level and ratio indicators alone is 已达标 when all are reached and 已完成 from their deadline's month on
//!   (before it a level may fall again); 未达标 when one is not. In a mixed task an unreached one is named.

use crate::plan::grade::gap;
use crate::plan::model::Grading;
use crate::plan::{Grade, Kind};

/// One indicator of the task, as graded.
#[derive(Debug)]
pub struct Member<'a> {
    pub name: &'a str,
    pub kind: Kind,
    pub weight: f64,
    /// `None`: withheld or missing.
    pub grade: Option<Grade>,
    /// Percentage points, unrounded; counts and quantities only.
    pub progress: Option<Progress>,
    /// Anything done at all: a value above zero, a milestone under way, a level reached, ongoing work reported.
    pub begun: bool,
    /// The month is its deadline's or later.
    pub past_deadline: bool,
}

/// Where a count or quantity stands, in percentage points, unrounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    pub rate: f64,
    /// Of a count the whole part of what is expected ÷ target.
    pub schedule: f64,
}

#[derive(Debug)]
pub struct TaskGrade {
    pub grade: Grade,
    /// Weighted means over counts and quantities; `None` without an accepted one, and for 数据待核实.
    pub progress: Option<Progress>,
    /// Milestones done and all.
    pub milestones: Option<(u32, u32)>,
    /// Indicators withheld or missing.
    pub unverified: u32,
    /// 「量化任务已完成」 beside 持续推进.
    pub quantified_done: bool,
    /// Indicators named beside the grade: 「供水管网改造严重滞后」.
    pub notes: Vec<String>,
    /// An accepted indicator is graded behind.
    pub has_laggard: bool,
}

/// Grades a task. `last_month`: the plan's last month, when ongoing work ends.
pub fn grade_task(members: &[Member], grading: &Grading, last_month: bool) -> TaskGrade {
    let graded: Vec<(&Member, Grade)> = members
        .iter()
        .filter_map(|m| m.grade.map(|g| (m, g)))
        .collect();
    let unverified = members.len() - graded.len();
    let all = weight_of(members.iter());
    let open = weight_of(members.iter().filter(|m| m.grade.is_none()));
    let progress = mean(&graded);
    let grade = if unverified > 0 && at_least_half(open, all) || members.is_empty() {
        Grade::Unverified
    } else {
        known_grade(members, &graded, progress, grading, last_month)
    };
    let rest_finished = graded
        .iter()
        .all(|(m, g)| m.kind == Kind::Ongoing || g.is_finished());
    let milestones = members.iter().filter(|m| m.kind == Kind::Milestone);
    let done = milestones
        .clone()
        .filter(|m| m.grade.is_some_and(Grade::is_finished))
        .count();
    TaskGrade {
        grade,
        progress: progress.filter(|_| grade != Grade::Unverified),
        milestones: Some((count(done), count(milestones.count()))).filter(|(_, all)| *all > 0),
        unverified: count(unverified),
        quantified_done: grade == Grade::Ongoing
            && unverified == 0
            && rest_finished
            && graded.iter().any(|(m, _)| m.kind != Kind::Ongoing),
        notes: if members.len() > 1 {
            notes(&graded, grade)
        } else {
            Vec::new()
        },
        has_laggard: graded.iter().any(|(_, g)| g.is_lagging()),
    }
}

/// The grade of a task of which more than half is known.
fn known_grade(
    members: &[Member],
    graded: &[(&Member, Grade)],
    progress: Option<Progress>,
    grading: &Grading,
    last_month: bool,
) -> Grade {
    let has_ongoing = members.iter().any(|m| m.kind == Kind::Ongoing);
    let all_known = graded.len() == members.len();
    let rest: Vec<(&Member, Grade)> = graded
        .iter()
        .copied()
        .filter(|(m, _)| m.kind != Kind::Ongoing)
        .collect();
    if rest.iter().all(|(_, g)| g.is_finished()) {
        if has_ongoing && !last_month {
            return Grade::Ongoing;
        }
        if all_known {
            return finished(&rest, last_month);
        }
        if rest.is_empty() {
            return Grade::Ongoing;
        }
    }
    if rest.iter().any(|(_, g)| *g == Grade::Overdue) {
        return Grade::Overdue;
    }
    let begun = graded.iter().any(|(m, _)| m.begun);
    let base = match progress {
        Some(p) => by_gap(gap(p.rate, p.schedule), begun, grading),
        None => without_gap(&rest, begun),
    };
    // Over the whole task, known or not: an indicator does not grow weightier because another is withheld.
    let countable = weight_of(members.iter().filter(|m| m.kind != Kind::Ongoing));
    let serious =
        |(m, g): &(&Member, Grade)| *g == Grade::Serious && at_least_half(weight(m), countable);
    if base == Grade::Serious || rest.iter().any(serious) {
        return Grade::Serious;
    }
    let missed = |(m, g): &(&Member, Grade)| {
        *g == Grade::Serious || (m.kind == Kind::Milestone && *g == Grade::Behind)
    };
    if rest.iter().any(missed) {
        Grade::Behind
    } else {
        base
    }
}

/// Everything is finished and known.
fn finished(rest: &[(&Member, Grade)], last_month: bool) -> Grade {
    let may_fall = |m: &Member| matches!(m.kind, Kind::Level | Kind::Ratio) && !m.past_deadline;
    if rest.iter().any(|(_, g)| *g == Grade::DonePending) {
        Grade::DonePending
    } else if !rest.is_empty()
        && !last_month
        && rest.iter().all(|(_, g)| *g == Grade::Reached)
        && rest.iter().any(|(m, _)| may_fall(m))
    {
        Grade::Reached
    } else {
        Grade::Done
    }
}

/// The ladder of the task's own gap.
fn by_gap(gap: f64, begun: bool, grading: &Grading) -> Grade {
    let over = |limit: f64| gap > limit;
    if !begun && !over(grading.tolerance) {
        Grade::NotStarted
    } else if over(grading.serious) {
        Grade::Serious
    } else if over(grading.tolerance) {
        Grade::Behind
    } else if gap <= -grading.ahead {
        Grade::Ahead
    } else {
        Grade::OnSchedule
    }
}

/// A task of milestones, levels and ratios: the worst of them decides.
fn without_gap(rest: &[(&Member, Grade)], begun: bool) -> Grade {
    let any = |grade| rest.iter().any(|(_, g)| *g == grade);
    if any(Grade::Behind) {
        Grade::Behind
    } else if any(Grade::NotReached) {
        Grade::NotReached
    } else if !begun {
        Grade::NotStarted
    } else if rest.iter().all(|(_, g)| *g == Grade::Reached) {
        Grade::Reached
    } else if any(Grade::Ahead)
        && rest
            .iter()
            .all(|(_, g)| *g == Grade::Ahead || g.is_finished())
    {
        Grade::Ahead
    } else {
        Grade::OnSchedule
    }
}

/// What has to be named beside the grade, in plan order.
fn notes(graded: &[(&Member, Grade)], grade: Grade) -> Vec<String> {
    graded
        .iter()
        .filter_map(|(m, g)| match g {
            Grade::Serious => Some(format!("{}严重滞后", m.name)),
            Grade::Overdue => Some(format!("{}未按期完成", m.name)),
            Grade::Behind if m.kind == Kind::Milestone => Some(format!("{}未按期启动", m.name)),
            Grade::Behind if grade == Grade::Unverified => Some(format!("{}滞后", m.name)),
            Grade::NotReached if grade != Grade::NotReached => Some(format!("{}未达标", m.name)),
            _ => None,
        })
        .collect()
}

/// Weighted means over the accepted counts and quantities, in plan order (so that the sum has one order).
fn mean(graded: &[(&Member, Grade)]) -> Option<Progress> {
    let parts: Vec<(f64, Progress)> = graded
        .iter()
        .filter_map(|(m, _)| m.progress.map(|p| (weight(m), p)))
        .collect();
    let total: f64 = parts.iter().map(|(w, _)| w).sum();
    let over =
        |pick: fn(&Progress) -> f64| parts.iter().map(|(w, p)| w * pick(p)).sum::<f64>() / total;
    (total > 0.0).then(|| Progress {
        rate: over(|p| p.rate.min(100.0)),
        schedule: over(|p| p.schedule),
    })
}

fn weight(member: &Member) -> f64 {
    member.weight.max(0.0)
}

fn weight_of<'a>(members: impl Iterator<Item = &'a Member<'a>>) -> f64 {
    members.map(weight).sum()
}

fn at_least_half(part: f64, whole: f64) -> bool {
    part * 2.0 >= whole - 1e-9
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
