//! 各单位报送情况: what each department sent, when, and how much of it could be used.

use crate::check::Reporting;
use crate::combine::Figure;
use crate::combine::facts::DepartmentFacts;

use super::prelude::*;
use super::tasks::gap_format;

const LAST_COL: u16 = 18;
const COL_STATE: u16 = 3;
const COL_COUNTS: u16 = 6;
const COL_SHARE: u16 = 13;

const COLUMNS: [(&str, f64); 19] = [
    ("报送\n排名", 6.0),
    ("进度\n排名", 6.0),
    ("单位", 20.0),
    ("报送情况", 10.5),
    ("收到日期", 13.5),
    ("报送期限", 13.5),
    ("牵头\n项目", 7.0),
    ("错误", 7.0),
    ("警告", 7.0),
    ("提示", 7.0),
    ("已说明", 7.5),
    ("应报数据\n（项）", 9.0),
    ("已采信\n（项）", 9.0),
    ("采信率", 9.0),
    ("滞后\n项目", 7.0),
    ("平均\n完成率", 9.0),
    ("平均差距\n（百分点）", 10.5),
    ("采用的文件", 24.0),
    ("来源", 7.0),
];

pub fn write(ws: &mut Worksheet, cx: &Cx) -> Result {
    let mut sorted: Vec<&DepartmentFacts> = cx.facts.departments.iter().collect();
    let rank = |d: &DepartmentFacts| d.rank.as_ref().map_or(f64::INFINITY, |r| r.value);
    sorted.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
    let (departments, unlisted) = cx.listed(&sorted);
    let mut canvas = Canvas::list(ws, cx, 3, 0x00FF_C000, "各单位报送情况", &COLUMNS)?;
    for (row, department) in (FIRST_ROW..).zip(departments) {
        department_row(&mut canvas, cx, row, department)?;
    }
    let end = FIRST_ROW + u32::try_from(departments.len()).unwrap_or(0);
    let odd = totals(&mut canvas, cx, departments, end)?;
    let overall = &cx.facts.overall;
    let mut note = format!(
        "注：1.应报送单位{}个，已报送{}个，其中逾期{}个；退回{}个，未报{}个。2.报送按采信率、错误数、是否逾期、警告数依次排名，没有可用报送表的不排；进度按牵头项目中滞后项目的占比、平均差距依次排名，未牵头项目、牵头项目数据均待核实的不排；相同的并列，排名仅供内部掌握。3.“已说明”是责任单位已在情况说明中答复或经电话核实的问题，不再计入警告。",
        overall.departments.number(),
        overall.submitted.number(),
        overall.late.number(),
        overall.returned.number(),
        overall.missing.number()
    );
    if unlisted > 0 {
        put!(
            note,
            "4.本表列出前{}个单位，其余{unlisted}个见同一文件夹的 facts.json；合计为全部单位之和。",
            departments.len()
        );
    } else if odd {
        note.push_str("4.合计含未能识别报送单位的文件中的问题，因而大于各单位之和。");
    }
    canvas.across(end + 1, (0, LAST_COL), &note, Look::Note)?;
    if !departments.is_empty() {
        let last = end - 1;
        for (reporting, fill, ink) in [
            (Reporting::OnTime, 0x00DC_EFD2, 0x001E_4620),
            (Reporting::Late, 0x00FF_E699, 0x005F_4B00),
            (Reporting::Returned, 0x00F4_B183, 0x006B_1A00),
            (Reporting::NotSubmitted, 0x00FF_9C9C, 0x0066_0000),
        ] {
            colour_word(
                canvas.ws,
                (FIRST_ROW, COL_STATE),
                (last, COL_STATE),
                reporting.chinese(),
                fill,
                ink,
            )?;
        }
        percent_bars(canvas.ws, (FIRST_ROW, COL_SHARE), (last, COL_SHARE))?;
        canvas.ws.autofilter(HEAD, 0, last, LAST_COL)?;
    }
    canvas.ws.set_freeze_panes(FIRST_ROW, 3)?;
    canvas.finish(cx, &Print::list((end + 1, LAST_COL)))
}

