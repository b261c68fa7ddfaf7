//! A number at the start of a text: digits, a Chinese numeral, or both with 万 and its like between.

use crate::intake::number_text::step_of;
use crate::plan::number::{Number, number};
use crate::plan::numeral;
use crate::plan::unit::lexicon;

/// A number at a folded text's start and the bytes it takes. A multiplier before a unit is left to the unit (1.5万平方米), but
/// for numerals that are read with it (三万人次).
pub(super) fn number_at(text: &str) -> Option<(Number, usize)> {
    let first = number(text).or_else(|| numeral_at(text))?;
    Some(compound(text, first).unwrap_or(first))
}

/// 1亿955万, 3千8百零5: numbers in falling multipliers, as so many of the last of these. 1万3 is none: speech means 13,000 by it.
fn compound(text: &str, first: (Number, usize)) -> Option<(Number, usize)> {
    let (mut last, mut used) = first;
    // What stands before the last 万 or 亿, and behind it.
    let (mut high, mut low) = (0.0, 0.0);
    let mut least = f64::INFINITY;
    let mut is_short = false;
    loop {
        let rest = &text[used..];
        let Some((scale, behind)) = multiplier(rest) else {
            if is_short {
                return None;
            }
            break;
        };
        if scale >= least {
            // 1亿4千4百万: the 万 is of all behind 亿.
            let (small, of_big) = multipliers(rest, |factor| factor < 1e4);
            let big = scale / small;
            if low == 0.0 || small >= least || high > 0.0 && high < big || number(behind).is_some()
            {
                return None;
            }
            (high, low) = (high / big, low + last.value * small);
            let step = last.step * small;
            let value = high + low;
            return Some((Number { value, step }, text.len() - of_big.len()));
        }
        let digits = behind.trim_start_matches(['零', '〇', ' ']);
        let Some((next, length)) = number(digits).filter(|_| !digits.starts_with(['-', '+']))
        else {
            (high, low) = (high / scale, low / scale);
            break;
        };
        let part = last.value * scale;
        if scale < 1e4 {
            low += part;
        } else {
            high += part;
        }
        least = scale;
        last = next;
        let whole = digits[..length].split('.').next().unwrap_or_default();
        is_short = digits.len() == behind.trim_start().len()
            && whole.len() < if scale >= 1e8 { 6 } else { 2 };
        used = text.len() - digits.len() + length;
    }
    (high + low > 0.0).then_some((
        Number {
            value: high + low + last.value,
            step: last.step,
        },
        used,
    ))
}

/// The multipliers that a text begins with (万, 千万), and what stands behind them: the 千 of 千米 is none.
pub(super) fn multiplier(text: &str) -> Option<(f64, &str)> {
    let (scale, rest) = multipliers(text, |_| true);
    (scale > 1.0).then_some((scale, rest))
}

fn multipliers(text: &str, counts: fn(f64) -> bool) -> (f64, &str) {
    let mut rest = text.trim_start();
    let mut scale = 1.0;
    while lexicon::at(rest, lexicon::CELL).is_none()
        && let Some((c, factor)) = lexicon::MULTIPLIERS
            .iter()
            .find(|(c, factor)| counts(*factor) && rest.starts_with(*c))
    {
        scale *= factor;
        rest = &rest[c.len_utf8()..];
    }
    (scale, rest)
}

/// The run of numerals that a text begins with.
pub(super) fn numeral_run(text: &str) -> &str {
    let end = text.find(|c| !numeral::is_numeral(c));
    &text[..end.unwrap_or(text.len())]
}

/// A Chinese numeral at the text's start. A multiplier that makes no numeral with what stands before it is the unit's: 六点二万,
/// 一万零九百万.
fn numeral_at(text: &str) -> Option<(Number, usize)> {
    let mut run = numeral_run(text);
    if is_vague(run) {
        return None;
    }
    let is_scaled =
        |run: &str| run.ends_with(['万', '亿']) && run[..run.len() - 3].contains(['万', '点']);
    if is_scaled(run) {
        run = &run[..run.len() - 3];
    }
    // 一万八千千瓦: the last 千 is the unit's.
    let without_last = run.strip_suffix(['千', '百']);
    let (value, run) = match (numeral::read(run), without_last) {
        (Some(value), _) => (value, run),
        (None, Some(shorter)) => (numeral::read(shorter)?, shorter),
        (None, None) => return None,
    };
    let decimals = run
        .split_once('点')
        .map_or(0, |(_, f)| f.chars().count().min(15));
    let step = step_of(u32::try_from(decimals).unwrap_or(15));
    Some((Number { value, step }, run.len()))
}

/// Whether a run of numerals may be two numbers or two readings of one: 七八 (seven or eight), 一百二 (120, not 102).
pub(super) fn is_vague(run: &str) -> bool {
    let is_digit = |c: char| "一二三四五六七八九两".contains(c);
    let all: Vec<char> = run.chars().collect();
    let is_digits = all.iter().all(|c| is_digit(*c) || "〇零".contains(*c));
    if is_digits && all.len() > 2 {
        return false;
    }
    let short = matches!(all.as_slice(), [.., scale, last] if "百千万亿".contains(*scale) && is_digit(*last));
    short || !run.contains('点') && all.windows(2).any(|pair| pair.iter().all(|c| is_digit(*c)))
}
