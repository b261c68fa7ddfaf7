//! XML parts as text with byte ranges: what is not edited stays as it was, to the byte.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::report::ooxml::escape::{escape, unescape};

/// Why a package cannot be patched; it is then read and written anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfit(pub &'static str);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    Start,
    Empty,
    End,
    /// Characters, an entity or character reference, CDATA.
    Text,
    /// Declaration, comment, processing instruction.
    Other,
}

/// One piece of markup or text, as it stands.
#[derive(Debug)]
pub struct Token<'a> {
    pub kind: TokenKind,
    pub range: Range<usize>,
    pub raw: &'a str,
    /// How many elements are open around it.
    pub depth: usize,
}

impl<'a> Token<'a> {
    /// An element's name with its prefix.
    pub fn qualified(&self) -> &'a str {
        let body = self.raw.trim_start_matches(['<', '/']);
        let end = body
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))
            .unwrap_or(body.len());
        &body[..end]
    }

    pub fn local(&self) -> &'a str {
        local(self.qualified())
    }

    /// `x:` or nothing.
    pub fn prefix(&self) -> &'a str {
        let name = self.qualified();
        &name[..name.len() - local(name).len()]
    }

    pub fn opens(&self) -> bool {
        matches!(self.kind, TokenKind::Start | TokenKind::Empty)
    }

    /// Whether it is the start (or the whole) of an element of that local name.
    pub fn is(&self, name: &str) -> bool {
        self.opens() && self.local() == name
    }

    /// The characters of a text.
    pub fn text(&self) -> Cow<'a, str> {
        match self.raw.strip_prefix("<![CDATA[") {
            Some(data) => Cow::Borrowed(data.strip_suffix("]]>").unwrap_or(data)),
            None => unescape(self.raw),
        }
    }

    /// An attribute by local name, unescaped.
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        attribute(self.raw, name).map(|range| unescape(&self.raw[range]))
    }

    /// An attribute's text; empty where there is none.
    pub fn value(&self, name: &str) -> String {
        self.attribute(name).unwrap_or_default().into_owned()
    }

    /// An attribute as a number, where it is one.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.attribute(name)?.parse().ok()
    }

    /// Whether an attribute is there and true.
    pub fn is_set(&self, name: &str) -> bool {
        self.attribute(name)
            .is_some_and(|v| matches!(&*v, "1" | "true"))
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Walks a part from its start.
pub struct Scanner<'a> {
    xml: &'a str,
    reader: Reader<&'a [u8]>,
    open: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(xml: &'a str) -> Self {
        Self {
            xml,
            reader: Reader::from_str(xml),
            open: 0,
        }
    }

    /// The next token; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Token<'a>>, Unfit> {
        let start = self.position();
        let event = self.reader.read_event().map_err(|_| Unfit("XML 有错"))?;
        let kind = match event {
            Event::Start(_) => TokenKind::Start,
            Event::Empty(_) => TokenKind::Empty,
            Event::End(_) => TokenKind::End,
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => TokenKind::Text,
            Event::DocType(_) => return Err(Unfit("含有 DTD 声明")),
            Event::Eof if self.open == 0 => return Ok(None),
            Event::Eof => return Err(Unfit("XML 中途断开")),
            _ => TokenKind::Other,
        };
        let range = start..self.position();
        let raw = self.xml.get(range.clone()).ok_or(Unfit("XML 有错"))?;
        if kind == TokenKind::End {
            self.open = self.open.saturating_sub(1);
        }
        let depth = self.open;
        self.open += usize::from(kind == TokenKind::Start);
        Ok(Some(Token {
            kind,
            range,
            raw,
            depth,
        }))
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }
}

/// Looks at every token; gives the root's start tag and where its end tag begins (`None`: it is empty).
pub fn scan<'a>(
    xml: &'a str,
    mut look: impl FnMut(&Token<'a>),
) -> Result<(Token<'a>, Option<usize>), Unfit> {
    let mut scanner = Scanner::new(xml);
    let (mut root, mut end) = (None, None);
    while let Some(token) = scanner.next()? {
        look(&token);
        if token.depth == 0 && token.kind == TokenKind::End {
            end = Some(token.range.start);
        }
        if root.is_none() && token.opens() {
            root = Some(token);
        }
    }
    Ok((root.ok_or(Unfit("XML 有错"))?, end))
}

/// Where an attribute's value stands in a start tag, by local name.
pub fn attribute(tag: &str, name: &str) -> Option<Range<usize>> {
    attributes(tag)
        .into_iter()
        .find(|(own, _)| local(&tag[own.clone()]) == name)
        .map(|(_, value)| value)
}

/// Names and values of a start tag's attributes.
fn attributes(tag: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let bytes = tag.as_bytes();
    let is_space = |b: u8| b.is_ascii_whitespace();
    let skip = |mut at: usize, stop: &dyn Fn(u8) -> bool| {
        while bytes.get(at).is_some_and(|&b| !stop(b)) {
            at += 1;
        }
        at
    };
    let mut found = Vec::new();
    let mut at = skip(0, &|b| is_space(b) || b == b'>');
    loop {
        at = skip(at, &|b| !is_space(b));
        let name = at..skip(at, &|b| is_space(b) || matches!(b, b'=' | b'>' | b'/'));
        if name.is_empty() {
            return found;
        }
        at = skip(name.end, &|b| !is_space(b) && b != b'=');
        let Some(&quote) = bytes.get(at).filter(|b| matches!(b, b'"' | b'\'')) else {
            return found;
        };
        let value = at + 1..skip(at + 1, &|b| b == quote);
        at = value.end + 1;
        found.push((name, value));
    }
}

