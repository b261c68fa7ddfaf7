//! A sheet's comments: those that are there are kept and added to; ours of an earlier round are replaced.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::intake::CellRef;

use super::scan::{Edits, Scanner, Token, TokenKind, Unfit, append_into, fill_empty, prefixed};
use crate::report::ooxml::DECLARATION;
use crate::report::ooxml::escape::{escape, escape_cell};
use crate::report::returns::marks::{COMMENT_MARK, Mark};

/// Who our comments are by.
const AUTHOR: &str = "督办核查";

const FAULTY: Unfit = Unfit("批注有错");

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
        "{DECLARATION}<comments xmlns=\"{namespace}\"><authors></authors><commentList></commentList></comments>"
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
                    .ok_or(FAULTY)?;
                match token.kind {
                    TokenKind::Empty => list.push(Comment {
                        at,
                        range: token.range.clone(),
                        kept: Some(token.raw.to_owned()),
                    }),
                    _ => open = Some((at, token.range.start)),
                }
            } else if token.kind == TokenKind::End
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

    /// Others' words at a cell.
    pub fn text_at(&self, at: CellRef) -> String {
        let own = self.list.iter().find(|c| c.at == at);
        let kept = own.and_then(|c| c.kept.as_deref());
        kept.and_then(|raw| texts(raw).ok()).unwrap_or_default()
    }

    /// The part's text with these marks.
    pub fn with(&self, marks: &BTreeMap<CellRef, &Mark>) -> Result<String, Unfit> {
        let mut edits = Edits::default();
        let mut scanner = Scanner::new(&self.xml);
        let mut prefix = "";
        // Start tag, and where the end tag begins.
        let mut authors: (Option<Token>, Option<usize>) = (None, None);
        let mut comments: (Option<Token>, Option<usize>) = (None, None);
        let mut names: Vec<String> = Vec::new();
        while let Some(token) = scanner.next()? {
            match (token.kind, token.local()) {
                (TokenKind::Start | TokenKind::Empty, "comments") => prefix = token.prefix(),
                (TokenKind::Start | TokenKind::Empty, "authors") => authors.0 = Some(token),
                (TokenKind::End, "authors") => authors.1 = Some(token.range.start),
                (TokenKind::Start | TokenKind::Empty, "author") => names.push(String::new()),
                (TokenKind::Text, _) if authors.0.is_some() && authors.1.is_none() => {
                    if let Some(name) = names.last_mut() {
                        name.push_str(&token.text());
                    }
                }
                (TokenKind::Start | TokenKind::Empty, "commentList") => comments.0 = Some(token),
                (TokenKind::End, "commentList") => comments.1 = Some(token.range.start),
                _ => {}
            }
        }
        let ((Some(authors_tag), authors_end), (Some(list_tag), list_end)) = (authors, comments)
        else {
            return Err(FAULTY);
        };
        for comment in &self.list {
            let now = match (&comment.kept, marks.get(&comment.at)) {
                (Some(kept), Some(mark)) => added_to(kept, mark)?,
                (Some(kept), None) => kept.clone(),
                // Ours is written anew below.
                (None, _) => String::new(),
            };
            if now != self.xml[comment.range.clone()] {
                edits.replace(comment.range.clone(), now);
            }
        }
        let mut new = marks
            .iter()
            .filter(|(at, _)| !self.others().any(|other| other == **at))
            .peekable();
        if new.peek().is_none() {
            return edits.apply(&self.xml);
        }
        let known = names.iter().position(|name| name == AUTHOR);
        if known.is_none() {
            let author = prefixed(prefix, &format!("<author>{}</author>", escape(AUTHOR)));
            append_into(&mut edits, &authors_tag, authors_end, &author);
        }
        let author = known.unwrap_or(names.len());
        let new: String = new
            .map(|(at, mark)| {
                let runs = runs(mark, false);
                format!("<comment ref=\"{at}\" authorId=\"{author}\" shapeId=\"0\"><text>{runs}</text></comment>")
            })
            .collect();
        append_into(&mut edits, &list_tag, list_end, &prefixed(prefix, &new));
        edits.apply(&self.xml)
    }
}

/// Our words as rich text: a bold heading before each finding's text.
fn runs(mark: &Mark, after_others: bool) -> String {
    let run = |bold: &str, text: &str| {
        format!(
            "<r><rPr>{bold}<sz val=\"9\"/><color indexed=\"81\"/><rFont val=\"宋体\"/><charset val=\"134\"/></rPr><t xml:space=\"preserve\">{}</t></r>",
            escape_cell(text)
        )
    };
    let mut out = String::new();
    for (n, (heading, text)) in mark.comment.iter().enumerate() {
        let gap = if n > 0 || after_others { "\n" } else { "" };
        out.push_str(&run("<b/>", &format!("{gap}{heading}")));
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
        match (token.kind, token.depth, token.local()) {
            (TokenKind::Start | TokenKind::Empty, 1, "text") => text_tag = Some(token),
            (TokenKind::End, 1, "text") => place = place.or(Some(token.range.start)),
            // Plain text becomes a run: text and runs side by side are no rich text to every program.
            (TokenKind::Start, 2, "t") => {
                edits.insert(token.range.start, prefixed(token.prefix(), "<r>"));
            }
            (TokenKind::End, 2, "t") => {
                edits.insert(token.range.end, prefixed(token.prefix(), "</r>"));
            }
            (TokenKind::Start | TokenKind::Empty, 2, "rPh" | "phoneticPr") => {
                place = place.or(Some(token.range.start));
            }
            _ => {}
        }
    }
    let tag = text_tag.ok_or(FAULTY)?;
    let content = prefixed(tag.prefix(), &runs(mark, true));
    match place {
        Some(at) => edits.insert(at, content),
        None => fill_empty(&mut edits, &tag, &content),
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
            TokenKind::Start => open.push(token.qualified()),
            TokenKind::End => {
                open.pop();
                if let Some((at, closing)) = &cut
                    && token.local() == "text"
                {
                    let ends: String = closing
                        .iter()
                        .rev()
                        .map(|name| format!("</{name}>"))
                        .collect();
                    return Ok(Some(format!(
                        "{}{ends}{}",
                        raw[..*at].trim_end_matches(['\n', '\r']),
                        &raw[token.range.end..]
                    )));
                }
            }
            TokenKind::Text if cut.is_none() => match token.raw.find(COMMENT_MARK) {
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
        if token.kind == TokenKind::Text {
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
