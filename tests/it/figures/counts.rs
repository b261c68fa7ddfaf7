//! Counts by grade add up to the number of tasks, in facts.json and on every sheet that shows them.

use crate::prelude::*;

/// Grades and their part of a figure's id.
pub const GRADES: [(&str, &str); 12] = [
    ("已完成", "done"),
    ("已完成待验收", "done_pending"),
    ("超序时进度", "ahead"),
    ("达到序时进度", "on_schedule"),
    ("已达标", "reached"),
    ("持续推进", "ongoing"),
    ("未启动", "not_started"),
    ("未达标", "not_reached"),
    ("滞后", "behind"),
    ("严重滞后", "serious"),
    ("未按期完成", "overdue"),
    ("数据待核实", "unverified"),
];

fn sum(figures: &BTreeMap<String, (f64, String)>, group: &str) -> f64 {
    GRADES
        .iter()
        .map(|(_, slug)| figures[&format!("{group}.{slug}")].0)
        .sum()
}

#[test]
#[allow(clippy::float_cmp, reason = "counts of things")]
fn counts_by_grade_add_up_everywhere() {
    for (month, outputs) in sample_year() {
        let figures = outputs.figures();
        let facts = outputs.json("facts.json");
        let value = |id: &str| figures[id].0;
        // Every group of counts adds up to its own total: all, 分级, departments, last month.
        let groups: Vec<&str> = figures
            .keys()
            .filter_map(|id| id.strip_suffix(".done_pending"))
            .collect();
        assert!(groups.len() >= 1 + 1 + 2 + 8, "{groups:?}");
        for group in groups.iter().filter(|g| **g != "overall.change") {
            assert_eq!(
                sum(&figures, group),
                value(&format!("{group}.total")),
                "{month} {group}"
            );
        }
        assert_eq!(value("overall.tasks.total"), 20.0);
        assert_eq!(value("overall.indicators.total"), 68.0);
        assert_eq!(
            value("tier.市级.tasks.total") + value("tier.区级.tasks.total"),
            20.0
        );
        if *month != "2024-01" {
            assert_eq!(value("previous.tasks.total"), 20.0, "{month}");
            assert_eq!(sum(&figures, "overall.change"), 0.0, "{month}");
        }
        // Each grade is that of the tasks listed, and of the tiers and departments together.
        let tasks = facts["tasks"].list();
        let departments = facts["departments"].list();
        for (name, slug) in GRADES {
            let listed = tasks.iter().filter(|t| text(t, "grade") == name).count();
            let count = value(&format!("overall.tasks.{slug}"));
            assert_eq!(count, listed as f64, "{month} {name}");
            assert_eq!(
                count,
                value(&format!("tier.市级.tasks.{slug}"))
                    + value(&format!("tier.区级.tasks.{slug}")),
                "{month} {name}"
            );
            let led: f64 = departments
                .iter()
                .map(|d| value(&format!("department.{}.tasks.{slug}", text(d, "id"))))
                .sum();
            assert_eq!(count, led, "{month} {name}");
        }
        // The trend's four add up in each of its months.
        let trend: Vec<&str> = figures
            .keys()
            .filter_map(|id| id.strip_suffix(".other"))
            .collect();
        assert!(!trend.is_empty());
        for point in trend {
            let parts: f64 = ["finished", "on_schedule", "lagging", "other"]
                .iter()
                .map(|part| value(&format!("{point}.{part}")))
                .sum();
            assert_eq!(parts, 20.0, "{month} {point}");
        }
        assert_eq!(
            value("overall.accepted") + value("overall.withheld") + value("overall.unreported"),
            68.0
        );
    }
}
