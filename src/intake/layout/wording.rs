//! What header texts mean: fields of the monthly form and of the 工作方案 sheet, and their aliases (domain/report-form.md).

use std::cell::RefCell;
use std::rc::Rc;

use crate::intake::memory::Memory;
use crate::intake::submission::{ElementField, Field};
use crate::plan::names;

/// Aliases after folding; the official text is first.
const ALIASES: &[(Field, &[&str])] = &[
    (Field::No, &["序号", "编号", "no.", "no", "项目序号"]),
    (Field::Tier, &["分级", "市区分级", "级别", "类别"]),
    (
        Field::Task,
        &[
            "项目名称",
            "民生实事项目",
            "项目",
            "实事名称",
            "重点民生实事",
            "主要任务",
            "民生实事",
            "实事项目",
            "任务名称",
        ],
    ),
    (
        Field::Department,
        &["责任单位", "牵头单位", "主责单位", "责任部门", "牵头部门"],
    ),
    (
        Field::Indicator,
        &[
            "指标",
            "指标名称",
            "考核指标",
            "具体指标",
            "目标任务",
            "年度目标任务",
            "工作任务",
            "年度工作任务",
        ],
    ),
    (Field::Unit, &["计量单位"]),
    (
        Field::Target,
        &[
            "年度目标",
            "目标值",
            "年度目标值",
            "全年目标",
            "计划数",
            "全年目标值",
            "年度计划数",
        ],
    ),
    (
        Field::Previous,
        &[
            "上月累计",
            "上期累计",
            "截至上月累计",
            "上月完成情况",
            "上月累计完成",
        ],
    ),
    (
        Field::ThisMonth,
        &[
            "本月完成",
            "本月新增",
            "当月完成",
            "本期完成",
            "本月完成数",
            "当月新增",
        ],
    ),
    (
        Field::Cumulative,
        &[
            "累计完成",
            "截至本月累计",
            "累计完成数",
            "截至目前完成数",
            "完成情况",
            "累计",
            "累计完成情况",
            "截至本月累计完成",
            "截至目前累计",
            "本月累计",
        ],
    ),
    (
        Field::Rate,
        &["完成率", "完成比例", "完成进度", "进度", "完成百分比"],
    ),
    (Field::Status, &["状态", "进度状态", "是否完成", "完成状态"]),
    (
        Field::DoneOn,
        &["完成时间", "完成日期", "实际完成时间", "实际完成日期"],
    ),
    (
        Field::Narrative,
        &[
            "工作进展",
            "进展情况",
            "推进情况",
            "工作进展情况",
            "目前进展",
            "形象进度",
            "工作推进情况",
            "目前进展情况",
        ],
    ),
    (
        Field::Problems,
        &[
            "存在问题",
            "问题",
            "困难问题",
            "存在的困难和问题",
            "存在的问题",
            "存在困难",
            "存在问题及困难",
        ],
    ),
    (
        Field::NextSteps,
        &[
            "下一步措施",
            "下步措施",
            "下一步工作",
            "下步打算",
            "下一步工作计划",
            "下一步打算",
            "下一步工作措施",
            "下步工作计划",
            "下一步计划",
        ],
    ),
    (
        Field::ExpectedOn,
        &[
            "预计完成时间",
            "计划完成时间",
            "预计完成日期",
            "计划完成日期",
        ],
    ),
    (
        Field::Evidence,
        &["验收情况", "佐证材料", "验收材料", "验收文号"],
    ),
    (Field::Remark, &["备注", "说明"]),
];

const ELEMENT_ALIASES: &[(ElementField, &[&str])] = &[
    (
        ElementField::Measures,
        &["工作举措", "举措", "主要举措", "工作措施", "推进举措"],
    ),
    (
        ElementField::Deadline,
        &["完成时限", "时限", "完成期限", "时间节点"],
    ),
    (ElementField::Acceptance, &["验收标准", "验收要求"]),
    (
        ElementField::Funding,
        &["资金来源", "资金渠道", "资金来源渠道"],
    ),
    (
        ElementField::Planned,
        &["计划资金", "计划投资", "资金计划", "概算资金"],
    ),
    (
        ElementField::Arrived,
        &["到位资金", "资金到位", "已到位资金"],
    ),
    (
        ElementField::Paid,
        &["支付资金", "已支付资金", "资金支付", "拨付资金"],
    ),
    (ElementField::Leader, &["责任领导", "分管领导"]),
    (ElementField::Contact, &["联系人", "具体联系人"]),
    (ElementField::Phone, &["联系电话", "电话", "联系方式"]),
];

/// What a header text means, before its neighbours are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    Field(Field),
    /// 单位: a unit beside an indicator column only.
    PlainUnit,
}

/// A header text is a few words; a cell of prose is looked at no further.
fn is_short(raw: &str) -> bool {
    raw.len() <= 40 || raw.len() <= 160 && raw.chars().nth(40).is_none()
}

/// A folded header text without its bracket.
fn header_key(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    let mut depth = 0usize;
    for c in folded.chars() {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '*' | '★' | ':' | '、' | '/' => {}
            c => out.push(c),
        }
    }
    out
}

/// What a folded header text means in a report.
fn meaning(key: &str) -> Option<Meaning> {
    if key.is_empty() {
        return None;
    }
    if key == "单位" {
        return Some(Meaning::PlainUnit);
    }
    let exact = |key: &str| {
        ALIASES
            .iter()
            .find(|(_, names)| names.contains(&key))
            .map(|(field, _)| Meaning::Field(*field))
    };
    if let Some(found) = exact(key) {
        return Some(found);
    }
    // 2024年工作任务, 2024年度目标: the year says nothing about the field.
    if let Some(rest) = strip_year(key)
        && let Some(found) = exact(rest).or_else(|| exact(&format!("年度{rest}")))
    {
        return Some(found);
    }
    cumulative_words(key).then_some(Meaning::Field(Field::Cumulative))
}

