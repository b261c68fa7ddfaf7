use crate::check::reading::fields::{broken, value_field};
use crate::intake::quantity::Reading;
use crate::intake::status::StatusReading;
use crate::intake::{FieldCell, text};

use super::phrases::unfilled;

rule! {
    C001 "blank-required", Error fixed, CellAndTask { cell, task };
    title: "必填的单元格没有填",
    what: "量化指标的“累计完成”、节点任务的“状态”、每项任务的“工作进展”是否填写；只写“无”“/”“—”“同上”“见上月”的视为没有填。已在以前月份完成的，见C020。",
    why: "空白可能是零，也可能是忘了填，不能替单位猜；空白不会当作零，也不会沿用上月的数。",
    example: "“街头绿地面积”的累计完成是空的；状态栏写“同上”。",
    fix: "填上截至本月底的实际累计数；确实没有进展的填0或“未启动”；工作进展写明本月做了什么、到了哪一步。",
    office: "量化指标电话核实的数，可在台账的“电话核实”表登记，登记后即采用。",
}

fn cell(cx: &RecordCx) -> Verdict {
    let kind = cx.indicator().kind;
    cells::gate_of(cx, |kind| kind != Kind::Ongoing)?;
    let record = cx.record;
    let (absent, empty) = if kind == Kind::Milestone {
        (
            record.status == StatusReading::Absent,
            matches!(
                record.status,
                StatusReading::Blank | StatusReading::Placeholder
            ),
        )
    } else {
        (
            record.cumulative == Reading::Absent,
            record.cumulative.is_empty(),
        )
    };
    if absent {
        return Err(NotRun("S002"));
    }
    if !empty {
        return PASSED;
    }
    if cells::carried(cx).is_some() {
        return Err(NotRun("C020"));
    }
    let field = value_field(kind);
    let what = unfilled(&quote(record.cell(field)));
    let (help, expected) = if kind == Kind::Milestone {
        (
            "请从“未启动”“进行中”“已完成”中选填。",
            "未启动、进行中或已完成".to_owned(),
        )
    } else {
        (
            // A table of the department's own may have no such column.
            if cx.report.column(Field::Status).is_some() {
                "请填写截至本月底的实际累计数；没有进展的填0，同时把状态填为“未启动”。"
            } else {
                "请填写截至本月底的实际累计数；没有进展的填0。"
            },
            format!("以{}计的累计数", cx.indicator().unit),
        )
    };
    let message = format!("{}{}{what}。", cells::subject(cx, field), name(field));
    cells::failing(cx, &[field], |_| true)
        .each(|field| cx.at(&RULE, field, &*message, help).expected(&*expected))
        .or_elsewhere()
}

/// The narrative, once a task: any of its rows may hold it.
fn task(cx: &TaskCx) -> Vec<Finding> {
    let own = || cells::task_rows(cx).filter_map(|row| row.get(Field::Narrative));
    let says = |cell: &FieldCell| {
        broken(cell).is_some()
            || cell
                .text()
                .is_some_and(|words| !text::is_placeholder(&words))
    };
    let Some(first) = own().next() else {
        return Vec::new();
    };
    if own().any(says) {
        return Vec::new();
    }
    // Where the rows are not merged, the cell of ongoing work is the one whose blank holds something back.
    let mut ongoing = cx
        .records
        .iter()
        .filter(|record| cx.plan.indicators[record.indicator].kind == Kind::Ongoing);
    let cell = ongoing
        .find_map(|record| record.cell(Field::Narrative))
        .unwrap_or(first);
    let what = unfilled(&quote(Some(cell)));
    let message = format!("{}的“工作进展”{what}。", phrases::task(cx.plan, cx.task));
    let help = "请写明本月开展的具体工作和目前进度，不写“同上”“见上月”。";
    vec![cx.at(&RULE, cell, message, help).expected("本月的工作进展")]
}
