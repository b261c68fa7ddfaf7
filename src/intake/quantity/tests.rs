use super::*;
use crate::intake::workbook::CellRef;

fn cell(value: Value, format: NumberFormat) -> FieldCell {
    FieldCell {
        at: CellRef::new(6, 9),
        value: Some(value),
        format,
        strike: Strike::None,
        merged_to: None,
    }
}

fn read_as(value: Value, format: NumberFormat, unit: &str) -> Reading {
    let plan = Unit::parse(unit).unwrap();
    read(
        Some(&cell(value, format)),
        Units {
            row: None,
            header: None,
            plan: &plan,
            nouns: ["新增公办学位", "改造危桥"],
            is_in_points: false,
        },
    )
}

fn text(raw: &str, unit: &str) -> Reading {
    read_as(Value::Text(raw.into()), NumberFormat::General, unit)
}

#[test]
fn reads_figures_as_departments_write_them() {
    for (raw, unit, value) in [
        ("1300个", "个", 1300.0),
        ("1，300", "个", 1300.0),
        ("1 300", "个", 1300.0),
        ("1,300", "个", 1300.0),
        ("２０公里", "公里", 20.0),
        ("2.27万平方米", "万平方米", 2.27),
        ("22700㎡", "万平方米", 2.27),
        ("9.6万", "万平方米", 9.6),
        ("1.5万", "人次", 15000.0),
        ("约8.36万㎡", "万平方米", 8.36),
        ("860余台", "台", 860.0),
        ("1.36万平方米左右", "万平方米", 1.36),
        ("近9.6万平方米", "万平方米", 9.6),
        ("780多个", "个", 780.0),
        ("三处", "处", 3.0),
        ("叁", "个", 3.0),
        ("一百二十三", "个", 123.0),
        ("三万人次", "人次", 30000.0),
        ("36.5%", "%", 36.5),
        ("百分之四十", "%", 40.0),
        ("\u{a0}9.6\u{3000}", "万平方米", 9.6),
        ("150平方米", "万平方米", 0.015),
        ("1.38E+3", "个", 1380.0),
        ("-3", "个", -3.0),
        ("3家", "个", 3.0),
        ("0.4%", "%", 0.4),
        ("7①", "座", 7.0),
        ("7座*", "座", 7.0),
        ("7[1]", "座", 7.0),
        ("500m³", "立方米", 500.0),
        ("860（台）", "台", 860.0),
        ("≥860", "台", 860.0),
        ("1.24万余亩", "万亩", 1.24),
        ("3万多平方米", "万平方米", 3.0),
        ("六点二万", "平方米", 62_000.0),
        ("二点二七", "万平方米", 2.27),
        ("二○二", "个", 202.0),
        ("1亿955万元", "万元", 10_955.0),
        ("3千8百零5户", "户", 3805.0),
        ("一万零九百万元", "万元", 10_900.0),
        ("2480个学位", "个", 2480.0),
        ("2480个学位", "学位", 2480.0),
        ("6座桥", "座", 6.0),
        ("85个", "户", 85.0),
        ("八成五", "%", 85.0),
        ("8成", "%", 80.0),
        ("八成半", "%", 85.0),
        ("八成左右", "%", 80.0),
        ("9.5折", "%", 95.0),
        ("九五折", "%", 95.0),
        ("百分百", "%", 100.0),
        ("5.5%以内", "%", 5.5),
        ("控制在5.5%以内", "%", 5.5),
        (".5", "公里", 0.5),
        ("2千50户", "户", 2050.0),
        ("八成以上", "%", 80.0),
        ("百分之八十五左右", "%", 85.0),
        ("百分之85.5", "%", 85.5),
        ("千分之五", "%", 0.5),
        ("十分之八", "%", 80.0),
        ("850‰", "%", 85.0),
        ("85个百分点", "%", 85.0),
        ("120平", "平方米", 120.0),
        ("500立方", "立方米", 500.0),
        ("3hm²", "公顷", 3.0),
        ("36μg/m³", "微克/立方米", 36.0),
        ("5万m³/d", "万立方米/日", 5.0),
        ("12台（套）", "台", 12.0),
    ] {
        assert_eq!(
            text(raw, unit).value(),
            Some(value),
            "{raw} as {unit}: {:?}",
            text(raw, unit)
        );
    }
}

