//! What a text says of time: years, months and days in all their writings, for every reader of dates and names of months.

use super::quantity;
use crate::plan::numeral;

/// A time as far as a text names it. Nothing is checked: 13月 is a mention, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// `None`: left out.
    pub year: Option<Year>,
    /// The first and the last month named; of a quarter or half a year the last alone.
    pub months: Option<(u32, u32)>,
    pub day: Option<Day>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Year {
    /// 2024年, 24年5月, 二〇二四年; the first and the last of 2023-2025年.
    Written(i16, i16),
    /// 今年 (0), 去年 (-1), 明年 (1).
    FromNow(i16),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    Exact(u32),
    /// 上旬.
    Early,
    /// 中旬.
    Middle,
    /// 下旬, 底, 末.
    End,
}

/// A text as this module reads it: width folded, white space single, one zero.
pub fn fold(raw: &str) -> String {
    let folded = quantity::fold(raw);
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        out.push(match c {
            '○' => '〇',
            // 二0二五年: the nought of the keyboard.
            '0' if out.ends_with('二') => '〇',
            c => c,
        });
    }
    out
}

/// The mention that a folded text begins with, and what stands behind it.
pub fn at_start(text: &str) -> Option<(Mention, &str)> {
    let text = text.trim_start();
    with_year(text)
        .or_else(|| in_digits(text))
        .or_else(|| part_of_year(text, None))
}

/// Every mention of a folded text, with what stands before and behind it.
pub fn mentions(text: &str) -> Vec<(Mention, &str, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let here = &text[at..];
        let begins_word = matches!(
            c,
            '今' | '本'
                | '当'
                | '去'
                | '上'
                | '明'
                | '下'
                | '全'
                | '年'
                | '元'
                | '第'
                | '前'
                | 'Q'
        );
        let may_begin = c.is_ascii_digit() || is_numeral(c) || begins_word;
        // 半年内, 三年内 are spans of time.
        let is_span = c == '年'
            && text[..at]
                .ends_with(|c: char| c.is_ascii_digit() || c == '半' || numeral::is_numeral(c));
        if may_begin
            && !is_span
            && let Some((mention, behind)) = at_start(here)
        {
            found.push((mention, &text[..at], behind));
            at = text.len() - behind.len();
            continue;
        }
        // Digits that are no time are passed together: none of them begins one.
        let digits = here.bytes().take_while(u8::is_ascii_digit).count();
        at += digits.max(c.len_utf8());
    }
    found
}

/// A folded text that is a number and nothing else.
pub fn number(text: &str) -> Option<u32> {
    let figure = figure(text)?;
    figure.rest.trim().is_empty().then_some(figure.value)
}

/// A numeral of a day, a month or a year.
fn is_numeral(c: char) -> bool {
    matches!(
        c,
        '〇' | '零'
            | '一'
            | '二'
            | '三'
            | '四'
            | '五'
            | '六'
            | '七'
            | '八'
            | '九'
            | '十'
            | '廿'
            | '卅'
            | '壹'
            | '贰'
            | '叁'
            | '肆'
            | '伍'
            | '陆'
            | '柒'
            | '捌'
            | '玖'
            | '拾'
    )
}

/// A number of digits, or of Chinese numerals below a hundred and years.
struct DateNumber<'t> {
    value: u32,
    digits: usize,
    /// Digit by digit, as years are written: 2024, 二〇二四.
    is_digits: bool,
    rest: &'t str,
}

