//! Workbooks made to cost as much as their limits allow: each is read and checked in bounded time, or refused by name.
//!
//! Every case here is a shape that once took minutes, gigabytes or both, or that a reader like this one is known to fall to.
//! The times are asserted far above what they are (a second or two each in release), so that only a return to quadratic
//! behaviour fails a slow machine. By default the limits and the files are a sixteenth of the real ones; `DUBAN_HOSTILE=full`
//! with an optimised build takes the real ones, and `--nocapture` shows the times.

mod xlsx;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use duban::check::{self, Checked, History, Register};
use duban::intake::arrival::Reader;
use duban::intake::layout::Names;
use duban::intake::workbook::column_name;
use duban::intake::{Arrival, FileFault, legacy};
use duban::plan::{Limits, Moment, Period, Plan, load};
use xlsx::{TYPES, book, pack, text};

const TOO_LONG: Duration = Duration::from_mins(1);
const NAME: &str = "建设局2024年6月报送表.xlsx";

/// How far limits and files are scaled down.
fn scale() -> usize {
    if std::env::var_os("DUBAN_HOSTILE").is_some_and(|v| v == "full") {
        1
    } else {
        16
    }
}

/// A number of cells, rows or bytes, scaled.
fn n(full: usize) -> usize {
    full / scale()
}

/// Characters of a long text: nearly what a cell may hold.
fn longest() -> usize {
    n(64_000).min(32_000)
}

fn limits() -> Limits {
    let full = Limits::default();
    let less = |n: u64| n / scale() as u64;
    Limits {
        part_bytes: less(full.part_bytes),
        total_bytes: less(full.total_bytes),
        text_bytes: less(full.text_bytes),
        xml_events: less(full.xml_events),
        cells: full.cells / scale(),
        merges: full.merges / scale(),
        ..full
    }
}

fn plan() -> Plan {
    load("plan.toml", include_str!("../seeds/2024/plan.toml")).unwrap()
}

/// Reads and checks one file; how it went is printed.
fn run(what: &str, path: &str, bytes: &[u8]) -> (Vec<Arrival>, Checked) {
    let plan = plan();
    let names = Names::new(&plan);
    let limits = limits();
    assert!(
        bytes.len() as u64 <= limits.file_bytes,
        "{what}: {} bytes",
        bytes.len()
    );
    let period = Period::new(2024, 6).unwrap();
    let reader = Reader {
        plan: &plan,
        names: &names,
        period,
        limits: &limits,
        legacy: &legacy::read,
    };
    let start = Instant::now();
    let arrivals = reader.read(path, bytes);
    let read = start.elapsed();
    let moment = Moment {
        period,
        as_of: None,
    };
    let (register, history) = (Register::default(), History::default());
    let input = check::month::Input {
        plan: &plan,
        moment,
        register: &register,
        history: &history,
        chases: true,
        keep: check::Keep::All,
        again: None,
    };
    let (checked, _) = input.check(arrivals.clone());
    let took = start.elapsed();
    let verdict = match arrivals.first().map(|a| &a.content) {
        Some(Ok(submission)) => format!("{} rows", submission.report().map_or(0, |r| r.rows.len())),
        Some(Err(fault)) => format!("{fault:?}"),
        None => "nothing".to_owned(),
    };
    println!(
        "{what}: {} KB, read {read:.2?}, in all {took:.2?}, {} findings, {verdict}",
        bytes.len() >> 10,
        checked.findings.len()
    );
    assert!(took < TOO_LONG, "{what} took {took:?}");
    (arrivals, checked)
}

fn is_over(arrivals: &[Arrival]) -> bool {
    matches!(
        arrivals,
        [Arrival {
            content: Err(FileFault::OverLimit { .. }),
            ..
        }]
    )
}

const HEADER: [&str; 10] = [
    "序号",
    "项目名称",
    "指标",
    "计量单位",
    "上月累计",
    "累计完成",
    "状态",
    "工作进展",
    "存在问题",
    "下一步措施",
];

