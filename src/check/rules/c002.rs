use crate::check::narrative::proposals;
use crate::check::reading::carried::says_done;
use crate::check::reading::fields::NUMBERS;
use crate::intake::FieldCell;
use crate::intake::quantity::{Problem, Reading};
use crate::plan::IndIx;

rule! {
    C002 "not-a-number", Error fixed, Cell(check);
    title: "应填数字的地方没有数字",
    what: "累计完成、上月累计、本月完成、年度目标、完成率里是否有数。横向合并后写一句话的，按合并区域左上角指出一次；数值大得不合常理的也在此列。",
    why: "“已完成”“按计划推进”不是数，汇总时加不起来，也算不出完成率。",
    example: "累计完成写“按计划推进”；把上月累计到完成率几格合并，写“前期手续办理中，暂未动工”。",
    fix: "在这一格只填数字，情况说明写到“工作进展”里；没有进展的填0。",
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate_of(cx, Kind::is_numeric)?;
    let carried = cells::carried(cx).is_some();
    cells::failing(cx, &NUMBERS, |field| match cx.record.reading(field) {
        Reading::Bad(Problem::NotANumber) => !(carried && says_done(cx.record.cell(field))),
        Reading::Bad(Problem::TooLarge) => true,
        _ => false,
    })
    .each(|field| finding(cx, field))
    .or_number(cx)
}

fn finding(cx: &RecordCx, field: Field) -> Finding {
    let (subject, raw) = (cells::subject(cx, field), quote(cx.record.cell(field)));
    let name = name(field);
    if *cx.record.reading(field) == Reading::Bad(Problem::TooLarge) {
        return cx.at(
            &RULE,
            field,
            format!("{subject}{name}填“{raw}”，数值大得不合常理。"),
            "请核对单位和小数点后填写实际数。",
        );
    }
    let merged = cx
        .record
        .cell(field)
        .and_then(FieldCell::region)
        .is_some_and(|region| region.first.col != region.last.col);
    let help = if merged {
        "请取消合并，各格分别填写数字（没有进展的填0），文字写到“工作进展”。"
    } else {
        "请在这一格只填数字（没有进展的填0），文字写到“工作进展”。"
    };
    let expected = if field == Field::Rate {
        "百分数".to_owned()
    } else {
        format!("以{}计的数字", cx.indicator().unit)
    };
    cx.at(
        &RULE,
        field,
        format!("{subject}{name}填“{raw}”，不是数字。"),
        format!("{help}{}", hint(cx, field)),
    )
    .expected(expected)
}

/// Figures that the row's narrative gives for the indicator, for the reader to look at.
fn hint(cx: &RecordCx, field: Field) -> String {
    let Some(words) = cx
        .record
        .words(Field::Narrative)
        .filter(|_| field == Field::Cumulative)
    else {
        return String::new();
    };
    let numeric: Vec<IndIx> = cx.plan.tasks[cx.record.task]
        .indicators
        .clone()
        .filter(|&ix| cx.plan.indicators[ix].kind.is_numeric())
        .collect();
    let own: Vec<_> = proposals::propose(cx.plan, &numeric, &words)
        .into_iter()
        .filter(|p| p.indicator == cx.record.indicator)
        .collect();
    proposals::sentence(cx.plan, &own)
}
