//! Native charts, drawn from cells of the workbook. Shapes and patterns differ, so that they read in black and white.

use rust_xlsxwriter::{
    Chart, ChartAxis, ChartDataLabel, ChartDataLabelPosition, ChartFont, ChartFormat,
    ChartLegendPosition, ChartLine, ChartLineDashType, ChartMarker, ChartMarkerType,
    ChartPatternFill, ChartPatternFillType, ChartPoint, ChartSolidFill, ChartType, ObjectMovement,
};

use crate::combine::facts::{Figure, TrendPoint};

use super::prelude::*;
use super::style::grade_colours;

const INK: u32 = 0x001F_3864;
/// Rows under a chart, in points and in pixels.
pub const ROW_POINTS: f64 = 18.0;
const ROW_PX: u32 = 24;

/// Type of all but the titles, in points: the sheet prints at nine tenths.
const LETTERS: f64 = 10.0;
/// Under a point lower than this, in per cent, stand the months.
const LOW_POINT: f64 = 12.0;
/// So many tasks leave room for a line at each number.
const FEW: f64 = 10.0;
const GRID: u32 = 0x00D9_D9D9;
const WHITE: u32 = 0x00FF_FFFF;

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

/// One colour all over.
fn plain(color: u32) -> ChartFormat {
    let mut format = ChartFormat::new();
    format.set_solid_fill(ChartSolidFill::new().set_color(color));
    format
}

fn solid(color: u32) -> ChartFormat {
    let mut format = plain(color);
    format.set_border(&line(0x0040_4040, 0.75));
    format
}

fn hatched(pattern: ChartPatternFillType, color: u32) -> ChartFormat {
    let mut format = ChartFormat::new();
    format
        .set_pattern_fill(
            ChartPatternFill::new()
                .set_pattern(pattern)
                .set_foreground_color(color)
                .set_background_color(WHITE),
        )
        .set_border(&line(color, 0.75));
    format
}

/// The figures of a series in a number format.
fn labels(number: &str) -> ChartDataLabel {
    let mut label = ChartDataLabel::new();
    label
        .show_value()
        .set_font(&font(LETTERS))
        .set_num_format(number);
    label
}

fn gridlines(axis: &mut ChartAxis) -> &mut ChartAxis {
    axis.set_major_gridlines(true)
        .set_major_gridlines_line(&line(GRID, 0.5))
        .set_font(&font(LETTERS))
}

/// Of a bar chart: the y axis has the names, from the top down.
fn names_downwards(chart: &mut Chart) {
    chart
        .y_axis()
        .set_reverse()
        .set_major_gridlines(false)
        .set_font(&font(LETTERS));
}

/// Counts of tasks, `most` of them at most: no half of one among them.
fn whole(axis: &mut ChartAxis, most: f64) {
    gridlines(axis).set_min(0).set_num_format("0");
    if most < FEW {
        axis.set_major_unit(1);
    }
}

fn legend_below(chart: &mut Chart) {
    chart
        .legend()
        .set_position(ChartLegendPosition::Bottom)
        .set_font(&font(LETTERS));
}

/// Months along the x axis, their values up the y axis, the legend below.
fn monthly(chart: &mut Chart) {
    legend_below(chart);
    chart
        .x_axis()
        .set_text_axis(true)
        .set_num_format("m\"月\"")
        .set_font(&font(LETTERS));
    gridlines(chart.y_axis()).set_min(0);
}

/// How many tasks have each grade: beside the headline figures at `row`, from the row under the grades' names.
pub fn grades(ws: &mut Worksheet, row: u32, head: u32, most: f64) -> Result {
    let mut chart = Chart::new_bar();
    let points: Vec<ChartPoint> = Grade::ALL
        .into_iter()
        .map(|grade| ChartPoint::new().set_format(&mut solid(grade_colours(grade).0)))
        .collect();
    chart
        .add_series()
        .set_name("项目数")
        .set_categories((SHEETS[0], head, 2, head, 13))
        .set_values((SHEETS[0], head + 1, 2, head + 1, 13))
        .set_points(&points)
        .set_gap(40)
        .set_data_label(&labels("0;-0;\"\""));
    dress(
        &mut chart,
        "本月项目状态分布",
        "条形图：本月各状态的项目数，数据取自“按状态统计”的“全部”一行",
    );
    chart.legend().set_hidden();
    names_downwards(&mut chart);
    whole(chart.x_axis(), most);
    chart.set_width(540).set_height(ROW_PX * 16 - 4);
    ws.insert_chart_with_offset(row, 4, &chart, 10, 2)?;
    Ok(())
}

