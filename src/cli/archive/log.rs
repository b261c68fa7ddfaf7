//! The archive's two lists: reopened.csv, every seal that was opened again, and chain.csv, every seal and every reopening. Lines
//! are only ever added; each holds a hash of itself and of all before it, so that a changed or removed line shows.

use std::fs;
use std::io;
use std::path::Path;

use crate::cli::disk::Disk;
use crate::cli::error::{Doing, Error, Result};
use crate::intake::arrival::sha256;

use super::Seal;

const BOM: &str = "\u{feff}";

/// One of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    Reopened,
    Chain,
}

impl List {
    pub const fn file(self) -> &'static str {
        match self {
            Self::Reopened => "reopened.csv",
            Self::Chain => "chain.csv",
        }
    }

    fn head(self) -> &'static [&'static str] {
        match self {
            Self::Reopened => &[
                "period", "number", "seal", "reopened", "by", "reason", "check",
            ],
            Self::Chain => &[
                "event", "period", "number", "seal", "at", "by", "reason", "check",
            ],
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    Sealed,
    Reopened,
}

impl Event {
    fn name(self) -> &'static str {
        match self {
            Self::Sealed => "seal",
            Self::Reopened => "reopen",
        }
    }
}

/// One line: a month was sealed or opened again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub event: Event,
    pub period: String,
    pub number: u32,
    /// Hash of its seal.json.
    pub seal: String,
    /// When, in Beijing time.
    pub at: String,
    /// The system user.
    pub by: String,
    /// Why it was opened again.
    pub reason: String,
}

impl Entry {
    /// The line of a seal, made of its seal.json alone.
    pub fn of_seal(seal: &Seal) -> Self {
        Self {
            event: Event::Sealed,
            period: seal.manifest.period.clone(),
            number: seal.manifest.number,
            seal: seal.id.clone(),
            at: seal.manifest.sealed.clone(),
            by: seal.manifest.by.clone(),
            reason: String::new(),
        }
    }

    fn fields(&self, list: List) -> Vec<String> {
        let event = (list == List::Chain).then(|| self.event.name().to_owned());
        let number = self.number.to_string();
        let rest = [
            &self.period,
            &number,
            &self.seal,
            &self.at,
            &self.by,
            &self.reason,
        ];
        event.into_iter().chain(rest.map(String::clone)).collect()
    }

    fn read(list: List, record: &csv::StringRecord) -> Self {
        let own = usize::from(list == List::Chain);
        let field = |n: usize| record.get(n).unwrap_or_default().to_owned();
        let is_seal = own == 1 && field(0) == Event::Sealed.name();
        Self {
            event: if is_seal {
                Event::Sealed
            } else {
                Event::Reopened
            },
            period: field(own),
            number: field(own + 1).parse().unwrap_or_default(),
            seal: field(own + 2),
            at: field(own + 3),
            by: field(own + 4),
            reason: field(own + 5),
        }
    }
}

/// A list's lines, and whether it is as this program wrote it.
#[derive(Debug, Clone)]
pub struct Log {
    list: List,
    pub lines: Vec<Entry>,
    /// For each line the hash of it and all before.
    checks: Vec<String>,
    /// The first line that is not as it was written, from 1; the one behind the last where only the text between lines differs.
    pub changed: Option<usize>,
    bytes: Vec<u8>,
}

impl Log {
    pub fn read(root: &Path, list: List) -> Result<Self> {
        let path = root.join(list.file());
        match fs::read(&path) {
            Ok(bytes) => Ok(Self::parse(list, bytes)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Self::parse(list, Vec::new())),
            Err(e) => Err(Error::io("无法读取归档的登记", &path, e)),
        }
    }

    fn parse(list: List, bytes: Vec<u8>) -> Self {
        let text = String::from_utf8_lossy(&bytes);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(true)
            .flexible(true)
            .from_reader(text.trim_start_matches(BOM).as_bytes());
        let records: Vec<_> = reader.records().filter_map(Result::ok).collect();
        let lines: Vec<_> = records.iter().map(|r| Entry::read(list, r)).collect();
        let checks = checks(list, &lines);
        let is_written = |(record, check): (&csv::StringRecord, &String)| {
            record.get(list.head().len() - 1) == Some(check)
        };
        let written = records.iter().zip(&checks).take_while(|&l| is_written(l));
        let first = written.count() + 1;
        let is_whole = bytes.is_empty()
            || render(list, &lines, &checks).is_some_and(|rendered| rendered == bytes);
        Self {
            list,
            lines,
            checks,
            changed: (!is_whole).then_some(first),
            bytes,
        }
    }

