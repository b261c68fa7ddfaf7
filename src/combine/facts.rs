//! The one source of figures: xlsx, docx and json are views of this, and none of them computes or rounds.

use std::sync::Arc;

use serde::Serialize;

use super::prelude::*;
use crate::check::{FindingFacts, Reporting, Source};
use crate::plan::{Direction, SlotIx};

pub use super::figure::Figure;

/// One month's facts.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what holds of the month or not"
)]
pub struct Facts {
    pub period: Period,
    pub as_of: Option<Date>,
    pub draft: bool,
    /// The date the briefing bears.
    pub date: Date,
    /// See [`super::Options`].
    pub is_dated: bool,
    /// The first month that is followed, before which there is nothing to compare with.
    pub first_month: bool,
    /// The plan's last month.
    pub last_month: bool,
    pub overall: Overall,
    /// In plan order of first appearance (市级, 区级).
    pub tiers: Vec<TierFacts>,
    /// In plan order.
    pub tasks: Vec<TaskFacts>,
    /// In plan order, all tasks.
    pub indicators: Vec<IndicatorFacts>,
    /// In plan order: the rows of records.csv.
    pub slots: Vec<SlotFacts>,
    /// In plan order.
    pub departments: Vec<DepartmentFacts>,
    /// Every finding of the month, in the order of findings.json.
    pub findings: Vec<FindingFacts>,
    /// Every file of the inbox, by path.
    pub files: Vec<FileFacts>,
    /// Earlier months of the year and this one, oldest first.
    pub trend: Vec<TrendPoint>,
    /// Four elements: complete tasks and rate.
    pub elements: ElementsOverall,
    /// Rules a plan has switched off or whose severity it changed, as printed.
    pub rule_changes: Vec<String>,
}

/// Counts of tasks by grade; the counts of `by_grade` add up to `total`. Of no tasks at all there is only the total, a zero.
#[derive(Debug, Clone)]
pub struct GradeCounts {
    pub total: Figure,
    /// One per grade of [`Grade::ALL`], zero ones included; unit 件. Empty where there is no task: thousands of departments lead
    /// none.
    pub by_grade: Vec<(Grade, Figure)>,
}

impl GradeCounts {
    /// The count of one grade.
    pub fn count(&self, grade: Grade) -> &Figure {
        // Where a grade is not counted there is no task, and the total is zero.
        self.by_grade
            .iter()
            .find(|(g, _)| *g == grade)
            .map_or(&self.total, |(_, figure)| figure)
    }
}

#[derive(Debug, Clone)]
pub struct Overall {
    pub tasks: GradeCounts,
    /// 已完成 + 已完成待验收.
    pub finished: Figure,
    /// 超序时进度 + 达到序时进度 + 已达标.
    pub on_schedule: Figure,
    /// 滞后 + 严重滞后 + 未按期完成.
    pub lagging: Figure,
    /// Every task but 未启动 and 数据待核实 ones: 「已启动18件」.
    pub started: Figure,
    /// The same counts last month; `None` in a first month.
    pub previous: Option<PreviousCounts>,
    /// Tasks whose grade got better or worse since last month.
    pub risen: Option<Figure>,
    /// Levels and ratios that miss their target.
    pub missed: Figure,
    pub fallen: Option<Figure>,
    /// Promises of last month whose day has come, and those of them that were kept.
    pub promised: Figure,
    pub kept: Figure,
    /// Indicators: counts by grade over all indicators.
    pub indicators: GradeCounts,
    /// Mean rate and schedule over the tasks that have one, each task counting once; % with one decimal.
    pub rate: Option<Figure>,
    pub schedule: Option<Figure>,
    pub departments: Figure,
    pub submitted: Figure,
    pub late: Figure,
    pub returned: Figure,
    pub missing: Figure,
    pub errors: Figure,
    pub warnings: Figure,
    pub notes: Figure,
    pub explained: Figure,
    /// Slots: all, accepted, withheld, missing.
    pub slots: Figure,
    pub accepted: Figure,
    pub withheld: Figure,
    pub unreported: Figure,
}

