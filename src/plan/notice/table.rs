//! The notice's table: its rows as tasks, whatever the columns' order.

use super::columns::{Column, heading_row};
use super::mask::{half_width, length};
use super::{Fault, LONGEST_TEXT, Notice, Row, Words};

/// A part of the document in reading order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Paragraph(String),
    Table(Vec<Vec<Cell>>),
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
            Self::Paragraph(text) => text.trim().is_empty(),
            Self::Table(rows) => rows.iter().flatten().all(|c| c.text.trim().is_empty()),
        }
    }
}

/// Words of which a notice of tasks has at least one.
const WORDS: Words = Words("通知 任务 责任单位 民生实事 印发 实事项目 牵头单位");

/// The tasks of every table that has the headings; a table without headings that follows one goes on with it.
pub(super) fn notice(pieces: &[Piece]) -> Result<Notice, Fault> {
    let mut reader = Reader::default();
    for piece in pieces {
        if let Piece::Table(rows) = piece {
            reader.table(rows);
        }
    }
    let Some(columns) = &reader.columns else {
        let says = |text: &str| WORDS.within(text).is_some();
        let any = pieces.iter().any(|p| match p {
            Piece::Paragraph(text) => says(text),
            Piece::Table(rows) => rows.iter().flatten().any(|c| says(&c.text)),
        });
        return Err(if any {
            Fault::NoTable
        } else {
            Fault::NotANotice
        });
    };
    for (column, name) in [
        (Column::Text, "工作任务"),
        (Column::Name, "项目名称"),
        (Column::Lead, "责任单位"),
    ] {
        if !columns.contains(&column) {
            return Err(Fault::NoColumn(name));
        }
    }
    if reader.rows.is_empty() {
        return Err(Fault::NoRows);
    }
    let length = |row: &Row| {
        [
            &row.name,
            &row.tier,
            &row.lead,
            &row.with,
            &row.deadline,
            &row.text,
        ]
        .iter()
        .map(|t| length(t))
        .sum::<usize>()
    };
    if let Some(long) = reader
        .rows
        .iter()
        .position(|row| length(row) > LONGEST_TEXT)
    {
        return Err(Fault::LongText(long + 1));
    }
    Ok(Notice {
        rows: reader.rows,
        marks: reader.marks,
        ..Notice::default()
    })
}

#[derive(Default)]
struct Reader {
    columns: Option<Vec<Column>>,
    tier: String,
    rows: Vec<Row>,
    marks: Vec<String>,
}

impl Reader {
    fn table(&mut self, rows: &[Vec<Cell>]) {
        let mut is_ours = false;
        for (n, row) in rows.iter().enumerate() {
            if let Some(columns) = heading_row(row.iter().map(|c| c.text.as_str())) {
                // Repeated on each page, or a second table with an order of its own.
                self.columns = Some(columns);
                is_ours = true;
                continue;
            }
            if n == 0 && self.columns.as_ref().is_some_and(|c| c.len() == row.len()) {
                is_ours = true;
            }
            if is_ours {
                self.row(row);
            }
        }
    }

    fn row(&mut self, row: &[Cell]) {
        let columns = self.columns.clone().unwrap_or_default();
        let cell = |column: Column| {
            columns
                .iter()
                .position(|c| *c == column)
                .and_then(|ix| row.get(ix))
        };
        let text = |column: Column| cell(column).map(|c| c.text.trim()).unwrap_or_default();
        let filled: Vec<&str> = row
            .iter()
            .map(|c| c.text.trim())
            .filter(|t| !t.is_empty())
            .collect();
        // A line across the table (一、市级民生实事) names the tier of what follows.
        if let Some(first) = filled.first().copied()
            && (filled.len() == 1
                || (row.len() >= 3
                    && filled.len() == row.len()
                    && filled.iter().all(|t| *t == first)))
            && number_of(first).is_none()
        {
            let names_tier = length(first) <= 30 && !first.ends_with(['。', '；']);
            let ours_alone = cell(Column::Text)
                .is_some_and(|c| c.text.trim() == first && !c.is_continued)
                && filled.len() == 1;
            if ours_alone && !names_tier {
                self.continue_text(first);
            } else if names_tier && !is_page_number(first) {
                first
                    .trim_start_matches(|c: char| {
                        "一二三四五六七八九十、（）()1234567890. ".contains(c)
                    })
                    .clone_into(&mut self.tier);
            }
            return;
        }
        if filled.is_empty() || is_total(text(Column::No)) || is_total(text(Column::Name)) {
            return;
        }
        if !text(Column::Tier).is_empty() {
            text(Column::Tier).clone_into(&mut self.tier);
        }
        let (no, name) = (number_of(text(Column::No)), text(Column::Name));
        // Several rows under one merged number or name: parts of one task.
        let goes_on = [Column::No, Column::Name]
            .into_iter()
            .any(|c| cell(c).is_some_and(|c| c.is_continued && !c.text.trim().is_empty()))
            || (name.is_empty() && no.is_none());
        if goes_on && !self.rows.is_empty() {
            if let Some(c) = cell(Column::Text).filter(|c| !c.is_continued) {
                let more = c.text.trim().to_owned();
                self.continue_text(&more);
            }
            if let (Some(last), Some(lead)) = (
                self.rows.last_mut(),
                cell(Column::Lead).filter(|c| !c.is_continued && !c.text.trim().is_empty()),
            ) {
                last.lead.push('、');
                last.lead.push_str(lead.text.trim());
            }
            return;
        }
        self.rows.push(Row {
            no,
            tier: self.tier.clone(),
            name: join_lines(name),
            lead: text(Column::Lead).to_owned(),
            with: text(Column::With).to_owned(),
            deadline: text(Column::Deadline).to_owned(),
            text: text(Column::Text).to_owned(),
        });
    }

    fn continue_text(&mut self, more: &str) {
        if let Some(last) = self.rows.last_mut().filter(|_| !more.is_empty()) {
            if !last.text.is_empty() && last.text.ends_with(['。', '；', ';', '！']) {
                last.text.push('\n');
            }
            last.text.push_str(more);
        }
    }
}

fn is_total(text: &str) -> bool {
    matches!(text, "合计" | "总计" | "小计" | "备注" | "说明")
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

/// 3, 3., （3）: a row's number.
pub(super) fn number_of(cell: &str) -> Option<u32> {
    let inner = cell.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '.' | '、' | '(' | ')' | '（' | '）' | '．')
    });
    let digits: String = inner.chars().take(6).map(half_width).collect();
    if length(inner) > 5 {
        return None;
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        return digits.parse().ok();
    }
    let value = crate::plan::numeral::read(inner)?;
    (1..=999).find(|n| (f64::from(*n) - value).abs() < 1e-9)
}
