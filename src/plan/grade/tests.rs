//! One table for each line of the grade definitions.

use super::super::Plan;
use super::super::testing::load;
use super::Grade::*;
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

/// The end of the plan's n-th month.
fn at(month: i32) -> Moment {
    Moment::month_end(Period::new(2024, 1).unwrap().plus(month - 1))
}

fn grade(plan: &Plan, value: f64, month: i32) -> Grade {
    let target = plan.indicators[0].target.unwrap();
    grade_numeric(plan, 0, target, value, at(month), false).grade
}

fn expect(plan: &Plan, table: &[(i32, f64, Grade)]) {
    for &(month, value, expected) in table {
        assert_eq!(grade(plan, value, month), expected, "{value} in {month}");
    }
}

const QUANTITY: &str = "kind = \"quantity\"\ntarget = 100\nunit = \"公里\"";

#[test]
fn finished_at_the_target_with_or_without_evidence() {
    let plan = plan(QUANTITY);
    expect(&plan, &[(3, 100.0, Done), (12, 130.0, Done)]);
    assert_eq!(
        grade_numeric(&plan, 0, 100.0, 100.0, at(6), true).grade,
        DonePending
    );
    // Evidence matters to what is finished only.
    assert_eq!(
        grade_numeric(&plan, 0, 100.0, 50.0, at(6), true).grade,
        OnSchedule
    );
}

#[test]
fn an_approximate_target_is_reached_at_95_per_cent() {
    let exact = plan(QUANTITY);
    let about = plan(&format!("{QUANTITY}\napproximate = true"));
    expect(&exact, &[(12, 95.0, Overdue), (12, 99.9, Overdue)]);
    expect(&about, &[(12, 95.0, Done), (12, 94.9, Overdue)]);
}

#[test]
fn from_the_deadlines_month_on_unfinished_is_overdue_without_tolerance() {
    let plan = plan(QUANTITY);
    expect(
        &plan,
        &[
            (11, 99.9, OnSchedule),
            (12, 99.9, Overdue),
            (12, 0.0, Overdue),
            (14, 99.9, Overdue),
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
            (1, 0.0, NotStarted),
            (6, 0.0, NotStarted),
            (6, 0.1, OnSchedule),
        ],
    );
}

#[test]
fn over_30_points_or_three_months_unstarted_is_serious() {
    let linear = plan(QUANTITY);
    expect(&linear, &[(6, 20.0, Behind), (6, 19.9, Serious)]);
    // Expected from January on; nothing begun three months past it.
    let slow = plan(&format!(
        "{QUANTITY}\nschedule = {{ \"2024-01\" = 0.1, \"2024-11\" = 0.2, \"2024-12\" = 1.0 }}"
    ));
    let table = [
        (1, 0.0, Behind),
        (3, 0.0, Behind),
        (4, 0.0, Serious),
        (4, 0.1, Behind),
    ];
    expect(&slow, &table);
    // Nothing expected before June: the three months count from there.
    let late = plan(&format!(
        "{QUANTITY}\nschedule = {{ \"2024-05\" = 0.0, \"2024-06\" = 0.1, \"2024-11\" = 0.2, \"2024-12\" = 1.0 }}"
    ));
    expect(
        &late,
        &[(5, 0.0, NotStarted), (8, 0.0, Behind), (9, 0.0, Serious)],
    );
}

#[test]
fn behind_on_schedule_and_ahead_meet_at_5_and_10_points() {
    let plan = plan(QUANTITY);
    let table = [
        (6, 44.9, Behind),
        (6, 45.0, OnSchedule),
        (6, 50.0, OnSchedule),
        (6, 59.9, OnSchedule),
        (6, 60.0, Ahead),
        (6, 99.0, Ahead),
        // 5/12 and 7/12 are no binary fractions: a gap of exactly 5 points is not over 5.
        (5, 100.0 * 5.0 / 12.0 - 5.0, OnSchedule),
        (7, 100.0 * 7.0 / 12.0 + 10.0, Ahead),
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
        &[(6, 69.0, OnSchedule), (6, 47.0, Behind), (6, 41.0, Serious)],
    );
}

#[test]
fn rate_schedule_and_gap_are_percentage_points() {
    let plan = plan("kind = \"quantity\"\ntarget = 20\nunit = \"公里\"");
    let standing = grade_numeric(&plan, 0, 20.0, 6.0, at(8), false);
    // 累计完成6公里，占年度目标的30.0%，低于序时进度36.7个百分点，严重滞后。
    assert!((standing.rate.unwrap() - 30.0).abs() < 1e-9);
    assert!((standing.schedule.unwrap() - 200.0 / 3.0).abs() < 1e-9);
    // 66.7 − 30.0, as printed.
    assert!((standing.gap - 36.7).abs() < 1e-9);
    assert_eq!(standing.grade, Serious);
}

