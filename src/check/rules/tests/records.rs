//! R001–R005, R007–R010, R013, R014, R017, R018, R020 on a small plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::date;

use crate::check::rule::NotRun;
use crate::check::testing::{TestMonth, blank, number, words};
use crate::check::{Element, TaskElements};
use crate::intake::Field::*;
use crate::intake::FieldCell;
use crate::intake::submission::{ElementField, ElementRow, Elements};
use crate::intake::workbook::{CellRef, NumberFormat, Value};
use crate::plan::{Adjust, MilestoneState, Period, testing};

#[test]
fn a_cumulative_figure_may_not_fall() {
    let mut m = TestMonth::june();
    m.cum("1.1", 7.2).earlier_value("2024-05", "1.1", 8.0);
    m.fails(
        "R001",
        "1.1",
        "第1项“街头绿地面积”累计7.2万平方米，少于上月8万平方米。",
    );
    m.cum("1.1", 8.0);
    m.passes("R001", "1.1");
    m.set("1.1", Cumulative, words("按计划推进"));
    m.waits_for("R001", "1.1", "C002");
    m.set("1.1", Cumulative, None);
    m.waits_for("R001", "1.1", "C001");
    m.is_not_for("R001", "4.2");
}

#[test]
fn the_last_accepted_month_counts_across_a_gap() {
    let mut m = TestMonth::june();
    m.cum("1.1", 4.0).earlier_value("2024-03", "1.1", 4.8);
    m.fails("R001", "1.1", "少于2024年3月4.8万平方米");
    // R003 compares with the month before only.
    m.set("1.1", Previous, number(3.0));
    m.is_not_for("R003", "1.1");
}

#[test]
fn balance_and_previous() {
    let mut m = TestMonth::june();
    m.set("1.1", Previous, number(8.0))
        .set("1.1", ThisMonth, number(1.6))
        .cum("1.1", 10.8);
    m.fails("R002", "1.1", "合计9.6万平方米");
    m.cum("1.1", 9.6).earlier_value("2024-05", "1.1", 8.0);
    m.passes("R002", "1.1");
    m.passes("R003", "1.1");
    m.set("1.1", Previous, number(7.6));
    m.fails(
        "R003",
        "1.1",
        "“上月累计”填7.6万平方米，2024年5月采信的是8万平方米",
    );
    m.set("1.1", ThisMonth, None);
    m.is_not_for("R002", "1.1");
}

#[test]
fn a_previous_figure_is_compared_in_the_digits_it_shows() {
    let mut m = TestMonth::june();
    m.cum("1.1", 9.6)
        .earlier_value("2024-05", "1.1", 8.36)
        .set("1.1", Previous, words("8.4"));
    m.passes("R003", "1.1");
    m.set("1.1", Previous, words("8.3"));
    m.fails("R003", "1.1", "R003");
    m.set("1.1", Previous, words("8.40"));
    m.fails("R003", "1.1", "R003");
}

#[test]
fn a_stated_rate() {
    let mut m = TestMonth::june();
    m.cum("1.1", 9.6)
        .set("1.1", Rate, number(0.75))
        .format("1.1", Rate, NumberFormat::Percent(1));
    m.fails(
        "R004",
        "1.1",
        "完成率填75%，按累计9.6万平方米、目标16万平方米计算应为60.0%",
    );
    m.set("1.1", Rate, number(0.6));
    m.passes("R004", "1.1");
    m.format("1.1", Rate, NumberFormat::General)
        .set("1.1", Rate, number(60.0));
    m.passes("R004", "1.1");
    m.cum("1.1", 15.94).set("1.1", Rate, words("100%"));
    m.passes("R004", "1.1");
    m.set("1.1", Rate, words("/"));
    m.is_not_for("R004", "1.1");
}

#[test]
fn a_rate_of_the_sheets_own_target_is_c018s() {
    let mut m = TestMonth::june();
    m.cum("1.1", 9.6)
        .set("1.1", Rate, words("80%"))
        .set("1.1", Target, number(12.0));
    m.waits_for("R004", "1.1", "C018");
    m.set("1.1", Rate, words("75%"));
    m.fails("R004", "1.1", "R004");
}

#[test]
fn done_needs_its_value_or_its_date() {
    let mut m = TestMonth::june();
    m.cum("1.3", 900.0).set("1.3", Status, words("已完成"));
    m.fails("R005", "1.3", "尚未完成");
    m.plan.indicators[2].approximate = true;
    m.cum("1.3", 1235.0);
    m.passes("R005", "1.3");

    m.set("4.2", Status, words("已完成"));
    m.fails("R005", "4.2", "“完成时间”未填写");
    m.set("4.2", DoneOn, words("2024-02-30"));
    m.waits_for("R005", "4.2", "C012");
    m.set("4.2", DoneOn, words("2024.3.15"));
    m.passes("R005", "4.2");
    // A date that was accepted once need not be written again.
    m.set("4.2", DoneOn, None).earlier("2024-05", "4.2", |j| {
        j.milestone = Some(MilestoneState::Done);
        j.done_on = Some(date(2024, 3, 15));
    });
    m.passes("R005", "4.2");
    m.drop_column(DoneOn)
        .earlier("2024-05", "4.2", |j| j.done_on = None);
    m.fails("R005", "4.2", "已完成");
}

