//! A text that is one figure and nothing else.

use crate::plan::number::Number;
use crate::plan::unit::lexicon;
use crate::plan::{Indicator, Plan, Unit, numeral};

use super::figure::{multiplier, number_at};
use super::fold::{MARK, fold};

/// A text that is one number with, at most, its unit, what it counts, a qualifier and footnote marks.
#[derive(Debug)]
pub(super) struct Plain {
    pub value: f64,
    /// One unit of the last digit written.
    pub step: f64,
    pub unit: Option<Unit>,
    pub qualifier: Option<String>,
}

/// C014's words before a number (longest first) …
const BEFORE: &[&str] = &[
    "大约",
    "大概",
    "将近",
    "接近",
    "超过",
    "不到",
    "不足",
    "不少于",
    "不超过",
    "不高于",
    "不低于",
    "不多于",
    "不大于",
    "不小于",
    "控制在",
    "低于",
    "高于",
    "至少",
    "大于",
    "小于",
    "约为",
    "约",
    "近",
    "逾",
    "超",
    ">=",
    "<=",
    "≥",
    "≤",
    "≈",
    "≧",
    "≦",
    ">",
    "<",
    "~",
];
/// … between number and unit, inside the unit (万余亩), or behind both.
const AFTER: &[&str] = &[
    "左右",
    "及以上",
    "以上",
    "上下",
    "及以下",
    "以下",
    "以内",
    "之内",
    "余",
    "多",
    "来",
];

/// Words before a number that is a share of something, and the unit that they make of it.
const SHARES: [(&str, &str); 5] = [
    ("百分之", "%"),
    ("百分", "%"),
    ("千分之", "‰"),
    ("万分之", "‱"),
    ("十分之", "成"),
];

/// Reads `约8.36万㎡`, `1，300`, `860余台`, `三处`, `百分之四十`, `2480个学位`, `7①`; `None` for anything with more in it. `nouns`:
/// texts that name what is counted.
pub(super) fn plain(raw: &str, plan: &Unit, nouns: [&str; 2]) -> Option<Plain> {
    let folded = fold(raw);
    let text = folded
        .trim_end_matches(['。', ';', '；', '、', ',', '.', ' ', '整'])
        .trim();
    let mut said: Vec<&str> = Vec::new();
    let text = take(text, BEFORE, &mut said);
    let text = if plan.is_money() {
        without_currency(text)
    } else {
        text
    };
    let spelled;
    let text = if text.starts_with('.') {
        spelled = format!("0{text}");
        spelled.as_str()
    } else {
        text
    };
    if let Some((share, unit)) = SHARES
        .iter()
        .find_map(|(word, unit)| Some((text.strip_prefix(word)?.trim_start(), *unit)))
    {
        // 百分之百 is the whole.
        let (number, used) = match share.strip_prefix(['百', '千']) {
            Some(rest) => {
                let value = if share.starts_with('百') { 1e2 } else { 1e3 };
                (Number { value, step: 1.0 }, share.len() - rest.len())
            }
            None => number_at(share)?,
        };
        let rest = take(without_marks(&share[used..]), AFTER, &mut said);
        return rest.is_empty().then(|| Plain {
            value: number.value,
            step: number.step,
            unit: Unit::parse(unit),
            qualifier: qualifier(&said),
        });
    }
    if plan.is_percent()
        && let Some(value) = two_tenths(text)
    {
        said.push("折");
        return Some(Plain {
            value,
            step: 1.0,
            unit: Unit::parse("%"),
            qualifier: qualifier(&said),
        });
    }
    let (number, used) = number_at(text)?;
    let rest = without_marks(text[used..].trim());
    if plan.is_percent()
        && let Some(tenths) = tenths(rest, &mut said)
    {
        said.push("成");
        return Some(Plain {
            value: number.value * 10.0 + tenths,
            step: 1.0,
            unit: Unit::parse("%"),
            qualifier: qualifier(&said),
        });
    }
    let rest = take(rest, AFTER, &mut said);
    // 1.24万余亩: the word may stand behind the unit's multiplier, too.
    let behind = multiplier(rest).map_or(rest, |(_, behind)| behind.trim_start());
    let scale = &rest[..rest.len() - behind.len()];
    let behind = if behind.len() < rest.len() {
        take(behind, AFTER, &mut said)
    } else {
        behind
    };
    // 左右 and 以上 may stand behind the unit.
    let at_end = AFTER.iter().find(|word| behind.ends_with(**word));
    let behind = at_end.map_or(behind, |word| {
        said.push(word);
        behind[..behind.len() - word.len()].trim_end()
    });
    let unit = format!("{scale}{}", inside_brackets(without_marks(behind)));
    Some(Plain {
        value: number.value,
        step: number.step,
        unit: if unit.is_empty() {
            None
        } else {
            Some(unit_of(&unit, plan, nouns).or_else(|| twice(&unit, plan))?)
        },
        qualifier: qualifier(&said),
    })
}

/// An amount without the words for its currency: ¥4300万元, 4300万元人民币.
fn without_currency(text: &str) -> &str {
    let text = text.strip_suffix("人民币").unwrap_or(text).trim_end();
    let sign = ["人民币", "¥", "￥", "RMB", "rmb"];
    let behind = sign.iter().find_map(|sign| text.strip_prefix(sign));
    behind.unwrap_or(text).trim_start_matches([':', ' '])
}

