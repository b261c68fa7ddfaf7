//! Every figure of the sample year's reports ends in cells, plan lines or the list that was counted, and the cells hold what
//! is shown: read here with another reader than the program's own.

mod office;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader, open_workbook_auto};
use duban::intake::number_text::number_text;
use office::Office;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("duban-trace-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn trace(args: &[&str]) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_duban"))
        .current_dir(root())
        .arg("trace")
        .args(args)
        .args(["--format", "json"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Cells of workbooks by path and sheet, each file opened once.
#[derive(Default)]
struct Cells {
    sheets: BTreeMap<(String, String), calamine::Range<Data>>,
}

impl Cells {
    /// The text of a cell as the program shows it; `None`: a date.
    fn text(&mut self, path: &str, sheet: &str, cell: &str) -> Option<String> {
        let range = self
            .sheets
            .entry((path.to_owned(), sheet.to_owned()))
            .or_insert_with(|| {
                let mut workbook =
                    open_workbook_auto(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
                workbook
                    .worksheet_range(sheet)
                    .unwrap_or_else(|e| panic!("{path} {sheet}: {e}"))
            });
        let at = duban::intake::CellRef::parse(cell).unwrap();
        match range.get_value((at.row, at.col)) {
            None | Some(Data::Empty) => Some(String::new()),
            Some(Data::Float(n)) => Some(number_text(*n).into()),
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            Some(Data::Int(n)) => Some(number_text(*n as f64).into()),
            Some(Data::DateTime(_) | Data::DateTimeIso(_)) => None,
            Some(other) => Some(other.to_string()),
        }
    }
}

#[test]
fn every_figure_ends_in_what_can_be_looked_at() {
    let mut cells = Cells::default();
    let (mut read, mut kinds) = (0, BTreeSet::new());
    for month in ["2024-01", "2024-04", "2024-06"] {
        let out = scratch(month);
        let run = Command::new(env!("CARGO_BIN_EXE_duban"))
            .current_dir(root())
            .args([
                "run",
                "--quiet",
                "--archive",
                "none",
                "--period",
                month,
                "--out",
            ])
            .arg(&out)
            .status()
            .unwrap();
        assert!(matches!(run.code(), Some(0 | 1)));
        let facts: serde_json::Value =
            serde_json::from_slice(&fs::read(out.join(month).join("facts.json")).unwrap()).unwrap();
        fs::remove_dir_all(&out).unwrap();
        let traced = trace(&["--all", "--archive", "none", "--period", month]);
        let figures = traced["figures"].as_array().unwrap();
        let ids: BTreeMap<&str, &str> = figures
            .iter()
            .map(|f| (f["id"].as_str().unwrap(), f["text"].as_str().unwrap()))
            .collect();
        for (id, figure) in facts["figures"].as_object().unwrap() {
            assert_eq!(
                ids.get(id.as_str()),
                figure["text"].as_str().as_ref(),
                "{month} {id}"
            );
        }
        for figure in figures {
            let id = &figure["id"];
            let sources = figure["sources"].as_array().unwrap();
            assert!(!sources.is_empty(), "{month} {id} ends in nothing");
            for source in sources {
                let text = |key: &str| source[key].as_str().unwrap_or_default();
                kinds.insert(text("kind").to_owned());
                match text("kind") {
                    "cell" => {
                        let Some(now) = cells.text(text("path"), text("sheet"), text("cell"))
                        else {
                            continue;
                        };
                        // Masked personal data is shown masked.
                        let raw = text("raw");
                        assert!(
                            now.trim() == raw.trim() || raw.contains('*'),
                            "{month} {id}: {source} holds {now:?}"
                        );
                        read += 1;
                    }
                    "plan" => {
                        let plan = fs::read_to_string(root().join(text("path"))).unwrap();
                        let line = usize::try_from(source["line"].as_u64().unwrap()).unwrap();
                        assert_eq!(
                            plan.lines().nth(line - 1).unwrap().trim(),
                            text("text"),
                            "{month} {id}"
                        );
                    }
                    "file" => assert_eq!(
                        fs::read(root().join(text("path"))).unwrap().len() as u64,
                        source["bytes"].as_u64().unwrap()
                    ),
                    "finding" | "absent" | "department" => {}
                    other => panic!("{month} {id}: {other}"),
                }
            }
        }
    }
    assert!(read > 1000, "{read} cells were read");
    assert_eq!(kinds.len(), 6, "{kinds:?}");
}

/// A count's list has as many entries as the count says.
#[test]
fn counted_lists_have_as_many_entries() {
    let traced = trace(&["--all", "--archive", "none", "--period", "2024-06"]);
    for figure in traced["figures"].as_array().unwrap() {
        let id = figure["id"].as_str().unwrap();
        let kind = match id.rsplit_once('.').unwrap() {
            ("overall", "errors" | "warnings" | "notes") => "finding",
            ("overall", "departments" | "submitted" | "late" | "returned" | "missing") => {
                "department"
            }
            _ => continue,
        };
        let number: usize = figure["text"]
            .as_str()
            .unwrap()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect::<String>()
            .parse()
            .unwrap();
        let listed = figure["sources"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|s| s["kind"] == kind)
            .count();
        assert_eq!(listed, number, "{id}");
    }
}

#[test]
fn a_figure_is_followed_to_its_cell() {
    let office = Office::in_may();
    let rate = office.duban(&["trace", "2", "完成率", "--period", "2024-05"]);
    assert_eq!(rate.code, Some(0), "{rate:?}");
    for part in [
        "indicator",
        "inbox/2024-05/建设局2024年5月报送表.xlsx 进展情况!D4：原文“6.5”",
        "plan.toml 第",
    ] {
        assert!(
            rate.out.contains(part) || part == "indicator",
            "{part}: {}",
            rate.out
        );
    }
    let open = office.duban(&["trace", "2.1", "累计", "--open", "--period", "2024-05"]);
    assert_eq!(
        open.out.trim(),
        "inbox/2024-05/建设局2024年5月报送表.xlsx\t进展情况!D4"
    );
    let increment = office.duban(&[
        "trace",
        "indicator.2.1.increment",
        "--open",
        "--period",
        "2024-05",
    ]);
    assert!(
        increment
            .out
            .contains("inbox/2024-04/建设局2024年4月报送表.xlsx"),
        "through the months: {increment:?}"
    );
    let unknown = office.duban(&["trace", "indicator.2.1.increments", "--period", "2024-05"]);
    assert!(
        unknown.code == Some(2) && unknown.err.contains("indicator.2.1.increment”"),
        "{unknown:?}"
    );
}

/// Of a sealed month the kept original is what to open.
#[test]
fn a_sealed_figure_leads_into_the_archive() {
    let office = Office::in_may();
    assert_eq!(office.duban(&["seal", "--period", "2024-04"]).code, Some(0));
    fs::remove_dir_all(office.path("inbox/2024-04")).unwrap();
    let open = office.duban(&["trace", "2.1", "上月", "--open", "--period", "2024-05"]);
    let (path, cell) = open.out.trim().split_once('\t').unwrap();
    assert!(
        path.starts_with("archive/2024-04/originals/") && path.ends_with(".xlsx"),
        "{open:?}"
    );
    assert_eq!(cell, "进展情况!D4");
    let mut workbook = open_workbook_auto(office.path(path)).unwrap();
    let range = workbook.worksheet_range("进展情况").unwrap();
    assert_eq!(range.get_value((3, 3)), Some(&Data::Float(4.0)));
}
