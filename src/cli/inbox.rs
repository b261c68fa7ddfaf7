//! The inbox on disk: its months, a month's files, and the register of when they came.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::check::Register;
use crate::check::file::{CheckedFile, Checker};
use crate::intake::arrival::{Reader, hex, sha256};
use crate::intake::budget::too_large;
use crate::intake::{Arrival, FileFault, archive, dates, sniff};
use crate::plan::{Limits, Period};

use super::error::{Error, reason};
use super::terminal::Terminal;

/// The office's own register in a month's folder; not a submission.
pub const REGISTER: &str = "received.csv";

/// A file beyond this is not even hashed: it is named, and that takes no time.
const HASHED_BYTES: u64 = 1 << 30;

/// Months that have a folder, ascending.
pub fn periods(inbox: &Path) -> Result<BTreeSet<Period>, Error> {
    let entries = match fs::read_dir(inbox) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::said(format!(
                "收件箱“{}”不存在。请建立该文件夹，把各单位文件放入其中的月份文件夹（如 2024-06），或用 --inbox 指明位置",
                inbox.display()
            )));
        }
        Err(e) => return Err(Error::io("无法读取收件箱", inbox, e)),
    };
    let mut found = BTreeSet::new();
    for entry in entries {
        let entry = entry.map_err(|e| Error::io("无法读取收件箱", inbox, e))?;
        if let Some(period) = entry.file_name().to_str().and_then(|n| n.parse().ok())
            && entry.path().is_dir()
        {
            found.insert(period);
        }
    }
    Ok(found)
}

/// Files that a thread takes at one time.
const TAKEN_AT_ONCE: usize = 8;

/// Reads a month's files and checks each by itself, in path order: a workbook's rows are let go of as soon as it is checked.
pub fn read_and_check(
    inbox: &Path,
    reader: &Reader,
    checker: &Checker,
    terminal: &Terminal,
) -> Result<Vec<CheckedFile>, Error> {
    let folder = inbox.join(reader.period.to_string());
    let files = files(&folder)?;
    let bar = terminal.progress(files.len(), &format!("读取{}", reader.period.chinese()));
    let checked: Vec<Vec<CheckedFile>> = terminal.shared(|shares| {
        files
            .par_iter()
            // Left to itself a thread may keep hundreds at the end that no other can take.
            .with_max_len(TAKEN_AT_ONCE)
            .map(|(relative, path)| {
                let arrivals = shares.reading(|| read_file(reader, relative, path, &folder));
                let checked = shares.checking(|| {
                    arrivals
                        .into_iter()
                        .map(|arrival| checker.check(arrival))
                        .collect()
                });
                bar.inc(1);
                checked
            })
            .collect()
    });
    bar.finish_and_clear();
    Ok(checked.into_iter().flatten().collect())
}

/// Every file below a month's folder in path order; a month without a folder has none.
pub fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let mut files = Vec::new();
    if folder.exists() {
        walk(folder, folder, &mut files)?;
    }
    files.sort();
    Ok(files)
}

/// Every file below a month's folder: (path relative to it with `/`, path). Clutter is left out silently.
fn walk(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(|e| Error::io("无法读取文件夹", folder, e))?;
    for entry in entries {
        let entry = entry.map_err(|e| Error::io("无法读取文件夹", folder, e))?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry
            .file_type()
            .map_err(|e| Error::io("无法读取", &path, e))?;
        if kind.is_dir() {
            walk(root, &path, files)?;
            continue;
        }
        if sniff::is_clutter(&name) || folder == root && name == REGISTER {
            continue;
        }
        let relative: Vec<String> = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .components()
            .map(|c| c.as_os_str().to_string_lossy().into_owned())
            .collect();
        files.push((relative.join("/"), path));
    }
    Ok(())
}

/// One file; whatever is wrong with it is that file's finding.
fn read_file(reader: &Reader, relative: &str, path: &Path, root: &Path) -> Vec<Arrival> {
    let unreadable = |what: String| {
        vec![reader.refused(relative, 0, String::new(), FileFault::Unreadable { what })]
    };
    // A link may lead anywhere on the machine: only what lies in the month's folder is a submission.
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_symlink() => {
            let inside = path
                .canonicalize()
                .ok()
                .zip(root.canonicalize().ok())
                .is_some_and(|(p, r)| p.starts_with(r));
            if inside {
                read_one(reader, relative, path)
            } else {
                unreadable("指向收件箱之外的链接，未打开".to_owned())
            }
        }
        meta => read_known(reader, relative, path, meta),
    }
}

