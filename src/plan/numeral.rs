//! Chinese numerals: 三, 叁, 一百二十三, 廿五, 〇, 两百, 三点五.

use chinese_number::{ChineseCountMethod, ChineseToNumber};

/// Characters a Chinese numeral can be made of.
#[must_use]
pub fn is_numeral(c: char) -> bool {
    matches!(
        c,
        '零' | '〇'
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
            | '百'
            | '千'
            | '万'
            | '亿'
            | '两'
            | '廿'
            | '卅'
            | '点'
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
            | '佰'
            | '仟'
            | '萬'
            | '億'
            | '弍'
            | '弎'
            | '幺'
    )
}

/// Characters of the longest numeral that is read.
pub const LONGEST: usize = 24;

/// The number of a whole numeral; `None` when the characters do not make one.
#[must_use]
pub fn read(text: &str) -> Option<f64> {
    if text.is_empty() || !text.chars().all(is_numeral) || text.chars().nth(LONGEST).is_some() {
        return None;
    }
    let first = text.chars().next()?;
    // 万, 亿, 点 and 千 alone are no numbers of their own; 十 is (ten).
    if matches!(
        first,
        '万' | '亿' | '千' | '百' | '点' | '萬' | '億' | '仟' | '佰'
    ) {
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
        .map(|c| match c {
            '〇' => '零',
            '两' => '二',
            '弍' => '贰',
            '弎' => '叁',
            '幺' => '一',
            '萬' => '万',
            '億' => '亿',
            '壹' => '一',
            '贰' => '二',
            '叁' => '三',
            '肆' => '四',
            '伍' => '五',
            '陆' => '六',
            '柒' => '七',
            '捌' => '八',
            '玖' => '九',
            '拾' => '十',
            '佰' => '百',
            '仟' => '千',
            other => other,
        })
        .collect();
    plain.to_number(ChineseCountMethod::TenThousand).ok()
}

fn digit(c: char) -> Option<char> {
    Some(match c {
        '零' | '〇' => '0',
        '一' | '壹' | '幺' => '1',
        '二' | '贰' | '两' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' => '7',
        '八' | '捌' => '8',
        '九' | '玖' => '9',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::read;

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
