//! R017: money can only be paid after it has arrived, and arrive within what was planned.

use std::sync::LazyLock;

use crate::check::context::TaskCx;
use crate::check::finding::{Finding, Severity};
use crate::check::rule::{Check, Doc, Rule};
use crate::check::standing::below;
use crate::intake::number_text::number_text;
use crate::intake::number_text::tidy;
use crate::intake::quantity::{self, Units};
use crate::intake::submission::{ElementField, ElementRow, Elements};
use crate::plan::{Dimension, Kind, Unit};

pub static RULE: Rule = Rule {
    code: "R017",
    name: "funds-out-of-order",
    severity: Severity::Error,
    fixed: false,
    title: "资金数额先后矛盾",
    doc: Doc {
        what: "“工作方案”表中，支付资金大于到位资金，或到位资金大于计划资金。有一个数空白或无法识别的不比较。",
        why: "资金先有计划，再到位，后支付，后一个数不会大于前一个数；矛盾的资金数不能汇总。",
        example: "到位资金100万元，支付资金120万元。",
        fix: "核对三个数和单位（万元）；计划有调整的，先更新计划资金。",
        office: None,
    },
    check: Check::Task(check),
};

fn check(cx: &TaskCx) -> Vec<Finding> {
    let Some(elements) = &cx.submission.elements else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for row in elements.rows.iter().filter(|row| row.task == cx.task) {
        let [planned, arrived, paid] = [
            ElementField::Planned,
            ElementField::Arrived,
            ElementField::Paid,
        ]
        .map(|field| (field, money(elements, row, field)));
        for ((smaller, bound), (larger, amount)) in [(arrived, paid), (planned, arrived)] {
            let (Some(bound), Some(amount), Some(cell)) =
                (bound, amount, elements.cell(row, larger))
            else {
                continue;
            };
            if !below(bound, amount) {
                continue;
            }
            let text = |v: f64| format!("{}万元", number_text(tidy(v)));
            let task = &cx.plan.tasks[cx.task];
            let message = format!(
                "第{}项“{}”{}{}，大于{}{}。",
                task.no,
                task.name,
                larger.chinese(),
                text(amount),
                smaller.chinese(),
                text(bound)
            );
            let help = "请核对资金数额和单位（万元），改正后重新报送。";
            findings.push(
                cx.finding(&RULE, message, help)
                    .sheet(&elements.sheet)
                    .at(cell)
                    .expected(format!("不大于{}{}", smaller.chinese(), text(bound))),
            );
        }
    }
    findings
}

/// An amount in 万元; `None` when it is blank or cannot be read.
fn money(elements: &Elements, row: &ElementRow, field: ElementField) -> Option<f64> {
    static WAN: LazyLock<Unit> = LazyLock::new(|| Unit {
        text: "万元".to_owned(),
        dimension: Dimension::Money,
        factor: (1e4, 1.0),
    });
    let units = Units {
        row: None,
        header: elements.money_unit(field),
        plan: &WAN,
        kind: Kind::Quantity,
        is_difference: false,
    };
    quantity::read(elements.cell(row, field), units).value()
}
