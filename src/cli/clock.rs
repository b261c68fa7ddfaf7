//! The one place that reads the clock: when a file was collected, when a month was sealed or opened again. No output depends
//! on it. Tests set `DUBAN_NOW` (`2024-07-04T09:30:00Z`) in its place.

use std::time::SystemTime;

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan as _};

use crate::plan::chinese_date;

/// China keeps one time zone all year; offline machines are often left at UTC, where the morning's mail would be yesterday's.
const BEIJING: Offset = Offset::constant(8);

/// A plan of one year is closed long before this many years after its start.
const YEARS: i64 = 5;

/// Now in Beijing, to the second. A clock past all calendars is at their end.
pub fn now() -> DateTime {
    let given = std::env::var("DUBAN_NOW").ok();
    let given = given.and_then(|text| text.parse().ok());
    at(given.unwrap_or_else(|| Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::MAX)))
}

fn at(moment: Timestamp) -> DateTime {
    let time = BEIJING.to_datetime(moment);
    time.with().subsec_nanosecond(0).build().unwrap_or(time)
}

/// What is to be said where the day cannot be true. `start`: of what it is written down for.
pub fn doubt(today: Date, start: Date) -> Option<String> {
    is_doubtful(today, start).then(|| {
        let [today, start] = [today, start].map(chinese_date);
        format!("这台电脑的日期是{today}，与{start}开始的任务计划对不上，请校准日期")
    })
}

fn is_doubtful(today: Date, start: Date) -> bool {
    let late = start.saturating_add(YEARS.years());
    !(start..=late).contains(&today)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_beijing() {
        let on = |text: &str| at(text.parse().unwrap()).date().to_string();
        assert_eq!(on("2024-07-04T15:59:59Z"), "2024-07-04");
        assert_eq!(on("2024-07-04T16:00:00Z"), "2024-07-05");
    }

    /// A clock at 1970 or 2100 was recorded without a word, one past 9999 was a panic.
    #[test]
    fn a_clock_that_cannot_be_right_is_doubted_and_harms_nothing() {
        let start = date(2024, 1, 1);
        for (day, doubtful) in [
            (at(Timestamp::UNIX_EPOCH).date(), true),
            (date(2023, 12, 31), true),
            (start, false),
            (date(2026, 11, 30), false),
            (date(2100, 1, 1), true),
            (at(Timestamp::MAX).date(), true),
            (at(Timestamp::MIN).date(), true),
        ] {
            assert_eq!(is_doubtful(day, start), doubtful, "{day}");
        }
    }
}
