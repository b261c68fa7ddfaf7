//! The files of an earlier package that a new one must not replace: reports edited by hand, and what others put there.
//!
//! They are looked for twice: before the exchange, so that the new package has them when it comes in, and after it, for what was
//! saved meanwhile.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Deserialize;

use crate::cli::disk::{Disk, copy_hashed, open_regular};
use crate::cli::error::{Doing, Result};
use crate::intake::sniff;
use crate::report::manifest::Output;

use super::MANIFEST;

/// Marks a report that someone has edited.
pub const EDITED: &str = "（手改";

/// Files of the earlier package that the new one takes over.
#[derive(Debug, Default)]
pub struct Kept {
    /// Path in the old package → path in the new one.
    pub files: Vec<(PathBuf, PathBuf)>,
    /// Links, pipes and the like.
    pub others: Vec<PathBuf>,
    /// Those with nothing in them.
    pub folders: Vec<PathBuf>,
    /// New names of reports edited by hand that were not kept before.
    pub edited: Vec<String>,
    pub seen: Seen,
}

/// The files of a package as they were when it was decided what is kept of them.
pub type Seen = HashMap<PathBuf, Stamp>;

/// What tells that a file was written since: its size, its time, and where the system has one its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(u64, Option<SystemTime>, u64);

impl Stamp {
    fn of(meta: &Metadata) -> Self {
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(meta);
        #[cfg(not(unix))]
        let number = 0;
        Self(meta.len(), meta.modified().ok(), number)
    }
}

/// The files of a package to keep when new ones replace everything below `prefix`; files elsewhere are kept as they are.
pub fn of(place: &Path, new: &[Output], prefix: &str) -> Result<Kept> {
    const READING: &str = "无法读取上次的输出（可能正被其他程序打开，请关闭后重试）";
    let mut kept = Kept::default();
    if !place.exists() {
        return Ok(kept);
    }
    let ours = outputs(place);
    let new: BTreeMap<&str, &str> = new.iter().map(|o| (&*o.path, &*o.sha256)).collect();
    let mut changed = Vec::new();
    for (path, kind) in entries(place).doing(READING, place)? {
        let full = place.join(&path);
        match kind {
            Kind::Other => kept.others.push(path),
            Kind::Empty => kept.folders.push(path),
            Kind::File if is_passed_over(&path) => {}
            Kind::File => {
                let Ok(meta) = fs::symlink_metadata(&full) else {
                    // A program's own file, gone again.
                    continue;
                };
                kept.seen.insert(path.clone(), Stamp::of(&meta));
                let name = slashed(&path);
                let (known, replaced) = (ours.get(&name), new.get(&*name));
                if !name.starts_with(prefix) || known.is_none() && replaced.is_none() {
                    kept.files.push((path.clone(), path));
                    continue;
                }
                let hash = hash(&full).doing(READING, &full)?;
                if known != Some(&hash) && replaced.is_none_or(|new| *new != hash) {
                    changed.push((path, hash));
                }
            }
        }
    }
    let mut taken: BTreeSet<PathBuf> = kept.files.iter().map(|(_, to)| to.clone()).collect();
    for (path, changed) in changed {
        let is_taken = |to: &Path| taken.contains(to) || new.contains_key(&*slashed(to));
        let content = |to: &Path| {
            let full = place.join(to);
            full.exists().then(|| hash(&full))
        };
        let to = free_name(&path, &changed, is_taken, content).doing(READING, place)?;
        if let Some(to) = to {
            taken.insert(to.clone());
            kept.edited.push(slashed(&to));
            kept.files.push((path, to));
        }
    }
    Ok(kept)
}

/// The first name for an edited report that is free; `None` where one of those before it has the very content.
fn free_name(
    path: &Path,
    hash: &str,
    is_taken: impl Fn(&Path) -> bool,
    content: impl Fn(&Path) -> Option<io::Result<String>>,
) -> io::Result<Option<PathBuf>> {
    for n in 1.. {
        let to = edited_name(path, n);
        if !is_taken(&to) {
            return Ok(Some(to));
        }
        if content(&to).transpose()?.is_some_and(|there| there == hash) {
            break;
        }
    }
    Ok(None)
}

