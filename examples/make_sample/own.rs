//! Departments' own old forms: other headers, another order, one or three header levels, no identity sheet.

use duban::intake::Field;
use duban::intake::submission::ElementField;
use duban::intake::workbook::CellRef;
use duban::plan::{Period, Plan, SlotIx};
use duban::report::forms::{ELEMENTS_SHEET, Entry, FormData, element_cell};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
};

use super::AnyError;

pub struct Own {
    pub department: &'static str,
    pub sheet: &'static str,
    pub file: fn(Period) -> String,
    title: fn(Period) -> String,
    /// Field, its header (`{m}` is the month), and the headers above it from the top.
    columns: &'static [(Field, &'static str, &'static [&'static str])],
    /// First header row.
    header: u32,
    levels: u32,
    /// Task fields are merged over a task's rows; else they are repeated.
    pub merged: bool,
    line: Line,
}

#[derive(Clone, Copy, PartialEq)]
enum Line {
    /// All in one merged cell.
    Joined,
    /// Label and value in neighbouring cells.
    Pairs,
}

const BASE: &[&str] = &["项目基本情况"];
const FIGURES: &[&str] = &["推进情况", "完成情况"];
const WORDS: &[&str] = &["推进情况"];
const ONE: &[&str] = &[];

const FORMS: &[Own] = &[
    Own {
        department: "zwsw",
        sheet: "Sheet1",
        file: |p| format!("政务中心民生实事{}月.xlsx", p.month()),
        title: |p| {
            format!(
                "政务服务和社会事务中心民生实事推进情况统计（{}）",
                p.chinese()
            )
        },
        columns: &[
            (Field::No, "项目序号", ONE),
            (Field::Task, "实事名称", ONE),
            (Field::Narrative, "推进情况", ONE),
            (Field::Indicator, "具体指标", ONE),
            (Field::Unit, "单位", ONE),
            (Field::Target, "全年目标", ONE),
            (Field::Cumulative, "截至目前完成数", ONE),
            (Field::Rate, "完成比例", ONE),
            (Field::Problems, "困难问题", ONE),
            (Field::NextSteps, "下步打算", ONE),
            (Field::ExpectedOn, "计划完成时间", ONE),
            (Field::Remark, "说明", ONE),
        ],
        header: 2,
        levels: 1,
        merged: true,
        line: Line::Joined,
    },
    Own {
        department: "scjg",
        sheet: "民生实事",
        file: |p| format!("市场监管局{}民生实事报表.xls", p.chinese()),
        title: |p| format!("市场监督管理局{}重点民生实事报表", p.chinese()),
        columns: &[
            (Field::No, "编号", BASE),
            (Field::Task, "民生实事项目", BASE),
            (Field::Indicator, "考核指标", BASE),
            (Field::Unit, "单位", BASE),
            (Field::Target, "目标值", BASE),
            (Field::Previous, "上期累计", FIGURES),
            (Field::ThisMonth, "当月完成", FIGURES),
            (Field::Cumulative, "1-{m}月累计", FIGURES),
            (Field::Rate, "完成进度", FIGURES),
            (Field::Narrative, "形象进度", WORDS),
            (Field::Problems, "存在的困难和问题", WORDS),
            (Field::NextSteps, "下一步工作计划", WORDS),
            (Field::Remark, "备注", ONE),
        ],
        header: 2,
        levels: 3,
        merged: true,
        line: Line::Pairs,
    },
    Own {
        department: "gafj",
        sheet: "停车治理",
        file: |p| format!("公安分局{}月停车治理进展.ods", p.month()),
        title: |p| format!("学校、医院及周边停车综合治理进展（{}）", p.chinese()),
        columns: &[
            (Field::No, "编号", ONE),
            (Field::Task, "重点民生实事", ONE),
            (Field::Indicator, "目标任务", ONE),
            (Field::Narrative, "目前进展", ONE),
            (Field::Problems, "问题", ONE),
            (Field::NextSteps, "下步措施", ONE),
            (Field::Remark, "备注", ONE),
        ],
        header: 3,
        levels: 1,
        merged: false,
        line: Line::Pairs,
    },
];

pub fn of(department: &str) -> Option<&'static Own> {
    FORMS.iter().find(|o| o.department == department)
}

const TASK_FIELDS: [Field; 6] = [
    Field::No,
    Field::Task,
    Field::Narrative,
    Field::Problems,
    Field::NextSteps,
    Field::Remark,
];

impl Own {
    fn first_row(&self) -> u32 {
        self.header + self.levels
    }

    pub fn cell(&self, data: &FormData, slot: SlotIx, field: Field) -> Option<CellRef> {
        let col = self.columns.iter().position(|c| c.0 == field)?;
        let ix = data.rows.iter().position(|r| r.slot == Some(slot))?;
        let first = if self.merged && TASK_FIELDS.contains(&field) {
            data.rows
                .iter()
                .position(|r| r.task == data.rows[ix].task)?
        } else {
            ix
        };
        Some(CellRef::new(
            self.first_row() + u32::try_from(first).ok()?,
            u32::try_from(col).ok()?,
        ))
    }
}

