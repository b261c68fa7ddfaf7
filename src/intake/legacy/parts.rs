//! The parts of a zip package (.ods, .xlsb), inflated as they are read and counted against the limits.
//!
//! Sizes that the archive states are never used: what counts is what comes out.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use zip::{CompressionMethod, ZipArchive};

use crate::intake::FileFault;
use crate::intake::budget::{package_too_large, part_too_large};
use crate::plan::model::Limits;

#[derive(Debug)]
pub(crate) struct Parts<'a> {
    bytes: &'a [u8],
    archive: ZipArchive<Cursor<&'a [u8]>>,
    limits: Limits,
    /// Bytes that all parts together may still inflate to.
    left: u64,
}

/// A deflated part as it lies in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Packed<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) size: u64,
    pub(crate) crc: u32,
}

impl<'a> Parts<'a> {
    /// `None`: no archive, or one whose end is missing.
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Option<Self> {
        let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
        Some(Self {
            bytes,
            archive,
            limits: *limits,
            left: limits.total_bytes,
        })
    }

    /// The archive's directory, for a reader of its own.
    pub(crate) fn into_archive(self) -> ZipArchive<Cursor<&'a [u8]>> {
        self.archive
    }

    /// Whether there is a part of that name (ASCII), case, kind of stroke and strokes before it aside.
    pub(crate) fn holds(&self, name: &str) -> bool {
        let stroke = |b: &u8| {
            if *b == b'\\' {
                b'/'
            } else {
                b.to_ascii_lowercase()
            }
        };
        let is_it = |raw: &[u8]| {
            let start = raw
                .iter()
                .position(|b| stroke(b) != b'/')
                .unwrap_or(raw.len());
            let raw = raw.get(start..).unwrap_or_default();
            raw.len() == name.len()
                && raw
                    .iter()
                    .map(stroke)
                    .eq(name.bytes().map(|b| b.to_ascii_lowercase()))
        };
        self.archive.file_names_raw().any(is_it)
    }

    /// A part as it lies in the archive, to be told from others by all that its first bytes depend on; `None` where it is stored
    /// in any but the usual way.
    pub(crate) fn packed(&mut self, name: &str) -> Option<Packed<'a>> {
        let bytes: &'a [u8] = self.bytes;
        let file = self
            .archive
            .by_index_raw(self.archive.index_for_name(name)?)
            .ok()?;
        let start = usize::try_from(file.data_start()?).ok()?;
        let data =
            bytes.get(start..start.checked_add(usize::try_from(file.compressed_size()).ok()?)?)?;
        (file.compression() == CompressionMethod::Deflated && !file.encrypted()).then_some(Packed {
            data,
            size: file.size(),
            crc: file.crc32(),
        })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.archive
            .file_names_raw()
            .map(|n| String::from_utf8_lossy(n).replace('\\', "/"))
    }

    /// Reads one part with `read`. `Ok(None)`: there is no part of that name.
    pub(crate) fn read<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut dyn BufRead) -> Result<T, FileFault>,
    ) -> Result<Option<T>, FileFault> {
        let Some(index) = self.archive.index_for_name(name) else {
            return Ok(None);
        };
        self.read_at(index, read).map(Some)
    }

    fn read_at<T>(
        &mut self,
        index: usize,
        read: impl FnOnce(&mut dyn BufRead) -> Result<T, FileFault>,
    ) -> Result<T, FileFault> {
        let file = self.archive.by_index(index).map_err(|_| damaged())?;
        let allowed = self.limits.part_bytes.min(self.left);
        let mut reader = BufReader::new(Counted {
            inner: file,
            allowed,
            used: 0,
            passed: false,
        });
        let result = read(&mut reader);
        let counted = reader.get_ref();
        let (passed, used) = (counted.passed, counted.used);
        let is_of_all = self.left <= self.limits.part_bytes;
        self.left = self.left.saturating_sub(used);
        if passed {
            return Err(if is_of_all {
                package_too_large(&self.limits)
            } else {
                part_too_large(&self.limits)
            });
        }
        result
    }

    /// A part's first bytes, for looking at what a package is; empty where there is no such part or it is damaged.
    pub(crate) fn head(&mut self, name: &str, max: u64) -> Vec<u8> {
        let mut head = Vec::new();
        if let Some(file) = self
            .archive
            .index_for_name(name)
            .and_then(|ix| self.archive.by_index(ix).ok())
        {
            // Damage shows again, with its own message, when the part is read.
            let _ = file.take(max).read_to_end(&mut head);
        }
        head
    }

    /// Inflates every part once without keeping it: a reader that knows no limits may follow.
    pub(crate) fn check_sizes(&mut self) -> Result<(), FileFault> {
        for index in 0..self.archive.len() {
            self.read_at(index, |part| {
                io::copy(part, &mut io::sink())
                    .map(drop)
                    .map_err(|_| damaged())
            })?;
        }
        self.left = self.limits.total_bytes;
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
