//! The annexes' tables, and how a table on a landscape page looks.

use docx_rs::{
    AlignmentType, BuildXML, Paragraph, Run, Shading, Table, TableAlignmentType, TableCell,
    TableCellMargins, TableLayoutType, TableRow, VAlignType, VMergeType, WidthType,
};

use super::rows::Fields;
use super::sentences::laggards::Laggard;
use crate::report::ooxml::tree::XmlError;
use crate::report::word::{TABLE_HEAD, fragment};

/// Width of a landscape page's type area (225 mm) in twips.
const LANDSCAPE: usize = 12_756;

/// A column: its title, the field it shows, its width in twips, the style of its cells.
#[derive(Clone, Copy)]
pub struct AnnexColumn(
    pub &'static str,
    pub &'static str,
    pub usize,
    pub &'static str,
);

pub const TEXT: &str = "TableText";
const CENTER: &str = "TableCenter";
const TIER: &str = "分级";

/// Columns of the table of all tasks; they fill the landscape type area, as those of the laggards do.
pub const TASKS: [AnnexColumn; 9] = [
    AnnexColumn("序号", "序号", 600, CENTER),
    AnnexColumn(TIER, TIER, 700, CENTER),
    AnnexColumn("项目名称", "名称", 1800, TEXT),
    AnnexColumn("责任单位", "责任单位", 1400, TEXT),
    AnnexColumn("年度目标", "年度目标", 2500, TEXT),
    AnnexColumn("完成情况", "完成情况", 2806, TEXT),
    AnnexColumn("完成率", "完成率", 900, CENTER),
    AnnexColumn("序时进度", "序时进度", 1000, CENTER),
    AnnexColumn("状态", "状态", 1050, CENTER),
];

const LAGGARDS: [AnnexColumn; 6] = [
    AnnexColumn("项目名称", "名称", 1900, TEXT),
    AnnexColumn("责任单位", "责任单位", 1500, TEXT),
    AnnexColumn("进展情况", "情况", 3656, TEXT),
    AnnexColumn("原因", "原因", 2400, TEXT),
    AnnexColumn("下一步措施", "下一步", 2200, TEXT),
    AnnexColumn("预计完成时间", "预计完成时间", 1100, TEXT),
];

/// `表_一览`: all tasks, the tier merged over its rows.
pub fn overview(rows: &[Fields]) -> Result<String, XmlError> {
    let mut above = None;
    let body = rows.iter().map(|row| {
        let tier = row.get(TIER);
        let merged = above.replace(tier) == Some(tier);
        TableRow::new(
            TASKS
                .iter()
                .map(|column| {
                    let text = row.get(column.1).map_or("", String::as_str);
                    match (column.1, merged) {
                        (TIER, true) => {
                            cell("", column.2, column.3).vertical_merge(VMergeType::Continue)
                        }
                        (TIER, false) => {
                            cell(text, column.2, column.3).vertical_merge(VMergeType::Restart)
                        }
                        _ => cell(text, column.2, column.3),
                    }
                })
                .collect(),
        )
        .cant_split()
    });
    fragment(&grid(&TASKS, body.collect()).build())
}

/// `表_滞后`: the laggards that the body had no room for.
pub fn laggards(laggards: &[Laggard]) -> Result<String, XmlError> {
    let body = laggards.iter().map(|laggard| {
        let cells = LAGGARDS.iter().map(|&AnnexColumn(_, field, width, style)| {
            let text = laggard.fields.get(field).filter(|text| !text.is_empty());
            cell(text.map_or("未填报", String::as_str), width, style)
        });
        TableRow::new(cells.collect()).cant_split()
    });
    fragment(&grid(&LAGGARDS, body.collect()).build())
}

/// A bordered table over the landscape type area with a repeated header row.
pub fn grid(columns: &[AnnexColumn], body: Vec<TableRow>) -> Table {
    let head = columns
        .iter()
        .map(|c| cell(c.0, c.2, TABLE_HEAD).shading(Shading::new().fill("E7E6E6")));
    let mut rows = vec![TableRow::new(head.collect()).cant_split()];
    rows.extend(body);
    Table::new(rows)
        .set_grid(columns.iter().map(|c| c.2).collect())
        .width(LANDSCAPE, WidthType::Dxa)
        .align(TableAlignmentType::Center)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(20, 60, 20, 60))
}

pub fn cell(text: &str, width: usize, style: &str) -> TableCell {
    let paragraph = Paragraph::new()
        .style(style)
        .add_run(Run::new().add_text(text));
    let paragraph = if style == TEXT {
        paragraph
    } else {
        paragraph.align(AlignmentType::Center)
    };
    TableCell::new()
        .width(width, WidthType::Dxa)
        .vertical_align(VAlignType::Center)
        .add_paragraph(paragraph)
}
