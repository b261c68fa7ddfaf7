//! Every rule's outcome for every value: passed, failed, or not run because of a code.

use std::sync::LazyLock;

use crate::check::rule::Rule;
use crate::plan::SlotIx;

use super::RULES;

/// What a rule says of one value, without its finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The value passed.
    Passed,
    /// The rule has a finding on it, or its cause is reported at another indicator.
    Failed,
    /// What the rule needs is not there, because of this code.
    NotRun(&'static str),
}

/// The rules with an outcome for each value.
const COLUMNS: usize = {
    let (mut count, mut ix) = (0, 0);
    while ix < RULES.len() {
        count += RULES[ix].check.is_per_value() as usize;
        ix += 1;
    }
    count
};

/// The outcomes for one value, a byte a rule: a month of many reporters has millions. A rule that has nothing to say about a
/// value has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotOutcomes([u8; COLUMNS]);

const NONE: u8 = 0;
const PASSED: u8 = 1;
const FAILED: u8 = 2;
/// Not run because of the rule at this place of the catalogue, counted from here.
const NOT_RUN: u8 = 3;

impl Default for SlotOutcomes {
    fn default() -> Self {
        Self([NONE; COLUMNS])
    }
}

/// Where a rule's outcomes stand; a rule that does not look at values one by one has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutcomeColumn(Option<usize>);

impl OutcomeColumn {
    /// The column of the rule with that code.
    pub fn of(code: &str) -> Self {
        Self(per_value_rules().position(|rule| rule.code == code))
    }
}

/// The rules with an outcome for each value, in the catalogue's order: one a column.
pub fn per_value_rules() -> impl Iterator<Item = &'static Rule> {
    RULES
        .iter()
        .copied()
        .filter(|rule| rule.check.is_per_value())
}

impl SlotOutcomes {
    /// Notes an outcome of the rule with that code.
    pub fn set(&mut self, code: &str, outcome: Outcome) {
        self.put(OutcomeColumn::of(code), outcome);
    }

    /// Notes an outcome.
    pub fn put(&mut self, column: OutcomeColumn, outcome: Outcome) {
        let byte = match outcome {
            Outcome::Passed => PASSED,
            Outcome::Failed => FAILED,
            Outcome::NotRun(why) => {
                place(why).map_or(NONE, |ix| NOT_RUN + u8::try_from(ix).unwrap_or(0))
            }
        };
        if let Some(kept) = column.0.and_then(|ix| self.0.get_mut(ix)) {
            *kept = byte;
        }
    }

    /// The outcome of the rule with that code.
    pub fn get(&self, code: &str) -> Option<Outcome> {
        self.0
            .get(OutcomeColumn::of(code).0?)
            .copied()
            .and_then(outcome)
    }

    /// By code.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Outcome)> {
        per_value_rules()
            .zip(self.0)
            .filter_map(|(rule, byte)| Some((rule.code, outcome(byte)?)))
    }

    /// Whether no rule has an outcome for the value.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|byte| *byte == NONE)
    }
}

fn outcome(byte: u8) -> Option<Outcome> {
    match byte {
        NONE => None,
        PASSED => Some(Outcome::Passed),
        FAILED => Some(Outcome::Failed),
        why => RULES
            .get(usize::from(why - NOT_RUN))
            .map(|rule| Outcome::NotRun(rule.code)),
    }
}

/// Where the rule of a code stands in the catalogue. Asked for every value that a rule is not run on: a search by halves.
fn place(code: &str) -> Option<usize> {
    static BY_CODE: LazyLock<Vec<(&str, usize)>> = LazyLock::new(|| {
        let mut places: Vec<_> = (0..).zip(RULES).map(|(ix, rule)| (rule.code, ix)).collect();
        places.sort_unstable();
        places
    });
    let found = BY_CODE
        .binary_search_by_key(&code, |&(code, _)| code)
        .ok()?;
    Some(BY_CODE[found].1)
}

/// The outcomes of a month, slot by slot.
#[derive(Debug, Clone, Default)]
pub struct Outcomes {
    by_slot: Vec<SlotOutcomes>,
}

impl Outcomes {
    /// Puts a value's outcomes in place.
    pub fn put(&mut self, slot: SlotIx, outcomes: SlotOutcomes) {
        if slot >= self.by_slot.len() {
            self.by_slot.resize(slot + 1, SlotOutcomes::default());
        }
        self.by_slot[slot] = outcomes;
    }

    /// Records what one rule found of a slot, beside what others found.
    pub fn set(&mut self, slot: SlotIx, code: &str, outcome: Outcome) {
        let mut outcomes = self.by_slot.get(slot).copied().unwrap_or_default();
        outcomes.set(code, outcome);
        self.put(slot, outcomes);
    }

    /// What a rule found of a slot; `None`: it was not asked.
    pub fn get(&self, slot: SlotIx, code: &str) -> Option<Outcome> {
        self.by_slot.get(slot)?.get(code)
    }

    /// Every slot that has an outcome, with all it has.
    pub fn iter(&self) -> impl Iterator<Item = (SlotIx, &SlotOutcomes)> {
        self.by_slot
            .iter()
            .enumerate()
            .filter(|(_, outcomes)| !outcomes.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_is_what_is_there() {
        let mut all = Outcomes::default();
        for rule in RULES {
            let code = rule.code;
            all.set(3, "C001", Outcome::NotRun(code));
            assert_eq!(all.get(3, "C001"), Some(Outcome::NotRun(code)));
            all.set(3, code, Outcome::Failed);
            let kept = rule.check.is_per_value().then_some(Outcome::Failed);
            assert_eq!(all.get(3, code), kept, "{code}");
        }
        all.set(5, "R020", Outcome::Passed);
        assert_eq!(all.iter().map(|(slot, _)| slot).collect::<Vec<_>>(), [3, 5]);
        assert_eq!(
            all.iter().last().unwrap().1.iter().collect::<Vec<_>>(),
            [("R020", Outcome::Passed)]
        );
        assert_eq!(all.get(0, "C001"), None);
    }
}
