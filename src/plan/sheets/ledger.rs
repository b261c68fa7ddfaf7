//! The sheets of 台账.xlsx with their columns: one line a column.

use super::Holds::{Date, Department, Month, Stated, Text, Unit, Whole, Yes};
use super::tables::c;
use super::{Choice, Column, Holds, Layout, Table};
use crate::Joined;
use crate::plan::model::{Indicator, Plan, Task};
use crate::plan::period::Period;

const fn month(note: &'static str) -> Column {
    c("month", "月份", Month, 12, note, &["报送月份", "所属月份"])
}

const TASK: Column = c(
    "task",
    "任务序号",
    Whole,
    9,
    "任务计划里的序号；指标名称不重复的可以空着。",
    &["序号", "任务"],
);
const INDICATOR: Column = c(
    "indicator",
    "指标",
    Text,
    26,
    "指标的任一名称，或编号（如 14.1）。",
    &["指标名称", "指标编号", "考核指标"],
);
const DEPARTMENT: Column = c(
    "department",
    "单位",
    Department,
    20,
    "单位的任一名称。",
    &["责任单位", "报送单位", "填报单位", "单位名称", "部门"],
);
const UNIT: Column = c(
    "unit",
    "计量单位",
    Unit,
    10,
    "与计划不同的会换算；空着即为计划的单位。",
    &["数量单位"],
);
const BY: Column = c(
    "by",
    "经办人",
    Text,
    14,
    "谁办的。",
    &["核实人", "评定人", "经手人", "办理人"],
);
const DATE: Column = c(
    "date",
    "日期",
    Date,
    13,
    "办理的日期，可以空着。",
    &["办理日期", "核实日期", "评定日期", "经办日期"],
);
const VOID: Column = c(
    "void",
    "作废",
    Yes,
    7,
    "这一行不再算数时写“作废”，不要删行。",
    &["是否作废", "撤销"],
);

/// The sheets of a ledger, in their order.
#[rustfmt::skip]
pub const LEDGER: &[Table] = &[
    Table {
        name: "电话核实",
        aliases: &["核实", "数据核实", "电话核实登记"],
        key: "confirm",
        layout: Layout::Rows,
        required: false,
        note: "电话或书面核实过的数，每个一行：报送表里待核实或漏报的，按核实的数采用。",
        columns: &[
            month("核实的是哪个月的数，如 2024年6月。"), DEPARTMENT, TASK, INDICATOR,
            c("value", "核实值", Stated, 12, "核实后的累计数，可以带单位。", &["核实数", "核实后数值", "核定值", "核定数"]),
            UNIT, BY, DATE,
            c("note", "依据", Text, 34, "凭什么：电话、书面更正等。", &["核实依据", "核实情况", "说明", "理由"]),
            VOID,
        ],
    },
    Table {
        name: "人工评定",
        aliases: &["状态评定", "评定", "人工认定"],
        key: "override",
        layout: Layout::Rows,
        required: false,
        note: "由督查室评定的任务状态，只管写明的那个月，理由印在报表上。",
        columns: &[
            month("评定的是哪个月，如 2024年6月。"),
            c("task", "任务序号", Whole, 9, "任务计划里的序号。", &["序号", "任务"]),
            c("grade", "评定状态", Holds::Choice(GRADES), 14, "从下拉列表中选。", &["状态", "评定结果", "评定"]),
            c("reason", "理由", Text, 40, "印在报表上。", &["评定理由", "依据", "原因"]),
            BY, DATE, VOID,
        ],
    },
    Table {
        name: "任务调整",
        aliases: &["目标调整", "调整"],
        key: "adjust",
        layout: Layout::Rows,
        required: false,
        note: "年中调整的目标或完成时限，自写明的月份起一直有效。",
        columns: &[
            TASK, INDICATOR,
            c("from", "自何月起", Month, 12, "从哪个月起按新的算，如 2024年7月。", &["起始月份", "自何月", "生效月份", "月份"]),
            c("target", "新目标", Stated, 12, "调整后的年度目标，可以带单位；不变的空着。", &["调整后目标", "新年度目标"]),
            UNIT,
            c("deadline", "新时限", Date, 13, "调整后的完成时限；不变的空着。", &["新完成时限", "调整后时限", "调整后完成时限"]),
            c("basis", "依据", Text, 34, "会议纪要、批示、文号等。", &["调整依据", "理由"]),
            BY, DATE, VOID,
        ],
    },
    Table {
        name: "期号文号",
        aliases: &["简报期号", "期号", "文号"],
        key: "paper",
        layout: Layout::Rows,
        required: false,
        note: "每月简报的期号、文号、落款日期和签发人，不用的空着。",
        columns: &[
            month("哪个月的简报。"),
            c("issue_number", "期号", Text, 9, "如 6。", &["简报期号"]),
            c("document_number", "文号", Text, 26, "如 示例办〔2024〕6号。", &["发文字号"]),
            c("dated", "落款日期", Date, 13, "空着即为报送截止日。", &["印发日期", "成文日期"]),
            c("signer", "签发人", Text, 12, "空着即用任务计划里的。", &["签发"]),
        ],
    },
    Table {
        name: "收件登记",
        aliases: &["收文登记", "收表登记", "收到日期"],
        key: "received",
        layout: Layout::Rows,
        required: false,
        note: "每个文件哪天收到，用来判断是否逾期；已用 received.csv 登记的不必再写。",
        columns: &[
            month("哪个月的报送表。"), DEPARTMENT,
            c("file", "文件", Text, 34, "收件箱里的文件名。", &["文件名", "文件名称"]),
            c("received", "收到日期", Date, 13, "如 2024-07-04。", &["收件日期", "收到时间"]),
            c("how", "方式", Text, 9, "电子或纸质。", &["报送方式", "收件方式"]),
        ],
    },
];

