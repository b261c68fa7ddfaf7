//! What header texts mean.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::intake::calendar::{self, Day, Mention, Year};
use crate::intake::memory::Memory;
use crate::intake::text;
use crate::plan::field::{ElementField, Field, FormColumn, header_key};
use crate::plan::{Period, Plan, Unit, names};

/// What a header text means, before its neighbours are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A field, and what it may be where another column is that field: 工作任务 beside 指标 is the task.
    Field(Field, Option<Field>),
    /// 单位: of measure, or the department.
    PlainUnit,
}

/// Longer than any header text, its explanations in brackets included.
pub const HEADER_BYTES: usize = 600;

fn by_header<F: Copy>(
    all: &[F],
    headers: fn(F) -> &'static [&'static str],
) -> HashMap<&'static str, F> {
    all.iter()
        .flat_map(|field| headers(*field).iter().map(|header| (*header, *field)))
        .collect()
}

static FIELDS: LazyLock<HashMap<&str, Field>> =
    LazyLock::new(|| by_header(&Field::ALL, Field::headers));
static ELEMENTS: LazyLock<HashMap<&str, ElementField>> =
    LazyLock::new(|| by_header(&ElementField::ALL, ElementField::headers));

/// Words of many patterns.
const NAMED: &[(&str, &str)] = &[
    ("AMOUNT", "数量|数|量|值|额|情况|工作量|任务量|"),
    (
        "SO_FAR",
        "截至目前|截止目前|截至本月底|截至本月末|截至本月|截止本月|截至本期|截至当前|\
         截至报告期|到目前|至目前|目前|自年初|年初以来|年初至今|今年以来|今年|本年度|本年|年度|全年|\
         年内|当年|本月|当前|实际|总",
    ),
    ("REACHED", "完成|实际完成|实现|达到|新增|建成"),
    ("NOW", "截至目前|截止目前|目前|当前|本月|当月|本期|最新|"),
    ("OF", "具体|主要|总体|整体|工作|任务|项目|工程|建设|"),
    ("CLAIMED", "问题|困难|难点|堵点"),
    ("CLAIMED_OR_NONE", "问题|困难|难点|堵点|"),
];

/// Headers that are made of words in many ways: one of each group after the other, none where a group has an empty one.
const MADE: &[(Field, &str)] = &[
    (
        Field::Previous,
        "截至| 上月|上期|前期 底|末| 累计 完成| AMOUNT",
    ),
    (Field::Previous, "截至 上月|上期 底|末| 完成| AMOUNT"),
    (
        Field::ThisMonth,
        "本月|当月|本期|当期|月度 实际| 新增完成|完成|新增 AMOUNT",
    ),
    (
        Field::Target,
        "年度|全年|本年|计划 目标任务|任务目标|计划|目标|任务|完成 数量|数|量|值",
    ),
    (Field::Target, "年度|全年|本年 计划|任务目标"),
    (Field::Target, "全年 目标任务|任务"),
    (Field::Target, "目标任务|任务目标 数量|数|量|值"),
    (Field::Target, "任务目标|计划目标"),
    (
        Field::Cumulative,
        "SO_FAR 累计 完成|实现|达到|新增|建成| AMOUNT",
    ),
    (Field::Cumulative, "累计 REACHED AMOUNT"),
    (Field::Cumulative, "指标 完成 数量|数|量|值|情况"),
    (Field::Cumulative, "年度|本年|当前 完成 AMOUNT"),
    (Field::Cumulative, "累计 数量|数|量|值|额"),
    (
        Field::Cumulative,
        "截至目前|截止目前|截至本月底|截至本月|目前|今年|年内|实际|已 REACHED AMOUNT",
    ),
    (Field::Cumulative, "完成 数量|数|量|值"),
    (
        Field::Narrative,
        "NOW OF 推进落实|推进进展|形象进度|进展|推进|进度|落实|开展|办理 情况 及成效|说明|",
    ),
    (Field::Narrative, "NOW OF OF 进展 说明|描述|及成效|"),
    (
        Field::Problems,
        "目前|当前| 存在|面临|遇到| 的| 主要|突出| CLAIMED 和|及|与| 存在的|存在| \
         CLAIMED_OR_NONE 及原因|及建议|和建议|",
    ),
    (
        Field::Problems,
        "需|需要|须|拟请 市政府|县政府|区政府|政府|市级|上级| 协调|帮助|支持 解决| 的| 问题|\
         事项|困难",
    ),
    (Field::Problems, "主要| 制约因素"),
    (
        Field::NextSteps,
        "下一步|下步|下一阶段|下阶段|下月|后续 的| 主要| 工作|推进| 措施|打算|计划|安排|举措|\
         思路|重点| 及建议|及措施|及完成时限|及时限|",
    ),
    (
        Field::ExpectedOn,
        "预计|预期|计划|拟 完成|完工|竣工|办结|建成 时间|日期|时限|节点",
    ),
];

