//! .xlsx and .xlsm: one streaming pass per part under our own limits.
//!
//! calamine reads the other formats. For .xlsx its stream gives neither hidden rows, strike-through nor page footers, so a
//! second pass over the same XML would be needed anyway; it also takes sizes from a file's own claims (`uniqueCount`, `si`)
//! and does not check column numbers. One pass of our own reads everything once and believes nothing. Its XML reader decodes
//! only what it is asked for: docs/performance.md has what that costs beside a general one.

mod inflate;
mod known;
mod package;
mod parts;
mod plain_cell;
mod sheet;
mod strings;
mod styles;
mod xml;

use std::io::Cursor;

use zip::ZipArchive;

use super::budget::{Budget, over};
use super::workbook::{FileFault, Workbook, tidy_name};
use crate::plan::Limits;

use package::Package;

/// Reads an OOXML workbook.
///
/// # Errors
/// F001 when the package or a part is damaged, F004 when a limit is passed.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, FileFault> {
    let directory = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| FileFault::unreadable("压缩包不完整（上传或复制可能中断）"))?;
    measured(bytes, directory, limits).0
}

/// As [`read`], where the package's directory is read already; with the bytes that were inflated for it.
pub fn measured<'a>(
    bytes: &'a [u8],
    directory: ZipArchive<Cursor<&'a [u8]>>,
    limits: &Limits,
) -> (Result<Workbook, FileFault>, u64) {
    let mut package = Package::open(bytes, directory, limits);
    let workbook = workbook(&mut package, limits);
    (workbook, package.spent().bytes())
}

fn workbook(package: &mut Package, limits: &Limits) -> Result<Workbook, FileFault> {
    let book = parts::workbook(package)?;
    let styles = styles::read(package, &book.styles)?;
    let strings = strings::read(package, &book.shared_strings)?;
    let mut budget = Budget::new(limits);
    let mut sheets = Vec::with_capacity(book.sheets.len());
    for entry in &book.sheets {
        let mut sheet = sheet::read(package, &entry.part, &styles, &strings, &mut budget)?;
        sheet.name = tidy_name(&entry.name);
        sheet.visibility = entry.visibility;
        sheets.push(sheet);
    }
    Ok(Workbook {
        is_tidy: true,
        sheets,
        date_1904: book.date_1904,
        modified: lenient(parts::modified(package))?,
        macros: package.names().any(|n| n.ends_with("vbaproject.bin")),
        external_links: package
            .names()
            .any(|n| n.contains("/externallinks/") || n.starts_with("externallinks/")),
    })
}

/// A damaged stamp is no stamp; the workbook itself is whole.
fn lenient(modified: Result<Option<String>, FileFault>) -> Result<Option<String>, FileFault> {
    match modified {
        Err(FileFault::Unreadable { .. }) => Ok(None),
        other => other,
    }
}

fn damaged(what: &str) -> FileFault {
    FileFault::unreadable(format!("工作簿内部损坏：{what}"))
}
