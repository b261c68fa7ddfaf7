//! The notice's tables: their rows as tasks, whatever the columns' order. What is no task is kept with its place.

use std::collections::BTreeMap;

use super::columns::{Column, Columns, heading_row, meaning};
use super::figure::has_figure;
use super::mask::{half_width, length};
use super::outline::{self, section, without_count};
use super::{NotTaken, Row, Words};
use crate::Joined;

/// A part of the document in reading order.
#[derive(Debug)]
pub(super) enum Piece {
    Paragraph(Place, String),
    Table(Vec<Line>),
}

/// Where a line of the document stands, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Of a text file.
    Line(usize),
    /// Of a Word document, blank ones not counted.
    Paragraph(usize),
    /// A table's row.
    Row(usize, usize),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line(n) => write!(f, "第 {n} 行"),
            Self::Paragraph(n) => write!(f, "正文第 {n} 段"),
            Self::Row(table, n) => write!(f, "表 {table} 第 {n} 行"),
        }
    }
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub place: Place,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Cell {
    /// Of a merged cell: the merged text, in every cell it covers.
    pub text: String,
    /// A cell that a vertical merge covers, below its first.
    pub is_continued: bool,
}

impl Cell {
    pub fn plain(text: &str) -> Self {
        Self {
            text: text.trim().to_owned(),
            is_continued: false,
        }
    }
}

impl Piece {
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Paragraph(_, text) => text.trim().is_empty(),
            Self::Table(lines) => lines
                .iter()
                .flat_map(|line| &line.cells)
                .all(|c| c.text.trim().is_empty()),
        }
    }
}

/// A column that is not read: its head, and its first cell that says something.
#[derive(Debug)]
struct Unread {
    column: Column,
    head: String,
    place: Place,
    example: String,
    /// Cells that say something.
    count: usize,
}

/// Reads tables one after the other; a table without headings that follows one of as many columns goes on with it.
#[derive(Debug, Default)]
pub(super) struct Reader {
    columns: Option<Columns>,
    pub rows: Vec<Row>,
    pub left: Vec<NotTaken>,
    /// Titles above the headings.
    pub above: Vec<(Place, String)>,
    /// Headings that lack a column no task can do without; and the first line of a table that has none at all.
    pub lacking: Option<(&'static str, Vec<String>)>,
    pub unknown: Option<Vec<String>>,
    /// Headings with all they need were seen.
    pub is_headed: bool,
    tier: String,
    /// Tasks that a section line announces: its name, how many, and the first of its rows.
    announced: Option<(Place, String, usize, usize)>,
    /// By the place of their column.
    unread: BTreeMap<usize, Unread>,
}

impl Reader {
    /// A section line between tables, or across one.
    pub fn section(&mut self, place: Place, line: &str) {
        self.close_section();
        let name = section(line).unwrap_or(line);
        name.clone_into(&mut self.tier);
        if let Some(count) = announced(line) {
            self.announced = Some((place, line.to_owned(), count, self.rows.len()));
        }
    }

    /// A section that says how many tasks it has is held to it.
    pub fn close_section(&mut self) {
        if let Some((place, line, count, first)) = self.announced.take() {
            let found = self.rows.len() - first;
            if found != count {
                let why = format!("写明有 {count} 项，实际读到 {found} 项，请核对有无遗漏");
                self.left.push(NotTaken::new(place, &line, &why));
            }
        }
    }

    /// The section line was none of a table with tasks.
    pub fn forget_section(&mut self) {
        self.announced = None;
        self.tier.clear();
    }

    pub fn table(&mut self, lines: &[Line]) {
        let mut is_ours = false;
        let mut heads: Option<Vec<String>> = None;
        let has_heading = |line: &Line| heading_row(line.texts()).is_some();
        let is_headed = lines.iter().any(has_heading);
        for (n, line) in lines.iter().enumerate() {
            let found = heading_row(line.texts()).or_else(|| second_level(heads.as_deref()?, line));
            if let Some(columns) = found {
                heads = Some(columns.heads.clone());
                match columns.missing() {
                    // Repeated on each page, or a second table with an order of its own.
                    None => {
                        self.finish_columns();
                        self.columns = Some(columns);
                        self.is_headed = true;
                        is_ours = true;
                    }
                    Some(what) => {
                        self.lacking.get_or_insert((what, columns.heads));
                        is_ours = false;
                    }
                }
                continue;
            }
            heads = None;
            let width = self.columns.as_ref().map(|c| c.of.len());
            if n == 0 && !is_headed && width == Some(line.cells.len()) {
                is_ours = true;
            }
            if is_ours {
                self.row(line);
            } else if is_headed && self.lacking.is_none() {
                self.above.push((line.place, line.words()));
            } else if !line.words().is_empty() {
                if line.cells.len() > 1 {
                    let heads = || line.texts().map(str::to_owned).collect();
                    self.unknown.get_or_insert_with(heads);
                }
                self.left.push(NotTaken::new(
                    line.place,
                    &line.words(),
                    "所在的表没有认出任务表的表头",
                ));
            }
        }
    }

