//! R018: the four elements (四要素) the notice asks of every task.

use crate::intake::submission::ElementField;

rule! {
    R018 "elements-missing", Warning, Task(check);
    title: "四要素不全",
    what: "工作举措、完成时限、验收标准、资金来源四要素，有的在本月“工作方案”表（本月没有的，看最近一次采用的）和计划中都没有；未定完成时限的，以计划的截止日期为准。只看牵头单位可用的报送表，一项任务只报一次，列出所缺的要素。",
    why: "通知要求明确工作举措、完成时限、验收标准，落实项目资金来源，简报要通报四要素完善情况。",
    example: "“食品安全和计量惠民”的“资金来源”空白，计划中也没有。",
    fix: "在“工作方案”表中补填所缺的要素。方案不要求四要素的，在计划中写明 [checks] elements = false。",
}

fn check(cx: &TaskCx) -> Vec<Finding> {
    let led = cx.elements.iter().find(|known| known.task == cx.task);
    let Some(known) = led.filter(|_| cx.plan.asks_elements()) else {
        return Vec::new();
    };
    let missing: Vec<ElementField> = known.missing(cx.plan).collect();
    let Some(&first) = missing.first() else {
        return Vec::new();
    };
    let names = missing
        .iter()
        .map(|element| format!("“{}”", element.chinese()))
        .joined("、");
    let why = match known.filed {
        None => "没有报送过“工作方案”表，计划中也没有".to_owned(),
        Some(period) if period == cx.period() => "本月“工作方案”表和计划中都没有".to_owned(),
        Some(period) => format!(
            "最近一次（{}）的“工作方案”表和计划中都没有",
            period.chinese()
        ),
    };
    let message = format!("{}缺少{names}，{why}。", phrases::task(cx.plan, cx.task));
    let finding = cx
        .finding(&RULE, message, format!("请在“工作方案”表中补填{names}。"))
        .expected(format!("填写{names}"));
    let sheet = cx.submission.elements.as_ref();
    let row = sheet.and_then(|e| Some((e, e.rows.iter().find(|row| row.task == cx.task)?)));
    vec![match row {
        Some((elements, row)) => finding.sheet(&elements.sheet).at(row.cells.get(first)),
        None => finding,
    }]
}