#[test]
fn a_count_is_expected_in_whole_numbers() {
    let three = plan("kind = \"count\"\ntarget = 3\nunit = \"处\"");
    let table = [
        (3, 0.0, NotStarted), // 0.75 of one: nothing yet
        (4, 0.0, Serious),    // one of three is 33.3 points
        (5, 1.0, OnSchedule),
        (11, 2.0, OnSchedule),
        (12, 2.0, Overdue),
    ];
    expect(&three, &table);
    // 0.3 × 10 misses 3 by rounding alone.
    let ten = plan(
        "kind = \"count\"\ntarget = 10\nunit = \"处\"\nschedule = { \"2024-03\" = 0.3, \"2024-12\" = 1.0 }",
    );
    let standing = grade_numeric(&ten, 0, 10.0, 2.0, at(3), false);
    assert_eq!(
        (standing.schedule, standing.gap, standing.grade),
        (Some(30.0), 10.0, Behind)
    );
    // 5 of 30 where 5.25 are expected: both are 16.7 %.
    let thirty = plan(
        "kind = \"count\"\ntarget = 30\nunit = \"处\"\nschedule = { \"2024-04\" = 0.175, \"2024-12\" = 1.0 }",
    );
    let standing = grade_numeric(&thirty, 0, 30.0, 5.0, at(4), false);
    assert_eq!((standing.gap, standing.grade), (0.0, OnSchedule));
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
        assert_eq!(under_way(own, 5), OnSchedule);
        assert_eq!(under_way(own, 6), Overdue);
    }
    let wells = plan("kind = \"count\"\ntarget = 6\nunit = \"口\"\ndeadline = 2024-06-30");
    expect(
        &wells,
        &[(3, 3.0, OnSchedule), (3, 2.0, Behind), (6, 5.0, Overdue)],
    );
}

#[test]
fn milestones_have_no_rate() {
    use MilestoneState as State;
    let plan = plan("kind = \"milestone\"\nstart_by = \"2024-03\"");
    for (state, month, evidence_missing, expected) in [
        (State::Done, 2, false, Done),
        (State::Done, 12, true, DonePending),
        (State::NotStarted, 3, false, NotStarted),
        (State::NotStarted, 4, false, Behind),
        (State::UnderWay, 4, false, OnSchedule),
        (State::UnderWay, 12, false, Overdue),
        (State::NotStarted, 12, false, Overdue),
    ] {
        let grade = grade_milestone(&plan, 0, state, at(month), evidence_missing);
        assert_eq!(grade, expected, "{state:?} in {month}");
    }
}

#[test]
fn level_and_ratio_are_reached_or_not_with_the_gap_in_their_unit() {
    let plan = plan("kind = \"level\"\ntarget = 3.9\nunit = \"个\"");
    expect(
        &plan,
        &[
            (1, 3.9, Reached),
            (6, 3.71, NotReached),
            (12, 3.71, Overdue),
        ],
    );
    let standing = grade_numeric(&plan, 0, 3.9, 3.71, at(6), false);
    assert!((standing.gap - 0.19).abs() < 1e-9);
    assert_eq!((standing.rate, standing.schedule), (None, None));
}

#[test]
fn at_most_turns_it_round() {
    let plan = plan("kind = \"ratio\"\ntarget = 5.5\nunit = \"%\"\ndirection = \"at_most\"");
    expect(
        &plan,
        &[(6, 5.5, Reached), (6, 5.6, NotReached), (12, 5.6, Overdue)],
    );
    assert!((grade_numeric(&plan, 0, 5.5, 7.5, at(6), false).gap - 2.0).abs() < 1e-9);
}

#[test]
fn a_baseline_makes_a_level_a_road() {
    let rising = plan("kind = \"level\"\ntarget = 4.0\nunit = \"个\"\nbaseline = 3.0");
    let table = [
        (6, 3.5, OnSchedule),
        (6, 3.44, Behind),
        (6, 3.19, Serious),
        (6, 3.6, Ahead),
        (6, 4.0, Reached),
        (12, 3.99, Overdue),
    ];
    expect(&rising, &table);
    // A target of nothing at all is a road as well.
    let falling =
        plan("kind = \"ratio\"\ntarget = 0\nunit = \"%\"\ndirection = \"at_most\"\nbaseline = 8");
    expect(
        &falling,
        &[
            (6, 4.0, OnSchedule),
            (2, 8.0, Behind),
            (4, 8.0, Serious),
            (6, 0.0, Reached),
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
    assert_eq!(on(jiff::civil::date(2024, 12, 30), 99.0).grade, OnSchedule);
    assert_eq!(on(jiff::civil::date(2024, 12, 31), 99.0).grade, Overdue);
}

#[test]
fn an_adjustment_holds_from_its_month_on() {
    let text = format!(
        "{HEAD}\n[[task.indicator]]\nid = \"1.1\"\nname = \"指标\"\n{QUANTITY}\n[[adjust]]\nindicator = \"1.1\"\nfrom = \"2024-07\"\ntarget = 80\ndeadline = 2024-10-31\nbasis = \"专题会议纪要\"\n"
    );
    let plan = load("plan.toml", &text).unwrap();
    let (june, july) = (at(6), at(7));
    assert_eq!(plan.slot_target(0, june.period), Some(100.0));
    assert_eq!(plan.slot_target(0, july.period), Some(80.0));
    assert!((expected_share(&plan, 0, june) - 0.5).abs() < 1e-12);
    assert!((expected_share(&plan, 0, july) - 0.7).abs() < 1e-12);
    assert!(!is_past_deadline(&plan, 0, at(9)) && is_past_deadline(&plan, 0, at(10)));
}
