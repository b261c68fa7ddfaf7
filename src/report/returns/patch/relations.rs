//! Relationships between parts, and what type each part has.

use super::lazy_parts::{LazyParts, normal};
use super::scan::{Edits, Scanner, Token, Unfit, append_into, prefixed, scan, with_attribute};
use crate::intake::reading::package::resolve;
use crate::report::ooxml::escape::escape;
use crate::report::ooxml::{CONTENT_TYPES, DECLARATION, PACKAGE_RELATIONSHIPS, relationships_of};

#[derive(Debug, Clone)]
pub struct Relation {
    pub id: String,
    pub kind: String,
    /// Path in the package, or the address of an external target.
    pub target: String,
    pub external: bool,
    /// It is not in the workbook as submitted.
    is_new: bool,
}

/// The relationships of one part.
pub struct Relations {
    /// The .rels part.
    name: String,
    pub list: Vec<Relation>,
    /// Ids.
    removed: Vec<String>,
}

impl Relations {
    /// Those of a part; of the package itself for an empty path.
    pub fn load(parts: &mut LazyParts, part: &str) -> Result<Self, Unfit> {
        let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut relations = Self {
            name: relationships_of(part),
            list: Vec::new(),
            removed: Vec::new(),
        };
        if let Some(xml) = parts.text(&relations.name)? {
            let mut scanner = Scanner::new(&xml);
            while let Some(token) = scanner.next()? {
                if token.is("Relationship") {
                    relations.list.push(relation(&token, folder));
                }
            }
        }
        Ok(relations)
    }

    /// Whether the part that holds them is not there yet.
    pub fn is_new(&self, parts: &LazyParts) -> bool {
        !parts.has(&self.name)
    }

    pub fn by_id(&self, id: &str) -> Option<&Relation> {
        self.list.iter().find(|r| r.id == id && !r.external)
    }

    /// The first of a kind, by the end of its type.
    pub fn of_kind(&self, kind: &str) -> Option<&Relation> {
        self.list
            .iter()
            .find(|r| r.kind.ends_with(kind) && !r.external)
    }

    /// The target of the first of a kind.
    pub fn target_of(&self, kind: &str) -> Option<String> {
        self.of_kind(kind).map(|r| r.target.clone())
    }

    /// Adds a relationship to a part and gives its id.
    pub fn add(&mut self, kind: String, target: &str) -> String {
        let taken = |id: &str| self.list.iter().any(|r| r.id == id);
        let id = (1..=u32::MAX)
            .map(|n| format!("rId{n}"))
            .find(|id| !taken(id))
            .unwrap_or_default();
        self.list.push(Relation {
            id: id.clone(),
            kind,
            target: target.to_owned(),
            external: false,
            is_new: true,
        });
        id
    }

    pub fn remove(&mut self, id: &str) {
        self.list.retain(|r| r.id != id);
        self.removed.push(id.to_owned());
    }

    /// Writes them back where they have changed.
    pub fn save(&self, parts: &mut LazyParts) -> Result<(), Unfit> {
        let added = || self.list.iter().filter(|r| r.is_new);
        if added().next().is_none() && self.removed.is_empty() {
            return Ok(());
        }
        let xml = parts.text(&self.name)?.unwrap_or_else(|| {
            format!(
                "{DECLARATION}<Relationships xmlns=\"{PACKAGE_RELATIONSHIPS}\"></Relationships>"
            )
        });
        let mut edits = Edits::default();
        let (root, end) = scan(&xml, |token| {
            if token.is("Relationship") && self.removed.contains(&token.value("Id")) {
                edits.replace(token.range.clone(), "");
            }
        })?;
        let added: String = added()
            .map(|r| {
                format!(
                    "<Relationship Id=\"{}\" Type=\"{}\" Target=\"/{}\"/>",
                    r.id,
                    escape(&r.kind),
                    escape(&r.target)
                )
            })
            .collect();
        append_into(&mut edits, &root, end, &prefixed(root.prefix(), &added));
        let changed = edits.apply(&xml)?;
        parts.set(&self.name, changed);
        Ok(())
    }
}

fn relation(token: &Token, folder: &str) -> Relation {
    let external = token.value("TargetMode") == "External";
    let target = token.value("Target");
    Relation {
        id: token.value("Id"),
        kind: token.value("Type"),
        target: if external {
            target
        } else {
            resolve(folder, &target)
        },
        external,
        is_new: false,
    }
}

const NO_TYPES: Unfit = Unfit("缺少内容类型");

/// `[Content_Types].xml`, as it is to become.
#[derive(Default)]
pub struct ContentTypes {
    overrides: Vec<(String, &'static str)>,
    defaults: Vec<(&'static str, &'static str)>,
    removed: Vec<String>,
    /// Types that are changed wherever they stand.
    changed: Vec<(String, &'static str)>,
}

impl ContentTypes {
    /// The type of a part as submitted.
    pub fn of(parts: &mut LazyParts, part: &str) -> Result<Option<String>, Unfit> {
        let xml = parts.text(CONTENT_TYPES)?.ok_or(NO_TYPES)?;
        let (mut own, mut default) = (None, None);
        let extension = part.rsplit_once('.').map_or("", |(_, e)| e);
        scan(&xml, |token| {
            if token.is("Override") && normal(&token.value("PartName")) == normal(part) {
                own = Some(token.value("ContentType"));
            } else if token.is("Default")
                && token.value("Extension").eq_ignore_ascii_case(extension)
            {
                default = Some(token.value("ContentType"));
            }
        })?;
        Ok(own.or(default))
    }

    pub fn add(&mut self, part: &str, kind: &'static str) {
        self.overrides.push((part.to_owned(), kind));
    }

    pub fn add_default(&mut self, extension: &'static str, kind: &'static str) {
        // Twice the same is damage to Excel.
        if !self.defaults.contains(&(extension, kind)) {
            self.defaults.push((extension, kind));
        }
    }

    pub fn remove(&mut self, part: &str) {
        self.removed.push(normal(part));
    }

    pub fn change(&mut self, from: String, to: &'static str) {
        self.changed.push((from, to));
    }

    pub fn save(mut self, parts: &mut LazyParts) -> Result<(), Unfit> {
        let xml = parts.text(CONTENT_TYPES)?.ok_or(NO_TYPES)?;
        let mut edits = Edits::default();
        let (root, end) = scan(&xml, |token| {
            if token.is("Default") {
                let extension = token.value("Extension");
                self.defaults
                    .retain(|(own, _)| !extension.eq_ignore_ascii_case(own));
            }
            if token.is("Override") && self.removed.contains(&normal(&token.value("PartName"))) {
                edits.replace(token.range.clone(), "");
            } else if token.opens()
                && let Some((_, to)) = self
                    .changed
                    .iter()
                    .find(|(from, _)| token.value("ContentType") == *from)
            {
                let changed = with_attribute(token.raw, "ContentType", to);
                edits.replace(token.range.clone(), changed);
            }
        })?;
        let defaults = self
            .defaults
            .iter()
            .map(|(e, kind)| format!("<Default Extension=\"{e}\" ContentType=\"{kind}\"/>"));
        let overrides = self.overrides.iter().map(|(part, kind)| {
            let part = escape(part);
            format!("<Override PartName=\"/{part}\" ContentType=\"{kind}\"/>")
        });
        let added: String = defaults.chain(overrides).collect();
        if added.is_empty() && edits.is_empty() {
            return Ok(());
        }
        append_into(&mut edits, &root, end, &prefixed(root.prefix(), &added));
        let changed = edits.apply(&xml)?;
        parts.set(CONTENT_TYPES, changed);
        Ok(())
    }
}
