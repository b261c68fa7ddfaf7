//! What a report prints as a number: its value, rounded here and nowhere else, its id and what it was made of.

use compact_str::CompactString;

use crate::plan::number::round;
use crate::plan::{Kind, Unit};

use super::id::{FigureId, Part};
use super::origin::Origin;

/// A number that a report prints. Its value is already rounded to the decimals shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Unique in a month's facts.
    pub id: FigureId,
    /// In `unit`; percentages are percentage points.
    pub value: f64,
    /// Decimals shown at most (`fixed`: always).
    pub decimals: u8,
    /// Trailing zeros are kept (rates: 65.0), else dropped (values: 4.9).
    pub fixed: bool,
    /// `%`, `个百分点`, `万平方米`, `件` …; empty for a plain number.
    pub unit: CompactString,
    /// What it was made of.
    pub from: Vec<Origin>,
}

/// Decimals of values: as reported, at most four.
const VALUE_DECIMALS: u8 = 4;

impl Figure {
    fn new(
        id: FigureId,
        value: f64,
        (decimals, fixed): (u8, bool),
        unit: &str,
        from: impl IntoIterator<Item = Origin>,
    ) -> Self {
        Self {
            id,
            value: round(value, decimals),
            decimals,
            fixed,
            unit: unit.into(),
            from: from.into_iter().collect(),
        }
    }

    /// A rate or a schedule: `65.0%`.
    pub(super) fn percent(
        id: FigureId,
        value: f64,
        from: impl IntoIterator<Item = Origin>,
    ) -> Self {
        Self::new(id, value, (1, true), "%", from)
    }

    /// A difference between percentages: `15.0个百分点`.
    pub(super) fn points(id: FigureId, value: f64, from: impl IntoIterator<Item = Origin>) -> Self {
        Self::new(id, value, (1, true), "个百分点", from)
    }

    /// A value in a unit: `4.9公里`, `1300个`, `76.1%`, `300万元`.
    pub(super) fn value(
        id: FigureId,
        value: f64,
        unit: &str,
        from: impl IntoIterator<Item = Origin>,
    ) -> Self {
        Self::new(id, value, (VALUE_DECIMALS, false), unit, from)
    }

    /// A change of an indicator's value; of a ratio it is in percentage points.
    pub(super) fn change(
        id: FigureId,
        value: f64,
        kind: Kind,
        unit: &Unit,
        from: impl IntoIterator<Item = Origin>,
    ) -> Self {
        let unit = if kind == Kind::Ratio {
            "个百分点"
        } else {
            &unit.text
        };
        Self::value(id, value, unit, from)
    }

    /// A count of things: `14件`.
    pub(super) fn count(
        id: FigureId,
        n: impl Into<i64>,
        unit: &str,
        from: impl IntoIterator<Item = Origin>,
    ) -> Self {
        Self::new(id, n.into() as f64, (0, true), unit, from)
    }

    /// Its absolute value, for 高于 and 低于.
    pub(super) fn abs(&self) -> Self {
        Self {
            id: self.id.of.at(Part::GapAbs),
            value: self.value.abs(),
            from: vec![self.origin()],
            ..self.clone()
        }
    }

    /// This figure as what another is made of.
    pub(super) fn origin(&self) -> Origin {
        Origin::Figure(self.id)
    }

    /// The number alone: `65.0`, `4.9`, `1300`.
    pub fn number(&self) -> String {
        let text = format!("{:.*}", usize::from(self.decimals), self.value);
        let text = if self.fixed || !text.contains('.') {
            &text
        } else {
            text.trim_end_matches('0').trim_end_matches('.')
        };
        if text == "-0" { "0" } else { text }.to_owned()
    }

    /// Number and unit: `65.0%`, `4.9公里`.
    pub fn text(&self) -> String {
        format!("{}{}", self.number(), self.unit)
    }

    /// An Excel number format that shows the value as [`Figure::text`] does, without the unit.
    pub fn excel_format(&self) -> String {
        match (self.decimals, self.fixed) {
            (0, _) => "0".to_owned(),
            (decimals, true) => format!("0.{}", "0".repeat(usize::from(decimals))),
            // `0.##` would leave a bare point behind a whole number; General shows such values right.
            (_, false) => "General".to_owned(),
        }
    }
}

/// Of a number that is printed inside a text or gets its sources later.
pub const NONE: [Origin; 0] = [];

/// A length as a count.
pub fn len(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::id::Subject;
    use super::*;

    #[test]
    fn figures_print_with_their_unit() {
        let id = Subject::Task(0).at(Part::Gap);
        let unit = Unit::parse("公里").unwrap();
        assert_eq!(Figure::value(id, 4.90, "公里", NONE).text(), "4.9公里");
        assert_eq!(Figure::percent(id, 65.0, NONE).text(), "65.0%");
        assert_eq!(Figure::count(id, 3, "件", NONE).text(), "3件");
        assert_eq!(
            Figure::change(id, -0.5, Kind::Ratio, &unit, NONE).text(),
            "-0.5个百分点"
        );
        let gap = Figure::points(id, -12.34, NONE);
        assert_eq!(gap.abs().text(), "12.3个百分点");
        assert_eq!(gap.abs().from, [Origin::Figure(id)]);
    }
}
