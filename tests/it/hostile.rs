//! Workbooks made to cost as much as their limits allow: reading and checking them costs in proportion to their size, or they
//! are refused by name.
//!
//! Every case here is a shape that once took minutes, gigabytes or both, or that a reader like this one is known to fall to.
//! Each is made twice, the second time of twice the size and under twice the limits, at a 32nd and a 16th of the real ones;
//! `DUBAN_HOSTILE=full` with an optimised build takes the half and the whole, and `--nocapture` shows what each costs. The
//! smaller one is also run as a month of its own, and must be accounted for (`arrivals`).

use std::fmt::Write as _;

use duban::check::Checked;
use duban::intake::workbook::column_name;
use duban::intake::{Arrival, FileFault};
use duban::plan::Limits;

use crate::counting;
use crate::month::{self, PLAN};
use crate::xlsx::{TYPES, book, pack, report, text, texts};

const NAME: &str = "建设局2024年6月报送表.xlsx";

/// By how much limits and files are scaled down.
#[derive(Clone, Copy)]
struct Scale(usize);

impl Scale {
    /// A number of cells, rows or bytes.
    fn n(self, full: usize) -> usize {
        full / self.0
    }

    /// Characters of a long text: nearly what a cell may hold.
    fn longest(self) -> usize {
        self.n(64_000).min(32_000)
    }

    fn limits(self) -> Limits {
        let full = Limits::default();
        let less = |n: u64| n / self.0 as u64;
        Limits {
            part_bytes: less(full.part_bytes),
            total_bytes: less(full.total_bytes),
            text_bytes: less(full.text_bytes),
            xml_events: less(full.xml_events),
            cells: self.n(full.cells),
            merges: self.n(full.merges),
            ..full
        }
    }
}

struct Outcome {
    arrivals: Vec<Arrival>,
    checked: Checked,
}

impl Outcome {
    fn is_over(&self) -> bool {
        matches!(
            self.arrivals.as_slice(),
            [Arrival {
                content: Err(FileFault::OverLimit { .. }),
                ..
            }]
        )
    }

    fn count(&self, code: &str) -> usize {
        let findings = self.checked.findings.iter();
        findings.filter(|f| f.code == code).count()
    }
}

/// Reads and checks one file.
fn run(scale: Scale, path: &str, bytes: &[u8]) -> Outcome {
    let limits = scale.limits();
    assert!(
        bytes.len() as u64 <= limits.file_bytes,
        "{} bytes",
        bytes.len()
    );
    let arrivals = month::read_with(&PLAN, &limits, path, bytes);
    let checked = month::check(arrivals.clone(), true);
    Outcome { arrivals, checked }
}

/// Makes a file of two sizes, reads and checks both, and compares what it costs; the larger's outcome.
#[track_caller]
fn costs_in_proportion(what: &str, path: &str, make: impl Fn(Scale) -> Vec<u8>) -> Outcome {
    let is_full = std::env::var_os("DUBAN_HOSTILE").is_some_and(|v| v == "full");
    let scales = if is_full { [2, 1] } else { [32, 16] };
    let files = scales.map(|n| (Scale(n), make(Scale(n))));
    #[cfg(feature = "desktop")]
    crate::arrivals::is_accounted_for(path, &files[0].1, &files[0].0.limits());
    counting::costs_in_proportion(what, &files, |(scale, bytes)| run(*scale, path, bytes))
}

/// As [`costs_in_proportion`], of a report's sheet.
#[track_caller]
fn sheet(what: &str, make: impl Fn(Scale) -> String) -> Outcome {
    costs_in_proportion(what, NAME, |scale| report(make(scale)))
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
    let title = texts(["填报单位：建设局　填报期：2024年6月"]);
    format!("<sheetData>{title}{}{rows}</sheetData>", texts(HEADER))
}

const TASK: &str = "城镇老旧小区改造和社区服务提升";
const INDICATOR: &str = "新开工改造小区数";

/// A row of the form: task and indicator, further cells.
fn row(task: &str, indicator: &str, cells: &str) -> String {
    let names = text(task) + &text(indicator);
    format!("<row><c><v>1</v></c>{names}{cells}</row>")
}

const ONE: &str = "<c/><c/><c><v>1</v></c>";
const SHARED: &str = "<c t=\"s\"><v>0</v></c>";