static PATTERNS: LazyLock<Vec<(Field, Pattern)>> = LazyLock::new(|| {
    let group = |words: &'static str| {
        let named = NAMED.iter().find(|(name, _)| *name == words);
        let words = named.map_or(words, |(_, words)| words);
        words.split('|').collect()
    };
    let made = MADE.iter();
    made.map(|(field, groups)| (*field, groups.split(' ').map(group).collect()))
        .collect()
});

type Pattern = Vec<Vec<&'static str>>;

/// What a text may mean besides, where a column of its first meaning is there.
const SECOND: &[(Field, &str)] = &[
    (
        Field::Task,
        "工作事项 工作任务 年度工作任务 目标任务 年度目标任务",
    ),
    (
        Field::Indicator,
        "主要任务 重点任务 重点工作 重点事项 任务 项目 事项 目标",
    ),
    (Field::Narrative, "完成进度 进度"),
    (Field::Target, "年度指标"),
];

/// How the headers of a field that are made of words are made, for the page of writings.
#[cfg(test)]
pub fn made_of(field: Field) -> impl Iterator<Item = String> {
    use crate::Joined;

    let shown = |words: &Vec<&str>| {
        let (first, more) = (words[0], words.len() > 1 + usize::from(words.contains(&"")));
        let more = if more { "等" } else { "" };
        let (open, close) = if words.contains(&"") {
            ("（", "）")
        } else {
            ("", "")
        };
        format!("{open}{first}{more}{close}")
    };
    let of = PATTERNS.iter().filter(move |(of, _)| *of == field);
    of.map(move |(_, parts)| parts.iter().map(shown).joined("＋"))
}

fn fits(key: &str, parts: &[Vec<&str>]) -> bool {
    match parts {
        [] => key.is_empty(),
        [words, rest @ ..] => words
            .iter()
            .any(|word| key.strip_prefix(word).is_some_and(|key| fits(key, rest))),
    }
}

/// A plan's own heads.
#[derive(Debug, Clone, Default)]
pub struct OwnHeads {
    report: HashMap<String, Field>,
    elements: HashMap<String, ElementField>,
}

impl OwnHeads {
    pub fn new(plan: &Plan) -> Self {
        let mut own = Self::default();
        for (column, heads) in &plan.columns {
            for key in heads.iter().filter_map(|head| header_key(head)) {
                match column {
                    FormColumn::Report(field) => drop(own.report.insert(key, *field)),
                    FormColumn::Element(field) => drop(own.elements.insert(key, *field)),
                }
            }
        }
        own
    }

    /// What a text means in a report's header.
    pub fn meaning(&self, raw: &str) -> Option<Meaning> {
        if !self.report.is_empty()
            && let Some(field) = header_key(raw).and_then(|key| self.report.get(&key))
        {
            return Some(Meaning::Field(*field, None));
        }
        known(raw).0
    }

    /// What a text means in the header of a 工作方案.
    pub fn element(&self, raw: &str) -> Option<ElementField> {
        if !self.elements.is_empty()
            && let Some(field) = header_key(raw).and_then(|key| self.elements.get(&key))
        {
            return Some(*field);
        }
        known(raw).1
    }
}

/// What a text means in any plan's headers: of a report, and of a 工作方案.
type Meanings = (Option<Meaning>, Option<ElementField>);

fn known(raw: &str) -> Meanings {
    // Prose is no header text, and nothing to keep.
    if raw.len() > HEADER_BYTES {
        return (None, None);
    }
    MEANINGS.with_borrow_mut(|kept| {
        kept.get(raw.as_bytes()).unwrap_or_else(|| {
            let element = header_key(raw).and_then(|key| ELEMENTS.get(key.as_str()).copied());
            let meanings = (read(raw), element);
            kept.put(raw.as_bytes(), &meanings);
            meanings
        })
    })
}

/// Texts whose meaning is kept at most; no form has as many.
const KEPT: usize = 8192;

thread_local! {
    /// What header texts mean: the same ones stand in every department's workbook. It saves about a tenth of a run.
    static MEANINGS: RefCell<Memory<Meanings>> = RefCell::new(Memory::new(KEPT));
}

