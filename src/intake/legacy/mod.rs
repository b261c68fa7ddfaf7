//! The older and the other workbook formats: .xls and .et (BIFF8, BIFF5), .ods, .xlsb.
//!
//! Every reader is bounded by the limits of rule F004 and takes no size from the file's own claims. .xls and .ods are
//! read by this module alone; .xlsb takes its values from calamine's cell stream, which can still panic or abort on
//! hostile bytes: see [`super::arrival::XlsbReader`].

mod bytes;
pub(crate) mod ods;
pub(crate) mod xls;
mod xlsb;

use super::reading::budget::too_large;
use super::{Result, Workbook};
use crate::plan::Limits;

/// The formats that [`read`] takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegacyKind {
    /// .xls, and .et of WPS.
    Xls,
    /// .xlsb.
    Xlsb,
    /// .ods.
    Ods,
}

/// Reads a workbook whose format [`super::sniff::sniff`] has told.
///
/// F001 when the file is damaged, F002 when it is encrypted, F004 when a limit is passed.
pub fn read(kind: LegacyKind, bytes: &[u8], limits: &Limits) -> Result<Workbook> {
    if bytes.len() as u64 > limits.file_bytes {
        return Err(too_large(limits));
    }
    match kind {
        LegacyKind::Xls => xls::read(bytes, limits),
        LegacyKind::Ods => ods::read(bytes, limits),
        LegacyKind::Xlsb => xlsb::read(bytes, limits),
    }
}
