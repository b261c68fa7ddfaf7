//! The zip package: parts by name, inflated under the limits, whatever the directory claims.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

use zip::{CompressionMethod, ZipArchive};

use super::super::budget::{package_too_large, part_too_large};
use super::super::workbook::FileFault;
use super::damaged;
use super::inflate::{Fault, Inflater};
use super::known;
use super::xml::Xml;
use crate::plan::Limits;

/// Parts up to this size are inflated at once; larger ones are streamed.
const AT_ONCE: u64 = 4 << 20;

pub struct Package<'a> {
    bytes: &'a [u8],
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Lower-case path without a leading slash → entry.
    index: BTreeMap<String, usize>,
    limits: Limits,
    spent: Spent,
    tools: Option<Tools>,
}

/// One inflater and one buffer for all parts, and all packages of a thread: to set them up costs as much as to inflate a small
/// part.
#[derive(Default)]
struct Tools {
    inflater: Inflater,
    buffer: Vec<u8>,
}

thread_local! {
    /// Laid down by the last package of the thread.
    static SPARE: Cell<Option<Tools>> = const { Cell::new(None) };
}

/// A larger buffer is not kept for the next package.
const SPARE_BYTES: usize = 1 << 20;

impl Drop for Package<'_> {
    fn drop(&mut self) {
        let tools = self
            .tools
            .take()
            .filter(|tools| tools.buffer.capacity() <= SPARE_BYTES);
        if tools.is_some() {
            SPARE.set(tools);
        }
    }
}

/// What reading the package has cost so far, whatever it claims of itself. Shared with the parts that are open.
#[derive(Debug, Clone, Default)]
pub struct Spent {
    /// Bytes inflated.
    bytes: Rc<Cell<u64>>,
    /// XML events.
    events: Rc<Cell<u64>>,
}

impl Spent {
    pub fn bytes(&self) -> u64 {
        self.bytes.get()
    }

    fn events(&self) -> u64 {
        self.events.get()
    }

    /// Whether so many XML events more would not be too many.
    pub fn has(&self, events: u64, limits: &Limits) -> bool {
        self.events.get().saturating_add(events) <= limits.xml_events
    }

    /// So many XML events more; `false` when that is too many.
    pub fn add(&self, events: u64, limits: &Limits) -> bool {
        let events = self.events.get().saturating_add(events);
        self.events.set(events);
        events <= limits.xml_events
    }
}

impl<'a> Package<'a> {
    /// `zip`: the directory of these bytes.
    pub fn open(bytes: &'a [u8], zip: ZipArchive<Cursor<&'a [u8]>>, limits: &Limits) -> Self {
        let mut index = BTreeMap::new();
        for entry in 0..zip.len() {
            if let Some(Ok(name)) = zip.name_for_index(entry) {
                index.insert(normal(&name).into_owned(), entry);
            }
        }
        Self {
            bytes,
            zip,
            index,
            limits: *limits,
            spent: Spent::default(),
            tools: SPARE.take(),
        }
    }

