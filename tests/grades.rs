//! The grades of all indicators and tasks, month by month, against a snapshot that was reviewed by hand.
//!
//! `UPDATE=1 cargo test --release --test grades` rewrites the snapshot; a change in it is to be reviewed against the
//! definitions before it is committed.
#![cfg(feature = "desktop")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use common::{MONTHS, Month, Temp, root, six_months, text};
use serde_json::Value;

const SNAPSHOT: &str = "tests/snapshots/grades.txt";

const HEAD: &str = "\
The grades of the bundled sample, reviewed. Task: number, grade as printed | rate, schedule, gap in 个百分点 (positive: behind).
Indicator: id, grade | value of target, rate, schedule, gap; or the milestone's state; or why there is none.
";

fn line(figures: &BTreeMap<String, (f64, String)>, prefix: &str, parts: &[&str]) -> String {
    let shown = |part: &&str| {
        figures
            .get(&format!("{prefix}.{part}"))
            .map_or("–", |(_, text)| text)
            .to_owned()
    };
    parts.iter().map(shown).collect::<Vec<_>>().join(" ")
}

fn month_text(month: &str, outputs: &Month) -> String {
    let facts = outputs.json("facts.json");
    let figures = outputs.figures();
    let mut out = format!("\n== {month}\n");
    for task in facts["tasks"].as_array().unwrap() {
        let no = &task["no"];
        let last = match &task["last_known"] {
            Value::Null => String::new(),
            known => format!(" | {}：{}", text(known, "period"), text(known, "grade")),
        };
        let progress = line(
            &figures,
            &format!("task.{no}"),
            &["rate", "schedule", "gap"],
        );
        let _ = writeln!(out, "{no} {} | {progress}{last}", text(task, "grade_text"));
        for indicator in facts["indicators"].as_array().unwrap() {
            let id = text(indicator, "id");
            if id.split('.').next() != Some(&no.to_string()) {
                continue;
            }
            let why = match (text(indicator, "state"), text(indicator, "kind")) {
                ("accepted", "ongoing") => String::new(),
                ("accepted", "milestone") => {
                    format!("{} {}", text(indicator, "status"), text(indicator, "done"))
                }
                ("accepted", _) => {
                    let prefix = format!("indicator.{id}");
                    let value = line(&figures, &prefix, &["value"]);
                    format!(
                        "{value} of {}",
                        line(&figures, &prefix, &["target", "rate", "schedule", "gap"])
                    )
                }
                (state, _) => {
                    let codes: Vec<&str> = indicator["withheld_by"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .filter_map(Value::as_str)
                        .collect();
                    format!("{state} {}", codes.join(" "))
                }
            };
            let _ = writeln!(
                out,
                "  {}",
                format!("{id} {} | {why}", text(indicator, "grade")).trim_end_matches([' ', '|'])
            );
        }
    }
    out
}

#[test]
fn the_grades_are_the_reviewed_ones() {
    let temp = Temp::new("grades");
    let months = six_months(&temp);
    let now: String = std::iter::once(HEAD.to_owned())
        .chain(MONTHS.iter().map(|m| month_text(m, &months[m])))
        .collect();
    let path = root().join(SNAPSHOT);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &now).unwrap();
    }
    let reviewed = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    for (ix, (reviewed, now)) in reviewed.lines().zip(now.lines()).enumerate() {
        assert_eq!(reviewed, now, "line {} of {SNAPSHOT}", ix + 1);
    }
    assert_eq!(reviewed, now);
    // 20 tasks and 68 indicators in each of the six months.
    assert_eq!(now.lines().filter(|l| l.starts_with("  ")).count(), 6 * 68);
    assert_eq!(
        now.lines()
            .filter(|l| l.contains(" | ") && l.starts_with(|c: char| c.is_ascii_digit()))
            .count(),
        6 * 20
    );
}
