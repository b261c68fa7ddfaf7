//! How names and other texts are compared. The original text is never changed: [`fold`] and [`key`] make copies to compare.
//!
//! [`key`] decides whether two names of departments, tasks or indicators are the same, both when a plan is validated and when
//! a form names one of them: what a plan may hold side by side can always be told apart in a form.

use unicode_normalization::UnicodeNormalization as _;

/// Whether a character has no place in a text and can do harm where it is shown: control codes (line breaks and tabs aside; a
/// terminal obeys them), and marks of the writing direction (they show a text in another order than it has).
pub fn is_harmful(c: char) -> bool {
    let marks_direction = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    marks_direction || c.is_control() && !matches!(c, '\n' | '\t')
}

/// Whether a text may hold a [harmful](is_harmful) character. Control codes are single bytes or begin with C2, marks of direction
/// with D8 or E2: a look at the bytes clears nearly every text.
pub fn may_be_harmful(text: &str) -> bool {
    let suspect =
        |b: u8| b < 0x20 && b != b'\n' && b != b'\t' || matches!(b, 0x7f | 0xc2 | 0xd8 | 0xe2);
    text.bytes().fold(false, |found, b| found | suspect(b))
}

/// Whether Windows keeps a file's name for a device, whatever its case and extension.
pub fn is_device(name: &str) -> bool {
    let stem = name.split(['.', ':']).next().unwrap_or(name).trim_end();
    let stem = stem.to_ascii_uppercase();
    let port = stem
        .strip_prefix("COM")
        .or_else(|| stem.strip_prefix("LPT"));
    matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || port.is_some_and(|port| "0 1 2 3 4 5 6 7 8 9 ¹ ² ³".split(' ').any(|n| n == port))
}

/// White space as departments type it: also NBSP, U+3000, zero-width characters and the byte-order mark.
pub fn is_space(c: char) -> bool {
    !is_han(c) && (c.is_whitespace() || is_invisible(c))
}

/// Zero-width characters, the byte-order mark and the soft hyphen.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
    )
}

/// A Chinese character of the basic block (U+4E00 to U+9FFF), which holds nearly all that forms use.
pub fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// NFKC of one character, for those that make up nearly every form: Han, ASCII, full-width ASCII, common punctuation.
/// `None`: only the Unicode tables tell.
pub(crate) fn nfkc_char(c: char) -> Option<char> {
    match c {
        '\u{0}'..='\u{7f}' => Some(c),
        _ if is_han(c) => Some(c),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
        '\u{3000}' | '\u{a0}' => Some(' '),
        '、' | '。' | '“' | '”' | '‘' | '’' | '《' | '》' | '「' | '」' | '【' | '】' | '〔'
        | '〕' | '—' | '·' | '\u{200b}' | '\u{feff}' => Some(c),
        _ => None,
    }
}

/// As [`nfkc_char`], in lower case.
pub(crate) fn fold_char(c: char) -> Option<char> {
    nfkc_char(c).map(|c| c.to_ascii_lowercase())
}

/// NFKC, lower case, without white space: `项 目\n名称` and `项目名称` fold to one text.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Characters that stay as they are are copied in runs.
    let mut run = 0;
    let mut at = 0;
    while let Some(&first) = text.as_bytes().get(at) {
        // Two bytes tell a Han character, of which most texts are made.
        let is_han = match first {
            0xe4 => text.as_bytes()[at + 1] >= 0xb8,
            first => (0xe5..=0xe9).contains(&first),
        };
        if is_han {
            at += 3;
            continue;
        }
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        at += c.len_utf8();
        match fold_char(c) {
            Some(same) if same == c && !is_space(c) => {}
            Some(other) => {
                out.push_str(&text[run..at - c.len_utf8()]);
                run = at;
                if !is_space(other) {
                    out.push(other);
                }
            }
            // A combining mark changes the character before it, so the whole text goes through the tables.
            None => {
                return text
                    .nfkc()
                    .filter(|c| !is_space(*c))
                    .flat_map(char::to_lowercase)
                    .collect();
            }
        }
    }
    out.push_str(&text[run..]);
    out
}

