//! What a month's check makes of each reporter × indicator: its value, where it came from, and what holds it back.

use std::collections::BTreeSet;
use std::sync::Arc;

use compact_str::CompactString;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::intake::workbook::CellRef;
use crate::plan::{MilestoneState, Period, Plan, SlotIx, TaskIx};

use super::words::{Words, WordsOf};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// One for all values of a workbook.
    pub place: Arc<Place>,
    /// The cell.
    pub cell: CellRef,
    /// The cell's text as it stands.
    pub raw: CompactString,
    /// What was done to the raw text to get the value, in Chinese; empty when nothing was.
    pub conversion: Box<str>,
}

/// A sheet of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Relative to the month's inbox folder.
    pub file: Box<str>,
    /// The sheet's name.
    pub sheet: Arc<str>,
}

impl Place {
    /// The sheet of that name in that file.
    pub fn new(file: impl Into<Box<str>>, sheet: impl Into<Arc<str>>) -> Arc<Self> {
        Arc::new(Self {
            file: file.into(),
            sheet: sheet.into(),
        })
    }
}

/// Whether a slot has a value that may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The value is used.
    Accepted,
    /// A row is there and an error holds its value back.
    Withheld,
    /// No row, or no usable file.
    Missing,
}

impl State {
    /// As outputs for programs give it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Withheld => "withheld",
            Self::Missing => "missing",
        }
    }

    /// As reports print it.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Accepted => "已采信",
            Self::Withheld => "待核实",
            Self::Missing => "未报",
        }
    }
}

/// A slot as judged. `value` and `milestone` are set only when `state` is accepted.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The slot of the plan.
    pub slot: SlotIx,
    /// Whether it has a value that may be used.
    pub state: State,
    /// Numeric kinds, in the plan's unit (ratio: percentage points).
    pub value: Option<f64>,
    /// Milestones.
    pub milestone: Option<MilestoneState>,
    /// The day a milestone was finished on.
    pub done_on: Option<Date>,
    /// The cell a value was read from; present also for a withheld one (for its raw text).
    pub source: Option<Arc<Source>>,
    pub(crate) remarks: Option<Box<Remarks>>,
    /// The plan asks for acceptance evidence, the indicator is finished and none is given.
    pub evidence_missing: bool,
    pub(crate) words: Option<Box<Words>>,
    /// Which of the words the row has, though they may have been dropped since.
    pub(crate) speaks: [bool; WordsOf::ALL.len()],
    /// 预计完成时间.
    pub expected_on: Option<Date>,
    /// The latest earlier accepted value and its month.
    pub last_accepted: Option<Box<(Period, f64)>>,
}

/// What few values have, in one block of its own: a month has millions of values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remarks {
    qualifier: Option<Box<str>>,
    confirmed: Option<Box<str>>,
    withheld_by: Vec<&'static str>,
}

impl Judged {
    /// A slot of which nothing is known.
    pub fn missing(slot: SlotIx) -> Self {
        Self {
            slot,
            state: State::Missing,
            value: None,
            milestone: None,
            done_on: None,
            source: None,
            remarks: None,
            evidence_missing: false,
            words: None,
            speaks: [false; WordsOf::ALL.len()],
            expected_on: None,
            last_accepted: None,
        }
    }

    /// 约, 余 …, kept beside an approximate value.
    pub fn qualifier(&self) -> Option<&str> {
        self.remarks.as_ref()?.qualifier.as_deref()
    }

    /// Notes the qualifier.
    pub fn qualify(&mut self, qualifier: &str) {
        self.remarks.get_or_insert_default().qualifier = Some(qualifier.into());
    }

    /// The office confirmed the figure ([[confirm]]): by whom and why.
    pub fn confirmed(&self) -> Option<&str> {
        self.remarks.as_ref()?.confirmed.as_deref()
    }

    /// Notes the office's confirmation.
    pub fn confirm(&mut self, words: &str) {
        self.remarks.get_or_insert_default().confirmed = Some(words.into());
    }

    /// The codes of the rules that hold the value back, in the order in which they came.
    pub fn withheld_by(&self) -> &[&'static str] {
        self.remarks.as_ref().map_or(&[], |r| &r.withheld_by)
    }

    /// Adds a code that holds the value back.
    pub fn withhold(&mut self, code: &'static str) {
        let codes = &mut self.remarks.get_or_insert_default().withheld_by;
        if !codes.contains(&code) {
            codes.push(code);
        }
    }

    /// Nothing holds the value back any more.
    pub fn release(&mut self) {
        if let Some(remarks) = &mut self.remarks {
            remarks.withheld_by.clear();
        }
    }

