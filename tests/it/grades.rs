//! The grades of all indicators and tasks, month by month, against a snapshot that was reviewed by hand against the definitions.

use std::fmt::Write as _;

use crate::desk::Month;
use crate::prelude::*;

const HEAD: &str = "\
The grades of the bundled sample, reviewed. Task: number, grade as printed | rate, schedule, gap in 个百分点 (positive: behind).
Indicator: id, grade | value of target, rate, schedule, gap; or the milestone's state; or why there is none.
";

fn line(figures: &BTreeMap<String, (f64, String)>, prefix: &str, parts: &[&str]) -> String {
    let shown = |part: &&str| {
        let figure = figures.get(&format!("{prefix}.{part}"));
        figure.map_or("–", |(_, text)| text).to_owned()
    };
    parts.iter().map(shown).collect::<Vec<_>>().join(" ")
}

fn month_text(month: &str, outputs: &Month) -> String {
    let facts = outputs.json("facts.json");
    let figures = outputs.figures();
    let mut out = format!("\n== {month}\n");
    for task in facts["tasks"].list() {
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
        for indicator in facts["indicators"].list() {
            let id = text(indicator, "id");
            if id.split('.').next() != Some(&no.to_string()) {
                continue;
            }
            let prefix = format!("indicator.{id}");
            let why = match (text(indicator, "state"), text(indicator, "kind")) {
                ("accepted", "ongoing") => String::new(),
                ("accepted", "milestone") => {
                    format!("{} {}", text(indicator, "status"), text(indicator, "done"))
                }
                ("accepted", _) => format!(
                    "{} of {}",
                    line(&figures, &prefix, &["value"]),
                    line(&figures, &prefix, &["target", "rate", "schedule", "gap"])
                ),
                (state, _) => {
                    let codes = indicator["withheld_by"].list().iter();
                    let codes: Vec<&str> = codes.filter_map(Value::as_str).collect();
                    format!("{state} {}", codes.join(" "))
                }
            };
            let line = format!("  {id} {} | {why}", text(indicator, "grade"));
            let _ = writeln!(out, "{}", line.trim_end_matches([' ', '|']));
        }
    }
    out
}

#[test]
fn the_grades_are_the_reviewed_ones() {
    let mut now = HEAD.to_owned();
    for (month, outputs) in sample_year() {
        now += &month_text(month, outputs);
    }
    // 20 tasks and 68 indicators in each of the six months.
    let indented = now.lines().filter(|l| l.starts_with("  ")).count();
    let tasks = |l: &&str| l.contains(" | ") && l.starts_with(|c: char| c.is_ascii_digit());
    assert_eq!(
        (now.lines().filter(tasks).count(), indented),
        (6 * 20, 6 * 68)
    );
    assert_on_record("tests/snapshots/grades.txt", &now);
}
