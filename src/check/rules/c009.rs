//! C009 negative.

use crate::check::Severity;
use crate::check::context::RecordCx;
use crate::check::read;
use crate::check::rule::{Check, Doc, Rule, Verdict};
use crate::intake::Field;
use crate::plan::Kind;

pub static RULE: Rule = Rule {
    code: "C009",
    name: "negative",
    severity: Severity::Error,
    fixed: false,
    title: "累计数为负数",
    doc: Doc {
        what: "数量、工程量和水平类指标的累计完成、上月累计是否为负数。",
        why: "完成的数量不会小于零，负数通常是公式减反了或多了一个符号。",
        example: "错时共享车位累计完成填“-3”。",
        fix: "核对后改为实际累计数；需要核减的，填核减后的累计数并说明原因。",
        office: None,
    },
    check: Check::Cell(check),
};

fn check(cx: &RecordCx) -> Verdict {
    if cx.indicator().kind == Kind::Ratio {
        return Verdict::NotApplicable;
    }
    if let Some(verdict) = read::numeric_gate(cx) {
        return verdict;
    }
    let failing = read::failing_figures(cx, &[Field::Cumulative, Field::Previous], |reading| {
        reading.value().is_some_and(|value| value < 0.0)
    });
    let findings = failing
        .fields
        .iter()
        .map(|&field| {
            let raw = read::quote(cx.record.cell(field));
            cx.at(
                &RULE,
                field,
                format!("{}{}为负数“{raw}”。", cx.subject(), read::name(field)),
                "请改为实际累计数；需要核减的，填核减后的累计数并说明原因。",
            )
            .expected("不小于0的数")
        })
        .collect();
    read::conclude(cx, failing.elsewhere, findings)
}
