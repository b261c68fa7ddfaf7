//! One table row for each line of the definitions.

use super::*;

const GRADING: Grading = Grading {
    ahead: 10.0,
    tolerance: 5.0,
    serious: 30.0,
    unstarted_months: 3,
};

fn member(kind: Kind, grade: impl Into<Option<Grade>>) -> Member<'static> {
    let grade = grade.into();
    let begun = !matches!(grade, None | Some(Grade::NotStarted | Grade::NotReached));
    Member {
        name: "甲",
        kind,
        weight: 1.0,
        grade,
        progress: None,
        begun,
        past_deadline: false,
    }
}

/// A quantity with a rate and a schedule.
fn part(rate: f64, schedule: f64, grade: Grade) -> Member<'static> {
    Member {
        progress: Some(Progress { rate, schedule }),
        begun: rate > 0.0,
        ..member(Kind::Quantity, grade)
    }
}

fn weighing(weight: f64, mut member: Member<'static>) -> Member<'static> {
    member.weight = weight;
    member
}

fn milestone(grade: Grade) -> Member<'static> {
    member(Kind::Milestone, grade)
}

fn ratio(grade: Grade) -> Member<'static> {
    member(Kind::Ratio, grade)
}

fn ongoing() -> Member<'static> {
    member(Kind::Ongoing, Grade::Ongoing)
}

fn grade(members: &[Member]) -> Grade {
    grade_task(members, &GRADING, false).grade
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "a row for each line of the definitions"
)]
fn every_line_of_the_definitions() {
    use Grade::*;
    let done = || part(100.0, 50.0, Done);
    let table: Vec<(&str, Vec<Member>, Grade)> = vec![
        ("all finished", vec![done(), milestone(Done)], Done),
        (
            "all finished, one awaits acceptance",
            vec![done(), milestone(DonePending)],
            DonePending,
        ),
        (
            "finished with a reached ratio beside",
            vec![done(), ratio(Reached)],
            Done,
        ),
        (
            "finished with ongoing work besides",
            vec![done(), ongoing()],
            Ongoing,
        ),
        ("ongoing work alone", vec![ongoing(), ongoing()], Ongoing),
        (
            "ongoing work does not hide a laggard",
            vec![part(30.0, 50.0, Behind), ongoing()],
            Behind,
        ),
        (
            "ongoing work and a part on schedule",
            vec![part(50.0, 50.0, OnSchedule), ongoing()],
            OnSchedule,
        ),
        (
            "one indicator overdue",
            vec![done(), part(99.0, 100.0, Overdue)],
            Overdue,
        ),
        (
            "a milestone overdue",
            vec![done(), milestone(Overdue)],
            Overdue,
        ),
        (
            "own gap of exactly 5",
            vec![part(45.0, 50.0, OnSchedule)],
            OnSchedule,
        ),
        ("own gap over 5", vec![part(44.9, 50.0, Behind)], Behind),
        (
            "a gap is that of the figures as printed: 45.0 and 50.0",
            vec![part(44.96, 50.04, OnSchedule)],
            OnSchedule,
        ),
        (
            "own gap of exactly 30",
            vec![part(20.0, 50.0, Behind)],
            Behind,
        ),
        ("own gap over 30", vec![part(19.9, 50.0, Serious)], Serious),
        ("ten points ahead", vec![part(60.0, 50.0, Ahead)], Ahead),
        (
            "less than ten points ahead",
            vec![part(59.9, 50.0, OnSchedule)],
            OnSchedule,
        ),
        (
            "nothing begun within tolerance",
            vec![part(0.0, 5.0, NotStarted)],
            NotStarted,
        ),
        (
            "nothing begun, expected more",
            vec![part(0.0, 6.0, Behind)],
            Behind,
        ),
        (
            "nothing begun but ongoing work",
            vec![part(0.0, 5.0, NotStarted), ongoing()],
            OnSchedule,
        ),
        (
            "one of two begun",
            vec![part(0.0, 5.0, NotStarted), part(5.0, 5.0, OnSchedule)],
            OnSchedule,
        ),
        (
            "a third of the weight seriously behind, the rest ahead",
            vec![part(0.0, 50.0, Serious), done(), done()],
            Behind,
        ),
        (
            "half the weight seriously behind",
            vec![part(0.0, 50.0, Serious), done()],
            Serious,
        ),
        (
            "unbegun for three months, alone",
            vec![part(0.0, 20.0, Serious)],
            Serious,
        ),
        (
            "own gap over 30 by several",
            vec![
                part(0.0, 50.0, Serious),
                part(0.0, 50.0, Serious),
                part(30.0, 50.0, Behind),
            ],
            Serious,
        ),
        (
            "a missed milestone",
            vec![done(), done(), milestone(Behind)],
            Behind,
        ),
        (
            "milestones under way",
            vec![
                milestone(OnSchedule),
                milestone(NotStarted),
                milestone(Done),
            ],
            OnSchedule,
        ),
        (
            "no milestone begun",
            vec![milestone(NotStarted), milestone(NotStarted)],
            NotStarted,
        ),
        (
            "a milestone past its start",
            vec![milestone(Behind), milestone(Done)],
            Behind,
        ),
        (
            "unbegun milestones beside ongoing work",
            vec![milestone(NotStarted), ongoing()],
            OnSchedule,
        ),
        (
            "levels and ratios reached",
            vec![ratio(Reached), ratio(Reached)],
            Reached,
        ),
        (
            "one of them not reached",
            vec![ratio(Reached), ratio(NotReached)],
            NotReached,
        ),
        (
            "a ratio with a baseline, ahead",
            vec![ratio(Ahead), ratio(Reached)],
            Ahead,
        ),
        (
            "an unreached ratio beside counts: the own gap",
            vec![part(50.0, 50.0, OnSchedule), ratio(NotReached)],
            OnSchedule,
        ),
        (
            "one of three withheld: the rest is graded",
            vec![
                part(50.0, 50.0, OnSchedule),
                done(),
                member(Kind::Count, None),
            ],
            Ahead,
        ),
        (
            "half withheld",
            vec![part(50.0, 50.0, OnSchedule), member(Kind::Count, None)],
            Unverified,
        ),
        ("all missing", vec![member(Kind::Count, None)], Unverified),
        (
            "never finished while one is withheld",
            vec![
                part(100.0, 95.0, Done),
                part(100.0, 95.0, Done),
                member(Kind::Count, None),
            ],
            OnSchedule,
        ),
        (
            "a weighty one withheld",
            vec![done(), done(), weighing(2.0, member(Kind::Count, None))],
            Unverified,
        ),
        (
            "ongoing withheld beside more that is finished",
            vec![done(), done(), member(Kind::Ongoing, None)],
            Ongoing,
        ),
    ];
    for (what, members, expected) in table {
        assert_eq!(grade(&members), expected, "{what}");
    }
}

