//! The files in the places that `collect` is given.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::disk::NO_FILE;
use crate::cli::error::{Doing, Result, reason};
use crate::cli::inbox::{DANGLING, REGISTER, leads_nowhere};
use crate::intake::sniff;

use super::names::clean;

/// A file that came, not read yet.
pub struct Incoming {
    /// As the operator finds it again.
    pub source: PathBuf,
    /// Where it goes, relative to the month's folder, `/` between folders.
    pub target: String,
}

/// Something that is not taken, and why.
pub struct NotTaken {
    pub source: PathBuf,
    pub why: String,
    /// Not taken on purpose (a register): nothing is wrong.
    pub harmless: bool,
}

#[derive(Default)]
pub struct Sources {
    pub incoming: Vec<Incoming>,
    pub left: Vec<NotTaken>,
}

impl Sources {
    fn leave(&mut self, source: PathBuf, why: impl Into<String>, harmless: bool) {
        self.left.push(NotTaken {
            source,
            why: why.into(),
            harmless,
        });
    }

    fn file(&mut self, source: PathBuf, name: &OsStr, prefix: &str) {
        let shown = name.to_string_lossy();
        if sniff::is_clutter(&shown) || prefix.starts_with("__MACOSX/") {
            return;
        }
        if prefix.is_empty() && shown.eq_ignore_ascii_case(REGISTER) {
            self.leave(source, "这是收件登记，不是报送文件", true);
            return;
        }
        let target = format!("{prefix}{}", clean(name));
        self.incoming.push(Incoming { source, target });
    }
}

/// Lists a source's files in path order. A folder's own name is kept as a folder of the inbox where `keeps` says so (it names
/// a department); the folders inside it always are.
pub fn gather(
    source: &Path,
    inbox: &Path,
    keeps: &dyn Fn(&str) -> bool,
    sources: &mut Sources,
) -> Result {
    const READING: &str = "无法读取";
    let meta = fs::metadata(source).doing(READING, source)?;
    if meta.is_file() {
        let name = source.file_name().unwrap_or_default();
        sources.file(source.to_owned(), name, "");
        return Ok(());
    }
    if !meta.is_dir() {
        sources.leave(source.to_owned(), NO_FILE, false);
        return Ok(());
    }
    let root = source.canonicalize().doing(READING, source)?;
    let own = clean(root.file_name().unwrap_or_default());
    let prefix = if keeps(&own) {
        format!("{own}/")
    } else {
        String::new()
    };
    let walk = Walk {
        root,
        inbox: inbox.canonicalize().ok(),
    };
    walk.folder(source, &prefix, sources);
    Ok(())
}

struct Walk {
    root: PathBuf,
    inbox: Option<PathBuf>,
}

impl Walk {
    fn folder(&self, folder: &Path, prefix: &str, sources: &mut Sources) {
        // The inbox below a source (`collect .`) holds what was collected before, other months included.
        if self.inbox.is_some()
            && folder.canonicalize().ok() == self.inbox
            && self.inbox.as_ref() != Some(&self.root)
        {
            sources.leave(folder.to_owned(), "这是收件箱本身，已跳过", true);
            return;
        }
        let mut incomplete = |what: &str, e| {
            let why = format!("文件夹{what}（{}）", reason(&e));
            sources.leave(folder.to_owned(), why, false);
        };
        let (mut entries, mut links) = (Vec::new(), Vec::new());
        match fs::read_dir(folder) {
            Err(e) => incomplete("无法读取", e),
            Ok(list) => {
                for entry in list {
                    match entry {
                        Ok(entry) => entries.push(entry),
                        Err(e) => incomplete("读取不完整", e),
                    }
                }
            }
        }
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let (path, name) = (entry.path(), entry.file_name());
            match entry.file_type() {
                Err(e) => sources.leave(path, format!("无法读取（{}）", reason(&e)), false),
                Ok(kind) if kind.is_symlink() => links.push((path, name)),
                Ok(kind) if kind.is_dir() => {
                    self.folder(&path, &format!("{prefix}{}/", clean(&name)), sources);
                }
                Ok(kind) if kind.is_file() => sources.file(path, &name, prefix),
                Ok(_) => sources.leave(path, NO_FILE, false),
            }
        }
        // A link to a file is that file; behind the others, so that the file's own name goes first.
        for (path, name) in links {
            match fs::metadata(&path) {
                Ok(meta) if meta.is_file() => sources.file(path, &name, prefix),
                Ok(_) => sources.leave(path, NO_FILE, false),
                Err(_) if leads_nowhere(&path) => sources.leave(path, DANGLING, false),
                Err(e) => sources.leave(path, format!("无法读取（{}）", reason(&e)), false),
            }
        }
    }
}
