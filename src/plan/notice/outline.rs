//! The numbers that lines of a notice begin with (一、 （一） 1. （1） ①), and lines that only name a section.

use crate::plan::names::fold;
use crate::plan::numeral;

/// How a line is numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// 第一部分, 第二章.
    Part,
    /// 一、
    Han,
    /// （一）
    HanBracket,
    /// 1. and 1、 and 任务1：
    Digit,
    /// （1） and 1）
    DigitBracket,
    /// ①
    Circle,
}

/// A line's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marker<'t> {
    pub style: Style,
    pub number: u32,
    /// What stands behind it.
    pub rest: &'t str,
}

/// The number that a line begins with.
pub(super) fn marker(line: &str) -> Option<Marker<'_>> {
    let line = line.trim();
    let found = |style, number, rest: &'_ str| {
        let start = line.len() - rest.len();
        Some(Marker {
            style,
            number,
            rest: line[start..].trim_start(),
        })
    };
    let first = line.chars().next()?;
    if let '①'..='⑳' = first {
        return found(
            Style::Circle,
            first as u32 - '①' as u32 + 1,
            &line[first.len_utf8()..],
        );
    }
    if let Some(inner) = line.strip_prefix(['（', '(', '〔', '[', '【']) {
        let (number, is_han, rest) = digits(inner)?;
        let rest = rest
            .trim_start()
            .strip_prefix(['）', ')', '〕', ']', '】'])?;
        let style = if is_han {
            Style::HanBracket
        } else {
            Style::DigitBracket
        };
        return found(style, number, rest.trim_start_matches(['、', '.', '．']));
    }
    if let Some(inner) = line.strip_prefix('第') {
        let (number, _, rest) = digits(inner)?;
        let rest = ["部分", "章", "篇", "板块"]
            .iter()
            .find_map(|w| rest.strip_prefix(w))?;
        return found(
            Style::Part,
            number,
            rest.trim_start_matches(['：', ':', '、']),
        );
    }
    let named = ["任务", "项目", "事项", "实事"]
        .iter()
        .find_map(|w| line.strip_prefix(w));
    let (number, is_han, rest) = digits(named.unwrap_or(line).trim_start())?;
    let rest = rest.trim_start();
    let style = if is_han && named.is_none() {
        Style::Han
    } else {
        Style::Digit
    };
    if named.is_some() {
        return found(
            style,
            number,
            rest.strip_prefix(['：', ':', '、', '.', '．'])?,
        );
    }
    if let Some(rest) = rest.strip_prefix(['）', ')']) {
        let style = if is_han {
            Style::HanBracket
        } else {
            Style::DigitBracket
        };
        return found(style, number, rest);
    }
    let rest = rest.strip_prefix(['、', '.', '．'])?;
    // 3.5万平方米 is a figure.
    (!rest.starts_with(|c: char| c.is_ascii_digit()) || rest.len() + '、'.len_utf8() == line.len())
        .then(|| found(style, number, rest))?
}

/// A number of at most three places, whether it is Chinese, and what follows.
fn digits(text: &str) -> Option<(u32, bool, &str)> {
    let is_digit = |c: char| super::mask::half_width(c).is_ascii_digit();
    let end = |is: &dyn Fn(char) -> bool| text.find(|c| !is(c)).unwrap_or(text.len());
    let arabic = end(&is_digit);
    if arabic > 0 {
        let number: String = text[..arabic]
            .chars()
            .map(super::mask::half_width)
            .collect();
        return (number.len() <= 3).then_some((number.parse().ok()?, false, &text[arabic..]));
    }
    let han = end(&numeral::is_numeral);
    let value = numeral::read(&text[..han]).filter(|v| v.fract() == 0.0)?;
    let number = (1..=999).find(|n| (f64::from(*n) - value).abs() < 0.5)?;
    Some((number, true, &text[han..]))
}

/// Characters of a section's name at most.
const LONGEST: usize = 30;

/// The section that a line names: 产业发展 of 一、产业发展（4项）. `None` where the line says more than a name.
pub(super) fn section(line: &str) -> Option<&str> {
    let line = line.trim();
    let marked = marker(line);
    let named = marked
        .map_or(line, |m| m.rest)
        .trim_end_matches(['：', ':']);
    let name = without_count(named);
    let fits = !name.is_empty()
        && super::mask::length(name) <= LONGEST
        && !name.ends_with(['。', '；', ';', '！', '，'])
        && !name.contains(['。', '；', '：', '\n'])
        && (marked.is_some()
            || name.len() < named.len()
            || (super::heading::year(name).is_none() && GROUP.iter().any(|w| name.ends_with(w))));
    fits.then_some(name)
}

/// What a section without a number ends with.
const GROUP: [&str; 7] = ["类", "篇", "民生实事", "方面", "领域", "板块", "级"];

/// 产业发展 of 产业发展（4项）, （共4件）, （任务1—4）.
pub(super) fn without_count(name: &str) -> &str {
    let name = name.trim();
    let Some(open) = name
        .rfind(['（', '('])
        .filter(|_| name.ends_with(['）', ')']))
    else {
        return name;
    };
    let inner = fold(&name[open..]);
    let counts = inner
        .chars()
        .any(|c| c.is_ascii_digit() || numeral::is_numeral(c))
        && inner.contains(['项', '件', '个', '条', '类', '任'])
        && inner.chars().count() <= 14;
    let head = name[..open].trim_end();
    if counts && !head.is_empty() {
        head
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_numbering_is_known() {
        let shown = |line: &str| marker(line).map(|m| (m.style, m.number, m.rest.to_owned()));
        for (line, style, number, rest) in [
            ("一、产业", Style::Han, 1, "产业"),
            ("十二、产业", Style::Han, 12, "产业"),
            ("（一）产业", Style::HanBracket, 1, "产业"),
            ("(二)、产业", Style::HanBracket, 2, "产业"),
            ("1.新建", Style::Digit, 1, "新建"),
            ("１．新建", Style::Digit, 1, "新建"),
            ("12、新建", Style::Digit, 12, "新建"),
            ("任务3：新建", Style::Digit, 3, "新建"),
            ("（3）新建", Style::DigitBracket, 3, "新建"),
            ("3）新建", Style::DigitBracket, 3, "新建"),
            ("④新建", Style::Circle, 4, "新建"),
            ("第二部分 民生", Style::Part, 2, "民生"),
        ] {
            assert_eq!(
                shown(line),
                Some((style, number, rest.to_owned())),
                "{line}"
            );
        }
        for line in [
            "3.5万平方米",
            "新建3处",
            "2025年",
            "一批项目",
            "（4项）",
            "三个一",
        ] {
            assert_eq!(shown(line), None, "{line}");
        }
    }

    #[test]
    fn a_section_line_is_its_name_without_number_and_count() {
        for (line, name) in [
            ("一、产业发展（4项）", Some("产业发展")),
            ("（二）城乡建设（共12件）", Some("城乡建设")),
            ("产业发展(任务1—4项)", Some("产业发展")),
            ("第三部分 民生福祉", Some("民生福祉")),
            ("市级民生实事", Some("市级民生实事")),
            ("二、民生（社区）", Some("民生（社区）")),
            ("一、新建公园3处；", None),
            ("请各单位认真落实", None),
            ("注：各单位要落实。", None),
        ] {
            assert_eq!(section(line), name, "{line}");
        }
    }
}
