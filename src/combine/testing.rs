//! Months for the tests of reports: a plan and made-up values, put through the real [`combine`].

use crate::check::{Fate, FileVerdict, History, Words};
use crate::plan::grade::{expected_share, expected_value};
use crate::plan::testing;

use super::prelude::*;
use super::{CombineError, Facts, Options, combine};

/// A month of a plan before it is combined. Tests change what they are about, and take [`Sample::facts`].
pub(crate) struct Sample {
    pub plan: Plan,
    pub period: Period,
    /// One per slot of the plan, in its order.
    pub slots: Vec<Judged>,
    /// Departments, files, findings and elements; its values are `slots`.
    pub checked: Checked,
    /// Earlier months.
    pub earlier: Vec<(Period, Vec<Judged>)>,
    /// When files came in.
    pub received: Vec<(String, Date)>,
    pub draft: bool,
}

impl Sample {
    /// A month of 2024 in which every department reported in time and everything is on schedule.
    pub fn new(plan: Plan, month: i8) -> Self {
        let period = Period::new(2024, month).unwrap();
        let slots: Vec<Judged> = (0..plan.slots.len())
            .map(|slot| value_at(&plan, slot, period, 0.0))
            .collect();
        Self {
            checked: Checked::for_tests(&plan, period, Vec::new()),
            plan,
            period,
            slots,
            earlier: Vec::new(),
            received: Vec::new(),
            draft: false,
        }
    }

    /// The shipped plan: 20 tasks, 68 indicators, 8 departments.
    pub fn shipped(month: i8) -> Self {
        let plan = include_str!("../../seeds/2024/plan.toml");
        Self::new(crate::check::load_plan("plan.toml", plan).unwrap(), month)
    }

    /// One task of one indicator for each grade, the first half 市级, the others 区级, spread over the departments.
    pub fn graded(month: i8, departments: usize, grades: &[Grade]) -> Self {
        let mut plan = testing::plan(departments);
        for (ix, &grade) in grades.iter().enumerate() {
            let tier = if ix < grades.len().div_ceil(2) {
                "市级"
            } else {
                "区级"
            };
            let task = plan.add_task(tier, &format!("第{}件实事", ix + 1), ix % departments);
            let kind = match grade {
                Grade::Ongoing => Kind::Ongoing,
                Grade::NotStarted | Grade::Overdue => Kind::Milestone,
                Grade::Reached | Grade::NotReached => Kind::Level,
                _ => Kind::Quantity,
            };
            plan.add_indicator("管网改造", kind, 20.0, "公里", &[]);
            plan.tasks[task].evidence_required = grade == Grade::DonePending;
            if grade == Grade::Overdue {
                plan.tasks[task].deadline = Some(Period::new(2024, month).unwrap().last_day());
            }
        }
        let mut sample = Self::new(plan, month);
        for (slot, &grade) in grades.iter().enumerate() {
            sample.slots[slot] = sample.of_grade(slot, grade);
        }
        sample
    }

    /// What a slot of [`Sample::graded`] holds.
    fn of_grade(&self, slot: usize, grade: Grade) -> Judged {
        let ahead = |points| value_at(&self.plan, slot, self.period, points);
        match grade {
            Grade::Done => Judged::value(slot, 20.0),
            Grade::DonePending => Judged {
                evidence_missing: true,
                ..Judged::value(slot, 20.0)
            },
            Grade::Ahead => ahead(12.0),
            Grade::OnSchedule => ahead(0.0),
            Grade::Behind => ahead(-15.0),
            Grade::Serious => ahead(-36.7),
            Grade::Reached => Judged::value(slot, 20.0),
            Grade::NotReached => Judged::value(slot, 19.0),
            Grade::NotStarted => Judged::milestone(slot, MilestoneState::NotStarted),
            Grade::Overdue => Judged::milestone(slot, MilestoneState::UnderWay),
            Grade::Ongoing => Judged::ongoing(slot),
            Grade::Unverified => Judged::withheld(slot, "C006"),
        }
    }

    fn indicator_ix(&self, id: &str) -> IndIx {
        self.plan.indicator(id).unwrap()
    }

    /// The slot of an indicator's first reporter.
    pub fn slot(&mut self, id: &str) -> &mut Judged {
        let slot = self.plan.indicators[self.indicator_ix(id)].slots.start;
        &mut self.slots[slot]
    }

    /// Puts the counts and quantities of a task so many percentage points ahead of their schedule; behind where negative.
    pub fn ahead(&mut self, no: u32, points: f64) -> &mut Self {
        for slot in 0..self.slots.len() {
            let kind = self.plan.indicators[self.plan.slots[slot].indicator].kind;
            if self.plan.tasks[self.plan.slots[slot].task].no == no && kind.is_cumulative() {
                self.slots[slot] = value_at(&self.plan, slot, self.period, points);
            }
        }
        self
    }

