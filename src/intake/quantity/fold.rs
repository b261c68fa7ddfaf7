//! Text as numbers are read from it.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::plan::names;
use crate::plan::numeral;

/// A footnote mark: ①, ⑴, ❶ and the like, once folded.
pub(super) const MARK: char = '※';
/// A superscript or subscript digit behind a number, once folded: nothing reads over it.
const POWER: char = '^';

/// NFKC with the spaces kept single, since the separators inside `1 300` still tell. A circled number is a mark and a
/// superscript behind a digit is none of its digits; one behind a letter (m²) is a digit as any.
pub fn fold(raw: &str) -> String {
    let marked = without_marks(raw);
    // The tables are slow, and nearly no text needs them.
    if marked.chars().all(|c| names::nfkc_char(c).is_some()) {
        joined(marked.chars().filter_map(names::nfkc_char), raw.len())
    } else {
        joined(marked.nfkc(), raw.len())
    }
}

/// Characters as a text, without what nobody sees, its spaces single.
fn joined(chars: impl Iterator<Item = char>, room: usize) -> String {
    let mut out = String::with_capacity(room);
    let mut chars = chars.peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
            '−' | '﹣' => out.push('-'),
            // The circle that many type for 〇; alone it is a tick or a bullet.
            '○' if out.ends_with(numeral::is_numeral)
                || chars.peek().is_some_and(|c| numeral::is_numeral(*c)) =>
            {
                out.push('〇');
            }
            c if !names::is_space(c) => out.push(c),
            _ if !out.ends_with(' ') => out.push(' '),
            _ => {}
        }
    }
    out.trim().to_owned()
}

fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{2460}'..='\u{249b}'
            | '\u{24ea}'..='\u{24ff}'
            | '\u{3220}'..='\u{3229}'
            | '\u{3280}'..='\u{3289}'
            | '\u{2776}'..='\u{2793}'
            | '\u{3251}'..='\u{325f}'
            | '\u{32b1}'..='\u{32bf}'
    )
}

fn is_superscript(c: char) -> bool {
    matches!(c, '¹' | '²' | '³' | '\u{2070}' | '\u{2074}'..='\u{2079}' | '\u{2080}'..='\u{2089}')
}

/// The text with marks and superscripts kept apart from the digits that NFKC would make of them.
fn without_marks(raw: &str) -> Cow<'_, str> {
    if raw.is_ascii() || !raw.contains(|c| is_mark(c) || is_superscript(c)) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        let behind_digit = out.ends_with(|c: char| c.is_numeric() || c == POWER);
        out.push(match c {
            c if is_mark(c) => MARK,
            c if is_superscript(c) && behind_digit => POWER,
            c => c,
        });
    }
    Cow::Owned(out)
}
