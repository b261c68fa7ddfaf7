//! The validated plan. Only [`super::load`] makes one, so every index below is in range
//! and every id is unique.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde::Serialize;

use super::period::Period;
use super::schedule::Schedule;
use super::unit::Unit;

/// Index into [`Plan::departments`].
pub type DeptIx = usize;
/// Index into [`Plan::tasks`].
pub type TaskIx = usize;
/// Index into [`Plan::indicators`].
pub type IndIx = usize;
/// Index into [`Plan::slots`]: one reporter × indicator, in plan order.
pub type SlotIx = usize;

/// What was promised for the year.
#[derive(Debug, Clone)]
pub struct Plan {
    pub id: String,
    pub title: String,
    /// Used in output names; the title where the plan gives none.
    pub short_title: String,
    pub issuer: String,
    pub revision: u32,
    pub start: Date,
    pub end: Date,
    pub due_day: i8,
    /// The due day lies in the month after the period (else in the same one).
    pub due_next_month: bool,
    pub due_dates: BTreeMap<Period, Date>,
    pub first_period: Option<Period>,
    pub grading: Grading,
    pub checks: Checks,
    pub limits: Limits,
    pub briefing: Briefing,
    pub departments: Vec<Department>,
    pub tasks: Vec<Task>,
    /// All indicators in plan order; a task's are `task.indicators`.
    pub indicators: Vec<Indicator>,
    /// One entry per reporter × indicator in plan order. records.csv has one row for each.
    pub slots: Vec<Slot>,
    pub overrides: Vec<Override>,
    pub confirms: Vec<Confirm>,
    pub adjusts: Vec<Adjust>,
    pub(super) department_ids: HashMap<String, DeptIx>,
    pub(super) indicator_ids: HashMap<String, IndIx>,
    /// Slots of each department, in plan order.
    pub(super) department_slots: Vec<Vec<SlotIx>>,
}

#[derive(Debug, Clone)]
pub struct Department {
    pub id: String,
    pub name: String,
    pub aliases: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Task {
    pub no: u32,
    pub tier: String,
    pub name: String,
    /// The notice's own words.
    pub text: String,
    pub lead: DeptIx,
    /// Cooperating departments (会同…) that the plan's list of departments knows.
    pub with: Vec<DeptIx>,
    /// Cooperating bodies named in the notice that are no reporting departments (镇街及相关部门).
    pub with_others: Vec<String>,
    pub measures: String,
    /// `None`: the plan's end.
    pub deadline: Option<Date>,
    pub acceptance: String,
    pub funding: String,
    pub evidence_required: bool,
    /// Indexes into [`Plan::indicators`], contiguous.
    pub indicators: std::ops::Range<IndIx>,
    pub relations: Vec<Relation>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Cumulative whole number.
    Count,
    /// Cumulative measure.
    Quantity,
    /// A standing level that may fall.
    Level,
    /// Per cent; values are percentage points (40 = 40 %).
    Ratio,
    /// A dated yes/no.
    Milestone,
    /// 持续推进: judged on its narrative only.
    Ongoing,
}

impl Kind {
    #[must_use]
    pub fn is_numeric(self) -> bool {
        matches!(
            self,
            Self::Count | Self::Quantity | Self::Level | Self::Ratio
        )
    }