    /// What the row says; nothing where it says nothing, or where the words were dropped.
    pub fn words(&self, which: WordsOf) -> Option<&str> {
        self.words.as_deref()?.get(which)
    }

    /// Whether the row says it, though the words may have been dropped.
    pub fn speaks(&self, which: WordsOf) -> bool {
        self.speaks[which as usize]
    }

    /// Notes what the row says.
    pub fn say(&mut self, words: Words) {
        self.speaks = WordsOf::ALL.map(|which| words.get(which).is_some());
        self.words = self.speaks.contains(&true).then(|| Box::new(words));
    }

    /// Takes the words out, to put them where they were dropped.
    pub fn take_words(&mut self) -> Words {
        self.words.take().map(|words| *words).unwrap_or_default()
    }

    /// Drops the words; which there were stays known.
    pub fn drop_words(&mut self) {
        self.words = None;
    }
}

/// 「电话核实：督查室，核减」; words that speak of the call themselves stand alone.
pub(crate) fn by_telephone(words: &str) -> String {
    if words.contains("电话核实") {
        words.to_owned()
    } else {
        format!("电话核实：{words}")
    }
}

/// A month's slots as judged: one per slot of the plan, in its order. Only this room makes one.
#[derive(Debug, Clone)]
pub struct Accepted {
    pub(in crate::check) period: Period,
    pub(in crate::check) slots: Vec<Judged>,
}

impl Accepted {
    /// The month.
    pub fn period(&self) -> Period {
        self.period
    }

    /// Every slot, in the plan's order.
    pub fn slots(&self) -> &[Judged] {
        &self.slots
    }

    /// One slot.
    pub fn slot(&self, slot: SlotIx) -> &Judged {
        &self.slots[slot]
    }

    #[cfg(test)]
    pub(crate) fn drop_words_of(&mut self, slot: SlotIx) {
        self.slots[slot].drop_words();
    }

    /// Puts words where they were dropped.
    pub fn put_words(&mut self, slot: SlotIx, words: Words) {
        if let Some(judged) = self.slots.get_mut(slot) {
            judged.say(words);
        }
    }

    /// What a task's lead itself says, in plan order, white space at the ends aside.
    pub fn words_of_lead<'a>(
        &'a self,
        plan: &'a Plan,
        task: TaskIx,
        which: WordsOf,
    ) -> impl Iterator<Item = &'a str> {
        slots_of_task(plan, task)
            .filter(move |&slot| plan.slots[slot].department == plan.tasks[task].lead)
            .filter_map(move |slot| self.slots[slot].words(which))
            .map(str::trim)
            .filter(|words| !words.is_empty())
    }

    /// Whose words stand for a task where its lead says nothing: the first that says something, though its words may have
    /// been dropped.
    pub fn words_instead_of_lead(
        &self,
        plan: &Plan,
        task: TaskIx,
        which: WordsOf,
    ) -> Option<SlotIx> {
        slots_of_task(plan, task).find(|&slot| self.slots[slot].speaks(which))
    }

    /// The slots whose words a report prints and which were dropped, in plan order.
    pub fn dropped_words(&self, plan: &Plan) -> Vec<SlotIx> {
        let mut wanted = BTreeSet::new();
        for task in 0..plan.tasks.len() {
            for which in WordsOf::ALL {
                if self.words_of_lead(plan, task, which).next().is_none() {
                    let other = self.words_instead_of_lead(plan, task, which);
                    wanted.extend(other.filter(|&slot| self.slots[slot].words(which).is_none()));
                }
            }
        }
        wanted.into_iter().collect()
    }
}

/// A task's slots, in plan order.
fn slots_of_task(plan: &Plan, task: TaskIx) -> impl Iterator<Item = SlotIx> {
    plan.tasks[task]
        .indicators
        .clone()
        .flat_map(|indicator| plan.indicators[indicator].slots.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::testing;

    #[test]
    fn dropped_words_are_asked_for_where_the_lead_has_none() {
        let plan = testing::for_rules();
        let mut month = Accepted {
            period: "2024-05".parse().unwrap(),
            slots: (0..plan.slots.len()).map(Judged::missing).collect(),
        };
        assert!(month.dropped_words(&plan).is_empty());
        let last = slots_of_task(&plan, 0).last().unwrap();
        let said = || Words {
            narrative: Some("按计划推进。".into()),
            ..Words::default()
        };
        month.put_words(last, said());
        assert!(month.dropped_words(&plan).is_empty(), "they are there");
        month.drop_words_of(last);
        assert_eq!(month.slot(last).words(WordsOf::Narrative), None);
        assert_eq!(month.dropped_words(&plan), [last]);
        month.put_words(last, said());
        assert!(month.dropped_words(&plan).is_empty(), "they are back");
    }
}
