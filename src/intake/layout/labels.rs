//! Labels of identity and signature lines (填报单位：…  填报期：…), and the values beside them.

use crate::plan::names;

/// What a label asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    Department,
    Period,
    Other,
}

const LABELS: &[(Asks, &[&str])] = &[
    (
        Asks::Department,
        &[
            "填报单位",
            "报送单位",
            "填报部门",
            "报送部门",
            "上报单位",
            "单位名称",
            "填表单位",
        ],
    ),
    (
        Asks::Period,
        &[
            "填报期",
            "填报月份",
            "报送期",
            "报送月份",
            "统计期",
            "统计月份",
            "报告期",
            "所属期",
            "月份",
            "填报期间",
            "填报周期",
        ],
    ),
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

fn all() -> impl Iterator<Item = (Asks, &'static str)> {
    LABELS
        .iter()
        .flat_map(|(asks, labels)| labels.iter().map(move |label| (*asks, *label)))
}

/// The values that a cell's labels have: behind a label's colon up to the next label, else in the `next` cell. A label without
/// a colon is alone in its cell.
pub fn values<'t>(cell: &'t str, next: Option<&'t str>) -> Vec<(Asks, &'t str)> {
    let beside = next
        .filter(|next| !is_label(next))
        .map(|next| next.trim_matches(names::is_space));
    if !cell.contains(COLONS) {
        let short = Some(cell).filter(|cell| cell.len() <= LABEL_BYTES);
        let label = short.and_then(|cell| all().find(|(_, label)| names::folds_to(cell, label)));
        return label
            .and_then(|(asks, _)| Some((asks, beside?)))
            .into_iter()
            .collect();
    }
    let mut found = Vec::new();
    // The label whose value is being read, and where that begins.
    let mut open: Option<(Asks, usize)> = None;
    let mut value = |open: Option<(Asks, usize)>, end: usize| {
        if let Some((asks, start)) = open {
            let value = cell[start..end].trim_matches(names::is_space);
            let value = if end == cell.len() && value.is_empty() {
                beside
            } else {
                Some(value)
            };
            found.extend(value.filter(|v| !v.is_empty()).map(|value| (asks, value)));
        }
    };
    for (at, colon) in cell.match_indices(COLONS) {
        let Some((asks, start)) = label_before(&cell[..at]) else {
            continue;
        };
        value(open.take(), start);
        // 单位 inside another word's label is none: a label begins at the cell's beginning or behind a break.
        let before = cell[..start].chars().next_back();
        if before.is_none_or(|c| !names::is_han(c) && !c.is_alphanumeric()) {
            open = Some((asks, at + colon.len()));
        }
    }
    value(open, cell.len());
    found
}

/// The longest label that a text ends with, white space inside it allowed (填 报 单 位), and where it begins.
fn label_before(text: &str) -> Option<(Asks, usize)> {
    all()
        .filter_map(|(asks, label)| {
            let mut chars = text
                .char_indices()
                .rev()
                .filter(|(_, c)| !names::is_space(*c));
            let mut start = None;
            for wanted in label.chars().rev() {
                let (at, _) = chars.next().filter(|(_, c)| *c == wanted)?;
                start = Some(at);
            }
            Some((asks, start?))
        })
        .min_by_key(|(_, start)| *start)
}

/// Whether a cell begins with a label.
pub fn is_label(cell: &str) -> bool {
    let head: String = cell.chars().take(LABEL_BYTES).collect();
    let key = names::fold(&head);
    behind_label(&key).any(|rest| rest.is_empty() || rest.starts_with([':', '(']))
}

/// What stands behind each label that a folded text begins with.
pub fn behind_label(key: &str) -> impl Iterator<Item = &str> {
    all().filter_map(move |(_, label)| key.strip_prefix(label))
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
            ("填报单位名称", Some("建设局"), None),
            ("某填报单位：建设局", None, None),
            ("填报单位:  填报期:2024年6月", Some("建设局"), None),
        ] {
            assert_eq!(value(cell, next, Asks::Department), wanted, "{cell}");
        }
        assert_eq!(value(line, None, Asks::Period), Some("2024年6月"));
        assert_eq!(value("填报日期：2024年7月2日", None, Asks::Period), None);
    }
}
