//! A small XML tree that gives back what it read: attribute values and text stay escaped as they were,
//! so that a part which is only looked at comes out unchanged.

use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::events::Event;

/// Deeper nesting than any real document has; keeps recursion off the stack's end.
const MAX_DEPTH: usize = 256;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlError(pub String);

impl std::fmt::Display for XmlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for XmlError {}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Element(Element),
    /// Text, comments and processing instructions, escaped as read.
    Raw(String),
}

/// An element with its prefix in the name (`w:p`) and attribute values still escaped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

impl Element {
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    #[must_use]
    pub fn attr(mut self, key: &str, value: impl AsRef<str>) -> Self {
        self.set(key, value.as_ref());
        self
    }

    #[must_use]
    pub fn child(mut self, child: Self) -> Self {
        self.children.push(Node::Element(child));
        self
    }

    /// The attribute's value, unescaped.
    pub fn get(&self, key: &str) -> Option<String> {
        self.attributes
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, v)| unescape(v))
    }

    /// Sets an attribute, in its place if it is there already.
    pub fn set(&mut self, key: &str, value: &str) {
        let value = escape(value);
        match self.attributes.iter_mut().find(|(k, _)| k == key) {
            Some((_, old)) => *old = value,
            None => self.attributes.push((key.to_owned(), value)),
        }
    }

    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(Node::element)
    }

    pub fn elements_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        self.children.iter_mut().filter_map(|n| match n {
            Node::Element(e) => Some(e),
            Node::Raw(_) => None,
        })
    }

    pub fn first(&self, name: &str) -> Option<&Self> {
        self.elements().find(|e| e.name == name)
    }

    pub fn first_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.elements_mut().find(|e| e.name == name)
    }

    /// The first child of that name, put in front if there is none.
    pub fn first_or_insert(&mut self, name: &str) -> &mut Self {
        let at = self
            .children
            .iter()
            .position(|n| n.element().is_some_and(|e| e.name == name))
            .unwrap_or_else(|| {
                self.children.insert(0, Node::Element(Self::new(name)));
                0
            });
        match &mut self.children[at] {
            Node::Element(e) => e,
            Node::Raw(_) => unreachable!("the position was found by element name"),
        }
    }

    /// Every element below this one and itself, depth first, changed by `f` from the leaves up.
    pub fn walk_mut(&mut self, f: &mut impl FnMut(&mut Self)) {
        for e in self.elements_mut() {
            e.walk_mut(f);
        }
        f(self);
    }

    pub fn walk<'a>(&'a self, f: &mut impl FnMut(&'a Self)) {
        f(self);
        for e in self.elements() {
            e.walk(f);
        }
    }

    /// Unescaped text of every `name` element below.
    pub fn text_of(&self, name: &str) -> String {
        let mut out = String::new();
        self.walk(&mut |e| {
            if e.name == name {
                out.push_str(&e.own_text());
            }
        });
        out
    }

    /// Unescaped text directly inside this element.
    pub fn own_text(&self) -> String {
        self.children
            .iter()
            .filter_map(|n| match n {
                Node::Raw(raw) if !raw.starts_with('<') => Some(unescape(raw)),
                _ => None,
            })
            .collect()
    }

    pub fn open_tag(&self) -> String {
        let mut out = format!("<{}", self.name);
        for (key, value) in &self.attributes {
            let _ = write!(out, " {key}=\"{value}\"");
        }
        out.push('>');
        out
    }

    pub fn write(&self, out: &mut String) {
        let open = self.open_tag();
        if self.children.is_empty() {
            out.push_str(&open[..open.len() - 1]);
            out.push_str("/>");
            return;
        }
        out.push_str(&open);
        for child in &self.children {
            child.write(out);
        }
        let _ = write!(out, "</{}>", self.name);
    }
}

impl Node {
    pub fn element(&self) -> Option<&Element> {
        match self {
            Self::Element(e) => Some(e),
            Self::Raw(_) => None,
        }
    }

    pub fn write(&self, out: &mut String) {
        match self {
            Self::Element(e) => e.write(out),
            Self::Raw(raw) => out.push_str(raw),
        }
    }
}

/// Reads a whole part.
pub fn parse(bytes: &[u8]) -> Result<Element, XmlError> {
    let text = std::str::from_utf8(bytes).map_err(|_| XmlError("不是UTF-8编码".to_owned()))?;
    parse_str(text.trim_start_matches('\u{feff}'))
}

