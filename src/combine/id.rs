//! The ids of figures: what a figure describes and which of its figures it is, with the Chinese names.

use compact_str::{CompactString, format_compact};

use crate::plan::{DeptIx, Grade, IndIx, Period, Plan, TaskIx};

/// The id of a figure: `task.14.rate` in facts.json and for `duban trace`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FigureId {
    /// What it is a figure of.
    pub of: Subject,
    /// Which of its figures.
    pub part: Part,
}

/// What figures describe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The whole month.
    Overall,
    /// All tasks of last month, to compare with.
    Previous,
    /// A 分级, by the first of its tasks.
    Tier(TaskIx),
    /// A task.
    Task(TaskIx),
    /// A task as it was last known, where this month's data is being verified.
    LastKnown(TaskIx),
    /// An indicator, all reporters together.
    Indicator(IndIx),
    /// A department.
    Department(DeptIx),
    /// A file of the inbox, by its place in path order.
    File(usize),
    /// A month of the year's trend.
    Trend(Period),
    /// The four elements and the money of all tasks.
    Elements,
}

impl Subject {
    /// One of its figures.
    pub fn at(self, part: Part) -> FigureId {
        FigureId { of: self, part }
    }

    /// The first words of an id: `task.14`.
    fn key(self, plan: &Plan) -> String {
        match self {
            Self::Overall => "overall".to_owned(),
            Self::Previous => "previous".to_owned(),
            Self::Tier(first) => format!("tier.{}", plan.tasks[first].tier),
            Self::Task(ix) => format!("task.{}", plan.tasks[ix].no),
            Self::LastKnown(ix) => format!("task.{}.last", plan.tasks[ix].no),
            Self::Indicator(ix) => format!("indicator.{}", plan.indicators[ix].id),
            Self::Department(ix) => format!("department.{}", plan.departments[ix].id),
            Self::File(ix) => format!("files.{}", ix + 1),
            Self::Trend(period) => format!("trend.{period}"),
            Self::Elements => "elements".to_owned(),
        }
    }

    /// 「第14项城市老旧供水管网改造」.
    pub fn chinese(self, plan: &Plan) -> String {
        match self {
            Self::Overall => "总体".to_owned(),
            Self::Previous => "上月总体".to_owned(),
            Self::Tier(first) => plan.tasks[first].tier.clone(),
            Self::Task(ix) => format!("第{}项{}", plan.tasks[ix].no, plan.tasks[ix].name),
            Self::LastKnown(ix) => format!("{}（最近一次）", Self::Task(ix).chinese(plan)),
            Self::Indicator(ix) => {
                let indicator = &plan.indicators[ix];
                format!("指标{}{}", indicator.id, indicator.name)
            }
            Self::Department(ix) => plan.departments[ix].name.clone(),
            Self::File(ix) => format!("第{}个文件", ix + 1),
            Self::Trend(period) => format!("{period}当月"),
            Self::Elements => "四要素与资金".to_owned(),
        }
    }
}

impl FigureId {
    /// `task.14.rate`.
    pub fn text(self, plan: &Plan) -> String {
        format!("{}.{}", self.of.key(plan), self.part.key())
    }

    /// 「第14项城市老旧供水管网改造 完成率」.
    pub fn chinese(self, plan: &Plan) -> String {
        format!("{} {}", self.of.chinese(plan), self.part.chinese())
    }
}

