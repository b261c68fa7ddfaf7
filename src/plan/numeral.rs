//! Chinese numerals: 三, 叁, 一百二十三, 廿五, 〇, 两百, 三点五.

use chinese_number::{ChineseCountMethod, ChineseToNumber};

/// Characters a Chinese numeral can be made of.
pub fn is_numeral(c: char) -> bool {
    "零〇一二三四五六七八九十百千万亿两廿卅点壹贰叁肆伍陆柒捌玖拾佰仟萬億弍弎幺".contains(c)
}

/// Characters of the longest numeral that is read.
pub const LONGEST: usize = 24;

/// The number of a whole numeral; `None` when the characters do not make one.
pub fn read(text: &str) -> Option<f64> {
    if text.is_empty() || !text.chars().all(is_numeral) || text.chars().nth(LONGEST).is_some() {
        return None;
    }
    let first = text.chars().next()?;
    // 万, 亿, 点 and 千 alone are no numbers of their own; 十 is (ten).
    if "万亿千百点萬億仟佰".contains(first) {
        return None;
    }
    if let Some((whole, fraction)) = text.split_once('点') {
        if fraction.is_empty() || fraction.contains('点') {
            return None;
        }
        let digits: Option<String> = fraction.chars().map(digit).collect();
        return format!("{}.{}", whole_number(whole)?, digits?).parse().ok();
    }
    whole_number(text)?.to_string().parse().ok()
}

/// A number below ten thousand as a numeral: 十二, 一百零三; a larger one in digits.
pub fn write(number: u32) -> String {
    let digit = |n: u32| {
        "零一二三四五六七八九"
            .chars()
            .nth(n as usize)
            .unwrap_or('零')
    };
    if number == 0 || number > 9999 {
        return if number == 0 {
            digit(0).to_string()
        } else {
            number.to_string()
        };
    }
    let mut out = String::new();
    for (place, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let n = number / place % 10;
        if n > 0 {
            out.push(digit(n));
            out.push_str(name);
        } else if !out.is_empty() && !out.ends_with('零') && !number.is_multiple_of(place) {
            out.push('零');
        }
    }
    out.strip_prefix("一十")
        .map_or(out.clone(), |rest| format!("十{rest}"))
}

fn whole_number(text: &str) -> Option<u64> {
    // 二〇二四: digits read one by one.
    if text.chars().count() > 1 && text.chars().all(|c| digit(c).is_some()) {
        let digits: Option<String> = text.chars().map(digit).collect();
        return digits?.parse().ok();
    }
    let plain: String = text
        .replace('廿', "二十")
        .replace('卅', "三十")
        .chars()
        .map(|c| {
            let pair = FORMS.iter().find(|(written, _)| *written == c);
            pair.map_or(c, |(_, plain)| *plain)
        })
        .collect();
    plain.to_number(ChineseCountMethod::TenThousand).ok()
}

/// Other characters for a digit or a place.
const FORMS: [(char, char); 19] = [
    ('〇', '零'),
    ('两', '二'),
    ('弍', '二'),
    ('弎', '三'),
    ('幺', '一'),
    ('萬', '万'),
    ('億', '亿'),
    ('壹', '一'),
    ('贰', '二'),
    ('叁', '三'),
    ('肆', '四'),
    ('伍', '五'),
    ('陆', '六'),
    ('柒', '七'),
    ('捌', '八'),
    ('玖', '九'),
    ('拾', '十'),
    ('佰', '百'),
    ('仟', '千'),
];

fn digit(c: char) -> Option<char> {
    ["零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖", "〇幺两"]
        .iter()
        .find_map(|digits| digits.chars().position(|d| d == c))
        .and_then(|n| char::from_digit(u32::try_from(n).ok()?, 10))
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    #[test]
    fn what_is_written_is_read() {
        for (number, text) in [
            (1, "一"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (103, "一百零三"),
            (110, "一百一十"),
            (1005, "一千零五"),
        ] {
            assert_eq!(write(number), text);
        }
        assert!((1..=9999).all(|n| read(&write(n)) == Some(f64::from(n))));
    }

    #[test]
    fn reads_plain_banker_and_digit_numerals() {
        for (text, value) in [
            ("三", 3.0),
            ("叁", 3.0),
            ("十", 10.0),
            ("十二", 12.0),
            ("廿五", 25.0),
            ("两百", 200.0),
            ("一百二十三", 123.0),
            ("壹佰贰拾叁", 123.0),
            ("一千零五", 1005.0),
            ("一万三千", 13000.0),
            ("二〇二四", 2024.0),
            ("三点五", 3.5),
            ("十二点零五", 12.05),
        ] {
            assert_eq!(read(text), Some(value), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_numeral() {
        for text in ["", "万", "点五", "三点", "千名", "一点二点三", "个"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
