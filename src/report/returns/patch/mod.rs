//! Marks a submitted .xlsx or .xlsm and puts the list in front of it. Works on the package's parts: those it need not touch
//! are copied as they are, still compressed; in the others only what changes is replaced.

mod book;
mod comments;
mod geometry;
mod identity;
mod lazy_parts;
mod list_sheet;
mod relations;
mod scan;
mod sheet;
mod styles;
mod vml;

#[cfg(all(test, feature = "desktop"))]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::intake::CellRef;
use crate::intake::layout::IDENTITY_SHEET;
use crate::report::ooxml::relationships_of;
use crate::report::room::wrapped_lines;

use super::listing::Listing;
use super::marks::{Mark, Marks};
use book::Book;
use comments::Comments;
use identity::{Identity, Originals};
use lazy_parts::{LazyParts, normal};
use list_sheet::quoted;
use relations::{ContentTypes, Relations};
use sheet::{MarkedSheet, Targets};
use styles::Styles;
use vml::Vml;

pub use scan::Unfit;

const WORKSHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
const STYLES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml";
const COMMENTS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
const VML: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";
const RELATIONSHIPS: &str = "application/vnd.openxmlformats-package.relationships+xml";
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
const MACRO_WORKBOOK: &str = "application/vnd.ms-excel.sheet.macroEnabled.main+xml";

/// What is put into a workbook.
pub struct Patch<'a> {
    pub listing: &'a Listing,
    pub marks: &'a Marks,
    /// The department's id, for a workbook without an identity sheet.
    pub department: &'a str,
    /// The number of the submission to come; `None` leaves the identity sheet as it is.
    pub submission: Option<u32>,
    /// Texts for cells that are blank.
    pub fills: &'a Fills,
}

/// Sheet → cell → what is written into it.
pub type Fills = BTreeMap<String, BTreeMap<CellRef, String>>;

/// A patched workbook.
#[derive(Debug)]
pub struct Patched {
    pub bytes: Vec<u8>,
    /// It has to be named .xlsm: Excel opens no macro workbook under another name.
    pub macros: bool,
}

const NO_BOOK: Unfit = Unfit("缺少工作簿主体");

/// Patches a workbook. `limit`: bytes that one part may inflate to.
pub fn patch(bytes: &[u8], limit: u64, patch: &Patch) -> Result<Patched, Unfit> {
    let mut parts = LazyParts::open(bytes, limit)?;
    let mut types = ContentTypes::default();
    let mut root = Relations::load(&mut parts, "")?;
    let main = root.target_of("/officeDocument").ok_or(NO_BOOK)?;
    let macros = main_type(&mut parts, &main, &mut types)?;
    unsign(&mut parts, &mut root, &mut types)?;
    root.save(&mut parts)?;
    let relations = Relations::load(&mut parts, &main)?;
    let book = Book::read(parts.text(&main)?.ok_or(NO_BOOK)?, &relations)?;
    let mut work = Work {
        parts,
        types,
        relations,
        main,
        sheets: book.parts(),
        book,
        originals: Originals::new(),
    };
    work.run(patch)?;
    let bytes = work.parts.save()?;
    Ok(Patched { bytes, macros })
}

/// Whether it is a macro workbook. A template becomes a workbook: the copy is to be filled in and sent back.
fn main_type(parts: &mut LazyParts, main: &str, types: &mut ContentTypes) -> Result<bool, Unfit> {
    let own = ContentTypes::of(parts, main)?.unwrap_or_default();
    let macros = own.contains("macroEnabled");
    if own.contains("template") {
        types.change(own, if macros { MACRO_WORKBOOK } else { WORKBOOK });
    }
    Ok(macros)
}

/// Removes a digital signature: it covers parts that change, and programs would call the copy forged.
fn unsign(
    parts: &mut LazyParts,
    root: &mut Relations,
    types: &mut ContentTypes,
) -> Result<(), Unfit> {
    let Some(origin) = root.of_kind("/digital-signature/origin").cloned() else {
        return Ok(());
    };
    root.remove(&origin.id);
    let (folder, _) = origin.target.rsplit_once('/').unwrap_or_default();
    let folder = normal(folder);
    if folder.is_empty() {
        return Err(Unfit("数字签名的位置特别"));
    }
    let signatures: Vec<String> = parts
        .names()
        .filter(|name| name.starts_with(&format!("{folder}/")))
        .map(str::to_owned)
        .collect();
    for part in signatures {
        types.remove(&part);
        parts.remove(&part);
    }
    Ok(())
}

/// A workbook being patched.
struct Work<'a> {
    parts: LazyParts<'a>,
    types: ContentTypes,
    /// Those of the main part.
    relations: Relations,
    main: String,
    book: Book,
    /// Sheet name → its part.
    sheets: BTreeMap<String, String>,
    originals: Originals,
}