#[test]
fn headers_wherever_they_could_be() {
    costs_in_proportion("64 sheets of 40 header rows", NAME, |scale| {
        let heads = HEADER.iter().cycle().take(scale.n(700));
        let sheet = format!("<sheetData>{}</sheetData>", texts(heads).repeat(40));
        let names: Vec<String> = (0..64).map(|n| format!("表{n}")).collect();
        let sheets: Vec<_> = names.iter().map(|n| (n.as_str(), sheet.clone())).collect();
        book(&sheets, &[])
    });
}

#[test]
fn plain_numbers_up_to_the_limit() {
    let rows = sheet("2M cells on 122 rows", |scale| {
        let row = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(16_384));
        format!("<sheetData>{}</sheetData>", row.repeat(scale.n(1952) / 16))
    });
    let one = sheet("2M cells at one address", |scale| {
        let same = "<c r=\"A1\"><v>1</v></c>".repeat(scale.n(2_000_000) - 1);
        format!("<sheetData><row>{same}</row></sheetData>")
    });
    assert!(!rows.is_over() && !one.is_over());
}

#[test]
fn personal_numbers_everywhere() {
    let outcome = sheet("2M mobile numbers", |scale| {
        let heads = ["联系电话", "填报人："];
        let row = format!("<row>{}</row>", "<c><v>13800000000</v></c>".repeat(16_384));
        let rows = row.repeat(scale.n(960) / 16);
        let header = texts(heads.iter().cycle().take(16_384));
        format!("<sheetData>{rows}{header}{rows}</sheetData>")
    });
    assert!(outcome.count("C017") <= 200);
}

#[test]
fn merges_up_to_the_limit() {
    let form_under = |scale: Scale, merge: fn(u32) -> String| {
        let merges: String = (0..u32::try_from(scale.n(20_000)).unwrap())
            .map(merge)
            .collect();
        let rows: String = (0..scale.n(20_000))
            .map(|n| format!("<row><c><v>{n}</v></c><c/><c/>{ONE}</row>"))
            .collect();
        form(&rows) + "<mergeCells>" + &merges + "</mergeCells>"
    };
    sheet("20,000 merges a million rows tall", |scale| {
        form_under(scale, |n| {
            let (col, row) = (column_name(n % 16_384), 3 + n / 16_384);
            format!("<mergeCell ref=\"{col}{row}:{col}1048576\"/>")
        })
    });
    sheet("20,000 merges on the header row", |scale| {
        form_under(scale, |n| {
            format!("<mergeCell ref=\"A2:{}2\"/>", column_name(n % 16_384))
        })
    });
}

#[test]
fn rows_that_match_nothing() {
    let rows = |count: usize| -> String {
        (0..count)
            .map(|n| row(&format!("老旧小区改造提升项目之{n}"), "", ONE))
            .collect()
    };
    let outcome = sheet("19,000 unknown rows", |scale| form(&rows(scale.n(19_000))));
    assert_eq!(outcome.count("S006"), 200);
    let outcome = run(Scale(1), NAME, &report(form(&rows(19_000))));
    assert_eq!(outcome.count("S006"), 200);
    let mut findings = outcome.checked.findings.iter();
    assert!(findings.any(|f| f.message.contains("另有18800行")));
    assert!(run(Scale(1), NAME, &report(form(&rows(20_001)))).is_over());
}

/// Raising `rows` once did not help: the data rows of a report had a ceiling that nothing could move.
#[test]
fn more_rows_are_read_where_the_limit_is_raised() {
    let bytes = report(form(&row(TASK, INDICATOR, "").repeat(20_001)));
    let mut plan = PLAN.clone();
    for (raised, is_read) in [(plan.limits.rows, false), (plan.limits.rows + 1, true)] {
        plan.limits.rows = raised;
        let arrivals = month::read_with(&plan, &plan.limits, NAME, &bytes);
        assert_eq!(arrivals[0].content.is_ok(), is_read);
    }
}

#[test]
fn one_indicator_reported_over_and_over() {
    sheet("19,000 rows of one indicator", |scale| {
        form(&row(TASK, INDICATOR, ONE).repeat(scale.n(19_000)))
    });
    // Every column merged over all of them, with as long a text as a cell can hold.
    let long = "正在推进，已完成3处；一二三四五六七八九十".repeat(1500);
    costs_in_proportion("seven long cells merged over 19,000 rows", NAME, |scale| {
        let last = scale.n(19_000);
        let rows = row(TASK, INDICATOR, &SHARED.repeat(7)) + &row(TASK, INDICATOR, "").repeat(last);
        let merge = |c| {
            let col = column_name(c);
            format!("<mergeCell ref=\"{col}3:{col}{}\"/>", last + 3)
        };
        let merges: String = (3..10).map(merge).collect();
        let sheet = form(&rows) + "<mergeCells>" + &merges + "</mergeCells>";
        book(&[("进展情况", sheet)], std::slice::from_ref(&long))
    });
}