/// The characters that known headers, and the words that others are made of, end with.
static ENDS: LazyLock<HashSet<char>> = LazyLock::new(|| {
    let words = PATTERNS.iter().flat_map(|(_, parts)| parts);
    let words = words.flatten().copied();
    let ends = FIELDS.keys().copied().chain(words);
    ends.filter_map(|word| word.chars().last()).collect()
});

fn read(raw: &str) -> Option<Meaning> {
    let key = header_key(raw)?;
    // Names and numbers below a header end as none does: asking no further saves a fiftieth of a run.
    let may_be_named = key.ends_with(|c| ENDS.contains(&c));
    if key == "单位" {
        return Some(Meaning::PlainUnit);
    }
    let named = |key: &str| {
        let first = worded(key)?;
        let mut second = SECOND
            .iter()
            .find(|(_, texts)| texts.split(' ').any(|text| text == key))
            .map(|(field, _)| *field);
        if first == Field::Cumulative && key.ends_with("情况") {
            second = Some(Field::Narrative);
        }
        Some(Meaning::Field(first, second))
    };
    // 2024年工作任务, 2024年度目标: the year says nothing about the field.
    let dated = || {
        let rest = behind_year(&key)?;
        named(rest).or_else(|| named(&format!("年度{rest}")))
    };
    let of_months = || {
        let (field, ..) = of_months(&key)?;
        let is_both = field == Field::ThisMonth && key.ends_with("情况");
        Some(Meaning::Field(field, is_both.then_some(Field::Narrative)))
    };
    may_be_named
        .then(|| named(&key).or_else(dated))
        .flatten()
        .or_else(of_months)
        .or_else(|| read(parted(raw)?.0))
}

/// The first field that words of a known header mean.
fn worded(key: &str) -> Option<Field> {
    let made = || PATTERNS.iter().find(|(_, parts)| fits(key, parts));
    FIELDS.get(key).copied().or_else(|| Some(made()?.0))
}

fn behind_year(key: &str) -> Option<&str> {
    let (mention, rest) = calendar::at_start(key)?;
    mention.months.is_none().then_some(rest)
}

/// Until when a header's figures count: 1-6月累计, 截至6月底累计, 2024年累计完成.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeaderTime {
    pub year: i16,
    /// `None`: the year as a whole.
    month: Option<i8>,
}

impl HeaderTime {
    /// The month in which it ends; `None` for a year as a whole.
    pub fn period(self) -> Option<Period> {
        Period::new(self.year, self.month?)
    }
}

/// The time of a header's figures; `year`: the plan's, where the header names none.
pub fn time(raw: &str, year: i16) -> Option<HeaderTime> {
    let key = header_key(raw)?;
    // 累计完成（1-4月）, 累计完成（截至4月底）
    let in_brackets = || {
        text::brackets(raw).find_map(|inner| {
            let joined = header_key(&format!("{inner}{key}"))?;
            written_time(&joined)
                .filter(|(_, rest)| rest.is_empty() || *rest == key)
                .map(|(time, _)| time)
        })
    };
    let time = written_time(&key).map(|(time, _)| time);
    let (written, month) = time.or_else(in_brackets)?;
    let year = match written {
        None => year,
        Some(Year::Written(_, last)) => last,
        Some(Year::FromNow(offset)) => year.checked_add(offset)?,
    };
    month
        .is_none_or(|month| (1..=12).contains(&month))
        .then_some(HeaderTime { year, month })
}

/// A year and a month, as far as they are written.
type Written = (Option<Year>, Option<i8>);

/// The year and the month of a header's words, and what stands behind a year alone.
fn written_time(key: &str) -> Option<(Written, &str)> {
    if let Some((_, year, month)) = of_months(key) {
        return Some(((year, Some(i8::try_from(month).ok()?)), ""));
    }
    let (mention, rest) = calendar::at_start(key)?;
    let year = mention.year.filter(|_| mention.months.is_none())?;
    Some(((Some(year), None), rest))
}

