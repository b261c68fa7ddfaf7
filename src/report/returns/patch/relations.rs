//! Relationships between parts, and what type each part has.

use super::Unfit;
use super::package::{Package, normal};
use super::xml::{Edits, Kind, Scanner, Token, append_into, escape, with_attribute};

/// A part without relationships.
const EMPTY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"></Relationships>";

#[derive(Debug, Clone)]
pub struct Relation {
    pub id: String,
    pub kind: String,
    /// Path in the package, or the address of an external target.
    pub target: String,
    pub external: bool,
}

/// The relationships of one part.
pub struct Relations {
    /// The .rels part.
    name: String,
    pub list: Vec<Relation>,
    added: Vec<Relation>,
    removed: Vec<String>,
}

impl Relations {
    /// Those of a part; of the package itself for an empty path.
    pub fn load(package: &mut Package, part: &str) -> Result<Self, Unfit> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        let mut list = Vec::new();
        if let Some(xml) = package.text(&name)? {
            let mut scanner = Scanner::new(&xml);
            while let Some(token) = scanner.next()? {
                if token.is("Relationship") {
                    list.push(relation(&token, folder));
                }
            }
        }
        Ok(Self {
            name,
            list,
            added: Vec::new(),
            removed: Vec::new(),
        })
    }

    /// Whether the part that holds them is not there yet.
    pub fn is_new(&self, package: &Package) -> bool {
        !package.has(&self.name)
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

    /// Adds a relationship to a part and gives its id.
    pub fn add(&mut self, kind: String, target: &str) -> String {
        let taken = |id: &str| self.list.iter().any(|r| r.id == id);
        let id = (1..=u32::MAX)
            .map(|n| format!("rId{n}"))
            .find(|id| !taken(id))
            .unwrap_or_default();
        let relation = Relation {
            id: id.clone(),
            kind,
            target: target.to_owned(),
            external: false,
        };
        self.list.push(relation.clone());
        self.added.push(relation);
        id
    }

    pub fn remove(&mut self, id: &str) {
        self.list.retain(|r| r.id != id);
        self.added.retain(|r| r.id != id);
        self.removed.push(id.to_owned());
    }

    /// Writes them back where they have changed.
    pub fn save(&self, package: &mut Package) -> Result<(), Unfit> {
        if self.added.is_empty() && self.removed.is_empty() {
            return Ok(());
        }
        let xml = package
            .text(&self.name)?
            .unwrap_or_else(|| EMPTY.to_owned());
        let mut edits = Edits::default();
        let (root, end) = scan(&xml, |token| {
            if token.is("Relationship")
                && token
                    .attribute("Id")
                    .is_some_and(|id| self.removed.iter().any(|r| *r == id))
            {
                edits.replace(token.range.clone(), "");
            }
        })?;
        let prefix = root.prefix();
        let content = self
            .added
            .iter()
            .map(|r| {
                format!(
                    "<{prefix}Relationship Id=\"{}\" Type=\"{}\" Target=\"/{}\"/>",
                    r.id,
                    escape(&r.kind),
                    escape(&r.target)
                )
            })
            .collect::<Vec<_>>()
            .concat();
        append_into(&mut edits, &root, end, &content);
        let changed = edits.apply(&xml)?;
        package.set(&self.name, changed);
        Ok(())
    }
}

fn relation(token: &Token, folder: &str) -> Relation {
    let value = |name| token.attribute(name).unwrap_or_default().into_owned();
    let external = value("TargetMode") == "External";
    let target = value("Target");
    Relation {
        id: value("Id"),
        kind: value("Type"),
        target: if external {
            target
        } else {
            resolve(folder, &target)
        },
        external,
    }
}

/// Looks at every token; gives the root's start tag and where its end tag begins (`None`: it is empty).
pub fn scan<'a>(
    xml: &'a str,
    mut look: impl FnMut(&Token<'a>),
) -> Result<(Token<'a>, Option<usize>), Unfit> {
    let mut scanner = Scanner::new(xml);
    let mut root = None;
    let mut end = None;
    while let Some(token) = scanner.next()? {
        if root.is_none() && token.opens() {
            root = Some(token.clone());
        }
        if token.kind == Kind::End && scanner.depth == 0 {
            end = Some(token.range.start);
        }
        look(&token);
    }
    Ok((root.ok_or(Unfit("XML 有错"))?, end))
}

/// A relationship's target as a path in the package.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

const CONTENT_TYPES: &str = "[Content_Types].xml";

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
    pub fn of(package: &mut Package, part: &str) -> Result<Option<String>, Unfit> {
        let xml = package.text(CONTENT_TYPES)?.ok_or(Unfit("缺少内容类型"))?;
        let mut own = None;
        let mut default = None;
        let extension = part.rsplit_once('.').map_or("", |(_, e)| e);
        scan(&xml, |token| {
            let of = |name| token.attribute(name).unwrap_or_default().into_owned();
            if token.is("Override") && normal(&of("PartName")) == normal(part) {
                own = Some(of("ContentType"));
            } else if token.is("Default") && of("Extension").eq_ignore_ascii_case(extension) {
                default = Some(of("ContentType"));
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

    pub fn save(mut self, package: &mut Package) -> Result<(), Unfit> {
        let xml = package.text(CONTENT_TYPES)?.ok_or(Unfit("缺少内容类型"))?;
        let mut edits = Edits::default();
        let (root, end) = scan(&xml, |token| {
            let of = |name| token.attribute(name).unwrap_or_default().into_owned();
            if token.is("Default") {
                let extension = of("Extension");
                self.defaults
                    .retain(|(own, _)| !extension.eq_ignore_ascii_case(own));
            }
            if token.is("Override") && self.removed.contains(&normal(&of("PartName"))) {
                edits.replace(token.range.clone(), "");
            } else if let Some((_, to)) = self
                .changed
                .iter()
                .find(|(from, _)| token.opens() && of("ContentType") == *from)
            {
                edits.replace(
                    token.range.clone(),
                    with_attribute(token.raw, "ContentType", to),
                );
            }
        })?;
        let prefix = root.prefix();
        let defaults = self.defaults.iter().map(|(e, kind)| {
            format!("<{prefix}Default Extension=\"{e}\" ContentType=\"{kind}\"/>")
        });
        let overrides = self.overrides.iter().map(|(part, kind)| {
            format!(
                "<{prefix}Override PartName=\"/{}\" ContentType=\"{kind}\"/>",
                escape(part)
            )
        });
        let content = defaults.chain(overrides).collect::<Vec<_>>().concat();
        if content.is_empty() && edits.is_empty() {
            return Ok(());
        }
        append_into(&mut edits, &root, end, &content);
        let changed = edits.apply(&xml)?;
        package.set(CONTENT_TYPES, changed);
        Ok(())
    }
}
