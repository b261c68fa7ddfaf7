//! Reading the files of a month. What is wrong with a file is that file's own finding; a file that the system cannot
//! read stops the command, since that is no fault of the department.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::check::{CheckedFile, FileChecker};
use crate::cli::{
    child,
    disk::{NO_FILE, copy_hashed, open_regular},
    error::{Doing, Result},
    machine, signals,
    terminal::Terminal,
};
use crate::intake::arrival::{Reader, sha256};
use crate::intake::layout::Names;
use crate::intake::reading::budget::too_large;
use crate::intake::{Arrival, FileFault};
use crate::plan::{Limits, Period, Plan};
use crate::report::self_check::READER_FAILED;

use super::MonthFolder;

/// A larger file is named without a hash, which takes no time.
const HASHED_BYTES: u64 = 1 << 30;

/// Files that a thread takes at one time. Left to itself a thread may keep hundreds at the end that no other can take.
const TAKEN_AT_ONCE: usize = 8;

/// What a month's files are read with: old formats in a child process.
pub fn reader<'a>(plan: &'a Plan, names: &'a Names, period: Period) -> Reader<'a> {
    Reader {
        plan,
        names,
        period,
        limits: &plan.limits,
        xlsb: &child::read_in_child,
    }
}

impl MonthFolder {
    /// Reads the files and checks each by itself, in the order of their names: a workbook's rows are dropped as soon as it is
    /// checked.
    pub fn read_and_check(
        &self,
        reader: &Reader,
        checker: &FileChecker,
        terminal: &Terminal,
    ) -> Result<Vec<CheckedFile>> {
        let bar = terminal.progress(self.files.len(), format!("读取{}", reader.period.chinese()));
        let checked: Vec<io::Result<Vec<CheckedFile>>> = terminal.timings.shared(|shares| {
            let of_file = |(name, path): &(String, PathBuf)| {
                if signals::check().is_err() {
                    return Err(io::ErrorKind::Interrupted.into());
                }
                let arrivals = shares.reading(|| read_file(reader, name, path));
                bar.inc(1);
                let arrivals = arrivals?;
                Ok(shares.checking(|| check_all(checker, arrivals)))
            };
            let files = self.files.par_iter().with_max_len(TAKEN_AT_ONCE);
            files.map(of_file).collect()
        });
        bar.finish_and_clear();
        let mut all = Vec::with_capacity(checked.len());
        for (result, (name, path)) in checked.into_iter().zip(&self.files) {
            signals::check()?;
            // The system may have run out of something for many at a time: once more, alone.
            let result = result.or_else(|_| Ok(check_all(checker, read_file(reader, name, path)?)));
            all.extend(result.doing("无法读取收件箱中的文件", path)?);
        }
        Ok(all)
    }
}

fn check_all(checker: &FileChecker, arrivals: Vec<Arrival>) -> Vec<CheckedFile> {
    arrivals
        .into_iter()
        .map(|arrival| checker.check(arrival))
        .collect()
}

/// Reads a file of a month's folder. A link to a file is read as that file; one that leads nowhere or in a circle is the
/// finding of whoever put it there.
///
/// When the system cannot open or read it: that is no fault of the department.
fn read_file(reader: &Reader, name: &str, path: &Path) -> io::Result<Vec<Arrival>> {
    match read_one(reader, name, path) {
        Err(_) if leads_nowhere(path) => Ok(unreadable(reader, name, DANGLING)),
        read => read,
    }
}

/// What is said of a link that [`leads_nowhere`].
pub const DANGLING: &str = "链接指向的文件不存在，或几个链接互相指向";

/// Whether it is a link to nothing. One whose target may not be looked at is the machine's fault.
pub fn leads_nowhere(path: &Path) -> bool {
    let denied = io::ErrorKind::PermissionDenied;
    fs::metadata(path).is_err_and(|e| e.kind() != denied)
        && fs::symlink_metadata(path).is_ok_and(|link| link.is_symlink())
}

/// Reads a file by whatever path leads to it. `name`: what it is called in findings.
pub fn read_one(reader: &Reader, name: &str, path: &Path) -> io::Result<Vec<Arrival>> {
    let Some((mut file, size)) = open_regular(path)? else {
        return Ok(unreadable(reader, name, NO_FILE));
    };
    if size > reader.limits.file_bytes {
        // Named and hashed, never held in memory.
        let hash = if size > HASHED_BYTES {
            String::new()
        } else {
            copy_hashed(&mut file, &mut io::sink())?
        };
        return Ok(vec![reader.refused(
            name,
            size,
            hash,
            too_large(reader.limits),
        )]);
    }
    let mut bytes = BYTES.take();
    bytes.clear();
    bytes.reserve(usize::try_from(size).unwrap_or(0).saturating_add(1));
    limited(file, reader.limits).read_to_end(&mut bytes)?;
    let arrivals = read_bytes(reader, name, &bytes)?;
    if bytes.capacity() <= KEPT_BYTES {
        BYTES.set(bytes);
    }
    Ok(arrivals)
}

