//! The states (状态) that rules and reports give to indicators and tasks (domain/official-document.md).

use serde::Serialize;

/// The grade of an indicator or a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(into = "&'static str")]
pub enum Grade {
    /// 已完成.
    Done,
    /// 已完成待验收: finished, and the evidence that the plan asks for is missing.
    DonePending,
    /// 超序时进度.
    Ahead,
    /// 达到序时进度.
    OnSchedule,
    /// 滞后.
    Behind,
    /// 严重滞后.
    Serious,
    /// 未按期完成.
    Overdue,
    /// 未启动.
    NotStarted,
    /// 已达标, of a level or ratio.
    Reached,
    /// 未达标, of a level or ratio.
    NotReached,
    /// 持续推进: judged on its narrative only.
    Ongoing,
    /// 数据待核实: a value that the grade needs is missing or withheld.
    Unverified,
}

impl Grade {
    /// In the order in which reports list them.
    pub const ALL: [Self; 12] = [
        Self::Done,
        Self::DonePending,
        Self::Ahead,
        Self::OnSchedule,
        Self::Reached,
        Self::Ongoing,
        Self::NotStarted,
        Self::NotReached,
        Self::Behind,
        Self::Serious,
        Self::Overdue,
        Self::Unverified,
    ];

    /// As printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "已完成",
            Self::DonePending => "已完成待验收",
            Self::Ahead => "超序时进度",
            Self::OnSchedule => "达到序时进度",
            Self::Behind => "滞后",
            Self::Serious => "严重滞后",
            Self::Overdue => "未按期完成",
            Self::NotStarted => "未启动",
            Self::Reached => "已达标",
            Self::NotReached => "未达标",
            Self::Ongoing => "持续推进",
            Self::Unverified => "数据待核实",
        }
    }

    /// One character for it, all different: a cell of the heat map, which colour alone would not tell on black-and-white paper.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Done => "完",
            Self::DonePending => "验",
            Self::Ahead => "超",
            Self::OnSchedule => "达",
            Self::Behind => "滞",
            Self::Serious => "重",
            Self::Overdue => "逾",
            Self::NotStarted => "未",
            Self::Reached => "标",
            Self::NotReached => "欠",
            Self::Ongoing => "续",
            Self::Unverified => "核",
        }
    }

    /// The grade of that name; the short forms 达序时 and 超序时 are read, too.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = match name {
            "达序时" => "达到序时进度",
            "超序时" => "超序时进度",
            other => other,
        };
        Self::ALL.into_iter().find(|g| g.name() == name)
    }

    /// Graded behind: what R016 asks measures for and the briefing lists.
    pub fn is_lagging(self) -> bool {
        matches!(self, Self::Behind | Self::Serious | Self::Overdue)
    }

    /// Finished or reached, evidence aside.
    pub fn is_finished(self) -> bool {
        matches!(self, Self::Done | Self::DonePending | Self::Reached)
    }
}

impl From<Grade> for &'static str {
    fn from(grade: Grade) -> Self {
        grade.name()
    }
}

/// The three states of a milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(into = "&'static str")]
pub enum MilestoneState {
    /// 未启动.
    NotStarted,
    /// 进行中.
    UnderWay,
    /// 已完成.
    Done,
}

impl MilestoneState {
    /// As printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "未启动",
            Self::UnderWay => "进行中",
            Self::Done => "已完成",
        }
    }
}

impl From<MilestoneState> for &'static str {
    fn from(state: MilestoneState) -> Self {
        state.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for grade in Grade::ALL {
            assert_eq!(Grade::from_name(grade.name()), Some(grade));
            let same = Grade::ALL.into_iter().filter(|g| g.mark() == grade.mark());
            assert_eq!(same.count(), 1, "{}", grade.mark());
        }
        assert_eq!(Grade::from_name("达序时"), Some(Grade::OnSchedule));
        assert_eq!(Grade::from_name("差不多"), None);
    }
}
