//! Filling a template: segments → one minijinja source → XML → the part.

use std::collections::BTreeMap;

use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use super::flatten::{Segment, flatten};
use super::tags::TagKind;
use super::{Names, TemplateError, TemplateErrors, Values, fillable, part_name, printed};
use crate::report::ooxml::escape::escape;
use crate::report::ooxml::tree::{self, Element, Node};
use crate::report::ooxml::{PackageError, Parts};
use crate::report::word::DOCUMENT;

/// Name of the list of XML pieces; a name that no schema has.
const PIECES: &str = "__xml";

/// Fills every tag of a package in which [`super::check`] has found no mistake. `places`: the block-level XML that takes a named
/// paragraph's place. Nothing is changed unless all of it succeeds.
pub fn fill(
    parts: &mut Parts,
    names: &Names,
    values: &Values,
    places: &BTreeMap<String, String>,
) -> Result<(), TemplateErrors> {
    let mut filled = Vec::new();
    let mut errors = Vec::new();
    for part in fillable(parts) {
        let root = parts.xml(&part)?;
        let segments = flatten(&root, &|name| names.is_place(name));
        if !segments.iter().any(|s| matches!(s, Segment::Tag(_))) {
            continue;
        }
        match render(&part, &segments, values, places) {
            Ok(text) => {
                let mut root =
                    tree::parse_str(&text).map_err(|e| PackageError::BadPart(part.clone(), e.0))?;
                mend(&mut root);
                filled.push((part, root));
            }
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(TemplateErrors(errors));
    }
    let mut next_id = 1;
    filled.sort_by_key(|(part, _)| part != DOCUMENT);
    for (part, mut root) in filled {
        number_drawings(&mut root, &mut next_id);
        parts.set_xml(&part, &root);
    }
    Ok(())
}

fn render(
    part: &str,
    segments: &[Segment],
    values: &Values,
    places: &BTreeMap<String, String>,
) -> Result<String, TemplateError> {
    let mut source = String::new();
    let mut pieces = Vec::new();
    let mut piece = |source: &mut String, xml: &str| {
        put!(source, "{{{{ {PIECES}[{}]\n}}}}", pieces.len());
        pieces.push(Value::from_safe_string(xml.to_owned()));
    };
    for segment in segments {
        // Each segment is one line of the source: an error's line is its segment.
        match segment {
            Segment::Tag(at) if at.tag.kind == TagKind::Block => {
                put!(source, "{{% {}\n%}}", at.tag.inner);
            }
            Segment::Tag(at) if at.alone => {
                let place = places.get(&at.tag.inner).map_or("", String::as_str);
                piece(&mut source, place);
            }
            Segment::Tag(at) => {
                put!(source, "{{{{ {}\n}}}}", at.tag.inner);
            }
            Segment::Xml(xml) => piece(&mut source, xml),
            // `check` has refused the template before.
            Segment::Broken(..) => source.push('\n'),
        }
    }
    let mut context = values.clone();
    context.insert(PIECES, Value::from(pieces));
    environment()
        .render_str(&source, Value::from(context))
        .map_err(|error| {
            let at = error
                .line()
                .and_then(|line| segments.get(line.saturating_sub(1)));
            let (paragraph, tag) = match at {
                Some(Segment::Tag(at)) => (at.paragraph.to_string(), at.tag.text.clone()),
                _ => Default::default(),
            };
            TemplateError {
                part: part_name(part).to_owned(),
                paragraph,
                tag,
                message: chinese(&error),
                nearest: Vec::new(),
            }
        })
}

/// Filters that would let text in unescaped, or spoil it.
const REFUSED: [&str; 7] = [
    "safe",
    "escape",
    "e",
    "tojson",
    "urlencode",
    "indent",
    "pprint",
];

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    for name in REFUSED {
        environment.remove_filter(name);
    }
    environment.set_formatter(|out, _, value| {
        if value.is_safe() {
            let xml = value.as_str().unwrap_or_default();
            return out.write_str(xml).map_err(Error::from);
        }
        let Some(text) = printed(value) else {
            return Err(Error::new(ErrorKind::InvalidOperation, LIST));
        };
        // A value stands inside a w:t; its line breaks become Word's.
        let text = text
            .trim_end_matches(['\r', '\n'])
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        out.write_str(&escape(&text).replace('\n', "</w:t><w:br/><w:t xml:space=\"preserve\">"))
            .map_err(Error::from)
    });
    environment
}

const LIST: &str = "是一组数据，要用“{% for 项 in … %}”逐项写出";

fn chinese(error: &Error) -> String {
    match (error.kind(), error.detail()) {
        (ErrorKind::InvalidOperation, Some(LIST)) => LIST.to_owned(),
        (ErrorKind::UndefinedError, _) => "没有这个值".to_owned(),
        (
            ErrorKind::UnknownFilter
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownMethod
            | ErrorKind::UnknownTest,
            detail,
        ) => {
            format!("用了不能识别的功能（{}）", detail.unwrap_or_default())
        }
        (ErrorKind::SyntaxError, _) => "写法有误".to_owned(),
        (kind, detail) => format!(
            "无法计算（{}）",
            detail.map_or_else(|| kind.to_string(), str::to_owned)
        ),
    }
}

/// Mends what loops and conditions may have left against the schema: cells without a paragraph, tables without a row, tables that
/// touch.
fn mend(root: &mut Element) {
    let is_row = |e: &Element| matches!(e.name.as_str(), "w:tr" | "w:sdt");
    root.walk_mut(&mut |e| {
        e.retain(|c| c.name != "w:tbl" || c.elements().any(is_row));
        if e.name == "w:tc" && e.elements().last().is_none_or(|c| c.name != "w:p") {
            e.push(Element::new("w:p"));
        }
        let is_table = |n: &Node| n.element().is_some_and(|c| c.name == "w:tbl");
        let mut at = 1;
        while at < e.children.len() {
            if is_table(&e.children[at - 1]) && is_table(&e.children[at]) {
                e.children.insert(at, Node::Element(Element::new("w:p")));
            }
            at += 1;
        }
    });
}

/// Numbers the drawings: copies made by a loop would share one id.
fn number_drawings(root: &mut Element, next: &mut u32) {
    root.walk_mut(&mut |e| {
        if e.name == "wp:docPr" {
            e.set("id", &next.to_string());
            *next += 1;
        }
    });
}
