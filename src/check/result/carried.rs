//! What was last accepted of an indicator, as a form carries it in its identity sheet: `2024-05 2.27`, `2024-05 已完成 2024-05-20`,
//! `2024-05 进行中 预计2024-09-30`.

use jiff::civil::Date;

use crate::plan::{Kind, MilestoneState, Period, Plan, SlotIx};

use super::judged::{Judged, State};

const EXPECTED: &str = "预计";
const ALL: [MilestoneState; 3] = [
    MilestoneState::NotStarted,
    MilestoneState::UnderWay,
    MilestoneState::Done,
];

/// The text, as forms are written with it; `None`: there is nothing to carry.
#[cfg(any(test, feature = "desktop"))]
pub fn text(period: Period, judged: &Judged) -> Option<String> {
    let said = match (judged.value, judged.milestone) {
        (Some(value), _) => value.to_string(),
        (None, Some(state)) => state.name().to_owned(),
        (None, None) => return None,
    };
    let done = judged.done_on.map(|day| format!(" {day}"));
    let expected = judged.expected_on.map(|day| format!(" {EXPECTED}{day}"));
    let days = [done, expected].into_iter().flatten().collect::<String>();
    Some(format!("{period} {said}{days}"))
}

/// As accepted in its month; `None` where it is not what [`text`] writes.
pub fn parse(plan: &Plan, slot: SlotIx, text: &str) -> Option<(Period, Judged)> {
    let mut words = text.split_whitespace();
    let period: Period = words.next()?.parse().ok()?;
    let said = words.next()?;
    let mut judged = Judged {
        state: State::Accepted,
        ..Judged::missing(slot)
    };
    let kind = plan.indicators[plan.slots[slot].indicator].kind;
    if kind.is_numeric() {
        judged.value = Some(said.parse().ok().filter(|n: &f64| n.is_finite())?);
    } else if kind == Kind::Milestone {
        judged.milestone = ALL.into_iter().find(|s| s.name() == said);
        judged.milestone?;
    } else {
        return None;
    }
    for word in words {
        let (day, expected) = match word.strip_prefix(EXPECTED) {
            Some(day) => (day, true),
            None => (word, false),
        };
        let day: Date = day.parse().ok()?;
        *(if expected {
            &mut judged.expected_on
        } else {
            &mut judged.done_on
        }) = Some(day);
    }
    Some((period, judged))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::testing;

    #[test]
    fn what_a_form_carries_comes_back_and_nothing_else_does() {
        let mut plan = testing::plan(1);
        plan.add_task("市级", "城市绿荫工程", 0);
        plan.add_indicator("街头绿地", Kind::Count, 30.0, "个", &[(0, 30.0)]);
        let (period, judged) = parse(&plan, 0, "2024-05 2.27 预计2024-09-30").unwrap();
        assert_eq!(judged.value, Some(2.27));
        assert_eq!(
            text(period, &judged).as_deref(),
            Some("2024-05 2.27 预计2024-09-30")
        );
        for wrong in [
            "",
            "2024-05",
            "2024-13 1",
            "2024-05 NaN",
            "2024-05 inf",
            "2024-05 已完成",
            "2024-05 1 明天",
            "五月 1",
        ] {
            assert!(parse(&plan, 0, wrong).is_none(), "{wrong}");
        }
    }
}
