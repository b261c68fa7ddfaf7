use crate::check::narrative::proposals;
use crate::check::reading::fields::NUMBERS;
use crate::intake::quantity::{Problem, Reading};
use crate::intake::{ReportRow, RowSubject, text};
use crate::plan::IndIx;

rule! {
    C015 "several-numbers", Error fixed, Cell(check);
    title: "一格里有几个数或夹带文字，分不清用哪个",
    what: "应填一个数的单元格里是否有几个数、算式、数字加说明文字，或新数旁边留着划掉的旧数；一行只写了项目、没有写指标，而项目有几个量化指标的，也分不清是哪个指标的数。",
    why: "取哪一个数都可能取错，宁可退回也不猜。",
    example: "“20/20”“1+2”“完成3处，正在施工1处”“80%(新区实验幼儿园进度滞后)”。",
    fix: "只填截至本月底的累计数，一个指标一行、一格一个数；说明文字写到“工作进展”，划掉的旧数删除。",
}

fn check(cx: &RecordCx) -> Verdict {
    if cx.record.undecided && cx.indicator().kind.is_numeric() {
        return undecided(cx);
    }
    cells::gate_of(cx, Kind::is_numeric)?;
    cells::failing(cx, &NUMBERS, |field| {
        matches!(
            cx.record.reading(field),
            Reading::Bad(Problem::Several { .. } | Problem::Struck)
        ) || (field != Field::Target && cells::is_shared_figure(cx, field))
    })
    .each(|field| finding(cx, field))
    .or_number(cx)
}

fn finding(cx: &RecordCx, field: Field) -> Finding {
    let cell = cx.record.cell(field);
    let (what, help) = if cells::is_shared_figure(cx, field) {
        (
            "几个指标合并成一格，分不清是哪个指标的数".to_owned(),
            "请取消合并，每个指标分别填写。",
        )
    } else {
        match cx.record.reading(field) {
            Reading::Bad(Problem::Struck) => (
                "带有删除线，分不清用新数还是旧数".to_owned(),
                "请删去划掉的旧数，只留一个数。",
            ),
            Reading::Bad(Problem::Several { candidates }) if candidates.len() > 1 => (
                format!(
                    "有{}等{}个数，分不清用哪个",
                    candidates[..candidates.len().min(3)].join("、"),
                    candidates.len()
                ),
                ONE,
            ),
            _ => ("数字之外还有其他内容，不能确认就是这个数".to_owned(), ONE),
        }
    };
    let proposed = match cell {
        Some(cell) if field == Field::Cumulative => propose(cx, &numeric_of_task(cx), &cell.raw()),
        _ => String::new(),
    };
    let (subject, name, raw) = (cells::subject(cx, field), name(field), quote(cell));
    cx.at(
        &RULE,
        field,
        format!("{subject}{name}填“{raw}”，{what}。"),
        format!("{help}{proposed}"),
    )
    .expected("一个数")
}

const ONE: &str = "请只填截至本月底的累计数，说明文字写到“工作进展”。";

/// A row that names a task of several numeric indicators: one finding at the first of them that has no row of its own.
fn undecided(cx: &RecordCx) -> Verdict {
    let record = cx.record;
    let rows = &cx.report.rows;
    let open: Vec<IndIx> = numeric_of_task(cx)
        .into_iter()
        .filter(|&ix| {
            !rows
                .iter()
                .any(|row| row.subject == RowSubject::Indicator(ix))
        })
        .collect();
    if open.first().is_some_and(|&first| first != record.indicator) {
        return Err(Elsewhere);
    }
    let of_task = |row: &&ReportRow| row.subject == RowSubject::Task(record.task);
    let cell = record.cell(Field::Cumulative).or_else(|| {
        let row = rows.iter().find(of_task)?;
        row.get(Field::Cumulative)
    });
    let names: Vec<String> = open
        .iter()
        .map(|&ix| format!("“{}”", cx.plan.indicators[ix].name))
        .collect();
    let names = names.join("、");
    let lines = match rows.iter().filter(of_task).count() {
        0 | 1 => "只有一行，没有".to_owned(),
        n => format!("有{n}行，都没有"),
    };
    let message = format!(
        "{}{lines}写明是{names}中哪个指标的数。",
        phrases::task(cx.plan, record.task)
    );
    let proposed = cell.map_or_else(String::new, |cell| propose(cx, &open, &cell.raw()));
    let column = match cx.report.column(Field::Indicator) {
        Some(column) => format!("在“{}”列", text::one_line(&column.text, 20)),
        None => "加一列“指标”".to_owned(),
    };
    let help = format!("请每个指标单独一行，{column}写明名称并分别填数。{proposed}");
    cx.book
        .at(&RULE, cell, message, help)
        .task(record.task)
        .indicator(record.indicator)
        .expected(names)
        .into()
}

/// The task's numeric indicators that the department reports, in plan order.
fn numeric_of_task(cx: &RecordCx) -> Vec<IndIx> {
    let reported = |&ix: &IndIx| {
        cx.plan.indicators[ix].kind.is_numeric() && cx.plan.slot(cx.department, ix).is_some()
    };
    let task = &cx.plan.tasks[cx.record.task];
    task.indicators.clone().filter(reported).collect()
}

fn propose(cx: &RecordCx, indicators: &[IndIx], text: &str) -> String {
    proposals::sentence(cx.plan, &proposals::propose(cx.plan, indicators, text))
}
