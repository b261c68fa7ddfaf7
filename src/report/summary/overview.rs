//! 总览: the headline counts, by grade, by 分级, by department, and the year's trend.

use rust_xlsxwriter::Workbook;

use crate::combine::facts::{Figure, GradeCounts, Movement, TierFacts, TrendPoint};
use crate::intake::workbook::column_name;
use crate::plan::number::round;

use super::super::room::measure;
use super::canvas::{absolute, relative, sum_formula};
use super::charts;
use super::prelude::*;
use super::{leader, tasks};

/// Counts are centred; a zero is a dash, so that the eye finds the others.
const COUNT: &str = "0;-0;\"–\"";
const CHANGE: &str = "+0;-0;\"–\"";
const COL_TOTAL: u16 = 1;
/// The twelve grades stand side by side from here on.
const FIRST_GRADE: u16 = 2;
pub const LAST_COL: u16 = FIRST_GRADE + 11;

/// Named ranges for the headline figures: name and address.
type Names = Vec<(&'static str, String)>;

/// Beside the headline counts: label columns, then the value.
const SIDE_LABEL: u16 = 10;
const SIDE_VALUE: u16 = 13;

struct Headline<'a> {
    label: String,
    name: &'static str,
    figure: Option<&'a Figure>,
    previous: Option<&'a Figure>,
    change: Option<&'a Figure>,
}

/// What is compared with last month. The first is the sum of the next four.
fn headlines<'a>(cx: &Cx<'a>) -> Vec<Headline<'a>> {
    let o = &cx.facts.overall;
    let p = o.previous.as_ref();
    let now = cx
        .facts
        .trend
        .iter()
        .find(|point| point.period == cx.facts.period);
    let before = p.and_then(|p| cx.facts.trend.iter().find(|point| point.period == p.period));
    let unit = cx.plan.counter();
    let line = |label: &str, name, figure, previous, change| Headline {
        label: label.replace("件", unit),
        name,
        figure,
        previous,
        change,
    };
    let rate = |t: Option<&'a TrendPoint>| t.and_then(|t| t.rate.as_ref());
    let schedule = |t: Option<&'a TrendPoint>| t.and_then(|t| t.schedule.as_ref());
    let other = |t: Option<&'a TrendPoint>| t.map(|t| &t.other);
    let mut lines = vec![
        line(
            "项目总数（件）",
            "任务总数",
            Some(&o.tasks.total),
            p.map(|p| &p.tasks.total),
            None,
        ),
        line(
            "已完成（含待验收）",
            "已完成数",
            Some(&o.finished),
            p.map(|p| &p.finished),
            p.map(|p| &p.finished_change),
        ),
        line(
            "达到或超过序时进度（含已达标）",
            "达到或超过序时进度数",
            Some(&o.on_schedule),
            p.map(|p| &p.on_schedule),
            p.map(|p| &p.on_schedule_change),
        ),
        line(
            "滞后（含严重滞后、未按期完成）",
            "滞后数",
            Some(&o.lagging),
            p.map(|p| &p.lagging),
            p.map(|p| &p.lagging_change),
        ),
        line(
            "其他（持续推进、未启动、未达标、待核实）",
            "其他状态数",
            other(now),
            other(before),
            None,
        ),
        line(
            "平均完成率",
            "平均完成率",
            o.rate.as_ref(),
            rate(before),
            None,
        ),
        line(
            "平均序时进度",
            "平均序时进度",
            o.schedule.as_ref(),
            schedule(before),
            None,
        ),
    ];
    lines.push(line(
        "未达标的水平值和比率（项）",
        "未达标指标数",
        Some(&o.missed),
        None,
        None,
    ));
    let moved = [
        ("状态较上月上升（件）", "状态上升数", &o.risen),
        ("状态较上月下降（件）", "状态下降数", &o.fallen),
    ];
    for (label, name, figure) in moved {
        lines.extend(
            figure
                .iter()
                .map(|figure| line(label, name, Some(figure), None, None)),
        );
    }
    lines
}

