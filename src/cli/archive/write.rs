//! Writing a seal: beside its place, flushed, made read-only, moved in by one rename.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::intake::archive::Archive as Zip;
use crate::intake::arrival::sha256;
use crate::intake::{Arrival, FileFault};
use crate::plan::{Limits, Period};

use super::super::disk::{Disk, stays_inside};
use super::super::error::Error;
use super::super::output::Package;
use super::super::package::Templates;
use super::Archive;
use super::manifest::{
    EDITED, FORMAT, HISTORY, MONTH, OUTPUTS, Original, PLAN, REMINDER, SEAL, SEAL_HASH,
    SealManifest, SealedFile, TEMPLATE, hash_line, stored_name,
};

/// What a month is sealed with.
pub struct Contents<'a> {
    pub period: Period,
    pub plan_id: &'a str,
    pub plan_text: &'a str,
    /// month.json and history.json.
    pub month: Vec<u8>,
    pub history: Vec<u8>,
    pub templates: &'a Templates,
    pub arrivals: &'a [Arrival],
    /// The inbox's files: name below the month's folder → path.
    pub inbox: &'a [(String, PathBuf)],
    pub limits: &'a Limits,
    pub outputs: &'a Package,
    /// Reports edited by hand: name in the package → path.
    pub edited: &'a [(String, PathBuf)],
    pub with_open: bool,
    pub open_errors: usize,
    pub not_submitted: Vec<String>,
    /// Beijing time and system user.
    pub sealed: String,
    pub by: String,
}

/// Seals a month: the whole folder is there afterwards, or none of it.
///
/// # Errors
/// When a file has changed since it was checked, or anything cannot be written.
pub fn seal(disk: &dyn Disk, archive: &Archive, contents: &Contents) -> Result<PathBuf, Error> {
    let root = archive.root();
    disk.make_folders(root)
        .map_err(|e| Error::io("无法建立归档文件夹", root, e))?;
    let number = archive.next_number(contents.period)?;
    let (place, fresh) = (
        root.join(contents.period.to_string()),
        root.join(format!(".{}.new", contents.period)),
    );
    disk.remove_tree(&fresh)
        .map_err(|e| Error::io("无法清理归档中的临时文件夹", &fresh, e))?;
    let result = write(disk, &fresh, number, contents).and_then(|()| {
        disk.rename(&fresh, &place)
            .map_err(|e| Error::io("无法写入归档", &place, e))?;
        Ok(())
    });
    if let Err(error) = result {
        // Nothing in it counts; the message about the cause matters more than one about this.
        let _ = disk.remove_tree(&fresh);
        return Err(error);
    }
    // The seal is in its place; a folder that cannot be flushed is made durable by the system itself.
    let _ = disk.flush_folder(root);
    Ok(place)
}

fn write(disk: &dyn Disk, fresh: &Path, number: u32, contents: &Contents) -> Result<(), Error> {
    let mut writer = Writer {
        disk,
        root: fresh,
        files: Vec::new(),
        folders: BTreeSet::new(),
    };
    writer.file(PLAN, contents.plan_text.as_bytes())?;
    writer.file(MONTH, &contents.month)?;
    writer.file(HISTORY, &contents.history)?;
    for (name, template) in [
        (TEMPLATE, &contents.templates.briefing),
        (REMINDER, &contents.templates.reminder),
    ] {
        if let Some(bytes) = template {
            writer.file(name, bytes)?;
        }
    }
    let originals = originals(&mut writer, contents)?;
    for (name, bytes) in contents.outputs {
        writer.file(&format!("{OUTPUTS}/{name}"), bytes)?;
    }
    for (name, path) in contents.edited {
        let bytes = fs::read(path).map_err(|e| Error::io("无法读取手改的报告", path, e))?;
        writer.file(&format!("{EDITED}/{name}"), &bytes)?;
    }
    let mut files = std::mem::take(&mut writer.files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let manifest = SealManifest {
        format: FORMAT,
        tool: "duban".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        plan: contents.plan_id.to_owned(),
        period: contents.period.to_string(),
        number,
        sealed: contents.sealed.clone(),
        by: contents.by.clone(),
        with_open: contents.with_open,
        open_errors: contents.open_errors,
        not_submitted: contents.not_submitted.clone(),
        files,
        originals,
    };
    let mut bytes = serde_json::to_vec_pretty(&manifest)
        .map_err(|e| Error::said(format!("无法写出封存清单：{e}")))?;
    bytes.push(b'\n');
    writer.file(SEAL, &bytes)?;
    writer.file(SEAL_HASH, hash_line(&sha256(&bytes)).as_bytes())?;
    writer.finish()
}

struct Writer<'a> {
    disk: &'a dyn Disk,
    root: &'a Path,
    files: Vec<SealedFile>,
    folders: BTreeSet<PathBuf>,
}