impl Work<'_> {
    fn run(&mut self, patch: &Patch) -> Result<(), Unfit> {
        let styles_part = self.relations.target_of("/styles");
        let styles_xml = self.parts.text_of(styles_part.as_deref())?;
        let namespace = self.book.namespace();
        let mut styles = Styles::read(styles_xml, namespace)?;
        let identity = match (patch.submission, self.sheets.get(IDENTITY_SHEET)) {
            (Some(_), Some(part)) => {
                let strings = self.relations.target_of("/sharedStrings");
                Identity::read(&mut self.parts, part, strings.as_deref())?
            }
            _ => Identity::new(patch.department),
        };
        self.mark_sheets(patch, &identity, &mut styles)?;
        let (list, head) = list_sheet::xml(patch.listing, namespace, &mut styles);
        let front = self.put_sheet(patch.listing.sheet, list)?;
        let hidden = match patch.submission {
            Some(submission) => {
                let xml = identity.xml(namespace, submission, &self.originals);
                self.put_sheet(IDENTITY_SHEET, xml)?
            }
            None => None,
        };
        let name = styles_part.unwrap_or_else(|| self.new_styles());
        self.parts.set(&name, styles.write()?);
        self.relations.save(&mut self.parts)?;
        let titles = format!("{}!${head}:${head}", quoted(patch.listing.sheet));
        let hidden = hidden.as_deref().map(|relation| (IDENTITY_SHEET, relation));
        let book = self
            .book
            .write(patch.listing.sheet, front.as_deref(), hidden, &titles)?;
        self.parts.set(&self.main, book);
        std::mem::take(&mut self.types).save(&mut self.parts)
    }

    /// A styles part for a workbook without one. Some programs look for it under its usual name alone.
    fn new_styles(&mut self) -> String {
        let stem = self.path("styles");
        let mut name = format!("{stem}.xml");
        if self.parts.has(&name) {
            name = self.parts.free_name(&stem, "xml");
        }
        let kind = format!("{}/styles", self.book.relations_base());
        self.relations.add(kind, &name);
        self.types.add(&name, STYLES);
        name
    }

    /// `xl/` and the name.
    fn path(&self, name: &str) -> String {
        match self.main.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{name}"),
            None => name.to_owned(),
        }
    }

    /// Writes a sheet of ours over the one of that name, or adds it and gives its relationship.
    fn put_sheet(&mut self, name: &str, xml: String) -> Result<Option<String>, Unfit> {
        if let Some(part) = self.sheets.get(name).cloned() {
            let old = self.parts.text(&part)?.unwrap_or_default();
            if old.contains("<f") || old.contains(":f>") {
                self.drop_calculation_chain();
            }
            // Drop the replaced sheet's relationships.
            let rels = relationships_of(&part);
            if self.parts.has(&rels) {
                self.types.remove(&rels);
                self.parts.remove(&rels);
            }
            self.parts.set(&part, xml);
            return Ok(None);
        }
        if self.book.find(name).is_some() {
            return Err(Unfit("工作表没有内容"));
        }
        let part = self.parts.free_name(&self.path("worksheets/sheet"), "xml");
        self.parts.set(&part, xml);
        self.types.add(&part, WORKSHEET);
        let kind = format!("{}/worksheet", self.book.relations_base());
        Ok(Some(self.relations.add(kind, &part)))
    }

    /// A chain that names formulas which are gone is taken for damage; without one it is made again on opening.
    fn drop_calculation_chain(&mut self) {
        if let Some(chain) = self.relations.of_kind("/calcChain").cloned() {
            self.relations.remove(&chain.id);
            self.types.remove(&chain.target);
            self.parts.remove(&chain.target);
        }
    }

    /// Marks the sheets that have marks, or had some, and takes every sheet but the list out of the selection.
    fn mark_sheets(
        &mut self,
        patch: &Patch,
        identity: &Identity,
        styles: &mut Styles,
    ) -> Result<(), Unfit> {
        let none = BTreeMap::new();
        for (number, (name, part)) in (1u32..).zip(self.sheets.clone()) {
            if name == patch.listing.sheet || patch.submission.is_some() && name == IDENTITY_SHEET {
                continue;
            }
            let marks = patch.marks.get(&name).unwrap_or(&none);
            let mut targets = Targets::new();
            for (at, mark) in marks {
                let row = targets.entry(at.row).or_default();
                row.entry(at.col).or_default().tone = Some(mark.tone);
            }
            for (at, text) in patch.fills.get(&name).into_iter().flatten() {
                let row = targets.entry(at.row).or_default();
                row.entry(at.col).or_default().text = Some(text.clone());
            }
            for (at, &style) in identity.originals.get(&name).into_iter().flatten() {
                let row = targets.entry(at.row).or_default();
                row.entry(at.col).or_default().restore = Some(style);
            }
            if targets.is_empty() && !self.parts.head_holds(&part, "tabSelected", "sheetData")? {
                continue;
            }
            let xml = self.parts.text(&part)?.ok_or(Unfit("缺少工作表"))?;
            let mut sheet = sheet::mark(&xml, &targets, styles)?;
            if !targets.is_empty() {
                self.comments(number, &part, &mut sheet, marks)?;
                if !sheet.originals.is_empty() {
                    let originals = std::mem::take(&mut sheet.originals);
                    self.originals.insert(name, originals);
                }
            }
            let marked = sheet.edits.apply(&xml)?;
            if marked != xml {
                self.parts.set(&part, marked);
            }
        }
        Ok(())
    }

    /// Cells of a sheet that have a comment thread.
    fn threads(&mut self, relations: &Relations) -> Result<BTreeSet<CellRef>, Unfit> {
        let mut cells = BTreeSet::new();
        for relation in relations
            .list
            .iter()
            .filter(|r| r.kind.ends_with("/threadedComment") && !r.external)
        {
            if let Some(xml) = self.parts.text(&relation.target)? {
                cells.extend(comments::threaded(&xml)?);
            }
        }
        Ok(cells)
    }

    /// Writes a sheet's comments and their boxes.
    fn comments(
        &mut self,
        number: u32,
        part: &str,
        sheet: &mut MarkedSheet,
        marks: &BTreeMap<CellRef, Mark>,
    ) -> Result<(), Unfit> {
        let mut relations = Relations::load(&mut self.parts, part)?;
        let base = self.book.relations_base();
        // The old-style text beside a thread only says that there is one: nobody would read ours there.
        let threads = self.threads(&relations)?;
        let marks: BTreeMap<CellRef, &Mark> = marks
            .iter()
            .filter(|(at, _)| !threads.contains(at))
            .map(|(at, mark)| (*at, mark))
            .collect();
        let own_part = relations.target_of("/comments");
        let text = self.parts.text_of(own_part.as_deref())?;
        if text.is_none() && marks.is_empty() {
            return Ok(());
        }
        let comments = Comments::read(match &text {
            Some(text) => text.clone(),
            None => comments::empty(self.book.namespace()),
        })?;
        let written = comments.with(&marks)?;
        if marks.is_empty() && comments.ours().next().is_none() && Some(&written) == text.as_ref() {
            return Ok(());
        }
        let drawing = match &sheet.legacy_drawing {
            Some(id) => {
                let relation = relations.by_id(id).ok_or(Unfit("批注图形缺失"))?;
                Some(relation.target.clone())
            }
            None => None,
        };
        let drawn = self.parts.text_of(drawing.as_deref())?;
        let has_drawing = drawing.is_some();
        let vml = boxes(number, drawn, has_drawing, &comments, &marks, sheet);
        let comments_part = own_part.unwrap_or_else(|| {
            let name = self.parts.free_name(&self.path("comments"), "xml");
            relations.add(format!("{base}/comments"), &name);
            self.types.add(&name, COMMENTS);
            name
        });
        self.parts.set(&comments_part, written);
        let vml_part = drawing.unwrap_or_else(|| {
            let name = self
                .parts
                .free_name(&self.path("drawings/vmlDrawing"), "vml");
            let id = relations.add(format!("{base}/vmlDrawing"), &name);
            self.types.add_default("vml", VML);
            let element = sheet::legacy_drawing(&sheet.prefix, base, &id);
            sheet.edits.insert(sheet.legacy_place, element);
            name
        });
        self.parts.set(&vml_part, vml.into_text());
        if relations.is_new(&self.parts) {
            // The package may name the type of each relationship part instead of that of all.
            self.types.add_default("rels", RELATIONSHIPS);
        }
        relations.save(&mut self.parts)
    }
}

