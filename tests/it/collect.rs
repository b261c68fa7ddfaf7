//! `duban collect`: by content, never over anything, each with the day it came.

use crate::prelude::*;

fn collect(desk: &Desk, sources: &str) -> Said {
    desk.duban(&format!(
        "collect {sources} --period 2024-06 --received 2024-07-04"
    ))
}

fn register(desk: &Desk) -> String {
    desk.text("inbox/2024-06/received.csv")
}

#[test]
fn what_was_collected_once_is_known_the_second_time() {
    let desk = Desk::new();
    desk.write("邮件/建设局6月报送表.xlsx", "一");
    desk.write("邮件/公安分局/附件.ods", "二");
    desk.write("邮件/各单位.zip", "PK\u{3}\u{4}残");
    desk.write("邮件/~$建设局6月报送表.xlsx", "锁");
    desk.write("邮件/.DS_Store", "x");
    // Nothing of this is a workbook, and that is reported at once.
    collect(&desk, "邮件").exits(1);
    let collected = [
        "received.csv",
        "公安分局/附件.ods",
        "各单位.zip",
        "建设局6月报送表.xlsx",
    ];
    assert_eq!(desk.files("inbox/2024-06"), collected);
    let before = register(&desk);
    assert_eq!(
        before.trim_start_matches('\u{feff}'),
        "file,received\n公安分局/附件.ods,2024-07-04\n各单位.zip,2024-07-04\n建设局6月报送表.xlsx,2024-07-04\n"
    );
    desk.ok("collect 邮件 邮件/建设局6月报送表.xlsx --period 2024-06 --received 2024-07-09")
        .says(["已有，未再收 4 个"])
        .hides(["新收"]);
    assert_eq!(register(&desk), before);
    assert_eq!(desk.files("inbox/2024-06"), collected);
}

