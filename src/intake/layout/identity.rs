//! Whose workbook it is and which month it speaks of: every claim, as it stands. Rules decide what they mean.

use std::borrow::Cow;

use super::grid::Grid;
use super::months;
use super::names::Names;
use super::wording;
use crate::intake::dates;
use crate::intake::personal::printable;
use crate::intake::submission::{
    ClaimSource, Column, DepartmentClaim, FormIdentity, PeriodClaim, raw_text,
};
use crate::intake::text;
use crate::intake::workbook::{Cell, CellRef, NumberFormat, Sheet, Value};
use crate::plan::names;
use crate::plan::{Period, Plan};

/// The identity sheet's name (rules.md, The identity sheet).
pub const IDENTITY_SHEET: &str = "_duban";

const UNIT_LABELS: &[&str] = &[
    "填报单位",
    "报送单位",
    "填报部门",
    "报送部门",
    "上报单位",
    "单位名称",
    "填表单位",
];
const PERIOD_LABELS: &[&str] = &[
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
];
/// Labels that end another label's value on the same line.
const OTHER_LABELS: &[&str] = &[
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
];

/// Reads the `_duban` sheet.
pub fn form_identity(sheet: &Sheet) -> FormIdentity {
    let value = |key: &str| {
        sheet
            .cells
            .iter()
            .find(|c| {
                c.at.col == 0
                    && matches!(&c.value, Value::Text(t) if t.len() <= 200 && t.trim() == key)
            })
            .and_then(|c| {
                let cell = sheet.cell(CellRef::new(c.at.row, 1))?;
                let text = raw_text(&cell.value);
                if text.len() > 200 {
                    return None;
                }
                let text = text.trim().to_owned();
                (!text.is_empty()).then_some(text)
            })
    };
    let number = |key: &str| value(key).and_then(|v| v.parse().ok());
    FormIdentity {
        form_revision: number("form_revision"),
        plan_id: value("plan_id"),
        plan_revision: number("plan_revision"),
        period: value("period").and_then(|v| v.parse().ok()),
        department: value("department"),
        submission: number("submission"),
    }
}

/// Claims of the identity sheet.
pub fn of_form(
    form: &FormIdentity,
    plan: &Plan,
    names: &Names,
    departments: &mut Vec<DepartmentClaim>,
    periods: &mut Vec<PeriodClaim>,
) {
    if let Some(id) = &form.department {
        departments.push(DepartmentClaim {
            source: ClaimSource::IdentitySheet,
            text: id.clone(),
            department: plan.department(id).or_else(|| names.department(id)),
        });
    }
    if let Some(period) = form.period {
        periods.push(PeriodClaim {
            source: ClaimSource::IdentitySheet,
            text: period.to_string(),
            period,
        });
    }
}

/// Cells of one row, and bytes of one cell, that are looked at as an identity line or a title.
const LINE_CELLS: usize = 32;
const LINE_BYTES: usize = 1200;

/// Claims of the rows above the header: 填报单位, 填报期, the title.
pub fn above_header(
    grid: &Grid,
    header_row: u32,
    year: i16,
    date_1904: bool,
    names: &Names,
    departments: &mut Vec<DepartmentClaim>,
    periods: &mut Vec<PeriodClaim>,
) {
    for row in grid.rows().take_while(|r| *r < header_row) {
        let cells: Vec<Cow<str>> = grid
            .row(row)
            .iter()
            .take(LINE_CELLS)
            .filter_map(|c| match &c.value {
                Value::Text(t) => (t.len() <= LINE_BYTES).then_some(Cow::Borrowed(&**t)),
                other => Some(Cow::Owned(raw_text(other).into())),
            })
            .filter(|t| !t.chars().all(names::is_space))
            .collect();
        for (ix, cell) in cells.iter().enumerate() {
            let next = cells.get(ix + 1).map(|t| &**t);
            let line = Line::new(cell);
            if let Some(value) = line.value(next, UNIT_LABELS) {
                departments.push(DepartmentClaim {
                    source: ClaimSource::Cell,
                    department: names.department(value),
                    text: printable(value),
                });
            }
            let period_value = line.value(next, PERIOD_LABELS);
            if let Some(value) = period_value
                && let Some(period) = months::period_in(value, year)
                    .or_else(|| date_period(grid, row, date_1904, value))
            {
                periods.push(PeriodClaim {
                    source: ClaimSource::Cell,
                    text: printable(value),
                    period,
                });
            }
            if period_value.is_none()
                && is_title(cell)
                && let Some(period) = months::period_in(cell, year)
            {
                periods.push(PeriodClaim {
                    source: ClaimSource::Title,
                    text: text::one_line(cell, 60),
                    period,
                });
            }
        }
    }
}