    /// Lower-case paths of all parts, without a leading slash.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(String::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        self.index.contains_key(&*normal(name))
    }

    /// Opens a part's XML; `None` when there is none of that name.
    pub fn xml(&mut self, name: &str) -> Result<Option<Xml<'_>>, FileFault> {
        match self.packed(name)? {
            Some(packed) => self.open_packed(&packed).map(Some),
            None => Ok(None),
        }
    }

    /// What `read` makes of a part; `None` when there is none of that name. Departments fill in one form: most of a workbook's
    /// small parts are the very bytes of the last workbook's, and what was made of those is taken. It costs as much of the
    /// limits as reading does.
    pub fn part<T: 'static>(
        &mut self,
        name: &str,
        read: impl FnOnce(Xml<'_>) -> Result<T, FileFault>,
    ) -> Result<Option<Rc<T>>, FileFault> {
        let Some(packed) = self.packed(name)? else {
            return Ok(None);
        };
        let identity = known::Identity {
            name,
            packed: packed.data.unwrap_or_default(),
            declared: packed.declared,
            crc: packed.crc,
        };
        let is_kept = packed.data.is_some()
            && packed.method == CompressionMethod::Deflated
            && identity.is_small();
        if is_kept
            && let Some((value, cost)) = known::find(&identity, &self.limits, packed.ceiling.bytes)
        {
            let bytes = self.spent.bytes().saturating_add(cost.bytes);
            if self.spent.has(cost.events, &self.limits) && bytes <= self.limits.total_bytes {
                self.spent.add(cost.events, &self.limits);
                self.spent.bytes.set(bytes);
                return Ok(Some(value));
            }
        }
        let before = (self.spent.bytes(), self.spent.events());
        let value = Rc::new(read(self.open_packed(&packed)?)?);
        if is_kept {
            let cost = known::Cost {
                bytes: self.spent.bytes() - before.0,
                events: self.spent.events() - before.1,
            };
            known::keep(&identity, self.limits, cost, Rc::clone(&value));
        }
        Ok(Some(value))
    }

    /// Where a part lies in the package.
    fn packed(&mut self, name: &str) -> Result<Option<Packed<'a>>, FileFault> {
        let Some(&entry) = self.index.get(&*normal(name)) else {
            return Ok(None);
        };
        let ceiling = self.ceiling();
        let file = self.zip.by_index_raw(entry).map_err(|_| unpackable())?;
        if file.size() > ceiling.bytes {
            return Err(limit_fault(ceiling.what, &self.limits));
        }
        let small = file.size() <= AT_ONCE && !file.encrypted();
        let data = file.data_start().filter(|_| small).and_then(|start| {
            let start = usize::try_from(start).ok()?;
            self.bytes
                .get(start..start.checked_add(usize::try_from(file.compressed_size()).ok()?)?)
        });
        Ok(Some(Packed {
            entry,
            data,
            method: file.compression(),
            declared: file.size(),
            crc: file.crc32(),
            ceiling,
        }))
    }

    fn open_packed<'s>(&'s mut self, packed: &Packed<'s>) -> Result<Xml<'s>, FileFault> {
        let (limits, spent, ceiling) = (self.limits, self.spent.clone(), &packed.ceiling);
        match (packed.method, packed.data) {
            (CompressionMethod::Stored, Some(data)) => {
                take_whole(&self.spent, &self.limits, data.len(), ceiling)?;
                verify(data, packed.crc)?;
                Ok(Xml::whole(utf8(data), limits, spent))
            }
            (CompressionMethod::Deflated, Some(data)) => {
                let size =
                    self.inflate(data, usize::try_from(packed.declared).unwrap_or(0), ceiling)?;
                let data = self
                    .tools
                    .as_ref()
                    .and_then(|tools| tools.buffer.get(..size))
                    .unwrap_or_default();
                verify(data, packed.crc)?;
                Ok(Xml::whole(utf8(data), limits, spent))
            }
            _ => {
                let file = self.zip.by_index(packed.entry).map_err(|_| unpackable())?;
                // The declared size is a claim: what counts is what comes out.
                let limited = Limited {
                    inner: file,
                    left: ceiling.bytes,
                    what: ceiling.what,
                    spent: Rc::clone(&self.spent.bytes),
                };
                Ok(Xml::stream(Box::new(limited), limits, spent))
            }
        }
    }

    fn ceiling(&self) -> Ceiling {
        let left = self.limits.total_bytes.saturating_sub(self.spent.bytes());
        let bytes = self.limits.part_bytes.min(left);
        Ceiling {
            bytes,
            what: if bytes == self.limits.part_bytes {
                PART
            } else {
                TOTAL
            },
        }
    }

    /// Inflates into the buffer; the size that came out. What a part declares is where the buffer begins, no more.
    fn inflate(
        &mut self,
        data: &[u8],
        declared: usize,
        ceiling: &Ceiling,
    ) -> Result<usize, FileFault> {
        let most = usize::try_from(ceiling.bytes.min(AT_ONCE)).unwrap_or(usize::MAX);
        let Tools { inflater, buffer } = self.tools.get_or_insert_default();
        if buffer.len() < declared.min(most) {
            buffer.resize(declared.min(most), 0);
        }
        match inflater.inflate(data, buffer, most) {
            Ok(size) => take_whole(&self.spent, &self.limits, size, ceiling).map(|()| size),
            Err(Fault::Corrupt) => Err(corrupt()),
            Err(Fault::TooLarge) => {
                take_whole(&self.spent, &self.limits, most.saturating_add(1), ceiling)?;
                Err(damaged("压缩包声明的大小与实际不符"))
            }
        }
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub fn spent(&self) -> Spent {
        self.spent.clone()
    }
}