/// Parts with nothing more to tell: variant, the last part of the id, the Chinese name.
macro_rules! parts {
    ($($part:ident $key:literal $chinese:literal)*) => {
        /// Which of a subject's figures.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Part {
            $(#[doc = $chinese] $part,)*
            /// How many tasks have a grade; `None`: all.
            Tasks(Option<Grade>),
            /// How many indicators have a grade; `None`: all.
            Indicators(Option<Grade>),
            /// What the number of tasks of a grade has changed by since last month.
            Change(Grade),
            /// The value at the end of an earlier month or this one.
            Month(Period),
        }

        impl Part {
            /// The last part of an id.
            pub fn key(self) -> CompactString {
                match self {
                    $(Self::$part => CompactString::const_new($key),)*
                    Self::Tasks(grade) => format_compact!("tasks.{}", slug(grade)),
                    Self::Indicators(grade) => format_compact!("indicators.{}", slug(grade)),
                    Self::Change(grade) => format_compact!("change.{}", slug(Some(grade))),
                    Self::Month(period) => format_compact!("month.{period}"),
                }
            }

            /// As `duban trace` calls it.
            pub fn chinese(self) -> String {
                let counted = |grade: Option<Grade>, what: &str| {
                    format!("{}{what}", grade.map_or("合计", Grade::name))
                };
                match self {
                    $(Self::$part => $chinese.to_owned(),)*
                    Self::Tasks(grade) => counted(grade, ""),
                    Self::Indicators(grade) => counted(grade, "（指标）"),
                    Self::Change(grade) => counted(Some(grade), "增减"),
                    Self::Month(period) => format!("{}累计", period.chinese()),
                }
            }
        }
    };
}

parts! {
    Value "value" "累计"
    Target "target" "年度目标"
    Previous "previous" "上月累计"
    Increment "increment" "本月完成"
    Slipped "slipped" "本月回落"
    Rate "rate" "完成率"
    Schedule "schedule" "序时进度"
    Gap "gap" "差距"
    GapAbs "gap_abs" "差距"
    Reported "reported" "已报单位数"
    Reporters "reporters" "应报单位数"
    MilestonesDone "milestones_done" "已完成节点"
    Milestones "milestones" "节点"
    Unverified "unverified" "待核实项数"
    Verified "verified" "已核实项数"
    Elements "elements" "四要素"
    Planned "planned" "计划资金"
    Arrived "arrived" "到位资金"
    Paid "paid" "支付资金"
    ArrivedRate "arrived_rate" "资金到位率"
    PaidRate "paid_rate" "资金支付率"
    Complete "complete" "四要素齐备任务"
    Completeness "completeness" "要素完备率"
    Funded "funded" "报送资金的单位"
    Leads "leads" "牵头单位"
    Slots "slots" "应报数据"
    Accepted "accepted" "已采信"
    AcceptedRate "accepted_rate" "采信率"
    Withheld "withheld" "待核实"
    Unreported "unreported" "未报"
    Errors "errors" "错误"
    Warnings "warnings" "警告"
    Notes "notes" "提示"
    Explained "explained" "已说明"
    Rank "rank" "名次"
    ProgressRank "progress_rank" "进度名次"
    MonthsBehind "months_behind" "连续滞后月数"
    PreviousRate "previous_rate" "上月完成率"
    RateChange "rate_change" "完成率增减"
    Promised "promised" "本月到期的承诺"
    Kept "kept" "已兑现的承诺"
    Departments "departments" "单位"
    Submitted "submitted" "已报单位"
    Late "late" "逾期单位"
    Returned "returned" "退回单位"
    Missing "missing" "未报单位"
    Finished "finished" "已完成任务"
    OnSchedule "on_schedule" "达到序时任务"
    Lagging "lagging" "滞后任务"
    Started "started" "已启动任务"
    Risen "risen" "上升任务"
    Fallen "fallen" "下降任务"
    Missed "missed" "未达标指标"
    FinishedChange "finished_change" "已完成任务增减"
    OnScheduleChange "on_schedule_change" "达到序时任务增减"
    LaggingChange "lagging_change" "滞后任务增减"
    Other "other" "其他任务"
    Bytes "bytes" "大小"
}

/// A grade's part of an id; `None`: all grades together.
fn slug(grade: Option<Grade>) -> &'static str {
    match grade {
        None => "total",
        Some(Grade::Done) => "done",
        Some(Grade::DonePending) => "done_pending",
        Some(Grade::Ahead) => "ahead",
        Some(Grade::OnSchedule) => "on_schedule",
        Some(Grade::Behind) => "behind",
        Some(Grade::Serious) => "serious",
        Some(Grade::Overdue) => "overdue",
        Some(Grade::NotStarted) => "not_started",
        Some(Grade::Reached) => "reached",
        Some(Grade::NotReached) => "not_reached",
        Some(Grade::Ongoing) => "ongoing",
        Some(Grade::Unverified) => "unverified",
    }
}
