//! Cells that hold a date (C012): serials, ISO dates, and what [`calendar`] reads.

use super::calendar::{self, Day, Mention, Year};
use super::fields::FieldCell;
use super::number_text::number_text;
use super::text;
use super::workbook::Value;
use crate::plan::names;
use jiff::civil::{Date, date};

/// A cell that should hold a date, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DateReading {
    /// The form has no such column, or there is no row.
    #[default]
    Absent,
    /// Empty.
    Blank,
    /// 无, / and the like.
    Placeholder,
    /// A day; of a month or a quarter the last.
    Date(Date),
    /// C012.
    Unreadable,
    /// C007, C008.
    Broken,
}

impl DateReading {
    /// The day, where one was read.
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
        Some(value @ (Value::Number(_) | Value::Date(_))) => {
            of_value(value, date_1904).map_or(DateReading::Unreadable, DateReading::Date)
        }
        Some(Value::Text(raw)) => {
            if names::fold(raw).is_empty() {
                DateReading::Blank
            } else if text::is_placeholder(raw) {
                DateReading::Placeholder
            } else {
                parse(raw, year, date_1904).map_or(DateReading::Unreadable, DateReading::Date)
            }
        }
    }
}

/// The date that a number or an ISO date is.
pub fn of_value(value: &Value, date_1904: bool) -> Option<Date> {
    match value {
        // 20240930 may be typed as a number.
        Value::Number(n) => from_serial(*n, date_1904).or_else(|| one_day(&number_text(*n))),
        Value::Date(iso) => iso.get(..10)?.parse().ok(),
        _ => None,
    }
}

/// A spreadsheet serial from 30,000 to 75,000 (1982 to 2105, with 1904's epoch four years later); other numbers are no dates
/// that a plan could mean.
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

/// Bytes of a cell that is looked at as a date, spaces included.
const LONGEST_DATE: usize = 200;

/// Reads a date text; `None` when it is none or does not exist. A month, a quarter or a year's end is its last day.
pub fn parse(raw: &str, year: i16, date_1904: bool) -> Option<Date> {
    if raw.len() > LONGEST_DATE {
        return None;
    }
    let folded = calendar::fold(raw);
    let text = without_prefix(
        folded.trim_end_matches(['。', ';']),
        &["已于", "已在", "于", "完成于", "竣工于", "建成于"],
    );
    if let Some((mention, rest)) = calendar::at_start(text) {
        date_of(mention, year).filter(|_| changes_nothing(rest))
    } else {
        let is_serial = text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit());
        from_serial(text.parse().ok().filter(|_| is_serial)?, date_1904)
    }
}

/// The day that a mention means; `plan_year` where it names none.
fn date_of(mention: Mention, plan_year: i16) -> Option<Date> {
    let year = match mention.year {
        None => plan_year,
        Some(Year::FromNow(offset)) => plan_year.checked_add(offset)?,
        Some(Year::Written(first, last)) => Some(first).filter(|first| *first == last)?,
    };
    let (month, _) = mention.months.filter(|(first, last)| first == last)?;
    let first = Date::new(year, i8::try_from(month).ok()?, 1).ok()?;
    match mention.day {
        None | Some(Day::End) => Some(first.last_of_month()),
        Some(Day::Early) => first.with().day(10).build().ok(),
        Some(Day::Middle) => first.with().day(20).build().ok(),
        Some(Day::Exact(day)) => first.with().day(i8::try_from(day).ok()?).build().ok(),
    }
}

/// Words behind a date that leave it what it is.
const BEHIND: &[&str] = &[
    "之前",
    "以前",
    "前",
    "止",
    "已",
    "全部",
    "全面",
    "正式",
    "完成",
    "完工",
    "竣工",
    "建成",
    "交付",
    "投用",
    "投入使用",
    "验收",
    "通过",
    "通车",
    "通水",
    "通电",
    "通气",
    "启用",
    "开园",
    "开放",
    "办结",
    "挂牌",
    "揭牌",
    "销号",
];

