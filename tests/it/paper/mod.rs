//! Reports on paper: set by LibreOffice, measured in the PDF.

// Millimetres and points of a page.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_cmp
)]

mod legible;
mod measure;
mod official;
