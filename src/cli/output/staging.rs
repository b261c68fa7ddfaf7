//! A month's package written beside its place, file by file as they are made.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use crate::intake::arrival::hex;
use crate::report::manifest::Output;

use super::super::disk::{Disk, stays_inside};
use super::super::error::Error;
use super::{Package, Staged, fresh, kept, prepare};

/// Bytes of a file that is written as it is made, before they go on.
const BUFFER: usize = 64 << 10;

/// Files by their path in the package.
pub type Files<'a> = [(String, Cow<'a, [u8]>)];

/// Where the files of a package go, from several threads.
pub trait Sink: Sync {
    /// Takes files that are made.
    fn put(&self, files: &Files) -> Result<(), Error>;

    /// Takes a file while it is made: the largest need not lie in memory.
    fn stream(
        &self,
        path: &str,
        make: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error>;

    /// What has been taken so far, by path.
    fn outputs(&self) -> Vec<Output>;
}

/// The smaller files of a package, gathered while the reports are made side by side and written together at the end: each
/// write waits for the disk, and several wait at the same time.
#[derive(Default)]
pub struct Gathered<'a>(Mutex<Vec<(String, Cow<'a, [u8]>)>>);

impl<'a> Gathered<'a> {
    pub fn add(&self, path: String, bytes: impl Into<Cow<'a, [u8]>>) {
        held(&self.0).push((path, bytes.into()));
    }

