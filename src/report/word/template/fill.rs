//! Filling a template: segments → one minijinja source → XML → the part.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use super::check::FILTERS;
use super::flatten::{Segment, flatten};
use super::tags::Kind;
use super::{DOCUMENT, Names, TemplateError, TemplateErrors, fillable, part_name};
use crate::report::word::xml::{self, Element, Node, escape};
use crate::report::word::{Package, PackageError};

/// Name of the list of XML pieces; a name that no schema has.
const PIECES: &str = "__xml";

/// Fills every tag of a package in which [`super::check`] has found no mistake. `places`: the block-level XML that takes a named
/// paragraph's place. Nothing is changed unless all of it succeeds.
pub fn fill(
    package: &mut Package,
    names: &Names,
    values: &BTreeMap<String, Value>,
    places: &BTreeMap<String, String>,
) -> Result<(), TemplateErrors> {
    let mut filled = Vec::new();
    let mut errors = Vec::new();
    for part in fillable(package) {
        let root = package.xml(&part)?;
        let segments = flatten(&root, &|name| names.is_place(name));
        if !segments.iter().any(|s| matches!(s, Segment::Tag(_))) {
            continue;
        }
        match render(&part, &segments, values, places) {
            Ok(text) => {
                let mut root =
                    xml::parse_str(&text).map_err(|e| PackageError::BadPart(part.clone(), e.0))?;
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
        package.set_xml(&part, &root);
    }
    Ok(())
}

fn render(
    part: &str,
    segments: &[Segment],
    values: &BTreeMap<String, Value>,
    places: &BTreeMap<String, String>,
) -> Result<String, TemplateError> {
    let mut source = String::new();
    let mut pieces = Vec::new();
    for segment in segments {
        // Each segment is one line of the source: an error's line is its segment.
        match segment {
            Segment::Tag(at) if at.tag.kind == Kind::Block => {
                let _ = write!(source, "{{% {}\n%}}", at.tag.inner);
            }
            Segment::Tag(at) if at.alone => {
                let _ = write!(source, "{{{{ {PIECES}[{}]\n}}}}", pieces.len());
                pieces.push(Value::from_safe_string(
                    places.get(&at.tag.inner).cloned().unwrap_or_default(),
                ));
            }
            Segment::Tag(at) => {
                let _ = write!(source, "{{{{ {}\n}}}}", at.tag.inner);
            }
            Segment::Xml(xml) => {
                let _ = write!(source, "{{{{ {PIECES}[{}]\n}}}}", pieces.len());
                pieces.push(Value::from_safe_string(xml.clone()));
            }
            // `check` has refused the template before.
            Segment::Broken(..) => source.push('\n'),
        }
    }
    let environment = environment();
    let mut context = values.clone();
    context.insert(PIECES.to_owned(), Value::from(pieces));
    environment
        .render_str(&source, Value::from(context))
        .map_err(|error| {
            let segment = error
                .line()
                .and_then(|line| segments.get(line.saturating_sub(1)));
            let (paragraph, tag) = match segment {
                Some(Segment::Tag(at)) => (at.paragraph.to_string(), at.tag.text.clone()),
                _ => (String::new(), String::new()),
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

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    // What marks a text as safe would let it in unescaped.
    for name in [
        "safe",
        "escape",
        "e",
        "tojson",
        "urlencode",
        "indent",
        "pprint",
    ] {
        debug_assert!(!FILTERS.contains(&name));
        environment.remove_filter(name);
    }
    environment.set_formatter(|out, _, value| {
        if value.is_safe() {
            return out
                .write_str(value.as_str().unwrap_or_default())
                .map_err(Error::from);
        }
        let text = match value.kind() {
            ValueKind::Undefined | ValueKind::None => return Ok(()),
            ValueKind::Bool => if value.is_true() { "是" } else { "否" }.to_owned(),
            ValueKind::String | ValueKind::Number => value.to_string(),
            _ => return Err(Error::new(ErrorKind::InvalidOperation, LIST)),
        };
        // A value stands inside a w:t; its line breaks are Word's.
        let text = escape(
            text.trim_end_matches(['\r', '\n'])
                .replace("\r\n", "\n")
                .as_str(),
        );
        out.write_str(&text.replace(['\n', '\r'], "</w:t><w:br/><w:t xml:space=\"preserve\">"))
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

/// What loops and conditions may have left against the schema: cells without a paragraph, tables without a row,
/// tables that touch.
fn mend(root: &mut Element) {
    root.walk_mut(&mut |e| {
        e.children.retain(|n| {
            n.element().is_none_or(|c| {
                c.name != "w:tbl"
                    || c.elements()
                        .any(|r| matches!(r.name.as_str(), "w:tr" | "w:sdt"))
            })
        });
        if e.name == "w:tc" && e.elements().last().is_none_or(|c| c.name != "w:p") {
            e.children.push(Node::Element(Element::new("w:p")));
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

/// Drawings copied by a loop would share one id.
fn number_drawings(root: &mut Element, next: &mut u32) {
    root.walk_mut(&mut |e| {
        if e.name == "wp:docPr" {
            e.set("id", &next.to_string());
            *next += 1;
        }
    });
}
