//! What writing needs of a file system. Everything that must survive a full disk, a kill or a power cut goes through
//! [`Disk`], so that tests can let each single call fail in turn.

#[cfg(test)]
mod failing;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::intake::arrival::hex;

#[cfg(test)]
pub use failing::{Failing, Then, scratch};

/// Gives a file's bytes piece by piece.
pub type Make<'a> = &'a mut dyn FnMut(&mut dyn Write) -> io::Result<()>;

pub trait Disk: Sync {
    /// Makes a folder and those above it; ones that are there stay as they are.
    fn make_folders(&self, folder: &Path) -> io::Result<()>;
    /// Writes a new file, of what `make` gives piece by piece, and flushes it to the disk.
    fn write_as_made(&self, path: &Path, make: Make) -> io::Result<()>;
    /// Writes a new file and flushes it to the disk.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.write_as_made(path, &mut |file| file.write_all(bytes))
    }
    /// Writes several new files at a time; gives the first that could not be written.
    fn write_several(&self, files: &[(PathBuf, &[u8])]) -> Result<(), (PathBuf, io::Error)> {
        let write = |(path, bytes): &(PathBuf, &[u8])| {
            self.write(path, bytes).map_err(|e| (path.clone(), e))
        };
        files.iter().try_for_each(write)
    }
    /// Gives a file a second place: a link, or a copy where there are none. Of a link, a pipe or a device there are no copies.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Exchanges two folders in one step; `false` where the system or the file system cannot.
    fn exchange(&self, a: &Path, b: &Path) -> bool;
    /// Removes a folder with all that is in it; a missing one is no error.
    fn remove_tree(&self, folder: &Path) -> io::Result<()>;
    /// Makes the names in a folder durable.
    fn flush_folder(&self, folder: &Path) -> io::Result<()>;
    /// Makes a folder and all in it read-only.
    fn protect(&self, folder: &Path) -> io::Result<()>;
}

/// Files that are written at one time.
const WRITERS: usize = 8;
/// Bytes of their stacks: they do nothing else.
const WRITER_STACK: usize = 256 << 10;

/// The real one. New folders and files are for their owner alone.
pub struct Real;

impl Disk for Real {
    fn make_folders(&self, folder: &Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)
    }

    fn write_as_made(&self, path: &Path, make: Make) -> io::Result<()> {
        let mut file = create(path)?;
        make(&mut file)?;
        file.sync_all()
    }

    fn write_several(&self, files: &[(PathBuf, &[u8])]) -> Result<(), (PathBuf, io::Error)> {
        // Each write waits for the disk, not for the processor, and several wait at the same time.
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some((path, bytes)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                if let Err(e) = self.write(path, bytes) {
                    next.store(files.len(), Ordering::Relaxed);
                    return Err((path.clone(), e));
                }
            }
            Ok(())
        };
        thread::scope(|scope| {
            let start = |_| {
                thread::Builder::new()
                    .stack_size(WRITER_STACK)
                    .spawn_scoped(scope, work)
                    .ok()
            };
            let workers: Vec<_> = (0..files.len().min(WRITERS)).map_while(start).collect();
            if workers.is_empty() {
                return work();
            }
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        match fs::hard_link(from, to) {
            Ok(()) => return Ok(()),
            Err(e) if !fs::symlink_metadata(from)?.is_file() => return Err(e),
            Err(_) => {}
        }
        fs::copy(from, to)?;
        OpenOptions::new().write(true).open(to)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        patiently(|| fs::rename(from, to))
    }

    #[cfg(target_os = "linux")]
    fn exchange(&self, a: &Path, b: &Path) -> bool {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).is_ok()
    }

    #[cfg(not(target_os = "linux"))]
    fn exchange(&self, _: &Path, _: &Path) -> bool {
        false
    }

    fn remove_tree(&self, folder: &Path) -> io::Result<()> {
        match fs::symlink_metadata(folder) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(e),
            Ok(_) => {}
        }
        // What was protected and then given up must be writable to be removed.
        set_read_only(folder, false)?;
        patiently(|| fs::remove_dir_all(folder))
    }

    #[cfg(unix)]
    fn flush_folder(&self, folder: &Path) -> io::Result<()> {
        match File::open(folder)?.sync_all() {
            // Some file systems cannot flush a folder, and need not.
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
                ) =>
            {
                Ok(())
            }
            other => other,
        }
    }

    #[cfg(not(unix))]
    fn flush_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn protect(&self, folder: &Path) -> io::Result<()> {
        set_read_only(folder, true)
    }
}