#[test]
fn long_texts_shared_by_many_cells() {
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
        let row_of_ten = format!("<row>{}</row>", SHARED.repeat(10));
        let long =
            |scale: Scale| -> String { unit.chars().cycle().take(scale.longest()).collect() };
        let fits = costs_in_proportion(&format!("long shared texts: {what}"), NAME, |scale| {
            let long = long(scale);
            let cells = usize::try_from(scale.limits().text_bytes).unwrap() / long.len() - 20;
            // Above the header, in it, and in the rows of known indicators below it.
            let own = row(TASK, INDICATOR, &SHARED.repeat(7));
            let below = row_of_ten.repeat((cells / 10).saturating_sub(40));
            let head = "<sheetData>".to_owned() + &row_of_ten.repeat(30);
            let sheet = form(&(own + &below)).replacen("<sheetData>", &head, 1);
            book(&[("进展情况", sheet)], &[long])
        });
        assert!(!fits.is_over(), "{what}");
        let over = costs_in_proportion(&format!("too many of them: {what}"), NAME, |scale| {
            let rows = row_of_ten.repeat(scale.n(190_000));
            let sheet = format!("<sheetData>{rows}</sheetData>");
            book(&[("进展情况", sheet)], &[long(scale)])
        });
        assert!(over.is_over(), "{what}");
    }
}

#[test]
fn every_figure_and_narrative_as_long_as_can_be() {
    let cells: String = (0..7)
        .map(|n| format!("<c t=\"s\"><v>{n}</v></c>"))
        .collect();
    let mut rows = String::new();
    for indicator in &PLAN.indicators {
        rows += &row(&PLAN.tasks[indicator.task].name, &indicator.name, &cells);
    }
    for (what, unit) in [
        ("numerals", "一万三千二百"),
        ("figures", "完成3处、"),
        ("digits", "9"),
        ("separators", "1,"),
        ("claims", "老旧小区改造已全部完成，正在推进，"),
        ("grouped", "1,000 "),
        ("dates", "6月30日"),
    ] {
        costs_in_proportion(&format!("long figures: {what}"), NAME, |scale| {
            let long = |n: usize| unit.chars().cycle().take(scale.longest() - n).collect();
            let strings: Vec<String> = (0..7).map(long).collect();
            book(&[("进展情况", form(&rows))], &strings)
        });
    }
}

/// Rows that match nothing, so many answers to what is found of them, and as many rows of a plan of work.
fn answered(count: usize) -> Vec<u8> {
    let unknown: String = (0..500)
        .map(|n| row(&format!("无此项目{n}"), "", ONE))
        .collect();
    let mut answers = texts(["规则代码", "位置", "说明"]);
    let mut elements = texts([
        "序号",
        "项目名称",
        "工作举措",
        "完成时限",
        "验收标准",
        "资金来源",
    ]);
    for n in 1..=count {
        answers += &texts(["S006", &format!("进展情况!A{n}"), "说明"]);
        let measure = text("举措");
        write!(
            elements,
            "<row><c><v>{}</v></c><c/>{measure}</row>",
            n % 20 + 1
        )
        .unwrap();
    }
    let sheet = |rows: String| format!("<sheetData>{rows}</sheetData>");
    let sheets = [
        ("进展情况", form(&unknown)),
        ("情况说明", sheet(answers)),
        ("工作方案", sheet(elements)),
    ];
    book(&sheets, &[])
}

/// Each answer was read anew for each finding, against the whole plan: a thousand took nine seconds.
#[test]
fn an_answer_is_read_once_for_all_findings() {
    let bytes = answered(1_000);
    let (_, (times, _)) = counting::counted(|| run(Scale(1), NAME, &bytes));
    println!("{times} allocations");
    assert!(times < 10_000_000);
}

#[test]
fn answers_and_plans_without_end() {
    let what = "150,000 answers and 150,000 plan rows";
    costs_in_proportion(what, NAME, |scale| answered(scale.n(150_000)));
    costs_in_proportion("answers without a header", NAME, |scale| {
        let answers = format!(
            "<sheetData>{}</sheetData>",
            texts(["情况"]).repeat(scale.n(190_000))
        );
        book(&[("进展情况", form("")), ("情况说明", answers)], &[])
    });
}

