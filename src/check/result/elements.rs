//! The four elements and the money of a task.

use crate::intake::workbook::CellRef;
use crate::plan::TaskIx;

use super::judged::Source;

/// The four elements (四要素) and the money of one task.
#[derive(Debug, Clone, Default)]
pub struct TaskElements {
    /// The task.
    pub task: TaskIx,
    /// 工作举措.
    pub measures: Option<Element>,
    /// 完成时限.
    pub deadline: Option<Element>,
    /// 验收标准.
    pub acceptance: Option<Element>,
    /// 资金来源.
    pub funding: Option<Element>,
    /// 计划资金.
    pub planned: Option<Money>,
    /// 到位资金.
    pub arrived: Option<Money>,
    /// 支付资金.
    pub paid: Option<Money>,
    /// 责任领导.
    pub leader: Option<String>,
    /// 联系人.
    pub contact: Option<String>,
    /// 联系电话; never printed in a report.
    pub phone: Option<String>,
}

/// One of the four elements.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// Its words.
    pub text: String,
    /// File, sheet and cell; `None`: from the plan.
    pub source: Option<(String, String, CellRef)>,
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq)]
pub struct Money {
    /// In 万元.
    pub value: f64,
    /// The cell it was read from.
    pub source: Source,
}
