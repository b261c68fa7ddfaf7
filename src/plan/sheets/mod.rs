//! The sheets of 任务计划.xlsx and 台账.xlsx: one table says what each is called, which columns it has, what they hold and how
//! they are explained. The reader (`intake::sheets`), [`assemble`], the writer (`report::plan_book`), [`to_toml`] and the tests of
//! the documentation all go by it.

mod assemble;
mod decisions;
mod figure;
mod ledger;
mod locate;
mod rows;
mod tables;
mod tasks;
mod to_toml;

pub use assemble::{Assembled, assemble};
pub use decisions::adjustments;
pub use figure::shifted;
pub use ledger::{LEDGER, NAMES, names};
pub use locate::Places;
pub use rows::{Found, Row, Rows, Sheets};
pub use tables::{PLAN, REMARK};
pub use to_toml::to_toml;

use super::names::{fold, folds_to};

/// One sheet.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Names that are read as the same.
    pub aliases: &'static [&'static str],
    /// Its key in plan.toml: `task`, `indicator` …; of settings the start of their keys.
    pub key: &'static str,
    /// How it is laid out.
    pub layout: Layout,
    /// What it must hold for a plan to be one.
    pub required: bool,
    /// Its columns; of a sheet of settings what its rows may be.
    pub columns: &'static [Column],
    /// What stands in it, for the page that explains the workbook.
    pub note: &'static str,
}

impl Table {
    /// Whether its rows cannot do without a column.
    pub fn needs(&self, column: &Column) -> bool {
        let keys: &[&str] = match self.key {
            "department" => &["id", "name"],
            "task" => &["no", "tier", "name", "lead", "text"],
            "indicator" => &["task", "id", "name", "kind"],
            "relation" => &["task", "expr"],
            "confirm" => &["month", "department", "indicator", "value", "by", "note"],
            "override" => &["month", "task", "grade", "reason", "by"],
            "adjust" => &["indicator", "from", "basis", "by"],
            "paper" => &["month"],
            "received" => &["month", "file", "received"],
            _ => return column.holds != Holds::Free,
        };
        keys.contains(&column.key)
    }
}

/// How a sheet is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A header, and a row for each thing.
    Rows,
    /// As [`Self::Rows`], and a column for each month.
    Months,
    /// A row for each setting: its name and its value under these heads.
    Settings([&'static str; 2]),
}

/// A column, or a setting.
#[derive(Debug)]
pub struct Column {
    /// Its key in plan.toml.
    pub key: &'static str,
    /// Its header, as it is written.
    pub head: &'static str,
    /// Headers that are read as the same.
    pub aliases: &'static [&'static str],
    /// What its cells hold.
    pub holds: Holds,
    /// Its width, in characters.
    pub width: u8,
    /// How to fill it in, in a sentence.
    pub note: &'static str,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Words as they stand.
    Text,
    /// An id.
    Code,
    /// Several names.
    Names,
    /// One department, by any of its names.
    Department,
    /// Several departments or other bodies.
    Departments,
    /// Departments with their parts of a target.
    Reporters,
    /// A whole number.
    Whole,
    /// As [`Self::Whole`]; a blank under a filled cell is the one above.
    TaskNo,
    /// As [`Self::Text`], with blanks as [`Self::TaskNo`].
    Tier,
    /// A number.
    Number,
    /// Percentage points.
    Points,
    /// A figure in the unit of its row.
    Figure,
    /// A figure that is read once it is known what it is of.
    Stated,
    /// A unit.
    Unit,
    /// A day.
    Date,
    /// A month.
    Month,
    /// 次月5日.
    DueDay,
    /// 是, or nothing.
    Yes,
    /// One of some words.
    Choice(&'static [Choice]),
    /// 均匀, 工程, or the name of a schedule.
    Schedule,
    /// Codes of rules.
    Rules,
    /// The code of one rule.
    Rule,
    /// A column of departments' forms.
    Field,
    /// A sum of indicators.
    Relation,
    /// Free words that are not read.
    Free,
}

/// A word of plan.toml, the Chinese word that workbooks have for it, and others that are read as the same.
pub type Choice = (&'static str, &'static str, &'static [&'static str]);

/// Kinds of indicators.
pub const KINDS: &[Choice] = &[
    ("count", "个数", &["计数"]),
    ("quantity", "数量", &[]),
    ("level", "水平", &[]),
    ("ratio", "比例", &["比率", "百分比"]),
    ("milestone", "节点", &[]),
    ("ongoing", "持续推进", &["持续"]),
];
/// On which side of a target a value should be.
pub const DIRECTIONS: &[Choice] = &[
    ("at_least", "不低于", &["不少于", "不小于", "≥", ">="]),
    (
        "at_most",
        "不高于",
        &["不超过", "不多于", "不大于", "≤", "<="],
    ),
];
/// How values of several reporters make one.
pub const COMBINES: &[Choice] = &[
    ("sum", "合计", &["相加", "求和", "加总", "总和"]),
    ("mean", "平均", &["平均值", "平均数", "均值"]),
    ("min", "最小", &["最小值", "最低"]),
    ("max", "最大", &["最大值", "最高"]),
];
/// Severities of rules.
pub const LEVELS: &[Choice] = &[
    ("error", "错误", &[]),
    ("warning", "警告", &[]),
    ("note", "提示", &[]),
    ("off", "停用", &["关闭", "不用"]),
];
/// Profiles of schedules.
pub const PROFILES: &[Choice] = &[
    ("linear", "均匀", &["按月均匀", "均匀推进", "匀速"]),
    ("works", "工程", &["工程类", "建设", "建设类"]),
];

/// The Chinese word for one of plan.toml.
pub fn chinese(choices: &'static [Choice], word: &str) -> Option<&'static str> {
    choices
        .iter()
        .find(|(key, ..)| *key == word)
        .map(|(_, chinese, _)| *chinese)
}

/// The word of plan.toml for a text, whatever its width and case.
pub fn choice(choices: &'static [Choice], text: &str) -> Option<&'static str> {
    let is = |word: &str| folds_to(text, &fold(word));
    choices
        .iter()
        .find(|(key, chinese, others)| is(chinese) || is(key) || others.iter().any(|word| is(word)))
        .map(|(key, ..)| *key)
}

/// The sheet of that key.
pub(super) fn table(key: &str) -> &'static Table {
    PLAN.iter().find(|t| t.key == key).unwrap_or(&PLAN[0])
}