#[test]
fn sisters_of_known_writings_are_read() {
    for (raw, unit, value) in [
        ("12、", "个", 12.0),
        ("12．", "个", 12.0),
        ("0.18万千瓦", "千瓦", 1800.0),
        ("0.18万", "千瓦", 1800.0),
        ("1万2千户", "户", 12_000.0),
        ("两千四百八十个学位", "个", 2480.0),
        ("2.480千个", "个", 2480.0),
        ("十二点五", "公里", 12.5),
        ("〇点五公里", "公里", 0.5),
        ("○点五", "公里", 0.5),
        ("一点二四万亩", "亩", 12_400.0),
        ("1.2万多户", "户", 12_000.0),
        ("将近1300", "个", 1300.0),
        ("1300余", "个", 1300.0),
        ("1300上下", "个", 1300.0),
        ("约1300个左右", "个", 1300.0),
        ("＞860", "台", 860.0),
        ("1.5亿", "万元", 15_000.0),
        ("2.7个亿", "万元", 27_000.0),
        ("2.7 个亿元", "万元", 27_000.0),
        ("3500万", "元", 35_000_000.0),
        ("7㈠", "座", 7.0),
        ("7⑳", "座", 7.0),
        ("7❶", "座", 7.0),
        ("7座[注1]", "座", 7.0),
        ("7座注[1]", "座", 7.0),
        ("7注", "座", 7.0),
        ("7（座）①", "座", 7.0),
        ("６．２万㎡", "万平方米", 6.2),
        ("6.2万平", "万平方米", 6.2),
        ("62000平方", "万平方米", 6.2),
        ("500m^3", "立方米", 500.0),
        ("500立方米（m³）", "立方米", 500.0),
        ("0.5平方公里", "公顷", 50.0),
        ("3万延米", "公里", 30.0),
        ("百分之百", "%", 100.0),
        ("百分之一百", "%", 100.0),
        ("百分之八十五点五", "%", 85.5),
        ("100％", "%", 100.0),
        ("六成", "%", 60.0),
        ("6成5", "%", 65.0),
        ("近九成", "%", 90.0),
        ("十成", "%", 100.0),
        ("85 %", "%", 85.0),
        ("85（%）", "%", 85.0),
        ("36 微克每立方米", "微克/立方米", 36.0),
        ("5万吨/天", "万吨/日", 5.0),
        ("2.5人/万人", "人/万人", 2.5),
        ("12人/次", "人次", 12.0),
        ("12人（次）", "人次", 12.0),
        ("￥4,300.5万元", "万元", 4300.5),
        ("4300万元人民币", "万元", 4300.0),
        ("人民币：4300万", "万元", 4300.0),
        ("2.6MWp", "兆瓦", 2.6),
        ("贰佰零伍", "个", 205.0),
        ("壹万贰仟户", "户", 12_000.0),
        ("一千三百整", "个", 1300.0),
        ("10955万元整", "万元", 10_955.0),
    ] {
        assert_eq!(text(raw, unit).value(), Some(value), "{raw} as {unit}");
    }
    for (raw, unit) in [
        ("二三十户", "户"),
        ("三五百", "个"),
        ("3至5个", "个"),
        ("12个工作日", "个"),
        ("7₂", "座"),
        ("12人/户", "人"),
        ("12元/平方米", "元"),
        ("¥12", "个"),
        ("2个半", "个"),
        ("百余户", "户"),
        ("12个（含续建）", "个"),
    ] {
        assert_eq!(text(raw, unit).value(), None, "{raw} as {unit}");
    }
}

#[test]
fn qualifiers_are_kept() {
    for (raw, unit, word) in [
        ("约8.36万㎡", "万平方米", "约"),
        ("860余台", "台", "余"),
        ("80以上", "个", "以上"),
        ("不足20公里", "公里", "不足"),
        ("5公里左右", "公里", "左右"),
    ] {
        assert_eq!(
            text(raw, unit).number().unwrap().qualifier.as_deref(),
            Some(word),
            "{raw}"
        );
    }
}

#[test]
fn never_guesses() {
    let several =
        |raw: &str, unit: &str| matches!(text(raw, unit), Reading::Bad(Problem::Several { .. }));
    for (raw, unit) in [
        ("20/20", "公里"),
        ("1+2", "个"),
        ("完成3处，正在施工1处", "处"),
        ("80%(新区实验幼儿园进度滞后)", "%"),
        ("50%(马站未开工", "%"),
        ("1,30", "个"),
        ("5-6", "个"),
        ("累计9.6万平方米", "万平方米"),
        ("3个，其中新建1个", "个"),
        ("7²", "座"),
        ("①3个", "个"),
        ("七八座", "座"),
        ("三五个", "个"),
        ("一百二", "个"),
        ("1万3", "个"),
        ("1亿2", "个"),
        ("300个路灯", "个"),
        ("3个亿元项目", "万元"),
    ] {
        assert!(several(raw, unit), "{raw}: {:?}", text(raw, unit));
    }
    for raw in [
        "已完成",
        "按计划推进",
        "统一推进，进一步落实",
        "6月底完成",
        "第一批已启动",
    ] {
        assert_eq!(
            text(raw, "公里"),
            Reading::Bad(Problem::NotANumber),
            "{raw}"
        );
    }
    assert_eq!(
        text("已进场施工，完成60%", "万平方米"),
        Reading::Bad(Problem::Percentage)
    );
    assert_eq!(text("60%", "万平方米"), Reading::Bad(Problem::Percentage));
    assert!(matches!(
        text("9.6公里", "万平方米"),
        Reading::Bad(Problem::UnitMismatch { .. })
    ));
    for (raw, unit) in [
        ("20里", "公里"),
        ("20华里", "公里"),
        ("500斤", "吨"),
        ("3顷", "公顷"),
    ] {
        assert!(
            matches!(text(raw, unit), Reading::Bad(Problem::UnitMismatch { .. })),
            "{raw}"
        );
    }
    assert!(matches!(
        text("520人", "台"),
        Reading::Bad(Problem::UnitMismatch { .. })
    ));
    assert!(matches!(
        text("120盏", "台"),
        Reading::Bad(Problem::UnitMismatch { .. })
    ));
}

