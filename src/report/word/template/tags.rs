//! Tags in a paragraph's text: `{{ value }}`, `{% for … %}`, `{# remark #}`.

/// What a tag does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagKind {
    /// `{{ … }}`.
    Output,
    /// `{% … %}`.
    Block,
    /// `{# … #}`: dropped.
    Remark,
}

/// A tag within its paragraph's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub kind: TagKind,
    /// What stands between the delimiters, trimmed, on one line, with typographic quotes made straight.
    pub inner: String,
    /// The tag as written.
    pub text: String,
    /// Byte range in the paragraph's text.
    pub range: std::ops::Range<usize>,
}

/// A piece of text that looks like a tag and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub text: String,
    pub message: &'static str,
}

const PAIRS: [(&str, &str, TagKind); 3] = [
    ("{{", "}}", TagKind::Output),
    ("{%", "%}", TagKind::Block),
    ("{#", "#}", TagKind::Remark),
];

/// Every tag of a paragraph's text and what is wrong with the rest.
pub fn scan(text: &str) -> (Vec<Tag>, Vec<Broken>) {
    let (mut tags, mut broken) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some((start, pair)) = next_open(text, at) {
        stray(&text[at..start], &mut broken);
        let (open, close, kind) = &PAIRS[pair];
        let body = start + open.len();
        let end = find_close(text, body, close);
        let reopened = next_open(text, body).map(|(next, _)| next);
        match end {
            Some(end) if *kind == TagKind::Remark || reopened.is_none_or(|next| next > end) => {
                let stop = end + close.len();
                tags.push(Tag {
                    kind: kind.clone(),
                    inner: inner(&text[body..end]),
                    text: text[start..stop].to_owned(),
                    range: start..stop,
                });
                at = stop;
            }
            _ => {
                let stop = reopened.unwrap_or(text.len());
                broken.push(Broken {
                    text: text[start..stop].trim_end().to_owned(),
                    message: "标签没有结束，缺少“}}”或“%}”",
                });
                at = stop;
            }
        }
    }
    stray(&text[at..], &mut broken);
    (tags, broken)
}

fn next_open(text: &str, from: usize) -> Option<(usize, usize)> {
    PAIRS
        .iter()
        .enumerate()
        .filter_map(|(ix, (open, _, _))| text[from..].find(open).map(|at| (from + at, ix)))
        .min()
}

/// The closing delimiter, not one inside a quoted text.
fn find_close(text: &str, from: usize, close: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text[from..].char_indices() {
        match quote {
            None if text[from + at..].starts_with(close) => return Some(from + at),
            None if matches!(c, '"' | '\'') => quote = Some(c),
            Some(q) if q == c => quote = None,
            _ => {}
        }
    }
    // A quote left open hides the end: take the first one, the expression's own check tells the rest.
    text[from..].find(close).map(|at| from + at)
}

fn stray(text: &str, broken: &mut Vec<Broken>) {
    for (mark, message) in [
        ("}}", "多余的“}}”，前面缺少“{{”"),
        ("%}", "多余的“%}”，前面缺少“{%”"),
        ("｛｛", "标签要用半角花括号“{{ }}”"),
        ("｛%", "标签要用半角花括号“{% %}”"),
        ("｛％", "标签要用半角符号“{% %}”"),
    ] {
        if text.contains(mark) {
            broken.push(Broken {
                text: mark.to_owned(),
                message,
            });
        }
    }
}

fn inner(text: &str) -> String {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let text = text.strip_suffix(['-', '+']).unwrap_or(text);
    let straight = !text.contains(['"', '\'']);
    let plain: String = text
        .chars()
        .map(|c| match c {
            // Word turns the quotes of what is typed into typographic ones.
            '“' | '”' if straight => '"',
            '‘' | '’' if straight => '\'',
            '\u{a0}' | '\u{3000}' | '\u{2002}' | '\u{2003}' | '\t' | '\n' | '\r' => ' ',
            c => c,
        })
        .filter(|c| !matches!(c, '\u{200b}' | '\u{feff}'))
        .collect();
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_what_only_looks_like_one() {
        let (tags, broken) = scan("甲{{ a }}乙{%- if “x” == b -%}丙{# 说明 {{ #}");
        assert_eq!(
            tags.iter().map(|t| t.inner.as_str()).collect::<Vec<_>>(),
            ["a", "if \"x\" == b", "说明 {{"]
        );
        assert!(broken.is_empty());
        let (tags, broken) = scan("{{ a 甲 {{ b }} 乙 }} ｛｛ c }}");
        assert_eq!(tags.len(), 1);
        assert_eq!(
            broken.iter().map(|b| b.text.as_str()).collect::<Vec<_>>(),
            ["{{ a 甲", "}}", "｛｛"]
        );
        assert_eq!(scan("{{ '}}' }}").0[0].inner, "'}}'");
    }
}
