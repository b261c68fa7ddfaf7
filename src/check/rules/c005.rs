//! C005 unit-converted.

use crate::check::Severity;
use crate::check::context::RecordCx;
use crate::check::read;
use crate::check::rule::{Check, Doc, Rule, Verdict};
use crate::intake::number_text::number_text;
use crate::intake::quantity::Reading;

pub static RULE: Rule = Rule {
    code: "C005",
    name: "unit-converted",
    severity: Severity::Note,
    fixed: false,
    title: "计量单位不同，已准确换算",
    doc: Doc {
        what: "填报的单位与计划不同、但可以准确换算的：平方米与万平方米、公顷、亩，米与公里，元与万元、亿元，以及十、百、千、万、亿的倍数。",
        why: "换算是自动做的，让单位和督查室都看得到换算前后的数，以便核对。",
        example: "“22700㎡”按2.27万平方米采用。",
        fix: "换算无误的不必处理；以后请直接按计划的单位填写。",
        office: None,
    },
    check: Check::Cell(check),
};

fn check(cx: &RecordCx) -> Verdict {
    if let Some(verdict) = read::numeric_gate(cx) {
        return verdict;
    }
    let failing = read::failing_figures(cx, &read::FIGURES, |reading| {
        reading
            .number()
            .is_some_and(|figure| figure.converted_from.is_some())
    });
    let finding = failing.fields.first().and_then(|&field| {
        let Reading::Number(figure) = read::reading(cx.record, field) else {
            return None;
        };
        let plan = &cx.indicator().unit;
        let raw = read::quote(cx.record.cell(field));
        let from = figure.converted_from.as_deref().unwrap_or_default();
        let given = if raw.contains(from) {
            String::new()
        } else {
            format!("（以{from}计）")
        };
        let value = number_text(figure.value);
        let message = format!(
            "{}{}“{raw}”{given}已换算为{value}{plan}{}。",
            cx.subject(),
            read::name(field),
            read::others(&failing.fields)
        );
        Some(
            cx.at(
                &RULE,
                field,
                message,
                format!("请核对换算结果；以后请直接按{plan}填写。"),
            )
            .expected(format!("{value}{plan}")),
        )
    });
    read::conclude(cx, failing.elsewhere, finding.into_iter().collect())
}
