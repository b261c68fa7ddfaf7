//! A part's XML tree → a row of segments: XML to be copied and tags to be evaluated. Only the runs that a
//! tag is spread over are touched, and only their text: it moves into the run where the tag begins.

use std::fmt::Write as _;

use std::rc::Rc;

use super::tags::{Broken, Kind, Tag, scan};
use crate::report::word::xml::{Element, Node, escape};

#[derive(Debug, Clone)]
pub enum Segment {
    Xml(String),
    Tag(Located),
    Broken(Broken, Rc<str>),
}

/// A tag, where it stands and what surrounds it.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Tag(Tag),
}

/// The texts of a paragraph's `w:t` in order, and the same after tags were gathered.
struct Texts {
    pieces: Vec<Vec<Piece>>,
    /// The tag gathering took all of this text away.
    emptied: Vec<bool>,
    next: usize,
}

impl Flattener<'_> {
    fn flush(&mut self) {
        if !self.pending.is_empty() {
            self.segments
                .push(Segment::Xml(std::mem::take(&mut self.pending)));
        }
    }

    fn tag(&mut self, tag: Tag, paragraph: &Rc<str>, container: usize, alone: bool) {
        if tag.kind != Kind::Remark {
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

    fn fresh(&mut self) -> usize {
        self.containers += 1;
        self.containers
    }

    fn children(&mut self, e: &Element) {
        let container = self.fresh();
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
        let _ = write!(self.pending, "</{}>", e.name);
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
        let section = p
            .first("w:pPr")
            .is_some_and(|ppr| ppr.first("w:sectPr").is_some());
        let place = matches!(tags.as_slice(), [tag] if tag.kind == Kind::Output && (self.is_place)(&tag.inner) && tag.text == text.trim());
        if place || only_blocks(&text, &tags) {
            // A page break or picture beside the tags stays, in a paragraph of its own, where it stood among them.
            let object = object_at(p, &mut 0);
            let (before, after): (Vec<Tag>, Vec<Tag>) = tags
                .into_iter()
                .partition(|t| section || object.is_none_or(|at| t.range.start < at));
            for tag in before {
                self.tag(tag, &shown, container, place);
            }
            if section || object.is_some() {
                without_text(p).write(&mut self.pending);
            }
            for tag in after {
                self.tag(tag, &shown, container, place);
            }
            return;
        }
        let mut texts = Texts::new(&parts, &tags);
        self.inside(p, &mut texts, &shown);
    }

    /// Writes a paragraph or an element between it and its runs (hyperlink, content control …).
    fn inside(&mut self, e: &Element, texts: &mut Texts, paragraph: &Rc<str>) {
        let container = self.fresh();
        self.pending.push_str(&e.open_tag());
        for child in &e.children {
            match child {
                Node::Raw(raw) => self.pending.push_str(raw),
                Node::Element(run) if run.name == "w:r" => {
                    self.run(run, texts, paragraph, container)
                }
                Node::Element(other) if holds_text(other) => self.inside(other, texts, paragraph),
                Node::Element(other) => self.element(other, container),
            }
        }
        let _ = write!(self.pending, "</{}>", e.name);
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
            let (pieces, emptied) = texts.take();
            if emptied {
                continue;
            }
            wrote = true;
            let mut text_open = false;
            for piece in pieces {
                match piece {
                    Piece::Tag(tag) if tag.kind == Kind::Block => {
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

impl Texts {
    fn new(parts: &[String], tags: &[Tag]) -> Self {
        let mut bounds = Vec::with_capacity(parts.len());
        let mut at = 0;
        for part in parts {
            bounds.push(at..at + part.len());
            at += part.len();
        }
        let text: String = parts.concat();
        let mut pieces: Vec<Vec<Piece>> = vec![Vec::new(); parts.len()];
        for (ix, bound) in bounds.iter().enumerate() {
            let mut from = bound.start;
            for tag in tags {
                if tag.range.end <= bound.start || tag.range.start >= bound.end {
                    continue;
                }
                if tag.range.start > from {
                    pieces[ix].push(Piece::Text(text[from..tag.range.start].to_owned()));
                }
                // The tag goes where it begins.
                if tag.range.start >= bound.start {
                    pieces[ix].push(Piece::Tag(tag.clone()));
                }
                from = tag.range.end.min(bound.end);
            }
            if from < bound.end {
                pieces[ix].push(Piece::Text(text[from..bound.end].to_owned()));
            }
        }
        let emptied = bounds
            .iter()
            .zip(&pieces)
            .map(|(b, p)| !b.is_empty() && p.is_empty())
            .collect();
        Self {
            pieces,
            emptied,
            next: 0,
        }
    }

    fn take(&mut self) -> (Vec<Piece>, bool) {
        let ix = self.next;
        self.next += 1;
        (
            self.pieces
                .get_mut(ix)
                .map(std::mem::take)
                .unwrap_or_default(),
            self.emptied.get(ix).copied().unwrap_or(false),
        )
    }
}

/// The `w:t` texts of a paragraph in the order [`Flattener::inside`] meets them.
fn collect(e: &Element, out: &mut Vec<String>) {
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
    if tags.is_empty() || tags.iter().any(|t| t.kind == Kind::Output) {
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
    kept.walk_mut(&mut |e| {
        e.children
            .retain(|n| n.element().is_none_or(|c| c.name != "w:t"))
    });
    kept.children.retain(|n| {
        n.element()
            .is_none_or(|c| c.name != "w:r" || c.elements().any(|x| x.name != "w:rPr"))
    });
    kept
}
