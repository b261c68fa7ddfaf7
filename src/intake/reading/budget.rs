//! The limits of rule F004 as reading a workbook spends them, and the words for passing one: the same for every format.

use std::cell::Cell;
use std::rc::Rc;

use crate::intake::workbook::{FileFault, MAX_COLS, MAX_ROWS, Result};
use crate::plan::Limits;

/// Counts what a workbook holds so far.
#[derive(Debug)]
pub(crate) struct Budget<'l> {
    pub(crate) limits: &'l Limits,
    cells: usize,
    merges: usize,
    sheets: usize,
    text: u64,
}

impl<'l> Budget<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            cells: 0,
            merges: 0,
            sheets: 0,
            text: 0,
        }
    }

    /// One further sheet.
    pub(crate) fn sheet(&mut self) -> Result {
        self.sheets += 1;
        within(self.sheets <= self.limits.sheets, || {
            format!("工作表超过{}张", self.limits.sheets)
        })
    }

    /// One further non-empty cell.
    pub(crate) fn cell(&mut self) -> Result {
        self.cells += 1;
        within(self.cells <= self.limits.cells, || self.too_many_cells())
    }

    /// So many cells that are not counted yet, before they are made: they alone must be within the limit.
    pub(crate) fn check_cells(&self, cells: usize) -> Result {
        within(cells <= self.limits.cells, || self.too_many_cells())
    }

    fn too_many_cells(&self) -> String {
        format!("非空单元格超过{}个", self.limits.cells)
    }

    /// One further merged region.
    pub(crate) fn merge(&mut self) -> Result {
        self.merges += 1;
        within(self.merges <= self.limits.merges, || {
            format!("合并单元格超过{}处", self.limits.merges)
        })
    }

    /// A text that one further cell shows. A text shared by many cells counts at each: whatever looks at cells costs as
    /// much.
    pub(crate) fn shown(&mut self, text: &str) -> Result {
        self.text = self.text.saturating_add(text.len() as u64);
        within(self.text <= self.limits.text_bytes, || {
            format!("单元格文字合计超过{} MiB", self.limits.text_bytes >> 20)
        })
    }

    /// `columns` non-empty columns on one sheet.
    pub(crate) fn columns(&self, columns: usize) -> Result {
        within(columns <= self.limits.columns, || {
            format!("一张表非空列超过{}列", self.limits.columns)
        })
    }

    /// `rows` non-empty rows on one sheet.
    pub(crate) fn rows(&self, rows: usize) -> Result {
        within(rows <= self.limits.rows, || {
            format!("一张表非空行超过{}行", self.limits.rows)
        })
    }
}

/// Bytes inflated and XML events (tags, texts, comments) read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) bytes: u64,
    pub(crate) events: u64,
}

/// Counts what reading a package has cost so far, whatever the package claims of itself. Its clones count together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spent(Rc<Cell<Cost>>);

impl Spent {
    pub(crate) fn cost(&self) -> Cost {
        self.0.get()
    }

    pub(crate) fn add_bytes(&self, bytes: u64) {
        let cost = self.cost();
        self.0.set(Cost {
            bytes: cost.bytes.saturating_add(bytes),
            ..cost
        });
    }

    pub(crate) fn forget(&self) {
        self.0.set(Cost::default());
    }

    /// Whether so many further XML events are within the limit.
    pub(crate) fn has_events(&self, events: u64, limits: &Limits) -> bool {
        self.cost().events.saturating_add(events) <= limits.xml_events
    }

    /// So many further XML events.
    pub(crate) fn add_events(&self, events: u64, limits: &Limits) -> Result {
        let cost = self.cost();
        let events = cost.events.saturating_add(events);
        self.0.set(Cost { events, ..cost });
        within(events <= limits.xml_events, || {
            format!("XML 标记超过{}个", limits.xml_events)
        })
    }
}

/// The text of one cell, in characters. Bytes are compared first: most texts are far shorter than the limit.
pub(crate) fn check_text(text: &str, limits: &Limits) -> Result {
    let most = limits.text_chars;
    within(text.len() <= most || text.chars().count() <= most, || {
        long_text(limits)
    })
}

/// A cell's text while it is put together: it must not grow without bound before [`check_text`] counts it. A character
/// takes four bytes at most, seven where it is escaped (`_x4E00_`).
pub(crate) fn check_growing_text(text: &str, limits: &Limits) -> Result {
    within(text.len() <= limits.text_chars.saturating_mul(7), || {
        long_text(limits)
    })
}

fn long_text(limits: &Limits) -> String {
    format!("单元格文字超过{}字", limits.text_chars)
}

/// A cell's address, both parts counted from 0.
pub(crate) fn check_position(row: u32, col: u32) -> Result {
    if row < MAX_ROWS && col < MAX_COLS {
        Ok(())
    } else {
        Err(beyond_the_sheet())
    }
}

/// A cell outside every sheet.
pub(crate) fn beyond_the_sheet() -> FileFault {
    over("单元格地址超出 XFD1048576")
}

/// A file of too many bytes.
pub(crate) fn too_large(limits: &Limits) -> FileFault {
    over(format!("文件超过{} MiB", limits.file_bytes >> 20))
}

/// A part of a package that inflates too far.
pub(crate) fn part_too_large(limits: &Limits) -> FileFault {
    over(format!("单个部件解压后超过{} MiB", limits.part_bytes >> 20))
}

/// A package whose parts inflate too far together.
pub(crate) fn package_too_large(limits: &Limits) -> FileFault {
    over(format!("解压后合计超过{} MiB", limits.total_bytes >> 20))
}

/// XML elements inside each other.
pub(crate) fn check_depth(depth: usize, limits: &Limits) -> Result {
    within(depth <= limits.xml_depth, || {
        format!("XML 嵌套超过{}层", limits.xml_depth)
    })
}

fn within(is_within: bool, limit: impl FnOnce() -> String) -> Result {
    if is_within {
        Ok(())
    } else {
        Err(over(limit()))
    }
}

/// F004, with the limit that was passed.
pub(crate) fn over(limit: impl Into<String>) -> FileFault {
    FileFault::OverLimit {
        limit: limit.into(),
    }
}
