//! The polars frames: nothing outside this module sees a frame, a series or an expression.
//!
//! Every result is the same whatever the thread count. Sums are made of integers ([`exact`]), least and
//! greatest values do not depend on order, and every frame that is read out is sorted by plan order first.

mod exact;
mod indicators;
mod tallies;

pub use indicators::{Combined, Growth, combine_slots, growth};
pub use tallies::{
    FindingTally, GradedRow, SlotTally, Tally, by_group, findings_by_department,
    slots_by_department,
};

use polars::prelude::{DataFrame, PolarsError};

/// A frame could not be built or evaluated: a fault of the program or the machine, never of a department.
#[derive(Debug)]
pub struct FrameError(PolarsError);

impl std::fmt::Display for FrameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for FrameError {}

impl From<PolarsError> for FrameError {
    fn from(error: PolarsError) -> Self {
        Self(error)
    }
}

/// Plan indexes and codes as frame columns.
fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Reads a whole column; the caller's frames have it by construction, and a mistake there is an error, not a panic.
fn u32s(frame: &DataFrame, name: &str) -> Result<Vec<u32>, FrameError> {
    Ok(optional_u32s(frame, name)?
        .into_iter()
        .map(Option::unwrap_or_default)
        .collect())
}

fn optional_u32s(frame: &DataFrame, name: &str) -> Result<Vec<Option<u32>>, FrameError> {
    Ok(frame.column(name)?.u32()?.iter().collect())
}

fn optional_i32s(frame: &DataFrame, name: &str) -> Result<Vec<Option<i32>>, FrameError> {
    Ok(frame.column(name)?.i32()?.iter().collect())
}

fn i32s(frame: &DataFrame, name: &str) -> Result<Vec<i32>, FrameError> {
    Ok(optional_i32s(frame, name)?
        .into_iter()
        .map(Option::unwrap_or_default)
        .collect())
}

fn optional_f64s(frame: &DataFrame, name: &str) -> Result<Vec<Option<f64>>, FrameError> {
    Ok(frame.column(name)?.f64()?.iter().collect())
}
