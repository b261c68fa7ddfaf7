//! What people read: Facts and findings → bytes of xlsx, docx and json. No report computes or rounds a figure.

pub mod error;
pub mod summary;

pub use error::ReportError;
