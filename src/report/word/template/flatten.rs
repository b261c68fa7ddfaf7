//! A part's XML tree → a row of segments: XML to be copied and tags to be evaluated. Only the runs that a tag is spread over are
//! touched, and only their text: it moves into the run where the tag begins.

use std::rc::Rc;

use super::tags::{Broken, Tag, TagKind, scan};
use crate::report::ooxml::escape::escape;
use crate::report::ooxml::tree::{Element, Node};

#[derive(Debug)]
pub enum Segment {
    Xml(String),
    Tag(Located),
    Broken(Broken, Rc<str>),
}

/// A tag, where it stands and what surrounds it.
#[derive(Debug)]
pub struct Located {
    pub tag: Tag,
    /// The paragraph's (or table row's) text.
    pub paragraph: Rc<str>,
    /// The element whose children the tag stands among; a block must end in the one where it began.
    pub container: usize,
    /// The tag is its paragraph's only content: a table or chart may take the paragraph's place.
    pub alone: bool,
}

/// Flattens a part. `is_place`: names that stand for a table or chart.
pub fn flatten(root: &Element, is_place: &dyn Fn(&str) -> bool) -> Vec<Segment> {
    let mut out = Flattener {
        segments: Vec::new(),
        pending: String::new(),
        containers: 0,
        is_place,
    };
    out.element(root, 0);
    out.flush();
    out.segments
}

struct Flattener<'a> {
    segments: Vec<Segment>,
    pending: String,
    containers: usize,
    is_place: &'a dyn Fn(&str) -> bool,
}

/// A piece of one `w:t`'s new text.
#[derive(Debug)]
enum Piece {
    Text(String),
    Tag(Tag),
}

/// The new text of each `w:t` of a paragraph, in order; `None` for one whose text a tag begun before it has taken.
type Texts = std::vec::IntoIter<Option<Vec<Piece>>>;

impl Flattener<'_> {
    fn flush(&mut self) {
        if !self.pending.is_empty() {
            self.segments
                .push(Segment::Xml(std::mem::take(&mut self.pending)));
        }
    }

    fn tag(&mut self, tag: Tag, paragraph: &Rc<str>, container: usize, alone: bool) {
        if tag.kind != TagKind::Remark {
            self.flush();
            self.segments.push(Segment::Tag(Located {
                tag,
                paragraph: Rc::clone(paragraph),
                container,
                alone,
            }));
        }
    }

    fn broken(&mut self, broken: Vec<Broken>, paragraph: &Rc<str>) {
        for b in broken {
            self.flush();
            self.segments.push(Segment::Broken(b, Rc::clone(paragraph)));
        }
    }

    fn new_container(&mut self) -> usize {
        self.containers += 1;
        self.containers
    }

    fn children(&mut self, e: &Element) {
        let container = self.new_container();
        for child in &e.children {
            match child {
                Node::Element(child) => self.element(child, container),
                Node::Raw(raw) => self.pending.push_str(raw),
            }
        }
    }

    fn element(&mut self, e: &Element, container: usize) {
        match e.name.as_str() {
            "w:p" => return self.paragraph(e, container),
            "w:tr" if self.block_row(e, container) => return,
            _ => {}
        }
        if e.children.is_empty() {
            return e.write(&mut self.pending);
        }
        self.pending.push_str(&e.open_tag());
        self.children(e);
        put!(self.pending, "</{}>", e.name);
    }

    /// A row that holds block tags and nothing else gives way to them.
    fn block_row(&mut self, row: &Element, container: usize) -> bool {
        let text = row.text_of("w:t");
        let (tags, broken) = scan(&text);
        if !broken.is_empty() || !only_blocks(&text, &tags) || has_object(row) {
            return false;
        }
        let text: Rc<str> = text.into();
        for tag in tags {
            self.tag(tag, &text, container, false);
        }
        true
    }

    fn paragraph(&mut self, p: &Element, container: usize) {
        let mut parts = Vec::new();
        collect(p, &mut parts);
        let text: String = parts.concat();
        let (tags, broken) = scan(&text);
        let shown: Rc<str> = text.as_str().into();
        self.broken(broken, &shown);
        let properties = p.first("w:pPr");
        let ends_section = properties.is_some_and(|ppr| ppr.first("w:sectPr").is_some());
        let is_place = |tag: &Tag| tag.kind == TagKind::Output && (self.is_place)(&tag.inner);
        let place = matches!(&*tags, [tag] if is_place(tag) && tag.text == text.trim());
        if place || only_blocks(&text, &tags) {
            // A page break or picture beside the tags stays, in a paragraph of its own, where it stood among them.
            let object = object_at(p, &mut 0);
            let behind = |t: &Tag| !ends_section && object.is_some_and(|at| t.range.start >= at);
            let (after, before): (Vec<Tag>, Vec<Tag>) = tags.into_iter().partition(behind);
            for tag in before {
                self.tag(tag, &shown, container, place);
            }
            if ends_section || object.is_some() {
                without_text(p).write(&mut self.pending);
            }
            for tag in after {
                self.tag(tag, &shown, container, place);
            }
            return;
        }
        self.inside(p, &mut gather(&parts, &text, &tags), &shown);
    }

    /// Writes a paragraph or an element between it and its runs (hyperlink, content control …).
    fn inside(&mut self, e: &Element, texts: &mut Texts, paragraph: &Rc<str>) {
        let container = self.new_container();
        self.pending.push_str(&e.open_tag());
        for child in &e.children {
            match child {
                Node::Raw(raw) => self.pending.push_str(raw),
                Node::Element(run) if run.name == "w:r" => {
                    self.run(run, texts, paragraph, container);
                }
                Node::Element(other) if holds_text(other) => self.inside(other, texts, paragraph),
                Node::Element(other) => self.element(other, container),
            }
        }
        put!(self.pending, "</{}>", e.name);
    }

    /// A run: its text with values in place; block tags go between copies of it.
    fn run(&mut self, run: &Element, texts: &mut Texts, paragraph: &Rc<str>, container: usize) {
        let properties = run.first("w:rPr");
        let mut open = false;
        let mut wrote = false;
        let had_text = run.first("w:t").is_some();
        let start = |this: &mut Self, open: &mut bool| {
            if !*open {
                this.pending.push_str(&run.open_tag());
                if let Some(rpr) = properties {
                    rpr.write(&mut this.pending);
                }
                *open = true;
            }
        };
        for child in run.elements().filter(|c| c.name != "w:rPr") {
            if child.name != "w:t" {
                start(self, &mut open);
                self.element(child, container);
                wrote = true;
                continue;
            }
            let Some(pieces) = texts.next().flatten() else {
                continue;
            };
            wrote = true;
            let mut text_open = false;
            for piece in pieces {
                match piece {
                    Piece::Tag(tag) if tag.kind == TagKind::Block => {
                        if std::mem::take(&mut text_open) {
                            self.pending.push_str("</w:t>");
                        }
                        if std::mem::take(&mut open) {
                            self.pending.push_str("</w:r>");
                        }
                        self.tag(tag, paragraph, container, false);
                        continue;
                    }
                    _ => start(self, &mut open),
                }
                if !std::mem::replace(&mut text_open, true) {
                    self.pending.push_str("<w:t xml:space=\"preserve\">");
                }
                match piece {
                    Piece::Text(text) => self.pending.push_str(&escape(&text)),
                    Piece::Tag(tag) => self.tag(tag, paragraph, container, false),
                }
            }
            if text_open {
                self.pending.push_str("</w:t>");
            }
        }
        if open {
            self.pending.push_str("</w:r>");
        } else if !wrote && !had_text {
            run.write(&mut self.pending);
        }
    }
}

