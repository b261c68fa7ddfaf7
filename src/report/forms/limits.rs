//! Drop-downs and input limits, each with a prompt and a message in Chinese.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, Formula, Worksheet,
};

use crate::check::reading::figures::ratio_limits;
use crate::intake::Field;
use crate::intake::number_text::number_text;
use crate::intake::workbook::CellRef;
use crate::plan::{Kind, MilestoneState, Period, Plan, SlotIx, chinese_date};

use super::super::Result;
use super::data::{Entry, FormData};
use super::excel_date;
use super::layout::Layout;

/// No figure of a plan is larger; it keeps 万/亿 slips of an empty history and stray clicks out.
const LARGEST_COUNT: i32 = 100_000_000;

pub(super) fn progress(
    sheet: &mut Worksheet,
    plan: &Plan,
    data: &FormData,
    layout: &Layout,
) -> Result {
    for (row, r) in (layout.first_row..).zip(&data.rows) {
        let Some(slot) = r.slot else { continue };
        let kind = plan.indicators[plan.slots[slot].indicator].kind;
        for (col, &field) in (0u16..).zip(&layout.columns) {
            let rule = match field {
                Field::Cumulative if kind.is_numeric() => Some(figure(plan, data, slot, row, col)?),
                Field::Previous
                    if kind.is_cumulative() && !r.cells.contains_key(&Field::Previous) =>
                {
                    let rule = DataValidation::new()
                        .allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0));
                    Some(say(
                        rule,
                        "上月累计",
                        "系统中没有上月采信数，请填写截至上月底的累计数。",
                        "请填写不小于0的数值，不带单位。",
                    )?)
                }
                Field::Status if kind == Kind::Milestone => Some(status()?),
                Field::DoneOn if kind == Kind::Milestone => Some(done_on(plan, data.period)?),
                Field::ExpectedOn if kind != Kind::Ongoing => Some(expected_on(plan)?),
                _ => None,
            };
            if let Some(rule) = rule {
                sheet.add_data_validation(row, col, row, col, &rule)?;
            }
        }
    }
    Ok(())
}

fn figure(
    plan: &Plan,
    data: &FormData,
    slot: SlotIx,
    row: u32,
    col: u16,
) -> Result<DataValidation> {
    let indicator = &plan.indicators[plan.slots[slot].indicator];
    let unit = &indicator.unit.text;
    let before = match data
        .rows
        .iter()
        .find(|r| r.slot == Some(slot))
        .and_then(|r| r.cells.get(&Field::Previous))
    {
        Some(Entry::Number(n)) if indicator.kind.is_cumulative() => {
            format!(
                "上月累计{}，本月不应更小；确需核减的请在“情况说明”中说明。",
                number_text(*n)
            )
        }
        _ => String::new(),
    };
    let (rule, prompt, error) = match indicator.kind {
        Kind::Count => (
            DataValidation::new().allow_whole_number(DataValidationRule::Between(0, LARGEST_COUNT)),
            format!("填写自年初至本月底的累计数（整数，单位：{unit}），只填数字。{before}"),
            "请填写不小于0的整数，不带单位、“约”“余”等文字。",
        ),
        Kind::Ratio => {
            let cell = CellRef::new(row, col.into()).name();
            let (above, most) = ratio_limits(indicator);
            let (is_small, above, most) = (above == 0.0, number_text(above), number_text(most));
            let rule = DataValidation::new().allow_custom(Formula::new(format!(
                "=AND(ISNUMBER({cell}),OR({cell}=0,AND({cell}>{above},{cell}<={most})))"
            )));
            let (prompt, error) = match (unit.as_str(), is_small) {
                ("%", false) => (
                    "填写百分点数，如76.1表示76.1%；不输入百分号，不填0.761。".to_owned(),
                    "请填写0，或1以上、100以内的百分点数，如76.1；不输入百分号，不填小数比例。",
                ),
                ("%", true) => (
                    "填写百分点数，如0.6表示0.6%；不输入百分号。".to_owned(),
                    "请填写0至100之间的百分点数，如0.6；不输入百分号。",
                ),
                _ => (
                    format!("按{unit}填写，只填数字，不填小数比例。"),
                    "请按计量单位填写数值，不带单位，不填小数比例。",
                ),
            };
            (rule, prompt, error)
        }
        Kind::Level => (
            DataValidation::new()
                .allow_decimal_number(DataValidationRule::Between(0.0, LARGEST_COUNT.into())),
            format!("填写本月底的水平（单位：{unit}），只填数字。"),
            "请填写不小于0的数值，不带单位。",
        ),
        _ => (
            DataValidation::new()
                .allow_decimal_number(DataValidationRule::Between(0.0, LARGEST_COUNT.into())),
            format!("填写自年初至本月底的累计数（单位：{unit}），只填数字，注意单位。{before}"),
            "请填写不小于0的数值，不带单位、“约”“余”等文字。",
        ),
    };
    say(rule, "累计完成", &prompt, error)
}

