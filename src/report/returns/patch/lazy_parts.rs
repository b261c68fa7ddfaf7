//! A submitted workbook's parts: read when they are asked for, and copied still deflated where they are not changed.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipResult;

use super::scan::Unfit;
use crate::report::ooxml::{Deflate, PackageWriter};

pub struct LazyParts<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Name as of [`normal`] → entry.
    index: BTreeMap<String, usize>,
    /// Bytes that a part may inflate to.
    limit: u64,
    /// Parts as they are now, by [`normal`] name; `None`: removed.
    changed: BTreeMap<String, Option<Vec<u8>>>,
    /// New parts, under the names they are written with.
    added: Vec<String>,
}

const DAMAGED: Unfit = Unfit("部件无法解压");

impl<'a> LazyParts<'a> {
    pub fn open(bytes: &'a [u8], limit: u64) -> Result<Self, Unfit> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unfit("压缩包有错"))?;
        let mut index = BTreeMap::new();
        for entry in 0..zip.len() {
            if let Some(Ok(name)) = zip.name_for_index(entry) {
                index.insert(normal(&name), entry);
            }
        }
        Ok(Self {
            zip,
            index,
            limit,
            changed: BTreeMap::new(),
            added: Vec::new(),
        })
    }

    /// Names of the parts as submitted, as of [`normal`].
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(String::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        let key = normal(name);
        match self.changed.get(&key) {
            Some(part) => part.is_some(),
            None => self.index.contains_key(&key),
        }
    }

    fn entry(&mut self, key: &str) -> Result<Option<ZipFile<'_, Cursor<&'a [u8]>>>, Unfit> {
        let Some(&entry) = self.index.get(key) else {
            return Ok(None);
        };
        self.zip.by_index(entry).map(Some).map_err(|_| DAMAGED)
    }

    /// A part's text; `None` when there is none of that name.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Unfit> {
        let key = normal(name);
        let bytes = if let Some(part) = self.changed.get(&key) {
            part.clone()
        } else {
            let limit = self.limit;
            let read = |file: ZipFile<_>| {
                let mut bytes = Vec::new();
                let read = file.take(limit + 1).read_to_end(&mut bytes);
                match read.map_err(|_| DAMAGED)? as u64 {
                    n if n > limit => Err(Unfit("部件过大")),
                    _ => Ok(bytes),
                }
            };
            self.entry(&key)?.map(read).transpose()?
        };
        let Some(bytes) = bytes else { return Ok(None) };
        let text = String::from_utf8(bytes).map_err(|_| Unfit("部件不是 UTF-8"))?;
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        if declares_other_encoding(&text) {
            return Err(Unfit("部件不是 UTF-8"));
        }
        Ok(Some(text))
    }

    /// As [`Self::text`]; `None` for no name.
    pub fn text_of(&mut self, name: Option<&str>) -> Result<Option<String>, Unfit> {
        name.map_or(Ok(None), |name| self.text(name))
    }

    /// Whether `needle` stands in an unchanged part before `until`; no more of it is inflated than that takes.
    pub fn head_holds(&mut self, name: &str, needle: &str, until: &str) -> Result<bool, Unfit> {
        let key = normal(name);
        if self.changed.contains_key(&key) {
            return Ok(false);
        }
        let Some(mut file) = self.entry(&key)? else {
            return Ok(false);
        };
        let mut head: Vec<u8> = Vec::new();
        let mut chunk = vec![0; 16 << 10];
        // Views stand before the cells: a part whose cells do not come within this is none we know.
        while head.len() < 1 << 20 {
            let n = file.read(&mut chunk).map_err(|_| DAMAGED)?;
            head.extend_from_slice(&chunk[..n]);
            let find = |what: &str| memchr::memmem::find(&head, what.as_bytes()).is_some();
            if find(needle) {
                return Ok(true);
            }
            if n == 0 || find(until) {
                break;
            }
        }
        Ok(false)
    }

    /// Replaces a part, or adds one.
    pub fn set(&mut self, name: &str, text: String) {
        let key = normal(name);
        if !self.index.contains_key(&key) && !self.changed.contains_key(&key) {
            self.added.push(name.trim_start_matches('/').to_owned());
        }
        self.changed.insert(key, Some(text.into_bytes()));
    }

    pub fn remove(&mut self, name: &str) {
        self.changed.insert(normal(name), None);
    }

    /// `xl/comments3.xml`: the first number that no part has.
    pub fn free_name(&self, stem: &str, extension: &str) -> String {
        let is_free = |name: &String| {
            let key = normal(name);
            !self.index.contains_key(&key) && !self.changed.contains_key(&key)
        };
        (1..=usize::MAX)
            .map(|n| format!("{stem}{n}.{extension}"))
            .find(is_free)
            .unwrap_or_default()
    }

    /// The package's bytes.
    pub fn save(self) -> Result<Vec<u8>, Unfit> {
        self.write().map_err(|_| Unfit("压缩包无法写出"))
    }

    fn write(mut self) -> ZipResult<Vec<u8>> {
        let mut writer = PackageWriter::new(Deflate::Fast);
        for entry in 0..self.zip.len() {
            let file = self.zip.by_index_raw(entry)?;
            let name = file.name()?.into_owned();
            let key = normal(&name);
            // Of two entries of one name every program sees one; it is the one that was read.
            if self.index.get(&key) != Some(&entry) {
                continue;
            }
            match self.changed.get(&key) {
                None => writer.copy(file)?,
                Some(None) => {}
                Some(Some(bytes)) => writer.add(&name, bytes)?,
            }
        }
        for name in &self.added {
            if let Some(Some(bytes)) = self.changed.get(&normal(name)) {
                writer.add(name, bytes)?;
            }
        }
        writer.finish()
    }
}

/// A part's name as it is compared: case and a leading slash do not tell parts apart (OPC).
pub fn normal(name: &str) -> String {
    name.trim_start_matches('/')
        .replace('\\', "/")
        .to_lowercase()
}

fn declares_other_encoding(text: &str) -> bool {
    let Some(declaration) = text
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
        .map(|(d, _)| d)
    else {
        return false;
    };
    let Some((_, rest)) = declaration.split_once("encoding") else {
        return false;
    };
    let name =
        rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '"' | '\''));
    !name.to_ascii_lowercase().starts_with("utf-8")
}
