//! Dates in running text: years and months that are no figures, and what is to be finished by when.

use jiff::civil::Date;

use crate::plan::number::number;
use crate::plan::numeral;

/// A date at the text's start.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// Bytes taken, 底 and 前 included.
    pub used: usize,
    /// The last day it allows, where it sets a deadline (6月底前, 年底前). The year is the notice's where it gives none.
    pub deadline: Option<Date>,
}

/// 2025年6月底前, 2024年, 6月30日前, 9月底; years of duration (3年内) count too: none of them is a figure.
pub(super) fn date_at(text: &str, year: i16) -> Option<Found> {
    if let Some(found) = part_of_year(text, year) {
        return Some(found);
    }
    let mut rest = text;
    let mut given = (None, None, None);
    let part = |rest: &str, sign: char| -> Option<(i16, usize)> {
        let (_, used) = number(rest).filter(|(_, used)| *used <= 4)?;
        let behind = rest[used..].strip_prefix(sign)?;
        Some((rest[..used].parse().ok()?, rest.len() - behind.len()))
    };
    if let Some((n, used)) = part(rest, '年') {
        given.0 = Some(n);
        rest = &rest[used..];
    } else {
        // 2024-2026年, 2024—2026年
        let span = number(rest)
            .filter(|(_, used)| *used == 4)
            .and_then(|(_, used)| {
                let behind = &rest[used..];
                let behind = ["-", "—", "–", "~", "至", "到"]
                    .iter()
                    .find_map(|d| behind.strip_prefix(d))?;
                part(behind, '年').map(|(_, more)| rest.len() - behind.len() + more)
            });
        if let Some(used) = span {
            return Some(Found {
                used,
                deadline: None,
            });
        }
    }
    if let Some((n, used)) = part(rest, '月') {
        given.1 = Some(n);
        rest = &rest[used..];
        if let Some((n, used)) = part(rest, '日').or_else(|| part(rest, '号')) {
            given.2 = Some(n);
            rest = &rest[used..];
        }
    } else if given.0.is_none() {
        return None;
    }
    for word in ["度", "份"] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let (period, behind) = period_word(rest);
    let limits = !matches!(period, Period::None) || behind.starts_with('前');
    let rest = ["之前", "以前", "前"]
        .iter()
        .find_map(|w| behind.strip_prefix(w))
        .unwrap_or(behind);
    // 3年内 is a duration.
    let full = given.0.is_none_or(|y| y >= 1000);
    let deadline = (limits && full)
        .then(|| deadline(given, period, year))
        .flatten();
    Some(Found {
        used: text.len() - rest.len(),
        deadline,
    })
}

/// 上半年完成, 二季度末, 六月底前: limits without a digit.
fn part_of_year(text: &str, year: i16) -> Option<Found> {
    let named = [
        ("上半年", 6),
        ("一季度", 3),
        ("二季度", 6),
        ("三季度", 9),
        ("四季度", 12),
    ];
    let bare = text.strip_prefix('第').unwrap_or(text);
    let by_name = named
        .iter()
        .find_map(|(word, month)| Some((*month, bare.strip_prefix(word)?)));
    let (month, rest) = by_name.or_else(|| {
        let run: usize = text
            .chars()
            .take(3)
            .take_while(|c| numeral::is_numeral(*c))
            .map(char::len_utf8)
            .sum();
        let value = numeral::read(&text[..run])?;
        let month = (1..=12_i8).find(|m| (f64::from(*m) - value).abs() < 1e-9)?;
        let rest = text[run..].strip_prefix('月')?;
        Some((month, rest.strip_prefix('份').unwrap_or(rest)))
    })?;
    let (period, behind) = period_word(rest);
    let ends = ["之前", "以前", "前", "内"]
        .iter()
        .find_map(|w| behind.strip_prefix(w));
    let does = [
        "完成", "建成", "实现", "启动", "开工", "投用", "投入", "竣工",
    ];
    let limits = ends.is_some()
        || !matches!(period, Period::None)
        || (by_name.is_some() && does.iter().any(|w| behind.starts_with(w)));
    let rest = ends.unwrap_or(behind);
    limits.then(|| Found {
        used: text.len() - rest.len(),
        deadline: deadline((None, Some(i16::from(month)), None), period, year),
    })
}

