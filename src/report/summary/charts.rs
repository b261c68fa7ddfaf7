//! Native charts, drawn from cells of the workbook. Shapes and patterns differ, so that they read in black and white.

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartDataLabelPosition, ChartFont, ChartFormat, ChartLegendPosition,
    ChartLine, ChartLineDashType, ChartMarker, ChartMarkerType, ChartPatternFill,
    ChartPatternFillType, ChartPoint, ChartSolidFill, ObjectMovement, Worksheet,
};

use crate::combine::facts::{Figure, TrendPoint};
use crate::plan::Grade;

use super::super::ReportError;
use super::style::grade_colours;
use super::{Cx, SHEETS, tasks as task_sheet};

const INK: u32 = 0x001F_3864;
/// Rows under a chart, in points and in pixels.
pub const ROW_POINTS: f64 = 18.0;
const ROW_PX: u32 = 24;
/// Tasks on one chart: as many as a page shows legibly.
const CHUNK: usize = 24;
/// Charts of tasks at most; 一览表 has every task.
const CHARTS: usize = 20;

fn font(size: f64) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_name("宋体").set_size(size);
    font
}

fn dress(chart: &mut Chart, title: &str, alt: &str) {
    let mut heading = ChartFont::new();
    heading.set_name("黑体").set_size(12).unset_bold();
    chart.title().set_name(title).set_font(&heading);
    chart
        .set_alt_text(alt)
        .set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
}

fn line(color: u32, width: f64) -> ChartLine {
    let mut line = ChartLine::new();
    line.set_color(color).set_width(width);
    line
}

fn solid(color: u32) -> ChartFormat {
    let mut format = ChartFormat::new();
    format
        .set_solid_fill(ChartSolidFill::new().set_color(color))
        .set_border(&line(0x0040_4040, 0.75));
    format
}

fn hatched(pattern: ChartPatternFillType, color: u32) -> ChartFormat {
    let mut format = ChartFormat::new();
    format
        .set_pattern_fill(
            ChartPatternFill::new()
                .set_pattern(pattern)
                .set_foreground_color(color)
                .set_background_color(0x00FF_FFFF_u32),
        )
        .set_border(&line(color, 0.75));
    format
}

/// Labels the last month alone; the table above has the others.
fn only_last(points: u32) -> Vec<ChartDataLabel> {
    (1..points)
        .map(|_| ChartDataLabel::new().set_hidden().to_custom())
        .collect()
}

fn gridlines(chart: &mut Chart) {
    chart
        .y_axis()
        .set_major_gridlines(true)
        .set_major_gridlines_line(&line(0x00D9_D9D9, 0.5))
        .set_font(&font(9.0));
}

/// How many tasks have each grade: beside the headline figures, from the row under the grades' names.
pub fn grades(ws: &mut Worksheet, head: u32) -> Result<(), ReportError> {
    let mut chart = Chart::new_bar();
    let points: Vec<ChartPoint> = Grade::ALL
        .into_iter()
        .map(|grade| ChartPoint::new().set_format(&mut solid(grade_colours(grade).0)))
        .collect();
    chart
        .add_series()
        .set_name("项目数（件）")
        .set_categories((SHEETS[0], head, 2, head, 13))
        .set_values((SHEETS[0], head + 1, 2, head + 1, 13))
        .set_points(&points)
        .set_gap(40)
        .set_data_label(
            ChartDataLabel::new()
                .show_value()
                .set_font(&font(9.0))
                .set_num_format("0;-0;\"\""),
        );
    dress(
        &mut chart,
        "本月项目状态分布（件）",
        "条形图：本月各状态的项目数，数据取自“二、按状态统计”的“全部”一行",
    );
    chart.legend().set_hidden();
    // A bar chart's y axis is the one with the names.
    chart
        .y_axis()
        .set_reverse()
        .set_major_gridlines(false)
        .set_font(&font(9.0));
    chart
        .x_axis()
        .set_min(0)
        .set_major_gridlines(true)
        .set_major_gridlines_line(&line(0x00D9_D9D9, 0.5))
        .set_font(&font(9.0))
        .set_num_format("0");
    chart.set_width(440).set_height(ROW_PX * 16 - 4);
    ws.insert_chart_with_offset(3, 4, &chart, 10, 2)?;
    Ok(())
}

