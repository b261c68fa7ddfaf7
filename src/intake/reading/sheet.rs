//! A sheet while its reader puts it together, whatever the format.

use std::sync::Arc;

use super::budget::{Budget, check_position, check_text};
use super::{damaged, header_footer};
use crate::intake::text;
use crate::intake::workbook::{
    Cell, CellRef, ColumnSet, Comment, FileFault, MAX_COLS, Region, Result, Sheet, Value,
    Visibility,
};
use crate::plan::names::is_space;

/// Characters of a sheet's name that are kept; spreadsheet programs allow 31.
const NAME_CHARS: usize = 100;

/// Header and footer texts of one sheet: six headers and footers of three sections, and as many in each custom view.
const HEADER_TEXTS: usize = 192;

/// What no figure stands in may be damaged: the workbook is whole without it.
pub(crate) fn unless_damaged<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(FileFault::Unreadable { .. }) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Collects a sheet's cells and layout, and counts them against the limits.
#[derive(Debug, Default)]
pub(crate) struct SheetBuilder {
    sheet: Sheet,
    columns: ColumnSet,
    rows: usize,
    last_row: Option<u32>,
}

impl SheetBuilder {
    pub(crate) fn new(name: &str, visibility: Visibility) -> Self {
        let mut name: Arc<str> = name.into();
        make_harmless(&mut name);
        if let Some((end, _)) = name.char_indices().nth(NAME_CHARS) {
            name = name[..end].into();
        }
        Self {
            sheet: Sheet {
                name,
                visibility,
                ..Sheet::default()
            },
            ..Self::default()
        }
    }

    /// Adds a cell, without the characters that do harm elsewhere ([`text::harmless`]). One of white space alone is none.
    pub(crate) fn add(&mut self, mut cell: Cell, budget: &mut Budget<'_>) -> Result {
        match &mut cell.value {
            Value::Text(text) | Value::Date(text) => {
                check_text(text, budget.limits)?;
                make_harmless(text);
                budget.shown(text)?;
                if is_blank(text) {
                    return Ok(());
                }
            }
            Value::Error(text) => make_harmless(text),
            Value::Number(_) | Value::Bool(_) | Value::NoCachedValue => {}
        }
        self.add_checked(cell, budget)
    }

    /// Adds a cell whose text was checked when it was read.
    pub(crate) fn add_checked(&mut self, cell: Cell, budget: &mut Budget<'_>) -> Result {
        budget.cell()?;
        budget.columns(self.columns.add(cell.at.col))?;
        if self.last_row != Some(cell.at.row) {
            self.last_row = Some(cell.at.row);
            self.rows += 1;
            budget.rows(self.rows)?;
        }
        self.sheet.cells.push(cell);
        Ok(())
    }

    pub(crate) fn merge(&mut self, region: Region, budget: &mut Budget<'_>) -> Result {
        budget.merge()?;
        self.sheet.merges.push(region);
        Ok(())
    }

    pub(crate) fn hide_row(&mut self, row: u32) {
        self.sheet.hidden_rows.insert(row);
    }

    /// Hides columns, both included; what lies past the last column of a sheet is left out.
    pub(crate) fn hide_columns(&mut self, first: u32, last: u32) {
        if first <= last && first < MAX_COLS && self.sheet.hidden_cols.len() < MAX_COLS as usize {
            self.sheet.hidden_cols.push((first, last.min(MAX_COLS - 1)));
        }
    }

    /// The texts of a document's properties (title, subject, keywords …) as a sheet without cells; `None` where it has none.
    pub(crate) fn of_properties(texts: Vec<String>) -> Option<Sheet> {
        let mut of = Self::new("文档属性", Visibility::Visible);
        of.sheet.text_boxes = texts;
        (!of.sheet.text_boxes.is_empty()).then(|| of.finish())
    }

    /// A page's header or footer as spreadsheet programs store it, with its codes.
    pub(crate) fn header_footer(&mut self, stored: &str) -> Result {
        self.header_texts(header_footer::sections(stored))
    }

    /// Header and footer texts without codes.
    pub(crate) fn header_texts(&mut self, texts: Vec<String>) -> Result {
        self.sheet.header_footer.extend(texts);
        if self.sheet.header_footer.len() > HEADER_TEXTS {
            return Err(damaged("页眉页脚过多"));
        }
        Ok(())
    }

    /// A comment on a cell. Counts as a cell of the limits.
    pub(crate) fn comment(&mut self, at: CellRef, text: &str, budget: &mut Budget<'_>) -> Result {
        check_position(at.row, at.col)?;
        if let Some(text) = aside(text, budget)? {
            self.sheet.comments.push(Comment { at, text });
        }
        Ok(())
    }

    /// The text of a text box or another shape. Counts as a cell of the limits.
    pub(crate) fn text_box(&mut self, text: &str, budget: &mut Budget<'_>) -> Result {
        let text = aside(text, budget)?;
        self.sheet.text_boxes.extend(text);
        Ok(())
    }

    /// The sheet, its cells by row and column. Rows may stand in any order in a file; the last of two cells at one
    /// address counts.
    pub(crate) fn finish(self) -> Sheet {
        let mut sheet = self.sheet;
        if !sheet.cells.is_sorted_by(|a, b| a.at < b.at) {
            sheet.cells.sort_by_key(|c| c.at);
            sheet.cells.reverse();
            sheet.cells.dedup_by_key(|c| c.at);
            sheet.cells.reverse();
        }
        sheet
    }
}

/// A text that stands beside the cells, counted and without the characters that do harm; `None` where it is blank.
fn aside(text: &str, budget: &mut Budget<'_>) -> Result<Option<String>> {
    if is_blank(text) {
        return Ok(None);
    }
    budget.cell()?;
    budget.shown(text)?;
    Ok(Some(
        text::harmless(text).map_or_else(|| text.to_owned(), Into::into),
    ))
}

/// Takes the characters out of a text that do harm elsewhere ([`text::harmless`]).
pub(crate) fn make_harmless(text: &mut Arc<str>) {
    if let Some(harmless) = text::harmless(text) {
        *text = harmless.into();
    }
}

/// Whether a text is white space alone.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}