#[derive(Debug, Clone)]
pub struct PreviousCounts {
    pub period: Period,
    pub tasks: GradeCounts,
    pub finished: Figure,
    pub on_schedule: Figure,
    pub lagging: Figure,
    /// This month minus last month.
    pub finished_change: Figure,
    pub on_schedule_change: Figure,
    pub lagging_change: Figure,
    /// Change per grade, in the order of `by_grade`.
    pub change_by_grade: Vec<(Grade, Figure)>,
}

#[derive(Debug, Clone)]
pub struct TierFacts {
    /// 市级.
    pub name: String,
    pub tasks: GradeCounts,
    pub finished: Figure,
    pub on_schedule: Figure,
    pub lagging: Figure,
    pub rate: Option<Figure>,
    pub schedule: Option<Figure>,
    pub first_no: u32,
    pub last_no: u32,
}

/// 升, 降 or 平 against last month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Movement {
    Up,
    Down,
    Same,
    /// No earlier grade to compare with.
    New,
    /// One of the two is 数据待核实, or they differ and not the same values are known: nothing to compare.
    Unknown,
}

impl Movement {
    /// `↑` and its like are shown beside the word, never alone.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Up => "↑ 升",
            Self::Down => "↓ 降",
            Self::Same => "— 平",
            Self::New => "首次",
            Self::Unknown => "待核实",
        }
    }
}

#[derive(Debug, Clone)]
pub struct TaskFacts {
    pub task: TaskIx,
    pub no: u32,
    pub tier: String,
    pub name: String,
    pub lead: DeptIx,
    pub lead_name: String,
    /// 会同 departments and bodies, joined by 、; empty when there are none.
    pub with_names: String,
    /// The notice's own words.
    pub text: String,
    pub grade: Grade,
    /// The grade as printed, with its additions (「2项待核实」, 「量化任务已完成」).
    pub grade_text: String,
    /// Named reasons beside the grade: indicators seriously behind, missed milestones, an override and its reason.
    pub notes: Vec<String>,
    /// Set by [[override]]: the reason.
    pub override_reason: Option<String>,
    /// Weighted mean over its counts and quantities, each capped at 100 %; one decimal.
    pub rate: Option<Figure>,
    pub schedule: Option<Figure>,
    /// Schedule − rate in 个百分点, as printed; positive = behind.
    pub gap: Option<Figure>,
    /// The gap printed as 高于/低于 … : its absolute value.
    pub gap_abs: Option<Figure>,
    /// Milestones done and all, for 「3个节点完成1个」; `None` without milestones.
    pub milestones: Option<(Figure, Figure)>,
    /// 完成情况 in words, one per indicator in plan order: 「累计完成4.9公里，占年度目标的24.5%」.
    pub progress: Vec<String>,
    /// Indicators withheld or missing.
    pub unverified: Figure,
    /// The others: 「其余9项」.
    pub verified: Figure,
    pub indicators: std::ops::Range<IndIx>,
    pub previous_grade: Option<Grade>,
    pub movement: Movement,
    /// Its grade in each month of [`Facts::trend`], this one the last.
    pub months: Vec<(Period, Grade)>,
    /// The rate of the month before, and what it has changed by, in percentage points.
    pub previous_rate: Option<Figure>,
    pub rate_change: Option<Figure>,
    /// Of a task that is behind or 未达标, or that [`Self::stays_listed`].
    pub streak: Option<Streak>,
    /// `None` where its lead said nothing last month of what comes next, or the task was finished then.
    pub promise: Option<Promise>,
    /// `None`: it is finished, or every day it had has passed.
    pub next_date: Option<NextDate>,
    /// Clauses of the department's words that ask somebody above it for something, as they stand.
    pub requests: Vec<String>,
    /// The lead's own words, placeholders dropped.
    pub narrative: Option<String>,
    pub problems: Option<String>,
    pub next_steps: Option<String>,
    /// The latest 预计完成时间 of its unfinished indicators.
    pub expected_on: Option<Date>,
    pub deadline: Date,
    /// R020: 预计完成时间 past the deadline, or later than last month's.
    pub early_warning: Option<String>,
    pub elements: ElementsFacts,
    /// Of a task in 数据待核实, or one that [`Self::stays_listed`]: what was last known of it.
    pub last_known: Option<LastKnown>,
    /// A task that stays among the laggards though its grade does not say so: in 数据待核实, and it was one when last known or
    /// one of its accepted indicators is behind; or graded by the rest, while what made it one is not known any more.
    pub stays_listed: bool,
    /// One of its values [`IndicatorFacts::is_in_question`].
    pub is_in_question: bool,
}