    /// What the columns held that no task took.
    fn finish_columns(&mut self) {
        for unread in std::mem::take(&mut self.unread).into_values() {
            let Unread {
                column,
                head,
                place,
                example,
                count,
            } = unread;
            let why = match column {
                Column::Apart => format!("“{head}”一列不是任务清单的内容"),
                Column::Remark => format!("“{head}”一列没有读入，共 {count} 格有内容"),
                _ if head.is_empty() => format!("没有表头的一列没有读入，共 {count} 格有内容"),
                _ => format!("表头“{head}”没有认出，这一列没有读入，共 {count} 格有内容"),
            };
            let mut left = NotTaken::new(place, &example, &why);
            left.is_formal = column == Column::Apart;
            self.left.push(left);
        }
    }

    pub fn finish(&mut self) {
        self.close_section();
        self.finish_columns();
    }

    fn row(&mut self, line: &Line) {
        let Some(columns) = self.columns.clone() else {
            return;
        };
        let row = &line.cells;
        let cell = |column: Column| {
            let at = columns.of.iter().position(|c| *c == column)?;
            row.get(at)
        };
        let text = |column: Column| cell(column).map(|c| c.text.trim()).unwrap_or_default();
        let joined = |column: Column| {
            let cells = row.iter().zip(&columns.of).filter(|(_, c)| **c == column);
            let mut out = String::new();
            cells.for_each(|(cell, _)| add(&mut out, cell.text.trim()));
            out
        };
        if let Some((at, alone)) = line.alone() {
            let spans = row.len() < 3 || line.texts().all(|t| t.trim() == alone);
            let is_text = !spans && columns.of.get(at) == Some(&Column::Text);
            self.alone(line.place, alone, is_text && !row[at].is_continued);
            return;
        }
        if line.words().is_empty() {
            return;
        }
        if is_total(text(Column::No)) || is_total(text(Column::Name)) {
            self.left
                .push(NotTaken::formal(line.place, &line.words(), "合计行"));
            return;
        }
        if !text(Column::Tier).is_empty() {
            without_count(&join_lines(text(Column::Tier))).clone_into(&mut self.tier);
        }
        self.count_unread(&columns, line);
        let (mut written, mut name) = (text(Column::No), join_lines(text(Column::Name)));
        // A number that stands before the name is none of it.
        if let Some(marker) = outline::marker(text(Column::Name)) {
            name = join_lines(marker.rest);
            if !columns.holds(Column::No) {
                written = &text(Column::Name)[..text(Column::Name).len() - marker.rest.len()];
            }
        }
        let whole = joined(Column::Text);
        // Several rows under one merged number or name: parts of one task.
        let is_merged =
            |c: Column| cell(c).is_some_and(|c| c.is_continued && !c.text.trim().is_empty());
        let is_unnamed = if columns.holds(Column::Name) {
            name.is_empty() && written.is_empty()
        } else {
            columns.holds(Column::No) && written.is_empty()
        };
        let goes_on = is_merged(Column::No) || is_merged(Column::Name) || is_unnamed;
        if let Some(last) = self.rows.last_mut().filter(|_| goes_on) {
            let own = |column| {
                let own = cell(column).filter(|c| !c.is_continued);
                own.map_or("", |c| c.text.trim())
            };
            last.go_on(own(Column::Text), own(Column::Lead));
            return;
        }
        if name.is_empty() && whole.is_empty() {
            self.left.push(NotTaken::new(
                line.place,
                &line.words(),
                "没有项目名称，也没有工作任务",
            ));
            return;
        }
        let mut new = Row {
            no: number_of(written),
            tier: self.tier.clone(),
            name,
            lead: text(Column::Lead).to_owned(),
            with: joined(Column::With),
            deadline: text(Column::Deadline).to_owned(),
            measures: text(Column::Measures).to_owned(),
            acceptance: text(Column::Acceptance).to_owned(),
            funding: text(Column::Funding).to_owned(),
            text: whole,
            marks: Vec::new(),
        };
        if !columns.holds(Column::Text) {
            // The name is the task.
            text(Column::Name).clone_into(&mut new.text);
        }
        if !columns.holds(Column::Text) || !columns.holds(Column::Name) {
            (new.name, new.text) = split_name(&new.text);
        }
        self.rows.push(new);
    }