#[test]
fn stalled_needs_every_month_and_a_lag() {
    let mut m = TestMonth::june();
    for month in ["2024-03", "2024-04", "2024-05"] {
        m.earlier_value(month, "1.2", 4.4);
    }
    m.cum("1.2", 4.4);
    m.fails(
        "R007",
        "1.2",
        "累计4.4公里，与前3个月相同，没有进展；按序时进度应完成10公里",
    );
    m.plan.checks.stalled_months = 4;
    m.is_not_for("R007", "1.2");
    m.plan.checks.stalled_months = 2;
    m.plan.indicators[1].target = Some(8.0);
    m.passes("R007", "1.2");
}

#[test]
fn a_jump_is_measured_by_the_average_so_far() {
    let mut m = TestMonth::june();
    m.earlier_value("2024-05", "1.3", 250.0).cum("1.3", 950.0);
    m.fails(
        "R008",
        "1.3",
        "累计950个，比上月250个增加700个，此前月均完成约50个",
    );
    m.cum("1.3", 500.0);
    // 250 is under 20 % of the target.
    m.passes("R008", "1.3");
    m.earlier_value("2024-05", "1.3", 0.0).cum("1.3", 650.0);
    m.is_not_for("R008", "1.3");
}

#[test]
fn reopened() {
    let mut m = TestMonth::june();
    m.earlier("2024-05", "3.2", |j| {
        j.milestone = Some(MilestoneState::Done);
    })
    .set("3.2", Status, words("进行中"));
    m.fails("R009", "3.2", "上月已报“已完成”，本月状态为“进行中”");

    m.earlier_value("2024-05", "3.1", 16.0).cum("3.1", 15.0);
    m.fails("R009", "3.1", "又未完成");
    assert_eq!(m.verdict(&["R001"], "R009", "3.1"), Err(NotRun("R001")));
    // A target raised since then reopens nothing.
    m.plan.adjusts.push(Adjust {
        indicator: 6,
        from: "2024-06".parse().unwrap(),
        target: Some(18.0),
        deadline: None,
        basis: String::new(),
    });
    m.cum("3.1", 16.0);
    m.passes("R009", "3.1");
}

#[test]
fn overdue_from_the_deadlines_month_on() {
    let mut m = TestMonth::of(testing::for_rules(), 1, "2024-10");
    m.cum("5.1", 97.0);
    m.fails(
        "R010",
        "5.1",
        "完成时限为2024年9月30日，累计97批次，目标100批次，未按期完成",
    );
    m.cum("5.1", 100.0);
    m.passes("R010", "5.1");
    m.period = "2024-08".parse().unwrap();
    m.cum("5.1", 10.0);
    m.passes("R010", "5.1");
    // One reporter's own part.
    m.period = "2024-09".parse().unwrap();
    m.cum("5.2", 12.0);
    m.passes("R010", "5.2");
}

#[test]
fn a_relation_converts_units_and_allows_the_rounding_shown() {
    let mut m = TestMonth::june();
    m.cum("2.1", 8.0).cum("2.2", 1080.0).cum("2.3", 6.36);
    let found = m.findings("R013", 1);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].indicator, Some(3));
    assert_eq!(
        found[0].message,
        "第2项“生态缓冲带长度”8公里，应等于“硬质护岸”1080米与“土质护岸”6.36公里之和7.44公里。"
    );
    assert_eq!(found[0].cell, Some(CellRef::new(7, 9)));
    // 7.4 shows tenths: 0.05 + 0.005 + 0.0005 may be lost.
    m.cum("2.1", 7.4);
    assert!(m.findings("R013", 1).is_empty());
    // A whole part is exact: 1.5 公里 are not lost in it.
    m.cum("2.1", 3.1).cum("2.2", 1600.0).cum("2.3", 1.0);
    assert_eq!(m.findings("R013", 1).len(), 1);
    m.cum("2.1", 7.4).cum("2.2", 1080.0).cum("2.3", 6.36);
    m.plan.tasks[1].relations[0].tolerance = Some(0.01);
    assert_eq!(m.findings("R013", 1).len(), 1);
    m.set("2.3", Cumulative, None);
    assert!(m.findings("R013", 1).is_empty());
}

#[test]
fn far_over_target() {
    let mut m = TestMonth::june();
    m.cum("1.3", 2100.0);
    m.fails("R014", "1.3", "填报2100个，超过年度目标1300个的1.5倍");
    m.cum("1.3", 1950.0);
    m.passes("R014", "1.3");
}

