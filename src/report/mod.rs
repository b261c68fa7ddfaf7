//! What people read: [`Facts`](crate::combine::Facts) and findings → bytes of xlsx, docx, csv and json. No report computes
//! or rounds a figure.

pub mod briefing;
pub mod error;
pub(crate) mod findings_json;
pub mod forms;
pub(crate) mod manifest;
pub mod notice_review;
pub(crate) mod ooxml;
pub(crate) mod page;
pub(crate) mod records_csv;
pub mod reminders;
pub(crate) mod returns;
pub(crate) mod room;
pub(crate) mod steps;
pub(crate) mod summary;
pub(crate) mod word;

pub use error::ReportError;

use crate::plan::names::is_device;

/// A date as Excel counts it.
fn excel_date(date: jiff::civil::Date) -> Result<rust_xlsxwriter::ExcelDateTime, ReportError> {
    Ok(rust_xlsxwriter::ExcelDateTime::from_ymd(
        date.year().unsigned_abs(),
        date.month().unsigned_abs(),
        date.day().unsigned_abs(),
    )?)
}

/// A title as part of a file name on every system.
pub fn file_name(title: &str) -> String {
    let guard = if is_device(title) { "_" } else { "" };
    guard
        .chars()
        .chain(title.chars())
        .map(|c| {
            if c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') {
                '_'
            } else {
                c
            }
        })
        .collect()
}
