//! A notice (.docx or .txt) → a draft plan.
//!
//! [`read`] finds the notice's table of tasks, [`draft`] reads the quantities, milestones and ongoing work out of
//! each task's text by grammar (number + unit + noun, qualifiers, verbs), and [`Draft::to_toml`] writes a plan.toml
//! that loads as it is. Nothing is decided silently: what a person must settle carries a mark (待核), and every
//! number or clause that was left out is listed with the reason.

mod analyse;
mod columns;
mod compare;
mod deadlines;
mod departments;
mod docx;
mod draft;
mod due;
mod figure;
mod heading;
mod marks;
mod mask;
mod merge;
mod naming;
mod numbering;
mod outline;
mod paragraphs;
mod print;
mod relation;
mod review;
mod shares;
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

pub use analyse::analyse;
pub use compare::{Aspect, Difference, compare, in_words};
pub use draft::draft;
pub use due::Due;
pub use marks::{Remark, open_marks, remarks};
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
    /// When the months' forms are due, where the notice says so.
    pub due: Option<Due>,
    /// Every row, line and sentence that gave no task, in the document's order.
    pub left: Vec<NotTaken>,
}

/// A row, a line or a sentence of the notice that is in no task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotTaken {
    at: table::Place,
    /// As the document has it.
    pub words: String,
    /// In Chinese.
    pub why: String,
    /// Part of the notice's frame (title, signature, page number …): nobody expects a task there.
    pub is_formal: bool,
}

impl NotTaken {
    fn new(at: table::Place, words: &str, why: &str) -> Self {
        Self {
            at,
            words: table::short(words),
            why: why.to_owned(),
            is_formal: false,
        }
    }

    fn formal(at: table::Place, words: &str, why: &str) -> Self {
        Self {
            is_formal: true,
            ..Self::new(at, words, why)
        }
    }

    /// 第 12 行, 表 1 第 5 行.
    pub fn place(&self) -> String {
        self.at.to_string()
    }
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
    /// The 工作举措, 验收标准 and 资金来源 cells as written.
    pub measures: String,
    /// See [`Self::measures`].
    pub acceptance: String,
    /// See [`Self::measures`].
    pub funding: String,
    /// The notice's own words.
    pub text: String,
    /// What a person must settle about how the row was read.
    pub marks: Vec<String>,
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
    /// No table, and no numbered paragraphs with tasks.
    NoTable,
    /// Tables, none of which has headings of tasks; the first line of the first.
    UnknownTable(Vec<String>),
    /// The table lacks this column; its headings.
    NoColumn(&'static str, Vec<String>),
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
                f.write_str("里没有找到任务表，也没有找到带编号、写明“责任单位：…”的任务段落")
            }
            Self::UnknownTable(found) => write!(
                f,
                "里的表没有认出表头，首行是“{}”。{}",
                heads(found),
                columns::TAKES
            ),
            Self::NoColumn(column, found) => write!(
                f,
                "的任务表缺少“{column}”一列，找到的表头是“{}”。{}",
                heads(found),
                columns::TAKES
            ),
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

/// Headings in one line.
fn heads(found: &[String]) -> String {
    let mut heads: Vec<String> = found.iter().map(|h| table::short(h)).collect();
    heads.dedup();
    heads.join("、")
}

impl std::error::Error for Fault {}

/// A plan in the making.
#[derive(Debug)]
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
    /// When the months' forms are due, where the notice says so.
    pub due: Option<Due>,
    /// What of the notice is in no task.
    pub left: Vec<NotTaken>,
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
    /// 工作举措, 验收标准 and 资金来源 as the notice has them.
    pub measures: String,
    /// See [`Self::measures`].
    pub acceptance: String,
    /// See [`Self::measures`].
    pub funding: String,
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
    /// Where a level or ratio stands today, in its unit.
    pub baseline: Option<f64>,
    /// Its own deadline, before the task's.
    pub deadline: Option<Date>,
    /// Who reports which part of the target; empty: the task's lead reports it.
    pub reporters: Vec<(String, f64)>,
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
            baseline: None,
            deadline: None,
            reporters: Vec::new(),
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
    tasks(&pieces)
}

/// A cell of a workbook's table: its text (of a merged cell in every cell that it covers), and whether it only goes on with the
/// one above.
pub type TableCell = (String, bool);

