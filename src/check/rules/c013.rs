//! C013 date-out-of-plan.

use jiff::civil::Date;

use crate::check::Severity;
use crate::check::context::RecordCx;
use crate::check::read;
use crate::check::rule::{Check, Doc, Rule, Verdict};
use crate::intake::Field;
use crate::plan::chinese_date;

pub static RULE: Rule = Rule {
    code: "C013",
    name: "date-out-of-plan",
    severity: Severity::Warning,
    fixed: false,
    title: "日期超出计划年度，或完成时间在报送月份之后",
    doc: Doc {
        what: "完成时间、预计完成时间是否在计划年度之内；完成时间是否晚于报送月份的最后一天。",
        why: "还没到的日子不可能已经完成；年度以外的日期多半是年份写错，预计跨年的需要说明。",
        example: "6月的表里完成时间填2024-07-15；预计完成时间填2025-03-31。",
        fix: "核对年份和日期；预计确实要跨年的，请在情况说明中写明原因。",
        office: None,
    },
    check: Check::Cell(check),
};

/// What is wrong with a date, if anything.
fn fault(cx: &RecordCx, field: Field, date: Date) -> Option<String> {
    if date < cx.plan.start || date > cx.plan.end {
        return Some(format!(
            "不在计划年度（{}至{}）之内",
            chinese_date(cx.plan.start),
            chinese_date(cx.plan.end)
        ));
    }
    (field == Field::DoneOn && date > cx.period().last_day())
        .then(|| format!("晚于{}月底", cx.period().month()))
}

fn check(cx: &RecordCx) -> Verdict {
    if let Some(verdict) = read::gate(cx) {
        return verdict;
    }
    let wrong = |field| {
        read::date(cx.record, field)
            .date()
            .and_then(|date| Some((date, fault(cx, field, date)?)))
    };
    let failing = read::failing(cx, &[Field::DoneOn, Field::ExpectedOn], |field| {
        wrong(field).is_some()
    });
    let findings = failing
        .fields
        .iter()
        .filter_map(|&field| {
            let (date, fault) = wrong(field)?;
            let help = match field {
                Field::DoneOn => "请核对完成日期；尚未完成的，请清空完成时间并改正状态。",
                _ => "请核对年份；预计确实要跨年的，请在情况说明中写明原因。",
            };
            Some(cx.at(
                &RULE,
                field,
                format!(
                    "{}{}{}{fault}。",
                    read::subject(cx, field),
                    read::name(field),
                    chinese_date(date)
                ),
                help,
            ))
        })
        .collect();
    read::conclude_dates(cx, false, findings)
}
