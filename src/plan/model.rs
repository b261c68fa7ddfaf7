//! The validated plan. Only [`super::load`] makes one, so every index below is in range and every id is unique.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::field::Columns;
use super::ledger::Ledger;
pub use super::limits::Limits;
use super::period::Period;
use super::schedule::Schedule;
pub use super::settings::{Briefing, Checks, Grading, Returns, RuleLevel};
use super::states::Grade;
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
#[derive(Debug, Clone, Default, Serialize)]
pub struct Plan {
    /// Letters, digits, `-` and `_`.
    pub id: String,
    /// The full title of the list (清单全称).
    pub title: String,
    /// Used in output names; the title where the plan gives none.
    pub short_title: String,
    /// 印发单位.
    pub issuer: String,
    /// Counted from 1.
    pub revision: u32,
    /// The first day.
    #[serde(serialize_with = "as_text")]
    pub start: Date,
    /// The last day, after the first.
    #[serde(serialize_with = "as_text")]
    pub end: Date,
    /// Forms are due on this day of a month, or on its last day where it is shorter.
    pub due_day: i8,
    /// The due day lies in the month after the period (else in the same one).
    pub due_next_month: bool,
    /// Days on which the forms of single months are due instead.
    #[serde(serialize_with = "as_texts")]
    pub due_dates: BTreeMap<Period, Date>,
    /// No form is expected before it.
    pub first_period: Option<Period>,
    /// `[grading]`.
    pub grading: Grading,
    /// `[checks]`.
    pub checks: Checks,
    /// `[limits]`.
    pub limits: Limits,
    /// `[briefing]`.
    pub briefing: Briefing,
    /// `[returns]`.
    pub returns: Returns,
    /// `[columns]`.
    #[serde(serialize_with = "by_key")]
    pub columns: Columns,
    /// In plan order.
    #[serde(skip)]
    pub departments: Vec<Department>,
    /// In plan order.
    #[serde(skip)]
    pub tasks: Vec<Task>,
    /// All indicators in plan order; a task's are `task.indicators`.
    #[serde(skip)]
    pub indicators: Vec<Indicator>,
    /// One for each reporter × indicator in plan order. records.csv has one row for each.
    #[serde(skip)]
    pub slots: Vec<Slot>,
    /// Grades set by hand.
    #[serde(skip)]
    pub overrides: Vec<Override>,
    /// Figures settled by the office.
    #[serde(skip)]
    pub confirms: Vec<Confirm>,
    /// Targets and deadlines changed during the year.
    #[serde(skip)]
    pub adjusts: Vec<Adjust>,
    /// 台账.xlsx, where there is one; its decisions stand behind the plan's own.
    #[serde(skip)]
    pub ledger: Option<Ledger>,
    #[serde(skip)]
    pub(super) department_ids: HashMap<String, DeptIx>,
    #[serde(skip)]
    pub(super) indicator_ids: HashMap<String, IndIx>,
    /// Slots of each department, in plan order.
    #[serde(skip)]
    pub(super) department_slots: Vec<Vec<SlotIx>>,
}

/// 责任单位.
#[derive(Debug, Clone, Serialize)]
pub struct Department {
    /// Letters, digits, `-` and `_`; part of file names.
    pub id: String,
    /// As reports print it.
    pub name: String,
    /// Other names it uses for itself.
    pub aliases: Vec<String>,
}

/// One 民生实事.
#[derive(Debug, Clone, Serialize)]
pub struct Task {
    /// 序号.
    pub no: u32,
    /// 分级, such as 市级.
    pub tier: String,
    /// 项目名称.
    pub name: String,
    /// The notice's own words.
    pub text: String,
    /// 责任单位.
    pub lead: DeptIx,
    /// Cooperating departments (会同…) that the plan's list of departments knows.
    pub with: Vec<DeptIx>,
    /// Cooperating bodies named in the notice that are no reporting departments (镇街及相关部门).
    pub with_others: Vec<String>,
    /// 工作举措.
    pub measures: String,
    /// `None`: the plan's end.
    #[serde(serialize_with = "as_text_if_any")]
    pub deadline: Option<Date>,
    /// 验收标准.
    pub acceptance: String,
    /// 资金来源.
    pub funding: String,
    /// What is finished needs 验收材料.
    pub evidence_required: bool,
    /// Indexes into [`Plan::indicators`], contiguous.
    #[serde(skip)]
    pub indicators: Range<IndIx>,
    /// Sums that must hold between its indicators.
    #[serde(skip)]
    pub relations: Vec<Relation>,
}

