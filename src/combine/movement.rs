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

/// This month against last month's grade.
pub fn movement(previous: Option<Grade>, current: Grade) -> Movement {
    let Some(previous) = previous else {
        return Movement::New;
    };
    match (rank(previous), rank(current)) {
        (Some(p), Some(c)) if c > p => Movement::Up,
        (Some(p), Some(c)) if c < p => Movement::Down,
        (Some(_), Some(_)) => Movement::Same,
        _ if previous == current => Movement::Same,
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
            (Some(Grade::Unverified), Grade::Unverified, Movement::Same),
        ] {
            assert_eq!(
                movement(previous, current),
                expected,
                "{previous:?} → {current:?}"
            );
        }
    }
}