    /// Counts the cells of columns that are not read.
    fn count_unread(&mut self, columns: &Columns, line: &Line) {
        for (n, cell) in line.cells.iter().enumerate() {
            let column = columns.of.get(n).copied().unwrap_or(Column::Unknown);
            let is_unread = matches!(column, Column::Unknown | Column::Apart | Column::Remark);
            if is_unread && !cell.is_continued && !cell.text.trim().is_empty() {
                let head = columns.heads.get(n).cloned().unwrap_or_default();
                let first = || Unread {
                    column,
                    head,
                    place: line.place,
                    example: cell.text.clone(),
                    count: 0,
                };
                self.unread.entry(n).or_insert_with(first).count += 1;
            }
        }
    }

    /// One text across the row, or in one cell of it.
    fn alone(&mut self, place: Place, text: &str, is_text: bool) {
        let no_figure = !has_figure(without_count(text));
        if is_page_number(text) {
            self.left.push(NotTaken::formal(place, text, "页码"));
        } else if is_note(text) {
            self.left.push(NotTaken::new(place, text, "表注，不作任务"));
        } else if is_total(text) {
            self.left.push(NotTaken::formal(place, text, "合计行"));
        } else if is_text && outline::marker(text).is_none() && !self.rows.is_empty() {
            if let Some(last) = self.rows.last_mut() {
                add(&mut last.text, text);
            }
        } else if (section(text).is_some() || is_name(text)) && no_figure {
            self.section(place, text);
        } else {
            let why = "表中独占一行的文字，不能判断是分级还是任务";
            self.left.push(NotTaken::new(place, text, why));
        }
    }
}

impl Row {
    /// Takes in a further row of the same task: more of its text, and who does that.
    fn go_on(&mut self, more: &str, bodies: &str) {
        add(&mut self.text, more);
        if bodies.is_empty() {
            return;
        }
        let is_other = !more.is_empty() && !self.lead.is_empty();
        if is_other && !super::departments::says_role(bodies) {
            self.marks.push(format!(
                "通知中“{}”由“{}”负责，请确认由谁报送",
                short(more),
                join_lines(bodies)
            ));
        }
        self.lead.push('、');
        self.lead.push_str(bodies);
    }
}

impl Line {
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|c| c.text.as_str())
    }

    /// What the row says, once for merged cells.
    pub fn words(&self) -> String {
        let mut words: Vec<&str> = self
            .texts()
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .collect();
        words.dedup();
        words.join(" ")
    }

    /// The one text of a row that has no other, and its cell.
    fn alone(&self) -> Option<(usize, &str)> {
        let mut filled = self
            .cells
            .iter()
            .enumerate()
            .filter(|(_, c)| !c.text.trim().is_empty());
        let (at, first) = filled.next()?;
        let first = first.text.trim();
        let rest: Vec<&str> = filled.map(|(_, c)| c.text.trim()).collect();
        let spans = self.cells.len() >= 3
            && rest.len() + 1 == self.cells.len()
            && rest.iter().all(|t| *t == first);
        (rest.is_empty() || spans).then_some((at, first))
    }
}

/// Words of which a notice of tasks has at least one.
const WORDS: Words = Words("通知 任务 责任单位 民生实事 印发 实事项目 牵头单位");

pub(super) fn says_task(pieces: &[Piece]) -> bool {
    let says = |text: &str| WORDS.within(text).is_some();
    pieces.iter().any(|p| match p {
        Piece::Paragraph(_, text) => says(text),
        Piece::Table(lines) => lines.iter().flat_map(Line::texts).any(says),
    })
}

/// Headings of a second line whose blank cells stand for those above: 责任分工 over 牵头单位 and 配合单位.
fn second_level(above: &[String], line: &Line) -> Option<Columns> {
    let mut filled = line.texts().filter(|t| !t.trim().is_empty()).peekable();
    filled.peek()?;
    if above.len() != line.cells.len() || !filled.all(|t| meaning(t).is_some()) {
        return None;
    }
    let texts = line.texts().zip(above);
    heading_row(texts.map(|(own, above)| if own.trim().is_empty() { above } else { own }))
}

