//! The month that a file itself speaks of.

use crate::intake::Arrival;
use crate::intake::submission::{ClaimSource, PeriodClaim, Submission};
use crate::plan::{Period, Plan};

/// Why a file's month is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMonth {
    /// It names none.
    Untold,
    /// The plan does not cover it.
    Outside(Period),
}

impl NoMonth {
    /// What a person at a terminal is told.
    pub fn sentence(self, plan: &Plan, file: &str) -> String {
        match self {
            Self::Untold => format!(
                "看不出“{file}”是哪个月的报送表。请在表中填写填报期，或用 --period 2024-06 指明月份"
            ),
            Self::Outside(period) => format!(
                "“{file}”写的是{}，不在任务计划“{}”的起止月份之内。请核对填报期，或用 --period 指明月份",
                period.chinese(),
                plan.title
            ),
        }
    }

    /// What a person at the page is told, who can choose the month there.
    pub(super) fn short(self, plan: &Plan) -> String {
        match self {
            Self::Untold => {
                "看不出这张表是哪个月的。请在表中填写填报期，或在下面选定月份。".to_owned()
            }
            Self::Outside(period) => format!(
                "表上写的是{}，不在“{}”的起止月份之内。请核对填报期，或在下面选定月份。",
                period.chinese(),
                plan.title
            ),
        }
    }
}

/// Of several months' sheets the last; what is visible before the identity sheet. `None`: the file cannot be read, and its name
/// tells no month of the plan; what is wrong with it is the same in any.
pub fn own_month(plan: &Plan, arrivals: &[Arrival]) -> Result<Option<Period>, NoMonth> {
    let in_plan = |p: &Period| (Period::of(plan.start)..=Period::of(plan.end)).contains(p);
    let readable: Vec<&Submission> = arrivals
        .iter()
        .filter_map(|a| a.content.as_deref().ok())
        .collect();
    let named = arrivals
        .iter()
        .flat_map(|a| &a.period_claims)
        .filter_map(PeriodClaim::period)
        .max();
    if readable.is_empty() {
        return Ok(named.filter(in_plan));
    }
    let of_file = |submission: &Submission| -> Option<Period> {
        let visible = || {
            submission
                .report_sheets
                .iter()
                .filter(|s| !s.hidden && s.has_data)
        };
        if visible().count() > 1
            && let Some(last) = visible().filter_map(|s| s.period).max()
        {
            return Some(last);
        }
        let claims = |source: ClaimSource| {
            submission
                .period_claims
                .iter()
                .filter(move |c| c.source == source)
                .find_map(PeriodClaim::period)
        };
        [
            ClaimSource::Cell,
            ClaimSource::Title,
            ClaimSource::MonthRange,
        ]
        .into_iter()
        .find_map(claims)
        .or(named)
        .or_else(|| claims(ClaimSource::TextBox))
        .or_else(|| claims(ClaimSource::SheetName))
        .or_else(|| claims(ClaimSource::Page))
        .or_else(|| claims(ClaimSource::IdentitySheet))
    };
    match readable.into_iter().find_map(of_file) {
        None => Err(NoMonth::Untold),
        Some(period) if in_plan(&period) => Ok(Some(period)),
        Some(period) => Err(NoMonth::Outside(period)),
    }
}
