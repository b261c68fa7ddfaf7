//! The lines of a header: which columns they name, each by its deepest text, or by two lines together.

use std::borrow::Cow;

use super::{Header, MAX_DEPTH, PROSE_CHARS, SAMPLE_ROWS, Search, WIDTH};
use crate::intake::layout::grid::GridRow;
use crate::intake::layout::wording::Meaning;
use crate::intake::workbook::{CellRef, Value};
use crate::plan::field::Field;

/// A column, what it means, and the cell and the text that say so.
pub(super) type Claim<'a> = (u32, Meaning, CellRef, Cow<'a, str>);

/// A column with a text of its own that alone means nothing, below one that does: the column, that text's cell, the text.
type Inherited<'a> = (u32, CellRef, &'a str);

/// Words below a header of figures whose columns hold none that are reached.
const NOT_REACHED: [&str; 8] = ["计划", "目标", "任务", "应", "预", "上月", "上年", "去年"];

/// Whether a header's columns say what is reached.
fn is_reached(meaning: Meaning) -> bool {
    const REACHED: [Field; 3] = [Field::Previous, Field::ThisMonth, Field::Cumulative];
    matches!(meaning, Meaning::Field(field, _) if REACHED.contains(&field))
}

fn is_sum(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Field(Field::Cumulative, _))
}

impl<'a> Search<'_, 'a> {
    /// What the columns of these rows mean.
    pub(super) fn claims(&mut self, first: u32, last: u32) -> Vec<Claim<'a>> {
        let grid = self.grid;
        let lines: Vec<GridRow> = (first..=last).map(|row| grid.line(row)).collect();
        let mut claims: Vec<Claim> = Vec::new();
        // Columns that have a text of their own without a meaning, below the one that decides.
        let mut inherited: Vec<Inherited> = Vec::new();
        let heads = &self.names.heads;
        for col in grid.columns(first, last, WIDTH) {
            // The deepest text with a meaning decides.
            let mut own: Option<(CellRef, &str)> = None;
            let decided = lines.iter().rev().find_map(|line| {
                let (origin, raw) = line.text(col)?;
                let meaning = self.meaning(origin);
                if meaning.is_none() {
                    own.get_or_insert((origin, raw));
                }
                Some((meaning?, origin, raw))
            });
            let Some((meaning, origin, raw)) = decided else {
                continue;
            };
            let Some((at, own)) = own else {
                // One header cell merged over two columns is one column: the first.
                if origin.col == col || claims.iter().all(|(_, _, at, _)| *at != origin) {
                    claims.push((col, meaning, origin, raw.into()));
                }
                continue;
            };
            // Two lines of one header: 1-5月 below 完成情况 is 1-5月完成, 名称 below 项目 is 项目名称.
            let is_reached = is_reached(meaning);
            let joined = if is_reached {
                format!("{own}完成")
            } else {
                format!("{raw}{own}")
            };
            let joint = heads.meaning(&joined).filter(|_| at.col == col);
            if let Some(meaning) = joint {
                claims.push((col, meaning, at, joined.into()));
            } else if is_reached && NOT_REACHED.iter().any(|word| own.contains(word)) {
                continue;
            } else {
                claims.push((col, meaning, origin, raw.into()));
            }
            inherited.push((col, at, own));
        }
        if !inherited.is_empty() {
            self.settle(last, &mut claims, &inherited);
        }
        claims
    }

    /// Leaves of the columns that are named by a head above their own those that are meant.
    fn settle(&self, last: u32, claims: &mut Vec<Claim<'a>>, inherited: &[Inherited<'a>]) {
        let is_inherited = |col: &u32| inherited.iter().any(|(of, ..)| of == col);
        // 完成情况 above 累计完成 and a text that nobody knows means the one, not the other.
        let told: Vec<Meaning> = claims
            .iter()
            .filter(|(col, ..)| !is_inherited(col))
            .map(|(_, meaning, ..)| *meaning)
            .collect();
        claims.retain(|(col, meaning, ..)| {
            let is_same = |other: &Meaning| match (other, meaning) {
                (Meaning::Field(other, _), Meaning::Field(field, _)) => other == field,
                _ => false,
            };
            !is_inherited(col) || !told.iter().any(is_same)
        });
        // One such cell above several columns means the first that holds figures, if one does; which of several sums is not known.
        let mut kept: Vec<(CellRef, bool)> = Vec::new();
        for (col, own_at, own) in inherited {
            let Some(ix) = claims.iter().position(|(of, ..)| of == col) else {
                continue;
            };
            let at = claims[ix].2;
            let has_figures = self.holds_figures(last, *col);
            match kept.iter_mut().find(|(of, _)| *of == at) {
                None => kept.push((at, has_figures)),
                Some((_, true)) if has_figures && is_sum(claims[ix].1) => {
                    (claims[ix].2, claims[ix].3) = (*own_at, (*own).into());
                }
                Some((_, first @ false)) if has_figures => {
                    *first = true;
                    let before = claims.iter().position(|(_, _, of, _)| *of == at);
                    claims.remove(before.unwrap_or(ix));
                }
                Some(_) => drop(claims.remove(ix)),
            }
        }
    }

    /// Whether numbers stand below a header, be it in words.
    fn holds_figures(&self, last: u32, col: u32) -> bool {
        let rows = self.grid.rows_below(last).take(SAMPLE_ROWS);
        let mut cells = rows.filter_map(|row| self.grid.cell(CellRef::new(row, col)));
        cells.any(|cell| match &cell.value {
            Value::Text(text) => {
                let is_short = text.chars().nth(PROSE_CHARS).is_none();
                is_short && text.contains(|c: char| c.is_ascii_digit())
            }
            _ => true,
        })
    }

    /// Whether rows hold what a report's do, not its header: the name of a task or an indicator, a number below a head that is no
    /// year.
    pub(super) fn is_data(&mut self, header: &Header, first: u32, last: u32) -> bool {
        let grid = self.grid;
        let mut cells = (first..=last).flat_map(|row| grid.row(row).iter().take(WIDTH));
        cells.any(|cell| match &cell.value {
            Value::Text(text) => {
                self.meaning(cell.at).is_none() && self.names.is_task_or_indicator(text)
            }
            Value::Number(n) => {
                !(1900.0..2100.0).contains(n) && header.columns.iter().any(|c| c.col == cell.at.col)
            }
            _ => false,
        })
    }

    /// The header with the lines below it that say what stands below its cells of several columns, and nothing else.
    pub(super) fn with_lines_below(&mut self, mut header: Header) -> Header {
        let grid = self.grid;
        let (first, last) = header.rows;
        for below in last + 1..first + MAX_DEPTH {
            let is_split = |col| {
                let above = grid.region_at(CellRef::new(below - 1, col));
                above.is_some_and(|r| r.last.row < below && r.first.col < r.last.col)
            };
            let cells = grid.row(below);
            let mut texts = cells
                .iter()
                .map(|c| matches!(c.value, Value::Text(_)) && is_split(c.at.col));
            if cells.is_empty()
                || !texts.all(|is_one| is_one)
                || self.is_data(&header, below, below)
            {
                break;
            }
            header = Some(self.header(first, below))
                .filter(Header::is_report)
                .unwrap_or(header);
        }
        header
    }
}
