//! 分项指标: every indicator as one row of real numbers, with its months and where its value stands.

use rust_xlsxwriter::{Sparkline, SparklineType};

use crate::check::State;
use crate::combine::facts::{IndicatorFacts, SlotFacts};
use crate::plan::{Direction, Kind, Period};

use super::prelude::*;
use super::style::grade_colours;
use super::tasks::gap_format;

/// Columns up to here print; months and sources behind them are for the screen.
const LAST_PRINTED: u16 = 17;
const COL_UNIT: u16 = 5;
const COL_TARGET: u16 = 6;
const COL_RATE: u16 = 10;
const COL_GRADE: u16 = 13;
const COL_STATE: u16 = 15;
const COL_TREND: u16 = 16;
const FIRST_MONTH: u16 = 18;

/// Heads and widths of the columns before the months.
const LEFT: [(&str, f64); 18] = [
    ("指标\n编号", 6.0),
    ("序号", 4.5),
    ("项目名称", 16.0),
    ("责任单位", 10.5),
    ("指标", 17.0),
    ("计量\n单位", 7.0),
    ("年度目标", 11.0),
    ("上月累计", 11.0),
    ("本月新增", 11.0),
    ("本月累计", 11.0),
    ("完成率", 8.5),
    ("序时进度", 8.5),
    ("差距", 13.5),
    ("状态", 11.0),
    ("升降", 6.5),
    ("数据状态", 8.5),
    ("全年走势", 11.0),
    ("备注", 20.0),
];
/// Heads and widths of the columns behind the months.
const RIGHT: [(&str, f64); 11] = [
    ("类型", 9.0),
    ("上月状态", 13.0),
    ("完成时间", 15.0),
    ("应报单位数", 11.0),
    ("采信单位数", 11.0),
    ("来源文件", 64.0),
    ("工作表", 14.0),
    ("单元格", 9.0),
    ("链接", 7.0),
    ("填报原文", 24.0),
    ("换算", 36.0),
];

pub(super) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Count => "计数",
        Kind::Quantity => "工程量",
        Kind::Level => "水平值",
        Kind::Ratio => "比率",
        Kind::Milestone => "节点",
        Kind::Ongoing => "持续推进",
    }
}

/// The plan's months, so that the columns stay where they are all year.
fn months(cx: &Cx) -> Vec<Period> {
    let (first, last) = (
        Period::of(cx.plan.start),
        Period::of(cx.plan.end).max(cx.facts.period),
    );
    // Three years at most: a plan of another length would run off the sheet.
    let count = last.months_since(first).clamp(0, 35);
    (0..=count).map(|n| first.plus(n)).collect()
}

pub fn write(ws: &mut Worksheet, cx: &Cx) -> Result {
    let months = months(cx);
    let month_count = u16::try_from(months.len()).unwrap_or(0);
    let right = FIRST_MONTH + month_count;
    let one_year = months.iter().all(|m| m.year() == cx.facts.period.year());
    let named: Vec<String> = months
        .iter()
        .map(|month| {
            if one_year {
                format!("{}月", month.month())
            } else {
                month.chinese()
            }
        })
        .collect();
    let months_columns = named.iter().map(|name| (name.as_str(), 11.0));
    let columns = LEFT.into_iter().chain(months_columns).chain(RIGHT);
    let (heads, widths): (Vec<&str>, Vec<f64>) = columns.unzip();

    let mut canvas = Canvas::new(ws, SHEETS[2], 0x0070_AD47, &widths)?;
    canvas.measure_up_to(LAST_PRINTED);
    canvas.title(cx, LAST_PRINTED, &cx.title("分项指标"))?;
    canvas.heads(HEAD, 0, &heads)?;
    canvas.need(HEAD, 34.0);
    let format = values_format(&cx.facts.indicators);
    for (row, indicator) in (FIRST_ROW..).zip(&cx.facts.indicators) {
        left_part(&mut canvas, cx, row, indicator, &format)?;
        for (col, month) in (FIRST_MONTH..).zip(&months) {
            let value = indicator
                .months
                .iter()
                .find(|(period, _)| period == month)
                .and_then(|(_, value)| value.as_ref());
            match value {
                Some(value) => canvas.number(row, col, value.value, &format, Look::Number)?,
                None => canvas.blank(row, col, Look::Number)?,
            }
        }
        right_part(&mut canvas, cx, row, right, indicator)?;
    }
    let rows = u32::try_from(cx.facts.indicators.len()).unwrap_or(0);
    if rows == 0 {
        canvas.blank(FIRST_ROW, 0, Look::Text)?;
    }
    let last = FIRST_ROW + rows.max(1) - 1;
    let alt = "每行一个指标：年度目标、上月和本月累计、完成率、序时进度、差距、状态、各月采信值和来源单元格";
    canvas.table("分项指标", alt, &heads, last)?;
    if rows > 0 && month_count > 0 {
        trend(canvas.ws, &cx.facts.indicators, month_count)?;
    }
    colour_grades(canvas.ws, (FIRST_ROW, COL_GRADE), (last, COL_GRADE))?;
    colour_grades(canvas.ws, (FIRST_ROW, right + 1), (last, right + 1))?;
    percent_bars(canvas.ws, (FIRST_ROW, COL_RATE), (last, COL_RATE))?;
    let (fill, ink) = grade_colours(Grade::Unverified);
    for word in [MARK_WITHHELD, MARK_MISSING] {
        let (first, last) = ((FIRST_ROW, COL_STATE), (last, COL_STATE));
        colour_word(canvas.ws, first, last, word, fill, ink)?;
    }
    let note = "注：1.标“※”并加底纹的，数据未报或正在核实，本期暂不计入，原因见“备注”和“数据核查清单”。2.“上月累计”为最近一次采信的累计值，不是上月的在“备注”中注明。\
                3.“全年走势”以年度目标为满格。4.各月采信值、来源文件、工作表和单元格列于“备注”右侧各列，不打印。";
    canvas.across(last + 1, (0, LAST_PRINTED), note, Look::Note)?;
    canvas.ws.set_freeze_panes(FIRST_ROW, 5)?;
    canvas.finish(cx, &Print::list((last + 1, LAST_PRINTED)))
}

