//! Columns that claim one field for different times: 1-4月累计 beside 1-5月累计, 2024年累计完成 beside 2025年累计完成.

use std::mem;

use super::super::wording::{self, HeaderTime};
use super::Header;
use crate::intake::submission::Column;
use crate::plan::Period;
use crate::plan::field::Field;

/// A column and how its time stands to the report's.
struct Timed {
    column: Column,
    time: Option<HeaderTime>,
}

impl Timed {
    /// Whether it is the report's own: of no time, of its year as a whole, or until its month.
    fn is_of(&self, period: Period) -> bool {
        match self.time {
            None => true,
            Some(time) => {
                time.year == period.year() && time.period().is_none_or(|end| end == period)
            }
        }
    }
}

/// Keeps of such columns those of the report's own time: a cumulative one until the month before is 上月累计, every other is used for
/// nothing (S004). Where none is the period's own (another month's file), the latest is.
pub fn settle(header: &mut Header, period: Period) {
    let mut fields: Vec<Field> = header.ambiguous.iter().map(|c| c.field).collect();
    fields.sort_unstable();
    fields.dedup();
    for field in fields {
        // 6月工作计划 is May's next step.
        let period = match field {
            Field::NextSteps => period.next(),
            _ => period,
        };
        let is_other = |column: &Column| column.field != field;
        let (mut kept, mut of_field): (Vec<_>, Vec<_>) = mem::take(&mut header.columns)
            .into_iter()
            .partition(is_other);
        let (ambiguous, more): (Vec<_>, Vec<_>) = mem::take(&mut header.ambiguous)
            .into_iter()
            .partition(is_other);
        header.ambiguous = ambiguous;
        of_field.extend(more);
        of_field.sort_by_key(|column| column.col);
        let timed: Vec<Timed> = of_field
            .into_iter()
            .map(|column| Timed {
                time: wording::time(&column.text, period.year()),
                column,
            })
            .collect();
        let has_periods = timed.iter().any(|t| t.is_of(period));
        let latest = timed.iter().filter_map(|t| t.time).max();
        let own = latest
            .filter(|_| !has_periods)
            .and_then(HeaderTime::period)
            .unwrap_or(period);
        let is_own = |t: &Timed| {
            if has_periods {
                t.is_of(period)
            } else {
                t.time == latest
            }
        };
        let mut before = None;
        let mut has_own = false;
        for timed in timed {
            let is_own = is_own(&timed);
            let Timed { column, time } = timed;
            if is_own && !has_own {
                has_own = true;
                kept.push(column);
            } else if is_own {
                header.ambiguous.push(column);
            } else if field == Field::Cumulative
                && time.and_then(HeaderTime::period) == Some(own.previous())
                && own.previous().year() == own.year()
            {
                before.get_or_insert(column);
            }
        }
        if let Some(column) = before
            && kept.iter().all(|other| other.field != Field::Previous)
        {
            kept.push(Column {
                field: Field::Previous,
                ..column
            });
        }
        kept.sort_by_key(|column| column.col);
        header.columns = kept;
    }
}