#[test]
fn a_bare_fraction_of_a_ratio_is_ambiguous_unless_formatted() {
    assert_eq!(
        read_as(Value::Number(0.4), NumberFormat::General, "%"),
        Reading::Bad(Problem::RatioAmbiguous { written: 0.4 })
    );
    assert_eq!(
        read_as(Value::Number(1.0), NumberFormat::Fixed(1), "%"),
        Reading::Bad(Problem::RatioAmbiguous { written: 1.0 })
    );
    assert_eq!(
        read_as(Value::Number(0.365), NumberFormat::Percent(1), "%").value(),
        Some(36.5)
    );
    assert_eq!(
        read_as(Value::Number(36.5), NumberFormat::General, "%").value(),
        Some(36.5)
    );
    assert_eq!(
        text("0.4", "%"),
        Reading::Bad(Problem::RatioAmbiguous { written: 0.4 })
    );
}

#[test]
fn the_step_is_the_last_digit_shown_in_the_plans_unit() {
    let step = |r: Reading| r.number().unwrap().step;
    assert!((step(text("9.6", "万平方米")) - 0.1).abs() < 1e-12);
    assert!((step(text("22700㎡", "万平方米")) - 0.0001).abs() < 1e-12);
    assert!(
        (step(read_as(Value::Number(1.8), NumberFormat::Fixed(2), "公里")) - 0.01).abs() < 1e-12
    );
    assert!(
        (step(read_as(
            Value::Number(0.1 + 0.2),
            NumberFormat::General,
            "公里"
        )) - 0.1)
            .abs()
            < 1e-12
    );
}

#[test]
fn the_rows_unit_outranks_the_headers_and_the_plans() {
    let plan = Unit::parse("万平方米").unwrap();
    let row = Unit::parse("平方米").unwrap();
    let header = Unit::parse("公里").unwrap();
    let c = cell(Value::Number(13600.0), NumberFormat::General);
    let units = Units {
        row: Some(&row),
        header: Some(&header),
        plan: &plan,
        nouns: [""; 2],
        is_in_points: false,
    };
    assert_eq!(read(Some(&c), units).value(), Some(1.36));
    // The cell's own unit is the plan's, and the unit column says another thing.
    let kilometres = Unit::parse("公里").unwrap();
    let other = Units {
        row: Some(&kilometres),
        ..units
    };
    let c_text = cell(Value::Text("1.36万平方米".into()), NumberFormat::General);
    assert!(matches!(
        read(Some(&c_text), other),
        Reading::Bad(Problem::UnitMismatch { .. })
    ));
    let units = Units { row: None, ..units };
    assert!(matches!(
        read(Some(&c), units),
        Reading::Bad(Problem::UnitMismatch { .. })
    ));
}

#[test]
fn a_stated_rate_keeps_both_readings_of_a_bare_number() {
    let rate = |v, f| {
        read_rate(Some(&cell(v, f)))
            .unwrap()
            .unwrap()
            .readings()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        rate(Value::Number(1.0), NumberFormat::General),
        [(1.0, 1.0), (100.0, 100.0)]
    );
    assert_eq!(
        rate(Value::Number(0.526), NumberFormat::Percent(1)),
        [(52.6, 0.1)]
    );
    assert_eq!(
        rate(Value::Text("100%".into()), NumberFormat::General),
        [(100.0, 1.0)]
    );
    assert!(read_rate(Some(&cell(Value::Text("/".into()), NumberFormat::General))).is_none());
}

/// 万 and its like were read before eleven units alone: 5万株 was 5 of nothing.
#[test]
fn a_multiplier_before_any_unit_is_part_of_a_candidate() {
    let found = candidates("栽植5万株，改造3千米，惠及2.4万户，投资1亿元");
    let texts: Vec<&str> = found.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(texts, ["5万株", "3千米", "2.4万户", "1亿元"]);
    let unit = found[0].unit.as_ref().unwrap();
    assert_eq!(
        unit.convert(found[0].value, &Unit::parse("株").unwrap()),
        Some(50_000.0)
    );
}

/// Units that cells and notices have were unknown to narratives.
#[test]
fn narratives_read_the_units_that_cells_read() {
    let found = candidates("拆除3栋，新建12间，收运860吨，装机2.5兆瓦，面积0.3km2");
    let texts: Vec<&str> = found.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(texts, ["3栋", "12间", "860吨", "2.5兆瓦", "0.3km2"]);
}
