//! Numbers in text: one plain figure, or every candidate of a longer text.

use unicode_normalization::UnicodeNormalization;

use crate::plan::names;
use crate::plan::number::{Number, number};
use crate::plan::unit::lexicon;
use crate::plan::{Unit, numeral};

use super::super::number_text::step_of;

/// A text that is one number with, at most, its unit and a qualifier.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    pub value: f64,
    /// One unit of the last digit written.
    pub step: f64,
    pub unit: Option<Unit>,
    pub qualifier: Option<String>,
}

/// One number found in a longer text.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// As written, with its unit: `3处`.
    pub text: String,
    pub value: f64,
    pub unit: Option<Unit>,
    /// Byte range in the folded text (see [`fold`]).
    pub range: std::ops::Range<usize>,
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
    "至少",
    "约",
    "近",
    "逾",
    "超",
];
/// … between number and unit, or behind them.
const AFTER: &[&str] = &["左右", "以上", "上下", "余", "多", "来"];

/// NFKC with the spaces kept single: the separators inside `1 300` still tell.
pub fn fold(raw: &str) -> String {
    let mut out = String::new();
    for c in raw.nfkc() {
        if names::is_invisible(c) {
            continue;
        }
        let c = if matches!(c, '−' | '﹣') { '-' } else { c };
        if names::is_space(c) {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out.trim().to_owned()
}

/// Reads `约8.36万㎡`, `1，300`, `860余台`, `三处`, `百分之四十`; `None` for anything with more in it.
pub fn plain(raw: &str, plan: &Unit) -> Option<Plain> {
    let folded = fold(raw);
    let mut rest = folded.trim_end_matches(['。', ';', '；']).trim();
    let mut qualifier: Option<String> = None;
    if let Some(word) = BEFORE.iter().find(|w| rest.starts_with(**w)) {
        qualifier = Some((*word).to_owned());
        rest = rest[word.len()..].trim_start();
    }
    if let Some(percent) = rest.strip_prefix("百分之") {
        let value = number(percent)
            .filter(|(_, used)| *used == percent.len())
            .map(|(n, _)| n)
            .or_else(|| numeral::read(percent).map(|value| Number { value, step: 1.0 }))?;
        return Some(Plain {
            value: value.value,
            step: value.step,
            unit: Unit::parse("%"),
            qualifier,
        });
    }
    let (n, used) = number(rest).or_else(|| numeral_at(rest))?;
    rest = rest[used..].trim_start();
    let mut take_after = |rest: &mut &str| {
        if let Some(word) = AFTER.iter().find(|w| rest.starts_with(**w)) {
            qualifier = Some(match &qualifier {
                Some(before) => format!("{before}…{word}"),
                None => (*word).to_owned(),
            });
            *rest = rest[word.len()..].trim_start();
        }
    };
    take_after(&mut rest);
    // 左右 and 以上 may stand behind the unit.
    let mut unit_text = rest;
    if let Some(word) = AFTER
        .iter()
        .find(|w| rest.ends_with(**w) && rest.len() > w.len())
    {
        unit_text = rest[..rest.len() - word.len()].trim_end();
        let mut tail = &rest[rest.len() - word.len()..];
        take_after(&mut tail);
    }
    let unit = if unit_text.is_empty() {
        None
    } else {
        Some(unit_of(unit_text, plan)?)
    };
    Some(Plain {
        value: n.value,
        step: n.step,
        unit,
        qualifier,
    })
}

/// The unit a remainder is, if it is nothing else: a known unit, the plan's own word, one measure word, or 万/亿 of the plan's unit.
fn unit_of(text: &str, plan: &Unit) -> Option<Unit> {
    let text = text.replace(' ', "");
    if matches!(text.as_str(), "万" | "亿" | "千" | "百" | "十") {
        // 9.6万 under 万平方米 is 万 of square metres: the multiplier stands before the plan's own measure.
        let base = unscaled(&plan.text);
        return Unit::parse(&format!("{text}{base}"));
    }
    let mut unit = Unit::parse(&text)?;
    // Folding has made m2 of ㎡; messages show the sign people write.
    unit.text = unit.text.replace("m2", "㎡");
    let bare = unscaled(&text);
    let is_figure = lexicon::at(bare, lexicon::CELL) == Some(bare);
    (unit.is_known() || unit.is_same(plan) || is_figure).then_some(unit)
}

/// A Chinese numeral at the text's start; it leaves 万 and 亿 before a unit to the numeral (三万人次 is 30000).
fn numeral_at(text: &str) -> Option<(Number, usize)> {
    let end = text
        .char_indices()
        .find(|(_, c)| !numeral::is_numeral(*c))
        .map_or(text.len(), |(i, _)| i);
    let value = numeral::read(&text[..end])?;
    let step = text[..end].split_once('点').map_or(1.0, |(_, f)| {
        step_of(u32::try_from(f.chars().count().min(15)).unwrap_or(15))
    });
    Some((Number { value, step }, end))
}

/// Every number of a text that could be its figure. Dates (6月30日, 2024年), ordinals (第3批) and serial numbers at a line's
/// start (1. …) are none. A Chinese numeral counts only before a unit.
pub fn candidates(raw: &str) -> Vec<Candidate> {
    let folded = fold(raw);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = folded[at..].chars().next() {
        let here = &folded[at..];
        let before = folded[..at].chars().next_back();
        let signed = c == '-' && !before.is_some_and(char::is_alphanumeric);
        if c.is_ascii_digit() || signed {
            if let Some((n, used)) = number(here) {
                let end = at + used;
                if let Some(skip) = date_or_ordinal(&folded, at, end) {
                    at = skip;
                    continue;
                }
                let (unit, unit_len) = running_unit(&folded[end..]);
                let stop = end + unit_len;
                found.push(Candidate {
                    text: folded[at..stop].to_owned(),
                    value: n.value,
                    unit,
                    range: at..stop,
                });
                at = stop;
                continue;
            }
        } else if numeral::is_numeral(c) && !before.is_some_and(|b| b == '第' || b.is_ascii_digit())
        {
            if let Some((n, used)) = numeral_at(here) {
                let end = at + used;
                let (unit, unit_len) = running_unit(&folded[end..]);
                if unit.is_some() || used == folded.len() {
                    let stop = end + unit_len;
                    found.push(Candidate {
                        text: folded[at..stop].to_owned(),
                        value: n.value,
                        unit,
                        range: at..stop,
                    });
                    at = stop;
                    continue;
                }
                at = end;
                continue;
            }
            // No number has that many: the run is passed over whole, not tried again from each of its characters.
            let run = here
                .char_indices()
                .find(|(_, c)| !numeral::is_numeral(*c))
                .map_or(here.len(), |(end, _)| end);
            if run > numeral::LONGEST * c.len_utf8() {
                at += run;
                continue;
            }
        }
        at += c.len_utf8();
    }
    found
}

/// The unit right behind a number in running text, an 余/多 between them allowed, and the bytes it takes.
fn running_unit(rest: &str) -> (Option<Unit>, usize) {
    let trimmed = rest.trim_start();
    let mut skipped = rest.len() - trimmed.len();
    let mut tail = trimmed;
    if let Some(word) = ["余", "多"].iter().find(|w| tail.starts_with(**w)) {
        tail = &tail[word.len()..];
        skipped += word.len();
    }
    // The word as it stands first: 千米 is no thousand 米.
    [tail, unscaled(tail)]
        .into_iter()
        .find_map(|text| {
            let unit = lexicon::at(text, lexicon::NARRATIVE)?;
            let length = tail.len() - text.len() + unit.len();
            Some((Unit::parse(&tail[..length]), skipped + length))
        })
        .unwrap_or((None, 0))
}

/// A unit without the multipliers before it.
fn unscaled(unit: &str) -> &str {
    unit.trim_start_matches(lexicon::MULTIPLIERS.map(|(c, _)| c))
}

/// Where to go on when the number at `start..end` is part of a date, an ordinal or a list number.
fn date_or_ordinal(text: &str, start: usize, end: usize) -> Option<usize> {
    let next = text[end..].chars().next();
    let before = text[..start].trim_end().chars().next_back();
    if matches!(next, Some('年' | '月' | '日' | '号')) {
        return Some(end + next.map_or(0, char::len_utf8));
    }
    if matches!(before, Some('第' | '〔')) {
        return Some(end);
    }
    // 1. 2、 (3) at the start of the text or of a sentence number its parts.
    let starts = matches!(before, None | Some('。' | ';' | '；' | '\n' | ':' | '：'));
    if starts && matches!(next, Some('、')) && text[start..end].len() <= 2 {
        return Some(end + '、'.len_utf8());
    }
    None
}