/// Rate against schedule, and counts by group, month by month; returns the rows the charts cover.
pub fn trend(
    ws: &mut Worksheet,
    row: u32,
    (head, points): (u32, u32),
    latest: Option<&TrendPoint>,
) -> Result<u32, ReportError> {
    let (first, last) = (head + 1, head + points);
    // The upper line's label stands over it, the lower one's under it: neither over the other line.
    let value = |f: Option<&Figure>| f.map_or(0.0, |f| f.value);
    let rate_above = latest.is_none_or(|p| value(p.rate.as_ref()) >= value(p.schedule.as_ref()));
    let mut rates = Chart::new_line();
    for (col, name, format, marker) in [
        (
            1_u16,
            "平均完成率",
            line(INK, 2.25),
            ChartMarkerType::Circle,
        ),
        (
            2,
            "平均序时进度",
            line(0x007F_7F7F, 1.75)
                .set_dash_type(ChartLineDashType::Dash)
                .clone(),
            ChartMarkerType::Square,
        ),
    ] {
        let mut label = ChartDataLabel::new();
        label
            .show_value()
            .set_num_format("0.0\"%\"")
            .set_font(&font(9.0))
            .set_position(if (col == 1) == rate_above {
                ChartDataLabelPosition::Above
            } else {
                ChartDataLabelPosition::Below
            });
        rates
            .add_series()
            .set_name(name)
            .set_categories((SHEETS[0], first, 0, last, 0))
            .set_values((SHEETS[0], first, col, last, col))
            .set_format(ChartFormat::new().set_line(&format))
            .set_marker(ChartMarker::new().set_type(marker).set_size(7))
            .set_data_label(&label)
            .set_custom_data_labels(&only_last(points));
    }
    dress(
        &mut rates,
        "平均完成率与平均序时进度",
        "折线图：全年各月的平均完成率（实线圆点）与平均序时进度（虚线方点）",
    );
    rates
        .legend()
        .set_position(ChartLegendPosition::Bottom)
        .set_font(&font(9.0));
    rates
        .x_axis()
        .set_text_axis(true)
        .set_num_format("m\"月\"")
        .set_font(&font(9.0));
    gridlines(&mut rates);
    rates
        .y_axis()
        .set_min(0)
        .set_max(100)
        .set_num_format("0\"%\"");

    let mut counts = Chart::new(rust_xlsxwriter::ChartType::ColumnStacked);
    let mut fills = [
        solid(0x0037_8A3E),
        solid(0x009D_C3E6),
        hatched(
            ChartPatternFillType::DiagonalStripesWideUpwards,
            0x00C0_0000,
        ),
        hatched(ChartPatternFillType::Dotted20Percent, 0x0059_5959),
    ];
    for (col, (name, format)) in (3_u16..).zip(
        ["已完成", "达到或超过序时进度", "滞后", "其他"]
            .into_iter()
            .zip(&mut fills),
    ) {
        let mut label = ChartDataLabel::new();
        let mut ink = font(9.0);
        ink.set_bold();
        if col == 3 {
            ink.set_color(0x00FF_FFFF_u32);
        }
        label
            .show_value()
            .set_num_format("0;-0;\"\"")
            .set_font(&ink);
        if col > 4 {
            let mut plate = ChartFormat::new();
            plate.set_solid_fill(ChartSolidFill::new().set_color(0x00FF_FFFF_u32));
            label.set_format(&mut plate);
        }
        counts
            .add_series()
            .set_name(name)
            .set_categories((SHEETS[0], first, 0, last, 0))
            .set_values((SHEETS[0], first, col, last, col))
            .set_format(format)
            .set_gap(60)
            .set_data_label(&label);
    }
    dress(
        &mut counts,
        "各类状态项目数（件）",
        "堆积柱形图：全年各月已完成、达到或超过序时进度、滞后和其他状态的项目数",
    );
    counts
        .legend()
        .set_position(ChartLegendPosition::Bottom)
        .set_font(&font(9.0));
    counts
        .x_axis()
        .set_text_axis(true)
        .set_num_format("m\"月\"")
        .set_font(&font(9.0));
    gridlines(&mut counts);
    counts.y_axis().set_min(0);

    let rows = 11;
    for (chart, col, offset) in [(&mut rates, 0_u16, 4), (&mut counts, 5, 30)] {
        chart.set_width(590).set_height(ROW_PX * (rows - 1));
        ws.insert_chart_with_offset(row, col, chart, offset, 4)?;
    }
    Ok(rows)
}

