//! Dates as departments write them (C012): serials, ISO, 2024.9.30, 24-9-30, 2024年9月30日, 9月, 9月底, 年底, 上旬/中旬/下旬.

use jiff::civil::{Date, date};
use unicode_normalization::UnicodeNormalization;

use super::submission::FieldCell;
use super::text;
use super::workbook::Value;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DateReading {
    /// The form has no such column, or there is no row.
    #[default]
    Absent,
    Blank,
    Placeholder,
    Date(Date),
    /// C012.
    Unreadable,
    /// C007, C008.
    Broken,
}

impl DateReading {
    pub fn date(&self) -> Option<Date> {
        match self {
            Self::Date(d) => Some(*d),
            _ => None,
        }
    }
}

/// Reads a date cell. `year`: the plan's, for texts that leave it out.
pub fn read(cell: Option<&FieldCell>, year: i16, date_1904: bool) -> DateReading {
    let Some(cell) = cell else {
        return DateReading::Absent;
    };
    match &cell.value {
        None => DateReading::Blank,
        Some(Value::Error(_) | Value::NoCachedValue) => DateReading::Broken,
        Some(Value::Bool(_)) => DateReading::Unreadable,
        Some(Value::Number(n)) => from_serial(*n, date_1904)
            .or_else(|| compact(*n))
            .map_or(DateReading::Unreadable, DateReading::Date),
        Some(Value::Date(iso)) => iso
            .get(..10)
            .and_then(|d| d.parse().ok())
            .map_or(DateReading::Unreadable, DateReading::Date),
        Some(Value::Text(raw)) => {
            if text::key(raw).is_empty() {
                DateReading::Blank
            } else if text::is_placeholder(raw) {
                DateReading::Placeholder
            } else {
                parse(raw, year, date_1904).map_or(DateReading::Unreadable, DateReading::Date)
            }
        }
    }
}

/// A spreadsheet serial between 1990 and 2100; other numbers are no dates a plan could mean.
pub fn from_serial(serial: f64, date_1904: bool) -> Option<Date> {
    let days = serial.floor();
    let epoch = if date_1904 {
        date(1904, 1, 1)
    } else {
        date(1899, 12, 30)
    };
    if !(30_000.0..75_000.0).contains(&days) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 75 000")]
    let days = days as i64;
    epoch.checked_add(jiff::Span::new().days(days)).ok()
}

/// 20240930 typed as a number.
fn compact(n: f64) -> Option<Date> {
    if n.fract() != 0.0 || !(19_900_101.0..21_000_101.0).contains(&n) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and of eight digits")]
    let n = n as i32;
    Date::new(
        i16::try_from(n / 10_000).ok()?,
        i8::try_from((n / 100) % 100).ok()?,
        i8::try_from(n % 100).ok()?,
    )
    .ok()
}

/// Bytes of a cell that is looked at as a date, spaces included.
const LONGEST_DATE: usize = 200;

/// Reads a date text; `None` when it is none or does not exist.
pub fn parse(raw: &str, year: i16, date_1904: bool) -> Option<Date> {
    if raw.len() > LONGEST_DATE {
        return None;
    }
    let folded: String = raw.nfkc().filter(|c| !text::is_space(*c)).collect();
    let mut s = folded.trim_end_matches(['。', '前', ';']);
    s = s.strip_suffix("之").unwrap_or(s);
    // A time of day behind an ISO date says nothing here.
    if let Some((day, time)) = folded.split_once(['T', 't'])
        && time.contains(':')
    {
        s = day;
    }
    if s.len() > 10
        && s.is_char_boundary(10)
        && s[10..].contains(':')
        && s.as_bytes()[..10]
            .iter()
            .all(|b| b.is_ascii_digit() || *b == b'-')
    {
        s = &s[..10];
    }
    if matches!(s, "年底" | "年末" | "年内" | "全年") {
        return Date::new(year, 12, 31).ok();
    }
    if let Some(prefix) = s.strip_suffix("年底").or_else(|| s.strip_suffix("年末")) {
        return Date::new(full_year(prefix)?, 12, 31).ok();
    }
    if s.contains('年') || s.contains('月') {
        return chinese(s, year);
    }
    let parts: Vec<&str> = s.split(['-', '.', '/', '\\']).collect();
    match parts.as_slice() {
        [y, m, d] => Date::new(full_year(y)?, small(m)?, small(d)?).ok(),
        [y, m] if y.len() == 4 => {
            Some(Date::new(full_year(y)?, small(m)?, 1).ok()?.last_of_month())
        }
        [one] if one.len() == 8 && one.bytes().all(|b| b.is_ascii_digit()) => {
            compact(one.parse().ok()?)
        }
        [one] if one.len() == 5 && one.bytes().all(|b| b.is_ascii_digit()) => {
            from_serial(one.parse().ok()?, date_1904)
        }
        _ => None,
    }
}