const MARK_WITHHELD: &str = "※待核实";
const MARK_MISSING: &str = "※未报";

fn left_part(
    canvas: &mut Canvas,
    cx: &Cx,
    row: u32,
    indicator: &IndicatorFacts,
    format: &str,
) -> Result {
    let task = cx.facts.tasks.get(indicator.task);
    canvas.text(row, 0, &indicator.id, Look::Center)?;
    match task {
        Some(task) => canvas.number(row, 1, f64::from(task.no), "0", Look::NumberCenter)?,
        None => canvas.blank(row, 1, Look::NumberCenter)?,
    }
    canvas.text_or_blank(row, 2, task.map(|t| t.name.as_str()), Look::Text)?;
    canvas.text_or_blank(row, 3, task.map(|t| t.lead_name.as_str()), Look::Center)?;
    canvas.text(row, 4, &indicator.name, Look::Text)?;
    let withheld = indicator.state != State::Accepted;
    let unit = Some(indicator.unit.as_str());
    canvas.text_or_blank(row, COL_UNIT, unit, Look::Center)?;
    let at_most = match indicator.direction {
        Direction::AtMost => "\"≤\"",
        Direction::AtLeast => "",
    };
    let lacking = withheld && indicator.kind.is_numeric();
    let mark = if lacking { "\"※\"" } else { "" };
    for (col, figure, format) in [
        (COL_TARGET, &indicator.target, format!("{at_most}{format}")),
        (COL_TARGET + 1, &indicator.previous, format.to_owned()),
        (COL_TARGET + 2, &indicator.increment, format.to_owned()),
        (COL_TARGET + 3, &indicator.value, format!("{format}{mark}")),
    ] {
        match figure {
            Some(figure) => canvas.number(row, col, figure.value, &format, Look::Number)?,
            None if lacking && col == COL_TARGET + 3 => canvas.blank(row, col, Look::Lacking)?,
            None => canvas.blank(row, col, Look::Number)?,
        }
    }
    canvas.figure_or_blank(row, COL_RATE, indicator.rate.as_ref(), Look::Number)?;
    canvas.figure_or_blank(row, COL_RATE + 1, indicator.schedule.as_ref(), Look::Number)?;
    let col_gap = COL_RATE + 2;
    match &indicator.gap {
        // A level or ratio is short of its target, not behind a schedule.
        Some(gap) if matches!(indicator.kind, Kind::Level | Kind::Ratio) => {
            let (digits, unit) = (gap.excel_format(), gap.unit.replace('"', ""));
            canvas.number(
                row,
                col_gap,
                gap.value,
                &format!("\"差\"{digits}\"{unit}\";\"超\"{digits}\"{unit}\";\"达标\""),
                Look::Number,
            )?;
        }
        Some(gap) => canvas.number(
            row,
            col_gap,
            gap.value,
            &gap_format(gap, &gap.unit),
            Look::Number,
        )?,
        None => canvas.blank(row, col_gap, Look::Number)?,
    }
    canvas.text(row, COL_GRADE, indicator.grade.name(), Look::Label)?;
    canvas.text(
        row,
        COL_GRADE + 1,
        indicator.movement.chinese(),
        Look::Center,
    )?;
    let state = match indicator.state {
        State::Accepted => State::Accepted.chinese(),
        State::Withheld => MARK_WITHHELD,
        State::Missing => MARK_MISSING,
    };
    canvas.text(row, COL_STATE, state, Look::Center)?;
    canvas.blank(row, COL_TREND, Look::Center)?;
    canvas.text_or_blank(row, LAST_PRINTED, Some(&remarks(cx, indicator)), Look::Text)
}

