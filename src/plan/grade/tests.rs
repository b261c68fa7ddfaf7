//! One table for each line of the grade definitions.

use super::super::Plan;
use super::super::testing::load;
use super::*;

const HEAD: &str = r#"
[plan]
id = "grades"
title = "示例"
issuer = "示例办公室"
start = 2024-01-01
end = 2024-12-31
due_day = 5

[[department]]
id = "a"
name = "甲局"

[[task]]
no = 1
tier = "市级"
name = "示例任务"
text = "示例"
lead = "a"
"#;

/// A plan of one indicator.
fn plan(indicator: &str) -> Plan {
    let text = format!("{HEAD}\n[[task.indicator]]\nid = \"1.1\"\nname = \"指标\"\n{indicator}\n");
    load("plan.toml", &text).unwrap_or_else(|errors| panic!("{errors}"))
}

fn at(month: &str) -> Moment {
    Moment::month_end(month.parse().unwrap())
}

fn grade(plan: &Plan, value: f64, month: &str) -> Grade {
    let target = plan.indicators[0].target.unwrap();
    grade_numeric(plan, 0, target, value, at(month), false).grade
}

fn expect(plan: &Plan, table: &[(&str, f64, Grade)]) {
    for &(month, value, expected) in table {
        assert_eq!(grade(plan, value, month), expected, "{value} in {month}");
    }
}

const QUANTITY: &str = "kind = \"quantity\"\ntarget = 100\nunit = \"公里\"";

#[test]
fn finished_at_the_target_with_or_without_evidence() {
    let plan = plan(QUANTITY);
    expect(
        &plan,
        &[
            ("2024-03", 100.0, Grade::Done),
            ("2024-12", 130.0, Grade::Done),
        ],
    );
    assert_eq!(
        grade_numeric(&plan, 0, 100.0, 100.0, at("2024-06"), true).grade,
        Grade::DonePending
    );
    // Evidence matters to what is finished only.
    assert_eq!(
        grade_numeric(&plan, 0, 100.0, 50.0, at("2024-06"), true).grade,
        Grade::OnSchedule
    );
}

#[test]
fn an_approximate_target_is_reached_at_95_per_cent() {
    let exact = plan(QUANTITY);
    let about = plan(&format!("{QUANTITY}\napproximate = true"));
    expect(
        &exact,
        &[
            ("2024-12", 95.0, Grade::Overdue),
            ("2024-12", 99.9, Grade::Overdue),
        ],
    );
    expect(
        &about,
        &[
            ("2024-12", 95.0, Grade::Done),
            ("2024-12", 94.9, Grade::Overdue),
        ],
    );
}

#[test]
fn from_the_deadlines_month_on_unfinished_is_overdue_without_tolerance() {
    let plan = plan(QUANTITY);
    expect(
        &plan,
        &[
            ("2024-11", 99.9, Grade::OnSchedule),
            ("2024-12", 99.9, Grade::Overdue),
            ("2024-12", 0.0, Grade::Overdue),
            ("2025-02", 99.9, Grade::Overdue),
        ],
    );
}

#[test]
fn nothing_begun_and_within_tolerance_is_not_started() {
    // 4 % expected from January on: never more than the tolerance, however long.
    let plan = plan(&format!(
        "{QUANTITY}\nschedule = {{ \"2024-01\" = 0.04, \"2024-11\" = 0.05, \"2024-12\" = 1.0 }}"
    ));
    expect(
        &plan,
        &[
            ("2024-01", 0.0, Grade::NotStarted),
            ("2024-06", 0.0, Grade::NotStarted),
            ("2024-06", 0.1, Grade::OnSchedule),
        ],
    );
}

#[test]
fn over_30_points_or_three_months_unstarted_is_serious() {
    let linear = plan(QUANTITY);
    expect(
        &linear,
        &[
            ("2024-06", 20.0, Grade::Behind),
            ("2024-06", 19.9, Grade::Serious),
        ],
    );
    // Expected from January on; nothing begun three months past it.
    let slow = plan(&format!(
        "{QUANTITY}\nschedule = {{ \"2024-01\" = 0.1, \"2024-11\" = 0.2, \"2024-12\" = 1.0 }}"
    ));
    let table = [
        ("2024-01", 0.0, Grade::Behind),
        ("2024-03", 0.0, Grade::Behind),
        ("2024-04", 0.0, Grade::Serious),
        ("2024-04", 0.1, Grade::Behind),
    ];
    expect(&slow, &table);
    // Nothing expected before June: the three months count from there.
    let late = plan(&format!(
        "{QUANTITY}\nschedule = {{ \"2024-05\" = 0.0, \"2024-06\" = 0.1, \"2024-11\" = 0.2, \"2024-12\" = 1.0 }}"
    ));
    expect(
        &late,
        &[
            ("2024-05", 0.0, Grade::NotStarted),
            ("2024-08", 0.0, Grade::Behind),
            ("2024-09", 0.0, Grade::Serious),
        ],
    );
}

