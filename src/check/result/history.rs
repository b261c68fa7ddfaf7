//! What was accepted in earlier months.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::intake::submission::FormIdentity;
use crate::plan::{DeptIx, IndIx, MilestoneState, Period, Plan, SlotIx, TaskIx};

use super::carried;
use super::elements::{Element, TaskElements};
use super::judged::{Accepted, Judged, State};

/// An answer of 情况说明 that still holds: the same rule, indicator and value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExplainedKey {
    /// The rule's code.
    pub code: &'static str,
    /// Whose answer it is.
    pub department: DeptIx,
    /// The finding's task.
    pub task: Option<TaskIx>,
    /// The finding's indicator.
    pub indicator: Option<IndIx>,
    /// The finding's raw text.
    pub found: String,
}

/// Earlier months as judged, oldest first.
#[derive(Debug, Clone, Default)]
pub struct History {
    months: BTreeMap<Period, Accepted>,
    elements: BTreeMap<TaskIx, TaskElements>,
    explained: BTreeMap<ExplainedKey, String>,
}

impl History {
    /// What forms of this plan themselves say was last accepted before a month. Anyone can edit a form: this is for a
    /// department's own check alone.
    pub fn of_forms<'a>(
        plan: &Plan,
        before: Period,
        forms: impl Iterator<Item = &'a FormIdentity>,
    ) -> Self {
        let mut history = Self::default();
        for form in forms.filter(|form| form.plan_id.as_deref() == Some(&plan.id)) {
            let department = form
                .department
                .as_deref()
                .and_then(|id| plan.department(id));
            let slots = department.map_or(&[][..], |d| plan.slots_of(d));
            for (indicator, text) in &form.accepted {
                let is_own =
                    |slot: &&SlotIx| plan.indicators[plan.slots[**slot].indicator].id == *indicator;
                let Some(slot) = slots.iter().copied().find(|slot| is_own(&slot)) else {
                    continue;
                };
                if let Some((period, judged)) = carried::parse(plan, slot, text)
                    && (Period::of(plan.start)..before).contains(&period)
                {
                    let month = history.months.entry(period).or_insert_with(|| Accepted {
                        period,
                        slots: (0..plan.slots.len()).map(Judged::missing).collect(),
                    });
                    month.slots[slot] = judged;
                }
            }
        }
        history
    }

    /// Adds a month, and the answers of 情况说明 that settled a warning in it.
    pub fn push(
        &mut self,
        month: Accepted,
        explained: impl IntoIterator<Item = (ExplainedKey, String)>,
    ) {
        self.months.insert(month.period(), month);
        self.explained.extend(explained);
    }

    /// Adds what a month knew of the four elements and the money: what departments filed, but no doubtful money.
    pub fn push_elements(&mut self, plan: &Plan, month: Vec<TaskElements>) {
        let filed = |element: Option<Element>| element.filter(|e| e.period.is_some());
        for new in month.into_iter().filter(|e| e.filed.is_some()) {
            let mut kept = TaskElements {
                measures: filed(new.measures),
                deadline: filed(new.deadline),
                acceptance: filed(new.acceptance),
                funding: filed(new.funding),
                ..new
            };
            if kept.is_doubtful(plan) {
                let known = self.elements.remove(&kept.task).unwrap_or_default();
                (kept.planned, kept.arrived, kept.paid) =
                    (known.planned, known.arrived, known.paid);
            }
            self.elements.insert(kept.task, kept);
        }
    }

    /// The latest accepted four elements and money of a task.
    pub fn elements_of(&self, task: TaskIx) -> Option<&TaskElements> {
        self.elements.get(&task)
    }

    /// Those of all tasks that have any, in plan order.
    pub fn elements(&self) -> impl Iterator<Item = &TaskElements> {
        self.elements.values()
    }

    /// One month.
    pub fn month(&self, period: Period) -> Option<&Accepted> {
        self.months.get(&period)
    }

    /// Every month, oldest first.
    pub fn months(&self) -> impl DoubleEndedIterator<Item = &Accepted> {
        self.months.values()
    }

    /// The department's answers that still hold.
    pub fn explained(&self) -> impl Iterator<Item = (&ExplainedKey, &str)> {
        self.explained
            .iter()
            .map(|(key, words)| (key, words.as_str()))
    }

    /// Whether there is no earlier month.
    pub fn is_empty(&self) -> bool {
        self.months.is_empty()
    }

    /// The answer that settled the same warning in an earlier month.
    pub fn explanation(&self, key: &ExplainedKey) -> Option<&str> {
        self.explained.get(key).map(String::as_str)
    }

    /// The latest accepted judgement of a slot before a month.
    pub fn last(&self, slot: SlotIx, before: Period) -> Option<(Period, &Judged)> {
        self.months
            .range(..before)
            .rev()
            .map(|(&period, month)| (period, month.slot(slot)))
            .find(|(_, judged)| judged.state == State::Accepted)
    }

    /// The latest earlier accepted value.
    pub fn last_value(&self, slot: SlotIx, before: Period) -> Option<(Period, f64)> {
        self.last(slot, before)
            .and_then(|(period, judged)| judged.value.map(|v| (period, v)))
    }

    /// The latest earlier accepted milestone state.
    pub fn last_milestone(
        &self,
        slot: SlotIx,
        before: Period,
    ) -> Option<(Period, MilestoneState, Option<Date>)> {
        self.last(slot, before)
            .and_then(|(period, judged)| judged.milestone.map(|m| (period, m, judged.done_on)))
    }

    /// The accepted values of the `n` months right before `before`, nearest first; `None` unless all are there.
    pub fn run_of_values(&self, slot: SlotIx, before: Period, n: u32) -> Option<Vec<f64>> {
        (1..=n.cast_signed())
            .map(|k| self.month(before.plus(-k))?.slot(slot).value)
            .collect()
    }
}
