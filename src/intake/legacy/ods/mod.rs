//! `OpenDocument` spreadsheets: the whole workbook in one pass over `content.xml`.
//!
//! The values are read here and not through calamine: its .ods reader expands repeated rows and columns into a dense
//! grid on opening (a few bytes of `number-rows-repeated` ask for gigabytes), and gives no merged regions, no number
//! formats, no missing results and no struck-through text. This pass keeps a repetition as a count until a cell has
//! content, and counts each cell that it expands against the limits. The tests compare both readers.

mod cell;
mod node;
mod styles;

use std::borrow::Cow;

use crate::intake::reading::budget::{Budget, check_growing_text, check_position};
use crate::intake::reading::package::Package;
use crate::intake::reading::sheet::{SheetBuilder, is_blank, unless_damaged};
use crate::intake::reading::xml::Xml;
use crate::intake::reading::xml::tag::Tag;
use crate::intake::workbook::{CellRef, MAX_COLS, MAX_ROWS, Region, Visibility};
use crate::intake::{Cell, FileFault, Result, Value, Workbook};
use crate::plan::Limits;

use self::cell::OpenCell;
use self::node::{Node, count, is_hidden, owned, walk};
use self::styles::{Section, Styles};

/// Empty merged rows in a repetition are kept up to this many: a form's blank lines, not a sheet formatted to its end.
const BLANK_MERGED_ROWS: u32 = 1000;

/// Reads an .ods.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook> {
    let mut package = Package::open(bytes, limits)
        .ok_or_else(|| FileFault::unreadable("OpenDocument压缩包不完整（可能上传中断）"))?;
    read_package(&mut package)
}

/// As [`read`], from a package whose directory was read.
pub(crate) fn read_package(package: &mut Package) -> Result<Workbook> {
    if is_encrypted(package) {
        return Err(FileFault::Encrypted);
    }
    let mut styles = Styles::default();
    if let Some(xml) = package.xml("styles.xml")? {
        walk(xml, |node| {
            styles.node(Section::Common, &node);
            Ok(())
        })?;
    }
    let limits = *package.limits();
    let xml = package
        .xml("content.xml")?
        .ok_or_else(|| FileFault::unreadable("OpenDocument表格缺少content.xml"))?;
    let mut workbook = read_content(xml, styles, &limits)?;
    workbook.macros = package
        .names()
        .any(|n| n.starts_with("basic/") || n.starts_with("scripts/"));
    let (modified, texts) = unless_damaged(properties(package))?.unwrap_or_default();
    workbook.modified = modified;
    workbook.others.extend(SheetBuilder::of_properties(texts));
    let mut budget = Budget::new(&limits);
    let mut charts = SheetBuilder::new("图表", Visibility::Visible);
    let parts: Vec<String> = package
        .names()
        .filter(|name| name.ends_with("/content.xml"))
        .map(str::to_owned)
        .collect();
    for part in parts {
        unless_damaged(chart(package, &part, &mut charts, &mut budget))?;
    }
    workbook.others.push(charts.finish());
    Ok(workbook)
}

/// Whether the manifest lists encrypted parts.
pub(crate) fn is_encrypted(package: &mut Package) -> bool {
    let manifest = package.head("META-INF/manifest.xml", 4 << 20);
    String::from_utf8_lossy(&manifest).contains("encryption-data")
        || package.has("encrypted-package")
}

/// Adds the titles of an embedded chart.
fn chart(
    package: &mut Package,
    part: &str,
    charts: &mut SheetBuilder,
    budget: &mut Budget<'_>,
) -> Result<()> {
    let Some(xml) = package.xml(part)? else {
        return Ok(());
    };
    let mut text: Option<String> = None;
    walk(xml, |node| {
        match (node, &mut text) {
            (Node::Open(tag), title) if is_title(tag.full) => *title = Some(String::new()),
            (Node::Close(name), title) if is_title(name) => {
                charts.text_box(&title.take().unwrap_or_default(), budget)?;
            }
            (Node::Close(b"text:p"), Some(title)) => title.push('\n'),
            (Node::Text(piece), Some(title)) => {
                title.push_str(piece);
                check_growing_text(title, budget.limits)?;
            }
            _ => {}
        }
        Ok(())
    })
}

fn is_title(name: &[u8]) -> bool {
    matches!(name, b"chart:title" | b"chart:subtitle")
}