/// Submissions, data and findings: label, name and figure under each head.
type Side<'a> = [(&'static str, Vec<(&'static str, &'static str, &'a Figure)>); 3];

fn side<'a>(cx: &Cx<'a>) -> Side<'a> {
    let o = &cx.facts.overall;
    [
        (
            "报送单位（个）",
            vec![
                ("应报送", "应报送单位数", &o.departments),
                ("已报送", "已报送单位数", &o.submitted),
                ("其中逾期报送", "逾期单位数", &o.late),
                ("已退回", "退回单位数", &o.returned),
                ("未报", "未报单位数", &o.missing),
            ],
        ),
        (
            "报送数据（项）",
            vec![
                ("应报", "应报数据项数", &o.slots),
                ("已采信", "已采信数据项数", &o.accepted),
                ("待核实", "待核实数据项数", &o.withheld),
                ("未报", "未报数据项数", &o.unreported),
            ],
        ),
        (
            "核查发现（项）",
            vec![
                ("错误", "错误数", &o.errors),
                ("警告（已说明的不计）", "警告数", &o.warnings),
                ("提示", "提示数", &o.notes),
                ("已说明", "已说明数", &o.explained),
            ],
        ),
    ]
}

pub fn write(book: &mut Workbook, cx: &Cx) -> Result<Names> {
    let mut widths = vec![46.0];
    widths.extend([11.0; 13]);
    let mut canvas = Canvas::new(book.add_worksheet(), SHEETS[0], 0x00C0_0000, &widths)?;
    let mut pages = Pages::new(canvas.total_px(LAST_COL));

    canvas.title(cx, LAST_COL, &cx.title("推进情况汇总表"))?;
    let mut start = leader::points(&mut canvas, cx, 2)?;
    pages.block(0, canvas.heights_of(0, start));
    // A long map does not stand before the figures.
    let is_long = cx.facts.tasks.len() > leader::SHORT;
    if !is_long {
        start = leader::heat_map(&mut canvas, cx, start, &mut pages)?;
    }
    let block = headline_rows(cx);
    // The counts by grade first: the headline figures are made of them.
    let (mut row, total) = grade_block(&mut canvas, cx, start + block)?;
    let names = headline_block(&mut canvas, cx, start, total)?;
    pages.block(start, canvas.heights_of(start, row));
    if is_long {
        row = leader::heat_map(&mut canvas, cx, row, &mut pages)?;
    }
    row = department_block(&mut canvas, cx, row, &mut pages)?;
    let trend = row;
    row = trend_block(&mut canvas, cx, row)?;
    canvas.signatures(row, LAST_COL)?;
    row += 1;
    pages.block(trend, canvas.heights_of(trend, row));
    let most = cx.facts.overall.tasks.total.value;
    charts::grades(canvas.ws, start + 1, start + block + 1, most)?;
    canvas.ws.set_active(true).set_selection(0, 0, 0, 0)?;
    canvas.ws.set_screen_gridlines(false);
    canvas.ws.set_freeze_panes(2, 0)?;
    let print = Print {
        breaks: pages.breaks,
        repeat: None,
        ..Print::list((row.saturating_sub(1), LAST_COL))
    };
    canvas.finish(cx, &print)?;
    Ok(names)
}

/// Rows under a chart have a stated height, so that it covers as many in every program.
fn chart_rows(canvas: &mut Canvas, first: u32, rows: u32) {
    for row in first..first + rows {
        canvas.need(row, charts::ROW_POINTS);
    }
}

/// Rows of [`headline_block`].
fn headline_rows(cx: &Cx) -> u32 {
    let side: usize = side(cx).iter().map(|(_, lines)| lines.len() + 1).sum();
    u32::try_from(side.max(headlines(cx).len() + 1)).unwrap_or(0) + 2
}

