//! A milestone's 状态, read by its words.

use crate::plan::MilestoneState;

use super::fields::FieldCell;
use super::submission::Column;
use super::text;
use super::workbook::Value;
use crate::plan::names;

/// A 状态 cell, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StatusReading {
    /// The form has no such column, or there is no row.
    #[default]
    Absent,
    /// Empty.
    Blank,
    /// 无, / and the like.
    Placeholder,
    /// One of the words that C019 knows.
    Known(MilestoneState),
    /// C019.
    Unknown,
    /// C007, C008.
    Broken,
}

/// C019's words, folded.
const WORDS: [(MilestoneState, &[&str]); 3] = [
    (
        MilestoneState::NotStarted,
        &[
            "未启动",
            "未开始",
            "未开工",
            "未实施",
            "尚未启动",
            "尚未开始",
            "尚未开工",
            "尚未实施",
            "待启动",
            "待开工",
        ],
    ),
    (
        MilestoneState::UnderWay,
        &[
            "进行中",
            "推进中",
            "实施中",
            "建设中",
            "施工中",
            "办理中",
            "正在推进",
            "正在进行",
            "正在实施",
            "正在建设",
            "正在施工",
            "正在办理",
            "有序推进",
            "正常推进",
            "持续推进",
            "按计划推进",
            "序时推进",
            "在建",
            "已启动",
            "已开工",
        ],
    ),
    (
        MilestoneState::Done,
        &[
            "完成",
            "已完成",
            "全部完成",
            "已全部完成",
            "完工",
            "已完工",
            "竣工",
            "已竣工",
            "已建成",
            "已建成投用",
            "已投用",
            "已投入使用",
            "已交付使用",
            "已验收",
            "已通过验收",
            "验收合格",
            "已完成验收",
            "提前完成",
            "按期完成",
            "如期完成",
            "按时完成",
            "已办结",
        ],
    ),
];

/// What says yes below 是否完成. 否 does not say how far the work is.
pub(super) const YES: [&str; 4] = ["是", "√", "✓", "✔"];

/// Reads a 状态 cell below this head; `None`: the form has no such column, or there is no row.
pub fn read(head: Option<&Column>, cell: Option<&FieldCell>) -> StatusReading {
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
            Some(words) => {
                let is_asked = || head.is_some_and(|head| head.text.contains("是否"));
                let says_yes = || YES.contains(&&*words) && is_asked();
                let state = word(&words).or_else(|| says_yes().then_some(MilestoneState::Done));
                state.map_or(StatusReading::Unknown, StatusReading::Known)
            }
        },
    }
}

/// One of the known words, punctuation at its end and what explains it in brackets aside: 已完成（6月12日). 已完成（除东段外） and
/// 推进中（60%） say another thing than the word.
pub fn word(words: &str) -> Option<MilestoneState> {
    const TAKES_BACK: &str = "除未尚待剩余仅部分正在%期";
    let is_taken_back =
        text::brackets(words).any(|inner| inner.contains(|c| TAKES_BACK.contains(c)));
    let state = exact(&names::key(words)).or_else(|| ticked(words));
    state.filter(|_| !is_taken_back)
}

/// The state whose box alone is ticked: □未启动 ☑进行中 □已完成.
fn ticked(words: &str) -> Option<MilestoneState> {
    const TICKED: &str = "☑√✓✔■";
    let is_box = |c: char| TICKED.contains(c) || "□☐".contains(c);
    let boxes = words.trim_start().starts_with(is_box);
    let parts = words
        .split_inclusive(is_box)
        .zip(words.split(is_box).skip(1));
    let mut chosen = parts.filter(|(before, _)| before.ends_with(|c| TICKED.contains(c)));
    let (_, state) = chosen.next().filter(|_| boxes)?;
    if chosen.next().is_some() {
        None
    } else {
        exact(&names::key(state))
    }
}

fn exact(words: &str) -> Option<MilestoneState> {
    let found = WORDS.iter().find(|(_, known)| known.contains(&words));
    found.map(|(state, _)| *state)
}
