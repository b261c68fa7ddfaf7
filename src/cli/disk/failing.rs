//! A disk that fails at a chosen call, for tests.

use std::fs;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Disk, Make, Real};

/// An empty folder of a test, removed when the test is done with it.
pub struct Scratch(PathBuf);

impl Deref for Scratch {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl AsRef<Path> for Scratch {
    fn as_ref(&self) -> &Path {
        self
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A failing test must not abort here: its folder may stay.
        let _ = Real.remove_tree(&self.0);
    }
}

/// A new empty folder of a test.
pub fn scratch(name: &str) -> Scratch {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("duban-test-{}-{name}-{n}", std::process::id()));
    Real.remove_tree(&folder).unwrap();
    fs::create_dir_all(&folder).unwrap();
    Scratch(folder)
}

#[test]
fn scratch_folders_do_not_stay_behind() {
    let folder = scratch("gone");
    let path = folder.to_path_buf();
    Real.make_folders(&path.join("a")).unwrap();
    Real.write(&path.join("a/b"), b"x").unwrap();
    Real.protect(&path.join("a")).unwrap();
    drop(folder);
    assert!(!path.exists());
}

/// How the disk goes on after it has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// One call fails (a full disk that is cleaned up).
    Recovers,
    /// Every later call fails too: what is left is what a kill or a power cut leaves.
    IsGone,
}

/// Fails at one call, having done half of it.
pub struct Failing {
    /// The call that fails, from 1; 0: none.
    pub at: u32,
    pub then: Then,
    /// Whether two folders can be exchanged in one step.
    pub exchanges: bool,
    /// What somebody else does at the last moment before an exchange.
    pub meanwhile: Option<Box<dyn Fn() + Sync>>,
    calls: AtomicU32,
}

impl Failing {
    pub fn new(at: u32, then: Then, exchanges: bool) -> Self {
        Self {
            at,
            then,
            exchanges,
            meanwhile: None,
            calls: AtomicU32::new(0),
        }
    }

    /// Whether the failing call was reached.
    pub fn has_failed(&self) -> bool {
        self.at != 0 && self.calls.load(Ordering::Relaxed) >= self.at
    }

    fn fails(&self) -> bool {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        match self.then {
            Then::Recovers => call == self.at,
            Then::IsGone => self.at != 0 && call >= self.at,
        }
    }

    fn unless_failing(&self) -> io::Result<()> {
        if self.fails() { Err(full()) } else { Ok(()) }
    }

    /// The failing call itself leaves half its work behind; later ones do nothing.
    fn is_first(&self) -> bool {
        self.calls.load(Ordering::Relaxed) == self.at
    }
}

fn full() -> io::Error {
    io::ErrorKind::StorageFull.into()
}

impl Disk for Failing {
    fn make_folders(&self, folder: &Path) -> io::Result<()> {
        self.unless_failing()?;
        Real.make_folders(folder)
    }

    fn write_as_made(&self, path: &Path, make: Make) -> io::Result<()> {
        let mut bytes = Vec::new();
        make(&mut bytes)?;
        if self.fails() {
            if self.is_first() {
                Real.write(path, &bytes[..bytes.len() / 2])?;
            }
            return Err(full());
        }
        Real.write(path, &bytes)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.unless_failing()?;
        Real.link(from, to)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.unless_failing()?;
        Real.rename(from, to)
    }

    fn exchange(&self, a: &Path, b: &Path) -> bool {
        if let Some(meanwhile) = &self.meanwhile {
            meanwhile();
        }
        !self.fails() && self.exchanges && Real.exchange(a, b)
    }

    fn remove_tree(&self, folder: &Path) -> io::Result<()> {
        if self.fails() {
            // A package's manifest first: without it nothing tells what the program itself wrote.
            let paths = fs::read_dir(folder).into_iter().flatten().flatten();
            let first = paths
                .map(|entry| entry.path())
                .min_by_key(|path| path.extension().is_none_or(|extension| extension != "json"));
            if self.is_first()
                && let Some(path) = first
            {
                if path.is_dir() {
                    Real.remove_tree(&path)?;
                } else {
                    fs::remove_file(path)?;
                }
            }
            return Err(full());
        }
        Real.remove_tree(folder)
    }

    fn flush_folder(&self, folder: &Path) -> io::Result<()> {
        self.unless_failing()?;
        Real.flush_folder(folder)
    }

    fn protect(&self, folder: &Path) -> io::Result<()> {
        self.unless_failing()?;
        Real.protect(folder)
    }
}
