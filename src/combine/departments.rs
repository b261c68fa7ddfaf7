//! The facts of departments: what came, when, how good it was.

use std::cmp::Ordering;

use crate::check::{Checked, Register, Reporting, Submitted};
use crate::plan::{DeptIx, Plan};

use super::counts::GradeTable;
use super::facts::{DepartmentFacts, Figure};
use super::figure::len;
use super::frames::{self, FindingTally, FrameError, SlotTally};
use super::graded::Month;

/// Every department's facts, in plan order.
pub fn facts(
    plan: &Plan,
    checked: &Checked,
    register: &Register,
    month: &Month,
    findings: &std::collections::BTreeMap<Option<DeptIx>, FindingTally>,
) -> Result<Vec<DepartmentFacts>, FrameError> {
    let slots = frames::slots_by_department(plan, &checked.accepted)?;
    let rows = month.task_rows(|task| plan.tasks.get(task).map(|t| t.lead));
    let tasks = GradeTable::new(&rows, plan.departments.len())?;
    let led = led_tasks(plan);
    let quality: Vec<Quality> = (0..plan.departments.len())
        .map(|d| Quality {
            slots: slots[d],
            findings: findings.get(&Some(d)).copied().unwrap_or_default(),
        })
        .collect();
    let ranks = ranks(&quality);
    let due = plan.due_date(month.period());
    let mut late = vec![false; plan.departments.len()];
    for finding in checked.findings.iter().filter(|f| f.code == "X002") {
        if let Some(flag) = finding.department.and_then(|d| late.get_mut(d)) {
            *flag = true;
        }
    }
    let one = |(ix, department): (DeptIx, &crate::plan::Department)| {
        let id = |what: &str| format!("department.{}.{what}", department.id);
        let Quality { slots, findings } = quality[ix];
        let files = checked.departments.get(ix);
        let paths = || {
            files
                .into_iter()
                .flat_map(|f| &f.files)
                .filter_map(|&f| checked.files.get(f))
                .map(|f| f.path.as_str())
        };
        let own = |class: &str| [format!("findings:{class}:{}", department.id)];
        let accepted = Figure::count(
            id("accepted"),
            slots.accepted,
            "项",
            [format!("slots:accepted:{}", department.id)],
        );
        let share =
            (slots.slots > 0).then(|| f64::from(slots.accepted) / f64::from(slots.slots) * 100.0);
        let expected = plan
            .first_period
            .is_none_or(|first| month.period() >= first);
        DepartmentFacts {
            department: ix,
            id: department.id.clone(),
            name: department.name.clone(),
            submitted: reporting(
                files.map(|f| f.submitted),
                late[ix],
                expected,
                slots.slots > 0,
            ),
            received: paths().filter_map(|p| register.received(p)).min(),
            due,
            file: files
                .and_then(|f| f.used)
                .and_then(|f| checked.files.get(f))
                .map(|f| f.path.clone()),
            errors: Figure::count(id("errors"), findings.errors, "项", own("error")),
            warnings: Figure::count(id("warnings"), findings.warnings, "项", own("warning")),
            notes: Figure::count(id("notes"), findings.notes, "项", own("note")),
            explained: Figure::count(id("explained"), findings.explained, "项", own("explained")),
            slots: Figure::count(
                id("slots"),
                slots.slots,
                "项",
                [format!("plan:slots:{}", department.id)],
            ),
            accepted_rate: share
                .map(|s| Figure::percent(id("accepted_rate"), s, [id("accepted"), id("slots")])),
            accepted,
            rank: Figure::count(
                id("rank"),
                ranks[ix],
                "",
                [id("accepted_rate"), id("errors"), id("warnings")],
            ),
            tasks: tasks.counts(ix, &id("tasks"), &led[ix]),
        }
    };
    Ok(plan.departments.iter().enumerate().map(one).collect())
}

/// The sources of the grades of the tasks each department leads.
fn led_tasks(plan: &Plan) -> Vec<Vec<String>> {
    let mut led: Vec<Vec<String>> = vec![Vec::new(); plan.departments.len()];
    for (ix, task) in plan.tasks.iter().enumerate() {
        if let Some(own) = led.get_mut(task.lead) {
            own.push(super::tasks::grade_source(plan, ix, None));
        }
    }
    led
}

fn reporting(came: Option<Submitted>, late: bool, expected: bool, reports: bool) -> Reporting {
    match came.unwrap_or(Submitted::Nothing) {
        Submitted::Usable if late => Reporting::Late,
        Submitted::Usable => Reporting::OnTime,
        Submitted::Returned => Reporting::Returned,
        Submitted::Nothing if !expected => Reporting::NotDue,
        Submitted::Nothing if !reports => Reporting::NoTask,
        Submitted::Nothing => Reporting::NotSubmitted,
    }
}

#[derive(Debug, Clone, Copy)]
struct Quality {
    slots: SlotTally,
    findings: FindingTally,
}

impl Quality {
    /// The better one first: larger share accepted (compared as fractions), then fewer errors, then fewer warnings.
    /// A department that reports nothing comes last.
    fn order(&self, other: &Self) -> Ordering {
        let cross = |a: &Self, b: &Self| u64::from(a.slots.accepted) * u64::from(b.slots.slots);
        let reports = |q: &Self| q.slots.slots > 0;
        reports(other)
            .cmp(&reports(self))
            .then_with(|| cross(other, self).cmp(&cross(self, other)))
            .then_with(|| self.findings.errors.cmp(&other.findings.errors))
            .then_with(|| self.findings.warnings.cmp(&other.findings.warnings))
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

/// How many departments stand where: reporting ones alone are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    pub all: i64,
    pub submitted: i64,
    pub late: i64,
    pub returned: i64,
    pub missing: i64,
}

/// `all` = submitted (late ones included) + returned + missing + those of whom nothing is expected yet.
pub fn standing(departments: &[DepartmentFacts]) -> Standing {
    let mut standing = Standing::default();
    for department in departments.iter().filter(|d| d.slots.value > 0.0) {
        standing.all += 1;
        match department.submitted {
            Reporting::OnTime => standing.submitted += 1,
            Reporting::Late => {
                standing.submitted += 1;
                standing.late += 1;
            }
            Reporting::Returned => standing.returned += 1,
            Reporting::NotSubmitted => standing.missing += 1,
            Reporting::NotDue | Reporting::NoTask => {}
        }
    }
    standing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quality(slots: u32, accepted: u32, errors: u32, warnings: u32) -> Quality {
        Quality {
            slots: SlotTally {
                slots,
                accepted,
                withheld: 0,
                missing: slots - accepted,
            },
            findings: FindingTally {
                errors,
                warnings,
                notes: 0,
                explained: 0,
            },
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

    #[test]
    fn every_state_has_its_word() {
        assert_eq!(
            reporting(Some(Submitted::Usable), false, true, true).chinese(),
            "按时报送"
        );
        assert_eq!(
            reporting(Some(Submitted::Usable), true, true, true).chinese(),
            "逾期报送"
        );
        assert_eq!(
            reporting(Some(Submitted::Returned), false, true, true).chinese(),
            "已退回"
        );
        assert_eq!(
            reporting(Some(Submitted::Nothing), false, true, true).chinese(),
            "未报"
        );
        assert_eq!(
            reporting(Some(Submitted::Nothing), false, false, true).chinese(),
            "未到报送期"
        );
        assert_eq!(reporting(None, false, true, false).chinese(), "无报送任务");
    }
}