struct Looks {
    title: Format,
    plain: Format,
    head: Format,
    text: Format,
    center: Format,
    percent: Format,
    date: Format,
}

impl Looks {
    fn new() -> Self {
        let base = Format::new()
            .set_font_name("仿宋")
            .set_font_size(11)
            .set_align(FormatAlign::VerticalCenter);
        let text = base.clone().set_border(FormatBorder::Thin).set_text_wrap();
        let center = text.clone().set_align(FormatAlign::Center);
        Self {
            title: base
                .clone()
                .set_font_size(16)
                .set_bold()
                .set_align(FormatAlign::Center),
            head: center.clone().set_bold(),
            percent: center.clone().set_num_format("0.0%"),
            date: center.clone().set_num_format("yyyy/m/d"),
            plain: base,
            text,
            center,
        }
    }
}

pub fn write(plan: &Plan, own: &Own, data: &FormData) -> Result<Vec<u8>, AnyError> {
    let looks = Looks::new();
    let mut book = Workbook::new();
    let at = data.modified;
    let stamp = ExcelDateTime::from_ymd(
        at.year().unsigned_abs(),
        at.month().unsigned_abs(),
        at.day().unsigned_abs(),
    )?
    .and_hms(
        at.hour().unsigned_abs().into(),
        at.minute().unsigned_abs(),
        0.0,
    )?;
    book.set_properties(
        &DocProperties::new()
            .set_title("示例数据")
            .set_author("张三")
            .set_creation_datetime(&stamp),
    );
    let sheet = book.add_worksheet().set_formula_result_default("");
    sheet.set_name(own.sheet)?;
    let last = u16::try_from(own.columns.len() - 1)?;
    let mark = data
        .mark
        .as_deref()
        .map(|m| format!("（{m}）"))
        .unwrap_or_default();
    sheet.merge_range(
        0,
        0,
        0,
        last,
        &format!("{}{mark}", (own.title)(data.period)),
        &looks.title,
    )?;
    sheet.set_row_height(0, 32)?;
    line(sheet, plan, own, data, &looks, last)?;
    header(sheet, own, data, &looks)?;
    for (col, (field, ..)) in (0u16..).zip(own.columns) {
        let width = match field {
            Field::Narrative => 50,
            Field::Problems | Field::NextSteps => 26,
            Field::Task | Field::Indicator => 20,
            Field::No => 6,
            _ => 11,
        };
        sheet.set_column_width(col, width)?;
    }
    rows(sheet, plan, own, data, &looks)?;
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    elements(book.add_worksheet(), plan, data, &looks)?;
    Ok(book.save_to_buffer()?)
}

fn line(
    sheet: &mut Worksheet,
    plan: &Plan,
    own: &Own,
    data: &FormData,
    looks: &Looks,
    last: u16,
) -> Result<(), AnyError> {
    let period = data.period.chinese();
    let parts = [
        (
            "填报单位：",
            plan.departments[data.department].name.as_str(),
        ),
        ("填报期：", period.as_str()),
        ("填报人：", data.people.filler.as_str()),
        ("联系电话：", data.people.phone.as_str()),
        ("审核人：", data.people.reviewer.as_str()),
    ];
    if own.line == Line::Joined {
        let text: Vec<String> = parts
            .iter()
            .map(|(label, value)| format!("{label}{value}"))
            .collect();
        sheet.merge_range(1, 0, 1, last, &text.join("    "), &looks.plain)?;
    } else {
        // As many pairs as the columns hold; the own forms of few columns leave the rest out.
        for (col, (label, value)) in (0u16..)
            .step_by(2)
            .zip(parts)
            .take_while(|(col, _)| *col < last)
        {
            sheet
                .write_with_format(1, col, label, &looks.plain)?
                .write_with_format(1, col + 1, value, &looks.plain)?;
        }
    }
    Ok(())
}

/// Cells above one another that say the same become one merged cell.
fn header(
    sheet: &mut Worksheet,
    own: &Own,
    data: &FormData,
    looks: &Looks,
) -> Result<(), AnyError> {
    let month = data.period.month().to_string();
    let text = |level: u32, column: usize| -> String {
        let (_, name, above) = &own.columns[column];
        above
            .get(level as usize)
            .map_or_else(|| name.replace("{m}", &month), |t| (*t).to_owned())
    };
    let above = |level: u32, column: usize| own.columns[column].2.get(level as usize).is_some();
    for level in 0..own.levels {
        sheet.set_row_height(own.header + level, 24)?;
        let mut column = 0;
        while column < own.columns.len() {
            let start = column;
            let label = text(level, start);
            let is_group = above(level, start);
            column += 1;
            while is_group
                && column < own.columns.len()
                && above(level, column)
                && text(level, column) == label
            {
                column += 1;
            }
            let depth = u32::try_from(own.columns[start].2.len())?;
            if !is_group && level > depth {
                continue;
            }
            let bottom = if is_group { level } else { own.levels - 1 };
            let (top, bottom) = (own.header + level, own.header + bottom);
            let (left, right) = (u16::try_from(start)?, u16::try_from(column - 1)?);
            if top == bottom && left == right {
                sheet.write_with_format(top, left, label, &looks.head)?;
            } else {
                sheet.merge_range(top, left, bottom, right, &label, &looks.head)?;
            }
        }
    }
    Ok(())
}