/// Reads the tables of a workbook (任务分解表) as a notice's: each sheet's rows with their numbers.
pub fn of_tables(sheets: Vec<Vec<(usize, Vec<TableCell>)>>) -> Result<Notice, Fault> {
    use table::{Cell, Line, Piece, Place};
    let line = |n: usize, (row, cells): (usize, Vec<TableCell>)| Line {
        place: Place::Row(n, row),
        cells: cells
            .into_iter()
            .map(|(text, is_continued)| Cell { text, is_continued })
            .collect(),
    };
    let tables = (1..).zip(sheets);
    let pieces: Vec<Piece> = tables
        .map(|(n, rows)| Piece::Table(rows.into_iter().map(|row| line(n, row)).collect()))
        .collect();
    tasks(&pieces)
}

/// The tasks of tables and of numbered paragraphs, and everything around them.
fn tasks(pieces: &[table::Piece]) -> Result<Notice, Fault> {
    use table::{Piece, Place};
    if pieces.iter().all(Piece::is_blank) {
        return Err(Fault::Empty);
    }
    let mut reader = table::Reader::default();
    let mut lines: Vec<(Place, String)> = Vec::new();
    let mut used: Vec<bool> = Vec::new();
    // A section line above a table is its tasks'.
    let mut section: Option<usize> = None;
    let mut first: Option<usize> = None;
    for piece in pieces {
        match piece {
            Piece::Paragraph(place, text) if !text.trim().is_empty() => {
                if outline::section(text).is_some() {
                    section = Some(lines.len());
                }
                lines.push((*place, text.trim().to_owned()));
                used.push(false);
            }
            Piece::Paragraph(..) => {}
            Piece::Table(rows) => {
                let before = reader.rows.len();
                let above = section.take();
                if let Some((place, line)) = above.and_then(|n| lines.get(n)) {
                    reader.section(*place, line);
                }
                reader.table(rows);
                if reader.rows.len() > before {
                    first.get_or_insert(lines.len());
                    if let Some(n) = above {
                        used[n] = true;
                    }
                } else {
                    reader.forget_section();
                }
            }
        }
    }
    reader.finish();
    let open: Vec<usize> = (0..lines.len()).filter(|&n| !used[n]).collect();
    let left_over: Vec<(Place, String)> = open.iter().map(|&n| lines[n].clone()).collect();
    let found = paragraphs::tasks(&left_over, !reader.rows.is_empty());
    for (&n, is_used) in open.iter().zip(&found.used) {
        used[n] |= is_used;
        if *is_used {
            first = Some(first.map_or(n, |first| first.min(n)));
        }
    }
    let rows: Vec<Row> = reader.rows.into_iter().chain(found.rows).collect();
    if rows.is_empty() {
        return Err(match (reader.lacking, reader.unknown) {
            (Some((what, heads)), _) => Fault::NoColumn(what, heads),
            _ if reader.is_headed => Fault::NoRows,
            (None, Some(heads)) => Fault::UnknownTable(heads),
            _ if table::says_task(pieces) => Fault::NoTable,
            _ => Fault::NotANotice,
        });
    }
    if let Some(long) = rows.iter().position(|row| row.length() > LONGEST_TEXT) {
        return Err(Fault::LongText(long + 1));
    }
    let mut notice = Notice {
        rows,
        left: reader.left,
        ..Notice::default()
    };
    let first = first.unwrap_or(lines.len());
    let around = lines.into_iter().zip(used).enumerate();
    let mut outside: Vec<heading::Outside> = around
        .filter(|(_, (_, used))| !used)
        .map(|(n, ((place, text), _))| heading::Outside {
            place,
            text: table::join_lines(&text),
            is_before: n < first,
        })
        .collect();
    let above = reader
        .above
        .into_iter()
        .map(|(place, text)| heading::Outside {
            place,
            text: table::join_lines(&text),
            is_before: true,
        });
    outside.extend(above);
    heading::complete(&mut notice, &outside);
    notice.year = notice.year.or_else(|| heading::heading_year(pieces));
    notice.left.sort_by_key(|left| left.at);
    Ok(notice)
}

impl Row {
    /// Characters of all cells.
    fn length(&self) -> usize {
        let cells = [
            &self.name,
            &self.tier,
            &self.lead,
            &self.with,
            &self.deadline,
            &self.text,
            &self.measures,
            &self.acceptance,
            &self.funding,
        ];
        cells.iter().map(|t| mask::length(t)).sum()
    }
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
