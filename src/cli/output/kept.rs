//! What of an earlier package is not ours to replace: reports edited by hand, and files that someone else put there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::intake::arrival::hex;
use crate::intake::sniff;

use super::super::error::Error;
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

/// What of a package is to be kept when another one (path → hash) replaces what lies below `prefix`; all else is kept as it is.
///
/// # Errors
/// When a file cannot be read: it might be the one that was edited.
pub fn of(place: &Path, new: &BTreeMap<String, String>, prefix: &str) -> Result<Kept, Error> {
    let read = |path: &Path, e| {
        Error::io(
            "无法读取上次的输出（可能正被其他程序打开，请关闭后重试）",
            path,
            e,
        )
    };
    let mut kept = Kept::default();
    if !place.exists() {
        return Ok(kept);
    }
    let ours = outputs(place);
    let mut changed = Vec::new();
    for path in walk(place).map_err(|e| read(place, e))? {
        let name = path.to_str().map(|p| p.replace('\\', "/"));
        if name.as_deref() == Some(MANIFEST)
            || path
                .file_name()
                .is_some_and(|n| sniff::is_clutter(&n.to_string_lossy()))
        {
            continue;
        }
        let full = place.join(&path);
        let known = name.as_ref().and_then(|n| ours.get(n));
        let replaced = name.as_ref().and_then(|n| new.get(n));
        let elsewhere = !name.as_ref().is_some_and(|n| n.starts_with(prefix));
        if elsewhere || known.is_none() && replaced.is_none() {
            kept.files.push((path.clone(), path));
            continue;
        }
        let hash = hash(&full).map_err(|e| read(&full, e))?;
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
                if full.exists() && hash(&full).map_err(|e| read(&full, e))? == changed {
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
    let mark = if n == 1 {
        format!("{EDITED}）")
    } else {
        format!("{EDITED}{n}）")
    };
    let stem = path
        .file_stem()
        .map(|s| s.to_string_lossy().into_owned())
        .unwrap_or_default();
    let extension = path
        .extension()
        .map(|e| format!(".{}", e.to_string_lossy()))
        .unwrap_or_default();
    path.with_file_name(format!("{stem}{mark}{extension}"))
}

/// Path → hash of what the program itself wrote there, by the package's manifest. Without a readable one nothing is known
/// to be ours, and all of it is kept.
fn outputs(place: &Path) -> BTreeMap<String, String> {
    let Ok(bytes) = fs::read(place.join(MANIFEST)) else {
        return BTreeMap::new();
    };
    let Ok(manifest) = serde_json::from_slice::<serde_json::Value>(&bytes) else {
        return BTreeMap::new();
    };
    let entry = |output: &serde_json::Value| {
        Some((
            output["path"].as_str()?.to_owned(),
            output["sha256"].as_str()?.to_owned(),
        ))
    };
    manifest["outputs"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(entry)
        .collect()
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
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            n => hash.update(&buffer[..n]),
        }
    }
}
