//! 完成情况 in words: one sentence part per indicator, every number in it one of the facts' figures.

use crate::plan::model::Direction;

use super::facts::{Figure, IndicatorFacts};
use super::prelude::*;

/// 「供水管网改造累计完成4.9公里，占年度目标的24.5%」; `named`: with the indicator's name, where a task has several.
pub fn sentence(ind: &IndicatorFacts, direction: Direction, named: bool) -> String {
    let name = if named { ind.name.as_str() } else { "" };
    let partial =
        ind.state != State::Accepted && ind.reported.0.value > 0.0 && ind.reported.1.value > 1.0;
    match (ind.state, ind.kind) {
        _ if partial => part_reported(ind, name),
        (State::Withheld, _) => format!("{name}数据待核实{}", last_figure(ind)),
        (State::Missing, _) => format!("{name}未报送{}", last_figure(ind)),
        (State::Accepted, Kind::Ongoing) if named => format!("{name}：持续推进"),
        (State::Accepted, Kind::Ongoing) => "持续推进".to_owned(),
        (State::Accepted, Kind::Milestone) => milestone(ind, name, named),
        (State::Accepted, Kind::Count | Kind::Quantity) => cumulative(ind, name),
        (State::Accepted, Kind::Level | Kind::Ratio) => standing(ind, name, direction),
    }
}

fn cumulative(ind: &IndicatorFacts, name: &str) -> String {
    let Some(value) = shown(ind) else {
        return format!("{name}数据待核实");
    };
    let done = format!("{name}累计完成{value}");
    match &ind.rate {
        Some(rate) => format!("{done}，占年度目标的{}", rate.text()),
        None => done,
    }
}

fn standing(ind: &IndicatorFacts, name: &str, direction: Direction) -> String {
    let Some(value) = shown(ind) else {
        return format!("{name}数据待核实");
    };
    let value = format!("{name}{value}");
    match (&ind.gap_abs, direction) {
        (None, _) => format!("{value}，已达标"),
        (Some(gap), Direction::AtLeast) => format!("{value}，差{}达标", gap.text()),
        (Some(gap), Direction::AtMost) => format!("{value}，超出控制目标{}", gap.text()),
    }
}

fn milestone(ind: &IndicatorFacts, name: &str, named: bool) -> String {
    let state = match (ind.milestone, ind.done_on) {
        (Some(MilestoneState::Done), Some(day)) => format!("{}完成", chinese_date(day)),
        (Some(state), _) => state.name().to_owned(),
        (None, _) => "数据待核实".to_owned(),
    };
    if named {
        format!("{name}：{state}")
    } else {
        state
    }
}

/// Some reporters are in, others not: what is in, and how many of all.
fn part_reported(ind: &IndicatorFacts, name: &str) -> String {
    let (accepted, all) = &ind.reported;
    let count = format!("{}/{}个单位已报", accepted.number(), all.number());
    match &ind.value {
        Some(value) if ind.kind.is_cumulative() => {
            format!("{name}已报部分累计完成{}（{count}）", value.text())
        }
        Some(value) => format!("{name}已报部分{}（{count}）", value.text()),
        None => format!("{name}数据待核实（{count}）"),
    }
}

/// The last accepted figure with its month; never in the place of this month's.
fn last_figure(ind: &IndicatorFacts) -> String {
    match (&ind.previous, ind.previous_period) {
        (Some(value), Some(period)) if ind.kind.is_cumulative() => {
            format!("（截至{}底累计{}）", period.chinese(), value.text())
        }
        (Some(value), Some(period)) => format!("（{}为{}）", period.chinese(), value.text()),
        _ => String::new(),
    }
}

/// The value as sentences give it: with the department's qualifier, 待说明 where it is in question, and what it leaves out.
pub fn shown(ind: &IndicatorFacts) -> Option<String> {
    let value = qualified(ind.value.as_ref()?, ind.qualifier.as_deref());
    let mark = match ind.state {
        State::Missing => "（部分单位未报）",
        State::Withheld => "（部分单位待核实）",
        State::Accepted if ind.is_in_question => "（待说明）",
        State::Accepted => "",
    };
    Some(value + mark)
}

/// 约8.36万平方米, 860余台, 300人以上. 余 and 多 stand behind round numbers only: 逾92台.
fn qualified(value: &Figure, qualifier: Option<&str>) -> String {
    let is_round = value.value != 0.0 && value.value % 10.0 == 0.0;
    match qualifier {
        None | Some("") => value.text(),
        Some(q @ ("余" | "多")) if is_round => format!("{}{q}{}", value.number(), value.unit),
        Some("余" | "多") => format!("逾{}", value.text()),
        Some(q @ ("左右" | "以上")) => format!("{}{q}", value.text()),
        Some(q) => format!("{q}{}", value.text()),
    }
}

/// 「预计完成时间2024年12月20日，晚于完成时限2024年11月30日」, 「预计完成时间推迟至2024年12月20日」.
pub fn slipped(expected: Date, deadline: Date) -> String {
    let day = chinese_date(expected);
    if expected > deadline {
        format!("预计完成时间{day}，晚于完成时限{}", chinese_date(deadline))
    } else {
        format!("预计完成时间推迟至{day}")
    }
}
