//! A month's outputs on disk: written beside their place, flushed, swapped in as a whole.
//!
//! Where the system can exchange two folders in one step (Linux), a kill at any moment leaves the old package or the new one.
//! Elsewhere the old one stands aside as `.<name>.old` between two renames; after a kill there the next command puts it back.
//! A folder `.<name>.old` beside a package is looked through for what was saved into it while it was replaced, then removed; a
//! folder `.<name>.new` is removed.

mod kept;
mod staging;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::plan::Period;
use crate::report::manifest::{self, Manifest};

use super::disk::{Disk, Real};
#[cfg(windows)]
use super::disk::{is_open_elsewhere, patiently};
use super::error::{Doing, Error, Result};
use super::signals;

pub use kept::{EDITED, hash, walk};
pub use staging::{InMemory, Sink, Staging};

/// The files of one month's package: path inside it → bytes.
pub type PackageFiles = BTreeMap<String, Vec<u8>>;

pub const MANIFEST: &str = "manifest.json";

/// Replaces `out/<name>/` by a package. Reports that were edited by hand since are kept beside the new ones; their new names
/// are returned. Files of the operator's own stay.
pub fn replace(out: &Path, name: &str, package: &PackageFiles) -> Result<Vec<String>> {
    replace_on(&Real, out, name, package)
}

fn replace_on(
    disk: &dyn Disk,
    out: &Path,
    name: &str,
    package: &PackageFiles,
) -> Result<Vec<String>> {
    stage_on(disk, out, name, package)?.swap_in()
}

fn stage_on<'d>(
    disk: &'d dyn Disk,
    out: &Path,
    name: &str,
    package: &PackageFiles,
) -> Result<Staged<'d>> {
    let staging = Staging::begin(disk, out, name)?;
    staging.put_package(package)?;
    staging.finish()
}

/// A package beside its place, whole and flushed; removed again where it is not moved in.
pub struct Staged<'d> {
    disk: &'d dyn Disk,
    out: PathBuf,
    name: String,
    edited: Vec<String>,
    seen: kept::Seen,
    is_in: bool,
}

impl Staged<'_> {
    /// Moves the package in. Gives the new names of reports that were edited by hand and are kept beside the new ones.
    pub fn swap_in(mut self) -> Result<Vec<String>> {
        signals::check()?;
        refuse_held(&self.out.join(&self.name))?;
        signals::replacing();
        let old = swap(self.disk, &self.out, &self.name)?;
        self.is_in = true;
        let mut edited = std::mem::take(&mut self.edited);
        // The new package is in place: a run does not fail because something cannot be moved or removed. The next command tries
        // again.
        let _ = self.disk.flush_folder(&self.out);
        if let Some(old) = old {
            let place = self.out.join(&self.name);
            if let Ok(late) = kept::rescue(self.disk, &old, &place, &self.seen) {
                edited.extend(late);
                let _ = discard(self.disk, &old, &fresh(&self.out, &self.name));
            }
        }
        Ok(edited)
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if !self.is_in {
            // The error that led here is the one to report; the next command removes what is left.
            let _ = self.disk.remove_tree(&fresh(&self.out, &self.name));
        }
    }
}

/// Writes one file: beside its place first, so that a break leaves the old file or the new one.
pub fn save(path: &Path, bytes: &[u8]) -> Result {
    let cannot = |e| Error::io("无法写入", path, e);
    let name = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.new"));
    // What a killed command left; never written into, whatever it is linked to.
    let _ = fs::remove_file(&beside);
    let written = File::create_new(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What was begun is of no use; the message about the cause matters more than one about this.
        let _ = fs::remove_file(&beside);
    }
    written.map_err(cannot)
}

/// The manifest of a package; `None` where there is none that can be read.
pub fn manifest(place: &Path) -> Option<Manifest> {
    let bytes = fs::read(place.join(MANIFEST)).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Replaces one folder of a month's package by new files, everything else as it is; the package is swapped in as a whole.
/// The manifest there is updated, also in the day that the notices name; `manifest` is for a place that has none yet. Gives the names of files of the folder that
/// were edited by hand and are kept beside the new ones.
pub fn replace_folder(
    out: &Path,
    name: &str,
    folder: &str,
    files: &PackageFiles,
    manifest: Manifest,
) -> Result<Vec<String>> {
    let staging = Staging::begin(&Real, out, name)?;
    let prefix = format!("{folder}/");
    let mut package: PackageFiles = files
        .iter()
        .map(|(path, bytes)| (format!("{prefix}{path}"), bytes.clone()))
        .collect();
    let until = manifest.options.until.clone();
    let mut manifest = self::manifest(staging.place()).unwrap_or(manifest);
    manifest.options.until = until;
    manifest.outputs.retain(|o| !o.path.starts_with(&prefix));
    let new = manifest::outputs(&package);
    let kept = kept::of(staging.place(), &new, &prefix)?;
    manifest.outputs.extend(new);
    manifest.outputs.sort_by(|a, b| a.path.cmp(&b.path));
    let bytes = manifest.write();
    let bytes = bytes.map_err(|e| said!("生成清单时出错：{e}"))?;
    package.insert(MANIFEST.to_owned(), bytes);
    staging.put_package(&package)?;
    staging.finish_with(kept)?.swap_in()
}

/// Puts right what a killed run of several months left, also of months that this command does not write. A failure here is no
/// reason to stop: the next command that writes that month tries again, and says why not.
pub fn tidy(out: &Path) {
    let entries = fs::read_dir(out).into_iter().flatten().flatten();
    let left = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let name = name.strip_prefix('.')?;
        let month = name
            .strip_suffix(".new")
            .or_else(|| name.strip_suffix(".old"))?;
        month.parse::<Period>().is_ok().then(|| month.to_owned())
    });
    for month in left.collect::<BTreeSet<_>>() {
        let _ = restore(&Real, out, &month);
        let _ = Real.remove_tree(&fresh(out, &month));
    }
}