/// 填报期 given as a date cell, whose text is `shown`.
fn date_period(grid: &Grid, row: u32, date_1904: bool, shown: &str) -> Option<Period> {
    let is_shown = |c: &&Cell| match &c.value {
        Value::Number(_) => c.format == NumberFormat::Date,
        Value::Date(_) => true,
        _ => false,
    };
    let cell = grid
        .row(row)
        .iter()
        .filter(is_shown)
        .find(|c| raw_text(&c.value) == shown)?;
    dates::of_value(&cell.value, date_1904).map(Period::of)
}

/// Claims of a header such as 1-6月累计.
pub fn of_header(columns: &[Column], year: i16, periods: &mut Vec<PeriodClaim>) {
    for column in columns {
        if let Some(period) =
            wording::last_month_of(&column.text).and_then(|m| Period::new(year, m))
        {
            periods.push(PeriodClaim {
                source: ClaimSource::MonthRange,
                text: column.text.to_string(),
                period,
            });
        }
    }
}

/// Claims of the path: each folder and the file name.
pub fn of_path(path: &str, year: i16, names: &Names) -> (Vec<DepartmentClaim>, Vec<PeriodClaim>) {
    let mut departments = Vec::new();
    let mut periods = Vec::new();
    let mut parts: Vec<&str> = path.split('/').collect();
    let file = parts.pop().unwrap_or(path);
    for folder in parts {
        if let Some(department) = names.department_in(short(folder)) {
            departments.push(DepartmentClaim {
                source: ClaimSource::Folder,
                text: folder.to_owned(),
                department: Some(department),
            });
        }
    }
    let stem = short(file.rsplit_once('.').map_or(file, |(s, _)| s));
    if let Some(department) = names.department_in(stem) {
        departments.push(DepartmentClaim {
            source: ClaimSource::FileName,
            text: file.to_owned(),
            department: Some(department),
        });
    }
    if let Some(period) = months::period_in(stem, year) {
        periods.push(PeriodClaim {
            source: ClaimSource::FileName,
            text: file.to_owned(),
            period,
        });
    }
    (departments, periods)
}

/// A name as file systems have it; one inside an archive may be far longer.
fn short(name: &str) -> &str {
    name.char_indices()
        .nth(255)
        .map_or(name, |(end, _)| &name[..end])
}

/// A text that long, without a colon, is no label.
const LABEL_BYTES: usize = 60;

/// A cell as an identity line.
struct Line<'c> {
    cell: &'c str,
    has_colon: bool,
    /// Where a label may begin: 单位 inside another word's label is none, so at the cell's beginning and behind each break.
    starts: Vec<usize>,
}

const COLONS: [char; 2] = [':', '：'];

impl<'c> Line<'c> {
    fn new(cell: &'c str) -> Self {
        let has_colon = cell.contains(COLONS);
        let mut starts = Vec::new();
        if has_colon {
            let mut behind_break = true;
            for (at, c) in cell.char_indices() {
                if behind_break {
                    starts.push(at);
                }
                behind_break = !names::is_han(c) && !c.is_alphanumeric();
            }
        } else if cell.len() <= LABEL_BYTES {
            // A label without a colon is alone in its cell.
            starts.push(cell.len() - cell.trim_start_matches(names::is_space).len());
        }
        Self {
            cell,
            has_colon,
            starts,
        }
    }

    /// The value of the first of `labels` that it holds: behind its colon up to the next label, or in the next cell.
    fn value<'v>(&self, next: Option<&'v str>, labels: &[&str]) -> Option<&'v str>
    where
        'c: 'v,
    {
        if !self.has_colon {
            let alone = labels
                .iter()
                .filter_map(|label| self.find(label))
                .find(|end| self.cell[*end..].chars().all(names::is_space));
            return alone.and(next).and_then(beside);
        }
        for label in labels {
            let Some(at) = self.find(label) else { continue };
            let rest = self.cell[at..].trim_start_matches(names::is_space);
            let Some(value) = rest.strip_prefix(COLONS) else {
                continue;
            };
            let end = next_label(value).unwrap_or(value.len());
            let found = value[..end].trim_matches(names::is_space);
            if found.is_empty() {
                let at_end = end == value.len();
                return next
                    .filter(|_| at_end)
                    .and_then(beside)
                    .filter(|n| !n.is_empty());
            }
            return Some(found);
        }
        None
    }

    /// The byte behind a label, white space inside it allowed (填 报 单 位).
    fn find(&self, label: &str) -> Option<usize> {
        let first = label.chars().next()?;
        self.starts
            .iter()
            .filter(|start| self.cell[**start..].starts_with(first))
            .find_map(|start| {
                end_of_label(self.cell, start + first.len_utf8(), label.chars().skip(1))
            })
    }
}

