//! Units: what may stand beside a number, what it measures, and how one converts into another.

pub(crate) mod lexicon;

use std::fmt;

use lexicon::{HEAD, MULTIPLIERS, Means};

use super::names::fold;

/// What a unit measures. Only units of one dimension convert.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Metres.
    Length,
    /// Square metres.
    Area,
    /// Cubic metres.
    Volume,
    /// Kilogrammes.
    Mass,
    /// Kilowatts.
    Power,
    /// Yuan.
    Money,
    /// Percentage points.
    Percent,
    /// A counted thing, named by the first of its synonyms (C004: 人=名, 个=处=座=家=所, …).
    Counted(String),
}

/// A unit as written, e.g. `万平方米`.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// As the plan writes it; empty for milestones and ongoing work.
    pub text: String,
    /// What it measures.
    pub dimension: Dimension,
    /// How many base units one of these is, as a fraction (numerator, denominator) so that 亩 stays exact.
    pub factor: (f64, f64),
}

impl Unit {
    /// Reads a unit. Width and case are folded; any other short word is a counted thing of its own.
    ///
    /// `None` for empty text, placeholders and text that is no unit (holds digits, is longer than 8 characters).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // A cell of prose in the unit's place is no unit; nobody folds it to find out.
        if text.len() > 200 {
            return None;
        }
        let folded = fold(text);
        if folded.is_empty() || folded.chars().count() > 8 {
            return None;
        }
        if folded
            .chars()
            .all(|c| matches!(c, '-' | '—' | '–' | '/' | '―' | '一'))
            || folded == "无"
        {
            return None;
        }
        // A word of the lexicon first: 千米 is no thousand 米.
        let (mut rest, mut scale) = (folded.as_str(), 1.0);
        while lexicon::find(rest).is_none()
            && let Some((c, factor)) = MULTIPLIERS.iter().find(|(c, _)| rest.starts_with(*c))
        {
            scale *= factor;
            rest = &rest[c.len_utf8()..];
        }
        let (dimension, factor) = match lexicon::find(rest).map(|word| word.means) {
            Some(Means::Length(metres)) => (Dimension::Length, (metres, 1.0)),
            Some(Means::Area(num, den)) => (Dimension::Area, (num, den)),
            Some(Means::Volume(cubic_metres)) => (Dimension::Volume, (cubic_metres, 1.0)),
            Some(Means::Mass(kilogrammes)) => (Dimension::Mass, (kilogrammes, 1.0)),
            Some(Means::Power(kilowatts)) => (Dimension::Power, (kilowatts, 1.0)),
            Some(Means::Money(yuan)) => (Dimension::Money, (yuan, 1.0)),
            Some(Means::Percent(points)) => (Dimension::Percent, (points, 1.0)),
            Some(Means::Counted(name)) => (Dimension::Counted(name.to_owned()), (1.0, 1.0)),
            // 万 alone is ten thousand of what the plan counts; callers that know the plan's unit decide.
            _ if rest.is_empty() || !rest.chars().all(char::is_alphabetic) => return None,
            _ => (Dimension::Counted(rest.to_owned()), (1.0, 1.0)),
        };
        Some(Self {
            text: text.trim().to_owned(),
            dimension,
            factor: (factor.0 * scale, factor.1),
        })
    }

    /// The unit of milestones and ongoing work.
    #[must_use]
    pub fn none() -> Self {
        Self {
            text: String::new(),
            dimension: Dimension::Counted(String::new()),
            factor: (1.0, 1.0),
        }
    }

    /// A ratio's unit.
    #[must_use]
    pub fn is_percent(&self) -> bool {
        self.dimension == Dimension::Percent
    }

    /// Whether whole numbers of things are counted in it: not so of measures, also of those that convert into no other.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        match &self.dimension {
            Dimension::Counted(name) => {
                lexicon::find(name).is_none_or(|word| word.means == Means::Itself)
            }
            _ => false,
        }
    }

    /// Whether the lexicon has the unit for heads of columns (and it is no counted thing taken at its word).
    #[must_use]
    pub fn is_known(&self) -> bool {
        match &self.dimension {
            Dimension::Counted(name) => {
                lexicon::find(name).is_some_and(|word| word.is_read_in(HEAD))
            }
            _ => true,
        }
    }

    /// Same scale and dimension: no conversion is needed.
    #[must_use]
    #[expect(clippy::float_cmp, reason = "products of whole factors")]
    pub fn is_same(&self, other: &Self) -> bool {
        self.dimension == other.dimension
            && self.factor.0 * other.factor.1 == other.factor.0 * self.factor.1
    }

    /// `value` of this unit in `other`; `None` when they measure different things.
    ///
    /// One multiplication and one division, so that 22700 ㎡ is exactly 2.27 万平方米.
    #[must_use]
    pub fn convert(&self, value: f64, other: &Self) -> Option<f64> {
        if self.dimension != other.dimension {
            return None;
        }
        Some(scale(
            value,
            self.factor.0 * other.factor.1,
            other.factor.0 * self.factor.1,
        ))
    }
}

/// `value × num ÷ den`, dividing once where the ratio is whole so that no rounding is added.
#[expect(clippy::float_cmp, reason = "products of whole factors")]
fn scale(value: f64, num: f64, den: f64) -> f64 {
    if num == den {
        value
    } else if (num / den).fract() == 0.0 {
        value * (num / den)
    } else if (den / num).fract() == 0.0 {
        value / (den / num)
    } else {
        value * num / den
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(value: f64, from: &str, to: &str) -> Option<f64> {
        Unit::parse(from)
            .unwrap()
            .convert(value, &Unit::parse(to).unwrap())
    }

    #[test]
    fn converts_exactly() {
        assert_eq!(convert(22700.0, "㎡", "万平方米"), Some(2.27));
        assert_eq!(convert(6200.0, "㎡", "万平方米"), Some(0.62));
        assert_eq!(convert(0.19, "万㎡", "平方米"), Some(1900.0));
        assert_eq!(convert(3.0, "亩", "平方米"), Some(2000.0));
        assert_eq!(convert(20000.0, "米", "公里"), Some(20.0));
        assert_eq!(convert(1.5, "千米", "米"), Some(1500.0));
        assert_eq!(convert(2.0, "公顷", "平方公里"), Some(0.02));
        assert_eq!(convert(1.2, "亿元", "万元"), Some(12000.0));
        assert_eq!(convert(1.5, "万人次", "人次"), Some(15000.0));
        assert_eq!(convert(1.2, "万m³", "立方米"), Some(12000.0));
        assert_eq!(convert(300.0, "方", "㎥"), Some(300.0));
        assert_eq!(convert(2.5, "万吨", "公斤"), Some(25_000_000.0));
        assert_eq!(convert(0.25, "万千瓦", "MW"), Some(2.5));
        assert_eq!(convert(3.0, "处", "个"), Some(3.0));
        // One sign for a unit is read as its letters are.
        assert_eq!(convert(2.0, "㎢", "公顷"), Some(200.0));
        assert_eq!(convert(5.0, "㎞", "米"), Some(5000.0));
    }

    #[test]
    fn refuses_another_dimension_or_counted_thing() {
        assert_eq!(convert(9.6, "公里", "万平方米"), None);
        assert_eq!(convert(520.0, "人", "台"), None);
        assert_eq!(convert(1.0, "人次", "人"), None);
        assert_eq!(convert(1.0, "户", "个"), None);
    }

    #[test]
    fn placeholders_are_no_unit() {
        for text in ["", "—", "-", "/", "无", "2024年"] {
            assert!(Unit::parse(text).is_none(), "{text}");
        }
    }
}
