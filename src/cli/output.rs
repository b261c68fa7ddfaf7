//! A month's outputs on disk: written beside their place, flushed, swapped in as a whole.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::intake::arrival::sha256;

use super::error::Error;

/// The files of one month's package: path inside it → bytes.
pub type Package = BTreeMap<String, Vec<u8>>;

const MANIFEST: &str = "manifest.json";

/// Replaces `out/<name>/` by a package. Reports that were edited by hand since are kept beside the new ones and named.
///
/// # Errors
/// When anything cannot be written; the earlier package then stands as it was.
pub fn replace(out: &Path, name: &str, package: &Package) -> Result<Vec<String>, Error> {
    fs::create_dir_all(out).map_err(|e| Error::io("无法建立输出文件夹", out, e))?;
    let place = out.join(name);
    restore(out, name)?;
    let fresh = out.join(format!(".{name}.new"));
    remove(&fresh)?;
    let edited = edited_by_hand(&place);
    let written = write_all(&fresh, package, &edited);
    if let Err(error) = written {
        // What was begun is of no use to anyone; the message about the cause matters more than one about this.
        let _ = fs::remove_dir_all(&fresh);
        return Err(error);
    }
    swap(out, name, &fresh, &place)?;
    Ok(edited.into_keys().collect())
}

/// Finishes or undoes a swap that was interrupted: the old package stands aside only while the new one is moved in.
fn restore(out: &Path, name: &str) -> Result<(), Error> {
    let place = out.join(name);
    let aside = out.join(format!(".{name}.old"));
    if aside.exists() {
        if place.exists() {
            remove(&aside)?;
        } else {
            fs::rename(&aside, &place).map_err(|e| Error::io("无法恢复上次的输出", &place, e))?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(path) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(Error::io("无法清理临时输出", path, e)),
    }
}

fn write_all(fresh: &Path, package: &Package, edited: &BTreeMap<String, Vec<u8>>) -> Result<(), Error> {
    fs::create_dir_all(fresh).map_err(|e| Error::io("无法写入输出文件夹", fresh, e))?;
    for (name, bytes) in package.iter().chain(edited) {
        let path = fresh.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| Error::io("无法写入输出文件夹", parent, e))?;
        }
        write(&path, bytes).map_err(|e| Error::io("无法写入", &path, e))?;
    }
    sync_folder(fresh);
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Moves the new package in. Where the system can exchange two folders in one step it does, else the old one stands aside.
fn swap(out: &Path, name: &str, fresh: &Path, place: &Path) -> Result<(), Error> {
    let said = |e| Error::io("无法替换输出文件夹（其中的文件可能正被 Excel、WPS 或 Word 打开，请关闭后重试）", place, e);
    if !place.exists() {
        fs::rename(fresh, place).map_err(said)?;
        sync_folder(out);
        return Ok(());
    }
    if exchange(fresh, place) {
        sync_folder(out);
        return remove(fresh);
    }
    let aside = out.join(format!(".{name}.old"));
    remove(&aside)?;
    fs::rename(place, &aside).map_err(said)?;
    if let Err(e) = fs::rename(fresh, place) {
        let _ = fs::rename(&aside, place);
        return Err(said(e));
    }
    sync_folder(out);
    remove(&aside)
}

/// Exchanges two folders atomically; `false` where the system or file system cannot.
#[cfg(target_os = "linux")]
fn exchange(a: &Path, b: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> bool {
    false
}

/// Makes a rename durable; not every file system can, and none loses data by it.
fn sync_folder(folder: &Path) {
    if let Ok(file) = File::open(folder) {
        let _ = file.sync_all();
    }
}

/// Reports in the package whose bytes are no longer the manifest's: new name → bytes.
fn edited_by_hand(place: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut edited = BTreeMap::new();
    let Ok(text) = fs::read_to_string(place.join(MANIFEST)) else { return edited };
    let Ok(manifest) = serde_json::from_str::<serde_json::Value>(&text) else { return edited };
    for output in manifest["outputs"].as_array().into_iter().flatten() {
        let (Some(name), Some(hash)) = (output["path"].as_str(), output["sha256"].as_str()) else { continue };
        let is_report = PathBuf::from(name).extension().is_some_and(|e| ["xlsx", "xlsm", "docx"].iter().any(|own| e.eq_ignore_ascii_case(own)));
        // A manifest is only a file: a path that would leave the package is none of ours.
        if !is_report || name.split('/').any(|part| part == "..") || name.starts_with('/') {
            continue;
        }
        if let Ok(bytes) = fs::read(place.join(name))
            && sha256(&bytes) != hash
        {
            let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
            edited.insert(format!("{stem}（手改）.{extension}"), bytes);
        }
    }
    // Earlier kept ones stay too.
    keep_earlier(place, "", &mut edited);
    edited
}

/// Kept reports of the package's folder `inside` (empty: of the package itself) and the folders in it.
fn keep_earlier(place: &Path, inside: &str, edited: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(place.join(inside)).into_iter().flatten().flatten() {
        let name = format!("{inside}{}", entry.file_name().to_string_lossy());
        if inside.is_empty() && entry.path().is_dir() {
            keep_earlier(place, &format!("{name}/"), edited);
        } else if name.contains("（手改）.")
            && !edited.contains_key(&name)
            && let Ok(bytes) = fs::read(entry.path())
        {
            edited.insert(name, bytes);
        }
    }
}
