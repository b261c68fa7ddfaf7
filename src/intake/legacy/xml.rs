//! One walk over an XML part: depth-limited, without DTDs, text with its references resolved.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::intake::FileFault;
use crate::intake::budget::check_depth;
use crate::plan::model::Limits;

/// What a visitor is shown. An empty element is opened and closed.
pub(crate) enum Node<'a> {
    Open(&'a BytesStart<'a>),
    Close(&'a str),
    Text(&'a str),
}

/// An attribute's value, by its qualified name.
pub(crate) fn attr<'a>(element: &'a BytesStart<'_>, name: &str) -> Option<Cow<'a, str>> {
    element
        .try_get_attribute(name)
        .ok()
        .flatten()?
        .normalized_value(XmlVersion::Implicit1_0)
        .ok()
}

/// Walks a part to its end. `part` is its name, for the message on damage.
pub(crate) fn walk(
    part: &mut dyn BufRead,
    name: &str,
    limits: &Limits,
    mut visit: impl FnMut(Node<'_>) -> Result<(), FileFault>,
) -> Result<(), FileFault> {
    let broken = || FileFault::unreadable(format!("部件{name}的XML不完整或有错"));
    let mut reader = Reader::from_reader(part);
    reader.config_mut().expand_empty_elements = true;
    let mut buf = Vec::new();
    let mut depth = 0_usize;
    loop {
        buf.clear();
        match reader.read_event_into(&mut buf).map_err(|_| broken())? {
            Event::Start(element) => {
                depth += 1;
                check_depth(depth, limits)?;
                visit(Node::Open(&element))?;
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                visit(Node::Close(element.name().into_inner()))?;
            }
            Event::Text(text) => visit(Node::Text(&text.xml10_content()))?,
            Event::CData(text) => visit(Node::Text(&text.xml10_content()))?,
            Event::GeneralRef(reference) => {
                if let Some(c) = reference.resolve_char_ref().map_err(|_| broken())? {
                    visit(Node::Text(c.encode_utf8(&mut [0; 4])))?;
                } else {
                    visit(Node::Text(
                        resolve_xml_entity(&reference.xml10_content()).ok_or_else(broken)?,
                    ))?;
                }
            }
            Event::DocType(_) => {
                return Err(FileFault::unreadable(format!(
                    "部件{name}含有DTD声明，不是正常保存的文件"
                )));
            }
            Event::Eof if depth == 0 => return Ok(()),
            Event::Eof => return Err(broken()),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}