/// A form's first rows; `rows` go below them.
fn form(rows: &str) -> String {
    let header: String = HEADER.iter().map(|h| text(h)).collect();
    format!(
        "<sheetData><row>{}</row><row>{header}</row>{rows}</sheetData>",
        text("填报单位：建设局　填报期：2024年6月")
    )
}

const TASK: &str = "城镇老旧小区改造和社区服务提升";
const INDICATOR: &str = "新开工改造小区数";

#[test]
fn headers_wherever_they_could_be() {
    let row: String = (0..n(700))
        .map(|c| text(HEADER[c % HEADER.len()]))
        .collect();
    let sheet = format!(
        "<sheetData>{}</sheetData>",
        format!("<row>{row}</row>").repeat(40)
    );
    let sheets: Vec<(String, String)> =
        (0..64).map(|n| (format!("表{n}"), sheet.clone())).collect();
    let sheets: Vec<(&str, String)> = sheets
        .iter()
        .map(|(n, s)| (n.as_str(), s.clone()))
        .collect();
    run("64 sheets of 40 header rows", NAME, &book(&sheets, &[]));
}

#[test]
fn plain_numbers_up_to_the_limit() {
    let row = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(16_384));
    let (arrivals, _) = run(
        "2M cells on 122 rows",
        NAME,
        &book(
            &[(
                "进展情况",
                format!("<sheetData>{}</sheetData>", row.repeat(n(1952) / 16)),
            )],
            &[],
        ),
    );
    assert!(!is_over(&arrivals));
    let same = "<c r=\"A1\"><v>1</v></c>".repeat(n(2_000_000) - 1);
    let (arrivals, _) = run(
        "2M cells at one address",
        NAME,
        &book(
            &[(
                "进展情况",
                format!("<sheetData><row>{same}</row></sheetData>"),
            )],
            &[],
        ),
    );
    assert!(!is_over(&arrivals));
}

#[test]
fn personal_numbers_everywhere() {
    let header: String = (0..16_384)
        .map(|c| {
            text(if c % 2 == 0 {
                "联系电话"
            } else {
                "填报人："
            })
        })
        .collect();
    let row: String = (0..16_384).map(|_| "<c><v>13800000000</v></c>").collect();
    let sheet = format!(
        "<sheetData>{}<row>{header}</row>{}</sheetData>",
        format!("<row>{row}</row>").repeat(n(960) / 16),
        format!("<row>{row}</row>").repeat(n(960) / 16)
    );
    let (_, checked) = run("2M mobile numbers", NAME, &book(&[("a", sheet)], &[]));
    assert!(checked.findings.iter().filter(|f| f.code == "C017").count() <= 200);
}

#[test]
fn merges_up_to_the_limit() {
    let mut merges = String::from("<mergeCells>");
    for col in 0..u32::try_from(n(20_000)).unwrap() {
        write!(
            merges,
            "<mergeCell ref=\"{}{}:{}1048576\"/>",
            column_name(col % 16_384),
            3 + col / 16_384,
            column_name(col % 16_384)
        )
        .unwrap();
    }
    merges.push_str("</mergeCells>");
    let rows: String = (0..20_000)
        .map(|n| format!("<row><c><v>{n}</v></c><c/><c/><c/><c/><c><v>1</v></c></row>"))
        .collect();
    run(
        "20,000 merges a million rows tall",
        NAME,
        &book(&[("进展情况", form(&rows) + &merges)], &[]),
    );
    let flat: String = (0..u32::try_from(n(20_000)).unwrap())
        .map(|col| format!("<mergeCell ref=\"A2:{}2\"/>", column_name(col % 16_384)))
        .collect();
    run(
        "20,000 merges on the header row",
        NAME,
        &book(
            &[(
                "进展情况",
                form(&rows) + "<mergeCells>" + &flat + "</mergeCells>",
            )],
            &[],
        ),
    );
}