    /// Adds up over the year and so may not fall.
    #[must_use]
    pub fn is_cumulative(self) -> bool {
        matches!(self, Self::Count | Self::Quantity)
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Quantity => "quantity",
            Self::Level => "level",
            Self::Ratio => "ratio",
            Self::Milestone => "milestone",
            Self::Ongoing => "ongoing",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    AtLeast,
    AtMost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combine {
    Sum,
    Mean,
    Min,
    Max,
}

#[derive(Debug, Clone)]
pub struct Indicator {
    /// `14.1`.
    pub id: String,
    pub task: TaskIx,
    pub name: String,
    pub aliases: Vec<String>,
    pub kind: Kind,
    /// The original target in `unit`; see [`Plan::indicator_target`] for a month's.
    pub target: Option<f64>,
    pub unit: Unit,
    pub approximate: bool,
    pub direction: Direction,
    pub weight: f64,
    pub baseline: Option<f64>,
    pub start_by: Option<Period>,
    pub off: BTreeSet<String>,
    pub schedule: Schedule,
    pub combine: Combine,
    /// Indexes into [`Plan::slots`], contiguous.
    pub slots: std::ops::Range<SlotIx>,
}

/// One reporter of one indicator.
#[derive(Debug, Clone)]
pub struct Slot {
    pub department: DeptIx,
    pub indicator: IndIx,
    pub task: TaskIx,
    /// The reporter's own part of the target, where the plan lists reporters.
    pub target: Option<f64>,
}

/// `left[0] + left[1] + … = right`, all terms indicators of one task.
#[derive(Debug, Clone)]
pub struct Relation {
    pub expr: String,
    pub left: Vec<IndIx>,
    pub right: IndIx,
    /// In the right-hand unit; `None`: the rounding of the figures shown.
    pub tolerance: Option<f64>,
}

/// Percentage points.
#[derive(Debug, Clone, Copy)]
pub struct Grading {
    pub ahead: f64,
    pub tolerance: f64,
    pub serious: f64,
    pub unstarted_months: u32,
}

impl Default for Grading {
    /// Published practice: 10–30 points behind yellow, over 30 red, three months unstarted red.
    fn default() -> Self {
        Self {
            ahead: 10.0,
            tolerance: 5.0,
            serious: 30.0,
            unstarted_months: 3,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleLevel {
    Off,
    Note,
    Warning,
    Error,
}

#[derive(Debug, Clone)]
pub struct Checks {
    pub stalled_months: u32,
    pub jump_factor: f64,
    pub narrative_min_chars: usize,
    pub severity: BTreeMap<String, RuleLevel>,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            stalled_months: 3,
            jump_factor: 3.0,
            narrative_min_chars: 20,
            severity: BTreeMap::new(),
        }
    }
}

/// Ceilings of what a submitted file may cost; defaults are F004's of the rule catalogue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    pub file_bytes: u64,
    pub part_bytes: u64,
    pub total_bytes: u64,
    pub sheets: usize,
    pub rows: usize,
    /// Columns of one sheet with a non-empty cell; the default is all that a sheet can have.
    pub columns: usize,
    pub cells: usize,
    pub text_chars: usize,
    /// Text of a workbook in all, counted at every cell that shows it: a thousand cells may share one long text.
    pub text_bytes: u64,
    pub merges: usize,
    pub xml_depth: usize,
    /// Tags, texts and other XML events of a file in all: what reading it costs, whatever the machine.
    pub xml_events: u64,
    /// Ends the child process that reads .xls, .xlsb, .et and .ods.
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 20 << 20,
            part_bytes: 256 << 20,
            total_bytes: 512 << 20,
            sheets: 64,
            rows: 200_000,
            columns: 16_384,
            cells: 2_000_000,
            text_chars: 32_767,
            text_bytes: 128 << 20,
            merges: 20_000,
            xml_depth: 256,
            xml_events: 40_000_000,
            seconds: 20,
        }
    }
}

/// What the tool may not invent for the briefing.
#[derive(Debug, Clone, Default)]
pub struct Briefing {
    pub name: Option<String>,
    pub numbers: BTreeMap<Period, String>,
    pub document_numbers: BTreeMap<Period, String>,
    pub signer: Option<String>,
    pub to: Vec<String>,
    pub send: Vec<String>,
    pub distribute: Vec<String>,
    pub copies: Option<u32>,
}

/// A task's grade set by hand.
#[derive(Debug, Clone)]
pub struct Override {
    pub period: Period,
    pub task: TaskIx,
    pub grade: super::grade::Grade,
    pub reason: String,
}

/// A figure the office settled by telephone or on paper.
#[derive(Debug, Clone)]
pub struct Confirm {
    pub period: Period,
    pub slot: SlotIx,
    /// In the plan's unit.
    pub value: f64,
    pub by: String,
    pub note: String,
}

/// 任务调整: from `from` on another target or deadline.
#[derive(Debug, Clone)]
pub struct Adjust {
    pub indicator: IndIx,
    pub from: Period,
    pub target: Option<f64>,
    pub deadline: Option<Date>,
    pub basis: String,
}

impl Plan {
    #[must_use]
    pub fn department(&self, id: &str) -> Option<DeptIx> {
        self.department_ids.get(id).copied()
    }

