//! The plan as a workbook: the same plan as plan.toml, whatever is done with it.

use std::fmt::Write as _;

use proptest::prelude::*;

use crate::desk::SMALL_PLAN;
use crate::prelude::*;

const BOOK: &str = "seeds/2024/任务计划.xlsx";

/// `UPDATE=1` writes it anew.
#[test]
fn the_shipped_workbook_is_what_convert_makes_of_the_shipped_plan() {
    let desk = Desk::new();
    desk.ok(&format!("plan convert {PLAN} made.xlsx"));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(root().join(BOOK), desk.read("made.xlsx")).unwrap();
    }
    let shipped = fs::read(root().join(BOOK)).unwrap();
    assert!(shipped == desk.read("made.xlsx"), "UPDATE=1 writes it anew");
    // Both lie in one folder: the same plan in two forms is one.
    desk.write(BOOK, shipped);
    desk.ok("plan check").says(["没有问题"]);
}

#[test]
fn both_forms_of_a_plan_give_the_same_bytes() {
    let desk = Desk::sample();
    desk.ok(&format!("plan convert {PLAN} 任务计划.xlsx"));
    desk.finds(&format!("run 2024-06 --plan {PLAN} --out a"));
    desk.finds("run 2024-06 --plan 任务计划.xlsx --out b");
    let (mut a, mut b) = (desk.content("a"), desk.content("b"));
    let mut manifests = [&mut a, &mut b].map(|files| {
        let bytes = files.remove("2024-06/manifest.json").unwrap();
        serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()
    });
    let names = |files: &std::collections::BTreeMap<String, Vec<u8>>| {
        files.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(names(&a), names(&b));
    assert!(a.len() > 5 && a == b);
    assert_ne!(
        manifests[0]["plan"]["sha256"],
        manifests[1]["plan"]["sha256"]
    );
    for manifest in &mut manifests {
        manifest["plan"]["sha256"] = serde_json::Value::Null;
    }
    assert_eq!(manifests[0], manifests[1]);
}

#[test]
fn a_seal_keeps_the_workbook_and_trace_goes_to_its_cell() {
    let desk = Desk::in_may();
    desk.ok(&format!("plan convert {PLAN} 任务计划.xlsx"));
    desk.remove("seeds");
    desk.ok("seal 2024-05 --with-open");
    assert_eq!(
        desk.read("archive/2024-05/plan.xlsx"),
        desk.read("任务计划.xlsx")
    );
    desk.ok("verify");
    let tree = desk.json("trace 2.2 目标 2024-05").to_string();
    assert!(
        tree.contains(r#""cell":"F3""#) && tree.contains(r#""sheet":"指标""#),
        "{tree}"
    );
}

#[test]
fn nothing_is_overwritten_and_unequal_forms_are_told() {
    let desk = Desk::small();
    desk.ok(&format!("plan convert {PLAN} 任务计划.xlsx"));
    let before = desk.read("任务计划.xlsx");
    for line in [
        "plan convert seeds/2024/plan.toml 任务计划.xlsx",
        "plan new",
    ] {
        desk.fails(line).says(["“任务计划.xlsx”已经有了，不会覆盖"]);
    }
    assert_eq!(desk.read("任务计划.xlsx"), before);
    desk.write(
        "plan.toml",
        SMALL_PLAN.replace("target = 300", "target = 301"),
    );
    desk.fails("plan check")
        .says(["不是同一个任务计划", "4.1", "300", "301"]);
    desk.write("plan.toml", SMALL_PLAN);
    desk.ok("plan check");
}

#[test]
fn an_empty_workbook_says_what_is_missing() {
    let desk = Desk::bare();
    desk.ok("plan new").says(["任务计划.xlsx", "说明"]);
    let said = desk.fails("plan check --format json").json();
    let cells: Vec<_> = said
        .list()
        .iter()
        .map(|e| (e["sheet"].as_str(), e["cell"].as_str()))
        .collect();
    for place in [
        (Some("基本信息"), Some("B2")),
        (Some("责任单位"), None),
        (Some("任务"), None),
        (Some("指标"), None),
    ] {
        assert!(cells.contains(&place), "{place:?} {cells:?}");
    }
}

/// What workbooks have more trouble with than TOML: separators in names, shares and figures below one per cent, ids like 1.10.
const TRICKY: &str = r#"
[columns]
cumulative = ["截至目前完成", "年内、实绩"]

[checks]
elements = false
severity = { R015 = "error", S004 = "off" }

[limits]
file_mib = 40

[[department]]
id = "一处、二处"
name = "一处、二处联合办公室"
aliases = ["联合办、联办", "联办室"]

[[task]]
no = 11
tier = "市级"
name = "降低比例"
text = "投诉率不高于0.8%。"
lead = "jsj"
with = ["一处、二处", "市级甲、乙两家单位", "ggfw"]
evidence_required = true
deadline = 2024-11-30

[[task.indicator]]
id = "11.10"
name = "投诉率"
kind = "ratio"
target = 0.8
baseline = 0.95
unit = "%"
direction = "at_most"
combine = "mean"
off = ["R007", "R008"]
reporters = [{ department = "jsj", target = 0.5 }, { department = "ggfw" }]

[[task.indicator]]
id = "11.2"
name = "改造、新建数"
aliases = ["改造数、新建数"]
kind = "count"
target = 7
unit = "处"
approximate = true
weight = 0.3
schedule = { "2024-02" = 0.005, "2024-05" = 0.07, "2024-11" = 1.0 }

[[task.indicator]]
id = "11.3"
name = "新建数"
kind = "count"
target = 7
unit = "处"
schedule = "works"

[[task.indicator]]
id = "11.4"
name = "开工"
kind = "milestone"
start_by = "2024-03"
deadline = 2024-06-30

[[task.relation]]
expr = "11.3 = 11.2"
tolerance = 0.01
"#;

#[test]
fn every_corner_of_a_plan_survives_its_workbook_also_saved_by_libreoffice() {
    let desk = Desk::small();
    desk.write("tricky.toml", format!("{SMALL_PLAN}{TRICKY}"));
    desk.ok("plan convert tricky.toml 任务计划.xlsx");
    desk.ok("plan convert 任务计划.xlsx back.toml");
    let back = desk.text("back.toml");
    for line in [
        "id = \"11.10\"",
        "target = 0.8",
        "\"2024-02\" = 0.005",
        "\"年内、实绩\"",
        "file_mib = 40",
        "elements = false",
    ] {
        assert!(back.contains(line), "{line}: {back}");
    }
    // convert itself refuses what comes out as another plan.
    desk.ok("plan convert back.toml again.xlsx");
    assert_eq!(desk.read("again.xlsx"), desk.read("任务计划.xlsx"));
    if libreoffice::is_installed() {
        let saved = libreoffice::convert(&desk, &[desk.path("任务计划.xlsx")], "xlsx", "lo");
        desk.write("lo.xlsx", fs::read(&saved[0]).unwrap());
        desk.ok("plan convert lo.xlsx lo.toml");
        assert_eq!(desk.text("lo.toml"), back);
    }
}

/// A decision of each kind, as plan.toml has them; a share below one per cent is written as text.
const DECIDED: &str = r#"
[[task]]
no = 5
tier = "区级"
name = "投诉"
text = "投诉率不高于1%。"
lead = "jsj"

[[task.indicator]]
id = "5.1"
name = "投诉率"
kind = "ratio"
target = 1.0
unit = "%"
direction = "at_most"

[[override]] # 甲
period = "2024-05"
task = 4
grade = "达到序时进度"
reason = "示例"

[[confirm]]
period = "2024-05"
department = "jsj"
indicator = "5.1"
value = 0.8
by = "督查室"
note = "电话核对（示例数据）"

[[confirm]]
period = "2024-06"
department = "ggfw"
indicator = "4.1"
value = 120
by = "督查室"
note = "书面更正（示例数据）"

[[adjust]]
indicator = "2.2"
from = "2024-07"
target = 18.5
deadline = 2025-03-31
basis = "会议纪要（示例数据）"

[briefing]
numbers = { 2024-05 = "5", 2024-06 = "6" }
document_numbers = { 2024-06 = "示例办〔2024〕6号" }
"#;

#[test]
fn decisions_go_into_a_ledger_and_back() {
    let desk = Desk::small();
    desk.write("p.toml", format!("{SMALL_PLAN}{DECIDED}"));
    desk.ok("plan convert p.toml 任务计划.xlsx").says([
        "电话核实2条，人工评定1条，任务调整1条，期号2条，文号1条",
        "台账.xlsx",
        "任务计划未写",
        "注释没有写入",
    ]);
    // What was decided is the same in every output but for where it stands.
    desk.ok("ledger check --plan 任务计划.xlsx")
        .says(["电话核实2行，人工评定1行，任务调整1行，期号文号2行"]);
    desk.fails("plan convert 任务计划.xlsx back/p.toml");
    desk.make_folder("back");
    desk.ok("plan convert 任务计划.xlsx back/p.toml")
        .says(["台账.xlsx里的决定一并写入", "经办人"]);
    desk.ok("plan convert p.toml own.toml");
    // A workbook says the month of the due day.
    let back = desk
        .text("back/p.toml")
        .replace("due_month = \"next\"\n", "");
    assert_eq!(back, desk.text("own.toml"));
    // Nothing is written where a ledger lies already.
    desk.fails("plan convert p.toml other.xlsx")
        .says(["台账.xlsx", "不会覆盖"]);
    assert!(!desk.path("other.xlsx").exists());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn generated_plans_survive_their_workbook(
        targets in prop::collection::vec((1u32..10_000_000, 0u32..4, prop::bool::ANY), 1..6),
        share in 1u32..999,
        names in prop::collection::vec("[一-十甲-癸]{1,4}[、，（a-zA-Z0-9 ]?[一-十]{1,3}", 1..4),
        due in 1u8..=31,
    ) {
        let mut plan = SMALL_PLAN.replace("due_day = 5", &format!("due_day = {due}\ndue_month = \"same\""));
        plan += "\n[[task]]\nno = 9\ntier = \"区级\"\nname = \"其他\"\ntext = \"示例\"\nlead = \"ggfw\"\n";
        for (n, (digits, places, is_percent)) in targets.iter().enumerate() {
            let target = f64::from(*digits) / 10f64.powi(i32::try_from(*places).unwrap());
            let (kind, unit, target) = if *is_percent { ("level", "%", target.min(100.0)) } else { ("quantity", "公里", target) };
            let aliases: Vec<String> = names.iter().map(|name| format!("\"{n}号{name}\"")).collect();
            let _ = write!(
                plan,
                "\n[[task.indicator]]\nid = \"9.{}\"\nname = \"指标{n}\"\naliases = [{}]\nkind = \"{kind}\"\ntarget = {target:?}\nunit = \"{unit}\"\nschedule = {{ \"2024-06\" = {:?}, \"2024-12\" = 1.0 }}\n",
                n + 1, aliases.join(", "), f64::from(share) / 1000.0
            );
        }
        let desk = Desk::bare();
        desk.write("plan.toml", &plan);
        let said = desk.duban("plan convert plan.toml p.xlsx");
        // A plan that is wrong itself shows nothing.
        prop_assume!(!said.err.contains("处错误"));
        prop_assert_eq!(said.code, Some(0), "{}\n{}", said, plan);
        let back = desk.duban("plan convert p.xlsx back.toml");
        prop_assert_eq!(back.code, Some(0), "{}\n{}", back, plan);
    }
}

#[test]
fn a_notice_becomes_a_workbook_whose_open_questions_are_coloured_and_counted() {
    let desk = Desk::bare();
    let notice = fs::read(root().join("seeds/2024/notice.txt")).unwrap();
    desk.write("通知.txt", notice);
    desk.duban("plan import 通知.txt --out 任务计划.xlsx")
        .says(["涂黄的单元格"]);
    desk.duban("plan import 通知.txt --out 计划.toml");
    let count = |said: &str| {
        said.split("还有 ")
            .nth(1)
            .and_then(|s| s.split(' ').next())
            .map(str::to_owned)
    };
    let of_book = desk.ok("plan check 任务计划.xlsx");
    let of_text = desk.ok("plan check 计划.toml");
    assert!(count(&of_book.out).is_some(), "{of_book}");
    assert_eq!(count(&of_book.out), count(&of_text.out));
    // The list in front of a marked copy counts no mark of its own.
    desk.ok("plan check --mark 任务计划.xlsx");
    let copy = desk.ok("plan check 任务计划（检查结果）.xlsx");
    assert_eq!(count(&copy.out), count(&of_book.out));
    let before = desk.read("任务计划.xlsx");
    desk.fails("plan import 通知.txt --out 任务计划.xlsx")
        .says(["不会覆盖"]);
    assert!(desk.read("任务计划.xlsx") == before);
}

#[test]
fn a_folder_to_work_in_is_made_and_never_written_over() {
    let desk = Desk::bare();
    desk.write(
        "通知.txt",
        fs::read(root().join("seeds/2024/notice.txt")).unwrap(),
    );
    desk.ok("init 新区 --from 通知.txt")
        .says(["任务计划.xlsx", "台账.xlsx", "plan check --mark"]);
    desk.ok("init 空的").says(["ledger new"]);
    let own = [
        "任务计划.xlsx",
        "使用说明.html",
        "催报通知模板.docx",
        "简报模板.docx",
    ];
    for name in own {
        assert!(!desk.read(&format!("空的/{name}")).is_empty());
    }
    assert!(desk.path("空的/inbox").is_dir() && !desk.path("空的/台账.xlsx").exists());
    desk.ok("plan check 新区/任务计划.xlsx").says(["待核"]);
    desk.ok("ledger check --plan 新区/任务计划.xlsx");
    for template in [
        "template check 空的/简报模板.docx",
        "template check 空的/催报通知模板.docx --kind reminder",
    ] {
        desk.duban(&format!("{template} --plan 新区/任务计划.xlsx"))
            .hides(["错误"]);
    }
    let before = desk.content("空的");
    desk.remove("空的/使用说明.html");
    desk.fails("init 空的")
        .says(["任务计划.xlsx、简报模板.docx", "什么都没有写"]);
    assert!(desk.content("空的").len() == before.len() - 1);
}

/// Every mark coloured the task's number, wherever the doubt was.
#[test]
fn a_mark_colours_the_cell_that_it_is_about() {
    let desk = Desk::bare();
    let notice = "示例区人民政府办公室\n关于印发《示例区2025年重点工作清单（示例数据）》的通知\n\n序号\t分级\t项目名称\t工作任务\t责任单位\n1\t市级\t停车治理\t新建充电桩300—350个；每季度举办招聘会6场。\t市建设局\n";
    desk.write("通知.txt", notice);
    desk.duban("init 新区 --from 通知.txt")
        .says(["任务1项", "待核"]);
    let bytes = desk.read("新区/任务计划.xlsx");
    let indicators = crate::docx::part(&bytes, "xl/worksheets/sheet5.xml");
    let style = |cell: &str| {
        let tag = indicators.split(&format!("<c r=\"{cell}\" s=\"")).nth(1);
        tag.and_then(|rest| rest.split('"').next())
            .unwrap_or_default()
            .to_owned()
    };
    // Two targets are to be settled, and no number of a task.
    assert_eq!(style("F2"), style("F3"));
    assert_ne!(style("F2"), style("E2"));
    assert_eq!(style("A2"), style("E2"), "{indicators}");
}

#[test]
fn init_says_what_of_the_notice_is_in_no_task() {
    let desk = Desk::bare();
    let notice = fs::read(root().join("tests/fixtures/notice/重点工作任务清单（示例数据）.txt"));
    let notice = String::from_utf8(notice.unwrap()).unwrap();
    desk.write(
        "通知.txt",
        format!("{notice}注：各牵头单位要明确1名联络员。\n"),
    );
    desk.duban("init 新区 --from 通知.txt").exits(1).says([
        "没有读入、须逐处核对的行和语句（1处）",
        "联络员",
        "任务12项，责任单位6个，指标45个",
    ]);
}

/// Blank rows were ruled, and printed on pages of their own.
#[test]
fn only_rows_that_are_filled_in_are_printed() {
    if !libreoffice::is_installed() {
        return;
    }
    let desk = Desk::small();
    desk.ok("ledger new 台账.xlsx");
    desk.ok(&format!("plan convert {PLAN} 任务计划.xlsx"));
    let files = ["任务计划.xlsx", "台账.xlsx"].map(|name| desk.path(name));
    let pages = libreoffice::convert(&desk, &files, "pdf", "pdf");
    let pages: Vec<usize> = pages.iter().map(|pdf| libreoffice::pages(pdf)).collect();
    // 说明 takes three and two, every other sheet one.
    assert_eq!(pages, [13, 8]);
}
