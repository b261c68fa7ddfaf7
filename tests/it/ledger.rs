//! 台账.xlsx: the office's decisions change what they should, are cited where they do, and never silently.

use crate::desk::SMALL_PLAN;
use crate::desk::book::{book, rows};
use crate::prelude::*;

const LEDGER: &str = "seeds/2024/台账.xlsx";
const CONFIRMS: &str = "月份|单位|任务序号|指标|核实值|计量单位|经办人|日期|依据|作废";

/// Decisions of May, of each kind.
fn decided() -> Vec<u8> {
    book(&[
        (
            "电话核实",
            rows(&[
                CONFIRMS,
                "2024年5月|建设局|2|山城绿道|7300|米|督查室|2024-06-03|误报备用段（示例数据）",
                "5月|公共服务局||新增托位|90||督查室||误记|作废",
            ]),
        ),
        (
            "人工评定",
            rows(&[
                "月份|任务序号|评定状态|理由|经办人|日期|作废",
                "202405|4|达序时|月底集中登记（示例数据）|督查室",
            ]),
        ),
        (
            "任务调整",
            rows(&[
                "任务序号|指标|自何月起|新目标|计量单位|新时限|依据|经办人|日期|作废",
                "2|2.1|2024-04|14万平方米|||专题会议纪要（示例数据）|督查室",
            ]),
        ),
    ])
}

/// A desk in May whose greenways fell, with a ledger.
fn desk(ledger: &[u8]) -> Desk {
    let desk = Desk::in_may();
    desk.submit_green(5, 6.5, 4.0);
    desk.write(LEDGER, ledger);
    desk
}

fn value<'a>(
    desk: &Desk,
    rows: &'a mut Vec<std::collections::BTreeMap<String, String>>,
    id: &str,
) -> &'a str {
    *rows = desk.month("2024-05").records();
    &rows.iter().find(|row| row["indicator"] == id).unwrap()["value"]
}

/// What the ledger of [`decided`] makes of May.
fn assert_decided(desk: &Desk) {
    desk.ok("run --period 2024-05");
    let mut rows = Vec::new();
    // In metres, in place of a value that fell.
    assert_eq!(value(desk, &mut rows, "2.2"), "7.3");
    // A row taken back changes nothing.
    assert_eq!(value(desk, &mut rows, "4.1"), "110");
    let target = |id| rows.iter().find(|row| row["indicator"] == id).unwrap()["target"].clone();
    assert_eq!(target("2.1"), "14");
    let facts = desk.json_of("out/2024-05/facts.json");
    let task = facts["tasks"].list().iter().find(|t| t["no"] == 4).unwrap();
    assert_eq!(text(task, "grade"), "达到序时进度");
    assert_eq!(text(task, "override_reason"), "月底集中登记（示例数据）");
    let findings = desk.json_of("out/2024-05/findings.json");
    let fell = entry(&findings, "code", "R001");
    assert_eq!(text(fell, "status"), "explained");
    let rows: Vec<&Value> = findings
        .list()
        .iter()
        .filter(|f| f["code"] == "X005")
        .collect();
    let said: Vec<(&str, &str)> = rows
        .iter()
        .map(|f| (text(f, "sheet"), text(f, "cell")))
        .collect();
    assert_eq!(
        said,
        [
            ("人工评定", "C2"),
            ("任务调整", "D2"),
            ("电话核实", "E2"),
            ("电话核实", "J3")
        ]
    );
    assert!(
        text(rows[2], "message").contains("核实为7.3公里")
            && text(rows[2], "message").ends_with("已采用。")
    );
    assert!(text(rows[3], "message").ends_with("没有采用：已作废。"));
}

#[test]
fn each_row_changes_what_it_should_and_is_cited() {
    let desk = desk(&decided());
    desk.ok("ledger check").says(["电话核实1行", "已作废1行"]);
    assert_decided(&desk);
    let manifest = desk.json_of("out/2024-05/manifest.json");
    assert_eq!(text(&manifest["plan"], "ledger_sha256").len(), 64);
    desk.ok("trace 2.2 --period 2024-05")
        .says(["台账.xlsx", "电话核实!E2", "误报备用段"]);
    desk.ok("trace 2.1 目标 --period 2024-05")
        .says(["任务调整!D2"]);
}

#[test]
fn a_ledger_saved_by_another_program_decides_the_same() {
    if !libreoffice::is_installed() {
        return;
    }
    let desk = desk(&decided());
    let own = [desk.path(LEDGER)];
    let saved = libreoffice::convert(&desk, &own, "xlsx", "saved");
    desk.write(LEDGER, fs::read(&saved[0]).unwrap());
    assert_decided(&desk);
}

#[test]
fn a_decision_that_the_plan_holds_too_names_both_places() {
    let own = "[[confirm]]\nperiod = \"2024-05\"\ndepartment = \"jsj\"\nindicator = \"2.2\"\nvalue = 7\nby = \"督查室\"\nnote = \"核实\"\n";
    let desk = desk(&decided());
    desk.write(PLAN, format!("{SMALL_PLAN}\n{own}"));
    let said = desk.fails("run --period 2024-05");
    said.says(["电话核实!E2", "plan.toml已经写过"]);
}

