//! 升 and 降: an explicit order of grades.

use crate::plan::Grade;

use super::facts::Movement;

/// Higher is better. 持续推进 stands with what is finished, since a task comes to it by finishing all else;
/// `None`: nothing is known, so nothing compares.
fn rank(grade: Grade) -> Option<u8> {
    Some(match grade {
        Grade::Done => 9,
        Grade::DonePending => 8,
        Grade::Reached | Grade::Ongoing => 7,
        Grade::Ahead => 6,
        Grade::OnSchedule => 5,
        Grade::NotStarted => 4,
        Grade::NotReached => 3,
        Grade::Behind => 2,
        Grade::Serious => 1,
        Grade::Overdue => 0,
        Grade::Unverified => return None,
    })
}

/// This month against last month's grade. `same_basis`: the same values are known in both; where they are not, a grade that
/// differs may differ for that alone, and has neither risen nor fallen.
pub fn movement(previous: Option<Grade>, current: Grade, same_basis: bool) -> Movement {
    let Some(previous) = previous else {
        return Movement::New;
    };
    match (rank(previous), rank(current)) {
        (Some(p), Some(c)) if p == c => Movement::Same,
        (Some(p), Some(c)) if same_basis && c > p => Movement::Up,
        (Some(_), Some(_)) if same_basis => Movement::Down,
        _ => Movement::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_move_along_one_order() {
        for (previous, current, expected) in [
            (None, Grade::Done, Movement::New),
            (Some(Grade::Ahead), Grade::OnSchedule, Movement::Down),
            (Some(Grade::Ahead), Grade::Ongoing, Movement::Up),
            (Some(Grade::NotStarted), Grade::Behind, Movement::Down),
            (Some(Grade::Behind), Grade::Behind, Movement::Same),
            (Some(Grade::Serious), Grade::Behind, Movement::Up),
            (Some(Grade::Behind), Grade::Unverified, Movement::Unknown),
            (
                Some(Grade::Unverified),
                Grade::Unverified,
                Movement::Unknown,
            ),
        ] {
            assert_eq!(
                movement(previous, current, true),
                expected,
                "{previous:?} → {current:?}"
            );
        }
        let withheld = |current| movement(Some(Grade::Ahead), current, false);
        assert_eq!(withheld(Grade::Ongoing), Movement::Unknown);
        assert_eq!(withheld(Grade::Ahead), Movement::Same);
    }
}