fn status() -> Result<DataValidation> {
    let words = [
        MilestoneState::NotStarted,
        MilestoneState::UnderWay,
        MilestoneState::Done,
    ]
    .map(MilestoneState::name);
    let rule = DataValidation::new().allow_list_strings(&words)?;
    say(
        rule,
        "状态",
        "从下拉列表中选择；选“已完成”的，须填写完成时间。",
        "请选择：未启动、进行中、已完成。",
    )
}

fn done_on(plan: &Plan, period: Period) -> Result<DataValidation> {
    let (first, last) = (plan.start, period.last_day().min(plan.end));
    let rule = DataValidation::new().allow_date(DataValidationRule::Between(
        excel_date(first)?,
        excel_date(last)?,
    ));
    let range = format!("{}至{}", chinese_date(first), chinese_date(last));
    say(
        rule,
        "完成时间",
        &format!("状态为“已完成”时填写，格式如{last}，范围{range}。"),
        &format!("请填写实际存在的日期，格式如{last}，范围{range}。"),
    )
}

fn expected_on(plan: &Plan) -> Result<DataValidation> {
    let rule = DataValidation::new()
        .allow_date(DataValidationRule::Between(
            excel_date(plan.start)?,
            excel_date(plan.end)?,
        ))
        .set_error_style(DataValidationErrorStyle::Warning);
    say(
        rule,
        "预计完成时间",
        &format!("未完成的填写，格式如{}。", plan.end),
        &format!(
            "应为日期（格式如{}），且不晚于{}。确实要晚于该日的可以保留，并说明原因。",
            plan.end,
            chinese_date(plan.end)
        ),
    )
}

/// Money in 万元, and any other number that may not be negative.
pub(super) fn money() -> Result<DataValidation> {
    let rule = DataValidation::new()
        .allow_decimal_number(DataValidationRule::Between(0.0, LARGEST_COUNT.into()));
    say(
        rule,
        "资金（万元）",
        "单位为万元，只填数字；支付资金≤到位资金≤计划资金。",
        "请填写不小于0的数值，单位为万元。",
    )
}

pub(super) fn deadline(plan: &Plan) -> Result<DataValidation> {
    let rule = DataValidation::new()
        .allow_date(DataValidationRule::Between(
            excel_date(plan.start)?,
            excel_date(plan.end)?,
        ))
        .set_error_style(DataValidationErrorStyle::Warning);
    say(
        rule,
        "完成时限",
        &format!("填写日期，格式如{}。", plan.end),
        &format!(
            "应为{}以内的日期，格式如{}。",
            chinese_date(plan.end),
            plan.end
        ),
    )
}

/// Any other code may stand, since a return copy can hold one that no drop-down lists.
pub(super) fn codes(codes: &[String]) -> Result<Option<DataValidation>> {
    /// Excel refuses a longer inline list.
    const LONGEST: usize = 255;
    if codes.is_empty() || codes.iter().map(|c| c.len() + 1).sum::<usize>() > LONGEST {
        return Ok(None);
    }
    let rule = DataValidation::new()
        .allow_list_strings(codes)?
        .set_error_style(DataValidationErrorStyle::Information);
    Ok(Some(say(
        rule,
        "规则代码",
        "填写退回稿或自查结果中提示的规则代码。",
        "规则代码不在列表中，请核对。",
    )?))
}

fn say(rule: DataValidation, title: &str, prompt: &str, error: &str) -> Result<DataValidation> {
    Ok(rule
        .set_input_title(title)?
        .set_input_message(prompt)?
        .set_error_title(title)?
        .set_error_message(error)?)
}
