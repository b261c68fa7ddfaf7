//! Every figure of the sample year's reports ends in cells, plan lines or the list that was counted, and the cells hold what
//! is shown: read here with another reader than the program's own.

use std::collections::BTreeSet;

use crate::prelude::*;
use calamine::{Data, Range, Reader, open_workbook_auto};
use duban::intake::CellRef;
use duban::intake::number_text::number_text;

/// All figures of a month of the sample.
fn traced(month: &str) -> Vec<Value> {
    let mut command = duban_in(root());
    command.args(["trace", "--all", "--format", "json", "--period", month]);
    let said = Said::from(command.output().unwrap()).exits(0);
    said.json()["figures"].list().clone()
}

/// Cells of workbooks by path and sheet, each file opened once.
#[derive(Default)]
struct Cells(BTreeMap<(String, String), Range<Data>>);

impl Cells {
    /// The text of a cell as the program shows it; `None`: a date.
    fn text(&mut self, path: &str, sheet: &str, cell: &str) -> Option<String> {
        let read = || {
            let workbook = open_workbook_auto(root().join(path));
            workbook.unwrap().worksheet_range(sheet).unwrap()
        };
        let key = (path.to_owned(), sheet.to_owned());
        let range = self.0.entry(key).or_insert_with(read);
        let at = CellRef::parse(cell).unwrap();
        match range.get_value((at.row, at.col)) {
            None | Some(Data::Empty) => Some(String::new()),
            Some(Data::Float(n)) => Some(number_text(*n).into()),
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
        let figures = traced(month);
        let texts: BTreeMap<&str, &str> = figures
            .iter()
            .map(|f| (text(f, "id"), text(f, "text")))
            .collect();
        for (id, (_, shown)) in sample_year()[month].figures() {
            assert_eq!(
                texts.get(id.as_str()),
                Some(&shown.as_str()),
                "{month} {id}"
            );
        }
        for figure in &figures {
            let id = format!("{month} {}", text(figure, "id"));
            let sources = figure["sources"].list();
            assert!(!sources.is_empty(), "{id} ends in nothing");
            for source in sources {
                let text = |key: &str| text(source, key);
                let path = root().join(text("path"));
                kinds.insert(text("kind").to_owned());
                match text("kind") {
                    "cell" => {
                        let now = cells.text(text("path"), text("sheet"), text("cell"));
                        let Some(now) = now else { continue };
                        // Masked personal data is shown masked.
                        let raw = text("raw");
                        assert!(
                            now.trim() == raw.trim() || raw.contains('*'),
                            "{id}: {source} holds {now:?}"
                        );
                        read += 1;
                    }
                    "plan" => {
                        let plan = fs::read_to_string(path).unwrap();
                        let line = usize::try_from(source["line"].as_u64().unwrap()).unwrap();
                        assert_eq!(
                            plan.lines().nth(line - 1).unwrap().trim(),
                            text("text"),
                            "{id}"
                        );
                    }
                    "file" => assert_eq!(source["bytes"], fs::read(path).unwrap().len(), "{id}"),
                    "finding" | "absent" | "department" => {}
                    other => panic!("{id}: {other}"),
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
    for figure in traced("2024-06") {
        let id = text(&figure, "id");
        let kind = match id.rsplit_once('.').unwrap() {
            ("overall", "errors" | "warnings" | "notes") => "finding",
            ("overall", "departments" | "submitted" | "late" | "returned" | "missing") => {
                "department"
            }
            _ => continue,
        };
        let sources = figure["sources"].list();
        let listed = sources.iter().filter(|s| s["kind"] == kind).count();
        let shown = text(&figure, "text");
        let number = shown.trim_end_matches(|c: char| !c.is_ascii_digit());
        assert_eq!(listed.to_string(), number, "{id}");
    }
}

#[test]
fn a_figure_is_followed_to_its_cell() {
    let desk = Desk::in_may();
    desk.ok("trace 2 完成率 --period 2024-05").says([
        "inbox/2024-05/建设局2024年5月报送表.xlsx 进展情况!D4：原文“6.5”",
        "plan.toml 第",
    ]);
    let open = desk.duban("trace 2.1 累计 --open --period 2024-05");
    assert_eq!(
        open.out.trim(),
        "inbox/2024-05/建设局2024年5月报送表.xlsx\t进展情况!D4"
    );
    // Through the months.
    desk.duban("trace indicator.2.1.increment --open --period 2024-05")
        .says(["inbox/2024-04/建设局2024年4月报送表.xlsx"]);
    desk.fails("trace indicator.2.1.increments --period 2024-05")
        .says(["indicator.2.1.increment”"]);
}

/// Of a sealed month the kept original is what to open.
#[test]
fn a_sealed_figure_leads_into_the_archive() {
    let desk = Desk::in_may();
    desk.ok("seal 2024-04");
    desk.remove("inbox/2024-04");
    let open = desk.duban("trace 2.1 上月 --open --period 2024-05");
    let (path, cell) = open.out.trim().split_once('\t').unwrap();
    assert!(path.starts_with("archive/2024-04/originals/"), "{open}");
    assert_eq!(cell, "进展情况!D4");
    let mut workbook = open_workbook_auto(desk.path(path)).unwrap();
    let range = workbook.worksheet_range("进展情况").unwrap();
    assert_eq!(range.get_value((3, 3)), Some(&Data::Float(4.0)));
}
