//! What every Office document is made of: parts in a zip package, their XML, and the order its schema asks for.
//! Word documents (`word`), return copies (`returns`) and tests of workbooks stand on it.

pub mod charts;
pub mod escape;
pub mod order;
pub mod parts;
pub mod tree;
mod writer;

pub use parts::{PackageError, Parts};
#[cfg(feature = "desktop")]
pub use writer::saved;
pub use writer::{Deflate, PackageWriter};

/// The first line of a part, as Word and Excel write it.
pub const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// The part that names the type of every other.
pub const CONTENT_TYPES: &str = "[Content_Types].xml";
/// Namespace of a `.rels` part (OPC).
pub const PACKAGE_RELATIONSHIPS: &str =
    "http://schemas.openxmlformats.org/package/2006/relationships";
/// Namespace of `r:id`, and the start of the types of office relationships (transitional).
pub const OFFICE_RELATIONSHIPS: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// `word/document.xml` → `word/_rels/document.xml.rels`; of the package itself for an empty name.
pub fn relationships_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}
