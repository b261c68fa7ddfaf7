//! A reporting month.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

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
        Self { year: date.year(), month: date.month() }
    }

    pub fn year(self) -> i16 {
        self.year
    }

    pub fn month(self) -> i8 {
        self.month
    }

    pub fn first_day(self) -> Date {
        jiff::civil::date(self.year, self.month, 1)
    }

    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// The month `n` later (earlier when negative).
    pub fn plus(self, n: i32) -> Self {
        let index = self.index() + n;
        let year = index.div_euclid(12).clamp(1, 9998) as i16;
        Self { year, month: (index.rem_euclid(12) + 1) as i8 }
    }

    pub fn previous(self) -> Self {
        self.plus(-1)
    }

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
        if year.len() != 4 || month.len() != 2 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return Err(());
        }
        Self::new(year.parse().map_err(drop)?, month.parse().map_err(drop)?).ok_or(())
    }
}

/// `2024年6月30日`: GB/T 9704 writes dates without padding zeros.
pub fn chinese_date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}
