//! The files of an earlier package that a new one must not replace: reports edited by hand, and what others put there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cli::disk::copy_hashed;
use crate::cli::error::{Doing, Error};
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
    /// New names of reports edited by hand that were not kept before.
    pub edited: Vec<String>,
}

/// The files of a package to keep when new ones replace everything below `prefix`; files elsewhere are kept as they are.
pub fn of(place: &Path, new: &[Output], prefix: &str) -> Result<Kept, Error> {
    const READING: &str = "无法读取上次的输出（可能正被其他程序打开，请关闭后重试）";
    let mut kept = Kept::default();
    if !place.exists() {
        return Ok(kept);
    }
    let ours = outputs(place);
    let new: BTreeMap<&str, &str> = new.iter().map(|o| (&*o.path, &*o.sha256)).collect();
    let mut changed = Vec::new();
    for path in walk(place).doing(READING, place)? {
        let name = path.to_string_lossy().replace('\\', "/");
        let file = name.rsplit('/').next().unwrap_or_default();
        if name == MANIFEST || sniff::is_clutter(file) {
            continue;
        }
        let (known, replaced) = (ours.get(&name), new.get(&*name));
        if !name.starts_with(prefix) || known.is_none() && replaced.is_none() {
            kept.files.push((path.clone(), path));
            continue;
        }
        let full = place.join(&path);
        let hash = hash(&full).doing(READING, &full)?;
        if known != Some(&hash) && replaced.is_none_or(|new| *new != hash) {
            changed.push((path, hash));
        }
    }
    let mut taken: BTreeSet<PathBuf> = kept.files.iter().map(|(_, to)| to.clone()).collect();
    for (path, changed) in changed {
        for n in 1.. {
            let to = edited_name(&path, n);
            if to.to_str().is_some_and(|to| new.contains_key(to)) {
                continue;
            }
            if taken.contains(&to) {
                // Kept before as it is now, or another edit of the same report.
                let full = place.join(&to);
                if full.exists() && hash(&full).doing(READING, &full)? == changed {
                    break;
                }
                continue;
            }
            taken.insert(to.clone());
            kept.edited.push(to.to_string_lossy().replace('\\', "/"));
            kept.files.push((path, to));
            break;
        }
    }
    Ok(kept)
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

/// Every regular file below a folder, relative to it, in order. Links are not followed.
pub fn walk(root: &Path) -> io::Result<Vec<PathBuf>> {
    fn below(root: &Path, folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (kind, path) = (entry.file_type()?, entry.path());
            if kind.is_dir() {
                below(root, &path, found)?;
            } else if kind.is_file()
                && let Ok(relative) = path.strip_prefix(root)
            {
                found.push(relative.to_owned());
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    below(root, root, &mut found)?;
    found.sort();
    Ok(found)
}

/// A file's SHA-256, without holding it in memory.
pub fn hash(path: &Path) -> io::Result<String> {
    copy_hashed(&mut File::open(path)?, &mut io::sink())
}
