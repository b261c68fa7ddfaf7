//! Units: what may stand beside a number, what it measures, and how one converts into another.

use std::fmt;

/// What a unit measures. Only units of one dimension convert.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Metres.
    Length,
    /// Square metres.
    Area,
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
    pub dimension: Dimension,
    /// How many base units one of these is, as a fraction (numerator, denominator) so that 亩 stays exact.
    pub factor: (f64, f64),
}

/// Counted things that are the same (rules.md, C004). The first of each group names it.
const SYNONYMS: &[&[&str]] = &[
    &["人", "名"],
    &["个", "处", "座", "家", "所"],
    &["场", "场次", "次", "期"],
    &["批", "批次"],
    &["台", "套", "件", "只"],
];

const FIXED: &[(&str, Dimension, (f64, f64))] = &[
    ("平方公里", Dimension::Area, (1e6, 1.0)),
    ("平方千米", Dimension::Area, (1e6, 1.0)),
    ("km²", Dimension::Area, (1e6, 1.0)),
    ("km2", Dimension::Area, (1e6, 1.0)),
    ("公顷", Dimension::Area, (1e4, 1.0)),
    ("ha", Dimension::Area, (1e4, 1.0)),
    ("亩", Dimension::Area, (2000.0, 3.0)),
    ("平方米", Dimension::Area, (1.0, 1.0)),
    ("平米", Dimension::Area, (1.0, 1.0)),
    ("m²", Dimension::Area, (1.0, 1.0)),
    ("m2", Dimension::Area, (1.0, 1.0)),
    ("㎡", Dimension::Area, (1.0, 1.0)),
    ("千米", Dimension::Length, (1000.0, 1.0)),
    ("公里", Dimension::Length, (1000.0, 1.0)),
    ("km", Dimension::Length, (1000.0, 1.0)),
    ("米", Dimension::Length, (1.0, 1.0)),
    ("m", Dimension::Length, (1.0, 1.0)),
    ("元", Dimension::Money, (1.0, 1.0)),
    ("%", Dimension::Percent, (1.0, 1.0)),
    ("百分点", Dimension::Percent, (1.0, 1.0)),
];

/// Multipliers that may stand before a unit (C004: 十/百/千/万/亿 before any of them multiplies).
const MULTIPLIERS: &[(char, f64)] = &[
    ('十', 1e1),
    ('百', 1e2),
    ('千', 1e3),
    ('万', 1e4),
    ('亿', 1e8),
];

impl Unit {
    /// Reads a unit. Width and case are folded; any other short word is a counted thing of its own.
    ///
    /// `None` for empty text, placeholders and text that holds digits or is no unit (longer than 8 characters).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // A cell of prose in the unit's place is no unit; nobody folds it to find out.
        if text.len() > 200 {
            return None;
        }
        let folded = fold(text);
        if folded.is_empty()
            || folded.chars().count() > 8
            || folded.chars().any(|c| c.is_ascii_digit() && c != '2')
        {
            return None;
        }
        if folded
            .chars()
            .all(|c| matches!(c, '-' | '—' | '–' | '/' | '―' | '一'))
            || folded == "无"
        {
            return None;
        }
        let make = |dimension, factor| {
            Some(Self {
                text: text.trim().to_owned(),
                dimension,
                factor,
            })
        };
        // The fixed table first, so that 千米 is a length and not a thousand 米 twice over.
        if let Some((_, dimension, factor)) = FIXED.iter().find(|(name, _, _)| *name == folded) {
            return make(dimension.clone(), *factor);
        }
        let mut scale = 1.0;
        let mut rest = folded.as_str();
        while let Some((c, factor)) = rest
            .chars()
            .next()
            .and_then(|c| MULTIPLIERS.iter().find(|(m, _)| *m == c))
        {
            let after = &rest[c.len_utf8()..];
            if FIXED.iter().any(|(name, _, _)| *name == rest) {
                break;
            }
            scale *= factor;
            rest = after;
        }
        if let Some((_, dimension, factor)) = FIXED.iter().find(|(name, _, _)| *name == rest) {
            return make(dimension.clone(), (factor.0 * scale, factor.1));
        }
        if rest.is_empty() {
            // 万 alone: ten thousand of whatever is counted; callers that know the plan's unit decide.
            return None;
        }
        if !rest.chars().all(char::is_alphabetic) {
            return None;
        }
        let name = SYNONYMS
            .iter()
            .find(|group| group.contains(&rest))
            .map_or(rest, |group| group[0]);
        make(Dimension::Counted(name.to_owned()), (scale, 1.0))
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

    #[must_use]
    pub fn is_percent(&self) -> bool {
        self.dimension == Dimension::Percent
    }

    /// Whether the word is one the tables know (and not a counted thing taken at its word).
    #[must_use]
    pub fn is_known(&self) -> bool {
        match &self.dimension {
            Dimension::Counted(name) => {
                SYNONYMS.iter().any(|group| group[0] == name)
                    || matches!(name.as_str(), "户" | "人次" | "支" | "项")
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

/// Width folded, whitespace dropped, Latin lower case.
fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}'))
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
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
        assert_eq!(convert(3.0, "处", "个"), Some(3.0));
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
