//! One command at a time writes to a folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::disk::{Disk, Real};
use super::error::Error;

/// Stays in the folder; its being there means nothing, only a lock that a living process holds on it does.
const NAME: &str = ".duban.lock";

/// Held until it is dropped or its process ends, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Takes a folder for this command; makes the folder where there is none.
///
/// # Errors
/// When another command holds it, or the folder cannot be written to.
pub fn take(folder: &Path) -> Result<Lock, Error> {
    Real.make_folders(folder).map_err(|e| Error::io("无法建立文件夹", folder, e))?;
    let path = folder.join(NAME);
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(|e| Error::io("无法写入", &path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: file }),
        Err(TryLockError::WouldBlock) => {
            Err(Error::said(format!("另一个 duban 命令正在使用“{}”，请等它结束后再试。这次没有改动任何文件", folder.display())))
        }
        // A file system without locks: better to work than to refuse.
        Err(TryLockError::Error(e)) if e.kind() == std::io::ErrorKind::Unsupported => Ok(Lock { _file: file }),
        Err(TryLockError::Error(e)) => Err(Error::io("无法锁定", &path, e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_refused_until_the_first_is_done() {
        let folder = crate::cli::disk::scratch("lock");
        let first = take(&folder).unwrap();
        assert!(take(&folder).unwrap_err().to_string().contains("另一个 duban 命令"));
        drop(first);
        assert!(take(&folder).is_ok());
    }
}