#[test]
fn rows_that_match_nothing() {
    let rows: String = (0..19_000)
        .map(|n| {
            format!(
                "<row><c><v>{n}</v></c>{}<c/><c/><c/><c><v>1</v></c></row>",
                text(&format!("老旧小区改造提升项目之{n}"))
            )
        })
        .collect();
    let (_, checked) = run(
        "19,000 unknown rows",
        NAME,
        &book(&[("进展情况", form(&rows))], &[]),
    );
    let unknown: Vec<_> = checked
        .findings
        .iter()
        .filter(|f| f.code == "S006")
        .collect();
    assert_eq!(unknown.len(), 200);
    assert!(
        unknown.iter().any(|f| f.message.contains("另有18800行")),
        "{:?}",
        unknown.last()
    );
    let (arrivals, _) = run(
        "40,000 unknown rows",
        NAME,
        &book(&[("进展情况", form(&rows.repeat(3)))], &[]),
    );
    assert!(is_over(&arrivals));
}

/// Raising `rows` once did not help: the data rows of a report had a ceiling that nothing could move.
#[test]
fn more_rows_are_read_where_the_limit_is_raised() {
    let rows = format!("<row>{}{}{}</row>", text("1"), text(TASK), text(INDICATOR)).repeat(20_001);
    let bytes = book(&[("进展情况", form(&rows))], &[]);
    let mut plan = plan();
    let names = Names::new(&plan);
    for (raised, is_read) in [(plan.limits.rows, false), (plan.limits.rows + 1, true)] {
        plan.limits.rows = raised;
        let reader = Reader {
            plan: &plan,
            names: &names,
            period: Period::new(2024, 6).unwrap(),
            limits: &plan.limits,
            legacy: &legacy::read,
        };
        assert_eq!(!is_over(&reader.read(NAME, &bytes)), is_read);
    }
}

#[test]
fn one_indicator_reported_over_and_over() {
    let row = format!(
        "<row><c><v>1</v></c>{}{}<c/><c/><c><v>1</v></c></row>",
        text(TASK),
        text(INDICATOR)
    );
    run(
        "19,000 rows of one indicator",
        NAME,
        &book(&[("进展情况", form(&row.repeat(19_000)))], &[]),
    );
    // Every column merged over all of them, with as long a text as a cell can hold.
    let long = "正在推进，已完成3处；一二三四五六七八九十".repeat(1500);
    let cells: String = (0..10)
        .map(|c| {
            if c == 1 {
                text(TASK)
            } else if c == 2 {
                text(INDICATOR)
            } else {
                "<c t=\"s\"><v>0</v></c>".to_owned()
            }
        })
        .collect();
    let merges: String = (3..10)
        .map(|c| {
            format!(
                "<mergeCell ref=\"{}3:{}19003\"/>",
                column_name(c),
                column_name(c)
            )
        })
        .collect();
    let body = format!(
        "<row><c><v>1</v></c>{}</row>",
        &cells["<c t=\"s\"><v>0</v></c>".len()..]
    );
    let rows = body
        + &format!(
            "<row><c><v>1</v></c>{}{}</row>",
            text(TASK),
            text(INDICATOR)
        )
        .repeat(19_000);
    run(
        "seven long cells merged over 19,000 rows",
        NAME,
        &book(
            &[(
                "进展情况",
                form(&rows) + "<mergeCells>" + &merges + "</mergeCells>",
            )],
            &[long],
        ),
    );
}

#[test]
fn long_texts_shared_by_many_cells() {
    let limit = limits().text_bytes;
    for (what, unit) in [
        ("digits", "1"),
        ("numerals", "三"),
        ("spaces and a label", "填报人： 　"),
        ("clauses", "已完成1处，"),
        ("promises", "将于7月完成。"),
        ("stops", "。"),
        ("brackets", "（"),
        ("dashes", "—"),
    ] {
        let long: String = unit.chars().cycle().take(longest()).collect();
        let cells = usize::try_from(limit).unwrap() / long.len() - 20;
        let row = format!("<row>{}</row>", "<c t=\"s\"><v>0</v></c>".repeat(10));
        // Above the header, in it, and in the rows of known indicators below it.
        let head = row.repeat(30);
        let own = format!(
            "<row><c><v>1</v></c>{}{}{}</row>",
            text(TASK),
            text(INDICATOR),
            "<c t=\"s\"><v>0</v></c>".repeat(7)
        );
        let below = row.repeat((cells / 10).saturating_sub(40));
        let sheet = form(&(own + &below)).replacen("<sheetData>", &format!("<sheetData>{head}"), 1);
        let (arrivals, _) = run(
            &format!("long shared texts: {what}"),
            NAME,
            &book(&[("进展情况", sheet)], std::slice::from_ref(&long)),
        );
        assert!(!is_over(&arrivals), "{what}");
        let over = format!("<sheetData>{}</sheetData>", row.repeat(n(190_000)));
        let (arrivals, _) = run(
            &format!("too many of them: {what}"),
            NAME,
            &book(&[("进展情况", over)], &[long]),
        );
        assert!(is_over(&arrivals), "{what}");
    }
}

