//! The zip package: untouched parts are copied raw, still deflated; touched ones are written anew.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::Unfit;

pub struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Lower-case path without a leading slash → entry.
    index: BTreeMap<String, usize>,
    /// Bytes that a part may inflate to.
    limit: u64,
    /// Parts as they are now; `None`: taken out.
    touched: BTreeMap<String, Option<Vec<u8>>>,
    /// New parts, under the names they are written with.
    added: Vec<String>,
}

impl<'a> Package<'a> {
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
            touched: BTreeMap::new(),
            added: Vec::new(),
        })
    }

    /// Lower-case paths of the parts as submitted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(String::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        let key = normal(name);
        self.touched
            .get(&key)
            .map_or_else(|| self.index.contains_key(&key), Option::is_some)
    }

    /// A part's text; `None` when there is none of that name.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Unfit> {
        let key = normal(name);
        let bytes = match (self.touched.get(&key), self.index.get(&key)) {
            (Some(None), _) | (None, None) => return Ok(None),
            (Some(Some(bytes)), _) => bytes.clone(),
            (None, Some(&entry)) => {
                let file = self
                    .zip
                    .by_index(entry)
                    .map_err(|_| Unfit("部件无法解压"))?;
                let mut bytes = Vec::new();
                file.take(self.limit + 1)
                    .read_to_end(&mut bytes)
                    .map_err(|_| Unfit("部件无法解压"))?;
                if bytes.len() as u64 > self.limit {
                    return Err(Unfit("部件过大"));
                }
                bytes
            }
        };
        let text = String::from_utf8(bytes).map_err(|_| Unfit("部件不是 UTF-8"))?;
        let text = text
            .strip_prefix('\u{feff}')
            .map(str::to_owned)
            .unwrap_or(text);
        if declares_other_encoding(&text) {
            return Err(Unfit("部件不是 UTF-8"));
        }
        Ok(Some(text))
    }

    /// Whether a part's text holds one of these; only what stands before `until` is looked at, and no more than it takes.
    pub fn head_holds(&mut self, name: &str, needle: &str, until: &str) -> Result<bool, Unfit> {
        let key = normal(name);
        let (None, Some(&entry)) = (self.touched.get(&key), self.index.get(&key)) else {
            return Ok(false);
        };
        let mut file = self
            .zip
            .by_index(entry)
            .map_err(|_| Unfit("部件无法解压"))?;
        let mut head: Vec<u8> = Vec::new();
        let mut chunk = vec![0; 16 << 10];
        // Views stand before the cells: a part whose cells do not come within this is none we know.
        while head.len() < 1 << 20 {
            let n = file.read(&mut chunk).map_err(|_| Unfit("部件无法解压"))?;
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
        if !self.index.contains_key(&key) && !self.touched.contains_key(&key) {
            self.added.push(name.trim_start_matches('/').to_owned());
        }
        self.touched.insert(key, Some(text.into_bytes()));
    }

    pub fn remove(&mut self, name: &str) {
        self.touched.insert(normal(name), None);
    }

    /// `xl/comments3.xml`: the first number that no part has.
    pub fn free_name(&self, stem: &str, extension: &str) -> String {
        let name = |n: usize| format!("{stem}{n}.{extension}");
        (1..=usize::MAX)
            .map(name)
            .find(|n| {
                !self.index.contains_key(&normal(n)) && !self.touched.contains_key(&normal(n))
            })
            .unwrap_or_default()
    }

    /// The package's bytes. The same parts give the same bytes: new ones bear the earliest time a zip can.
    pub fn save(mut self) -> Result<Vec<u8>, Unfit> {
        let failed = |_| Unfit("压缩包无法写出");
        // Half of the time of the usual 6, and few more bytes: most parts are copied as they are packed.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(2))
            .last_modified_time(DateTime::default());
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for entry in 0..self.zip.len() {
            let file = self
                .zip
                .by_index_raw(entry)
                .map_err(|_| Unfit("压缩包有错"))?;
            let name = file.name().map_err(|_| Unfit("压缩包有错"))?.into_owned();
            let key = normal(&name);
            // Of two entries of one name every program sees one; it is the one that was read.
            if self.index.get(&key) != Some(&entry) {
                continue;
            }
            match self.touched.get(&key) {
                None => writer.raw_copy_file(file).map_err(failed)?,
                Some(None) => {}
                Some(Some(bytes)) => {
                    drop(file);
                    writer.start_file(name, options).map_err(failed)?;
                    writer
                        .write_all(bytes)
                        .map_err(|_| Unfit("压缩包无法写出"))?;
                }
            }
        }
        for name in &self.added {
            if let Some(Some(bytes)) = self.touched.get(&normal(name)) {
                writer.start_file(name.as_str(), options).map_err(failed)?;
                writer
                    .write_all(bytes)
                    .map_err(|_| Unfit("压缩包无法写出"))?;
            }
        }
        Ok(writer.finish().map_err(failed)?.into_inner())
    }
}

/// Case and a leading slash do not tell parts apart (OPC).
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
