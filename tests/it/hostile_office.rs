//! 任务计划.xlsx and 台账.xlsx made to cost as much as they can: each costs in proportion to its size, or is refused in one message.

use std::fmt::Write as _;

use duban::check::load_plan_file;
use duban::intake::ledger::decide;
use duban::plan::PlanError;

use crate::counting;
use crate::month::PLAN;
use crate::xlsx::{TYPES, book, pack, texts};

fn of_plan(bytes: &[u8]) -> Vec<PlanError> {
    load_plan_file("任务计划.xlsx", bytes).1.errors
}

fn of_ledger(bytes: &[u8]) -> Vec<PlanError> {
    decide(&mut PLAN.clone(), "台账.xlsx", "plan.toml", bytes)
}

/// A row of cells that are parted by `|`.
fn row(cells: impl AsRef<str>) -> String {
    texts(cells.as_ref().split('|'))
}

/// A sheet's rows below its head.
fn sheet(head: &str, rows: impl IntoIterator<Item = String>) -> String {
    let rows: String = rows.into_iter().collect();
    format!("<sheetData>{}{rows}</sheetData>", row(head))
}

const INDICATOR: &str = "任务序号|编号|指标名称|类型|年度目标|计量单位|报送单位";

/// A plan's workbook of these rows; a sheet without any has one that is right.
fn plan(
    department: Vec<String>,
    task: Vec<String>,
    indicator: Vec<String>,
    more: &[(&str, String)],
) -> Vec<u8> {
    let or = |head: &str, rows: Vec<String>, own: &str| {
        let rows = if rows.is_empty() {
            vec![row(own)]
        } else {
            rows
        };
        sheet(head, rows)
    };
    let settings = [
        "计划编号|shili-2024",
        "计划名称|示例（示例数据）",
        "印发单位|示例区办公室",
        "开始日期|2024-01-01",
        "结束日期|2024-12-31",
        "报送截止日|次月5日",
    ];
    let departments = "编号|单位名称|其他写法";
    let tasks = "序号|分级|项目名称|责任单位|工作任务|会同单位";
    let mut sheets = vec![
        ("基本信息", sheet("项目|内容", settings.map(row))),
        ("责任单位", or(departments, department, "jsj|建设局|")),
        ("任务", or(tasks, task, "1|市级|甲|建设局|改造12个。|")),
        ("指标", or(INDICATOR, indicator, "1|1.1|改造|个数|12|个|")),
    ];
    sheets.extend(more.iter().cloned());
    book(&sheets, &[])
}

fn many(count: usize, row: impl Fn(usize) -> String) -> Vec<String> {
    (0..count).map(row).collect()
}

fn indicator(n: usize) -> String {
    row(format!("1|1.{}|指标{n}|个数|1|个|", n + 1))
}

/// Makes a workbook of a size.
type Make = fn(usize) -> Vec<u8>;

