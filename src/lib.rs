//! duban (督办): collects, checks and combines departments' monthly workbooks and writes the
//! summary workbook and the Word briefing.
//!
//! Five rooms, one direction. What each hands to the next:
//!
//! | room | takes | gives |
//! |---|---|---|
//! | [`plan`] | plan.toml | [`plan::Plan`]: what was promised, validated |
//! | [`intake`] | a file's bytes | [`intake::Arrival`]: what arrived, every value with its source cell |
//! | [`check`] | plan, arrivals, earlier months | [`check::Checked`]: findings, and the values that are accepted |
//! | `combine` | checked months | `Facts`: every figure that a report prints, once |
//! | `report` | facts and findings | bytes: workbooks, Word files, return copies, JSON and CSV |
//!
//! `cli` stands on top: one file a command, and the only place that knows files, threads and the terminal.
//!
//! `plan`, `intake`, `check` and the part of `report` that marks a copy are pure: they work on bytes, without file system,
//! threads, polars or terminal, and build for `wasm32-unknown-unknown` without default features, for the departments' own
//! check in a browser (`page/`). `combine`, the other reports and `cli` come with the feature `desktop`.
//!
//! Where to begin: [`plan::model`], then [`intake::submission`], then `check::month`, then `combine::facts`. ARCHITECTURE.md has
//! the invariants and the decisions.
//!
//! # Example
//!
//! A department's workbook of June, checked against the shipped plan:
//!
//! ```
//! use duban::check::{History, Keep, MonthInput, Register, load_plan};
//! use duban::intake::arrival::{Reader, read_xlsb};
//! use duban::intake::layout::Names;
//! use duban::plan::{Moment, Period};
//!
//! let plan = load_plan("plan.toml", include_str!("../seeds/2024/plan.toml")).expect("a valid plan");
//! let june = Period::new(2024, 6).expect("a month");
//! let reader = Reader {
//!     plan: &plan,
//!     names: &Names::new(&plan),
//!     period: june,
//!     limits: &plan.limits,
//!     xlsb: &read_xlsb,
//! };
//! // Not a workbook: that is a finding of the department's, never an error of the run.
//! let arrivals = reader.read("建设局6月.xlsx", b"not a workbook");
//! let input = MonthInput {
//!     plan: &plan,
//!     moment: Moment { period: june, as_of: None },
//!     register: &Register::default(),
//!     history: &History::default(),
//!     chases: false,
//!     keep: Keep::All,
//!     read_again: None,
//! };
//! let (checked, _) = input.check(arrivals);
//! assert_eq!(checked.findings[0].code, "F001");
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[macro_use]
mod texts;

pub mod check;
#[cfg(feature = "desktop")]
pub mod cli;
#[cfg(feature = "desktop")]
pub(crate) mod combine;
pub mod intake;
pub mod plan;
// The self-check page uses the part that marks a copy; the rest of the shared code is idle there.
#[cfg_attr(not(feature = "desktop"), allow(dead_code, unused_imports))]
pub mod report;

pub(crate) use texts::Joined;

/// A path in the project's folder, from whichever of its packages the tests are built.
#[cfg(test)]
pub(crate) fn project(path: &str) -> std::path::PathBuf {
    let package = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = package.ancestors();
    let project = folders.find(|folder| folder.join("Cargo.lock").exists());
    project.unwrap_or(package).join(path)
}
