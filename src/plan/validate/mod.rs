//! Validates what the shape of a file cannot say: names that must exist, numbers that must agree.
//!
//! After a mistake building goes on with a stand-in, so that all mistakes are found; a plan with mistakes is dropped.

mod decisions;
mod departments;
mod indicator;
mod relation;
mod settings;
mod tasks;

use jiff::civil::Date;

use super::catalogue::RuleCode;
use super::model::Plan;
use super::names;
use super::period::Period;
use super::problem::{Problems, Step};
use super::raw::{RawDate, RawFile};
pub(crate) use decisions::value_mistake;
use departments::Departments;
pub(crate) use indicator::target_mistake;

pub(super) fn build(raw: RawFile, rules: &[RuleCode], problems: &mut Problems) -> Plan {
    let day = |date: Option<RawDate>| date.map(|d| d.0);
    let mut span = Span {
        start: raw.plan.as_ref().and_then(|p| day(p.start)),
        end: raw.plan.as_ref().and_then(|p| day(p.end)),
    };
    // An end before the start is one mistake, not one at every date of the file.
    if matches!((span.start, span.end), (Some(start), Some(end)) if end <= start) {
        span = Span::default();
    }
    let mut plan = settings::header(raw.plan, span, problems);
    plan.grading = settings::grading(raw.grading, problems);
    plan.checks = settings::checks(raw.checks, rules, problems);
    plan.limits = settings::limits(raw.limits, problems);
    plan.columns = settings::columns(&raw.columns, problems);
    plan.briefing = settings::briefing(raw.briefing, span, problems);
    plan.returns = raw.returns;
    let Departments {
        list,
        ids,
        names,
        is_unsure,
    } = departments::build(raw.department.unwrap_or_default(), problems);
    plan.department_slots = vec![Vec::new(); list.len()];
    plan.departments = list;
    plan.department_ids = ids;
    let cx = Context {
        span,
        names: &names,
        is_unsure,
        rules,
    };
    let numbers = tasks::build(raw.task.unwrap_or_default(), cx, &mut plan, problems);
    plan.slots.shrink_to_fit();
    plan.overrides = decisions::overrides(raw.overrides, span, &numbers, problems);
    plan.confirms = decisions::confirms(raw.confirm, cx, &plan, problems);
    plan.adjusts = decisions::adjusts(raw.adjust, span, &plan, problems);
    plan
}

/// What validation looks things up in.
#[derive(Clone, Copy)]
struct Context<'a> {
    span: Span,
    names: &'a departments::Names,
    /// Whether the list of departments is not what it should be.
    is_unsure: bool,
    rules: &'a [RuleCode],
}

/// The plan's first and last day, as far as the file gives them.
#[derive(Debug, Clone, Copy, Default)]
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

    /// Reports a month outside the plan.
    fn month(
        self,
        period: Period,
        path: impl FnOnce() -> Vec<Step>,
        is_key: bool,
        problems: &mut Problems,
    ) {
        if !self.holds_month(period) {
            let message = format!("{period} 不在计划的起止日期（{}）之内", self.text());
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
