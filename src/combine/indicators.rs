//! The facts of indicators, and of the reporters' parts of them.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::check::by_telephone;
use crate::intake::number_text::tidy;
use crate::plan::number::round;
use crate::plan::{Direction, Indicator, Slot};

use super::facts::{IndicatorFacts, SlotFacts};
use super::figure::NONE;
use super::graded::{self, Month, MonthInYear};
use super::movement::movement;
use super::origin::Entry;
use super::prelude::*;

/// Every indicator's facts, in plan order.
pub fn facts(cx: MonthInYear) -> Vec<IndicatorFacts> {
    let is_in_question = |f: &&Finding| f.status == Status::Open && QUESTIONS.contains(&f.code);
    let asked = cx.checked.findings.iter().filter(is_in_question);
    let in_question: BTreeSet<IndIx> = asked.filter_map(|f| f.indicator).collect();
    (0..cx.plan.indicators.len())
        .map(|ix| one(cx, ix, in_question.contains(&ix)))
        .collect()
}

/// The rules that ask whether a value that is used can be true: a jump, far over the target.
const QUESTIONS: [&str; 2] = ["R008", "R014"];

fn one(cx: MonthInYear, ix: IndIx, is_in_question: bool) -> IndicatorFacts {
    let (plan, month) = (cx.plan, cx.month);
    let ind = &plan.indicators[ix];
    let graded = &month.indicators[ix];
    let of = Subject::Indicator(ix);
    let own = |parts: [Part; 2]| parts.map(|part| Origin::Figure(of.at(part)));
    let value = |part, value, from| Figure::value(of.at(part), value, &ind.unit.text, [from]);
    let slots = || ind.slots.clone().map(|s| cx.checked.accepted.slot(s));
    let standing = graded.standing;
    let previous = complete_before(cx.earlier, ix);
    // By how much it grew within the month, where both ends are known.
    let increment = previous
        .filter(|(period, _)| *period == month.period().previous())
        .and_then(|(_, before)| Some(tidy(graded.complete_value()? - before)));
    let gap = standing.and_then(|s| gap(ind, of, s.gap, graded.grade));
    let previous_grade = cx.before.map(|m| m.indicators[ix].grade);
    let plan_entry = |entry| [Origin::Plan(ix, entry, None)];
    let count = |part, n, from| Figure::count(of.at(part), n, "个", [from]);
    IndicatorFacts {
        indicator: ix,
        id: ind.id.clone(),
        task: ind.task,
        name: ind.name.clone(),
        kind: ind.kind,
        direction: ind.direction,
        unit: ind.unit.text.clone(),
        approximate: ind.approximate,
        target: graded
            .target
            .map(|t| value(Part::Target, t, Origin::Plan(ix, Entry::Target, None))),
        state: graded.state,
        value: graded
            .combined
            .value
            .map(|v| value(Part::Value, v, Origin::Records(ix, None))),
        qualifier: slots()
            .filter(|j| j.state == State::Accepted)
            .find_map(|j| j.qualifier().map(str::to_owned)),
        previous: previous
            .map(|(period, v)| value(Part::Previous, v, Origin::Records(ix, Some(period)))),
        previous_period: previous.map(|(period, _)| period),
        slipped: increment
            .filter(|v| match ind.direction {
                Direction::AtLeast => *v < 0.0,
                Direction::AtMost => *v > 0.0,
            })
            .filter(|_| matches!(ind.kind, Kind::Level | Kind::Ratio))
            .map(|v| {
                let from = [Origin::Figure(of.at(Part::Increment))];
                Figure::change(of.at(Part::Slipped), v.abs(), ind.kind, &ind.unit, from)
            }),
        increment: increment.map(|v| {
            let from = own([Part::Value, Part::Previous]);
            Figure::change(of.at(Part::Increment), v, ind.kind, &ind.unit, from)
        }),
        rate: standing
            .and_then(|s| s.rate)
            .map(|r| Figure::percent(of.at(Part::Rate), r, own([Part::Value, Part::Target]))),
        schedule: graded.schedule.map(|s| {
            // Of a count it is the whole part of what is expected of the target.
            let target = (ind.kind == Kind::Count).then_some(Origin::Figure(of.at(Part::Target)));
            let from = plan_entry(Entry::Schedule).into_iter().chain(target);
            Figure::percent(of.at(Part::Schedule), s, from)
        }),
        gap_abs: gap.as_ref().map(Figure::abs),
        gap,
        milestone: graded.combined.milestone,
        done_on: graded.combined.done_on,
        grade: graded.grade,
        previous_grade,
        movement: movement(previous_grade, graded.grade, true),
        months: year_so_far(cx, ix),
        reported: (
            count(
                Part::Reported,
                i64::from(graded.combined.reporters.accepted),
                Origin::Records(ix, None),
            ),
            count(
                Part::Reporters,
                len(ind.slots.len()),
                Origin::Plan(ix, Entry::Reporters, None),
            ),
        ),
        slots: ind.slots.clone(),
        is_in_question,
        confirmed: confirmed(slots().filter_map(|j| j.confirmed())),
        adjusted: adjusted(plan, ix, month.period()),
        withheld_by: slots()
            .flat_map(|j| j.withheld_by().iter().copied())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
    }
}

