//! The answers of 情况说明: wherever a person writes them so that they can be placed, and what is said where they cannot.

use crate::prelude::*;
use crate::xlsx;

/// 建设局's May, behind with both indicators and silent about it, with these lines in 情况说明.
fn checked(desk: &Desk, answers: &str) -> Vec<Value> {
    let heads = "项目名称 指标 累计完成 状态 工作进展 存在问题 下一步措施";
    let words = "街头绿地和山城绿道正在施工，已完成场地平整和管网迁改工作，进展平稳。";
    let rows = [
        xlsx::texts(["示例区民生实事2024年5月进展情况表"]),
        xlsx::texts(heads.split(' ')),
        xlsx::texts([
            "城市绿荫工程",
            "街头绿地面积",
            "1万平方米",
            "",
            words,
            "",
            "",
        ]),
        xlsx::texts(["", "山城绿道长度", "1公里", "", "", "", ""]),
    ];
    let report = format!("<sheetData>{}</sheetData>", rows.concat());
    let lines = answers
        .lines()
        .map(|line| xlsx::texts(line.trim().split('|')));
    let lines: String = lines.collect();
    let list = format!("<sheetData>{lines}</sheetData>");
    let book = xlsx::book(&[("进展情况", report), ("情况说明", list)], &[]);
    desk.write("我的/建设局5月.xlsx", book);
    let checked = desk.json("check 我的/建设局5月.xlsx");
    checked[0]["findings"].list().clone()
}

fn of<'f>(findings: &'f [Value], code: &str) -> Vec<&'f Value> {
    findings.iter().filter(|f| f["code"] == code).collect()
}

/// Each was lost: only 进展情况!F3, one cell a line, settled anything.
#[test]
fn an_answer_is_placed_where_it_points() {
    let desk = Desk::small();
    let silent = checked(&desk, "规则代码|位置|说明");
    let places: Vec<&str> = of(&silent, "R016")
        .iter()
        .map(|f| text(f, "cell"))
        .collect();
    assert_eq!(places, ["F3", "G3"]);
    for (answers, explained) in [
        ("规则代码|位置|说明\nR016|进展情况!F3|征地未完成", 1),
        ("规则代码|位置|说明\nr016|进展情况！$F$3|征地未完成", 1),
        ("规则代码|位置|说明\nＲ０１６|进展 f3|征地未完成", 1),
        (
            "规则代码|位置|说明\nR016|F3、G3|征地未完成，已请街道协调",
            2,
        ),
        ("规则代码|位置|说明\nR016|F3:G3|征地未完成，已请街道协调", 2),
        ("规则代码|位置|说明\nR016|第3行|征地未完成，已请街道协调", 2),
        (
            "规则代码|位置|说明\nR016 滞后未说明|A3|征地未完成，已请街道协调",
            2,
        ),
        ("规则代码|位置|说明\nR016|2|征地未完成，已请街道协调", 2),
        ("规则代码|位置|说明\nR016|第2项|征地未完成，已请街道协调", 2),
        (
            "规则代码|位置|说明\nR016|城市绿荫工程|征地未完成，已请街道协调",
            2,
        ),
        ("规则代码|位置|说明\nR016|2.1|征地未完成，已请街道协调", 2),
        // The finding names both indicators, and is the first one's.
        (
            "规则代码|位置|说明\nR016|山城绿道长度|征地未完成，已请街道协调",
            2,
        ),
        (
            "规则代码|序号|指标|单位答复\nR016|2|街头绿地面积|征地未完成，已请街道协调",
            2,
        ),
        (
            "规则代码|位置|审核意见\nR016、R018|第2项|征地未完成，已请街道协调",
            2,
        ),
        ("位置|说明\nF3|征地未完成", 1),
    ] {
        let found = checked(&desk, answers);
        let settled = of(&found, "R016")
            .iter()
            .filter(|f| f["status"] == "explained")
            .count();
        assert_eq!(settled, explained, "{answers}: {found:#?}");
        assert_eq!(of(&found, "S012").len(), 0, "{answers}");
    }
    // Two lines for one finding are both kept.
    let both = checked(
        &desk,
        "规则代码|位置|说明\nR016|F3|征地未完成。\nR016|F3|资金未到位。",
    );
    assert_eq!(
        text(of(&both, "R016")[0], "explanation"),
        "征地未完成；资金未到位。"
    );
}

/// Such an answer was lost silently.
#[test]
fn an_answer_that_cannot_be_placed_is_told_with_the_reason() {
    let desk = Desk::small();
    for (line, why) in [
        ("R016||征地未完成", "R016有2条警告，没有写位置"),
        (
            "R016|B9|征地未完成",
            "“B9”处没有R016的警告（未说明的R016有2条，在别处）",
        ),
        ("R016|供水管网|征地未完成", "“供水管网”处没有R016的警告"),
        ("滞后|第3行|征地未完成", "“滞后”不是规则代码"),
        ("|第3行|征地未完成", "没有写规则代码"),
    ] {
        let found = checked(&desk, &format!("规则代码|位置|说明\n{line}"));
        let told = of(&found, "S012");
        assert_eq!(told.len(), 1, "{line}");
        assert!(
            text(told[0], "message").contains(why),
            "{line}: {}",
            told[0]
        );
        assert_eq!(
            (text(told[0], "severity"), text(told[0], "cell")),
            ("note", "C2")
        );
    }
    // What is moot is not told: nothing is open that it may have meant.
    let moot = checked(&desk, "规则代码|位置|说明\nR010|F3|已完成");
    assert_eq!(of(&moot, "S012").len(), 0);
}
