//! R018: the four elements (四要素) the notice asks of every task.

use crate::intake::submission::{ElementField, ElementRow, Elements};
use crate::intake::{FieldCell, text};
use crate::plan::Task;

use super::phrases;
use super::prelude::*;

pub static RULE: Rule = Rule {
    code: "R018",
    name: "elements-missing",
    severity: Severity::Warning,
    fixed: false,
    title: "四要素不全",
    doc: Doc {
        what: "工作举措、完成时限、验收标准、资金来源四要素，有的在本月“工作方案”表和计划中都没有。只看牵头单位可用的报送表，一项任务只报一次，列出所缺的要素。",
        why: "通知要求明确工作举措、完成时限、验收标准，落实项目资金来源，简报要通报四要素完善情况。",
        example: "“食品安全和计量惠民”的“资金来源”空白，计划中也没有。",
        fix: "在“工作方案”表中补填所缺的要素。",
        office: None,
    },
    check: Check::Task(check),
};

fn check(cx: &TaskCx) -> Vec<Finding> {
    let task = &cx.plan.tasks[cx.task];
    if task.lead != cx.department || !cx.plan.asks_elements() {
        return Vec::new();
    }
    let sheet = cx.submission.elements.as_ref();
    let rows: Vec<(&Elements, &ElementRow)> = sheet
        .iter()
        .flat_map(|elements| elements.rows.iter().map(move |row| (*elements, row)))
        .filter(|(_, row)| row.task == cx.task)
        .collect();
    let missing: Vec<ElementField> = ElementField::FOUR
        .into_iter()
        .filter(|&element| {
            !in_plan(task, element) && !rows.iter().any(|(_, row)| is_given(row, element))
        })
        .collect();
    let Some(&first) = missing.first() else {
        return Vec::new();
    };
    let names = missing
        .iter()
        .map(|element| format!("“{}”", element.chinese()))
        .collect::<Vec<_>>()
        .join("、");
    let message = format!(
        "{}缺少{names}，本月“工作方案”表和计划中都没有。",
        phrases::task(cx.plan, cx.task)
    );
    let finding = cx
        .finding(&RULE, message, format!("请在“工作方案”表中补填{names}。"))
        .expected(format!("填写{names}"));
    vec![match rows.first() {
        Some((elements, row)) => finding.sheet(&elements.sheet).at(row.cells.get(&first)),
        None => finding,
    }]
}

fn is_given(row: &ElementRow, element: ElementField) -> bool {
    row.cells
        .get(&element)
        .and_then(FieldCell::text)
        .is_some_and(|words| !text::is_placeholder(&words))
}

/// The plan's own year end is an assumption and gives no deadline.
fn in_plan(task: &Task, element: ElementField) -> bool {
    let words = match element {
        ElementField::Measures => &task.measures,
        ElementField::Acceptance => &task.acceptance,
        ElementField::Funding => &task.funding,
        _ => return task.deadline.is_some(),
    };
    !words.trim().is_empty() && !text::is_placeholder(words)
}
