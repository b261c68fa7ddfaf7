//! The month at a glance: counts over all tasks, by 分级, against last month, and month by month.

use super::counts::{FINISHED, Graded, LAGGING, ON_SCHEDULE, change, counts, sum};
use super::departments::all_findings;
use super::exact::mean;
use super::facts::{
    DepartmentFacts, GradeCounts, IndicatorFacts, Movement, Outcome, Overall, PreviousCounts,
    TaskFacts, TierFacts, TrendPoint,
};
use super::figure::NONE;
use super::graded::{Month, MonthInYear, Task};
use super::origin::Class;
use super::prelude::*;

/// The month as a whole.
pub fn overall(
    cx: MonthInYear,
    tasks: &[TaskFacts],
    of_tasks: &[IndicatorFacts],
    departments: &[DepartmentFacts],
) -> Overall {
    let id = |part| Subject::Overall.at(part);
    let now = summary(cx.plan, cx.month, Subject::Overall, None, |_| true);
    // A movement is one grade against the other.
    let moved = |movement, part| {
        let before = cx.before?.period();
        let of = tasks.iter().filter(|t| t.movement == movement);
        let n = len(of.clone().count());
        let grades = |t: &TaskFacts| [None, Some(before)].map(|at| Origin::TaskGrade(t.task, at));
        Some(Figure::count(
            id(part),
            n,
            cx.plan.counter(),
            of.flat_map(grades),
        ))
    };
    let indicators: Vec<Graded> = cx
        .month
        .indicators
        .iter()
        .enumerate()
        .map(|(ix, i)| (i.grade, Origin::IndicatorGrade(ix, None)))
        .collect();
    let slots = cx.checked.accepted.slots();
    let rows = |state: State, part| {
        let n = len(slots.iter().filter(|j| j.state == state).count());
        Figure::count(id(part), n, "项", [Origin::Rows(state, None)])
    };
    let departments = |part| {
        let n = len(departments.iter().filter(|d| d.counts_as(part)).count());
        Figure::count(id(part), n, "个", [Origin::Departments(part)])
    };
    let all_findings = all_findings(cx.checked);
    let findings = |part, class| {
        let n = all_findings.of(class);
        Figure::count(id(part), n, "项", [Origin::Findings(class, None)])
    };
    // Of a task without data nobody knows whether it has begun.
    let resting = [Grade::NotStarted, Grade::Unverified].map(|g| now.tasks.count(g));
    let parts = std::iter::once(&now.tasks.total).chain(resting);
    let started = Figure {
        id: id(Part::Started),
        value: now.tasks.total.value - resting.iter().map(|f| f.value).sum::<f64>(),
        from: parts.map(Figure::origin).collect(),
        ..now.tasks.total.clone()
    };
    let promises = |part, is: fn(Outcome) -> bool| {
        let own = tasks.iter().filter(|t| {
            let promise = t.promise.as_ref();
            promise.is_some_and(|p| p.is_due && is(p.outcome))
        });
        let grades = own.clone().map(|t| Origin::TaskGrade(t.task, None));
        Figure::count(id(part), len(own.count()), cx.plan.counter(), grades)
    };
    let missed = of_tasks.iter().filter(|i| i.misses_target());
    Overall {
        missed: Figure::count(
            id(Part::Missed),
            len(missed.clone().count()),
            "项",
            missed.map(|i| Origin::IndicatorGrade(i.indicator, None)),
        ),
        previous: cx.before.map(|before| previous(cx.plan, before, &now)),
        finished: now.finished,
        on_schedule: now.on_schedule,
        lagging: now.lagging,
        started,
        risen: moved(Movement::Up, Part::Risen),
        fallen: moved(Movement::Down, Part::Fallen),
        promised: promises(Part::Promised, |_| true),
        kept: promises(Part::Kept, |outcome| outcome == Outcome::Kept),
        indicators: counts(Subject::Overall, Part::Indicators, "项", &indicators),
        rate: now.rate,
        schedule: now.schedule,
        departments: departments(Part::Departments),
        submitted: departments(Part::Submitted),
        late: departments(Part::Late),
        returned: departments(Part::Returned),
        missing: departments(Part::Missing),
        errors: findings(Part::Errors, Class::ERROR),
        warnings: findings(Part::Warnings, Class::WARNING),
        notes: findings(Part::Notes, Class::NOTE),
        explained: findings(Part::Explained, Class::Explained),
        slots: Figure::count(
            id(Part::Slots),
            len(slots.len()),
            "项",
            [Origin::Asked(None)],
        ),
        accepted: rows(State::Accepted, Part::Accepted),
        withheld: rows(State::Withheld, Part::Withheld),
        unreported: rows(State::Missing, Part::Unreported),
        tasks: now.tasks,
    }
}

