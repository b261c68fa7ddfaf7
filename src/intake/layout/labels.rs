//! Labels of identity and signature lines (填报单位：…  填报期：…), and the values beside them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use compact_str::CompactString;
use foldhash::fast::FixedState;

use crate::plan::{names, numeral};

/// What a label asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    Department,
    /// A department where one that is known stands behind it: 单位：万元 asks for none.
    KnownDepartment,
    Period,
    /// The day until which the figures count.
    Until,
    /// A month that is reported, or the day of filling in.
    Time,
    Other,
}

const LISTED: &[(Asks, &[&str])] = &[
    (
        Asks::Department,
        &[
            "填报单位",
            "报送单位",
            "单位签章",
            "填报部门",
            "报送部门",
            "上报单位",
            "单位名称",
            "填表单位",
            "填表部门",
            "上报部门",
            "填报单位名称",
            "报送单位名称",
        ],
    ),
    (
        Asks::KnownDepartment,
        &[
            "单位",
            "部门",
            "责任单位",
            "责任部门",
            "牵头单位",
            "主责单位",
            "编制单位",
            "制表单位",
            "呈报单位",
            "报表单位",
            "填报机构",
            "报送机构",
        ],
    ),
    (
        Asks::Period,
        &[
            "月份",
            "期间",
            "期别",
            "年月",
            "时段",
            "统计范围",
            "数据范围",
        ],
    ),
    (
        Asks::Until,
        &[
            "截止时间",
            "截止日期",
            "截至时间",
            "截至日期",
            "数据日期",
            "进度截至",
            "进度截止",
            "数据截止",
            "数据截至",
            "数据截止日期",
            "数据截至日期",
            "数据截止时间",
            "数据截至时间",
            "统计截止",
            "统计截至",
            "统计截止日期",
            "统计截止时间",
            "统计时点",
            "统计时间",
            "数据时间",
        ],
    ),
    (Asks::Time, &["时间", "报告时间"]),
    (
        Asks::Other,
        &[
            "填报人",
            "填表人",
            "联系电话",
            "电话",
            "手机",
            "联系人",
            "审核人",
            "负责人",
            "单位负责人",
            "单位负责人签字",
            "日期",
            "填报日期",
            "报送日期",
            "填报时间",
            "填表日期",
            "填表时间",
            "制表日期",
            "制表时间",
            "报送时间",
            "上报日期",
            "上报时间",
            "打印日期",
            "打印时间",
            "审签人",
            "制表人",
            "复核人",
            "密级",
            "备注",
        ],
    ),
];

const COLONS: [char; 2] = [':', '：'];

/// Bytes of a cell that is nothing but a label, without a colon.
const LABEL_BYTES: usize = 60;

/// Words that stand before 期 and its like where these ask for the month: 填报期, 统计月份, 数据所属期.
const OF_PERIOD: [&str; 14] = [
    "填报", "填表", "报送", "上报", "报表", "报告", "月报", "统计", "数据", "考核", "汇总", "会计",
    "所属", "",
];
const PERIODS: [&str; 9] = [
    "期", "期间", "期别", "周期", "月份", "月度", "年月", "时段", "区间",
];

/// Every label.
struct Labels {
    asks: HashMap<Cow<'static, str>, Asks, FixedState>,
    /// Their first characters: most cells begin with none of these.
    first: HashSet<char, FixedState>,
    /// Characters of the longest.
    longest: usize,
}

static LABELS: LazyLock<Labels> = LazyLock::new(|| {
    let listed = LISTED
        .iter()
        .flat_map(|(asks, labels)| labels.iter().map(|label| (Cow::Borrowed(*label), *asks)));
    let made = OF_PERIOD.iter().flat_map(|of| {
        let periods = PERIODS.iter().filter(|_| !of.is_empty());
        let own = periods.map(move |period| format!("{of}{period}"));
        own.chain(["期", "期间", "时期", "月份"].map(|period| format!("{of}所属{period}")))
    });
    let made = made.map(|label| (Cow::Owned(label), Asks::Period));
    let asks: HashMap<_, _, _> = made.chain(listed).collect();
    Labels {
        first: asks
            .keys()
            .filter_map(|l: &Cow<str>| l.chars().next())
            .collect(),
        longest: asks.keys().map(|l| l.chars().count()).max().unwrap_or(0),
        asks,
    }
});

/// The labels that a text begins with, white space inside them allowed (填 报 单 位), the longest first: what each asks for, the
/// label, and what stands behind it.
fn beginning(text: &str) -> Vec<(Asks, &'static str, &str)> {
    let mut found = Vec::new();
    let letters = text.char_indices().filter(|(_, c)| !names::is_space(*c));
    let mut letters = letters.take(LABELS.longest).peekable();
    if letters
        .peek()
        .is_none_or(|(_, c)| !LABELS.first.contains(c))
    {
        return found;
    }
    let mut key = CompactString::default();
    for (at, c) in letters {
        key.push(c);
        if let Some((label, asks)) = LABELS.asks.get_key_value(&*key) {
            found.push((*asks, &**label, &text[at + c.len_utf8()..]));
        }
    }
    found.reverse();
    found
}

/// The values that a cell's labels have: behind a label's colon, or a gap behind a label that begins the cell or follows another
/// label's value, up to the next label; else in the `next` cell. What stands in brackets behind a label belongs to it
/// (填报单位（盖章）：).
pub fn values<'t>(cell: &'t str, next: Option<&'t str>) -> Vec<(Asks, &'t str)> {
    let beside = next
        .filter(|next| !is_label(next))
        .map(|next| next.trim_matches(names::is_space));
    let marks = marks(cell);
    let ends = marks.iter().skip(1).map(|mark| mark.start);
    let ends = ends.chain([cell.len()]);
    marks
        .iter()
        .zip(ends)
        .filter_map(|(mark, end)| {
            let value = cell[mark.value..end].trim_matches(names::is_space);
            let value = if end == cell.len() && value.is_empty() {
                beside?
            } else {
                value
            };
            (!value.is_empty()).then_some((mark.asks, value))
        })
        .collect()
}

