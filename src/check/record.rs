//! One reporter × indicator: first as read, then as judged.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::civil::Date;

use crate::intake::dates::DateReading;
use crate::intake::quantity::Reading;
use crate::intake::status::StatusReading;
use crate::intake::workbook::CellRef;
use crate::intake::{Arrival, Field, FieldCell, Report, ReportRow};
use crate::plan::{DeptIx, IndIx, MilestoneState, Period, SlotIx, TaskIx};

use super::words::{Words, WordsOf};

/// A slot's row in the used workbook, every cell of it read once.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    pub slot: SlotIx,
    pub department: DeptIx,
    pub indicator: IndIx,
    pub task: TaskIx,
    /// The used file; `None` when the department has no usable submission.
    pub arrival: Option<&'a Arrival>,
    pub report: Option<&'a Report>,
    /// The row that is used.
    pub row: Option<&'a ReportRow>,
    /// Further rows of the used sheet that name the indicator (S007).
    pub others: Vec<&'a ReportRow>,
    /// The row names the task only, and the task has several indicators of this kind: nothing is assigned.
    pub undecided: bool,
    pub cumulative: Reading,
    pub previous: Reading,
    pub this_month: Reading,
    pub target: Reading,
    /// The stated rate as written: percentage points, or a bare number whose reading is open.
    pub rate: Reading,
    pub status: StatusReading,
    pub done_on: DateReading,
    pub expected_on: DateReading,
}

impl<'a> Record<'a> {
    pub fn cell(&self, field: Field) -> Option<&'a FieldCell> {
        self.row.and_then(|row| row.get(field))
    }

    /// Every row that names the indicator, the used one first.
    pub fn rows(&self) -> impl Iterator<Item = &'a ReportRow> {
        self.row.into_iter().chain(self.others.iter().copied())
    }

    /// The field's text unless it is blank or a placeholder.
    pub fn words(&self, field: Field) -> Option<Arc<str>> {
        self.cell(field)
            .and_then(FieldCell::words)
            .filter(|t| !crate::intake::text::is_placeholder(t))
    }
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// One for all values of a workbook.
    pub place: Arc<Place>,
    pub cell: CellRef,
    pub raw: CompactString,
    /// What was done to the raw text to get the value, in Chinese; empty when nothing was.
    pub conversion: Box<str>,
}

/// A value's source, in one block of memory with those of the other values of its workbook.
#[derive(Debug, Clone)]
pub struct SourceRef {
    all: Arc<Vec<Source>>,
    ix: u32,
}

impl SourceRef {
    /// One for each of the sources.
    pub fn each(all: Vec<Source>) -> impl Iterator<Item = Self> {
        let all = Arc::new(all);
        (0u32..).take(all.len()).map(move |ix| Self {
            all: Arc::clone(&all),
            ix,
        })
    }
}

impl From<Source> for SourceRef {
    fn from(source: Source) -> Self {
        Self {
            all: Arc::new(vec![source]),
            ix: 0,
        }
    }
}

impl std::ops::Deref for SourceRef {
    type Target = Source;

    fn deref(&self) -> &Source {
        &self.all[self.ix as usize]
    }
}

impl PartialEq for SourceRef {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

/// A sheet of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub file: Box<str>,
    pub sheet: Arc<str>,
}