/// A part as it lies in the package.
struct Packed<'a> {
    entry: usize,
    /// Its bytes, where it is inflated at once.
    data: Option<&'a [u8]>,
    method: CompressionMethod,
    declared: u64,
    crc: u32,
    ceiling: Ceiling,
}

/// How much the next part may inflate to, and which limit that is.
struct Ceiling {
    bytes: u64,
    what: &'static str,
}

/// Counts a part that is in memory.
fn take_whole(
    spent: &Spent,
    limits: &Limits,
    size: usize,
    ceiling: &Ceiling,
) -> Result<(), FileFault> {
    spent.bytes.set(spent.bytes().saturating_add(size as u64));
    if size as u64 > ceiling.bytes {
        Err(limit_fault(ceiling.what, limits))
    } else {
        Ok(())
    }
}

fn verify(data: &[u8], crc: u32) -> Result<(), FileFault> {
    if crc32fast::hash(data) == crc {
        Ok(())
    } else {
        Err(corrupt())
    }
}

fn corrupt() -> FileFault {
    damaged("压缩数据不完整或校验不符")
}

fn unpackable() -> FileFault {
    damaged("压缩包中有无法解压的部分")
}

/// A part in UTF-16, which OPC allows beside UTF-8, as UTF-8. No program at hand writes parts of megabytes in it.
fn utf8(data: &[u8]) -> Cow<'_, [u8]> {
    let encoding = match data {
        [0xFE, 0xFF, ..] | [0, b'<', ..] => encoding_rs::UTF_16BE,
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => encoding_rs::UTF_16LE,
        _ => return Cow::Borrowed(data),
    };
    Cow::Owned(
        encoding
            .decode_with_bom_removal(data)
            .0
            .into_owned()
            .into_bytes(),
    )
}

/// Case and a leading slash do not tell parts apart (OPC).
fn normal(name: &str) -> Cow<'_, str> {
    let name = name.trim_start_matches('/');
    if name
        .bytes()
        .any(|b| b == b'\\' || b.is_ascii_uppercase() || !b.is_ascii())
    {
        Cow::Owned(name.replace('\\', "/").to_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// Fails once more than `left` bytes have come out.
pub struct Limited<R> {
    inner: R,
    left: u64,
    what: &'static str,
    spent: Rc<Cell<u64>>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.spent.set(self.spent.get().saturating_add(n as u64));
        match self.left.checked_sub(n as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(LimitHit(self.what))),
        }
        Ok(n)
    }
}

const PART: &str = "part";
const TOTAL: &str = "total";

#[derive(Debug)]
struct LimitHit(&'static str);

impl std::fmt::Display for LimitHit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for LimitHit {}

/// What an I/O error while inflating means.
pub fn io_fault(error: &io::Error, limits: &Limits) -> FileFault {
    match error.get_ref().and_then(|e| e.downcast_ref::<LimitHit>()) {
        Some(LimitHit(what)) => limit_fault(what, limits),
        None => corrupt(),
    }
}

fn limit_fault(what: &str, limits: &Limits) -> FileFault {
    if what == PART {
        part_too_large(limits)
    } else {
        package_too_large(limits)
    }
}
