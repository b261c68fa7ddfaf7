//! Which month a text names: 填报期, titles, the names of sheets and files.

use crate::intake::calendar::{self, Day, Mention, Year};
use crate::intake::submission::NamedPeriod;
use crate::intake::text;
use crate::plan::unit::lexicon;
use crate::plan::{Period, Plan, numeral};

/// Words before a day on which something was done with the form, not a month that it reports.
const DONE_WITH_IT: [&str; 2] = ["时间", "日期"];
const DOING: [&str; 12] = [
    "填报", "填表", "制表", "报送", "上报", "打印", "印发", "更新", "编制", "汇总", "报表", "审核",
];
/// Words behind a month or a year that is not reported but planned.
const PLANNED: [&str; 11] = [
    "计划",
    "任务",
    "目标",
    "安排",
    "打算",
    "要点",
    "工作计划",
    "工作任务",
    "规划",
    "远景",
    "愿景",
];
/// Behind a numeral and 月 these make another word of them: 3月龄, 八月桂.
const NO_MONTHS: [&str; 4] = ["龄", "嫂", "桂", "流火"];

/// 2024年(4)月 without the brackets that a form has around its blanks.
fn unbracketed(folded: String) -> String {
    let parts = || {
        let (before, behind) = folded.split_once(")月")?;
        let (before, month) = before.rsplit_once('(')?;
        let is_number = |c: char| c.is_ascii_digit() || numeral::is_numeral(c);
        let is_month = !month.is_empty() && month.chars().all(is_number);
        (is_month && before.ends_with('年')).then(|| format!("{before}{month}月{behind}"))
    };
    parts().unwrap_or(folded)
}

/// Reads the names of months for one plan and period.
#[derive(Debug)]
pub struct MonthNames {
    /// Of a month that names none.
    year: i16,
    /// A year in it says nothing of the month.
    plan_title: String,
}

impl MonthNames {
    /// For titles and names of files of one period of a plan.
    pub fn new(plan: &Plan, period: Period) -> Self {
        Self {
            year: period.year(),
            plan_title: calendar::fold(&plan.title),
        }
    }

    /// The month that a title or a name speaks of; `None` where it speaks of none. Days are none: a file's name and a title hold
    /// the day of making or sending.
    pub fn in_name(&self, raw: &str) -> Option<NamedPeriod> {
        let folded = self.with_long_year(unbracketed(calendar::fold(raw)));
        let folded = match self.plan_title.as_str() {
            "" => folded,
            title => folded.replace(title, "|"),
        };
        let mut year_alone = None;
        let mut months: Vec<NamedPeriod> = Vec::new();
        let (mut is_unreadable, mut is_two) = (false, false);
        for (mention, before, behind) in calendar::mentions(&folded) {
            if is_day(&mention, before) || !is_reported(before, behind) {
                continue;
            }
            if mention.months.is_none() && is_of_other_work(before, behind) {
                continue;
            }
            if mention.months.is_some() {
                is_two |= is_one_of_two(before);
                months.push(self.month(mention, year_alone));
            } else {
                is_unreadable |= is_unfilled(behind);
                year_alone = mention.year;
            }
        }
        is_unreadable |= months.is_empty() && has_blank_month(&folded);
        months.dedup();
        match months.as_slice() {
            [one] if !is_two => Some(*one),
            [] if is_unreadable => Some(NamedPeriod::Unreadable),
            [] => self.year_alone(year_alone?),
            _ => Some(NamedPeriod::Unreadable),
        }
    }

