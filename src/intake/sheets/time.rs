//! Days and months in cells.

use jiff::civil::Date;
use toml::Value as Toml;

use super::cell::{CellReader, Read, wrong};
use super::is_text_of_date;
use crate::intake::calendar::{self, Day, Year};
use crate::intake::dates;
use crate::intake::fields::FieldCell;
use crate::intake::text::one_line;
use crate::intake::workbook::{NumberFormat, Value};
use crate::plan::names::fold;
use crate::plan::{Period, numeral};

impl CellReader {
    /// The month that a cell names, if it is one. Without its year it is the plan's only such month.
    pub fn month(&self, cell: &FieldCell) -> Read<Period> {
        let of_number = |n: u32| match n {
            1..=12 => Some(self.only_month(n)),
            190_001..=999_812 => {
                let (year, month) = (i16::try_from(n / 100).ok()?, i8::try_from(n % 100).ok()?);
                Period::new(year, month).map(|p| Ok(Some(p)))
            }
            _ => None,
        };
        match &cell.value {
            Some(value @ (Value::Number(_) | Value::Date(_))) => {
                if let (Value::Number(n), false) = (value, is_date(cell))
                    && let Some(found) = n.to_string().parse().ok().and_then(of_number)
                {
                    return found;
                }
                Ok(dates::of_value(value, self.date_1904).map(Period::of))
            }
            Some(Value::Text(text)) => {
                let folded = calendar::fold(text);
                let folded = folded.trim();
                if let Ok(month) = folded.parse() {
                    return Ok(Some(month));
                }
                if let Some(found) = folded.parse().ok().and_then(of_number) {
                    return found;
                }
                let Some((mention, rest)) = calendar::at_start(folded) else {
                    return Ok(None);
                };
                let is_month = matches!(rest.trim(), "" | "份" | "止" | "起" | "开始" | "以来")
                    && matches!(mention.day, None | Some(Day::End | Day::Exact(_)));
                let Some((month, _)) = mention.months.filter(|(a, b)| a == b && is_month) else {
                    return Ok(None);
                };
                match mention.year {
                    None => self.only_month(month),
                    Some(Year::Written(year, last)) if year == last => {
                        let month = i8::try_from(month).ok().and_then(|m| Period::new(year, m));
                        Ok(month)
                    }
                    Some(_) => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }

    fn only_month(&self, month: u32) -> Read<Period> {
        let help = format!("写明年份，如 2024年{month}月");
        // Without the plan's days no month has a year, and those are told of.
        let (Some((start, end)), Ok(number)) = (self.span, i8::try_from(month)) else {
            return Err((String::new(), None));
        };
        let all = (start.year()..=end.year()).filter_map(|year| Period::new(year, number));
        let within: Vec<Period> = all
            .filter(|p| (Period::of(start)..=Period::of(end)).contains(p))
            .collect();
        match within.as_slice() {
            [only] => Ok(Some(*only)),
            [] => Ok(Period::new(start.year(), number)),
            _ => wrong(format!("{month}月没有写年份，计划里不止一个"), &help),
        }
    }

    /// The day that a cell names; `month`: the month that the row is about.
    pub fn date(&mut self, cell: &FieldCell, month: Option<Period>) -> Read<Date> {
        let raw = one_line(&cell.raw(), 30);
        let unread = || {
            wrong(
                format!("“{raw}”不是日期，或没有这一天"),
                "写成 2024-09-30 或 2024年9月30日",
            )
        };
        let said = |day: Date| format!("这里的数 {raw} 没有日期格式，按日期 {day} 读");
        match &cell.value {
            Some(value @ (Value::Number(_) | Value::Date(_))) => {
                match dates::of_value(value, self.date_1904) {
                    Some(day) => {
                        if !is_date(cell) && raw.len() < 8 {
                            self.warnings.push(said(day));
                        }
                        Ok(Some(day))
                    }
                    None => unread(),
                }
            }
            Some(Value::Text(text)) => {
                // A text that leaves the year out means another day in another year.
                let in_year = |year| dates::parse(text, year, self.date_1904);
                let written = (in_year(2023), in_year(2024));
                match written {
                    (Some(a), Some(b)) if a == b => {
                        if is_text_of_date(text) {
                            self.warnings.push(said(a));
                        }
                        return Ok(Some(a));
                    }
                    (None, None) => return unread(),
                    _ => {}
                }
                if let Some(month) = month {
                    let after = (0..2).filter_map(|n| in_year(month.year() + n));
                    return Ok(after.into_iter().find(|day| *day >= month.first_day()));
                }
                let Some((start, end)) = self.span else {
                    return if self.is_span_read {
                        Err((String::new(), None))
                    } else {
                        wrong(
                            format!("“{raw}”没有写年份"),
                            "写成 2024-09-30 或 2024年9月30日",
                        )
                    };
                };
                let days = (start.year()..=end.year()).filter_map(in_year);
                let within: Vec<Date> = days.filter(|day| (start..=end).contains(day)).collect();
                match within.as_slice() {
                    [only] => Ok(Some(*only)),
                    [] => in_year(start.year()).map_or_else(unread, |day| Ok(Some(day))),
                    _ => wrong(
                        format!("“{raw}”没有写年份，计划里不止一个"),
                        "写成 2024-09-30 或 2024年9月30日",
                    ),
                }
            }
            _ => unread(),
        }
    }
}

/// Whether a text names a month and no day of it.
pub(super) fn has_no_day(cell: &FieldCell) -> bool {
    let Some(Value::Text(text)) = &cell.value else {
        return false;
    };
    let folded = calendar::fold(text);
    let mention = calendar::at_start(folded.trim());
    mention.is_some_and(|(mention, _)| matches!(mention.day, None | Some(Day::Early | Day::Middle)))
}

/// Whether a cell holds a day.
pub(super) fn is_date(cell: &FieldCell) -> bool {
    match &cell.value {
        Some(Value::Date(_)) => true,
        Some(Value::Number(_)) => cell.format == NumberFormat::Date,
        _ => false,
    }
}

pub(super) fn day(date: Date) -> Toml {
    let date = date.to_string().parse::<toml::value::Datetime>();
    date.map_or(Toml::Boolean(false), Toml::Datetime)
}

/// 次月5日, 当月25日, 每月底.
pub(super) fn due_day(text: &str) -> Option<Toml> {
    let folded = fold(text);
    let next = ["次月", "下月", "翌月", "下个月", "次一月"];
    let same = ["当月", "每月", "本月", "同月"];
    let rest = |words: &[&str]| words.iter().find_map(|word| folded.strip_prefix(word));
    let (month, rest) = rest(&next)
        .map(|r| ("next", r))
        .or_else(|| rest(&same).map(|r| ("same", r)))?;
    let day = rest
        .trim_end_matches(['。', '.'])
        .trim_end_matches("前")
        .trim_end_matches("之")
        .trim_end_matches("以")
        .trim_end_matches("止")
        .trim_end_matches(['日', '号']);
    let day: i64 = match day {
        "底" | "末" => 31,
        day => match day.parse() {
            Ok(day) => day,
            #[expect(clippy::cast_possible_truncation, reason = "days of a month")]
            Err(_) => numeral::read(day).filter(|n| n.fract() == 0.0 && *n < 100.0)? as i64,
        },
    };
    let mut table = toml::Table::new();
    table.insert("due_day".into(), day.into());
    table.insert("due_month".into(), month.into());
    Some(table.into())
}
