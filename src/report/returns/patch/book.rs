//! The workbook part: its sheets, and the list put in front of them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Unfit;
use super::relations::Relations;
use super::xml::{Edits, Kind, Scanner, escape, with_attribute, without_attribute};

pub struct BookSheet {
    pub name: String,
    /// Its part; `None` where the relationship leads nowhere.
    pub part: Option<String>,
    tag: String,
    range: Range<usize>,
}

/// workbook.xml as submitted.
pub struct Book {
    xml: String,
    pub strict: bool,
    prefix: String,
    pub sheets: Vec<BookSheet>,
    sheets_start: usize,
    sheets_end: usize,
    next_sheet_id: u64,
    views: Vec<Range<usize>>,
    /// Defined names that belong to one sheet: the start tag, its sheet, the whole element, its name.
    local_names: Vec<(Range<usize>, usize, Range<usize>, String)>,
    names_end: Option<usize>,
    /// An empty `definedNames`.
    names_empty: Option<Range<usize>>,
    names_place: usize,
}

/// What stands before `definedNames` (ECMA-376, `CT_Workbook`).
const BEFORE_NAMES: &[&str] = &[
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
];

const STRICT: &str = "http://purl.oclc.org/ooxml/spreadsheetml/main";

impl Book {
    pub fn read(xml: String, relations: &Relations) -> Result<Self, Unfit> {
        let mut book = Self {
            strict: false,
            prefix: String::new(),
            sheets: Vec::new(),
            sheets_start: 0,
            sheets_end: 0,
            next_sheet_id: 1,
            views: Vec::new(),
            local_names: Vec::new(),
            names_end: None,
            names_empty: None,
            names_place: 0,
            xml: String::new(),
        };
        let mut scanner = Scanner::new(&xml);
        let mut open_name: Option<(Range<usize>, usize, String)> = None;
        while let Some(token) = scanner.next()? {
            let depth = scanner.depth - usize::from(token.kind == Kind::Start);
            let name = token.local();
            if matches!(token.kind, Kind::Empty | Kind::End)
                && depth == 1
                && BEFORE_NAMES.contains(&name)
            {
                book.names_place = token.range.end;
            }
            match (token.kind, depth, name) {
                (Kind::Start, 0, "workbook") => {
                    token.prefix().clone_into(&mut book.prefix);
                    book.strict = token.raw.contains(STRICT);
                }
                (Kind::Start, 1, "sheets") => book.sheets_start = token.range.end,
                (Kind::End, 1, "sheets") => book.sheets_end = token.range.start,
                (Kind::Start | Kind::Empty, 2, "sheet") => {
                    let id = token.attribute("id").unwrap_or_default();
                    let number = token
                        .attribute("sheetId")
                        .and_then(|n| n.parse::<u64>().ok())
                        .unwrap_or(0);
                    book.next_sheet_id = book.next_sheet_id.max(number.saturating_add(1));
                    book.sheets.push(BookSheet {
                        name: token.attribute("name").unwrap_or_default().into_owned(),
                        part: relations.by_id(&id).map(|r| r.target.clone()),
                        tag: token.raw.to_owned(),
                        range: token.range.clone(),
                    });
                }
                (Kind::Start | Kind::Empty, 2, "workbookView") => {
                    book.views.push(token.range.clone())
                }
                (Kind::End, 1, "definedNames") => book.names_end = Some(token.range.start),
                (Kind::Empty, 1, "definedNames") => book.names_empty = Some(token.range.clone()),
                (Kind::Start, 2, "definedName") => {
                    let sheet = token.attribute("localSheetId").and_then(|n| n.parse().ok());
                    open_name = sheet.map(|sheet| {
                        (
                            token.range.clone(),
                            sheet,
                            token.attribute("name").unwrap_or_default().into_owned(),
                        )
                    });
                }
                (Kind::End, 2, "definedName") => {
                    if let Some((tag, sheet, name)) = open_name.take() {
                        book.local_names.push((
                            tag.clone(),
                            sheet,
                            tag.start..token.range.end,
                            name,
                        ));
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
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
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
        let p = &self.prefix;
        format!(
            "<{p}sheet name=\"{}\" sheetId=\"{id}\"{state} xmlns:r=\"{}\" r:id=\"{relation}\"/>",
            escape(name),
            self.relations_base()
        )
    }

    /// The part's text with the sheet `front` first and shown. `front` and `hidden`: a new sheet's relationship.
    pub fn write(
        &self,
        front: &str,
        new_front: Option<&str>,
        hidden: Option<(&str, &str)>,
        titles: &str,
    ) -> Result<String, Unfit> {
        let mut edits = Edits::default();
        let old = self.sheets.iter().position(|s| s.name == front);
        let mut next_id = self.next_sheet_id;
        let first = match (new_front, old) {
            (None, Some(ix)) => {
                edits.replace(self.sheets[ix].range.clone(), "");
                without_attribute(&self.sheets[ix].tag, "state")
            }
            (relation, _) => {
                next_id += 1;
                self.tag(front, self.next_sheet_id, relation.unwrap_or_default(), "")
            }
        };
        edits.insert(self.sheets_start, first);
        if let Some((name, relation)) = hidden {
            edits.insert(
                self.sheets_end,
                self.tag(name, next_id, relation, " state=\"veryHidden\""),
            );
        }
        for view in &self.views {
            let tag = without_attribute(&self.xml[view.clone()], "firstSheet");
            edits.replace(view.clone(), with_attribute(&tag, "activeTab", "0"));
        }
        for (tag, sheet, whole, name) in &self.local_names {
            if Some(*sheet) == old && new_front.is_none() {
                // The list is written anew: what was its print area is no more.
                if name.starts_with("_xlnm.") {
                    edits.replace(whole.clone(), "");
                } else {
                    edits.replace(
                        tag.clone(),
                        with_attribute(&self.xml[tag.clone()], "localSheetId", "0"),
                    );
                }
                continue;
            }
            let moved = match old.filter(|_| new_front.is_none()) {
                Some(from) if *sheet > from => *sheet,
                _ => sheet + 1,
            };
            edits.replace(
                tag.clone(),
                with_attribute(&self.xml[tag.clone()], "localSheetId", &moved.to_string()),
            );
        }
        let p = &self.prefix;
        let titles = format!(
            "<{p}definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">{}</{p}definedName>",
            escape(titles)
        );
        match (self.names_end, &self.names_empty) {
            (Some(end), _) => edits.insert(end, titles),
            (None, Some(empty)) => edits.replace(
                empty.clone(),
                format!("<{p}definedNames>{titles}</{p}definedNames>"),
            ),
            (None, None) => edits.insert(
                self.names_place,
                format!("<{p}definedNames>{titles}</{p}definedNames>"),
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
