//! A notice as plain text: cells on lines of their own (as a table pasted into a text file gives), or rows with tabs.

use std::borrow::Cow;

use super::Fault;
use super::columns::{Column, heading_row, meaning};
use super::figure::has_figure;
use super::mask::length;
use super::outline::{self, section, without_count};
use super::table::{Cell, Line, Piece, Place, is_page_number, number_of};

/// Paragraphs and tables of the text.
pub(super) fn pieces(bytes: &[u8]) -> Result<Vec<Piece>, Fault> {
    let text = decode(bytes)?;
    let lines: Vec<&str> = text.lines().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let used = separated(&lines, at, &mut out).or_else(|| stacked(&lines, at, &mut out));
        if used.is_none() {
            out.push(Piece::Paragraph(
                Place::Line(at + 1),
                line.trim().to_owned(),
            ));
        }
        at += used.unwrap_or(1);
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

/// What stands between the cells of a line.
#[derive(Debug, Clone, Copy)]
enum Between {
    Tab,
    Bar,
    /// Two spaces or more, or wide ones.
    Spaces,
}

/// Cells of one line.
fn cells(line: &str, between: Between) -> Vec<String> {
    let plain = |cell: &str| {
        let cell = cell.trim();
        // A cell of several lines, as a spreadsheet copies it.
        let inner = cell.strip_prefix('"').and_then(|c| c.strip_suffix('"'));
        inner.map_or_else(|| cell.to_owned(), |inner| inner.replace("\"\"", "\""))
    };
    match between {
        Between::Tab => line.split('\t').map(plain).collect(),
        Between::Bar => line
            .trim()
            .trim_matches('|')
            .split('|')
            .map(plain)
            .collect(),
        Between::Spaces => {
            let wide = line.trim().replace('\u{3000}', "  ");
            wide.split("  ")
                .map(str::trim)
                .filter(|c| !c.is_empty())
                .map(plain)
                .collect()
        }
    }
}

/// A table whose rows are lines; gives the lines it takes. Lines without a separator between its rows belong to it: section
/// lines and notes. A row that a line break in a cell has cut is put together again.
fn separated(lines: &[&str], at: usize, out: &mut Vec<Piece>) -> Option<usize> {
    let split = |line: &str, between| cells(line, between);
    let (between, heading) = [Between::Tab, Between::Bar, Between::Spaces]
        .into_iter()
        .find_map(|b| {
            Some((
                b,
                heading_row(split(lines.get(at)?, b).iter().map(String::as_str))?,
            ))
        })?;
    let width = heading.of.len();
    let is_row = |line: &str| split(line, between).len() > 1;
    let begins = |cells: &[String]| cells.first().is_some_and(|c| number_of(c).is_some());
    let mut table = Vec::new();
    let mut push = |n: usize, cells: Vec<String>| {
        let is_rule = cells
            .iter()
            .all(|c| !c.is_empty() && c.chars().all(|c| matches!(c, '-' | ':')));
        if !is_rule {
            let cells = cells.iter().map(|c| Cell::plain(c)).collect();
            table.push(Line {
                place: Place::Line(n + 1),
                cells,
            });
        }
    };
    push(at, split(lines[at], between));
    // Its end: the last line with a separator before a blank line with something else behind.
    let mut end = at + 1;
    let mut blank = false;
    for (n, line) in lines.iter().enumerate().skip(at + 1) {
        if line.trim().is_empty() {
            blank = true;
            continue;
        }
        if is_row(line) {
            let row = split(line, between);
            if blank && row.len() != width && !begins(&row) {
                break;
            }
            end = n + 1;
            blank = false;
        }
    }
    let mut n = at + 1;
    while n < end {
        let mut row = split(lines[n], between);
        let mut next = n + 1;
        if lines[n].trim().is_empty() {
            n = next;
            continue;
        }
        while row.len() > 1 && row.len() < width {
            // The lines up to the next separator end the row's last cell, where that makes it whole.
            let joins = |line: &&str| {
                !line.trim().is_empty() && section(line).is_none() && !begins(&split(line, between))
            };
            let tail = lines[next..end]
                .iter()
                .take(20)
                .take_while(|l| joins(l) && !is_row(l))
                .count();
            let Some(last) = lines[..end]
                .get(next + tail)
                .filter(|l| joins(l) && is_row(l))
            else {
                break;
            };
            let more = split(last, between);
            if row.len() + more.len() - 1 > width {
                break;
            }
            let mut more = more.into_iter();
            let middle = lines[next..next + tail].iter().map(|l| l.trim().to_owned());
            let parts: Vec<String> = middle.chain(more.next()).collect();
            if let Some(cell) = row.last_mut() {
                for part in parts {
                    cell.push('\n');
                    cell.push_str(&part);
                }
                *cell = cell.trim_matches('"').to_owned();
            }
            row.extend(more);
            next += tail + 1;
        }
        push(n, row);
        n = next;
    }
    out.push(Piece::Table(table));
    Some(end - at)
}

/// Headings at most in a stacked table.
const HEADINGS: usize = 16;

/// A table whose cells are lines; gives the lines it takes. Cells are indented by a tab in a pasted table, so that a
/// blank cell still is a line with a tab; without tabs, a row begins with its number.
fn stacked(lines: &[&str], at: usize, out: &mut Vec<Piece>) -> Option<usize> {
    let is_indented = lines.get(at)?.starts_with('\t');
    let heading: Vec<&str> = lines[at..]
        .iter()
        .take(HEADINGS + 1)
        .map_while(|l| heading_cell(l, is_indented))
        .collect();
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
    let columns = heading_row(heading.iter().copied())?;
    let mut reader = Rows {
        width,
        numbered: columns.of.first() == Some(&Column::No),
        keeps_blanks: is_indented,
        done: vec![line(at, heading.iter().copied())],
        row: Vec::new(),
        start: 0,
    };
    let mut used = width;
    let mut beside = Vec::new();
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
        // Text at the margin between indented cells is a page's heading, a section or a signature.
        let is_margin = is_indented && !line.starts_with('\t') && !cell.is_empty();
        if is_margin && section(cell).is_some() && outline::marker(cell).is_some() {
            reader.section(n, cell);
        } else if is_page_number(cell) || is_margin {
            beside.push(Piece::Paragraph(Place::Line(n + 1), cell.to_owned()));
        } else if line.is_empty() || (!is_indented && cell.is_empty()) {
            reader.blank_line();
        } else {
            reader.cell(n, cell);
        }
    }
    reader.finish_row(&mut beside);
    out.push(Piece::Table(reader.done));
    out.extend(beside);
    Some(used)
}

