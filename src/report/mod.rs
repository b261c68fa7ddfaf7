//! What people read: [`crate::combine::Facts`] and findings → bytes of xlsx, docx and json.
//! Nothing here computes or rounds a figure.

pub mod briefing;
pub mod word;
