//! The inbox on disk: its months, a month's files, and the register of when they came.

mod reading;
mod register;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::intake::arrival::{sha256, shown_name};
use crate::intake::{archive, sniff};
use crate::plan::{Limits, Period};

use super::error::{Doing, Error};

pub use reading::{hush_caught_panics, read_bytes, read_one, reader};
pub use register::{REGISTER, RegisterFile, register};

/// Months that have a folder, ascending.
pub fn periods(inbox: &Path) -> Result<BTreeSet<Period>, Error> {
    let entries = match fs::read_dir(inbox) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            return Err(Error::said(format!(
                "收件箱“{}”不存在。请建立该文件夹，把各单位文件放入其中的月份文件夹（如 2024-06），或用 --inbox 指明位置",
                inbox.display()
            )));
        }
        read => read.doing("无法读取收件箱", inbox)?,
    };
    let mut found = BTreeSet::new();
    for entry in entries {
        let entry = entry.doing("无法读取收件箱", inbox)?;
        if let Some(period) = entry.file_name().to_str().and_then(|n| n.parse().ok())
            && entry.path().is_dir()
        {
            found.insert(period);
        }
    }
    Ok(found)
}

/// A month's folder in the inbox and the files below it.
#[derive(Default)]
pub struct MonthFolder {
    root: PathBuf,
    /// What the file is called in findings, with `/` between folders, and its path on disk; in the order of the names, which
    /// several files may share.
    pub files: Vec<(String, PathBuf)>,
}

/// Why a file that was read before cannot be read again.
pub enum Lost {
    /// It is not there any more, or cannot be opened.
    Gone,
    /// Its content is another.
    Changed,
}

impl MonthFolder {
    /// Lists the files of a month. Clutter and the register are left out silently; a month without a folder has none.
    pub fn list(inbox: &Path, period: Period) -> Result<Self, Error> {
        let root = inbox.join(period.to_string());
        let mut files = Vec::new();
        if root.exists() {
            walk(&root, &root, &mut files)?;
        }
        files.sort();
        Ok(Self { root, files })
    }

    /// The bytes of an arrival, a zip's member included, as they were when it was read.
    pub fn read_again(&self, name: &str, hash: &str, limits: &Limits) -> Result<Vec<u8>, Lost> {
        let called = |name: &str| {
            let first = self.files.partition_point(|(n, _)| n.as_str() < name);
            let same = self.files[first..].iter().take_while(|(n, _)| n == name);
            let bytes = same.filter_map(|(_, path)| reading::whole(path, limits));
            bytes.collect::<Vec<_>>()
        };
        let same = |bytes: &Vec<u8>| sha256(bytes) == hash;
        let mut found = called(name);
        for (at, _) in name.match_indices('/') {
            for zip in called(&name[..at]) {
                let Ok(mut zip) = archive::Archive::open(&zip, limits) else {
                    continue;
                };
                let members = std::mem::take(&mut zip.members).into_iter();
                let named = members.filter(|(member, _)| shown_name(member) == name[at + 1..]);
                found.extend(named.filter_map(|(_, entry)| zip.read(entry).ok()?.ok()));
            }
        }
        let lost = if found.is_empty() {
            Lost::Gone
        } else {
            Lost::Changed
        };
        found.into_iter().find(same).ok_or(lost)
    }
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).doing("无法读取文件夹", folder)? {
        let entry = entry.doing("无法读取文件夹", folder)?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if entry.file_type().doing("无法读取", &path)?.is_dir() {
            walk(root, &path, files)?;
        } else if !(sniff::is_clutter(&name) || folder == root && name == REGISTER) {
            let relative: Vec<_> = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .components()
                .map(|c| c.as_os_str().to_string_lossy())
                .collect();
            files.push((shown_name(&relative.join("/")), path));
        }
    }
    Ok(())
}
