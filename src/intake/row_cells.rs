//! A row's cells by field: one block of memory a row, looked up without a search.

use std::cell::RefCell;
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

thread_local! {
    /// The blocks of rows that were let go of. A workbook's rows are let go of at once, and the next workbook has as many.
    static SPARE: RefCell<Vec<Vec<FieldCell>>> = const { RefCell::new(Vec::new()) };
}

/// Blocks that are kept at most.
const SPARES: usize = 64;

impl Drop for RowCells {
    fn drop(&mut self) {
        let mut block = std::mem::take(&mut self.cells);
        block.clear();
        // A thread that ends keeps nothing.
        let _ = SPARE.try_with(|spare| {
            if let Ok(mut spare) = spare.try_borrow_mut()
                && spare.len() < SPARES
                && (1..=Field::ALL.len()).contains(&block.capacity())
            {
                spare.push(block);
            }
        });
    }
}

/// The fields of a sheet's columns, from left to right.
#[derive(Debug)]
pub struct Order {
    fields: Vec<Field>,
    /// In the order of the fields, as the form has them.
    is_sorted: bool,
    places: [u8; Field::ALL.len()],
}

impl Order {
    pub fn new(fields: impl IntoIterator<Item = Field>) -> Self {
        let fields: Vec<Field> = fields.into_iter().collect();
        Self {
            is_sorted: fields.is_sorted_by(|a, b| a < b),
            places: places(fields.iter().copied()),
            fields,
        }
    }
}

/// For each field its place among these, counted from 1.
fn places(fields: impl IntoIterator<Item = Field>) -> [u8; Field::ALL.len()] {
    let mut places = [0; Field::ALL.len()];
    for (field, place) in fields.into_iter().zip(1..) {
        places[field as usize] = place;
    }
    places
}

impl RowCells {
    /// A row of columns in an order that is known: a sheet has many.
    pub fn in_order(order: &Order, cells: impl Iterator<Item = FieldCell>) -> Self {
        if order.is_sorted {
            let mut own = SPARE.with_borrow_mut(Vec::pop).unwrap_or_default();
            own.extend(cells);
            return Self {
                cells: own,
                places: order.places,
            };
        }
        order.fields.iter().copied().zip(cells).collect()
    }

    fn sorted(fields: impl IntoIterator<Item = Field>, cells: Vec<FieldCell>) -> Self {
        Self {
            cells,
            places: places(fields),
        }
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
        let left = self
            .fields()
            .filter(|other| *other != field)
            .collect::<Vec<_>>();
        *self = Self::sorted(left, std::mem::take(&mut self.cells));
        Some(cell)
    }

    fn fields(&self) -> impl Iterator<Item = Field> {
        Field::ALL
            .into_iter()
            .filter(|field| self.places[*field as usize] > 0)
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
        let given = [
            (Field::Cumulative, 3),
            (Field::No, 0),
            (Field::Remark, 9),
            (Field::Task, 1),
            (Field::No, 5),
        ];
        let mut row = RowCells::in_order(
            &Order::new(given.map(|(field, _)| field)),
            given.iter().map(|(_, col)| cell(*col)),
        );
        assert_eq!(
            row,
            given
                .into_iter()
                .map(|(field, col)| (field, cell(col)))
                .collect()
        );
        let told: Vec<(Field, u32)> = row
            .iter()
            .map(|(field, cell)| (field, cell.at.col))
            .collect();
        assert_eq!(
            told,
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
        let form = [(Field::No, 0), (Field::Task, 1), (Field::Cumulative, 2)];
        let row = RowCells::in_order(
            &Order::new(form.map(|(field, _)| field)),
            form.iter().map(|(_, col)| cell(*col)),
        );
        assert_eq!(
            row,
            form.into_iter()
                .map(|(field, col)| (field, cell(col)))
                .collect()
        );
    }
}
