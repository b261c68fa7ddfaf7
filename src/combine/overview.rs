//! The month at a glance: counts over all tasks, by 分级, against last month, and month by month.

use crate::check::{Accepted, State};
use crate::plan::{Grade, Period, Plan, TaskIx};

use super::counts::{FINISHED, GradeTable, LAGGING, ON_SCHEDULE, change, sum};
use super::departments::Standing;
use super::facts::{
    Figure, GradeCounts, Movement, Overall, PreviousCounts, TaskFacts, TierFacts, TrendPoint,
};
use super::figure::len;
use super::frames::{FindingTally, FrameError, GradedRow, Tally};
use super::graded::Month;
use super::tasks::grade_source;

/// What the overview is made from.
pub struct Input<'a> {
    pub plan: &'a Plan,
    pub accepted: &'a Accepted,
    pub month: &'a Month,
    /// Last calendar month, where it is there.
    pub before: Option<&'a Month>,
    pub tasks: &'a [TaskFacts],
    pub departments: Standing,
    pub findings: FindingTally,
}

pub fn overall(input: &Input) -> Result<Overall, FrameError> {
    let now = summary(input.plan, input.month, None, "overall")?;
    let previous = input
        .before
        .map(|before| previous(input.plan, before, &now))
        .transpose()?;
    let moved = |movement, id: &str| {
        let of: Vec<u32> = input
            .tasks
            .iter()
            .filter(|t| t.movement == movement)
            .map(|t| t.no)
            .collect();
        // A movement is one grade against the other.
        let from = |before: &Month| {
            of.iter()
                .flat_map(|no| {
                    [
                        format!("grade:{no}"),
                        format!("grade:{no}@{}", before.period()),
                    ]
                })
                .collect::<Vec<_>>()
        };
        input
            .before
            .map(|before| Figure::count(id, len(of.len()), "件", from(before)))
    };
    let indicators: Vec<GradedRow> = input
        .month
        .indicators
        .iter()
        .map(|i| GradedRow {
            group: 0,
            grade: i.grade,
            rate: None,
            schedule: None,
        })
        .collect();
    let sources: Vec<String> = input
        .plan
        .indicators
        .iter()
        .map(|i| format!("grade:{}", i.id))
        .collect();
    let mut indicator_counts =
        GradeTable::new(&indicators, 1)?.counts(0, "overall.indicators", &sources);
    for figure in indicator_counts
        .by_grade
        .iter_mut()
        .map(|(_, f)| f)
        .chain([&mut indicator_counts.total])
    {
        figure.unit = "项".into();
    }
    let state = |s: State, id: &str| {
        Figure::count(
            id,
            len(input
                .accepted
                .slots()
                .iter()
                .filter(|j| j.state == s)
                .count()),
            "项",
            [format!("slots:{}", s.as_str())],
        )
    };
    let departments = |n: i64, what: &str| {
        Figure::count(
            format!("overall.{what}"),
            n,
            "个",
            [format!("departments:{what}")],
        )
    };
    let findings = |n: u32, what: &str, class: &str| {
        Figure::count(
            format!("overall.{what}"),
            n,
            "项",
            [format!("findings:{class}")],
        )
    };
    // Of a task without data nobody knows whether it has begun.
    let resting = [Grade::NotStarted, Grade::Unverified].map(|g| now.tasks.count(g));
    let begun = now.tasks.total.value - resting.iter().map(|f| f.value).sum::<f64>();
    let started = Figure {
        value: begun,
        id: "overall.started".into(),
        from: std::iter::once(&now.tasks.total)
            .chain(resting)
            .map(|f| f.id.clone())
            .collect(),
        ..now.tasks.total.clone()
    };
    Ok(Overall {
        tasks: now.tasks,
        finished: now.finished,
        on_schedule: now.on_schedule,
        lagging: now.lagging,
        started,
        previous,
        risen: moved(Movement::Up, "overall.risen"),
        fallen: moved(Movement::Down, "overall.fallen"),
        indicators: indicator_counts,
        rate: now.rate,
        schedule: now.schedule,
        departments: departments(input.departments.all, "departments"),
        submitted: departments(input.departments.submitted, "submitted"),
        late: departments(input.departments.late, "late"),
        returned: departments(input.departments.returned, "returned"),
        missing: departments(input.departments.missing, "missing"),
        errors: findings(input.findings.errors, "errors", "error"),
        warnings: findings(input.findings.warnings, "warnings", "warning"),
        notes: findings(input.findings.notes, "notes", "note"),
        explained: findings(input.findings.explained, "explained", "explained"),
        slots: Figure::count(
            "overall.slots",
            len(input.accepted.slots().len()),
            "项",
            ["plan:slots"],
        ),
        accepted: state(State::Accepted, "overall.accepted"),
        withheld: state(State::Withheld, "overall.withheld"),
        unreported: state(State::Missing, "overall.unreported"),
    })
}

/// One per 分级, in order of first appearance.
pub fn tiers(plan: &Plan, month: &Month) -> Result<Vec<TierFacts>, FrameError> {
    let mut names: Vec<&str> = Vec::new();
    for task in &plan.tasks {
        if !names.contains(&task.tier.as_str()) {
            names.push(&task.tier);
        }
    }
    let one = |name: &str| {
        let in_tier = |ix: TaskIx| plan.tasks.get(ix).is_some_and(|t| t.tier == name);
        let summary = summary(plan, month, Some(&in_tier), &format!("tier.{name}"))?;
        let numbers = || plan.tasks.iter().filter(|t| t.tier == name).map(|t| t.no);
        Ok(TierFacts {
            name: name.to_owned(),
            tasks: summary.tasks,
            finished: summary.finished,
            on_schedule: summary.on_schedule,
            lagging: summary.lagging,
            rate: summary.rate,
            schedule: summary.schedule,
            first_no: numbers().min().unwrap_or_default(),
            last_no: numbers().max().unwrap_or_default(),
        })
    };
    names.into_iter().map(one).collect()
}