const WRONG: [(&str, usize, Make); 10] = [
    ("tasks without numbers", 2_000, |n| {
        let task = |ix: usize| {
            let no = if ix.is_multiple_of(3) { "" } else { "7" };
            row(format!("{no}|市级||无|x|"))
        };
        plan(vec![], many(n, task), vec![], &[])
    }),
    ("tasks with gaps between their numbers", 2_000, |n| {
        let task = |ix: usize| {
            let no = if ix.is_multiple_of(2) {
                (ix * 9).to_string()
            } else {
                String::new()
            };
            row(format!("{no}|市级|任务{ix}|建设局|x|"))
        };
        let unknown = |ix: usize| row(format!("{}||甲|个数|1|个|", ix * 7 + 1));
        plan(vec![], many(n, task), many(n, unknown), &[])
    }),
    ("indicators without ids, of as many tasks", 2_000, |n| {
        let task = |ix: usize| row(format!("{}|市级|任务{ix}|建设局|x|", ix + 1));
        let indicator = |ix: usize| row(format!("{}||甲|没有|x|个|", ix + 1));
        plan(vec![], many(n, task), many(n, indicator), &[])
    }),
    (
        "departments that nobody names, and names of none",
        2_000,
        |n| {
            let department = |ix: usize| row(format!("d{ix}|第{ix}建设局|"));
            let task = |ix: usize| row(format!("{}|市级|任务{ix}|第{ix}建没局|x|", ix + 1));
            plan(many(n, department), many(n, task), vec![], &[])
        },
    ),
    ("reporters without end in one cell", 2_000, |n| {
        let mut list = String::new();
        for ix in 0..n {
            let _ = write!(list, "局{ix}、");
        }
        let indicator = row(format!("1|1.1|甲|个数|12|个|{list}"));
        plan(vec![], vec![], vec![indicator], &[])
    }),
    (
        "cooperating departments without end in a few cells",
        1_500,
        |n| {
            let department = |ix: usize| row(format!("d{ix}|局{ix}|"));
            let list: String = (0..n).fold(String::new(), |list, ix| list + &format!("局{ix}、"));
            let task = |ix: usize| row(format!("{}|市级|任务{ix}|局1|x|{list}", ix + 1));
            plan(many(n, department), many(4, task), vec![], &[])
        },
    ),
    ("sums of all indicators by their names", 1_000, |n| {
        let sum: String = (1..n).fold(String::new(), |sum, ix| sum + &format!("「指标{ix}」+"));
        let sum = sum.trim_end_matches('+').to_owned() + "=「指标0」";
        let sums = many(4, |_| row(format!("1|{sum}")));
        plan(
            vec![],
            vec![],
            many(n, indicator),
            &[("数量关系", sheet("任务序号|关系式", sums))],
        )
    }),
    ("sums that go round in a ring", 2_000, |n| {
        let sum = |ix: usize| row(format!("1|1.{} = 1.{}", ix + 1, (ix + 1) % n + 1));
        let sums = many(n, sum);
        plan(
            vec![],
            vec![],
            many(n, indicator),
            &[("数量关系", sheet("任务序号|关系式", sums))],
        )
    }),
    ("rules that there are not", 4_000, |n| {
        let rules = many(n, |ix| row(format!("Z{ix}|错误")));
        plan(
            vec![],
            vec![],
            vec![],
            &[("规则设置", sheet("规则|级别", rules))],
        )
    }),
    ("schedules that nobody has, and their names", 2_000, |n| {
        let schedules = many(n, |ix| row(format!("进度{ix}|50|100")));
        let schedules = sheet("名称|6月|12月", schedules);
        plan(
            vec![],
            vec![],
            many(n, indicator),
            &[("序时进度", schedules)],
        )
    }),
];

#[test]
fn rows_of_a_plan_that_are_all_wrong_cost_in_proportion() {
    for (what, n, make) in WRONG {
        let files = [make(n), make(2 * n)];
        let found = counting::costs_in_proportion(what, &files, |bytes| of_plan(bytes));
        assert!(found.len() < 20 * n, "{what}: {}", found.len());
    }
}

#[test]
fn rows_of_a_ledger_that_are_all_wrong_cost_in_proportion() {
    for (what, cells) in [
        (
            "indicators that there are not",
            "6月|建设局||没有的指标|1||甲|乙|",
        ),
        (
            "the same decision over and over",
            "6月|建设局|2|2.1|1||甲|乙|",
        ),
        ("rows taken back", "胡写||x||||||作废"),
        (
            "departments and months that there are not",
            "13月|没有的局|99|2.1|很多|只|||",
        ),
    ] {
        let head = "月份|单位|任务序号|指标|核实值|计量单位|经办人|依据|作废";
        let make = |n| book(&[("电话核实", sheet(head, many(n, |_| row(cells))))], &[]);
        let files = [make(1_000), make(2_000)];
        counting::costs_in_proportion(what, &files, |bytes| of_ledger(bytes));
    }
    let make: Make = |n| {
        let papers = many(n, |ix| row(format!("6月|{ix}")));
        let files = many(n, |ix| row(format!("6月|建设局|{ix}.xlsx|7月4日")));
        let papers = sheet("月份|期号", papers);
        let files = sheet("月份|单位|文件|收到日期", files);
        book(&[("期号文号", papers), ("收件登记", files)], &[])
    };
    let files = [make(2_000), make(4_000)];
    counting::costs_in_proportion("papers of one month, files received", &files, |b| {
        of_ledger(b)
    });
}

