//! Every rule's outcome for every value: passed, failed, or not run because of a code.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

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
    /// By code within a slot. A month has some thirty for each of its values: they are kept in one block a slot.
    by_slot: BTreeMap<SlotIx, Vec<(&'static str, Outcome)>>,
}

impl Outcomes {
    pub fn set(&mut self, slot: SlotIx, code: &'static str, outcome: Outcome) {
        let outcomes = self.by_slot.entry(slot).or_insert_with(|| Vec::with_capacity(32));
        // Rules run nearly in the order of their codes.
        if outcomes.last().is_none_or(|(last, _)| *last < code) {
            outcomes.push((code, outcome));
            return;
        }
        match outcomes.binary_search_by_key(&code, |(code, _)| code) {
            Ok(at) => outcomes[at].1 = outcome,
            Err(at) => outcomes.insert(at, (code, outcome)),
        }
    }

    pub fn get(&self, slot: SlotIx, code: &str) -> Option<Outcome> {
        let outcomes = self.by_slot.get(&slot)?;
        outcomes.binary_search_by_key(&code, |(code, _)| code).ok().map(|at| outcomes[at].1)
    }

    pub fn of(&self, slot: SlotIx) -> impl Iterator<Item = (&'static str, Outcome)> {
        self.by_slot.get(&slot).into_iter().flatten().copied()
    }

    /// Every slot that has an outcome.
    pub fn slots(&self) -> impl Iterator<Item = SlotIx> {
        self.by_slot.keys().copied()
    }

    /// Takes in the outcomes of another department: of other slots.
    pub fn merge(&mut self, other: Self) {
        for (slot, outcomes) in other.by_slot {
            match self.by_slot.entry(slot) {
                Entry::Vacant(place) => {
                    place.insert(outcomes);
                }
                Entry::Occupied(_) => outcomes.into_iter().for_each(|(code, outcome)| self.set(slot, code, outcome)),
            }
        }
    }
}
