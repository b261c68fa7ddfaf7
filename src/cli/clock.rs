//! The one place that reads the clock: when a file was collected, when a month was sealed or opened again. No output depends
//! on it. Tests set `DUBAN_NOW` (`2024-07-04T09:30:00Z`) in its place.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// China keeps one time zone all year; offline machines are often left at UTC, where the morning's mail would be yesterday's.
const BEIJING: Offset = Offset::constant(8);

/// Today in Beijing.
pub fn today() -> Date {
    now().date()
}

/// Now in Beijing, to the second.
pub fn now() -> DateTime {
    let given = std::env::var("DUBAN_NOW")
        .ok()
        .and_then(|text| text.parse().ok());
    at(given.unwrap_or_else(Timestamp::now))
}

fn at(moment: Timestamp) -> DateTime {
    let time = BEIJING.to_datetime(moment);
    time.with().subsec_nanosecond(0).build().unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_beijing() {
        let on = |text: &str| at(text.parse().unwrap()).date().to_string();
        assert_eq!(on("2024-07-04T15:59:59Z"), "2024-07-04");
        assert_eq!(on("2024-07-04T16:00:00Z"), "2024-07-05");
    }
}