#[test]
fn a_mistake_in_the_ledger_is_told_at_its_cell_and_stops_the_month() {
    let confirms = rows(&[
        CONFIRMS,
        "2024年5月|建设局|2|山城绿带总长|7.3|公里|督查室||核实",
        "2024年5月|园林局|2|山城绿道|7.3|公里|督查室||核实",
        "2024年5月|建设局|2|山城绿道|7.3|个|督查室||核实",
        "2024年5月|建设局|2|山城绿道|差不多|公里|督查室||核实",
        "2025年5月|建设局|2|山城绿道|7.3|公里|督查室||核实",
        "2024年5月|公共服务局|4|新增托位|90.5||督查室||核实",
        "2024年5月|建设局|2|山城绿道|7.3|公里|||核实",
    ]);
    let desk = desk(&book(&[("电话核实", confirms)]));
    let said = desk.fails("ledger check --format json").json();
    let cells: Vec<&str> = said.list().iter().map(|e| text(e, "cell")).collect();
    assert_eq!(cells, ["D2", "B3", "F4", "E5", "A6", "E7", "G8"], "{said}");
    desk.fails("run --period 2024-05").says(["电话核实!D2"]);
    assert!(desk.content("out").is_empty());
}

#[test]
fn a_damaged_ledger_stops_the_month_with_one_message() {
    let whole = decided();
    let desk = desk(&whole[..whole.len() / 2]);
    // Held open in Excel it has a lock file beside it, which is nobody's ledger.
    desk.write("seeds/2024/~$台账.xlsx", b"x");
    desk.fails("run --period 2024-05")
        .says(["台账.xlsx", "文件打不开"]);
    desk.write(LEDGER, &whole);
    assert_decided(&desk);
}

#[test]
fn a_seal_keeps_the_ledger_and_takes_no_later_decision() {
    let ledger_of_may = decided();
    let desk = desk(&ledger_of_may);
    desk.ok("seal --period 2024-05");
    assert!(desk.read("archive/2024-05/台账.xlsx") == ledger_of_may);
    desk.remove(LEDGER);
    desk.ok("verify --period 2024-05");
    let late = rows(&[CONFIRMS, "5月|建设局|2|街头绿地面积|6.4||督查室||核实"]);
    desk.write(LEDGER, book(&[("电话核实", late)]));
    desk.submit_green(6, 8.0, 8.0);
    for line in ["run --period 2024-05", "run --period 2024-06"] {
        desk.fails(line)
            .says(["电话核实第2行", "2024年5月已经封存", "--reopen"]);
    }
    desk.write(LEDGER, &ledger_of_may);
    desk.ok("run --period 2024-05");
}

fn without_tags(xml: &str) -> String {
    let parts = xml
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.collect()
}

#[test]
fn the_ledger_can_hold_the_register_and_the_papers_numbers() {
    let file = "建设局2024年5月报送表.xlsx";
    let desk = desk(&book(&[
        (
            "收件登记",
            rows(&[
                "月份|单位|文件|收到日期|方式",
                &format!("5月|建设局|{file}|2024-06-07|电子"),
                "5月|公共服务局|另一个文件|2024-06-03|纸质",
            ]),
        ),
        (
            "期号文号",
            rows(&[
                "月份|期号|文号|落款日期|签发人",
                "2024年5月|第7|示例办〔2024〕7号|6月6日|示例签发人",
            ]),
        ),
    ]));
    desk.finds("run --period 2024-05")
        .says(["没有“另一个文件”"]);
    let findings = desk.json_of("out/2024-05/findings.json");
    assert_eq!(text(entry(&findings, "code", "X002"), "file"), file);
    let report = desk.month("2024-05").report("简报");
    let document = crate::docx::part(&fs::read(report).unwrap(), "word/document.xml");
    let briefing = without_tags(&document);
    for words in ["示例办〔2024〕7号", "示例签发人", "2024年6月6日"] {
        assert!(briefing.contains(words), "{words}: {briefing}");
    }
}

#[test]
fn a_department_checks_its_workbook_without_the_offices_figures() {
    let desk = desk(&decided());
    let file = "inbox/2024-05/建设局2024年5月报送表.xlsx";
    let alone = desk
        .duban(&format!("check {file} --format json"))
        .json()
        .to_string();
    assert!(
        alone.contains("R001"),
        "a confirmed figure is the office's: {alone}"
    );
}

#[test]
fn a_new_ledger_offers_what_the_plan_has_and_decides_nothing() {
    let desk = Desk::small();
    desk.ok("ledger new")
        .says(["台账.xlsx", "ledger check --mark"]);
    desk.ok("ledger check").says(["电话核实0行", "已作废0行"]);
    desk.fails("ledger new").says(["不会覆盖"]);
    let made = desk.read(LEDGER);
    let book = crate::docx::part(&made, "xl/worksheets/sheet2.xml");
    for list in ["名单说明!$A$2", "名单说明!$B$2", "OFFSET(名单说明!$G$1"] {
        assert!(book.contains(list), "{list}: {book}");
    }
    let again = if libreoffice::is_installed() {
        let saved = libreoffice::convert(&desk, &[desk.path(LEDGER)], "xlsx", "saved");
        fs::read(&saved[0]).unwrap()
    } else {
        made
    };
    desk.write(LEDGER, again);
    desk.ok("ledger check");
}

/// A ledger made from a draft went on offering the draft's names without a word.
#[test]
fn drop_downs_of_an_older_plan_are_told() {
    let desk = Desk::small();
    desk.ok("ledger new");
    desk.ok("ledger check").hides(["下拉列表"]);
    desk.write(PLAN, SMALL_PLAN.replace("\"新增托位\"", "\"新增普惠托位\""));
    let said = desk.ok("ledger check --format json").json();
    let told = &said.list()[0];
    assert_eq!(
        (text(told, "sheet"), text(told, "severity")),
        ("名单说明", "warning")
    );
    let words = text(told, "message");
    assert!(
        words.contains("“新增托位”") && words.contains("“新增普惠托位”"),
        "{words}"
    );
    // A row is taken back by the word that its head asks for.
    let sheet = crate::docx::part(&desk.read(LEDGER), "xl/worksheets/sheet2.xml");
    assert!(sheet.contains("<formula1>\"作废\"</formula1>"), "{sheet}");
}
