//! The compound file container ([MS-CFB]) of .xls and .et files, and of encrypted OOXML packages.
//!
//! Only what a reader needs: the directory tree and whole streams. Every chain is bounded by the number of
//! sectors that the bytes can hold, so a chain that runs in a circle or past the end is an error, never a loop.

use std::collections::BTreeSet;

use crate::intake::legacy::bytes::{u16_at, u32_at};

/// The first eight bytes of every compound file.
pub(crate) const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

const MAX_REGULAR_SECTOR: u32 = 0xFFFF_FFFA;
const NO_STREAM: u32 = 0xFFFF_FFFF;
const HEADER_BYTES: usize = 512;
const ENTRY_BYTES: usize = 128;
const MINI_SECTOR: usize = 64;
const MINI_CUTOFF: u64 = 4096;

/// The container is damaged or cut off; the caller knows how to say so.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Damaged;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Object {
    Storage,
    Stream,
}

#[derive(Debug)]
struct Entry {
    name: String,
    object: Option<Object>,
    left: u32,
    right: u32,
    child: u32,
    start: u32,
    bytes: u64,
}

/// An opened compound file; borrows the bytes and copies a stream only when asked for it.
#[derive(Debug)]
pub(crate) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini_stream: Vec<u8>,
    /// Entries directly under the root, by directory index.
    root: Vec<usize>,
    entries: Vec<Entry>,
}

impl<'a> Compound<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, Damaged> {
        if !bytes.starts_with(&SIGNATURE) || bytes.len() < HEADER_BYTES {
            return Err(Damaged);
        }
        let sector = match u16_at(bytes, 30) {
            Some(9) => 512,
            Some(12) => 4096,
            _ => return Err(Damaged),
        };
        let mut file = Self {
            bytes,
            sector,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini_stream: Vec::new(),
            root: Vec::new(),
            entries: Vec::new(),
        };
        file.fat = file.read_fat()?;
        let directory = file.chain(u32_at(bytes, 48).ok_or(Damaged)?, u64::MAX)?;
        file.entries = directory.chunks_exact(ENTRY_BYTES).map(entry).collect();
        let root = file.entries.first().ok_or(Damaged)?;
        let (child, mini_start, mini_bytes) = (root.child, root.start, root.bytes);
        // Writers may leave the mini stream out, or announce one of zero sectors.
        let mini_fat_start = u32_at(bytes, 60).ok_or(Damaged)?;
        if mini_fat_start < MAX_REGULAR_SECTOR && mini_bytes > 0 {
            file.mini_fat = words(&file.chain(mini_fat_start, u64::MAX)?).collect();
            file.mini_stream = file.chain(mini_start, mini_bytes)?;
        }
        file.root = file.children(child);
        Ok(file)
    }

    /// Names directly under the root.
    pub(crate) fn root_names(&self) -> impl Iterator<Item = &str> {
        self.root
            .iter()
            .filter_map(|&ix| self.entries.get(ix))
            .map(|e| e.name.as_str())
    }

    /// A stream directly under the root; `None` when there is none of that name.
    pub(crate) fn stream(&self, name: &str) -> Option<Result<Vec<u8>, Damaged>> {
        let entry = self
            .root
            .iter()
            .filter_map(|&ix| self.entries.get(ix))
            .find(|e| e.object == Some(Object::Stream) && e.name.eq_ignore_ascii_case(name))?;
        Some(if entry.bytes < MINI_CUTOFF {
            self.mini_chain(entry.start, entry.bytes)
        } else {
            self.chain(entry.start, entry.bytes)
        })
    }

    pub(crate) fn has_storage(&self, name: &str) -> bool {
        self.root
            .iter()
            .filter_map(|&ix| self.entries.get(ix))
            .any(|e| e.object == Some(Object::Storage) && e.name.eq_ignore_ascii_case(name))
    }

    /// Sectors that the bytes can hold, a last partial one included.
    fn sectors(&self) -> usize {
        self.bytes.len().div_ceil(self.sector)
    }

    /// One sector; the last of the file may be shorter than the others.
    fn sector(&self, id: u32) -> Result<&'a [u8], Damaged> {
        let start = (id as usize)
            .checked_add(1)
            .and_then(|n| n.checked_mul(self.sector))
            .ok_or(Damaged)?;
        let end = start.saturating_add(self.sector).min(self.bytes.len());
        self.bytes
            .get(start..end)
            .filter(|s| !s.is_empty())
            .ok_or(Damaged)
    }

    fn read_fat(&self) -> Result<Vec<u32>, Damaged> {
        let mut ids: Vec<u32> = words(self.bytes.get(76..HEADER_BYTES).ok_or(Damaged)?)
            .filter(|&id| id < MAX_REGULAR_SECTOR)
            .collect();
        let mut next = u32_at(self.bytes, 68).ok_or(Damaged)?;
        let mut visited = 0;
        while next < MAX_REGULAR_SECTOR {
            visited += 1;
            if visited > self.sectors() {
                return Err(Damaged);
            }
            let mut more: Vec<u32> = words(self.sector(next)?).collect();
            next = more.pop().ok_or(Damaged)?;
            ids.extend(more.into_iter().filter(|&id| id < MAX_REGULAR_SECTOR));
        }
        if ids.len() > self.sectors() {
            return Err(Damaged);
        }
        let mut fat = Vec::new();
        for id in ids {
            fat.extend(words(self.sector(id)?));
        }
        Ok(fat)
    }

    /// A chain of sectors, cut at `bytes`; shorter than asked for is damage.
    fn chain(&self, start: u32, bytes: u64) -> Result<Vec<u8>, Damaged> {
        let mut data = Vec::new();
        let mut id = start;
        let mut visited = 0;
        while id < MAX_REGULAR_SECTOR && (data.len() as u64) < bytes {
            visited += 1;
            if visited > self.sectors() {
                return Err(Damaged);
            }
            let sector = self.sector(id)?;
            data.extend_from_slice(sector);
            // Some writers leave off the file's last zeros.
            data.resize(data.len() + (self.sector - sector.len()), 0);
            id = *self.fat.get(id as usize).ok_or(Damaged)?;
        }
        cut(data, bytes)
    }

    fn mini_chain(&self, start: u32, bytes: u64) -> Result<Vec<u8>, Damaged> {
        let mut data = Vec::new();
        let mut id = start;
        // A stream of this table is shorter than the cut-off, so the chain cannot be long.
        while id < MAX_REGULAR_SECTOR && (data.len() as u64) < bytes {
            let at = (id as usize).checked_mul(MINI_SECTOR).ok_or(Damaged)?;
            let end = at.saturating_add(MINI_SECTOR).min(self.mini_stream.len());
            data.extend_from_slice(
                self.mini_stream
                    .get(at..end)
                    .filter(|s| !s.is_empty())
                    .ok_or(Damaged)?,
            );
            id = *self.mini_fat.get(id as usize).ok_or(Damaged)?;
        }
        cut(data, bytes)
    }

    /// The siblings' tree under one storage, flattened; each entry is visited once.
    fn children(&self, top: u32) -> Vec<usize> {
        let mut found = BTreeSet::new();
        let mut open = vec![top];
        while let Some(id) = open.pop() {
            if id == NO_STREAM {
                continue;
            }
            let ix = id as usize;
            if let Some(entry) = self.entries.get(ix)
                && found.insert(ix)
            {
                open.extend([entry.left, entry.right]);
            }
        }
        found.into_iter().collect()
    }
}

