//! The facts of departments: what came, when, how good it was.

use std::cmp::Ordering;

use crate::check::Reporting;
use crate::plan::Department;
use crate::plan::grade::gap;
use crate::plan::number::round;

use super::counts::{Graded, LAGGING, counts, sum};
use super::exact::mean;
use super::facts::{DepartmentFacts, GradeCounts, ProgressRank};
use super::frames::Tally;
use super::graded::MonthInYear;
use super::origin::Class;
use super::prelude::*;
use super::task_grade::Progress;

/// Findings: open ones by severity, and those explained, whatever their severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindingTally([u32; 4]);

impl FindingTally {
    const CLASSES: [Class; 4] = [Class::ERROR, Class::WARNING, Class::NOTE, Class::Explained];

    /// Counts one more.
    fn add(&mut self, finding: &Finding) {
        let class = Class::of(finding.status, finding.severity);
        for (count, of) in self.0.iter_mut().zip(Self::CLASSES) {
            *count += u32::from(of == class);
        }
    }

    /// How many there are of a class.
    pub fn of(&self, class: Class) -> u32 {
        let mut counts = self.0.iter().zip(Self::CLASSES);
        counts
            .find(|(_, of)| *of == class)
            .map_or(0, |(count, _)| *count)
    }
}

/// The findings of all departments and of files that belong to none.
pub fn all_findings(checked: &Checked) -> FindingTally {
    let mut all = FindingTally::default();
    checked.findings.iter().for_each(|f| all.add(f));
    all
}

/// Every department's facts, in plan order. `slots`: each one's, in plan order.
pub fn facts(cx: MonthInYear, register: &Register, slots: &[Tally]) -> Vec<DepartmentFacts> {
    let MonthInYear {
        plan,
        checked,
        month,
        ..
    } = cx;
    let mut quality: Vec<Quality> = slots
        .iter()
        .map(|&slots| Quality {
            slots,
            findings: FindingTally::default(),
            late: false,
            is_in: false,
        })
        .collect();
    for (own, files) in quality.iter_mut().zip(&checked.departments) {
        own.is_in = files.submitted == Submitted::Usable;
    }
    for finding in &checked.findings {
        let Some(department) = finding.department.filter(|&d| d < quality.len()) else {
            continue;
        };
        quality[department].findings.add(finding);
        quality[department].late |= finding.code == "X002";
    }
    let mut led: Vec<Vec<Graded>> = vec![Vec::new(); plan.departments.len()];
    for (ix, (task, graded)) in plan.tasks.iter().zip(&month.tasks).enumerate() {
        led[task.lead].push((graded.grade, Origin::TaskGrade(ix, None)));
    }
    let ranks = ranks(&quality, Quality::is_ranked, Quality::order);
    let standings: Vec<Standing> = led.iter().map(|own| Standing::of(cx, own)).collect();
    let progress_ranks = self::ranks(&standings, |s| s.tasks > 0, Standing::order);
    let due = plan.due_date(month.period());
    let is_expected = plan
        .first_period
        .is_none_or(|first| month.period() >= first);
    let one = |(ix, department): (DeptIx, &Department)| {
        let of = Subject::Department(ix);
        let Quality {
            slots, findings, ..
        } = quality[ix];
        let tasks = counts(of, Part::Tasks, plan.counter(), &led[ix]);
        let files = checked.departments.get(ix);
        let path = |file: usize| checked.files.get(file).map(|f| f.path.as_str());
        let received = |file: usize| register.received(path(file)?);
        let found = |part, class| {
            let from = [Origin::Findings(class, Some(ix))];
            Figure::count(of.at(part), findings.of(class), "项", from)
        };
        let origins = |parts: &[Part]| -> Vec<Origin> {
            parts
                .iter()
                .map(|&part| Origin::Figure(of.at(part)))
                .collect()
        };
        let received = files.and_then(|f| f.first(received)).map(|(day, _)| day);
        let came = files.map_or(Submitted::Nothing, |f| f.submitted);
        let submitted = reporting(came, quality[ix], received, due, is_expected);
        let share = f64::from(slots.accepted) / f64::from(slots.slots()) * 100.0;
        DepartmentFacts {
            department: ix,
            id: department.id.clone(),
            name: department.name.clone(),
            submitted,
            received,
            due,
            file: files.and_then(|f| f.used).and_then(path).map(str::to_owned),
            errors: found(Part::Errors, Class::ERROR),
            warnings: found(Part::Warnings, Class::WARNING),
            notes: found(Part::Notes, Class::NOTE),
            explained: found(Part::Explained, Class::Explained),
            slots: Figure::count(
                of.at(Part::Slots),
                slots.slots(),
                "项",
                [Origin::Asked(Some(ix))],
            ),
            accepted_rate: (slots.slots() > 0).then(|| {
                let from = origins(&[Part::Accepted, Part::Slots]);
                Figure::percent(of.at(Part::AcceptedRate), share, from)
            }),
            accepted: Figure::count(
                of.at(Part::Accepted),
                slots.accepted,
                "项",
                [Origin::Rows(crate::check::State::Accepted, Some(ix))],
            ),
            rank: ranks[ix].map(|rank| {
                let from = origins(&[Part::AcceptedRate, Part::Errors, Part::Warnings]);
                Figure::count(of.at(Part::Rank), rank, "", from)
            }),
            progress: progress_ranks[ix].map(|rank| standings[ix].facts(of, &tasks, rank)),
            tasks,
        }
    };
    plan.departments.iter().enumerate().map(one).collect()
}

