//! The `_duban` sheet of a return copy: the submission counted on, and what every coloured cell looked like before.
//!
//! A row `mark`, `表名!单元格` keeps in its third cell, which is blank, the style of the marked cell without its colour. Office
//! programs renumber styles when they save, but a blank cell keeps its look; so the next return copy can take the colours
//! of this one back before it sets its own.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::intake::CellRef;

use super::Unfit;
use super::package::Package;
use super::xml::{Kind, Scanner, escape_cell};

const MARK: &str = "mark";
const SUBMISSION: &str = "submission";

/// Sheet → cell → style.
pub type Originals = BTreeMap<String, BTreeMap<CellRef, usize>>;

/// What a workbook's identity sheet says.
#[derive(Default)]
pub struct Identity {
    /// Keys and values but for the submission's number and the marks, in their order.
    entries: Vec<(String, Value)>,
    pub originals: Originals,
}

enum Value {
    Text(String),
    Number(String),
}

struct Cell {
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
            entries: vec![("department".to_owned(), Value::Text(department.to_owned()))],
            originals: Originals::new(),
        }
    }

    pub fn read(
        package: &mut Package,
        part: &str,
        shared_strings: Option<&str>,
    ) -> Result<Self, Unfit> {
        let xml = package.text(part)?.ok_or(Unfit("缺少标识表"))?;
        let cells = cells(&xml)?;
        let strings = match shared_strings {
            Some(name) if cells.iter().any(|c| c.kind == "s") => package
                .text(name)?
                .map(|xml| strings(&xml))
                .transpose()?
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        let text = |cell: &Cell| match cell.kind.as_str() {
            "s" => cell
                .text
                .trim()
                .parse()
                .ok()
                .and_then(|n: usize| strings.get(n).cloned())
                .unwrap_or_default(),
            _ => cell.text.clone(),
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
                    let number = value.kind.is_empty() || value.kind == "n";
                    identity.entries.push((
                        key,
                        if number {
                            Value::Number(value.text.clone())
                        } else {
                            Value::Text(text(value))
                        },
                    ));
                }
            }
        }
        Ok(identity)
    }

    /// The sheet's part.
    pub fn xml(&self, namespace: &str, submission: u32, originals: &Originals) -> String {
        let mut rows = String::new();
        let mut number = 0;
        let text = |at: CellRef, text: &str| {
            format!(
                "<c r=\"{at}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                escape_cell(text)
            )
        };
        let mut row = |key: &str, value: &dyn Fn(CellRef) -> String, style: Option<usize>| {
            let at = |col| CellRef::new(number, col);
            let look = style
                .map(|s| format!("<c r=\"{}\" s=\"{s}\"/>", at(2)))
                .unwrap_or_default();
            let _ = write!(
                rows,
                "<row r=\"{}\">{}{}{look}</row>",
                number + 1,
                text(at(0), key),
                value(at(1))
            );
            number += 1;
        };
        for (key, value) in &self.entries {
            row(
                key,
                &|at| match value {
                    Value::Text(words) => text(at, words),
                    Value::Number(n) => format!("<c r=\"{at}\"><v>{}</v></c>", escape_cell(n)),
                },
                None,
            );
        }
        row(
            SUBMISSION,
            &|at| format!("<c r=\"{at}\"><v>{submission}</v></c>"),
            None,
        );
        for (sheet, cells) in originals {
            for (cell, &style) in cells {
                row(
                    MARK,
                    &|at| text(at, &format!("{sheet}!{cell}")),
                    Some(style),
                );
            }
        }
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"{namespace}\"><sheetData>{rows}</sheetData></worksheet>"
        )
    }
}

/// The cells of a small sheet.
fn cells(xml: &str) -> Result<Vec<Cell>, Unfit> {
    let mut cells = Vec::new();
    let mut open: Option<Cell> = None;
    let mut in_value = false;
    let mut scanner = Scanner::new(xml);
    while let Some(token) = scanner.next()? {
        match (token.kind, token.local()) {
            (Kind::Start | Kind::Empty, "c") => {
                let at = token
                    .attribute("r")
                    .and_then(|r| CellRef::parse(&r))
                    .ok_or(Unfit("标识表有错"))?;
                let style = token
                    .attribute("s")
                    .and_then(|s| s.parse().ok())
                    .unwrap_or(0);
                let cell = Cell {
                    at,
                    style,
                    kind: token.attribute("t").unwrap_or_default().into_owned(),
                    text: String::new(),
                };
                if token.kind == Kind::Empty {
                    cells.push(cell);
                } else {
                    open = Some(cell);
                }
            }
            (Kind::End, "c") => cells.extend(open.take()),
            (Kind::Start, "v" | "t") => in_value = true,
            (Kind::End, "v" | "t") => in_value = false,
            (Kind::Text, _) if in_value => {
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
            (Kind::Start | Kind::Empty, "si") => strings.push(String::new()),
            (Kind::Start, "rPh") => phonetic = true,
            (Kind::End, "rPh") => phonetic = false,
            (Kind::Start, "t") => in_text = !phonetic,
            (Kind::End, "t") => in_text = false,
            (Kind::Text, _) if in_text => {
                if let Some(last) = strings.last_mut() {
                    last.push_str(&token.text());
                }
            }
            _ => {}
        }
    }
    Ok(strings)
}