fn cut(mut data: Vec<u8>, bytes: u64) -> Result<Vec<u8>, Damaged> {
    if bytes != u64::MAX {
        let bytes = usize::try_from(bytes).map_err(|_| Damaged)?;
        if data.len() < bytes {
            return Err(Damaged);
        }
        data.truncate(bytes);
    }
    Ok(data)
}

fn entry(raw: &[u8]) -> Entry {
    let name_bytes = usize::from(u16_at(raw, 64).unwrap_or(0))
        .saturating_sub(2)
        .min(62);
    let units: Vec<u16> = raw
        .get(..name_bytes)
        .unwrap_or_default()
        .chunks_exact(2)
        .map(|c| u16::from_le_bytes([c[0], c[1]]))
        .take_while(|&u| u != 0)
        .collect();
    let object = match raw.get(66) {
        Some(1) => Some(Object::Storage),
        Some(2) => Some(Object::Stream),
        _ => None,
    };
    Entry {
        name: String::from_utf16_lossy(&units),
        object,
        left: u32_at(raw, 68).unwrap_or(NO_STREAM),
        right: u32_at(raw, 72).unwrap_or(NO_STREAM),
        child: u32_at(raw, 76).unwrap_or(NO_STREAM),
        start: u32_at(raw, 116).unwrap_or(NO_STREAM),
        // The upper half is noise in files of 512-byte sectors; no file under our limit needs it.
        bytes: u64::from(u32_at(raw, 120).unwrap_or(0)),
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes
        .chunks_exact(4)
        .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const XLS: &[u8] = include_bytes!("../../../../tests/fixtures/legacy/sample.xls");

    #[test]
    fn finds_the_streams_of_a_workbook() {
        let file = Compound::open(XLS).unwrap();
        assert!(file.root_names().any(|n| n == "Workbook"));
        assert!(file.stream("workbook").unwrap().unwrap().len() > 100);
        assert!(file.stream("Nothing").is_none());
    }

    /// A chain that points at itself once ran for ever in a reader of this kind.
    #[test]
    fn a_circular_chain_is_damage() {
        let mut bytes = XLS.to_vec();
        let fat_sector = u32_at(&bytes, 76).unwrap() as usize;
        for (ix, word) in bytes[(fat_sector + 1) * 512..(fat_sector + 2) * 512]
            .chunks_exact_mut(4)
            .enumerate()
        {
            word.copy_from_slice(&u32::try_from(ix).unwrap().to_le_bytes());
        }
        assert!(Compound::open(&bytes).is_err());
    }

    /// Some writers leave off the zeros that fill the last sector.
    #[test]
    fn a_last_sector_may_be_cut() {
        let end = XLS.len() - XLS.iter().rev().take_while(|b| **b == 0).count().min(511);
        let file = Compound::open(&XLS[..end]).unwrap();
        assert_eq!(
            file.stream("Workbook"),
            Compound::open(XLS).unwrap().stream("Workbook")
        );
    }

    #[test]
    fn no_prefix_panics() {
        for end in (0..XLS.len()).step_by(61) {
            if let Ok(file) = Compound::open(&XLS[..end]) {
                let _ = file.stream("Workbook");
            }
        }
    }
}