    /// The month that 填报期 gives: of several days or months the last. `None` where nothing is filled in.
    pub fn in_period(&self, raw: &str) -> Option<NamedPeriod> {
        if text::is_placeholder(raw) || text::letters(raw) == 0 {
            return None;
        }
        let folded = self.with_long_year(unbracketed(calendar::fold(raw)));
        let mut year = None;
        let mut last = None;
        for (mention, before, behind) in calendar::mentions(&folded) {
            if mention.months.is_some() && is_reported(before, behind) {
                // 4、5月: not one month.
                if is_one_of_two(before) {
                    return Some(NamedPeriod::Unreadable);
                }
                last = Some(self.month(mention, year));
            } else if is_unfilled(behind) || is_followed_by_number(behind) {
                return Some(NamedPeriod::Unreadable);
            }
            year = mention.year.or(year);
        }
        match (last, year) {
            (Some(last), _) => Some(last),
            (None, Some(year)) => self.year_alone(year),
            // 填报月份：6
            (None, None) => calendar::number(&folded)
                .and_then(|month| Period::new(self.year, i8::try_from(month).ok()?))
                .map(NamedPeriod::Month)
                .or(Some(NamedPeriod::Unreadable)),
        }
    }

    /// A text whose 25.5 is 2025.5, where 25 is this year and the two stand by themselves.
    fn with_long_year(&self, folded: String) -> String {
        let year = format!("{:02}", self.year.rem_euclid(100));
        let found = folded.match_indices(&year).find(|(at, _)| {
            let behind = &folded[at + year.len()..];
            let Some(month) = behind.strip_prefix(['.', '-', '/', '_']) else {
                return false;
            };
            let rest = month.trim_start_matches(|c: char| c.is_ascii_digit());
            let month: Option<u8> = month[..month.len() - rest.len()].parse().ok();
            let before = folded[..*at].chars().next_back();
            month.is_some_and(|month| (1..=12).contains(&month))
                && !rest.starts_with(|c: char| {
                    c.is_ascii_alphanumeric() || "./~%十百千万亿".contains(c)
                })
                && lexicon::at(rest, lexicon::CELL).is_none()
                && before.is_none_or(|c| !c.is_ascii_alphanumeric() && !".-/_".contains(c))
        });
        match found {
            Some((at, _)) => format!("{}20{}", &folded[..at], &folded[at..]),
            None => folded,
        }
    }

    fn month(&self, mention: Mention, year_alone: Option<Year>) -> NamedPeriod {
        let year = match mention.year.or(year_alone) {
            None => self.year,
            Some(Year::Written(_, year)) => year,
            Some(Year::FromNow(offset)) => self.year.saturating_add(offset),
        };
        mention
            .months
            .and_then(|(_, month)| Period::new(year, i8::try_from(month).ok()?))
            .map_or(NamedPeriod::Unreadable, NamedPeriod::Month)
    }

    /// `None`: the years agree with the period's.
    fn year_alone(&self, year: Year) -> Option<NamedPeriod> {
        match year {
            Year::Written(first, last) if !(first..=last).contains(&self.year) => {
                Some(NamedPeriod::Year(last))
            }
            _ => None,
        }
    }
}

/// Words before the day until which is reported.
const UNTIL: [&str; 4] = ["截至", "截止", "截止到", "更新至"];

/// Whether a time until which is reported stands in a text.
pub fn is_until(text: &str) -> bool {
    let found = UNTIL.iter().flat_map(|word| text.match_indices(word));
    found
        .map(|(at, word)| text[at + word.len()..].trim_start_matches([':', ' ']))
        .any(|behind| calendar::at_start(behind).is_some())
}

/// Whether a day is named, but for the day until which is reported (截至5月31日).
fn is_day(mention: &Mention, before: &str) -> bool {
    let before = before.trim_end_matches([':', ' ']);
    let is_until = UNTIL.iter().any(|word| before.ends_with(word));
    match mention.day {
        // Until 3 July count the figures of a form for June, too.
        Some(Day::Exact(day)) => !is_until || day < 20,
        Some(Day::Early | Day::Middle) => true,
        None | Some(Day::End) => false,
    }
}

/// Whether a text says of a time neither that something was done with the form then, nor that it is a deadline or a plan.
fn is_reported(before: &str, behind: &str) -> bool {
    let before = before.trim_end_matches([' ', ':', '为', '是']);
    let is_done_with_it = DONE_WITH_IT.iter().any(|word| {
        let doing = before.strip_suffix(word);
        doing.is_some_and(|before| DOING.iter().any(|doing| before.ends_with(doing)))
    });
    let behind = behind.trim_start_matches([' ', '的']);
    let is = |words: &[&str]| words.iter().any(|word| behind.starts_with(word));
    !(is_done_with_it || is(&["前", "之前", "以前"]) || is(&PLANNED) || is(&NO_MONTHS))
}