/// `2024年` or `2024年度` taken off the front.
fn strip_year(key: &str) -> Option<&str> {
    let rest = key
        .get(4..)
        .filter(|_| key.as_bytes()[..4].iter().all(u8::is_ascii_digit))?
        .strip_prefix('年')?;
    Some(rest.strip_prefix('度').unwrap_or(rest))
}

/// 1-6月累计, 截至6月底累计完成: a month or a range of months before words of accumulation.
fn cumulative_words(key: &str) -> bool {
    let Some(at) = key.find('月') else {
        return false;
    };
    let (months, rest) = (&key[..at], &key[at + '月'.len_utf8()..]);
    let months = months
        .strip_prefix("截至")
        .or_else(|| months.strip_prefix("截止"))
        .unwrap_or(months);
    let months = strip_year(months).unwrap_or(months);
    let has_range = months.contains(['-', '—', '–', '~', '至', '到', '～']);
    let numeric = !months.is_empty()
        && months.chars().all(|c| {
            c.is_ascii_digit() || matches!(c, '-' | '—' | '–' | '~' | '至' | '到' | '～' | '月')
        });
    let rest = rest.trim_start_matches(['底', '末', '份']);
    numeric
        && (rest.starts_with("累计") && rest.chars().count() <= 6
            || has_range && matches!(rest, "完成" | "完成数" | "完成情况" | "完成量"))
}

/// The month a header such as 1-6月累计 or 截至6月底累计 ends in.
pub fn last_month_of(raw: &str) -> Option<i8> {
    known(raw).last_month
}

fn last_month(key: &str) -> Option<i8> {
    if !cumulative_words(key) {
        return None;
    }
    let at = key.find('月')?;
    let digits: String = key[..at]
        .chars()
        .rev()
        .take_while(char::is_ascii_digit)
        .collect();
    let month: i8 = digits.chars().rev().collect::<String>().parse().ok()?;
    (1..=12).contains(&month).then_some(month)
}

thread_local! {
    /// What header texts were found to mean.
    static KNOWN: RefCell<Memory<Known>> = RefCell::new(Memory::new(REMEMBERED));
}

/// What a text means in a header: of a report, and of a 工作方案; the month it ends in.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Folded ([`names::fold`]).
    pub key: Rc<str>,
    pub meaning: Option<Meaning>,
    pub element: Option<ElementField>,
    last_month: Option<i8>,
}

impl Known {
    fn new(raw: &str) -> Self {
        let folded = names::fold(raw);
        let key = header_key(&folded);
        let element = ELEMENT_ALIASES
            .iter()
            .find(|(_, names)| names.contains(&key.as_str()))
            .map(|(field, _)| *field);
        Self {
            meaning: meaning(&key),
            element,
            last_month: last_month(&key),
            key: folded.into(),
        }
    }
}

/// Texts that are remembered at most; no form has as many.
const REMEMBERED: usize = 8192;

/// What a text means, from memory where it was read before; nothing where it is too long for a header's.
pub fn known(raw: &str) -> Known {
    if raw.len() > HEADER_BYTES || !is_short(raw) {
        return Known::default();
    }
    KNOWN.with_borrow_mut(|all| {
        if let Some(known) = all.get(raw.as_bytes()) {
            return known;
        }
        let known = Known::new(raw);
        all.put(raw.as_bytes(), &known);
        known
    })
}

/// A text folded, from memory where it was read before.
pub fn folded(raw: &str) -> Rc<str> {
    if is_short(raw) {
        known(raw).key
    } else {
        names::fold(raw).into()
    }
}

/// Longer than any header text, its explanations in brackets included.
pub const HEADER_BYTES: usize = 600;

/// The nearest official header text, for a message.
pub fn nearest(raw: &str) -> Option<&'static str> {
    if !is_short(raw) {
        return None;
    }
    let key = header_key(&names::fold(raw));
    ALIASES
        .iter()
        .flat_map(|(field, names)| names.iter().map(move |name| (*field, *name)))
        .map(|(field, name)| (field, strsim::normalized_damerau_levenshtein(&key, name)))
        .filter(|(_, score)| *score >= 0.5)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(field, _)| field.chinese())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(raw: &str) -> Option<Field> {
        match meaning(&header_key(&names::fold(raw)))? {
            Meaning::Field(f) => Some(f),
            Meaning::PlainUnit => None,
        }
    }

    #[test]
    fn aliases_are_read_by_meaning() {
        for (raw, want) in [
            ("累计\n完成", Field::Cumulative),
            ("项 目 名 称", Field::Task),
            ("累计完成（公里）", Field::Cumulative),
            ("1-6月累计", Field::Cumulative),
            ("1—6月累计完成", Field::Cumulative),
            ("截至6月底累计完成", Field::Cumulative),
            ("2024年工作任务", Field::Indicator),
            ("2024年度目标", Field::Target),
            ("Ｎｏ．", Field::No),
            ("完成率(%)", Field::Rate),
            ("存在的困难和问题", Field::Problems),
        ] {
            assert_eq!(field(raw), Some(want), "{raw}");
        }
        for raw in ["施工单位", "6月5日", "联系电话", "完成时限", ""] {
            assert_eq!(field(raw), None, "{raw}");
        }
        assert_eq!(last_month_of("1-6月累计"), Some(6));
        assert_eq!(last_month_of("累计完成"), None);
    }
}