fn line<'t>(at: usize, cells: impl Iterator<Item = &'t str>) -> Line {
    Line {
        place: Place::Line(at + 1),
        cells: cells.map(Cell::plain).collect(),
    }
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
    done: Vec<Line>,
    row: Vec<String>,
    /// The first line of the row.
    start: usize,
}

impl Rows {
    fn cell(&mut self, n: usize, cell: &str) {
        // A number where a row is complete begins the next one, blank line or not; so does a section line.
        let begins = self.numbered && number_of(cell).is_some();
        let is_complete = self.row.len() + 1 >= self.width;
        let is_section = section(cell).is_some()
            && outline::marker(cell).is_some()
            && !has_figure(without_count(cell));
        if is_section && (self.row.is_empty() || (is_complete && self.numbered)) {
            return self.section(n, cell);
        }
        let is_whole = if self.numbered {
            begins && is_complete
        } else {
            self.row.len() == self.width
        };
        if is_whole && !self.row.is_empty() {
            self.finish_row(&mut Vec::new());
        }
        if self.row.is_empty() {
            self.start = n;
        }
        self.row.push(cell.to_owned());
    }

    fn section(&mut self, n: usize, cell: &str) {
        self.finish_row(&mut Vec::new());
        self.done.push(line(n, std::iter::once(cell)));
    }

    /// A blank line ends a row only when the row can be whole: a page break may stand inside one.
    fn blank_line(&mut self) {
        if self.row.len() + usize::from(!self.keeps_blanks) >= self.width {
            self.finish_row(&mut Vec::new());
        }
    }

    /// Lines behind the table that are none of it go `beside`.
    fn finish_row(&mut self, beside: &mut Vec<Piece>) {
        let mut row = std::mem::take(&mut self.row);
        if row.is_empty() {
            return;
        }
        if self.numbered && row.first().and_then(|c| number_of(c)).is_none() {
            // No number: the rest of a cell that a page break cut, or, behind a whole sentence, none of the table's text.
            let last = self.done.last_mut().and_then(|line| line.cells.last_mut());
            if let Some(last) = last.filter(|c| !c.text.ends_with(['。', '！', '；'])) {
                last.text.extend(row);
            } else {
                let lines = row.iter().enumerate().filter(|(_, t)| !t.is_empty());
                beside
                    .extend(lines.map(|(n, t)| {
                        Piece::Paragraph(Place::Line(self.start + n + 1), t.clone())
                    }));
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
        self.done
            .push(line(self.start, row.iter().map(String::as_str)));
    }
}
