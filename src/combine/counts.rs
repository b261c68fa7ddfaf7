//! Counts by grade, of any grouping of tasks or indicators.

use compact_str::CompactString;

use crate::plan::Grade;

use super::facts::{Figure, GradeCounts};
use super::frames::{self, FrameError, GradedRow, Tally};

/// Counts by grade of several groups.
pub struct GradeTable {
    tallies: Vec<Tally>,
    /// The grade of each row, in the rows' order, for the sources.
    grades: Vec<Vec<Grade>>,
}

impl GradeTable {
    /// `rows` in plan order; groups `0..groups`.
    pub fn new(rows: &[GradedRow], groups: usize) -> Result<Self, FrameError> {
        let mut grades = vec![Vec::new(); groups];
        for row in rows {
            if let Some(own) = grades.get_mut(row.group) {
                own.push(row.grade);
            }
        }
        Ok(Self {
            tallies: frames::by_group(rows, groups)?,
            grades,
        })
    }

    pub fn tally(&self, group: usize) -> Option<&Tally> {
        self.tallies.get(group)
    }

    /// One group's counts as figures `<id>.total`, `<id>.serious` …; `members` are the group's rows in their order,
    /// each with its source (`grade:14`).
    pub fn counts(&self, group: usize, id: &str, members: &[String]) -> GradeCounts {
        let grades = self
            .grades
            .get(group)
            .map(Vec::as_slice)
            .unwrap_or_default();
        if members.is_empty() {
            return GradeCounts {
                total: Figure::count(format!("{id}.total"), 0, "件", super::figure::NONE),
                by_grade: Vec::new(),
            };
        }
        let counts = self
            .tallies
            .get(group)
            .map(|t| t.counts)
            .unwrap_or_default();
        let figure = |(grade, n): (Grade, u32)| {
            let of = members
                .iter()
                .zip(grades)
                .filter(|(_, g)| **g == grade)
                .map(|(source, _)| source.clone());
            (
                grade,
                Figure::count(format!("{id}.{}", slug(grade)), n, "件", of),
            )
        };
        let by_grade: Vec<(Grade, Figure)> =
            Grade::ALL.into_iter().zip(counts).map(figure).collect();
        let total: u32 = counts.iter().sum();
        GradeCounts {
            total: Figure::count(
                format!("{id}.total"),
                total,
                "件",
                by_grade.iter().map(|(_, f)| f.id.clone()),
            ),
            by_grade,
        }
    }
}

/// A grade's part of an id.
pub fn slug(grade: Grade) -> &'static str {
    match grade {
        Grade::Done => "done",
        Grade::DonePending => "done_pending",
        Grade::Ahead => "ahead",
        Grade::OnSchedule => "on_schedule",
        Grade::Behind => "behind",
        Grade::Serious => "serious",
        Grade::Overdue => "overdue",
        Grade::NotStarted => "not_started",
        Grade::Reached => "reached",
        Grade::NotReached => "not_reached",
        Grade::Ongoing => "ongoing",
        Grade::Unverified => "unverified",
    }
}

/// 已完成 + 已完成待验收.
pub const FINISHED: [Grade; 2] = [Grade::Done, Grade::DonePending];
/// 超序时进度 + 达到序时进度 + 已达标.
pub const ON_SCHEDULE: [Grade; 3] = [Grade::Ahead, Grade::OnSchedule, Grade::Reached];
/// 滞后 + 严重滞后 + 未按期完成.
pub const LAGGING: [Grade; 3] = [Grade::Behind, Grade::Serious, Grade::Overdue];

/// The sum of several grades' counts.
pub fn sum(id: impl Into<CompactString>, counts: &GradeCounts, grades: &[Grade]) -> Figure {
    let parts = counts.by_grade.iter().filter(|(g, _)| grades.contains(g));
    let total: f64 = parts.clone().map(|(_, f)| f.value).sum();
    #[expect(clippy::cast_possible_truncation, reason = "a sum of counts")]
    Figure::count(id, total as i64, "件", parts.map(|(_, f)| f.id.clone()))
}

/// This month's count minus last month's.
pub fn change(id: impl Into<CompactString>, now: &Figure, before: &Figure) -> Figure {
    #[expect(clippy::cast_possible_truncation, reason = "a difference of counts")]
    Figure::count(
        id,
        (now.value - before.value) as i64,
        &now.unit,
        [now.id.clone(), before.id.clone()],
    )
}
