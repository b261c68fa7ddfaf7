//! `duban check`: a department's own look at its file.

use crate::prelude::*;
use crate::xlsx;

/// A desk with the sample inbox, and one of its files at hand.
fn sample(month: &str, file: &str) -> (Desk, String) {
    let desk = Desk::sample();
    let path = take(&desk, month, file);
    (desk, path)
}

fn take(desk: &Desk, month: &str, file: &str) -> String {
    let path = format!("我的/{file}");
    let bytes = fs::read(root().join("inbox").join(month).join(file)).unwrap();
    desk.write(&path, bytes);
    path
}

/// With the months before.
fn check(desk: &Desk, line: &str) -> Said {
    desk.duban(&format!("check {line} --inbox inbox"))
}

#[test]
fn findings_stand_by_sheet_and_row_with_what_to_do_and_a_verdict_at_the_end() {
    let (desk, file) = sample("2024-06", "城市建设事务中心2024年6月报送表.xlsx");
    let said = check(&desk, &file).exits(0);
    let mut rest = said.out.as_str();
    for words in [
        "表“进展情况”",
        "第12行",
        "R007 I12“2”",
        "R016 O12",
        "应为：",
        "怎么办：",
        "第13行",
        "结论：可以报送，但警告2条",
    ] {
        let (_, after) = rest
            .split_once(words)
            .unwrap_or_else(|| panic!("{words}: {said}"));
        rest = after;
    }
    // Rules that need the earlier months were run; those across departments were not.
    said.hides(["X0", "没有与以前月份比较"]);
}

#[test]
fn without_an_inbox_it_says_that_history_was_not_looked_at() {
    let desk = Desk::new();
    let file = take(&desk, "2024-06", "城市建设事务中心2024年6月报送表.xlsx");
    desk.duban(&format!("check {file}"))
        .says(["没有与以前月份比较"])
        .hides(["R007"]);
}

#[test]
fn an_error_is_exit_1_and_a_file_that_is_no_workbook_too() {
    let (desk, file) = sample("2024-05", "生态环境局2024年5月报送表.xlsx");
    check(&desk, &file)
        .exits(1)
        .says(["C007 H5“#REF!”", "结论：暂不要报送"]);
    desk.write("我的/建设局6月.xlsx", "");
    check(&desk, "我的/建设局6月.xlsx")
        .exits(1)
        .says(["F001", "不能使用"]);
    check(&desk, "没有.xlsx").exits(2);
    // A folder stands for the files in it.
    check(&desk, "我的").exits(1).says(["F001"]);
    desk.make_folder("空的");
    check(&desk, "空的").exits(2).says(["没有要检查的文件"]);
}

/// It was shown as the plan's first month's.
#[test]
fn a_damaged_file_that_names_no_month_is_of_none() {
    let desk = Desk::sample();
    desk.write("建设局.xlsx", "");
    check(&desk, "建设局.xlsx")
        .exits(1)
        .says(["建设局.xlsx　建设局\n", "F001"])
        .hides(["2024年1月"]);
    assert!(desk.duban("check 建设局.xlsx --format json").json()[0]["period"].is_null());
    check(&desk, "建设局.xlsx --period 5").says(["2024年5月"]);
}

#[test]
fn the_month_is_the_files_own_unless_given() {
    // March's file in April's folder: alone it is a good March report.
    let (desk, file) = sample("2024-04", "公共服务局重点民生实事报送表.xlsx");
    check(&desk, &file).exits(0).says(["2024年3月"]);
    check(&desk, &format!("{file} --period 2024-04"))
        .exits(1)
        .says(["F006"]);
    // A report that names no month at all.
    let rows = [
        xlsx::texts(["序号", "项目名称", "指标", "累计完成", "工作进展"]),
        xlsx::texts(["14", "城市老旧供水管网改造", "", "6.5公里"]),
    ];
    let nameless = format!("<sheetData>{}</sheetData>", rows.concat());
    desk.write("我的/表.xlsx", xlsx::book(&[("Sheet1", nameless)], &[]));
    check(&desk, "我的/表.xlsx").exits(2).says(["--period"]);
}

#[test]
fn several_files_are_checked_each_alone_and_json_has_the_shape_of_findings_json() {
    let (desk, june) = sample("2024-06", "公共服务局2024年6月报送表.xlsx");
    let may = take(&desk, "2024-05", "公安分局5月停车治理进展.ods");
    let list = desk.json(&format!("check {june} {may} --inbox inbox"));
    assert_eq!(list.list().len(), 2);
    let (june, may) = (
        entry(&list, "period", "2024-06"),
        entry(&list, "period", "2024-05"),
    );
    assert_eq!(
        (&june["departments"][0], text(june, "verdict")),
        (&"ggfw".into(), "errors")
    );
    assert_eq!(text(may, "verdict"), "clean");
    let finding = june["findings"][0].as_object().unwrap();
    for key in [
        "code",
        "name",
        "severity",
        "status",
        "department",
        "file",
        "sheet",
        "cell",
        "task",
        "indicator",
        "found",
        "expected",
        "message",
        "help",
    ] {
        assert!(finding.contains_key(key), "{key}");
    }
}

/// One file without a month lost the results of all.
#[test]
fn a_file_whose_month_cannot_be_told_leaves_the_others_their_results() {
    let (desk, good) = sample("2024-06", "城市建设事务中心2024年6月报送表.xlsx");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let rows = [
        ["序号", "项目名称", "指标", "累计完成"],
        ["1", "城市绿荫工程", "街头绿地", "4"],
    ];
    sheet.write_row_matrix(0, 0, rows).unwrap();
    desk.write("乙.xlsx", workbook.save_to_buffer().unwrap());
    let both = desk.finds(&format!("check 乙.xlsx {good} --format json"));
    let list = both.json();
    assert_eq!(list[0]["verdict"], "unknown");
    assert!(text(&list[0], "error").contains("哪个月"), "{list}");
    assert_eq!(list[1]["period"], "2024-06");
    desk.fails("check 乙.xlsx").says(["哪个月"]);
}
