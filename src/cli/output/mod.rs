//! A month's outputs on disk: written beside their place, flushed, swapped in as a whole.
//!
//! Where two folders can be exchanged in one step (Linux) a kill at any moment leaves the old package or the new one. Where
//! they cannot, the old one stands aside as `.<name>.old` for the moment between two renames, and the next command puts it
//! back. What is left in `.<name>.new` is never a package and is removed by the next command.

mod kept;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::plan::Period;
use crate::report::manifest::{self, Manifest};

use super::disk::{Disk, Real, stays_inside};
use super::error::Error;

pub use kept::{EDITED, hash, walk};

/// The files of one month's package: path inside it → bytes.
pub type Package = BTreeMap<String, Vec<u8>>;

pub const MANIFEST: &str = "manifest.json";

/// Replaces `out/<name>/` by a package. Reports that were edited by hand since are kept beside the new ones; their new names
/// are returned. Files of the operator's own stay.
///
/// # Errors
/// When anything cannot be written; the earlier package then stands as it was.
pub fn replace(out: &Path, name: &str, package: &Package) -> Result<Vec<String>, Error> {
    replace_on(&Real, out, name, package)
}

fn replace_on(disk: &dyn Disk, out: &Path, name: &str, package: &Package) -> Result<Vec<String>, Error> {
    stage_on(disk, out, name, package)?.swap_in()
}

/// Writes a package beside its place, for a command that replaces several and must know of each that it could be made.
///
/// # Errors
/// When anything cannot be written.
pub fn stage(out: &Path, name: &str, package: &Package) -> Result<Staged<'static>, Error> {
    stage_on(&Real, out, name, package)
}

fn stage_on<'d>(disk: &'d dyn Disk, out: &Path, name: &str, package: &Package) -> Result<Staged<'d>, Error> {
    let place = prepare(disk, out, name)?;
    let kept = kept::of(&place, package, "")?;
    write_beside(disk, out, name, package, kept)
}

/// A package beside its place, whole and flushed. Where it is not moved in it is removed again: it is of no use to anyone.
#[must_use]
pub struct Staged<'d> {
    disk: &'d dyn Disk,
    out: PathBuf,
    name: String,
    edited: Vec<String>,
    is_in: bool,
}

impl Staged<'_> {
    /// Moves the package in. Gives the new names of reports that were edited by hand and are kept beside the new ones.
    ///
    /// # Errors
    /// When the earlier package cannot be replaced; it then stands as it was.
    pub fn swap_in(mut self) -> Result<Vec<String>, Error> {
        swap(self.disk, &self.out, &self.name)?;
        self.is_in = true;
        Ok(std::mem::take(&mut self.edited))
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if !self.is_in {
            // The message about the cause matters more than one about this; the next command removes it.
            let _ = self.disk.remove_tree(&fresh(&self.out, &self.name));
        }
    }
}

/// Replaces one folder of a month's package by new files, everything else as it is; the package is swapped in as a whole.
/// `manifest`: for a place that has none yet; else the one there is told of the new files. Gives the names of files of the
/// folder that were edited by hand and are kept beside the new ones.
///
/// # Errors
/// When anything cannot be read or written; the earlier package then stands as it was.
pub fn replace_folder(out: &Path, name: &str, folder: &str, files: &Package, manifest: Manifest) -> Result<Vec<String>, Error> {
    let place = prepare(&Real, out, name)?;
    let prefix = format!("{folder}/");
    let mut package: Package = files.iter().map(|(path, bytes)| (format!("{prefix}{path}"), bytes.clone())).collect();
    let mut manifest = fs::read(place.join(MANIFEST)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or(manifest);
    manifest.outputs.retain(|o| !o.path.starts_with(&prefix));
    manifest.outputs.extend(manifest::outputs(&package));
    manifest.outputs.sort_by(|a, b| a.path.cmp(&b.path));
    let kept = kept::of(&place, &package, &prefix)?;
    package.insert(MANIFEST.to_owned(), manifest.write().map_err(|e| Error::said(format!("生成清单时出错：{e}")))?);
    write_beside(&Real, out, name, &package, kept)?.swap_in()
}

/// Puts right what a killed run of several months left of months that this command may not come to. What cannot be put right
/// now is no reason to stop: the next command that writes that month does it, or says why not.
pub fn tidy(out: &Path) {
    let entries = fs::read_dir(out).into_iter().flatten().flatten();
    let left = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let name = name.strip_prefix('.')?;
        let month = name.strip_suffix(".new").or_else(|| name.strip_suffix(".old"))?;
        month.parse::<Period>().is_ok().then(|| month.to_owned())
    });
    for month in left.collect::<BTreeSet<_>>() {
        let _ = restore(&Real, out, &month);
        let _ = Real.remove_tree(&fresh(out, &month));
    }
}

/// Makes the output folder and puts right what an interrupted command has left in it; gives the package's place.
fn prepare(disk: &dyn Disk, out: &Path, name: &str) -> Result<PathBuf, Error> {
    disk.make_folders(out).map_err(|e| Error::io("无法建立输出文件夹", out, e))?;
    restore(disk, out, name)?;
    let place = out.join(name);
    // A file in the package's place is not ours: an exchange would put it aside.
    if place.exists() && !place.is_dir() {
        return Err(Error::io("无法替换输出文件夹", &place, io::ErrorKind::AlreadyExists.into()));
    }
    let fresh = fresh(out, name);
    disk.remove_tree(&fresh).map_err(|e| Error::io("无法清理临时输出", &fresh, e))?;
    Ok(place)
}

