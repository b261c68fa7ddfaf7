//! The facts of tasks.

use std::cmp::Reverse;

use crate::check::WordsOf;
use crate::intake::Field;
use crate::plan::Task;
use crate::plan::grade::gap;

use super::elements;
use super::facts::{IndicatorFacts, LastKnown, TaskFacts};
use super::follow_up;
use super::graded::{self, Month, MonthInYear};
use super::movement::movement;
use super::prelude::*;
use super::progress;
use super::task_grade::Progress;
use super::words::of_task as words;

/// Every task's facts, in plan order. `indicators`: those of all tasks.
pub fn facts(cx: MonthInYear, indicators: &[IndicatorFacts]) -> Vec<TaskFacts> {
    let own = |ix: TaskIx| indicators.get(cx.plan.tasks[ix].indicators.clone());
    (0..cx.plan.tasks.len())
        .map(|ix| one(cx, ix, own(ix).unwrap_or_default()))
        .collect()
}

fn one(cx: MonthInYear, ix: TaskIx, indicators: &[IndicatorFacts]) -> TaskFacts {
    let (plan, month) = (cx.plan, cx.month);
    let task = &plan.tasks[ix];
    let graded = &month.tasks[ix];
    let computed = &graded.computed;
    let of = Subject::Task(ix);
    let records = indicators
        .iter()
        .filter(|i| i.kind == Kind::Milestone)
        .map(|i| Origin::Records(i.indicator, None));
    let of_counted = |part| -> Vec<Origin> {
        let counted = indicators.iter().filter(|i| i.rate.is_some());
        let figure = |i: &IndicatorFacts| Origin::Figure(Subject::Indicator(i.indicator).at(part));
        counted.map(figure).collect()
    };
    let [rate, schedule, gap] = progress_figures(of, computed.progress, &of_counted);
    let previous_grade = cx.before.map(|m| m.tasks[ix].grade);
    let deadlines = task.indicators.clone();
    let last = deadlines.map(|i| plan.deadline(i, month.period())).max();
    let deadline = last.or(task.deadline).unwrap_or(plan.end);
    let (stays_listed, last_known) = last_known(cx, ix);
    let same_basis = graded.override_reason.is_some()
        || cx.before.is_none_or(|before| {
            let mut own = task.indicators.clone();
            own.all(|i| is_unknown(month, i) == is_unknown(before, i))
        });
    let unfinished = indicators.iter().filter(|i| !i.grade.is_finished());
    let unfinished = unfinished.map(|i| i.indicator);
    let expected_on = follow_up::expected_on(cx, &cx.checked.accepted, unfinished);
    let said = |which| words(plan, &cx.checked.accepted, ix, which);
    let problems = said(WordsOf::Problems).or_else(|| answer(cx, ix, Field::Problems));
    let next_steps = said(WordsOf::NextSteps).or_else(|| answer(cx, ix, Field::NextSteps));
    let (previous_rate, rate_change) = follow_up::change(cx, ix, rate.as_ref());
    TaskFacts {
        task: ix,
        no: task.no,
        tier: task.tier.clone(),
        name: task.name.clone(),
        lead: task.lead,
        lead_name: name(plan, task.lead),
        with_names: with_names(plan, task),
        text: task.text.clone(),
        grade: graded.grade,
        grade_text: grade_text(graded, indicators),
        notes: notes(graded),
        override_reason: graded.override_reason.clone(),
        rate,
        schedule,
        gap_abs: gap.as_ref().map(Figure::abs),
        gap,
        milestones: computed.milestones.map(|(done, all)| {
            (
                Figure::count(of.at(Part::MilestonesDone), done, "个", records),
                Figure::count(of.at(Part::Milestones), all, "个", [Origin::Milestones(ix)]),
            )
        }),
        progress: indicators
            .iter()
            .map(|i| {
                progress::sentence(
                    i,
                    plan.indicators[i.indicator].direction,
                    indicators.len() > 1,
                )
            })
            .collect(),
        unverified: Figure::count(
            of.at(Part::Unverified),
            computed.unverified,
            "项",
            indicators.iter().map(|i| i.reported.0.origin()),
        ),
        verified: Figure::count(
            of.at(Part::Verified),
            len(indicators.len()) - i64::from(computed.unverified),
            "项",
            [Origin::Figure(of.at(Part::Unverified))],
        ),
        indicators: task.indicators.clone(),
        previous_grade,
        movement: movement(previous_grade, graded.grade, same_basis),
        months: follow_up::grades(cx, ix),
        previous_rate,
        rate_change,
        streak: follow_up::streak(cx, ix, stays_listed),
        promise: follow_up::promise(cx, ix, expected_on),
        next_date: follow_up::next_date(cx, ix, expected_on),
        requests: follow_up::requests([&problems, &next_steps].into_iter().flatten().map(|t| &**t)),
        narrative: said(WordsOf::Narrative),
        problems,
        next_steps,
        expected_on,
        deadline,
        early_warning: early_warning(cx, ix, indicators, (expected_on, deadline)),
        elements: elements::of_task(plan, cx.checked, ix),
        stays_listed,
        is_in_question: indicators.iter().any(|i| i.is_in_question),
        last_known,
    }
}