#[test]
fn every_figure_and_narrative_as_long_as_can_be() {
    let plan = plan();
    for (what, unit) in [
        ("numerals", "一万三千二百"),
        ("figures", "完成3处、"),
        ("digits", "9"),
        ("separators", "1,"),
        ("claims", "老旧小区改造已全部完成，正在推进，"),
        ("grouped", "1,000 "),
        ("dates", "6月30日"),
    ] {
        let strings: Vec<String> = (0..7)
            .map(|n| unit.chars().cycle().take(longest() - n).collect())
            .collect();
        let mut rows = String::new();
        for task in &plan.tasks {
            for ix in task.indicators.clone() {
                let cells: String = (0..7)
                    .map(|n| format!("<c t=\"s\"><v>{n}</v></c>"))
                    .collect();
                write!(
                    rows,
                    "<row><c><v>{}</v></c>{}{}{cells}</row>",
                    task.no,
                    text(&task.name),
                    text(&plan.indicators[ix].name)
                )
                .unwrap();
            }
        }
        run(
            &format!("long figures: {what}"),
            NAME,
            &book(&[("进展情况", form(&rows))], &strings),
        );
    }
}

#[test]
fn answers_and_plans_without_end() {
    let answers: String = (0..n(150_000))
        .map(|ix| {
            format!(
                "<row>{}{}{}</row>",
                text("S006"),
                text(&format!("进展情况!A{}", ix + 1)),
                text("说明")
            )
        })
        .collect();
    let answers = format!(
        "<sheetData><row>{}{}{}</row>{answers}</sheetData>",
        text("规则代码"),
        text("位置"),
        text("说明")
    );
    let elements: String = (0..n(150_000))
        .map(|ix| {
            format!(
                "<row><c><v>{}</v></c><c/>{}</row>",
                ix % 20 + 1,
                text("举措")
            )
        })
        .collect();
    let header: String = [
        "序号",
        "项目名称",
        "工作举措",
        "完成时限",
        "验收标准",
        "资金来源",
    ]
    .map(text)
    .concat();
    let elements = format!("<sheetData><row>{header}</row>{elements}</sheetData>");
    let rows: String = (0..500)
        .map(|n| {
            format!(
                "<row><c><v>1</v></c>{}<c/><c/><c/><c><v>1</v></c></row>",
                text(&format!("无此项目{n}"))
            )
        })
        .collect();
    run(
        "150,000 answers and 150,000 plan rows",
        NAME,
        &book(
            &[
                ("进展情况", form(&rows)),
                ("情况说明", answers),
                ("工作方案", elements),
            ],
            &[],
        ),
    );
    let unheaded = format!(
        "<sheetData>{}</sheetData>",
        format!("<row>{}</row>", text("情况")).repeat(n(190_000))
    );
    run(
        "answers without a header",
        NAME,
        &book(&[("进展情况", form("")), ("情况说明", unheaded)], &[]),
    );
}

#[test]
fn what_is_hidden_without_end() {
    let columns: String = (1..=16_384)
        .map(|c| format!("<col min=\"{c}\" max=\"16384\" hidden=\"1\"/>"))
        .collect();
    let rows = format!(
        "<row hidden=\"1\"><c><v>1</v></c>{}{}<c/><c/><c><v>1</v></c></row>",
        text(TASK),
        text(INDICATOR)
    )
    .repeat(10_000)
        + &"<row hidden=\"1\"/>".repeat(n(1_000_000));
    run(
        "a million hidden rows",
        NAME,
        &book(
            &[("进展情况", format!("<cols>{columns}</cols>{}", form(&rows)))],
            &[],
        ),
    );
}

