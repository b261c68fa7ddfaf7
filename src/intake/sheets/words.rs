//! Words, ids and plain numbers in cells.

use unicode_normalization::UnicodeNormalization as _;

use crate::intake::dates;
use crate::intake::fields::FieldCell;
use crate::intake::workbook::{NumberFormat, Value};
use crate::plan::names::{fold, is_space};
use crate::plan::numeral;

/// Words as they stand, white space around them aside; a date as it is written.
pub(super) fn words(cell: &FieldCell, text: &str, is_date: bool, date_1904: bool) -> String {
    let day = is_date
        .then(|| dates::of_value(cell.value.as_ref()?, date_1904))
        .flatten();
    day.map_or_else(
        || text.trim_matches(is_space).to_owned(),
        |day| day.to_string(),
    )
}

/// An id: width folded, white space taken out. A number shows its digits: 1.10 in a format of two decimals is 1.10.
pub(super) fn code(cell: &FieldCell, text: &str) -> String {
    match (&cell.value, cell.format) {
        (Some(Value::Number(n)), NumberFormat::Fixed(shown)) => {
            let shown = format!("{n:.*}", usize::from(shown));
            if shown.parse::<f64>().is_ok_and(|s| (s - n).abs() < 1e-9) {
                shown
            } else {
                text.to_owned()
            }
        }
        _ => text.nfkc().filter(|c| !is_space(*c)).collect(),
    }
}

/// Signs and words around a whole number: 第3版, 30份, 一、.
const AROUND: &[char] = &[
    '第', '项', '件', '版', '个', '月', '份', '日', '号', '条', '名', '字', '秒', '层', '行', '列',
    '张', '处', '、', '.', '。', ':', ',', '(', ')', '期',
];

pub(super) fn whole(cell: &FieldCell, text: &str) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and far below 2^63")]
    let exact = |n: f64| (n.fract() == 0.0 && n.abs() < 1e15).then_some(n as i64);
    if let Some(Value::Number(n)) = &cell.value {
        return exact(*n);
    }
    let folded = fold(text);
    let bare = folded.trim_matches(AROUND);
    let digits: String = bare.chars().filter(|c| !matches!(c, ',' | '_')).collect();
    let whole = digits.parse().ok();
    whole.or_else(|| numeral::read(bare).and_then(exact))
}

pub(super) fn number(cell: &FieldCell, text: &str) -> Option<f64> {
    match (&cell.value, cell.format) {
        (Some(Value::Number(_)), NumberFormat::Percent(_)) => None,
        (Some(Value::Number(n)), _) => Some(*n),
        _ => {
            let folded: String = fold(text).chars().filter(|c| *c != ',').collect();
            let bare = folded
                .trim_start_matches(['±', '≤'])
                .trim_end_matches(char::is_alphabetic);
            bare.parse().ok().filter(|n: &f64| n.is_finite())
        }
    }
}

/// 是, √ or any mark but 否.
pub(crate) fn is_yes(text: &str) -> bool {
    !matches!(
        fold(text).as_str(),
        "否" | "不" | "不是" | "不要" | "不需要" | "不须" | "n" | "no" | "false" | "0"
    )
}

/// The code of a rule that a text begins with.
pub(super) fn rule(text: &str) -> Option<String> {
    let folded = fold(text).to_uppercase();
    let end = folded
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(folded.len());
    let code = if end == 0 {
        folded.as_str()
    } else {
        &folded[..end]
    };
    (!code.is_empty()).then(|| code.to_owned())
}

/// A sum of indicators with half-width signs; names in 「」 as they stand.
pub(super) fn relation(text: &str) -> String {
    let mut out = String::new();
    let mut in_name = false;
    for c in text.chars() {
        match c {
            '「' => in_name = true,
            '」' => in_name = false,
            _ => {}
        }
        match c {
            c if in_name => out.push(c),
            '＋' | '+' | '﹢' => out.push_str(" + "),
            '＝' | '=' | '﹦' => out.push_str(" = "),
            c if is_space(c) => {}
            c => out.extend(std::iter::once(c).nfkc()),
        }
    }
    out.trim().to_owned()
}
