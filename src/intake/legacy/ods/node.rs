//! A part's XML as `OpenDocument` readers see it: names with the prefixes that every known writer uses (`table:`,
//! `office:`, `text:` …), texts decoded.

use crate::intake::Result;
use crate::intake::reading::xml::tag::Tag;
use crate::intake::reading::xml::{Event, Xml};

/// What a visitor is shown. An empty element is opened and closed.
pub(super) enum Node<'a> {
    Open(&'a Tag<'a>),
    Close(&'a [u8]),
    Text(&'a str),
}

/// Walks a part to its end.
pub(super) fn walk(mut xml: Xml<'_>, mut visit: impl FnMut(Node<'_>) -> Result) -> Result {
    let mut decoded = String::new();
    loop {
        match xml.next()? {
            Event::Open(tag) => {
                visit(Node::Open(&tag))?;
                if tag.empty {
                    visit(Node::Close(tag.full))?;
                }
            }
            Event::Close { full, .. } => visit(Node::Close(full))?,
            Event::Text(text) => {
                decoded.clear();
                text.push_to(&mut decoded)?;
                visit(Node::Text(&decoded))?;
            }
            Event::End => return Ok(()),
        }
    }
}

/// An attribute's value as a text of its own.
pub(super) fn owned(element: &Tag<'_>, name: &[u8]) -> Option<String> {
    element.get_full(name).map(std::borrow::Cow::into_owned)
}

/// Whether an attribute has this value.
pub(super) fn is(element: &Tag<'_>, name: &[u8], value: &str) -> bool {
    element.get_full(name).is_some_and(|own| own == value)
}

/// A repetition or span; at least 1, whatever is written.
pub(super) fn count(element: &Tag<'_>, name: &[u8]) -> u32 {
    element
        .get_full(name)
        .and_then(|n| n.parse().ok())
        .unwrap_or(1)
        .max(1)
}

/// Whether a row or column is hidden.
pub(super) fn is_hidden(element: &Tag<'_>) -> bool {
    is(element, b"table:visibility", "collapse") || is(element, b"table:visibility", "filter")
}
