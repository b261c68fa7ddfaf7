//! C018 target-edited.

use crate::check::Severity;
use crate::check::context::RecordCx;
use crate::check::read;
use crate::check::rule::{Check, Doc, Rule, Verdict};
use crate::check::standing::shows;
use crate::intake::Field;
use crate::intake::number_text::number_text;
use crate::intake::quantity::Reading;

pub static RULE: Rule = Rule {
    code: "C018",
    name: "target-edited",
    severity: Severity::Warning,
    fixed: false,
    title: "年度目标与计划不一致",
    doc: Doc {
        what: "表中的年度目标与计划（含已批准的调整）是否一致；按表中显示的小数位比较。计算一律用计划的目标。",
        why: "改低目标会让完成率虚高；目标确有调整而表还是旧的，也需要核对。",
        example: "街头绿地面积的目标16万平方米被改成12。",
        fix: "改回计划的目标；目标确有调整的，请提供依据，由督查室在计划中调整。",
        office: None,
    },
    check: Check::Cell(check),
};

fn check(cx: &RecordCx) -> Verdict {
    if let Some(verdict) = read::numeric_gate(cx) {
        return verdict;
    }
    let Some(target) = cx.target else {
        return Verdict::NotApplicable;
    };
    let figure = match &cx.record.target {
        Reading::Absent | Reading::Blank | Reading::Placeholder(_) => {
            return Verdict::NotApplicable;
        }
        Reading::Bad(problem) => return Verdict::NotRun(read::code(problem)),
        Reading::Number(_) if read::is_shared_figure(cx, Field::Target) => {
            return Verdict::NotApplicable;
        }
        Reading::Number(figure) => figure,
    };
    if shows(figure, target) {
        return Verdict::Passed;
    }
    let (raw, unit, plan) = (
        read::quote(cx.record.cell(Field::Target)),
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
