//! The sheets around the figures: 情况说明, 填表说明 and the hidden identity sheet.

use rust_xlsxwriter::Worksheet;

use crate::intake::layout::ACCEPTED;
use crate::plan::{Plan, chinese_date};

use super::super::Result;
use super::super::paper::Paper;
use super::super::room::{column_px, text_height};
use super::data::FormData;
use super::style::Styles;
use super::{FORM_REVISION, limits, print_setup, protect};

/// Empty lines offered for answers.
const ANSWER_ROWS: u32 = 20;
/// 填表说明's one column, in units.
const GUIDE_WIDTH: f64 = 110.0;

pub(super) fn answers(sheet: &mut Worksheet, data: &FormData, styles: &Styles) -> Result {
    sheet.set_name(super::ANSWERS_SHEET)?;
    for (col, (head, width)) in (0u16..).zip([("规则代码", 12.0), ("位置", 26.0), ("说明", 80.0)])
    {
        sheet
            .set_column_width(col, width)?
            .write_with_format(0, col, head, &styles.head)?;
    }
    sheet.set_row_height(0, 26)?;
    let rows = ANSWER_ROWS.max(u32::try_from(data.answers.len()).unwrap_or(u32::MAX));
    for row in 1..=rows {
        let answer = data.answers.get(row as usize - 1);
        for col in 0..3u16 {
            let format = if col == 2 {
                &styles.input
            } else {
                &styles.input_center
            };
            match answer
                .map(|a| a[usize::from(col)].as_str())
                .filter(|t| !t.is_empty())
            {
                Some(text) => sheet.write_string_with_format(row, col, text, format)?,
                None => sheet.write_blank(row, col, format)?,
            };
        }
    }
    if let Some(rule) = limits::codes(&data.codes)? {
        sheet.add_data_validation(1, 0, rows, 0, &rule)?;
    }
    let hint = "对提示（警告）确属实情、无需更正的，在此说明。“位置”填“表名!单元格”（如 进展情况!H6）、单元格或指标编号；差错须更正，仅作说明不能采信。";
    sheet
        .merge_range(rows + 1, 0, rows + 1, 2, hint, &styles.hint)?
        .set_row_height(rows + 1, 36)?;
    sheet.set_freeze_panes(1, 0)?;
    print_setup(sheet, Paper::A4);
    protect(sheet);
    Ok(())
}

pub(super) fn guide(
    sheet: &mut Worksheet,
    plan: &Plan,
    data: &FormData,
    styles: &Styles,
) -> Result {
    sheet.set_name(super::GUIDE_SHEET)?;
    sheet.set_column_width(0, GUIDE_WIDTH)?;
    sheet
        .set_row_height(0, 34)?
        .write_with_format(0, 0, "填表说明", &styles.title)?;
    let due = chinese_date(plan.due_date(data.period));
    let last = chinese_date(data.period.last_day());
    let mut lines = vec![
        format!("1. 本表报送{}情况，数据截至{last}，请于{due}前报送。", data.period.chinese()),
        "2. 只填写浅黄色单元格；白色单元格由系统填好，灰色单元格不需填写。工作表受保护但未设密码，行高、列宽可以调整。".to_owned(),
        "3. 每个指标一行，请勿增删行列、合并拆分单元格或更改表头。".to_owned(),
        "4. “累计完成”填写自年初至本月底的累计数，按“计量单位”折算，只填数字；“上月累计”为上期采信数，“本月完成”“完成率”自动计算。".to_owned(),
        "5. 比率指标（单位为%）填写百分点数，如76.1表示76.1%，不输入百分号。".to_owned(),
        format!("6. “状态”从下拉列表中选择；选“已完成”的须填写“完成时间”。未完成的请填写“预计完成时间”，格式如{}。", plan.end),
        "7. “工作进展”写清本月做了什么、进展到哪一步，不照抄上月；进度落后的，“存在问题”“下一步措施”必须填写具体内容。".to_owned(),
        "8. 指标已完成且无变化的，累计数保持不变即可。".to_owned(),
    ];
    if !data.elements.is_empty() {
        let money = if data.asks_money {
            "；本月须填报资金，单位为万元，支付资金≤到位资金≤计划资金"
        } else {
            ""
        };
        lines.push(format!("{}. “工作方案”填写各项目的工作举措、完成时限、验收标准、资金来源{money}。已有内容请核对更新。", lines.len() + 1));
    }
    if data.rows.iter().any(|r| r.slot.is_none()) {
        lines.push(format!(
            "{}. 会同其他单位推进的项目只填写文字，数据由牵头单位报送。",
            lines.len() + 1
        ));
    }
    lines.push(format!(
        "{}. 除“联系电话”外，请勿在表中填写手机号码、身份证号等个人信息；涉密内容不得填报。",
        lines.len() + 1
    ));
    lines.push(format!(
        "{}. 保存为 .xlsx、.xls、.et 或 .ods 均可，请勿加密码。",
        lines.len() + 1
    ));
    let (n, month) = (lines.len(), data.period.month());
    let range = match month {
        1 => String::new(),
        month => format!("、1-{month}月"),
    };
    let contact = plan.briefing.telephone.as_ref();
    let contact = contact
        .map(|contact| format!("{}. 填报中有疑问的，请联系督查室，电话：{contact}。", n + 4));
    lines.extend([
        format!("{}. 数字可带计量单位（如2.27万平方米、22700㎡），同一种量自动换算；约、余、≥等照读并注明。一格只写一个数，3-5、完成3处在建1处等读不懂。", n + 1),
        format!(
            "{}. 月份写{}、{month}月{range}均可，须与本期一致；日期写{}、{}、9月底均可，6.12、待定读不懂。",
            n + 2,
            data.period.chinese(),
            plan.end,
            chinese_date(plan.end)
        ),
        format!("{}. 读不懂的一律退回说明，不作猜测。全部写法见《怎样的写法读得懂》，可向督查室索取。", n + 3),
    ]);
    lines.extend(contact);
    for (row, line) in (1u32..).zip(&lines) {
        sheet
            .write_with_format(row, 0, line, &styles.guide)?
            .set_row_height(row, text_height(line, column_px(GUIDE_WIDTH), 12.0))?;
    }
    print_setup(sheet, Paper::A4);
    protect(sheet);
    Ok(())
}

/// Keys in A, values in B (rules.md, "The identity sheet").
pub(super) fn identity(sheet: &mut Worksheet, plan: &Plan, data: &FormData) -> Result {
    sheet.set_name(super::IDENTITY_SHEET)?;
    let department = &plan.departments[data.department].id;
    let period = data.period.to_string();
    sheet
        .write(0, 0, "form_revision")?
        .write(0, 1, FORM_REVISION)?;
    sheet.write(1, 0, "plan_id")?.write(1, 1, &plan.id)?;
    sheet
        .write(2, 0, "plan_revision")?
        .write(2, 1, plan.revision)?;
    sheet.write(3, 0, "period")?.write(3, 1, &period)?;
    sheet.write(4, 0, "department")?.write(4, 1, department)?;
    sheet
        .write(5, 0, "submission")?
        .write(5, 1, data.submission)?;
    for (row, (indicator, said)) in (6u32..).zip(&data.accepted) {
        sheet
            .write(row, 0, format!("{ACCEPTED}{indicator}"))?
            .write(row, 1, said)?;
    }
    sheet.set_very_hidden(true);
    Ok(())
}