/// A label in a cell: where it begins, and where its value does.
struct Mark {
    asks: Asks,
    start: usize,
    value: usize,
}

/// The labels of a cell, left to right. 单位 inside another word is none: a label begins at the cell's beginning or behind a break.
fn marks(cell: &str) -> Vec<Mark> {
    let mut found: Vec<Mark> = Vec::new();
    let mut at = 0;
    let mut is_behind_break = true;
    let is_first = cell.len() - cell.trim_start_matches(names::is_space).len();
    while let Some(c) = cell[at..].chars().next() {
        if is_behind_break && !names::is_space(c) {
            let may_lack_colon = at == is_first || !found.is_empty();
            if let Some((asks, value)) = mark_at(cell, at, may_lack_colon) {
                found.push(Mark {
                    asks,
                    start: at,
                    value,
                });
                at = value;
                continue;
            }
        }
        is_behind_break = !names::is_han(c) && !c.is_alphanumeric();
        at += c.len_utf8();
    }
    found
}

/// The longest label that begins at a place of a cell, and where its value begins.
fn mark_at(cell: &str, at: usize, may_lack_colon: bool) -> Option<(Asks, usize)> {
    beginning(&cell[at..])
        .into_iter()
        .find_map(|(asks, label, behind)| {
            let close = without_bracket(behind);
            let value = close.trim_start_matches(names::is_space);
            // 2025年 5 月份 ends with no label.
            let before = cell[..at].trim_end_matches(names::is_space);
            if label == "月份"
                && before.ends_with(|c: char| c.is_numeric() || numeral::is_numeral(c))
            {
                return None;
            }
            let is_parted = value.len() < close.len() || value.is_empty();
            let value = match value.strip_prefix(COLONS) {
                Some(value) => value,
                None if is_parted && may_lack_colon => value,
                None => return None,
            };
            Some((asks, cell.len() - value.len()))
        })
}

/// Characters of a bracket behind a label.
const BRACKET_CHARS: usize = 12;

/// A text without the bracket that it begins with, as in （盖章）.
fn without_bracket(text: &str) -> &str {
    let trimmed = text.trim_start_matches(names::is_space);
    if !trimmed.starts_with(['(', '（', '[', '【']) {
        return text;
    }
    let close = trimmed
        .char_indices()
        .take(BRACKET_CHARS)
        .find(|(_, c)| matches!(c, ')' | '）' | ']' | '】'));
    close.map_or(text, |(at, c)| &trimmed[at + c.len_utf8()..])
}

/// Whether a cell begins with a label.
pub fn is_label(cell: &str) -> bool {
    let head: String = cell.chars().take(LABEL_BYTES).collect();
    let key = names::fold(&head);
    behind_label(&key).any(|rest| rest.is_empty() || rest.starts_with([':', '(']))
}

/// What stands behind each label that a folded text begins with.
pub fn behind_label(key: &str) -> impl Iterator<Item = &str> {
    beginning(key).into_iter().map(|(_, _, behind)| behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'t>(cell: &'t str, next: Option<&'t str>, wanted: Asks) -> Option<&'t str> {
        let mut found = values(cell, next).into_iter();
        found
            .find(|(asks, _)| *asks == wanted)
            .map(|(_, value)| value)
    }

    #[test]
    fn labels_give_their_values() {
        let line = "填报单位：建设局    填报期：2024年6月    填报人：张三";
        for (cell, next, wanted) in [
            (line, None, Some("建设局")),
            ("填报单位：", Some("生态 环境局"), Some("生态 环境局")),
            ("填报单位：", Some("填报期：2024年6月"), None),
            ("填 报 单 位：建设局", None, Some("建设局")),
            ("填报单位", Some("建设局"), Some("建设局")),
            ("填 报 单 位 ", Some(" 建设局"), Some("建设局")),
            ("（必填）填报单位", Some("建设局"), None),
            ("填报单位名称", Some("建设局"), Some("建设局")),
            ("填报单位意见", Some("建设局"), None),
            ("填报单位（盖章）：建设局", None, Some("建设局")),
            ("填报单位(公 章) :", Some("建设局"), Some("建设局")),
            ("填报单位（盖章）", Some("建设局"), Some("建设局")),
            ("填报单位 建设局", None, Some("建设局")),
            ("填 报 单 位　建设局", None, Some("建设局")),
            ("填报单位 建设局 填报期 2024年6月", None, Some("建设局")),
            ("请各填报单位 认真填写", None, None),
            ("请联系 填报单位 建设局", None, None),
            ("某填报单位：建设局", None, None),
            ("填报单位:  填报期:2024年6月", Some("建设局"), None),
        ] {
            assert_eq!(value(cell, next, Asks::Department), wanted, "{cell}");
        }
        assert_eq!(value(line, None, Asks::Period), Some("2024年6月"));
        for (cell, month) in [
            ("填报期：2024年 6 月份 ", "2024年 6 月份"),
            ("填报期：六 月份 填报人：张三", "六 月份"),
            ("月份：6", "6"),
        ] {
            assert_eq!(value(cell, None, Asks::Period), Some(month), "{cell}");
        }
        assert_eq!(value("填报日期：2024年7月2日", None, Asks::Period), None);
    }
}
