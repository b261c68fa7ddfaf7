//! Word documents as parts: the package, a lossless XML tree, the schema's element order, and
//! the finishing that docx-rs leaves to do.

pub mod chart;
pub mod finish;
pub mod order;
pub mod package;
pub mod template;
pub mod xml;

pub use package::{MadeOnce, Package, PackageError, Written};
pub use xml::{Element, Node, XmlError};

/// Transitional WordprocessingML main namespace.
pub const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// Relationships namespace of `r:id`.
pub const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
