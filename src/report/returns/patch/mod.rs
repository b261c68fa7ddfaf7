//! Marks a submitted .xlsx or .xlsm and puts the list in front of it. Works on the package's parts: those it need not touch
//! are copied as they are, still compressed; in the others only what changes is replaced.

mod book;
mod comments;
mod geometry;
mod identity;
mod list_sheet;
mod package;
mod relations;
mod sheet;
mod styles;
mod vml;
mod xml;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::intake::CellRef;
use crate::intake::layout::{EXPLANATION_SHEET, IDENTITY_SHEET};
use crate::report::summary::layout::wrapped_lines;

use super::listing::Listing;
use super::marks::{Mark, Marks};
use book::Book;
use comments::Comments;
use identity::{Identity, Originals};
use list_sheet::quoted;
use package::{Package, normal};
use relations::{ContentTypes, Relations};
use sheet::{Sheet, Target, Targets};
use styles::Styles;
use vml::Vml;

/// Why a package cannot be patched; it is then read and written anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfit(pub &'static str);

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
}

/// A patched workbook.
#[derive(Debug)]
pub struct Patched {
    pub bytes: Vec<u8>,
    /// It has to be named .xlsm: Excel opens no macro workbook under another name.
    pub macros: bool,
}

/// Patches a workbook. `limit`: bytes that one part may inflate to.
pub fn patch(bytes: &[u8], limit: u64, patch: &Patch) -> Result<Patched, Unfit> {
    let mut package = Package::open(bytes, limit)?;
    let mut types = ContentTypes::default();
    let mut root = Relations::load(&mut package, "")?;
    let main = root
        .of_kind("/officeDocument")
        .map(|r| r.target.clone())
        .ok_or(Unfit("缺少工作簿主体"))?;
    let macros = main_type(&mut package, &main, &mut types)?;
    unsign(&mut package, &mut root, &mut types)?;
    root.save(&mut package)?;
    let relations = Relations::load(&mut package, &main)?;
    let book = Book::read(
        package.text(&main)?.ok_or(Unfit("缺少工作簿主体"))?,
        &relations,
    )?;
    let mut work = Work {
        package,
        types,
        relations,
        main,
        parts: book.parts(),
        book,
        originals: Originals::new(),
    };
    work.run(patch)?;
    let bytes = work.package.save()?;
    Ok(Patched { bytes, macros })
}

/// Whether it is a macro workbook. A template becomes a workbook: the copy is to be filled in and sent back.
fn main_type(package: &mut Package, main: &str, types: &mut ContentTypes) -> Result<bool, Unfit> {
    let own = ContentTypes::of(package, main)?.unwrap_or_default();
    let macros = own.contains("macroEnabled");
    if own.contains("template") {
        types.change(own, if macros { MACRO_WORKBOOK } else { WORKBOOK });
    }
    Ok(macros)
}

/// A signature over the parts would not hold any more: it goes, rather than call the copy forged.
fn unsign(
    package: &mut Package,
    root: &mut Relations,
    types: &mut ContentTypes,
) -> Result<(), Unfit> {
    let Some(origin) = root.of_kind("/digital-signature/origin").cloned() else {
        return Ok(());
    };
    root.remove(&origin.id);
    let folder = normal(
        origin
            .target
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder),
    );
    if folder.is_empty() {
        return Err(Unfit("数字签名的位置特别"));
    }
    let parts: Vec<String> = package
        .names()
        .filter(|name| name.starts_with(&format!("{folder}/")))
        .map(str::to_owned)
        .collect();
    for part in parts {
        types.remove(&part);
        package.remove(&part);
    }
    Ok(())
}

/// A package being patched.
struct Work<'a> {
    package: Package<'a>,
    types: ContentTypes,
    relations: Relations,
    main: String,
    book: Book,
    /// Sheet name → its part.
    parts: BTreeMap<String, String>,
    originals: Originals,
}

