//! Units and measure words as running text has them.

use super::Words;
use crate::plan::unit::lexicon::{self, MULTIPLIERS, NOTICE, NUMERAL};
use crate::plan::{Dimension, Unit};

/// A unit as the plan will write it, and the factor that the number takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub unit: String,
    /// 1.5万人次 is 15000 人次: counted things are written out whole. Measures keep their multiplier (万平方米).
    pub factor: f64,
    /// Bytes taken, multiplier and 余 or 多 included.
    pub used: usize,
    /// 余, 多, 来 between number and unit.
    pub more: Option<&'static str>,
}

/// The unit at the text's start, a multiplier (百, 千, 万, 亿) and 余 or 多 before it allowed.
pub(super) fn unit_at(text: &str, after_numeral: bool) -> Option<Found> {
    let mut rest = text;
    let mut more = None;
    let mut multiplier = String::new();
    let mut factor = 1.0;
    if rest.starts_with(' ') {
        rest = &rest[1..];
    }
    for _ in 0..4 {
        if let Some(word) = Words("余 多 来").at_start(rest).filter(|_| more.is_none()) {
            more = Some(word);
            rest = &rest[word.len()..];
        } else if let Some((c, by)) = MULTIPLIERS.iter().find(|(c, _)| rest.starts_with(*c))
            && lexicon::at(rest, NOTICE).is_none()
        {
            multiplier.push(*c);
            factor *= by;
            rest = &rest[c.len_utf8()..];
        } else {
            break;
        }
    }
    // 2个百分点: the measure word says nothing.
    if let Some(points) = rest
        .strip_prefix("个百分点")
        .or_else(|| rest.strip_prefix("百分点"))
    {
        return Some(Found {
            unit: "百分点".to_owned(),
            factor: 1.0,
            used: text.len() - points.len(),
            more,
        });
    }
    let rest = rest
        .strip_prefix('个')
        .filter(|r| r.starts_with("工作日"))
        .unwrap_or(rest);
    let place = if after_numeral { NUMERAL } else { NOTICE };
    let mut unit = lexicon::at(rest, place)?;
    let behind = &rest[unit.len()..];
    if unit.ends_with(|c: char| c.is_ascii_alphanumeric())
        && behind.starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        return None;
    }
    let used = text.len() - behind.len();
    if matches!(unit, "m³" | "m3") {
        unit = "立方米";
    }
    let is_counted = Unit::parse(unit).is_some_and(|u| u.is_counted());
    let (unit, factor) = if is_counted || unit == "%" {
        (unit.to_owned(), factor)
    } else {
        (multiplier + unit, 1.0)
    };
    Some(Found {
        unit,
        factor,
        used,
        more,
    })
}

/// What a figure in this unit says of the thing it belongs to: 面积, 长度, 人数.
pub(super) fn aspect(unit: &str) -> &'static str {
    match Unit::parse(unit).map(|u| u.dimension) {
        Some(Dimension::Area) => "面积",
        Some(Dimension::Length) => "长度",
        Some(Dimension::Money) => "资金",
        Some(Dimension::Percent) => "比例",
        _ => match unit {
            "人" | "名" => "人数",
            "人次" => "人次",
            "户" => "户数",
            "次" => "次数",
            "场" | "场次" => "场次",
            "批次" => "批次",
            _ => "数量",
        },
    }
}