/// One per 分级, in order of first appearance.
pub fn tiers(plan: &Plan, month: &Month) -> Vec<TierFacts> {
    let mut firsts: Vec<TaskIx> = Vec::new();
    for (ix, task) in plan.tasks.iter().enumerate() {
        if !firsts
            .iter()
            .any(|&first| plan.tasks[first].tier == task.tier)
        {
            firsts.push(ix);
        }
    }
    let one = |first: TaskIx| {
        let name = &plan.tasks[first].tier;
        let is_in = |ix: TaskIx| plan.tasks[ix].tier == *name;
        let summary = summary(plan, month, Subject::Tier(first), None, is_in);
        let numbers = || plan.tasks.iter().filter(|t| t.tier == *name).map(|t| t.no);
        TierFacts {
            name: name.clone(),
            tasks: summary.tasks,
            finished: summary.finished,
            on_schedule: summary.on_schedule,
            lagging: summary.lagging,
            rate: summary.rate,
            schedule: summary.schedule,
            first_no: numbers().min().unwrap_or_default(),
            last_no: numbers().max().unwrap_or_default(),
        }
    };
    firsts.into_iter().map(one).collect()
}

/// The months of the plan's year up to the last of `months`, oldest first, each graded with its own month's targets.
pub fn trend(plan: &Plan, months: &[Month]) -> Vec<TrendPoint> {
    let start = Period::of(plan.start);
    let is_other = |grade: &Grade| {
        ![&FINISHED[..], &ON_SCHEDULE, &LAGGING]
            .iter()
            .any(|set| set.contains(grade))
    };
    let others: Vec<Grade> = Grade::ALL.into_iter().filter(is_other).collect();
    let one = |month: &Month| {
        let period = month.period();
        let of = Subject::Trend(period);
        let s = summary(plan, month, of, Some(period), |_| true);
        let rest = s.tasks.total.value - s.finished.value - s.on_schedule.value - s.lagging.value;
        // The counts by grade of an earlier month are no figures of these facts: the sources are the grades themselves.
        let from_grades = |figure: Figure, grades: &[Grade]| {
            let counted = s.tasks.by_grade.iter().filter(|(g, _)| grades.contains(g));
            Figure {
                from: counted.flat_map(|(_, f)| f.from.iter().copied()).collect(),
                ..figure
            }
        };
        let other = Figure {
            value: rest,
            ..Figure::count(of.at(Part::Other), 0, &s.tasks.total.unit, NONE)
        };
        TrendPoint {
            period,
            other: from_grades(other, &others),
            finished: from_grades(s.finished, &FINISHED),
            on_schedule: from_grades(s.on_schedule, &ON_SCHEDULE),
            lagging: from_grades(s.lagging, &LAGGING),
            rate: s.rate,
            schedule: s.schedule,
        }
    };
    months
        .iter()
        .filter(|m| m.period() >= start)
        .map(one)
        .collect()
}

/// Some of a month's tasks taken together.
struct Summary {
    tasks: GradeCounts,
    finished: Figure,
    on_schedule: Figure,
    lagging: Figure,
    rate: Option<Figure>,
    schedule: Option<Figure>,
}

/// Counts and means over the tasks that are `kept`; the sources name the month `at`, where it is not the one at hand.
fn summary(
    plan: &Plan,
    month: &Month,
    of: Subject,
    at: Option<Period>,
    kept: impl Fn(TaskIx) -> bool,
) -> Summary {
    let own: Vec<(TaskIx, &Task)> = (month.tasks.iter().enumerate())
        .filter(|&(ix, _)| kept(ix))
        .collect();
    let rows: Vec<Graded> = own
        .iter()
        .map(|(ix, t)| (t.grade, Origin::TaskGrade(*ix, at)))
        .collect();
    let tasks = counts(of, Part::Tasks, plan.counter(), &rows);
    let figure = |part, pick: fn(&super::task_grade::Progress) -> f64| {
        let measured = || {
            own.iter()
                .filter_map(|(ix, t)| Some((*ix, t.computed.progress?)))
        };
        let mean = mean(measured().map(|(_, progress)| pick(&progress)))?;
        let source = |(ix, _)| match at {
            None => Origin::Figure(Subject::Task(ix).at(part)),
            Some(_) => Origin::TaskGrade(ix, at),
        };
        Some(Figure::percent(of.at(part), mean, measured().map(source)))
    };
    Summary {
        finished: sum(of.at(Part::Finished), &tasks, &FINISHED),
        on_schedule: sum(of.at(Part::OnSchedule), &tasks, &ON_SCHEDULE),
        lagging: sum(of.at(Part::Lagging), &tasks, &LAGGING),
        rate: figure(Part::Rate, |p| p.rate),
        schedule: figure(Part::Schedule, |p| p.schedule),
        tasks,
    }
}

/// Last month's counts, and what they have changed by.
fn previous(plan: &Plan, before: &Month, now: &Summary) -> PreviousCounts {
    let period = before.period();
    let then = summary(plan, before, Subject::Previous, Some(period), |_| true);
    let id = |part| Subject::Overall.at(part);
    let by_grade = now.tasks.by_grade.iter().zip(&then.tasks.by_grade);
    PreviousCounts {
        period,
        finished_change: change(id(Part::FinishedChange), &now.finished, &then.finished),
        on_schedule_change: change(
            id(Part::OnScheduleChange),
            &now.on_schedule,
            &then.on_schedule,
        ),
        lagging_change: change(id(Part::LaggingChange), &now.lagging, &then.lagging),
        change_by_grade: by_grade
            .map(|((grade, now), (_, then))| (*grade, change(id(Part::Change(*grade)), now, then)))
            .collect(),
        tasks: then.tasks,
        finished: then.finished,
        on_schedule: then.on_schedule,
        lagging: then.lagging,
    }
}
