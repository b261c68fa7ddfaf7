//! .xls and .et: workbooks of BIFF8 and BIFF5 records in a compound file.
//!
//! The values are read here and not through calamine. calamine's reader parses everything on opening and sizes a dense
//! grid from the outermost cells, so that one stray cell in a corner costs gigabytes although it passes no limit; and it
//! drops what the rules need: a formula's missing result, the number format, struck-through runs. One walk over the
//! records gives all of it in memory bounded by the file's size. The tests compare both readers.

mod biff;
mod compound;
mod globals;
mod sheet;
mod summary;
#[cfg(test)]
mod tests;

use crate::intake::reading::budget::Budget;
use crate::intake::reading::sheet::{SheetBuilder, unless_damaged};
use crate::intake::{FileFault, Result, Workbook};
use crate::plan::Limits;

use self::biff::Broken;
pub(crate) use self::biff::is_encrypted;
pub(crate) use self::compound::{Compound, SIGNATURE};
use self::globals::Globals;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook> {
    let damaged = || FileFault::unreadable("Excel 97-2003文件已损坏或不完整（可能上传中断）");
    let file = Compound::open(bytes).map_err(|_| damaged())?;
    let stream = file
        .stream("Workbook")
        .or_else(|| file.stream("Book"))
        .ok_or_else(|| FileFault::unreadable("复合文档中没有Excel工作簿"))?
        .map_err(|_| damaged())?;
    let mut workbook = read_stream(&stream, limits)?;
    workbook.macros |= file.has_storage("_VBA_PROJECT_CUR") || file.has_storage("_VBA_PROJECT");
    let set = |name| file.stream(name).and_then(Result::ok);
    let mut texts = Vec::new();
    if let Some(set) = set("\u{5}SummaryInformation") {
        workbook.modified = summary::last_saved(&set);
        texts = summary::texts(&set, &summary::TEXTS);
    }
    if let Some(set) = set("\u{5}DocumentSummaryInformation") {
        texts.extend(summary::texts(&set, &summary::MORE_TEXTS));
    }
    workbook.others.extend(SheetBuilder::of_properties(texts));
    Ok(workbook)
}

/// Reads the `Workbook` (or BIFF5 `Book`) stream.
fn read_stream(stream: &[u8], limits: &Limits) -> Result<Workbook> {
    let mut budget = Budget::new(limits);
    let mut globals = Globals::read(stream, limits)?;
    let mut workbook = std::mem::take(&mut globals.book);
    for bound in &globals.sheets {
        budget.sheet()?;
        let sheet = SheetBuilder::new(&bound.name, bound.visibility);
        let read = sheet::read(stream, bound.offset, sheet, &globals, &mut budget);
        if bound.is_chart {
            workbook.others.extend(unless_damaged(read)?);
        } else {
            workbook.sheets.push(read?);
        }
    }
    Ok(workbook)
}

impl From<Broken> for FileFault {
    fn from(_: Broken) -> Self {
        Self::unreadable("Excel 97-2003工作簿的记录中断（文件不完整或已损坏）")
    }
}
