//! What a figure was made of: the `from` of facts.json, which `duban trace` follows back.

use crate::check::{Severity, State, Status};
use crate::plan::{DeptIx, IndIx, Period, Plan, TaskIx};

use super::id::{FigureId, Part, Subject};

/// One thing that a figure was made of. A month stands with it only where it is not the month at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Another figure.
    Figure(FigureId),
    /// An indicator's rows of records.csv.
    Records(IndIx, Option<Period>),
    /// A task's grade.
    TaskGrade(TaskIx, Option<Period>),
    /// An indicator's grade.
    IndicatorGrade(IndIx, Option<Period>),
    /// An entry of an indicator in the plan.
    Plan(IndIx, Entry, Option<Period>),
    /// The milestones that the plan gives a task.
    Milestones(TaskIx),
    /// The rows that the plan asks for; of a department, or all.
    Asked(Option<DeptIx>),
    /// The rows of records.csv in a state; of a department, or all.
    Rows(State, Option<DeptIx>),
    /// Findings; of a department, or all.
    Findings(Class, Option<DeptIx>),
    /// A file of the inbox, by its place in the facts' files.
    File(usize),
    /// A task's four elements: its lead's 工作方案, or the plan where that is silent.
    Elements(TaskIx),
    /// A task's money: [`Part::Planned`], [`Part::Arrived`] or [`Part::Paid`].
    Money(TaskIx, Part),
    /// The departments that a count of the month counts: [`Part::Submitted`] and the like.
    Departments(Part),
}

/// What a plan says of an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entry {
    /// 年度目标.
    Target,
    /// 序时安排.
    Schedule,
    /// 完成时限.
    Deadline,
    /// 报送单位.
    Reporters,
}

impl Entry {
    /// Its key in plan.toml.
    pub fn key(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Schedule => "schedule",
            Self::Deadline => "deadline",
            Self::Reporters => "reporters",
        }
    }

    fn chinese(self) -> &'static str {
        match self {
            Self::Target => "年度目标",
            Self::Schedule => "序时安排",
            Self::Deadline => "完成时限",
            Self::Reporters => "报送单位",
        }
    }
}

/// How findings are counted: open ones by severity, explained ones whatever their severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// An open finding of that severity.
    Open(Severity),
    /// 已说明.
    Explained,
}

impl Class {
    /// 错误.
    pub const ERROR: Self = Self::Open(Severity::Error);
    /// 警告.
    pub const WARNING: Self = Self::Open(Severity::Warning);
    /// 提示.
    pub const NOTE: Self = Self::Open(Severity::Note);

    /// The class of a finding.
    pub fn of(status: Status, severity: Severity) -> Self {
        match status {
            Status::Open => Self::Open(severity),
            Status::Explained => Self::Explained,
        }
    }

    /// As facts.json writes it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Open(severity) => severity.as_str(),
            Self::Explained => "explained",
        }
    }

    fn chinese(self) -> &'static str {
        match self {
            Self::Open(severity) => severity.chinese(),
            Self::Explained => "已说明",
        }
    }
}

impl Origin {
    /// The month it is of, where that is not the month at hand.
    pub fn period(self) -> Option<Period> {
        match self {
            Self::Records(_, period)
            | Self::TaskGrade(_, period)
            | Self::IndicatorGrade(_, period)
            | Self::Plan(_, _, period) => period,
            _ => None,
        }
    }

    /// As `duban trace` calls it, looking at the month `now`: 「第14项城市老旧供水管网改造 完成率」.
    pub fn chinese(self, plan: &Plan, now: Period) -> String {
        let task = |ix| Subject::Task(ix).chinese(plan);
        let indicator = |ix| Subject::Indicator(ix).chinese(plan);
        let named = match self {
            Self::Figure(id) => id.chinese(plan),
            Self::Records(ix, _) => format!("{} 报送数据", indicator(ix)),
            Self::TaskGrade(ix, _) => format!("{} 状态", task(ix)),
            Self::IndicatorGrade(ix, _) => format!("{} 状态", indicator(ix)),
            Self::Plan(ix, entry, _) => {
                let id = &plan.indicators[ix].id;
                format!("任务计划：指标{id}{}", entry.chinese())
            }
            Self::Milestones(ix) => format!("任务计划：第{}项的节点", plan.tasks[ix].no),
            Self::Asked(_) => "任务计划：报送项".to_owned(),
            Self::Rows(state, _) => format!("{}的数据", state.chinese()),
            Self::Findings(class, _) => format!("核查问题：{}", class.chinese()),
            Self::File(_) => "文件".to_owned(),
            Self::Elements(ix) | Self::Money(ix, _) => format!("{}四要素与资金", task(ix)),
            Self::Departments(_) => "单位".to_owned(),
        };
        match self.period() {
            Some(period) if period != now => format!("{} {named}", period.chinese()),
            _ => named,
        }
    }
}