/// The sheet of what may be chosen in the others. The reader leaves a name that ends so alone.
pub const NAMES: &str = "名单说明";

/// Reporters that are named of one indicator.
const NAMED: usize = 6;

/// What a ledger's drop-downs offer, as the columns of [`NAMES`]: a head, its width, and what stands below it.
#[must_use]
pub fn names(plan: &Plan) -> [(&'static str, f64, Vec<String>); 10] {
    let first = plan.first_period.unwrap_or_else(|| Period::of(plan.start));
    let months = std::iter::successors(Some(first), |month| Some(month.next()))
        .take_while(|month| *month <= Period::of(plan.end));
    let tasks = |of: fn(&Task) -> String| plan.tasks.iter().map(of).collect();
    let indicators = |of: fn(&Plan, &Indicator) -> String| {
        plan.indicators.iter().map(|own| of(plan, own)).collect()
    };
    let reporters = |plan: &Plan, own: &Indicator| {
        let slots = plan.slots[own.slots.clone()].iter();
        let names = slots.map(|slot| plan.departments[slot.department].name.as_str());
        let more = (own.slots.len() > NAMED).then_some("……");
        names.take(NAMED).chain(more).joined("、")
    };
    let target = |_: &Plan, own: &Indicator| own.target.map_or_else(String::new, |n| n.to_string());
    [
        ("月份", 12.0, months.map(Period::chinese).collect()),
        (
            "单位",
            24.0,
            plan.departments.iter().map(|d| d.name.clone()).collect(),
        ),
        ("任务序号", 9.0, tasks(|task| task.no.to_string())),
        ("项目名称", 30.0, tasks(|task| task.name.clone())),
        (
            "指标的任务序号",
            15.0,
            indicators(|plan, own| plan.tasks[own.task].no.to_string()),
        ),
        ("指标编号", 9.0, indicators(|_, own| own.id.clone())),
        ("指标", 30.0, indicators(|_, own| own.name.clone())),
        ("年度目标", 11.0, indicators(target)),
        ("计量单位", 11.0, indicators(|_, own| own.unit.text.clone())),
        ("报送单位", 36.0, indicators(reporters)),
    ]
}

/// The grades that an office may set, by their names.
const GRADES: &[Choice] = &[
    ("已完成", "已完成", &["完成"]),
    ("已完成待验收", "已完成待验收", &["待验收"]),
    ("超序时进度", "超序时进度", &["超序时"]),
    ("达到序时进度", "达到序时进度", &["达序时", "达到序时"]),
    ("已达标", "已达标", &["达标"]),
    ("持续推进", "持续推进", &[]),
    ("未启动", "未启动", &["尚未启动"]),
    ("未达标", "未达标", &[]),
    ("滞后", "滞后", &[]),
    ("严重滞后", "严重滞后", &[]),
    ("未按期完成", "未按期完成", &["逾期"]),
    ("数据待核实", "数据待核实", &["待核实"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Grade;

    #[test]
    fn every_grade_can_be_chosen() {
        let names: Vec<&str> = GRADES.iter().map(|(name, ..)| *name).collect();
        assert_eq!(names, Grade::ALL.map(Grade::name));
    }
}