/// Rate against schedule, where a month has one, and counts by group, month by month; returns the rows the charts cover.
pub fn trend(
    ws: &mut Worksheet,
    row: u32,
    (head, points): (u32, u32),
    trend: &[TrendPoint],
    most: f64,
) -> Result<u32> {
    let (first, last) = (head + 1, head + points);
    let column = |col: u16| (SHEETS[0], first, col, last, col);
    // The upper line's label stands over it, the lower one's under it: neither over the other line.
    let value = |f: Option<&Figure>| f.map_or(0.0, |f| f.value);
    let rate_above = trend
        .last()
        .is_none_or(|p| value(p.rate.as_ref()) >= value(p.schedule.as_ref()));
    let lower = trend.last().map_or(0.0, |p| {
        value(p.rate.as_ref()).min(value(p.schedule.as_ref()))
    });
    // The last month alone is labelled; the table above has the others.
    let only_last: Vec<ChartDataLabel> = (1..points)
        .map(|_| ChartDataLabel::new().set_hidden().to_custom())
        .collect();
    let mut dashed = line(0x007F_7F7F, 1.75);
    dashed.set_dash_type(ChartLineDashType::Dash);
    let mut rates = Chart::new_line();
    for (col, name, format, marker) in [
        (1, "平均完成率", line(INK, 2.25), ChartMarkerType::Circle),
        (2, "平均序时进度", dashed, ChartMarkerType::Square),
    ] {
        let mut label = labels("0.0\"%\"");
        label.set_position(if (col == 1) == rate_above {
            ChartDataLabelPosition::Above
        } else if lower < LOW_POINT {
            ChartDataLabelPosition::Right
        } else {
            ChartDataLabelPosition::Below
        });
        rates
            .add_series()
            .set_name(name)
            .set_categories(column(0))
            .set_values(column(col))
            .set_format(ChartFormat::new().set_line(&format))
            .set_marker(ChartMarker::new().set_type(marker).set_size(7))
            .set_data_label(&label)
            .set_custom_data_labels(&only_last);
    }
    dress(
        &mut rates,
        "平均完成率与平均序时进度",
        "折线图：全年各月的平均完成率（实线圆点）与平均序时进度（虚线方点）",
    );
    monthly(&mut rates);
    rates.y_axis().set_max(100).set_num_format("0\"%\"");

    let mut counts = Chart::new(ChartType::ColumnStacked);
    let upwards = ChartPatternFillType::DiagonalStripesWideUpwards;
    let mut fills = [
        solid(0x0037_8A3E),
        solid(0x009D_C3E6),
        hatched(upwards, 0x00C0_0000),
        hatched(ChartPatternFillType::Dotted20Percent, 0x0059_5959),
    ];
    let names = ["已完成", "达到或超过序时进度", "滞后", "其他"];
    for (col, (name, format)) in (3_u16..).zip(names.into_iter().zip(&mut fills)) {
        let mut label = labels("0;-0;\"\"");
        let mut ink = font(LETTERS);
        ink.set_bold();
        if col == 3 {
            ink.set_color(WHITE);
        }
        label.set_font(&ink);
        if col > 4 {
            label.set_format(&mut plain(WHITE));
        }
        counts
            .add_series()
            .set_name(name)
            .set_categories(column(0))
            .set_values(column(col))
            .set_format(format)
            .set_gap(60)
            .set_data_label(&label);
    }
    dress(
        &mut counts,
        "各类状态项目数",
        "堆积柱形图：全年各月已完成、达到或超过序时进度、滞后和其他状态的项目数",
    );
    monthly(&mut counts);
    whole(counts.y_axis(), most);

    let rows = 15;
    let has_rates = trend.iter().any(|p| p.rate.is_some());
    let mut charts = vec![(&mut counts, if has_rates { 5 } else { 0_u16 }, 40)];
    if has_rates {
        charts.insert(0, (&mut rates, 0, 4));
    }
    for (chart, col, offset) in charts {
        chart.set_width(750).set_height(ROW_PX * (rows - 1));
        ws.insert_chart_with_offset(row, col, chart, offset, 4)?;
    }
    Ok(rows)
}