/// The months of the plan's year up to the last of `months`, oldest first, each graded with its own month's targets.
pub fn trend(plan: &Plan, months: &[Month]) -> Result<Vec<TrendPoint>, FrameError> {
    let start = Period::of(plan.start);
    let one = |month: &Month| {
        let period = month.period();
        let id = format!("trend.{period}");
        let s = summary_at(plan, month, None, &id, Some(period))?;
        let rest = s.tasks.total.value - s.finished.value - s.on_schedule.value - s.lagging.value;
        // The counts by grade of an earlier month are no figures of these facts: the sources are the grades themselves.
        let of = |figure: Figure, grades: &[Grade]| {
            let counted = s.tasks.by_grade.iter().filter(|(g, _)| grades.contains(g));
            Figure {
                from: counted.flat_map(|(_, f)| f.from.clone()).collect(),
                ..figure
            }
        };
        let others: Vec<Grade> = Grade::ALL
            .into_iter()
            .filter(|g| {
                ![&FINISHED[..], &ON_SCHEDULE, &LAGGING]
                    .iter()
                    .any(|set| set.contains(g))
            })
            .collect();
        #[expect(clippy::cast_possible_truncation, reason = "a difference of counts")]
        let other = Figure::count(
            format!("{id}.other"),
            rest as i64,
            "件",
            super::figure::NONE,
        );
        Ok(TrendPoint {
            period,
            other: of(other, &others),
            finished: of(s.finished, &FINISHED),
            on_schedule: of(s.on_schedule, &ON_SCHEDULE),
            lagging: of(s.lagging, &LAGGING),
            rate: s.rate,
            schedule: s.schedule,
        })
    };
    months
        .iter()
        .filter(|m| m.period() >= start)
        .map(one)
        .collect()
}

struct Summary {
    tasks: GradeCounts,
    finished: Figure,
    on_schedule: Figure,
    lagging: Figure,
    rate: Option<Figure>,
    schedule: Option<Figure>,
}

fn summary(
    plan: &Plan,
    month: &Month,
    only: Option<&dyn Fn(TaskIx) -> bool>,
    id: &str,
) -> Result<Summary, FrameError> {
    summary_at(plan, month, only, id, None)
}

/// Counts and means over the tasks of `only` (all without it); sources name the month where it is not the one at hand.
fn summary_at(
    plan: &Plan,
    month: &Month,
    only: Option<&dyn Fn(TaskIx) -> bool>,
    id: &str,
    at: Option<Period>,
) -> Result<Summary, FrameError> {
    let kept = |ix: TaskIx| only.is_none_or(|only| only(ix));
    let table = GradeTable::new(&month.task_rows(|ix| kept(ix).then_some(0)), 1)?;
    let sources: Vec<String> = (0..plan.tasks.len())
        .filter(|&ix| kept(ix))
        .map(|ix| grade_source(plan, ix, at))
        .collect();
    let tasks = table.counts(0, &format!("{id}.tasks"), &sources);
    let with_progress = (0..plan.tasks.len()).filter(|&ix| {
        kept(ix)
            && month
                .tasks
                .get(ix)
                .is_some_and(|t| t.computed.progress.is_some())
    });
    let of = |what: &str| -> Vec<String> {
        let source = |ix: TaskIx| {
            at.map_or_else(
                || format!("task.{}.{what}", plan.tasks[ix].no),
                |_| grade_source(plan, ix, at),
            )
        };
        with_progress.clone().map(source).collect()
    };
    let tally = table.tally(0);
    let mean = |pick: fn(&Tally) -> Option<f64>, what: &str| {
        tally
            .and_then(pick)
            .map(|v| Figure::percent(format!("{id}.{what}"), v, of(what)))
    };
    Ok(Summary {
        finished: sum(format!("{id}.finished"), &tasks, &FINISHED),
        on_schedule: sum(format!("{id}.on_schedule"), &tasks, &ON_SCHEDULE),
        lagging: sum(format!("{id}.lagging"), &tasks, &LAGGING),
        rate: mean(|t| t.rate, "rate"),
        schedule: mean(|t| t.schedule, "schedule"),
        tasks,
    })
}

fn previous(plan: &Plan, before: &Month, now: &Summary) -> Result<PreviousCounts, FrameError> {
    let period = before.period();
    let then = summary_at(plan, before, None, "previous", Some(period))?;
    let by_grade = now.tasks.by_grade.iter().zip(&then.tasks.by_grade);
    Ok(PreviousCounts {
        period,
        finished_change: change("overall.finished_change", &now.finished, &then.finished),
        on_schedule_change: change(
            "overall.on_schedule_change",
            &now.on_schedule,
            &then.on_schedule,
        ),
        lagging_change: change("overall.lagging_change", &now.lagging, &then.lagging),
        change_by_grade: by_grade
            .map(|((grade, now), (_, then))| {
                (
                    *grade,
                    change(
                        format!("overall.change.{}", super::counts::slug(*grade)),
                        now,
                        then,
                    ),
                )
            })
            .collect(),
        tasks: then.tasks,
        finished: then.finished,
        on_schedule: then.on_schedule,
        lagging: then.lagging,
    })
}
