//! Word documents: the look of official papers, native charts, and templates that an office can change in Word itself.

pub mod chart;
mod finish;
pub mod official;
pub mod standard;
pub mod surround;
pub mod template;

pub use finish::{TABLE_HEAD, finish, fragment, style_of};

/// Transitional WordprocessingML main namespace.
pub const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// The main part of a document.
pub const DOCUMENT: &str = "word/document.xml";
