//! Whole runs over hostile files: what a workbook says never becomes anything but text in any output, what must not be
//! shown is shown nowhere, and the other departments' results are as if it were not there.

mod desk;
mod xlsx;

use std::fmt::Write as _;
use std::io::{Cursor, Read};
use std::time::{Duration, Instant};

use desk::Desk;
use duban::plan::{Kind, Plan, load};
use quick_xml::Reader;
use quick_xml::events::Event;
use xlsx::{TYPES, book, pack, text};
use zip::ZipArchive;

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

fn plan() -> Plan {
    load("plan.toml", include_str!("../seeds/2024/plan.toml")).unwrap()
}

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
fn form(plan: &Plan, department: &str, value: f64, mut words: impl FnMut() -> String) -> String {
    let ix = plan
        .departments
        .iter()
        .position(|d| d.name == department)
        .unwrap();
    let mut rows = String::new();
    for &slot in plan.slots_of(ix) {
        let ind = &plan.indicators[plan.slots[slot].indicator];
        let task = &plan.tasks[ind.task];
        let status = if ind.kind == Kind::Milestone {
            text("进行中")
        } else {
            "<c/>".to_owned()
        };
        let number = if ind.kind.is_numeric() {
            format!("<c><v>{value}</v></c>")
        } else {
            "<c/>".to_owned()
        };
        write!(
            rows,
            "<row><c><v>{}</v></c>{}{}{}{number}{status}<c/>",
            task.no,
            text(&task.name),
            text(&ind.name),
            text(&ind.unit.text)
        )
        .unwrap();
        for _ in 0..5 {
            rows.push_str(&text(&words()));
        }
        rows.push_str("</row>");
    }
    let header: String = HEADER.iter().map(|h| text(h)).collect();
    let title = text(&format!("填报单位：{department}　填报期：2024年6月"));
    format!("<sheetData><row>{title}</row><row>{header}</row>{rows}</sheetData>")
}

/// A department's form with hostile words wherever words can stand.
fn hostile_book(plan: &Plan, department: &str) -> Vec<u8> {
    let mut n = 0;
    let mut next = || {
        n += 1;
        HOSTILE[n % HOSTILE.len()].to_owned()
    };
    let mut sheet = form(plan, department, 0.0, &mut next);
    // Rows of no task, a figure that is none, an error that is none.
    for words in HOSTILE {
        let row = format!(
            "<row><c/>{}<c/><c/>{}<c t=\"e\"><v>{words}</v></c></row></sheetData>",
            text(&format!("{words}之外")),
            text(words)
        );
        sheet = sheet.replace("</sheetData>", &row);
    }
    let answers: String = HOSTILE
        .iter()
        .map(|w| format!("<row>{}{}{}</row>", text("R016"), text(w), text(w)))
        .collect();
    let answers = format!(
        "<sheetData><row>{}{}{}</row>{answers}</sheetData>",
        text("规则代码"),
        text("位置"),
        text("说明")
    );
    let mut elements = String::new();
    for task in &plan.tasks {
        write!(elements, "<row><c><v>{}</v></c><c/>", task.no).unwrap();
        for _ in 0..7 {
            elements.push_str(&text(&next()));
        }
        elements.push_str("</row>");
    }
    let header: String = [
        "序号",
        "项目名称",
        "工作举措",
        "完成时限",
        "验收标准",
        "资金来源",
        "计划资金",
        "责任领导",
        "联系人",
    ]
    .map(text)
    .concat();
    let elements = format!("<sheetData><row>{header}</row>{elements}</sheetData>");
    let name = "进展&#x202e;{{ ZZQX }}=CMD()";
    book(
        &[(name, sheet), ("情况说明", answers), ("工作方案", elements)],
        &[],
    )
}

