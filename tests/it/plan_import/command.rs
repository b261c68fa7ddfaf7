//! The command: its files, its refusals.

use calamine::{Reader, Xlsx};
use docx_rs::Docx;
use duban::plan::Plan;

use super::another_city::{OTHER, other_in_excel};
use super::word::{packed, paragraph};
use super::{NOTICE, drafted, loaded};
use crate::prelude::*;

pub fn import(desk: &Desk, line: &str) -> crate::desk::Said {
    desk.duban(&format!("plan import {line}"))
}

#[test]
fn the_command_writes_a_draft_and_a_review_table() {
    let desk = Desk::bare();
    desk.write("通知.txt", NOTICE);
    import(&desk, "通知.txt --review 审核表.xlsx")
        .exits(0)
        .says(["任务20项", "指标68个"]);
    assert_eq!(
        desk.files(""),
        ["plan-draft.toml", "审核表.xlsx", "通知.txt"]
    );
    let draft = desk.text("plan-draft.toml");
    loaded(&draft);
    let review = std::io::Cursor::new(desk.read("审核表.xlsx"));
    let sheet = Xlsx::new(review)
        .unwrap()
        .worksheet_range("导入审核表")
        .unwrap();
    let mut rows = sheet.rows();
    assert!(
        rows.any(|r| r[2] == "14.1" && r[5] == "20公里" && r[7].to_string().contains("20公里"))
    );
    // A second run keeps what stands there.
    let edited = draft.replace("due_day = 5 ", "due_day = 8 ");
    assert_ne!(edited, draft);
    desk.write("plan-draft.toml", &edited);
    import(&desk, "通知.txt").says(["手工修改全部保留"]);
    assert_eq!(desk.text("plan-draft.toml"), edited);
}

#[test]
fn a_table_of_tasks_in_a_workbook_gives_the_same_draft() {
    let desk = Desk::bare();
    desk.write("分解表.xlsx", other_in_excel());
    import(&desk, "分解表.xlsx --out a.toml").says(["任务12项"]);
    let text = drafted(OTHER);
    let plan = loaded(&desk.text("a.toml"));
    let of_text = loaded(&text.to_toml());
    let tasks = |plan: &Plan| {
        let all = plan.indicators.iter();
        all.map(|i| {
            (
                i.id.clone(),
                i.name.clone(),
                i.target,
                i.unit.text.clone(),
                i.deadline,
            )
        })
        .collect::<Vec<_>>()
    };
    assert_eq!(tasks(&plan), tasks(&of_text));
    // Rows under one merged task are one task.
    let mut book = rust_xlsxwriter::Workbook::new();
    let plain = rust_xlsxwriter::Format::new();
    let sheet = book.add_worksheet();
    for (col, head) in (0..).zip(["序号", "重点任务", "年度目标", "责任单位"]) {
        sheet.write_string(0, col, head).unwrap();
    }
    for (col, text) in [(0, "1"), (1, "老旧小区改造"), (3, "建设局")] {
        sheet.merge_range(1, col, 2, col, text, &plain).unwrap();
    }
    sheet.write_string(1, 2, "改造小区12个").unwrap();
    sheet.write_string(2, 2, "惠及居民3000户").unwrap();
    desk.write("合并.xlsx", book.save_to_buffer().unwrap());
    import(&desk, "合并.xlsx --year 2025 --out b.xlsx").says(["任务1项", "指标2个"]);
    desk.ok("plan check b.xlsx");
}

#[test]
fn comparing_writes_nothing() {
    let desk = Desk::bare();
    let seeds = root().join("seeds/2024").display().to_string();
    import(
        &desk,
        &format!("{seeds}/notice.txt --compare {seeds}/plan.toml"),
    )
    .exits(0)
    .says(["没有不同"]);
    assert!(desk.files("").is_empty());
}

#[test]
fn what_is_no_notice_is_refused_with_one_message_and_nothing_written() {
    let desk = Desk::bare();
    let large = vec![b'a'; 50 << 20];
    let no_table = packed(Docx::new().add_paragraph(paragraph("关于印发工作任务的通知")));
    let cases: [(&str, &[u8], &str); 6] = [
        ("空.txt", b"", "空文件"),
        (
            "诗.txt",
            "床前明月光，疑是地上霜。".as_bytes(),
            "不像是工作任务的通知",
        ),
        (
            "无表.txt",
            "关于印发工作任务的通知\n各部门：请落实。".as_bytes(),
            "没有找到任务表",
        ),
        ("无表.docx", &no_table, "没有找到任务表"),
        ("大.txt", &large, "超过 20 MiB"),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧格式"),
    ];
    for (name, bytes, message) in cases {
        desk.write(name, bytes);
        let before = desk.files("");
        let said = import(&desk, &format!("{name} --review 审核表.xlsx"))
            .exits(2)
            .says([message]);
        assert!(
            said.out.is_empty() && said.err.trim().lines().count() == 1,
            "{said}"
        );
        assert_eq!(desk.files(""), before, "{name}");
    }
    import(&desk, "没有这个文件.docx").exits(2);
}
