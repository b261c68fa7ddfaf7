//! `[[override]]`, `[[confirm]]` and `[[adjust]]`: what the office decided by hand.

use std::collections::{HashMap, HashSet};

use super::indicator::target_mistake;
use super::{Context, Span, departments};
use crate::Joined;
use crate::plan::model::{Adjust, Confirm, IndIx, Kind, Override, Plan, TaskIx};
use crate::plan::problem::{Problems, Step, steps};
use crate::plan::raw::{RawAdjust, RawConfirm, RawOverride};
use crate::plan::states::Grade;
use crate::plan::unit::Unit;

pub(super) fn overrides(
    raw: Vec<RawOverride>,
    span: Span,
    numbers: &HashMap<u32, TaskIx>,
    problems: &mut Problems,
) -> Vec<Override> {
    let mut seen = HashSet::new();
    let mut out = Vec::with_capacity(raw.len());
    for (n, raw) in raw.into_iter().enumerate() {
        let at = |key: &'static str| steps!["override", n, key];
        if let Some(period) = raw.period {
            span.month(period, || at("period"), false, problems);
        }
        let task = raw.task.and_then(|no| {
            let found = numbers.get(&no).copied();
            if found.is_none() {
                problems.at(at("task"), format!("没有序号为 {no} 的任务"));
            }
            found
        });
        let grade = raw.grade.as_deref().and_then(|name| {
            let found = Grade::from_name(name.trim());
            if found.is_none() {
                let all = Grade::ALL.map(Grade::name);
                let help = problems.suggest(name, all);
                problems.at_with(
                    at("grade"),
                    format!("没有“{name}”这种状态，应为：{}", all.join("、")),
                    help,
                );
            }
            found
        });
        let (Some(period), Some(task), Some(grade), Some(reason)) =
            (raw.period, task, grade, raw.reason)
        else {
            continue;
        };
        if !seen.insert((period, task)) {
            problems.at(
                at("task"),
                format!("同一任务 {period} 的状态评定了两次，请只留一次"),
            );
        }
        out.push(Override {
            period,
            task,
            grade,
            reason,
        });
    }
    out
}

pub(super) fn confirms(
    raw: Vec<RawConfirm>,
    cx: Context<'_>,
    plan: &Plan,
    problems: &mut Problems,
) -> Vec<Confirm> {
    let mut seen = HashSet::new();
    let mut out = Vec::with_capacity(raw.len());
    for (n, raw) in raw.into_iter().enumerate() {
        let at = |key: &'static str| steps!["confirm", n, key];
        if let Some(period) = raw.period {
            cx.span.month(period, || at("period"), false, problems);
        }
        let department = raw
            .department
            .as_deref()
            .and_then(|id| departments::find(plan, cx, id, || at("department"), problems));
        let indicator = raw
            .indicator
            .as_deref()
            .and_then(|id| indicator(plan, id, || at("indicator"), problems));
        let (Some(department), Some(ix)) = (department, indicator) else {
            continue;
        };
        let Some(slot) = plan.slot(department, ix) else {
            let reporters = plan
                .indicators
                .get(ix)
                .map_or(0..0, |i| i.slots.clone())
                .take(5)
                .filter_map(|s| plan.slots.get(s))
                .filter_map(|s| plan.departments.get(s.department))
                .map(|d| d.id.as_str())
                .joined("、");
            let help = Some(format!("报送该指标的单位：{reporters}"));
            problems.at_with(
                at("department"),
                format!(
                    "“{}”不报送指标 {}",
                    text(raw.department.as_ref()),
                    text(raw.indicator.as_ref())
                ),
                help,
            );
            continue;
        };
        if let (Some(value), Some(indicator)) = (raw.value, plan.indicators.get(ix))
            && let Some(mistake) = value_mistake(indicator.kind, &indicator.unit, value)
        {
            problems.at(at("value"), format!("{mistake}，这里是 {value}"));
        }
        let (Some(period), Some(value), Some(by), Some(note)) =
            (raw.period, raw.value, raw.by, raw.note)
        else {
            continue;
        };
        if !seen.insert((period, slot)) {
            problems.at(
                at("indicator"),
                format!("{period} 的同一数据核实了两次，请只留最后一次"),
            );
        }
        out.push(Confirm {
            period,
            slot,
            value,
            by,
            note,
        });
    }
    out
}

/// What is wrong with a figure that the office confirms; `None` when nothing.
pub(crate) fn value_mistake(kind: Kind, unit: &Unit, value: f64) -> Option<&'static str> {
    match kind {
        Kind::Milestone | Kind::Ongoing => Some("节点和持续推进类指标没有数值可核实"),
        _ if value < 0.0 => Some("核实值不能为负数"),
        Kind::Count if value.fract() != 0.0 => Some("个数类指标的值应为整数"),
        Kind::Ratio if value > unit.whole() => Some("比例类指标的值按百分数写，不超过 100"),
        _ => None,
    }
}

pub(super) fn adjusts(
    raw: Vec<RawAdjust>,
    span: Span,
    plan: &Plan,
    problems: &mut Problems,
) -> Vec<Adjust> {
    let mut seen = HashSet::new();
    let mut out = Vec::with_capacity(raw.len());
    for (n, raw) in raw.into_iter().enumerate() {
        let at = |key: &'static str| steps!["adjust", n, key];
        if let Some(from) = raw.from {
            span.month(from, || at("from"), false, problems);
        }
        if raw.target.is_none() && raw.deadline.is_none() {
            problems.at(
                steps!["adjust", n],
                "任务调整要写明调整后的目标（target）或完成时限（deadline）",
            );
        }
        // Work may be put off into the next year; it cannot end before it began.
        if let (Some(deadline), Some(start)) = (raw.deadline, span.start)
            && (deadline.0 < start || deadline.0.year() > start.year().saturating_add(20))
        {
            problems.at(
                at("deadline"),
                format!("调整后的完成时限 {} 不合理，计划自 {start} 起", deadline.0),
            );
        }
        let Some(ix) = raw
            .indicator
            .as_deref()
            .and_then(|id| indicator(plan, id, || at("indicator"), problems))
        else {
            continue;
        };
        if let (Some(target), Some(indicator)) = (raw.target, plan.indicators.get(ix))
            && let Some(mistake) =
                target_mistake(indicator.kind, indicator.direction, &indicator.unit, target)
        {
            problems.at(at("target"), format!("{mistake}，这里是 {target}"));
        }
        let (Some(from), Some(basis)) = (raw.from, raw.basis) else {
            continue;
        };
        if !seen.insert((ix, from)) {
            problems.at(
                at("from"),
                format!("同一指标自 {from} 起调整了两次，请合为一次"),
            );
        }
        out.push(Adjust {
            indicator: ix,
            from,
            target: raw.target,
            deadline: raw.deadline.map(|d| d.0),
            basis,
        });
    }
    out
}

fn indicator(
    plan: &Plan,
    id: &str,
    at: impl FnOnce() -> Vec<Step>,
    problems: &mut Problems,
) -> Option<IndIx> {
    let found = plan.indicator(id);
    if found.is_none() {
        let help = problems.suggest(id, plan.indicators.iter().map(|i| i.id.as_str()));
        problems.at_with(at(), format!("没有编号为“{id}”的指标"), help);
    }
    found
}

fn text(given: Option<&String>) -> &str {
    given.map_or("", String::as_str)
}
