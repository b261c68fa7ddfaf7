//! What the shipped plan settles that its notice leaves open. `plan_import` compares the two.

use duban::plan::Schedule;

use crate::month::PLAN;

#[test]
fn marks_what_the_notice_leaves_open() {
    assert_eq!(PLAN.end.to_string(), "2024-12-31");
    assert!(
        include_str!("../../seeds/2024/plan.toml")
            .lines()
            .any(|line| line.starts_with("end = 2024-12-31") && line.contains("假定"))
    );
    assert_eq!(PLAN.short_title, "重点民生实事");
    assert_eq!(
        PLAN.first_period.map(|p| p.to_string()).as_deref(),
        Some("2024-01")
    );
    assert_eq!(
        PLAN.due_date("2024-06".parse().unwrap()).to_string(),
        "2024-07-05"
    );
    assert!((0..PLAN.departments.len()).all(|ix| !PLAN.slots_of(ix).is_empty()));
    let briefing = &PLAN.briefing;
    assert_eq!(briefing.name.as_deref(), Some("重点民生实事推进情况简报"));
    assert!(
        briefing.numbers.is_empty()
            && briefing.document_numbers.is_empty()
            && briefing.signer.is_none()
    );
}

#[test]
fn building_projects_follow_the_works_profile() {
    let works: Vec<&str> = PLAN
        .indicators
        .iter()
        .filter(|i| i.schedule == Schedule::Works)
        .map(|i| i.id.as_str())
        .collect();
    let expected =
        "1.2 2.1 2.2 2.3 2.4 3.1 3.2 14.1 19.1 19.2 19.3 19.4 19.5 19.6 19.7 19.8 19.9 19.10";
    assert_eq!(works.join(" "), expected);
}
