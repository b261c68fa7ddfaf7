//! Writing a seal: beside its place, flushed, made read-only, moved in by one rename.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::plan_file::LEDGER;
use crate::cli::{
    disk::{Disk, stays_inside},
    error::{Doing, Error, Result},
    inbox::{Lost, MonthFolder},
    output::PackageFiles,
    templates::Templates,
};
use crate::intake::arrival::sha256;
use crate::intake::sheets::is_workbook;
use crate::intake::{Arrival, FileFault};
use crate::plan::{Limits, Period};

use super::log::Entry;
use super::manifest::{
    EDITED, FORMAT, HISTORY, MONTH, OUTPUTS, Original, PLAN, PLAN_BOOK, REMINDER, SEAL, SEAL_HASH,
    SealManifest, SealedFile, TEMPLATE, hash_line, stored_name,
};
use super::{Archive, Seal};

/// What a month is sealed with.
pub struct Contents<'a> {
    pub period: Period,
    pub plan_id: &'a str,
    pub plan_bytes: &'a [u8],
    /// The office's decisions, where there are any.
    pub ledger: Option<&'a [u8]>,
    /// month.json and history.json.
    pub month: Vec<u8>,
    pub history: Vec<u8>,
    pub templates: &'a Templates,
    pub arrivals: &'a [Arrival],
    /// Where the arrivals lie.
    pub folder: &'a MonthFolder,
    pub limits: &'a Limits,
    pub outputs: &'a PackageFiles,
    /// Reports edited by hand: name in the package → path.
    pub edited: &'a [(String, PathBuf)],
    pub with_open: bool,
    pub open_errors: usize,
    pub not_submitted: Vec<String>,
    /// Beijing time and system user.
    pub sealed: String,
    pub by: String,
}

const WRITING: &str = "无法写入归档";

/// Seals a month: the whole folder is there afterwards, or none of it.
pub fn seal(disk: &dyn Disk, archive: &Archive, contents: &Contents) -> Result<Seal> {
    let root = archive.root();
    disk.make_folders(root).doing("无法建立归档文件夹", root)?;
    let mut chain = archive.begun_chain(disk)?;
    let number = archive.next_number(&chain, contents.period)?;
    let (place, fresh) = (
        root.join(contents.period.to_string()),
        root.join(format!(".{}.new", contents.period)),
    );
    disk.remove_tree(&fresh)
        .doing("无法清理归档中的临时文件夹", &fresh)?;
    let result = write(disk, &fresh, number, chain.head(), contents)
        .and_then(|()| disk.rename(&fresh, &place).doing(WRITING, &place));
    if let Err(error) = result {
        // Nothing in it counts; the message about the cause matters more than one about this.
        let _ = disk.remove_tree(&fresh);
        return Err(error);
    }
    // The seal is in its place; a folder that cannot be flushed is made durable by the system itself, and a line that cannot be
    // added is added by the next command.
    let _ = disk.flush_folder(root);
    let seal = Seal::open(&place)?;
    let _ = chain.add(disk, root, vec![Entry::of_seal(&seal)]);
    Ok(seal)
}

fn write(disk: &dyn Disk, fresh: &Path, number: u32, chain: &str, contents: &Contents) -> Result {
    let mut writer = Writer {
        disk,
        root: fresh,
        files: Vec::new(),
        folders: BTreeSet::new(),
    };
    let plan = if is_workbook(PLAN, contents.plan_bytes) {
        PLAN_BOOK
    } else {
        PLAN
    };
    writer.file(plan, contents.plan_bytes)?;
    if let Some(ledger) = contents.ledger {
        writer.file(LEDGER, ledger)?;
    }
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
        let bytes = fs::read(path).doing("无法读取手改的报告", path)?;
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
        chain: Some(chain.to_owned()),
        sealed: contents.sealed.clone(),
        by: contents.by.clone(),
        with_open: contents.with_open,
        open_errors: contents.open_errors,
        not_submitted: contents.not_submitted.clone(),
        files,
        originals,
    };
    let mut bytes =
        serde_json::to_vec_pretty(&manifest).map_err(|e| said!("无法写出封存清单：{e}"))?;
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
    fn file(&mut self, path: &str, bytes: &[u8]) -> Result {
        if !stays_inside(path) {
            return Err(said!("“{path}”不能用作归档中的文件名"));
        }
        let place = self.root.join(path);
        let folder = place.parent().unwrap_or(self.root);
        if self.folders.insert(folder.to_owned()) {
            self.disk.make_folders(folder).doing(WRITING, folder)?;
        }
        self.disk.write(&place, bytes).doing(WRITING, &place)?;
        self.files.push(SealedFile {
            path: path.to_owned(),
            bytes: bytes.len() as u64,
            sha256: sha256(bytes),
        });
        Ok(())
    }

    fn finish(self) -> Result {
        for folder in self.folders.iter().rev() {
            self.disk.flush_folder(folder).doing(WRITING, folder)?;
        }
        self.disk
            .protect(self.root)
            .doing("无法把封存设为只读", self.root)
    }
}

/// Copies what came in, one file at a time, and lists it.
fn originals(writer: &mut Writer, contents: &Contents) -> Result<Vec<Original>> {
    let mut listed = Vec::new();
    let mut stored: BTreeSet<String> = BTreeSet::new();
    for arrival in contents.arrivals {
        let Arrival { path, sha256, .. } = arrival;
        let fault = arrival.content.as_ref().err().cloned();
        let kept = fault.as_ref().is_none_or(|fault| is_kept(arrival, fault));
        let name = kept.then(|| stored_name(path, sha256));
        if let Some(name) = &name
            && stored.insert(name.clone())
        {
            let bytes = contents.folder.read_again(path, sha256, contents.limits);
            let lost = |lost| match lost {
                Lost::Unread(e) => Error::io("无法读取收件箱中的文件", Path::new(path), e),
                Lost::Gone | Lost::Changed => {
                    said!("收件箱中的“{path}”在封存过程中有变动，请重新封存")
                }
            };
            writer.file(name, &bytes.map_err(lost)?)?;
        }
        listed.push(Original {
            path: path.clone(),
            bytes: arrival.bytes,
            sha256: sha256.clone(),
            stored: name,
            fault,
        });
    }
    Ok(listed)
}

/// Whether a file's bytes are kept: not with a secrecy marking, nor over a limit (it was never read), nor of what is no file.
fn is_kept(arrival: &Arrival, fault: &FileFault) -> bool {
    !arrival.sha256.is_empty()
        && matches!(
            fault,
            FileFault::Unreadable { .. } | FileFault::Encrypted | FileFault::Unsupported { .. }
        )
}