fn name(plan: &Plan, department: DeptIx) -> String {
    plan.departments
        .get(department)
        .map(|d| d.name.clone())
        .unwrap_or_default()
}

/// Rate, schedule and the gap that decides the grade.
fn progress_figures(
    of: Subject,
    progress: Option<Progress>,
    from: &dyn Fn(Part) -> Vec<Origin>,
) -> [Option<Figure>; 3] {
    let Some(p) = progress else {
        return [None, None, None];
    };
    let rate = Figure::percent(of.at(Part::Rate), p.rate, from(Part::Rate));
    let schedule = Figure::percent(of.at(Part::Schedule), p.schedule, from(Part::Schedule));
    let both = [schedule.origin(), rate.origin()];
    let points = Figure::points(of.at(Part::Gap), gap(p.rate, p.schedule), both);
    [Some(rate), Some(schedule), Some(points)]
}

/// 「持续推进（量化任务已完成；1项待核实）」.
fn grade_text(graded: &graded::Task, indicators: &[IndicatorFacts]) -> String {
    let computed = &graded.computed;
    let mut additions = Vec::new();
    if computed.quantified_done && graded.grade == Grade::Ongoing {
        let is_step = |i: &IndicatorFacts| i.kind == Kind::Milestone;
        let mut dated = indicators.iter().filter(|i| i.kind != Kind::Ongoing);
        let all = dated.clone().all(is_step);
        additions.push(match (all, dated.any(is_step)) {
            (true, _) => "节点已完成".to_owned(),
            (_, true) => "量化任务和节点已完成".to_owned(),
            _ => "量化任务已完成".to_owned(),
        });
    }
    // Where nothing at all is known the grade says it.
    if computed.unverified > 0
        && usize::try_from(computed.unverified).is_ok_and(|n| n < indicators.len())
    {
        additions.push(format!("{}项待核实", computed.unverified));
    }
    if additions.is_empty() {
        graded.grade.name().to_owned()
    } else {
        format!("{}（{}）", graded.grade.name(), additions.join("；"))
    }
}

fn notes(graded: &graded::Task) -> Vec<String> {
    let mut notes = graded.computed.notes.clone();
    if let Some(reason) = &graded.override_reason {
        let computed = graded.computed.grade;
        let was = if computed == graded.grade {
            String::new()
        } else {
            format!("，按数据为{}", computed.name())
        };
        notes.push(format!("状态由督查室认定{was}：{reason}"));
    }
    notes
}

/// The bodies that cooperate, joined by 、.
fn with_names(plan: &Plan, task: &Task) -> String {
    let names = task.with.iter().map(|&d| name(plan, d));

    names.chain(task.with_others.iter().cloned()).joined("、")
}

fn is_unknown(month: &Month, indicator: IndIx) -> bool {
    month.indicators[indicator].grade == Grade::Unverified
}

