//! Whole runs over hostile files: what a workbook says never becomes anything but text in any output, what must not be
//! shown is shown nowhere, and the other departments' results are as if it were not there.

use std::fmt::Write as _;

use duban::plan::Kind;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::desk;
use crate::month::PLAN;
use crate::prelude::*;
use crate::xlsx::{TYPES, book, report, text};

/// In every hostile text, so that it can be found wherever it went.
const MARK: &str = "ZZQX";
const MOBILE: &str = "13812345678";
const IDENTITY: &str = "110101190001010008";
const SECRET: &str = "隔离文件的内容";

/// What departments might type, or someone in their name. As XML text: `_x001B_` is how a cell holds ESC.
const HOSTILE: [&str; 9] = [
    "=CMD|' /C calc'!ZZQX",
    "{{ ZZQX }}",
    "{% for x in ZZQX %}{{ x }}",
    "_x001B_[31mZZQX_x001B_]0;ZZQX_x0007_",
    "../../../ZZQX",
    "\u{202e}ZZQX\u{2066}",
    "&lt;w:t&gt;ZZQX&lt;/w:t&gt;]]&gt;",
    "+1+cmd|' /C calc'!ZZQX",
    "\u{9b}31mZZQX\u{7f}",
];

const HEADER: [&str; 12] = [
    "序号",
    "项目名称",
    "指标",
    "计量单位",
    "累计完成",
    "状态",
    "完成时间",
    "工作进展",
    "存在问题",
    "下一步措施",
    "备注",
    "自备栏 ZZQX",
];

/// A department's form: a value for every number, the given words everywhere else.
fn form(department: &str, value: f64, mut words: impl FnMut() -> String) -> String {
    let title = texts([format!("填报单位：{department}　填报期：2024年6月")]);
    let mut rows = title + &texts(HEADER);
    let ix = PLAN.departments.iter().position(|d| d.name == department);
    for &slot in PLAN.slots_of(ix.unwrap()) {
        let ind = &PLAN.indicators[PLAN.slots[slot].indicator];
        let task = &PLAN.tasks[ind.task];
        write!(rows, "<row><c><v>{}</v></c>", task.no).unwrap();
        for name in [&task.name, &ind.name, &ind.unit.text] {
            rows += &text(name);
        }
        if ind.kind.is_numeric() {
            write!(rows, "<c><v>{value}</v></c>").unwrap();
        } else {
            rows += "<c/>";
        }
        if ind.kind == Kind::Milestone {
            rows += &text("进行中");
        } else {
            rows += "<c/>";
        }
        rows += "<c/>";
        for _ in 0..5 {
            rows += &text(&words());
        }
        rows += "</row>";
    }
    sheet(&rows)
}

fn sheet(rows: &str) -> String {
    format!("<sheetData>{rows}</sheetData>")
}

/// A form with further rows.
fn with_rows(form: &str, rows: &str) -> String {
    form.replace("</sheetData>", &format!("{rows}</sheetData>"))
}

/// The sheet of answers.
fn answers(rows: &str) -> String {
    sheet(&(texts(["规则代码", "位置", "说明"]) + rows))
}

/// A department's form with hostile words wherever words can stand.
fn hostile_book(department: &str) -> Vec<u8> {
    let mut all = HOSTILE.into_iter().cycle();
    let mut next = || all.next().unwrap().to_owned();
    let mut progress = form(department, 0.0, &mut next);
    // Rows of no task, words in place of a figure, an unknown error value.
    for words in HOSTILE {
        let (task, figure) = (text(&format!("{words}之外")), text(words));
        let error = format!("<c t=\"e\"><v>{words}</v></c>");
        progress = with_rows(
            &progress,
            &format!("<row><c/>{task}<c/><c/>{figure}{error}</row>"),
        );
    }
    let answers = answers(&HOSTILE.map(|w| texts(["R016", w, w])).concat());
    let mut elements = texts([
        "序号",
        "项目名称",
        "工作举措",
        "完成时限",
        "验收标准",
        "资金来源",
        "计划资金",
        "责任领导",
        "联系人",
    ]);
    for task in &PLAN.tasks {
        let words: String = (0..7).map(|_| text(&next())).collect();
        write!(elements, "<row><c><v>{}</v></c><c/>{words}</row>", task.no).unwrap();
    }
    let sheets = [
        ("进展&#x202e;{{ ZZQX }}=CMD()", progress),
        ("情况说明", answers),
        ("工作方案", sheet(&elements)),
    ];
    book(&sheets, &[])
}

/// Puts a report into June's inbox.
fn submit(desk: &Desk, department: &str, bytes: impl AsRef<[u8]>) {
    desk.write(
        &format!("inbox/2024-06/{department}2024年6月报送表.xlsx"),
        bytes,
    );
}