/// `start`: its own first row; `total`: the row of the counts by grade.
fn headline_block(canvas: &mut Canvas, cx: &Cx, start: u32, total: u32) -> Result<Names> {
    canvas.across(start, (0, LAST_COL), "总体情况", Look::Section)?;
    let mut names = Vec::new();
    let compared_end = compared_table(canvas, cx, (start + 1, total), &mut names)?;
    let mut row = start + 1;
    for (head, lines) in side(cx) {
        canvas.across(row, (SIDE_LABEL, SIDE_VALUE), head, Look::Head)?;
        for (label, name, figure) in lines {
            row += 1;
            canvas.across(row, (SIDE_LABEL, SIDE_VALUE - 1), label, Look::Text)?;
            canvas.figure(row, SIDE_VALUE, figure, Look::NumberCenter)?;
            names.push((name, canvas.address(row, SIDE_VALUE)));
        }
        row += 1;
    }
    let end = row.max(compared_end);
    if compared_end + 1 < end {
        let note = "注：状态的评定标准和各项口径见“说明”；项目明细见“一览表”，指标明细见“分项指标”，各单位情况见“各单位报送情况”，核查发现的逐条内容见“数据核查清单”。";
        canvas.text_over((compared_end, 0), (end - 1, 3), note, Look::Note)?;
    }
    canvas.gap(end);
    Ok(names)
}

/// This month's formula of a headline figure and what it gives: a sum of counts by grade, a count or a mean over 一览表.
fn formula(cx: &Cx, name: &str, total: u32) -> Option<(String, f64)> {
    let of_grades = |grades: &[Grade]| {
        let own = (FIRST_GRADE..).zip(&cx.facts.overall.tasks.by_grade);
        let own = own.filter(|(_, (grade, _))| grades.contains(grade));
        let (cells, counts): (Vec<String>, Vec<f64>) = own
            .map(|(col, (_, f))| (relative(total, col), f.value))
            .unzip();
        Some((cells.join("+"), counts.iter().sum()))
    };
    let tasks = &cx.facts.tasks;
    let last = FIRST_ROW + u32::try_from(tasks.len()).ok()?.checked_sub(1)?;
    let column = |col: u16| {
        let (first, last) = (absolute(FIRST_ROW, col), absolute(last, col));
        format!("'{}'!{first}:{last}", SHEETS[1])
    };
    let mean = |col, of: fn(&TaskFacts) -> Option<&Figure>| {
        let values: Vec<f64> = tasks.iter().filter_map(|t| Some(of(t)?.value)).collect();
        let sum: f64 = values.iter().sum();
        let mean = round(sum / measure(values.len()), 1);
        (!values.is_empty()).then(|| (format!("AVERAGE({})", column(col)), mean))
    };
    let moved = |movement: Movement| {
        let words = movement.chinese();
        let own = tasks.iter().filter(|t| t.movement == movement);
        Some((
            format!("COUNTIF({},\"{words}\")", column(tasks::COL_MOVED)),
            measure(own.count()),
        ))
    };
    match name {
        "已完成数" => of_grades(&[Grade::Done, Grade::DonePending]),
        "达到或超过序时进度数" => {
            of_grades(&[Grade::Ahead, Grade::OnSchedule, Grade::Reached])
        }
        "滞后数" => of_grades(&[Grade::Behind, Grade::Serious, Grade::Overdue]),
        "其他状态数" => of_grades(&[
            Grade::Ongoing,
            Grade::NotStarted,
            Grade::NotReached,
            Grade::Unverified,
        ]),
        "平均完成率" => mean(tasks::COL_RATE, |t| t.rate.as_ref()),
        "平均序时进度" => mean(tasks::COL_SCHEDULE, |t| t.schedule.as_ref()),
        "状态上升数" => moved(Movement::Up),
        "状态下降数" => moved(Movement::Down),
        _ => None,
    }
}

