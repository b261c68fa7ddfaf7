//! The page that explains the workbook; it is not read.

use rust_xlsxwriter::Worksheet;

use super::style::Styles;
use crate::plan::sheets::Table;
use crate::report::Result;

/// How to fill a plan in, in steps.
pub(super) const OF_PLAN: [&str; 7] = [
    "1. 先填“基本信息”和“责任单位”，再填“任务”，然后在“指标”表里把每件任务里的每个数各写一行。蓝色标签的四张表必填，其余的用不着就空着。",
    "2. 蓝色表头的栏必填。每个表头上有批注，说明怎样填；有下拉的从下拉里选，单位用全称、简称都可以。",
    "3. 任务序号、分级相同的，可以只填第一行，也可以合并单元格。列的次序可以换，不用的列可以删；自己看的内容写在“备注”栏，程序不读。",
    "4. 编号是记录数据的依据，用过以后不要改，也不要重复使用。",
    "5. 例：工作任务写“街头绿地16万平方米，山城绿道20公里”，指标分两行：2.1 街头绿地面积，类型“数量”，年度目标16，计量单位“万平方米”；2.2 山城绿道长度，类型“数量”，年度目标20，计量单位“公里”。",
    "6. 例：工作任务写“10月底前建成投用”，没有数，指标写一行，类型“节点”，年度目标和计量单位空着，完成时限写 2024-10-31。",
    "7. 填完保存，运行 duban plan check 任务计划.xlsx --mark，在标好的那一份里改，直到没有问题。",
];

pub(super) fn write<'s>(
    sheet: &mut Worksheet,
    title: &str,
    steps: impl IntoIterator<Item = &'s str>,
    tables: &[Table],
    styles: &Styles,
) -> Result {
    sheet.set_name("说明")?;
    for (col, width) in (0_u16..).zip([14.0, 16.0, 90.0]) {
        sheet.set_column_width(col, width)?;
    }
    let big = styles.head.clone().set_font_size(16);
    sheet.merge_range(0, 0, 0, 2, title, &big)?;
    sheet.set_row_height(0, 30)?;
    let mut at = 1;
    for step in steps {
        sheet.merge_range(at, 0, at, 2, step, &styles.cell)?;
        sheet.set_row_height(at, 34)?;
        at += 1;
    }
    at += 1;
    for (col, head) in (0_u16..).zip(["表", "栏", "怎样填"]) {
        sheet.write_string_with_format(at, col, head, &styles.needed)?;
    }
    for table in tables {
        at += 1;
        let need = if table.required { "必填" } else { "可空" };
        sheet.write_string_with_format(at, 0, table.name, &styles.head)?;
        sheet.write_string_with_format(at, 1, need, &styles.head)?;
        sheet.write_string_with_format(at, 2, table.note, &styles.cell)?;
        for column in table.columns {
            at += 1;
            sheet.write_blank(at, 0, &styles.cell)?;
            sheet.write_string_with_format(at, 1, column.head, &styles.cell)?;
            sheet.write_string_with_format(at, 2, column.note, &styles.cell)?;
        }
    }
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    Ok(())
}