fn unreadable(reader: &Reader, name: &str, what: &str) -> Vec<Arrival> {
    vec![reader.refused(name, 0, String::new(), FileFault::unreadable(what))]
}

/// A file may have grown since its size was asked; one byte over the limit is enough to know.
fn limited(file: File, limits: &Limits) -> io::Take<File> {
    file.take(limits.file_bytes.saturating_add(1))
}

/// All bytes of a file that is there.
pub fn whole(path: &Path, limits: &Limits) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let opened = open_regular(path).transpose()?;
    match opened.and_then(|(file, _)| limited(file, limits).read_to_end(&mut bytes)) {
        Ok(_) => Some(bytes),
        Err(e) => {
            if e.kind() != io::ErrorKind::NotFound {
                machine::note(e);
            }
            None
        }
    }
}

thread_local! {
    /// Room for a file's bytes, one block a thread: workbooks are much of one size.
    static BYTES: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A larger block is not kept for the next file.
const KEPT_BYTES: usize = 1 << 20;

/// Reads a file's bytes. A panic in a reader is a bug, and must cost no other file its result.
///
/// When the machine keeps it from being read.
pub fn read_bytes(reader: &Reader, name: &str, bytes: &[u8]) -> io::Result<Vec<Arrival>> {
    let read = || catch_unwind(AssertUnwindSafe(|| reader.read(name, bytes)));
    let arrivals = machine::unless_noted(machine::quietly(read))?;
    Ok(arrivals.unwrap_or_else(|_| {
        let fault = FileFault::unreadable(READER_FAILED);
        vec![reader.refused(name, bytes.len() as u64, sha256(bytes), fault)]
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::disk::scratch;

    fn fault(folder: &Path, name: &str) -> FileFault {
        let plan =
            crate::check::load_plan("plan.toml", include_str!("../../../seeds/2024/plan.toml"))
                .unwrap();
        let (names, limits) = (Names::new(&plan), Limits::default());
        let period = Period::new(2024, 6).unwrap();
        let reader = Reader {
            plan: &plan,
            names: &names,
            period,
            limits: &limits,
            xlsb: &|_, _| panic!("a reader's mistake"),
        };
        let mut arrivals = read_file(&reader, name, &folder.join(name)).unwrap();
        assert_eq!(arrivals.len(), 1);
        arrivals.remove(0).content.unwrap_err()
    }

    #[test]
    fn a_panic_in_reading_is_the_files_own_finding() {
        let folder = scratch("panic");
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        zip.start_file("xl/workbook.bin", zip::write::SimpleFileOptions::default())
            .unwrap();
        let xlsb = zip.finish().unwrap().into_inner();
        fs::write(folder.join("a.xlsb"), xlsb).unwrap();
        assert!(
            matches!(fault(&folder, "a.xlsb"), FileFault::Unreadable { what } if what.contains("程序出错"))
        );
    }

    #[test]
    fn a_huge_file_is_named_at_once_and_neither_read_nor_hashed() {
        let folder = scratch("huge");
        let huge = File::create(folder.join("huge.xlsx")).unwrap();
        huge.set_len(1 << 40).unwrap();
        let over = fault(&folder, "huge.xlsx");
        assert!(matches!(over, FileFault::OverLimit { .. }));
    }

    /// A file that the machine could not open was F001 of its department, with a notice to send it again.
    #[test]
    fn a_file_that_the_system_cannot_read_stops_the_command() {
        let folder = scratch("unopened");
        let path = folder.join("建设局.xlsx");
        let month = MonthFolder {
            skipped: Vec::new(),
            files: vec![("建设局.xlsx".to_owned(), path)],
        };
        let plan = crate::plan::testing::plan(1);
        let (names, register) = (Names::new(&plan), crate::check::Register::default());
        let period = Period::new(2024, 6).unwrap();
        let input = crate::check::MonthInput {
            plan: &plan,
            moment: crate::plan::Moment::month_end(period),
            register: &register,
            history: &crate::check::History::default(),
            chases: true,
            keep: crate::check::Keep::All,
            read_again: None,
        };
        let terminal = Terminal::new(crate::cli::terminal::Color::Auto, true, false);
        let read =
            month.read_and_check(&reader(&plan, &names, period), &input.checker(), &terminal);
        let said = read.expect_err("an error").to_string();
        assert!(
            said.contains("无法读取收件箱中的文件") && said.contains("建设局.xlsx"),
            "{said}"
        );
    }
}
