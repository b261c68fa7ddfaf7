//! The facts of indicators, and of the reporters' parts of them.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::check::{Accepted, Judged, State};
use crate::plan::{Grade, IndIx, Kind, Period, Plan, Slot, chinese_date};

use super::facts::{Figure, IndicatorFacts, SlotFacts};
use super::figure::len;
use super::frames::Growth;
use super::graded::{self, Month};
use super::movement::movement;

/// What the indicators of the month are made from.
pub struct Input<'a> {
    pub plan: &'a Plan,
    pub accepted: &'a Accepted,
    /// All months, oldest first; the last is the month at hand.
    pub months: &'a [Month],
    /// Last calendar month, where it is there.
    pub before: Option<&'a Month>,
    pub growth: &'a [Growth],
}

/// Every indicator's facts, in plan order.
pub fn facts(input: &Input) -> Vec<IndicatorFacts> {
    let Some(month) = input.months.last() else {
        return Vec::new();
    };
    (0..month.indicators.len())
        .map(|ix| one(input, month, ix))
        .collect()
}

fn one(input: &Input, month: &Month, ix: IndIx) -> IndicatorFacts {
    let plan = input.plan;
    let ind = &plan.indicators[ix];
    let graded = &month.indicators[ix];
    let id = |what: &str| format!("indicator.{}.{what}", ind.id);
    let records = format!("records:{}", ind.id);
    let growth = input.growth.get(ix).copied().unwrap_or_default();
    let before = growth
        .previous
        .and_then(|(m, value)| input.months.get(m).map(|m| (m.period(), value)));
    let slots = || ind.slots.clone().map(|s| input.accepted.slot(s));
    let standing = graded.standing;
    let gap = standing.and_then(|s| match ind.kind {
        Kind::Level | Kind::Ratio if s.gap == 0.0 || graded.grade == Grade::Reached => None,
        Kind::Level => Some(Figure::value(
            id("gap"),
            s.gap,
            &ind.unit,
            [id("value"), id("target")],
        )),
        Kind::Ratio => Some(Figure::points(
            id("gap"),
            s.gap,
            [id("value"), id("target")],
        )),
        _ => Some(Figure::points(
            id("gap"),
            s.gap,
            [id("schedule"), id("rate")],
        )),
    });
    let previous_grade = input
        .before
        .and_then(|m| m.indicators.get(ix))
        .map(|i| i.grade);
    let schedule_from = [format!("plan:{}.schedule", ind.id)];
    IndicatorFacts {
        indicator: ix,
        id: ind.id.clone(),
        task: ind.task,
        name: ind.name.clone(),
        kind: ind.kind,
        unit: ind.unit.text.clone(),
        approximate: ind.approximate,
        target: graded.target.map(|t| {
            Figure::value(
                id("target"),
                t,
                &ind.unit,
                [format!("plan:{}.target", ind.id)],
            )
        }),
        state: graded.state,
        value: graded
            .combined
            .value
            .map(|v| Figure::value(id("value"), v, &ind.unit, [records.clone()])),
        qualifier: slots().find_map(|j| {
            j.qualifier()
                .filter(|_| j.state == State::Accepted)
                .map(str::to_owned)
        }),
        previous: before.map(|(period, v)| {
            Figure::value(
                id("previous"),
                v,
                &ind.unit,
                [format!("{records}@{period}")],
            )
        }),
        previous_period: before.map(|(period, _)| period),
        increment: growth.increment.map(|v| {
            Figure::change(
                id("increment"),
                v,
                ind.kind,
                &ind.unit,
                [id("value"), id("previous")],
            )
        }),
        rate: standing
            .and_then(|s| s.rate)
            .map(|r| Figure::percent(id("rate"), r, [id("value"), id("target")])),
        schedule: graded
            .schedule
            .map(|s| Figure::percent(id("schedule"), s, schedule_from)),
        gap_abs: gap.as_ref().map(Figure::abs),
        gap,
        milestone: graded.combined.milestone,
        done_on: graded.combined.done_on,
        grade: graded.grade,
        previous_grade,
        movement: movement(previous_grade, graded.grade),
        months: year_so_far(plan, input.months, ix),
        reported: (
            Figure::count(
                id("reported"),
                graded.combined.accepted,
                "个",
                [records.clone()],
            ),
            Figure::count(
                id("reporters"),
                len(ind.slots.len()),
                "个",
                [format!("plan:{}.reporters", ind.id)],
            ),
        ),
        slots: ind.slots.clone(),
        confirmed: confirmed(slots().filter_map(|j| j.confirmed())),
        adjusted: adjusted(plan, ix, month.period()),
        withheld_by: slots()
            .flat_map(|j| j.withheld_by().iter().copied())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
    }
}