/// Moves what was saved into a package while it was replaced from the old one into the new, and gives the new names of reports
/// edited by hand. `seen`: the files of the old one that were dealt with before; what else the new one holds is passed over too.
pub fn rescue(disk: &dyn Disk, old: &Path, place: &Path, seen: &Seen) -> io::Result<Vec<String>> {
    let (ours, new) = (outputs(old), outputs(place));
    let mut edited = Vec::new();
    for (path, kind) in entries(old)? {
        let (from, to) = (old.join(&path), place.join(&path));
        let there = fs::symlink_metadata(&to).ok();
        match kind {
            Kind::Empty if there.is_none() => disk.make_folders(&to)?,
            Kind::Other if there.is_none() => put(disk, &from, &to)?,
            Kind::Empty | Kind::Other => {}
            Kind::File => {
                let (name, meta) = (slashed(&path), fs::symlink_metadata(&from)?);
                if is_passed_over(&path) || seen.get(&path) == Some(&Stamp::of(&meta)) {
                    continue;
                }
                let content = hash(&from)?;
                let is_same = |to: &Path| hash(to).is_ok_and(|there| there == content);
                if ours.get(&name) == Some(&content) || is_same(&to) {
                    continue;
                }
                if ours.contains_key(&name) || new.contains_key(&name) {
                    let full = |to: &Path| place.join(to);
                    let is_taken = |to: &Path| full(to).exists();
                    let there = |to: &Path| Some(hash(&full(to)));
                    if let Some(to) = free_name(&path, &content, is_taken, there)? {
                        put(disk, &from, &full(&to))?;
                        edited.push(slashed(&to));
                    }
                } else if there.is_none_or(|there| there.modified().ok() <= meta.modified().ok()) {
                    put(disk, &from, &to)?;
                }
            }
        }
    }
    Ok(edited)
}

fn put(disk: &dyn Disk, from: &Path, to: &Path) -> io::Result<()> {
    disk.make_folders(to.parent().unwrap_or(to))?;
    disk.rename(from, to)
}

/// The manifest, and what programs leave behind for a while. A .tmp may be a person's own.
fn is_passed_over(path: &Path) -> bool {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let is_own = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("tmp"));
    path == Path::new(MANIFEST) || sniff::is_clutter(&file) && (!is_own || file.starts_with('~'))
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// `简报（手改）.docx`, `简报（手改2）.docx` …
fn edited_name(path: &Path, n: u32) -> PathBuf {
    let n = if n == 1 { String::new() } else { n.to_string() };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path
        .extension()
        .map(|e| format!(".{}", e.to_string_lossy()));
    path.with_file_name(format!(
        "{stem}{EDITED}{n}）{}",
        extension.unwrap_or_default()
    ))
}

/// Path → hash of what the program itself wrote there, by the package's manifest. Without a readable one nothing is known to
/// be ours, and all of it is kept.
fn outputs(place: &Path) -> BTreeMap<String, String> {
    /// The part of a manifest that every version has.
    #[derive(Deserialize)]
    struct Written {
        outputs: Vec<WrittenFile>,
    }
    #[derive(Deserialize)]
    struct WrittenFile {
        path: String,
        sha256: String,
    }
    let bytes = fs::read(place.join(MANIFEST)).unwrap_or_default();
    let outputs =
        serde_json::from_slice::<Written>(&bytes).map_or_else(|_| Vec::new(), |m| m.outputs);
    outputs.into_iter().map(|o| (o.path, o.sha256)).collect()
}

/// What stands in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    /// A folder with nothing in it.
    Empty,
    /// A link, a pipe, a device.
    Other,
}

/// Everything below a folder, relative to it, in order. Links are not followed.
fn entries(root: &Path) -> io::Result<Vec<(PathBuf, Kind)>> {
    fn below(root: &Path, folder: &Path, found: &mut Vec<(PathBuf, Kind)>) -> io::Result<()> {
        let relative = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
        let mut is_empty = folder != root;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            is_empty = false;
            let (kind, path) = (entry.file_type()?, entry.path());
            if kind.is_dir() {
                below(root, &path, found)?;
                continue;
            }
            let kind = if kind.is_file() {
                Kind::File
            } else {
                Kind::Other
            };
            found.push((relative(&path), kind));
        }
        if is_empty {
            found.push((relative(folder), Kind::Empty));
        }
        Ok(())
    }
    let mut found = Vec::new();
    below(root, root, &mut found)?;
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// Every regular file below a folder, relative to it, in order. Links are not followed.
pub fn walk(root: &Path) -> io::Result<Vec<PathBuf>> {
    let files = entries(root)?.into_iter();
    let files = files.filter(|(_, kind)| *kind == Kind::File);
    Ok(files.map(|(path, _)| path).collect())
}

/// A file's SHA-256, without holding it in memory.
pub fn hash(path: &Path) -> io::Result<String> {
    let (mut file, _) = open_regular(path)?.ok_or(io::ErrorKind::Unsupported)?;
    copy_hashed(&mut file, &mut io::sink())
}
