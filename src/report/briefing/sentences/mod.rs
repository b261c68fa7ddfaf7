//! The briefing's sentences, as an official would write them. Each number is a [`Figure`]'s own text.

// Facts hold optional figures, and the sentences take them as they stand.
#![allow(clippy::ref_option)]

pub mod advice;
pub mod key_points;
pub mod laggards;
pub mod overview;
pub mod problems;
pub mod progress;
pub mod targets;

use crate::Joined;
use crate::check::State;
use crate::combine::Figure;
use crate::combine::facts::{Facts, GradeCounts, IndicatorFacts, TaskFacts};
use crate::combine::progress::shown;
use crate::intake::text::nested_quotes;
use crate::plan::{Direction, Grade, Kind, MilestoneState, Plan};

/// What every sentence is made from.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub facts: &'a Facts,
    pub plan: &'a Plan,
    /// Where all tasks stand: 附件1, or 附件 where it is the only one.
    pub table: &'static str,
}

impl<'a> Context<'a> {
    pub fn new(facts: &'a Facts, plan: &'a Plan) -> Self {
        let table = "附件1";
        Self { facts, plan, table }
    }

    /// 截至6月底, or 截至6月20日 where the schedule was measured to a day.
    pub fn until(self) -> String {
        match self.facts.as_of {
            Some(day) => format!("截至{}月{}日", day.month(), day.day()),
            None => format!("截至{}月底", self.facts.period.month()),
        }
    }

    pub fn indicators(self, task: &TaskFacts) -> &'a [IndicatorFacts] {
        self.facts
            .indicators
            .get(task.indicators.clone())
            .unwrap_or_default()
    }

    /// Nothing of the month can be graded: all of it is missing or being verified.
    pub fn unknown(self) -> bool {
        let tasks = &self.facts.overall.tasks;
        !is_zero(&tasks.total) && same(tasks.count(Grade::Unverified), &tasks.total)
    }

    /// Tasks of a kind, in plan order.
    pub fn tasks(self, is_wanted: impl Fn(&TaskFacts) -> bool) -> Vec<&'a TaskFacts> {
        self.facts.tasks.iter().filter(|t| is_wanted(t)).collect()
    }

    /// Whether what the department reported says that a task has begun: something done, a milestone under way, ongoing work.
    /// A zero says nothing of it.
    pub fn has_begun(self, task: &TaskFacts) -> bool {
        let begun = |i: &IndicatorFacts| match i.kind {
            Kind::Count | Kind::Quantity => i.value.as_ref().is_some_and(|v| v.value > 0.0),
            Kind::Milestone => i.milestone.is_some_and(|m| m != MilestoneState::NotStarted),
            Kind::Ongoing => i.state == State::Accepted,
            Kind::Level | Kind::Ratio => false,
        };
        self.indicators(task).iter().any(begun)
    }

    /// Whether every task has begun.
    pub fn all_have_begun(self) -> bool {
        self.facts.tasks.iter().all(|t| self.has_begun(t))
    }
}

/// 「均」 of several; of one nothing.
#[expect(clippy::float_cmp, reason = "a count, which is whole")]
pub fn each(figure: &Figure) -> &'static str {
    if figure.value == 1.0 { "" } else { "均" }
}

pub fn is_zero(figure: &Figure) -> bool {
    figure.value == 0.0
}

pub fn same(a: &Figure, b: &Figure) -> bool {
    a.value.total_cmp(&b.value).is_eq()
}

/// A task's name within a sentence: in quotes where it begins with a verb, which the sentence would else go on with.
pub fn title(task: &TaskFacts) -> String {
    const VERBS: [&str; 56] = [
        "实施",
        "推进",
        "开展",
        "发展",
        "建设",
        "加快",
        "加强",
        "完善",
        "提升",
        "改造",
        "打造",
        "推动",
        "优化",
        "深化",
        "健全",
        "落实",
        "做好",
        "强化",
        "构建",
        "建立",
        "新建",
        "改建",
        "扩建",
        "持续",
        "全面",
        "积极",
        "进一步",
        "扩大",
        "促进",
        "支持",
        "保障",
        "整治",
        "治理",
        "组织",
        "培育",
        "创建",
        "修建",
        "新增",
        "启动",
        "完成",
        "解决",
        "增加",
        "提高",
        "举办",
        "引导",
        "规范",
        "探索",
        "巩固",
        "抓好",
        "改善",
        "升级",
        "建成",
        "拓展",
        "统筹",
        "推行",
        "提供",
    ];
    if VERBS.iter().any(|verb| task.name.starts_with(verb)) {
        nested_quotes(format!("“{}”", task.name))
    } else {
        task.name.clone()
    }
}

/// 「供水管网改造（责任单位：城市建设事务中心）」.
pub fn named(task: &TaskFacts) -> String {
    format!("{}（责任单位：{}）", title(task), task.lead_name)
}

