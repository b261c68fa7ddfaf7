//! A sheet's comments: those that are there are kept and added to; ours of an earlier round are replaced.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::intake::CellRef;

use super::super::marks::{COMMENT_MARK, Mark};
use super::Unfit;
use super::xml::{Edits, Kind, Scanner, Token, append_into, escape, escape_cell};

/// Who our comments are by.
const AUTHOR: &str = "督办核查";

struct Comment {
    at: CellRef,
    range: Range<usize>,
    /// The comment without our words of an earlier round; `None`: it was ours alone.
    kept: Option<String>,
}

/// A comments part.
pub struct Comments {
    xml: String,
    list: Vec<Comment>,
}

/// A comments part with nothing in it.
pub fn empty(namespace: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<comments xmlns=\"{namespace}\"><authors></authors><commentList></commentList></comments>"
    )
}

impl Comments {
    pub fn read(xml: String) -> Result<Self, Unfit> {
        let mut list = Vec::new();
        let mut scanner = Scanner::new(&xml);
        let mut open: Option<(CellRef, usize)> = None;
        while let Some(token) = scanner.next()? {
            if token.is("comment") {
                let at = token
                    .attribute("ref")
                    .and_then(|r| CellRef::parse(&r))
                    .ok_or(Unfit("批注有错"))?;
                match token.kind {
                    Kind::Empty => list.push(Comment {
                        at,
                        range: token.range.clone(),
                        kept: Some(token.raw.to_owned()),
                    }),
                    _ => open = Some((at, token.range.start)),
                }
            } else if token.kind == Kind::End
                && token.local() == "comment"
                && let Some((at, start)) = open.take()
            {
                let range = start..token.range.end;
                let kept = without_ours(&xml[range.clone()])?;
                list.push(Comment { at, range, kept });
            }
        }
        Ok(Self { xml, list })
    }

    /// Cells whose comment was ours alone.
    pub fn ours(&self) -> impl Iterator<Item = CellRef> {
        self.list.iter().filter(|c| c.kept.is_none()).map(|c| c.at)
    }

    /// Cells with a comment of others.
    pub fn others(&self) -> impl Iterator<Item = CellRef> {
        self.list.iter().filter(|c| c.kept.is_some()).map(|c| c.at)
    }

    /// Others' words at a cell, and ours where they are to be added.
    pub fn text_at(&self, at: CellRef) -> String {
        let kept = self
            .list
            .iter()
            .find(|c| c.at == at)
            .and_then(|c| c.kept.as_deref());
        kept.and_then(|raw| texts(raw).ok()).unwrap_or_default()
    }

    /// The part's text with these marks.
    pub fn with(&self, marks: &BTreeMap<CellRef, &Mark>) -> Result<String, Unfit> {
        let mut edits = Edits::default();
        let mut scanner = Scanner::new(&self.xml);
        let mut prefix = "";
        let mut authors: (Option<Token>, Option<usize>) = (None, None);
        let mut comments: (Option<Token>, Option<usize>) = (None, None);
        let mut names: Vec<String> = Vec::new();
        while let Some(token) = scanner.next()? {
            match (token.kind, token.local()) {
                (Kind::Start | Kind::Empty, "comments") => prefix = token.prefix(),
                (Kind::Start | Kind::Empty, "authors") => authors.0 = Some(token),
                (Kind::End, "authors") => authors.1 = Some(token.range.start),
                (Kind::Start | Kind::Empty, "author") => names.push(String::new()),
                (Kind::Text, _) if authors.0.is_some() && authors.1.is_none() => {
                    if let Some(name) = names.last_mut() {
                        name.push_str(&token.text());
                    }
                }
                (Kind::Start | Kind::Empty, "commentList") => comments.0 = Some(token),
                (Kind::End, "commentList") => comments.1 = Some(token.range.start),
                _ => {}
            }
        }
        let (Some(authors_tag), Some(list_tag)) = (authors.0, comments.0) else {
            return Err(Unfit("批注有错"));
        };
        for comment in &self.list {
            let mark = marks.get(&comment.at);
            let now = match (&comment.kept, mark) {
                (Some(kept), Some(mark)) => added_to(kept, mark)?,
                (Some(kept), None) => kept.clone(),
                // Ours is written anew below.
                (None, _) => String::new(),
            };
            if now != self.xml[comment.range.clone()] {
                edits.replace(comment.range.clone(), now);
            }
        }
        let fresh_marks: Vec<_> = marks
            .iter()
            .filter(|(at, _)| !self.others().any(|other| other == **at))
            .collect();
        let author = names
            .iter()
            .position(|name| name == AUTHOR)
            .unwrap_or(names.len());
        if author == names.len() && !fresh_marks.is_empty() {
            append_into(
                &mut edits,
                &authors_tag,
                authors.1,
                &format!("<{prefix}author>{}</{prefix}author>", escape(AUTHOR)),
            );
        }
        let fresh = fresh_marks
            .into_iter()
            .map(|(at, mark)| {
                let runs = runs(prefix, mark, false);
                format!("<{prefix}comment ref=\"{at}\" authorId=\"{author}\" shapeId=\"0\"><{prefix}text>{runs}</{prefix}text></{prefix}comment>")
            })
            .collect::<Vec<_>>()
            .concat();
        if fresh.is_empty() {
            return edits.apply(&self.xml);
        }
        append_into(&mut edits, &list_tag, comments.1, &fresh);
        edits.apply(&self.xml)
    }
}