    #[must_use]
    pub fn indicator(&self, id: &str) -> Option<IndIx> {
        self.indicator_ids.get(id).copied()
    }

    #[must_use]
    pub fn slot(&self, department: DeptIx, indicator: IndIx) -> Option<SlotIx> {
        let own = self.department_slots.get(department)?;
        own.binary_search_by_key(&indicator, |&slot| self.slots[slot].indicator)
            .ok()
            .map(|at| own[at])
    }

    /// The slots a department reports, in plan order.
    #[must_use]
    pub fn slots_of(&self, department: DeptIx) -> &[SlotIx] {
        &self.department_slots[department]
    }

    /// Every task index this department leads, reports on or cooperates in, ascending.
    #[must_use]
    pub fn tasks_of(&self, department: DeptIx) -> Vec<TaskIx> {
        let mut tasks: BTreeSet<TaskIx> = self.department_slots[department]
            .iter()
            .map(|&s| self.slots[s].task)
            .collect();
        tasks.extend(
            self.tasks
                .iter()
                .enumerate()
                .filter(|(_, t)| t.with.contains(&department))
                .map(|(ix, _)| ix),
        );
        tasks.into_iter().collect()
    }

    /// The whole indicator's target in a month, adjustments applied.
    #[must_use]
    pub fn indicator_target(&self, indicator: IndIx, period: Period) -> Option<f64> {
        self.adjusted(indicator, period, |a| a.target)
            .or(self.indicators[indicator].target)
    }

    /// One reporter's target in a month. An adjustment of the whole indicator scales the reporters' shares.
    #[must_use]
    #[expect(clippy::float_cmp, reason = "the same plan's figure, adjusted or not")]
    pub fn slot_target(&self, slot: SlotIx, period: Period) -> Option<f64> {
        let s = &self.slots[slot];
        let whole = self.indicator_target(s.indicator, period);
        match (s.target, whole, self.indicators[s.indicator].target) {
            (Some(own), Some(now), Some(first)) if now != first && first != 0.0 => {
                Some(own * now / first)
            }
            (Some(own), _, _) => Some(own),
            (None, whole, _) => whole,
        }
    }

    /// The deadline of an indicator in a month: its adjustment, its task's, or the plan's end.
    #[must_use]
    pub fn deadline(&self, indicator: IndIx, period: Period) -> Date {
        self.adjusted(indicator, period, |a| a.deadline)
            .or(self.tasks[self.indicators[indicator].task].deadline)
            .unwrap_or(self.end)
    }

    /// The day a period's forms are due.
    #[must_use]
    pub fn due_date(&self, period: Period) -> Date {
        if let Some(&date) = self.due_dates.get(&period) {
            return date;
        }
        let month = if self.due_next_month {
            period.next()
        } else {
            period
        };
        let day = self.due_day.clamp(1, month.last_day().day());
        jiff::civil::date(month.year(), month.month(), day)
    }

    #[must_use]
    pub fn confirm(&self, period: Period, slot: SlotIx) -> Option<&Confirm> {
        self.confirms
            .iter()
            .rev()
            .find(|c| c.period == period && c.slot == slot)
    }

    fn adjusted<T>(
        &self,
        indicator: IndIx,
        period: Period,
        pick: impl Fn(&Adjust) -> Option<T>,
    ) -> Option<T> {
        self.adjusts
            .iter()
            .filter(|a| a.indicator == indicator && a.from <= period)
            .filter_map(|a| pick(a).map(|v| (a.from, v)))
            .max_by_key(|(from, _)| *from)
            .map(|(_, v)| v)
    }
}