/// Whether another program has a file open and shares it with nobody (32) or locks it (33): on Windows alone.
pub fn is_open_elsewhere(error: &io::Error) -> bool {
    cfg!(windows) && matches!(error.raw_os_error(), Some(32 | 33))
}

/// Whether that may be why a file or a folder cannot be moved: a folder in which one lies is refused (5).
pub fn is_held(error: &io::Error) -> bool {
    is_open_elsewhere(error) || cfg!(windows) && error.raw_os_error() == Some(5)
}

/// Tries for a second and a half: on Windows virus scanners and indexers hold what was just written for a moment.
pub fn patiently<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for tries in 0..6 {
        match call() {
            Err(e) if is_held(&e) => thread::sleep(Duration::from_millis(25 << tries)),
            result => return result,
        }
    }
    call()
}

/// A new file, for its owner alone.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The contents first where the folder becomes read-only, the folder first where it becomes writable.
fn set_read_only(path: &Path, read_only: bool) -> io::Result<()> {
    let meta = fs::symlink_metadata(path)?;
    if meta.is_symlink() {
        return Ok(());
    }
    if !read_only {
        set_mode(path, meta.is_dir(), false)?;
    }
    if meta.is_dir() {
        for entry in fs::read_dir(path)? {
            set_read_only(&entry?.path(), read_only)?;
        }
    }
    if read_only {
        set_mode(path, meta.is_dir(), true)
    } else {
        Ok(())
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, is_folder: bool, read_only: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = match (is_folder, read_only) {
        (true, true) => 0o500,
        (true, false) => 0o700,
        (false, true) => 0o400,
        // Its other link may be a file that the operator has given other rights.
        (false, false) => return Ok(()),
    };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(path: &Path, is_folder: bool, read_only: bool) -> io::Result<()> {
    if is_folder {
        return Ok(());
    }
    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_readonly(read_only);
    fs::set_permissions(path, permissions)
}

/// Opens a regular file, or a link to one, for reading, and tells its size. `None`: it is something else, which is not
/// opened: a pipe waits for whoever writes to it, and a device may do anything.
pub fn open_regular(path: &Path) -> io::Result<Option<(File, u64)>> {
    if !fs::metadata(path)?.is_file() {
        return Ok(None);
    }
    let mut options = OpenOptions::new();
    options.read(true);
    // It may have become a pipe since.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        rustix::fs::OFlags::NONBLOCK.bits().cast_signed(),
    );
    let file = options.open(path)?;
    let meta = file.metadata()?;
    Ok(meta.is_file().then_some((file, meta.len())))
}

/// What is said of something that [`open_regular`] does not open.
pub const NO_FILE: &str = "不是普通文件（文件夹、管道、设备等），未打开";

/// Copies everything and gives the content's SHA-256.
pub fn copy_hashed(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            n => {
                hash.update(&buffer[..n]);
                to.write_all(&buffer[..n])?;
            }
        }
    }
}

/// Whether a relative path with `/` stays inside the folder it is joined to, on every system.
pub fn stays_inside(path: &str) -> bool {
    !path.is_empty()
        && path.split('/').all(|part| {
            !matches!(part, "" | "." | "..")
                && !part.contains(['\\', ':', '\0'])
                && !part.chars().any(char::is_control)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_relative_paths_stay_inside() {
        for path in [
            "a.xlsx",
            "退回/建设局2024年6月报送表（退回修改）.xlsx",
            "..a/b..c",
        ] {
            assert!(stays_inside(path), "{path}");
        }
        for path in [
            "",
            "/etc/passwd",
            "../a",
            "a/../b",
            "a//b",
            "C:/a",
            "a\\b",
            "a/.",
            "a\nb",
        ] {
            assert!(!stays_inside(path), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn new_files_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let scratch = scratch("modes");
        let folder = scratch.join("a");
        Real.make_folders(&folder).unwrap();
        Real.write(&folder.join("b"), b"x").unwrap();
        assert_eq!((mode(&folder), mode(&folder.join("b"))), (0o700, 0o600));
        Real.protect(&folder).unwrap();
        assert_eq!((mode(&folder), mode(&folder.join("b"))), (0o500, 0o400));
        Real.remove_tree(&folder).unwrap();
        assert!(!folder.exists());
    }
}