/// What a header means that names months: its field, the year, and the last of the months. 1-5月累计, 5月完成 (this month's),
/// 5月工作进展, 6月工作计划 (what comes next).
fn of_months(key: &str) -> Option<(Field, Option<Year>, u32)> {
    const UNTIL: [&str; 9] = [
        "自年初至",
        "年初至",
        "年初到",
        "截至",
        "截止到",
        "截止",
        "至",
        "到",
        "",
    ];
    let from = UNTIL.iter().find_map(|until| key.strip_prefix(until))?;
    let is_until = from.len() < key.len();
    let (mention, rest) = calendar::at_start(from).or_else(|| day_alone(from))?;
    let (first, last) = mention.months?;
    let named = &from[..from.len() - rest.len()];
    let is_from_january = named.contains('前') || named.ends_with("上半年");
    let is_dated = !named.contains('月') && !is_from_january;
    let is_month = match mention.day {
        Some(Day::Exact(day)) => is_until && day >= 20,
        Some(Day::Early | Day::Middle) => false,
        None | Some(Day::End) => !is_dated,
    };
    let rest = rest.trim_start_matches(['止', '的']);
    let is_sum = rest.starts_with("累计") && rest.chars().count() <= 6
        || key.starts_with('截') && rest.is_empty()
        || (is_until || is_from_january || first != last)
            && matches!(
                rest,
                "完成" | "完成数" | "完成情况" | "完成量" | "已完成" | "实际完成" | "完成数量"
            );
    if is_month && is_sum {
        return Some((Field::Cumulative, mention.year, last));
    }
    let is_alone = first == last && !is_until && !is_dated && mention.day.is_none();
    let of_one_month = || {
        let words = rest
            .strip_prefix("当月")
            .or_else(|| rest.strip_prefix("本月"));
        let words = words.unwrap_or(rest);
        if is_alone && rest == "当月" {
            return Some(Field::ThisMonth);
        }
        let field = worded(&format!("本月{words}"))?;
        (is_alone && field == Field::ThisMonth).then_some(field)
    };
    let of_words = || worded(rest).filter(|f| matches!(f, Field::Narrative | Field::Problems));
    let of_plans = || {
        let is_plan = rest.starts_with("工作") && !is_until;
        worded(&format!("下月{rest}")).filter(|f| is_plan && *f == Field::NextSteps)
    };
    let field = of_one_month().or_else(of_words).or_else(of_plans)?;
    Some((field, mention.year, last))
}

/// The day of 截至5.31累计, whose year is left out.
fn day_alone(text: &str) -> Option<(Mention, &str)> {
    let number = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (month, rest) = text.split_at(number(text));
    let rest = rest.strip_prefix('.')?;
    let (day, rest) = rest.split_at(number(rest));
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((
        Mention {
            year: None,
            months: Some((month, month)),
            day: Some(Day::Exact(day)),
        },
        rest,
    ))
}

/// The official header that a text resembles most, for a message.
pub fn nearest(raw: &str) -> Option<&'static str> {
    let key = header_key(raw)?;
    FIELDS
        .iter()
        .map(|(header, field)| (field, strsim::normalized_damerau_levenshtein(&key, header)))
        .filter(|(_, score)| *score >= 0.5)
        .max_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(b.0)))
        .map(|(field, _)| field.chinese())
}

