//! A reporting month.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What a month looks like; the JSON Schema gives it to editors, the loader parses instead.
pub(super) const PATTERN: &str = "^[0-9]{4}-(0[1-9]|1[0-2])$";

/// One month, written `2024-06`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    year: i16,
    month: i8,
}

impl Period {
    /// `None` unless the month is 1–12 and the year 1900–9998.
    pub fn new(year: i16, month: i8) -> Option<Self> {
        ((1..=12).contains(&month) && (1900..9999).contains(&year)).then_some(Self { year, month })
    }

    /// The month a date lies in.
    pub fn of(date: Date) -> Self {
        Self {
            year: date.year(),
            month: date.month(),
        }
    }

    /// The calendar year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// 1 to 12.
    pub fn month(self) -> i8 {
        self.month
    }

    /// The 1st.
    pub fn first_day(self) -> Date {
        jiff::civil::date(self.year, self.month, 1)
    }

    /// The 28th to the 31st.
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// The month `n` later (earlier when negative).
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "both are clamped")]
    pub fn plus(self, n: i32) -> Self {
        let index = self.index().saturating_add(n);
        let year = index.div_euclid(12).clamp(1, 9998) as i16;
        Self {
            year,
            month: (index.rem_euclid(12) + 1) as i8,
        }
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        self.plus(-1)
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// Whole months from `earlier` to `self`; negative when `self` is the earlier one.
    pub fn months_since(self, earlier: Self) -> i32 {
        self.index() - earlier.index()
    }

    /// `2024年6月`.
    pub fn chinese(self) -> String {
        format!("{}年{}月", self.year, self.month)
    }

    fn index(self) -> i32 {
        i32::from(self.year) * 12 + i32::from(self.month) - 1
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Period {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (year, month) = text.split_once('-').ok_or(())?;
        if year.len() != 4
            || month.len() != 2
            || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        {
            return Err(());
        }
        Self::new(year.parse().map_err(drop)?, month.parse().map_err(drop)?).ok_or(())
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|()| de::Error::custom("not a month"))
    }
}

impl JsonSchema for Period {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "month".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": PATTERN })
    }
}

/// `2024年6月30日`: GB/T 9704 writes dates without padding zeros.
pub fn chinese_date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_four_digits_a_dash_and_a_real_month_are_read() {
        assert_eq!(
            "2024-06".parse(),
            Ok(Period {
                year: 2024,
                month: 6
            })
        );
        for text in [
            "2024-6",
            "2024-13",
            "2024-00",
            "24-06",
            "2024/06",
            "2024-06-01",
            "+024-06",
            " 2024-06",
            "0000-01",
            "",
        ] {
            assert_eq!(text.parse::<Period>(), Err(()), "{text}");
        }
    }

    #[test]
    fn months_are_counted_over_the_turn_of_the_year() {
        let june: Period = "2024-06".parse().unwrap();
        assert_eq!(june.plus(7).to_string(), "2025-01");
        assert_eq!(june.plus(-6).to_string(), "2023-12");
        assert_eq!(june.plus(7).months_since(june), 7);
        assert_eq!(june.months_since(june.next()), -1);
        assert_eq!(june.previous().next(), june);
    }

    #[test]
    fn a_month_knows_its_days_and_its_name() {
        let february: Period = "2024-02".parse().unwrap();
        assert_eq!(february.last_day().to_string(), "2024-02-29");
        assert_eq!(february.first_day().to_string(), "2024-02-01");
        assert_eq!(february.chinese(), "2024年2月");
        assert_eq!(chinese_date(february.last_day()), "2024年2月29日");
        assert_eq!(Period::of(february.last_day()), february);
    }
}
