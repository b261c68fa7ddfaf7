//! A month of the bundled sample: every file is there, the records are whole, and the findings are the planted ones.
#![cfg(feature = "desktop")]

mod common;

use std::collections::BTreeMap;
use std::fs;

use common::{MONTHS, Temp, files, plan, root, run, six_months, text};

/// Department, code, file, sheet, cell.
type Place = [String; 5];

/// The plan's reporters in plan order, read without the program: (department, indicator).
fn plan_slots() -> Vec<(String, String)> {
    let plan: toml::Table = toml::from_str(&fs::read_to_string(plan()).unwrap()).unwrap();
    let mut slots = Vec::new();
    for task in plan["task"].as_array().unwrap() {
        let lead = task["lead"].as_str().unwrap();
        for indicator in task["indicator"].as_array().unwrap() {
            slots.push((
                lead.to_owned(),
                indicator["id"].as_str().unwrap().to_owned(),
            ));
        }
    }
    slots
}

fn department_names() -> BTreeMap<String, String> {
    let plan: toml::Table = toml::from_str(&fs::read_to_string(plan()).unwrap()).unwrap();
    let name = |d: &toml::Value| {
        (
            d["id"].as_str().unwrap().to_owned(),
            d["name"].as_str().unwrap().to_owned(),
        )
    };
    plan["department"]
        .as_array()
        .unwrap()
        .iter()
        .map(name)
        .collect()
}

/// What docs/sample-data.md says is planted: month → places.
fn planted() -> BTreeMap<String, Vec<Place>> {
    let page = fs::read_to_string(root().join("docs/sample-data.md")).unwrap();
    let mut planted: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    let mut month = None;
    for line in page.lines() {
        if let Some(head) = line.strip_prefix("### ") {
            let (year, rest) = head.split_once('年').unwrap();
            month = Some(format!("{year}-{:0>2}", rest.trim_end_matches('月')));
        }
        let cells: Vec<&str> = line
            .trim()
            .trim_matches('|')
            .split('|')
            .map(str::trim)
            .collect();
        let is_code = cells
            .first()
            .is_some_and(|c| c.len() == 4 && c.as_bytes()[1].is_ascii_digit());
        if let (Some(month), true) = (&month, is_code) {
            let [code, department, file, sheet, cell] =
                [0, 1, 2, 3, 4].map(|n| cells[n].to_owned());
            planted
                .entry(month.clone())
                .or_default()
                .push([department, code, file, sheet, cell]);
        }
    }
    planted
}

