//! The one place that reads the clock; `duban collect` is the one command that asks it.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// China keeps one time zone all year; offline machines are often left at UTC, where the morning's mail would be yesterday's.
const BEIJING: Offset = Offset::constant(8);

/// Today in Beijing.
pub fn today() -> Date {
    on(Timestamp::now())
}

fn on(moment: Timestamp) -> Date {
    BEIJING.to_datetime(moment).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_beijing() {
        let at = |text: &str| on(text.parse().unwrap()).to_string();
        assert_eq!(at("2024-07-04T15:59:59Z"), "2024-07-04");
        assert_eq!(at("2024-07-04T16:00:00Z"), "2024-07-05");
    }
}
