//! Every number of a longer text.

use crate::plan::Unit;
use crate::plan::numeral;
use crate::plan::unit::lexicon;

use super::figure::{is_vague, number_at, numeral_run};
use super::fold::fold;
use super::plain::unscaled;

/// One number found in a longer text.
#[derive(Debug)]
pub struct Candidate {
    /// As written, with its unit: `3处`.
    pub text: String,
    /// Without its unit; a leading 万 or 亿 is multiplied in.
    pub value: f64,
    /// The unit behind it, if one stands there.
    pub unit: Option<Unit>,
    /// Byte range in the folded text (see [`fold`]).
    pub range: std::ops::Range<usize>,
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
        let is_digit = c.is_ascii_digit() || signed;
        let is_numeral =
            numeral::is_numeral(c) && !before.is_some_and(|b| b == '第' || b.is_ascii_digit());
        let number = if is_digit || is_numeral {
            number_at(here)
        } else {
            None
        };
        let Some((number, used)) = number else {
            // No number has that many numerals: the run is passed over whole, not tried again from each of its characters.
            let run = if is_numeral {
                numeral_run(here).len()
            } else {
                0
            };
            let is_long = run > numeral::LONGEST * c.len_utf8();
            at += if is_long { run } else { c.len_utf8() };
            continue;
        };
        let end = at + used;
        if is_digit && let Some(skip) = date_or_ordinal(&folded, at, end) {
            at = skip;
            continue;
        }
        let (unit, unit_len) = running_unit(&folded[end..]);
        let stop = end + unit_len;
        if is_digit || unit.is_some() || used == folded.len() {
            found.push(Candidate {
                text: folded[at..stop].to_owned(),
                value: number.value,
                unit,
                range: at..stop,
            });
            at = stop;
        } else {
            at = end;
        }
    }
    found
}

/// A numeral in a text that may be two numbers (七八座) or be read in two ways (一百二), with what it counts.
pub(super) fn vague(raw: &str) -> Option<String> {
    let folded = fold(raw);
    let start = folded.find(numeral::is_numeral)?;
    let run = numeral_run(&folded[start..]);
    let stop = start + run.len() + running_unit(&folded[start + run.len()..]).1;
    is_vague(run).then(|| folded[start..stop].to_owned())
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
