//! What people read: [`Facts`](crate::combine::Facts) and findings → bytes of xlsx, docx, csv and json. No report computes
//! or rounds a figure.

pub mod findings_json;
pub mod manifest;
pub mod records_csv;