fn figure(text: &str) -> Option<DateNumber<'_>> {
    let text = text.trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return Some(DateNumber {
            value: text[..digits].parse().ok().filter(|_| digits <= 8)?,
            digits,
            is_digits: true,
            rest: &text[digits..],
        });
    }
    // 元月至五月, 元-五月
    if let Some(rest) = text.strip_prefix('元')
        && (rest.starts_with('月') || rest.starts_with(RANGE))
    {
        return Some(DateNumber {
            value: 1,
            digits: 1,
            is_digits: false,
            rest,
        });
    }
    let end = text.find(|c| !is_numeral(c)).unwrap_or(text.len());
    let value = numeral::read(&text[..end]).filter(|n| *n < 10_000.0)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and below 10,000"
    )]
    let value = value as u32;
    Some(DateNumber {
        value,
        digits: text[..end].chars().count(),
        is_digits: !text[..end].contains(['十', '拾', '廿', '卅']),
        rest: &text[end..],
    })
}

impl<'t> DateNumber<'t> {
    /// A year of four digits that a plan could mean.
    fn year(&self) -> Option<i16> {
        let is_year = self.digits == 4 && self.is_digits && (1900..2200).contains(&self.value);
        i16::try_from(self.value).ok().filter(|_| is_year)
    }

    /// One or two digits, or a numeral.
    fn is_small(&self) -> bool {
        self.value < 100 && (self.digits <= 2 || !self.is_digits)
    }

    fn then(&self, word: &str) -> Option<&'t str> {
        self.rest.trim_start().strip_prefix(word)
    }

    /// The figure behind a hyphen or 至: a range's second.
    fn second(&self) -> Option<Self> {
        figure(self.rest.trim_start().strip_prefix(RANGE)?)
    }
}

const RANGE: [char; 7] = ['-', '—', '–', '~', '～', '至', '到'];
const FROM_NOW: [(&str, i16); 6] = [
    ("今年", 0),
    ("本年", 0),
    ("当年", 0),
    ("去年", -1),
    ("上年", -1),
    ("明年", 1),
];

/// 2024年, and what of that year.
fn with_year(text: &str) -> Option<(Mention, &str)> {
    let (year, rest, is_short) = if let Some((rest, offset)) = starts_with(text, FROM_NOW) {
        (Year::FromNow(offset), rest, true)
    } else {
        let first = figure(text)?;
        let last = first.second().filter(|last| last.year().is_some());
        let last = last.as_ref().unwrap_or(&first);
        let rest = last.then("年")?;
        match (first.year(), last.year()) {
            (Some(first), Some(last)) => (Year::Written(first, last), rest, false),
            // 质保25年 is no year: only 25年5月 is one.
            _ if first.digits == 2 && first.is_digits => {
                let year = 2000 + i16::try_from(first.value).ok()?;
                (Year::Written(year, year), rest, true)
            }
            _ => return None,
        }
    };
    let rest = without(rest, "度");
    part_of_year(rest.trim_start(), Some(year)).or_else(|| {
        let alone = Mention {
            year: Some(year),
            months: None,
            day: None,
        };
        (!is_short).then_some((alone, rest))
    })
}

