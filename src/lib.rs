//! duban (督办): collects, checks and combines departments' monthly workbooks and writes the
//! summary workbook and the Word briefing.
//!
//! Five rooms, one direction: [`plan`] → [`intake`] → [`check`] → `combine` → `report`.
//! The first three are pure: they work on bytes, without file system, threads, polars or terminal,
//! and build for `wasm32-unknown-unknown` without default features. ARCHITECTURE.md has the invariants.

#![forbid(unsafe_code)]

pub mod check;
#[cfg(feature = "desktop")]
pub mod cli;
#[cfg(feature = "desktop")]
mod combine;
pub mod intake;
pub mod plan;
#[cfg(feature = "desktop")]
pub mod report;
