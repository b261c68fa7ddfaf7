//! .xlsx and .xlsm: one streaming pass per part under our own limits.
//!
//! calamine's stream of an .xlsx gives neither hidden rows, strike-through nor page footers, so that a second pass over
//! the same XML would be needed; it takes sizes from a file's own claims (`uniqueCount`, `si`) and does not check column
//! numbers. One pass of our own reads everything once and believes nothing.

mod book;
mod plain_cell;
mod sheet;
mod strings;
mod styles;

use super::reading::budget::Budget;
use super::reading::opc;
use super::reading::package::Package;
use super::reading::sheet::{SheetBuilder, unless_damaged};
use super::workbook::{FileFault, Result, Workbook};
use crate::plan::Limits;

/// Reads an OOXML workbook.
///
/// F001 when the package or a part is damaged, F004 when a limit is passed.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook> {
    let mut package = Package::open(bytes, limits)
        .ok_or_else(|| FileFault::unreadable("压缩包不完整（上传或复制可能中断）"))?;
    read_package(&mut package)
}

/// As [`read`], from a package whose directory was read.
pub(super) fn read_package(package: &mut Package) -> Result<Workbook> {
    let limits = *package.limits();
    let mut budget = Budget::new(&limits);
    let book = book::read(package, &mut budget)?;
    let styles = styles::read(package, &book.styles)?;
    let strings = strings::read(package, &book.shared_strings)?;
    let mut read = |entry: &book::SheetEntry| {
        let sheet = SheetBuilder::new(&entry.name, entry.visibility);
        sheet::read(package, &entry.part, sheet, &styles, &strings, &mut budget)
    };
    let sheets = book
        .sheets
        .iter()
        .map(&mut read)
        .collect::<Result<_, _>>()?;
    let mut others = Vec::new();
    for chart in &book.charts {
        others.extend(unless_damaged(read(chart))?);
    }
    let properties = opc::properties(package)?;
    others.extend(SheetBuilder::of_properties(properties.texts));
    Ok(Workbook {
        sheets,
        others,
        date_1904: book.date_1904,
        modified: properties.modified,
        macros: package.names().any(|n| n.ends_with("vbaproject.bin")),
        external_links: package
            .names()
            .any(|n| n.contains("/externallinks/") || n.starts_with("externallinks/")),
    })
}
