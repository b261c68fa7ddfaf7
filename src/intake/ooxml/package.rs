//! The zip package: parts by name, inflated under the limits, whatever the directory claims.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::rc::Rc;

use zip::ZipArchive;
use zip::read::ZipFile;

use super::super::workbook::FileFault;
use super::{damaged, over};
use crate::plan::Limits;

/// Parts up to this size are inflated at once; larger ones are streamed.
const AT_ONCE: u64 = 4 << 20;

pub struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Lower-case path without a leading slash → entry.
    index: BTreeMap<String, usize>,
    limits: Limits,
    spent: Spent,
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

    /// One more XML event; `false` when that is one too many.
    pub fn event(&self, limits: &Limits) -> bool {
        let events = self.events.get() + 1;
        self.events.set(events);
        events <= limits.xml_events
    }
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, FileFault> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileFault::unreadable("压缩包不完整（上传或复制可能中断）"))?;
        let mut index = BTreeMap::new();
        for entry in 0..zip.len() {
            if let Some(Ok(name)) = zip.name_for_index(entry) {
                index.insert(normal(&name), entry);
            }
        }
        Ok(Self { zip, index, limits: *limits, spent: Spent::default() })
    }

    /// Lower-case paths of all parts, each with a leading slash.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.index.keys().map(|n| format!("/{n}"))
    }

    pub fn has(&self, name: &str) -> bool {
        self.index.contains_key(&normal(name))
    }

    /// Opens a part; `None` when there is none of that name.
    pub fn part(&mut self, name: &str) -> Result<Option<PartReader<'_, 'a>>, FileFault> {
        let Some(&entry) = self.index.get(&normal(name)) else { return Ok(None) };
        let left = self.limits.total_bytes.saturating_sub(self.spent.bytes());
        let limit = self.limits.part_bytes.min(left);
        let what = if limit == self.limits.part_bytes { PART } else { TOTAL };
        let file = self.zip.by_index(entry).map_err(|_| damaged("压缩包中有无法解压的部分"))?;
        let declared = file.size();
        if declared > limit {
            return Err(limit_fault(what, &self.limits));
        }
        // The declared size is a claim: what counts is what comes out.
        let limited = Limited { inner: file, left: limit, what, spent: Rc::clone(&self.spent.bytes) };
        if declared <= AT_ONCE {
            let mut data = Vec::with_capacity(usize::try_from(declared).unwrap_or(0));
            let mut reader = limited.take(AT_ONCE + 1);
            reader.read_to_end(&mut data).map_err(|e| io_fault(&e, &self.limits))?;
            if data.len() as u64 > AT_ONCE {
                return Err(damaged("压缩包声明的大小与实际不符"));
            }
            return Ok(Some(PartReader::Whole(Cursor::new(utf8(data)))));
        }
        Ok(Some(PartReader::Stream(Box::new(BufReader::with_capacity(64 << 10, limited)))))
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub fn spent(&self) -> Spent {
        self.spent.clone()
    }
}

/// A part in UTF-16, which OPC allows beside UTF-8, as UTF-8. No program at hand writes parts of megabytes in it.
fn utf8(data: Vec<u8>) -> Vec<u8> {
    let encoding = match data.as_slice() {
        [0xFE, 0xFF, ..] | [0, b'<', ..] => encoding_rs::UTF_16BE,
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => encoding_rs::UTF_16LE,
        _ => return data,
    };
    encoding.decode_with_bom_removal(&data).0.into_owned().into_bytes()
}

/// Case and a leading slash do not tell parts apart (OPC).
fn normal(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

pub enum PartReader<'p, 'a> {
    Whole(Cursor<Vec<u8>>),
    Stream(Box<BufReader<PartStream<'p, 'a>>>),
}

type PartStream<'p, 'a> = Limited<ZipFile<'p, Cursor<&'a [u8]>>>;

impl Read for PartReader<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Whole(c) => c.read(buf),
            Self::Stream(s) => s.read(buf),
        }
    }
}

impl BufRead for PartReader<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Whole(c) => c.fill_buf(),
            Self::Stream(s) => s.fill_buf(),
        }
    }

    fn consume(&mut self, n: usize) {
        match self {
            Self::Whole(c) => c.consume(n),
            Self::Stream(s) => s.consume(n),
        }
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
        None => damaged("压缩数据不完整或校验不符"),
    }
}

fn limit_fault(what: &str, limits: &Limits) -> FileFault {
    if what == PART {
        over(&format!("单个部件解压后超过{} MiB", limits.part_bytes >> 20))
    } else {
        over(&format!("解压后合计超过{} MiB", limits.total_bytes >> 20))
    }
}
