//! The mistakes of January to March, and the way into the others.

use duban::intake::Field;
use duban::intake::submission::ElementField;
use duban::report::forms::Entry;
use jiff::ToSpan;

use super::build::{Extra, Month, Past};
use super::{AnyError, mistakes_spring, patch};

/// Puts a month's mistakes in; from July on there are none.
pub fn plant(month: &mut Month, past: &Past) -> Result<(), AnyError> {
    match month.period.month() {
        1 => january(month),
        2 => february(month, past),
        3 => march(month),
        4 => mistakes_spring::april(month, past),
        5 => mistakes_spring::may(month),
        6 => mistakes_spring::june(month),
        _ => Ok(()),
    }?;
    let period = month.period;
    for sent in month
        .sent
        .clone()
        .iter()
        .filter(|s| s.data.period == period)
    {
        for [_, place, why] in &sent.data.answers {
            let cell = place.rsplit('!').next().unwrap_or_default();
            month.note(
                "R008",
                sent.department,
                &sent.file,
                sent.sheet(),
                cell,
                &format!("本月增量突增，已在“情况说明”中说明：{why}"),
            );
        }
    }
    Ok(())
}

fn january(m: &mut Month) -> Result<(), AnyError> {
    m.put("4.1", Field::Cumulative, "86个")?;
    m.expect(
        "C003",
        "4.1",
        Field::Cumulative,
        "数字后带单位“86个”，仍可读取（提示）",
    )?;
    m.put("11.2", Field::Status, "筹备阶段")?;
    m.expect("C019", "11.2", Field::Status, "状态写成“筹备阶段”")?;
    m.hold("11.2")?;
    m.put("12.11", Field::Target, 1000.0)?;
    m.put("12.11", Field::Rate, Entry::Percent(3.7))?;
    m.expect("C018", "12.11", Field::Target, "年度目标1500被改为1000")?;
    m.put("18.1", Field::Remark, "联系人张三13800000000")?;
    m.expect("C017", "18.1", Field::Remark, "备注里写了手机号码")
}

fn february(m: &mut Month, past: &Past) -> Result<(), AnyError> {
    m.clear("2.4", Field::Cumulative)?;
    m.expect("C001", "2.4", Field::Cumulative, "累计完成漏填")?;
    m.hold("2.4")?;
    // 公共服务局 left January's narrative of task 8 as it was.
    let (ggfw, slot) = (m.department("ggfw")?, m.slot("8.1")?);
    let task = m.plan.slots[slot].task;
    let january = past
        .sent
        .get(&m.period.previous())
        .and_then(|sent| sent.iter().find(|s| s.department == ggfw));
    let copied = january
        .and_then(|s| s.data.words.get(&task))
        .and_then(|w| w.get(&Field::Narrative))
        .ok_or("no narrative in January")?;
    m.put("8.1", Field::Narrative, copied.clone())?;
    m.expect("R011", "8.1", Field::Narrative, "工作进展照抄1月")?;
    m.put("9.4", Field::Cumulative, "15/75")?;
    m.expect("C015", "9.4", Field::Cumulative, "一格写了两个数“15/75”")?;
    m.hold("9.4")?;
    m.put("19.2", Field::Cumulative, "约0.25万平方米")?;
    m.expect("C014", "19.2", Field::Cumulative, "带“约”字")?;
    m.expect(
        "C003",
        "19.2",
        Field::Cumulative,
        "同一格：按文本填写（提示）",
    )?;
    // 统战部 sends a second, corrected workbook under a name of its own making.
    let tzb = m.department("tzb")?;
    let last = m.of(tzb)?;
    let mut first = last.clone();
    first.received = first.received.checked_sub(2.days())?;
    first.data.modified = first.data.modified.checked_sub(2.days())?;
    last.file = last.file.replace(".xlsx", "（最终版2）.xlsx");
    let slot = m.slot("12.10")?;
    first
        .data
        .set(m.plan, slot, Field::Cumulative, Entry::Number(2.0));
    let file = first.file.clone();
    m.sent.insert(0, first);
    m.note(
        "F007",
        tzb,
        &file,
        "",
        "",
        "同月先后报两份，以“最终版2”为准（提示）",
    );
    // A scan beside the form.
    let gafj = m.department("gafj")?;
    let received = m.of(gafj)?.received;
    let file = "公安分局2月盖章版.pdf".to_owned();
    m.note(
        "F003",
        gafj,
        &file,
        "",
        "",
        "表格之外另附盖章扫描件（提示，附件已收）",
    );
    m.extra.push(Extra {
        bytes: patch::scan("公安分局2月报送表盖章版（示例数据）"),
        file,
        received,
    });
    Ok(())
}

fn march(m: &mut Month) -> Result<(), AnyError> {
    m.put("1.2", Field::Cumulative, "6200㎡")?;
    m.expect(
        "C005",
        "1.2",
        Field::Cumulative,
        "按平方米填写，可折算为0.62万平方米（提示）",
    )?;
    m.expect(
        "C003",
        "1.2",
        Field::Cumulative,
        "同一格：按文本填写（提示）",
    )?;
    m.put("2.2", Field::Rate, Entry::Percent(16.0))?;
    m.expect("R004", "2.2", Field::Rate, "手填完成率16.0%，实际10.6%")?;
    m.put("6.1", Field::Cumulative, "四处")?;
    m.expect(
        "C003",
        "6.1",
        Field::Cumulative,
        "用汉字写数“四处”，仍可读取（提示）",
    )?;
    // This month's figure in the cumulative column.
    m.put("9.5", Field::Cumulative, 5.0)?;
    m.put("9.5", Field::Rate, Entry::Percent(9.4))?;
    m.expect(
        "R001",
        "9.5",
        Field::Cumulative,
        "把当月数5填入累计列，少于2月累计11",
    )?;
    m.hold("9.5")?;
    m.element(9, ElementField::Acceptance)?
        .remove(&ElementField::Acceptance);
    m.expect_element("R018", 9, ElementField::Acceptance, "工作方案缺验收标准")?;
    m.put("16.2", Field::Cumulative, "92余台")?;
    m.expect("C014", "16.2", Field::Cumulative, "带“余”字")?;
    m.expect(
        "C003",
        "16.2",
        Field::Cumulative,
        "同一格：按文本填写（提示）",
    )?;
    m.put("18.3", Field::Narrative, "正在有序推进。")?;
    m.expect(
        "R012",
        "18.3",
        Field::Narrative,
        "持续推进的工作只写“正在有序推进”",
    )
}