    /// What a task's first row says, in each of its fields that is not empty.
    pub fn say(&mut self, no: u32, narrative: &str, problems: &str, next_steps: &str) {
        let text = |text: &str| (!text.is_empty()).then(|| text.into());
        let words = Words {
            narrative: text(narrative),
            problems: text(problems),
            next_steps: text(next_steps),
        };
        let task = self.plan.tasks.iter().position(|t| t.no == no).unwrap();
        let first = self.plan.tasks[task].indicators.start;
        let slot = self.plan.indicators[first].slots.start;
        self.slots[slot].say(words);
    }

    /// Adds the month before, `change`d from this one.
    pub fn month_before(&mut self, change: impl FnOnce(&mut Vec<Judged>)) -> &mut Self {
        let mut slots = self.slots.clone();
        change(&mut slots);
        let before = self
            .earlier
            .first()
            .map_or(self.period, |(period, _)| *period);
        self.earlier.insert(0, (before.previous(), slots));
        self
    }

    /// Every month from the plan's first to this one, all on schedule.
    pub fn year_so_far(&mut self) -> &mut Self {
        let months = 1..self.period.month();
        self.earlier = months
            .map(|month| {
                let period = Period::new(2024, month).unwrap();
                let slots = 0..self.plan.slots.len();
                let slots = slots.map(|slot| value_at(&self.plan, slot, period, 0.0));
                (period, slots.collect())
            })
            .collect();
        self
    }

    /// Adds a finding of a department, without place or text.
    pub fn finding(
        &mut self,
        code: &'static str,
        severity: Severity,
        department: impl Into<Option<DeptIx>>,
    ) -> &mut Finding {
        let finding = Finding::new(code, severity, "", "").department(department);
        self.checked.findings.push(finding);
        self.checked.findings.last_mut().unwrap()
    }

    /// A department that sent nothing usable: its file was refused, or nothing came.
    pub fn lacks(&mut self, department: DeptIx, submitted: Submitted) -> &mut Self {
        self.checked.departments[department].submitted = submitted;
        self
    }

    /// A department that reported after the due date.
    pub fn late(&mut self, department: DeptIx) -> &mut Self {
        self.finding("X002", Severity::Warning, department);
        self
    }

    /// A file of the inbox; the one a department's values are taken from where it was used.
    pub fn file(&mut self, path: &str, department: Option<DeptIx>, fate: Fate) -> &mut Self {
        let ix = self.checked.files.len();
        if let Some(department) = department {
            let files = &mut self.checked.departments[department];
            files.files.push(ix);
            if fate == Fate::Used {
                files.used = Some(ix);
            }
        }
        self.checked.files.push(FileVerdict {
            path: path.to_owned(),
            bytes: 10_000 + ix as u64,
            sha256: format!("{ix:064x}"),
            department,
            fate,
        });
        self
    }

    /// The earlier months as a history.
    pub fn history(&self) -> History {
        let mut history = History::default();
        for (period, slots) in &self.earlier {
            history.push(Accepted::for_tests(*period, slots.clone()), []);
        }
        history
    }

    /// The month as checked, with its values.
    pub fn checked(&self) -> Checked {
        Checked {
            accepted: Accepted::for_tests(self.period, self.slots.clone()),
            ..self.checked.clone()
        }
    }

    /// The month's facts.
    pub fn facts(&self) -> Facts {
        self.combine().unwrap()
    }

    /// Combines the month, with the due date as the reports' date.
    pub fn combine(&self) -> Result<Facts, CombineError> {
        let options = Options {
            date: self.plan.due_date(self.period),
            is_dated: true,
            draft: self.draft,
            rules: &[],
        };
        let register = Register::new(self.received.iter().cloned());
        combine(
            &self.plan,
            &self.checked(),
            &self.history(),
            &register,
            &options,
        )
    }
}

/// A slot's value so many percentage points ahead of its schedule; of a level or ratio its target, of a milestone under way.
pub(crate) fn value_at(plan: &Plan, slot: usize, period: Period, points: f64) -> Judged {
    let moment = Moment::month_end(period);
    let indicator = plan.slots[slot].indicator;
    let target = plan.slot_target(slot, period).unwrap_or_default();
    match plan.indicators[indicator].kind {
        Kind::Quantity => {
            let share = expected_share(plan, indicator, moment) + points / 100.0;
            Judged::value(slot, (target * share.clamp(0.0, 1.0) * 1e4).round() / 1e4)
        }
        Kind::Count => {
            let expected = expected_value(plan, indicator, target, moment);
            let value = expected + (target * points / 100.0).round();
            Judged::value(slot, value.clamp(0.0, target))
        }
        Kind::Level | Kind::Ratio => Judged::value(slot, target),
        Kind::Milestone => Judged::milestone(slot, MilestoneState::UnderWay),
        Kind::Ongoing => Judged::ongoing(slot),
    }
}

#[test]
fn a_sample_has_the_grades_it_was_asked_for() {
    for month in [6, 9] {
        let facts = Sample::graded(month, 3, &Grade::ALL).facts();
        let grades: Vec<Grade> = facts.tasks.iter().map(|t| t.grade).collect();
        assert_eq!(grades, Grade::ALL, "{month}");
    }
}
