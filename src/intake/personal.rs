//! Identity and mobile numbers in texts and numbers, however they are grouped, and masked (C017).

use crate::plan::names;
use std::ops::Range;

/// The digits of a stored number that is a mobile or an identity number. A spreadsheet keeps fifteen digits of an identity
/// number; the rest are zeros.
pub fn of_number(n: f64) -> Option<String> {
    if !(1e10..1e18).contains(&n) || n.fract() != 0.0 {
        return None;
    }
    let digits = format!("{n:.0}");
    is_in(&digits).then_some(digits)
}

/// Whether a text holds such a number. Most texts are cleared by counting their digits.
pub fn is_in(text: &str) -> bool {
    // A full-width digit is three bytes, the first of them EF; so is a full-width comma. Counted in bytes, sixteen at once.
    let may_be_digit = |b: &u8| u8::from(b.is_ascii_digit()) | u8::from(*b == 0xef);
    let counted = |piece: &[u8]| usize::from(piece.iter().map(may_be_digit).sum::<u8>());
    text.len() >= MOBILE_DIGITS
        && text.as_bytes().chunks(255).map(counted).sum::<usize>() >= MOBILE_DIGITS
        && longest_run(text) >= MOBILE_DIGITS
        && !numbers(text).is_empty()
}

/// The most digits with no more between them than one number has.
fn longest_run(text: &str) -> usize {
    let (mut longest, mut run, mut separators) = (0, 0, 0);
    for c in text.chars() {
        if digit(c).is_some() {
            run += 1;
            longest = longest.max(run);
            separators = 0;
        } else {
            separators += 1;
            if separators > SEPARATORS || !is_separator(c) {
                run = 0;
            }
        }
    }
    longest
}

/// The text with every such number masked, and what the first of them is; `None` when there is none.
pub fn masked(text: &str) -> Option<(String, &'static str)> {
    let found = numbers(text);
    let what = found.first()?.1;
    let mut out = String::with_capacity(text.len());
    let mut hidden = found.iter().map(|(range, _)| range).peekable();
    for (at, c) in text.char_indices() {
        while hidden.next_if(|range| range.end <= at).is_some() {}
        let is_hidden = digit(c).is_some() && hidden.peek().is_some_and(|r| r.contains(&at));
        out.push(if is_hidden { '*' } else { c });
    }
    Some((out, what))
}

/// The text as it may be printed.
pub fn printable(text: &str) -> String {
    masked(text).map_or_else(|| text.to_owned(), |(text, _)| text)
}

const MOBILE_DIGITS: usize = 11;
const IDENTITY_DIGITS: usize = 18;
/// The last digit of an identity number may be an X.
const X: u8 = 10;

fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => Some(c as u8 - b'0'),
        '０'..='９' => u8::try_from(c as u32 - '０' as u32).ok(),
        'x' | 'X' | 'ｘ' | 'Ｘ' => Some(X),
        _ => None,
    }
}

/// What may stand between the groups of one number, a few of them at most.
fn is_separator(c: char) -> bool {
    names::is_space(c)
        || matches!(
            c,
            '-' | '－'
                | '–'
                | '—'
                | '‑'
                | '‐'
                | '−'
                | '.'
                | '_'
                | '/'
                | '＿'
                | '·'
                | '・'
                | '•'
                | ')'
                | '）'
        )
        || is_comma(c)
}

/// Figures that are listed stand between commas, too: only 138，0000，0000 is a telephone's number.
fn is_comma(c: char) -> bool {
    matches!(c, ',' | '，')
}

const SEPARATORS: usize = 3;

/// Words before the number of a thing.
const CODES: [&str; 6] = ["编号", "编码", "代码", "项目号", "合同号", "单号"];

/// Groups of digits with nothing but separators between them.
struct DigitRun {
    /// Where each digit stands in the text.
    digits: Vec<(usize, u8)>,
    /// Where each group begins among the digits, and whether it stands behind a point.
    groups: Vec<(usize, bool)>,
}