fn elements(rows: &[(ElementField, Option<Value>)]) -> Elements {
    let cell = |col, value: &Option<Value>| FieldCell {
        value: value.clone(),
        ..blank(CellRef::new(2, col))
    };
    let cells = (2u32..).zip(rows);
    let row = ElementRow {
        task: 0,
        row: 2,
        cells: cells
            .map(|(col, (field, value))| (*field, cell(col, value)))
            .collect(),
    };
    Elements {
        sheet: Arc::from("工作方案"),
        date_1904: false,
        rows: vec![row],
        money_units: BTreeMap::new(),
    }
}

#[test]
fn money_comes_before_it_goes() {
    let mut m = TestMonth::june();
    let money = |planned: Option<Value>, arrived, paid| {
        elements(&[
            (ElementField::Planned, planned),
            (ElementField::Arrived, arrived),
            (ElementField::Paid, paid),
        ])
    };
    m.elements(money(number(155.0), number(100.0), number(120.0)));
    let found = m.findings("R017", 0);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].message,
        "第1项“城市绿荫工程”支付资金120万元，大于到位资金100万元。"
    );
    assert_eq!(
        (found[0].sheet.as_deref(), found[0].found.as_deref()),
        (Some("工作方案"), Some("120"))
    );
    m.elements(money(number(155.0), number(200.0), number(60.0)));
    assert_eq!(
        m.findings("R017", 0)[0].message,
        "第1项“城市绿荫工程”到位资金200万元，大于计划资金155万元。"
    );
    m.elements(money(number(155.0), words("#REF!"), number(60.0)));
    assert!(m.findings("R017", 0).is_empty());
    m.elements(money(words("0.02亿元"), words("200万元"), None));
    assert!(m.findings("R017", 0).is_empty());
}

#[test]
fn elements_of_the_month_or_of_the_plan() {
    let mut m = TestMonth::june();
    assert!(m.findings("R018", 0).is_empty());
    m.plan.tasks[0].funding = String::new();
    // The plan's end is a deadline.
    m.plan.tasks[0].deadline = None;
    let found = m.findings("R018", 0);
    assert_eq!(found.len(), 1);
    assert!(found[0].message.contains("缺少“资金来源”，没有报送过"));
    assert_eq!((found[0].sheet.as_deref(), found[0].cell), (None, None));
    m.elements(elements(&[
        (ElementField::Deadline, words("2024年11月")),
        (ElementField::Funding, words("—")),
    ]));
    let found = m.findings("R018", 0);
    assert!(found[0].message.contains("缺少“资金来源”，"));
    assert_eq!(
        (
            found[0].sheet.as_deref(),
            found[0].cell,
            found[0].found.as_deref()
        ),
        (Some("工作方案"), Some(CellRef::new(2, 3)), Some("—"))
    );
    // What was filed in an earlier month holds until a later sheet leaves it blank.
    let task = |month: i8, funding: Option<&str>| TaskElements {
        filed: Some(Period::new(2024, month).unwrap()),
        funding: funding.map(|text| Element {
            text: text.to_owned(),
            period: Some(Period::new(2024, month).unwrap()),
            source: None,
        }),
        ..TaskElements::default()
    };
    m.history
        .push_elements(&m.plan, vec![task(3, Some("区级财政"))]);
    assert_eq!(m.findings("R018", 0).len(), 1, "blank this month");
    m.submission().elements = None;
    assert!(m.findings("R018", 0).is_empty());
    m.history.push_elements(&m.plan, vec![task(5, None)]);
    let found = m.findings("R018", 0);
    assert!(
        found[0]
            .message
            .contains("最近一次（2024年5月）的“工作方案”")
    );
    // A plan may ask for none.
    m.plan.checks.elements = false;
    assert!(m.findings("R018", 0).is_empty());
    m.plan.checks.elements = true;
    // Another department's task.
    m.plan.tasks[0].lead = 1;
    assert!(m.findings("R018", 0).is_empty());
}

#[test]
fn a_forecast_slips() {
    let mut m = TestMonth::june();
    m.cum("1.2", 10.0)
        .set("1.2", ExpectedOn, words("2024-12-20"));
    m.passes("R020", "1.2");
    m.earlier("2024-05", "1.2", |j| {
        j.expected_on = Some(date(2024, 11, 30));
    });
    m.fails(
        "R020",
        "1.2",
        "预计完成时间为2024年12月20日，比上月填报的2024年11月30日推迟",
    );
    m.set("1.2", ExpectedOn, words("2025年1月"));
    m.fails("R020", "1.2", "晚于完成时限2024年12月31日，比上月");
    m.cum("1.2", 20.0);
    m.is_not_for("R020", "1.2");
}
