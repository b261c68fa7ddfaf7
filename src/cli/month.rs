//! Months as people write them: on the command line, and as names of the inbox's folders.

use std::fmt;
use std::str::FromStr;

use crate::Joined;
use crate::intake::calendar::{self, Year};
use crate::intake::text::one_line;
use crate::plan::{Period, Plan};

use super::error::{Error, Result};

/// A month as written; a year that is left out is the plan's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    pub year: Option<i16>,
    pub month: i8,
}

/// A month, or the first and the last of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Months {
    pub first: Month,
    pub last: Month,
}

/// Words of quarters, halves and ends of years: no months, although each ends in one.
const NO_MONTH: [char; 9] = ['季', 'Q', 'q', '半', '全', '底', '末', 'H', 'h'];

/// What may stand between the first month and the last one.
const RANGE: [&str; 10] = ["..", "…", "至", "到", "~", "～", "—", "–", "-", "―"];

impl Month {
    /// `None`: the text is not one month and nothing else.
    pub fn read(text: &str) -> Option<Self> {
        Months::whole(&calendar::fold(text)).and_then(Months::one)
    }

    fn number(text: &str) -> Option<Self> {
        let month = i8::try_from(calendar::number(text)?).ok()?;
        (1..=12)
            .contains(&month)
            .then_some(Self { year: None, month })
    }

    /// Those of some months that it can mean.
    pub fn among(self, all: impl Iterator<Item = Period>) -> Vec<Period> {
        let is_meant =
            |p: &Period| p.month() == self.month && self.year.is_none_or(|year| p.year() == year);
        all.filter(is_meant).collect()
    }

    /// The month, where its year is written.
    pub fn full(self) -> Option<Period> {
        Period::new(self.year?, self.month)
    }

    /// The month of a plan that it means.
    pub fn of_plan(self, plan: &Plan) -> Result<Period> {
        if let Some(period) = self.full() {
            return in_plan(plan, period);
        }
        match self.among(of_plan(plan)).as_slice() {
            [one] => Ok(*one),
            [] => {
                let (first, last) = (Period::of(plan.start), Period::of(plan.end));
                Err(said!(
                    "任务计划“{}”的起止月份（{first}至{last}）里没有{self}",
                    plan.title
                ))
            }
            many => Err(ambiguous(self, many)),
        }
    }
}

/// `6月` may be of several years.
pub fn ambiguous(month: Month, of: &[Period]) -> Error {
    let of = of.iter().map(ToString::to_string).joined("，也可以是");
    said!("{month}可以是{}，请写明年份", of)
}

/// The months that a plan covers.
pub fn of_plan(plan: &Plan) -> impl Iterator<Item = Period> {
    let last = Period::of(plan.end);
    let next = move |p: &Period| Some(p.next()).filter(|p| *p <= last);
    std::iter::successors(Some(Period::of(plan.start)), next)
}

/// The month, where the plan covers it.
pub fn in_plan(plan: &Plan, period: Period) -> Result<Period> {
    let (start, end) = (Period::of(plan.start), Period::of(plan.end));
    if (start..=end).contains(&period) {
        return Ok(period);
    }
    Err(said!(
        "{period}不在任务计划“{}”的起止月份（{start}至{end}）之内，请核对月份和 --plan",
        plan.title
    ))
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.full() {
            Some(period) => write!(f, "{period}"),
            None => write!(f, "{}月", self.month),
        }
    }
}

/// What an argument says: `2024-06`, `6月`, `6`, `2024-01..2024-06`, `1至6月`.
impl FromStr for Months {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let folded = calendar::fold(text);
        let number = || Month::number(&folded).map(Self::from);
        Self::whole(&folded).or_else(number).ok_or_else(|| {
            let text = one_line(text, 20);
            format!("“{text}”看不出是哪个月，请写成 2024-06 或 6月；一段月份写成 2024-01..2024-06 或 1月至6月")
        })
    }
}

impl Months {
    /// As an argument, but a number alone is none: for places where something else may stand, too.
    pub fn among_words(text: &str) -> Option<Self> {
        Self::whole(&calendar::fold(text))
    }

