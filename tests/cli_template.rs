//! `duban template`: the shipped templates are clean, mistakes are located, names have values.

mod desk;

use std::io::{Cursor, Read, Write};
use std::path::Path;

use desk::{Desk, sample_inbox};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

fn shipped(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("templates")
            .join(name),
    )
    .unwrap()
}

/// A template with texts of its document replaced.
fn changed(template: &[u8], changes: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(template)).unwrap();
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for ix in 0..archive.len() {
        let mut file = archive.by_index(ix).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if name == "word/document.xml" {
            let mut text = String::from_utf8(bytes).unwrap();
            for (from, to) in changes {
                assert!(text.contains(from), "{from}");
                text = text.replacen(from, to, 1);
            }
            bytes = text.into_bytes();
        }
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// `duban template …`, which takes no plan where it checks.
fn template(desk: &Desk, args: &[&str]) -> (Option<i32>, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_duban"))
        .current_dir(desk.path(""))
        .arg("template")
        .args(args)
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn the_shipped_templates_have_no_mistake() {
    let desk = Desk::new("template-shipped");
    for (kind, name) in [("briefing", "briefing.docx"), ("reminder", "reminder.docx")] {
        desk.write(name, shipped(name));
        let (code, said) = template(&desk, &["check", name, "--kind", kind]);
        assert_eq!((code, said.trim()), (Some(0), "模板没有问题。"), "{name}");
    }
    // Each has names of its own.
    let (code, said) = template(&desk, &["check", "reminder.docx"]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("不是已知名称") && said.contains("可用的名称见：duban template vars\n"),
        "{said}"
    );
}

#[test]
fn mistakes_of_both_templates_are_located() {
    let desk = Desk::new("template-mistakes");
    let briefing = changed(
        &shipped("briefing.docx"),
        &[
            ("{{ 简报名称 }}", "{{ 简报名 }}"),
            ("{{ 期号 }}", "{{ 期号 "),
            ("{{ 标题 }}", "{{ 标题 + }}"),
            ("{{ 附件清单 }}", "{{ 附件清单|safe }}"),
            ("{{ 图_进度 }}", "见{{ 图_进度 }}"),
        ],
    );
    desk.write("briefing.docx", briefing);
    let (code, said) = template(&desk, &["check", "briefing.docx"]);
    assert_eq!(code, Some(1));
    for paragraph in [
        "正文“{{ 简报名 }}”",
        "正文“{{ 期号”",
        "正文“{{ 标题 + }}”",
        "附件清单|safe }}",
        "正文“见{{ 图_进度 }}”",
    ] {
        assert!(said.contains(paragraph), "{paragraph} is not in {said}");
    }
    assert!(
        said.contains("是否为：简报名称") && said.contains("共5处。"),
        "{said}"
    );

    desk.write(
        "reminder.docx",
        changed(
            &shipped("reminder.docx"),
            &[("{{ 要求 }}", "{{ 请求 }}"), ("{% endfor %}", "")],
        ),
    );
    let (code, said) = template(&desk, &["check", "reminder.docx", "--kind", "reminder"]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("正文“{{ 请求 }}”") && said.contains("{% for 段 in 正文 %}"),
        "{said}"
    );
    assert!(
        said.contains("共2处。可用的名称见：duban template vars --kind reminder"),
        "{said}"
    );
}

#[test]
fn each_name_of_a_notice_has_its_value() {
    let desk = Desk::new("template-vars");
    let inbox = sample_inbox().to_string_lossy().into_owned();
    let vars = desk.json(&[
        "template", "vars", "--kind", "reminder", "--period", "2024-06", "--inbox", &inbox,
    ]);
    let value = |name: &str| {
        vars.as_array()
            .unwrap()
            .iter()
            .find(|v| v["name"] == name)
            .unwrap()["value"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        (
            value("单位").as_str(),
            value("报送情况").as_str(),
            value("截止日期").as_str()
        ),
        ("统战部", "逾期报送", "2024年7月5日")
    );
    assert!(
        value("正文[]").starts_with("2024年6月重点民生实事进展情况报送表应于2024年7月5日前报送"),
        "{}",
        value("正文[]")
    );
    // A month in which nobody is chased has the names all the same.
    let quiet = desk.json(&[
        "template", "vars", "--kind", "reminder", "--period", "2024-01", "--inbox", &inbox,
    ]);
    assert_eq!(
        quiet.as_array().unwrap().len(),
        vars.as_array().unwrap().len()
    );
}