/// How it reported; `came`: when its first usable file came.
fn reporting(
    submitted: Submitted,
    quality: Quality,
    came: Option<Date>,
    due: Date,
    is_expected: bool,
) -> Reporting {
    match submitted {
        Submitted::Usable if quality.late => Reporting::Late,
        Submitted::Usable => match came {
            None => Reporting::Undated,
            Some(day) if day > due => Reporting::Submitted,
            Some(_) => Reporting::OnTime,
        },
        Submitted::Returned => Reporting::Returned,
        Submitted::Nothing if !is_expected => Reporting::NotDue,
        Submitted::Nothing if quality.slots.slots() == 0 => Reporting::NoTask,
        Submitted::Nothing => Reporting::NotSubmitted,
    }
}

/// What a department's rank goes by.
#[derive(Debug, Clone, Copy)]
struct Quality {
    slots: Tally,
    findings: FindingTally,
    late: bool,
    /// A usable report came.
    is_in: bool,
}

impl Quality {
    fn is_ranked(&self) -> bool {
        self.is_in && self.slots.slots() > 0
    }

    /// The better one first: larger share accepted (compared as fractions), then fewer errors, then in time before late, then
    /// fewer warnings.
    fn order(&self, other: &Self) -> Ordering {
        let share = |q: &Self| (q.slots.accepted, q.slots.slots());
        let fewer = |class| self.findings.of(class).cmp(&other.findings.of(class));
        fractions(share(other), share(self))
            .then_with(|| fewer(Class::ERROR))
            .then_with(|| self.late.cmp(&other.late))
            .then_with(|| fewer(Class::WARNING))
    }
}

/// Compares fractions, each as its parts.
fn fractions(a: (u32, u32), b: (u32, u32)) -> Ordering {
    (u64::from(a.0) * u64::from(b.1)).cmp(&(u64::from(b.0) * u64::from(a.1)))
}

/// How the tasks that a department leads stand.
#[derive(Debug, Clone)]
struct Standing {
    lagging: u32,
    /// Those of which enough is known.
    tasks: u32,
    /// Those that have a rate.
    measured: Vec<TaskIx>,
    mean: Option<Progress>,
}