/// The drawing of a sheet's comment boxes: ours of an earlier round removed, others' made high enough, those of the marks added.
fn boxes(
    number: u32,
    drawn: Option<String>,
    has_drawing: bool,
    comments: &Comments,
    marks: &BTreeMap<CellRef, &Mark>,
    sheet: &MarkedSheet,
) -> Vml {
    let geometry = &sheet.geometry;
    let mut vml = drawn.map_or_else(|| Vml::new(number), Vml::read);
    for at in comments.ours() {
        vml.remove(at);
    }
    // Others' comments first, so that each has a box even where the drawing was missing.
    for at in comments
        .others()
        .filter(|at| !has_drawing || marks.contains_key(at))
    {
        let text = marks.get(&at).map_or_else(String::new, |mark| mark.text());
        let height = box_height(&format!("{}\n{text}", comments.text_at(at)));
        if vml.has(at) {
            vml.resize(at, |anchor| geometry.grown(anchor, height));
        } else {
            vml.add(at, &geometry.anchor(at, BOX_WIDTH, height));
        }
    }
    for (&at, mark) in marks {
        if !comments.others().any(|other| other == at) {
            let height = box_height(&mark.text());
            vml.add(at, &geometry.anchor(at, BOX_WIDTH, height));
        }
    }
    vml
}

/// Pixels.
const BOX_WIDTH: f64 = 300.0;

fn box_height(text: &str) -> f64 {
    // 9-point lines.
    (f64::from(wrapped_lines(text, BOX_WIDTH - 10.0, 9.0)) * 17.0 + 14.0).min(2000.0)
}
