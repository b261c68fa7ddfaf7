//! The facts of departments: what came, when, how good it was.

use std::cmp::Ordering;

use crate::check::{Checked, Finding, Register, Reporting, Submitted};
use crate::plan::{Department, DeptIx};

use super::counts::{Graded, counts};
use super::facts::DepartmentFacts;
use super::figure::{Figure, len};
use super::frames::Tally;
use super::graded::MonthInYear;
use super::id::{Part, Subject};
use super::origin::{Class, Origin};

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
        })
        .collect();
    let mut late = vec![false; plan.departments.len()];
    for finding in &checked.findings {
        let Some(department) = finding.department.filter(|&d| d < quality.len()) else {
            continue;
        };
        quality[department].findings.add(finding);
        late[department] |= finding.code == "X002";
    }
    let mut led: Vec<Vec<Graded>> = vec![Vec::new(); plan.departments.len()];
    for (ix, (task, graded)) in plan.tasks.iter().zip(&month.tasks).enumerate() {
        led[task.lead].push((graded.grade, Origin::TaskGrade(ix, None)));
    }
    let ranks = ranks(&quality);
    let due = plan.due_date(month.period());
    let is_expected = plan
        .first_period
        .is_none_or(|first| month.period() >= first);
    let one = |(ix, department): (DeptIx, &Department)| {
        let of = Subject::Department(ix);
        let Quality { slots, findings } = quality[ix];
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
        let share = f64::from(slots.accepted) / f64::from(slots.slots()) * 100.0;
        DepartmentFacts {
            department: ix,
            id: department.id.clone(),
            name: department.name.clone(),
            submitted: match files.map_or(Submitted::Nothing, |f| f.submitted) {
                Submitted::Usable if late[ix] => Reporting::Late,
                Submitted::Usable => match received {
                    None => Reporting::Undated,
                    Some(day) if day > due => Reporting::Submitted,
                    Some(_) => Reporting::OnTime,
                },
                Submitted::Returned => Reporting::Returned,
                Submitted::Nothing if !is_expected => Reporting::NotDue,
                Submitted::Nothing if slots.slots() == 0 => Reporting::NoTask,
                Submitted::Nothing => Reporting::NotSubmitted,
            },
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
            rank: Figure::count(
                of.at(Part::Rank),
                ranks[ix],
                "",
                origins(&[Part::AcceptedRate, Part::Errors, Part::Warnings]),
            ),
            tasks: counts(of, Part::Tasks, plan.counter(), &led[ix]),
        }
    };
    plan.departments.iter().enumerate().map(one).collect()
}

/// What a department's rank goes by.
#[derive(Debug, Clone, Copy)]
struct Quality {
    slots: Tally,
    findings: FindingTally,
}

impl Quality {
    /// The better one first: larger share accepted (compared as fractions), then fewer errors, then fewer warnings.
    /// A department that reports nothing comes last.
    fn order(&self, other: &Self) -> Ordering {
        let cross = |a: &Self, b: &Self| u64::from(a.slots.accepted) * u64::from(b.slots.slots());
        let reports = |q: &Self| q.slots.slots() > 0;
        let fewer = |class| self.findings.of(class).cmp(&other.findings.of(class));
        reports(other)
            .cmp(&reports(self))
            .then_with(|| cross(other, self).cmp(&cross(self, other)))
            .then_with(|| fewer(Class::ERROR))
            .then_with(|| fewer(Class::WARNING))
    }
}

/// 1, 2, 2, 4: equal ones share a rank.
fn ranks(quality: &[Quality]) -> Vec<i64> {
    let mut order: Vec<usize> = (0..quality.len()).collect();
    order.sort_by(|&a, &b| quality[a].order(&quality[b]));
    let mut ranks = vec![0; quality.len()];
    let mut rank = 0;
    for (place, &ix) in order.iter().enumerate() {
        let same = place
            .checked_sub(1)
            .is_some_and(|before| quality[order[before]].order(&quality[ix]) == Ordering::Equal);
        if !same {
            rank = len(place) + 1;
        }
        ranks[ix] = rank;
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
        assert_eq!(ranks(&all), [4, 1, 1, 4, 6, 3]);
    }
}
