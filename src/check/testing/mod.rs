//! Judged months for unit tests, without workbooks; and [`TestMonth`], one department's month through the real check, row
//! by row.

mod month;

pub use month::{TestMonth, arrival, blank, number, words};

use crate::plan::{MilestoneState, Moment, Period, Plan, SlotIx};

use super::result::checked::Checked;
use super::result::elements::TaskElements;
use super::result::files::{DepartmentFiles, Submitted};
use super::result::judged::{Accepted, Judged, State};
use super::rules::outcomes::Outcomes;

impl Judged {
    /// Held back by an error.
    pub(crate) fn withheld(slot: SlotIx, code: &'static str) -> Self {
        let mut judged = Self {
            state: State::Withheld,
            ..Self::missing(slot)
        };
        judged.withhold(code);
        judged
    }

    pub(crate) fn value(slot: SlotIx, value: f64) -> Self {
        Self {
            state: State::Accepted,
            value: Some(value),
            ..Self::missing(slot)
        }
    }

    pub(crate) fn milestone(slot: SlotIx, state: MilestoneState) -> Self {
        Self {
            state: State::Accepted,
            milestone: Some(state),
            ..Self::missing(slot)
        }
    }

    pub(crate) fn qualified(mut self, qualifier: &str) -> Self {
        self.qualify(qualifier);
        self
    }

    pub(crate) fn confirmed_by(mut self, words: &str) -> Self {
        self.confirm(words);
        self
    }

    /// Accepted work of an ongoing indicator.
    #[cfg(feature = "desktop")]
    pub(crate) fn ongoing(slot: SlotIx) -> Self {
        Self {
            state: State::Accepted,
            ..Self::missing(slot)
        }
    }
}

impl Accepted {
    /// One judgement per slot, in the plan's order.
    pub(crate) fn for_tests(period: Period, slots: Vec<Judged>) -> Self {
        Self { period, slots }
    }
}

impl Checked {
    /// A month without findings, files or elements; every department is in.
    pub(crate) fn for_tests(plan: &Plan, period: Period, slots: Vec<Judged>) -> Self {
        let department = |department| DepartmentFiles {
            submitted: Submitted::Usable,
            ..DepartmentFiles::none(department)
        };
        Self {
            moment: Moment::month_end(period),
            findings: Vec::new(),
            accepted: Accepted::for_tests(period, slots),
            departments: (0..plan.departments.len()).map(department).collect(),
            files: Vec::new(),
            elements: (0..plan.tasks.len())
                .map(|task| TaskElements {
                    task,
                    ..TaskElements::default()
                })
                .collect(),
            outcomes: Outcomes::default(),
            explained: Vec::new(),
        }
    }
}