/// Whether a year alone stands in the name of work that another year began, or beside a figure that is compared:
/// 2024年民生实事延续项目, 较2024年. The report's own year is told elsewhere.
fn is_of_other_work(before: &str, behind: &str) -> bool {
    let behind: String = behind
        .chars()
        .take_while(|c| !"()〔〕【】|,;。、".contains(*c) && !c.is_ascii_digit())
        .take(OTHER_WORK_CHARS)
        .collect();
    let before = before.trim_end_matches(' ');
    CARRIED_OVER.iter().any(|word| behind.contains(word))
        || [
            "含",
            "较",
            "比",
            "对比",
            "对照",
            "包括",
            "承接",
            "结转",
            "建于",
            "建成于",
            "成立于",
            "始于",
            "自",
            "从",
        ]
        .iter()
        .any(|word| before.ends_with(word))
}

/// Characters behind a year that may say what work is named.
const OTHER_WORK_CHARS: usize = 16;
/// Words of work that goes on from another year, and of its figures.
const CARRIED_OVER: [&str; 10] = [
    "延续", "续建", "结转", "接转", "跨年", "遗留", "续办", "未完", "同期", "基数",
];

/// Whether a folded text is a month and nothing else, filled in or not: （2024年6月）, 1-6月, 2024年  月.
pub fn is_month_alone(text: &str) -> bool {
    const TIME: &str = "〇零一二三四五六七八九十○年月份季度第前上半至到截止底末累计数据-—–~./_ x×□*?某几()〔〕【】";
    // 2025年7月3日 alone is the day of filling in.
    let has_until = text.contains('截');
    let is_time = |c: char| c.is_ascii_digit() || TIME.contains(c) || has_until && c == '日';
    let is_mention = || {
        let text = text.trim_matches(['(', ')', '〔', '〕', '【', '】']);
        calendar::at_start(text).is_some_and(|(_, behind)| behind.is_empty())
    };
    text.chars().count() <= 24
        && text.chars().all(is_time)
        && (text.contains(['年', '月', '季']) || is_mention())
}

/// Whether a month stands behind another that is no range's first: 4、5月, 4/5月, 4月和5月. 附件4、5月进展 is one month.
fn is_one_of_two(before: &str) -> bool {
    let before = before.trim_end_matches(' ');
    let joined = before.strip_suffix(['、', '/', '和', '与', '及', '或', ',']);
    joined.is_some_and(|first| {
        let number = first.trim_end_matches(['月', '份', ' ']);
        let rest = number.trim_end_matches(|c: char| c.is_ascii_digit() || numeral::is_numeral(c));
        rest.len() < number.len()
            && !rest.ends_with(['件', '表', '图', '章', '节', '条', '项', '号', '第'])
    })
}

/// Whether a month should stand behind a year and does not: 2025年X月, 2025年  月.
fn is_unfilled(behind_year: &str) -> bool {
    let blank = |c: char| c == ' ' || "xX×□_*?某几()".contains(c);
    is_blank_month(behind_year.trim_start_matches(blank))
}