impl Standing {
    fn of(cx: MonthInYear, own: &[Graded]) -> Self {
        let ix = |graded: &Graded| match graded.1 {
            Origin::TaskGrade(ix, _) => Some((ix, cx.month.tasks[ix].computed.progress?)),
            _ => None,
        };
        let (measured, progress): (Vec<TaskIx>, Vec<Progress>) = own.iter().filter_map(ix).unzip();
        let mean = |pick: fn(&Progress) -> f64| mean(progress.iter().map(pick));
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            lagging: count(own.iter().filter(|(g, _)| g.is_lagging()).count()),
            tasks: count(own.iter().filter(|(g, _)| *g != Grade::Unverified).count()),
            measured,
            mean: mean(|p| p.rate)
                .zip(mean(|p| p.schedule))
                .map(|(rate, schedule)| Progress {
                    rate: round(rate, 1),
                    schedule: round(schedule, 1),
                }),
        }
    }

    /// 0 where none has a rate.
    fn gap(&self) -> f64 {
        self.mean.map_or(0.0, |p| gap(p.rate, p.schedule))
    }

    /// As figures of its department, which leads `tasks`.
    fn facts(&self, of: Subject, tasks: &GradeCounts, rank: i64) -> ProgressRank {
        let mean = |part, value: f64| {
            let tasks = self.measured.iter();
            let figures = tasks.map(|&ix| Origin::Figure(Subject::Task(ix).at(part)));
            Figure::percent(of.at(part), value, figures)
        };
        let rate = self.mean.map(|p| mean(Part::Rate, p.rate));
        let schedule = self.mean.map(|p| mean(Part::Schedule, p.schedule));
        let both = rate.iter().chain(&schedule).map(Figure::origin);
        let gap = self
            .mean
            .map(|_| Figure::points(of.at(Part::Gap), self.gap(), both));
        let lagging = sum(of.at(Part::Lagging), tasks, &LAGGING);
        let by = gap.iter().chain([&lagging]).map(Figure::origin);
        ProgressRank {
            rank: Figure::count(of.at(Part::ProgressRank), rank, "", by),
            lagging,
            rate,
            schedule,
            gap,
        }
    }

    /// The better one first: the smaller share behind, then the smaller gap.
    fn order(&self, other: &Self) -> Ordering {
        let share = |s: &Self| (s.lagging, s.tasks);
        fractions(share(self), share(other)).then_with(|| self.gap().total_cmp(&other.gap()))
    }
}

/// 1, 2, 2, 4: equal ones share a rank; `None`: not among them.
fn ranks<T>(
    of: &[T],
    is_ranked: impl Fn(&T) -> bool,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Vec<Option<i64>> {
    let mut order: Vec<usize> = (0..of.len()).filter(|&ix| is_ranked(&of[ix])).collect();
    order.sort_by(|&a, &b| compare(&of[a], &of[b]));
    let mut ranks = vec![None; of.len()];
    let mut rank = 0;
    for (place, &ix) in order.iter().enumerate() {
        let same = place
            .checked_sub(1)
            .is_some_and(|before| compare(&of[order[before]], &of[ix]) == Ordering::Equal);
        if !same {
            rank = len(place) + 1;
        }
        ranks[ix] = Some(rank);
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quality(slots: u32, accepted: u32, errors: u32, warnings: u32) -> Quality {
        Quality {
            slots: Tally {
                accepted,
                withheld: 0,
                missing: slots - accepted,
            },
            findings: FindingTally([errors, warnings, 0, 0]),
            late: false,
            is_in: true,
        }
    }

    #[test]
    fn equal_departments_share_a_rank() {
        let all = [
            quality(3, 2, 0, 0),
            quality(10, 10, 0, 1),
            quality(2, 2, 0, 1),
            quality(6, 4, 0, 0),
            quality(0, 0, 0, 0),
            quality(4, 4, 1, 0),
        ];
        let ranked = |all: &[Quality]| -> Vec<i64> {
            let ranks = ranks(all, Quality::is_ranked, Quality::order).into_iter();
            ranks.map(Option::unwrap_or_default).collect()
        };
        assert_eq!(ranked(&all), [4, 1, 1, 4, 0, 3]);
        // Late is worse than any number of warnings, and better than an error.
        let late = Quality {
            late: true,
            ..quality(9, 9, 0, 1)
        };
        let all = [late, quality(9, 9, 0, 5), quality(9, 9, 1, 0)];
        assert_eq!(ranked(&all), [2, 1, 3]);
        // Of what never came there is nothing to rank.
        let nothing = Quality {
            is_in: false,
            ..quality(9, 0, 1, 0)
        };
        assert_eq!(ranked(&[nothing, quality(9, 0, 5, 0)]), [0, 1]);
    }

    #[test]
    fn fewer_laggards_rank_before_a_smaller_gap() {
        let standing = |lagging, tasks, rate, schedule| Standing {
            lagging,
            tasks,
            measured: Vec::new(),
            mean: Some(Progress { rate, schedule }),
        };
        let all = [
            standing(1, 4, 90.0, 50.0),
            standing(0, 2, 50.0, 50.0),
            standing(0, 0, 0.0, 0.0),
            standing(0, 1, 60.0, 50.0),
            standing(1, 4, 40.0, 50.0),
        ];
        let ranks = ranks(&all, |s| s.tasks > 0, Standing::order);
        assert_eq!(ranks, [Some(3), Some(2), None, Some(1), Some(4)]);
    }
}
