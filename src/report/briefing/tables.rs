//! The annexes' tables, and how a table on a landscape page looks.

use docx_rs::{
    AlignmentType, BuildXML, Paragraph, Run, Shading, Table, TableAlignmentType, TableCell,
    TableCellMargins, TableLayoutType, TableRow, VAlignType, VMergeType, WidthType,
};

use super::rows::Fields;
use super::sentences::laggards::Laggard;
use crate::report::ooxml::tree::XmlError;
use crate::report::word::{TABLE_HEAD, fragment};

/// A column: its title, the field it shows, its width in twips, the style of its cells.
pub struct AnnexColumn(
    pub &'static str,
    pub &'static str,
    pub usize,
    pub &'static str,
);

pub const TEXT: &str = "TableText";
const CENTER: &str = "TableCenter";
/// 9 points, for the table of all tasks, which two pages are to hold.
pub const SMALL: &str = "TableSmall";
const SMALL_CENTER: &str = "TableSmallCenter";
pub const TIER: &str = "分级";
/// The field that says whether a row is a laggard's.
pub const BEHIND: &str = "滞后";

/// Columns of the table of all tasks; they fill the landscape type area, as those of the laggards do.
pub const TASKS: [AnnexColumn; 9] = [
    AnnexColumn("序号", "序号", 560, SMALL_CENTER),
    AnnexColumn(TIER, TIER, 560, SMALL_CENTER),
    AnnexColumn("项目名称", "名称", 2280, SMALL),
    AnnexColumn("责任单位", "责任单位", 1220, SMALL),
    AnnexColumn("年度目标：累计完成", "目标与完成", 4216, SMALL),
    AnnexColumn("完成率", "完成率", 1000, SMALL_CENTER),
    AnnexColumn("序时进度", "序时进度", 960, SMALL_CENTER),
    AnnexColumn("差距", "差距", 760, SMALL_CENTER),
    AnnexColumn("状态", "状态", 1200, SMALL_CENTER),
];

/// Of the first page's table of the worst: the upright type area.
pub const WORST: [AnnexColumn; 5] = [
    AnnexColumn("滞后项目（责任单位）", "项目", 2665, TEXT),
    AnnexColumn("差距", "差距", 900, CENTER),
    AnnexColumn("连续滞后", "连续滞后", 1080, CENTER),
    AnnexColumn("上月承诺和本月进展", "承诺兑现", 3000, TEXT),
    AnnexColumn("时间节点", "时间节点", 1200, CENTER),
];

const LAGGARDS: [AnnexColumn; 6] = [
    AnnexColumn("项目名称", "名称", 1900, TEXT),
    AnnexColumn("责任单位", "责任单位", 1500, TEXT),
    AnnexColumn("进展情况", "情况", 3376, TEXT),
    AnnexColumn("原因", "原因", 2400, TEXT),
    AnnexColumn("下一步措施", "下一步", 2200, TEXT),
    AnnexColumn("预计完成时间", "预计完成时间", 1380, TEXT),
];

/// `表_一览`: all tasks, the tier merged over its rows.
pub fn overview(rows: &[Fields]) -> Result<String, XmlError> {
    let mut above = None;
    let body = rows.iter().map(|row| {
        let tier = row.get(TIER);
        let merged = above.replace(tier) == Some(tier);
        let is_behind = row.get(BEHIND).is_some_and(|text| !text.is_empty());
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
                        _ if is_behind => shaded(cell(text, column.2, column.3)),
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

/// A laggard's cell, set off on black-and-white paper, too.
pub fn shaded(cell: TableCell) -> TableCell {
    cell.shading(Shading::new().fill("D9D9D9"))
}

/// A bordered table with a repeated header row.
pub fn grid(columns: &[AnnexColumn], body: Vec<TableRow>) -> Table {
    let head = columns
        .iter()
        .map(|c| cell(c.0, c.2, TABLE_HEAD).shading(Shading::new().fill("E7E6E6")));
    let pad = if columns.iter().any(|c| c.3 == SMALL) {
        10
    } else {
        20
    };
    let mut rows = vec![TableRow::new(head.collect()).cant_split()];
    rows.extend(body);
    Table::new(rows)
        .set_grid(columns.iter().map(|c| c.2).collect())
        .width(columns.iter().map(|c| c.2).sum(), WidthType::Dxa)
        .align(TableAlignmentType::Center)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(pad, 60, pad, 60))
}

pub fn cell(text: &str, width: usize, style: &str) -> TableCell {
    let paragraph = Paragraph::new()
        .style(style)
        .add_run(Run::new().add_text(text));
    let paragraph = if [TEXT, SMALL].contains(&style) {
        paragraph
    } else {
        paragraph.align(AlignmentType::Center)
    };
    TableCell::new()
        .width(width, WidthType::Dxa)
        .vertical_align(VAlignType::Center)
        .add_paragraph(paragraph)
}
