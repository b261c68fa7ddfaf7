//! One command at a time writes to a folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::args::Places;
use super::disk::{Disk, Real, is_open_elsewhere, patiently};
use super::error::{Doing, Error, Result};

/// Locked in place of the folder where that cannot be (Windows, some network file systems). Only the operating system's lock
/// counts; the file may exist without it. On Windows it goes with the process, however that ends.
const FILE: &str = ".duban.lock";

/// A folder taken for one command, until this is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: Option<File>,
}

/// Takes the output folder, in which whole folders are replaced: it must not be, hold or lie in one that is read.
pub fn take_out(places: &Places) -> Result<Lock> {
    let [out, inbox, archive] = [&places.out, &places.inbox, &places.archive].map(|p| real(p));
    let refuse = |what: &str, other: &Path| {
        Err(said!(
            "输出位置“{}”不能是{what}“{}”，也不能与它互相包含。请用 --out 指明另外的文件夹",
            places.out.display(),
            other.display()
        ))
    };
    for (what, given, other) in [
        ("收件箱", &places.inbox, inbox),
        ("归档", &places.archive, archive),
    ] {
        if out.starts_with(&other) || other.starts_with(&out) {
            return refuse(what, given);
        }
    }
    let plan = places.plan.path().map(|path| real(&path));
    match plan.as_ref().ok().and_then(|plan| plan.parent()) {
        Some(folder) if folder == out => refuse("任务计划所在的文件夹", folder),
        _ => take(&places.out, "无法建立输出文件夹"),
    }
}

/// The path without links, also of a folder that is not there yet.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for there in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (there.canonicalize(), path.strip_prefix(there)) {
            return real.join(rest);
        }
    }
    path
}

/// Takes a folder for this command; makes the folder where there is none. `doing` says what fails where it cannot be made: 无法建立输出文件夹.
pub fn take(folder: &Path, doing: &'static str) -> Result<Lock> {
    Real.make_folders(folder).doing(doing, folder)?;
    match lock_folder(folder).or_else(|| lock_file(folder)) {
        Some(Ok(file)) => Ok(Lock { _file: Some(file) }),
        Some(Err(TryLockError::WouldBlock)) => Err(said!(
            "另一个 duban 命令正在使用“{}”，请等它结束后再试。这次没有改动任何文件",
            folder.display()
        )),
        Some(Err(TryLockError::Error(e))) => Err(Error::io("无法写入", folder, e)),
        // A file system without locks: better to work than to refuse.
        None => Ok(Lock { _file: None }),
    }
}

/// `None`: it cannot be locked.
#[cfg(unix)]
fn lock_folder(folder: &Path) -> Option<Result<File, TryLockError>> {
    let file = File::open(folder).ok()?;
    match file.try_lock() {
        Ok(()) => Some(Ok(file)),
        Err(TryLockError::WouldBlock) => Some(Err(TryLockError::WouldBlock)),
        Err(TryLockError::Error(_)) => None,
    }
}

#[cfg(not(unix))]
fn lock_folder(_: &Path) -> Option<Result<File, TryLockError>> {
    None
}

fn lock_file(folder: &Path) -> Option<Result<File, TryLockError>> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt;
        const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;
        // Another command's file is shared with nobody: it is not opened, let alone removed.
        options
            .share_mode(0)
            .custom_flags(FILE_FLAG_DELETE_ON_CLOSE);
    }
    let file = match patiently(|| options.open(folder.join(FILE))) {
        Ok(file) => file,
        Err(e) if is_open_elsewhere(&e) => return Some(Err(TryLockError::WouldBlock)),
        Err(e) => return Some(Err(TryLockError::Error(e))),
    };
    match file.try_lock() {
        Ok(()) => Some(Ok(file)),
        Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => None,
        Err(e) => Some(Err(e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::disk::scratch;

    #[test]
    fn the_second_is_refused_until_the_first_is_done() {
        let folder = scratch("lock");
        let take = || take(&folder, "无法建立文件夹");
        let first = take().unwrap();
        let said = take().unwrap_err().to_string();
        assert!(said.contains("另一个 duban 命令"), "{said}");
        drop(first);
        assert!(take().is_ok());
    }

    #[test]
    fn a_file_stands_in_where_the_folder_cannot_be_locked() {
        let folder = scratch("lock-file");
        let first = lock_file(&folder);
        assert!(matches!(first, Some(Ok(_))));
        assert!(matches!(
            lock_file(&folder),
            Some(Err(TryLockError::WouldBlock))
        ));
        drop(first);
        assert!(matches!(lock_file(&folder), Some(Ok(_))));
    }
}
