//! A task's four elements and its money.

use serde::{Deserialize, Serialize};

use crate::check::result::elements::{Element, Money, TaskElements};
use crate::plan::{Period, Plan};

use super::slot::StoredSource;
use super::{Unreadable, cell, number, parse_number, period, task};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredElements {
    task: u32,
    /// Absent in months that were sealed when only the month's own were kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filed: Option<String>,
    measures: Option<StoredElement>,
    deadline: Option<StoredElement>,
    acceptance: Option<StoredElement>,
    funding: Option<StoredElement>,
    planned: Option<StoredMoney>,
    arrived: Option<StoredMoney>,
    paid: Option<StoredMoney>,
    leader: Option<String>,
    contact: Option<String>,
    phone: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredElement {
    text: String,
    /// Absent: from the plan, or of the month itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<String>,
    /// File, sheet, cell; absent: from the plan.
    source: Option<(String, String, String)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredMoney {
    value: String,
    /// Absent: of the month itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<String>,
    source: StoredSource,
}

fn optional(text: Option<&str>) -> Result<Option<Period>, Unreadable> {
    text.map(period).transpose()
}

impl StoredElement {
    fn new(element: &Element) -> Self {
        let source = element
            .source
            .as_ref()
            .map(|(file, sheet, at)| (file.clone(), sheet.clone(), at.to_string()));
        Self {
            text: element.text.clone(),
            period: element.period.map(|p| p.to_string()),
            source,
        }
    }

    fn read(&self, month: Period) -> Result<Element, Unreadable> {
        let source = self
            .source
            .as_ref()
            .map(|(file, sheet, at)| Ok((file.clone(), sheet.clone(), cell(at)?)))
            .transpose()?;
        let own = source.is_some().then_some(month);
        Ok(Element {
            text: self.text.clone(),
            period: optional(self.period.as_deref())?.or(own),
            source,
        })
    }
}

impl StoredMoney {
    fn new(money: &Money) -> Self {
        Self {
            value: number(money.value),
            period: Some(money.period.to_string()),
            source: StoredSource::new(&money.source),
        }
    }

    fn read(&self, month: Period) -> Result<Money, Unreadable> {
        Ok(Money {
            value: parse_number(&self.value)?,
            period: optional(self.period.as_deref())?.unwrap_or(month),
            source: self.source.read()?,
        })
    }
}

impl StoredElements {
    pub(super) fn new(plan: &Plan, elements: &TaskElements) -> Option<Self> {
        let element = |e: &Option<Element>| e.as_ref().map(StoredElement::new);
        let money = |m: &Option<Money>| m.as_ref().map(StoredMoney::new);
        Some(Self {
            task: plan.tasks.get(elements.task)?.no,
            filed: elements.filed.map(|p| p.to_string()),
            measures: element(&elements.measures),
            deadline: element(&elements.deadline),
            acceptance: element(&elements.acceptance),
            funding: element(&elements.funding),
            planned: money(&elements.planned),
            arrived: money(&elements.arrived),
            paid: money(&elements.paid),
            leader: elements.leader.clone(),
            contact: elements.contact.clone(),
            phone: elements.phone.clone(),
        })
    }

    /// As `month` knew them. `None`: the plan has no such task any more.
    pub(super) fn read(
        &self,
        plan: &Plan,
        month: Period,
    ) -> Result<Option<TaskElements>, Unreadable> {
        let Some(task) = task(plan, self.task) else {
            return Ok(None);
        };
        let element = |e: &Option<StoredElement>| e.as_ref().map(|e| e.read(month)).transpose();
        let money = |m: &Option<StoredMoney>| m.as_ref().map(|m| m.read(month)).transpose();
        let four = [
            element(&self.measures)?,
            element(&self.deadline)?,
            element(&self.acceptance)?,
            element(&self.funding)?,
        ];
        let amounts = [
            money(&self.planned)?,
            money(&self.arrived)?,
            money(&self.paid)?,
        ];
        let months = four.iter().flatten().filter_map(|e| e.period);
        let months = months.chain(amounts.iter().flatten().map(|m| m.period));
        let filed = optional(self.filed.as_deref())?.or(months.max());
        let ([measures, deadline, acceptance, funding], [planned, arrived, paid]) = (four, amounts);
        Ok(Some(TaskElements {
            task,
            filed,
            measures,
            deadline,
            acceptance,
            funding,
            planned,
            arrived,
            paid,
            leader: self.leader.clone(),
            contact: self.contact.clone(),
            phone: self.phone.clone(),
        }))
    }
}
