//! A row's cells by field: one block of memory a row, looked up without a search.

use std::collections::BTreeMap;

use super::submission::{Field, FieldCell};

/// The cells of a row of a report, by field; present also where they are blank.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowCells {
    /// In the order of the fields.
    cells: Vec<FieldCell>,
    /// For each field its place in `cells`, counted from 1; 0: the form has no such column.
    places: [u8; Field::ALL.len()],
}

impl RowCells {
    /// Reads a row: `cells`, in the order of their fields.
    fn sorted(fields: impl IntoIterator<Item = Field>, cells: Vec<FieldCell>) -> Self {
        let mut places = [0; Field::ALL.len()];
        for (field, place) in fields.into_iter().zip(1..) {
            places[field as usize] = place;
        }
        Self { cells, places }
    }

    fn place(&self, field: Field) -> Option<usize> {
        usize::from(self.places[field as usize]).checked_sub(1)
    }

    pub fn get(&self, field: Field) -> Option<&FieldCell> {
        self.cells.get(self.place(field)?)
    }

    pub fn get_mut(&mut self, field: Field) -> Option<&mut FieldCell> {
        let place = self.place(field)?;
        self.cells.get_mut(place)
    }

    /// Takes a field's cell out.
    pub fn remove(&mut self, field: Field) -> Option<FieldCell> {
        let place = self.place(field)?;
        let cell = self.cells.remove(place);
        let left = self.fields().filter(|other| *other != field).collect::<Vec<_>>();
        *self = Self::sorted(left, std::mem::take(&mut self.cells));
        Some(cell)
    }

    fn fields(&self) -> impl Iterator<Item = Field> {
        Field::ALL.into_iter().filter(|field| self.places[*field as usize] > 0)
    }

    /// In the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &FieldCell)> {
        self.fields().zip(&self.cells)
    }

    pub fn len(&self) -> usize {
        self.cells.len()
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    pub fn values(&self) -> impl Iterator<Item = &FieldCell> {
        self.cells.iter()
    }
}

impl FromIterator<(Field, FieldCell)> for RowCells {
    /// Columns may stand in any order; of two of one field the later stands.
    fn from_iter<I: IntoIterator<Item = (Field, FieldCell)>>(cells: I) -> Self {
        let (fields, own): (Vec<Field>, Vec<FieldCell>) = cells.into_iter().unzip();
        if fields.is_sorted_by(|a, b| a < b) {
            return Self::sorted(fields, own);
        }
        let by_field: BTreeMap<Field, FieldCell> = fields.into_iter().zip(own).collect();
        let fields: Vec<Field> = by_field.keys().copied().collect();
        Self::sorted(fields, by_field.into_values().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::workbook::{CellRef, NumberFormat, Strike, Value};

    fn cell(col: u32) -> FieldCell {
        FieldCell { at: CellRef::new(0, col), value: Some(Value::Bool(true)), format: NumberFormat::General, strike: Strike::None, merged_to: None }
    }

    #[test]
    fn cells_stand_by_field_in_any_order_of_columns() {
        let given = [(Field::Cumulative, 3), (Field::No, 0), (Field::Remark, 9), (Field::Task, 1), (Field::No, 5)];
        let mut row: RowCells = given.into_iter().map(|(field, col)| (field, cell(col))).collect();
        let told: Vec<(Field, u32)> = row.iter().map(|(field, cell)| (field, cell.at.col)).collect();
        assert_eq!(told, [(Field::No, 5), (Field::Task, 1), (Field::Cumulative, 3), (Field::Remark, 9)]);
        assert_eq!(row.get(Field::Unit), None);
        assert_eq!(row.remove(Field::Task).map(|c| c.at.col), Some(1));
        assert_eq!(row.remove(Field::Task), None);
        row.get_mut(Field::Remark).unwrap().at.col = 7;
        assert_eq!(row.get(Field::Remark).map(|c| c.at.col), Some(7));
        assert_eq!(row.values().count(), 3);
    }
}
