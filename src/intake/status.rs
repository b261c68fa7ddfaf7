//! A milestone's 状态, read by its words.

use crate::plan::MilestoneState;
use crate::plan::names;

use super::submission::FieldCell;
use super::text;
use super::workbook::Value;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StatusReading {
    /// The form has no such column, or there is no row.
    #[default]
    Absent,
    Blank,
    Placeholder,
    Known(MilestoneState),
    /// C019.
    Unknown,
    /// C007, C008.
    Broken,
}

/// C019's words, folded.
const WORDS: &[(&str, MilestoneState)] = &[
    ("未启动", MilestoneState::NotStarted),
    ("未开始", MilestoneState::NotStarted),
    ("未开工", MilestoneState::NotStarted),
    ("尚未启动", MilestoneState::NotStarted),
    ("尚未开工", MilestoneState::NotStarted),
    ("进行中", MilestoneState::UnderWay),
    ("推进中", MilestoneState::UnderWay),
    ("正在推进", MilestoneState::UnderWay),
    ("实施中", MilestoneState::UnderWay),
    ("在建", MilestoneState::UnderWay),
    ("已启动", MilestoneState::UnderWay),
    ("已开工", MilestoneState::UnderWay),
    ("已完成", MilestoneState::Done),
    ("完成", MilestoneState::Done),
    ("已完工", MilestoneState::Done),
    ("完工", MilestoneState::Done),
    ("已建成", MilestoneState::Done),
    ("已验收", MilestoneState::Done),
];

pub fn read(cell: Option<&FieldCell>) -> StatusReading {
    let Some(cell) = cell else {
        return StatusReading::Absent;
    };
    match &cell.value {
        None => StatusReading::Blank,
        Some(Value::Error(_) | Value::NoCachedValue) => StatusReading::Broken,
        // Chosen from the form's list, as nearly every one is.
        Some(Value::Text(text)) if let Some(state) = exact(text) => StatusReading::Known(state),
        Some(_) => match cell.name() {
            None if !cell.is_blank() => StatusReading::Unknown,
            None => StatusReading::Blank,
            Some(words) if text::is_placeholder(&words) => StatusReading::Placeholder,
            Some(words) => word(&words).map_or(StatusReading::Unknown, StatusReading::Known),
        },
    }
}

/// One of the known words, punctuation at its end aside.
pub fn word(words: &str) -> Option<MilestoneState> {
    exact(&names::key(words))
}

fn exact(words: &str) -> Option<MilestoneState> {
    WORDS
        .iter()
        .find(|(word, _)| *word == words)
        .map(|&(_, state)| state)
}