/// A header's name and the known unit behind it: 累计完成/元, 累计完成 单位：元.
pub(super) fn parted(raw: &str) -> Option<(&str, &str)> {
    let parts = |c: char| {
        matches!(
            c,
            '/' | '／'
                | ','
                | '，'
                | '_'
                | '＿'
                | '-'
                | '－'
                | '—'
                | '、'
                | ':'
                | '：'
                | ' '
                | '\n'
        )
    };
    let (at, part) = raw.char_indices().rfind(|(_, c)| parts(*c))?;
    let unit = raw[at + part.len_utf8()..].trim_matches(names::is_space);
    let name = raw[..at].trim_end_matches(parts);
    let name = ["计量单位", "单位"]
        .iter()
        .find_map(|label| name.strip_suffix(label))
        .unwrap_or(name)
        .trim_end_matches(parts);
    let is_unit = unit.chars().count() <= 8 && Unit::parse(unit).is_some_and(|u| u.is_known());
    (is_unit && !name.is_empty()).then_some((name, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(raw: &str) -> Option<Field> {
        match OwnHeads::default().meaning(raw)? {
            Meaning::Field(field, _) => Some(field),
            Meaning::PlainUnit => Some(Field::Unit),
        }
    }

    /// A group that is misspelt would be a word of headers.
    #[test]
    fn every_group_of_a_pattern_is_known() {
        let words = PATTERNS.iter().flat_map(|(_, parts)| parts).flatten();
        for word in words {
            assert!(!word.contains(|c: char| c.is_ascii_uppercase()), "{word}");
        }
    }

    /// Each was an unknown column, and the table no report.
    #[test]
    fn headers_are_read_in_the_words_of_offices() {
        for (field, heads) in [
            (
                Field::Cumulative,
                "截至目前完成 截至目前累计完成 完成数 实际完成 今年累计 累计完成数 累计完成情况 截至本月累计 本月累计 年初以来累计完成 \
                截至本月底累计完成数 累计新增 累计数 已完成 实际完成数 今年以来累计完成 目前完成情况 年度累计完成 完成值 截止目前累计",
            ),
            (
                Field::Previous,
                "上月累计 截至上月累计 上月累计完成 截至上月底累计完成数 上期累计数 截至上月底完成",
            ),
            (
                Field::ThisMonth,
                "本月完成 本月完成数 当月新增 本期新增数 本月新增完成 当月完成量 本月实际完成",
            ),
            (
                Field::Narrative,
                "推进情况 工作进展 工作进展情况 目前进展 目前进展情况 本月进展 本月工作进展情况 进展 项目进展情况 落实情况 工作落实情况 \
                工作开展情况 办理情况 最新进展 进度情况 工作推进落实情况 具体进展 工作进展及成效 形象进度情况 截至目前进展情况",
            ),
            (
                Field::Problems,
                "存在困难 存在问题 存在的问题 存在的困难和问题 存在问题及困难 问题和困难 困难及问题 主要困难 存在的主要问题 面临困难 \
                存在的突出问题 存在问题及原因 目前存在的问题",
            ),
            (
                Field::NextSteps,
                "下一步措施 下步措施 下一步工作 下步打算 下一步工作计划 下步工作安排 下月计划 下月工作计划 下一阶段工作安排 \
                下一步推进措施 后续措施 下一步工作打算及建议",
            ),
            (
                Field::ExpectedOn,
                "预计完成时间 计划完成日期 预计竣工时间 拟完成时间 计划完工时间",
            ),
            (Field::Task, "重点工作 重点任务 主要任务 任务名称 事项名称"),
            (
                Field::Indicator,
                "指标内容 工作内容 建设内容 具体任务 2025年工作任务",
            ),
            (Field::Unit, "单位 计量单位"),
            (Field::Department, "承办单位 负责单位 牵头单位"),
        ] {
            for head in heads.split_whitespace() {
                assert_eq!(meaning(head), Some(field), "{head}");
            }
        }
        for other in [
            "完成",
            "本月",
            "施工单位",
            "实施",
            "情况",
            "总投资",
            "计划开工时间",
            "累计投资",
        ] {
            assert_eq!(meaning(other), None, "{other}");
        }
    }

    #[test]
    fn headers_are_read_by_meaning() {
        for (raw, want) in [
            ("累计\n完成", Field::Cumulative),
            ("项 目 名 称", Field::Task),
            ("累计完成（公里）", Field::Cumulative),
            ("1-6月累计", Field::Cumulative),
            ("1—6月累计完成", Field::Cumulative),
            ("截至6月底累计完成", Field::Cumulative),
            ("2024年工作任务", Field::Indicator),
            ("2024年度目标", Field::Target),
            ("上半年完成情况", Field::Cumulative),
            ("前三季度累计", Field::Cumulative),
            ("元月至六月累计", Field::Cumulative),
            ("截至6.30累计", Field::Cumulative),
            ("截至2024.6.30", Field::Cumulative),
            ("6月完成", Field::ThisMonth),
            ("6月份新增完成", Field::ThisMonth),
            ("6月工作进展", Field::Narrative),
            ("7月工作计划", Field::NextSteps),
            ("Ｎｏ．", Field::No),
            ("完成率(%)", Field::Rate),
            ("存在的困难和问题", Field::Problems),
        ] {
            assert_eq!(meaning(raw), Some(want), "{raw}");
        }
        for raw in [
            "施工单位",
            "6月5日",
            "联系电话",
            "完成时限",
            "",
            "6月投资完成",
            "6月计划",
            "6.30完成",
            "一季度完成",
        ] {
            assert_eq!(meaning(raw), None, "{raw}");
        }
        let until = |raw| time(raw, 2025).map(|time| (time.year, time.month));
        for (raw, want) in [
            ("1-6月累计", (2025, Some(6))),
            ("2024年1-6月累计", (2024, Some(6))),
            ("截至6月底累计完成", (2025, Some(6))),
            ("2024年累计完成", (2024, None)),
        ] {
            assert_eq!(until(raw), Some(want), "{raw}");
        }
        assert_eq!(until("累计完成"), None);
        assert_eq!(meaning("累计完成/公里"), Some(Field::Cumulative));
    }
}
