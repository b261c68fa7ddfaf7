//! A row's cells by field: one block of memory a row, looked up without a search.

use super::submission::{Field, FieldCell};

/// The cells of a row of a report, by field; present also where they are blank.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowCells {
    /// In the order of the fields.
    cells: Vec<(Field, FieldCell)>,
    /// For each field its place in `cells`, counted from 1; 0: the form has no such column.
    places: [u8; Field::ALL.len()],
}

impl RowCells {
    /// Of two cells of one field the later stands.
    fn add(&mut self, field: Field, cell: FieldCell) {
        match self.places[field as usize] {
            0 => {
                let at = self.cells.partition_point(|(other, _)| *other < field);
                self.cells.insert(at, (field, cell));
                self.number();
            }
            place => self.cells[usize::from(place) - 1].1 = cell,
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "there are as many places as fields, nineteen")]
    fn number(&mut self) {
        self.places = [0; Field::ALL.len()];
        for (ix, (field, _)) in self.cells.iter().enumerate() {
            self.places[*field as usize] = ix as u8 + 1;
        }
    }

    pub fn get(&self, field: Field) -> Option<&FieldCell> {
        let place = usize::from(self.places[field as usize]);
        self.cells.get(place.checked_sub(1)?).map(|(_, cell)| cell)
    }

    pub fn get_mut(&mut self, field: Field) -> Option<&mut FieldCell> {
        let place = usize::from(self.places[field as usize]);
        self.cells.get_mut(place.checked_sub(1)?).map(|(_, cell)| cell)
    }

    /// Takes a field's cell out.
    pub fn remove(&mut self, field: Field) -> Option<FieldCell> {
        let place = usize::from(self.places[field as usize]).checked_sub(1)?;
        let (_, cell) = self.cells.remove(place);
        self.number();
        Some(cell)
    }

    /// In the order of the fields.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Field, &FieldCell)> {
        self.cells.iter().map(|(field, cell)| (*field, cell))
    }

    pub fn values(&self) -> impl Iterator<Item = &FieldCell> {
        self.cells.iter().map(|(_, cell)| cell)
    }
}

impl FromIterator<(Field, FieldCell)> for RowCells {
    fn from_iter<I: IntoIterator<Item = (Field, FieldCell)>>(cells: I) -> Self {
        let mut row = Self { cells: cells.into_iter().collect(), places: [0; Field::ALL.len()] };
        // A header gives each field one column; the columns may stand in any order.
        if row.cells.is_sorted_by(|a, b| a.0 < b.0) {
            row.number();
        } else {
            for (field, cell) in std::mem::take(&mut row.cells) {
                row.add(field, cell);
            }
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::workbook::{CellRef, NumberFormat, Strike, Value};

    fn cell(col: u32) -> FieldCell {
        FieldCell { at: CellRef::new(0, col), value: Some(Value::Bool(true)), format: NumberFormat::General, strike: Strike::None, region: None }
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