/// Complete values of every month from the plan's start; `None` for a month that is not there or not complete.
fn year_so_far(plan: &Plan, months: &[Month], ix: IndIx) -> Vec<(Period, Option<Figure>)> {
    let Some(last) = months.last().map(Month::period) else {
        return Vec::new();
    };
    let first = Period::of(plan.start);
    let ind = &plan.indicators[ix];
    let value = |period| {
        let value = months
            .iter()
            .find(|m| m.period() == period)?
            .indicators
            .get(ix)?
            .complete_value()?;
        Some(Figure::value(
            format!("indicator.{}.month.{period}", ind.id),
            value,
            &ind.unit,
            [format!("records:{}@{period}", ind.id)],
        ))
    };
    (0..=last.months_since(first))
        .map(|n| first.plus(n))
        .map(|period| (period, value(period)))
        .collect()
}

fn confirmed<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let words: BTreeSet<&str> = words.collect();
    (!words.is_empty()).then(|| {
        format!(
            "（电话核实：{}）",
            words.into_iter().collect::<Vec<_>>().join("；")
        )
    })
}

/// 「自2024年7月起年度目标调整为18公里（管委会专题会议纪要）」, oldest first.
fn adjusted(plan: &Plan, ix: IndIx, period: Period) -> Option<String> {
    let ind = &plan.indicators[ix];
    let mut adjusts: Vec<_> = plan
        .adjusts
        .iter()
        .filter(|a| a.indicator == ix && a.from <= period)
        .collect();
    adjusts.sort_by_key(|a| a.from);
    let said = adjusts.iter().map(|a| {
        let target = a.target.map(|t| {
            format!(
                "年度目标调整为{}",
                Figure::value("", t, &ind.unit, super::figure::NONE).text()
            )
        });
        let deadline = a
            .deadline
            .map(|d| format!("完成时限调整为{}", chinese_date(d)));
        let what = [target, deadline]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("，");
        let basis = if a.basis.is_empty() {
            String::new()
        } else {
            format!("（{}）", a.basis)
        };
        format!("自{}起{what}{basis}", a.from.chinese())
    });
    let said = said.collect::<Vec<_>>().join("；");
    (!said.is_empty()).then_some(said)
}

/// One row per reporter × indicator, in plan order: records.csv.
pub fn slots(plan: &Plan, accepted: &Accepted, month: &Month) -> Vec<SlotFacts> {
    let row = |(ix, (judged, slot)): (usize, (&Judged, &Slot))| {
        let (target, standing, grade) = graded::slot(plan, ix, month.moment, judged);
        SlotFacts {
            slot: ix,
            department: slot.department,
            indicator: slot.indicator,
            task: slot.task,
            state: judged.state,
            value: judged.value,
            milestone: judged.milestone,
            done_on: judged.done_on,
            target,
            rate: standing.and_then(|s| s.rate),
            schedule: month
                .indicators
                .get(slot.indicator)
                .and_then(|i| i.schedule),
            grade,
            source: judged.source.clone(),
        }
    };
    // There may be millions.
    accepted
        .slots()
        .par_iter()
        .zip(&plan.slots)
        .enumerate()
        .with_min_len(1024)
        .map(row)
        .collect()
}
