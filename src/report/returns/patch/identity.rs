//! The `_duban` sheet of a return copy: the submission counted on, and what every coloured cell looked like before.
//!
//! A row `mark`, `表名!单元格` keeps in its third cell, which is blank, the style of the marked cell without its colour. Office
//! programs renumber styles when they save, but a blank cell keeps its look; so the next return copy can take the colours
//! of this one back before it sets its own.

use std::collections::BTreeMap;

use crate::intake::CellRef;

use super::lazy_parts::LazyParts;
use super::scan::{Scanner, TokenKind, Unfit};
use crate::report::ooxml::DECLARATION;
use crate::report::ooxml::escape::escape_cell;

const MARK: &str = "mark";
const SUBMISSION: &str = "submission";

/// Sheet → cell → style.
pub type Originals = BTreeMap<String, BTreeMap<CellRef, usize>>;

/// What a workbook's identity sheet says.
#[derive(Default)]
pub struct Identity {
    /// Keys and values but for the submission's number and the marks, in their order.
    entries: Vec<(String, Entry)>,
    pub originals: Originals,
}

enum Entry {
    Text(String),
    Number(String),
}

struct IdentityCell {
    at: CellRef,
    style: usize,
    kind: String,
    text: String,
}

impl Identity {
    /// The identity that a workbook without one gets: whose it is. Month and plan are left to what its form says, since a form of
    /// a department's own will be filled in again next month.
    pub fn new(department: &str) -> Self {
        Self {
            entries: vec![("department".to_owned(), Entry::Text(department.to_owned()))],
            originals: Originals::new(),
        }
    }

    pub fn read(
        parts: &mut LazyParts,
        part: &str,
        shared_strings: Option<&str>,
    ) -> Result<Self, Unfit> {
        let xml = parts.text(part)?.ok_or(Unfit("缺少标识表"))?;
        let cells = cells(&xml)?;
        let strings = match shared_strings {
            Some(name) if cells.iter().any(|c| c.kind == "s") => parts
                .text(name)?
                .map(|xml| strings(&xml))
                .transpose()?
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        let text = |cell: &IdentityCell| {
            if cell.kind != "s" {
                return cell.text.clone();
            }
            let number: Option<usize> = cell.text.trim().parse().ok();
            let shared = number.and_then(|n| strings.get(n).cloned());
            shared.unwrap_or_default()
        };
        let mut identity = Self::default();
        for row in cells.chunk_by(|a, b| a.at.row == b.at.row) {
            let at = |col| row.iter().find(|c| c.at.col == col);
            let (Some(key), Some(value)) = (at(0).map(&text), at(1)) else {
                continue;
            };
            match key.trim() {
                SUBMISSION => {}
                MARK => {
                    let place = text(value);
                    if let (Some((sheet, cell)), Some(look)) = (place.rsplit_once('!'), at(2))
                        && let Some(cell) = CellRef::parse(cell)
                    {
                        identity
                            .originals
                            .entry(sheet.to_owned())
                            .or_default()
                            .insert(cell, look.style);
                    }
                }
                _ => {
                    let value = match value.kind.as_str() {
                        "" | "n" => Entry::Number(value.text.clone()),
                        _ => Entry::Text(text(value)),
                    };
                    identity.entries.push((key, value));
                }
            }
        }
        Ok(identity)
    }

    /// The sheet's part.
    pub fn xml(&self, namespace: &str, submission: u32, originals: &Originals) -> String {
        let submission = Entry::Number(submission.to_string());
        let entries = self
            .entries
            .iter()
            .map(|(key, value)| (key.as_str(), value));
        let mut rows = String::new();
        let mut number = 0;
        let mut row = |key: &str, value: &Entry, look: &str| {
            let at = |col| CellRef::new(number, col);
            let key = text_cell(at(0), key);
            let value = match value {
                Entry::Text(words) => text_cell(at(1), words),
                Entry::Number(n) => format!("<c r=\"{}\"><v>{}</v></c>", at(1), escape_cell(n)),
            };
            put!(rows, "<row r=\"{}\">{key}{value}", number + 1);
            if !look.is_empty() {
                put!(rows, "<c r=\"{}\" s=\"{look}\"/>", at(2));
            }
            rows.push_str("</row>");
            number += 1;
        };
        for (key, value) in entries.chain([(SUBMISSION, &submission)]) {
            row(key, value, "");
        }
        for (sheet, cells) in originals {
            for (cell, style) in cells {
                let place = Entry::Text(format!("{sheet}!{cell}"));
                row(MARK, &place, &style.to_string());
            }
        }
        format!(
            "{DECLARATION}<worksheet xmlns=\"{namespace}\"><sheetData>{rows}</sheetData></worksheet>"
        )
    }
}

fn text_cell(at: CellRef, text: &str) -> String {
    let text = escape_cell(text);
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
}

/// The cells of a small sheet.
fn cells(xml: &str) -> Result<Vec<IdentityCell>, Unfit> {
    let mut cells = Vec::new();
    let mut open: Option<IdentityCell> = None;
    let mut in_value = false;
    let mut scanner = Scanner::new(xml);
    while let Some(token) = scanner.next()? {
        match (token.kind, token.local()) {
            (TokenKind::Start | TokenKind::Empty, "c") => {
                let at = token
                    .attribute("r")
                    .and_then(|r| CellRef::parse(&r))
                    .ok_or(Unfit("标识表有错"))?;
                let cell = IdentityCell {
                    at,
                    style: token.number("s").unwrap_or(0),
                    kind: token.value("t"),
                    text: String::new(),
                };
                if token.kind == TokenKind::Empty {
                    cells.push(cell);
                } else {
                    open = Some(cell);
                }
            }
            (TokenKind::End, "c") => cells.extend(open.take()),
            (TokenKind::Start, "v" | "t") => in_value = true,
            (TokenKind::End, "v" | "t") => in_value = false,
            (TokenKind::Text, _) if in_value => {
                if let Some(cell) = &mut open {
                    cell.text.push_str(&token.text());
                }
            }
            _ => {}
        }
    }
    Ok(cells)
}

/// The shared strings, phonetic readings left out.
fn strings(xml: &str) -> Result<Vec<String>, Unfit> {
    let mut strings = Vec::new();
    let (mut in_text, mut phonetic) = (false, false);
    let mut scanner = Scanner::new(xml);
    while let Some(token) = scanner.next()? {
        match (token.kind, token.local()) {
            (TokenKind::Start | TokenKind::Empty, "si") => strings.push(String::new()),
            (TokenKind::Start, "rPh") => phonetic = true,
            (TokenKind::End, "rPh") => phonetic = false,
            (TokenKind::Start, "t") => in_text = !phonetic,
            (TokenKind::End, "t") => in_text = false,
            (TokenKind::Text, _) if in_text => {
                if let Some(last) = strings.last_mut() {
                    last.push_str(&token.text());
                }
            }
            _ => {}
        }
    }
    Ok(strings)
}
