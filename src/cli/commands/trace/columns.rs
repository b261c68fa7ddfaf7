//! What an operator may call a column of a task or an indicator.

use crate::combine::id::Part;

/// A column of the reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// One that holds a figure.
    Figure(Part),
    /// 状态.
    Grade,
}

use super::super::prelude::*;
use Column::{Figure, Grade};

/// Each column, and what it goes by besides its key in an id and its own name.
const COLUMNS: [(Column, &[&str]); 17] = [
    (
        Figure(Part::Value),
        &["累计完成", "数值", "完成", "本月累计"],
    ),
    (Figure(Part::Target), &["目标"]),
    (Figure(Part::Previous), &["上月"]),
    (Figure(Part::Increment), &["本月", "增量", "本月新增"]),
    (Figure(Part::Rate), &["进度"]),
    (Figure(Part::Schedule), &["序时", "应完成"]),
    (Figure(Part::Gap), &["偏差"]),
    (Grade, &["grade", "评定", "等级"]),
    (Figure(Part::Reported), &["已报"]),
    (Figure(Part::Reporters), &["应报"]),
    (Figure(Part::MilestonesDone), &["完成节点"]),
    (Figure(Part::Milestones), &["节点数"]),
    (Figure(Part::Unverified), &["待核实"]),
    (Figure(Part::Elements), &["要素"]),
    (Figure(Part::Planned), &["计划"]),
    (Figure(Part::Arrived), &["到位"]),
    (Figure(Part::Paid), &["支付"]),
];

impl Column {
    fn name(self) -> String {
        match self {
            Figure(part) => part.chinese(),
            Grade => "状态".to_owned(),
        }
    }
}

/// A column by any of its names.
pub fn column(text: &str) -> Result<Column> {
    let text = text.trim();
    let is_called = |column: Column| {
        column.name() == text || matches!(column, Figure(part) if part.key() == text)
    };
    let found = COLUMNS
        .iter()
        .find(|(column, others)| is_called(*column) || others.contains(&text));
    found.map(|(column, _)| *column).ok_or_else(|| {
        let names = COLUMNS.map(|(column, _)| column.name()).join("、");
        let text = one_line(text, 20);
        said!("没有“{text}”这一栏，可写：{names}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_by_several_names() {
        let of = |text| column(text).ok();
        assert_eq!(of("累计"), Some(Figure(Part::Value)));
        assert_eq!(of("累计完成"), of("累计"));
        assert_eq!(of("rate"), Some(Figure(Part::Rate)));
        assert_eq!(of("序时"), Some(Figure(Part::Schedule)));
        assert_eq!((of("状态"), of("grade")), (Some(Grade), Some(Grade)));
        assert_eq!(of("备注"), None);
    }
}