/// One number of decimals for all values: as many as the one that needs most.
fn values_format(indicators: &[IndicatorFacts]) -> String {
    let own = |i: &IndicatorFacts| {
        let shown = [&i.target, &i.previous, &i.increment, &i.value];
        let decimals = shown.into_iter().flatten().map(|figure| {
            let number = figure.number();
            number
                .split_once('.')
                .map_or(0, |(_, decimals)| decimals.len())
        });
        decimals.max().unwrap_or(0)
    };
    match indicators.iter().map(own).max().unwrap_or(0) {
        0 => "0".to_owned(),
        decimals => format!("0.{}", "0".repeat(decimals)),
    }
}

fn remarks(cx: &Cx, indicator: &IndicatorFacts) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !indicator.withheld_by.is_empty() {
        parts.push(format!("待核实原因：{}", indicator.withheld_by.join("、")));
    }
    if indicator.reported.0.value < indicator.reported.1.value && indicator.reported.1.value > 1.0 {
        parts.push(format!(
            "{}/{}家已报",
            indicator.reported.0.number(),
            indicator.reported.1.number()
        ));
    }
    if let Some(state) = indicator.milestone {
        parts.push(format!("节点{}", state.name()));
    }
    if let (Some(_), Some(period)) = (&indicator.previous, indicator.previous_period)
        && period != cx.facts.period.previous()
    {
        parts.push(format!("“上月累计”为{}数", period.chinese()));
    }
    if indicator.approximate {
        parts.push("目标为约数".to_owned());
    }
    if indicator.is_in_question {
        parts.push("增幅异常或远超目标，待责任单位说明".to_owned());
    }
    parts.extend(
        indicator
            .qualifier
            .iter()
            .map(|q| format!("填报数为约数（{q}）")),
    );
    parts.extend(
        [&indicator.confirmed, &indicator.adjusted]
            .into_iter()
            .flatten()
            .cloned(),
    );
    parts.join("；")
}

/// Kind, unit, last month's grade, and where the value stands: file, sheet and cell by name, with a link.
fn right_part(
    canvas: &mut Canvas,
    cx: &Cx,
    row: u32,
    right: u16,
    indicator: &IndicatorFacts,
) -> Result {
    canvas.text(row, right, kind_name(indicator.kind), Look::Center)?;
    canvas.text_or_blank(
        row,
        right + 1,
        indicator.previous_grade.map(Grade::name),
        Look::Center,
    )?;
    canvas.date_or_blank(row, right + 2, indicator.done_on, Look::Center)?;
    canvas.figure(row, right + 3, &indicator.reported.1, Look::NumberCenter)?;
    canvas.figure(row, right + 4, &indicator.reported.0, Look::NumberCenter)?;
    let first = right + 5;
    let slots = cx
        .facts
        .slots
        .get(indicator.slots.clone())
        .unwrap_or_default();
    match slots {
        [slot] => source(canvas, cx, row, first, slot),
        [] => (first..first + 6).try_for_each(|col| canvas.blank(row, col, Look::Text)),
        many => {
            canvas.text(
                row,
                first,
                &format!("{}家单位分别报送，逐家来源见 records.csv", many.len()),
                Look::Line,
            )?;
            (first + 1..first + 6).try_for_each(|col| canvas.blank(row, col, Look::Text))
        }
    }
}

fn source(canvas: &mut Canvas, cx: &Cx, row: u32, col: u16, slot: &SlotFacts) -> Result {
    let source = slot.source.as_deref();
    canvas.text_or_blank(row, col, source.map(|s| &*s.place.file), Look::Line)?;
    canvas.text_or_blank(row, col + 1, source.map(|s| &*s.place.sheet), Look::Center)?;
    canvas.text_or_blank(
        row,
        col + 2,
        source.map(|s| s.cell.to_string()).as_deref(),
        Look::Center,
    )?;
    let target = source.and_then(|s| {
        cx.link(LinkFrom::Source(s))
            .or_else(|| cx.file_row_link(&s.place.file))
    });
    canvas.link(row, col + 3, target.as_deref(), "查看", "")?;
    canvas.text_or_blank(row, col + 4, source.map(|s| &*s.raw), Look::Line)?;
    canvas.text_or_blank(row, col + 5, source.map(|s| &*s.conversion), Look::Line)
}

/// Columns, not lines: `LibreOffice` prints no sparkline's line. The target is the height of the cell, or the highest value where
/// one is above it.
fn trend(ws: &mut Worksheet, indicators: &[IndicatorFacts], months: u16) -> Result {
    for (row, indicator) in (FIRST_ROW..).zip(indicators) {
        let Some(target) = &indicator.target else {
            continue;
        };
        let values = indicator.months.iter().filter_map(|(_, v)| v.as_ref());
        let most = values.fold(target.value, |most, v| most.max(v.value));
        let columns = Sparkline::new()
            .set_type(SparklineType::Column)
            .set_custom_min(0)
            .set_custom_max(most.max(f64::MIN_POSITIVE))
            .show_last_point(true)
            .set_sparkline_color(0x001F_4E79_u32)
            .set_last_point_color(0x00C0_0000_u32)
            .set_range((SHEETS[2], row, FIRST_MONTH, row, FIRST_MONTH + months - 1));
        ws.add_sparkline(row, COL_TREND, &columns)?;
    }
    Ok(())
}
