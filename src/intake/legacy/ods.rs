//! `OpenDocument` spreadsheets: the whole workbook in one pass over `content.xml`.
//!
//! The values are read here and not through calamine: its .ods reader expands repeated rows and columns into a
//! dense grid on opening (a few bytes of `number-rows-repeated` ask for gigabytes), gives no merged regions, no
//! number formats, no missing results and no struck-through text. This pass keeps repetition as a count until a
//! cell has content, and asks the budget before it expands. The tests hold both readers against each other.
//!
//! Names are matched with the prefixes that every known writer uses (`table:`, `office:`, `text:` …).

use std::borrow::Cow;
use std::io::BufRead;

use crate::intake::budget::{Budget, check_growing_text, check_position, check_text, over};
use crate::intake::workbook::{CellRef, MAX_COLS, MAX_ROWS, Region, Visibility};
use crate::intake::{Cell, FileFault, Sheet, Value, Workbook};
use crate::plan::model::Limits;

use quick_xml::events::BytesStart;

use super::ods_cell::OpenCell;
use super::ods_styles::{Section, Styles};
use super::parts::Parts;
use super::xml::{Node, attr, walk};

const CONTENT: &str = "content.xml";
/// Empty merged rows in a repetition are kept up to this many: a form's blank lines, not a sheet formatted to its end.
const BLANK_MERGED_ROWS: u32 = 1000;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, FileFault> {
    let mut parts = Parts::open(bytes, limits)
        .ok_or_else(|| FileFault::unreadable("OpenDocument压缩包不完整（可能上传中断）"))?;
    if is_encrypted(&mut parts) {
        return Err(FileFault::Encrypted);
    }
    let mut styles = Styles::default();
    parts.read("styles.xml", |part| {
        walk(part, "styles.xml", limits, |node| {
            styles.node(Section::Common, &node);
            Ok(())
        })
    })?;
    let mut workbook = parts
        .read(CONTENT, |part| read_content(part, styles, limits))?
        .ok_or_else(|| FileFault::unreadable("OpenDocument表格缺少content.xml"))?;
    workbook.macros = parts
        .names()
        .any(|n| n.starts_with("Basic/") || n.starts_with("Scripts/"));
    workbook.modified = match parts.read("meta.xml", |part| last_modified(part, limits)) {
        // A damaged stamp is no stamp; the workbook itself is whole.
        Err(FileFault::Unreadable { .. }) => None,
        other => other?.flatten(),
    };
    Ok(workbook)
}

/// Whether the manifest speaks of encrypted parts.
pub(crate) fn is_encrypted(parts: &mut Parts<'_>) -> bool {
    let manifest = parts.head("META-INF/manifest.xml", 4 << 20);
    String::from_utf8_lossy(&manifest).contains("encryption-data")
        || parts.names().any(|n| n == "encrypted-package")
}

