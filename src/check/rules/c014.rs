//! C014 approximate-value.

use crate::check::Severity;
use crate::check::context::RecordCx;
use crate::check::read;
use crate::check::rule::{Check, Doc, Rule, Verdict};
use crate::intake::Field;
use crate::intake::number_text::number_text;

pub static RULE: Rule = Rule {
    code: "C014",
    name: "approximate-value",
    severity: Severity::Warning,
    fixed: false,
    title: "填的是大约数",
    doc: Doc {
        what: "数字前后是否带“约、余、多、左右、近、逾、超过、不足、以上”等字样。数字照常采用，字样保留。",
        why: "考核按准确数计算，大约数无法判断是否真正达到目标。",
        example: "“约8.36万㎡”“860余台”“780多个”。",
        fix: "填写准确数；暂时统计不出的，请说明原因和何时补报。",
        office: None,
    },
    check: Check::Cell(check),
};

/// The target is the notice's own word, which may say 约 or 余.
const FIELDS: [Field; 3] = [Field::Cumulative, Field::Previous, Field::ThisMonth];

fn check(cx: &RecordCx) -> Verdict {
    if let Some(verdict) = read::numeric_gate(cx) {
        return verdict;
    }
    let failing = read::failing_figures(cx, &FIELDS, |reading| {
        reading
            .number()
            .is_some_and(|figure| figure.qualifier.is_some())
    });
    let finding = failing.fields.first().and_then(|&field| {
        let figure = read::reading(cx.record, field).number()?;
        let raw = read::quote(cx.record.cell(field));
        let message = format!(
            "{}{}填“{raw}”，是大约数，暂按{}{}采用{}。",
            cx.subject(),
            read::name(field),
            number_text(figure.value),
            cx.indicator().unit,
            read::others(&failing.fields),
        );
        Some(
            cx.at(
                &RULE,
                field,
                message,
                "请填写准确数；暂时统计不出的，请在情况说明中写明原因。",
            )
            .expected("准确数"),
        )
    });
    read::conclude(cx, false, finding.into_iter().collect())
}