#[test]
fn the_readme_command_writes_every_file_and_exits_1() {
    let temp = Temp::new("run");
    // As in a clone: from the project's folder, with its own places, but for the output.
    let output = common::duban()
        .current_dir(root())
        .args(["run", "--out"])
        .arg(temp.join("out"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    for part in ["2024年6月", "下一步", "公安分局", "未报"] {
        assert!(said.contains(part), "{said}");
    }
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let written = files(&temp.join("out"));
    for name in [
        "重点民生实事汇总表（2024年6月）.xlsx",
        "重点民生实事简报（2024年6月）.docx",
        "findings.json",
        "records.csv",
        "facts.json",
        "manifest.json",
    ] {
        let bytes = written
            .get(&format!("2024-06/{name}"))
            .unwrap_or_else(|| panic!("no {name} among {:?}", written.keys()));
        assert!(!bytes.is_empty());
        assert!(said.contains(name), "{name} is not named: {said}");
    }
    assert!(
        written.keys().all(|name| name.starts_with("2024-06/")),
        "{:?}",
        written.keys()
    );
}

#[test]
fn records_hold_one_row_per_reporter_and_indicator_in_plan_order() {
    let temp = Temp::new("records");
    let slots = plan_slots();
    assert_eq!(slots.len(), 68);
    for (month, outputs) in six_months(&temp) {
        let records = outputs.records();
        let rows: Vec<(String, String)> = records
            .iter()
            .map(|r| (r["department"].clone(), r["indicator"].clone()))
            .collect();
        assert_eq!(rows, slots, "{month}");
        for row in &records {
            assert_eq!(row["period"], month);
            let accepted = match row["state"].as_str() {
                "accepted" => true,
                "withheld" | "missing" => false,
                other => panic!("{other}"),
            };
            let id = &row["indicator"];
            let numeric = !["milestone", "ongoing"].contains(&row["kind"].as_str());
            assert_eq!(
                !row["value"].is_empty(),
                accepted && numeric,
                "{month} {id}"
            );
            assert_eq!(
                !row["status"].is_empty(),
                accepted && row["kind"] == "milestone",
                "{month} {id}"
            );
            if !accepted {
                for field in ["done", "rate", "grade"] {
                    assert_eq!(row[field], "", "{month} {id} {field}");
                }
            }
            if row["state"] != "missing" {
                assert!(
                    ["file", "sheet", "cell"]
                        .iter()
                        .all(|f| !row[*f].is_empty()),
                    "{month} {id} has no source"
                );
            }
            for number in ["value", "target", "rate", "schedule"] {
                assert!(
                    row[number].is_empty() || row[number].parse::<f64>().is_ok_and(f64::is_finite),
                    "{month} {id} {number}"
                );
            }
        }
    }
}

#[test]
fn every_planted_mistake_is_found_at_its_cell_and_nothing_else() {
    let temp = Temp::new("planted");
    let planted = planted();
    let names = department_names();
    assert_eq!(
        planted.keys().map(String::as_str).collect::<Vec<_>>(),
        MONTHS
    );
    assert!(planted.values().map(Vec::len).sum::<usize>() >= 24);
    for (month, outputs) in six_months(&temp) {
        let findings = outputs.json("findings.json");
        let place = |f: &serde_json::Value| -> Place {
            [
                names[text(f, "department")].clone(),
                text(f, "code").into(),
                text(f, "file").into(),
                text(f, "sheet").into(),
                text(f, "cell").into(),
            ]
        };
        let mut found: Vec<Place> = findings.as_array().unwrap().iter().map(place).collect();
        let mut expected = planted[month].clone();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{month}");
    }
}

#[test]
fn findings_say_what_is_wrong_and_what_to_do() {
    let temp = Temp::new("findings");
    for (month, outputs) in six_months(&temp) {
        for finding in outputs.json("findings.json").as_array().unwrap() {
            for part in ["code", "name", "severity", "status", "message", "help"] {
                assert!(
                    !text(finding, part).is_empty(),
                    "{month}: {part} of {finding}"
                );
            }
            for part in [
                "department",
                "file",
                "sheet",
                "cell",
                "task",
                "indicator",
                "found",
                "expected",
            ] {
                assert!(finding.get(part).is_some(), "{month}: {part} of {finding}");
            }
        }
    }
}

#[test]
fn the_manifest_names_every_file_by_its_hash() {
    use sha2::{Digest, Sha256};
    let temp = Temp::new("manifest");
    let hash = |bytes: &[u8]| {
        Sha256::digest(bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect::<Vec<_>>()
            .concat()
    };
    let inbox = files(&root().join("inbox"));
    for (month, outputs) in six_months(&temp) {
        let manifest = outputs.json("manifest.json");
        let listed = |key: &str| -> BTreeMap<String, String> {
            let entry = |e: &serde_json::Value| {
                let prefix = e["period"]
                    .as_str()
                    .map(|p| format!("{p}/"))
                    .unwrap_or_default();
                (
                    format!("{prefix}{}", text(e, "path")),
                    text(e, "sha256").to_owned(),
                )
            };
            manifest[key]
                .as_array()
                .unwrap()
                .iter()
                .map(entry)
                .collect()
        };
        let mut written: BTreeMap<String, String> = files(&outputs.folder)
            .into_iter()
            .map(|(name, bytes)| (name, hash(&bytes)))
            .collect();
        written.remove("manifest.json").unwrap();
        assert_eq!(listed("outputs"), written, "{month}");
        // This month's files and those of the months it was held against.
        let read = inbox.iter().filter(|(name, _)| {
            name.split('/').next().unwrap() <= month && !name.ends_with("received.csv")
        });
        assert_eq!(
            listed("inputs"),
            read.map(|(name, bytes)| (name.clone(), hash(bytes)))
                .collect(),
            "{month}"
        );
        assert_eq!(
            text(&manifest["plan"], "sha256"),
            hash(&fs::read(plan()).unwrap())
        );
    }
}

/// A range is the same as its months one after the other.
#[test]
fn a_range_equals_its_months() {
    let temp = Temp::new("range");
    let all = six_months(&temp);
    for (month, outputs) in all {
        let out = temp.join(format!("alone-{month}"));
        assert!(
            run(&plan(), &root().join("inbox"), &out, &["--period", month])
                .status
                .code()
                .is_some_and(|c| c < 2)
        );
        assert!(
            files(&out.join(month)) == files(&outputs.folder),
            "{month} differs"
        );
    }
}

/// Tasks neither finished, on schedule nor lagging (持续推进, 数据待核实 …) were left out of the closing line.
#[test]
fn the_closing_line_accounts_for_every_task() {
    let temp = Temp::new("closing");
    let inbox = root().join("inbox");
    let args = ["--period", "2024-01..2024-06"];
    let output = run(&plan(), &inbox, &temp.join("out"), &args);
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = said
        .lines()
        .filter_map(|line| line.strip_prefix("任务20项：")?.split('。').next())
        .collect();
    assert_eq!(lines.len(), MONTHS.len(), "{said}");
    for line in lines {
        let counts = line.split('，').map(|part| {
            let digits = part.trim_start_matches(|c: char| !c.is_ascii_digit());
            digits.parse::<u32>().unwrap()
        });
        assert_eq!(counts.sum::<u32>(), 20, "{line}");
    }
}