/// A file by whatever path leads to it. `relative`: what it is called in findings.
pub fn read_one(reader: &Reader, relative: &str, path: &Path) -> Vec<Arrival> {
    read_known(reader, relative, path, fs::metadata(path))
}

/// `meta`: of what the path leads to, asked before it is opened: opening a pipe waits for whoever writes to it.
fn read_known(
    reader: &Reader,
    relative: &str,
    path: &Path,
    meta: io::Result<fs::Metadata>,
) -> Vec<Arrival> {
    let unreadable = |what: String| {
        vec![reader.refused(relative, 0, String::new(), FileFault::Unreadable { what })]
    };
    let size = match meta {
        Ok(meta) if meta.is_file() => meta.len(),
        Ok(_) => return unreadable("不是普通文件".to_owned()),
        Err(e) => return unreadable(format!("无法打开（{}）", reason(&e))),
    };
    let mut file = match fs::File::open(path) {
        Ok(file) => file,
        Err(e) => return unreadable(format!("无法打开（{}）", reason(&e))),
    };
    if size > reader.limits.file_bytes {
        if size > HASHED_BYTES {
            return vec![reader.refused(relative, size, String::new(), too_large(reader.limits))];
        }
        // Named and hashed, never held in memory.
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 20];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => hash.update(&buffer[..n]),
                Err(e) => return unreadable(format!("读取中断（{}）", reason(&e))),
            }
        }
        return vec![reader.refused(
            relative,
            size,
            hex(&hash.finalize()),
            too_large(reader.limits),
        )];
    }
    let mut bytes = BYTES.take();
    bytes.clear();
    bytes.reserve(usize::try_from(size).unwrap_or(0).saturating_add(1));
    // It may have grown since; one byte over the limit is enough to know.
    let arrivals = match file
        .take(reader.limits.file_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
    {
        Ok(_) => read_bytes(reader, relative, &bytes),
        Err(e) => unreadable(format!("读取中断（{}）", reason(&e))),
    };
    if bytes.capacity() <= KEPT_BYTES {
        BYTES.set(bytes);
    }
    arrivals
}

thread_local! {
    /// Room for a file's bytes, one block a thread: workbooks are much of one size.
    static BYTES: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A larger block is not kept for the next file.
const KEPT_BYTES: usize = 1 << 20;

/// A file's bytes. A panic in reading is a mistake of ours, and yet it must cost no other file's result.
pub fn read_bytes(reader: &Reader, relative: &str, bytes: &[u8]) -> Vec<Arrival> {
    QUIET.with(|quiet| quiet.set(true));
    let arrivals = catch_unwind(AssertUnwindSafe(|| reader.read(relative, bytes)));
    QUIET.with(|quiet| quiet.set(false));
    arrivals.unwrap_or_else(|_| {
        let fault = FileFault::unreadable("读取时程序出错，请把该文件交给技术人员");
        vec![reader.refused(relative, bytes.len() as u64, sha256(bytes), fault)]
    })
}

thread_local! {
    /// Whether a panic on this thread is caught and told as a file's finding.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Keeps the backtraces of caught panics from the terminal; every other panic is shown as before.
pub fn hush_caught_panics() {
    let shown = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !QUIET.with(Cell::get) {
            shown(info);
        }
    }));
}

/// The bytes of a file that [`read`] has told of, a zip's member included; `None` where it cannot be read any more.
pub fn read_again(folder: &Path, relative: &str, hash: &str, limits: &Limits) -> Option<Vec<u8>> {
    let whole = |path: &Path| {
        let file = fs::File::open(path).ok()?;
        let mut bytes = Vec::new();
        file.take(limits.file_bytes.saturating_add(1))
            .read_to_end(&mut bytes)
            .ok()?;
        Some(bytes)
    };
    let path = folder.join(relative);
    if path.is_file() {
        return whole(&path);
    }
    let (archive_path, member) = relative
        .match_indices('/')
        .map(|(at, _)| (&relative[..at], &relative[at + 1..]))
        .find(|(outer, _)| folder.join(outer).is_file())?;
    let zip = whole(&folder.join(archive_path))?;
    let mut archive = archive::Archive::open(&zip, limits).ok()?;
    let wanted: Vec<usize> = archive
        .members
        .iter()
        .filter(|(name, _)| name == member)
        .map(|(_, entry)| *entry)
        .collect();
    let mut same: Vec<Vec<u8>> = Vec::new();
    for entry in wanted {
        same.extend(archive.read(entry).ok()?.ok());
    }
    // A zip may hold two members of one name.
    let ix = same
        .iter()
        .position(|bytes| sha256(bytes) == hash)
        .unwrap_or(0);
    (ix < same.len()).then(|| same.swap_remove(ix))
}

