//! `duban check`: a department's own look at its file.

mod desk;

use desk::{Desk, sample_inbox};

fn sample(desk: &Desk, month: &str, file: &str) -> String {
    let bytes = std::fs::read(sample_inbox().join(month).join(file)).unwrap();
    desk.write(&format!("我的/{file}"), bytes);
    format!("我的/{file}")
}

fn with_inbox(args: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
    all.extend([
        "--inbox".to_owned(),
        sample_inbox().to_string_lossy().into_owned(),
    ]);
    all
}

fn check(desk: &Desk, args: &[&str]) -> desk::Said {
    let args = with_inbox(&[&["check"], args].concat());
    desk.duban(&args.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn findings_stand_by_sheet_and_row_with_what_to_do_and_a_verdict_at_the_end() {
    let desk = Desk::new("check-rows");
    let file = sample(&desk, "2024-06", "城市建设事务中心2024年6月报送表.xlsx");
    let said = check(&desk, &[&file]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let place = |text: &str| {
        said.out
            .find(text)
            .unwrap_or_else(|| panic!("{text} is not in {}", said.out))
    };
    assert!(
        place("表“进展情况”") < place("第12行")
            && place("第12行") < place("R007 I12“2”")
            && place("R007") < place("R016 O12")
    );
    assert!(
        place("应为：") < place("怎么办：") && place("第13行") < place("结论：可以报送，但警告2条")
    );
    // Rules that need the earlier months were run; those across departments were not.
    assert!(!said.out.contains("X0") && !said.out.contains("没有与以前月份比较"));
}

#[test]
fn without_an_inbox_it_says_that_history_was_not_looked_at() {
    let desk = Desk::new("check-alone");
    let file = sample(&desk, "2024-06", "城市建设事务中心2024年6月报送表.xlsx");
    let said = desk.duban(&["check", &file]);
    assert!(
        said.out.contains("没有与以前月份比较") && !said.out.contains("R007"),
        "{}",
        said.out
    );
}

#[test]
fn an_error_is_exit_1_and_a_file_that_is_no_workbook_too() {
    let desk = Desk::new("check-errors");
    let file = sample(&desk, "2024-05", "生态环境局2024年5月报送表.xlsx");
    let said = check(&desk, &[&file]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.out.contains("C007 H5“#REF!”") && said.out.contains("结论：暂不要报送"),
        "{}",
        said.out
    );
    let empty = desk.write("我的/建设局6月.xlsx", "");
    let said = check(&desk, &[&empty.to_string_lossy()]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.out.contains("F001") && said.out.contains("不能使用"),
        "{}",
        said.out
    );
    assert_eq!(check(&desk, &["没有.xlsx"]).code, Some(2));
    assert_eq!(check(&desk, &["我的"]).code, Some(2));
}

#[test]
fn the_month_is_the_files_own_unless_given() {
    let desk = Desk::new("check-month");
    // March's file in April's folder: alone it is a good March report.
    let file = sample(&desk, "2024-04", "公共服务局重点民生实事报送表.xlsx");
    let own = check(&desk, &[&file]);
    assert!(
        own.code == Some(0) && own.out.contains("2024年3月"),
        "{}",
        own.out
    );
    let april = check(&desk, &[&file, "--period", "2024-04"]);
    assert!(
        april.code == Some(1) && april.out.contains("F006"),
        "{}",
        april.out
    );
    let unnamed = fill_nameless();
    let path = desk.write("我的/表.xlsx", unnamed);
    let said = check(&desk, &[&path.to_string_lossy()]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("--period"), "{}", said.err);
}

/// A report that names no month at all.
fn fill_nameless() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (col, head) in (0u16..).zip(["序号", "项目名称", "指标", "累计完成", "工作进展"])
    {
        sheet.write(0, col, head).unwrap();
    }
    sheet
        .write(1, 0, 14)
        .unwrap()
        .write(1, 1, "城市老旧供水管网改造")
        .unwrap()
        .write(1, 3, 6.5)
        .unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn several_files_are_checked_each_alone_and_json_has_the_shape_of_findings_json() {
    let desk = Desk::new("check-json");
    let june = sample(&desk, "2024-06", "公共服务局2024年6月报送表.xlsx");
    let may = sample(&desk, "2024-05", "公安分局5月停车治理进展.ods");
    let args = with_inbox(&["check", &june, &may]);
    let json = desk.json(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let list = json.as_array().unwrap();
    assert_eq!(list.len(), 2);
    assert_eq!(
        (
            list[0]["period"].as_str(),
            list[0]["departments"][0].as_str(),
            list[0]["verdict"].as_str()
        ),
        (Some("2024-06"), Some("ggfw"), Some("errors"))
    );
    assert_eq!(
        (list[1]["period"].as_str(), list[1]["verdict"].as_str()),
        (Some("2024-05"), Some("clean"))
    );
    let finding = list[0]["findings"].as_array().unwrap()[0]
        .as_object()
        .unwrap();
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
