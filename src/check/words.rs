//! What rows say in words: kept for later months and seals, or only as far as the month's own reports print them.

use std::sync::Arc;

use crate::plan::{Plan, SlotIx, TaskIx};

use super::checked::Checked;
use super::record::Judged;

/// Words of a row's cells, placeholders dropped; the cell's own text where nothing was trimmed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    pub narrative: Option<Arc<str>>,
    pub problems: Option<Arc<str>>,
    pub next_steps: Option<Arc<str>>,
}

/// The three of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordsOf {
    Narrative,
    Problems,
    NextSteps,
}

impl WordsOf {
    pub const ALL: [Self; 3] = [Self::Narrative, Self::Problems, Self::NextSteps];
}

impl Words {
    pub fn get(&self, which: WordsOf) -> Option<&str> {
        match which {
            WordsOf::Narrative => self.narrative.as_deref(),
            WordsOf::Problems => self.problems.as_deref(),
            WordsOf::NextSteps => self.next_steps.as_deref(),
        }
    }
}

/// How much of a month is kept once it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// What a later month compares with and a seal holds: all words, and every rule's outcome.
    All,
    /// Of the words those of the departments that lead their task, which its reports print; [`missing`] tells which others are
    /// asked for.
    Reports,
}

impl Keep {
    /// Values of a month of which it is known that no later month follows from which on it keeps to the reports: below, the words
    /// of all take little.
    pub const MANY_VALUES: usize = 100_000;
}

/// A task's slots, in plan order.
fn slots_of_task(plan: &Plan, task: TaskIx) -> impl Iterator<Item = SlotIx> {
    plan.tasks[task]
        .indicators
        .clone()
        .flat_map(|indicator| plan.indicators[indicator].slots.clone())
}

/// What a task's lead itself says, in plan order, white space at the ends aside.
pub fn of_lead<'a>(
    plan: &'a Plan,
    task: TaskIx,
    slots: &'a [Judged],
    which: WordsOf,
) -> impl Iterator<Item = &'a str> {
    let own = slots_of_task(plan, task)
        .filter(move |&slot| plan.slots[slot].department == plan.tasks[task].lead);
    own.filter_map(move |slot| slots[slot].words(which))
        .map(str::trim)
        .filter(|words| !words.is_empty())
}

/// Whose words stand for a task where its lead says nothing ([`of_lead`]): the first that says something, though it may have
/// been let go of.
pub fn instead_of_lead(
    plan: &Plan,
    task: TaskIx,
    slots: &[Judged],
    which: WordsOf,
) -> Option<SlotIx> {
    slots_of_task(plan, task).find(|&slot| slots[slot].speaks(which))
}

/// The slots whose words a report prints and which were let go of.
pub fn missing(plan: &Plan, checked: &Checked) -> Vec<SlotIx> {
    let slots = checked.accepted.slots();
    let mut wanted: Vec<SlotIx> = Vec::new();
    for task in 0..plan.tasks.len() {
        for which in WordsOf::ALL {
            if of_lead(plan, task, slots, which).next().is_none() {
                let other = instead_of_lead(plan, task, slots, which);
                wanted.extend(other.filter(|&slot| slots[slot].words(which).is_none()));
            }
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::testing;

    #[test]
    fn words_that_were_let_go_of_are_asked_for_where_the_lead_has_none() {
        let plan = testing::for_rules();
        let missing_all = (0..plan.slots.len()).map(Judged::missing).collect();
        let mut checked = Checked::for_tests(&plan, plan_month(), missing_all);
        let said = || Words {
            narrative: Some("按计划推进。".into()),
            ..Words::default()
        };
        let task = plan.slots[0].task;
        let slots: Vec<SlotIx> = slots_of_task(&plan, task).collect();
        assert_eq!(missing(&plan, &checked), Vec::<SlotIx>::new());
        let last = slots[slots.len() - 1];
        checked.accepted.slots[last].say(said());
        assert_eq!(
            missing(&plan, &checked),
            Vec::<SlotIx>::new(),
            "it is there"
        );
        checked.accepted.slots[last].forget_words();
        assert_eq!(checked.accepted.slots[last].words(WordsOf::Narrative), None);
        assert_eq!(missing(&plan, &checked), [last]);
        checked.accepted.slots[last].say(said());
        assert_eq!(
            missing(&plan, &checked),
            Vec::<SlotIx>::new(),
            "it is there again"
        );
    }

    fn plan_month() -> crate::plan::Period {
        "2024-05".parse().unwrap()
    }
}