#[test]
fn parts_without_end_are_refused() {
    let over = |what: &str, bytes: Vec<u8>| {
        let (arrivals, _) = run(what, NAME, &bytes);
        assert!(is_over(&arrivals), "{what}");
    };
    let one = |inner: String| book(&[("进展情况", inner)], &[]);
    over("60M empty elements", one("<x/>".repeat(n(60_000_000))));
    over(
        "a comment of 200 MB",
        one(format!("<!--{}--><sheetData/>", "x".repeat(n(200 << 20)))),
    );
    over(
        "a tag of 200 MB",
        one(format!("<sheetData a=\"{}\"/>", "x".repeat(n(200 << 20)))),
    );
    over(
        "a text of 200 MB",
        one(format!(
            "<sheetData><row><c t=\"str\"><v>{}</v></c></row></sheetData>",
            "x".repeat(n(200 << 20))
        )),
    );
    let parts = |strings: String, workbook: String, relations: String| {
        pack(&[
            ("[Content_Types].xml".to_owned(), TYPES.as_bytes().to_vec()),
            ("xl/workbook.xml".to_owned(), workbook.into_bytes()),
            (
                "xl/_rels/workbook.xml.rels".to_owned(),
                relations.into_bytes(),
            ),
            ("xl/worksheets/s.xml".to_owned(), b"<worksheet/>".to_vec()),
            ("xl/sharedStrings.xml".to_owned(), strings.into_bytes()),
        ])
    };
    let relation = |n: u32| {
        format!("<Relationship Id=\"r{n}\" Type=\"x/worksheet\" Target=\"worksheets/s.xml\"/>")
    };
    let most = u32::try_from(n(1_000_000)).unwrap();
    let relations: String = (0..most).map(relation).collect();
    let sheets: String = (0..most)
        .map(|n| format!("<sheet name=\"{n}\" r:id=\"r{}\"/>", most - 1 - n))
        .collect();
    over(
        "a million sheets",
        parts(
            "<sst/>".to_owned(),
            format!("<workbook><sheets>{sheets}</sheets></workbook>"),
            format!("<Relationships>{relations}</Relationships>"),
        ),
    );
    let book = "<workbook><sheets><sheet name=\"a\" r:id=\"r0\"/></sheets></workbook>";
    over(
        "30M shared strings",
        parts(
            format!("<sst>{}</sst>", "<si/>".repeat(n(30_000_000))),
            book.to_owned(),
            format!("<Relationships>{}</Relationships>", relation(0)),
        ),
    );
    let runs = format!(
        "<sst><si>{}</si></sst>",
        "<r><rPr><strike/></rPr><t>x</t></r>".repeat(n(3_000_000))
    );
    over(
        "a text of 3M runs",
        parts(
            runs,
            book.to_owned(),
            format!("<Relationships>{}</Relationships>", relation(0)),
        ),
    );
}

/// One archive may not cost a thousand times what one file may.
#[test]
fn an_archive_of_bombs() {
    let bomb = book(
        &[(
            "进展情况",
            format!(
                "<sheetData><row>{}</row></sheetData>",
                "<c r=\"A1\"/>".repeat(n(2_000_000))
            ),
        )],
        &[],
    );
    let parts: Vec<(String, Vec<u8>)> = (0..900)
        .map(|n| (format!("{n}.xlsx"), bomb.clone()))
        .collect();
    let (arrivals, _) = run("900 members of 24 MB each", "建设局.zip", &pack(&parts));
    assert_eq!(arrivals.len(), 900);
    assert!(
        arrivals
            .iter()
            .filter(|a| matches!(a.content, Err(FileFault::OverLimit { .. })))
            .count()
            > 800
    );
    assert!(arrivals[0].content.is_ok());
    let long = "建设局".repeat(5_000);
    let parts: Vec<(String, Vec<u8>)> = (0..100)
        .map(|n| (format!("{long}{n}.xlsx"), b"x".to_vec()))
        .collect();
    run("100 members with endless names", "a.zip", &pack(&parts));
}
