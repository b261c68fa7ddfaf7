//! A task's four elements and its money.

use serde::{Deserialize, Serialize};

use crate::check::result::elements::{Element, Money, TaskElements};
use crate::plan::Plan;

use super::slot::StoredSource;
use super::{Unreadable, cell, number, parse_number, task};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredElements {
    task: u32,
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
    /// File, sheet, cell; absent: from the plan.
    source: Option<(String, String, String)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredMoney {
    value: String,
    source: StoredSource,
}

impl StoredElement {
    fn new(element: &Element) -> Self {
        let source = element
            .source
            .as_ref()
            .map(|(file, sheet, at)| (file.clone(), sheet.clone(), at.to_string()));
        Self {
            text: element.text.clone(),
            source,
        }
    }

    fn read(&self) -> Result<Element, Unreadable> {
        let source = self
            .source
            .as_ref()
            .map(|(file, sheet, at)| Ok((file.clone(), sheet.clone(), cell(at)?)))
            .transpose()?;
        Ok(Element {
            text: self.text.clone(),
            source,
        })
    }
}

impl StoredMoney {
    fn new(money: &Money) -> Self {
        Self {
            value: number(money.value),
            source: StoredSource::new(&money.source),
        }
    }

    fn read(&self) -> Result<Money, Unreadable> {
        Ok(Money {
            value: parse_number(&self.value)?,
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

    /// `None`: the plan has no such task any more.
    pub(super) fn read(&self, plan: &Plan) -> Result<Option<TaskElements>, Unreadable> {
        let Some(task) = task(plan, self.task) else {
            return Ok(None);
        };
        let element = |e: &Option<StoredElement>| e.as_ref().map(StoredElement::read).transpose();
        let money = |m: &Option<StoredMoney>| m.as_ref().map(StoredMoney::read).transpose();
        Ok(Some(TaskElements {
            task,
            measures: element(&self.measures)?,
            deadline: element(&self.deadline)?,
            acceptance: element(&self.acceptance)?,
            funding: element(&self.funding)?,
            planned: money(&self.planned)?,
            arrived: money(&self.arrived)?,
            paid: money(&self.paid)?,
            leader: self.leader.clone(),
            contact: self.contact.clone(),
            phone: self.phone.clone(),
        }))
    }
}
