//! `[plan]`, `[grading]`, `[checks]`, `[limits]` and `[briefing]`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{NOT_IN_FILE_NAMES, Span, fits_file_name, is_id};
use crate::plan::codes::{RULE_CODES, lowest_level};
use crate::plan::model::{Briefing, Checks, Grading, Limits, RuleLevel};
use crate::plan::period::Period;
use crate::plan::problem::{Problems, Step, steps};
use crate::plan::raw::{
    RawBriefing, RawChecks, RawDueMonth, RawGrading, RawLevel, RawLimits, RawPeriod, RawPlan,
};

#[derive(Default)]
pub(super) struct Header {
    pub id: String,
    pub title: String,
    pub short_title: String,
    pub issuer: String,
    pub revision: u32,
    pub due_day: i8,
    pub due_next_month: bool,
    pub due_dates: BTreeMap<Period, Date>,
    pub first_period: Option<Period>,
}

pub(super) fn header(raw: Option<RawPlan>, span: Span, problems: &mut Problems) -> Header {
    let Some(raw) = raw else {
        return Header::default();
    };
    if let Some(id) = raw.id.as_deref().filter(|id| !is_id(id)) {
        problems.at(
            steps!["plan", "id"],
            format!("清单编号“{id}”只能用英文字母、数字、- 和 _，不超过 64 个字符"),
        );
    }
    if let (Some(start), Some(end)) = (raw.start.map(|d| d.0), raw.end.map(|d| d.0))
        && end <= start
    {
        problems.at(
            steps!["plan", "end"],
            format!("截止日期 {end} 应晚于起始日期 {start}"),
        );
    }
    for (key, date) in [("start", span.start), ("end", span.end)] {
        if let Some(date) = date.filter(|d| !(1900..=9990).contains(&d.year())) {
            problems.at(steps!["plan", key], format!("年份 {} 不合理", date.year()));
        }
    }
    let title = raw.title.unwrap_or_default();
    let short_key = if raw.short_title.is_some() {
        "short_title"
    } else {
        "title"
    };
    let short_title = raw.short_title.unwrap_or_else(|| title.clone());
    if !fits_file_name(&short_title) {
        let help = (short_key == "title").then(|| "请另写一个 short_title（简称）".to_owned());
        problems.at_with(steps!["plan", short_key], NOT_IN_FILE_NAMES, help);
    }
    let mut due_dates = BTreeMap::new();
    for (RawPeriod(period), date) in raw.due_dates {
        let at = || steps!["plan", "due_dates", period.to_string()];
        span.month(period, at, true, problems);
        if date.0 < period.first_day() {
            problems.at(at(), format!("{period} 的报送截止日期 {} 早于该月", date.0));
        }
        due_dates.insert(period, date.0);
    }
    let first_period = raw.first_period.map(|p| p.0);
    if let Some(first) = first_period {
        span.month(first, || steps!["plan", "first_period"], false, problems);
    }
    Header {
        id: raw.id.unwrap_or_default(),
        title,
        short_title,
        issuer: raw.issuer.unwrap_or_default(),
        revision: raw.revision,
        due_day: raw.due_day.unwrap_or(1),
        due_next_month: matches!(raw.due_month, RawDueMonth::Next),
        due_dates,
        first_period,
    }
}

pub(super) fn grading(raw: &RawGrading, problems: &mut Problems) -> Grading {
    if raw.serious <= raw.tolerance {
        let message = format!(
            "严重滞后的界限（{}）应大于滞后的界限（tolerance = {}）",
            raw.serious, raw.tolerance
        );
        problems.at(steps!["grading", "serious"], message);
    }
    Grading {
        ahead: raw.ahead,
        tolerance: raw.tolerance,
        serious: raw.serious,
        unstarted_months: raw.unstarted_months,
    }
}

