//! The zip container of an Office document.

use std::io::{Cursor, Read, Write};
use std::sync::{Arc, OnceLock};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::xml::{self, Element, Node};

/// Far above any real template; a zip bomb ends here.
const MAX_TOTAL: u64 = 256 << 20;
const MAX_PARTS: usize = 4096;

/// How hard a package is packed that is one of many (half of the time, a hundredth more bytes), and one that stands alone.
const OF_MANY: i64 = 2;
const OF_ONE: i64 = 6;

pub const CONTENT_TYPES: &str = "[Content_Types].xml";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackageError {
    /// Not a zip container at all.
    NotZip,
    Damaged(String),
    TooLarge,
    MissingPart(String),
    BadPart(String, String),
    Write(String),
}

impl std::fmt::Display for PackageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotZip => f.write_str("不是Word文档（.docx）"),
            Self::Damaged(detail) => write!(f, "文档已损坏：{detail}"),
            Self::TooLarge => f.write_str("文档解压后过大"),
            Self::MissingPart(name) => write!(f, "文档缺少部件{name}"),
            Self::BadPart(name, detail) => write!(f, "部件{name}无法读取：{detail}"),
            Self::Write(detail) => write!(f, "无法生成文档：{detail}"),
        }
    }
}

impl std::error::Error for PackageError {}

/// Parts in the order they are stored.
#[derive(Debug, Clone, Default)]
pub struct Package {
    parts: Vec<(String, Vec<u8>)>,
}

impl Package {
    pub fn read(bytes: &[u8]) -> Result<Self, PackageError> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| PackageError::NotZip)?;
        if archive.len() > MAX_PARTS {
            return Err(PackageError::TooLarge);
        }
        let mut left = MAX_TOTAL;
        let mut package = Self::default();
        for index in 0..archive.len() {
            let file = archive
                .by_index(index)
                .map_err(|e| PackageError::Damaged(e.to_string()))?;
            if file.is_dir() {
                continue;
            }
            let name = file
                .name()
                .map_err(|e| PackageError::Damaged(e.to_string()))?
                .trim_start_matches('/')
                .to_owned();
            let mut part = Vec::new();
            let read = file
                .take(left + 1)
                .read_to_end(&mut part)
                .map_err(|e| PackageError::Damaged(e.to_string()))?;
            left = left
                .checked_sub(read as u64)
                .ok_or(PackageError::TooLarge)?;
            package.set(&name, part);
        }
        Ok(package)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|(name, _)| name.as_str())
    }

    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.parts
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, bytes)| bytes.as_slice())
    }

    /// Replaces a part or adds it at the end.
    pub fn set(&mut self, name: &str, bytes: Vec<u8>) {
        match self.parts.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => *old = bytes,
            None => self.parts.push((name.to_owned(), bytes)),
        }
    }

    pub fn xml(&self, name: &str) -> Result<Element, PackageError> {
        let bytes = self
            .get(name)
            .ok_or_else(|| PackageError::MissingPart(name.to_owned()))?;
        xml::parse(bytes).map_err(|e| PackageError::BadPart(name.to_owned(), e.0))
    }

    pub fn set_xml(&mut self, name: &str, root: &Element) {
        self.set(name, xml::to_part(root));
    }

    /// Declares a part's content type, unless it is declared already.
    pub fn add_override(&mut self, part: &str, content_type: &str) -> Result<(), PackageError> {
        let mut types = self.xml(CONTENT_TYPES)?;
        let name = format!("/{part}");
        if !types
            .elements()
            .any(|e| e.name == "Override" && e.get("PartName").as_deref() == Some(&name))
        {
            types.children.push(Node::Element(
                Element::new("Override")
                    .attr("PartName", name)
                    .attr("ContentType", content_type),
            ));
            self.set_xml(CONTENT_TYPES, &types);
        }
        Ok(())
    }

    /// Adds a relationship of `part` to `target` (relative to the part's folder) and gives its id.
    pub fn add_relationship(
        &mut self,
        part: &str,
        kind: &str,
        target: &str,
    ) -> Result<String, PackageError> {
        let name = relationships_of(part);
        let mut rels = if self.get(&name).is_some() {
            self.xml(&name)?
        } else {
            Element::new("Relationships").attr(
                "xmlns",
                "http://schemas.openxmlformats.org/package/2006/relationships",
            )
        };
        let taken: Vec<String> = rels.elements().filter_map(|e| e.get("Id")).collect();
        let id = (1..=u32::MAX)
            .map(|n| format!("rId{n}"))
            .find(|id| !taken.contains(id))
            .unwrap_or_default();
        let rel = Element::new("Relationship")
            .attr("Id", &id)
            .attr("Type", format!("{}/{kind}", super::R))
            .attr("Target", target);
        rels.children.push(Node::Element(rel));
        self.set_xml(&name, &rels);
        Ok(id)
    }

    /// A part name of the form `prefix<n>suffix` that is free.
    pub fn free_name(&self, prefix: &str, suffix: &str) -> String {
        (1..=u32::MAX)
            .map(|n| format!("{prefix}{n}{suffix}"))
            .find(|name| self.get(name).is_none())
            .unwrap_or_default()
    }

    /// Deflated, with one fixed time: the same parts give the same bytes. The content types come first, as readers expect.
    pub fn write(&self) -> Result<Vec<u8>, PackageError> {
        self.write_from(None)
    }

    /// As [`Self::write`], where another package was written before: the parts that both have are not deflated again.
    pub fn write_like(&self, other: &Written) -> Result<Vec<u8>, PackageError> {
        self.write_from(Some(other))
    }

    fn write_from(&self, other: Option<&Written>) -> Result<Vec<u8>, PackageError> {
        let failed = |e: zip::result::ZipError| PackageError::Write(e.to_string());
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(if other.is_some() { OF_MANY } else { OF_ONE }))
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let first = self.parts.iter().filter(|(name, _)| name == CONTENT_TYPES);
        for (name, bytes) in
            first.chain(self.parts.iter().filter(|(name, _)| name != CONTENT_TYPES))
        {
            if let Some(other) = other.filter(|other| other.package.get(name) == Some(bytes)) {
                let mut archive = other.archive.clone();
                let index = archive
                    .index_for_name(name)
                    .ok_or_else(|| PackageError::MissingPart(name.clone()))?;
                writer
                    .raw_copy_file(archive.by_index_raw(index).map_err(failed)?)
                    .map_err(failed)?;
                continue;
            }
            writer.start_file(name.as_str(), options).map_err(failed)?;
            writer
                .write_all(bytes)
                .map_err(|e| PackageError::Write(e.to_string()))?;
        }
        Ok(writer.finish().map_err(failed)?.into_inner())
    }
}

