//! How figures are made: ids, decimals, rounding. The only place where a number of the reports is rounded.
//!
//! `from` says what a figure was made of, in `trace`'s language:
//!
//! | form | means |
//! |---|---|
//! | `task.14.rate` | another figure |
//! | `records:14.1`, `records:14.1@2024-05` | an indicator's rows of records.csv, of this or another month |
//! | `grade:14`, `grade:14.1`, `grade:14@2024-05` | the grade of a task or an indicator |
//! | `plan:14.1.target`, `plan:14.1.schedule`, `plan:14.1.reporters` | an indicator's entry in the plan |
//! | `plan:14.milestones`, `plan:slots`, `plan:slots:jsj` | a task's milestones, all reporters × indicators, a department's |
//! | `slots:accepted`, `slots:accepted:jsj` | the rows of records.csv in that state (accepted, withheld, missing), of a department |
//! | `findings:error`, `findings:error:jsj` | open findings of that severity, or `explained` ones; a department's |
//! | `files:<path>` | a file of the inbox |
//! | `elements:14`, `elements:14.paid` | a task's four elements, or its money: 工作方案, or the plan where that is silent |
//! | `departments:submitted` | the departments of that state |
//!
//! Months are written behind `@`, and only where they are not the month at hand.

use compact_str::{CompactString, format_compact};

use crate::intake::number_text::tidy;
use crate::plan::{Kind, Unit};

use super::facts::Figure;

/// Half away from zero, in decimal: binary noise below the 15th digit does not decide (36.65 gives 36.7).
pub fn round(value: f64, decimals: u8) -> f64 {
    let scale = 10f64.powi(i32::from(decimals));
    let rounded = tidy(value.abs() * scale).round() / scale;
    // Never −0.
    if value < 0.0 && rounded != 0.0 {
        -rounded
    } else {
        rounded
    }
}

/// Decimals of values: as reported, at most four.
const VALUE_DECIMALS: u8 = 4;

impl Figure {
    fn make<S: Into<CompactString>>(
        id: impl Into<CompactString>,
        value: f64,
        decimals: u8,
        fixed: bool,
        unit: &str,
        from: impl IntoIterator<Item = S>,
    ) -> Self {
        let from = from.into_iter().map(Into::into).collect();
        Self {
            id: id.into(),
            value: round(value, decimals),
            decimals,
            fixed,
            unit: unit.into(),
            from,
        }
    }

    /// A rate or a schedule: `65.0%`.
    pub(super) fn percent<S: Into<CompactString>>(
        id: impl Into<CompactString>,
        value: f64,
        from: impl IntoIterator<Item = S>,
    ) -> Self {
        Self::make(id, value, 1, true, "%", from)
    }

    /// A difference between percentages: `15.0个百分点`.
    pub(super) fn points<S: Into<CompactString>>(
        id: impl Into<CompactString>,
        value: f64,
        from: impl IntoIterator<Item = S>,
    ) -> Self {
        Self::make(id, value, 1, true, "个百分点", from)
    }

    /// A value in its indicator's unit: `4.9公里`, `1300个`, `76.1%`.
    pub(super) fn value<S: Into<CompactString>>(
        id: impl Into<CompactString>,
        value: f64,
        unit: &Unit,
        from: impl IntoIterator<Item = S>,
    ) -> Self {
        Self::make(id, value, VALUE_DECIMALS, false, &unit.text, from)
    }

    /// A change of such a value; of a ratio it is in percentage points.
    pub(super) fn change<S: Into<CompactString>>(
        id: impl Into<CompactString>,
        value: f64,
        kind: Kind,
        unit: &Unit,
        from: impl IntoIterator<Item = S>,
    ) -> Self {
        let unit = if kind == Kind::Ratio {
            "个百分点"
        } else {
            &unit.text
        };
        Self::make(id, value, VALUE_DECIMALS, false, unit, from)
    }

    /// Money in 万元.
    pub(super) fn money<S: Into<CompactString>>(
        id: impl Into<CompactString>,
        value: f64,
        from: impl IntoIterator<Item = S>,
    ) -> Self {
        Self::make(id, value, VALUE_DECIMALS, false, "万元", from)
    }

    /// A count of things: `14件`.
    pub(super) fn count<S: Into<CompactString>>(
        id: impl Into<CompactString>,
        n: impl Into<i64>,
        unit: &str,
        from: impl IntoIterator<Item = S>,
    ) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
        Self::make(id, n.into() as f64, 0, true, unit, from)
    }

    /// Its absolute value, for 高于 and 低于.
    pub(super) fn abs(&self) -> Self {
        Self {
            id: format_compact!("{}_abs", self.id),
            value: self.value.abs(),
            from: vec![self.id.clone()],
            ..self.clone()
        }
    }
}

/// Of a number that is printed inside a text or gets its sources later.
pub const NONE: [&str; 0] = [];

/// A length as a count.
pub fn len(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_as_people_do() {
        for (value, decimals, expected) in [
            (36.65, 1, 36.7),
            (4.9 / 20.0 * 100.0, 1, 24.5),
            (25.54, 1, 25.5),
            (-0.04, 1, 0.0),
            (-2.25, 1, -2.3),
            (3.9 - 3.71, 4, 0.19),
            (1e12, 4, 1e12),
        ] {
            assert_eq!(
                round(value, decimals).to_bits(),
                f64::to_bits(expected),
                "{value}"
            );
        }
    }

    #[test]
    fn figures_print_with_their_unit() {
        let unit = Unit::parse("公里").unwrap();
        assert_eq!(Figure::value("a", 4.90, &unit, NONE).text(), "4.9公里");
        assert_eq!(Figure::percent("a", 65.0, NONE).text(), "65.0%");
        assert_eq!(Figure::count("a", 3, "件", NONE).text(), "3件");
        assert_eq!(
            Figure::change("a", -0.5, Kind::Ratio, &unit, NONE).text(),
            "-0.5个百分点"
        );
        let gap = Figure::points("task.1.gap", -12.34, NONE);
        assert_eq!(
            (gap.abs().id.as_str(), gap.abs().text().as_str()),
            ("task.1.gap_abs", "12.3个百分点")
        );
    }
}
