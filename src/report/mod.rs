//! What people read: [`Facts`](crate::combine::facts) and findings → xlsx, docx, return copies, forms, json (bytes).

pub mod error;
pub mod forms;

pub use error::ReportError;
