//! `duban template`: the shipped templates are clean, mistakes are located, names have values.

use crate::prelude::*;
use crate::xlsx::with_part;

/// A desk with a shipped template, texts of its document replaced.
fn changed(name: &str, changes: &[(&str, &str)]) -> Desk {
    let desk = Desk::sample();
    let shipped = fs::read(root().join("templates").join(name)).unwrap();
    let change = |mut xml: String| {
        for (from, to) in changes {
            assert!(xml.contains(from), "{from}");
            xml = xml.replacen(from, to, 1);
        }
        xml
    };
    desk.write(name, with_part(&shipped, "word/document.xml", change));
    desk
}

fn check(desk: &Desk, line: &str) -> Said {
    desk.duban(&format!("template check {line}"))
}

#[test]
fn the_shipped_templates_have_no_mistake() {
    for (kind, name) in [("briefing", "briefing.docx"), ("reminder", "reminder.docx")] {
        let said = check(&changed(name, &[]), &format!("{name} --kind {kind}")).exits(0);
        assert!(
            said.out.starts_with("模板没有问题（已用2024年6月"),
            "{said}"
        );
    }
    // Each has names of its own.
    check(&changed("reminder.docx", &[]), "reminder.docx")
        .exits(1)
        .says(["不是已知名称", "可用的名称见：duban template vars\n"]);
}

#[test]
fn mistakes_of_both_templates_are_located() {
    let changes = [
        ("{{ 简报名称 }}", "{{ 简报名 }}"),
        ("{{ 期号 }}", "{{ 期号 "),
        ("{{ 标题 }}", "{{ 标题 + }}"),
        ("{{ 附件清单 }}", "{{ 附件清单|safe }}"),
        ("{{ 图_进度 }}", "见{{ 图_进度 }}"),
    ];
    check(&changed("briefing.docx", &changes), "briefing.docx")
        .exits(1)
        .says([
            "正文“{{ 简报名 }}”",
            "正文“{{ 期号”",
            "正文“{{ 标题 + }}”",
            "附件清单|safe }}",
            "正文“见{{ 图_进度 }}”",
            "是否为：简报名称",
            "共5处。",
        ]);
    let changes = [("{{ 要求 }}", "{{ 请求 }}"), ("{% endfor %}", "")];
    let desk = changed("reminder.docx", &changes);
    check(&desk, "reminder.docx --kind reminder")
        .exits(1)
        .says([
            "正文“{{ 请求 }}”",
            "{% for 段 in 正文 %}",
            "共2处。可用的名称见：duban template vars --kind reminder",
        ]);
}

#[test]
fn each_name_of_a_notice_has_its_value() {
    let desk = Desk::sample();
    let vars = desk.json("template vars --kind reminder --period 2024-06");
    for (name, value) in [
        ("单位", "公安分局"),
        ("报送情况", "未报"),
        ("截止日期", "2024年7月5日"),
        (
            "正文[]",
            "2024年6月重点民生实事进展情况报送表应于2024年7月5日前报送",
        ),
    ] {
        let now = text(entry(&vars, "name", name), "value");
        assert!(now.starts_with(value), "{name}: {now}");
    }
    // A month in which nobody is chased has the names all the same.
    let quiet = desk.json("template vars --kind reminder --period 2024-01");
    assert_eq!(quiet.list().len(), vars.list().len());
}

/// A tag that only the values make wrong passed the check, and the run refused it.
#[test]
fn what_a_run_refuses_the_check_refuses() {
    for tag in [
        "{{ 标题 + 1 }}",
        "{{ 标题|round }}",
        "{{ 滞后项目 / 2 }}",
        "{{ 标题|sum }}",
    ] {
        let desk = changed("briefing.docx", &[("{{ 标题 }}", tag)]);
        let refused = desk.duban("run 6月 --template briefing.docx").code == Some(2);
        let told = check(&desk, "briefing.docx 6月").code == Some(1);
        assert!(refused && told, "{tag}: run {refused}, check {told}");
    }
}