/// How long a task has been behind, or below its target, month after month.
#[derive(Debug, Clone)]
pub struct Streak {
    /// The first month of the row.
    pub since: Period,
    /// Its months, the one at hand included; those that [`Self::gaps`] counts are not among them.
    pub months: Figure,
    /// Months within the row of which nothing is known: they neither count nor end it.
    pub gaps: usize,
    /// No month before the row is known, though the plan had begun: it may be longer.
    pub is_open: bool,
}

/// What a task's lead said last month that it would do, beside what there is now.
#[derive(Debug, Clone)]
pub struct Promise {
    /// The month in which it was given.
    pub made: Period,
    /// 下一步措施 of that month.
    pub next_steps: Option<String>,
    /// 预计完成时间 of that month: the latest one of what was unfinished.
    pub expected_on: Option<Date>,
    /// The task was behind in that month.
    pub was_behind: bool,
    /// Its day came in the month at hand.
    pub is_due: bool,
    pub outcome: Outcome,
}

/// What came of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "&'static str")]
pub enum Outcome {
    /// What was to be finished is.
    Kept,
    /// Its day has passed, and something is unfinished.
    Broken,
    /// A later day is given now.
    PutOff,
    /// Its day is to come.
    Open,
    /// No day was given.
    Undated,
    /// Its day has passed, and something is being verified or was not sent.
    Unknown,
}

impl Outcome {
    /// As printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "已兑现",
            Self::Broken => "未兑现",
            Self::PutOff => "已推迟",
            Self::Open => "未到期",
            Self::Undated => "未定时限",
            Self::Unknown => "待核实",
        }
    }
}

impl From<Outcome> for &'static str {
    fn from(outcome: Outcome) -> Self {
        outcome.name()
    }
}

/// The next day that an unfinished task has before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextDate {
    /// 预计完成时间, as its department gave it.
    Expected(Date),
    /// 完成时限, the plan's.
    Deadline(Date),
    /// A 完成时限 that has come, of what is not finished.
    Passed(Date),
}

/// How the tasks that a department leads stand.
#[derive(Debug, Clone)]
pub struct ProgressRank {
    /// Those behind.
    pub lagging: Figure,
    /// Means over those that have a rate.
    pub rate: Option<Figure>,
    pub schedule: Option<Figure>,
    /// Schedule − rate, as printed.
    pub gap: Option<Figure>,
    /// By the share behind, the smaller first, then by the gap; equal ones share a rank.
    pub rank: Figure,
}

/// The latest earlier month in which a task could be graded.
#[derive(Debug, Clone)]
pub struct LastKnown {
    pub period: Period,
    pub grade: Grade,
    pub rate: Option<Figure>,
    pub schedule: Option<Figure>,
    /// As [`TaskFacts::gap`].
    pub gap: Option<Figure>,
}

#[derive(Debug, Clone)]
pub struct ElementsFacts {
    /// The month of the latest accepted 工作方案; `None`: never filed.
    pub filed: Option<Period>,
    /// The month of the latest accepted money.
    pub money_of: Option<Period>,
    /// The amounts contradict each other (R017): printed with a mark, in no total and no share.
    pub is_doubtful: bool,
    pub measures: Option<String>,
    pub deadline: Option<String>,
    /// The deadline where it is one day and nothing else.
    pub deadline_on: Option<Date>,
    pub acceptance: Option<String>,
    pub funding: Option<String>,
    /// Names of the missing ones, in the notice's order.
    pub missing: Vec<&'static str>,
    /// 万元.
    pub planned: Option<Figure>,
    pub arrived: Option<Figure>,
    pub paid: Option<Figure>,
    /// 到位率 = 到位 ÷ 计划, %.
    pub arrived_rate: Option<Figure>,
    /// 支付率 = 支付 ÷ 到位, %.
    pub paid_rate: Option<Figure>,
    pub leader: Option<String>,
    pub contact: Option<String>,
    /// Present elements of four.
    pub present: Figure,
}

