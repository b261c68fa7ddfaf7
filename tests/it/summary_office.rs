//! The 汇总表 in LibreOffice: opened, every formula calculated anew, saved — the same sheets, the same cells, the same values.

use std::path::Path;

use crate::prelude::*;
use calamine::{Data, Reader, Xlsx, open_workbook};
use rust_xlsxwriter::{Formula, Workbook};

fn open(path: &Path) -> Xlsx<std::io::BufReader<fs::File>> {
    open_workbook(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Sheet, row, column and value.
type Cell = (String, usize, usize, Data);

/// The sheets' names, and every cell that has a value.
fn cells(path: &Path) -> (Vec<String>, Vec<Cell>) {
    let mut book = open(path);
    let sheets = book.sheet_names();
    let mut all = Vec::new();
    for sheet in &sheets {
        let range = book.worksheet_range(sheet).unwrap();
        let (row, col) = range.start().unwrap_or_default();
        let used = range.used_cells().filter(|(_, _, v)| **v != Data::Empty);
        all.extend(
            used.map(|(r, c, v)| (sheet.clone(), r + row as usize, c + col as usize, v.clone())),
        );
    }
    (sheets, all)
}

#[test]
fn calculating_anew_changes_no_value() {
    if !libreoffice::is_installed() {
        return;
    }
    let desk = Desk::new();
    libreoffice::calculate_on_opening(&desk);
    desk.make_folder("inbox/2024-07");
    desk.finds("run 2024-07");
    // A stored result that is wrong shows that the formulas were calculated.
    let mut proof = Workbook::new();
    let formula = Formula::new("=1+2").set_result("77");
    proof.add_worksheet().write(0, 0, formula).unwrap();
    let proof = desk.write("proof.xlsx", proof.save_to_buffer().unwrap());
    let files = [
        sample_year()["2024-01"].report("汇总表"),
        sample_year()["2024-06"].report("汇总表"),
        desk.month("2024-07").report("汇总表"),
        proof,
    ];
    let saved = libreoffice::convert(&desk, &files, "xlsx", "saved");
    assert_eq!(cells(&saved[3]).1[0].3, Data::Float(3.0));
    for (ours, theirs) in files.iter().zip(&saved).take(3) {
        let mut book = open(ours);
        let names = book.sheet_names();
        let formulas = names.iter().map(|s| book.worksheet_formula(s).unwrap());
        let formulas: usize = formulas.map(|f| f.used_cells().count()).sum();
        assert!(formulas > 50, "{formulas}");
        let ((sheets, ours), (their_sheets, theirs)) = (cells(ours), cells(theirs));
        assert_eq!(sheets, their_sheets);
        assert_eq!(ours.len(), theirs.len());
        for (a, b) in ours.iter().zip(&theirs) {
            let same = match (&a.3, &b.3) {
                (Data::Float(x), Data::Float(y)) => (x - y).abs() < 1e-9,
                (Data::DateTime(x), Data::DateTime(y)) => (x.as_f64() - y.as_f64()).abs() < 1e-9,
                (x, y) => x == y,
            };
            assert!(
                same && (&a.0, a.1, a.2) == (&b.0, b.1, b.2),
                "{a:?} became {b:?}"
            );
        }
    }
}

/// A text that is nothing but a number or a date belongs into a cell as one. Ids (1.1) and what departments wrote are texts.
#[test]
fn no_text_where_a_number_or_a_date_belongs() {
    let mut book = open(&sample_year()["2024-06"].report("汇总表"));
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).unwrap();
        let filled = |row: &[Data]| row.iter().filter(|c| **c != Data::Empty).count();
        let head = range.rows().position(|row| filled(row) > 2).unwrap();
        let heads = range.rows().nth(head).unwrap();
        let heads: Vec<String> = heads.iter().map(Data::to_string).collect();
        for (row, col, value) in range.used_cells() {
            let Data::String(text) = value else { continue };
            // 1月, 2月: heads of a table are texts.
            if row == head {
                continue;
            }
            let own = ["指标\n编号", "填报内容", "填报原文", "应为"]
                .contains(&heads.get(col).map_or("", String::as_str));
            let digits = text.chars().any(|c| c.is_ascii_digit());
            let bare = |c: char| c.is_ascii_digit() || ".,-+%年月日/".contains(c);
            assert!(
                own || !digits || !text.chars().all(bare),
                "{sheet} {row},{col}: {text}"
            );
        }
    }
}