fn run_june(desk: &Desk) -> Said {
    desk.finds("run 2024-06 --verbose")
}

fn findings(desk: &Desk) -> String {
    desk.text("out/2024-06/findings.json")
}

/// Every output file, and the parts of those that are packages: (name, bytes).
fn outputs(desk: &Desk) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for (name, bytes) in desk.content("out") {
        if bytes.starts_with(b"PK") {
            let parts = parts(&bytes).into_iter();
            found.extend(parts.map(|(part, data)| (format!("{name}:{part}"), data)));
        }
        found.push((name, bytes));
    }
    assert!(found.len() > 20);
    found
}

/// The harmful characters of a text.
fn harmful(text: &str) -> Vec<char> {
    text.chars()
        .filter(|c| {
            c.is_control() && !matches!(c, '\n' | '\r' | '\t')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .collect()
}

/// Where the mark stands in an XML part: the element whose text or attribute holds it.
fn marked_elements(name: &str, part: &str) -> Vec<String> {
    let marked = |e: &BytesStart| -> Vec<String> {
        let attributes = e.attributes().flatten().filter(|a| a.value.contains(MARK));
        attributes
            .map(|a| format!("@{}", a.key.into_inner()))
            .collect()
    };
    let mut reader = Reader::from_str(part);
    let mut open: Vec<String> = Vec::new();
    let mut found = Vec::new();
    loop {
        let event = reader.read_event();
        match event.unwrap_or_else(|e| panic!("{name}: {e}")) {
            Event::Start(e) => {
                open.push(e.name().into_inner().to_owned());
                found.extend(marked(&e));
            }
            Event::Empty(e) => found.extend(marked(&e)),
            Event::End(_) => {
                open.pop();
            }
            Event::Text(t) if t.contains(MARK) => {
                found.push(open.last().cloned().unwrap_or_default());
            }
            Event::CData(t) if t.contains(MARK) => found.push("cdata".to_owned()),
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn text_from_workbooks_stays_text() {
    let desk = Desk::new();
    for department in ["城市建设事务中心", "统战部"] {
        submit(&desk, department, hostile_book(department));
    }
    desk.write(
        "inbox/2024-06/坏\u{1b}[31m\u{202e}ZZQX/{{ ZZQX }}.xlsx",
        "no workbook",
    );
    desk.write("inbox/2024-06/=cmd ZZQX.pdf", "%PDF-1.4");
    let members = ["../../逃\u{1b}ZZQX.xlsx", "/etc/ZZQX.xlsx"].map(|name| (name, "x"));
    desk.write("inbox/2024-06/公安分局.zip", pack(&members));
    let said = run_june(&desk);
    for shown in [&said.out, &said.err] {
        assert_eq!(harmful(shown), [], "{shown:?}");
    }
    let (mut seen, mut located) = (0, 0);
    for (name, bytes) in outputs(&desk) {
        let Ok(part) = std::str::from_utf8(&bytes) else {
            continue;
        };
        // A return copy keeps the department's own sheet names and cells as they were.
        let keeps = name.contains("退回/");
        assert!(
            keeps || harmful(part).is_empty(),
            "{name}: {:?}",
            harmful(part)
        );
        if name.contains(':') {
            let xml = marked_elements(&name, part);
            seen += xml.len();
            located += xml.iter().filter(|e| !keeps && *e == "@location").count();
            // Cells and paragraphs of text, and a chart's cache of them; links to a finding's place, and their tooltips.
            let is_text = |e: &str| {
                matches!(
                    e,
                    "t" | "w:t" | "c:v" | "@tooltip" | "@display" | "@location"
                )
            };
            let is_kept = |e: &str| keeps && matches!(e, "v" | "vt:lpstr" | "@name");
            let wrong: Vec<&String> = xml.iter().filter(|e| !is_text(e) && !is_kept(e)).collect();
            assert!(wrong.is_empty(), "{name}: {wrong:?}");
        }
    }
    // The copy's sheet has the name that findings know it by; links once led to the file alone.
    assert!(
        located > 0,
        "no link leads to the sheet of a copy that was written anew"
    );
    assert!(
        seen > 50,
        "the hostile texts reached the reports as text {seen} times"
    );
    for record in desk.month("2024-06").records() {
        for field in record.values().filter(|f| f.contains(MARK)) {
            assert!(!field.starts_with(['=', '+', '-', '@']), "{field}");
        }
    }
    // Tags are shown as they were typed: the briefing's own were replaced, these were not.
    let briefing: String = outputs(&desk)
        .into_iter()
        .filter(|(n, _)| n.ends_with("docx:word/document.xml"))
        .map(|(_, b)| String::from_utf8(b).unwrap())
        .collect();
    let briefing = briefing.replace(' ', "");
    assert!(
        briefing.contains("{{ZZQX}}") && briefing.contains("{%forxinZZQX%}"),
        "no tag came through as text"
    );
    // Nothing was written anywhere else.
    for name in desk.files("") {
        let is_known = name.starts_with("inbox/") || name == desk::PLAN;
        let is_ours = name.starts_with("out/2024-06/") || name == "out/.duban.lock";
        assert!(is_known || is_ours && !name.contains(MARK), "{name}");
    }
}

#[test]
fn the_same_file_checked_by_its_department_shows_no_control_codes() {
    let desk = Desk::new();
    desk.write("坏.xlsx", hostile_book("城市建设事务中心"));
    for format in ["text", "json"] {
        let line = format!("check 坏.xlsx --period 2024-06 --format {format}");
        let said = desk.duban(&line).says([MARK]);
        assert!(matches!(said.code, Some(0 | 1)), "{said}");
        assert_eq!((harmful(&said.out), harmful(&said.err)), (vec![], vec![]));
    }
}

#[test]
fn personal_numbers_are_masked_in_every_output() {
    let desk = Desk::new();
    let words = format!("推进中，联系人手机{MOBILE}，证号{IDENTITY}。");
    let progress = form("建设局", 0.0, || words.clone());
    let progress = progress.replace("自备栏 ZZQX", &format!("栏{MOBILE}"));
    // A figure's cell, an unknown row, a number stored as one, and a sheet that is hidden.
    let more = format!(
        "<row><c/>{}<c/><c/>{}</row><row><c><v>1</v></c><c/><c/><c/><c><v>{MOBILE}</v></c></row>",
        text(&format!("项目{MOBILE}")),
        text(&words)
    );
    let names = text(&format!("名单 {IDENTITY}"));
    let elements = texts(["序号", "工作举措", "完成时限", "验收标准", "资金来源"])
        + &format!("<row><c><v>1</v></c>{}</row>", text(&words).repeat(4));
    let explained = format!("<row>{}<c/>{}</row>", text("R016"), text(&words));
    let sheets = [
        ("进展情况", with_rows(&progress, &more)),
        (
            "名单",
            sheet(&format!("<row>{names}<c><v>{MOBILE}</v></c></row>")),
        ),
        ("情况说明", answers(&explained)),
        ("工作方案", sheet(&elements)),
    ];
    let bytes = book(&sheets, &[]);
    submit(&desk, "建设局", &bytes);
    desk.write("建设局.xlsx", &bytes);
    let said = run_june(&desk);
    let checked = desk.duban("check 建设局.xlsx --period 2024-06");
    let shown = [("run", said.to_string()), ("check", checked.to_string())];
    let shown = shown.map(|(name, text)| (name.to_owned(), text.into_bytes()));
    let mut masked = 0;
    for (name, bytes) in outputs(&desk).into_iter().chain(shown) {
        // A return copy keeps the department's own cells as they were.
        if name.contains("退回/") {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes);
        for number in [MOBILE, IDENTITY] {
            assert!(!text.contains(number), "{name} shows {number}");
        }
        masked += text.matches("138****5678").count();
    }
    assert!(masked > 5, "{masked}");
    let findings = findings(&desk);
    assert!(findings.matches("\"C017\"").count() >= 8, "{findings}");
}

#[test]
fn a_quarantined_files_content_is_in_no_output() {
    let desk = Desk::new();
    let secret = |department| form(department, 1.0, || SECRET.to_owned());
    let marking = "<sheetData>".to_owned() + &texts(["机密★1年"]);
    let cell = secret("建设局").replacen("<sheetData>", &marking, 1);
    let footer = "<headerFooter><oddFooter>&amp;C绝密</oddFooter></headerFooter>";
    submit(&desk, "建设局", report(cell));
    submit(&desk, "统战部", report(secret("统战部") + footer));
    run_june(&desk).hides([SECRET]);
    for (name, bytes) in outputs(&desk) {
        assert!(!String::from_utf8_lossy(&bytes).contains(SECRET), "{name}");
    }
    assert_eq!(findings(&desk).matches("\"F010\"").count(), 2);
}

/// A workbook with one part of so many megabytes of spaces.
fn zeros(megabytes: usize) -> Vec<u8> {
    pack(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("xl/workbook.xml", &vec![b' '; megabytes << 20]),
    ])
}

/// A workbook of one row, or of the last row and one more.
fn one_row(cells: &str) -> Vec<u8> {
    report(sheet(&format!("<row>{cells}</row>")))
}

fn a_row_too_many() -> Vec<u8> {
    report(sheet("<row r=\"1048577\"/>"))
}

#[test]
fn one_bad_file_costs_no_other_departments_result() {
    let good = report(form("建设局", 1.0, || {
        "本月完成现场踏勘和方案编制，持续推进各项工作，资金已到位。".to_owned()
    }));
    let accepted = |desk: &Desk| {
        let mut records = desk.month("2024-06").records();
        records.retain(|r| r["department"] == "jsj");
        assert!(records.iter().any(|r| r["state"] == "accepted"));
        records
    };
    let alone = Desk::new();
    submit(&alone, "建设局", &good);
    let said = alone.duban("run 2024-06");
    assert!(matches!(said.code, Some(0 | 1)), "{said}");

    let desk = Desk::new();
    submit(&desk, "建设局", &good);
    let bombs: Vec<_> = (0..40).map(|n| (format!("{n}.xlsx"), zeros(40))).collect();
    let xls = include_bytes!("../fixtures/legacy/sample.xls");
    for (name, bytes) in [
        ("统战部.xlsx", one_row(&"<x/>".repeat(2_000_000))),
        ("公安分局.xlsx", zeros(300)),
        ("公共服务局.xlsx", a_row_too_many()),
        ("生态环境局.xls", xls[..3000].to_vec()),
        ("市场监督管理局.zip", pack(&bombs)),
        ("政务中心.xlsx", Vec::new()),
    ] {
        desk.write(&format!("inbox/2024-06/{name}"), bytes);
    }
    desk.finds("run 2024-06 --limit xml_events=1_000_000");
    assert_eq!(accepted(&desk), accepted(&alone));
    let findings = desk.json_of("out/2024-06/findings.json");
    let codes = |file: &str| -> Vec<&str> {
        let findings = findings.list().iter();
        let of_file = findings.filter(|f| desk::text(f, "file").starts_with(file));
        of_file.map(|f: &Value| desk::text(f, "code")).collect()
    };
    for (file, code) in [
        ("统战部", "F004"),
        ("公安分局", "F004"),
        ("公共服务局", "F004"),
        ("生态环境局", "F001"),
        ("政务中心", "F001"),
    ] {
        assert_eq!(codes(file), [code], "{file}");
    }
    assert!(codes("市场监督管理局").contains(&"F004"));
}

/// Each file over a limit, alone in an inbox and under the limits as shipped: it costs no more than it may.
#[cfg(target_os = "linux")]
#[test]
fn a_file_over_a_limit_costs_less_than_512_megabytes() {
    let long = "x".repeat(200 << 20);
    let numbers = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(1_000)).repeat(3_000);
    let nothing = [("进展情况", "<sheetData/>".to_owned())];
    let shapes: [(&str, Vec<u8>); 7] = [
        ("a part of 300 MB", zeros(300)),
        ("60M empty elements", one_row(&"<x/>".repeat(60_000_000))),
        (
            "a text of 200 MB",
            one_row(&format!("<c t=\"str\"><v>{long}</v></c>")),
        ),
        (
            "a tag of 200 MB",
            report(format!("<sheetData a=\"{long}\"/>")),
        ),
        ("3M numbers", report(sheet(&numbers))),
        (
            "5M shared strings",
            book(&nothing, &vec![String::new(); 5_000_000]),
        ),
        ("a row past the last", a_row_too_many()),
    ];
    for (what, bytes) in shapes {
        let desk = Desk::new();
        submit(&desk, "建设局", &bytes);
        let (said, megabytes) = desk.duban_measured("run 2024-06");
        println!("{what}: {} KB, {megabytes} MB", bytes.len() >> 10);
        said.exits(1);
        assert!(findings(&desk).contains("\"F004\""), "{what}");
        // 0: it was over before it was looked at.
        assert!((1..512).contains(&megabytes), "{what}: {megabytes} MB");
    }
}

/// `--limit` outranks the plan, is shown, and stands in the manifest.
#[test]
fn limits_can_be_given_for_one_run() {
    let desk = Desk::new();
    let good = form("建设局", 1.0, || "推进".to_owned());
    submit(&desk, "建设局", report(good));
    desk.finds("run 2024-06 --verbose --limit cells=20 --limit file_mib=40")
        .says(["文件40 MiB", "非空单元格20个"]);
    assert!(findings(&desk).contains("非空单元格超过20个"));
    assert!(
        desk.text("out/2024-06/manifest.json")
            .contains("\"cells=20\"")
    );
    desk.fails("run --limit cell=20")
        .says(["没有名为“cell”的上限", "cells"]);
}
