//! `duban status` and its notices.

use crate::desk::SMALL_PLAN;
use crate::prelude::*;

/// The text of a notice, a paragraph a line.
fn notice(desk: &Desk, period: &str, department: &str) -> String {
    let file = format!("out/{period}/催报/{department}催报通知.docx");
    Document::of(&desk.read(&file)).paragraphs.join("\n")
}

fn holds(text: &str, words: &[&str]) {
    for words in words {
        assert!(text.contains(words), "{words} is not in {text}");
    }
}

#[test]
fn late_and_missing_are_listed_and_who_is_missing_gets_a_notice() {
    let desk = Desk::sample();
    desk.finds("status 2024-06")
        .says(["逾期报送（3天）", "未报：第18项"]);
    assert_eq!(
        desk.files("out/2024-06"),
        ["manifest.json", "催报/公安分局催报通知.docx"],
        "who was late and has sent everything is not asked again"
    );
    let missing = notice(&desk, "2024-06", "公安分局");
    holds(
        &missing,
        &[
            "重庆高新区管委会办公室",
            "〔",
            "公安分局：",
            "列为未报",
            "第18项",
            "关于催报2024年6月重点民生实事进展情况的通知",
            "请于　　月　　日前报送",
            "\n　　　　年　　月　　日\n",
        ],
    );
}

#[test]
fn returned_and_left_out_are_distinguished_with_a_day_set_by_the_office() {
    let desk = Desk::sample();
    desk.finds("status 2024-04 --until 2024-05-10 --date 2024-05-06");
    holds(
        &notice(&desk, "2024-04", "公共服务局"),
        &["列为已退回", "请于2024年5月10日前按退回意见修改后重新报送"],
    );
    holds(
        &notice(&desk, "2024-04", "政务服务和社会事务中心"),
        &["列为漏报", "“残疾儿童康复救助”", "2024年5月6日"],
    );
    let list = desk.json("status 2024-04 --no-notices");
    let returned = entry(&list, "department", "ggfw");
    assert_eq!(
        (
            text(returned, "progress"),
            text(&returned["returned"][0], "code")
        ),
        ("returned", "F006")
    );
    let left_out = entry(&list, "department", "zwsw");
    let gap = &left_out["gaps"][0]["indicators"][0];
    assert_eq!(
        (text(left_out, "progress"), text(gap, "name")),
        ("on_time", "残疾儿童康复救助")
    );
}

#[test]
fn run_writes_the_same_notices_and_none_for_a_day_inside_the_month() {
    let desk = Desk::sample();
    desk.duban("status 2024-06 --out allein");
    desk.duban("run 2024-06");
    let file = "2024-06/催报/公安分局催报通知.docx";
    assert!(desk.read(&format!("allein/{file}")) == desk.read(&format!("out/{file}")));
    // Status after a run changes nothing, and keeps what a person changed.
    let before = desk.content("out/2024-06");
    desk.duban("status 2024-06");
    assert!(before == desk.content("out/2024-06"));
    desk.write("out/2024-06/催报/公安分局催报通知.docx", "改过");
    desk.duban("status 2024-06")
        .says(["催报/公安分局催报通知（手改）.docx"]);
    desk.duban("run 2024-06");
    assert_eq!(
        desk.text("out/2024-06/催报/公安分局催报通知（手改）.docx"),
        "改过"
    );
    desk.duban("run 2024-06 --as-of 2024-06-20 --out mitte");
    let files = desk.files("mitte/2024-06");
    assert!(!files.is_empty() && !files.iter().any(|f| f.starts_with("催报")));
}

#[test]
fn who_owes_nothing_is_not_asked_to_send_a_damaged_file_again() {
    let desk = Desk::in_may();
    let plan = format!("{SMALL_PLAN}\n[[department]]\nid = \"shili\"\nname = \"示例处\"\n");
    desk.write("seeds/2024/plan.toml", plan);
    desk.write("inbox/2024-05/示例处2024年5月报送表.xlsx", b"PK\x03\x04");
    desk.finds("run 2024-05").says(["示例处"]);
    let files = desk.files("out/2024-05");
    assert!(!files.iter().any(|f| f.starts_with("催报")), "{files:?}");
}

#[test]
fn before_anything_came_everybody_is_missing() {
    let desk = Desk::new();
    desk.make_folder("inbox");
    desk.finds("status 2024-01").says(["未报8个"]);
    assert_eq!(desk.files("out/2024-01/催报").len(), 8);
    desk.fails("status 2024-02 --inbox 没有").says(["不存在"]);
}

#[test]
fn the_office_may_use_a_template_of_its_own() {
    let desk = Desk::sample();
    let shipped = fs::read(root().join("templates/reminder.docx")).unwrap();
    assert!(
        shipped == duban::report::reminders::default_template().unwrap(),
        "run the example make_template"
    );
    desk.write("模板.docx", shipped);
    desk.finds("status 2024-06 --reminder-template 模板.docx");
    desk.write("坏.docx", "不是文档");
    desk.fails("status 2024-06 --reminder-template 坏.docx")
        .says(["不是Word文档"]);
}

#[test]
fn every_notice_is_one_page() {
    if !libreoffice::is_installed() {
        return;
    }
    let desk = Desk::sample();
    desk.make_folder("empty");
    desk.duban("status 2024-01 --inbox empty");
    desk.duban("status 2024-04");
    for month in ["2024-01", "2024-04"] {
        let files = desk.files(&format!("out/{month}/催报"));
        let paths: Vec<_> = files
            .iter()
            .map(|f| desk.path(&format!("out/{month}/催报/{f}")))
            .collect();
        for pdf in libreoffice::convert(&desk, &paths, "pdf", &format!("pdf/{month}")) {
            assert_eq!(libreoffice::pages(&pdf), 1, "{}", pdf.display());
        }
    }
}

/// The plan's workbook says of 联系电话 that notices bear it.
#[test]
fn a_notice_bears_the_telephone_of_the_plan() {
    let desk = Desk::in_may();
    desk.write(
        "seeds/2024/plan.toml",
        format!("{SMALL_PLAN}\n[briefing]\ntelephone = \"示例电话\"\n"),
    );
    desk.remove("inbox/2024-05/建设局2024年5月报送表.xlsx");
    desk.finds("run 2024-05")
        .says(["催报通知中补填：文号、补报期限、联系人。"]);
    holds(
        &notice(&desk, "2024-05", "建设局"),
        &["联系电话：示例电话）"],
    );
}