/// Whether it stays among the laggards though its grade does not say so, and what was last known of it where it is not graded
/// or stays so.
fn last_known(cx: MonthInYear, ix: TaskIx) -> (bool, Option<LastKnown>) {
    let graded = &cx.month.tasks[ix];
    let mut earlier = cx.earlier.iter().rev();
    let last = earlier.find(|m| m.tasks[ix].grade != Grade::Unverified);
    let was_behind = last.filter(|m| m.tasks[ix].grade.is_lagging());
    let stays_listed = if graded.grade == Grade::Unverified {
        graded.computed.has_laggard || was_behind.is_some()
    } else {
        // What made it a laggard is not known any more.
        let mut own = cx.plan.tasks[ix].indicators.clone();
        let is_lost = |m: &Month, i| is_unknown(cx.month, i) && m.indicators[i].grade.is_lagging();
        !graded.grade.is_lagging() && was_behind.is_some_and(|m| own.any(|i| is_lost(m, i)))
    };
    let is_told = graded.grade == Grade::Unverified || stays_listed;
    let known = last.filter(|_| is_told).map(|m| known_in(ix, m));
    (stays_listed, known)
}

fn known_in(ix: TaskIx, month: &Month) -> LastKnown {
    let (period, graded) = (month.period(), &month.tasks[ix]);
    let from = |_| vec![Origin::TaskGrade(ix, Some(period))];
    let of = Subject::LastKnown(ix);
    let [rate, schedule, gap] = progress_figures(of, graded.computed.progress, &from);
    LastKnown {
        period,
        grade: graded.grade,
        rate,
        schedule,
        gap,
    }
}

/// What 情况说明 says where the form left the field blank: the answer to R016, the lead's before another reporter's.
fn answer(cx: MonthInYear, ix: TaskIx, field: Field) -> Option<String> {
    let asked = format!("填写{}", field.chinese());
    // A form without the column is one finding for all of its department's tasks.
    let mentioned = format!("第{}项“", cx.plan.tasks[ix].no);
    let is_about =
        |f: &&Finding| f.task == Some(ix) || f.cell.is_none() && f.message.contains(&mentioned);
    let said = |f: &Finding| {
        let said = f.explanation.as_deref().unwrap_or_default().trim();
        (!said.is_empty()).then(|| {
            (
                f.department != Some(cx.plan.tasks[ix].lead),
                said.to_owned(),
            )
        })
    };
    let answers = cx
        .checked
        .findings
        .iter()
        .filter(|f| f.code == "R016" && f.expected.as_deref() == Some(&asked))
        .filter(is_about)
        .filter_map(said);
    let (_, said) = answers.min_by_key(|(is_other, _)| *is_other)?;
    Some(format!("据情况说明，{said}"))
}

/// The last day of those that R020 finds too late, of what is unfinished: the rule may be switched off. `task`: when the
/// whole task is expected and due.
fn early_warning(
    cx: MonthInYear,
    ix: TaskIx,
    indicators: &[IndicatorFacts],
    task: (Option<Date>, Date),
) -> Option<String> {
    let (plan, checked) = (cx.plan, cx.checked);
    let found = checked
        .findings
        .iter()
        .filter(|f| f.code == "R020" && f.task == Some(ix));
    let slipped = found.filter_map(|f| {
        let own = indicators
            .iter()
            .find(|i| f.indicator == Some(i.indicator) && !i.grade.is_finished())?;
        let slot = plan.slot(f.department?, own.indicator)?;
        Some((checked.accepted.slot(slot).expected_on?, own))
    });
    let (day, own) = slipped.max_by_key(|(day, own)| (*day, Reverse(own.indicator)))?;
    let due = plan.deadline(own.indicator, cx.month.period());
    let warning = progress::slipped(day, due);
    // Another indicator of the task may be expected or due later.
    Some(if indicators.len() == 1 || task == (Some(day), due) {
        warning
    } else {
        format!("“{}”{warning}", own.name)
    })
}