/// Our words as rich text: a bold heading before each finding's text.
fn runs(prefix: &str, mark: &Mark, after_others: bool) -> String {
    let p = prefix;
    let run = |bold: &str, text: &str| {
        format!(
            "<{p}r><{p}rPr>{bold}<{p}sz val=\"9\"/><{p}color indexed=\"81\"/><{p}rFont val=\"宋体\"/><{p}charset val=\"134\"/></{p}rPr><{p}t xml:space=\"preserve\">{}</{p}t></{p}r>",
            escape_cell(text)
        )
    };
    let bold = format!("<{p}b/>");
    let mut out = String::new();
    for (n, (heading, text)) in mark.comment.iter().enumerate() {
        let gap = if n > 0 || after_others { "\n" } else { "" };
        out.push_str(&run(&bold, &format!("{gap}{heading}")));
        out.push_str(&run("", &format!("\n{text}")));
    }
    out
}

/// A comment with our words behind its own.
fn added_to(raw: &str, mark: &Mark) -> Result<String, Unfit> {
    let mut edits = Edits::default();
    let mut scanner = Scanner::new(raw);
    let mut place = None;
    let mut text_tag: Option<Token> = None;
    while let Some(token) = scanner.next()? {
        let depth = scanner.depth - usize::from(token.kind == Kind::Start);
        match (token.kind, depth, token.local()) {
            (Kind::Start | Kind::Empty, 1, "text") => text_tag = Some(token),
            (Kind::End, 1, "text") => place = place.or(Some(token.range.start)),
            // Plain text becomes a run: text and runs side by side are no rich text to every program.
            (Kind::Start, 2, "t") => {
                edits.insert(token.range.start, format!("<{}r>", token.prefix()))
            }
            (Kind::End, 2, "t") => edits.insert(token.range.end, format!("</{}r>", token.prefix())),
            (Kind::Start | Kind::Empty, 2, "rPh" | "phoneticPr") => {
                place = place.or(Some(token.range.start))
            }
            _ => {}
        }
    }
    let Some(tag) = text_tag else {
        return Err(Unfit("批注有错"));
    };
    let content = runs(tag.prefix(), mark, true);
    match place {
        Some(at) => edits.insert(at, content),
        None => append_into(&mut edits, &tag, None, &content),
    }
    edits.apply(raw)
}

/// A comment as it was before our words; `None` when nothing is left.
fn without_ours(raw: &str) -> Result<Option<String>, Unfit> {
    let mut scanner = Scanner::new(raw);
    let mut before = String::new();
    let mut open: Vec<&str> = Vec::new();
    let mut cut: Option<(usize, Vec<&str>)> = None;
    while let Some(token) = scanner.next()? {
        match token.kind {
            Kind::Start => open.push(token.qualified()),
            Kind::End => {
                open.pop();
                if let Some((at, closing)) = &cut
                    && token.local() == "text"
                {
                    let ends = closing
                        .iter()
                        .rev()
                        .map(|name| format!("</{name}>"))
                        .collect::<Vec<_>>()
                        .concat();
                    return Ok(Some(format!(
                        "{}{ends}{}",
                        raw[..*at].trim_end_matches(['\n', '\r']),
                        &raw[token.range.end..]
                    )));
                }
            }
            Kind::Text if cut.is_none() => match token.raw.find(COMMENT_MARK) {
                Some(at) => {
                    before.push_str(&token.raw[..at]);
                    if before.trim().is_empty() {
                        return Ok(None);
                    }
                    // What is open inside the comment's own element is closed again.
                    cut = Some((
                        token.range.start + at,
                        open.iter().skip(1).copied().collect(),
                    ));
                }
                None => before.push_str(token.raw),
            },
            _ => {}
        }
    }
    Ok(Some(raw.to_owned()))
}

/// The words of a comment.
fn texts(raw: &str) -> Result<String, Unfit> {
    let mut scanner = Scanner::new(raw);
    let mut out = String::new();
    while let Some(token) = scanner.next()? {
        if token.kind == Kind::Text {
            out.push_str(&token.text());
        }
    }
    Ok(out)
}

/// Cells of a threaded comments part.
pub fn threaded(xml: &str) -> Result<Vec<CellRef>, Unfit> {
    let mut scanner = Scanner::new(xml);
    let mut cells = Vec::new();
    while let Some(token) = scanner.next()? {
        if token.is("threadedComment") {
            cells.extend(token.attribute("ref").and_then(|r| CellRef::parse(&r)));
        }
    }
    Ok(cells)
}
