//! `duban status` and its notices.

mod desk;

use desk::{Desk, Said, has_office, sample_inbox};

fn status(desk: &Desk, args: &[&str]) -> Said {
    let inbox = sample_inbox().to_string_lossy().into_owned();
    desk.duban(&[&["status"], args, &["--inbox", &inbox]].concat())
}

/// The text of a .docx.
fn text(bytes: &[u8]) -> String {
    use std::io::Read;
    let mut xml = String::new();
    zip::ZipArchive::new(std::io::Cursor::new(bytes))
        .unwrap()
        .by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut xml)
        .unwrap();
    let mut out = String::new();
    for piece in xml.split("</w:p>") {
        out.extend(
            piece
                .split("<w:t")
                .skip(1)
                .filter_map(|t| t.split_once('>'))
                .filter_map(|(_, t)| t.split("</w:t>").next()),
        );
        out.push('\n');
    }
    out
}

#[test]
fn late_and_missing_are_told_and_get_a_notice_each() {
    let desk = Desk::new("status-june");
    let said = status(&desk, &["--period", "2024-06"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(
        said.out.contains("逾期报送（3天）") && said.out.contains("未报：第18项"),
        "{}",
        said.out
    );
    assert_eq!(
        desk.files("out/2024-06"),
        [
            "manifest.json",
            "催报/公安分局催报通知.docx",
            "催报/统战部催报通知.docx"
        ]
    );
    let missing = text(&desk.read("out/2024-06/催报/公安分局催报通知.docx"));
    for words in [
        "重庆高新区管委会办公室",
        "〔",
        "公安分局：",
        "列为未报",
        "第18项",
        "请于2024年7月5日前报送",
        "2024年7月5日",
    ] {
        assert!(missing.contains(words), "{words} is not in {missing}");
    }
    // A notice that speaks of 8 July is not dated before it.
    let late = text(&desk.read("out/2024-06/催报/统战部催报通知.docx"));
    assert!(
        late.contains("于2024年7月8日收到，逾期3天") && late.contains("\n2024年7月8日\n"),
        "{late}"
    );
}

#[test]
fn returned_and_left_out_are_told_apart_with_a_day_set_by_the_office() {
    let desk = Desk::new("status-april");
    let said = status(
        &desk,
        &[
            "--period",
            "2024-04",
            "--until",
            "2024-05-10",
            "--date",
            "2024-05-06",
        ],
    );
    assert_eq!(said.code, Some(1));
    let returned = text(&desk.read("out/2024-04/催报/公共服务局催报通知.docx"));
    assert!(
        returned.contains("列为已退回")
            && returned.contains("F006")
            && returned.contains("请于2024年5月10日前按退回意见修改后重新报送"),
        "{returned}"
    );
    let left_out = text(&desk.read("out/2024-04/催报/政务服务和社会事务中心催报通知.docx"));
    assert!(
        left_out.contains("列为漏报")
            && left_out.contains("“残疾儿童康复救助”未填报")
            && left_out.contains("2024年5月6日"),
        "{left_out}"
    );
    let list = status_json(&desk, "2024-04");
    let of = |id: &str| {
        list.as_array()
            .unwrap()
            .iter()
            .find(|s| s["department"] == id)
            .unwrap()
    };
    assert_eq!(
        (
            of("ggfw")["progress"].as_str(),
            of("ggfw")["returned"][0]["code"].as_str()
        ),
        (Some("returned"), Some("F006"))
    );
    assert_eq!(
        (
            of("zwsw")["progress"].as_str(),
            of("zwsw")["gaps"][0]["indicators"][0]["state"].as_str()
        ),
        (Some("on_time"), Some("missing"))
    );
}

fn status_json(desk: &Desk, period: &str) -> serde_json::Value {
    let inbox = sample_inbox().to_string_lossy().into_owned();
    desk.json(&[
        "status",
        "--period",
        period,
        "--no-notices",
        "--inbox",
        &inbox,
    ])
}

#[test]
fn run_writes_the_same_notices_and_none_for_a_day_inside_the_month() {
    let desk = Desk::new("status-run");
    let inbox = sample_inbox().to_string_lossy().into_owned();
    status(&desk, &["--period", "2024-06", "--out", "allein"]);
    desk.duban(&["run", "--period", "2024-06", "--inbox", &inbox]);
    for name in ["公安分局", "统战部"] {
        let file = format!("2024-06/催报/{name}催报通知.docx");
        assert!(
            desk.read(&format!("allein/{file}")) == desk.read(&format!("out/{file}")),
            "{name}"
        );
    }
    // Status after a run changes nothing, and keeps what a person changed.
    let before: Vec<_> = desk
        .files("out/2024-06")
        .into_iter()
        .map(|f| (desk.read(&format!("out/2024-06/{f}")), f))
        .collect();
    status(&desk, &["--period", "2024-06"]);
    let after: Vec<_> = desk
        .files("out/2024-06")
        .into_iter()
        .map(|f| (desk.read(&format!("out/2024-06/{f}")), f))
        .collect();
    assert!(before == after);
    desk.write("out/2024-06/催报/公安分局催报通知.docx", "改过");
    assert!(
        status(&desk, &["--period", "2024-06"])
            .out
            .contains("催报/公安分局催报通知（手改）.docx")
    );
    desk.duban(&["run", "--period", "2024-06", "--inbox", &inbox]);
    assert_eq!(
        desk.read("out/2024-06/催报/公安分局催报通知（手改）.docx"),
        "改过".as_bytes()
    );
    desk.duban(&[
        "run",
        "--period",
        "2024-06",
        "--as-of",
        "2024-06-20",
        "--inbox",
        &inbox,
        "--out",
        "mitte",
    ]);
    assert!(
        !desk
            .files("mitte/2024-06")
            .iter()
            .any(|f| f.starts_with("催报") && !f.contains("手改"))
    );
}

#[test]
fn before_anything_came_everybody_is_missing() {
    let desk = Desk::new("status-empty");
    std::fs::create_dir_all(desk.path("inbox")).unwrap();
    let said = desk.duban(&["status", "--period", "2024-01"]);
    assert!(
        said.code == Some(1) && said.out.contains("未报8个"),
        "{}{}",
        said.out,
        said.err
    );
    assert_eq!(desk.files("out/2024-01/催报").len(), 8);
    let said = desk.duban(&["status", "--period", "2024-02", "--inbox", "没有"]);
    assert!(
        said.code == Some(2) && said.err.contains("不存在"),
        "{}",
        said.err
    );
}

#[test]
fn the_office_may_use_a_template_of_its_own() {
    let desk = Desk::new("status-template");
    let shipped = std::fs::read(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/reminder.docx"),
    )
    .unwrap();
    assert!(
        shipped == duban::report::reminders::default_template().unwrap(),
        "run the example make_template"
    );
    desk.write("模板.docx", shipped);
    let said = status(
        &desk,
        &["--period", "2024-06", "--reminder-template", "模板.docx"],
    );
    assert_eq!(said.code, Some(1), "{}", said.err);
    desk.write("坏.docx", "不是文档");
    let said = status(
        &desk,
        &["--period", "2024-06", "--reminder-template", "坏.docx"],
    );
    assert!(
        said.code == Some(2) && said.err.contains("不是Word文档"),
        "{}",
        said.err
    );
}

#[test]
fn every_notice_is_one_page() {
    if !has_office() {
        return;
    }
    let desk = Desk::new("status-pages");
    std::fs::create_dir_all(desk.path("inbox")).unwrap();
    desk.duban(&["status", "--period", "2024-01"]);
    status(&desk, &["--period", "2024-04"]);
    let of = |month: &str| {
        desk.files(&format!("out/{month}/催报"))
            .into_iter()
            .map(|f| format!("out/{month}/催报/{f}"))
            .collect::<Vec<_>>()
    };
    for month in ["2024-01", "2024-04"] {
        desk.convert(&of(month), "pdf", "pdf");
        for file in desk.files("pdf") {
            let pdf = String::from_utf8_lossy(&desk.read(&format!("pdf/{file}"))).into_owned();
            let pages = pdf.matches("/Type/Page\n").count()
                + pdf.matches("/Type/Page/").count()
                + pdf.matches("/Type /Page ").count();
            assert_eq!(pages, 1, "{month}/{file}");
        }
        std::fs::remove_dir_all(desk.path("pdf")).unwrap();
    }
}