pub fn parse_str(text: &str) -> Result<Element, XmlError> {
    let mut reader = Reader::from_str(text);
    let mut stack: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let event = reader.read_event().map_err(|e| XmlError(e.to_string()))?;
        match event {
            Event::Start(e) => {
                if stack.len() >= MAX_DEPTH {
                    return Err(XmlError("嵌套过深".to_owned()));
                }
                stack.push(element(&e)?);
            }
            Event::Empty(e) => close(element(&e)?, &mut stack, &mut root),
            Event::End(_) => {
                let done = stack
                    .pop()
                    .ok_or_else(|| XmlError("多余的结束标记".to_owned()))?;
                close(done, &mut stack, &mut root);
            }
            Event::Text(e) => raw(&mut stack, &e),
            Event::GeneralRef(e) => raw(&mut stack, &format!("&{};", &*e)),
            Event::CData(e) => raw(&mut stack, &escape(&e)),
            Event::Comment(e) => raw(&mut stack, &format!("<!--{}-->", &*e)),
            Event::PI(e) => raw(&mut stack, &format!("<?{}?>", &*e)),
            Event::Decl(_) => {}
            // Entities could be defined there; no Office program writes one.
            Event::DocType(_) => return Err(XmlError("含有DTD".to_owned())),
            Event::Eof => break,
        }
    }
    if !stack.is_empty() {
        return Err(XmlError("内容不完整".to_owned()));
    }
    root.ok_or_else(|| XmlError("没有内容".to_owned()))
}

fn close(done: Element, stack: &mut [Element], root: &mut Option<Element>) {
    match stack.last_mut() {
        Some(parent) => parent.children.push(Node::Element(done)),
        None => *root = Some(done),
    }
}

fn raw(stack: &mut [Element], text: &str) {
    let Some(parent) = stack.last_mut() else {
        return;
    };
    match parent.children.last_mut() {
        // Text comes in pieces around references; one node keeps `own_text` simple.
        Some(Node::Raw(last)) if !last.starts_with('<') && !text.starts_with('<') => {
            last.push_str(text)
        }
        _ => parent.children.push(Node::Raw(text.to_owned())),
    }
}

fn element(tag: &str) -> Result<Element, XmlError> {
    let broken = || XmlError(format!("标记有误：{tag}"));
    let (name, mut rest) = tag.split_at(
        tag.find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(tag.len()),
    );
    let mut out = Element::new(name);
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(out);
        }
        let (key, after) = rest.split_once('=').ok_or_else(broken)?;
        let after = after.trim_start();
        let quote = after
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))
            .ok_or_else(broken)?;
        let (value, tail) = after[1..].split_once(quote).ok_or_else(broken)?;
        // Values are written back between double quotes.
        out.attributes
            .push((key.trim_end().to_owned(), value.replace('"', "&quot;")));
        rest = tail;
    }
}

/// The part's bytes with the declaration that Word writes.
pub fn to_part(root: &Element) -> Vec<u8> {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
    root.write(&mut out);
    out.into_bytes()
}

/// Escapes text for element and attribute content; characters that XML 1.0 forbids are dropped.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// Resolves the five named references and character references; others stay as they are.
pub fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(end) = rest.find(';') else { break };
        let known = match &rest[1..end] {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            name => name
                .strip_prefix("#x")
                .and_then(|hex| u32::from_str_radix(hex, 16).ok())
                .or_else(|| name.strip_prefix('#').and_then(|dec| dec.parse().ok()))
                .and_then(char::from_u32),
        };
        match known {
            Some(c) => out.push(c),
            None => out.push_str(&rest[..=end]),
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_comes_back_as_it_was() {
        let source = r#"<a xmlns:w="u" q='say "x"'><w:t xml:space="preserve"> a &amp; b&#10;</w:t><!-- c --><b/></a>"#;
        let mut out = String::new();
        parse_str(source).unwrap().write(&mut out);
        assert_eq!(
            out,
            source.replace(r#"'say "x"'"#, r#""say &quot;x&quot;""#)
        );
    }

    #[test]
    fn hostile_xml_is_refused_without_a_panic() {
        for bad in [
            "",
            "<a>",
            "</a>",
            "<a b>",
            "<a b=c/>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a/>",
        ] {
            assert!(parse_str(bad).is_err(), "{bad}");
        }
        assert!(parse_str(&"<a>".repeat(100_000)).is_err());
    }

    #[test]
    fn control_characters_are_dropped() {
        assert_eq!(escape("a\u{0}\u{b}<b>&\"\u{ffff}"), "a&lt;b&gt;&amp;&quot;");
    }
}
