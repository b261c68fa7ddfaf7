//! A plain .zip in the inbox, opened one level: its members are read as files of a folder.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::workbook::FileFault;
use crate::plan::Limits;

/// A member's path inside the archive, and its bytes or why they were not read.
pub type Member = (String, Result<Vec<u8>, FileFault>);

/// Files in one archive at most; more is no mail attachment.
const MEMBERS: usize = 1000;

/// Reads the members of a .zip under F004's limits; folders are left out.
///
/// # Errors
/// F001 when the archive is damaged, F002 when it is encrypted, F004 when it holds too much.
pub fn members(bytes: &[u8], limits: &Limits) -> Result<Vec<Member>, FileFault> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileFault::unreadable("压缩包不完整（上传或复制可能中断）"))?;
    if zip.len() > MEMBERS {
        return Err(FileFault::OverLimit { limit: format!("压缩包内文件超过{MEMBERS}个") });
    }
    let mut found = Vec::new();
    let mut total: u64 = 0;
    for ix in 0..zip.len() {
        let mut file = match zip.by_index(ix) {
            Ok(file) => file,
            Err(zip::result::ZipError::UnsupportedArchive(_)) => return Err(FileFault::Encrypted),
            Err(_) => return Err(FileFault::unreadable("压缩包中有无法解压的文件")),
        };
        if file.is_dir() {
            continue;
        }
        let name = decode(file.name_raw(), file.flags());
        let Some(path) = safe(&name) else { continue };
        let mut data = Vec::new();
        let read = file.by_ref().take(limits.file_bytes + 1).read_to_end(&mut data);
        total += data.len() as u64;
        if total > limits.total_bytes {
            return Err(FileFault::OverLimit { limit: format!("压缩包解压后合计超过{} MiB", limits.total_bytes >> 20) });
        }
        let content = match read {
            Err(_) => Err(FileFault::unreadable("压缩包中的文件不完整")),
            Ok(_) if data.len() as u64 > limits.file_bytes => Err(too_large(limits)),
            Ok(_) => Ok(data),
        };
        found.push((path, content));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// F004: the file itself is too large.
pub fn too_large(limits: &Limits) -> FileFault {
    FileFault::OverLimit { limit: format!("文件超过{} MiB", limits.file_bytes >> 20) }
}

/// UTF-8 where the entry says so or the bytes are, else GBK as Windows writes it.
fn decode(raw: &[u8], _flags: impl Sized) -> String {
    match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GBK.decode(raw).0.into_owned(),
    }
}

/// A relative path for display; never used to write anything.
fn safe(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split(['/', '\\']).filter(|p| !matches!(*p, "" | "." | "..")).collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}