#[derive(Debug, Clone)]
pub struct ElementsOverall {
    /// Whether the plan asks for the four elements at all; else nothing is printed of them or of the money.
    pub asked: bool,
    /// Departments whose money is in the totals, and departments that lead a task.
    pub funded: Figure,
    pub leads: Figure,
    pub complete_tasks: Figure,
    /// Elements present ÷ (4 × tasks), %.
    pub completeness: Figure,
    pub planned: Option<Figure>,
    pub arrived: Option<Figure>,
    pub paid: Option<Figure>,
    pub arrived_rate: Option<Figure>,
    pub paid_rate: Option<Figure>,
}

#[derive(Debug, Clone)]
pub struct IndicatorFacts {
    pub indicator: IndIx,
    pub id: String,
    pub task: TaskIx,
    pub name: String,
    pub kind: Kind,
    /// On which side of the target its value should be.
    pub direction: Direction,
    /// As the plan writes it; empty for milestones and ongoing work.
    pub unit: String,
    pub approximate: bool,
    /// This month's target, adjustments applied.
    pub target: Option<Figure>,
    /// All reporters accepted (n/m in `reported`).
    pub state: State,
    /// Combined value; `None` unless something is accepted.
    pub value: Option<Figure>,
    pub qualifier: Option<String>,
    /// Last month's accepted value (the latest earlier one where last month's was not).
    pub previous: Option<Figure>,
    pub previous_period: Option<Period>,
    /// This month's increment; `None` without both figures.
    pub increment: Option<Figure>,
    pub rate: Option<Figure>,
    pub schedule: Option<Figure>,
    /// Percentage points for counts and quantities (positive = behind), the unit's own for level and ratio.
    pub gap: Option<Figure>,
    pub gap_abs: Option<Figure>,
    pub milestone: Option<MilestoneState>,
    pub done_on: Option<Date>,
    pub grade: Grade,
    pub previous_grade: Option<Grade>,
    pub movement: Movement,
    /// Accepted values of the year's months up to this one, oldest first: `indicator.14.1.month.2024-03`.
    pub months: Vec<(Period, Option<Figure>)>,
    /// Reporters: accepted of all.
    pub reported: (Figure, Figure),
    pub slots: std::ops::Range<SlotIx>,
    /// `电话核实：督查室，核减……` where the office confirmed the figure.
    pub confirmed: Option<String>,
    /// An open warning says that its value jumps (R008) or lies far over the target (R014): used, but not praised until the
    /// department has explained it or the office has confirmed it.
    pub is_in_question: bool,
    /// By how much a level or ratio has fallen within the month though it should rise, or risen though it should fall.
    pub slipped: Option<Figure>,
    /// 任务调整: what was adjusted, since when and on what basis.
    pub adjusted: Option<String>,
    /// Codes that hold the value back, where it is withheld.
    pub withheld_by: Vec<&'static str>,
}

impl Facts {
    /// Of a task without a rate: how many of its several milestones are done, and all. Of milestones nobody has reported on, none
    /// is known to be done or not.
    pub fn milestones<'a>(&self, task: &'a TaskFacts) -> Option<(&'a Figure, &'a Figure)> {
        let (done, all) = task.milestones.as_ref()?;
        let mut own = self.indicators.get(task.indicators.clone())?.iter();
        let is_known = all.value > 1.0 && own.any(|i| i.milestone.is_some());
        (task.rate.is_none() && is_known).then_some((done, all))
    }

    /// What the rate of all tasks is: 平均 of several, of one task its own.
    #[must_use]
    pub fn mean(&self) -> &'static str {
        let rated = self.tasks.iter().filter(|t| t.rate.is_some());
        if rated.take(2).count() > 1 {
            "平均"
        } else {
            ""
        }
    }

    /// Laggards, worst first: 未按期完成, 严重滞后, 滞后; the wider gap first, then plan order.
    pub fn laggards(&self) -> Vec<&TaskFacts> {
        let mut out: Vec<&TaskFacts> = self.tasks.iter().filter(|t| t.grade.is_lagging()).collect();
        let rank = |grade: Grade| match grade {
            Grade::Overdue => 0,
            Grade::Serious => 1,
            _ => 2,
        };
        let gap = |t: &TaskFacts| t.gap.as_ref().map_or(f64::NEG_INFINITY, |g| g.value);
        out.sort_by(|a, b| {
            rank(a.grade)
                .cmp(&rank(b.grade))
                .then(gap(b).total_cmp(&gap(a)))
        });
        out
    }
}