fn department_row(canvas: &mut Canvas, cx: &Cx, row: u32, department: &DepartmentFacts) -> Result {
    let progress = department.progress.as_ref();
    canvas.figure_or_blank(row, 0, department.rank.as_ref(), Look::NumberCenter)?;
    canvas.figure_or_blank(row, 1, progress.map(|p| &p.rank), Look::NumberCenter)?;
    canvas.text(row, 2, &department.name, Look::Text)?;
    canvas.text(row, COL_STATE, department.submitted.chinese(), Look::Label)?;
    canvas.date_or_blank(row, 4, department.received, Look::NumberCenter)?;
    canvas.date_or_blank(row, 5, Some(department.due), Look::NumberCenter)?;
    for (col, figure) in (COL_COUNTS..).zip([
        &department.tasks.total,
        &department.errors,
        &department.warnings,
        &department.notes,
        &department.explained,
        &department.slots,
        &department.accepted,
    ]) {
        canvas.figure(row, col, figure, Look::NumberCenter)?;
    }
    let share = department.accepted_rate.as_ref();
    canvas.figure_or_blank(row, COL_SHARE, share, Look::NumberCenter)?;
    let lagging = progress.map(|p| &p.lagging);
    canvas.figure_or_blank(row, COL_SHARE + 1, lagging, Look::NumberCenter)?;
    let rate = progress.and_then(|p| p.rate.as_ref());
    canvas.figure_or_blank(row, COL_SHARE + 2, rate, Look::NumberCenter)?;
    match progress.and_then(|p| p.gap.as_ref()) {
        Some(gap) => {
            let format = gap_format(gap, "");
            canvas.number(row, COL_SHARE + 3, gap.value, &format, Look::NumberCenter)?;
        }
        None => canvas.blank(row, COL_SHARE + 3, Look::NumberCenter)?,
    }
    canvas.text_or_blank(row, LAST_COL - 1, department.file.as_deref(), Look::Text)?;
    let target = department
        .file
        .as_deref()
        .and_then(|file| cx.file_row_link(file));
    canvas.link(row, LAST_COL, target.as_deref(), "查看", "")
}

/// A total, and what each department has of it.
type Total<'a> = (&'a Figure, fn(&DepartmentFacts) -> f64);

/// Whether some total is more than the departments' sum.
fn totals(
    canvas: &mut Canvas,
    cx: &Cx,
    departments: &[&DepartmentFacts],
    row: u32,
) -> Result<bool> {
    let overall = &cx.facts.overall;
    canvas.across(row, (0, COL_COUNTS - 1), "合计", Look::TotalLabel)?;
    let columns: [Total; 7] = [
        (&overall.tasks.total, |d| d.tasks.total.value),
        (&overall.errors, |d| d.errors.value),
        (&overall.warnings, |d| d.warnings.value),
        (&overall.notes, |d| d.notes.value),
        (&overall.explained, |d| d.explained.value),
        (&overall.slots, |d| d.slots.value),
        (&overall.accepted, |d| d.accepted.value),
    ];
    let mut odd = false;
    for (col, (figure, part)) in (COL_COUNTS..).zip(columns) {
        let parts = departments.iter().map(|d| part(d));
        odd |= parts.clone().sum::<f64>() < figure.value;
        let format = plain_format(figure);
        canvas.column_total(row, col, figure, parts, &format, Look::TotalNumberCenter)?;
    }
    canvas.blank(row, COL_SHARE, Look::TotalNumberCenter)?;
    let lagging = departments
        .iter()
        .filter_map(|d| Some(d.progress.as_ref()?.lagging.value));
    let (at, format) = (COL_SHARE + 1, plain_format(&overall.lagging));
    canvas.column_total(
        row,
        at,
        &overall.lagging,
        lagging,
        &format,
        Look::TotalNumberCenter,
    )?;
    for col in at + 1..=LAST_COL {
        canvas.blank(row, col, Look::TotalLabel)?;
    }
    Ok(odd)
}