/// What an indicator measures, and so how it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
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
    /// Has a figure and a target.
    pub fn is_numeric(self) -> bool {
        !matches!(self, Self::Milestone | Self::Ongoing)
    }

    /// Adds up over the year and so may not fall.
    pub fn is_cumulative(self) -> bool {
        matches!(self, Self::Count | Self::Quantity)
    }

    /// As plan.toml writes it.
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

    /// As a workbook writes it.
    pub fn chinese(self) -> &'static str {
        super::sheets::chinese(super::sheets::KINDS, self.as_str()).unwrap_or_default()
    }
}

/// On which side of its target a value should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Direction {
    /// 不低于.
    AtLeast,
    /// 不高于, of levels and ratios only.
    AtMost,
}

/// How the values of several reporters make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Combine {
    /// They add up; always so for counts and quantities.
    Sum,
    /// Their plain mean.
    Mean,
    /// The least of them.
    Min,
    /// The greatest of them.
    Max,
}

/// One promise of a task.
#[derive(Debug, Clone, Serialize)]
pub struct Indicator {
    /// `14.1`.
    pub id: String,
    /// The task it belongs to.
    pub task: TaskIx,
    /// 指标名称.
    pub name: String,
    /// Other names that forms use.
    pub aliases: Vec<String>,
    /// What it measures.
    pub kind: Kind,
    /// The original target in `unit`; see [`Plan::indicator_target`] for a month's.
    pub target: Option<f64>,
    /// Of targets and values.
    #[serde(serialize_with = "as_text")]
    pub unit: Unit,
    /// The notice says 约 or 余.
    pub approximate: bool,
    /// On which side of the target its value should be.
    pub direction: Direction,
    /// In the task's rate; 1 unless the plan says otherwise.
    pub weight: f64,
    /// Where a level or ratio stood at the start.
    pub baseline: Option<f64>,
    /// Its own deadline, where it has one: as the plan writes it, or the end of the month in which a milestone's schedule
    /// comes to 1; see [`Plan::deadline`] for a month's.
    #[serde(serialize_with = "as_text_if_any")]
    pub deadline: Option<Date>,
    /// A milestone is expected to be under way by the end of this month.
    pub start_by: Option<Period>,
    /// Codes of rules switched off for it.
    pub off: BTreeSet<String>,
    /// What is expected by when.
    pub schedule: Schedule,
    /// How its reporters' values make one.
    pub combine: Combine,
    /// Indexes into [`Plan::slots`], contiguous.
    #[serde(skip)]
    pub slots: Range<SlotIx>,
}

/// One reporter of one indicator.
#[derive(Debug, Clone)]
pub struct Slot {
    /// The reporter.
    pub department: DeptIx,
    /// What it reports.
    pub indicator: IndIx,
    /// The indicator's task.
    pub task: TaskIx,
    /// The reporter's own part of the target, where the plan lists reporters.
    pub target: Option<f64>,
}

/// `left[0] + left[1] + … = right`, all terms indicators of one task.
#[derive(Debug, Clone)]
pub struct Relation {
    /// As the plan writes it.
    pub expr: String,
    /// The terms that add up.
    pub left: Vec<IndIx>,
    /// Their sum.
    pub right: IndIx,
    /// In the right-hand unit; `None`: the rounding of the figures shown.
    pub tolerance: Option<f64>,
}

/// A task's grade set by hand.
#[derive(Debug, Clone)]
pub struct Override {
    /// The month it holds for.
    pub period: Period,
    /// Whose grade.
    pub task: TaskIx,
    /// Printed instead of the computed one.
    pub grade: Grade,
    /// Printed with it.
    pub reason: String,
}

/// A figure the office settled by telephone or on paper.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// The month it holds for.
    pub period: Period,
    /// Whose figure.
    pub slot: SlotIx,
    /// In the plan's unit.
    pub value: f64,
    /// 核实人或科室.
    pub by: String,
    /// 核实情况.
    pub note: String,
}

