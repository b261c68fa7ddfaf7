//! Every rule's outcome for every value: passed, failed, or not run because of a code.

use std::ops::Range;

use super::rules;
use crate::plan::SlotIx;

/// A [`super::Verdict`] without its finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    Passed,
    Failed,
    NotRun(&'static str),
}

/// The rules that look at values one by one are those of cells and of records: C and R.
const RULES: Range<usize> = 22..62;

/// The outcomes for one value, a byte a rule: a month of many reporters has millions. A rule that has nothing to say about a
/// value has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotOutcomes([u8; RULES.end - RULES.start]);

const NONE: u8 = 0;
const PASSED: u8 = 1;
const FAILED: u8 = 2;
/// Not run because of the code at this place of [`rules::RULES`], counted from here.
const NOT_RUN: u8 = 3;

impl Default for SlotOutcomes {
    fn default() -> Self {
        Self([NONE; RULES.end - RULES.start])
    }
}

/// Where a rule's outcomes stand; a rule that does not look at values one by one has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column(Option<usize>);

impl Column {
    pub fn of(code: &str) -> Self {
        Self(place(code).and_then(|ix| ix.checked_sub(RULES.start)))
    }
}

impl SlotOutcomes {
    /// Notes an outcome of the rule with that code.
    pub fn set(&mut self, code: &str, outcome: Outcome) {
        self.put(Column::of(code), outcome);
    }

    /// Notes an outcome.
    pub fn put(&mut self, column: Column, outcome: Outcome) {
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

    pub fn get(&self, code: &str) -> Option<Outcome> {
        self.0.get(Column::of(code).0?).copied().and_then(outcome)
    }

    /// By code.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Outcome)> {
        rules::RULES[RULES]
            .iter()
            .zip(self.0)
            .filter_map(|(rule, byte)| Some((rule.code, outcome(byte)?)))
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|byte| *byte == NONE)
    }
}

fn outcome(byte: u8) -> Option<Outcome> {
    match byte {
        NONE => None,
        PASSED => Some(Outcome::Passed),
        FAILED => Some(Outcome::Failed),
        why => rules::RULES
            .get(usize::from(why - NOT_RUN))
            .map(|rule| Outcome::NotRun(rule.code)),
    }
}

/// Where a code stands in [`rules::RULES`]: its letter's first, and its number.
fn place(code: &str) -> Option<usize> {
    let [letter, digits @ ..] = code.as_bytes() else {
        return None;
    };
    let first = match letter {
        b'F' => 0,
        b'S' => 11,
        b'C' => 22,
        b'R' => 42,
        b'X' => 62,
        _ => return None,
    };
    let number = digits.iter().try_fold(0, |n, d| {
        d.is_ascii_digit().then(|| n * 10 + usize::from(d - b'0'))
    })?;
    let ix = first + number.checked_sub(1)?;
    rules::RULES
        .get(ix)
        .is_some_and(|rule| rule.code == code)
        .then_some(ix)
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

    pub fn set(&mut self, slot: SlotIx, code: &str, outcome: Outcome) {
        let mut outcomes = self.by_slot.get(slot).copied().unwrap_or_default();
        outcomes.set(code, outcome);
        self.put(slot, outcomes);
    }

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
    fn every_code_has_its_place() {
        for (ix, code) in rules::RULES.iter().map(|rule| rule.code).enumerate() {
            assert_eq!(place(code), Some(ix), "{code}");
        }
        for code in ["", "C", "C000", "C021", "Z001", "C1000000000", "C00x"] {
            assert_eq!(place(code), None, "{code}");
        }
    }

    #[test]
    fn every_rule_of_a_value_has_a_column() {
        for rule in crate::check::department::per_value_rules() {
            let mut outcomes = SlotOutcomes::default();
            outcomes.set(rule.code, Outcome::Passed);
            assert_eq!(
                outcomes.get(rule.code),
                Some(Outcome::Passed),
                "{}",
                rule.code
            );
        }
    }

    #[test]
    fn what_was_set_is_what_is_there() {
        let mut all = Outcomes::default();
        for (ix, code) in rules::RULES.iter().map(|rule| rule.code).enumerate() {
            all.set(3, "C001", Outcome::NotRun(code));
            assert_eq!(all.get(3, "C001"), Some(Outcome::NotRun(code)));
            all.set(3, code, Outcome::Failed);
            assert_eq!(
                all.get(3, code),
                RULES.contains(&ix).then_some(Outcome::Failed),
                "{code}"
            );
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
