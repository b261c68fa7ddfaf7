//! What lies in the places that `collect` is given.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::error::{Error, reason};
use crate::cli::inbox::REGISTER;
use crate::intake::sniff;

use super::names::clean;

/// A file that came, not read yet.
pub struct Found {
    /// As the operator finds it again.
    pub source: PathBuf,
    /// Where it goes, relative to the month's folder, `/` between folders.
    pub target: String,
}

/// Something that is not taken, and why.
pub struct Left {
    pub source: PathBuf,
    pub why: String,
    /// Not taken on purpose (a register): nothing is wrong.
    pub harmless: bool,
}

#[derive(Default)]
pub struct Gathered {
    pub found: Vec<Found>,
    pub left: Vec<Left>,
}

/// Lists a source's files in path order. A folder's own name is kept as a folder of the inbox where `keeps` says so (it names
/// a department); the folders inside it always are.
///
/// # Errors
/// When the source itself is not there.
pub fn gather(
    source: &Path,
    inbox: &Path,
    keeps: &dyn Fn(&str) -> bool,
    gathered: &mut Gathered,
) -> Result<(), Error> {
    let meta = fs::metadata(source).map_err(|e| Error::io("无法读取", source, e))?;
    let name = || {
        source
            .canonicalize()
            .ok()
            .and_then(|p| p.file_name().map(OsStr::to_owned))
            .unwrap_or_default()
    };
    if meta.is_file() {
        let own = source.file_name().map_or_else(name, OsStr::to_owned);
        one(source.to_owned(), &own, "", gathered);
        return Ok(());
    }
    if !meta.is_dir() {
        gathered.left.push(Left {
            source: source.to_owned(),
            why: "不是普通文件".to_owned(),
            harmless: false,
        });
        return Ok(());
    }
    let root = source
        .canonicalize()
        .map_err(|e| Error::io("无法读取", source, e))?;
    let own = clean(&name());
    let prefix = if keeps(&own) {
        format!("{own}/")
    } else {
        String::new()
    };
    let walk = Walk {
        root,
        inbox: inbox.canonicalize().ok(),
    };
    walk.folder(source, &prefix, gathered);
    Ok(())
}

struct Walk {
    root: PathBuf,
    inbox: Option<PathBuf>,
}

impl Walk {
    fn folder(&self, folder: &Path, prefix: &str, gathered: &mut Gathered) {
        let mut leave = |source: &Path, why: String, harmless| {
            gathered.left.push(Left {
                source: source.to_owned(),
                why,
                harmless,
            })
        };
        // The inbox below a source (`collect .`) holds what was collected before, other months included.
        if self.inbox.is_some()
            && folder.canonicalize().ok() == self.inbox
            && self.inbox.as_ref() != Some(&self.root)
        {
            leave(folder, "这是收件箱本身，已跳过".to_owned(), true);
            return;
        }
        let mut entries = Vec::new();
        match fs::read_dir(folder) {
            Err(e) => leave(folder, format!("文件夹无法读取（{}）", reason(&e)), false),
            Ok(list) => {
                for entry in list {
                    match entry {
                        Ok(entry) => entries.push(entry),
                        Err(e) => {
                            leave(folder, format!("文件夹读取不完整（{}）", reason(&e)), false)
                        }
                    }
                }
            }
        }
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let (path, name) = (entry.path(), entry.file_name());
            match entry.file_type() {
                Err(e) => gathered.left.push(Left {
                    source: path,
                    why: format!("无法读取（{}）", reason(&e)),
                    harmless: false,
                }),
                Ok(kind) if kind.is_symlink() => self.link(path, gathered),
                Ok(kind) if kind.is_dir() => {
                    self.folder(&path, &format!("{prefix}{}/", clean(&name)), gathered)
                }
                Ok(kind) if kind.is_file() => one(path, &name, prefix, gathered),
                Ok(_) => gathered.left.push(Left {
                    source: path,
                    why: "不是普通文件".to_owned(),
                    harmless: false,
                }),
            }
        }
    }

    /// What a link inside the source leads to is collected at its own place; what lies outside may be anything.
    fn link(&self, path: PathBuf, gathered: &mut Gathered) {
        let why = match path.canonicalize() {
            Ok(target) if target.starts_with(&self.root) => return,
            Ok(_) => "指向来源之外的链接，未打开".to_owned(),
            Err(_) => "链接指向的文件不存在".to_owned(),
        };
        gathered.left.push(Left {
            source: path,
            why,
            harmless: false,
        });
    }
}

fn one(source: PathBuf, name: &OsStr, prefix: &str, gathered: &mut Gathered) {
    let shown = name.to_string_lossy();
    if sniff::is_clutter(&shown) || prefix.starts_with("__MACOSX/") {
        return;
    }
    if prefix.is_empty() && shown.eq_ignore_ascii_case(REGISTER) {
        gathered.left.push(Left {
            source,
            why: "这是收件登记，不是报送文件".to_owned(),
            harmless: true,
        });
        return;
    }
    gathered.found.push(Found {
        target: format!("{prefix}{}", clean(name)),
        source,
    });
}
