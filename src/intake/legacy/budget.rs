//! The limits of rule F004 as they are spent, and the words for passing one.

use crate::intake::FileFault;
use crate::intake::workbook::{MAX_COLS, MAX_ROWS};
use crate::plan::model::Limits;

/// Counts what a workbook has cost so far.
#[derive(Debug)]
pub(super) struct Budget<'l> {
    pub(super) limits: &'l Limits,
    cells: usize,
    merges: usize,
    sheets: usize,
    text: u64,
}

impl<'l> Budget<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            cells: 0,
            merges: 0,
            sheets: 0,
            text: 0,
        }
    }

    pub(super) fn sheet(&mut self) -> Result<(), FileFault> {
        self.sheets += 1;
        if self.sheets > self.limits.sheets {
            Err(over(format!("工作表超过{}张", self.limits.sheets)))
        } else {
            Ok(())
        }
    }

    /// `count` further non-empty cells, to be asked for before they are made.
    pub(super) fn cells(&mut self, count: usize) -> Result<(), FileFault> {
        self.cells = self.cells.saturating_add(count);
        if self.cells > self.limits.cells {
            Err(over(format!("非空单元格超过{}个", self.limits.cells)))
        } else {
            Ok(())
        }
    }

    pub(super) fn merge(&mut self) -> Result<(), FileFault> {
        self.merges += 1;
        if self.merges > self.limits.merges {
            Err(over(format!("合并区域超过{}个", self.limits.merges)))
        } else {
            Ok(())
        }
    }

    /// A text that `cells` further cells show; others may share it. To be asked for before the text is looked at.
    pub(super) fn shown(&mut self, text: &str, cells: u32) -> Result<(), FileFault> {
        self.text = self
            .text
            .saturating_add((text.len() as u64).saturating_mul(u64::from(cells)));
        if self.text > self.limits.text_bytes {
            Err(over(format!(
                "单元格文字合计超过{}MiB",
                self.limits.text_bytes >> 20
            )))
        } else {
            Ok(())
        }
    }

    /// `columns` non-empty columns on one sheet.
    pub(super) fn columns(&self, columns: usize) -> Result<(), FileFault> {
        if columns > self.limits.columns {
            Err(over(format!(
                "一张工作表的非空列超过{}列",
                self.limits.columns
            )))
        } else {
            Ok(())
        }
    }

    /// `rows` non-empty rows on one sheet.
    pub(super) fn rows(&self, rows: usize) -> Result<(), FileFault> {
        if rows > self.limits.rows {
            Err(over(format!(
                "一张工作表的非空行超过{}行",
                self.limits.rows
            )))
        } else {
            Ok(())
        }
    }

    /// A text of one cell. Bytes are looked at first: most texts are far shorter than the limit.
    pub(super) fn text(&self, text: &str) -> Result<(), FileFault> {
        if text.len() > self.limits.text_chars {
            self.text_units(text.encode_utf16().count())
        } else {
            Ok(())
        }
    }

    /// A text of one cell, by its length in UTF-16 units.
    pub(super) fn text_units(&self, units: usize) -> Result<(), FileFault> {
        if units > self.limits.text_chars {
            Err(over(format!(
                "一个单元格的文字超过{}字",
                self.limits.text_chars
            )))
        } else {
            Ok(())
        }
    }

    pub(super) fn position(row: u32, col: u32) -> Result<(), FileFault> {
        if row >= MAX_ROWS || col >= MAX_COLS {
            Err(over("单元格位置超出XFD1048576"))
        } else {
            Ok(())
        }
    }
}

pub(super) fn over(limit: impl Into<String>) -> FileFault {
    FileFault::OverLimit {
        limit: limit.into(),
    }
}