/// `dc:date`, as written: local time without a zone, its fraction left off.
fn last_modified(part: &mut dyn BufRead, limits: &Limits) -> Result<Option<String>, FileFault> {
    let mut date = None;
    let mut inside = false;
    walk(part, "meta.xml", limits, |node| {
        match node {
            Node::Open(element) => inside = element.name().into_inner() == "dc:date",
            Node::Close(_) => inside = false,
            Node::Text(text) if inside => date = Some(text.trim().to_owned()),
            Node::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(date
        .map(|d| d.split('.').next().unwrap_or_default().to_owned())
        .filter(|d| !d.is_empty()))
}

fn read_content(
    part: &mut dyn BufRead,
    styles: Styles,
    limits: &Limits,
) -> Result<Workbook, FileFault> {
    let mut content = Content {
        styles,
        budget: Budget::new(limits),
        workbook: Workbook::default(),
        is_spreadsheet: false,
        skipping: 0,
        table: None,
        row: None,
        cell: None,
    };
    walk(part, CONTENT, limits, |node| {
        content.styles.node(Section::Automatic, &node);
        content.node(&node)
    })?;
    if !content.is_spreadsheet {
        return Err(FileFault::unreadable("OpenDocument文件中没有表格"));
    }
    Ok(content.workbook)
}

struct Content<'l> {
    styles: Styles,
    budget: Budget<'l>,
    workbook: Workbook,
    is_spreadsheet: bool,
    /// Depth inside an element that is passed over; 0 outside.
    skipping: usize,
    table: Option<Table>,
    row: Option<Row>,
    cell: Option<OpenCell>,
}

struct Table {
    sheet: Sheet,
    /// The next row's and the next column definition's place.
    next_row: u32,
    next_col: u32,
    /// Column definitions: where each ends (exclusive) and its default cell style.
    columns: Vec<(u32, Option<String>)>,
}

struct Row {
    repeat: u32,
    hidden: bool,
    style: Option<String>,
    next_col: u32,
    /// Of the first repetition.
    cells: Vec<Cell>,
    merges: Vec<Region>,
}

impl Content<'_> {
    fn node(&mut self, node: &Node<'_>) -> Result<(), FileFault> {
        match node {
            Node::Open(_) if self.skipping > 0 => self.skipping += 1,
            Node::Open(element) => self.open(element)?,
            Node::Close(_) if self.skipping > 0 => self.skipping -= 1,
            Node::Close(name) => self.close(name)?,
            Node::Text(text) if self.skipping == 0 => {
                if let Some(cell) = &mut self.cell {
                    cell.text(text);
                    check_growing_text(cell.so_far(), self.budget.limits)?;
                }
            }
            Node::Text(_) => {}
        }
        Ok(())
    }

    fn open(&mut self, element: &BytesStart<'_>) -> Result<(), FileFault> {
        let name = element.name().into_inner();
        if let Some(cell) = &mut self.cell {
            if is_apart(name) || name == "table:table" {
                self.skipping = 1;
            } else if name == "table:cell-range-source" {
                self.workbook.external_links = true;
            } else {
                cell.open(name, element, &self.styles);
                check_growing_text(cell.so_far(), self.budget.limits)?;
            }
            return Ok(());
        }
        match name {
            "office:spreadsheet" => self.is_spreadsheet = true,
            "table:null-date" => {
                self.workbook.date_1904 =
                    attr(element, "table:date-value").is_some_and(|d| d.starts_with("1904-01-01"))
            }
            "table:table" if self.is_spreadsheet && self.table.is_none() => {
                self.open_table(element)?
            }
            "table:table" => self.skipping = 1,
            "table:table-source" => self.workbook.external_links = true,
            "table:table-column" => self.open_column(element),
            "table:table-row" if self.table.is_some() => {
                self.row = Some(Row {
                    repeat: count(element, "table:number-rows-repeated"),
                    hidden: matches!(
                        attr(element, "table:visibility").as_deref(),
                        Some("collapse" | "filter")
                    ),
                    style: attr(element, "table:default-cell-style-name").map(Cow::into_owned),
                    next_col: 0,
                    cells: Vec::new(),
                    merges: Vec::new(),
                });
            }
            "table:table-cell" | "table:covered-table-cell" if self.row.is_some() => {
                self.open_cell(element)
            }
            _ if is_apart(name) => self.skipping = 1,
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), FileFault> {
        match name {
            "table:table-cell" | "table:covered-table-cell" => self.close_cell(),
            "table:table-row" => self.close_row(),
            "table:table" => {
                if let Some(table) = self.table.take() {
                    self.workbook
                        .sheets
                        .push(super::finish_sheet(table.sheet, &self.budget)?);
                }
                Ok(())
            }
            _ => {
                if let Some(cell) = &mut self.cell {
                    cell.close(name);
                }
                Ok(())
            }
        }
    }

    fn open_table(&mut self, element: &BytesStart<'_>) -> Result<(), FileFault> {
        let name = attr(element, "table:name").unwrap_or_default();
        // What the writer remembers of a workbook that formulas refer to is kept as a table named by its address.
        if name.starts_with("'file:") || name.starts_with("'http") {
            self.workbook.external_links = true;
            self.skipping = 1;
            return Ok(());
        }
        self.budget.sheet()?;
        let style = attr(element, "table:style-name").unwrap_or_default();
        let visibility = if self.styles.table_hidden(&style) {
            Visibility::Hidden
        } else {
            Visibility::Visible
        };
        let sheet = Sheet {
            name: name.as_ref().into(),
            visibility,
            header_footer: self.styles.table_headers(&style),
            ..Sheet::default()
        };
        self.table = Some(Table {
            sheet,
            next_row: 0,
            next_col: 0,
            columns: Vec::new(),
        });
        Ok(())
    }

    fn open_column(&mut self, element: &BytesStart<'_>) {
        let Some(table) = &mut self.table else { return };
        let first = table.next_col;
        table.next_col = first.saturating_add(count(element, "table:number-columns-repeated"));
        if first >= MAX_COLS {
            return;
        }
        if matches!(
            attr(element, "table:visibility").as_deref(),
            Some("collapse" | "filter")
        ) {
            table
                .sheet
                .hidden_cols
                .push((first, table.next_col.min(MAX_COLS) - 1));
        }
        table.columns.push((
            table.next_col,
            attr(element, "table:default-cell-style-name").map(Cow::into_owned),
        ));
    }

    fn open_cell(&mut self, element: &BytesStart<'_>) {
        let (Some(table), Some(row)) = (&self.table, &self.row) else {
            return;
        };
        let column = table
            .columns
            .partition_point(|&(end, _)| end <= row.next_col);
        let style = attr(element, "table:style-name")
            .or_else(|| row.style.as_deref().map(Cow::Borrowed))
            .or_else(|| {
                table
                    .columns
                    .get(column)
                    .and_then(|(_, s)| s.as_deref())
                    .map(Cow::Borrowed)
            });
        let (format, struck) = self.styles.cell(style.as_deref().unwrap_or("Default"));
        let cell = OpenCell::new(element, format, struck);
        self.workbook.external_links |= cell.refers_outside();
        self.cell = Some(cell);
    }

    fn close_cell(&mut self) -> Result<(), FileFault> {
        let (Some(cell), Some(table), Some(row)) = (self.cell.take(), &self.table, &mut self.row)
        else {
            return Ok(());
        };
        let first = row.next_col;
        row.next_col = first.saturating_add(cell.repeat);
        let at = CellRef::new(table.next_row, first);
        let (rows, cols) = cell.span;
        if rows > 1 || cols > 1 {
            let last = CellRef::new(
                at.row.saturating_add(rows - 1).min(MAX_ROWS - 1),
                first.saturating_add(cols - 1).min(MAX_COLS - 1),
            );
            if at.row < MAX_ROWS && first < MAX_COLS {
                row.merges.push(Region { first: at, last });
            }
        }
        let repeat = cell.repeat;
        let Some((value, format, strike)) = cell.finish() else {
            return Ok(());
        };
        check_position(
            at.row.saturating_add(row.repeat - 1),
            first.saturating_add(repeat - 1),
        )?;
        if row.cells.len().saturating_add(repeat as usize) > self.budget.limits.cells {
            return Err(over(format!(
                "非空单元格超过{}个",
                self.budget.limits.cells
            )));
        }
        row.cells.extend((first..first + repeat).map(|col| Cell {
            at: CellRef::new(at.row, col),
            value: value.clone(),
            format,
            strike,
        }));
        Ok(())
    }

    fn close_row(&mut self) -> Result<(), FileFault> {
        let (Some(row), Some(table)) = (self.row.take(), &mut self.table) else {
            return Ok(());
        };
        let first = table.next_row;
        table.next_row = first.saturating_add(row.repeat);
        let merged_rows = if row.cells.is_empty() {
            row.repeat.min(BLANK_MERGED_ROWS)
        } else {
            row.repeat
        };
        for down in 0..if row.merges.is_empty() {
            0
        } else {
            merged_rows
        } {
            for merge in &row.merges {
                self.budget.merge()?;
                let shift = |at: CellRef| {
                    CellRef::new(at.row.saturating_add(down).min(MAX_ROWS - 1), at.col)
                };
                table.sheet.merges.push(Region {
                    first: shift(merge.first),
                    last: shift(merge.last),
                });
            }
        }
        if row.cells.is_empty() {
            return Ok(());
        }
        self.budget
            .cells(row.cells.len().saturating_mul(row.repeat as usize))?;
        for cell in &row.cells {
            if let Value::Text(text) | Value::Error(text) | Value::Date(text) = &cell.value {
                check_text(text, self.budget.limits)?;
                self.budget.shown(text, row.repeat)?;
            }
        }
        for down in 0..row.repeat {
            if row.hidden {
                table.sheet.hidden_rows.insert(first + down);
            }
            table.sheet.cells.extend(row.cells.iter().map(|cell| Cell {
                at: CellRef::new(first + down, cell.at.col),
                ..cell.clone()
            }));
        }
        Ok(())
    }
}

/// A repetition or span; at least 1, whatever is written.
pub(super) fn count(element: &BytesStart<'_>, name: &str) -> u32 {
    attr(element, name)
        .and_then(|n| n.parse().ok())
        .unwrap_or(1)
        .max(1)
}

/// Elements whose text is not a cell's own: comments, drawings, controls, recorded changes, link caches.
fn is_apart(name: &str) -> bool {
    name.starts_with("draw:")
        || name.starts_with("dr3d:")
        || matches!(
            name,
            "office:annotation"
                | "office:annotation-end"
                | "office:forms"
                | "table:shapes"
                | "table:tracked-changes"
                | "table:dde-links"
                | "table:detective"
                | "text:ruby-text"
                | "text:note"
        )
}