#[derive(Clone, Copy)]
enum Period {
    None,
    Early,
    Middle,
    Late,
}

fn period_word(text: &str) -> (Period, &str) {
    for (word, period) in [
        ("上旬", Period::Early),
        ("中旬", Period::Middle),
        ("下旬", Period::Late),
        ("年底", Period::Late),
        ("底", Period::Late),
        ("末", Period::Late),
    ] {
        if let Some(rest) = text.strip_prefix(word) {
            return (period, rest);
        }
    }
    (Period::None, text)
}

fn deadline(
    (y, m, d): (Option<i16>, Option<i16>, Option<i16>),
    period: Period,
    year: i16,
) -> Option<Date> {
    let year = y.unwrap_or(year);
    let Some(month) = m else {
        return Date::new(year, 12, 31).ok();
    };
    let month = i8::try_from(month).ok()?;
    let first = Date::new(year, month, 1).ok()?;
    match (d, period) {
        (Some(day), _) => Date::new(year, month, i8::try_from(day).ok()?).ok(),
        (None, Period::Early) => Date::new(year, month, 10).ok(),
        (None, Period::Middle) => Date::new(year, month, 20).ok(),
        (None, _) => Some(first.last_of_month()),
    }
}

/// The deadline of a 完成时限 cell: a date, 年底, 12月底前, 全年.
pub(super) fn deadline_cell(text: &str, year: i16) -> Option<Date> {
    let folded = super::mask::fold(text);
    let bare = folded.trim_end_matches(['。', '前', '内']);
    if matches!(bare, "年底" | "年末" | "全年" | "年" | "当年底" | "年底之") {
        return Date::new(year, 12, 31).ok();
    }
    if let Some(date) = bare
        .get(..10)
        .and_then(|d| d.parse().ok())
        .filter(|_| bare.len() == 10)
    {
        return Some(date);
    }
    let parts: Vec<&str> = bare.split(['.', '/', '-']).collect();
    if let [y, m, d] = parts.as_slice()
        && let (Ok(y), Ok(m), Ok(d)) = (y.parse(), m.parse(), d.parse())
    {
        return Date::new(y, m, d).ok();
    }
    let found = date_at(&folded, year)?;
    // In a column of deadlines 6月 alone is one.
    found.deadline.or_else(|| {
        date_at(
            &format!("{}底前", bare.trim_end_matches(['底', '末'])),
            year,
        )?
        .deadline
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deadline_of(text: &str) -> Option<String> {
        date_at(text, 2024)
            .and_then(|f| f.deadline)
            .map(|d| d.to_string())
    }

    #[test]
    fn deadlines_are_distinguished_from_years() {
        assert_eq!(
            deadline_of("2025年6月底前完成").as_deref(),
            Some("2025-06-30")
        );
        assert_eq!(deadline_of("9月底前").as_deref(), Some("2024-09-30"));
        assert_eq!(deadline_of("6月15日前").as_deref(), Some("2024-06-15"));
        assert_eq!(deadline_of("2024年全年"), None);
        assert_eq!(deadline_of("3年内"), None);
        assert_eq!(
            date_at("2024—2026年建设", 2024).map(|f| f.used),
            Some("2024—2026年".len())
        );
        assert_eq!(date_at("20个", 2024), None);
        assert_eq!(date_at("99月99日前", 2024).and_then(|f| f.deadline), None);
        assert_eq!(
            deadline_cell("2024年11月", 2024)
                .map(|d| d.to_string())
                .as_deref(),
            Some("2024-11-30")
        );
        assert_eq!(
            deadline_cell("年底前", 2024)
                .map(|d| d.to_string())
                .as_deref(),
            Some("2024-12-31")
        );
    }
}