/// A package as it was written, for others that have most of its parts.
pub struct Written {
    package: Package,
    archive: ZipArchive<Cursor<Arc<[u8]>>>,
}

impl Written {
    pub fn new(package: Package) -> Result<Self, PackageError> {
        let archive = ZipArchive::new(Cursor::new(Arc::from(package.write()?)))
            .map_err(|e| PackageError::Write(e.to_string()))?;
        Ok(Self { package, archive })
    }

    pub fn package(&self) -> &Package {
        &self.package
    }
}

/// A package that is made when it is first asked for, and kept: a template of our own.
pub struct MadeOnce {
    made: OnceLock<Vec<u8>>,
    make: fn() -> Result<Vec<u8>, PackageError>,
}

impl MadeOnce {
    pub const fn new(make: fn() -> Result<Vec<u8>, PackageError>) -> Self {
        Self {
            made: OnceLock::new(),
            make,
        }
    }

    pub fn bytes(&self) -> Result<&[u8], PackageError> {
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let made = (self.make)()?;
        Ok(self.made.get_or_init(|| made))
    }
}

/// `word/document.xml` → `word/_rels/document.xml.rels`.
pub fn relationships_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_not_deflated_again_are_the_same_bytes() {
        let mut package = Package::default();
        for (name, text) in [
            ("word/document.xml", "<w:document/>"),
            (CONTENT_TYPES, "<Types/>"),
            ("word/媒体.xml", &"示例数据".repeat(500)),
        ] {
            package.set(name, text.as_bytes().to_vec());
        }
        let written = Written::new(package).unwrap();
        let mut other = written.package().clone();
        assert_eq!(other.write_like(&written), other.write());
        other.set(
            "word/document.xml",
            b"<w:document><w:body/></w:document>".to_vec(),
        );
        other.set("docProps/core.xml", b"<cp:coreProperties/>".to_vec());
        assert_eq!(other.write_like(&written), other.write());
        assert_eq!(
            Package::read(&other.write_like(&written).unwrap())
                .unwrap()
                .get("word/document.xml"),
            other.get("word/document.xml")
        );
    }
}