#[test]
fn another_content_under_the_same_name_gets_a_number_and_nothing_is_overwritten() {
    let desk = Desk::new();
    for (folder, content) in [("一", "甲"), ("二", "乙"), ("三", "丙")] {
        desk.write(&format!("{folder}/报送表.xlsx"), content);
        desk.write(&format!("{folder}/表(3).xlsx"), format!("另{content}"));
        collect(&desk, folder);
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
    assert_eq!(desk.text("inbox/2024-06/报送表.xlsx"), "甲");
    assert_eq!(desk.text("inbox/2024-06/报送表（3）.xlsx"), "丙");
    assert!(register(&desk).contains("报送表（3）.xlsx,2024-07-04"));
}

/// On Windows these are one name: collected there, a month was called otherwise than on Linux.
#[test]
fn names_that_only_case_tells_apart_get_numbers_on_every_system() {
    let desk = Desk::new();
    desk.write("一/建设局.xlsx", "甲");
    desk.write("二/建设局.XLSX", "乙");
    desk.write("二/con.xlsx", "丙");
    collect(&desk, "一 二").says(["建设局（2）.XLSX（原名“建设局.XLSX”已有另一份内容"]);
    collect(&desk, "二").says(["已有，未再收 2 个"]);
    assert_eq!(
        desk.files("inbox/2024-06"),
        [
            "_con.xlsx",
            "received.csv",
            "建设局.xlsx",
            "建设局（2）.XLSX"
        ]
    );
}

#[test]
fn a_gbk_register_is_added_to_in_gbk() {
    let desk = Desk::new();
    let (old, _, _) = encoding_rs::GBK.encode("file,received\r\n公安分局6月.xlsx,2024/7/3");
    desk.write("inbox/2024-06/received.csv", &old);
    desk.write("inbox/2024-06/公安分局6月.xlsx", "旧");
    desk.write("来件/生态环境局，6月,改.xlsx", "新");
    desk.write("来件/𠮷田街道.xlsx", "辅");
    collect(&desk, "来件").exits(1);
    let bytes = desk.read("inbox/2024-06/received.csv");
    assert!(bytes.starts_with(&old), "what the office wrote stays");
    let (now, _, broken) = encoding_rs::GBK.decode(&bytes);
    assert!(!broken);
    assert_eq!(
        now,
        "file,received\r\n公安分局6月.xlsx,2024/7/3\r\n\"生态环境局，6月,改.xlsx\",2024-07-04\r\n𠮷田街道.xlsx,2024-07-04\r\n"
    );
    // And it is read back: nobody is late.
    let status = desk.json("status 2024-06 --no-notices");
    for (id, day) in [("gafj", "2024-07-03"), ("sthj", "2024-07-04")] {
        assert_eq!(text(entry(&status, "department", id), "received"), day);
    }
}

#[test]
fn a_register_that_cannot_be_read_stops_before_anything_is_copied() {
    let desk = Desk::new();
    desk.write(
        "inbox/2024-06/received.csv",
        "file,received\n甲.xlsx,改天\n",
    );
    desk.write("来件/乙.xlsx", "乙");
    collect(&desk, "来件").exits(2).says(["第2行"]);
    assert_eq!(desk.files("inbox/2024-06"), ["received.csv"]);
}

#[test]
fn a_source_that_is_not_there_and_a_wrong_month_are_the_operators_fault() {
    let desk = Desk::new();
    desk.write("来件/乙.xlsx", "乙");
    collect(&desk, "来件 没有").exits(2);
    desk.fails("collect 来件 --period 2025-06");
    desk.fails("collect --period 2024-06");
    assert!(desk.files("inbox").is_empty());
}

#[test]
fn the_day_is_todays_unless_stated() {
    let desk = Desk::new();
    desk.write("来件/乙.xlsx", "乙");
    desk.duban("collect 来件 --period 2024-06");
    assert!(register(&desk).ends_with("\n乙.xlsx,2024-06-10\n"));
}

#[test]
fn a_source_folder_named_for_a_department_keeps_its_name() {
    let desk = Desk::new();
    desk.write("共享/建设局/表.xlsx", "乙");
    desk.write("received.csv", "x");
    let list = desk.json("collect 共享/建设局 received.csv --period 2024-06 --received 2024-07-04");
    let collected = ["received.csv", "建设局/表.xlsx"];
    assert_eq!(desk.files("inbox/2024-06"), collected);
    assert_eq!(
        (text(&list[0], "outcome"), text(&list[0], "received")),
        ("new", "2024-07-04")
    );
    assert_eq!(text(&list[1], "outcome"), "skipped");
    // The inbox itself below a source is no source.
    let list = desk.json("collect . --period 2024-06 --received 2024-07-04");
    let skipped = |o: &&serde_json::Value| o["outcome"] == "skipped";
    assert_eq!(list.list().iter().filter(skipped).count(), 2, "{list}");
    let mut files = desk.files("inbox/2024-06");
    files.retain(|f| !f.starts_with("seeds/"));
    assert_eq!(files, collected);
}

#[cfg(unix)]
#[test]
fn links_to_folders_and_files_without_leave_are_named_and_left() {
    use std::ffi::OsString;
    use std::fs;
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    let desk = Desk::new();
    desk.write("别处/密.xlsx", "密");
    let inside = desk.write("来件/甲.xlsx", "甲");
    symlink(desk.path("别处/密.xlsx"), desk.path("来件/链接.xlsx")).unwrap();
    symlink(desk.path("别处"), desk.path("来件/文件夹链接")).unwrap();
    symlink(&inside, desk.path("来件/内部链接.xlsx")).unwrap();
    symlink(desk.path("来件"), desk.path("来件/环")).unwrap();
    let odd = OsString::from_vec(b"\xb1\xed\n:1?.xlsx".to_vec());
    fs::write(desk.path("来件").join(odd), "怪").unwrap();
    desk.write("来件/=1+1.xlsx", "式");
    let locked = desk.write("来件/锁.xlsx", "锁");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = fs::read(&locked).is_ok();
    let said = collect(&desk, "来件").exits(1);
    assert_eq!(said.out.matches("不是普通文件").count(), 2, "{said}");
    let mut expected = vec![
        "_=1+1.xlsx",
        "____1_.xlsx",
        "received.csv",
        "甲.xlsx",
        "链接.xlsx",
    ];
    if is_root {
        expected.push("锁.xlsx");
    } else {
        said.says(["锁.xlsx：无法读取"]);
    }
    assert_eq!(desk.files("inbox/2024-06"), expected);
    // The register reads back with the names as they stand.
    desk.json("status 2024-06 --no-notices");
}

/// A copy left by a killed `collect` may be a second name of a submission: the next one wrote into it.
#[test]
fn what_a_killed_collect_left_is_removed_and_never_written_to() {
    let desk = Desk::new();
    desk.write("一/甲.xlsx", "甲");
    collect(&desk, "一").exits(1);
    let [file, left] = ["甲.xlsx", ".collect-1.tmp"].map(|n| desk.path("inbox/2024-06").join(n));
    fs::hard_link(&file, &left).unwrap();
    desk.write("二/乙.xlsx", "乙");
    collect(&desk, "二").exits(1);
    assert_eq!(desk.read("inbox/2024-06/甲.xlsx"), "甲".as_bytes());
    assert!(!left.exists());
}

/// Two at once wrote two headers into the register, after which nothing ran, and doubled the files.
#[cfg(unix)]
#[test]
fn one_collect_at_a_time_writes_to_the_inbox() {
    let desk = Desk::new();
    desk.write("一/甲.xlsx", "甲");
    let held = fs::File::open(desk.make_folder("inbox")).unwrap();
    held.lock().unwrap();
    collect(&desk, "一")
        .exits(2)
        .says(["另一个 duban 命令正在使用"]);
    assert!(desk.files("inbox/2024-06").is_empty());
    drop(held);
    collect(&desk, "一").exits(1);
}

/// A line written in part on a full disk kept every command from running until somebody edited the register.
#[test]
fn a_torn_last_line_of_the_register_is_left_out_and_mended() {
    let desk = Desk::new();
    desk.write("一/甲.xlsx", "甲");
    collect(&desk, "一").exits(1);
    let whole = register(&desk);
    desk.write(
        "inbox/2024-06/received.csv",
        format!("{whole}乙.xlsx,2024-0"),
    );
    let status = desk.duban("status 2024-06 --no-notices");
    status.exits(1).says(["最后一行没有写完"]);
    desk.write("二/丙.xlsx", "丙");
    collect(&desk, "二").exits(1).says(["已删去"]);
    assert_eq!(register(&desk), format!("{whole}丙.xlsx,2024-07-04\n"));
}