#[test]
fn rates_are_weighted_means_capped_at_100() {
    let members = [
        weighing(3.0, part(150.0, 60.0, Grade::Done)),
        part(20.0, 40.0, Grade::Behind),
        milestone(Grade::Done),
    ];
    let progress = grade_task(&members, &GRADING, false).progress.unwrap();
    assert_eq!(
        progress,
        Progress {
            rate: 80.0,
            schedule: 55.0,
        }
    );
}

#[test]
fn the_last_month_ends_ongoing_work() {
    for (members, expected) in [
        (vec![ongoing()], Grade::Done),
        (
            vec![part(100.0, 100.0, Grade::Done), ongoing()],
            Grade::Done,
        ),
        (
            vec![part(100.0, 100.0, Grade::DonePending), ongoing()],
            Grade::DonePending,
        ),
        (vec![ratio(Grade::Reached)], Grade::Done),
        (
            vec![part(90.0, 100.0, Grade::Overdue), ongoing()],
            Grade::Overdue,
        ),
    ] {
        assert_eq!(
            grade_task(&members, &GRADING, true).grade,
            expected,
            "{members:?}"
        );
    }
}

#[test]
fn a_level_reached_at_its_deadline_is_finished() {
    let reached = Member {
        past_deadline: true,
        ..ratio(Grade::Reached)
    };
    assert_eq!(grade(&[reached]), Grade::Done);
}

#[test]
fn additions_to_the_grade() {
    let finished = grade_task(
        &[part(100.0, 50.0, Grade::Done), ongoing()],
        &GRADING,
        false,
    );
    assert!(finished.quantified_done);
    let bare = grade_task(&[ongoing()], &GRADING, false);
    assert!(!bare.quantified_done);
    let open = grade_task(
        &[
            part(100.0, 50.0, Grade::Done),
            ongoing(),
            member(Kind::Count, None),
        ],
        &GRADING,
        false,
    );
    assert_eq!(
        (open.grade, open.quantified_done, open.unverified),
        (Grade::Ongoing, false, 1)
    );
    let steps = grade_task(
        &[
            milestone(Grade::Done),
            milestone(Grade::OnSchedule),
            member(Kind::Milestone, None),
        ],
        &GRADING,
        false,
    );
    assert_eq!(steps.milestones, Some((1, 3)));
}

#[test]
fn laggards_are_named() {
    let members = [
        Member {
            name: "乙",
            ..part(0.0, 50.0, Grade::Serious)
        },
        part(100.0, 50.0, Grade::Done),
        part(100.0, 50.0, Grade::Done),
    ];
    assert_eq!(grade_task(&members, &GRADING, false).notes, ["乙严重滞后"]);
    let unknown = [
        Member {
            name: "乙",
            ..part(30.0, 50.0, Grade::Behind)
        },
        member(Kind::Count, None),
    ];
    let graded = grade_task(&unknown, &GRADING, false);
    assert_eq!(
        (graded.grade, graded.has_laggard, graded.progress),
        (Grade::Unverified, true, None)
    );
    assert_eq!(graded.notes, ["乙滞后"]);
}
