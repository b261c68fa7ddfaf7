//! Counts by grade, of any grouping of tasks or indicators.

use super::facts::GradeCounts;
use super::prelude::*;

/// A graded task or indicator, and the grade as a source.
pub type Graded = (Grade, Origin);

/// Counts `rows` as figures of a subject: `part` of each grade, and of none for the total.
pub fn counts(
    of: Subject,
    part: fn(Option<Grade>) -> Part,
    unit: &str,
    rows: &[Graded],
) -> GradeCounts {
    let count = |grade| {
        let own = rows.iter().filter(|(g, _)| *g == grade);
        let n = len(own.clone().count());
        let from = own.map(|(_, source)| *source);
        (
            grade,
            Figure::count(of.at(part(Some(grade))), n, unit, from),
        )
    };
    let by_grade: Vec<(Grade, Figure)> = if rows.is_empty() {
        Vec::new()
    } else {
        Grade::ALL.map(count).into()
    };
    let parts = by_grade.iter().map(|(_, f)| f.origin());
    GradeCounts {
        total: Figure::count(of.at(part(None)), len(rows.len()), unit, parts),
        by_grade,
    }
}

/// 已完成 + 已完成待验收.
pub const FINISHED: [Grade; 2] = [Grade::Done, Grade::DonePending];
/// 超序时进度 + 达到序时进度 + 已达标.
pub const ON_SCHEDULE: [Grade; 3] = [Grade::Ahead, Grade::OnSchedule, Grade::Reached];
/// 滞后 + 严重滞后 + 未按期完成.
pub const LAGGING: [Grade; 3] = [Grade::Behind, Grade::Serious, Grade::Overdue];

/// The sum of several grades' counts.
pub fn sum(id: FigureId, counts: &GradeCounts, grades: &[Grade]) -> Figure {
    let parts = counts.by_grade.iter().filter(|(g, _)| grades.contains(g));
    Figure {
        value: parts.clone().map(|(_, f)| f.value).sum(),
        ..Figure::count(id, 0, &counts.total.unit, parts.map(|(_, f)| f.origin()))
    }
}

/// This month's count minus last month's.
pub fn change(id: FigureId, now: &Figure, before: &Figure) -> Figure {
    Figure {
        value: now.value - before.value,
        ..Figure::count(id, 0, &now.unit, [now.origin(), before.origin()])
    }
}