impl Place {
    pub fn new(file: impl Into<Box<str>>, sheet: impl Into<Arc<str>>) -> Arc<Self> {
        Arc::new(Self {
            file: file.into(),
            sheet: sheet.into(),
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Accepted,
    /// A row is there and an error holds its value back.
    Withheld,
    /// No row, or no usable file.
    Missing,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Withheld => "withheld",
            Self::Missing => "missing",
        }
    }

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
    pub slot: SlotIx,
    pub state: State,
    /// Numeric kinds, in the plan's unit (ratio: percentage points).
    pub value: Option<f64>,
    pub milestone: Option<MilestoneState>,
    pub done_on: Option<Date>,
    /// The cell a value was read from; present also for a withheld one (for its raw text).
    pub source: Option<SourceRef>,
    /// By [`Self::qualify`] and [`Self::confirm`]; few values have any.
    pub(crate) remarks: Option<Box<Remarks>>,
    /// Codes that hold the value back.
    pub withheld_by: Codes,
    /// The plan asks for acceptance evidence, the indicator is finished and none is given.
    pub evidence_missing: bool,
    /// By [`Self::say`].
    pub(crate) words: Option<Box<Words>>,
    /// Which of the words there were, also of those that were let go of.
    pub(crate) speaks: [bool; WordsOf::ALL.len()],
    pub expected_on: Option<Date>,
    /// The latest earlier accepted value and its month.
    pub last_accepted: Option<Box<(Period, f64)>>,
}

/// What is remarked on a value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remarks {
    qualifier: Option<Box<str>>,
    confirmed: Option<Box<str>>,
}

/// Codes of rules, in the order in which they came; most values have none, and it then takes a word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::box_collection,
    reason = "a word instead of three, in each of millions of values"
)]
pub struct Codes(Option<Box<Vec<&'static str>>>);

impl Codes {
    /// Adds a code that is not among them.
    pub fn add(&mut self, code: &'static str) {
        if !self.contains(&code) {
            self.0.get_or_insert_default().push(code);
        }
    }

    pub fn clear(&mut self) {
        self.0 = None;
    }
}

impl std::ops::Deref for Codes {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl FromIterator<&'static str> for Codes {
    fn from_iter<I: IntoIterator<Item = &'static str>>(codes: I) -> Self {
        let mut found = Self::default();
        codes.into_iter().for_each(|code| found.add(code));
        found
    }
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
            withheld_by: Codes::default(),
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

    pub fn qualify(&mut self, qualifier: &str) {
        self.remarks.get_or_insert_default().qualifier = Some(qualifier.into());
    }

    /// The office confirmed the figure ([[confirm]]): by whom and why.
    pub fn confirmed(&self) -> Option<&str> {
        self.remarks.as_ref()?.confirmed.as_deref()
    }

    pub fn confirm(&mut self, words: &str) {
        self.remarks.get_or_insert_default().confirmed = Some(words.into());
    }

    /// What the row says; nothing where it says nothing, or where it was let go of.
    pub fn words(&self, which: WordsOf) -> Option<&str> {
        self.words.as_deref()?.get(which)
    }

    /// Whether the row says it, though it may have been let go of.
    pub fn speaks(&self, which: WordsOf) -> bool {
        self.speaks[which as usize]
    }

    pub fn say(&mut self, words: Words) {
        self.speaks = WordsOf::ALL.map(|which| words.get(which).is_some());
        self.words = self.speaks.contains(&true).then(|| Box::new(words));
    }

    /// All that is said, to put it where it was let go of.
    pub fn take_words(&mut self) -> Words {
        self.words.take().map(|words| *words).unwrap_or_default()
    }

    /// Lets go of the words; that there were some stays known.
    pub fn forget_words(&mut self) {
        self.words = None;
    }
}

/// A month's slots as judged: one per slot of the plan, in its order. Only [`super::month`] makes one.
#[derive(Debug, Clone)]
pub struct Accepted {
    pub(super) period: Period,
    pub(super) slots: Vec<Judged>,
}

impl Accepted {
    pub fn period(&self) -> Period {
        self.period
    }

    pub fn slots(&self) -> &[Judged] {
        &self.slots
    }

    pub fn slot(&self, slot: SlotIx) -> &Judged {
        &self.slots[slot]
    }

    #[cfg(test)]
    pub(crate) fn forget_words_of(&mut self, slot: SlotIx) {
        self.slots[slot].forget_words();
    }

    /// Puts words where they were let go of.
    pub fn put_words(&mut self, slot: SlotIx, words: Words) {
        if let Some(judged) = self.slots.get_mut(slot) {
            judged.say(words);
        }
    }
}