/// Every output file, and the parts of those that are packages: (name, bytes).
fn outputs(desk: &Desk) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for name in desk.files("out") {
        let bytes = desk.read(&format!("out/{name}"));
        if bytes.starts_with(b"PK") {
            let mut zip = ZipArchive::new(Cursor::new(bytes.as_slice())).unwrap();
            for ix in 0..zip.len() {
                let mut part = zip.by_index(ix).unwrap();
                let mut data = Vec::new();
                part.read_to_end(&mut data).unwrap();
                found.push((format!("{name}:{}", part.name().unwrap()), data));
            }
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
    let mut reader = Reader::from_str(part);
    let mut open: Vec<String> = Vec::new();
    let mut found = Vec::new();
    loop {
        match reader
            .read_event()
            .unwrap_or_else(|e| panic!("{name}: {e}"))
        {
            Event::Start(e) => {
                open.push(e.name().into_inner().to_owned());
                found.extend(
                    e.attributes()
                        .flatten()
                        .filter(|a| a.value.contains(MARK))
                        .map(|a| format!("@{}", a.key.into_inner())),
                );
            }
            Event::Empty(e) => {
                found.extend(
                    e.attributes()
                        .flatten()
                        .filter(|a| a.value.contains(MARK))
                        .map(|a| format!("@{}", a.key.into_inner())),
                );
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(t) if t.contains(MARK) => {
                found.push(open.last().cloned().unwrap_or_default())
            }
            Event::CData(t) if t.contains(MARK) => found.push("cdata".to_owned()),
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn text_from_workbooks_stays_text() {
    let plan = plan();
    let desk = Desk::new("hostile-text");
    desk.write(
        "inbox/2024-06/城市建设事务中心2024年6月报送表.xlsx",
        hostile_book(&plan, "城市建设事务中心"),
    );
    desk.write(
        "inbox/2024-06/统战部2024年6月报送表.xlsx",
        hostile_book(&plan, "统战部"),
    );
    desk.write(
        "inbox/2024-06/坏\u{1b}[31m\u{202e}ZZQX/{{ ZZQX }}.xlsx",
        b"no workbook",
    );
    desk.write("inbox/2024-06/=cmd ZZQX.pdf", b"%PDF-1.4");
    let members = [
        ("../../逃\u{1b}ZZQX.xlsx".to_owned(), b"x".to_vec()),
        ("/etc/ZZQX.xlsx".to_owned(), b"x".to_vec()),
    ];
    desk.write("inbox/2024-06/公安分局.zip", pack(&members));
    let said = desk.duban(&["run", "--period", "2024-06", "--verbose"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
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
    let csv = String::from_utf8(desk.read("out/2024-06/records.csv")).unwrap();
    for record in csv::ReaderBuilder::new()
        .from_reader(csv.as_bytes())
        .records()
    {
        for field in record.unwrap().iter().filter(|f| f.contains(MARK)) {
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
    let all = desk.files("");
    assert!(
        all.iter().all(|f| f.starts_with("inbox/")
            || f.starts_with("out/2024-06/")
            || f == "out/.duban.lock"),
        "{all:?}"
    );
    assert!(
        all.iter()
            .filter(|f| f.starts_with("out/"))
            .all(|f| !f.contains(MARK)),
        "{all:?}"
    );
}

#[test]
fn the_same_file_checked_by_its_department_shows_no_control_codes() {
    let plan = plan();
    let desk = Desk::new("hostile-check");
    desk.write("坏.xlsx", hostile_book(&plan, "城市建设事务中心"));
    for format in ["text", "json"] {
        let said = desk.duban(&[
            "check", "坏.xlsx", "--period", "2024-06", "--format", format,
        ]);
        assert!(matches!(said.code, Some(0 | 1)), "{}{}", said.out, said.err);
        assert_eq!(harmful(&said.out), []);
        assert_eq!(harmful(&said.err), []);
        assert!(said.out.contains(MARK));
    }
}

#[test]
fn personal_numbers_are_masked_in_every_output() {
    let plan = plan();
    let desk = Desk::new("hostile-personal");
    let words = format!("推进中，联系人手机{MOBILE}，证号{IDENTITY}。");
    let sheet =
        form(&plan, "建设局", 0.0, || words.clone()).replace("自备栏 ZZQX", &format!("栏{MOBILE}"));
    // A figure's cell, an unknown row, a number stored as one, and a sheet that is hidden.
    let more = format!(
        "<row><c/>{}<c/><c/>{}</row><row><c><v>1</v></c><c/><c/><c/><c><v>{MOBILE}</v></c></row></sheetData>",
        text(&format!("项目{MOBILE}")),
        text(&words)
    );
    let sheet = sheet.replace("</sheetData>", &more);
    let other = format!(
        "<sheetData><row>{}<c><v>{MOBILE}</v></c></row></sheetData>",
        text(&format!("名单 {IDENTITY}"))
    );
    let answers = format!(
        "<sheetData><row>{}{}{}</row><row>{}<c/>{}</row></sheetData>",
        text("规则代码"),
        text("位置"),
        text("说明"),
        text("R016"),
        text(&words)
    );
    let elements = format!(
        "<sheetData><row>{}</row><row><c><v>1</v></c>{}</row></sheetData>",
        ["序号", "工作举措", "完成时限", "验收标准", "资金来源"]
            .map(text)
            .concat(),
        text(&words).repeat(4)
    );
    let bytes = book(
        &[
            ("进展情况", sheet),
            ("名单", other),
            ("情况说明", answers),
            ("工作方案", elements),
        ],
        &[],
    );
    desk.write("inbox/2024-06/建设局2024年6月报送表.xlsx", &bytes);
    desk.write("建设局.xlsx", &bytes);
    let said = desk.duban(&["run", "--period", "2024-06", "--verbose"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    let checked = desk.duban(&["check", "建设局.xlsx", "--period", "2024-06"]);
    let shown = [
        ("stdout".to_owned(), said.out.into_bytes()),
        ("stderr".to_owned(), said.err.into_bytes()),
        ("check".to_owned(), checked.out.into_bytes()),
    ];
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
    let findings = String::from_utf8(desk.read("out/2024-06/findings.json")).unwrap();
    assert!(findings.matches("\"C017\"").count() >= 8, "{findings}");
}

#[test]
fn a_quarantined_files_content_is_in_no_output() {
    let plan = plan();
    let desk = Desk::new("hostile-secret");
    let sheet = form(&plan, "建设局", 1.0, || SECRET.to_owned());
    let cell = sheet.replacen(
        "<sheetData>",
        &format!("<sheetData><row>{}</row>", text("机密★1年")),
        1,
    );
    let footer = format!(
        "{}<headerFooter><oddFooter>&amp;C绝密</oddFooter></headerFooter>",
        form(&plan, "统战部", 1.0, || SECRET.to_owned())
    );
    desk.write(
        "inbox/2024-06/建设局2024年6月报送表.xlsx",
        book(&[("进展情况", cell)], &[]),
    );
    desk.write(
        "inbox/2024-06/统战部2024年6月报送表.xlsx",
        book(&[("进展情况", footer)], &[]),
    );
    let said = desk.duban(&["run", "--period", "2024-06", "--verbose"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(!said.out.contains(SECRET) && !said.err.contains(SECRET));
    for (name, bytes) in outputs(&desk) {
        assert!(!String::from_utf8_lossy(&bytes).contains(SECRET), "{name}");
    }
    let findings = String::from_utf8(desk.read("out/2024-06/findings.json")).unwrap();
    assert_eq!(findings.matches("\"F010\"").count(), 2);
}

/// The lines of records.csv.
fn records(desk: &Desk) -> Vec<String> {
    String::from_utf8(desk.read("out/2024-06/records.csv"))
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn one_bad_file_costs_no_other_departments_result() {
    let plan = plan();
    let good = book(
        &[(
            "进展情况",
            form(&plan, "建设局", 1.0, || {
                "本月完成现场踏勘和方案编制，持续推进各项工作，资金已到位。".to_owned()
            }),
        )],
        &[],
    );
    let alone = Desk::new("hostile-alone");
    alone.write("inbox/2024-06/建设局2024年6月报送表.xlsx", &good);
    let said = alone.duban(&["run", "--period", "2024-06"]);
    assert!(matches!(said.code, Some(0 | 1)), "{}{}", said.out, said.err);

    let desk = Desk::new("hostile-beside");
    desk.write("inbox/2024-06/建设局2024年6月报送表.xlsx", &good);
    let sheet = |inner: String| book(&[("进展情况", inner)], &[]);
    let zeros = |megabytes: usize| {
        pack(&[
            ("[Content_Types].xml".to_owned(), TYPES.as_bytes().to_vec()),
            ("xl/workbook.xml".to_owned(), vec![b' '; megabytes << 20]),
        ])
    };
    let bomb = zeros(40);
    desk.write(
        "inbox/2024-06/统战部.xlsx",
        sheet(format!(
            "<sheetData><row>{}</row></sheetData>",
            "<x/>".repeat(2_000_000)
        )),
    );
    desk.write("inbox/2024-06/公安分局.xlsx", zeros(300));
    desk.write(
        "inbox/2024-06/公共服务局.xlsx",
        sheet("<sheetData><row r=\"1048577\"/></sheetData>".to_owned()),
    );
    desk.write(
        "inbox/2024-06/生态环境局.xls",
        include_bytes!("fixtures/legacy/sample.xls")
            .get(..3000)
            .unwrap(),
    );
    desk.write(
        "inbox/2024-06/市场监督管理局.zip",
        pack(
            &(0..40)
                .map(|n| (format!("{n}.xlsx"), bomb.clone()))
                .collect::<Vec<_>>(),
        ),
    );
    desk.write("inbox/2024-06/政务中心.xlsx", b"");
    let start = Instant::now();
    let said = desk.duban(&[
        "run",
        "--period",
        "2024-06",
        "--limit",
        "xml_events=1_000_000",
    ]);
    let took = start.elapsed();
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(took < Duration::from_mins(1), "{took:?}");
    let of = |lines: Vec<String>| {
        lines
            .into_iter()
            .filter(|l| l.contains(",jsj,"))
            .collect::<Vec<_>>()
    };
    let own = of(records(&desk));
    assert!(own.iter().any(|l| l.contains(",accepted,")), "{own:?}");
    assert_eq!(own, of(records(&alone)));
    let findings: serde_json::Value =
        serde_json::from_slice(&desk.read("out/2024-06/findings.json")).unwrap();
    let codes = |file: &str| -> Vec<&str> {
        findings
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["file"].as_str().is_some_and(|f| f.starts_with(file)))
            .map(|f| f["code"].as_str().unwrap())
            .collect()
    };
    for file in ["统战部", "公安分局", "公共服务局"] {
        assert_eq!(codes(file), ["F004"], "{file}");
    }
    for file in ["生态环境局", "政务中心"] {
        assert_eq!(codes(file), ["F001"], "{file}");
    }
    assert!(codes("市场监督管理局").contains(&"F004"));
}

/// Each file over a limit, alone in an inbox and under the limits as shipped: it costs no more than it may.
#[cfg(target_os = "linux")]
#[test]
fn a_file_over_a_limit_costs_less_than_512_megabytes() {
    let sheet = |inner: String| book(&[("进展情况", inner)], &[]);
    let zeros = |part: &str, megabytes: usize| {
        pack(&[
            ("[Content_Types].xml".to_owned(), TYPES.as_bytes().to_vec()),
            (part.to_owned(), vec![b' '; megabytes << 20]),
        ])
    };
    let shapes: [(&str, Vec<u8>); 7] = [
        ("a part of 300 MB", zeros("xl/workbook.xml", 300)),
        (
            "60M empty elements",
            sheet(format!(
                "<sheetData><row>{}</row></sheetData>",
                "<x/>".repeat(60_000_000)
            )),
        ),
        (
            "a text of 200 MB",
            sheet(format!(
                "<sheetData><row><c t=\"str\"><v>{}</v></c></row></sheetData>",
                "x".repeat(200 << 20)
            )),
        ),
        (
            "a tag of 200 MB",
            sheet(format!("<sheetData a=\"{}\"/>", "x".repeat(200 << 20))),
        ),
        (
            "3M numbers",
            sheet(format!(
                "<sheetData>{}</sheetData>",
                format!("<row>{}</row>", "<c><v>1</v></c>".repeat(1_000)).repeat(3_000)
            )),
        ),
        (
            "5M shared strings",
            book(
                &[("进展情况", "<sheetData/>".to_owned())],
                &vec![String::new(); 5_000_000],
            ),
        ),
        (
            "a row past the last",
            sheet("<sheetData><row r=\"1048577\"/></sheetData>".to_owned()),
        ),
    ];
    for (what, bytes) in shapes {
        let desk = Desk::new("hostile-memory");
        desk.write("inbox/2024-06/建设局2024年6月报送表.xlsx", &bytes);
        let start = Instant::now();
        let (said, megabytes) = desk.duban_measured(&["run", "--period", "2024-06"]);
        println!(
            "{what}: {} KB, {megabytes} MB, {:.1?}",
            bytes.len() >> 10,
            start.elapsed()
        );
        assert_eq!(said.code, Some(1), "{what}: {}{}", said.out, said.err);
        assert!(
            String::from_utf8(desk.read("out/2024-06/findings.json"))
                .unwrap()
                .contains("\"F004\""),
            "{what}"
        );
        // 0: it was over before it was looked at.
        assert!((1..512).contains(&megabytes), "{what}: {megabytes} MB");
        assert!(start.elapsed() < Duration::from_mins(1), "{what}");
    }
}

/// `--limit` outranks the plan, is shown, and stands in the manifest.
#[test]
fn limits_can_be_given_for_one_run() {
    let plan = plan();
    let desk = Desk::new("hostile-limits");
    desk.write(
        "inbox/2024-06/建设局2024年6月报送表.xlsx",
        book(
            &[("进展情况", form(&plan, "建设局", 1.0, || "推进".to_owned()))],
            &[],
        ),
    );
    let said = desk.duban(&[
        "run",
        "--period",
        "2024-06",
        "--verbose",
        "--limit",
        "cells=20",
        "--limit",
        "file_mib=40",
    ]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.err.contains("文件40 MiB") && said.err.contains("非空单元格20个"),
        "{}",
        said.err
    );
    assert!(
        String::from_utf8(desk.read("out/2024-06/findings.json"))
            .unwrap()
            .contains("非空单元格超过20个")
    );
    assert!(
        String::from_utf8(desk.read("out/2024-06/manifest.json"))
            .unwrap()
            .contains("\"cells=20\"")
    );
    let wrong = desk.duban(&["run", "--limit", "cell=20"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.err.contains("没有名为“cell”的上限") && wrong.err.contains("cells"),
        "{}",
        wrong.err
    );
}