/// What is lacking; of a level or ratio `None` where it is reached.
fn gap(ind: &Indicator, of: Subject, gap: f64, grade: Grade) -> Option<Figure> {
    let from = |parts: [Part; 2]| parts.map(|part| Origin::Figure(of.at(part)));
    let id = of.at(Part::Gap);
    if !matches!(ind.kind, Kind::Level | Kind::Ratio) {
        return Some(Figure::points(id, gap, from([Part::Schedule, Part::Rate])));
    }
    let from = from([Part::Value, Part::Target]);
    // A ratio's as its value and target differ, to the digit shown.
    let is_shown = (round(gap, 1) - gap).abs() < 1e-9;
    let figure = || match ind.kind {
        Kind::Ratio if is_shown => Figure::points(id, gap, from),
        _ => Figure::change(id, gap, ind.kind, &ind.unit, from),
    };
    (gap != 0.0 && grade != Grade::Reached).then(figure)
}

/// The latest complete value of the earlier months, with its month.
fn complete_before(earlier: &[Month], ix: IndIx) -> Option<(Period, f64)> {
    earlier
        .iter()
        .rev()
        .find_map(|m| Some((m.period(), m.indicators[ix].complete_value()?)))
}

/// Complete values of every month from the plan's start; `None` for a month that is not there or not complete.
fn year_so_far(cx: MonthInYear, ix: IndIx) -> Vec<(Period, Option<Figure>)> {
    let first = Period::of(cx.plan.start);
    let unit = &cx.plan.indicators[ix].unit.text;
    let value = |period| {
        let mut months = cx.earlier.iter().chain([cx.month]);
        let month = months.find(|m| m.period() == period)?;
        let id = Subject::Indicator(ix).at(Part::Month(period));
        let from = [Origin::Records(ix, Some(period))];
        Some(Figure::value(
            id,
            month.indicators[ix].complete_value()?,
            unit,
            from,
        ))
    };
    (0..=cx.month.period().months_since(first))
        .map(|n| first.plus(n))
        .map(|period| (period, value(period)))
        .collect()
}

fn confirmed<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let words: BTreeSet<&str> = words.collect();
    let joined = words.into_iter().joined("；");
    (!joined.is_empty()).then(|| by_telephone(&joined))
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
            let id = Subject::Indicator(ix).at(Part::Target);
            let target = Figure::value(id, t, &ind.unit.text, NONE);
            format!("年度目标调整为{}", target.text())
        });
        let deadline = a
            .deadline
            .map(|d| format!("完成时限调整为{}", chinese_date(d)));
        let what = [target, deadline].into_iter().flatten().joined("，");
        let basis = if a.basis.is_empty() {
            String::new()
        } else {
            format!("（{}）", a.basis)
        };
        format!("自{}起{what}{basis}", a.from.chinese())
    });
    let said = said.joined("；");
    (!said.is_empty()).then_some(said)
}

/// One row per reporter × indicator, in plan order: records.csv.
pub fn slots(plan: &Plan, accepted: &Accepted, month: &Month) -> Vec<SlotFacts> {
    let row = |(ix, (judged, slot)): (usize, (&Judged, &Slot))| {
        let part = graded::slot(plan, ix, month.moment, judged);
        SlotFacts {
            department: slot.department,
            indicator: slot.indicator,
            task: slot.task,
            state: judged.state,
            value: judged.value,
            milestone: judged.milestone,
            done_on: judged.done_on,
            target: part.target,
            rate: part.rate,
            schedule: part.schedule,
            grade: part.grade,
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