/// The value in the cell beside a label.
fn beside(next: &str) -> Option<&str> {
    (!is_label(next)).then(|| next.trim_matches(names::is_space))
}

/// Every label of an identity or signature line.
fn all_labels() -> impl Iterator<Item = &'static &'static str> {
    UNIT_LABELS.iter().chain(PERIOD_LABELS).chain(OTHER_LABELS)
}

/// Where the first label with its colon begins.
fn next_label(text: &str) -> Option<usize> {
    text.match_indices(COLONS).find_map(|(colon, _)| {
        all_labels()
            .filter(|l| text[..colon].ends_with(**l))
            .map(|l| colon - l.len())
            .min()
    })
}

/// The byte behind the rest of a label, which begins at `end`.
fn end_of_label(cell: &str, mut end: usize, rest: impl Iterator<Item = char>) -> Option<usize> {
    for wanted in rest {
        loop {
            let c = cell[end..].chars().next()?;
            end += c.len_utf8();
            if c == wanted {
                break;
            }
            if !names::is_space(c) {
                return None;
            }
        }
    }
    Some(end)
}

/// Whether a cell begins with any label of an identity or signature line.
pub fn is_label(cell: &str) -> bool {
    let head: String = cell.chars().take(60).collect();
    let key = names::fold(&head);
    all_labels().any(|l| {
        key.strip_prefix(l)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(':') || rest.starts_with('('))
    })
}

/// A title names the report; instructions above the header and the day on which it was filled in do not name its month.
fn is_title(cell: &str) -> bool {
    let key = names::fold(cell);
    key.chars().count() <= 60
        && !key.contains(':')
        && !all_labels().any(|label| key.starts_with(label))
        && ["表", "情况", "进展", "月报", "实事", "台账", "统计", "汇总"]
            .iter()
            .any(|w| key.contains(w))
}

/// F010: a cell that is nothing but a secrecy marking, e.g. 机密★1年 or 密级：秘密.
pub fn is_secrecy_marking(cell: &str) -> bool {
    if cell.len() > 200 || !cell.contains('密') {
        return false;
    }
    let key = names::fold(cell);
    let key = key
        .strip_prefix("密级")
        .map_or(key.as_str(), |k| k.trim_start_matches(':'));
    ["绝密", "机密", "秘密"].iter().any(|word| {
        key.strip_prefix(word).is_some_and(|rest| {
            let rest = rest.trim_start_matches(['★', '☆', '*']);
            rest.is_empty()
                || rest == "长期"
                || rest == "启用前"
                || rest
                    .trim_end_matches(['年', '月', '个'])
                    .chars()
                    .all(|c| c.is_ascii_digit())
                    && rest.ends_with(['年', '月'])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_give_their_values() {
        fn labelled<'t>(cell: &'t str, next: Option<&'t str>, labels: &[&str]) -> Option<&'t str> {
            Line::new(cell).value(next, labels)
        }
        let line = "填报单位：建设局    填报期：2024年6月    填报人：张三";
        assert_eq!(labelled(line, None, UNIT_LABELS), Some("建设局"));
        assert_eq!(labelled(line, None, PERIOD_LABELS), Some("2024年6月"));
        assert_eq!(
            labelled("填报单位：", Some("生态 环境局"), UNIT_LABELS),
            Some("生态 环境局")
        );
        assert_eq!(
            labelled("填报单位：", Some("填报期：2024年6月"), UNIT_LABELS),
            None
        );
        assert_eq!(
            labelled("填 报 单 位：建设局", None, UNIT_LABELS),
            Some("建设局")
        );
        assert_eq!(
            labelled("填报单位", Some("建设局"), UNIT_LABELS),
            Some("建设局")
        );
        assert_eq!(
            labelled("填 报 单 位 ", Some(" 建设局"), UNIT_LABELS),
            Some("建设局")
        );
        assert_eq!(
            labelled("（必填）填报单位", Some("建设局"), UNIT_LABELS),
            None
        );
        assert_eq!(labelled("填报单位名称", Some("建设局"), UNIT_LABELS), None);
        assert_eq!(
            labelled("填报单位:  填报期:2024年6月", Some("建设局"), UNIT_LABELS),
            None
        );
        assert_eq!(
            labelled("填报日期：2024年7月2日", None, PERIOD_LABELS),
            None
        );
    }

    #[test]
    fn markings_are_told_from_running_text() {
        for text in ["秘密★3年", "机密 ★ 1年", "绝密", "密级：机密", "机密★长期"]
        {
            assert!(is_secrecy_marking(text), "{text}");
        }
        for text in [
            "保守商业秘密承诺书",
            "机密管理培训1次",
            "密级：",
            "秘密工作",
            "",
        ] {
            assert!(!is_secrecy_marking(text), "{text}");
        }
    }
}
