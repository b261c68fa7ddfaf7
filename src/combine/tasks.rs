//! The facts of tasks.

use jiff::civil::Date;

use crate::check::Checked;
use crate::check::WordsOf;
use crate::plan::model::Grading;
use crate::plan::{DeptIx, Grade, Kind, Period, Plan, TaskIx};

use super::elements;
use super::facts::{Figure, IndicatorFacts, LastKnown, TaskFacts};
use super::graded::{self, Month};
use super::movement::movement;
use super::progress;
use super::task_grade::Progress;

/// What the tasks of the month are made from.
pub struct Input<'a> {
    pub plan: &'a Plan,
    pub checked: &'a Checked,
    /// All months, oldest first; the last is the month at hand.
    pub months: &'a [Month],
    /// Last calendar month, where it is there.
    pub before: Option<&'a Month>,
    pub indicators: &'a [IndicatorFacts],
}

/// Every task's facts, in plan order.
pub fn facts(input: &Input) -> Vec<TaskFacts> {
    let Some(month) = input.months.last() else {
        return Vec::new();
    };
    (0..month.tasks.len())
        .map(|ix| one(input, month, ix))
        .collect()
}

fn one(input: &Input, month: &Month, ix: TaskIx) -> TaskFacts {
    let plan = input.plan;
    let task = &plan.tasks[ix];
    let graded = &month.tasks[ix];
    let indicators = input
        .indicators
        .get(task.indicators.clone())
        .unwrap_or_default();
    let computed = &graded.computed;
    let id = |what: &str| format!("task.{}.{what}", task.no);
    let records = indicators
        .iter()
        .filter(|i| i.kind == Kind::Milestone)
        .map(|i| format!("records:{}", i.id));
    let of_counted = |what: &str| of_those(indicators, what);
    let [rate, schedule, gap] = progress_figures(&id, computed.progress, &of_counted);
    let previous_grade = input.before.and_then(|m| m.tasks.get(ix)).map(|t| t.grade);
    let deadline = task
        .indicators
        .clone()
        .map(|i| plan.deadline(i, month.period()))
        .max();
    let deadline = deadline.or(task.deadline).unwrap_or(plan.end);
    let last_known = (graded.grade == Grade::Unverified)
        .then(|| last_known(plan, ix, input.months))
        .flatten();
    let expected_on = expected_on(input, indicators);
    TaskFacts {
        task: ix,
        no: task.no,
        tier: task.tier.clone(),
        name: task.name.clone(),
        lead: task.lead,
        lead_name: name(plan, task.lead),
        with_names: task
            .with
            .iter()
            .map(|&d| name(plan, d))
            .chain(task.with_others.iter().cloned())
            .collect::<Vec<_>>()
            .join("、"),
        text: task.text.clone(),
        grade: graded.grade,
        grade_text: grade_text(graded, indicators.len()),
        notes: notes(graded)
            .into_iter()
            .chain(whole_numbers(graded, gap.as_ref(), &plan.grading))
            .collect(),
        override_reason: graded.override_reason.clone(),
        rate,
        schedule,
        gap_abs: gap.as_ref().map(Figure::abs),
        gap,
        milestones: computed.milestones.map(|(done, all)| {
            (
                Figure::count(id("milestones_done"), done, "个", records),
                Figure::count(
                    id("milestones"),
                    all,
                    "个",
                    [format!("plan:{}.milestones", task.no)],
                ),
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
            id("unverified"),
            computed.unverified,
            "项",
            indicators.iter().map(|i| i.reported.0.id.clone()),
        ),
        verified: Figure::count(
            id("verified"),
            known(indicators.len(), computed.unverified),
            "项",
            [id("unverified")],
        ),
        indicators: task.indicators.clone(),
        previous_grade,
        movement: movement(previous_grade, graded.grade),
        narrative: words(input, ix, WordsOf::Narrative),
        problems: words(input, ix, WordsOf::Problems),
        next_steps: words(input, ix, WordsOf::NextSteps),
        expected_on,
        deadline,
        early_warning: early_warning(input.checked, ix, expected_on, deadline),
        elements: elements::of_task(plan, input.checked, ix),
        stays_listed: graded.grade == Grade::Unverified
            && (computed.has_laggard || last_known.as_ref().is_some_and(|k| k.grade.is_lagging())),
        last_known,
    }
}

/// Indicators that are not unverified.
fn known(all: usize, unverified: u32) -> u32 {
    u32::try_from(all)
        .unwrap_or(u32::MAX)
        .saturating_sub(unverified)
}

fn name(plan: &Plan, department: DeptIx) -> String {
    plan.departments
        .get(department)
        .map(|d| d.name.clone())
        .unwrap_or_default()
}

/// Ids of a figure of those indicators that have it.
fn of_those(indicators: &[IndicatorFacts], what: &str) -> Vec<String> {
    indicators
        .iter()
        .filter(|i| i.rate.is_some())
        .map(|i| format!("indicator.{}.{what}", i.id))
        .collect()
}

/// Rate, schedule and gap as printed. The printed gap is the difference of the two printed figures, so that a reader's own
/// subtraction agrees; the grade is decided by the unrounded gap, in which counts are held against whole numbers.
fn progress_figures(
    id: &dyn Fn(&str) -> String,
    progress: Option<Progress>,
    of: &dyn Fn(&str) -> Vec<String>,
) -> [Option<Figure>; 3] {
    let Some(p) = progress else {
        return [None, None, None];
    };
    let rate = Figure::percent(id("rate"), p.rate, of("rate"));
    let schedule = Figure::percent(id("schedule"), p.schedule, of("schedule"));
    let gap = Figure::points(
        id("gap"),
        schedule.value - rate.value,
        [id("schedule"), id("rate")],
    );
    [Some(rate), Some(schedule), Some(gap)]
}

/// Counts are held against the whole part of what is expected: where that decides, the printed gap alone would mislead.
fn whole_numbers(graded: &graded::Task, gap: Option<&Figure>, grading: &Grading) -> Option<String> {
    let (shown, own) = (gap?.value, graded.computed.progress?.gap);
    let not_behind =
        shown > grading.tolerance && own <= grading.tolerance && !graded.grade.is_lagging();
    let ahead = graded.grade == Grade::Ahead && shown > -grading.ahead && own <= -grading.ahead;
    (not_behind || ahead).then(|| "个数类指标按应完成的整数评定".to_owned())
}

/// 「持续推进（量化任务已完成；1项待核实）」.
fn grade_text(graded: &graded::Task, indicators: usize) -> String {
    let computed = &graded.computed;
    let mut additions = Vec::new();
    if computed.quantified_done && graded.grade == Grade::Ongoing {
        additions.push("量化任务已完成".to_owned());
    }
    // Where nothing at all is known the grade says it.
    if computed.unverified > 0 && usize::try_from(computed.unverified).is_ok_and(|n| n < indicators)
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

fn last_known(plan: &Plan, ix: TaskIx, months: &[Month]) -> Option<LastKnown> {
    let (_, earlier) = months.split_last()?;
    let (month, graded) = earlier.iter().rev().find_map(|m| {
        m.tasks
            .get(ix)
            .filter(|t| t.grade != Grade::Unverified)
            .map(|t| (m, t))
    })?;
    let period = month.period();
    let no = plan.tasks[ix].no;
    let id = |what: &str| format!("task.{no}.last.{what}");
    let from = |_: &str| vec![format!("grade:{no}@{period}")];
    let [rate, schedule, gap] = progress_figures(&id, graded.computed.progress, &from);
    Some(LastKnown {
        period,
        grade: graded.grade,
        rate,
        schedule,
        gap,
    })
}

/// The lead's words, each text once, in plan order; another reporter's only where the lead has none.
fn words(input: &Input, ix: TaskIx, which: WordsOf) -> Option<String> {
    let accepted = &input.checked.accepted;
    let mut said: Vec<&str> = Vec::new();
    for text in accepted.words_of_lead(input.plan, ix, which) {
        if !said.contains(&text) {
            said.push(text);
        }
    }
    if said.is_empty() {
        let other = accepted.words_instead_of_lead(input.plan, ix, which);
        said.extend(other.and_then(|slot| accepted.slot(slot).words(which)));
    }
    let joined = match said.as_slice() {
        [] => return None,
        [one] => return Some((*one).to_owned()),
        [all @ .., last] => all
            .iter()
            .map(|t| t.trim_end_matches(['。', '；', ';']))
            .chain([*last])
            .collect::<Vec<_>>()
            .join("；"),
    };
    Some(joined)
}

/// The latest 预计完成时间 of the unfinished indicators.
fn expected_on(input: &Input, indicators: &[IndicatorFacts]) -> Option<Date> {
    let unfinished = indicators.iter().filter(|i| !i.grade.is_finished());
    unfinished
        .flat_map(|i| i.slots.clone())
        .filter_map(|s| input.checked.accepted.slot(s).expected_on)
        .max()
}

/// Only what R020 has found: the rule may be switched off.
fn early_warning(
    checked: &Checked,
    ix: TaskIx,
    expected: Option<Date>,
    deadline: Date,
) -> Option<String> {
    let found = checked
        .findings
        .iter()
        .find(|f| f.code == "R020" && f.task == Some(ix))?;
    match expected {
        Some(day) if day > deadline => Some(progress::forecast_past_deadline(day, deadline)),
        _ => Some(found.message.clone()),
    }
}

/// Where a month's task figures come from: `grade:14`, `grade:14@2024-05`.
pub fn grade_source(plan: &Plan, ix: TaskIx, period: Option<Period>) -> String {
    let no = plan.tasks.get(ix).map_or(0, |t| t.no);
    period.map_or_else(|| format!("grade:{no}"), |p| format!("grade:{no}@{p}"))
}
