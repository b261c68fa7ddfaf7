//! What people read: `Facts` and findings → bytes of xlsx, docx, csv and json. No report computes
//! or rounds a figure.

#[cfg(feature = "desktop")]
pub mod briefing;
#[cfg(feature = "desktop")]
pub mod check_page;
pub mod error;
pub(crate) mod findings_json;
#[cfg(feature = "desktop")]
pub mod forms;
#[cfg(feature = "desktop")]
pub(crate) mod manifest;
#[cfg(feature = "desktop")]
pub mod notice_review;
pub(crate) mod ooxml;
#[cfg(feature = "desktop")]
pub(crate) mod page;
#[cfg(feature = "desktop")]
pub(crate) mod paper;
#[cfg(feature = "desktop")]
pub mod plan_book;
#[cfg(feature = "desktop")]
pub(crate) mod records_csv;
#[cfg(feature = "desktop")]
pub mod reminders;
pub(crate) mod returns;
pub(crate) mod room;
pub mod self_check;
#[cfg(feature = "desktop")]
pub(crate) mod steps;
#[cfg(feature = "desktop")]
pub(crate) mod summary;
#[cfg(feature = "desktop")]
pub(crate) mod word;

pub use error::{ReportError, Result};

use crate::plan::names::is_device;

/// A date as Excel counts it.
#[cfg(feature = "desktop")]
fn excel_date(date: jiff::civil::Date) -> Result<rust_xlsxwriter::ExcelDateTime> {
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
