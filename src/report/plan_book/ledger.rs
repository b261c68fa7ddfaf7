//! 台账.xlsx of a plan: its sheets, and one that lists what may be chosen in them.

use rust_xlsxwriter::Worksheet;
use toml::Table as Toml;

use super::cells::filled;
use super::choices::Lists;
use super::style::Styles;
use super::{begun, guide, printed, sheets};
use crate::plan::cell::column_name;
use crate::plan::sheets::{LEDGER, NAMES, Table, names};
use crate::plan::{Kind, Period, Plan};
use crate::report::Result;
use crate::report::ooxml::saved;

/// The ledger of a plan; `rows`: what it holds, as [`Plan::ledger_rows`] gives it.
///
/// # Errors
/// Where a text passes one of Excel's own limits.
pub fn ledger(plan: &Plan, rows: &Toml) -> Result<Vec<u8>> {
    let styles = Styles::new();
    let mut book = begun("台账")?;
    let steps = steps(plan);
    let steps = steps.iter().map(String::as_str);
    guide::write(book.add_worksheet(), "台账怎样填", steps, LEDGER, &styles)?;
    let names = names(plan);
    let list = |ix: usize| {
        let column = column_name(u32::try_from(ix).unwrap_or_default());
        let last = names[ix].2.len().max(1) + 1;
        format!("={NAMES}!${column}$2:${column}${last}")
    };
    let lists = Lists {
        months: Some(list(0)),
        departments: list(1),
        tasks: list(2),
        indicators: Some(Indicators {
            last: plan.indicators.len().max(1) + 1,
        }),
        ..Lists::default()
    };
    let all = filled(LEDGER, rows);
    sheets(&mut book, LEDGER, &all, &lists, &[], &styles)?;
    choosable(book.add_worksheet(), &names, &styles)?;
    Ok(saved(&mut book)?)
}

/// The list of indicators in [`NAMES`].
pub(super) struct Indicators {
    /// Its last row.
    last: usize,
}

impl Indicators {
    /// The formula of the drop-down: those of the task whose number the row has, else all.
    pub(super) fn of(&self, table: &Table) -> String {
        let last = self.last;
        let column = table.columns.iter().position(|c| c.key == "task");
        let column = ('A'..='Z').nth(column.unwrap_or_default()).unwrap_or('A');
        let tasks = format!("{NAMES}!$E$2:$E${last}");
        format!(
            "=IF(${column}2=\"\",{NAMES}!$G$2:$G${last},\
             OFFSET({NAMES}!$G$1,MATCH(${column}2,{tasks},0),0,COUNTIF({tasks},${column}2),1))"
        )
    }
}

/// How to fill it in, with examples from the plan.
fn steps(plan: &Plan) -> Vec<String> {
    let mut steps = vec![
        "1. 办公室作出的决定每个记一行：谁办的、凭什么，都要写。月份、单位、任务序号、指标从下拉列表中选；可选的都列在最后一张“名单说明”表里。".to_owned(),
        "2. 不再算数的行不要删，在“作废”栏写“作废”，这样以后还查得到。".to_owned(),
        "3. 本表放在任务计划旁边，只供办公室使用，各单位看不到。程序只读不写；每个月采用了哪几行，列在汇总表的“说明”里。".to_owned(),
        "4. 已经封存的月份不再接受新的决定；确需改动的，先重开封存。".to_owned(),
    ];
    let number = |kind: Kind| !matches!(kind, Kind::Milestone | Kind::Ongoing);
    let example = plan
        .indicators
        .iter()
        .find(|i| number(i.kind) && !i.slots.is_empty());
    if let Some(own) = example {
        let month = plan.first_period.unwrap_or_else(|| Period::of(plan.start));
        let slot = &plan.slots[own.slots.start];
        let (department, task) = (&plan.departments[slot.department], &plan.tasks[own.task]);
        let target = own.target.map_or_else(|| "1".to_owned(), |t| t.to_string());
        steps.push(format!(
            "5. 例（示例数据）：电话核实一行——月份“{}”，单位“{}”，任务序号“{}”，指标“{}”，核实值“{target}”，计量单位“{}”，经办人“督查室”，依据“电话核对，原报多写一位”。",
            month.chinese(),
            department.name,
            task.no,
            own.name,
            own.unit.text,
        ));
        steps.push(format!(
            "6. 例（示例数据）：任务调整一行——任务序号“{}”，指标“{}”，自何月起“{}”，新目标“{target}”，依据“专题会议纪要”，经办人“督查室”。",
            task.no,
            own.name,
            month.chinese(),
        ));
    }
    steps.push(format!(
        "{}. 填完保存，运行 duban ledger check --mark：有问题的单元格会在另一份台账里标出来。",
        steps.len() + 1
    ));
    steps
}

/// What may be chosen, a column each.
fn choosable(sheet: &mut Worksheet, names: &[(&str, f64, Vec<String>)], styles: &Styles) -> Result {
    sheet.set_name(NAMES)?;
    sheet.set_row_height(0, 24)?;
    for (col, (head, width, all)) in (0_u16..).zip(names) {
        sheet.set_column_width(col, *width)?;
        sheet.write_string_with_format(0, col, *head, &styles.head)?;
        for (row, text) in (1..).zip(all) {
            // The number of a task is compared with what was chosen.
            match text.parse::<u32>() {
                Ok(no) if head.ends_with("任务序号") => {
                    sheet.write_number_with_format(row, col, no, &styles.cell)?
                }
                _ => sheet.write_string_with_format(row, col, text, &styles.text)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    printed(sheet, 0)
}