/// `head`: the row of its heads.
fn compared_table(
    canvas: &mut Canvas,
    cx: &Cx,
    (head, total): (u32, u32),
    names: &mut Names,
) -> Result<u32> {
    canvas.heads(head, 0, &["项目", "本月"])?;
    let compared = cx.facts.overall.previous.is_some();
    if compared {
        canvas.heads(head, 2, &["上月", "增减"])?;
    }
    let lines = headlines(cx);
    let first = head + 1;
    for (row, line) in (first..).zip(&lines) {
        canvas.text(row, 0, &line.label, Look::Text)?;
        names.push((line.name, canvas.address(row, 1)));
        let live = if row == first {
            let parts = lines.iter().skip(1).take(4);
            let gives = parts.map(|l| l.figure.map_or(f64::NAN, |f| f.value)).sum();
            Some((sum_formula((first + 1, 1), (first + 4, 1)), gives))
        } else {
            formula(cx, line.name, total)
        };
        match line.figure.zip(live) {
            Some((figure, (formula, gives))) => {
                let format = plain_format(figure);
                let look = Look::NumberCenter;
                canvas.live((row, 1), (&formula, gives), figure, &format, look)?;
            }
            None => canvas.figure_or_blank(row, 1, line.figure, Look::NumberCenter)?,
        }
        if !compared {
            continue;
        }
        canvas.figure_or_blank(row, 2, line.previous, Look::NumberCenter)?;
        match (line.change, line.figure, line.previous) {
            (Some(change), Some(now), Some(before)) => {
                let formula = format!("{}-{}", relative(row, 1), relative(row, 2));
                let live = (formula.as_str(), now.value - before.value);
                canvas.live((row, 3), live, change, CHANGE, Look::NumberCenter)?;
            }
            _ => canvas.blank(row, 3, Look::NumberCenter)?,
        }
    }
    Ok(first + u32::try_from(lines.len()).unwrap_or(0))
}

fn grade_heads(canvas: &mut Canvas, row: u32, first: &str) -> Result {
    canvas.text(row, 0, first, Look::Head)?;
    canvas.text(row, COL_TOTAL, "合计", Look::Head)?;
    for (col, grade) in (FIRST_GRADE..).zip(Grade::ALL) {
        canvas.text(row, col, grade.name(), Look::Head)?;
    }
    canvas.need(row, 36.0);
    colour_grades(canvas.ws, (row, FIRST_GRADE), (row, LAST_COL))
}

/// One row of counts: the total as the sum of its grades.
fn count_row(
    canvas: &mut Canvas,
    row: u32,
    label: &str,
    counts: &GradeCounts,
    look: Look,
) -> Result {
    let named = if look == Look::NumberCenter {
        Look::Text
    } else {
        Look::TotalLabel
    };
    canvas.text(row, 0, label, named)?;
    row_sum(canvas, row, counts, look)?;
    for (col, (_, figure)) in (FIRST_GRADE..).zip(&counts.by_grade) {
        canvas.number(row, col, figure.value, COUNT, look)?;
    }
    Ok(())
}

fn row_sum(canvas: &mut Canvas, row: u32, counts: &GradeCounts, look: Look) -> Result {
    let formula = sum_formula((row, FIRST_GRADE), (row, LAST_COL));
    let gives = counts.by_grade.iter().map(|(_, f)| f.value).sum();
    let at = (row, COL_TOTAL);
    canvas.live(at, (&formula, gives), &counts.total, COUNT, look)
}

/// A row of totals: each grade's as the sum of the rows above it.
fn total_row(
    canvas: &mut Canvas,
    row: u32,
    (first, last): (u32, u32),
    total: &GradeCounts,
    parts: &[&GradeCounts],
) -> Result {
    for (ix, (col, (_, figure))) in (FIRST_GRADE..).zip(&total.by_grade).enumerate() {
        let formula = sum_formula((first, col), (last, col));
        let gives = parts
            .iter()
            .map(|counts| nth(counts, ix).unwrap_or(0.0))
            .sum();
        let look = Look::TotalNumberCenter;
        canvas.live((row, col), (&formula, gives), figure, COUNT, look)?;
    }
    Ok(())
}