/// Adds a text as a sentence of its own.
pub(super) fn add(text: &mut String, more: &str) {
    if more.is_empty() {
        return;
    }
    if !text.is_empty() {
        if !text.ends_with(['。', '；', ';', '！', '，', '：']) {
            text.push('；');
        }
        text.push('\n');
    }
    text.push_str(more);
}

/// The first words of a text, for messages.
pub(super) fn short(text: &str) -> String {
    let line: String = text.split_whitespace().joined(" ");
    match line.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// Characters of a name that a task's own text begins with.
const NAME: usize = 30;

/// A task's text that has no name beside it: what it begins with as a name (工业园区提质增效。新建…), and the rest; a text that
/// is nothing but a name is both. An empty name where the text begins with what is to be done.
pub(super) fn split_name(text: &str) -> (String, String) {
    let text = text.trim();
    let bare = super::mask::without_item(text);
    let plain = |name: &str| {
        !name.is_empty()
            && length(name) <= NAME
            && !name.contains(['，', ',', '；', ';'])
            && !has_figure(name)
    };
    let stop = bare.find(['。', '\n', '：', ':']).unwrap_or(bare.len());
    let (head, rest) = bare.split_at(stop);
    let rest = rest.trim_start_matches(['。', '：', ':']).trim();
    let head = head.trim();
    if !plain(head) {
        return (String::new(), bare.to_owned());
    }
    let name = super::naming::unquoted(head)
        .trim_matches(['【', '】'])
        .to_owned();
    let text = if rest.is_empty() { head } else { rest };
    (name, text.to_owned())
}

/// How many tasks a section line says it has: 产业发展（4项）.
fn announced(line: &str) -> Option<usize> {
    let head = without_count(line);
    let inner = line.trim().strip_prefix(head)?;
    let folded = super::mask::fold(inner);
    let digits: String = folded
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    let behind = &folded[folded.find(&digits)? + digits.len()..];
    (!digits.is_empty() && behind.starts_with(['项', '件', '个', '条']))
        .then(|| digits.parse().ok())?
}

/// A short text without a stop: 分级 across a row.
fn is_name(text: &str) -> bool {
    length(text) <= NAME
        && number_of(text).is_none()
        && !text.contains(['。', '；', '，', '：', '\n'])
}

/// 注：…, 备注：…, 说明：….
pub(super) fn is_note(text: &str) -> bool {
    let text = text.trim_start_matches(['*', '※', ' ']);
    ["注", "备注", "说明", "填表说明"].iter().any(|w| {
        text.strip_prefix(w)
            .is_some_and(|rest| rest.starts_with(['：', ':', '.', '、']))
    })
}

fn is_total(text: &str) -> bool {
    matches!(
        text.split(['：', ':']).next().unwrap_or_default().trim(),
        "合计" | "总计" | "小计"
    )
}

/// A name broken over lines is one name.
pub(super) fn join_lines(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).collect()
}

/// — 3 —, - 3 -, 第3页.
pub(super) fn is_page_number(text: &str) -> bool {
    let inner =
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '—' | '–' | '－' | '·'));
    let dashed = inner.len() < text.len();
    let page = text.strip_prefix('第').and_then(|t| t.strip_suffix('页'));
    let digits = |t: &str| !t.is_empty() && t.len() <= 4 && t.bytes().all(|b| b.is_ascii_digit());
    (dashed && digits(inner)) || page.is_some_and(|p| digits(p.trim()))
}

/// 3, 3., （3）, 三, （十二）, ③: a row's number.
pub(super) fn number_of(cell: &str) -> Option<u32> {
    let inner = cell.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '.' | '、' | '(' | ')' | '（' | '）' | '．' | '第' | '项')
    });
    let digits: String = inner.chars().take(6).map(half_width).collect();
    if inner.is_empty() || length(inner) > 5 {
        return None;
    }
    if let (Some(c @ '①'..='⑳'), 1) = (inner.chars().next(), length(inner)) {
        return Some(c as u32 - '①' as u32 + 1);
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        return digits.parse().ok();
    }
    let value = crate::plan::numeral::read(inner)?;
    (1..=999).find(|n| (f64::from(*n) - value).abs() < 1e-9)
}
