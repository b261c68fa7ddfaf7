//! The parts of a zip package (.xlsx, .xlsb, .ods), inflated under the limits. A size that the package claims
//! is a first guess of 4 MiB at most: what comes out is counted.

use std::borrow::Cow;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

use zip::{CompressionMethod, ZipArchive};

use super::budget::{Cost, Spent, package_too_large, part_too_large};
use super::damaged;
use super::inflate::Inflater;
use super::known::{self, Identity};
use super::limited::{Limited, corrupt, io_fault};
use super::xml::Xml;
use crate::intake::workbook::{FileFault, Result};
use crate::plan::Limits;

/// Parts up to this size are inflated at once; larger ones are streamed.
const AT_ONCE: u64 = 4 << 20;

/// An opened package.
pub(crate) struct Package<'a> {
    bytes: &'a [u8],
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Entries by [`normal`] name, in its order.
    index: Vec<(String, usize)>,
    limits: Limits,
    spent: Spent,
    /// Serves for all parts: to make one costs as much as to inflate a small part.
    inflater: Inflater,
}

/// One part's bytes.
pub(crate) enum Part<'p> {
    Whole(&'p [u8]),
    /// Inflated as it is read; [`io_fault`] says what its errors mean.
    Stream(Box<dyn Read + 'p>),
}

impl<'a> Package<'a> {
    /// Reads a package's directory; `None` where it is no zip or its end is missing.
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Option<Self> {
        let zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
        let mut index: Vec<(String, usize)> = (0..zip.len())
            .filter_map(|entry| {
                Some((
                    normal(&zip.name_for_index(entry)?.ok()?).into_owned(),
                    entry,
                ))
            })
            .collect();
        // Of two entries of one name the later counts.
        index.sort_by(|(a, of_a), (b, of_b)| (a, of_b).cmp(&(b, of_a)));
        index.dedup_by(|(a, _), (b, _)| a == b);
        Some(Self {
            bytes,
            zip,
            index,
            limits: *limits,
            spent: Spent::default(),
            inflater: Inflater::new(),
        })
    }

    /// The limits that it is read under.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What reading it has cost so far.
    pub(crate) fn cost(&self) -> Cost {
        self.spent.cost()
    }

    /// [`normal`] names of all parts.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.index.iter().map(|(name, _)| name.as_str())
    }

    /// Whether there is a part of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// Opens a part's XML; `None` when there is none of that name.
    pub(crate) fn xml(&mut self, name: &str) -> Result<Option<Xml<'_>>> {
        match self.find(name)? {
            Some(packed) => self.open_xml(&packed).map(Some),
            None => Ok(None),
        }
    }

    /// What `read` makes of a small part's XML, or made of the same part of another workbook, which costs as much of the
    /// limits; `None` when there is none of that name.
    pub(crate) fn known<T: 'static>(
        &mut self,
        name: &str,
        read: impl FnOnce(Xml<'_>) -> Result<T>,
    ) -> Result<Option<Rc<T>>> {
        let Some(packed) = self.find(name)? else {
            return Ok(None);
        };
        let identity = Identity {
            name,
            packed: packed.data.unwrap_or_default(),
            declared: packed.declared,
            crc: packed.crc,
        };
        let is_small = packed.data.is_some() && identity.is_small();
        let before = self.spent.cost();
        if is_small
            && let Some((value, cost)) = known::find(&identity, &self.limits)
            && cost.bytes <= packed.ceiling
            && self.spent.has_events(cost.events, &self.limits)
        {
            self.spent.add_bytes(cost.bytes);
            self.spent.add_events(cost.events, &self.limits)?;
            return Ok(Some(value));
        }
        let value = Rc::new(read(self.open_xml(&packed)?)?);
        if is_small {
            let after = self.spent.cost();
            let cost = Cost {
                bytes: after.bytes - before.bytes,
                events: after.events - before.events,
            };
            known::keep(&identity, &self.limits, cost, Rc::clone(&value));
        }
        Ok(Some(value))
    }

    /// Opens a part; `None` when there is none of that name.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Part<'_>>> {
        match self.find(name)? {
            Some(packed) => self.open_part(&packed).map(Some),
            None => Ok(None),
        }
    }

    fn find(&mut self, name: &str) -> Result<Option<Packed<'a>>> {
        match self.entry(name) {
            Some(entry) => self.packed(entry).map(Some),
            None => Ok(None),
        }
    }

    fn entry(&self, name: &str) -> Option<usize> {
        let name = &*normal(name);
        let at = self
            .index
            .binary_search_by(|(own, _)| own.as_str().cmp(name));
        at.ok().map(|at| self.index[at].1)
    }

    fn packed(&mut self, entry: usize) -> Result<Packed<'a>> {
        let bytes = self.bytes;
        let left = self
            .limits
            .total_bytes
            .saturating_sub(self.spent.cost().bytes);
        let ceiling = self.limits.part_bytes.min(left);
        let file = self.zip.by_index_raw(entry).map_err(|_| unpackable())?;
        if file.size() > ceiling {
            return Err(too_large(&self.limits, ceiling));
        }
        let is_small = file.size() <= AT_ONCE && !file.encrypted();
        let data = file.data_start().filter(|_| is_small).and_then(|start| {
            let start = usize::try_from(start).ok()?;
            bytes.get(start..start.checked_add(usize::try_from(file.compressed_size()).ok()?)?)
        });
        Ok(Packed {
            entry,
            data,
            method: file.compression(),
            declared: file.size(),
            crc: file.crc32(),
            ceiling,
        })
    }

    fn open_xml(&mut self, packed: &Packed<'a>) -> Result<Xml<'_>> {
        let (limits, spent) = (self.limits, self.spent.clone());
        Ok(match self.open_part(packed)? {
            Part::Whole(bytes) => Xml::whole(utf8(bytes), limits, spent),
            Part::Stream(stream) => Xml::stream(stream, limits, spent),
        })
    }

    fn open_part(&mut self, packed: &Packed<'a>) -> Result<Part<'_>> {
        let ceiling = packed.ceiling;
        let whole = match (packed.method, packed.data) {
            (CompressionMethod::Stored, Some(data)) => data,
            (CompressionMethod::Deflated, Some(data)) => {
                let most = usize::try_from(ceiling.min(AT_ONCE)).unwrap_or(usize::MAX);
                let claimed = usize::try_from(packed.declared).unwrap_or(0);
                self.inflater.inflate(data, claimed, most)?
            }
            _ => {
                return Ok(Part::Stream(Box::new(Limited {
                    inner: self.zip.by_index(packed.entry).map_err(|_| unpackable())?,
                    left: ceiling,
                    fault: too_large(&self.limits, ceiling),
                    spent: self.spent.clone(),
                })));
            }
        };
        self.spent.add_bytes(whole.len() as u64);
        if whole.len() as u64 > ceiling {
            return Err(too_large(&self.limits, ceiling));
        }
        if crc32fast::hash(whole) != packed.crc {
            return Err(corrupt());
        }
        Ok(Part::Whole(whole))
    }

    /// A part's first bytes, to tell what a package is; empty where there is no such part or it is damaged.
    pub(crate) fn head(&mut self, name: &str, most: u64) -> Vec<u8> {
        let mut head = Vec::new();
        if let Some(entry) = self.entry(name)
            && let Ok(file) = self.zip.by_index(entry)
        {
            // Damage shows again, with its own message, when the part is read.
            let _ = file.take(most).read_to_end(&mut head);
        }
        head
    }

    /// Inflates every part once and keeps nothing: a reader that knows no limits may follow.
    pub(crate) fn check_sizes(&mut self) -> Result {
        for entry in 0..self.zip.len() {
            let packed = self.packed(entry)?;
            if let Part::Stream(mut stream) = self.open_part(&packed)? {
                io::copy(&mut stream, &mut io::sink()).map_err(|e| io_fault(&e))?;
            }
        }
        self.spent.forget();
        Ok(())
    }
}

/// Where a part lies in the package.
struct Packed<'a> {
    entry: usize,
    /// Its bytes, where they are inflated at once.
    data: Option<&'a [u8]>,
    method: CompressionMethod,
    /// The size that the package claims.
    declared: u64,
    crc: u32,
    /// Bytes that it may inflate to.
    ceiling: u64,
}