impl IndicatorFacts {
    /// The target as printed: 20公里, and ≤5.5% where the value should not be above it.
    pub fn goal(&self) -> Option<String> {
        let sign = at_most(self.direction);
        Some(format!("{sign}{}", self.target.as_ref()?.text()))
    }

    /// A level or ratio that misses its target and is not on its way there.
    pub fn misses_target(&self) -> bool {
        matches!(self.kind, Kind::Level | Kind::Ratio)
            && (self.grade == Grade::NotReached || self.grade.is_lagging())
    }
}

/// What stands before a target: ≤ where the value should not be above it.
pub fn at_most(direction: Direction) -> &'static str {
    match direction {
        Direction::AtLeast => "",
        Direction::AtMost => "≤",
    }
}

#[derive(Debug, Clone)]
pub struct SlotFacts {
    pub department: DeptIx,
    pub indicator: IndIx,
    pub task: TaskIx,
    pub state: State,
    pub value: Option<f64>,
    pub milestone: Option<MilestoneState>,
    pub done_on: Option<Date>,
    pub target: Option<f64>,
    /// Percentage points, unrounded.
    pub rate: Option<f64>,
    pub schedule: Option<f64>,
    pub grade: Option<Grade>,
    /// The cell the value was read from, a withheld one's too.
    pub source: Option<Arc<Source>>,
}

impl DepartmentFacts {
    /// Whether a count of the month's departments counts this one.
    pub(crate) fn counts_as(&self, part: Part) -> bool {
        self.slots.value > 0.0
            && match part {
                Part::Submitted => self.submitted.is_submitted(),
                Part::Late => self.submitted == Reporting::Late,
                Part::Returned => self.submitted == Reporting::Returned,
                Part::Missing => self.submitted == Reporting::NotSubmitted,
                _ => true,
            }
    }
}

#[derive(Debug, Clone)]
pub struct DepartmentFacts {
    pub department: DeptIx,
    pub id: String,
    pub name: String,
    /// How it reported.
    pub submitted: Reporting,
    pub received: Option<Date>,
    pub due: Date,
    /// The used file.
    pub file: Option<String>,
    pub errors: Figure,
    pub warnings: Figure,
    pub notes: Figure,
    pub explained: Figure,
    pub slots: Figure,
    pub accepted: Figure,
    /// accepted ÷ slots, %.
    pub accepted_rate: Option<Figure>,
    /// By share accepted, then fewer errors, then in time before late, then fewer warnings; equal ones share a rank. `None`: it
    /// sent nothing that could be used, or nothing is asked of it.
    pub rank: Option<Figure>,
    /// `None`: it leads no task of which enough is known.
    pub progress: Option<ProgressRank>,
    /// Tasks it leads.
    pub tasks: GradeCounts,
}

#[derive(Debug, Clone)]
pub struct FileFacts {
    pub path: String,
    pub sha256: String,
    pub bytes: Figure,
    pub department_name: Option<String>,
    pub verdict: String,
    pub received: Option<Date>,
}

/// One month of the year's trend.
#[derive(Debug, Clone)]
pub struct TrendPoint {
    pub period: Period,
    pub rate: Option<Figure>,
    pub schedule: Option<Figure>,
    pub finished: Figure,
    pub on_schedule: Figure,
    pub lagging: Figure,
    /// 持续推进, 未启动, 未达标, 数据待核实: everything else, so that the four add up to the total.
    pub other: Figure,
}
