//! XML parts as text with byte ranges: what is not edited stays as it was, to the byte.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::Unfit;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Start,
    Empty,
    End,
    /// Characters, an entity or character reference, CDATA.
    Text,
    /// Declaration, comment, processing instruction.
    Other,
}

/// One piece of markup or text, as it stands.
#[derive(Debug, Clone)]
pub struct Token<'a> {
    pub kind: Kind,
    pub range: Range<usize>,
    pub raw: &'a str,
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
        matches!(self.kind, Kind::Start | Kind::Empty)
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
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn unescape(raw: &str) -> Cow<'_, str> {
    quick_xml::escape::unescape(raw).unwrap_or(Cow::Borrowed(raw))
}

/// Walks a part from its start.
pub struct Scanner<'a> {
    xml: &'a str,
    reader: Reader<&'a [u8]>,
    /// Elements open before the next token.
    pub depth: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(xml: &'a str) -> Self {
        Self {
            xml,
            reader: Reader::from_str(xml),
            depth: 0,
        }
    }

    /// The next token and the number of elements open around it; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Token<'a>>, Unfit> {
        let start = self.position();
        let event = self.reader.read_event().map_err(|_| Unfit("XML 有错"))?;
        let kind = match event {
            Event::Start(_) => Kind::Start,
            Event::Empty(_) => Kind::Empty,
            Event::End(_) => Kind::End,
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => Kind::Text,
            Event::DocType(_) => return Err(Unfit("含有 DTD 声明")),
            Event::Eof if self.depth == 0 => return Ok(None),
            Event::Eof => return Err(Unfit("XML 中途断开")),
            _ => Kind::Other,
        };
        let range = start..self.position();
        let raw = self.xml.get(range.clone()).ok_or(Unfit("XML 有错"))?;
        match kind {
            Kind::Start => self.depth += 1,
            Kind::End => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        Ok(Some(Token { kind, range, raw }))
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }
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
    if let Some(range) = attribute(tag, name) {
        return format!(
            "{}{}{}",
            &tag[..range.start],
            escape(value),
            &tag[range.end..]
        );
    }
    let body = tag.trim_end_matches('>').trim_end_matches('/').trim_end();
    format!(
        "{body} {name}=\"{}\"{}",
        escape(value),
        tag[body.len()..].trim_start()
    )
}

/// A start tag without an attribute.
pub fn without_attribute(tag: &str, name: &str) -> String {
    match attributes(tag)
        .into_iter()
        .find(|(own, _)| local(&tag[own.clone()]) == name)
    {
        Some((own, value)) => format!("{}{}", tag[..own.start].trim_end(), &tag[value.end + 1..]),
        None => tag.to_owned(),
    }
}

/// Text for an element or an attribute: markup escaped, characters XML cannot hold dropped.
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

/// Text of a cell or comment: as [`escape`], and what reads like an escaped control character (`_x0041_`) kept as it is.
pub fn escape_cell(text: &str) -> String {
    let escaped = escape(text);
    if !escaped.contains("_x") {
        return escaped;
    }
    let mut out = String::with_capacity(escaped.len());
    let mut rest = escaped.as_str();
    while let Some(at) = rest.find("_x") {
        let tail = &rest.as_bytes()[at..];
        let is_code = tail
            .get(2..6)
            .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
            && tail.get(6) == Some(&b'_');
        out.push_str(&rest[..at]);
        out.push_str(if is_code { "_x005F_x" } else { "_x" });
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    out
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
        None => edits.replace(
            tag.range.clone(),
            format!("{}{content}</{}>", opened(tag.raw), tag.qualified()),
        ),
    }
}

/// `<row r="7"/>` → `<row r="7">`.
pub fn opened(tag: &str) -> String {
    let body = tag.trim_end_matches('>').trim_end_matches('/').trim_end();
    format!("{body}>")
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
            if token.kind == Kind::Text && scanner.depth > 0 {
                text.push_str(&token.text());
            }
        }
        assert_eq!((at, text.as_str()), (xml.len(), "文字&<d>"));
        assert!(Scanner::new("<a>").next().unwrap().is_some());
        assert!(Scanner::new("<!DOCTYPE a><a/>").next().is_err());
    }

    #[test]
    fn cell_text_keeps_what_looks_like_an_escape() {
        assert_eq!(
            escape_cell("=a<b\u{1}_x000D_ _x"),
            "=a&lt;b_x005F_x000D_ _x"
        );
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
