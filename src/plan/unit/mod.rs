//! Units: what may stand beside a number, what it measures, and how one converts into another.

pub(crate) mod lexicon;

use std::fmt;

use lexicon::{HEAD, MULTIPLIERS, Means, PER};

use super::names::{fold, is_han};

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
    /// One thing by another, as 微克/立方米: both in their base units.
    Compound(String),
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
    /// Reads a unit. Width and case are folded, and a 单位： before it is left out; any other short word is a counted thing of its own.
    ///
    /// `None` for empty text, placeholders and text that is no unit (holds digits, is longer than 8 characters).
    pub fn parse(text: &str) -> Option<Self> {
        let folded = folded(text)?;
        let (dimension, factor) = by_stroke(&folded).or_else(|| simple(&folded))?;
        Some(Self {
            text: text.trim().to_owned(),
            dimension,
            factor,
        })
    }

    /// What stands in a unit's place: as [`Self::parse`], but what is no unit is a thing of its own, which no plan counts.
    ///
    /// `None` for empty text and placeholders alone.
    pub fn written(text: &str) -> Option<Self> {
        if text.len() <= LONGEST && folded(text).is_none() {
            return None;
        }
        Some(Self::parse(text).unwrap_or_else(|| Self {
            text: text.trim().chars().take(SHOWN).collect(),
            dimension: Dimension::Counted(String::new()),
            factor: (0.0, 1.0),
        }))
    }

    /// Percentage points.
    pub fn percent() -> Self {
        Self {
            text: "%".to_owned(),
            dimension: Dimension::Percent,
            factor: (1.0, 1.0),
        }
    }

    /// What the whole of something is in a ratio's unit: 100 in %, 1000 in ‰.
    pub fn whole(&self) -> f64 {
        scale(100.0, self.factor.1, self.factor.0)
    }

    /// The unit of milestones and ongoing work.
    pub fn none() -> Self {
        Self {
            text: String::new(),
            dimension: Dimension::Counted(String::new()),
            factor: (1.0, 1.0),
        }
    }

    /// Whether it measures money.
    pub fn is_money(&self) -> bool {
        self.dimension == Dimension::Money
    }

    /// A ratio's unit.
    pub fn is_percent(&self) -> bool {
        self.dimension == Dimension::Percent
    }

    /// Whether whole numbers of things are counted in it: not so of measures, also of those that convert into no other.
    pub fn is_counted(&self) -> bool {
        match &self.dimension {
            Dimension::Counted(name) => {
                lexicon::find(name).is_none_or(|word| word.means == Means::Itself)
            }
            _ => false,
        }
    }

    /// Whether the lexicon has the unit for heads of columns (and it is no counted thing taken at its word).
    pub fn is_known(&self) -> bool {
        match &self.dimension {
            Dimension::Counted(name) => {
                lexicon::find(name).is_some_and(|word| word.is_read_in(HEAD))
            }
            _ => true,
        }
    }

    /// Same scale and dimension: no conversion is needed.
    #[expect(clippy::float_cmp, reason = "products of whole factors")]
    pub fn is_same(&self, other: &Self) -> bool {
        self.dimension == other.dimension
            && self.factor.0 * other.factor.1 == other.factor.0 * self.factor.1
    }

    /// `value` of this unit in `other`; `None` when they measure different things.
    ///
    /// One multiplication and one division, so that 22700 ㎡ is exactly 2.27 万平方米.
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

/// Bytes of a unit's text at most: a cell of prose in the unit's place is none, and nobody folds it to find out.
const LONGEST: usize = 200;
/// Characters shown of what is no unit.
const SHOWN: usize = 20;

/// A unit's text as the lexicon writes it; `None` for empty text and placeholders.
fn folded(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let mut folded = fold(text);
    for label in ["计量单位:", "单位:", "单位为"] {
        if let Some(rest) = folded.strip_prefix(label) {
            folded = String::from(rest);
            break;
        }
    }
    // m^2 is what a keyboard has for m².
    folded.retain(|c| c != '^');
    let is_dash = |c| matches!(c, '-' | '—' | '–' | '/' | '―' | '一');
    (!folded.chars().all(is_dash) && folded != "无").then_some(folded)
}