/// The text without the first of some words that it begins with; the word is added to those said.
fn take<'t>(text: &'t str, words: &[&'static str], said: &mut Vec<&str>) -> &'t str {
    let word = words.iter().find(|word| text.starts_with(**word));
    said.extend(word);
    word.map_or(text, |word| text[word.len()..].trim_start())
}

fn qualifier(said: &[&str]) -> Option<String> {
    (!said.is_empty()).then(|| said.join("…"))
}

/// A text without the footnote marks at its beginning and end: ※, *, [1].
fn without_marks(text: &str) -> &str {
    let is_mark = |c: char| matches!(c, MARK | '*');
    let text = text.trim_matches(|c| is_mark(c) || c == ' ');
    let note = |inner: &str| {
        let number = inner.strip_prefix('注').unwrap_or(inner);
        number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit())
    };
    let before = text
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .filter(|(inner, _)| note(inner));
    let text = before.map_or(text, |(_, rest)| rest.trim());
    let behind = text
        .strip_suffix(']')
        .and_then(|rest| rest.rsplit_once('['))
        .filter(|(_, inner)| note(inner));
    // A raised 注1, whose 1 alone some programs keep raised.
    let text = behind.map_or(text, |(rest, _)| rest.trim_end());
    text.strip_suffix('注').unwrap_or(text).trim_end()
}

/// 成 and 折 are tens of per cent: the rest of 八成五, in per cent.
fn tenths(text: &str, said: &mut Vec<&str>) -> Option<f64> {
    let rest = text.strip_prefix(['成', '折'])?.trim_start();
    match rest {
        "" => Some(0.0),
        "半" => Some(5.0),
        word if AFTER.contains(&word) => {
            take(word, AFTER, said);
            Some(0.0)
        }
        digit => numeral::read(digit)
            .or_else(|| digit.parse().ok())
            .filter(|digit: &f64| (1.0..10.0).contains(digit)),
    }
}

/// 九五折 is 95 %.
fn two_tenths(text: &str) -> Option<f64> {
    let digits = text.strip_suffix('折')?;
    let is_two = digits.chars().count() == 2 && !digits.contains('十');
    numeral::read(digits).filter(|value| is_two && *value > 10.0)
}

/// What stands in the brackets that a text is in.
fn inside_brackets(text: &str) -> &str {
    [('(', ')'), ('[', ']'), ('【', '】')]
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close))
        .unwrap_or(text)
}

/// The unit that the text of a unit column or of a header's brackets is beside a plan's: one that stands for it (万, 个学位), or
/// the only one of several that measures what the plan's does (台（套）, 公里、座).
pub fn unit_beside(text: &str, plan: &Unit, nouns: [&str; 2]) -> Option<Unit> {
    let text = fold(text);
    if let Some(unit) = unit_of(&text, plan, nouns).filter(|unit| {
        unit.dimension == plan.dimension || unscaled(&unit.text) == "个" && plan.is_counted()
    }) {
        return Some(unit);
    }
    let mut fitting = parts(&text)
        .filter_map(Unit::parse)
        .filter(|unit| unit.dimension == plan.dimension);
    let first = fitting.next()?;
    fitting.all(|unit| unit.is_same(&first)).then_some(first)
}

/// Whether an indicator is measured in the unit of its table's line.
pub fn fits(unit: &Unit, indicator: &Indicator, plan: &Plan) -> bool {
    let nouns = [&*indicator.name, &*plan.tasks[indicator.task].name];
    unit_beside(&unit.text, &indicator.unit, nouns).is_some()
}

/// The one unit that a text behind a number names in two ways: 台（套）.
fn twice(text: &str, plan: &Unit) -> Option<Unit> {
    let mut all = parts(text).map(Unit::parse);
    let first = all.next()??;
    let is_first = |unit: Option<Unit>| unit.is_some_and(|unit| unit.is_same(&first));
    (first.dimension == plan.dimension && all.all(is_first)).then_some(first)
}

/// The units of a text that names several.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', ',', ';', '(', ')', '[', ']', '【', '】', '或', '和'])
        .filter(|part| !part.is_empty())
}

/// A unit without the multipliers before it: the 千 of 千瓦 is none.
pub(super) fn unscaled(unit: &str) -> &str {
    multiplier(unit).map_or(unit, |(_, behind)| behind)
}

/// The unit a remainder is, if it is nothing else: a known unit, the plan's own word, one measure word, 万/亿 of the plan's unit,
/// or a measure word and what the indicator counts.
pub(super) fn unit_of(text: &str, plan: &Unit, nouns: [&str; 2]) -> Option<Unit> {
    let text = text.replace(' ', "");
    // 2.7个亿 is said of 2.7亿; 3个亿元项目 are three projects.
    let text = match text.as_str() {
        "个亿" => "亿",
        "个亿元" => "亿元",
        text => text,
    };
    let bare = unscaled(text);
    if bare.is_empty() {
        // 9.6万 under 万平方米 is 万 of square metres: the multiplier stands before the plan's own measure.
        return Unit::parse(&format!("{text}{}", unscaled(&plan.text)));
    }
    // Folding has made m2 of ㎡; messages show the sign people write.
    let parse = |text: &str| {
        let mut unit = Unit::parse(text)?;
        unit.text = unit.text.replace("m2", "㎡").replace("m3", "m³");
        Some(unit)
    };
    let word = lexicon::at(bare, lexicon::CELL);
    if let Some(unit) = parse(text)
        && (unit.is_known() || unit.is_same(plan) || word == Some(bare))
    {
        return Some(unit);
    }
    // 2480个学位
    let word = word?;
    let (measure, noun) = text.split_at(text.len() - bare.len() + word.len());
    let unit = parse(measure)?;
    let is_plans = unit.dimension == plan.dimension || word == "个" && plan.is_counted();
    let is_named =
        noun != "半" && (plan.text.contains(noun) || nouns.iter().any(|name| name.contains(noun)));
    (is_plans && is_named).then_some(unit)
}
