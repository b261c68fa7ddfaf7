//! What was promised: plan.toml → [`Plan`], validated.

mod advice;
mod bulk;
mod catalogue;
pub mod cell;
mod diagnostic;
pub mod field;
pub mod grade;
pub mod ledger;
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
mod settings;
mod shape;
pub mod sheets;
mod states;
mod syntax;
#[cfg(test)]
pub(crate) mod testing;
pub mod unit;
mod validate;

pub use catalogue::RuleCode;
pub use diagnostic::{At, PlanError, PlanErrors, Severity};
pub use field::{Columns, FormColumn};
pub use grade::Moment;
pub use ledger::{Fate, Ledger, LedgerRow};
pub use load::load;
pub use model::*;
pub use period::{Period, chinese_date};
pub use schedule::Schedule;
pub use schema::schema;
pub use states::{Grade, MilestoneState};
pub use unit::{Dimension, Unit};
pub(crate) use validate::{target_mistake, value_mistake};
