//! `received.csv`, the office's register of when each file came: read, and lines added at its end in its own encoding, never
//! rewriting what the office wrote.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use encoding_rs::{GB18030, GBK};
use jiff::civil::Date;

use crate::check::Register;
use crate::cli::disk::open_regular;
use crate::cli::error::{Doing, Result};
use crate::cli::terminal::Terminal;
use crate::intake::dates;
use crate::plan::Period;

use super::{Inbox, leads_nowhere};

/// Its name in a month's folder; it is no submission.
pub const REGISTER: &str = "received.csv";

/// Marks a line that corrects the day of an earlier one.
const CORRECTED: &str = "更正";

/// A new register is opened by Excel as well, which takes UTF-8 without this mark for GBK.
const NEW: &str = "\u{feff}file,received\n";

/// A line takes a hundred bytes or so.
const MOST_BYTES: u64 = 64 << 20;

/// The file's bytes; none where there is no file.
fn content(path: &Path) -> Result<Vec<u8>> {
    const DOING: &str = "无法读取收件登记";
    let no_register = |what| {
        let path = path.display();
        said!("收件登记“{path}”{what}，请核对它是不是收件登记，移走后重试")
    };
    let file = match open_regular(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound && !leads_nowhere(path) => {
            return Ok(Vec::new());
        }
        opened => opened.doing(DOING, path)?,
    };
    let (file, _) = file.ok_or_else(|| no_register("不是普通文件"))?;
    let mut bytes = Vec::new();
    let mut limited = file.take(MOST_BYTES + 1);
    limited.read_to_end(&mut bytes).doing(DOING, path)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(no_register("超过64 MiB"));
    }
    Ok(bytes)
}

/// Bytes before a last line that was written in part only: it has no end, and its day is no day but the beginning of one.
fn torn_at(bytes: &[u8]) -> Option<usize> {
    let at = bytes.iter().rposition(|&b| b == b'\n')? + 1;
    let last = &bytes[at..];
    let day = last
        .rsplit(|&b| b == b',')
        .next()
        .filter(|day| day.len() < last.len());
    let begun = |day: &[u8]| {
        day.len() < "2024-07-04".len()
            && day.iter().enumerate().all(|(n, b)| match n {
                4 | 7 => *b == b'-',
                _ => b.is_ascii_digit(),
            })
    };
    (!last.is_empty() && day.is_none_or(begun)).then_some(at)
}

fn warn_of_torn(path: &Path, what: &str) {
    Terminal::warn(&format!(
        "收件登记“{}”的最后一行没有写完（可能因磁盘已满或断电），{what}；请核对该文件的收到日期",
        path.display()
    ));
}

/// Reads a month's register (file, received, 更正 where a line corrects earlier ones) in UTF-8 or GBK; an absent one is empty. A last line that was written in part is
/// left out, and a warning says so.
pub fn register(inbox: &Inbox, period: Period) -> Result<Register> {
    let path = inbox.folder(period)?.join(REGISTER);
    let mut bytes = content(&path)?;
    if let Some(at) = torn_at(&bytes) {
        warn_of_torn(&path, "没有采用");
        bytes.truncate(at);
    }
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').into(),
        Err(_) => GBK.decode(&bytes).0,
    };
    let mut lines = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    for (ix, record) in reader.records().enumerate() {
        let wrong = |what: &str| {
            said!(
                "收件登记“{}”第{}行{what}。每行写文件名和收到日期，例如：建设局6月报送表.xlsx,2024-07-04",
                path.display(),
                ix + 1
            )
        };
        let record = record.map_err(|_| wrong("不是有效的 CSV"))?;
        let [file, received] = [0, 1].map(|n| record.get(n).unwrap_or_default().trim());
        if ix == 0 && file == "file" || file.is_empty() && received.is_empty() {
            continue;
        }
        let date =
            dates::parse(received, period.year(), false).ok_or_else(|| wrong("的日期读不出来"))?;
        let file = file.replace('\\', "/");
        // A correction outranks the lines before it, which stay for the record.
        if record.get(2).is_some_and(|mark| mark.trim() == CORRECTED) {
            lines.retain(|(other, _)| *other != file);
        }
        lines.push((file, date));
    }
    Ok(Register::new(lines))
}

/// A month's register, open for adding.
pub struct RegisterFile {
    path: PathBuf,
    file: File,
    is_gbk: bool,
    line_end: &'static str,
}

impl RegisterFile {
    /// Opens a month's register, or begins one.
    pub fn open(folder: &Path) -> Result<Self> {
        const DOING: &str = "无法写入收件登记";
        let path = folder.join(REGISTER);
        let mut known = content(&path)?;
        let mut options = OpenOptions::new();
        let file = options.create(true).append(true).open(&path);
        let file = file.doing(DOING, &path)?;
        if let Some(at) = torn_at(&known) {
            warn_of_torn(&path, "已删去");
            file.set_len(at as u64).doing(DOING, &path)?;
            known.truncate(at);
        }
        let line_end = if known.windows(2).any(|w| w == b"\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let mut register = Self {
            file,
            path,
            is_gbk: std::str::from_utf8(&known).is_err(),
            line_end,
        };
        let begin = match known.last() {
            None => NEW,
            Some(b'\n') => return Ok(register),
            Some(_) => line_end,
        };
        register.write(begin).doing(DOING, &register.path)?;
        Ok(register)
    }

    /// Records when a file came; on disk when this returns.
    pub fn add(&mut self, file: &str, received: Date) -> Result {
        self.line(&[file, &received.to_string()])
    }

    /// Records that a file came on another day than the register says; the former line stays.
    pub fn correct(&mut self, file: &str, received: Date) -> Result {
        self.line(&[file, &received.to_string(), CORRECTED])
    }

    fn line(&mut self, fields: &[&str]) -> Result {
        line(fields, self.line_end)
            .and_then(|line| self.write(&line))
            .doing("无法写入收件登记", &self.path)
    }

    /// Appends the whole text or none of it.
    fn write(&mut self, text: &str) -> io::Result<()> {
        let bytes = if self.is_gbk {
            // GB18030 is GBK with a place for every character; who reads the file takes them for one.
            GB18030.encode(text).0
        } else {
            text.as_bytes().into()
        };
        let before = self.file.metadata()?.len();
        let written = self
            .file
            .write_all(&bytes)
            .and_then(|()| self.file.sync_all());
        if written.is_err() {
            // Where this fails too, the next command finds the line torn.
            let _ = self.file.set_len(before);
        }
        written
    }
}

fn line(fields: &[&str], line_end: &str) -> io::Result<String> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(fields)?;
    let bytes = writer
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    let text = String::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(format!("{}{line_end}", text.trim_end_matches(['\r', '\n'])))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_torn_line_is_told_from_one_that_a_person_wrote() {
        for (last, torn) in [
            ("甲.xlsx", true),
            ("甲.xlsx,", true),
            ("甲.xlsx,2024-0", true),
            ("甲.xlsx,2024-07-04", false),
            ("甲.xlsx,7月4日", false),
            ("甲.xlsx,2024-07-04\n", false),
        ] {
            let known = format!("file,received\n{last}");
            assert_eq!(torn_at(known.as_bytes()).is_some(), torn, "{last}");
        }
    }

    #[test]
    fn a_name_with_commas_and_quotes_is_one_field() {
        assert_eq!(
            line(
                &["甲,乙“丙”\"丁\".xlsx", &date(2024, 7, 4).to_string()],
                "\n"
            )
            .unwrap(),
            "\"甲,乙“丙”\"\"丁\"\".xlsx\",2024-07-04\n"
        );
    }
}
