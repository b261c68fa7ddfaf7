//! Workbooks written as text: a sheet's rows, their cells parted by `|`.

use rust_xlsxwriter::Workbook;

/// A sheet's name and its rows.
pub type Sheet<'a> = (&'a str, Vec<Vec<String>>);

/// The cells of rows that are written as text.
pub fn rows(lines: &[&str]) -> Vec<Vec<String>> {
    let cells = |line: &&str| line.split('|').map(str::to_owned).collect();
    lines.iter().map(cells).collect()
}

/// A workbook of these sheets; a text that is a number becomes a number cell, an empty one no cell.
pub fn book(sheets: &[Sheet]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0..).zip(rows) {
            for (col, cell) in (0..).zip(cells) {
                match cell.parse::<f64>() {
                    _ if cell.is_empty() => continue,
                    Ok(number) => sheet.write_number(row, col, number).unwrap(),
                    Err(_) => sheet.write_string(row, col, cell).unwrap(),
                };
            }
        }
    }
    book.save_to_buffer().unwrap()
}
