//! What it adds up to: [`crate::check::Checked`] → polars frames → [`Facts`].

pub mod facts;

pub use facts::{Facts, Figure};
