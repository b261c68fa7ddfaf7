//! R017: money can only be paid after it has arrived, and arrive within what was planned.

use crate::check::reading::elements::amount;
use crate::intake::number_text::tidy;
use crate::intake::submission::ElementField;

use super::compare::below;

rule! {
    R017 "funds-out-of-order", Error, Task(check);
    title: "资金数额先后矛盾",
    what: "“工作方案”表中，支付资金大于到位资金，或到位资金大于计划资金。有一个数空白或无法识别的不比较。",
    why: "资金先有计划，再到位，后支付，后一个数不会大于前一个数；矛盾的资金数不能汇总。",
    example: "到位资金100万元，支付资金120万元。",
    fix: "核对三个数和单位（万元）；计划有调整的，先更新计划资金。",
}

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
        .map(|field| (field, amount(elements, row, field).value()));
        for ((smaller, bound), (larger, amount)) in [(arrived, paid), (planned, arrived)] {
            let (Some(bound), Some(paid), Some(cell)) = (bound, amount, row.cells.get(larger))
            else {
                continue;
            };
            if !below(bound, paid) {
                continue;
            }
            let text = |v: f64| format!("{}万元", number_text(tidy(v)));
            let message = format!(
                "{}{}{}，大于{}{}。",
                phrases::task(cx.plan, cx.task),
                larger.chinese(),
                text(paid),
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