/// Whether what stands behind a date says nothing else of it: a time of day, a weekday in brackets, 前, 竣工 and their like.
fn changes_nothing(behind: &str) -> bool {
    let mut rest = behind.trim_start_matches(['T', 't', ' ', ',']);
    if rest.starts_with(|c: char| c.is_ascii_digit()) || rest.starts_with(['上', '下']) {
        let time = without_prefix(rest, &["上午", "下午"]);
        if time.is_empty() {
            return true;
        }
        let is_time = |c: char| {
            c.is_ascii_digit() || matches!(c, ':' | '.' | ' ' | '时' | '点' | '分' | '秒' | '整')
        };
        let end = time.find(|c| !is_time(c)).unwrap_or(time.len());
        // A number without a colon or a word of time behind it is not known to be one.
        if !time[..end].contains([':', '时', '点']) {
            return false;
        }
        rest = without_prefix(&time[end..], &["Z", "z"]);
    }
    if let Some((inner, after)) = rest.strip_prefix('(').and_then(|r| r.split_once(')'))
        && changes_nothing(inner)
    {
        rest = after;
    }
    rest = without_weekday(rest).unwrap_or(rest);
    loop {
        let left = without_prefix(rest.trim_start(), BEHIND);
        if left.len() == rest.len() {
            return rest.is_empty();
        }
        rest = left;
    }
}

/// A text without the 周六 or 星期六 that it begins with.
fn without_weekday(text: &str) -> Option<&str> {
    let day = ["星期", "周"]
        .iter()
        .find_map(|week| text.strip_prefix(week))?;
    day.strip_prefix(['一', '二', '三', '四', '五', '六', '日', '天'])
}

fn without_prefix<'t>(text: &'t str, words: &[&str]) -> &'t str {
    words
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .unwrap_or(text)
}

/// A text that names one day with its year in four digits, and nothing else: 2024年9月30日, 2024-9-30, 20240930. 9月30日 and 2024年9月底
/// are none.
pub fn one_day(raw: &str) -> Option<Date> {
    let folded = calendar::fold(raw);
    let (mention, rest) = calendar::at_start(&folded)?;
    let is_whole = rest.is_empty()
        && matches!(mention.day, Some(Day::Exact(_)))
        && matches!(folded.bytes().take_while(u8::is_ascii_digit).count(), 4 | 8);
    is_whole.then(|| date_of(mention, 0)).flatten()
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
        for (iso, texts) in [
            ("2024-04-30", &["45412"][..]),
            (
                "2024-09-30",
                &[
                    "2024-09-30",
                    "2024.9.30",
                    "2024/9/30",
                    "24-9-30",
                    "2024年9月30日",
                    "２０２４年９月",
                    "9月",
                    "9月底",
                    "9月底前",
                    "2024-09-30 00:00:00",
                    "20240930",
                    "9月30日",
                    "9月30日前完成",
                    "2024年9月30日 10:00",
                    "2024年9月30日上午10时30分",
                    "2024/9/30 10:00:00",
                    "2024-9-30T10:00:00Z",
                    "2024年9月30日（周一）",
                    "9月30日竣工。",
                    "已于9月30日通过验收",
                    "2024年9月30日下午",
                    "二〇二四年九月三十日",
                    "三季度",
                    "今年9月",
                ][..],
            ),
            ("2024-09-10", &["9月上旬"][..]),
            ("2024-09-20", &["9月中旬"][..]),
            ("2024-02-29", &["2月下旬"][..]),
            (
                "2024-12-31",
                &["年底", "12月底以前", "年底之前", "二○二四年十二月"][..],
            ),
            ("2025-12-31", &["2025年底"][..]),
            ("2025-03-31", &["明年3月底"][..]),
        ] {
            for text in texts {
                assert_eq!(read_text(text).as_deref(), Some(iso), "{text}");
            }
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
            "9/30",
            "1-6月",
            "9月30日未完成",
            "9月30日 20",
            "预计9月30日完成",
            "6月30日开工",
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