    /// Whether there is such a file.
    pub fn is_there(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// The hash of the first `n` lines; of none it is empty.
    pub fn check(&self, n: usize) -> &str {
        n.checked_sub(1)
            .map_or("", |last| self.checks[last].as_str())
    }

    /// The hash of all lines.
    pub fn head(&self) -> &str {
        self.check(self.lines.len())
    }

    /// The number of the line, from 1, at which the list had this hash, or one that begins so.
    pub fn line_of(&self, head: &str) -> Option<usize> {
        let mut checks = self.checks.iter();
        checks.position(|c| c.starts_with(head)).map(|n| n + 1)
    }

    pub fn has(&self, event: Event, seal: &str) -> bool {
        let mut lines = self.lines.iter();
        lines.any(|line| line.event == event && line.seal == seal)
    }

    /// Adds lines: the file is written beside its place and moved in. Lines that someone has changed stay as they are: the new
    /// ones are written behind them.
    pub fn add(&mut self, disk: &dyn Disk, root: &Path, new: Vec<Entry>) -> Result {
        if new.is_empty() {
            return Ok(());
        }
        let (list, path) = (self.list, root.join(self.list.file()));
        let mut now = self.clone();
        now.lines.extend(new);
        now.checks = checks(list, &now.lines);
        let Some(rendered) = render(list, &now.lines, &now.checks) else {
            return Err(Error::said("无法写出归档的登记"));
        };
        now.bytes = if self.changed.is_none() {
            rendered
        } else {
            let old = render(list, &self.lines, &self.checks).unwrap_or_default();
            let is_ended = self.bytes.ends_with(b"\n");
            let end = if is_ended { "" } else { "\r\n" };
            [&self.bytes, end.as_bytes(), &rendered[old.len()..]].concat()
        };
        let folder = root.join(format!(".{}.new", list.file()));
        let written = (|| {
            disk.remove_tree(&folder)?;
            disk.make_folders(&folder)?;
            let fresh = folder.join(list.file());
            disk.write(&fresh, &now.bytes)?;
            disk.rename(&fresh, &path)?;
            disk.flush_folder(root)
        })();
        // An empty folder left behind does not count; the next command removes it.
        let _ = disk.remove_tree(&folder);
        written.doing("无法写入归档的登记", &path)?;
        *self = now;
        Ok(())
    }
}

fn checks(list: List, lines: &[Entry]) -> Vec<String> {
    let mut check = String::new();
    let mut next = |line: &Entry| {
        let fields = line.fields(list).join("\u{1f}");
        check = sha256(format!("{check}\u{1f}{fields}").as_bytes());
        check.clone()
    };
    lines.iter().map(&mut next).collect()
}

fn render(list: List, lines: &[Entry], checks: &[String]) -> Option<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BOM.as_bytes().to_vec());
    writer.write_record(list.head()).ok()?;
    for (line, check) in lines.iter().zip(checks) {
        let fields = line.fields(list);
        writer.write_record(fields.iter().chain([check])).ok()?;
    }
    writer.into_inner().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::disk::{Real, scratch};

    fn line(reason: &str) -> Entry {
        Entry {
            event: Event::Reopened,
            period: "2024-05".into(),
            number: 1,
            seal: "ab".into(),
            at: "2024-06-20T09:00:00".into(),
            by: "dcs".into(),
            reason: reason.into(),
        }
    }

    fn two_lines(root: &Path, list: List) -> Vec<u8> {
        for reason in ["漏报一项", "核减，\n\"重复\"统计"] {
            let mut log = Log::read(root, list).unwrap();
            log.add(&Real, root, vec![line(reason)]).unwrap();
        }
        fs::read(root.join(list.file())).unwrap()
    }

    #[test]
    fn lines_are_added_and_read_back() {
        for list in [List::Reopened, List::Chain] {
            let root = scratch("log");
            two_lines(&root, list);
            let log = Log::read(&root, list).unwrap();
            assert_eq!(log.changed, None);
            assert_eq!(log.lines, [line("漏报一项"), line("核减，\n\"重复\"统计")]);
            assert_eq!(log.line_of(log.head()), Some(2));
            assert_eq!(fs::read_dir(&root).unwrap().count(), 1);
        }
    }

    #[test]
    fn any_changed_byte_shows() {
        for list in [List::Reopened, List::Chain] {
            let root = scratch("log-flip");
            let bytes = two_lines(&root, list);
            for at in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[at] ^= 1;
                assert!(Log::parse(list, changed).changed.is_some(), "byte {at}");
            }
        }
    }

    #[test]
    fn a_line_goes_behind_changed_ones_and_leaves_them() {
        let root = scratch("log-changed");
        let list = List::Reopened;
        let text = String::from_utf8(two_lines(&root, list))
            .unwrap()
            .replace("漏报", "误报");
        fs::write(root.join(list.file()), &text).unwrap();
        let mut log = Log::read(&root, list).unwrap();
        log.add(&Real, &root, vec![line("第三次")]).unwrap();
        let now = fs::read_to_string(root.join(list.file())).unwrap();
        assert!(now.starts_with(&text) && now.contains("第三次"));
        assert_eq!(Log::read(&root, list).unwrap().changed, Some(1));
    }
}
