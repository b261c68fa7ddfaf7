//! A notice (.docx or .txt) → a draft plan.
//!
//! [`read`] finds the notice's table of tasks, [`draft`] reads the quantities, milestones and ongoing work out of
//! each task's text by grammar (number + unit + noun, qualifiers, verbs), and [`Draft::to_toml`] writes a plan.toml
//! that loads as it is. Nothing is decided silently: what a person must settle carries a mark (待核), and every
//! number or clause that was left out is listed with the reason.

mod columns;
mod compare;
mod departments;
mod docx;
mod draft;
mod figure;
mod heading;
mod marks;
mod mask;
mod merge;
mod naming;
mod relation;
mod review;
mod table;
mod text;
mod time;
mod toml_edits;
mod units;
mod verbs;
mod work;
mod write;

#[cfg(test)]
mod tests;

use std::fmt;

use jiff::civil::Date;

use super::model::Kind;

pub use compare::{Aspect, Difference, compare, in_words};
pub use draft::{analyse, draft};
pub use marks::{OpenMark, open_marks};
pub use merge::{Change, Merged, merge};
pub use review::ReviewRow;

/// A list of words in one text, spaces between them; of several that fit the first counts.
#[derive(Clone, Copy)]
struct Words(&'static str);

impl Words {
    fn iter(self) -> std::str::Split<'static, char> {
        self.0.split(' ')
    }

    fn contains(self, word: &str) -> bool {
        self.iter().any(|w| w == word)
    }

    /// The word that a text begins with.
    fn at_start(self, text: &str) -> Option<&'static str> {
        self.iter().find(|w| text.starts_with(w))
    }

    /// The word that a text ends with.
    fn at_end(self, text: &str) -> Option<&'static str> {
        self.iter().find(|w| text.ends_with(w))
    }

    /// The word that stands somewhere in a text.
    fn within(self, text: &str) -> Option<&'static str> {
        self.iter().find(|w| text.contains(w))
    }
}

/// A notice of a year's tasks has some pages; a larger file is refused.
pub const MAX_BYTES: u64 = 20 << 20;

/// Characters of a row's cells together: as much as one cell of a workbook holds.
pub const LONGEST_TEXT: usize = 32_767;

/// What a notice says, before its texts are read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notice {
    /// 重庆高新区2024年重点民生实事; empty when the notice has no title with a year.
    pub title: String,
    /// The issuing body; empty when the notice does not begin with one.
    pub issuer: String,
    /// The year the tasks are for.
    pub year: Option<i16>,
    /// The tasks in the table's order; at least one.
    pub rows: Vec<Row>,
    /// What a person should look at, in Chinese.
    pub marks: Vec<String>,
}

/// One task as the table gives it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// `None` where the table has no numbers; tasks are then counted.
    pub no: Option<u32>,
    /// 分级 as written, carried down over blank and merged cells.
    pub tier: String,
    /// The 项目名称 cell as one line.
    pub name: String,
    /// The 责任单位 cell as written.
    pub lead: String,
    /// The 配合单位 cell as written.
    pub with: String,
    /// The 完成时限 cell as written.
    pub deadline: String,
    /// The notice's own words.
    pub text: String,
}

/// Why a file gives no draft. Shown as one Chinese sentence after the file's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No text at all.
    Empty,
    /// Larger than [`MAX_BYTES`].
    TooLarge,
    /// Bytes of another kind; what they are.
    OtherFormat(&'static str),
    /// A damaged .docx, or one beyond the limits; what is wrong.
    Damaged(String),
    /// No word that a notice of tasks would use, and no table.
    NotANotice,
    /// No table with the headings of one of tasks.
    NoTable,
    /// The table lacks this column.
    NoColumn(&'static str),
    /// Headings, and no task below them.
    NoRows,
    /// The table's row, counted from 1, whose text is longer than any task's.
    LongText(usize),
    /// Neither the notice nor the person who imports it names a year.
    NoYear,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("是空文件，请确认选对了印发的通知"),
            Self::TooLarge => write!(
                f,
                "超过 {} MiB，不会是一份通知，请确认选对了文件",
                MAX_BYTES >> 20
            ),
            Self::OtherFormat(what) => write!(f, "{what}，请另存为 .docx 或 .txt 后再导入"),
            Self::Damaged(what) => write!(
                f,
                "不能读取：{what}。请用 Word 或 WPS 打开后另存为 .docx 再导入"
            ),
            Self::NotANotice => f.write_str(
                "不像是工作任务的通知：没有找到任务表，也没有“通知”“任务”“责任单位”等字样",
            ),
            Self::NoTable => {
                f.write_str("里没有找到任务表：表头应有“序号、项目名称、责任单位、工作任务”等列")
            }
            Self::NoColumn(column) => write!(f, "的任务表缺少“{column}”一列"),
            Self::NoRows => f.write_str("的任务表只有表头，没有任务"),
            Self::LongText(row) => write!(
                f,
                "的任务表第 {row} 行文字超过 {LONGEST_TEXT} 字，不会是一项任务，请核对文件"
            ),
            Self::NoYear => {
                f.write_str("没有写明是哪一年的任务，请用 --year 指明，例如 --year 2024")
            }
        }
    }
}

