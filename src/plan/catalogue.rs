//! The rules that a plan may name. The room `check` holds the rules themselves and hands this list to the loader.

use super::settings::RuleLevel;

/// A rule as far as a plan can refer to it.
#[derive(Debug)]
pub struct RuleCode {
    /// `C006`.
    pub code: &'static str,
    /// The least severity that a plan may give it, `Off` included; `None`: any.
    pub lowest: Option<RuleLevel>,
}
