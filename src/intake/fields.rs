//! A field's cell, and the cells of a row by field.

use std::borrow::Cow;
use std::sync::Arc;

use compact_str::CompactString;

use super::number_text::number_text;
use super::workbook::{CellRef, NumberFormat, Region, Strike, Value};
pub use crate::plan::field::Field;
use crate::plan::field::FormField;
use crate::plan::names::is_space;

/// A cell as it stands under a field's column: present also when blank, so that a finding can point at it.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldCell {
    /// The cell, or the top-left of the merged region it lies in.
    pub at: CellRef,
    /// `None`: blank.
    pub value: Option<Value>,
    /// How the cell shows a number; it tells a percentage and a date from a plain number.
    pub format: NumberFormat,
    /// Whether its text is struck through, in part or whole.
    pub strike: Strike,
    /// The last cell of the merged region, where there is one; its first is `at`.
    pub merged_to: Option<CellRef>,
}

/// Longer than any task's, indicator's or department's name.
const NAME_BYTES: usize = 600;

impl FieldCell {
    /// A text that stands in no cell of its own.
    pub(crate) fn of_text(text: &str) -> Self {
        Self {
            at: CellRef::new(0, 0),
            value: Some(Value::Text(text.into())),
            format: NumberFormat::General,
            strike: Strike::None,
            merged_to: None,
        }
    }

    /// The merged region it lies in.
    pub fn region(&self) -> Option<Region> {
        self.merged_to.map(|last| Region {
            first: self.at,
            last,
        })
    }

    /// The text as stored; numbers in the shortest form that reads back (at most 15 digits).
    pub fn raw(&self) -> CompactString {
        self.value.as_ref().map(raw_text).unwrap_or_default()
    }

    /// Whether there is nothing to read. Readers keep no text of white space alone, so nothing long is looked at.
    pub fn is_blank(&self) -> bool {
        match &self.value {
            None | Some(Value::NoCachedValue) => true,
            Some(Value::Text(text) | Value::Error(text) | Value::Date(text)) => {
                text.chars().all(is_space)
            }
            Some(Value::Number(_) | Value::Bool(_)) => false,
        }
    }

    /// As [`Self::text`], for a name, a number or a word: `None` too for what is longer than any of them.
    pub fn name(&self) -> Option<Cow<'_, str>> {
        match &self.value {
            Some(Value::Text(text)) if text.len() > NAME_BYTES => None,
            _ => self.text(),
        }
    }

    /// As [`Self::text`], without a copy where the cell's text is as it should be.
    pub fn words(&self) -> Option<Arc<str>> {
        match self.value.as_ref()? {
            Value::Text(text)
                if text.trim_matches(is_space).len() == text.len() && !text.is_empty() =>
            {
                Some(Arc::clone(text))
            }
            _ => self.text().map(|text| Arc::from(&*text)),
        }
    }

    /// The cell's text without surrounding white space, `None` when there is none to read.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self.value.as_ref()? {
            Value::Text(text) | Value::Error(text) | Value::Date(text) => {
                let trimmed = text.trim_matches(is_space);
                (!trimmed.is_empty()).then_some(Cow::Borrowed(trimmed))
            }
            Value::NoCachedValue => None,
            other => Some(Cow::Owned(raw_text(other).into())),
        }
    }
}

/// A value's text as a reader meets it.
pub fn raw_text(value: &Value) -> CompactString {
    match value {
        Value::Text(text) | Value::Error(text) | Value::Date(text) => CompactString::new(text),
        Value::Number(n) => number_text(*n),
        Value::Bool(b) => CompactString::const_new(if *b { "TRUE" } else { "FALSE" }),
        Value::NoCachedValue => CompactString::default(),
    }
}

/// The cells of a row of a report or a 工作方案, one for each column that the form has, blank ones too.
#[derive(Debug, Clone, PartialEq)]
pub struct RowCells<F = Field> {
    /// The columns that the form has: every rule asks for some, and these bits tell where in `cells` one is.
    columns: u32,
    /// In the order of the fields.
    cells: Vec<(F, FieldCell)>,
}

impl<F> Default for RowCells<F> {
    fn default() -> Self {
        Self {
            columns: 0,
            cells: Vec::new(),
        }
    }
}

impl<F: FormField> RowCells<F> {
    fn place(&self, field: F) -> Option<usize> {
        let left = self.columns & (field.bit() - 1);
        (self.columns & field.bit() != 0).then_some(left.count_ones() as usize)
    }

    /// A field's cell; `None` where the form has no such column.
    pub fn get(&self, field: F) -> Option<&FieldCell> {
        self.place(field).map(|place| &self.cells[place].1)
    }

    /// As [`Self::get`], to be changed.
    pub fn get_mut(&mut self, field: F) -> Option<&mut FieldCell> {
        self.place(field).map(|place| &mut self.cells[place].1)
    }

    /// Takes a field's cell out.
    pub fn remove(&mut self, field: F) -> Option<FieldCell> {
        let place = self.place(field)?;
        self.columns &= !field.bit();
        Some(self.cells.remove(place).1)
    }

    /// In the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = (F, &FieldCell)> {
        self.cells.iter().map(|(field, cell)| (*field, cell))
    }

    /// The cells alone, in the order of the fields.
    pub fn values(&self) -> impl Iterator<Item = &FieldCell> {
        self.cells.iter().map(|(_, cell)| cell)
    }

    /// How many columns the form has.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether the form has no columns.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
}

impl<F: FormField> FromIterator<(F, FieldCell)> for RowCells<F> {
    /// Columns may come in any order; of two of one field the later counts.
    fn from_iter<I: IntoIterator<Item = (F, FieldCell)>>(cells: I) -> Self {
        let mut cells: Vec<_> = cells.into_iter().collect();
        if !cells.is_sorted_by(|(a, _), (b, _)| a.bit() < b.bit()) {
            cells.reverse();
            cells.sort_by_key(|(field, _)| field.bit());
            cells.dedup_by_key(|(field, _)| field.bit());
        }
        let columns = cells.iter().fold(0, |bits, (field, _)| bits | field.bit());
        Self { columns, cells }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(col: u32) -> FieldCell {
        FieldCell {
            at: CellRef::new(0, col),
            value: Some(Value::Bool(true)),
            format: NumberFormat::General,
            strike: Strike::None,
            merged_to: None,
        }
    }

    #[test]
    fn cells_stand_by_field_in_any_order_of_columns() {
        let mut row: RowCells = [
            (Field::Cumulative, 3),
            (Field::No, 0),
            (Field::Remark, 9),
            (Field::Task, 1),
            (Field::No, 5),
        ]
        .map(|(field, col)| (field, cell(col)))
        .into_iter()
        .collect();
        let columns: Vec<(Field, u32)> = row
            .iter()
            .map(|(field, cell)| (field, cell.at.col))
            .collect();
        assert_eq!(
            columns,
            [
                (Field::No, 5),
                (Field::Task, 1),
                (Field::Cumulative, 3),
                (Field::Remark, 9)
            ]
        );
        assert_eq!(row.get(Field::Unit), None);
        assert_eq!(row.remove(Field::Task).map(|c| c.at.col), Some(1));
        assert_eq!(row.remove(Field::Task), None);
        row.get_mut(Field::Remark).unwrap().at.col = 7;
        assert_eq!(row.get(Field::Remark).map(|c| c.at.col), Some(7));
        assert_eq!(row.values().count(), 3);
    }
}
