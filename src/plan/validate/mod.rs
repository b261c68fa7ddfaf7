//! What the shape of a file cannot say: names that must exist, numbers that must agree.
//!
//! Building goes on after a mistake, with whatever stands in for the missing part; the result is
//! only handed out when nothing was found.

mod decisions;
mod departments;
mod indicator;
mod relation;
mod settings;
mod tasks;

use std::collections::HashMap;

use jiff::civil::Date;

use super::model::Plan;
use super::names;
use super::period::Period;
use super::problem::{Problems, Step};
use super::raw::{RawDate, RawFile};
use departments::Departments;

pub(super) fn build(raw: RawFile, problems: &mut Problems) -> Plan {
    let RawFile {
        plan,
        grading,
        checks,
        limits,
        briefing,
        department,
        task,
        overrides,
        confirm,
        adjust,
    } = raw;
    let day = |date: Option<RawDate>| date.map(|d| d.0);
    let (start, end) = (
        plan.as_ref().and_then(|p| day(p.start)),
        plan.as_ref().and_then(|p| day(p.end)),
    );
    // An end before the start is one mistake, not one at every date of the file.
    let turned = matches!((start, end), (Some(start), Some(end)) if end <= start);
    let span = if turned {
        Span {
            start: None,
            end: None,
        }
    } else {
        Span { start, end }
    };
    let header = settings::header(plan, span, problems);
    let grading = settings::grading(&grading, problems);
    let checks = settings::checks(checks, problems);
    let limits = settings::limits(&limits, problems);
    let briefing = settings::briefing(briefing, span, problems);
    let Departments { list, ids, names } =
        departments::build(department.unwrap_or_default(), problems);
    let mut plan = Plan {
        id: header.id,
        title: header.title,
        short_title: header.short_title,
        issuer: header.issuer,
        revision: header.revision,
        start: span.start.unwrap_or(Date::ZERO),
        end: span.end.unwrap_or(Date::ZERO),
        due_day: header.due_day,
        due_next_month: header.due_next_month,
        due_dates: header.due_dates,
        first_period: header.first_period,
        grading,
        checks,
        limits,
        briefing,
        department_slots: vec![Vec::new(); list.len()],
        departments: list,
        tasks: Vec::new(),
        indicators: Vec::new(),
        slots: Vec::new(),
        overrides: Vec::new(),
        confirms: Vec::new(),
        adjusts: Vec::new(),
        department_ids: ids,
        indicator_ids: HashMap::new(),
    };
    let numbers = tasks::build(task.unwrap_or_default(), span, &names, &mut plan, problems);
    plan.slots.shrink_to_fit();
    plan.overrides = decisions::overrides(overrides, span, &numbers, problems);
    plan.confirms = decisions::confirms(confirm, span, &plan, problems);
    plan.adjusts = decisions::adjusts(adjust, span, &plan, problems);
    plan
}

/// The plan's first and last day, as far as the file gives them.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: Option<Date>,
    end: Option<Date>,
}

impl Span {
    fn holds(self, date: Date) -> bool {
        self.start.is_none_or(|start| start <= date) && self.end.is_none_or(|end| date <= end)
    }

    fn holds_month(self, period: Period) -> bool {
        self.start.is_none_or(|start| Period::of(start) <= period)
            && self.end.is_none_or(|end| period <= Period::of(end))
    }

    /// `2024-01-01 至 2024-12-31`.
    fn text(self) -> String {
        let day = |d: Option<Date>| d.map_or_else(|| "？".to_owned(), |d| d.to_string());
        format!("{} 至 {}", day(self.start), day(self.end))
    }

    /// Tells a month outside the plan.
    fn month(
        self,
        period: Period,
        path: impl FnOnce() -> Vec<Step>,
        is_key: bool,
        problems: &mut Problems,
    ) {
        if !self.holds_month(period) {
            let message = format!("{period} 不在清单的起止日期（{}）之内", self.text());
            if is_key {
                problems.key(path(), message, None);
            } else {
                problems.at(path(), message);
            }
        }
    }
}

/// What tells a name and the earlier one that reads like it apart, `None` where nothing does but width, case and spaces.
/// `earlier`: the names that one of [`names::key`]'s keys may stand for.
fn alike<'n>(name: &str, earlier: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let (key, fold) = (names::key(name), names::fold(name));
    let other = earlier
        .into_iter()
        .find(|other| names::key(other) == key)
        .filter(|other| names::fold(other) != fold)?;
    Some(format!(
        "“{name}”与“{other}”只有括号或标点不同，收到的报送表中无法区分，请改成不同的名称"
    ))
}

/// Whether a name can be part of a file name on Windows and Linux.
fn fits_file_name(name: &str) -> bool {
    !name.chars().any(|c| {
        c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
    }) && !name.ends_with('.')
        && name.len() <= 120
}

const NOT_IN_FILE_NAMES: &str =
    "会用作文件名，不能含 / \\ : * ? \" < > |，不能以“.”结尾，也不能超过 40 个汉字";

/// Letters, digits, `-` and `_`: an id stands in file names, identity sheets and csv files.
pub(super) fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 64
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
