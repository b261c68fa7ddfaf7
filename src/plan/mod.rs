//! What was promised: plan.toml → [`Plan`], validated.

mod bulk;
pub mod codes;
mod diagnostic;
pub mod grade;
mod limits;
mod load;
pub mod model;
pub mod names;
pub mod notice;
pub mod number;
pub mod numeral;
pub mod period;
mod problem;
mod raw;
pub mod schedule;
mod schema;
mod shape;
mod syntax;
#[cfg(test)]
pub(crate) mod testing;
pub mod unit;
mod validate;

pub use codes::RULE_CODES;
pub use diagnostic::{PlanError, PlanErrors};
pub use grade::{Grade, MilestoneState, Moment};
pub use load::load;
pub use model::*;
pub use period::{Period, chinese_date};
pub use schedule::Schedule;
pub use schema::schema;
pub use unit::{Dimension, Unit};