fn rows(
    sheet: &mut Worksheet,
    plan: &Plan,
    own: &Own,
    data: &FormData,
    looks: &Looks,
) -> Result<(), AnyError> {
    for (ix, row) in data.rows.iter().enumerate() {
        let at = own.first_row() + u32::try_from(ix)?;
        let is_first = ix == 0 || data.rows[ix - 1].task != row.task;
        let size = data.rows.iter().filter(|r| r.task == row.task).count();
        let task = &plan.tasks[row.task];
        let indicator = row.slot.map(|s| &plan.indicators[plan.slots[s].indicator]);
        for (col, (field, ..)) in (0u16..).zip(own.columns) {
            let words = data.words.get(&row.task).and_then(|w| w.get(field));
            let entry = row
                .cells
                .get(field)
                .or(words)
                .cloned()
                .or_else(|| match field {
                    Field::No => Some(Entry::Number(task.no.into())),
                    Field::Task => Some(Entry::from(task.name.as_str())),
                    Field::Indicator => indicator.map(|i| Entry::from(i.name.as_str())),
                    Field::Unit => indicator
                        .map(|i| Entry::from(i.unit.text.as_str()))
                        .filter(|e| *e != Entry::from("")),
                    _ => None,
                });
            let is_task_field = own.merged && TASK_FIELDS.contains(field);
            if is_task_field && !is_first {
                continue;
            }
            if is_task_field && size > 1 {
                sheet.merge_range(at, col, at + u32::try_from(size - 1)?, col, "", &looks.text)?;
            }
            put(
                sheet,
                at,
                col,
                entry.as_ref(),
                looks,
                is_task_field
                    || matches!(field, Field::Narrative | Field::Problems | Field::NextSteps),
            )?;
        }
        sheet.set_row_height(at, if size > 1 { 46 } else { 110 })?;
    }
    Ok(())
}

fn put(
    sheet: &mut Worksheet,
    row: u32,
    col: u16,
    entry: Option<&Entry>,
    looks: &Looks,
    is_text: bool,
) -> Result<(), AnyError> {
    let format = if is_text { &looks.text } else { &looks.center };
    match entry {
        None => sheet.write_blank(row, col, format)?,
        Some(Entry::Text(text)) => sheet.write_string_with_format(row, col, text, format)?,
        Some(Entry::Number(n)) => sheet.write_number_with_format(row, col, *n, format)?,
        Some(Entry::Percent(points)) => sheet.write_number_with_format(
            row,
            col,
            (points * 10.0).round() / 1000.0,
            &looks.percent,
        )?,
        Some(Entry::Date(date)) => {
            let date = ExcelDateTime::from_ymd(
                date.year().unsigned_abs(),
                date.month().unsigned_abs(),
                date.day().unsigned_abs(),
            )?;
            sheet.write_datetime_with_format(row, col, &date, &looks.date)?
        }
        Some(Entry::Formula { formula, result }) => sheet.write_formula_with_format(
            row,
            col,
            rust_xlsxwriter::Formula::new(formula).set_result(result.as_str()),
            format,
        )?,
    };
    Ok(())
}

fn elements(
    sheet: &mut Worksheet,
    plan: &Plan,
    data: &FormData,
    looks: &Looks,
) -> Result<(), AnyError> {
    use ElementField as E;
    const FIELDS: [E; 10] = [
        E::Measures,
        E::Deadline,
        E::Acceptance,
        E::Funding,
        E::Planned,
        E::Arrived,
        E::Paid,
        E::Leader,
        E::Contact,
        E::Phone,
    ];
    sheet.set_name(ELEMENTS_SHEET)?;
    sheet.write_with_format(0, 0, "民生实事工作方案（示例数据）", &looks.title)?;
    sheet
        .write_with_format(1, 0, "序号", &looks.head)?
        .write_with_format(1, 1, "项目名称", &looks.head)?;
    sheet.set_column_width(1, 26)?;
    for element in &data.elements {
        for field in FIELDS {
            let Some(at) = element_cell(data, element.task, field) else {
                continue;
            };
            let col = u16::try_from(at.col)?;
            let unit = if matches!(field, E::Planned | E::Arrived | E::Paid) {
                "(万元)"
            } else {
                ""
            };
            sheet.set_column_width(col, if col < 6 { 24 } else { 13 })?;
            sheet.write_with_format(1, col, format!("{}{unit}", field.chinese()), &looks.head)?;
            put(sheet, at.row, col, element.cells.get(&field), looks, true)?;
            let task = &plan.tasks[element.task];
            sheet
                .write_with_format(at.row, 0, task.no, &looks.center)?
                .write_with_format(at.row, 1, &task.name, &looks.text)?;
        }
    }
    Ok(())
}