/// Each is refused as a whole, in one message that speaks of the file, as a plan and as a ledger.
#[test]
fn what_passes_the_limits_or_is_no_workbook_is_refused_in_one_message() {
    let one = |name: &str, inner: String| book(&[(name, inner)], &[]);
    let rows = |row: &str, n: usize| sheet(INDICATOR, [row.repeat(n)]);
    let four = row("1|1.1|甲|个数");
    let merges: String = (2..20_010)
        .map(|n| format!("<mergeCell ref=\"A{n}:B{n}\"/>"))
        .collect();
    let bomb = pack(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("xl/workbook.xml", &vec![b' '; 300 << 20]),
    ]);
    let entities = "<!DOCTYPE s [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><sheetData/>";
    for (what, bytes) in [
        ("a zip bomb", bomb),
        (
            "too many rows",
            one("指标", rows("<row><c><v>1</v></c></row>", 200_001)),
        ),
        (
            "too many merged regions",
            one(
                "指标",
                rows(&four, 1) + &format!("<mergeCells>{merges}</mergeCells>"),
            ),
        ),
        (
            "a text too long",
            one("指标", rows(&row(format!("1|{}", "长".repeat(40_000))), 1)),
        ),
        ("elements too deep", one("指标", "<x>".repeat(300))),
        ("entities", one("指标", entities.to_owned())),
        (
            "too many sheets",
            book(&vec![("a", String::new()); 65], &[]),
        ),
        ("no workbook", b"PK\x03\x04 and nothing else".to_vec()),
        (
            "half of one",
            plan(vec![], vec![], vec![], &[])[..900].to_vec(),
        ),
        ("nothing", Vec::new()),
    ] {
        for found in [of_plan(&bytes), of_ledger(&bytes)] {
            assert_eq!(found.len(), 1, "{what}: {found:?}");
            assert!(found[0].message.contains("文件"), "{what}: {:?}", found[0]);
            assert_eq!(found[0].cell(), (None, None), "{what}");
        }
    }
}

/// Merged regions over everything, formulas that name each other, heads without end: told at cells, and no panic.
#[test]
fn shapes_that_only_look_endless_are_told_at_cells() {
    let all = "<mergeCells><mergeCell ref=\"A2:XFD1048576\"/></mergeCells>";
    let ring = "<row><c><v>1</v></c><c><f>C2</f></c><c><f>B2</f></c></row>".to_owned();
    let same = |cell: &str| vec![cell; 2_000].join("|");
    for (what, inner) in [
        (
            "one region over all",
            sheet(INDICATOR, [row("1|1.1|甲|个数|12|个|").repeat(100)]) + all,
        ),
        ("formulas in a ring", sheet(INDICATOR, [ring])),
        (
            "one head 2,000 times",
            sheet(&same("指标名称"), [row(same("甲"))]),
        ),
    ] {
        let found = of_plan(&book(&[("指标", inner)], &[]));
        assert!(
            found.iter().any(|e| e.cell().0.is_some()),
            "{what}: {found:?}"
        );
    }
    let ring = |part: &str, target: &str| {
        let relation = format!(
            "<Relationships><Relationship Id=\"r0\" Type=\"x/worksheet\" Target=\"{target}\"/></Relationships>"
        );
        pack(&[
            ("[Content_Types].xml", TYPES),
            (
                "xl/workbook.xml",
                "<workbook><sheets><sheet name=\"指标\" r:id=\"r0\"/></sheets></workbook>",
            ),
            ("xl/_rels/workbook.xml.rels", &relation),
            (part, "<worksheet/>"),
        ])
    };
    for (what, bytes) in [
        (
            "a sheet that is the workbook",
            ring("xl/other.xml", "workbook.xml"),
        ),
        (
            "a sheet that is a list of relations",
            ring("xl/other.xml", "_rels/workbook.xml.rels"),
        ),
        (
            "a sheet that is not there",
            ring("xl/other.xml", "worksheets/none.xml"),
        ),
        (
            "a sheet outside the package",
            ring("xl/other.xml", "../../../etc/passwd"),
        ),
    ] {
        assert!(!of_plan(&bytes).is_empty(), "{what}");
        of_ledger(&bytes);
    }
    // What is said on a screen ends.
    let said = duban::plan::PlanErrors {
        file: "任务计划.xlsx".to_owned(),
        errors: of_plan(&plan(vec![], vec![], many(3_000, |_| row("x|||没有")), &[])),
    };
    let shown = said.to_string();
    assert!(
        said.errors.len() >= 3_000 && shown.contains("另有 "),
        "{}",
        said.errors.len()
    );
    assert!(shown.lines().count() < 1_000, "{}", shown.len());
}
