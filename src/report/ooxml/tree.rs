//! A small XML tree that writes back what it read: attribute values and text stay escaped as they were, so that a part that is
//! only looked at comes out unchanged.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::DECLARATION;
use super::escape::{escape, unescape};

/// Far deeper than any real document nests; bounds the recursion over the tree.
const MAX_DEPTH: usize = 256;

/// Why a part is not XML that can be read, in Chinese.
#[derive(Debug)]
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
        self.push(child);
        self
    }

    pub fn push(&mut self, child: Self) {
        self.children.push(Node::Element(child));
    }

    /// Keeps those child elements that `wanted` takes, and everything that is no element.
    pub fn retain(&mut self, mut wanted: impl FnMut(&Self) -> bool) {
        self.children
            .retain(|n| n.element().is_none_or(&mut wanted));
    }

    /// The attribute's value, unescaped.
    pub fn get(&self, key: &str) -> Option<String> {
        let (_, value) = self.attributes.iter().find(|(k, _)| k == key)?;
        Some(unescape(value).into_owned())
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

    /// Changes this element and every one below it, children before parents.
    pub fn walk_mut(&mut self, f: &mut impl FnMut(&mut Self)) {
        for e in self.elements_mut() {
            e.walk_mut(f);
        }
        f(self);
    }

    /// Visits this element and every one below it, parents before children.
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
        let text = |n: &'_ Node| match n {
            Node::Raw(raw) if !raw.starts_with('<') => Some(unescape(raw).into_owned()),
            _ => None,
        };
        self.children.iter().filter_map(text).collect()
    }

    pub fn open_tag(&self) -> String {
        let mut out = format!("<{}", self.name);
        for (key, value) in &self.attributes {
            put!(out, " {key}=\"{value}\"");
        }
        out + ">"
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
        put!(out, "</{}>", self.name);
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

/// Reads XML with one root element; a DTD is refused, since it could define entities.
pub fn parse_str(text: &str) -> Result<Element, XmlError> {
    let error = |text: &str| XmlError(text.to_owned());
    let mut reader = Reader::from_str(text);
    let mut stack: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let event = reader.read_event().map_err(|e| XmlError(e.to_string()))?;
        match event {
            Event::Start(e) => {
                if stack.len() >= MAX_DEPTH {
                    return Err(error("嵌套过深"));
                }
                stack.push(element(&e)?);
            }
            Event::Empty(e) => close(element(&e)?, &mut stack, &mut root),
            Event::End(_) => {
                let done = stack.pop().ok_or_else(|| error("多余的结束标记"))?;
                close(done, &mut stack, &mut root);
            }
            Event::Text(e) => raw(&mut stack, &e),
            Event::GeneralRef(e) => raw(&mut stack, &format!("&{};", &*e)),
            Event::CData(e) => raw(&mut stack, &escape(&e)),
            Event::Comment(e) => raw(&mut stack, &format!("<!--{}-->", &*e)),
            Event::PI(e) => raw(&mut stack, &format!("<?{}?>", &*e)),
            Event::Decl(_) => {}
            Event::DocType(_) => return Err(error("含有DTD")),
            Event::Eof => break,
        }
    }
    if !stack.is_empty() {
        return Err(error("内容不完整"));
    }
    root.ok_or_else(|| error("没有内容"))
}

fn close(done: Element, stack: &mut [Element], root: &mut Option<Element>) {
    match stack.last_mut() {
        Some(parent) => parent.push(done),
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
            last.push_str(text);
        }
        _ => parent.children.push(Node::Raw(text.to_owned())),
    }
}

fn element(tag: &BytesStart) -> Result<Element, XmlError> {
    let mut out = Element::new(tag.name().into_inner());
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| XmlError(format!("标记有误：{}", &**tag)))?;
        // Values are written back between double quotes.
        let value = attribute.value.replace('"', "&quot;");
        out.attributes
            .push((attribute.key.into_inner().to_owned(), value));
    }
    Ok(out)
}

/// The part's bytes, the declaration in front.
pub fn to_part(root: &Element) -> Vec<u8> {
    let mut out = DECLARATION.to_owned();
    root.write(&mut out);
    out.into_bytes()
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
}
