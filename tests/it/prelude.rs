//! What tests of the program are written with.

pub use std::collections::BTreeMap;
pub use std::fs;
pub use std::process::Command;

pub use serde_json::Value;

pub(crate) use crate::assert_on_record;
pub use crate::desk::{
    Desk, PLAN, Said, duban_in, entry, files, libreoffice, root, sample_year, text,
};
pub use crate::docx::Document;
pub use crate::xlsx::{pack, parts, texts};
