//! A month's package written beside its place, file by file as they are made.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use crate::cli::disk::{Disk, Make, stays_inside};
use crate::cli::error::{Doing, Error, Result};
use crate::cli::signals;
use crate::intake::arrival::hex;
use crate::report::manifest::{Output, outputs};

use super::{PackageFiles, Staged, fresh, kept, prepare};

/// Bytes that are gathered before they are hashed and written, of a file that is written as it is made.
const BUFFER: usize = 64 << 10;

/// A file: its path in the package and its bytes.
pub type NewFile<'a> = (String, Cow<'a, [u8]>);

/// Where the files of a package go, from several threads.
pub trait Sink: Sync {
    /// Takes all files of a package.
    fn put_package(&self, package: &PackageFiles) -> Result {
        let files = package
            .iter()
            .map(|(name, bytes)| (name.clone(), Cow::from(bytes)));
        self.put(&files.collect::<Vec<_>>())
    }

    /// Takes files that are made.
    fn put(&self, files: &[NewFile]) -> Result;

    /// Takes a file while it is made: the largest need not lie in memory.
    fn stream(&self, path: &str, make: Make) -> Result;

    /// What has been taken so far, by path.
    fn outputs(&self) -> Vec<Output>;
}

/// In memory: for a seal, for comparing, and for the smaller files of a package. Those are gathered while the reports are made
/// side by side and written together at the end: each write waits for the disk, and several wait at the same time.
#[derive(Default)]
pub struct InMemory(Mutex<PackageFiles>);

impl InMemory {
    pub fn add(&self, path: String, bytes: Vec<u8>) {
        held(&self.0).insert(path, bytes);
    }

    pub fn into_package(self) -> PackageFiles {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for InMemory {
    fn put(&self, files: &[NewFile]) -> Result {
        let owned = |(path, bytes): &NewFile| (path.clone(), bytes.to_vec());
        held(&self.0).extend(files.iter().map(owned));
        Ok(())
    }

    fn stream(&self, path: &str, make: Make) -> Result {
        let mut bytes = Vec::new();
        make(&mut bytes).doing("无法生成", Path::new(path))?;
        self.add(path.to_owned(), bytes);
        Ok(())
    }

    fn outputs(&self) -> Vec<Output> {
        outputs(&held(&self.0))
    }
}

const WRITING: &str = "无法写入输出文件夹";

/// On disk, beside the package's place; what was written is removed again where it is not finished.
pub struct Staging<'d> {
    staged: Staged<'d>,
    place: PathBuf,
    /// Those of the package so far.
    folders: Mutex<BTreeSet<PathBuf>>,
    outputs: Mutex<BTreeMap<String, Output>>,
}

impl<'d> Staging<'d> {
    /// Makes room beside a package's place, and puts right there what an interrupted command has left.
    pub fn begin(disk: &'d dyn Disk, out: &Path, name: &str) -> Result<Self> {
        let place = prepare(disk, out, name)?;
        // Before the first call, so that what was begun goes when a later one fails.
        let staged = Staged {
            disk,
            out: out.to_owned(),
            name: name.to_owned(),
            edited: Vec::new(),
            seen: kept::Seen::default(),
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

    /// The folder of the earlier package.
    pub fn place(&self) -> &Path {
        &self.place
    }

    fn fresh(&self) -> PathBuf {
        fresh(&self.staged.out, &self.staged.name)
    }

    fn make_folder(&self, folder: &Path) -> Result {
        let mut folders = held(&self.folders);
        if !folders.contains(folder) {
            let made = self.staged.disk.make_folders(folder);
            made.doing(WRITING, folder)?;
            folders.insert(folder.to_owned());
        }
        Ok(())
    }

    /// Where a file of the package is written; its folder is there.
    fn path(&self, name: &str) -> Result<PathBuf> {
        signals::check()?;
        if !stays_inside(name) {
            return Err(said!(
                "输出文件名“{name}”不能用作文件名，请检查任务计划中的名称"
            ));
        }
        let path = self.fresh().join(name);
        self.make_folder(path.parent().unwrap_or(&path))?;
        Ok(path)
    }

    /// The package is whole: what is to be kept of the one before it goes beside the new files, and all of it is flushed.
    pub fn finish(self) -> Result<Staged<'d>> {
        let kept = kept::of(&self.place, &self.outputs(), "")?;
        self.finish_with(kept)
    }

    /// As [`Self::finish`], where it is known what is kept.
    pub(super) fn finish_with(mut self, kept: kept::Kept) -> Result<Staged<'d>> {
        for (from, to) in &kept.files {
            let path = self.fresh().join(to);
            self.make_folder(path.parent().unwrap_or(&path))?;
            let from = self.place.join(from);
            self.staged
                .disk
                .link(&from, &path)
                .doing("无法保留", &from)?;
        }
        for folder in &kept.folders {
            self.make_folder(&self.fresh().join(folder))?;
        }
        for other in &kept.others {
            let path = self.fresh().join(other);
            self.make_folder(path.parent().unwrap_or(&path))?;
            // What has no second name is moved once the package is in.
            let _ = self.staged.disk.link(&self.place.join(other), &path);
        }
        for folder in held(&self.folders).iter().rev() {
            let flushed = self.staged.disk.flush_folder(folder);
            flushed.doing(WRITING, folder)?;
        }
        self.staged.edited = kept.edited;
        self.staged.seen = kept.seen;
        Ok(self.staged)
    }
}

impl Sink for Staging<'_> {
    /// Several at a time.
    fn put(&self, files: &[NewFile]) -> Result {
        let paths = files
            .iter()
            .map(|(name, bytes)| Ok((self.path(name)?, &**bytes)))
            .collect::<Result<Vec<_>>>()?;
        self.staged
            .disk
            .write_several(&paths)
            .map_err(|(path, e)| Error::io("无法写入", &path, e))?;
        let output = |(name, bytes): &NewFile| (name.clone(), Output::new(name, bytes));
        held(&self.outputs).extend(files.iter().map(output));
        Ok(())
    }

    fn stream(&self, name: &str, make: Make) -> Result {
        let path = self.path(name)?;
        let (mut hash, mut bytes) = (Sha256::new(), 0);
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
            .doing("无法写入", &path)?;
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

/// Hashes and counts what is written through it.
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
