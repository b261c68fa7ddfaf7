//! Judged months as data that outlives the program: written when a month is sealed, read back by every later run.
//!
//! Departments, tasks and indicators go by the plan's ids, so that a month can be read back under a plan that has changed
//! since; what the plan no longer knows is left out, what it has gained is missing. Numbers are text in the shortest form
//! that reads back the same: JSON readers round.

mod elements;
mod finding;
mod month;
mod slot;

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::plan::{Period, Plan};

use super::result::history::{ExplainedKey, History};
use super::result::judged::{Accepted, Judged};
use super::rules;

pub use month::StoredMonth;
pub use slot::StoredSlot;

/// The text is no month of ours, or one of a later version.
#[derive(Debug)]
pub struct Unreadable(String);

impl Unreadable {
    fn of(what: &str, text: &str) -> Self {
        Self(format!(
            "{what}“{}”不能识别（可能由更新版本的程序写成）",
            crate::intake::text::one_line(text, 30)
        ))
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

/// A month's slots as judged, in plan order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredAccepted {
    /// `2024-05`.
    pub period: String,
    /// In plan order.
    pub slots: Vec<StoredSlot>,
}

impl StoredAccepted {
    /// The month as data.
    pub fn new(plan: &Plan, accepted: &Accepted) -> Self {
        Self {
            period: accepted.period().to_string(),
            slots: accepted
                .slots()
                .iter()
                .map(|judged| StoredSlot::new(plan, judged))
                .collect(),
        }
    }

    /// The month under a plan: one judgement per slot of it.
    pub fn read(&self, plan: &Plan) -> Result<Accepted, Unreadable> {
        let mut slots: Vec<Judged> = (0..plan.slots.len()).map(Judged::missing).collect();
        for stored in &self.slots {
            if let Some(judged) = stored.read(plan)?
                && let Some(place) = slots.get_mut(judged.slot)
            {
                *place = judged;
            }
        }
        Ok(Accepted {
            period: period(&self.period)?,
            slots,
        })
    }
}

/// An answer of 情况说明 and what it settles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredAnswer {
    code: String,
    department: String,
    task: Option<u32>,
    indicator: Option<String>,
    found: String,
    words: String,
}

impl StoredAnswer {
    fn new(plan: &Plan, key: &ExplainedKey, words: &str) -> Option<Self> {
        Some(Self {
            code: key.code.to_owned(),
            department: plan.departments.get(key.department)?.id.clone(),
            task: key.task.and_then(|t| plan.tasks.get(t)).map(|t| t.no),
            indicator: key
                .indicator
                .and_then(|i| plan.indicators.get(i))
                .map(|i| i.id.clone()),
            found: key.found.clone(),
            words: words.to_owned(),
        })
    }

    /// `None`: the plan no longer knows what it speaks of.
    fn read(&self, plan: &Plan) -> Result<Option<(ExplainedKey, String)>, Unreadable> {
        let code = code(&self.code)?;
        let Some(department) = plan.department(&self.department) else {
            return Ok(None);
        };
        let task = self.task.map(|no| task(plan, no));
        let indicator = self.indicator.as_deref().map(|id| plan.indicator(id));
        if task == Some(None) || indicator == Some(None) {
            return Ok(None);
        }
        let key = ExplainedKey {
            code,
            department,
            task: task.flatten(),
            indicator: indicator.flatten(),
            found: self.found.clone(),
        };
        Ok(Some((key, self.words.clone())))
    }
}

/// The months before a sealed one, as that month was compared with them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredHistory {
    /// Oldest first.
    pub months: Vec<StoredAccepted>,
    /// The four elements and the money as last known; empty in months that were sealed without.
    #[serde(default)]
    elements: Vec<elements::StoredElements>,
    /// Answers of 情况说明 that still hold.
    pub explained: Vec<StoredAnswer>,
}

impl StoredHistory {
    /// The months as data.
    pub fn new(plan: &Plan, history: &History) -> Self {
        Self {
            months: history
                .months()
                .map(|month| StoredAccepted::new(plan, month))
                .collect(),
            elements: history
                .elements()
                .filter_map(|known| elements::StoredElements::new(plan, known))
                .collect(),
            explained: history
                .explained()
                .filter_map(|(key, words)| StoredAnswer::new(plan, key, words))
                .collect(),
        }
    }

    /// The months under a plan.
    pub fn read(&self, plan: &Plan) -> Result<History, Unreadable> {
        let mut history = History::default();
        let mut explained = read_answers(&self.explained, plan)?;
        for month in &self.months {
            history.push(month.read(plan)?, std::mem::take(&mut explained));
        }
        let last = history.months().next_back().map(Accepted::period);
        for stored in &self.elements {
            let known = last.map(|last| stored.read(plan, last)).transpose()?;
            history.push_elements(plan, known.flatten().into_iter().collect());
        }
        Ok(history)
    }
}

fn read_answers(
    answers: &[StoredAnswer],
    plan: &Plan,
) -> Result<Vec<(ExplainedKey, String)>, Unreadable> {
    answers
        .iter()
        .filter_map(|answer| answer.read(plan).transpose())
        .collect()
}

fn task(plan: &Plan, no: u32) -> Option<usize> {
    plan.tasks.iter().position(|t| t.no == no)
}

/// The catalogue's own string of a code.
fn code(text: &str) -> Result<&'static str, Unreadable> {
    rules::find(text)
        .map(|rule| rule.code)
        .ok_or_else(|| Unreadable::of("规则代码", text))
}

fn period(text: &str) -> Result<Period, Unreadable> {
    text.parse().map_err(|()| Unreadable::of("月份", text))
}

fn date(text: &str) -> Result<Date, Unreadable> {
    text.parse().map_err(|_| Unreadable::of("日期", text))
}

fn optional_date(text: Option<&str>) -> Result<Option<Date>, Unreadable> {
    text.map(date).transpose()
}

/// The shortest text that reads back the same number.
fn number(value: f64) -> String {
    format!("{value}")
}

fn parse_number(text: &str) -> Result<f64, Unreadable> {
    text.parse().map_err(|_| Unreadable::of("数值", text))
}

fn cell(text: &str) -> Result<crate::intake::workbook::CellRef, Unreadable> {
    crate::intake::workbook::CellRef::parse(text).ok_or_else(|| Unreadable::of("单元格", text))
}

#[cfg(test)]
mod tests;
