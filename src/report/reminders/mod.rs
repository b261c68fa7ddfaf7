//! Who has reported and who has not, and the 催报通知 for those who have not: one page each, from a Word template.

mod standing;

pub use standing::{Gap, MissingValue, Owed, Progress, Reason, Standing, missing_value, standings};

/// The folder of a month's package.
pub const FOLDER: &str = "催报";