/// A template without a condition around the chart's annex printed its heading over 本期无可比较的完成率.
#[test]
fn an_annex_without_a_chart_goes_also_where_the_template_does_not_ask() {
    for (mark, stands) in [("附件{{ 图附件号 }}", false), ("图", true)] {
        let changes = [
            ("{% if 图附件号 %}", "{% if true %}"),
            ("附件{{ 图附件号 }}", mark),
        ];
        let desk = changed("briefing.docx", &changes);
        let printed = |month: &str| {
            desk.make_folder(&format!("inbox/{month}"));
            desk.duban(&format!("run {month} --template briefing.docx"));
            let briefing = fs::read(desk.month(month).report("简报")).unwrap();
            Document::of(&briefing).paragraphs.join("\n")
        };
        let empty = printed("2024-07");
        let said = ["对照图", "本期无可比较的完成率"].map(|words| empty.contains(words));
        assert_eq!(said, [stands; 2], "{empty}");
        assert!(empty.contains("报：") && printed("2024-06").contains("对照图"));
    }
}

/// A seal and a logo: files beside the template, which are in the paper, in the seal of a month and in its check.
#[test]
fn a_template_takes_pictures_from_its_own_folder() {
    let seal = fs::read(root().join("docs/img/form.png")).unwrap();
    let tag = "{{ image: 公章.png 42mm }}{{ 日期 }}";
    let desk = changed("reminder.docx", &[("{{ 日期 }}", tag)]);
    desk.make_folder("模板");
    fs::rename(desk.path("reminder.docx"), desk.path("模板/通知.docx")).unwrap();
    let line = "模板/通知.docx --kind reminder";
    check(&desk, line)
        .exits(1)
        .says(["正文“{{ image: 公章.png 42mm }}”", "找不到或打不开"]);
    desk.fails("run 6月 --reminder-template 模板/通知.docx")
        .says(["催报通知模板不能使用", "公章.png"]);
    desk.write("模板/公章.png", &seal[..1000]);
    check(&desk, line).exits(1).says(["不完整或已损坏"]);
    desk.write("模板/公章.png", &seal);
    check(&desk, line).exits(0);
    desk.finds("run 6月 --reminder-template 模板/通知.docx");
    let notice = desk.read("out/2024-06/催报/公安分局催报通知.docx");
    let parts = parts(&notice);
    let pictures: Vec<_> = parts
        .iter()
        .filter(|(n, _)| n.starts_with("word/media/"))
        .collect();
    assert!(matches!(&*pictures, [(_, bytes)] if *bytes == seal));
    // A path out of the template's folder is none.
    let desk = changed(
        "reminder.docx",
        &[("{{ 日期 }}", "{{ image: ../公章.png }}")],
    );
    check(&desk, "reminder.docx --kind reminder")
        .exits(1)
        .says(["应与模板在同一文件夹"]);
}

/// The picture is part of the template as sealed: `verify` needs no file beside it.
#[test]
fn a_sealed_month_keeps_the_templates_picture() {
    let tag = "{{ image: 徽标.png 20mm }}{{ 期号 }}";
    let desk = changed("briefing.docx", &[("{{ 期号 }}", tag)]);
    let seal = fs::read(root().join("docs/img/form.png")).unwrap();
    desk.write("徽标.png", seal);
    desk.ok("seal 1月 --with-open --template briefing.docx");
    desk.remove("徽标.png");
    desk.remove("briefing.docx");
    desk.ok("verify");
}

#[test]
fn the_layout_is_told_clause_by_clause() {
    let desk = changed("briefing.docx", &[("w:top=\"2098\"", "w:top=\"1440\"")]);
    check(&desk, "briefing.docx --layout").exits(1).says([
        "模板没有问题",
        "GB/T 9704-2012",
        "天头（上边距）",
        "25毫米",
        "不符",
        "条不符，在WPS或Word中这样改：",
        "自定义页边距",
    ]);
    let layout = desk.json("template check briefing.docx --layout");
    let clause = entry(&layout["layout"], "what", "天头（上边距）");
    assert_eq!(text(clause, "found"), "25毫米");
    let shipped = changed("reminder.docx", &[]);
    check(&shipped, "reminder.docx --kind reminder --layout")
        .exits(0)
        .says(["版式各条都符合"]);
}
