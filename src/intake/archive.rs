//! A plain .zip in the inbox, opened one level: its members are read as files of a folder.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::reading::budget::{over, too_large};
use super::workbook::{FileFault, Result};
use crate::Joined;
use crate::plan::Limits;

/// Files in one archive at most; more is no mail attachment.
const MEMBERS: usize = 1000;

/// An archive whose members are read one at a time, so that no more than one is held.
pub struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Path for display and entry, by path. Folders are left out.
    pub members: Vec<(String, usize)>,
    limits: Limits,
    total: u64,
}

impl<'a> Archive<'a> {
    /// Opens an archive and lists its files.
    ///
    /// F001 when it is damaged, F002 when it is encrypted, F004 when it holds too many files.
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        let mut zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|_| FileFault::unreadable("压缩包不完整（上传或复制可能中断）"))?;
        if zip.len() > MEMBERS {
            return Err(over(format!("压缩包内文件超过{MEMBERS}个")));
        }
        let mut members = Vec::new();
        for ix in 0..zip.len() {
            let file = entry(&mut zip, ix)?;
            // A folder has no content; what has some is a file, whatever its name.
            if file.is_dir() && file.size() == 0 {
                continue;
            }
            members.push((safe(&decode(file.name_raw())), ix));
        }
        members.sort();
        Ok(Self {
            zip,
            members,
            limits: *limits,
            total: 0,
        })
    }

    /// One member's bytes, or why it was not read.
    pub fn read(&mut self, ix: usize) -> Result<Result<Vec<u8>>> {
        let limits = self.limits;
        let mut file = entry(&mut self.zip, ix)?;
        let mut data = Vec::new();
        let read = file
            .by_ref()
            .take(limits.file_bytes + 1)
            .read_to_end(&mut data);
        self.total += data.len() as u64;
        if self.total > limits.total_bytes {
            return Err(over(format!(
                "压缩包解压后合计超过{} MiB",
                limits.total_bytes >> 20
            )));
        }
        Ok(match read {
            Err(_) => Err(FileFault::unreadable("压缩包中的文件不完整")),
            Ok(_) if data.len() as u64 > limits.file_bytes => Err(too_large(&limits)),
            Ok(_) => Ok(data),
        })
    }
}

fn entry<'z, 'a>(
    zip: &'z mut ZipArchive<Cursor<&'a [u8]>>,
    ix: usize,
) -> Result<ZipFile<'z, Cursor<&'a [u8]>>> {
    zip.by_index(ix).map_err(|e| match e {
        ZipError::UnsupportedArchive(_) => FileFault::Encrypted,
        _ => FileFault::unreadable("压缩包中有无法解压的文件"),
    })
}

/// UTF-8 where the entry says so or the bytes are, else GBK as Windows writes it.
fn decode(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GBK.decode(raw).0.into_owned(),
    }
}

/// A relative path for display; never used to write anything.
fn safe(name: &str) -> String {
    let parts = name
        .split(['/', '\\'])
        .filter(|p| !matches!(*p, "" | "." | ".."))
        .joined("/");
    if parts.is_empty() {
        return "未命名".to_owned();
    }
    parts
}
