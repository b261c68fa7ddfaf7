//! Adding lines to `received.csv`: at its end, in its own encoding, never rewriting what the office wrote.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use encoding_rs::GB18030;
use jiff::civil::Date;

use super::error::Error;
use super::inbox::REGISTER;

/// A new register is opened by Excel as well, which takes UTF-8 without this mark for GBK.
const NEW: &str = "\u{feff}file,received\n";

/// A month's register, open for adding.
pub struct RegisterFile {
    path: PathBuf,
    file: File,
    is_gbk: bool,
    line_end: &'static str,
}

impl RegisterFile {
    /// Opens a month's register, or begins one.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(REGISTER);
        let known = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(e) => return Err(Error::io("无法读取收件登记", &path, e)),
        };
        let said = |e| {
            Error::io(
                "无法写入收件登记（文件可能正被 Excel 或 WPS 打开，请关闭后重试）",
                &path,
                e,
            )
        };
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(said)?;
        let line_end = if known.windows(2).any(|w| w == b"\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let is_gbk = std::str::from_utf8(&known).is_err();
        let mut register = Self {
            path: path.clone(),
            file,
            is_gbk,
            line_end,
        };
        if known.is_empty() {
            register.write(NEW).map_err(said)?;
        } else if known.last() != Some(&b'\n') {
            register.write(line_end).map_err(said)?;
        }
        Ok(register)
    }

    /// Records when a file came; on disk when this returns.
    pub fn add(&mut self, file: &str, received: Date) -> Result<(), Error> {
        let line = line(file, received, self.line_end)
            .map_err(|e| Error::io("无法写入收件登记", &self.path, e))?;
        self.write(&line)
            .map_err(|e| Error::io("无法写入收件登记", &self.path, e))
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        if self.is_gbk {
            // GB18030 is GBK with a place for every character; who reads the file takes them for one.
            self.file.write_all(&GB18030.encode(text).0)?;
        } else {
            self.file.write_all(text.as_bytes())?;
        }
        self.file.sync_all()
    }
}

fn line(file: &str, received: Date, line_end: &str) -> io::Result<String> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record([file, &received.to_string()])?;
    let bytes = writer
        .into_inner()
        .map_err(|e| io::Error::other(e.to_string()))?;
    let text = String::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(format!("{}{line_end}", text.trim_end_matches(['\r', '\n'])))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_name_with_commas_and_quotes_is_one_field() {
        assert_eq!(
            line("甲,乙“丙”\"丁\".xlsx", date(2024, 7, 4), "\n").unwrap(),
            "\"甲,乙“丙”\"\"丁\"\".xlsx\",2024-07-04\n"
        );
    }
}
