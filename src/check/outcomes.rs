//! Every rule's outcome for every value: passed, failed, or not run because of a code.

use std::collections::BTreeMap;

use crate::plan::SlotIx;

/// A [`super::Verdict`] without its finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    Passed,
    Failed,
    NotRun(&'static str),
}

/// Outcomes by slot, then rule code. A rule that has nothing to say about a value has no entry.
#[derive(Debug, Clone, Default)]
pub struct Outcomes {
    by_slot: BTreeMap<SlotIx, BTreeMap<&'static str, Outcome>>,
}

impl Outcomes {
    pub fn set(&mut self, slot: SlotIx, code: &'static str, outcome: Outcome) {
        self.by_slot.entry(slot).or_default().insert(code, outcome);
    }

    pub fn get(&self, slot: SlotIx, code: &str) -> Option<Outcome> {
        self.by_slot.get(&slot)?.get(code).copied()
    }

    pub fn of(&self, slot: SlotIx) -> impl Iterator<Item = (&'static str, Outcome)> {
        self.by_slot.get(&slot).into_iter().flatten().map(|(&code, &outcome)| (code, outcome))
    }

    /// Every slot that has an outcome.
    pub fn slots(&self) -> impl Iterator<Item = SlotIx> {
        self.by_slot.keys().copied()
    }

    pub fn merge(&mut self, other: Self) {
        for (slot, outcomes) in other.by_slot {
            self.by_slot.entry(slot).or_default().extend(outcomes);
        }
    }
}
