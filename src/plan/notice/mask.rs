//! A task's text made ready for reading: widths folded, spaces dropped, quoted names and clause boundaries known.

use std::ops::Range;

use crate::plan::names::is_invisible;

/// The folded text and what is known of its bytes.
pub(super) struct Masked {
    pub text: String,
    /// Byte ranges between quotation marks, marks included, ascending and apart.
    pub quoted: Vec<Range<usize>>,
    pub clauses: Vec<Clause>,
}

/// Text between two stops (，。；：brackets and line breaks); 、 does not end one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    pub range: Range<usize>,
    /// Clauses between two full stops or semicolons share a number.
    pub sentence: usize,
    /// Inside round brackets.
    pub is_aside: bool,
}

/// Full-width letters, digits, ％ and ． become half-width; spaces go, except between two Latin words.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            // 1，300: a thousands separator that an input method made wide.
            '，' if out.ends_with(|b: char| b.is_ascii_digit()) && is_group(chars.as_str()) => ',',
            '\r' => '\n',
            '−' | '﹣' => '-',
            c => half_width(c),
        };
        if is_invisible(c) {
            continue;
        }
        if c == '\n' {
            // A line break inside a sentence is the cell's width, not a stop.
            if out.ends_with(['。', '；', ';', '！', '!']) {
                out.push('\n');
            }
            space = false;
            continue;
        }
        if c.is_whitespace() || c.is_control() {
            space = true;
            continue;
        }
        if space && c.is_ascii_alphanumeric() && out.ends_with(|b: char| b.is_ascii_alphanumeric())
        {
            out.push(' ');
        }
        space = false;
        out.push(c);
    }
    out
}

/// Full-width letters, digits, ％, ．, ＋, － and ～ as half-width ones.
pub(super) fn half_width(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％' | '．' | '＋' | '－' | '～' => {
            char::from_u32(c as u32 - 0xfee0).unwrap_or(c)
        }
        c => c,
    }
}

/// Three digits and no fourth.
fn is_group(text: &str) -> bool {
    let digits = text
        .chars()
        .take(4)
        .take_while(|c| half_width(*c).is_ascii_digit())
        .count();
    digits == 3
}

/// The text behind an item's number: `1.新建`, `2、新建`, `一是新建`, `①新建`.
pub(super) fn without_item(text: &str) -> &str {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=2).contains(&digits)
        && let Some(rest) = text[digits..].strip_prefix(['.', '、', ')'])
        && !rest.starts_with(|c: char| c.is_ascii_digit())
    {
        return rest;
    }
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some('①'..='⑳'), _) => text.get('①'.len_utf8()..).unwrap_or(text),
        (Some(n), Some('是')) if "一二三四五六七八九十".contains(n) => chars.as_str(),
        _ => text,
    }
}

impl Masked {
    pub fn new(raw: &str) -> Self {
        let text = fold(raw);
        let quoted = quotations(&text);
        let clauses = clauses(&text, &quoted);
        Self {
            text,
            quoted,
            clauses,
        }
    }

    /// The quotation a byte lies in.
    pub fn quotation(&self, at: usize) -> Option<&Range<usize>> {
        let after = self.quoted.partition_point(|q| q.end <= at);
        self.quoted.get(after).filter(|q| q.contains(&at))
    }

    /// The clause a byte lies in, or the one before it.
    pub fn clause(&self, at: usize) -> Option<&Clause> {
        let after = self.clauses.partition_point(|c| c.range.end <= at);
        self.clauses.get(after).or(self.clauses.last())
    }

    /// The number of the sentence that a byte lies in.
    pub fn sentence(&self, at: usize) -> usize {
        self.clause(at).map_or(0, |c| c.sentence)
    }
}

/// Characters of a text.
pub(super) fn length(text: &str) -> usize {
    text.chars().count()
}

fn closing(open: char) -> Option<char> {
    Some(match open {
        '“' => '”',
        '‘' => '’',
        '「' => '」',
        '『' => '』',
        '《' => '》',
        '〔' => '〕',
        '"' => '"',
        _ => return None,
    })
}

/// Characters a quoted name has at most; a mark never closed quotes nothing.
const LONGEST_NAME: usize = 60;

fn quotations(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        let end = closing(c).and_then(|close| {
            let inner = text[next..]
                .char_indices()
                .take(LONGEST_NAME)
                .find(|(_, c)| *c == close || *c == '\n');
            inner
                .filter(|(_, c)| *c == close)
                .map(|(offset, c)| next + offset + c.len_utf8())
        });
        if let Some(end) = end {
            found.push(at..end);
            at = end;
        } else {
            at = next;
        }
    }
    found
}

fn clauses(text: &str, quoted: &[Range<usize>]) -> Vec<Clause> {
    let mut out: Vec<Clause> = Vec::new();
    let (mut start, mut sentence, mut depth) = (0, 0, 0_usize);
    let mut names = quoted.iter().peekable();
    for (at, c) in text.char_indices() {
        while names.next_if(|q| q.end <= at).is_some() {}
        if names.peek().is_some_and(|q| q.contains(&at)) {
            continue;
        }
        let bytes = text.as_bytes();
        let in_number = at > 0
            && bytes.get(at - 1).is_some_and(u8::is_ascii_digit)
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let is_hard = matches!(c, '。' | '；' | ';' | '！' | '!' | '？' | '?' | '\n');
        let is_soft = matches!(c, '，' | '：' | '（' | '）' | '(' | ')' | '—' | '…')
            || (matches!(c, ',' | ':') && !in_number);
        // A dash between figures is a range.
        let is_range = c == '—' && bytes.get(at + c.len_utf8()).is_some_and(u8::is_ascii_digit);
        if !(is_hard || (is_soft && !is_range)) {
            continue;
        }
        if start < at {
            out.push(Clause {
                range: start..at,
                sentence,
                is_aside: depth > 0,
            });
        }
        start = at + c.len_utf8();
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if is_hard {
            sentence += 1;
            depth = 0;
        }
    }
    if start < text.len() {
        out.push(Clause {
            range: start..text.len(),
            sentence,
            is_aside: depth > 0,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_and_spaces_are_folded() {
        assert_eq!(
            fold("新 建 ５ 个\u{3000}公园\n和２．５％"),
            "新建5个公园和2.5%"
        );
        assert_eq!(fold("一。\n二"), "一。\n二");
    }

    #[test]
    fn wide_separators_and_item_numbers_are_known() {
        assert_eq!(fold("1，300个，25个"), "1,300个，25个");
        for (text, rest) in [
            ("1.新建", "新建"),
            ("1.5万人", "1.5万人"),
            ("一是新建", "新建"),
            ("②新建", "新建"),
            ("新建", "新建"),
        ] {
            assert_eq!(without_item(text), rest);
        }
    }

    #[test]
    fn stops_in_names_and_numbers_are_none() {
        let masked = Masked::new("打造“一站，通”1,300个；二。");
        assert_eq!(masked.clauses.len(), 2);
        assert_eq!(
            masked
                .clauses
                .iter()
                .map(|c| c.sentence)
                .collect::<Vec<_>>(),
            [0, 1]
        );
        assert!(masked.quotation(masked.text.find("站").unwrap()).is_some());
    }
}