/// The tasks' departments by name, each once, in plan order.
pub fn leads<'a>(tasks: &[&'a TaskFacts]) -> Vec<&'a str> {
    let mut leads: Vec<(usize, &str)> = tasks.iter().map(|t| (t.lead, &*t.lead_name)).collect();
    leads.sort_unstable();
    leads.dedup();
    leads.into_iter().map(|(_, name)| name).collect()
}

/// 「建设局牵头的甲、乙，公共服务局牵头的丙」: names grouped by department, in plan order.
pub fn by_department(tasks: &[&TaskFacts]) -> String {
    let mut sorted = tasks.to_vec();
    sorted.sort_by_key(|t| (t.lead, t.no));
    let group = |group: &[&TaskFacts]| {
        let names = group.iter().map(|t| title(t)).joined("、");
        format!("{}牵头的{}", group[0].lead_name, names)
    };
    sorted
        .chunk_by(|a, b| a.lead == b.lead)
        .map(group)
        .joined("，")
}

/// 「已完成3件」 for each figure that is not zero.
pub fn counted<'a>(figures: impl IntoIterator<Item = (&'a str, &'a Figure)>) -> Vec<String> {
    figures
        .into_iter()
        .filter(|(_, figure)| !is_zero(figure))
        .map(|(words, figure)| format!("{words}{}", figure.text()))
        .collect()
}

/// 「滞后2件」, 「严重滞后1件」, 「滞后3件（其中严重滞后1件）」; empty for none.
pub fn lagging(counts: &GradeCounts, all: &Figure) -> String {
    if is_zero(all) {
        return String::new();
    }
    let grades = [Grade::Serious, Grade::Overdue];
    if let Some(grade) = grades.into_iter().find(|&g| same(counts.count(g), all)) {
        return format!("{}{}", grade.name(), all.text());
    }
    let kinds = counted(grades.map(|g| (g.name(), counts.count(g))));
    if kinds.is_empty() {
        return format!("滞后{}", all.text());
    }
    format!("滞后{}（其中{}）", all.text(), kinds.join("、"))
}

/// 「低于序时进度15.0个百分点」, 「高于…」 or 「与序时进度持平」.
pub fn against_schedule(gap: &Option<Figure>, gap_abs: &Option<Figure>) -> Option<String> {
    let (gap, abs) = (gap.as_ref()?, gap_abs.as_ref()?);
    if is_zero(abs) {
        return Some("与序时进度持平".to_owned());
    }
    let side = if gap.value > 0.0 { "低于" } else { "高于" };
    Some(format!("{side}序时进度{}", abs.text()))
}

/// As [`against_schedule`]; once everything is due, the distance to the year's target: 「距年度目标差14.0个百分点」.
pub fn distance(
    schedule: &Option<Figure>,
    gap: &Option<Figure>,
    gap_abs: &Option<Figure>,
) -> Option<String> {
    match (schedule, gap, gap_abs) {
        (Some(schedule), Some(gap), Some(abs)) if is_due(schedule) && gap.value > 0.0 => {
            Some(format!("距年度目标差{}", abs.text()))
        }
        _ => against_schedule(gap, gap_abs),
    }
}

/// The schedule has come to its end.
pub fn is_due(schedule: &Figure) -> bool {
    schedule.value >= 100.0
}

/// 「累计完成6公里，占年度目标的30.0%」 and its like for every kind; without the indicator's name.
pub fn reached(indicator: &IndicatorFacts) -> String {
    let value = shown(indicator);
    let unread = || match indicator.state {
        State::Missing => "未报".to_owned(),
        _ => "数据正在核实".to_owned(),
    };
    match (indicator.kind, value) {
        (Kind::Milestone, _) => indicator
            .milestone
            .map_or_else(unread, |m| m.name().to_owned()),
        (Kind::Ongoing, _) if indicator.state == State::Accepted => "持续推进".to_owned(),
        (Kind::Ongoing, _) | (_, None) => unread(),
        (Kind::Level | Kind::Ratio, Some(value)) => match indicator.goal() {
            Some(goal) if indicator.grade == Grade::Reached => {
                format!("{value}，达到年度目标{goal}")
            }
            Some(goal) => {
                let lacks = match indicator.direction {
                    Direction::AtLeast => "差",
                    Direction::AtMost => "超出",
                };
                let lacking = indicator
                    .gap_abs
                    .as_ref()
                    .map(|g| format!("，{lacks}{}", g.text()))
                    .unwrap_or_default();
                format!("{value}，未达到年度目标{goal}{lacking}")
            }
            None => value,
        },
        (_, Some(value)) => {
            // Nothing is no share of anything.
            let rate = indicator
                .rate
                .as_ref()
                .filter(|_| !indicator.value.as_ref().is_some_and(is_zero))
                .map(|r| format!("，占年度目标的{}", r.text()))
                .unwrap_or_default();
            format!("累计完成{value}{rate}")
        }
    }
}