/// The rows of 一览表 that each chart of tasks shows: first and last. None where no task has a rate.
pub fn task_chunks(cx: &Cx) -> Vec<(u32, u32)> {
    if cx.facts.tasks.iter().all(|task| task.rate.is_none()) {
        return Vec::new();
    }
    let count = cx.facts.tasks.len();
    let starts = (0..count).step_by(CHUNK).take(CHARTS);
    starts
        .filter_map(|start| {
            let first = task_sheet::FIRST_ROW + u32::try_from(start).ok()?;
            Some((
                first,
                first + u32::try_from(CHUNK.min(count - start)).ok()? - 1,
            ))
        })
        .collect()
}

/// Completion against schedule, task by task; returns the rows the chart covers.
pub fn tasks(
    ws: &mut Worksheet,
    row: u32,
    (first, last): (u32, u32),
    px: u32,
) -> Result<u32, ReportError> {
    let mut chart = Chart::new_bar();
    let categories = (
        SHEETS[1],
        first,
        task_sheet::COL_NAME,
        last,
        task_sheet::COL_NAME,
    );
    let mut label = ChartDataLabel::new();
    // On a plate of its own: the schedule's hatching would run through the figures.
    let mut plate = ChartFormat::new();
    plate.set_solid_fill(ChartSolidFill::new().set_color(0x00FF_FFFF_u32));
    label
        .show_value()
        .set_num_format("0.0\"%\"")
        .set_font(&font(8.0))
        .set_format(&mut plate);
    for (name, col, format) in [
        ("完成率", task_sheet::COL_RATE, &mut solid(0x002E_75B6)),
        (
            "序时进度",
            task_sheet::COL_SCHEDULE,
            &mut hatched(
                ChartPatternFillType::DiagonalStripesLightUpwards,
                0x007F_7F7F,
            ),
        ),
    ] {
        let series = chart
            .add_series()
            .set_name(name)
            .set_categories(categories)
            .set_values((SHEETS[1], first, col, last, col))
            .set_format(format);
        series.set_gap(45).set_overlap(0);
        if col == task_sheet::COL_RATE {
            series.set_data_label(&label);
        }
    }
    dress(
        &mut chart,
        "各项目完成率与序时进度",
        "条形图：各项目的完成率（实心条）与序时进度（斜线条），无比率的项目空白，数据取自“一览表”",
    );
    chart
        .legend()
        .set_position(ChartLegendPosition::Bottom)
        .set_font(&font(9.0));
    chart
        .y_axis()
        .set_reverse()
        .set_major_gridlines(false)
        .set_font(&font(9.0));
    let grid = line(0x00D9_D9D9, 0.5);
    chart
        .x_axis()
        .set_min(0)
        .set_max(100)
        .set_num_format("0\"%\"")
        .set_font(&font(9.0))
        .set_major_gridlines(true)
        .set_major_gridlines_line(&grid);
    let rows = (last - first + 1) * 11 / 10 + 5;
    chart
        .set_width(px.saturating_sub(8))
        .set_height(rows * ROW_PX - 6);
    ws.insert_chart_with_offset(row, 0, &chart, 4, 3)?;
    Ok(rows)
}
