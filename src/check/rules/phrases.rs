//! What the rules' messages are made of.

use crate::Joined;
use crate::check::reading::figures::figure;
use crate::check::result::finding::Finding;
use crate::check::result::judged::Judged;
use crate::intake::workbook::CellRef;
use crate::intake::{Field, FieldCell, ReportRow, text};
use crate::plan::{IndIx, Period, Plan, TaskIx};

/// A cell's text for a message: one line, shortened.
pub fn quote(cell: Option<&FieldCell>) -> String {
    text::one_line(&cell.map(FieldCell::raw).unwrap_or_default(), 30)
}

/// `没有填写`, or `只填了“/”` where a placeholder stands.
pub fn unfilled(raw: &str) -> String {
    if raw.is_empty() {
        "没有填写".to_owned()
    } else {
        format!("只填了“{raw}”")
    }
}

/// `“累计完成”`.
pub fn name(field: Field) -> String {
    format!("“{}”", field.chinese())
}

/// `，同一行的“上月累计”、“本月完成”也是如此`: the fields behind the first; empty where there is none.
pub fn others(fields: &[Field]) -> String {
    match fields {
        [] | [_] => String::new(),
        [_, rest @ ..] => {
            let names = rest.iter().map(|&field| name(field)).joined("、");
            format!("，同一行的{names}也是如此")
        }
    }
}

/// `第2项“城市绿荫工程”`.
pub fn task(plan: &Plan, task: TaskIx) -> String {
    let task = &plan.tasks[task];
    format!("第{}项“{}”", task.no, task.name)
}

/// `第14项“供水管网改造”`, of several: `第2项“街头绿地面积”“山城绿道长度”`.
pub fn indicators(
    plan: &Plan,
    task: TaskIx,
    indicators: impl IntoIterator<Item = IndIx>,
) -> String {
    indicators.into_iter().fold(
        format!("第{}项", plan.tasks[task].no),
        |so_far, indicator| so_far + "“" + &plan.indicators[indicator].name + "”",
    )
}

/// `上月` for the month right before `now`, else the month itself: `2024年3月`.
pub fn month_word(now: Period, then: Period) -> String {
    if then.next() == now {
        "上月".to_owned()
    } else {
        then.chinese()
    }
}

/// What is accepted, in words: `累计16万平方米`, `状态为进行中`.
pub fn stated(plan: &Plan, judged: &Judged) -> String {
    let indicator = &plan.indicators[plan.slots[judged.slot].indicator];
    match (judged.value, judged.milestone) {
        (Some(value), _) if indicator.kind.is_cumulative() => {
            format!("累计{}", figure(indicator, value))
        }
        (Some(value), _) => format!("现为{}", figure(indicator, value)),
        (None, Some(state)) => format!("状态为“{}”", state.name()),
        (None, None) => String::new(),
    }
}

/// Points a finding at a row: at its indicator, task or number cell, whichever names it on that very row.
pub fn at_row(finding: Finding, row: &ReportRow) -> Finding {
    let named = [Field::Indicator, Field::Task, Field::No];
    let cells = || {
        named
            .iter()
            .filter_map(|&field| row.get(field))
            .filter(|cell| cell.text().is_some())
    };
    match cells()
        .find(|cell| cell.at.row == row.row)
        .or_else(|| cells().next())
    {
        Some(cell) => finding.at(cell),
        None => finding.cell(CellRef::new(row.row, 0)),
    }
}

/// Findings of one rule in one workbook that are listed one by one, where a sheet of rubbish could raise any number.
const LISTED: usize = 200;

/// The findings on the first of many things, the last of them with how many more there are.
pub fn first_of_many<T>(
    mut things: impl Iterator<Item = T>,
    counted: &str,
    finding: impl FnMut(T) -> Finding,
) -> Vec<Finding> {
    let mut listed: Vec<Finding> = things.by_ref().take(LISTED).map(finding).collect();
    say_more(&mut listed, things.count(), counted);
    listed
}

/// Adds to the last of the listed findings how many more there are.
pub fn say_more(listed: &mut [Finding], more: usize, counted: &str) {
    if more > 0
        && let Some(last) = listed.last_mut()
    {
        last.message = format!(
            "{}另有{more}{counted}同样如此，不再逐一列出。",
            last.message
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_before_is_last_month() {
        let june = Period::new(2024, 6).unwrap();
        assert_eq!(month_word(june, june.previous()), "上月");
        assert_eq!(month_word(june, june.plus(-2)), "2024年4月");
    }
}
