//! `duban collect`: by content, never over anything, each with the day it came.

mod desk;

use std::fs;

use desk::{Desk, Said};

const DAY: &str = "2024-07-04";

fn collect(desk: &Desk, sources: &[&str], received: &str) -> Said {
    let mut args = vec!["collect"];
    args.extend(sources);
    args.extend(["--period", "2024-06", "--received", received]);
    desk.duban(&args)
}

fn register(desk: &Desk) -> String {
    String::from_utf8(desk.read("inbox/2024-06/received.csv")).unwrap()
}

#[test]
fn what_was_collected_once_is_known_the_second_time() {
    let desk = Desk::new("collect-twice");
    desk.write("邮件/建设局6月报送表.xlsx", "一");
    desk.write("邮件/公安分局/附件.ods", "二");
    desk.write("邮件/各单位.zip", "PK\u{3}\u{4}残");
    desk.write("邮件/~$建设局6月报送表.xlsx", "锁");
    desk.write("邮件/.DS_Store", "x");
    let first = collect(&desk, &["邮件"], DAY);
    // Nothing of this is a workbook, and that is told at once.
    assert_eq!(first.code, Some(1), "{}{}", first.out, first.err);
    assert_eq!(
        desk.files("inbox/2024-06"),
        [
            "received.csv",
            "公安分局/附件.ods",
            "各单位.zip",
            "建设局6月报送表.xlsx"
        ]
    );
    assert_eq!(
        register(&desk).trim_start_matches('\u{feff}'),
        "file,received\n公安分局/附件.ods,2024-07-04\n各单位.zip,2024-07-04\n建设局6月报送表.xlsx,2024-07-04\n"
    );
    let before = register(&desk);
    let again = collect(&desk, &["邮件", "邮件/建设局6月报送表.xlsx"], "2024-07-09");
    assert_eq!(again.code, Some(0), "{}{}", again.out, again.err);
    assert!(
        again.out.contains("已有，未再收 4 个") && !again.out.contains("新收"),
        "{}",
        again.out
    );
    assert_eq!(register(&desk), before);
    assert_eq!(desk.files("inbox/2024-06").len(), 4);
}

#[test]
fn another_content_under_the_same_name_gets_a_number_and_nothing_is_overwritten() {
    let desk = Desk::new("collect-names");
    for (folder, content) in [("一", "甲"), ("二", "乙"), ("三", "丙")] {
        desk.write(&format!("{folder}/报送表.xlsx"), content);
        desk.write(&format!("{folder}/表(3).xlsx"), format!("另{content}"));
        collect(&desk, &[folder], DAY);
    }
    assert_eq!(
        desk.files("inbox/2024-06"),
        [
            "received.csv",
            "报送表.xlsx",
            "报送表（2）.xlsx",
            "报送表（3）.xlsx",
            "表(3).xlsx",
            "表(3)（4）.xlsx",
            "表(3)（5）.xlsx"
        ]
    );
    assert_eq!(desk.read("inbox/2024-06/报送表.xlsx"), "甲".as_bytes());
    assert_eq!(desk.read("inbox/2024-06/报送表（3）.xlsx"), "丙".as_bytes());
    assert!(register(&desk).contains("报送表（3）.xlsx,2024-07-04"));
}

#[test]
fn a_gbk_register_is_added_to_in_gbk() {
    let desk = Desk::new("collect-gbk");
    let (old, _, _) = encoding_rs::GBK.encode("file,received\r\n公安分局6月.xlsx,2024/7/3");
    desk.write("inbox/2024-06/received.csv", &old);
    desk.write("inbox/2024-06/公安分局6月.xlsx", "旧");
    desk.write("来件/生态环境局，6月,改.xlsx", "新");
    desk.write("来件/𠮷田街道.xlsx", "辅");
    let said = collect(&desk, &["来件"], DAY);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    let bytes = desk.read("inbox/2024-06/received.csv");
    assert!(bytes.starts_with(&old), "what the office wrote stays");
    let (text, _, broken) = encoding_rs::GBK.decode(&bytes);
    assert!(!broken);
    assert_eq!(
        text,
        "file,received\r\n公安分局6月.xlsx,2024/7/3\r\n\"生态环境局，6月,改.xlsx\",2024-07-04\r\n𠮷田街道.xlsx,2024-07-04\r\n"
    );
    // And it is read back: nobody is late.
    let status = desk.json(&["status", "--period", "2024-06", "--no-notices"]);
    let of = |id: &str| {
        status
            .as_array()
            .unwrap()
            .iter()
            .find(|s| s["department"] == id)
            .unwrap()["received"]
            .clone()
    };
    assert_eq!((of("gafj"), of("sthj")), ("2024-07-03".into(), DAY.into()));
}