/// Months, quarters and halves, and days in a month.
fn part_of_year(text: &str, year: Option<Year>) -> Option<(Mention, &str)> {
    let mention = |months, day, rest| {
        Some((
            Mention {
                year,
                months: Some(months),
                day,
            },
            rest,
        ))
    };
    let ends = [
        ("上半年", 6),
        ("下半年", 12),
        ("全年", 12),
        ("Q1", 3),
        ("Q2", 6),
        ("Q3", 9),
        ("Q4", 12),
    ];
    if let Some((rest, month)) = starts_with(text, ends) {
        return mention((month, month), None, rest);
    }
    let end = match year {
        Some(_) => starts_with(without(text, "年"), [("底", ()), ("末", ())]),
        None => starts_with(text, [("年底", ()), ("年末", ()), ("年内", ())]),
    };
    if let Some((rest, ())) = end {
        return mention((12, 12), Some(Day::End), rest);
    }
    let number = text.trim_start_matches(['第', '前']);
    let first = figure(number).filter(DateNumber::is_small)?;
    // 前5个月
    if text.starts_with('前')
        && let Some(rest) = first.then("个月")
    {
        return mention((1, first.value), None, rest);
    }
    if let Some(rest) = first.then("季度") {
        return (1..=4).contains(&first.value).then(|| {
            let rest = without(without(rest, "末"), "底");
            mention((first.value * 3, first.value * 3), None, rest)
        })?;
    }
    if number.len() < text.len() {
        return None;
    }
    let second = first.second().filter(DateNumber::is_small);
    if let Some(second) = &second
        && let Some(rest) = second.then("月")
    {
        return mention((first.value, second.value), None, without(rest, "份"));
    }
    let rest = without(first.then("月")?, "份");
    let to = rest.trim_start().strip_prefix(RANGE).and_then(figure);
    if let Some(to) = to.filter(DateNumber::is_small)
        && let Some(rest) = to.then("月")
    {
        return mention((first.value, to.value), None, without(rest, "份"));
    }
    let months = (first.value, first.value);
    let days = [
        ("上旬", Day::Early),
        ("中旬", Day::Middle),
        ("下旬", Day::End),
        ("底", Day::End),
        ("末", Day::End),
        ("内", Day::End),
    ];
    if let Some((rest, day)) = starts_with(rest.trim_start(), days) {
        return mention(months, Some(day), rest);
    }
    if let Some(day) = figure(rest).filter(DateNumber::is_small) {
        let named = day.then("日").or_else(|| day.then("号"));
        // 9月30 is a day where the text ends with it; 6月20个 is none.
        let bare = || Some(day.rest).filter(|rest| rest.is_empty() || rest.starts_with('前'));
        if let Some(rest) = named.or_else(bare) {
            return mention(months, Some(Day::Exact(day.value)), rest);
        }
    }
    mention(months, None, rest)
}

/// 2024-06, 2024.6.30, 24-9-30, 202406, 20240630.
fn in_digits(text: &str) -> Option<(Mention, &str)> {
    let first = figure(text).filter(|_| text.starts_with(|c: char| c.is_ascii_digit()))?;
    let mention = |year: u32, months, day: Option<u32>, rest| {
        let year = i16::try_from(year)
            .ok()
            .filter(|y| (1900..2200).contains(y))?;
        let mention = Mention {
            year: Some(Year::Written(year, year)),
            months: Some(months),
            day: day.map(Day::Exact),
        };
        Some((mention, rest))
    };
    let (year, last) = (first.value, first.value % 100);
    match first.digits {
        8 => {
            let month = year / 100 % 100;
            let is_day = (1..=12).contains(&month) && (1..=31).contains(&last);
            is_day.then(|| mention(year / 10_000, (month, month), Some(last), first.rest))?
        }
        6 => (1..=12)
            .contains(&last)
            .then(|| mention(year / 100, (last, last), None, first.rest))?,
        2 | 4 => {
            let is_short = first.digits == 2;
            let year = if is_short { year + 2000 } else { year };
            let (separator, month, rest) = next_digits(first.rest)?;
            // A long dash parts a day's figures only where both are (2025—03—15): 2025.1—5 is a range.
            let is_long = |c: char| !c.is_ascii();
            let second =
                next_digits(rest).filter(|(other, ..)| !is_long(*other) || is_long(separator));
            if is_long(separator) && second.is_none() {
                return None;
            }
            if let Some((other, day, rest)) = second {
                // 2024.1-5: from January to May.
                if other == '-' && separator != '-' && month < day && day <= 12 {
                    return mention(year, (month, day), None, behind_month(rest));
                }
                return mention(year, (month, month), Some(day), without(rest, "日"));
            }
            // 2024.1-2024.5: a range, too.
            let to = rest.strip_prefix(RANGE).and_then(figure);
            if let Some((_, to, rest)) = to
                .filter(|to| to.year().is_some())
                .and_then(|to| next_digits(to.rest))
            {
                return mention(year, (month, to), None, rest);
            }
            (!is_short).then(|| mention(year, (month, month), None, behind_month(rest)))?
        }
        _ => None,
    }
}

