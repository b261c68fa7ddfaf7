//! The mistakes of April to June.

use duban::intake::Field;
use duban::intake::submission::ElementField;
use duban::report::forms::Entry;
use jiff::ToSpan;
use jiff::civil::date;

use super::build::{Extra, Month, Past};
use super::{AnyError, patch};

pub fn april(m: &mut Month, past: &Past) -> Result<(), AnyError> {
    m.put("4.1", Field::ThisMonth, 95.0)?;
    m.expect(
        "R002",
        "4.1",
        Field::Cumulative,
        "上月累计305加本月95，不等于累计420",
    )?;
    m.hold("4.1")?;
    let cjzx = m.department("cjzx")?;
    m.expect_file("X004", cjzx, "第4项只有这一个指标，本月没有可用数据")?;
    // 公共服务局 sends March's file again.
    let ggfw = m.department("ggfw")?;
    let march = past
        .sent
        .get(&m.period.previous())
        .and_then(|sent| sent.iter().find(|s| s.department == ggfw))
        .ok_or("nothing in March")?;
    let sent = m.of(ggfw)?;
    sent.data = march.data.clone();
    "公共服务局重点民生实事报送表.xlsx".clone_into(&mut sent.file);
    m.expect_file("F006", ggfw, "误把3月的表再报一次")?;
    m.note("X001", ggfw, "", "", "", "唯一的文件被退回（已退回）");
    m.hold_all(ggfw);
    // A row of the own form was deleted.
    let slot = m.slot("9.4")?;
    m.by("9.4")?.data.rows.retain(|r| r.slot != Some(slot));
    let zwsw = m.department("zwsw")?;
    m.expect_sheet("S005", zwsw, "缺“残疾儿童康复救助”一行")?;
    m.hold("9.4")?;
    m.put(
        "12.10",
        Field::Cumulative,
        Entry::Formula {
            formula: "=6+3".to_owned(),
            result: "9".to_owned(),
        },
    )?;
    m.expect("C008", "12.10", Field::Cumulative, "公式没有保存计算结果")?;
    let (plan, slot) = (m.plan, m.slot("12.10")?);
    let sent = m.by("12.10")?;
    let cell = sent.cell(plan, slot, Field::Cumulative).ok_or("no cell")?;
    sent.uncached.push(cell);
    m.hold("12.10")?;
    m.put(
        "18.2",
        Field::Narrative,
        "将于5月开展违法停车专项整治，计划联合镇街对重点路段集中清理，拟增设抓拍点位。",
    )?;
    m.expect("R012", "18.2", Field::Narrative, "只写打算，没有进展")?;
    m.put("19.7", Field::Cumulative, 2.8)?;
    m.expect(
        "R013",
        "19.7",
        Field::Cumulative,
        "硬质0.4加土质2.0，不等于缓冲带2.8公里",
    )?;
    m.hold("19.7")?;
    m.put("20.4", Field::DoneOn, "2024-04-31")?;
    m.expect("C012", "20.4", Field::DoneOn, "日期不存在")?;
    m.hold("20.4")
}

pub fn may(m: &mut Month) -> Result<(), AnyError> {
    m.put("2.4", Field::Cumulative, "1.7万平方米")?;
    m.expect("C004", "2.4", Field::Cumulative, "长度指标填了面积单位")?;
    m.hold("2.4")?;
    m.put(
        "6.1",
        Field::Cumulative,
        Entry::Formula {
            formula: "=#REF!+2".to_owned(),
            result: "#REF!".to_owned(),
        },
    )?;
    m.expect("C007", "6.1", Field::Cumulative, "公式引用失效")?;
    m.hold("6.1")?;
    m.put("9.2", Field::Cumulative, 6.5)?;
    m.put("9.2", Field::Rate, Entry::Percent(59.1))?;
    m.expect("C016", "9.2", Field::Cumulative, "人数填了小数6.5")?;
    m.hold("9.2")?;
    m.clear("11.3", Field::DoneOn)?;
    m.expect("R005", "11.3", Field::DoneOn, "已完成但没有完成时间")?;
    m.hold("11.3")?;
    m.put("12.5", Field::Previous, 40.0)?;
    m.expect(
        "R003",
        "12.5",
        Field::Previous,
        "上月累计40与4月采信的46不一致",
    )?;
    m.expect(
        "R008",
        "16.2",
        Field::Cumulative,
        "一个月新增334台，远高于此前月均",
    )
}

pub fn june(m: &mut Month) -> Result<(), AnyError> {
    m.expect(
        "R007",
        "5.1",
        Field::Cumulative,
        "连续三个月无变化且低于序时进度",
    )?;
    m.clear("5.1", Field::NextSteps)?;
    m.expect("R016", "5.1", Field::NextSteps, "严重滞后但下一步措施空白")?;
    m.put("8.3", Field::Cumulative, 0.761)?;
    m.expect(
        "C011",
        "8.3",
        Field::Cumulative,
        "0.761无法确定是76.1%还是0.761%",
    )?;
    m.hold("8.3")?;
    m.put("14.1", Field::ExpectedOn, date(2024, 12, 20))?;
    m.expect(
        "R020",
        "14.1",
        Field::ExpectedOn,
        "预计完成时间由11月30日推迟到12月20日（提示）",
    )?;
    let paid = m
        .element(19, ElementField::Arrived)?
        .get(&ElementField::Arrived)
        .cloned();
    if let Some(Entry::Number(arrived)) = paid {
        m.element(19, ElementField::Paid)?
            .insert(ElementField::Paid, Entry::Number(arrived + 130.0));
    }
    m.expect_element("R017", 19, ElementField::Paid, "支付资金大于到位资金")?;
    let (plan, slot) = (m.plan, m.slot("20.2")?);
    let sent = m.by("20.2")?;
    let cell = sent.cell(plan, slot, Field::Indicator).ok_or("no cell")?;
    sent.hidden_rows.push(cell);
    m.expect("S010", "20.2", Field::Indicator, "该行被隐藏")?;
    let tzb = m.department("tzb")?;
    let late = plan.due_date(m.period).checked_add(3.days())?;
    let sent = m.of(tzb)?;
    sent.received = late;
    sent.data.modified = late.at(10, 20, 0, 0);
    m.expect_file("X002", tzb, "逾期3天报送")?;
    // 政务服务和社会事务中心 sends the same file twice and a scan.
    let zwsw = m.department("zwsw")?;
    let sent = m.of(zwsw)?;
    let (received, copy) = (sent.received, sent.file.replace(".xlsx", "(1).xlsx"));
    let bytes = sent.bytes(plan)?;
    m.extra.push(Extra {
        file: copy,
        bytes,
        received,
    });
    let file = "政务中心6月盖章版.pdf".to_owned();
    m.note(
        "F003",
        zwsw,
        &file,
        "",
        "",
        "表格之外另附盖章扫描件（提示，附件已收）",
    );
    m.extra.push(Extra {
        bytes: patch::scan("政务中心6月报送表盖章版（示例数据）"),
        file,
        received,
    });
    let gafj = m.department("gafj")?;
    m.sent.retain(|s| s.department != gafj);
    m.hold_all(gafj);
    m.note("X001", gafj, "", "", "", "6月未报");
    Ok(())
}