/// 任务调整: from `from` on another target or deadline.
#[derive(Debug, Clone)]
pub struct Adjust {
    /// What is adjusted.
    pub indicator: IndIx,
    /// The first month it holds for; it holds until the next adjustment.
    pub from: Period,
    /// In the indicator's unit.
    pub target: Option<f64>,
    /// May lie after the plan's end.
    pub deadline: Option<Date>,
    /// 调整依据.
    pub basis: String,
}

/// What has no serializer of its own, as it is written.
fn as_text<T: ToString, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&value.to_string())
}

fn by_key<S: Serializer>(columns: &Columns, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(columns.iter().map(|(column, heads)| (column.key(), heads)))
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference to the field"
)]
fn as_text_if_any<S: Serializer>(value: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    value.map(|day| day.to_string()).serialize(serializer)
}

fn as_texts<S: Serializer>(
    days: &BTreeMap<Period, Date>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(days.iter().map(|(period, day)| (period, day.to_string())))
}

impl Plan {
    /// The department with that id.
    pub fn department(&self, id: &str) -> Option<DeptIx> {
        self.department_ids.get(id).copied()
    }

    /// The indicator with that id.
    pub fn indicator(&self, id: &str) -> Option<IndIx> {
        self.indicator_ids.get(id).copied()
    }

    /// The slot of a reporter of an indicator; `None` where the department does not report it.
    pub fn slot(&self, department: DeptIx, indicator: IndIx) -> Option<SlotIx> {
        let own = self.department_slots.get(department)?;
        own.binary_search_by_key(&indicator, |&slot| self.slots[slot].indicator)
            .ok()
            .map(|at| own[at])
    }

    /// The slots a department reports, in plan order.
    pub fn slots_of(&self, department: DeptIx) -> &[SlotIx] {
        &self.department_slots[department]
    }

    /// Every task index this department leads, reports on or cooperates in, ascending.
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
    pub fn indicator_target(&self, indicator: IndIx, period: Period) -> Option<f64> {
        self.adjusted(indicator, period, |a| a.target)
            .or(self.indicators[indicator].target)
    }

    /// One reporter's target in a month. An adjustment of the whole indicator scales the reporters' shares.
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

    /// The deadline of an indicator in a month: its adjustment, its own, its task's, or the plan's end.
    pub fn deadline(&self, indicator: IndIx, period: Period) -> Date {
        self.adjusted(indicator, period, |a| a.deadline)
            .or(self.indicators[indicator].deadline)
            .or(self.tasks[self.indicators[indicator].task].deadline)
            .unwrap_or(self.end)
    }

    /// The day a period's forms are due.
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

    /// The first month a form is expected in.
    pub fn first_report(&self) -> Period {
        self.first_period.unwrap_or_else(|| Period::of(self.start))
    }

    /// What its tasks are called in a sentence: 简称 without the place and the year, which the sentence has said.
    pub fn subject(&self) -> &str {
        let after_year = self.short_title.split_once('年');
        let own = after_year.filter(|(year, _)| year.ends_with(|c: char| c.is_ascii_digit()));
        let own = own.map(|(_, rest)| rest.trim_start_matches('度'));
        own.filter(|rest| rest.chars().count() > 1)
            .unwrap_or(&self.short_title)
    }

    /// The day by which a file that goes back is wanted again; `None` where the plan does not say.
    pub fn return_day(&self, period: Period) -> Option<Date> {
        let days = jiff::Span::new().days(self.returns.days?);
        self.due_date(period).checked_add(days).ok()
    }

    /// Whether the four elements are asked for: not where the plan says so, or switches off the rule that misses them.
    pub fn asks_elements(&self) -> bool {
        self.checks.elements && self.checks.severity.get("R018") != Some(&RuleLevel::Off)
    }

    /// What its tasks are counted in: 件实事, but 项 of any other work.
    pub fn counter(&self) -> &'static str {
        if self.short_title.contains("实事") {
            "件"
        } else {
            "项"
        }
    }

    /// What the office settled for a slot in a month; the last entry counts.
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