fn too_large(limits: &Limits, ceiling: u64) -> FileFault {
    if ceiling == limits.part_bytes {
        part_too_large(limits)
    } else {
        package_too_large(limits)
    }
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
    let text = encoding.decode_with_bom_removal(data).0;
    Cow::Owned(text.into_owned().into_bytes())
}

/// A part's name in lower case, with plain slashes, no steps and no escapes: these do not tell parts apart (OPC).
fn normal(name: &str) -> Cow<'_, str> {
    let name = name.trim_start_matches(['/', '\\']);
    let (mut is_odd, mut has_capital, mut before) = (false, false, b'/');
    for b in name.bytes() {
        let is_step = before == b'/' && matches!(b, b'/' | b'.');
        is_odd |= is_step || matches!(b, b'\\' | b'%') || !b.is_ascii();
        has_capital |= b.is_ascii_uppercase();
        before = b;
    }
    if is_odd {
        Cow::Owned(resolve("", &unescaped(name).to_lowercase()))
    } else if has_capital {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// A name with its `%41` as the bytes they stand for.
fn unescaped(name: &str) -> Cow<'_, str> {
    if !name.contains('%') {
        return Cow::Borrowed(name);
    }
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let [first, more @ ..] = rest {
        let code = more.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let code = code.filter(|_| *first == b'%');
        if let Some(byte) = code.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            bytes.push(byte);
            rest = &more[2..];
        } else {
            bytes.push(*first);
            rest = more;
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// A relationship's target as a path in the package.
pub(crate) fn resolve(folder: &str, target: &str) -> String {
    const SLASHES: [char; 2] = ['/', '\\'];
    let from = if target.starts_with(SLASHES) {
        ""
    } else {
        folder
    };
    let mut parts: Vec<&str> = from.split('/').filter(|p| !p.is_empty()).collect();
    for step in target.split(SLASHES) {
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
