//! 四要素与资金: what each task's plan of work says, what it leaves out, and its money.

use super::prelude::*;
use crate::combine::Figure;
use crate::combine::facts::ElementsFacts;
use crate::intake::submission::ElementField;

const COL_MONEY: u16 = 9;
/// Columns of money, which stand where any is known.
const MONEY_COLS: u16 = 5;
const COL_DEADLINE: u16 = 4;

const COLUMNS: [(&str, f64); 17] = [
    ("序号", 4.5),
    ("项目名称", 14.0),
    ("责任单位", 10.0),
    ("工作举措", 22.5),
    ("完成时限", 14.0),
    ("验收标准", 18.0),
    ("资金来源", 14.0),
    ("已有要素\n（共4项）", 11.5),
    ("缺少的\n要素", 9.0),
    ("计划资金\n（万元）", 10.5),
    ("到位资金\n（万元）", 10.5),
    ("支付资金\n（万元）", 10.5),
    ("到位率", 8.5),
    ("支付率", 8.5),
    ("责任\n领导", 7.5),
    ("联系人", 7.5),
    ("报送\n月份", 11.0),
];

/// Money with two decimals throughout, so that the points stand under each other.
const MONEY: &str = "#,##0.00";

pub fn write(ws: &mut Worksheet, cx: &Cx) -> Result {
    let tasks = &cx.facts.tasks;
    let funded = |t: &TaskFacts| amounts_of(&t.elements).into_iter().any(Option::is_some);
    let has_money = tasks.iter().any(funded);
    let money = usize::from(COL_MONEY)..usize::from(COL_MONEY + MONEY_COLS);
    let shown = |(ix, _): &(usize, &(&'static str, f64))| has_money || !money.contains(ix);
    let columns: Vec<_> = COLUMNS
        .iter()
        .enumerate()
        .filter(shown)
        .map(|(_, c)| *c)
        .collect();
    let title = if has_money {
        "四要素与资金情况"
    } else {
        "四要素情况"
    };
    let mut canvas = Canvas::list(ws, cx, 4, 0x00ED_7D31, title, &columns)?;
    // 责任领导, 联系人, 报送月份.
    let tail = COL_MONEY + if has_money { MONEY_COLS } else { 0 };
    let last_col = tail + 2;
    for (row, task) in (FIRST_ROW..).zip(tasks) {
        task_row(&mut canvas, row, task, (has_money, tail))?;
    }
    let end = FIRST_ROW + u32::try_from(tasks.len()).unwrap_or(0);
    totals(&mut canvas, cx, end, (has_money, tail))?;
    let overall = &cx.facts.elements;
    let doubtful = if tasks.iter().any(|t| t.elements.is_doubtful) {
        "3.标“※”的资金数额前后矛盾（支付大于到位，或到位大于计划），不计入合计，原因见“数据核查清单”。"
    } else {
        ""
    };
    let of_money = if has_money {
        format!(
            "2.到位率=到位资金÷计划资金，支付率=支付资金÷到位资金；合计的比率只计两个数齐全的项目。资金合计为{}牵头单位中{}的数。{doubtful}",
            overall.leads.text(),
            overall.funded.text()
        )
    } else {
        "2.尚无单位报送资金数额，资金各列未列。".to_owned()
    };
    let note = format!(
        "注：1.四要素为工作举措、完成时限、验收标准、资金来源，取责任单位最近一次采用的“工作方案”（月份见末列），其中没有的取年度计划；都没有的写“缺”并加底纹，此前报送过而最近一次空缺的注明月份，仍列为缺少。四要素齐全的项目{}，要素完备率{}。{of_money}",
        overall.complete_tasks.text(),
        overall.completeness.text(),
    );
    canvas.across(end + 1, (0, last_col), &note, Look::Note)?;
    if !tasks.is_empty() {
        if has_money {
            percent_bars(canvas.ws, (FIRST_ROW, 12), (end - 1, 13))?;
        }
        canvas.ws.autofilter(HEAD, 0, end - 1, last_col)?;
    }
    canvas.ws.set_freeze_panes(FIRST_ROW, 2)?;
    canvas.finish(cx, &Print::list((end + 1, last_col)))
}

/// `tail`: where the columns behind the money begin.
fn task_row(
    canvas: &mut Canvas,
    row: u32,
    task: &TaskFacts,
    (has_money, tail): (bool, u16),
) -> Result {
    let elements = &task.elements;
    canvas.number(row, 0, f64::from(task.no), "0", Look::NumberCenter)?;
    canvas.text(row, 1, &task.name, Look::Text)?;
    canvas.text(row, 2, &task.lead_name, Look::Center)?;
    for (col, words) in (3..).zip([
        &elements.measures,
        &elements.deadline,
        &elements.acceptance,
        &elements.funding,
    ]) {
        match words.as_deref().filter(|w| !w.is_empty()) {
            // As a date it sorts and filters; 「2024年12月底」 stays in words.
            Some(words) if col == COL_DEADLINE => match elements.deadline_on {
                Some(day) => canvas.date_or_blank(row, col, Some(day), Look::NumberCenter)?,
                None => canvas.text(row, col, words, Look::Center)?,
            },
            Some(words) => canvas.text(row, col, words, Look::Text)?,
            None => canvas.text(row, col, "缺", Look::Lacking)?,
        }
    }
    canvas.figure(row, 7, &elements.present, Look::NumberCenter)?;
    let missing = if elements.missing.len() == ElementField::FOUR.len() {
        "四项均缺".to_owned()
    } else {
        elements.missing.join("、")
    };
    canvas.text_or_blank(row, 8, Some(&missing), Look::Center)?;
    if has_money {
        money(canvas, row, elements)?;
    }
    canvas.text_or_blank(row, tail, elements.leader.as_deref(), Look::Center)?;
    canvas.text_or_blank(row, tail + 1, elements.contact.as_deref(), Look::Center)?;
    let months = tail + 2;
    match (elements.filed, elements.money_of) {
        (Some(filed), Some(money)) if money != filed => {
            let words = format!("{}\n资金{}", filed.chinese(), money.chinese());
            canvas.text(row, months, &words, Look::Center)
        }
        (Some(filed), _) => canvas.date(row, months, filed.first_day(), MONTH, Look::NumberCenter),
        (None, _) => canvas.blank(row, months, Look::Center),
    }
}

/// 计划、到位、支付资金.
fn amounts_of(elements: &ElementsFacts) -> [&Option<Figure>; 3] {
    [&elements.planned, &elements.arrived, &elements.paid]
}

/// The amounts and their rates.
fn money(canvas: &mut Canvas, row: u32, elements: &ElementsFacts) -> Result {
    for (col, figure) in (COL_MONEY..).zip(amounts_of(elements)) {
        match figure {
            Some(figure) if elements.is_doubtful => {
                let marked = format!("{MONEY}\"※\"");
                canvas.number(row, col, figure.value, &marked, Look::Number)?;
            }
            Some(figure) => canvas.number(row, col, figure.value, MONEY, Look::Number)?,
            None => canvas.blank(row, col, Look::Number)?,
        }
    }
    canvas.figure_or_blank(row, 12, elements.arrived_rate.as_ref(), Look::Number)?;
    canvas.figure_or_blank(row, 13, elements.paid_rate.as_ref(), Look::Number)
}

/// A total, and what each task has of it.
type Total<'a> = (&'a Option<Figure>, fn(&TaskFacts) -> &Option<Figure>);

fn totals(canvas: &mut Canvas, cx: &Cx, row: u32, (has_money, tail): (bool, u16)) -> Result {
    let overall = &cx.facts.elements;
    let tasks = &cx.facts.tasks;
    canvas.across(row, (0, 6), "合计", Look::TotalLabel)?;
    canvas.number(
        row,
        7,
        overall.completeness.value,
        "\"完备率\"0.0\"%\"",
        Look::TotalNumberCenter,
    )?;
    canvas.blank(row, 8, Look::TotalLabel)?;
    (tail..=tail + 2).try_for_each(|col| canvas.blank(row, col, Look::TotalLabel))?;
    if !has_money {
        return Ok(());
    }
    let sums: [Total; 3] = [
        (&overall.planned, |t| &t.elements.planned),
        (&overall.arrived, |t| &t.elements.arrived),
        (&overall.paid, |t| &t.elements.paid),
    ];
    for (col, (figure, part)) in (COL_MONEY..).zip(sums) {
        match figure {
            Some(figure) => {
                let parts = tasks.iter().filter_map(|t| Some(part(t).as_ref()?.value));
                canvas.column_total(row, col, figure, parts, MONEY, Look::TotalNumber)?;
            }
            None => canvas.blank(row, col, Look::TotalNumber)?,
        }
    }
    canvas.figure_or_blank(row, 12, overall.arrived_rate.as_ref(), Look::TotalNumber)?;
    canvas.figure_or_blank(row, 13, overall.paid_rate.as_ref(), Look::TotalNumber)
}