fn behind_month(text: &str) -> &str {
    without(without(text, "月"), "份")
}

/// A separator and the one or two digits behind it.
fn next_digits(text: &str) -> Option<(char, u32, &str)> {
    let separator = text.chars().next().filter(|c| "-./_\\—–".contains(*c))?;
    let rest = text[separator.len_utf8()..].trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let value = rest[..digits].parse().ok().filter(|_| digits <= 2)?;
    Some((separator, value, &rest[digits..]))
}

/// The first of some words that a text begins with: what stands behind it, and what it means.
fn starts_with<T>(
    text: &str,
    words: impl IntoIterator<Item = (&'static str, T)>,
) -> Option<(&str, T)> {
    words
        .into_iter()
        .find_map(|(word, meaning)| Some((text.strip_prefix(word)?, meaning)))
}

fn without<'t>(text: &'t str, word: &str) -> &'t str {
    text.strip_prefix(word).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Year, months and day of a mention, and what stands behind it.
    type Read = (Option<i16>, Option<(u32, u32)>, Option<Day>, String);

    fn read(raw: &str) -> Option<Read> {
        let text = fold(raw);
        let (mention, rest) = at_start(&text)?;
        let year = mention.year.map(|year| match year {
            Year::Written(_, year) => year,
            Year::FromNow(offset) => offset,
        });
        Some((year, mention.months, mention.day, rest.to_owned()))
    }

    #[test]
    fn one_month_in_every_writing() {
        for raw in [
            "2025年5月",
            "2025年05月份",
            "２０２５年５月",
            "2025 年 5 月",
            "25年5月份",
            "二〇二五年五月",
            "二○二五年五月份",
            "二零二五年五月",
            "二五年五月",
            "二零二五年伍月",
            "贰〇贰伍年伍月",
            "2025-05",
            "2025.5",
            "2025/05",
            "2025_5",
            "202505",
            "2025.5月",
        ] {
            assert_eq!(
                read(raw),
                Some((Some(2025), Some((5, 5)), None, String::new())),
                "{raw}"
            );
        }
        for (raw, months) in [
            ("五月", (5, 5)),
            ("十二月份", (12, 12)),
            ("1-5月", (1, 5)),
            ("1—5月份", (1, 5)),
            ("1月至5月", (1, 5)),
            ("一至五月", (1, 5)),
            ("二季度", (6, 6)),
            ("第2季度", (6, 6)),
            ("前三季度", (9, 9)),
            ("上半年", (6, 6)),
            ("元月份", (1, 1)),
            ("元月至五月", (1, 5)),
            ("元-5月", (1, 5)),
            ("前5个月", (1, 5)),
            ("前五个月", (1, 5)),
            ("Q2", (6, 6)),
            ("13月", (13, 13)),
        ] {
            assert_eq!(
                read(raw),
                Some((None, Some(months), None, String::new())),
                "{raw}"
            );
        }
        assert_eq!(
            read("2025.1-2025.5"),
            Some((Some(2025), Some((1, 5)), None, String::new()))
        );
        assert_eq!(
            read("2025.1-5月"),
            Some((Some(2025), Some((1, 5)), None, String::new()))
        );
        assert_eq!(
            read("2024年度目标"),
            Some((Some(2024), None, None, "目标".to_owned()))
        );
        assert_eq!(
            read("2023-2025年行动"),
            Some((Some(2025), None, None, "行动".to_owned()))
        );
        assert_eq!(
            read("6月20个"),
            Some((None, Some((6, 6)), None, "20个".to_owned()))
        );
        for raw in [
            "25年",
            "3个月",
            "第一批",
            "2024",
            "45412",
            "9.30",
            "月",
            "20249999",
            "十五年",
        ] {
            assert_eq!(read(raw), None, "{raw}");
        }
    }
}