/// A text that names one day with its year, and nothing else: 2024年9月30日, 2024-9-30. 9月30日 and 2024年9月底 are none.
pub fn one_day(raw: &str) -> Option<Date> {
    let folded = text::key(raw);
    let parts: Vec<&str> = folded
        .strip_suffix('日')
        .unwrap_or(&folded)
        .split(['年', '月', '-', '/', '.'])
        .collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let is_number = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    (year.len() == 4 && is_number(year, 4) && is_number(month, 2) && is_number(day, 2))
        .then(|| parse(raw, 0, false))
        .flatten()
}

/// 2024年9月30日, 9月30日, 2024年9月, 9月底, 9月上旬.
fn chinese(s: &str, year: i16) -> Option<Date> {
    let (year, rest) = match s.split_once('年') {
        Some((y, rest)) => (
            match y {
                "今" | "本" => year,
                "明" => year.checked_add(1)?,
                "去" => year.checked_sub(1)?,
                _ => full_year(y)?,
            },
            rest,
        ),
        None => (year, s),
    };
    let (month, rest) = rest
        .split_once('月')
        .or_else(|| rest.strip_suffix("月份").map(|m| (m, "")))?;
    let month = small(month)?;
    let first = Date::new(year, month, 1).ok()?;
    match rest.trim_start_matches('份') {
        "" | "底" | "末" | "下旬" | "内" => Some(first.last_of_month()),
        "上旬" => Date::new(year, month, 10).ok(),
        "中旬" => Date::new(year, month, 20).ok(),
        day => {
            let day = day.strip_suffix(['日', '号']).unwrap_or(day);
            Date::new(year, month, small(day)?).ok()
        }
    }
}

/// 2024 or 24.
fn full_year(text: &str) -> Option<i16> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match (text.len(), text.parse::<i16>().ok()?) {
        (4, y) if (1900..2200).contains(&y) => Some(y),
        (2, y) => Some(2000 + y),
        _ => None,
    }
}

fn small(text: &str) -> Option<i8> {
    (!text.is_empty() && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Option<String> {
        parse(text, 2024, false).map(|d| d.to_string())
    }

    #[test]
    fn one_day_is_told_from_other_deadlines() {
        for raw in [
            "2024年9月30日",
            "2024-09-30",
            "2024.9.30",
            " 2024年9月30日 ",
            "２０２４年９月３０日",
        ] {
            assert_eq!(one_day(raw), Some(date(2024, 9, 30)), "{raw}");
        }
        for raw in [
            "9月30日",
            "2024年9月底",
            "2024年9月",
            "24-9-30",
            "2024年9月30日前完成",
            "2024年2月30日",
            "年底",
            "",
        ] {
            assert_eq!(one_day(raw), None, "{raw}");
        }
    }

    #[test]
    fn reads_every_shape() {
        for (text, iso) in [
            ("45412", "2024-04-30"),
            ("2024-09-30", "2024-09-30"),
            ("2024.9.30", "2024-09-30"),
            ("2024/9/30", "2024-09-30"),
            ("24-9-30", "2024-09-30"),
            ("2024年9月30日", "2024-09-30"),
            ("２０２４年９月", "2024-09-30"),
            ("9月", "2024-09-30"),
            ("9月底", "2024-09-30"),
            ("9月底前", "2024-09-30"),
            ("9月上旬", "2024-09-10"),
            ("9月中旬", "2024-09-20"),
            ("2月下旬", "2024-02-29"),
            ("年底", "2024-12-31"),
            ("2025年底", "2025-12-31"),
            ("2024-09-30 00:00:00", "2024-09-30"),
            ("20240930", "2024-09-30"),
            ("9月30日", "2024-09-30"),
        ] {
            assert_eq!(read_text(text).as_deref(), Some(iso), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_none_or_does_not_exist() {
        for text in [
            "2024-02-30",
            "春节后",
            "13月",
            "2024-13-01",
            "9.30",
            "快了",
            "2024",
            "31",
        ] {
            assert_eq!(read_text(text), None, "{text}");
        }
    }

    #[test]
    fn serials_follow_the_workbooks_epoch() {
        assert_eq!(
            from_serial(45412.0, false).unwrap().to_string(),
            "2024-04-30"
        );
        assert_eq!(
            from_serial(43904.0, true).unwrap().to_string(),
            "2024-03-15"
        );
        assert_eq!(from_serial(-1.0, false), None);
        assert_eq!(from_serial(f64::NAN, false), None);
    }
}
