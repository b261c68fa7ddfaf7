//! A native, editable Word chart: the chart part with filled caches, its embedded workbook, and the paragraph that shows it. The
//! chart part is taken from a workbook that `rust_xlsxwriter` writes.

use rust_xlsxwriter::{
    Chart, ChartAxisCrossing, ChartDataLabel, ChartDataLabelPosition, ChartFont, ChartFormat,
    ChartLegendPosition, ChartLine, ChartSolidFill, Color, DocProperties, ExcelDateTime, Workbook,
    XlsxError,
};

use crate::report::ooxml::escape::escape;
use crate::report::ooxml::tree::Element;
use crate::report::ooxml::{OFFICE_RELATIONSHIPS as R, PackageError, Parts, charts, saved};

/// Two bars for each label: what was done (solid) and what the schedule expects (hollow), both in percentage points.
/// Black and white alone tell them apart.
#[derive(Debug)]
pub struct Comparison {
    /// Names of the two series.
    pub done: String,
    pub expected: String,
    /// Label, done, expected. Values are figures as printed.
    pub rows: Vec<(String, f64, f64)>,
    /// Read out in place of the picture.
    pub alt_text: String,
    pub width_mm: u32,
    pub height_mm: u32,
}

/// English Metric Units in a millimetre.
const EMU_PER_MM: u32 = 36_000;
const SHEET: &str = "数据";
const FONT: &str = "仿宋_GB2312";

/// Adds the chart's parts and gives the paragraph that shows it.
pub fn insert(
    parts: &mut Parts,
    document: &str,
    chart: &Comparison,
) -> Result<String, PackageError> {
    let failed = |e: XlsxError| PackageError::Write(e.to_string());
    let embedded = workbook(chart, false).map_err(failed)?;
    let drawn = Parts::read(&workbook(chart, true).map_err(failed)?)?;
    let mut part = drawn.xml("xl/charts/chart1.xml")?;
    let chart_part = parts.free_name("word/charts/chart", ".xml");
    let workbook_part = parts.free_name("word/embeddings/Microsoft_Excel_Sheet", ".xlsx");
    let data = parts.add_relationship(
        &chart_part,
        "package",
        &format!("../{}", workbook_part.trim_start_matches("word/")),
    )?;
    finish(&mut part, &data);
    parts.set_xml(&chart_part, &part);
    parts.set(&workbook_part, embedded);
    parts.add_override(
        &chart_part,
        "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    )?;
    parts.add_override(
        &workbook_part,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )?;
    let shown =
        parts.add_relationship(document, "chart", chart_part.trim_start_matches("word/"))?;
    Ok(paragraph(chart, &shown))
}

/// Ties the chart to its workbook, so that its data can be edited; printing set-up has no meaning in Word.
fn finish(part: &mut Element, data: &str) {
    part.retain(|e| e.name != "c:printSettings");
    part.set("xmlns:r", R);
    part.push(
        Element::new("c:externalData")
            .attr("r:id", data)
            .child(Element::new("c:autoUpdate").attr("val", "0")),
    );
    charts::explicit(part);
}

fn paragraph(chart: &Comparison, relationship: &str) -> String {
    let (cx, cy) = (chart.width_mm * EMU_PER_MM, chart.height_mm * EMU_PER_MM);
    // Exact line spacing, as the body has it, would cut the picture off.
    format!(
        "<w:p><w:pPr><w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/>\
         <w:ind w:left=\"0\" w:right=\"0\" w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"center\"/></w:pPr><w:r><w:drawing>\
         <wp:inline xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">\
         <wp:extent cx=\"{cx}\" cy=\"{cy}\"/><wp:effectExtent l=\"0\" t=\"0\" r=\"0\" b=\"0\"/>\
         <wp:docPr id=\"1\" name=\"图表\" descr=\"{alt}\"/><wp:cNvGraphicFramePr/>\
         <a:graphic xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">\
         <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\">\
         <c:chart xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" xmlns:r=\"{R}\" r:id=\"{relationship}\"/>\
         </a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>",
        alt = escape(&chart.alt_text),
    )
}

fn workbook(chart: &Comparison, drawn: bool) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The library stamps the clock otherwise.
    book.set_properties(
        &DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?),
    );
    let sheet = book.add_worksheet();
    sheet.set_name(SHEET)?;
    sheet.set_column_width(0, 36)?;
    sheet.write_string(0, 0, "项目")?;
    sheet.write_string(0, 1, &chart.done)?;
    sheet.write_string(0, 2, &chart.expected)?;
    let mut last = 0;
    for (label, done, expected) in &chart.rows {
        last += 1;
        sheet.write_string(last, 0, label)?;
        sheet.write_number(last, 1, *done)?;
        sheet.write_number(last, 2, *expected)?;
    }
    if drawn {
        let mut bars = bars(last);
        sheet.insert_chart(0, 4, &bars.set_width(640).set_height(480).to_owned())?;
    }
    saved(&mut book)
}

fn bars(last: u32) -> Chart {
    let mut font = ChartFont::new();
    font.set_name(FONT).set_size(9).set_color(Color::Black);
    let mut outline = ChartLine::new();
    outline.set_color(Color::Black).set_width(0.75);
    let mut label = ChartDataLabel::new();
    label
        .show_value()
        .set_position(ChartDataLabelPosition::OutsideEnd)
        .set_num_format("0.0\"%\"")
        .set_font(ChartFont::new().set_name(FONT).set_size(9));
    let mut chart = Chart::new_bar();
    // Bars are drawn from the bottom up: the schedule first keeps "done" above it in each pair once the axis is reversed.
    for (column, fill) in [(1, Color::RGB(0x40_40_40)), (2, Color::White)] {
        chart
            .add_series()
            .set_name((SHEET, 0, column))
            .set_categories((SHEET, 1, 0, last, 0))
            .set_values((SHEET, 1, column, last, column))
            .set_gap(40)
            .set_data_label(&label)
            .set_format(
                ChartFormat::new()
                    .set_solid_fill(ChartSolidFill::new().set_color(fill))
                    .set_border(&outline),
            );
    }
    // In a bar chart the library's y axis is the upright one, of the labels; the first task stands on top.
    chart
        .y_axis()
        .set_reverse()
        .set_crossing(ChartAxisCrossing::Max)
        .set_font(&font)
        .set_major_gridlines(false);
    let mut grid = ChartLine::new();
    grid.set_color(Color::RGB(0xBF_BF_BF)).set_width(0.5);
    chart
        .x_axis()
        .set_min(0)
        .set_max(100)
        .set_major_unit(20)
        .set_num_format("0\"%\"")
        .set_font(&font)
        .set_major_gridlines_line(&grid);
    chart
        .legend()
        .set_position(ChartLegendPosition::Top)
        .set_font(&font);
    chart.title().set_hidden();
    chart
        .chart_area()
        .set_format(ChartFormat::new().set_no_border());
    chart
}
