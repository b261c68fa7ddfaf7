//! One reporter × indicator as judged.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::check::result::judged::{Judged, Place, Source, State};
use crate::check::result::words::{Words, WordsOf};
use crate::plan::{MilestoneState, Plan};

use super::{Unreadable, cell, code, number, optional_date, parse_number, period};

/// One reporter × indicator of a sealed month, as month.json keeps it: ids in place of indices, numbers as decimal text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredSlot {
    /// The reporter's id in the plan.
    pub department: String,
    /// The indicator's id in the plan.
    pub indicator: String,
    /// Accepted, withheld or missing.
    pub state: State,
    /// In the plan's unit, ratios in percentage points; a withheld value is kept, too.
    pub value: Option<String>,
    /// 未启动, 进行中 or 已完成.
    pub status: Option<String>,
    /// When it was finished, YYYY-MM-DD.
    pub done: Option<String>,
    /// The cell that it was read from.
    pub source: Option<StoredSource>,
    /// 约, 余 and the like, as written beside the number.
    pub qualifier: Option<String>,
    /// Codes of the errors that withhold it.
    pub withheld_by: Vec<String>,
    /// The note of the office's confirmation, where there is one.
    pub confirmed: Option<String>,
    /// Finished without the evidence that the plan asks for.
    pub evidence_missing: bool,
    /// 工作进展, as reported.
    pub narrative: Option<String>,
    /// 存在问题, as reported.
    pub problems: Option<String>,
    /// 下一步措施, as reported.
    pub next_steps: Option<String>,
    /// 预计完成时间, YYYY-MM-DD.
    pub expected: Option<String>,
    /// Month and value.
    pub last_accepted: Option<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredSource {
    pub file: String,
    pub sheet: String,
    pub cell: String,
    pub raw: String,
    pub conversion: String,
}

impl StoredSource {
    pub(super) fn new(source: &Source) -> Self {
        Self {
            file: source.place.file.to_string(),
            sheet: source.place.sheet.to_string(),
            cell: source.cell.to_string(),
            raw: source.raw.to_string(),
            conversion: source.conversion.to_string(),
        }
    }

    pub(super) fn read(&self) -> Result<Source, Unreadable> {
        Ok(Source {
            place: Place::new(self.file.as_str(), self.sheet.as_str()),
            cell: cell(&self.cell)?,
            raw: self.raw.as_str().into(),
            conversion: self.conversion.as_str().into(),
        })
    }
}

const MILESTONES: [MilestoneState; 3] = [
    MilestoneState::NotStarted,
    MilestoneState::UnderWay,
    MilestoneState::Done,
];

impl StoredSlot {
    pub(super) fn new(plan: &Plan, judged: &Judged) -> Self {
        let slot = &plan.slots[judged.slot];
        Self {
            department: plan.departments[slot.department].id.clone(),
            indicator: plan.indicators[slot.indicator].id.clone(),
            state: judged.state,
            value: judged.value.map(number),
            status: judged.milestone.map(|m| m.name().to_owned()),
            done: judged.done_on.map(|d| d.to_string()),
            source: judged.source.as_deref().map(StoredSource::new),
            qualifier: judged.qualifier().map(str::to_owned),
            withheld_by: judged
                .withheld_by()
                .iter()
                .map(|&code| code.to_owned())
                .collect(),
            confirmed: judged.confirmed().map(str::to_owned),
            evidence_missing: judged.evidence_missing,
            narrative: judged.words(WordsOf::Narrative).map(str::to_owned),
            problems: judged.words(WordsOf::Problems).map(str::to_owned),
            next_steps: judged.words(WordsOf::NextSteps).map(str::to_owned),
            expected: judged.expected_on.map(|d| d.to_string()),
            last_accepted: judged
                .last_accepted
                .as_deref()
                .map(|(period, value)| (period.to_string(), number(*value))),
        }
    }

    /// `None`: the plan has no such slot any more.
    pub(super) fn read(&self, plan: &Plan) -> Result<Option<Judged>, Unreadable> {
        let slot = plan
            .department(&self.department)
            .zip(plan.indicator(&self.indicator))
            .and_then(|(d, i)| plan.slot(d, i));
        let Some(slot) = slot else { return Ok(None) };
        let milestone = |name: &String| {
            MILESTONES
                .into_iter()
                .find(|m| m.name() == name)
                .ok_or_else(|| Unreadable::of("节点状态", name))
        };
        let last = |(month, value): &(String, String)| Ok((period(month)?, parse_number(value)?));
        let mut judged = Judged {
            slot,
            state: self.state,
            value: self.value.as_deref().map(parse_number).transpose()?,
            milestone: self.status.as_ref().map(milestone).transpose()?,
            done_on: optional_date(self.done.as_deref())?,
            source: self
                .source
                .as_ref()
                .map(StoredSource::read)
                .transpose()?
                .map(Arc::new),
            evidence_missing: self.evidence_missing,
            expected_on: optional_date(self.expected.as_deref())?,
            last_accepted: self
                .last_accepted
                .as_ref()
                .map(last)
                .transpose()?
                .map(Box::new),
            ..Judged::missing(slot)
        };
        for text in &self.withheld_by {
            judged.withhold(code(text)?);
        }
        if let Some(words) = &self.qualifier {
            judged.qualify(words);
        }
        if let Some(words) = &self.confirmed {
            judged.confirm(words);
        }
        judged.say(Words {
            narrative: self.narrative.as_deref().map(Arc::from),
            problems: self.problems.as_deref().map(Arc::from),
            next_steps: self.next_steps.as_deref().map(Arc::from),
        });
        Ok(Some(judged))
    }
}
