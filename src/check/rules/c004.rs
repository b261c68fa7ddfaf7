use crate::check::reading::fields::FIGURES;
use crate::intake::quantity::{Problem, Reading};
use crate::plan::names;

rule! {
    C004 "unit-mismatch", Error fixed, Cell(check);
    title: "计量单位与指标不符",
    what: "单元格里、“计量单位”列或表头括号里的单位，与计划的单位是否量的是同一种东西：长度对长度、面积对面积，人对人、台对台；不要求百分比的指标只填百分比也属此类。",
    why: "单位不同的数不能换算，照抄就会张冠李戴。个、处、座、家、所等同义的单位视为相同，平方米与万平方米等可以换算的见C005。",
    example: "“街头绿地面积”应填万平方米，填成“9.6公里”；应填台数，填成“520人”；只写“完成60%”。",
    fix: "按计划的单位填写实际数；“计量单位”列或表头括号写错的，改正后重新报送。",
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate_of(cx, Kind::is_numeric)?;
    let failing = cells::failing_figures(cx, &FIGURES, |reading| {
        matches!(
            reading,
            Reading::Bad(Problem::UnitMismatch { .. } | Problem::Percentage)
        )
    });
    // A unit that comes from the row or the header is one cause, however many of the row's cells it spoils.
    let mut seen: Vec<&str> = Vec::new();
    let mut findings = Vec::new();
    for &field in &failing.fields {
        match cx.record.reading(field) {
            Reading::Bad(Problem::UnitMismatch { unit }) => {
                let in_cell = cx
                    .record
                    .cell(field)
                    .is_some_and(|cell| names::fold(&cell.raw()).contains(&names::fold(unit)));
                if !in_cell {
                    if seen.contains(&unit.as_str()) {
                        continue;
                    }
                    seen.push(unit);
                }
                findings.push(mismatch(cx, field, unit, in_cell));
            }
            Reading::Bad(Problem::Percentage) => findings.push(percentage(cx, field)),
            _ => {}
        }
    }
    failing.failed(findings).or_number(cx)
}

fn mismatch(cx: &RecordCx, field: Field, unit: &str, in_cell: bool) -> Finding {
    let plan = &cx.indicator().unit;
    let raw = quote(cx.record.cell(field));
    let is_rows_unit = || {
        let written = cx.record.words(Field::Unit);
        written.is_some_and(|written| names::fold(&written) == names::fold(unit))
    };
    let from = if in_cell {
        String::new()
    } else if is_rows_unit() {
        format!("，“计量单位”为“{unit}”")
    } else {
        format!("，表头注明“{unit}”")
    };
    cx.at(
        &RULE,
        field,
        format!(
            "{}{}填“{raw}”{from}，而本指标以{plan}计，不能换算。",
            cx.subject(),
            name(field)
        ),
        format!("请核对是否填错了行或单位，按{plan}填写实际数。"),
    )
    .expected(plan.text.clone())
}

fn percentage(cx: &RecordCx, field: Field) -> Finding {
    let plan = &cx.indicator().unit;
    let raw = quote(cx.record.cell(field));
    cx.at(
        &RULE,
        field,
        format!(
            "{}{}填“{raw}”，是百分比，而本指标以{plan}计。",
            cx.subject(),
            name(field)
        ),
        format!("请填写以{plan}计的实际数；百分比填在“完成率”。"),
    )
    .expected(plan.text.clone())
}
