//! Whether two workbooks say the same in their rows, whatever their bytes.

use sha2::{Digest, Sha256};

use crate::intake::number_text::{number_text, tidy};
use crate::intake::{FieldCell, RowSubject, Submission, Value};

/// A digest of what stands in a workbook's rows: the same for two workbooks that say the same. 3 and "3" are the same.
pub fn digest(submission: &Submission) -> [u8; 32] {
    let mut content = Content::default();
    content.report(submission);
    content.elements(submission);
    content.0.finalize().into()
}

/// What is hashed. Its parts cannot run into each other: each begins with its kind, and its number or length.
#[derive(Default)]
struct Content(Sha256);

impl Content {
    fn report(&mut self, submission: &Submission) {
        let Some(report) = submission.report() else {
            return;
        };
        self.begin(1, report.rows.len());
        for row in &report.rows {
            match &row.subject {
                RowSubject::Indicator(ix) => self.begin(2, *ix),
                RowSubject::Task(ix) => self.begin(3, *ix),
                RowSubject::Unknown { name, .. } => self.text(4, name),
            }
            self.begin(5, row.cells.len());
            row.cells
                .iter()
                .for_each(|(field, cell)| self.cell(field as u8, cell));
        }
    }

    fn elements(&mut self, submission: &Submission) {
        let Some(elements) = &submission.elements else {
            return;
        };
        self.begin(6, elements.rows.len());
        for row in &elements.rows {
            self.begin(7, row.task);
            self.begin(8, row.cells.len());
            row.cells
                .iter()
                .for_each(|(field, cell)| self.cell(field as u8, cell));
        }
    }

    fn begin(&mut self, what: u8, number: usize) {
        self.0.update([what]);
        self.0.update((number as u64).to_le_bytes());
    }

    fn text(&mut self, what: u8, text: &str) {
        self.begin(what, text.len());
        self.0.update(text.as_bytes());
    }

    fn cell(&mut self, field: u8, cell: &FieldCell) {
        self.0.update([field]);
        match &cell.value {
            None | Some(Value::NoCachedValue) => self.0.update([0]),
            Some(Value::Number(n)) => self.number(*n),
            Some(Value::Text(text)) => match as_number(text) {
                Some(n) => self.number(n),
                None => self.text(1, text),
            },
            Some(_) => self.text(1, &cell.raw()),
        }
    }

    fn number(&mut self, n: f64) {
        // What spreadsheet programs show of it counts: fifteen digits, and no sign of a zero.
        let n = if n == 0.0 { 0.0 } else { tidy(n) };
        self.0.update([2]);
        self.0.update(n.to_bits().to_le_bytes());
    }
}

/// The number that a text shows just as a spreadsheet program would.
fn as_number(text: &str) -> Option<f64> {
    let may = text.len() <= 24 && text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    may.then(|| text.parse::<f64>().ok())
        .flatten()
        .filter(|n| number_text(*n) == text)
}
