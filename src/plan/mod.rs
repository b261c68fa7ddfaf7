//! What was promised: plan.toml → [`Plan`], validated.

#[cfg(test)]
pub(crate) mod fixture;
pub mod grade;
pub mod model;
pub mod period;
pub mod schedule;
#[cfg(test)]
pub(crate) mod testing;
pub mod unit;

pub use grade::{Grade, MilestoneState, Moment};
pub use model::*;
pub use period::{Period, chinese_date};
pub use schedule::Schedule;
pub use unit::{Dimension, Unit};
