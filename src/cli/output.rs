//! A month's outputs on disk: written beside their place, flushed, swapped in as a whole.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::intake::arrival::sha256;
use crate::report::manifest::{self, Manifest};

use super::error::Error;

/// The files of one month's package: path inside it → bytes.
pub type Package = BTreeMap<String, Vec<u8>>;

pub const MANIFEST: &str = "manifest.json";

/// Replaces `out/<name>/` by a package. Reports that were edited by hand since are kept beside the new ones and named.
///
/// # Errors
/// When anything cannot be written; the earlier package then stands as it was.
pub fn replace(out: &Path, name: &str, package: &Package) -> Result<Vec<String>, Error> {
    fs::create_dir_all(out).map_err(|e| Error::io("无法建立输出文件夹", out, e))?;
    let place = out.join(name);
    // A file in the package's place is not ours: an exchange would put it aside.
    if place.exists() && !place.is_dir() {
        return Err(Error::io("无法替换输出文件夹", &place, io::ErrorKind::AlreadyExists.into()));
    }
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

fn keep_earlier(folder: &Path, prefix: &str, edited: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().is_ok_and(|t| t.is_dir()) {
            keep_earlier(&entry.path(), &format!("{name}/"), edited);
        } else if name.contains("（手改）.")
            && !edited.contains_key(&name)
            && let Ok(bytes) = fs::read(entry.path())
        {
            edited.insert(name, bytes);
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
    let place = out.join(name);
    restore(out, name)?;
    let prefix = format!("{folder}/");
    let mut package = Package::new();
    let mut others = Vec::new();
    if place.exists() {
        all_files(&place, "", &mut others)?;
    }
    for (path, file) in others {
        if !path.starts_with(&prefix) && path != MANIFEST {
            let bytes = fs::read(&file).map_err(|e| Error::io("无法读取", &file, e))?;
            package.insert(path, bytes);
        }
    }
    let edited: Vec<(String, Vec<u8>)> = edited_by_hand(&place).into_iter().filter(|(path, _)| path.starts_with(&prefix)).collect();
    let broken = |e: serde_json::Error| Error::said(format!("生成清单时出错：{e}"));
    let mut manifest = match fs::read(place.join(MANIFEST)) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or(manifest),
        Err(_) => manifest,
    };
    manifest.outputs.retain(|o| !o.path.starts_with(&prefix));
    let fresh: Package = files.iter().map(|(path, bytes)| (format!("{prefix}{path}"), bytes.clone())).collect();
    manifest.outputs.extend(manifest::outputs(&fresh));
    manifest.outputs.sort_by(|a, b| a.path.cmp(&b.path));
    package.extend(fresh);
    package.insert(MANIFEST.to_owned(), manifest.write().map_err(broken)?);
    let names = edited.iter().map(|(path, _)| path.clone()).collect();
    package.extend(edited);
    let fresh = out.join(format!(".{name}.new"));
    fs::create_dir_all(out).map_err(|e| Error::io("无法建立输出文件夹", out, e))?;
    remove(&fresh)?;
    if let Err(error) = write_all(&fresh, &package, &BTreeMap::new()) {
        let _ = fs::remove_dir_all(&fresh);
        return Err(error);
    }
    swap(out, name, &fresh, &place)?;
    Ok(names)
}

/// Every file below a folder: path with `/` → file.
fn all_files(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(|e| Error::io("无法读取文件夹", folder, e))? {
        let entry = entry.map_err(|e| Error::io("无法读取文件夹", folder, e))?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().is_ok_and(|t| t.is_dir()) {
            all_files(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.push((name, entry.path()));
        }
    }
    Ok(())
}