fn write_beside<'d>(disk: &'d dyn Disk, out: &Path, name: &str, package: &Package, kept: kept::Kept) -> Result<Staged<'d>, Error> {
    if let Some(path) = package.keys().find(|path| !stays_inside(path)) {
        return Err(Error::said(format!("输出文件名“{path}”不能用作文件名，请检查任务计划中的名称")));
    }
    // Before the first call, so that what was begun goes when a later one fails.
    let mut staged = Staged { disk, out: out.to_owned(), name: name.to_owned(), edited: Vec::new(), is_in: false };
    write_all(disk, &fresh(out, name), package, &out.join(name), &kept)?;
    staged.edited = kept.edited;
    Ok(staged)
}

fn fresh(out: &Path, name: &str) -> PathBuf {
    out.join(format!(".{name}.new"))
}

fn aside(out: &Path, name: &str) -> PathBuf {
    out.join(format!(".{name}.old"))
}

/// Undoes a swap that was interrupted: the old package stands aside only while the new one is moved in.
fn restore(disk: &dyn Disk, out: &Path, name: &str) -> Result<(), Error> {
    let (place, aside) = (out.join(name), aside(out, name));
    if !aside.exists() {
        return Ok(());
    }
    if place.exists() {
        return disk.remove_tree(&aside).map_err(|e| Error::io("无法清理临时输出", &aside, e));
    }
    disk.rename(&aside, &place).map_err(|e| Error::io("无法恢复上次的输出", &place, e))
}

fn write_all(disk: &dyn Disk, fresh: &Path, package: &Package, place: &Path, kept: &kept::Kept) -> Result<(), Error> {
    let make = |folder: &Path| disk.make_folders(folder).map_err(|e| Error::io("无法写入输出文件夹", folder, e));
    make(fresh)?;
    let mut folders = vec![fresh.to_owned()];
    let mut below = |path: &Path| -> Result<(), Error> {
        if let Some(parent) = path.parent()
            && !folders.iter().any(|f| f == parent)
        {
            make(parent)?;
            folders.push(parent.to_owned());
        }
        Ok(())
    };
    let files: Vec<(PathBuf, &[u8])> = package.iter().map(|(name, bytes)| (fresh.join(name), bytes.as_slice())).collect();
    files.iter().try_for_each(|(path, _)| below(path))?;
    disk.write_several(&files).map_err(|(path, e)| Error::io("无法写入", &path, e))?;
    for (from, to) in &kept.files {
        let path = fresh.join(to);
        below(&path)?;
        disk.link(&place.join(from), &path).map_err(|e| Error::io("无法保留", &place.join(from), e))?;
    }
    for folder in folders.iter().rev() {
        disk.flush_folder(folder).map_err(|e| Error::io("无法写入输出文件夹", folder, e))?;
    }
    Ok(())
}

/// Moves the new package in. Where the system can exchange two folders in one step it does, else the old one stands aside.
fn swap(disk: &dyn Disk, out: &Path, name: &str) -> Result<(), Error> {
    let (place, fresh, aside) = (out.join(name), fresh(out, name), aside(out, name));
    let old = if !place.exists() {
        disk.rename(&fresh, &place).map_err(|e| blocked(&place, e))?;
        None
    } else if disk.exchange(&fresh, &place) {
        Some(&fresh)
    } else {
        disk.remove_tree(&aside).map_err(|e| Error::io("无法清理临时输出", &aside, e))?;
        if let Err(e) = disk.rename(&place, &aside) {
            return Err(blocked(&place, e));
        }
        if let Err(e) = disk.rename(&fresh, &place) {
            // Should this fail too, the next command does it.
            let _ = disk.rename(&aside, &place);
            return Err(blocked(&place, e));
        }
        Some(&aside)
    };
    // The new package is in its place: what cannot be flushed or removed now is no failure of the run, and the next one
    // removes it.
    let _ = disk.flush_folder(out);
    if let Some(old) = old {
        let _ = disk.remove_tree(old);
    }
    Ok(())
}

/// Says which files of a package keep it from being replaced.
fn blocked(place: &Path, cause: io::Error) -> Error {
    blocked_by(&in_use(place, &is_free), place, cause)
}

fn blocked_by(names: &[String], place: &Path, cause: io::Error) -> Error {
    if names.is_empty() {
        return Error::io("无法替换输出文件夹（其中的文件可能正被 Excel、WPS 或 Word 打开，请关闭后重试；上次的输出没有改动）", place, cause);
    }
    let list = names.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join("、");
    Error::said(format!("“{}”中的{list}正被其他程序打开，请关闭后重试。上次的输出没有改动", place.display()))
}

fn in_use(place: &Path, is_free: &dyn Fn(&Path) -> bool) -> Vec<String> {
    let paths = kept::walk(place).unwrap_or_default();
    paths.iter().filter(|path| !is_free(&place.join(path))).map(|path| path.to_string_lossy().replace('\\', "/")).collect()
}

/// Windows lets a program open a file so that nobody else may move it; there this asks for the file alone.
#[cfg(windows)]
fn is_free(path: &Path) -> bool {
    use std::os::windows::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().read(true).share_mode(0).open(path).is_ok()
}

#[cfg(not(windows))]
fn is_free(_: &Path) -> bool {
    true
}
