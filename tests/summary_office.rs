//! The 汇总表 in LibreOffice: opened, every formula calculated anew, saved — the same sheets, the same cells, the same values.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader, Xlsx, open_workbook};
use common::{Month, Temp, plan, root, run};
use rust_xlsxwriter::{Formula, Workbook};

/// A profile of its own that calculates every formula on opening, which LibreOffice by itself leaves.
const ALWAYS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"#;

/// The workbooks as LibreOffice saves them; `None` where it is not installed.
fn saved(temp: &Temp, files: &[PathBuf]) -> Option<Vec<PathBuf>> {
    if Command::new("soffice").arg("--version").output().is_err() {
        eprintln!("not run: LibreOffice is not installed");
        return None;
    }
    let user = temp.join("profile/user");
    fs::create_dir_all(&user).unwrap();
    fs::write(user.join("registrymodifications.xcu"), ALWAYS).unwrap();
    let profile = format!(
        "-env:UserInstallation=file://{}",
        temp.join("profile").display()
    );
    let args = [
        profile.as_str(),
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
    ];
    let out = temp.join("saved");
    assert!(
        Command::new("soffice")
            .args(args)
            .arg(&out)
            .args(files)
            .output()
            .unwrap()
            .status
            .success()
    );
    Some(
        files
            .iter()
            .map(|file| out.join(file.file_name().unwrap()))
            .collect(),
    )
}

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
    let temp = Temp::new("summary-office");
    let empty = temp.join("empty");
    fs::create_dir_all(empty.join("2024-07")).unwrap();
    let mut files = Vec::new();
    for (month, inbox) in [
        ("2024-01", root().join("inbox")),
        ("2024-06", root().join("inbox")),
        ("2024-07", empty),
    ] {
        let output = run(
            &plan(),
            &inbox,
            &temp.join("out"),
            &["--period", month, "--archive", "none", "--quiet"],
        );
        assert_eq!(
            output.status.code(),
            Some(1),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        files.push(
            Month {
                folder: temp.join("out").join(month),
            }
            .report("汇总表"),
        );
    }
    // A stored result that is wrong shows that the formulas were calculated.
    let mut proof = Workbook::new();
    proof
        .add_worksheet()
        .write_formula(0, 0, Formula::new("=1+2").set_result("77"))
        .unwrap();
    files.push(temp.join("proof.xlsx"));
    proof.save(&files[3]).unwrap();

    let Some(saved) = saved(&temp, &files) else {
        return;
    };
    assert_eq!(cells(&saved[3]).1[0].3, Data::Float(3.0));
    for (ours, theirs) in files.iter().zip(&saved).take(3) {
        let formulas: usize = {
            let mut book = open(ours);
            book.sheet_names()
                .iter()
                .map(|s| book.worksheet_formula(s).unwrap().used_cells().count())
                .sum()
        };
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
    let temp = Temp::new("summary-texts");
    let output = run(
        &plan(),
        &root().join("inbox"),
        &temp.join("out"),
        &["--period", "2024-06", "--archive", "none", "--quiet"],
    );
    assert_eq!(output.status.code(), Some(1));
    let file = Month {
        folder: temp.join("out/2024-06"),
    }
    .report("汇总表");
    let mut book = open(&file);
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).unwrap();
        let filled = |row: &[Data]| row.iter().filter(|c| **c != Data::Empty).count();
        let head = range.rows().position(|row| filled(row) > 2).unwrap();
        let heads: Vec<String> = range
            .rows()
            .nth(head)
            .unwrap()
            .iter()
            .map(Data::to_string)
            .collect();
        for (row, col, value) in range.used_cells() {
            let Data::String(text) = value else { continue };
            // 1月, 2月: heads of a table are texts.
            if row == head {
                continue;
            }
            let own = ["指标编号", "填报内容", "填报原文", "应为"]
                .contains(&heads.get(col).map_or("", String::as_str));
            let digits = text.chars().any(|c| c.is_ascii_digit());
            let bare = text
                .chars()
                .all(|c| c.is_ascii_digit() || ".,-+%年月日/".contains(c));
            assert!(own || !(digits && bare), "{sheet} {row},{col}: {text}");
        }
    }
}
