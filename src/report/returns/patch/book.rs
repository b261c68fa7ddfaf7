//! The workbook part: its sheets, and the list put in front of them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::relations::Relations;
use super::scan::{Edits, Scanner, TokenKind, Unfit, prefixed, with_attribute, without_attribute};
use crate::report::ooxml::escape::escape;
use crate::report::ooxml::{OFFICE_RELATIONSHIPS, order};

pub struct BookSheet {
    pub name: String,
    /// Its part; `None` where the relationship leads nowhere.
    pub part: Option<String>,
    tag: String,
    range: Range<usize>,
}

/// A defined name that belongs to one sheet.
struct LocalName {
    tag: Range<usize>,
    whole: Range<usize>,
    name: String,
    sheet: usize,
}

/// workbook.xml as submitted.
#[derive(Default)]
pub struct Book {
    xml: String,
    /// Its namespaces are those of the strict variant of the standard.
    strict: bool,
    prefix: String,
    pub sheets: Vec<BookSheet>,
    sheets_start: usize,
    sheets_end: usize,
    last_sheet_id: u64,
    views: Vec<Range<usize>>,
    local_names: Vec<LocalName>,
    /// Where the end tag of `definedNames` begins.
    names_end: Option<usize>,
    /// An empty `definedNames`, or where one would stand.
    names_place: Range<usize>,
}

const STRICT: &str = "http://purl.oclc.org/ooxml/spreadsheetml/main";

impl Book {
    pub fn read(xml: String, relations: &Relations) -> Result<Self, Unfit> {
        let mut book = Self::default();
        let mut scanner = Scanner::new(&xml);
        let mut open_name: Option<LocalName> = None;
        while let Some(token) = scanner.next()? {
            let (kind, depth, name) = (token.kind, token.depth, token.local());
            let ends = matches!(kind, TokenKind::Empty | TokenKind::End) && depth == 1;
            let known_place = !book.names_place.is_empty();
            if ends && !known_place && order::precedes("workbook", name, "definedNames") {
                book.names_place = token.range.end..token.range.end;
            }
            match (kind, depth, name) {
                (TokenKind::Start, 0, "workbook") => {
                    token.prefix().clone_into(&mut book.prefix);
                    book.strict = token.raw.contains(STRICT);
                }
                (TokenKind::Start, 1, "sheets") => book.sheets_start = token.range.end,
                (TokenKind::End, 1, "sheets") => book.sheets_end = token.range.start,
                (TokenKind::Start | TokenKind::Empty, 2, "sheet") => {
                    let number: u64 = token.number("sheetId").unwrap_or(0);
                    book.last_sheet_id = book.last_sheet_id.max(number);
                    book.sheets.push(BookSheet {
                        name: token.value("name"),
                        part: relations
                            .by_id(&token.value("id"))
                            .map(|r| r.target.clone()),
                        tag: token.raw.to_owned(),
                        range: token.range.clone(),
                    });
                }
                (TokenKind::Start | TokenKind::Empty, 2, "workbookView") => {
                    book.views.push(token.range.clone());
                }
                (TokenKind::End, 1, "definedNames") => book.names_end = Some(token.range.start),
                (TokenKind::Empty, 1, "definedNames") => book.names_place = token.range.clone(),
                (TokenKind::Start, 2, "definedName") => {
                    open_name = token.number("localSheetId").map(|sheet| LocalName {
                        tag: token.range.clone(),
                        whole: token.range.clone(),
                        name: token.value("name"),
                        sheet,
                    });
                }
                (TokenKind::End, 2, "definedName") => {
                    if let Some(mut name) = open_name.take() {
                        name.whole.end = token.range.end;
                        book.local_names.push(name);
                    }
                }
                _ => {}
            }
        }
        if book.sheets_end == 0 || book.sheets.is_empty() {
            return Err(Unfit("工作簿有错"));
        }
        book.xml = xml;
        Ok(book)
    }

    pub fn relations_base(&self) -> &'static str {
        if self.strict {
            "http://purl.oclc.org/ooxml/officeDocument/relationships"
        } else {
            OFFICE_RELATIONSHIPS
        }
    }

    pub fn namespace(&self) -> &'static str {
        if self.strict {
            STRICT
        } else {
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        }
    }

    pub fn find(&self, name: &str) -> Option<&BookSheet> {
        self.sheets.iter().find(|s| s.name == name)
    }

    fn tag(&self, name: &str, id: u64, relation: &str, state: &str) -> String {
        let (name, base) = (escape(name), self.relations_base());
        prefixed(
            &self.prefix,
            &format!(
                "<sheet name=\"{name}\" sheetId=\"{id}\"{state} xmlns:r=\"{base}\" r:id=\"{relation}\"/>"
            ),
        )
    }

    /// The part's text with the sheet `front` first and shown, its rows `titles` repeated on every page. `new_front` and `hidden`:
    /// a new sheet's relationship.
    pub fn write(
        &self,
        front: &str,
        new_front: Option<&str>,
        hidden: Option<(&str, &str)>,
        titles: &str,
    ) -> Result<String, Unfit> {
        let mut edits = Edits::default();
        // Where the sheet stood, if it is not new.
        let old = self
            .sheets
            .iter()
            .position(|s| s.name == front)
            .filter(|_| new_front.is_none());
        let mut id = self.last_sheet_id.saturating_add(1);
        let first = if let Some(sheet) = old.map(|ix| &self.sheets[ix]) {
            edits.replace(sheet.range.clone(), "");
            without_attribute(&sheet.tag, "state")
        } else {
            let tag = self.tag(front, id, new_front.unwrap_or_default(), "");
            id = id.saturating_add(1);
            tag
        };
        edits.insert(self.sheets_start, first);
        if let Some((name, relation)) = hidden {
            let tag = self.tag(name, id, relation, " state=\"veryHidden\"");
            edits.insert(self.sheets_end, tag);
        }
        for view in &self.views {
            let tag = without_attribute(&self.xml[view.clone()], "firstSheet");
            edits.replace(view.clone(), with_attribute(&tag, "activeTab", "0"));
        }
        for name in &self.local_names {
            let is_front = old == Some(name.sheet);
            if is_front && name.name.starts_with("_xlnm.") {
                // The list is written anew: its old print area is gone.
                edits.replace(name.whole.clone(), "");
                continue;
            }
            // The list stands first now: sheets that stood before it move up by one.
            let sheet = match old {
                _ if is_front => 0,
                Some(from) if name.sheet > from => name.sheet,
                _ => name.sheet + 1,
            };
            let tag = &self.xml[name.tag.clone()];
            let moved = with_attribute(tag, "localSheetId", &sheet.to_string());
            edits.replace(name.tag.clone(), moved);
        }
        let titles = format!(
            "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">{}</definedName>",
            escape(titles)
        );
        match self.names_end {
            Some(end) => edits.insert(end, prefixed(&self.prefix, &titles)),
            None => edits.replace(
                self.names_place.clone(),
                prefixed(
                    &self.prefix,
                    &format!("<definedNames>{titles}</definedNames>"),
                ),
            ),
        }
        edits.apply(&self.xml)
    }

    /// Sheet parts by name, in workbook order.
    pub fn parts(&self) -> BTreeMap<String, String> {
        self.sheets
            .iter()
            .filter_map(|s| Some((s.name.clone(), s.part.clone()?)))
            .collect()
    }
}
