//! What people read: [`Facts`](crate::combine::Facts) and findings → bytes of xlsx, docx, csv and json. No report computes
//! or rounds a figure.

pub mod briefing;
pub mod error;
pub mod findings_json;
pub mod forms;
pub mod manifest;
pub mod notice_review;
pub mod records_csv;
pub mod reminders;
pub mod summary;
pub mod word;

pub use error::ReportError;