#[test]
fn a_register_that_cannot_be_read_stops_before_anything_is_copied() {
    let desk = Desk::new("collect-register");
    desk.write(
        "inbox/2024-06/received.csv",
        "file,received\n甲.xlsx,改天\n",
    );
    desk.write("来件/乙.xlsx", "乙");
    let said = collect(&desk, &["来件"], DAY);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("第2行"), "{}", said.err);
    assert_eq!(desk.files("inbox/2024-06"), ["received.csv"]);
}

#[test]
fn a_source_that_is_not_there_and_a_wrong_month_are_the_operators_fault() {
    let desk = Desk::new("collect-wrong");
    desk.write("来件/乙.xlsx", "乙");
    assert_eq!(collect(&desk, &["来件", "没有"], DAY).code, Some(2));
    assert_eq!(
        desk.duban(&["collect", "来件", "--period", "2025-06"]).code,
        Some(2)
    );
    assert_eq!(
        desk.duban(&["collect", "--period", "2024-06"]).code,
        Some(2)
    );
    assert!(desk.files("inbox").is_empty());
}

#[test]
fn the_day_is_todays_unless_stated() {
    let desk = Desk::new("collect-today");
    desk.write("来件/乙.xlsx", "乙");
    desk.duban(&["collect", "来件", "--period", "2024-06"]);
    let line = register(&desk).lines().last().unwrap().to_owned();
    assert!(line.starts_with("乙.xlsx,20"), "{line}");
}

#[test]
fn a_source_folder_named_for_a_department_keeps_its_name() {
    let desk = Desk::new("collect-folder");
    desk.write("共享/建设局/表.xlsx", "乙");
    desk.write("received.csv", "x");
    let said = desk.json(&[
        "collect",
        "共享/建设局",
        "received.csv",
        "--period",
        "2024-06",
        "--received",
        DAY,
    ]);
    assert_eq!(
        desk.files("inbox/2024-06"),
        ["received.csv", "建设局/表.xlsx"]
    );
    assert_eq!(said[0]["outcome"], "new");
    assert_eq!(said[0]["received"], DAY);
    assert_eq!(said[1]["outcome"], "skipped");
    // The inbox itself below a source is no source.
    let said = desk.json(&["collect", ".", "--period", "2024-06", "--received", DAY]);
    let inboxes = said
        .as_array()
        .unwrap()
        .iter()
        .filter(|o| o["outcome"] == "skipped")
        .count();
    assert_eq!(inboxes, 2, "{said}");
    assert_eq!(
        desk.files("inbox/2024-06"),
        ["received.csv", "建设局/表.xlsx"]
    );
}

#[cfg(unix)]
#[test]
fn links_out_of_the_source_and_files_without_leave_are_named_and_left() {
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    let desk = Desk::new("collect-links");
    desk.write("别处/密.xlsx", "密");
    let inside = desk.write("来件/甲.xlsx", "甲");
    symlink(desk.path("别处/密.xlsx"), desk.path("来件/链接.xlsx")).unwrap();
    symlink(desk.path("别处"), desk.path("来件/文件夹链接")).unwrap();
    symlink(&inside, desk.path("来件/内部链接.xlsx")).unwrap();
    symlink(desk.path("来件"), desk.path("来件/环")).unwrap();
    let odd = std::ffi::OsString::from_vec(b"\xb1\xed\n:1?.xlsx".to_vec());
    fs::write(desk.path("来件").join(odd), "怪").unwrap();
    desk.write("来件/=1+1.xlsx", "式");
    let locked = desk.write("来件/锁.xlsx", "锁");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = fs::read(&locked).is_ok();
    let said = collect(&desk, &["来件"], DAY);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    let mut expected = vec!["_=1+1.xlsx", "____1_.xlsx", "received.csv", "甲.xlsx"];
    if is_root {
        expected.push("锁.xlsx");
    } else {
        assert!(said.out.contains("锁.xlsx：无法读取"), "{}", said.out);
    }
    let mut files = desk.files("inbox/2024-06");
    files.sort();
    expected.sort_unstable();
    assert_eq!(files, expected);
    assert_eq!(
        said.out.matches("指向来源之外的链接").count(),
        2,
        "{}",
        said.out
    );
    // The register reads back with the names as they stand.
    let json = desk.json(&["status", "--period", "2024-06", "--no-notices"]);
    assert!(json.is_array());
}
