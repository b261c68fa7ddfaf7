//! C003 number-as-text.

use crate::check::Severity;
use crate::check::context::RecordCx;
use crate::check::read;
use crate::check::rule::{Check, Doc, Rule, Verdict};
use crate::intake::quantity::Reading;

pub static RULE: Rule = Rule {
    code: "C003",
    name: "number-as-text",
    severity: Severity::Note,
    fixed: false,
    title: "数字存成了文本，已按数字采用",
    doc: Doc {
        what: "数字是否以文本方式存放：全角数字、千分位逗号或空格、中文数字、数字后带单位等。这些都已读成数字采用。",
        why: "文本格式的数字在Excel里不能求和，单位自己的合计会少算。",
        example: "“1，300”“２０公里”“三处”“叁”。",
        fix: "数据已采用，不必重报；以后请直接填数字，单位写在“计量单位”列。",
        office: None,
    },
    check: Check::Cell(check),
};

fn check(cx: &RecordCx) -> Verdict {
    if let Some(verdict) = read::numeric_gate(cx) {
        return verdict;
    }
    let failing = read::failing_figures(cx, &read::FIGURES, |reading| {
        reading.number().is_some_and(|figure| figure.as_text)
    });
    let finding = failing.fields.first().and_then(|&field| {
        let Reading::Number(figure) = read::reading(cx.record, field) else {
            return None;
        };
        let raw = read::quote(cx.record.cell(field));
        let message = format!(
            "{}{}“{raw}”存为文本，已按{}{}采用{}。",
            cx.subject(),
            read::name(field),
            crate::intake::number_text::number_text(figure.value),
            cx.indicator().unit,
            read::others(&failing.fields),
        );
        Some(cx.at(
            &RULE,
            field,
            message,
            "不必重报；以后请直接填数字，不带单位和逗号。",
        ))
    });
    read::conclude(cx, failing.elsewhere, finding.into_iter().collect())
}