    fn whole(text: &str) -> Option<Self> {
        if text.len() > 60 || text.contains(NO_MONTH) {
            return None;
        }
        let range = || RANGE.iter().find_map(|sign| Self::range(text, sign));
        range().or_else(|| Self::mention(text))
    }

    /// Two months with a sign between them; the last one is of the first one's year where it has none of its own.
    fn range(text: &str, sign: &str) -> Option<Self> {
        text.match_indices(sign).find_map(|(at, _)| {
            let (first, last) = (&text[..at], &text[at + sign.len()..]);
            // 2024-01-06 is a day.
            let number = |text| Month::number(text).filter(|_| sign != "-");
            let month = |text| Self::mention(text).and_then(Self::one);
            let last = month(last).or_else(|| number(last))?;
            let first = month(first).or_else(|| number(first))?;
            let year = last.year.or(first.year);
            Some(Self {
                first,
                last: Month { year, ..last },
            })
        })
    }

    /// A text that names months without days and nothing else.
    fn mention(text: &str) -> Option<Self> {
        let (mention, rest) = calendar::at_start(text.trim())?;
        let year = match mention.year {
            None => None,
            Some(Year::Written(first, last)) if first == last => Some(last),
            Some(_) => return None,
        };
        let month = |month: u32| {
            let month = i8::try_from(month).ok()?;
            (1..=12).contains(&month).then_some(Month { year, month })
        };
        let (first, last) = mention.months?;
        let months = Self {
            first: month(first)?,
            last: month(last)?,
        };
        (rest.trim().is_empty() && mention.day.is_none()).then_some(months)
    }

    /// `None`: there are several.
    pub fn one(self) -> Option<Month> {
        (self.first == self.last).then_some(self.first)
    }
}

impl From<Month> for Months {
    fn from(month: Month) -> Self {
        Self {
            first: month,
            last: month,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let Ok(Months { first, last }) = text.parse() else {
            return "-".to_owned();
        };
        if first == last {
            first.to_string()
        } else {
            format!("{first}..{last}")
        }
    }

    /// Only 2024-06 was.
    #[test]
    fn months_are_read_as_people_write_them() {
        for (texts, month) in [
            (
                "2024-06 2024-6 2024/6 2024/06 2024.6 2024年6月 2024年06月份 24年6月 ２０２４年６月 202406 二〇二四年六月",
                "2024-06",
            ),
            ("6月 06月 六月 6月份 6 06", "6月"),
            (
                "2024-01..2024-06 2024-1..2024-6 2024-01至2024-06 2024-01-2024-06 2024.1-2024.6 202401~202406 2024年1月—2024年6月 \
                 2024年1-6月 2024年1月至6月 2024-01..06 2024年1月..6月 2024年1月～6月",
                "2024-01..2024-06",
            ),
            (
                "1-6月 1月-6月 1月至6月 1..6 1~6月 一至六月 1月..6月",
                "1月..6月",
            ),
            ("2024.5-2025.5", "2024-05..2025-05"),
            ("11月至2025年2月", "11月..2025-02"),
            (
                "2024 13月 2024-13 6月20日 2024-06-20 2024-01-06 二季度 2024-Q2 2024年上半年 6月底 去年6月 2023-2024年6月 归档 - 0 run",
                "-",
            ),
        ] {
            for text in texts.split(' ') {
                assert_eq!(said(text), month, "{text}");
            }
        }
    }

    #[test]
    fn a_month_without_a_year_is_the_plans_only_one() {
        let mut plan = crate::plan::testing::plan(1);
        plan.start = jiff::civil::date(2024, 7, 1);
        plan.end = jiff::civil::date(2025, 8, 31);
        let month = |text: &str| {
            let month = Month::read(text).unwrap();
            month.of_plan(&plan).map_err(|e| e.to_string())
        };
        assert_eq!(month("9月").unwrap().to_string(), "2024-09");
        assert_eq!(month("3月").unwrap().to_string(), "2025-03");
        let both = month("7月").unwrap_err();
        assert!(
            both.contains("2024-07") && both.contains("2025-07"),
            "{both}"
        );
        assert!(
            month("2026年1月")
                .unwrap_err()
                .contains("2026-01不在任务计划")
        );
    }
}
