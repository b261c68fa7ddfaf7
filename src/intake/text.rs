//! What texts of cells and names say beside their words: brackets, placeholders, characters that do harm.

use unicode_normalization::UnicodeNormalization;

use crate::plan::names::{fold, fold_char, is_han, is_harmful, is_space, may_be_harmful};

/// What stands in each bracket of a text, e.g. a header's unit: `累计完成（公里）` → `公里`.
pub fn brackets(text: &str) -> impl Iterator<Item = String> {
    let is_bracket = |c: char| matches!(fold_char(c), Some('(' | '[' | '【') | None);
    let mut rest: String = if text.chars().any(is_bracket) {
        text.nfkc().filter(|c| !is_space(*c)).collect()
    } else {
        String::new()
    };
    std::iter::from_fn(move || {
        let start = rest.find(['(', '[', '【'])?;
        let open = rest[start..].chars().next()?;
        let close = match open {
            '(' => ')',
            '[' => ']',
            _ => '】',
        };
        let inner = rest.split_off(start + open.len_utf8());
        let end = inner.find(close).unwrap_or(inner.len());
        inner[end..].clone_into(&mut rest);
        Some(inner[..end].to_owned())
    })
    .filter(|inner| !inner.is_empty())
}

/// Quotation marks inside quotation marks are single ones (GB/T 15834): “推进‘错时共享’停车泊位建设”.
pub(crate) fn nested_quotes(text: String) -> String {
    let mut depth = 0usize;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '“' => {
                depth += 1;
                out.push(if depth == 1 { '“' } else { '‘' });
            }
            '”' => {
                out.push(if depth > 1 { '’' } else { '”' });
                match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    // A cell's text may hold one half of a pair: nothing can be said of what is inside what.
                    None => return text,
                }
            }
            c => out.push(c),
        }
    }
    if depth == 0 { out } else { text }
}

/// C001's placeholders: 无, /, 同上, 见上月 and dashes of any length.
pub fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 11] = [
        "无",
        "暂无",
        "没有",
        "同上",
        "见上月",
        "同上月",
        "见上",
        "不涉及",
        "n/a",
        "na",
        "none",
    ];
    let is_dash = |c: char| {
        matches!(
            c,
            '-' | '－'
                | '﹣'
                | '＿'
                | '—'
                | '–'
                | '―'
                | '‐'
                | '‑'
                | '‒'
                | '−'
                | '─'
                | '━'
                | '_'
                | 'ー'
        )
    };
    let is_stroke = |c: char| matches!(c, '/' | '／' | '\\' | '＼' | '、');
    // Most texts are told apart by their first character.
    let Some(first) = text.chars().find(|c| !is_space(*c)) else {
        return false;
    };
    let begins_word = matches!(first, '无' | '暂' | '没' | '同' | '见' | '不');
    if is_han(first) && !begins_word || first.is_ascii_digit() {
        return false;
    }
    let text = text
        .trim_start_matches(is_space)
        .trim_end_matches(|c| is_space(c) || matches!(c, '。' | '.' | '．'));
    let mut signs = text.chars().filter(|c| !is_space(*c));
    if text.is_empty() || signs.clone().all(is_dash) || signs.all(is_stroke) {
        return !text.is_empty();
    }
    // No word is that long.
    let key = Some(text).filter(|text| text.len() <= 60).map(fold);
    key.is_some_and(|key| WORDS.contains(&key.as_str()))
}

/// Whether a text stands for the one above it: 同上, 〃 and their like.
pub fn is_ditto(text: &str) -> bool {
    const WORDS: [&str; 6] = ["同上", "同前", "同上行", "同左上", "仝", "仝上"];
    const MARKS: &str = "〃″〞〟\"”“＂々'’′";
    // No such word is longer.
    if text.len() > 30 {
        return false;
    }
    let text = text.trim_matches(is_space);
    let key = text.trim_end_matches(['。', '.', '．']);
    WORDS.contains(&key) || !text.is_empty() && text.chars().all(|c| MARKS.contains(c))
}

/// How many characters of the text say something (white space and punctuation aside).
pub fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// Text from a workbook made harmless for one line of a terminal or a list: control characters dropped, runs of white space
/// made one space, cut at `max` characters with `…`.
pub fn one_line(text: &str, max: usize) -> String {
    let mut out = String::new();
    let mut count = 0;
    let mut space = false;
    for c in text.chars() {
        if is_space(c) || is_harmful(c) {
            space = count > 0;
            continue;
        }
        if count + usize::from(space) >= max {
            out.push('…');
            return out;
        }
        if space {
            out.push(' ');
            count += 1;
            space = false;
        }
        out.push(c);
        count += 1;
    }
    out
}

/// A text without the [harmful](is_harmful) characters. `None`: it has none of them.
pub fn harmless(text: &str) -> Option<String> {
    if !may_be_harmful(text) || !text.chars().any(is_harmful) {
        return None;
    }
    // A carriage return is a line break, alone or before a line feed.
    let breaks = text.replace("\r\n", "\n").replace('\r', "\n");
    Some(breaks.chars().filter(|c| !is_harmful(*c)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_inside_quotes_are_single() {
        for (text, expected) in [
            ("第15项“开展“你点我检”活动”", "第15项“开展‘你点我检’活动”"),
            ("“甲”、“乙”", "“甲”、“乙”"),
            ("没有", "没有"),
            ("“未闭合“甲”", "“未闭合“甲”"),
            ("”倒“", "”倒“"),
        ] {
            assert_eq!(nested_quotes(text.to_owned()), expected);
        }
    }

    #[test]
    fn every_bracket_is_read() {
        let all = |text: &str| brackets(text).collect::<Vec<_>>();
        assert_eq!(all("累计完成（公里）"), ["公里"]);
        assert_eq!(all("累计完成（1-5月）[单位：米"), ["1-5月", "单位:米"]);
        assert!(all("累计完成（）").is_empty());
    }

    #[test]
    fn dashes_of_any_length_are_placeholders() {
        for text in [
            "-",
            "--",
            "——",
            "—————",
            "/",
            "//",
            " 无 ",
            "同上",
            "见上月",
            "无。",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["", "0", "无障碍", "已完成"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn harmful_characters_are_taken_out() {
        assert_eq!(
            harmless("a\u{1b}[31mb\r\nc\u{202e}d\u{9b}e\u{2067}\0\r").as_deref(),
            Some("a[31mb\ncde\n")
        );
        assert_eq!(harmless("一\n二\t三\u{200b}"), None);
    }

    #[test]
    fn one_line_drops_control_codes() {
        assert_eq!(one_line("a\u{1b}[31mb\r\nc\u{202e}d", 20), "a [31mb c d");
        assert_eq!(one_line("一二三四五", 3), "一二三…");
        // Spaces count too: a line was once twice as long as asked for.
        assert_eq!(one_line("a b c d", 4), "a b…");
    }
}