impl Work<'_> {
    fn run(&mut self, patch: &Patch) -> Result<(), Unfit> {
        let styles_part = self.relations.of_kind("/styles").map(|r| r.target.clone());
        let styles_xml = match &styles_part {
            Some(name) => self.package.text(name)?,
            None => None,
        };
        let mut styles = Styles::read(styles_xml, self.book.namespace())?;
        let strings = self
            .relations
            .of_kind("/sharedStrings")
            .map(|r| r.target.clone());
        let identity = match (patch.submission, self.parts.get(IDENTITY_SHEET).cloned()) {
            (Some(_), Some(part)) => Identity::read(&mut self.package, &part, strings.as_deref())?,
            _ => Identity::new(patch.department),
        };
        self.sheets(patch, &identity, &mut styles)?;
        let namespace = self.book.namespace();
        let (list, head) = list_sheet::xml(patch.listing, namespace, &mut styles);
        let front = self.put_sheet(EXPLANATION_SHEET, list)?;
        let hidden = match patch.submission {
            Some(submission) => self.put_sheet(
                IDENTITY_SHEET,
                identity.xml(namespace, submission, &self.originals),
            )?,
            None => None,
        };
        let name = self.part_or_new(styles_part, "/styles", "styles", STYLES);
        self.package.set(&name, styles.write()?);
        self.relations.save(&mut self.package)?;
        let titles = format!("{}!${head}:${head}", quoted(EXPLANATION_SHEET));
        let hidden = hidden.as_deref().map(|relation| (IDENTITY_SHEET, relation));
        self.package.set(
            &self.main,
            self.book
                .write(EXPLANATION_SHEET, front.as_deref(), hidden, &titles)?,
        );
        std::mem::take(&mut self.types).save(&mut self.package)
    }

    /// A part that the workbook has, or a new one related to it.
    fn part_or_new(
        &mut self,
        part: Option<String>,
        kind: &str,
        stem: &str,
        content_type: &'static str,
    ) -> String {
        part.unwrap_or_else(|| {
            // Some programs look for it under its usual name alone.
            let usual = format!("{}{stem}.xml", self.folder());
            let name = if self.package.has(&usual) {
                self.package
                    .free_name(&format!("{}{stem}", self.folder()), "xml")
            } else {
                usual
            };
            self.relations
                .add(format!("{}{kind}", self.book.relations_base()), &name);
            self.types.add(&name, content_type);
            name
        })
    }

    /// `xl/`.
    fn folder(&self) -> String {
        self.main
            .rsplit_once('/')
            .map_or(String::new(), |(folder, _)| format!("{folder}/"))
    }

    /// Writes a sheet of ours over the one of that name, or adds it and gives its relationship.
    fn put_sheet(&mut self, name: &str, xml: String) -> Result<Option<String>, Unfit> {
        if let Some(part) = self.parts.get(name).cloned() {
            let old = self.package.text(&part)?.unwrap_or_default();
            if old.contains("<f") || old.contains(":f>") {
                self.drop_calculation_chain();
            }
            // What hung on the old sheet hangs on nothing now.
            let (folder, file) = part.rsplit_once('/').unwrap_or(("", &part));
            let rels = format!("{folder}/_rels/{file}.rels");
            if self.package.has(&rels) {
                self.types.remove(&rels);
                self.package.remove(&rels);
            }
            self.package.set(&part, xml);
            return Ok(None);
        }
        if self.book.find(name).is_some() {
            return Err(Unfit("工作表没有内容"));
        }
        let part = self
            .package
            .free_name(&format!("{}worksheets/sheet", self.folder()), "xml");
        self.package.set(&part, xml);
        self.types.add(&part, WORKSHEET);
        Ok(Some(self.relations.add(
            format!("{}/worksheet", self.book.relations_base()),
            &part,
        )))
    }

    /// A chain that names formulas which are gone is taken for damage; without one it is made again on opening.
    fn drop_calculation_chain(&mut self) {
        if let Some(chain) = self.relations.of_kind("/calcChain").cloned() {
            self.relations.remove(&chain.id);
            self.types.remove(&chain.target);
            self.package.remove(&chain.target);
        }
    }

    /// Marks the sheets that have marks, or had some, and takes every sheet but the list out of the selection.
    fn sheets(
        &mut self,
        patch: &Patch,
        identity: &Identity,
        styles: &mut Styles,
    ) -> Result<(), Unfit> {
        let none = BTreeMap::new();
        for (number, (name, part)) in (1u32..).zip(self.parts.clone()) {
            if name == EXPLANATION_SHEET || patch.submission.is_some() && name == IDENTITY_SHEET {
                continue;
            }
            let marks = patch.marks.get(&name).unwrap_or(&none);
            let restore = identity.originals.get(&name);
            if marks.is_empty()
                && restore.is_none()
                && !self.package.head_holds(&part, "tabSelected", "sheetData")?
            {
                continue;
            }
            let mut targets = Targets::new();
            for (at, mark) in marks {
                targets.entry(at.row).or_default().insert(
                    at.col,
                    Target {
                        tone: Some(mark.tone),
                        restore: None,
                    },
                );
            }
            for (at, &style) in restore.into_iter().flatten() {
                targets
                    .entry(at.row)
                    .or_default()
                    .entry(at.col)
                    .or_default()
                    .restore = Some(style);
            }
            let xml = self.package.text(&part)?.ok_or(Unfit("缺少工作表"))?;
            let mut sheet = sheet::mark(&xml, &targets, styles)?;
            if !targets.is_empty() {
                self.comments(number, &part, &mut sheet, marks)?;
                if !sheet.originals.is_empty() {
                    self.originals
                        .insert(name, std::mem::take(&mut sheet.originals));
                }
            }
            let marked = sheet.edits.apply(&xml)?;
            if marked != xml {
                self.package.set(&part, marked);
            }
        }
        Ok(())
    }

    fn comments(
        &mut self,
        number: u32,
        part: &str,
        sheet: &mut Sheet,
        marks: &BTreeMap<CellRef, Mark>,
    ) -> Result<(), Unfit> {
        let mut relations = Relations::load(&mut self.package, part)?;
        let base = self.book.relations_base();
        let mut threaded = BTreeSet::new();
        for relation in relations
            .list
            .iter()
            .filter(|r| r.kind.ends_with("/threadedComment") && !r.external)
        {
            if let Some(xml) = self.package.text(&relation.target)? {
                threaded.extend(comments::threaded(&xml)?);
            }
        }
        // The old-style text beside a thread only says that there is one: nobody would read ours there.
        let marks: BTreeMap<CellRef, &Mark> = marks
            .iter()
            .filter(|(at, _)| !threaded.contains(at))
            .map(|(at, mark)| (*at, mark))
            .collect();
        let own_part = relations.of_kind("/comments").map(|r| r.target.clone());
        let text = match &own_part {
            Some(name) => self.package.text(name)?,
            None => None,
        };
        if text.is_none() && marks.is_empty() {
            return Ok(());
        }
        let comments = Comments::read(
            text.clone()
                .unwrap_or_else(|| comments::empty(self.book.namespace())),
        )?;
        let removed: Vec<CellRef> = comments.ours().collect();
        if marks.is_empty()
            && removed.is_empty()
            && comments.with(&marks)? == text.clone().unwrap_or_default()
        {
            return Ok(());
        }
        let drawing = sheet
            .legacy_drawing
            .as_deref()
            .and_then(|id| relations.by_id(id))
            .map(|r| r.target.clone());
        if sheet.legacy_drawing.is_some() && drawing.is_none() {
            return Err(Unfit("批注图形缺失"));
        }
        let drawing_text = match &drawing {
            Some(name) => self.package.text(name)?,
            None => None,
        };
        let mut vml = drawing_text.map_or_else(|| Vml::new(number), Vml::read);
        for at in removed {
            vml.remove(at);
        }
        // Others' comments first, so that each has a box even where the drawing was missing.
        for at in comments
            .others()
            .filter(|at| drawing.is_none() || marks.contains_key(at))
        {
            let text = marks.get(&at).map_or_else(String::new, |mark| mark.text());
            let height = box_height(&format!("{}\n{text}", comments.text_at(at)));
            if vml.has(at) {
                vml.resize(at, |anchor| sheet.geometry.grown(anchor, height));
            } else {
                vml.add(at, &sheet.geometry.anchor(at, BOX_WIDTH, height));
            }
        }
        for (&at, mark) in marks
            .iter()
            .filter(|(at, _)| !comments.others().any(|other| other == **at))
        {
            vml.add(
                at,
                &sheet
                    .geometry
                    .anchor(at, BOX_WIDTH, box_height(&mark.text())),
            );
        }
        let comments_part = own_part.unwrap_or_else(|| {
            let name = self
                .package
                .free_name(&format!("{}comments", self.folder()), "xml");
            relations.add(format!("{base}/comments"), &name);
            self.types.add(&name, COMMENTS);
            name
        });
        self.package.set(&comments_part, comments.with(&marks)?);
        let vml_part = drawing.unwrap_or_else(|| {
            let name = self
                .package
                .free_name(&format!("{}drawings/vmlDrawing", self.folder()), "vml");
            let id = relations.add(format!("{base}/vmlDrawing"), &name);
            self.types.add_default("vml", VML);
            sheet.edits.insert(
                sheet.legacy_place,
                sheet::legacy_drawing(&sheet.prefix, base, &id),
            );
            name
        });
        self.package.set(&vml_part, vml.into_text());
        if relations.is_new(&self.package) {
            // A package may tell the type of each of its own relationship parts alone.
            self.types.add_default("rels", RELATIONSHIPS);
        }
        relations.save(&mut self.package)
    }
}

/// Pixels.
const BOX_WIDTH: f64 = 300.0;

fn box_height(text: &str) -> f64 {
    // 9-point lines.
    (f64::from(wrapped_lines(text, BOX_WIDTH - 10.0, 9.0)) * 17.0 + 14.0).min(2000.0)
}