/// Makes the output folder and puts right what an interrupted command has left in it; gives the package's place.
fn prepare(disk: &dyn Disk, out: &Path, name: &str) -> Result<PathBuf> {
    disk.make_folders(out).doing("无法建立输出文件夹", out)?;
    restore(disk, out, name)?;
    let place = out.join(name);
    // A file of that name is somebody else's, and the exchange would remove it.
    if place.exists() && !place.is_dir() {
        let cause = io::ErrorKind::AlreadyExists.into();
        return Err(Error::io("无法替换输出文件夹", &place, cause));
    }
    // Said before hours of work, and before another month of the run is replaced.
    refuse_held(&place)?;
    let fresh = fresh(out, name);
    disk.remove_tree(&fresh).doing(CLEARING, &fresh)?;
    Ok(place)
}

const CLEARING: &str = "无法清理临时输出";

fn fresh(out: &Path, name: &str) -> PathBuf {
    out.join(format!(".{name}.new"))
}

fn aside(out: &Path, name: &str) -> PathBuf {
    out.join(format!(".{name}.old"))
}

/// Undoes a swap that was interrupted: the old package stands aside only while the new one is moved in.
fn restore(disk: &dyn Disk, out: &Path, name: &str) -> Result {
    let (place, aside) = (out.join(name), aside(out, name));
    if !aside.exists() {
        return Ok(());
    }
    if place.exists() {
        kept::rescue(disk, &aside, &place, &kept::Seen::default())
            .doing("无法移入替换报告时保存的文件", &aside)?;
        return discard(disk, &aside, &fresh(out, name)).doing(CLEARING, &aside);
    }
    disk.rename(&aside, &place)
        .doing("无法恢复上次的输出", &place)
}

/// Removes an old package out of which all is saved, under the new one's name: with its manifest gone and its reports still there,
/// a kill would leave what looks like reports written by hand.
fn discard(disk: &dyn Disk, old: &Path, fresh: &Path) -> io::Result<()> {
    disk.remove_tree(fresh)?;
    disk.rename(old, fresh)?;
    disk.remove_tree(fresh)
}

/// Moves the new package in: by one exchange where the system can, else with the old one aside for a moment. Gives where the old
/// one is then.
fn swap(disk: &dyn Disk, out: &Path, name: &str) -> Result<Option<PathBuf>> {
    let (place, fresh, aside) = (out.join(name), fresh(out, name), aside(out, name));
    let moved = |from: &Path, to: &Path| disk.rename(from, to).map_err(|e| blocked(&place, e));
    if !place.exists() {
        moved(&fresh, &place)?;
        return Ok(None);
    }
    // Under this name the next command looks through the old package, should this one be killed before it has.
    moved(&fresh, &aside)?;
    if disk.exchange(&aside, &place) {
        return Ok(Some(aside));
    }
    moved(&aside, &fresh)?;
    moved(&place, &aside)?;
    if let Err(e) = moved(&fresh, &place) {
        // Should this fail too, the next command does it.
        let _ = disk.rename(&aside, &place);
        return Err(e);
    }
    Ok(Some(aside))
}

/// Refuses to replace a package while another program holds a file of it.
fn refuse_held(place: &Path) -> Result {
    let names = in_use(place, &is_free);
    if names.is_empty() {
        return Ok(());
    }
    Err(blocked_by(
        &names,
        place,
        io::ErrorKind::ResourceBusy.into(),
    ))
}

/// Says which files of a package keep it from being replaced.
fn blocked(place: &Path, cause: io::Error) -> Error {
    blocked_by(&in_use(place, &is_free), place, cause)
}

fn blocked_by(names: &[String], place: &Path, cause: io::Error) -> Error {
    if names.is_empty() {
        return Error::io("无法替换输出文件夹（上次的输出没有改动）", place, cause);
    }
    said!(
        "“{}”中的“{}”正被其他程序打开，请关闭后重试。上次的输出没有改动",
        place.display(),
        names.join("”、“")
    )
}

fn in_use(place: &Path, is_free: &dyn Fn(&Path) -> bool) -> Vec<String> {
    let paths = kept::walk(place).unwrap_or_default();
    paths
        .iter()
        .filter(|path| !is_free(&place.join(path)))
        .map(|path| path.to_string_lossy().replace('\\', "/"))
        .collect()
}

/// Whether a file can be moved: on Windows a program that has it open can prevent that.
#[cfg(windows)]
fn is_free(path: &Path) -> bool {
    use std::os::windows::fs::OpenOptionsExt;
    let mut alone = fs::OpenOptions::new();
    alone.read(true).share_mode(0);
    !patiently(|| alone.open(path)).is_err_and(|e| is_open_elsewhere(&e))
}

#[cfg(not(windows))]
fn is_free(_: &Path) -> bool {
    true
}
