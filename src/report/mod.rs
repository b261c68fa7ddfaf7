//! What people read: [`Facts`](crate::combine::Facts) and findings → bytes of xlsx, docx, csv and json. No report computes
//! or rounds a figure.

pub mod briefing;
pub mod error;
pub mod findings_json;
pub mod forms;
pub mod manifest;
pub mod notice_review;
pub(crate) mod ooxml;
pub mod records_csv;
pub mod reminders;
pub(crate) mod returns;
pub mod summary;
pub(crate) mod word;

pub use error::ReportError;

/// A title as part of a file name on every system.
pub fn file_name(title: &str) -> String {
    title
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') {
                '_'
            } else {
                c
            }
        })
        .collect()
}
