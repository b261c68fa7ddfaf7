//! The parts of a zip package (.ods, .xlsb), inflated as they are read and counted against the limits.
//!
//! Sizes that the archive states are never used: what counts is what comes out.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use zip::ZipArchive;

use crate::intake::FileFault;
use crate::plan::model::Limits;

use super::budget::over;

const MIB: u64 = 1 << 20;

#[derive(Debug)]
pub(crate) struct Parts<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    part_bytes: u64,
    /// What all parts together may still give.
    left: u64,
    total_bytes: u64,
}

impl<'a> Parts<'a> {
    /// `None`: no archive, or one whose end is missing.
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Option<Self> {
        let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
        Some(Self { archive, part_bytes: limits.part_bytes, left: limits.total_bytes, total_bytes: limits.total_bytes })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.archive.file_names_raw().map(|n| String::from_utf8_lossy(n).replace('\\', "/"))
    }

    /// Reads one part with `read`. `Ok(None)`: there is no part of that name.
    pub(crate) fn read<T>(&mut self, name: &str, read: impl FnOnce(&mut dyn BufRead) -> Result<T, FileFault>) -> Result<Option<T>, FileFault> {
        let Some(index) = self.archive.index_for_name(name) else { return Ok(None) };
        self.read_at(index, read).map(Some)
    }

    fn read_at<T>(&mut self, index: usize, read: impl FnOnce(&mut dyn BufRead) -> Result<T, FileFault>) -> Result<T, FileFault> {
        let file = self.archive.by_index(index).map_err(|_| damaged())?;
        let allowed = self.part_bytes.min(self.left);
        let mut reader = BufReader::new(Counted { inner: file, allowed, used: 0, passed: false });
        let result = read(&mut reader);
        let counted = reader.get_ref();
        let (passed, used) = (counted.passed, counted.used);
        let whole = self.left <= self.part_bytes;
        self.left = self.left.saturating_sub(used);
        if passed {
            return Err(over(if whole {
                format!("解压后总大小超过{}MiB", self.total_bytes / MIB)
            } else {
                format!("单个部件解压后超过{}MiB", self.part_bytes / MIB)
            }));
        }
        result
    }

    /// A part's first bytes, for looking at what a package is; empty where there is no such part or it is damaged.
    pub(crate) fn head(&mut self, name: &str, max: u64) -> Vec<u8> {
        let mut head = Vec::new();
        if let Some(file) = self.archive.index_for_name(name).and_then(|ix| self.archive.by_index(ix).ok()) {
            // Damage shows again, with its own message, when the part is read.
            let _ = file.take(max).read_to_end(&mut head);
        }
        head
    }

    /// Inflates every part once without keeping it: a reader that knows no limits may follow.
    pub(crate) fn check_sizes(&mut self) -> Result<(), FileFault> {
        for index in 0..self.archive.len() {
            self.read_at(index, |part| io::copy(part, &mut io::sink()).map(drop).map_err(|_| damaged()))?;
        }
        self.left = self.total_bytes;
        Ok(())
    }
}

fn damaged() -> FileFault {
    FileFault::unreadable("压缩包内的部件已损坏，无法解压")
}

struct Counted<R> {
    inner: R,
    allowed: u64,
    used: u64,
    passed: bool,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.used = self.used.saturating_add(n as u64);
        if self.used > self.allowed {
            self.passed = true;
            return Err(io::Error::other("decompression limit"));
        }
        Ok(n)
    }
}
