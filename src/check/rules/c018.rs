use crate::check::reading::figures::code;
use crate::intake::quantity::Reading;

use super::compare::shows;

rule! {
    C018 "target-edited", Warning, Cell(check);
    title: "年度目标与计划不一致",
    what: "表中的年度目标与计划（含已批准的调整）是否一致；按表中显示的小数位比较。计算一律用计划的目标。",
    why: "改低目标会让完成率虚高；目标确有调整而表还是旧的，也需要核对。",
    example: "街头绿地面积的目标16万平方米被改成12。",
    fix: "改回计划的目标；目标确有调整的，请提供依据，由督查室在计划中调整。",
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate_of(cx, Kind::is_numeric)?;
    let target = cx.target.ok_or(NotApplicable)?;
    let figure = match &cx.record.target {
        Reading::Bad(problem) => return Err(NotRun(code(problem))),
        Reading::Number(figure) if !cells::is_shared_figure(cx, Field::Target) => figure,
        _ => return Err(NotApplicable),
    };
    if shows(figure, target) {
        return PASSED;
    }
    let (raw, unit, plan) = (
        quote(cx.record.cell(Field::Target)),
        &cx.indicator().unit,
        number_text(target),
    );
    cx.at(
        &RULE,
        Field::Target,
        format!(
            "{}年度目标填“{raw}”，计划为{plan}{unit}，按计划计算。",
            cx.subject()
        ),
        "请改回计划的目标；目标确有调整的，请提供依据，由督查室在计划中调整。",
    )
    .expected(format!("{plan}{unit}"))
    .into()
}