/// What is to be masked, and what kind of number it is of.
type Hidden = (Range<usize>, &'static str);

/// Every such number of a text.
fn numbers(text: &str) -> Vec<Hidden> {
    let mut found = Vec::new();
    let mut run = DigitRun {
        digits: Vec::with_capacity(IDENTITY_DIGITS),
        groups: Vec::with_capacity(8),
    };
    let mut separators = usize::MAX;
    let mut is_behind_point = false;
    for (at, c) in text.char_indices() {
        match digit(c) {
            // An X ends an identity number; anywhere else it is a letter.
            Some(X) if separators > 0 || run.digits.len() + 1 < IDENTITY_DIGITS => {
                separators = usize::MAX;
            }
            Some(d) => {
                if separators > SEPARATORS {
                    run.end(text, &mut found);
                }
                if separators > 0 {
                    run.groups.push((run.digits.len(), is_behind_point));
                }
                run.digits.push((at, d));
                is_behind_point = false;
                separators = if d == X { usize::MAX } else { 0 };
            }
            None => {
                let is_one = is_separator(c);
                separators = if is_one {
                    separators.saturating_add(1)
                } else {
                    usize::MAX
                };
                is_behind_point = c == '.';
            }
        }
    }
    run.end(text, &mut found);
    found
}

impl DigitRun {
    /// Adds its numbers to `found` and begins anew.
    fn end(&mut self, text: &str, found: &mut Vec<Hidden>) {
        self.groups.push((self.digits.len(), false));
        let mut first = 0;
        while first + 1 < self.groups.len() {
            // More groups than an identity number has digits are none.
            let number = (first + 1..self.groups.len())
                .take(IDENTITY_DIGITS)
                .find_map(|end| Some((end, self.number(text, first, end)?)));
            first = match number {
                Some((end, hidden)) => {
                    found.push(hidden);
                    end
                }
                None => first + 1,
            };
        }
        self.digits.clear();
        self.groups.clear();
    }

    /// The number that some groups are together.
    fn number(&self, text: &str, first: usize, last_group: usize) -> Option<Hidden> {
        let bounds = self.groups.get(first..=last_group)?;
        let ((start, before), (end, behind)) = (*bounds.first()?, *bounds.last()?);
        let digits = self.digits.get(start..end)?;
        // What stands before or behind the point of a decimal number is no number of its own.
        if before || behind {
            return None;
        }
        let at = |place: usize| digits.get(place).map(|(at, _)| *at);
        let value = |places: Range<usize>| {
            digits[places]
                .iter()
                .fold(0u32, |n, (_, d)| n * 10 + u32::from(*d))
        };
        let is_birth_date = |start: usize| {
            (1900..2100).contains(&value(start..start + 4))
                && (1..=12).contains(&value(start + 4..start + 6))
                && (1..=31).contains(&value(start + 6..start + 8))
        };
        let (last, leading) = digits.split_last()?;
        if digits.len() == IDENTITY_DIGITS
            && leading.iter().all(|(_, d)| *d != X)
            && is_birth_date(6)
        {
            return Some((at(6)?..last.0 + 1, "身份证号"));
        }
        // 86 or 0086 may stand before a mobile number without a gap.
        let prefix = match digits.len().checked_sub(MOBILE_DIGITS)? {
            0 => 0,
            2 if value(0..2) == 86 => 2,
            4 if value(0..4) == 86 => 4,
            _ => return None,
        };
        let mut lengths: Vec<usize> = bounds.windows(2).map(|b| b[1].0 - b[0].0).collect();
        lengths[0] = lengths[0].saturating_sub(prefix);
        lengths.retain(|&length| length > 0);
        let is_year = |start: usize| (1900..2100).contains(&value(start..start + 4));
        let (from, to) = (at(0)?, last.0);
        let is_listed = text[from..to].contains(is_comma);
        let is_grouped = match lengths.as_slice() {
            [_] => true,
            lengths if is_listed && lengths != [3, 4, 4] => false,
            [3, 4, 4] | [4, 3, 4] | [3, 3, 5] | [1, 3, 3, 4] => {
                !self.is_part_of_code(text, first, last_group)
            }
            // 完成150 20240630: a figure and a day; 138.00000000: a decimal number.
            [3, 8] => !is_year(prefix + 3) && !bounds[1].1,
            // 完成1500000 2024: a figure and a year.
            [7, 4] => !is_year(prefix + 7) && !bounds[1].1,
            lengths => lengths.len() == MOBILE_DIGITS,
        };
        // 13800000000元: an amount.
        let behind = text[last.0..].trim_start_matches(|c| digit(c).is_some_and(|d| d != X));
        let is_amount = behind.starts_with(['元', '万', '亿', '㎡', '㎥', '平', '米', '吨', '%']);
        // A13800000000B: a code; TEL13800000000 is none.
        let is_letter = |c: char| c.is_ascii_alphabetic();
        let is_coded = text[..at(0)?].ends_with(is_letter) && behind.starts_with(is_letter);
        let label = text[..at(0)?].trim_end_matches([' ', ':', '：', '为']);
        let is_numbered = CODES.iter().any(|word| label.ends_with(word));
        let is_mobile = is_grouped
            && !is_amount
            && !is_coded
            && !is_numbered
            && last.1 != X
            && value(prefix..prefix + 1) == 1
            && value(prefix + 1..prefix + 2) >= 3;
        is_mobile.then_some((at(prefix + 3)?..at(prefix + 7)?, "手机号"))
    }

    /// Whether the sign between some groups joins them to one more: 2025-138-0000-0001.
    fn is_part_of_code(&self, text: &str, first: usize, last: usize) -> bool {
        // What stands before a group.
        let joint = |group: usize| {
            let before = self.groups.get(group)?.0.checked_sub(1)?;
            let (from, to) = (self.digits[before].0, self.digits.get(before + 1)?.0);
            let between = text[from..to].trim_start_matches(|c| digit(c).is_some());
            Some(between).filter(|sign| !sign.contains(names::is_space))
        };
        let own = joint(first + 1);
        own.is_some() && (joint(first) == own || joint(last) == own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grouping_is_masked() {
        for (raw, text, what) in [
            (
                "联系人张三，手机13800000000",
                "联系人张三，手机138****0000",
                "手机号",
            ),
            ("１３８００００００００", "１３８****００００", "手机号"),
            ("138 0000 0000", "138 **** 0000", "手机号"),
            ("138-0000-0000", "138-****-0000", "手机号"),
            ("138 00000000", "138 ****0000", "手机号"),
            ("1380-000-0000", "138*-***-0000", "手机号"),
            ("+86 13800000000", "+86 138****0000", "手机号"),
            ("8613800000000", "86138****0000", "手机号"),
            ("138.0000.0000", "138.****.0000", "手机号"),
            ("138，0000，0000", "138，****，0000", "手机号"),
            ("（+86）13800000000", "（+86）138****0000", "手机号"),
            ("138—0000—0000", "138—****—0000", "手机号"),
            ("86138 0000 0000", "86138 **** 0000", "手机号"),
            ("1380000-0000", "138****-0000", "手机号"),
            ("（138）00000000", "（138）****0000", "手机号"),
            ("(86)13800000000", "(86)138****0000", "手机号"),
            ("TEL13800000000", "TEL138****0000", "手机号"),
            (
                "138-0000-0000、139-0000-0000",
                "138-****-0000、139-****-0000",
                "手机号",
            ),
            (
                "138 0000 0000 139 0000 0000",
                "138 **** 0000 139 **** 0000",
                "手机号",
            ),
            ("2025-13800000000", "2025-138****0000", "手机号"),
            ("+86-138-0000-0000", "+86-138-****-0000", "手机号"),
            (
                "023-68680000、13800000000",
                "023-68680000、138****0000",
                "手机号",
            ),
            ("110101190001010008", "110101************", "身份证号"),
            ("11010119000101000X", "110101************", "身份证号"),
            (
                "110101 19000101 000X；",
                "110101 ******** ****；",
                "身份证号",
            ),
            ("110101-1900-0101-0008", "110101-****-****-****", "身份证号"),
        ] {
            assert_eq!(masked(raw), Some((text.to_owned(), what)), "{raw}");
            assert!(is_in(raw), "{raw}");
        }
        assert_eq!(of_number(13_800_000_000.0).as_deref(), Some("13800000000"));
        assert_eq!(
            masked(&of_number(110_101_190_001_010_000.0).unwrap())
                .unwrap()
                .0,
            "110101************"
        );
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "12345678901234",
            "20240613001",
            "96000",
            "023-68680000",
            "2024年6月30日",
            "10000000000",
            "完成150 20240630",
            "合同金额13800000000.00元",
            "坐标106.13800000000",
            "项目代码2503-500000-04-01-123456",
            "1380000000000",
            "1-2-3-4-5-6-7-8-9-10-11",
            "合同编号2025-138-0000-0001",
            "合同编号138-0000-0001-2025",
            "编码A13800000000B",
            "设备号SN13800000000X",
            "完成1500000 2024年",
            "完成1500000，3000户",
            "分别为138，1234，5678，9012米",
            "1，3，8，0，0，0，0，0，0，0，0",
            "项目编号13800000000",
            "项目编号：13800000000",
            "合同号为13800000000",
        ] {
            assert!(masked(text).is_none() && !is_in(text), "{text}");
        }
        assert_eq!(of_number(10_000_000_000.0), None);
        assert_eq!(of_number(13_800_000_000.5), None);
    }
}