/// Whether [`fold`] of the text is `folded`, without folding it where the first characters already differ.
pub fn folds_to(text: &str, folded: &str) -> bool {
    let mut rest = folded.chars();
    for c in text.chars() {
        match fold_char(c) {
            Some(c) if is_space(c) => {}
            Some(c) if rest.next() == Some(c) => {}
            // A combining mark changes the letter before it, never a Han character or a digit.
            Some(c) if is_han(c) || c.is_ascii_digit() => return false,
            _ => return fold(text) == folded,
        }
    }
    rest.next().is_none()
}

/// The key by which names are compared: as [`fold`], without brackets and what stands in them, quotation marks and
/// punctuation. A name that is nothing but a bracket keeps the bracket's words.
pub fn key(name: &str) -> String {
    let folded = fold(name);
    if folded.chars().all(is_han) {
        return folded;
    }
    let mut depth = 0usize;
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        match c {
            '(' | '[' | '【' | '〔' | '〈' => depth += 1,
            ')' | ']' | '】' | '〕' | '〉' => depth = depth.saturating_sub(1),
            _ if depth == 0 && !is_punctuation(c) => out.push(c),
            _ => {}
        }
    }
    if out.is_empty() {
        out = without_brackets(&folded);
        out.retain(|c| !is_punctuation(c));
    }
    out
}

/// The name with its brackets taken away and their words kept: what stands in a bracket then tells two names apart.
pub fn without_brackets(name: &str) -> String {
    let is_bracket =
        |c: char| matches!(c, '（' | '）' | '［' | '］') || "()[]【】〔〕〈〉".contains(c);
    name.chars().filter(|c| !is_bracket(*c)).collect()
}

/// Quotation marks, punctuation and ornaments that a name may have or lack. Of folded text.
fn is_punctuation(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '“'
            | '”'
            | '‘'
            | '’'
            | '「'
            | '」'
            | '『'
            | '』'
            | '《'
            | '》'
            | ','
            | '.'
            | '、'
            | '。'
            | ':'
            | ';'
            | '·'
            | '-'
            | '—'
            | '–'
            | '_'
            | '!'
            | '?'
            | '*'
            | '★'
            | '/'
            | '~'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_characters_fold_as_the_unicode_tables_say() {
        for text in [
            "累计　完成（公里）",
            "Ｎｏ．１",
            "１，３００",
            "e\u{301}",
            "㎡",
            "①项",
            "ﬁ",
            "约８．３６万㎡",
            "\u{200b}a\u{feff}",
            "K",
            "…",
        ] {
            let by_table: String = text
                .nfkc()
                .filter(|c| !is_space(*c))
                .flat_map(char::to_lowercase)
                .collect();
            assert_eq!(fold(text), by_table, "{text}");
            assert!(folds_to(text, &by_table), "{text}");
            assert!(
                !folds_to(text, &format!("{by_table}x"))
                    && !folds_to(&format!("x{text}"), &by_table),
                "{text}"
            );
        }
    }

    #[test]
    fn width_space_and_line_breaks_do_not_tell_texts_apart() {
        assert_eq!(fold("项 目\n名\u{3000}称"), "项目名称");
        assert_eq!(fold("街头\u{a0}绿地\u{200b}面积"), "街头绿地面积");
        assert_eq!(fold("Ｎｏ．"), "no.");
    }

    #[test]
    fn brackets_and_punctuation_do_not_tell_names_apart() {
        assert_eq!(
            key("推进“错时共享”停车泊位建设"),
            "推进错时共享停车泊位建设"
        );
        assert_eq!(key("无障碍改造示范村（社区）"), "无障碍改造示范村");
        assert_eq!(key("（社区）"), "社区");
    }
}
