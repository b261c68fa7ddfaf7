//! What the readers of all workbook formats share: the limits of rule F004, the parts of a zip package, XML, and the
//! sheet that is put together cell by cell.

pub(crate) mod asides;
pub(crate) mod budget;
pub(crate) mod header_footer;
mod inflate;
mod known;
pub(crate) mod limited;
pub(crate) mod opc;
pub(crate) mod package;
pub(crate) mod raised;
pub(crate) mod sheet;
pub(crate) mod strike;
pub(crate) mod xml;

use super::workbook::FileFault;

/// F001 for a workbook that is damaged inside; `what` says in Chinese how.
pub(crate) fn damaged(what: &str) -> FileFault {
    FileFault::unreadable(format!("工作簿内部损坏：{what}"))
}