#[test]
fn what_is_hidden_without_end() {
    sheet("a million hidden rows", |scale| {
        let columns: String = (1..=scale.n(16_384))
            .map(|c| format!("<col min=\"{c}\" max=\"16384\" hidden=\"1\"/>"))
            .collect();
        let known = row(TASK, INDICATOR, ONE).replacen("<row>", "<row hidden=\"1\">", 1);
        let empty = "<row hidden=\"1\"/>".repeat(scale.n(1_000_000));
        let rows = known.repeat(scale.n(10_000)) + &empty;
        format!("<cols>{columns}</cols>{}", form(&rows))
    });
}

#[test]
fn parts_without_end_are_refused() {
    type Inner = fn(Scale) -> String;
    let inners: [(&str, Inner); 4] = [
        ("60M empty elements", |s| "<x/>".repeat(s.n(60_000_000))),
        ("a comment of 200 MB", |s| {
            format!("<!--{}--><sheetData/>", "x".repeat(s.n(200 << 20)))
        }),
        ("a tag of 200 MB", |s| {
            format!("<sheetData a=\"{}\"/>", "x".repeat(s.n(200 << 20)))
        }),
        ("a text of 200 MB", |s| {
            let long = "x".repeat(s.n(200 << 20));
            format!("<sheetData><row><c t=\"str\"><v>{long}</v></c></row></sheetData>")
        }),
    ];
    for (what, inner) in inners {
        assert!(sheet(what, inner).is_over(), "{what}");
    }
    let parts = |strings: &str, sheets: &str, relations: &str| {
        let workbook = format!("<workbook><sheets>{sheets}</sheets></workbook>");
        let relations = format!("<Relationships>{relations}</Relationships>");
        pack(&[
            ("[Content_Types].xml", TYPES),
            ("xl/workbook.xml", &workbook),
            ("xl/_rels/workbook.xml.rels", &relations),
            ("xl/worksheets/s.xml", "<worksheet/>"),
            ("xl/sharedStrings.xml", &format!("<sst>{strings}</sst>")),
        ])
    };
    let relation = |n: usize| {
        format!("<Relationship Id=\"r{n}\" Type=\"x/worksheet\" Target=\"worksheets/s.xml\"/>")
    };
    let one = |strings: String| parts(&strings, "<sheet name=\"a\" r:id=\"r0\"/>", &relation(0));
    let sheets = costs_in_proportion("a million sheets", NAME, |scale| {
        let most = scale.n(1_000_000);
        let relations: String = (0..most).map(relation).collect();
        let sheet = |n| format!("<sheet name=\"{n}\" r:id=\"r{}\"/>", most - 1 - n);
        parts("", &(0..most).map(sheet).collect::<String>(), &relations)
    });
    let strings = costs_in_proportion("30M shared strings", NAME, |scale| {
        one("<si/>".repeat(scale.n(30_000_000)))
    });
    let runs = costs_in_proportion("a text of 3M runs", NAME, |scale| {
        let run = "<r><rPr><strike/></rPr><t>x</t></r>";
        one(format!("<si>{}</si>", run.repeat(scale.n(3_000_000))))
    });
    assert!(sheets.is_over() && strings.is_over() && runs.is_over());
}

/// One archive may not cost a thousand times what one file may.
#[test]
fn an_archive_of_bombs() {
    let outcome = costs_in_proportion("900 members of 24 MB each", "建设局.zip", |scale| {
        let cells = "<c r=\"A1\"/>".repeat(scale.n(2_000_000));
        let bomb = report(format!("<sheetData><row>{cells}</row></sheetData>"));
        let members: Vec<_> = (0..900).map(|n| (format!("{n}.xlsx"), &bomb)).collect();
        pack(&members)
    });
    assert_eq!(outcome.arrivals.len(), 900);
    let is_over = |a: &&Arrival| matches!(a.content, Err(FileFault::OverLimit { .. }));
    assert!(outcome.arrivals.iter().filter(is_over).count() > 800);
    assert!(outcome.arrivals[0].content.is_ok());
    costs_in_proportion("100 members with endless names", "a.zip", |scale| {
        let long = "建设局".repeat(scale.n(80_000).min(5_000));
        let members: Vec<_> = (0..100).map(|n| (format!("{long}{n}.xlsx"), "x")).collect();
        pack(&members)
    });
}