impl Writer<'_> {
    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        if !stays_inside(path) {
            return Err(Error::said(format!("“{path}”不能用作归档中的文件名")));
        }
        let place = self.root.join(path);
        let folder = place.parent().unwrap_or(self.root);
        if self.folders.insert(folder.to_owned()) {
            self.disk
                .make_folders(folder)
                .map_err(|e| Error::io("无法写入归档", folder, e))?;
        }
        self.disk
            .write(&place, bytes)
            .map_err(|e| Error::io("无法写入归档", &place, e))?;
        self.files.push(SealedFile {
            path: path.to_owned(),
            bytes: bytes.len() as u64,
            sha256: sha256(bytes),
        });
        Ok(())
    }

    fn finish(self) -> Result<(), Error> {
        for folder in self.folders.iter().rev() {
            self.disk
                .flush_folder(folder)
                .map_err(|e| Error::io("无法写入归档", folder, e))?;
        }
        self.disk
            .protect(self.root)
            .map_err(|e| Error::io("无法把封存设为只读", self.root, e))
    }
}

/// Copies what came in, one file at a time, and lists it.
fn originals(writer: &mut Writer, contents: &Contents) -> Result<Vec<Original>, Error> {
    let mut listed = Vec::new();
    let mut stored: BTreeSet<String> = BTreeSet::new();
    for arrival in contents.arrivals {
        let entry = |stored, fault| Original {
            path: arrival.path.clone(),
            bytes: arrival.bytes,
            sha256: arrival.sha256.clone(),
            stored,
            fault,
        };
        if let Err(fault) = &arrival.content
            && !is_kept(arrival, fault)
        {
            listed.push(entry(None, Some(fault.clone())));
            continue;
        }
        let name = stored_name(&arrival.path, &arrival.sha256);
        if stored.insert(name.clone()) {
            let bytes = bytes_of(contents, arrival)?;
            writer.file(&name, &bytes)?;
        }
        listed.push(entry(Some(name), arrival.content.as_ref().err().cloned()));
    }
    Ok(listed)
}

/// A file with a secrecy marking is not copied anywhere; one over a limit was never read, one that a link led to is not ours.
fn is_kept(arrival: &Arrival, fault: &FileFault) -> bool {
    !arrival.sha256.is_empty()
        && matches!(
            fault,
            FileFault::Unreadable { .. } | FileFault::Encrypted | FileFault::Unsupported { .. }
        )
}

/// A file's bytes as they were when it was checked.
fn bytes_of(contents: &Contents, arrival: &Arrival) -> Result<Vec<u8>, Error> {
    let changed = || {
        Error::said(format!(
            "收件箱中的“{}”在封存过程中有变动，请重新封存",
            arrival.path
        ))
    };
    let read = |path: &Path| fs::read(path).map_err(|e| Error::io("无法读取", path, e));
    let bytes = if let Some((_, path)) = contents
        .inbox
        .iter()
        .find(|(name, _)| *name == arrival.path)
    {
        read(path)?
    } else {
        member(contents, arrival, &read)?.ok_or_else(changed)?
    };
    if sha256(&bytes) == arrival.sha256 {
        Ok(bytes)
    } else {
        Err(changed())
    }
}

/// A member of a .zip; `None` where the archive no longer holds it.
fn member(
    contents: &Contents,
    arrival: &Arrival,
    read: &dyn Fn(&Path) -> Result<Vec<u8>, Error>,
) -> Result<Option<Vec<u8>>, Error> {
    let inside = |(name, path): &(String, PathBuf)| {
        Some((
            arrival
                .path
                .strip_prefix(name.as_str())?
                .strip_prefix('/')?
                .to_owned(),
            path.clone(),
        ))
    };
    let Some((wanted, path)) = contents.inbox.iter().find_map(inside) else {
        return Ok(None);
    };
    let bytes = read(&path)?;
    let Ok(mut zip) = Zip::open(&bytes, contents.limits) else {
        return Ok(None);
    };
    // Two members may bear one name.
    let entries: Vec<usize> = zip
        .members
        .iter()
        .filter(|(name, _)| *name == wanted)
        .map(|(_, ix)| *ix)
        .collect();
    let mut all = entries.into_iter().filter_map(|ix| zip.read(ix).ok()?.ok());
    Ok(all.find(|bytes| sha256(bytes) == arrival.sha256))
}