/// A start tag with an attribute set; a new one stands last.
pub fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    let value = escape(value);
    if let Some(range) = attribute(tag, name) {
        return format!("{}{value}{}", &tag[..range.start], &tag[range.end..]);
    }
    let body = body(tag);
    let end = tag[body.len()..].trim_start();
    format!("{body} {name}=\"{value}\"{end}")
}

/// A start tag without an attribute.
pub fn without_attribute(tag: &str, name: &str) -> String {
    let found = attributes(tag)
        .into_iter()
        .find(|(own, _)| local(&tag[own.clone()]) == name);
    match found {
        Some((own, value)) => format!("{}{}", tag[..own.start].trim_end(), &tag[value.end + 1..]),
        None => tag.to_owned(),
    }
}

/// A tag without its end.
fn body(tag: &str) -> &str {
    tag.trim_end_matches('>').trim_end_matches('/').trim_end()
}

/// `<row r="7"/>` → `<row r="7">`.
pub fn opened(tag: &str) -> String {
    format!("{}>", body(tag))
}

/// XML of ours with the prefix that the part gives its elements (`x:` or nothing). Its texts are escaped: every `<` is a tag's.
pub fn prefixed(prefix: &str, xml: &str) -> String {
    xml.replace('<', &format!("<{prefix}"))
        .replace(&format!("<{prefix}/"), &format!("</{prefix}"))
}

/// Replacements in a part, by byte range.
#[derive(Debug, Default)]
pub struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    pub fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.0.push((range, text.into()));
    }

    /// Insertions at one place stand in the order they were made.
    pub fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn apply(mut self, xml: &str) -> Result<String, Unfit> {
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(
            xml.len() + self.0.iter().map(|(_, text)| text.len()).sum::<usize>(),
        );
        let mut at = 0;
        for (range, text) in &self.0 {
            out.push_str(xml.get(at..range.start).ok_or(Unfit("XML 结构不符"))?);
            out.push_str(text);
            at = range.end;
        }
        out.push_str(xml.get(at..).ok_or(Unfit("XML 结构不符"))?);
        Ok(out)
    }
}

/// Adds content as the last of an element whose start tag is `tag` and whose end tag begins at `end` (`None`: it is empty).
pub fn append_into(edits: &mut Edits, tag: &Token, end: Option<usize>, content: &str) {
    match end {
        Some(end) => edits.insert(end, content),
        None => fill_empty(edits, tag, content),
    }
}

/// Gives an empty element content.
pub fn fill_empty(edits: &mut Edits, tag: &Token, content: &str) {
    let filled = format!("{}{content}</{}>", opened(tag.raw), tag.qualified());
    edits.replace(tag.range.clone(), filled);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_set_where_they_stand() {
        let tag = r#"<x:c r="A1" t='s' xml:space = "preserve"/>"#;
        assert_eq!(attribute(tag, "t").map(|r| &tag[r]), Some("s"));
        assert_eq!(attribute(tag, "space").map(|r| &tag[r]), Some("preserve"));
        assert_eq!(attribute(tag, "s"), None);
        assert_eq!(
            with_attribute(tag, "t", "b"),
            r#"<x:c r="A1" t='b' xml:space = "preserve"/>"#
        );
        assert_eq!(with_attribute("<c/>", "s", "4"), r#"<c s="4"/>"#);
        assert_eq!(
            without_attribute(tag, "t"),
            r#"<x:c r="A1" xml:space = "preserve"/>"#
        );
        assert_eq!(
            with_attribute("<c r=\"A1\">", "s", "4"),
            r#"<c r="A1" s="4">"#
        );
        assert_eq!(opened(r#"<row r="7" />"#), r#"<row r="7">"#);
    }

    #[test]
    fn tokens_cover_every_byte() {
        let xml =
            "<?xml version=\"1.0\"?>\n<a x='1 > 0'>文字&amp;<b/><!-- c --><![CDATA[<d>]]></a>";
        let mut scanner = Scanner::new(xml);
        let mut at = 0;
        let mut text = String::new();
        while let Some(token) = scanner.next().unwrap() {
            assert_eq!(token.range.start, at);
            at = token.range.end;
            if token.kind == TokenKind::Text && token.depth > 0 {
                text.push_str(&token.text());
            }
        }
        assert_eq!((at, text.as_str()), (xml.len(), "文字&<d>"));
        assert!(Scanner::new("<a>").next().unwrap().is_some());
        assert!(Scanner::new("<!DOCTYPE a><a/>").next().is_err());
    }

    #[test]
    fn every_element_of_ours_gets_the_parts_prefix() {
        let xml = "<c t=\"s\"><v>&lt;</v><f/></c>";
        assert_eq!(
            prefixed("x:", xml),
            "<x:c t=\"s\"><x:v>&lt;</x:v><x:f/></x:c>"
        );
        assert_eq!(prefixed("", xml), xml);
    }

    #[test]
    fn edits_apply_in_order_and_never_overlap() {
        let mut edits = Edits::default();
        edits.insert(1, "1");
        edits.replace(3..4, "-");
        edits.insert(1, "2");
        assert_eq!(edits.apply("abcd").unwrap(), "a12bc-");
        let mut crossed = Edits::default();
        crossed.replace(0..3, "x");
        crossed.replace(1..2, "y");
        assert!(crossed.apply("abcd").is_err());
    }
}
