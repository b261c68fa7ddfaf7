//! A document as its parts, all of them in memory: for templates and what is made from them.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipResult;

use super::tree::{self, Element};
use super::{
    CONTENT_TYPES, Deflate, OFFICE_RELATIONSHIPS, PACKAGE_RELATIONSHIPS, PackageWriter,
    relationships_of,
};

/// Bytes that all parts together may inflate to: far above any real template, and the end of a zip bomb.
const MAX_TOTAL: u64 = 256 << 20;
const MAX_PARTS: usize = 4096;

/// Why a document cannot be read or written; displayed in Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackageError {
    /// Not a zip container at all.
    NotZip,
    /// A part cannot be inflated: what the zip reader says.
    Damaged(String),
    TooLarge,
    /// The part's name.
    MissingPart(String),
    /// The part's name and what is wrong with its XML.
    BadPart(String, String),
    /// It cannot be put together: what the writer says.
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

/// A document's parts, in the order they are stored.
#[derive(Debug, Clone, Default)]
pub struct Parts(Vec<(String, Vec<u8>)>);

impl Parts {
    /// Reads every part of a document.
    pub fn read(bytes: &[u8]) -> Result<Self, PackageError> {
        let damaged = |e: &dyn std::fmt::Display| PackageError::Damaged(e.to_string());
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| PackageError::NotZip)?;
        if archive.len() > MAX_PARTS {
            return Err(PackageError::TooLarge);
        }
        let mut left = MAX_TOTAL;
        let mut parts = Self::default();
        for index in 0..archive.len() {
            let file = archive.by_index(index).map_err(|e| damaged(&e))?;
            if file.is_dir() {
                continue;
            }
            let name = file.name().map_err(|e| damaged(&e))?;
            let name = name.trim_start_matches('/').to_owned();
            let mut part = Vec::new();
            let read = file.take(left + 1).read_to_end(&mut part);
            left = left
                .checked_sub(read.map_err(|e| damaged(&e))? as u64)
                .ok_or(PackageError::TooLarge)?;
            parts.set(&name, part);
        }
        Ok(parts)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let (_, bytes) = self.0.iter().find(|(n, _)| n == name)?;
        Some(bytes)
    }

    /// Replaces a part or adds it at the end.
    pub fn set(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        match self.0.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => *old = bytes,
            None => self.0.push((name.to_owned(), bytes)),
        }
    }

    pub fn xml(&self, name: &str) -> Result<Element, PackageError> {
        let bytes = self
            .get(name)
            .ok_or_else(|| PackageError::MissingPart(name.to_owned()))?;
        tree::parse(bytes).map_err(|e| PackageError::BadPart(name.to_owned(), e.0))
    }

    pub fn set_xml(&mut self, name: &str, root: &Element) {
        self.set(name, tree::to_part(root));
    }

    /// Declares a part's content type, unless it is declared already.
    pub fn add_override(&mut self, part: &str, content_type: &str) -> Result<(), PackageError> {
        let mut types = self.xml(CONTENT_TYPES)?;
        let name = format!("/{part}");
        if !types
            .elements()
            .any(|e| e.name == "Override" && e.get("PartName").as_deref() == Some(&name))
        {
            types.push(
                Element::new("Override")
                    .attr("PartName", name)
                    .attr("ContentType", content_type),
            );
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
            Element::new("Relationships").attr("xmlns", PACKAGE_RELATIONSHIPS)
        };
        let taken: Vec<String> = rels.elements().filter_map(|e| e.get("Id")).collect();
        let id = (1..=u32::MAX)
            .map(|n| format!("rId{n}"))
            .find(|id| !taken.contains(id))
            .unwrap_or_default();
        rels.push(
            Element::new("Relationship")
                .attr("Id", &id)
                .attr("Type", format!("{OFFICE_RELATIONSHIPS}/{kind}"))
                .attr("Target", target),
        );
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

    /// The document. The same parts give the same bytes. The content types come first, as readers expect.
    pub fn write(&self) -> Result<Vec<u8>, PackageError> {
        self.write_from(None)
            .map_err(|e| PackageError::Write(e.to_string()))
    }

    /// As [`Self::write`], faster: the parts that `template`, which was written as `written`, has too are not deflated again.
    pub fn write_like(&self, template: &Self, written: &[u8]) -> Result<Vec<u8>, PackageError> {
        self.write_from(Some((template, written)))
            .map_err(|e| PackageError::Write(e.to_string()))
    }

    fn write_from(&self, template: Option<(&Self, &[u8])>) -> ZipResult<Vec<u8>> {
        let mut template = match template {
            Some((parts, written)) => Some((parts, ZipArchive::new(Cursor::new(written))?)),
            None => None,
        };
        let mut writer = PackageWriter::new(if template.is_some() {
            Deflate::Fast
        } else {
            Deflate::Best
        });
        let (first, rest): (Vec<_>, Vec<_>) =
            self.0.iter().partition(|(name, _)| name == CONTENT_TYPES);
        for (name, bytes) in first.into_iter().chain(rest) {
            match &mut template {
                Some((parts, written)) if parts.get(name) == Some(bytes) => {
                    let index = written.index_for_name(name).unwrap_or(usize::MAX);
                    writer.copy(written.by_index_raw(index)?)?;
                }
                _ => writer.add(name, bytes)?,
            }
        }
        writer.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_not_deflated_again_are_the_same_bytes() {
        let mut template = Parts::default();
        template.set("word/document.xml", "<w:document/>");
        template.set(CONTENT_TYPES, "<Types/>");
        template.set("word/媒体.xml", "示例数据".repeat(500));
        let written = template.write().unwrap();
        let mut other = template.clone();
        assert_eq!(other.write_like(&template, &written), other.write());
        other.set("word/document.xml", "<w:document><w:body/></w:document>");
        other.set("docProps/core.xml", "<cp:coreProperties/>");
        let like = other.write_like(&template, &written);
        assert_eq!(like, other.write());
        let read = Parts::read(&like.unwrap()).unwrap();
        assert_eq!(
            read.get("word/document.xml"),
            other.get("word/document.xml")
        );
    }
}
