//! Rows of months, promises and next days, of the pipes of one task.

use jiff::civil::date;

use super::facts::{Facts, NextDate, Outcome, Streak};
use super::prelude::*;
use super::testing::Sample;
use crate::check::Words;
use crate::plan::testing;

fn period(month: i8) -> Period {
    Period::new(2024, month).unwrap()
}

fn pipes() -> Plan {
    let mut plan = testing::plan(1);
    plan.add_task("区级", "城市老旧供水管网改造", 0);
    plan.add_indicator("供水管网改造", Kind::Quantity, 20.0, "公里", &[]);
    plan
}

/// July after these months' kilometres; a withheld value is written as a negative one.
fn july(months: &[(i8, f64)]) -> Facts {
    let judged = |km: f64| {
        if km < 0.0 {
            Judged::withheld(0, "C006")
        } else {
            Judged::value(0, km)
        }
    };
    let mut sample = Sample::new(pipes(), 7);
    let (&(_, now), earlier) = months.split_last().unwrap();
    sample.slots = vec![judged(now)];
    let earlier = earlier.iter();
    sample.earlier = earlier
        .map(|&(m, km)| (period(m), vec![judged(km)]))
        .collect();
    sample.facts()
}

fn streak(facts: &Facts) -> Option<(String, String, usize, bool)> {
    let own = |s: &Streak| (s.since.to_string(), s.months.text(), s.gaps, s.is_open);
    facts.tasks[0].streak.as_ref().map(own)
}

#[test]
fn a_row_of_months_behind_is_counted_from_its_first() {
    let row = |months: &[(i8, f64)]| streak(&july(months));
    let of = |since: &str, months: &str, gaps, open| {
        Some((format!("2024-{since}"), months.to_owned(), gaps, open))
    };
    // On schedule in May: 20 km a year, 1.67 a month.
    let in_time = (5, 8.4);
    assert_eq!(
        row(&[in_time, (6, 8.4), (7, 8.5)]),
        of("06", "2个月", 0, false)
    );
    assert_eq!(row(&[in_time, (6, 10.0), (7, 11.7)]), None);
    // What is not known neither counts nor ends it; nor does a month of which nothing is there.
    assert_eq!(
        row(&[in_time, (6, -1.0), (7, 8.5)]),
        of("07", "1个月", 0, false)
    );
    assert_eq!(
        row(&[(4, 6.7), (5, 6.8), (6, -1.0), (7, 8.5)]),
        of("05", "2个月", 1, false)
    );
    assert_eq!(row(&[(4, 3.0), (7, 8.5)]), of("04", "2个月", 2, true));
    // A laggard that is being verified stays one.
    assert_eq!(
        row(&[(4, 6.7), (5, 6.8), (6, 8.0), (7, -1.0)]),
        of("05", "2个月", 1, false)
    );
    let all = [
        (1, 0.1),
        (2, 0.2),
        (3, 0.3),
        (4, 0.4),
        (5, 0.5),
        (6, 0.6),
        (7, 0.7),
    ];
    assert_eq!(row(&all), of("01", "7个月", 0, false));
    let grades: Vec<Grade> = july(&all).tasks[0].months.iter().map(|(_, g)| *g).collect();
    assert_eq!(grades.first(), Some(&Grade::Behind));
    assert_eq!((grades.len(), grades.last()), (7, Some(&Grade::Serious)));
}

#[test]
fn a_promise_is_held_against_what_there_is() {
    let made = |promised: Option<i8>, km: f64, now: Option<i8>| {
        let day = |month: i8| period(month).last_day();
        let mut sample = Sample::new(pipes(), 7);
        sample.slots = vec![if km < 0.0 {
            Judged::withheld(0, "C006")
        } else {
            Judged::value(0, km)
        }];
        sample.slots[0].expected_on = now.map(day);
        let mut june = Judged::value(0, 5.0);
        june.expected_on = promised.map(day);
        june.say(Words {
            next_steps: Some("增加一个标段。".into()),
            ..Words::default()
        });
        sample.earlier = vec![(period(6), vec![june])];
        sample.facts()
    };
    for (promised, km, now, outcome, due, kept) in [
        (Some(7), 20.0, None, Outcome::Kept, "1", "1"),
        (Some(7), 12.0, Some(9), Outcome::Broken, "1", "0"),
        (Some(7), -1.0, None, Outcome::Unknown, "1", "0"),
        (Some(9), 12.0, Some(11), Outcome::PutOff, "0", "0"),
        (Some(9), 12.0, Some(9), Outcome::Open, "0", "0"),
        (None, 12.0, Some(9), Outcome::Undated, "0", "0"),
        // Its day had passed when it was given.
        (Some(5), 12.0, None, Outcome::Broken, "0", "0"),
    ] {
        let facts = made(promised, km, now);
        let promise = facts.tasks[0].promise.as_ref().unwrap();
        assert_eq!(promise.outcome, outcome, "{promised:?} {km}");
        assert_eq!(promise.next_steps.as_deref(), Some("增加一个标段。"));
        assert!(promise.was_behind);
        let counts = [&facts.overall.promised, &facts.overall.kept].map(super::Figure::number);
        assert_eq!(counts, [due, kept], "{promised:?} {km}");
    }
    let facts = made(Some(9), 12.0, Some(11));
    let task = &facts.tasks[0];
    let change = |f: &Option<super::Figure>| f.as_ref().map(super::Figure::text);
    assert_eq!(change(&task.previous_rate).as_deref(), Some("25.0%"));
    assert_eq!(change(&task.rate_change).as_deref(), Some("35.0个百分点"));
    let day = NextDate::Expected(date(2024, 11, 30));
    assert_eq!(task.next_date, Some(day));
    let passed = made(None, 12.0, Some(6)).tasks[0].next_date;
    assert_eq!(passed, Some(NextDate::Deadline(date(2024, 12, 31))));
    assert_eq!(made(None, 20.0, None).tasks[0].next_date, None);
}
