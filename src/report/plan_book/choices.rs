//! What cells take: drop-downs, bounds, and the sentence that is shown where something else is typed.

use rust_xlsxwriter::{DataValidation, DataValidationErrorStyle, DataValidationRule, Formula};

use super::cells::choices;
use super::ledger;
use crate::plan::sheets::{Column, Holds, PROFILES, Table};
use crate::report::Result;

/// Where the words come from that drop-downs offer.
#[derive(Default)]
pub(super) struct Lists {
    pub departments: String,
    pub tasks: String,
    /// In a ledger.
    pub months: Option<String>,
    /// In a ledger, by the column of the task's number.
    pub indicators: Option<ledger::Indicators>,
    /// By name.
    pub schedules: Vec<String>,
}

/// What a column's cells take, with the sentence that is shown where something else is typed.
pub(super) fn rule(
    table: &Table,
    column: &Column,
    lists: &Lists,
) -> Result<Option<DataValidation>> {
    let new = DataValidation::new;
    let of = |list: &str| new().allow_list_formula(Formula::new(list));
    // Others are taken, too, after a question.
    let mut style = DataValidationErrorStyle::Warning;
    let rule = match column.holds {
        Holds::Department => of(&lists.departments),
        Holds::TaskNo | Holds::Whole if column.key == "task" => of(&lists.tasks),
        Holds::Month if lists.months.is_some() => of(lists.months.as_deref().unwrap_or_default()),
        Holds::Text if column.key == "indicator" && lists.indicators.is_some() => {
            let indicators = lists.indicators.as_ref().map(|all| all.of(table));
            of(&indicators.unwrap_or_default())
        }
        Holds::Yes if column.key == "void" => new().allow_list_strings(&["作废"])?,
        Holds::Text if column.key == "how" => new().allow_list_strings(&["电子", "纸质"])?,
        Holds::Schedule => {
            let profiles = PROFILES.iter().map(|(_, chinese, _)| (*chinese).to_owned());
            let words: Vec<String> = profiles.chain(lists.schedules.iter().cloned()).collect();
            new().allow_list_strings(&words)?
        }
        Holds::Whole => new().allow_whole_number(DataValidationRule::Between(0, 1_000_000_000)),
        Holds::Number | Holds::Points => {
            new().allow_decimal_number(DataValidationRule::Between(0.0, 1e12))
        }
        holds => match choices(holds) {
            Some(words) => {
                style = DataValidationErrorStyle::Stop;
                new().allow_list_strings(&words)?
            }
            None => return Ok(None),
        },
    };
    let message: String = column.note.chars().take(200).collect();
    let rule = rule
        .set_error_style(style)
        .set_error_title(column.head)?
        .set_error_message(message)?;
    Ok(Some(rule))
}
