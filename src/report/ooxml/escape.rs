//! Text in XML, and back.

use std::borrow::Cow;

/// Text for an element or an attribute: markup escaped, characters that XML 1.0 cannot hold dropped, carriage returns too.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// Text of a cell or comment: as [`escape`], and what Excel would read as an escaped character (`_x0041_`) stays text.
pub fn escape_cell(text: &str) -> String {
    let escaped = escape(text);
    let mut pieces = escaped.split("_x");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_code = piece
            .as_bytes()
            .get(..5)
            .is_some_and(|code| code[..4].iter().all(u8::is_ascii_hexdigit) && code[4] == b'_');
        out.push_str(if is_code { "_x005F_x" } else { "_x" });
        out.push_str(piece);
    }
    out
}

/// Resolves references; a text with one that XML does not define stays as it is.
pub fn unescape(raw: &str) -> Cow<'_, str> {
    quick_xml::escape::unescape(raw).unwrap_or(Cow::Borrowed(raw))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_dropped() {
        assert_eq!(
            escape("a\u{0}\u{b}<b>&\"\u{ffff}\r"),
            "a&lt;b&gt;&amp;&quot;"
        );
    }

    #[test]
    fn cell_text_keeps_what_looks_like_an_escape() {
        assert_eq!(
            escape_cell("=a<b\u{1}_x000D_ _x"),
            "=a&lt;b_x005F_x000D_ _x"
        );
    }
}