/// Gathers each tag into the `w:t` where it begins. `parts`: the texts of the `w:t`, which together are `text`.
fn gather(parts: &[String], text: &str, tags: &[Tag]) -> Texts {
    let mut start = 0;
    let mut texts = Vec::with_capacity(parts.len());
    for part in parts {
        let end = start + part.len();
        let mut pieces = Vec::new();
        let mut from = start;
        for tag in tags {
            if tag.range.end <= start || tag.range.start >= end {
                continue;
            }
            if tag.range.start > from {
                pieces.push(Piece::Text(text[from..tag.range.start].to_owned()));
            }
            if tag.range.start >= start {
                pieces.push(Piece::Tag(tag.clone()));
            }
            from = tag.range.end.min(end);
        }
        if from < end {
            pieces.push(Piece::Text(text[from..end].to_owned()));
        }
        texts.push((part.is_empty() || !pieces.is_empty()).then_some(pieces));
        start = end;
    }
    texts.into_iter()
}

/// The `w:t` texts of a paragraph in the order [`Flattener::inside`] meets them.
pub(super) fn collect(e: &Element, out: &mut Vec<String>) {
    for child in e.elements() {
        if child.name == "w:r" {
            out.extend(
                child
                    .elements()
                    .filter(|t| t.name == "w:t")
                    .map(Element::own_text),
            );
        } else if holds_text(child) {
            collect(child, out);
        }
    }
}

/// The runs that [`collect`] takes the texts of, in the same order.
pub(super) fn runs_mut(e: &mut Element, f: &mut dyn FnMut(&mut Element)) {
    for child in e.elements_mut() {
        if child.name == "w:r" {
            f(child);
        } else if holds_text(child) {
            runs_mut(child, f);
        }
    }
}

/// Elements between a paragraph and its runs.
fn holds_text(e: &Element) -> bool {
    matches!(
        e.name.as_str(),
        "w:hyperlink"
            | "w:ins"
            | "w:smartTag"
            | "w:fldSimple"
            | "w:sdt"
            | "w:sdtContent"
            | "w:customXml"
            | "w:moveTo"
    )
}

fn only_blocks(text: &str, tags: &[Tag]) -> bool {
    if tags.is_empty() || tags.iter().any(|t| t.kind == TagKind::Output) {
        return false;
    }
    let mut rest = text.to_owned();
    for tag in tags.iter().rev() {
        rest.replace_range(tag.range.clone(), "");
    }
    rest.chars().all(char::is_whitespace)
}

/// Pictures, charts, fields and breaks, which must not vanish with a tag's paragraph.
fn is_object(e: &Element) -> bool {
    matches!(
        e.name.as_str(),
        "w:drawing" | "w:pict" | "w:object" | "w:fldChar" | "w:br"
    )
}

fn has_object(e: &Element) -> bool {
    let mut found = false;
    e.walk(&mut |x| found |= is_object(x));
    found
}

/// How many bytes of the paragraph's text stand before its first object.
fn object_at(e: &Element, passed: &mut usize) -> Option<usize> {
    for child in e.elements() {
        match child.name.as_str() {
            "w:t" => *passed += child.own_text().len(),
            _ if is_object(child) => return Some(*passed),
            _ => {
                let found = object_at(child, passed);
                if found.is_some() {
                    return found;
                }
            }
        }
    }
    None
}

/// The paragraph with its properties and objects alone.
fn without_text(p: &Element) -> Element {
    let mut kept = p.clone();
    kept.walk_mut(&mut |e| e.retain(|c| c.name != "w:t"));
    kept.retain(|c| c.name != "w:r" || c.elements().any(|x| x.name != "w:rPr"));
    kept
}