impl std::error::Error for Fault {}

/// A plan in the making.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The plan's `title`, which can be part of a file name.
    pub title: String,
    /// The title without its year.
    pub short_title: String,
    /// The issuing body; （待填） where the notice names none.
    pub issuer: String,
    /// The year of all tasks.
    pub year: i16,
    /// Names in the order of their first task.
    pub departments: Vec<String>,
    /// In the notice's order.
    pub tasks: Vec<TaskDraft>,
    /// What a person must settle about the plan as a whole.
    pub marks: Vec<String>,
}

/// A task in the making.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskDraft {
    /// The notice's number; a free one where it has none or has it twice.
    pub no: u32,
    /// 市级, 区级 …; 未分级 where the notice has none.
    pub tier: String,
    /// No other task's.
    pub name: String,
    /// The notice's own words.
    pub text: String,
    /// Index into [`Draft::departments`].
    pub lead: usize,
    /// Names of cooperating bodies.
    pub with: Vec<String>,
    /// `None`: the end of the year.
    pub deadline: Option<Date>,
    /// Of the notice's row: tells on the next import whether the notice itself has changed.
    pub fingerprint: String,
    /// In the text's order; at least one.
    pub indicators: Vec<IndicatorDraft>,
    /// Totals whose parts are given.
    pub relations: Vec<RelationDraft>,
    /// What a person must settle about the task as a whole.
    pub marks: Vec<String>,
    /// Numbers and clauses that promise nothing.
    pub left_out: Vec<LeftOut>,
}

/// An indicator in the making.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorDraft {
    /// No other indicator's of the task.
    pub name: String,
    /// As the figure's unit or the clause's verb says.
    pub kind: Kind,
    /// In [`Self::unit`]; `None` for milestones and ongoing work.
    pub target: Option<f64>,
    /// Empty for milestones and ongoing work.
    pub unit: String,
    /// 约, 余, 左右 …
    pub approximate: bool,
    /// 低于, 不超过, 以内: not above the target.
    pub at_most: bool,
    /// 不少于, 以上, 达到 … as the text says, joined by `…`.
    pub qualifier: String,
    /// The words it was read from.
    pub words: String,
    /// What a person must settle about it.
    pub marks: Vec<String>,
}

impl IndicatorDraft {
    /// Work without a number.
    fn work(name: String, kind: Kind, words: String, marks: Vec<String>) -> Self {
        Self {
            name,
            kind,
            target: None,
            unit: String::new(),
            approximate: false,
            at_most: false,
            qualifier: String::new(),
            words,
            marks,
        }
    }
}

/// Parts that add up to a total: indexes into [`TaskDraft::indicators`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationDraft {
    /// What adds up; at least two.
    pub parts: Vec<usize>,
    /// What it adds up to.
    pub total: usize,
}

/// Words of a task's text that became no indicator, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// As the text has them.
    pub words: String,
    /// In Chinese.
    pub why: &'static str,
}

/// Reads a notice's bytes: .docx by its signature, else text (UTF-8, UTF-16 with a mark, or GBK).
///
/// # Errors
/// What is wrong with the file; it then is no notice that a draft can be made of.
pub fn read(bytes: &[u8]) -> Result<Notice, Fault> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Fault::TooLarge);
    }
    if let Some(what) = other_format(bytes) {
        return Err(Fault::OtherFormat(what));
    }
    let pieces = if bytes.starts_with(b"PK") {
        docx::pieces(bytes)?
    } else {
        text::pieces(bytes)?
    };
    if pieces.iter().all(table::Piece::is_blank) {
        return Err(Fault::Empty);
    }
    let mut notice = table::notice(&pieces)?;
    heading::complete(&mut notice, &pieces);
    Ok(notice)
}

fn other_format(bytes: &[u8]) -> Option<&'static str> {
    const SIGNATURES: &[(&[u8], &str)] = &[
        (
            b"\xd0\xcf\x11\xe0",
            "是旧格式的 Word 文档（.doc、.wps）或加了密码的文档",
        ),
        (b"%PDF", "是 PDF 文件"),
        (b"{\\rtf", "是 RTF 文件"),
        (b"\x89PNG", "是图片"),
        (b"\xff\xd8\xff", "是图片"),
        (b"Rar!", "是压缩包"),
        (b"7z\xbc\xaf", "是压缩包"),
    ];
    SIGNATURES
        .iter()
        .find(|(start, _)| bytes.starts_with(start))
        .map(|(_, what)| *what)
}
