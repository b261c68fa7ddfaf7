//! What was promised: plan.toml → [`Plan`], validated.

pub mod grade;
pub mod model;
pub mod period;
#[cfg(test)]
pub(crate) mod sample;
pub mod schedule;
pub mod unit;

pub use grade::{Grade, MilestoneState, Moment};
pub use model::*;
pub use period::{Period, chinese_date};
pub use schedule::Schedule;
pub use unit::{Dimension, Unit};