#[test]
fn behind_on_schedule_and_ahead_meet_at_5_and_10_points() {
    let plan = plan(QUANTITY);
    let table = [
        ("2024-06", 44.9, Grade::Behind),
        ("2024-06", 45.0, Grade::OnSchedule),
        ("2024-06", 50.0, Grade::OnSchedule),
        ("2024-06", 59.9, Grade::OnSchedule),
        ("2024-06", 60.0, Grade::Ahead),
        ("2024-06", 99.0, Grade::Ahead),
        // 5/12 and 7/12 are no binary fractions: a gap of exactly 5 points is not over 5.
        ("2024-05", 100.0 * 5.0 / 12.0 - 5.0, Grade::OnSchedule),
        ("2024-07", 100.0 * 7.0 / 12.0 + 10.0, Grade::Ahead),
    ];
    expect(&plan, &table);
}

#[test]
fn thresholds_are_the_plans() {
    let text = format!(
        "{HEAD}\n[[task.indicator]]\nid = \"1.1\"\nname = \"指标\"\n{QUANTITY}\n[grading]\nahead = 20\ntolerance = 2\nserious = 8\n"
    );
    let plan = load("plan.toml", &text).unwrap();
    expect(
        &plan,
        &[
            ("2024-06", 69.0, Grade::OnSchedule),
            ("2024-06", 47.0, Grade::Behind),
            ("2024-06", 41.0, Grade::Serious),
        ],
    );
}

#[test]
fn rate_schedule_and_gap_are_percentage_points() {
    let plan = plan("kind = \"quantity\"\ntarget = 20\nunit = \"公里\"");
    let standing = grade_numeric(&plan, 0, 20.0, 6.0, at("2024-08"), false);
    // 累计完成6公里，占年度目标的30.0%，低于序时进度36.7个百分点，严重滞后。
    assert!((standing.rate.unwrap() - 30.0).abs() < 1e-9);
    assert!((standing.schedule.unwrap() - 200.0 / 3.0).abs() < 1e-9);
    // 66.7 − 30.0, as printed.
    assert!((standing.gap - 36.7).abs() < 1e-9);
    assert_eq!(standing.grade, Grade::Serious);
}

#[test]
fn a_count_is_expected_in_whole_numbers() {
    let three = plan("kind = \"count\"\ntarget = 3\nunit = \"处\"");
    let table = [
        ("2024-03", 0.0, Grade::NotStarted), // 0.75 of one: nothing yet
        ("2024-04", 0.0, Grade::Serious),    // one of three is 33.3 points
        ("2024-05", 1.0, Grade::OnSchedule),
        ("2024-11", 2.0, Grade::OnSchedule),
        ("2024-12", 2.0, Grade::Overdue),
    ];
    expect(&three, &table);
    // 0.3 × 10 misses 3 by rounding alone.
    let ten = plan(
        "kind = \"count\"\ntarget = 10\nunit = \"处\"\nschedule = { \"2024-03\" = 0.3, \"2024-12\" = 1.0 }",
    );
    let standing = grade_numeric(&ten, 0, 10.0, 2.0, at("2024-03"), false);
    assert_eq!(
        (standing.schedule, standing.gap, standing.grade),
        (Some(30.0), 10.0, Grade::Behind)
    );
    // 5 of 30 where 5.25 are expected: both are 16.7 %.
    let thirty = plan(
        "kind = \"count\"\ntarget = 30\nunit = \"处\"\nschedule = { \"2024-04\" = 0.175, \"2024-12\" = 1.0 }",
    );
    let standing = grade_numeric(&thirty, 0, 30.0, 5.0, at("2024-04"), false);
    assert_eq!((standing.gap, standing.grade), (0.0, Grade::OnSchedule));
}

/// 「6月底前完成扩建」 was 达到序时进度 in July: only the task's deadline counted.
#[test]
fn an_indicator_is_graded_by_its_own_deadline() {
    let under_way = |indicator: &str, month| {
        grade_milestone(
            &plan(indicator),
            0,
            MilestoneState::UnderWay,
            at(month),
            false,
        )
    };
    for own in [
        "kind = \"milestone\"\ndeadline = 2024-06-30",
        "kind = \"milestone\"\nschedule = { \"2024-06\" = 1.0 }",
    ] {
        assert_eq!(under_way(own, "2024-05"), Grade::OnSchedule);
        assert_eq!(under_way(own, "2024-06"), Grade::Overdue);
    }
    let wells = plan("kind = \"count\"\ntarget = 6\nunit = \"口\"\ndeadline = 2024-06-30");
    expect(
        &wells,
        &[
            ("2024-03", 3.0, Grade::OnSchedule),
            ("2024-03", 2.0, Grade::Behind),
            ("2024-06", 5.0, Grade::Overdue),
        ],
    );
}

