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

/// What an output of ours always has.
pub trait Lists {
    /// The items of a list.
    fn list(&self) -> &Vec<Value>;
}

impl Lists for Value {
    #[track_caller]
    fn list(&self) -> &Vec<Value> {
        self.as_array().unwrap()
    }
}