/// Reads `received.csv` (file, received) in UTF-8 or GBK; an absent one is empty.
pub fn register(inbox: &Path, period: Period) -> Result<Register, Error> {
    let path = inbox.join(period.to_string()).join(REGISTER);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Register::default()),
        Err(e) => return Err(Error::io("无法读取收件登记", &path, e)),
    };
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => encoding_rs::GBK.decode(&bytes).0.into_owned(),
    };
    let mut lines = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    for (ix, record) in reader.records().enumerate() {
        let wrong = |what: &str| {
            Error::said(format!(
                "收件登记“{}”第{}行{what}。每行写文件名和收到日期，例如：建设局6月报送表.xlsx,2024-07-04",
                path.display(),
                ix + 1
            ))
        };
        let record = record.map_err(|_| wrong("不是有效的 CSV"))?;
        let file = record.get(0).unwrap_or_default().trim();
        let received = record.get(1).unwrap_or_default().trim();
        if ix == 0 && file == "file" || file.is_empty() && received.is_empty() {
            continue;
        }
        let date: Date =
            dates::parse(received, period.year(), false).ok_or_else(|| wrong("的日期读不出来"))?;
        lines.push((file.replace('\\', "/"), date));
    }
    Ok(Register::new(lines))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::layout::Names;
    use crate::plan::Limits;

    const XLS: &[u8] = include_bytes!("../../tests/fixtures/legacy/sample.xls");

    /// A folder of its own, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path =
                std::env::temp_dir().join(format!("duban-inbox-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn fault(folder: &Folder, name: &str) -> FileFault {
        let plan = crate::check::load_plan("plan.toml", include_str!("../../seeds/2024/plan.toml"))
            .unwrap();
        let (names, limits) = (Names::new(&plan), Limits::default());
        let period = Period::new(2024, 6).unwrap();
        let reader = Reader {
            plan: &plan,
            names: &names,
            period,
            limits: &limits,
            legacy: &|_, _, _| panic!("a reader's mistake"),
        };
        let mut arrivals = read_file(&reader, name, &folder.0.join(name), &folder.0);
        assert_eq!(arrivals.len(), 1);
        arrivals.remove(0).content.unwrap_err()
    }

    #[test]
    fn a_panic_in_reading_is_the_files_own_finding() {
        let folder = Folder::new("panic");
        fs::write(folder.0.join("a.xls"), XLS).unwrap();
        assert!(
            matches!(fault(&folder, "a.xls"), FileFault::Unreadable { what } if what.contains("程序出错"))
        );
    }

    #[cfg(unix)]
    #[test]
    fn only_files_of_the_folder_are_opened() {
        let folder = Folder::new("odd");
        let outside = Folder::new("outside");
        fs::write(outside.0.join("a.xls"), XLS).unwrap();
        std::os::unix::fs::symlink(outside.0.join("a.xls"), folder.0.join("link.xls")).unwrap();
        assert!(
            matches!(fault(&folder, "link.xls"), FileFault::Unreadable { what } if what.contains("收件箱之外"))
        );
        // Opening a pipe that nobody writes to would wait for ever.
        rustix::fs::mknodat(
            rustix::fs::CWD,
            folder.0.join("pipe.xls"),
            rustix::fs::FileType::Fifo,
            0o600.into(),
            0,
        )
        .unwrap();
        assert!(
            matches!(fault(&folder, "pipe.xls"), FileFault::Unreadable { what } if what.contains("普通文件"))
        );
        // Named at once, and neither read nor hashed.
        fs::File::create(folder.0.join("huge.xlsx"))
            .unwrap()
            .set_len(1 << 40)
            .unwrap();
        assert!(matches!(
            fault(&folder, "huge.xlsx"),
            FileFault::OverLimit { .. }
        ));
    }
}