/// A unit of one word, with the multipliers before it.
fn simple(folded: &str) -> Option<(Dimension, (f64, f64))> {
    if folded.chars().count() > 8 {
        return None;
    }
    // A word of the lexicon first: 千米 is no thousand 米.
    let (mut rest, mut scale) = (folded, 1.0);
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
    Some((dimension, (factor.0 * scale, factor.1)))
}

/// A unit with a stroke or 每 in it. 个/处 is one thing under two names; 微克/立方米 is a thing of its own, and its parts
/// convert: 吨/日 is 1000 公斤/天.
fn by_stroke(folded: &str) -> Option<(Dimension, (f64, f64))> {
    if lexicon::find(folded).is_some() {
        return None;
    }
    let (over, under) = folded.split_once(['/', '每'])?;
    let part = |text: &str| {
        let is_word = text.chars().all(is_han) || lexicon::find(text).is_some();
        simple(text).filter(|_| is_word)
    };
    let time = PER.iter().find(|(written, _)| *written == under);
    let (over, under) = (
        part(over).or_else(|| simple(over).filter(|(d, _)| !matches!(d, Dimension::Counted(_))))?,
        match time {
            Some((_, name)) => (Dimension::Counted((*name).to_owned()), (1.0, 1.0)),
            None => part(under)?,
        },
    );
    if over == under {
        return Some(over);
    }
    let name = format!("{}/{}", base(&over.0), base(&under.0));
    Some((
        Dimension::Compound(name),
        (over.1.0 * under.1.1, over.1.1 * under.1.0),
    ))
}

/// The base unit of a dimension.
fn base(dimension: &Dimension) -> &str {
    match dimension {
        Dimension::Length => "米",
        Dimension::Area => "平方米",
        Dimension::Volume => "立方米",
        Dimension::Mass => "千克",
        Dimension::Power => "千瓦",
        Dimension::Money => "元",
        Dimension::Percent => "%",
        Dimension::Counted(name) | Dimension::Compound(name) => name,
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
        assert_eq!(convert(3.0, "hm²", "公顷"), Some(3.0));
        assert_eq!(convert(200.0, "平方", "㎡"), Some(200.0));
        assert_eq!(convert(5.0, "万立方", "万m^3"), Some(5.0));
        assert_eq!(convert(850.0, "‰", "%"), Some(85.0));
        assert_eq!(convert(8.0, "单位：成", "百分比"), Some(80.0));
        assert_eq!(convert(3.0, "台/套", "台"), Some(3.0));
        assert_eq!(convert(3.0, "人/次", "人次"), Some(3.0));
    }

    #[test]
    fn refuses_another_dimension_or_counted_thing() {
        assert_eq!(convert(9.6, "公里", "万平方米"), None);
        assert_eq!(convert(520.0, "人", "台"), None);
        assert_eq!(convert(1.0, "人次", "人"), None);
        assert_eq!(convert(1.0, "户", "个"), None);
    }

    #[test]
    fn a_compound_unit_is_itself_and_its_parts_convert() {
        assert_eq!(convert(50_000.0, "m³/d", "万立方米/日"), Some(5.0));
        assert_eq!(convert(36.0, "μg/m³", "微克/立方米"), Some(36.0));
        assert_eq!(convert(36.0, "微克每立方米", "㎍/㎥"), Some(36.0));
        assert_eq!(convert(3000.0, "公斤/天", "吨/日"), Some(3.0));
        assert_eq!(convert(6.0, "张/千人", "张/千人"), Some(6.0));
        assert_eq!(convert(15.0, "mg/L", "毫克/升"), Some(15.0));
        assert_eq!(convert(1.0, "元/平方米", "元"), None);
        assert_eq!(convert(1.0, "立方米/日", "立方米/小时"), None);
        assert_eq!(convert(1.0, "微克/立方米", "毫克/立方米"), None);
        assert!(!Unit::parse("次/年").unwrap().is_counted());
        for text in ["n/a", "1/2", "/日", "吨/", "—/—"] {
            assert!(Unit::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn placeholders_are_no_unit() {
        for text in ["", "—", "-", "/", "无", "2024年"] {
            assert!(Unit::parse(text).is_none(), "{text}");
        }
    }
}