    pub fn put_in(self, sink: &dyn Sink) -> Result<(), Error> {
        sink.put(&self.0.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

/// In memory, for a seal and for comparing.
#[derive(Default)]
pub struct InMemory(Mutex<Package>);

impl InMemory {
    pub fn into_package(self) -> Package {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for InMemory {
    fn put(&self, files: &Files) -> Result<(), Error> {
        held(&self.0).extend(
            files
                .iter()
                .map(|(path, bytes)| (path.clone(), bytes.to_vec())),
        );
        Ok(())
    }

    fn stream(
        &self,
        path: &str,
        make: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let mut bytes = Vec::new();
        make(&mut bytes).map_err(|e| Error::io("无法生成", Path::new(path), e))?;
        held(&self.0).insert(path.to_owned(), bytes);
        Ok(())
    }

    fn outputs(&self) -> Vec<Output> {
        crate::report::manifest::outputs(&held(&self.0))
    }
}

/// On disk, beside the package's place. Where it does not come to its end what was written is removed again.
#[must_use]
pub struct Staging<'d> {
    staged: Staged<'d>,
    place: PathBuf,
    /// Those of the package so far.
    folders: Mutex<BTreeSet<PathBuf>>,
    outputs: Mutex<BTreeMap<String, Output>>,
}

impl<'d> Staging<'d> {
    /// Makes room beside a package's place, and puts right there what an interrupted command has left.
    ///
    /// # Errors
    /// When the output folder cannot be written to.
    pub fn begin(disk: &'d dyn Disk, out: &Path, name: &str) -> Result<Self, Error> {
        let place = prepare(disk, out, name)?;
        // Before the first call, so that what was begun goes when a later one fails.
        let staged = Staged {
            disk,
            out: out.to_owned(),
            name: name.to_owned(),
            edited: Vec::new(),
            is_in: false,
        };
        let staging = Self {
            staged,
            place,
            folders: Mutex::default(),
            outputs: Mutex::default(),
        };
        staging.make_folder(&staging.fresh())?;
        Ok(staging)
    }

    /// The package as it lay there before.
    pub fn place(&self) -> &Path {
        &self.place
    }

    fn fresh(&self) -> PathBuf {
        fresh(&self.staged.out, &self.staged.name)
    }

    fn make_folder(&self, folder: &Path) -> Result<(), Error> {
        let mut folders = held(&self.folders);
        if !folders.contains(folder) {
            self.staged
                .disk
                .make_folders(folder)
                .map_err(|e| Error::io("无法写入输出文件夹", folder, e))?;
            folders.insert(folder.to_owned());
        }
        Ok(())
    }

    /// Where a file of the package is written; its folder is there.
    fn path(&self, name: &str) -> Result<PathBuf, Error> {
        if !stays_inside(name) {
            return Err(Error::said(format!(
                "输出文件名“{name}”不能用作文件名，请检查任务计划中的名称"
            )));
        }
        let path = self.fresh().join(name);
        path.parent()
            .map_or(Ok(()), |folder| self.make_folder(folder))?;
        Ok(path)
    }

    /// Writes the files of a package.
    pub fn put_package(&self, package: &Package) -> Result<(), Error> {
        let files: Vec<_> = package
            .iter()
            .map(|(name, bytes)| (name.clone(), Cow::from(bytes)))
            .collect();
        self.put(&files)
    }

    /// The package is whole: what is to be kept of the one before it goes beside the new files, and all of it is flushed.
    ///
    /// # Errors
    /// When a file of the earlier package cannot be read or kept.
    pub fn finish(self) -> Result<Staged<'d>, Error> {
        let new = held(&self.outputs)
            .values()
            .map(|output| (output.path.clone(), output.sha256.clone()))
            .collect();
        let kept = kept::of(&self.place, &new, "")?;
        self.finish_with(kept)
    }

    /// As [`Self::finish`], where it is known what is kept.
    pub(super) fn finish_with(mut self, kept: kept::Kept) -> Result<Staged<'d>, Error> {
        for (from, to) in &kept.files {
            let path = self.fresh().join(to);
            path.parent()
                .map_or(Ok(()), |folder| self.make_folder(folder))?;
            self.staged
                .disk
                .link(&self.place.join(from), &path)
                .map_err(|e| Error::io("无法保留", &self.place.join(from), e))?;
        }
        for folder in held(&self.folders).iter().rev() {
            self.staged
                .disk
                .flush_folder(folder)
                .map_err(|e| Error::io("无法写入输出文件夹", folder, e))?;
        }
        self.staged.edited = kept.edited;
        Ok(self.staged)
    }
}

impl Sink for Staging<'_> {
    /// Several at a time.
    fn put(&self, files: &Files) -> Result<(), Error> {
        let paths = files
            .iter()
            .map(|(name, bytes)| Ok((self.path(name)?, &**bytes)))
            .collect::<Result<Vec<_>, Error>>()?;
        self.staged
            .disk
            .write_several(&paths)
            .map_err(|(path, e)| Error::io("无法写入", &path, e))?;
        held(&self.outputs).extend(
            files
                .iter()
                .map(|(name, bytes)| (name.clone(), Output::new(name, bytes))),
        );
        Ok(())
    }

    fn stream(
        &self,
        name: &str,
        make: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let path = self.path(name)?;
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        // What is written a few bytes at a time is gathered before it is hashed.
        let mut counted = |out: &mut dyn Write| {
            let mut gathered = BufWriter::with_capacity(
                BUFFER,
                Hashed {
                    out,
                    hash: &mut hash,
                    bytes: &mut bytes,
                },
            );
            make(&mut gathered)?;
            gathered.flush()
        };
        self.staged
            .disk
            .write_as_made(&path, &mut counted)
            .map_err(|e| Error::io("无法写入", &path, e))?;
        held(&self.outputs).insert(
            name.to_owned(),
            Output {
                path: name.to_owned(),
                bytes,
                sha256: hex(&hash.finalize()),
            },
        );
        Ok(())
    }

    fn outputs(&self) -> Vec<Output> {
        held(&self.outputs).values().cloned().collect()
    }
}

/// Hashes and counts what passes.
struct Hashed<'a> {
    out: &'a mut dyn Write,
    hash: &'a mut Sha256,
    bytes: &'a mut u64,
}

impl Write for Hashed<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = self.out.write(buf)?;
        self.hash.update(&buf[..n]);
        *self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
