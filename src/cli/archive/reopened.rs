//! reopened.csv: every seal that was opened again. Lines are only ever added; each holds a hash of itself and of all before
//! it, so that a changed or removed line shows.

use std::fs;
use std::io;
use std::path::Path;

use crate::cli::disk::Disk;
use crate::cli::error::{Doing, Error};
use crate::intake::arrival::sha256;

pub const FILE: &str = "reopened.csv";

const HEAD: [&str; 7] = [
    "period", "number", "seal", "reopened", "by", "reason", "check",
];
const BOM: &str = "\u{feff}";

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopening {
    pub period: String,
    pub number: u32,
    /// Hash of its seal.json.
    pub seal: String,
    /// When, in Beijing time.
    pub reopened: String,
    /// The system user.
    pub by: String,
    pub reason: String,
}

impl Reopening {
    fn fields(&self) -> [String; 6] {
        [
            &self.period,
            &self.number.to_string(),
            &self.seal,
            &self.reopened,
            &self.by,
            &self.reason,
        ]
        .map(String::clone)
    }
}

/// The file's lines, and whether it is as this program wrote it.
#[derive(Debug, Clone, Default)]
pub struct Log {
    pub lines: Vec<Reopening>,
    pub intact: bool,
    bytes: Vec<u8>,
}

impl Log {
    pub fn read(root: &Path) -> Result<Self, Error> {
        let path = root.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => Ok(Self::parse(bytes)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Self {
                intact: true,
                ..Self::default()
            }),
            Err(e) => Err(Error::io("无法读取重开记录", &path, e)),
        }
    }

    fn parse(bytes: Vec<u8>) -> Self {
        let text = String::from_utf8_lossy(&bytes);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(true)
            .flexible(true)
            .from_reader(text.trim_start_matches(BOM).as_bytes());
        let field =
            |record: &csv::StringRecord, n: usize| record.get(n).unwrap_or_default().to_owned();
        let line = |record: csv::StringRecord| Reopening {
            period: field(&record, 0),
            number: field(&record, 1).parse().unwrap_or_default(),
            seal: field(&record, 2),
            reopened: field(&record, 3),
            by: field(&record, 4),
            reason: field(&record, 5),
        };
        let lines: Vec<Reopening> = reader.records().filter_map(Result::ok).map(line).collect();
        let intact = render(&lines).is_some_and(|rendered| rendered == bytes);
        Self {
            lines,
            intact,
            bytes,
        }
    }

    pub fn append(&mut self, line: Reopening) {
        self.lines.push(line);
    }

    /// Writes the file beside its place and moves it in. Lines that someone has changed stay as they are: the new one is
    /// written behind them.
    pub fn write(&mut self, disk: &dyn Disk, root: &Path) -> Result<(), Error> {
        let path = root.join(FILE);
        let Some(rendered) = render(&self.lines) else {
            return Err(Error::said("无法写出重开记录"));
        };
        let bytes = if self.intact {
            rendered
        } else {
            self.with_last_line(&rendered)
        };
        let folder = root.join(format!(".{FILE}.new"));
        let written = (|| {
            disk.remove_tree(&folder)?;
            disk.make_folders(&folder)?;
            let fresh = folder.join(FILE);
            disk.write(&fresh, &bytes)?;
            disk.rename(&fresh, &path)?;
            disk.flush_folder(root)
        })();
        // An empty folder left behind does not count; the next command removes it.
        let _ = disk.remove_tree(&folder);
        written.doing("无法写入重开记录", &path)
    }

    fn with_last_line(&self, rendered: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(rendered);
        let last = text.trim_end().rsplit("\r\n").next().unwrap_or_default();
        let mut bytes = self.bytes.clone();
        if !bytes.ends_with(b"\n") {
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(last.as_bytes());
        bytes.extend_from_slice(b"\r\n");
        bytes
    }
}

fn render(lines: &[Reopening]) -> Option<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BOM.as_bytes().to_vec());
    writer.write_record(HEAD).ok()?;
    let mut check = String::new();
    for line in lines {
        let fields = line.fields();
        check = sha256(format!("{check}\u{1f}{}", fields.join("\u{1f}")).as_bytes());
        writer.write_record(fields.iter().chain([&check])).ok()?;
    }
    writer.into_inner().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::disk::{Real, scratch};

    fn line(reason: &str) -> Reopening {
        Reopening {
            period: "2024-05".into(),
            number: 1,
            seal: "ab".into(),
            reopened: "2024-06-20T09:00:00".into(),
            by: "dcs".into(),
            reason: reason.into(),
        }
    }

    fn two_lines(root: &Path) -> Vec<u8> {
        for reason in ["漏报一项", "核减，\n\"重复\"统计"] {
            let mut log = Log::read(root).unwrap();
            log.append(line(reason));
            log.write(&Real, root).unwrap();
        }
        fs::read(root.join(FILE)).unwrap()
    }

    #[test]
    fn lines_are_added_and_read_back() {
        let root = scratch("reopened");
        two_lines(&root);
        let log = Log::read(&root).unwrap();
        assert!(log.intact);
        assert_eq!(log.lines, [line("漏报一项"), line("核减，\n\"重复\"统计")]);
        assert_eq!(fs::read_dir(&root).unwrap().count(), 1);
    }

    #[test]
    fn any_changed_byte_shows() {
        let root = scratch("reopened-flip");
        let bytes = two_lines(&root);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(!Log::parse(changed).intact, "byte {at}");
        }
    }

    #[test]
    fn a_line_goes_behind_changed_ones_and_leaves_them() {
        let root = scratch("reopened-changed");
        let text = String::from_utf8(two_lines(&root))
            .unwrap()
            .replace("漏报", "误报");
        fs::write(root.join(FILE), &text).unwrap();
        let mut log = Log::read(&root).unwrap();
        log.append(line("第三次"));
        log.write(&Real, &root).unwrap();
        let now = fs::read_to_string(root.join(FILE)).unwrap();
        assert!(now.starts_with(&text) && now.contains("第三次"));
        assert!(!Log::read(&root).unwrap().intact);
    }
}
