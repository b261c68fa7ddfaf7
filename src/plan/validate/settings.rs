//! `[plan]`, `[grading]`, `[checks]`, `[limits]`, `[columns]` and `[briefing]`.

use std::collections::BTreeMap;

use super::{NOT_IN_FILE_NAMES, Span, fits_file_name, is_id};
use crate::plan::catalogue::RuleCode;
use crate::plan::field::{Columns, FormColumn, header_key};
use crate::plan::limits::Limits;
use crate::plan::model::Plan;
use crate::plan::problem::{Problems, Step, steps};
use crate::plan::raw::{RawColumns, RawDueMonth, RawPlan};
use crate::plan::settings::{Briefing, Checks, Grading, RuleLevel};
use crate::plan::sheets;

/// The plan of `[plan]` alone.
pub(super) fn header(raw: Option<RawPlan>, span: Span, problems: &mut Problems) -> Plan {
    let Some(raw) = raw else {
        return Plan::default();
    };
    if let Some(id) = raw.id.as_deref().filter(|id| !is_id(id)) {
        problems.at(
            steps!["plan", "id"],
            format!("计划编号“{id}”只能用英文字母、数字、- 和 _，不超过 64 个字符"),
        );
    }
    if let (Some(start), Some(end)) = (raw.start.map(|d| d.0), raw.end.map(|d| d.0))
        && end <= start
    {
        problems.at(
            steps!["plan", "end"],
            format!("结束日期 {end} 应晚于开始日期 {start}"),
        );
    }
    for (key, date) in [("start", span.start), ("end", span.end)] {
        if let Some(date) = date.filter(|d| !(1900..=9990).contains(&d.year())) {
            problems.at(steps!["plan", key], format!("年份 {} 不合理", date.year()));
        }
    }
    let title = raw.title.unwrap_or_default();
    let (short_key, help) = if raw.short_title.is_some() {
        ("short_title", None)
    } else {
        let key = problems.word(" short_title（简称）", "简称");
        ("title", Some(format!("请另写一个{key}")))
    };
    let short_title = raw.short_title.unwrap_or_else(|| title.clone());
    if !fits_file_name(&short_title) {
        problems.at_with(steps!["plan", short_key], NOT_IN_FILE_NAMES, help);
    }
    let mut due_dates = BTreeMap::new();
    for (period, date) in raw.due_dates {
        let at = || steps!["plan", "due_dates", period.to_string()];
        span.month(period, at, true, problems);
        if date.0 < period.first_day() {
            problems.at(at(), format!("{period} 的报送截止日期 {} 早于该月", date.0));
        }
        due_dates.insert(period, date.0);
    }
    if let Some(first) = raw.first_period {
        span.month(first, || steps!["plan", "first_period"], false, problems);
    }
    Plan {
        id: raw.id.unwrap_or_default(),
        title,
        short_title,
        issuer: raw.issuer.unwrap_or_default(),
        revision: raw.revision,
        start: span.start.unwrap_or_default(),
        end: span.end.unwrap_or_default(),
        due_day: raw.due_day.unwrap_or(1),
        due_next_month: matches!(raw.due_month, RawDueMonth::Next),
        due_dates,
        first_period: raw.first_period,
        ..Plan::default()
    }
}

pub(super) fn grading(grading: Grading, problems: &mut Problems) -> Grading {
    if grading.serious <= grading.tolerance {
        let message = format!(
            "严重滞后的界限（{}）应大于滞后的界限（{}{}）",
            grading.serious,
            problems.word("tolerance = ", "允许偏差"),
            grading.tolerance
        );
        problems.at(steps!["grading", "serious"], message);
    }
    grading
}

pub(super) fn checks(checks: Checks, rules: &[RuleCode], problems: &mut Problems) -> Checks {
    for (code, level) in &checks.severity {
        let at = || steps!["checks", "severity", code.clone()];
        if let Some(lowest) = rule_code(code, at(), true, rules, problems).filter(|l| level < l) {
            problems.at(
                at(),
                format!(
                    "{code} 不能降级或停用：读不懂的数据不能放行，最低为{}",
                    if problems.in_workbook {
                        sheets::chinese(sheets::LEVELS, lowest.as_str())
                            .unwrap_or_default()
                            .to_owned()
                    } else {
                        format!(" \"{}\"", lowest.as_str())
                    }
                ),
            );
        }
    }
    checks
}

/// The least severity that a plan may give a rule; reports a code that the catalogue does not have.
pub(super) fn rule_code(
    code: &str,
    at: Vec<Step>,
    is_key: bool,
    rules: &[RuleCode],
    problems: &mut Problems,
) -> Option<RuleLevel> {
    if let Some(rule) = rules.iter().find(|rule| rule.code == code) {
        return rule.lowest;
    }
    let help = problems
        .suggest(code, rules.iter().map(|rule| rule.code))
        .or_else(|| Some("duban rules 列出全部规则".to_owned()));
    let message = format!("没有规则“{code}”");
    if is_key {
        problems.key(at, message, help);
    } else {
        problems.at_with(at, message, help);
    }
    None
}

pub(super) fn limits(limits: Limits, problems: &mut Problems) -> Limits {
    if limits.part_bytes > limits.total_bytes {
        problems.at(
            steps!["limits", "part_mib"],
            format!(
                "一个部件的上限（{} MiB）不能大于全部的上限（{} MiB）",
                limits.part_bytes >> 20,
                limits.total_bytes >> 20
            ),
        );
    }
    limits
}

/// The heads of each column; one head cannot name two columns of a sheet.
pub(super) fn columns(raw: &RawColumns, problems: &mut Problems) -> Columns {
    let mut columns = Columns::new();
    let mut known: BTreeMap<(bool, String), FormColumn> = BTreeMap::new();
    for column in FormColumn::all() {
        let heads = raw.0.get(column.key()).into_iter().flatten();
        for (ix, head) in heads.enumerate() {
            let at = || steps!["columns", column.key(), ix];
            let key = header_key(head).filter(|key| !key.is_empty());
            let Some(key) = key else {
                problems.at(
                    at(),
                    format!("“{head}”不能作列名：不能空着，也不能超过40个字"),
                );
                continue;
            };
            let sheet = matches!(column, FormColumn::Report(_));
            match known.insert((sheet, key), column) {
                Some(other) if other != column => problems.at(
                    at(),
                    format!(
                        "“{head}”已写作“{}”的列名，不能又作“{}”的",
                        other.chinese(),
                        column.chinese()
                    ),
                ),
                _ => columns
                    .entry(column)
                    .or_default()
                    .push(head.trim().to_owned()),
            }
        }
    }
    columns
}

pub(super) fn briefing(briefing: Briefing, span: Span, problems: &mut Problems) -> Briefing {
    for (key, given) in [
        ("numbers", &briefing.numbers),
        ("document_numbers", &briefing.document_numbers),
    ] {
        for period in given.keys() {
            let at = || steps!["briefing", key, period.to_string()];
            span.month(*period, at, true, problems);
        }
    }
    briefing
}
