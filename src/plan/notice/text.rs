//! A notice as plain text: cells on lines of their own (as a table pasted into a text file gives), or rows with tabs.

use std::borrow::Cow;

use super::Fault;
use super::columns::{Column, heading_row, meaning};
use super::mask::length;
use super::table::{Cell, Piece, is_page_number, number_of};

/// Paragraphs and tables of the text.
pub(super) fn pieces(bytes: &[u8]) -> Result<Vec<Piece>, Fault> {
    let text = decode(bytes)?;
    let lines: Vec<&str> = text.lines().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if let Some((table, used)) = tabbed(&lines, at).or_else(|| stacked(&lines, at)) {
            out.push(Piece::Table(table));
            at += used;
        } else {
            out.push(Piece::Paragraph((*line).trim().to_owned()));
            at += 1;
        }
    }
    Ok(out)
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Fault> {
    let text = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, mark)) => {
            encoding
                .decode_without_bom_handling(bytes.get(mark..).unwrap_or_default())
                .0
        }
        None => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => match encoding_rs::GBK.decode(bytes) {
                (text, _, false) => text,
                (_, _, true) => return Err(Fault::OtherFormat("不是文字文件")),
            },
        },
    };
    if text.contains('\0') {
        return Err(Fault::OtherFormat("不是文字文件"));
    }
    Ok(text)
}

/// Cells of one line, separated by tabs or bars.
fn cells(line: &str) -> Vec<&str> {
    let separator = if line.contains('\t') { '\t' } else { '|' };
    line.trim_matches('|')
        .split(separator)
        .map(str::trim)
        .collect()
}

/// A table whose rows are lines; and the lines it takes.
fn tabbed(lines: &[&str], at: usize) -> Option<(Vec<Vec<Cell>>, usize)> {
    let heading = cells(lines.get(at)?);
    heading_row(heading.iter().copied())?;
    let mut rows = vec![heading.into_iter().map(Cell::plain).collect::<Vec<_>>()];
    let mut used = 1;
    for line in &lines[at + 1..] {
        let row = cells(line);
        let is_rule = row
            .iter()
            .all(|c| !c.is_empty() && c.chars().all(|c| matches!(c, '-' | ':')));
        if row.len() < 2 {
            break;
        }
        used += 1;
        if !is_rule {
            rows.push(row.into_iter().map(Cell::plain).collect());
        }
    }
    Some((rows, used))
}

/// Headings at most in a stacked table.
const HEADINGS: usize = 16;

/// A table whose cells are lines; and the lines it takes. Cells are indented by a tab in a pasted table, so that a
/// blank cell still is a line with a tab; without tabs, a row begins with its number.
fn stacked(lines: &[&str], at: usize) -> Option<(Vec<Vec<Cell>>, usize)> {
    let is_indented = lines.get(at)?.starts_with('\t');
    let heading: Vec<&str> = lines[at..]
        .iter()
        .take(HEADINGS + 1)
        .map_while(|l| heading_cell(l, is_indented))
        .collect();
    let columns = heading_row(heading.iter().copied())?;
    // The first line must be a heading itself, and the block may run on into the rows where no blank line ends it.
    meaning(heading.first()?)?;
    let width = heading
        .iter()
        .rposition(|cell| meaning(cell).is_some())
        .map_or(0, |last| last + 1);
    if !(3..=HEADINGS).contains(&width) {
        return None;
    }
    let heading = &heading[..width];
    let columns = columns.get(..width)?;
    let mut reader = Rows {
        width,
        numbered: columns.first() == Some(&Column::No),
        keeps_blanks: is_indented,
        done: Vec::new(),
        row: Vec::new(),
    };
    reader
        .done
        .push(heading.iter().map(|c| Cell::plain(c)).collect());
    let mut used = width;
    for (n, line) in lines.iter().enumerate().skip(at + width) {
        let cell = line.trim();
        if meaning(cell).is_some()
            && heading_row(
                lines[n..]
                    .iter()
                    .take(HEADINGS)
                    .map_while(|l| heading_cell(l, is_indented)),
            )
            .is_some()
        {
            // Headings again: on the next page, or another table's.
            break;
        }
        used += 1;
        // Text at the margin between indented cells is a page's heading or a signature.
        if is_page_number(cell) || (is_indented && !line.starts_with('\t') && !cell.is_empty()) {
            continue;
        }
        if line.is_empty() || (!is_indented && cell.is_empty()) {
            reader.blank_line();
        } else {
            reader.cell(cell);
        }
    }
    reader.finish_row();
    Some((reader.done, used))
}

fn heading_cell(line: &str, is_indented: bool) -> Option<&str> {
    let cell = line.trim();
    (!cell.is_empty() && line.starts_with('\t') == is_indented && length(cell) <= 24)
        .then_some(cell)
}

struct Rows {
    width: usize,
    /// The first column is the number.
    numbered: bool,
    /// Blank cells are lines too, so that a row has as many as the headings.
    keeps_blanks: bool,
    done: Vec<Vec<Cell>>,
    row: Vec<String>,
}

impl Rows {
    fn cell(&mut self, cell: &str) {
        // A number where a row is complete begins the next one, blank line or not.
        let begins = self.numbered && number_of(cell).is_some();
        let is_whole = if self.numbered {
            begins && self.row.len() + 1 >= self.width
        } else {
            self.row.len() == self.width
        };
        if is_whole && !self.row.is_empty() {
            self.finish_row();
        }
        self.row.push(cell.to_owned());
    }

    /// A blank line ends a row only when the row can be whole: a page break may stand inside one.
    fn blank_line(&mut self) {
        if self.row.len() + usize::from(!self.keeps_blanks) >= self.width {
            self.finish_row();
        }
    }

    fn finish_row(&mut self) {
        let mut row = std::mem::take(&mut self.row);
        if row.is_empty() {
            return;
        }
        if self.numbered && row.first().and_then(|c| number_of(c)).is_none() {
            // No number: the rest of a cell that a page break cut, or, behind a whole sentence, none of the table's text.
            let cut = self
                .done
                .last_mut()
                .and_then(|r| r.last_mut())
                .filter(|c| !c.text.ends_with(['。', '！', '；']));
            if let Some(last) = cut {
                last.text.extend(row);
            }
            return;
        }
        // 分级 is left out in texts that keep no blank cells.
        if self.numbered && row.len() + 1 == self.width {
            row.insert(1, String::new());
        }
        // More lines than columns: the last cell has line breaks.
        if row.len() > self.width {
            let rest = row.split_off(self.width);
            if let Some(last) = row.last_mut() {
                for part in rest {
                    last.push('\n');
                    last.push_str(&part);
                }
            }
        }
        self.done.push(row.iter().map(|c| Cell::plain(c)).collect());
    }
}