/// Whether a number that is no month stands behind a year: 2025年 5, 2025年第5期.
fn is_followed_by_number(behind_year: &str) -> bool {
    let number = behind_year.trim_start_matches([' ', '第', '-', '.', '/']);
    number.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a month was to be filled in: X月, __月, （ 月）.
fn has_blank_month(text: &str) -> bool {
    text.match_indices('月').any(|(at, _)| {
        let before = text[..at].trim_end_matches(' ');
        // （月季园） begins with a word, （月） and （ 月进展） with a gap.
        let is_open = before.ends_with('(')
            && (before.len() < at
                || text[at..].starts_with("月)")
                || text[at..].starts_with("月份"));
        (is_open || before.ends_with(|c: char| "xX×□_*?某年".contains(c)))
            && is_blank_month(&text[at..])
    })
}

/// 月 that is no part of 月报 or 月度 (2024年月报送表 lacks its month, 2024年月报表 does not).
fn is_blank_month(text: &str) -> bool {
    let is_word =
        text.starts_with("月报") && !text.starts_with("月报送") || text.starts_with("月度");
    text.starts_with('月') && !is_word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months() -> MonthNames {
        MonthNames {
            year: 2025,
            plan_title: "示例区2025年民生实事".to_owned(),
        }
    }

    fn told(named: Option<NamedPeriod>) -> String {
        match named {
            None => String::new(),
            Some(NamedPeriod::Month(period)) => period.to_string(),
            Some(NamedPeriod::Year(year)) => year.to_string(),
            Some(NamedPeriod::Unreadable) => "?".to_owned(),
        }
    }

    #[test]
    fn titles_and_names_tell_their_month() {
        for (month, names) in [
            (
                "2025-05",
                &[
                    "示例区2025年民生实事5月进展情况报送表",
                    "一至五月进展情况",
                    "25年5月份报送表",
                    "水利局25.5",
                    "水利局（25-05）",
                    "25.5 报送表",
                    "水利局25.5报送表",
                    "截至5月底进展情况表",
                    "截至2025年5月31日进展情况表",
                    "2025年5月进展情况表（填表日期2025年6月）",
                    "5月完成情况及6月工作计划",
                    "2024年民生实事延续项目2025年5月",
                    "附件4、5月进展情况表",
                    "前5个月进展情况表",
                ][..],
            ),
            ("2024-05", &["示例区2024年民生实事5月进展情况报送表"][..]),
            ("2023-12", &["建设局2023年12月报送表"][..]),
            (
                "2025-06",
                &["1-6月进展", "公共服务局报送表（6月）", "二季度进展情况表"][..],
            ),
            ("2024-06", &["报送表202406", "2024-06报送"][..]),
            (
                "",
                &[
                    "治理河道25.5公里情况表",
                    "25.5万元资金使用情况表",
                    "水利局25.5.31",
                    "完成25.5%",
                    "报送表v25.5",
                    "水利局24.5",
                    "进展情况表（2024年民生实事延续项目）",
                    "2024年续建项目进展情况表",
                    "进展情况表（含2024年结转项目）",
                    "进展情况表（较2024年增减）",
                    "2023-2025年三年行动进展情况表",
                    "示例区2025年民生实事进展情况表",
                    "请于7月5日前报送",
                    "12月底前完成",
                    "2024年度目标",
                    "报送表20250703",
                    "3-5个工作日",
                    "民生实事月报",
                    "2025年月度进展情况表",
                ][..],
            ),
            (
                "2024",
                &[
                    "2024年民生实事进展情况表（延续项目）",
                    "2024年民生实事进展情况表",
                ][..],
            ),
            (
                "?",
                &[
                    "2025年13月进展情况表",
                    "2025年X月进展情况表",
                    "2025年\u{3000}月进展情况表",
                    "（ 月）进展情况表",
                    "4月和5月进展情况表",
                    "4、5月进展情况表",
                ][..],
            ),
        ] {
            for raw in names {
                assert_eq!(told(months().in_name(raw)), month, "{raw}");
            }
        }
    }

    #[test]
    fn the_period_of_a_form_is_read_or_told_as_unreadable() {
        for (month, texts) in [
            (
                "2025-05",
                &[
                    "2025年5月",
                    "五月",
                    "2025年5月31日",
                    "2025/5/31",
                    "25/5",
                    "2025年4月26日至5月25日",
                    "2025年5月（6月5日前报送）",
                    "2025年5月 填表时间 2025年6月",
                ][..],
            ),
            ("2025-06", &["6"][..]),
            ("2024", &["2024年"][..]),
            ("", &["2025年", "/", " "][..]),
            (
                "?",
                &[
                    "2025年13月",
                    "上月",
                    "第六期",
                    "2025年第6期",
                    "2025年 5",
                    "2025年X月",
                ][..],
            ),
        ] {
            for raw in texts {
                assert_eq!(told(months().in_period(raw)), month, "{raw}");
            }
        }
    }
}
