//! The four elements and the money of a task.

use crate::intake::submission::ElementField;
use crate::intake::text;
use crate::intake::workbook::CellRef;
use crate::plan::model::RuleLevel;
use crate::plan::{Period, Plan, TaskIx, chinese_date};

use super::judged::Source;

/// The four elements (四要素) and the money of one task: each the latest accepted, else the plan's.
#[derive(Debug, Clone, Default)]
pub struct TaskElements {
    /// The task.
    pub task: TaskIx,
    /// The month of the latest accepted 工作方案 that has the task.
    pub filed: Option<Period>,
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

impl TaskElements {
    /// The four, in the order of [`ElementField::FOUR`].
    pub fn four(&self) -> [&Option<Element>; 4] {
        [
            &self.measures,
            &self.deadline,
            &self.acceptance,
            &self.funding,
        ]
    }

    /// What the latest accepted 工作方案 leaves blank, and the plan too.
    pub fn missing<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = ElementField> + 'a {
        let is_given = |e: &Element| e.period.is_none() || e.period == self.filed;
        ElementField::FOUR
            .into_iter()
            .zip(self.four())
            .filter(move |(field, element)| {
                !element.as_ref().is_some_and(is_given)
                    && in_plan(plan, self.task, *field).is_none()
            })
            .map(|(field, _)| field)
    }

    /// More is paid than has arrived, or has arrived than was planned: none of it adds up, unless the plan says that it may (R017).
    pub fn is_doubtful(&self, plan: &Plan) -> bool {
        let more = |part: &Option<Money>, whole: &Option<Money>| {
            let (Some(part), Some(whole)) = (part, whole) else {
                return false;
            };
            part.value > whole.value + 1e-9 * whole.value.abs().max(1.0)
        };
        let level = plan.checks.severity.get("R017");
        level.is_none_or(|&level| level == RuleLevel::Error)
            && (more(&self.paid, &self.arrived) || more(&self.arrived, &self.planned))
    }

    /// With what it leaves out taken from an earlier month's.
    #[must_use]
    pub fn or(self, earlier: Self) -> Self {
        Self {
            task: earlier.task,
            filed: self.filed.or(earlier.filed),
            measures: self.measures.or(earlier.measures),
            deadline: self.deadline.or(earlier.deadline),
            acceptance: self.acceptance.or(earlier.acceptance),
            funding: self.funding.or(earlier.funding),
            planned: self.planned.or(earlier.planned),
            arrived: self.arrived.or(earlier.arrived),
            paid: self.paid.or(earlier.paid),
            leader: self.leader.or(earlier.leader),
            contact: self.contact.or(earlier.contact),
            phone: self.phone.or(earlier.phone),
        }
    }
}

/// The plan's own words for an element of a task; its end is a deadline, too.
pub fn in_plan(plan: &Plan, task: TaskIx, element: ElementField) -> Option<String> {
    let task = &plan.tasks[task];
    let words = match element {
        ElementField::Measures => &task.measures,
        ElementField::Acceptance => &task.acceptance,
        ElementField::Funding => &task.funding,
        ElementField::Deadline => {
            return Some(chinese_date(task.deadline.unwrap_or(plan.end)));
        }
        _ => return None,
    };
    let words = words.trim();
    (!words.is_empty() && !text::is_placeholder(words)).then(|| words.to_owned())
}

/// One of the four elements.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// Its words.
    pub text: String,
    /// The month whose 工作方案 gives it; `None`: from the plan.
    pub period: Option<Period>,
    /// File, sheet and cell; `None`: from the plan.
    pub source: Option<(String, String, CellRef)>,
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq)]
pub struct Money {
    /// In 万元.
    pub value: f64,
    /// The month whose 工作方案 gives it.
    pub period: Period,
    /// The cell it was read from.
    pub source: Source,
}