#[test]
fn milestones_have_no_rate() {
    let plan = plan("kind = \"milestone\"\nstart_by = \"2024-03\"");
    let table = [
        (MilestoneState::Done, "2024-02", false, Grade::Done),
        (MilestoneState::Done, "2024-12", true, Grade::DonePending),
        (
            MilestoneState::NotStarted,
            "2024-03",
            false,
            Grade::NotStarted,
        ),
        (MilestoneState::NotStarted, "2024-04", false, Grade::Behind),
        (
            MilestoneState::UnderWay,
            "2024-04",
            false,
            Grade::OnSchedule,
        ),
        (MilestoneState::UnderWay, "2024-12", false, Grade::Overdue),
        (MilestoneState::NotStarted, "2024-12", false, Grade::Overdue),
    ];
    for (state, month, evidence_missing, expected) in table {
        assert_eq!(
            grade_milestone(&plan, 0, state, at(month), evidence_missing),
            expected,
            "{state:?} in {month}"
        );
    }
}

#[test]
fn level_and_ratio_are_reached_or_not_with_the_gap_in_their_unit() {
    let plan = plan("kind = \"level\"\ntarget = 3.9\nunit = \"个\"");
    expect(
        &plan,
        &[
            ("2024-01", 3.9, Grade::Reached),
            ("2024-06", 3.71, Grade::NotReached),
            ("2024-12", 3.71, Grade::Overdue),
        ],
    );
    let standing = grade_numeric(&plan, 0, 3.9, 3.71, at("2024-06"), false);
    assert!((standing.gap - 0.19).abs() < 1e-9);
    assert_eq!((standing.rate, standing.schedule), (None, None));
}

#[test]
fn at_most_turns_it_round() {
    let plan = plan("kind = \"ratio\"\ntarget = 5.5\nunit = \"%\"\ndirection = \"at_most\"");
    expect(
        &plan,
        &[
            ("2024-06", 5.5, Grade::Reached),
            ("2024-06", 5.6, Grade::NotReached),
            ("2024-12", 5.6, Grade::Overdue),
        ],
    );
    assert!((grade_numeric(&plan, 0, 5.5, 7.5, at("2024-06"), false).gap - 2.0).abs() < 1e-9);
}

#[test]
fn a_baseline_makes_a_level_a_road() {
    let rising = plan("kind = \"level\"\ntarget = 4.0\nunit = \"个\"\nbaseline = 3.0");
    let table = [
        ("2024-06", 3.5, Grade::OnSchedule),
        ("2024-06", 3.44, Grade::Behind),
        ("2024-06", 3.19, Grade::Serious),
        ("2024-06", 3.6, Grade::Ahead),
        ("2024-06", 4.0, Grade::Reached),
        ("2024-12", 3.99, Grade::Overdue),
    ];
    expect(&rising, &table);
    // A target of nothing at all is a road as well.
    let falling =
        plan("kind = \"ratio\"\ntarget = 0\nunit = \"%\"\ndirection = \"at_most\"\nbaseline = 8");
    expect(
        &falling,
        &[
            ("2024-06", 4.0, Grade::OnSchedule),
            ("2024-02", 8.0, Grade::Behind),
            ("2024-04", 8.0, Grade::Serious),
            ("2024-06", 0.0, Grade::Reached),
        ],
    );
}

#[test]
fn as_of_a_day_measures_to_that_day() {
    let plan = plan(QUANTITY);
    let as_of = |day: Date| Moment {
        period: Period::of(day),
        as_of: Some(day),
    };
    let on = |day: Date, value: f64| grade_numeric(&plan, 0, 100.0, value, as_of(day), false);
    assert!(
        (on(jiff::civil::date(2024, 6, 15), 45.0).schedule.unwrap() - 550.0 / 12.0).abs() < 1e-9
    );
    assert_eq!(
        on(jiff::civil::date(2024, 12, 30), 99.0).grade,
        Grade::OnSchedule
    );
    assert_eq!(
        on(jiff::civil::date(2024, 12, 31), 99.0).grade,
        Grade::Overdue
    );
}

#[test]
fn an_adjustment_holds_from_its_month_on() {
    let text = format!(
        "{HEAD}\n[[task.indicator]]\nid = \"1.1\"\nname = \"指标\"\n{QUANTITY}\n[[adjust]]\nindicator = \"1.1\"\nfrom = \"2024-07\"\ntarget = 80\ndeadline = 2024-10-31\nbasis = \"专题会议纪要\"\n"
    );
    let plan = load("plan.toml", &text).unwrap();
    let (june, july) = (at("2024-06"), at("2024-07"));
    assert_eq!(plan.slot_target(0, june.period), Some(100.0));
    assert_eq!(plan.slot_target(0, july.period), Some(80.0));
    assert!((expected_share(&plan, 0, june) - 0.5).abs() < 1e-12);
    assert!((expected_share(&plan, 0, july) - 0.7).abs() < 1e-12);
    assert!(
        !is_past_deadline(&plan, 0, at("2024-09")) && is_past_deadline(&plan, 0, at("2024-10"))
    );
}