/// The count of the grade at a place of [`Grade::ALL`].
fn nth(counts: &GradeCounts, ix: usize) -> Option<f64> {
    counts.by_grade.get(ix).map(|(_, f)| f.value)
}

/// By 分级: each count is that of the grades named in 一览表, the first line their sum; last month and the change below.
/// The row behind it, and that of the counts of all.
fn grade_block(canvas: &mut Canvas, cx: &Cx, start: u32) -> Result<(u32, u32)> {
    let o = &cx.facts.overall;
    let title = format!("按状态统计（{}）", cx.plan.counter());
    canvas.across(start, (0, LAST_COL), &title, Look::Section)?;
    let head = start + 1;
    grade_heads(canvas, head, "分级")?;
    // The chart's row comes first, right under the grades' names.
    let total = head + 1;
    let tiers: Vec<&GradeCounts> = cx.facts.tiers.iter().map(|t| &t.tasks).collect();
    let first = total + 1;
    let end = first + u32::try_from(tiers.len()).unwrap_or(0);
    canvas.text(total, 0, "全部", Look::TotalLabel)?;
    row_sum(canvas, total, &o.tasks, Look::TotalNumberCenter)?;
    total_row(
        canvas,
        total,
        (first, end.max(first + 1) - 1),
        &o.tasks,
        &tiers,
    )?;
    let runs = tasks::tier_runs(&cx.facts.tasks);
    for (row, tier) in (first..).zip(&cx.facts.tiers) {
        let label = format!("{}（{}）", tier.name, numbers(tier));
        canvas.text(row, 0, &label, Look::Text)?;
        row_sum(canvas, row, &tier.tasks, Look::NumberCenter)?;
        let mut own = runs.iter().filter(|(name, _, _)| *name == tier.name);
        let run = own.next().filter(|_| own.next().is_none());
        for (col, (grade, figure)) in (FIRST_GRADE..).zip(&tier.tasks.by_grade) {
            let Some(&(_, first, last)) = run else {
                canvas.number(row, col, figure.value, COUNT, Look::NumberCenter)?;
                continue;
            };
            let formula = format!(
                "COUNTIF('{}'!{}:{},{}${})",
                SHEETS[1],
                absolute(first, tasks::COL_GRADE),
                absolute(last, tasks::COL_GRADE),
                column_name(col.into()),
                head + 1
            );
            let listed = (FIRST_ROW..)
                .zip(&cx.facts.tasks)
                .filter(|(row, task)| (first..=last).contains(row) && task.grade == *grade);
            let live = (formula.as_str(), measure(listed.count()));
            canvas.live((row, col), live, figure, COUNT, Look::NumberCenter)?;
        }
    }
    let Some(previous) = &o.previous else {
        let why = if cx.facts.first_month {
            "本期为首次调度"
        } else {
            "没有上月数据"
        };
        let words = format!("{why}，暂不作环比分析。");
        canvas.across(end, (0, LAST_COL), &words, Look::Text)?;
        canvas.gap(end + 1);
        return Ok((end + 2, total));
    };
    let label = format!("上月（{}）", previous.period.chinese());
    count_row(canvas, end, &label, &previous.tasks, Look::NumberCenter)?;
    let row = end + 1;
    canvas.text(row, 0, "较上月增减", Look::Text)?;
    canvas.blank(row, COL_TOTAL, Look::NumberCenter)?;
    for (ix, (col, (_, change))) in (FIRST_GRADE..).zip(&previous.change_by_grade).enumerate() {
        let formula = format!("{}-{}", relative(total, col), relative(end, col));
        let count = |counts| nth(counts, ix).unwrap_or(f64::NAN);
        let live = (formula.as_str(), count(&o.tasks) - count(&previous.tasks));
        canvas.live((row, col), live, change, CHANGE, Look::NumberCenter)?;
    }
    canvas.gap(row + 1);
    Ok((row + 2, total))
}