/// `dc:date`, as written: local time without a zone, its fraction left off; and the texts of the other properties.
fn properties(package: &mut Package) -> Result<(Option<String>, Vec<String>)> {
    const TEXTS: [&[u8]; 4] = [
        b"dc:title",
        b"dc:subject",
        b"dc:description",
        b"meta:keyword",
    ];
    let Some(xml) = package.xml("meta.xml")? else {
        return Ok(Default::default());
    };
    let (mut date, mut texts) = (String::new(), Vec::new());
    let (mut in_date, mut in_text) = (false, false);
    walk(xml, |node| {
        match node {
            Node::Open(element) => {
                in_date = element.full == b"dc:date";
                in_text = TEXTS.contains(&element.full);
            }
            Node::Close(_) => (in_date, in_text) = (false, false),
            Node::Text(text) if in_date => text.trim().clone_into(&mut date),
            Node::Text(text) if in_text => texts.push(text.to_owned()),
            Node::Text(_) => {}
        }
        Ok(())
    })?;
    let date = date.split('.').next().unwrap_or_default();
    Ok(((!date.is_empty()).then(|| date.to_owned()), texts))
}

fn read_content(xml: Xml<'_>, styles: Styles, limits: &Limits) -> Result<Workbook> {
    let mut content = Content {
        styles,
        budget: Budget::new(limits),
        workbook: Workbook::default(),
        is_spreadsheet: false,
        skipping: 0,
        aside: Aside::default(),
        table: None,
        row: None,
        cell: None,
    };
    walk(xml, |node| {
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
    /// Depth inside an element whose text is not a cell's; 0 outside.
    skipping: usize,
    /// What is read there.
    aside: Aside,
    table: Option<Table>,
    row: Option<Row>,
    cell: Option<OpenCell>,
}

/// The paragraphs of a comment or a shape while they are read.
#[derive(Default)]
struct Aside {
    /// It is a comment or a shape: recorded changes and link caches are passed over.
    is_read: bool,
    text: String,
    in_paragraph: bool,
}

impl Aside {
    fn open(&mut self, element: &Tag<'_>) {
        match element.full {
            b"text:p" => self.in_paragraph = self.is_read,
            b"text:s" | b"text:tab" if self.in_paragraph => self.text.push(' '),
            b"text:line-break" if self.in_paragraph => self.text.push('\n'),
            _ => {}
        }
    }

    fn close(&mut self, name: &[u8]) {
        if name == b"text:p" && std::mem::take(&mut self.in_paragraph) {
            self.text.push('\n');
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_paragraph {
            self.text.push_str(text);
        }
    }
}

struct Table {
    sheet: SheetBuilder,
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
    fn node(&mut self, node: &Node<'_>) -> Result {
        match node {
            Node::Open(element) if self.skipping > 0 => {
                self.skipping += 1;
                self.aside.open(element);
            }
            Node::Open(element) => self.open(element)?,
            Node::Close(name) if self.skipping > 0 => {
                self.skipping -= 1;
                self.close_aside(name)?;
            }
            Node::Close(name) => self.close(name)?,
            Node::Text(text) if self.skipping == 0 => {
                if let Some(cell) = &mut self.cell {
                    cell.text(text);
                    check_growing_text(cell.so_far(), self.budget.limits)?;
                }
            }
            Node::Text(text) => {
                self.aside.text(text);
                check_growing_text(&self.aside.text, self.budget.limits)?;
            }
        }
        Ok(())
    }

    fn skip(&mut self, name: &[u8]) {
        self.skipping = 1;
        let is_read = matches!(name, b"office:annotation" | b"table:shapes");
        self.aside = Aside {
            is_read: is_read || name.starts_with(b"draw:") || name.starts_with(b"dr3d:"),
            ..Aside::default()
        };
    }

    /// Adds a comment or a shape's text where it ends.
    fn close_aside(&mut self, name: &[u8]) -> Result {
        self.aside.close(name);
        let is_comment = name == b"office:annotation";
        if !(is_comment || name.starts_with(b"draw:")) {
            return Ok(());
        }
        let text = std::mem::take(&mut self.aside.text);
        let Some(table) = &mut self.table else {
            return Ok(());
        };
        let text = text.trim_end_matches('\n');
        match &self.row {
            Some(row) if is_comment => {
                let at = CellRef::new(table.next_row, row.next_col);
                if is_blank(text) {
                    return Ok(());
                }
                table.sheet.comment(at, text, &mut self.budget)
            }
            _ => table.sheet.text_box(text, &mut self.budget),
        }
    }

    fn open(&mut self, element: &Tag<'_>) -> Result {
        let name = element.full;
        if let Some(cell) = &mut self.cell {
            if is_apart(name) || name == b"table:table" {
                self.skip(name);
            } else if name == b"table:cell-range-source" {
                self.workbook.external_links = true;
            } else {
                cell.open(name, element, &self.styles);
                check_growing_text(cell.so_far(), self.budget.limits)?;
            }
            return Ok(());
        }
        match name {
            b"office:spreadsheet" => self.is_spreadsheet = true,
            b"table:null-date" => {
                self.workbook.date_1904 = owned(element, b"table:date-value")
                    .is_some_and(|d| d.starts_with("1904-01-01"));
            }
            b"table:table" if self.is_spreadsheet && self.table.is_none() => {
                self.open_table(element)?;
            }
            b"table:table" => self.skipping = 1,
            b"table:table-source" => self.workbook.external_links = true,
            b"table:table-column" => self.open_column(element),
            b"table:table-row" if self.table.is_some() => {
                self.row = Some(Row {
                    repeat: count(element, b"table:number-rows-repeated"),
                    hidden: is_hidden(element),
                    style: owned(element, b"table:default-cell-style-name"),
                    next_col: 0,
                    cells: Vec::new(),
                    merges: Vec::new(),
                });
            }
            b"table:table-cell" | b"table:covered-table-cell" if self.row.is_some() => {
                self.open_cell(element);
            }
            _ if is_apart(name) => self.skip(name),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &[u8]) -> Result {
        match name {
            b"table:table-cell" | b"table:covered-table-cell" => self.close_cell(),
            b"table:table-row" => self.close_row(),
            b"table:table" => {
                if let Some(table) = self.table.take() {
                    self.workbook.sheets.push(table.sheet.finish());
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

    fn open_table(&mut self, element: &Tag<'_>) -> Result {
        let name = element.get_full(b"table:name").unwrap_or_default();
        // What the writer remembers of a workbook that formulas refer to is kept as a table named by its address.
        if name.starts_with("'file:") || name.starts_with("'http") {
            self.workbook.external_links = true;
            self.skipping = 1;
            return Ok(());
        }
        self.budget.sheet()?;
        let style = element.get_full(b"table:style-name").unwrap_or_default();
        let visibility = if self.styles.table_hidden(&style) {
            Visibility::Hidden
        } else {
            Visibility::Visible
        };
        let mut sheet = SheetBuilder::new(&name, visibility);
        sheet.header_texts(self.styles.table_headers(&style))?;
        self.table = Some(Table {
            sheet,
            next_row: 0,
            next_col: 0,
            columns: Vec::new(),
        });
        Ok(())
    }

    fn open_column(&mut self, element: &Tag<'_>) {
        let Some(table) = &mut self.table else { return };
        let first = table.next_col;
        table.next_col = first.saturating_add(count(element, b"table:number-columns-repeated"));
        if first >= MAX_COLS {
            return;
        }
        if is_hidden(element) {
            table.sheet.hide_columns(first, table.next_col - 1);
        }
        let style = owned(element, b"table:default-cell-style-name");
        table.columns.push((table.next_col, style));
    }

    fn open_cell(&mut self, element: &Tag<'_>) {
        let (Some(table), Some(row)) = (&self.table, &self.row) else {
            return;
        };
        let column = table
            .columns
            .partition_point(|&(end, _)| end <= row.next_col);
        let style = element
            .get_full(b"table:style-name")
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

    fn close_cell(&mut self) -> Result {
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
        if matches!(&value, Value::Text(text) if is_blank(text)) {
            return Ok(());
        }
        check_position(
            at.row.saturating_add(row.repeat - 1),
            first.saturating_add(repeat - 1),
        )?;
        self.budget
            .check_cells(row.cells.len().saturating_add(repeat as usize))?;
        row.cells.extend((first..first + repeat).map(|col| Cell {
            at: CellRef::new(at.row, col),
            value: value.clone(),
            format,
            strike,
        }));
        Ok(())
    }

    fn close_row(&mut self) -> Result {
        let (Some(row), Some(table)) = (self.row.take(), &mut self.table) else {
            return Ok(());
        };
        let first = table.next_row;
        table.next_row = first.saturating_add(row.repeat);
        let merged_rows = match (row.merges.is_empty(), row.cells.is_empty()) {
            (true, _) => 0,
            (false, true) => row.repeat.min(BLANK_MERGED_ROWS),
            (false, false) => row.repeat,
        };
        for down in 0..merged_rows {
            for merge in &row.merges {
                let shift = |at: CellRef| {
                    CellRef::new(at.row.saturating_add(down).min(MAX_ROWS - 1), at.col)
                };
                let region = Region {
                    first: shift(merge.first),
                    last: shift(merge.last),
                };
                table.sheet.merge(region, &mut self.budget)?;
            }
        }
        if row.cells.is_empty() {
            return Ok(());
        }
        for row_at in first..first.saturating_add(row.repeat) {
            if row.hidden {
                table.sheet.hide_row(row_at);
            }
            for cell in &row.cells {
                let at = CellRef::new(row_at, cell.at.col);
                let cell = Cell { at, ..cell.clone() };
                table.sheet.add(cell, &mut self.budget)?;
            }
        }
        Ok(())
    }
}

/// Elements whose text is not a cell's own: comments, drawings, controls, recorded changes, link caches.
fn is_apart(name: &[u8]) -> bool {
    name.starts_with(b"draw:")
        || name.starts_with(b"dr3d:")
        || matches!(
            name,
            b"office:annotation"
                | b"office:annotation-end"
                | b"office:forms"
                | b"table:shapes"
                | b"table:tracked-changes"
                | b"table:dde-links"
                | b"table:detective"
                | b"text:ruby-text"
                | b"text:note"
        )
}