pub(super) fn checks(raw: RawChecks, problems: &mut Problems) -> Checks {
    let mut severity = BTreeMap::new();
    for (code, level) in raw.severity {
        let at = || steps!["checks", "severity", code.clone()];
        let level = match level {
            RawLevel::Off => RuleLevel::Off,
            RawLevel::Note => RuleLevel::Note,
            RawLevel::Warning => RuleLevel::Warning,
            RawLevel::Error => RuleLevel::Error,
        };
        if rule_code(&code, at(), true, problems)
            && let Some(lowest) = lowest_level(&code).filter(|lowest| level < *lowest)
        {
            problems.at(
                at(),
                format!(
                    "{code} 不能降级或停用：读不懂的数据不能放行，最低为 \"{}\"",
                    level_name(lowest)
                ),
            );
        }
        severity.insert(code, level);
    }
    Checks {
        stalled_months: raw.stalled_months,
        jump_factor: raw.jump_factor,
        narrative_min_chars: usize::try_from(raw.narrative_min_chars).unwrap_or(usize::MAX),
        severity,
    }
}

fn level_name(level: RuleLevel) -> &'static str {
    match level {
        RuleLevel::Off => "off",
        RuleLevel::Note => "note",
        RuleLevel::Warning => "warning",
        RuleLevel::Error => "error",
    }
}

/// Whether the catalogue has the code; tells it where not.
pub(super) fn rule_code(code: &str, at: Vec<Step>, is_key: bool, problems: &mut Problems) -> bool {
    if RULE_CODES
        .binary_search_by(|known| catalogue_order(known).cmp(&catalogue_order(code)))
        .is_ok()
    {
        return true;
    }
    let help = problems
        .suggest(code, RULE_CODES)
        .or_else(|| Some("duban rules 列出全部规则".to_owned()));
    let message = format!("没有规则“{code}”");
    if is_key {
        problems.key(at, message, help);
    } else {
        problems.at_with(at, message, help);
    }
    false
}

/// The catalogue lists F, S, C, R, X.
fn catalogue_order(code: &str) -> (usize, &str) {
    (
        code.chars()
            .next()
            .and_then(|c| "FSCRX".find(c))
            .unwrap_or(usize::MAX),
        code,
    )
}

pub(super) fn limits(raw: &RawLimits, problems: &mut Problems) -> Limits {
    if raw.part_mib > raw.total_mib {
        problems.at(
            steps!["limits", "part_mib"],
            format!(
                "一个部件的上限（{} MiB）不能大于全部的上限（{} MiB）",
                raw.part_mib, raw.total_mib
            ),
        );
    }
    let bytes = |mib: u32| u64::from(mib) << 20;
    let number = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    Limits {
        file_bytes: bytes(raw.file_mib),
        part_bytes: bytes(raw.part_mib),
        total_bytes: bytes(raw.total_mib),
        sheets: number(raw.sheets),
        rows: number(raw.rows),
        columns: number(raw.columns),
        cells: number(raw.cells),
        text_chars: number(raw.text_chars),
        text_bytes: bytes(raw.text_mib),
        merges: number(raw.merges),
        xml_depth: number(raw.xml_depth),
        xml_events: u64::from(raw.xml_events),
        seconds: u64::from(raw.seconds),
    }
}

pub(super) fn briefing(raw: RawBriefing, span: Span, problems: &mut Problems) -> Briefing {
    let mut by_month =
        |key: &'static str, given: BTreeMap<RawPeriod, String>| -> BTreeMap<Period, String> {
            for RawPeriod(period) in given.keys() {
                span.month(
                    *period,
                    || steps!["briefing", key, period.to_string()],
                    true,
                    problems,
                );
            }
            given
                .into_iter()
                .map(|(RawPeriod(period), text)| (period, text))
                .collect()
        };
    let numbers = by_month("numbers", raw.numbers);
    let document_numbers = by_month("document_numbers", raw.document_numbers);
    Briefing {
        name: raw.name,
        numbers,
        document_numbers,
        signer: raw.signer,
        to: raw.to,
        send: raw.send,
        distribute: raw.distribute,
        copies: raw.copies,
    }
}