/// 「第1—10项」, 「第12项」; only how many there are where others stand between them.
fn numbers(tier: &TierFacts) -> String {
    let total = &tier.tasks.total;
    let (first, last) = (tier.first_no, tier.last_no);
    if first == last {
        format!("第{first}项")
    } else if f64::from(last - first) + 1.0 > total.value {
        total.text()
    } else {
        format!("第{first}—{last}项")
    }
}

fn department_block(canvas: &mut Canvas, cx: &Cx, start: u32, pages: &mut Pages) -> Result<u32> {
    pages.begin(start);
    let title = format!("按责任单位统计（牵头项目，{}）", cx.plan.counter());
    canvas.across(start, (0, LAST_COL), &title, Look::Section)?;
    grade_heads(canvas, start + 1, "责任单位")?;
    let first = start + 2;
    let leads = cx.facts.departments.iter();
    let leads: Vec<_> = leads.filter(|d| d.tasks.total.value > 0.0).collect();
    let mut row = first;
    let mut page = start;
    for department in &leads {
        // A row, and that of the totals with the gap under it.
        if pages.turned(row, canvas.heights_of(page, row) + 44.0) {
            page = row;
            // Each page has the grades' names over its columns; a sum ignores text.
            grade_heads(canvas, row, "责任单位（续）")?;
            row += 1;
        }
        let counts = &department.tasks;
        count_row(canvas, row, &department.name, counts, Look::NumberCenter)?;
        row += 1;
    }
    let o = &cx.facts.overall.tasks;
    canvas.text(row, 0, "合计", Look::TotalLabel)?;
    if row > first {
        let formula = sum_formula((first, COL_TOTAL), (row - 1, COL_TOTAL));
        let gives = leads.iter().map(|d| d.tasks.total.value).sum();
        let (at, look) = ((row, COL_TOTAL), Look::TotalNumberCenter);
        canvas.live(at, (&formula, gives), &o.total, COUNT, look)?;
        let parts: Vec<&GradeCounts> = leads.iter().map(|d| &d.tasks).collect();
        total_row(canvas, row, (first, row - 1), o, &parts)?;
    } else {
        count_row(canvas, row, "合计", o, Look::TotalNumberCenter)?;
    }
    canvas.gap(row + 1);
    pages.block(page, canvas.heights_of(page, row + 2));
    Ok(row + 2)
}

fn trend_block(canvas: &mut Canvas, cx: &Cx, start: u32) -> Result<u32> {
    canvas.across(start, (0, LAST_COL), "全年走势", Look::Section)?;
    let head = start + 1;
    canvas.heads(
        head,
        0,
        &[
            "月份",
            "平均\n完成率",
            "平均\n序时进度",
            "已完成",
            "达到或超过\n序时进度",
            "滞后",
            "其他",
        ],
    )?;
    canvas.need(head, 36.0);
    for (row, point) in (head + 1..).zip(&cx.facts.trend) {
        canvas.date(row, 0, point.period.first_day(), MONTH, Look::NumberCenter)?;
        canvas.figure_or_blank(row, 1, point.rate.as_ref(), Look::NumberCenter)?;
        canvas.figure_or_blank(row, 2, point.schedule.as_ref(), Look::NumberCenter)?;
        for (col, figure) in (3..).zip([
            &point.finished,
            &point.on_schedule,
            &point.lagging,
            &point.other,
        ]) {
            canvas.number(row, col, figure.value, COUNT, Look::NumberCenter)?;
        }
    }
    let points = u32::try_from(cx.facts.trend.len()).unwrap_or(0);
    let table_end = head + 1 + points;
    canvas.gap(table_end);
    if points == 0 {
        return Ok(table_end + 1);
    }
    let most = cx.facts.overall.tasks.total.value;
    let (head, trend) = ((head, points), &cx.facts.trend);
    let rows = charts::trend(canvas.ws, table_end + 1, head, trend, most)?;
    chart_rows(canvas, table_end + 1, rows);
    Ok(table_end + 1 + rows)
}
