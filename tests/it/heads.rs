//! Tables of departments' own: their heads in any office's words, in the plan's, or told as what they are.

use crate::desk::{Desk, PLAN, SMALL_PLAN};
use crate::xlsx;

const WORDS: &str = "街头绿地已完成现场施工和验收资料整理，山城绿道按计划推进，雨季影响不大。";

/// 建设局's table of its own for May.
fn table(desk: &Desk, heads: &str, rows: &[&[&str]]) -> String {
    let title = xlsx::texts(["示例区民生实事2024年5月进展情况表"]);
    let heads: Vec<&str> = heads.split(' ').collect();
    let lines = rows.iter().map(|row| xlsx::texts(row.iter().copied()));
    let lines: Vec<String> = [title, xlsx::texts(heads)]
        .into_iter()
        .chain(lines)
        .collect();
    let sheet = format!("<sheetData>{}</sheetData>", lines.concat());
    let name = "我的/建设局5月.xlsx";
    desk.write(name, xlsx::book(&[("Sheet1", sheet)], &[]));
    name.to_owned()
}

/// Codes of errors and warnings.
fn codes(desk: &Desk, file: &str) -> Vec<String> {
    let checked = desk.json(&format!("check {file}"));
    let findings = checked[0]["findings"].as_array().unwrap();
    let told = findings
        .iter()
        .filter(|f| f["severity"] != "note" && f["code"] != "R018");
    told.map(|f| f["code"].as_str().unwrap().to_owned())
        .collect()
}

/// Each of these was no report, or lacked a column.
#[test]
fn own_tables_are_understood() {
    let desk = Desk::small();
    let two = |heads: &str, green: &[&str], paths: &[&str]| {
        let file = table(&desk, heads, &[green, paths]);
        assert_eq!(
            codes(&desk, &file),
            [""; 0],
            "{heads}: {}",
            desk.duban(&format!("check {file}"))
        );
    };
    for (task, cumulative, narrative) in [
        ("重点任务", "截至目前完成", "推进情况"),
        ("重点工作", "今年累计", "工作推进落实情况"),
        ("任务名称", "实际完成", "目前进展情况"),
        ("主要任务", "完成数", "完成情况"),
        ("项目名称", "截至目前累计完成", "工作开展情况"),
        ("项目名称", "完成情况", "工作进展"),
    ] {
        two(
            &format!(
                "序号 {task} 指标内容 单位 年度目标 {cumulative} {narrative} 存在困难 下步打算"
            ),
            &[
                "2",
                "城市绿荫工程",
                "街头绿地面积",
                "万平方米",
                "16",
                "7.5",
                WORDS,
                "无",
                "无",
            ],
            &[
                "2",
                "城市绿荫工程",
                "山城绿道长度",
                "公里",
                "20",
                "8.5",
                WORDS,
                "无",
                "无",
            ],
        );
    }
    // Which column is which, their neighbours and contents tell.
    two(
        "序号 工作任务 指标 单位 累计完成 进展",
        &[
            "2",
            "城市绿荫工程",
            "街头绿地面积",
            "万平方米",
            "7.5",
            WORDS,
        ],
        &["2", "城市绿荫工程", "山城绿道长度", "公里", "8.5", WORDS],
    );
    two(
        "项目名称 工作任务 指标 累计完成 单位 进展",
        &[
            "城市绿荫工程",
            "街头绿地16万平方米，山城绿道20公里。",
            "街头绿地面积",
            "7.5",
            "万平方米",
            WORDS,
        ],
        &[
            "城市绿荫工程",
            "街头绿地16万平方米，山城绿道20公里。",
            "山城绿道长度",
            "8.5",
            "公里",
            WORDS,
        ],
    );
    two(
        "项目名称 主要任务 单位 累计完成 进展",
        &[
            "城市绿荫工程",
            "街头绿地面积",
            "建设局",
            "7.5万平方米",
            WORDS,
        ],
        &["城市绿荫工程", "山城绿道长度", "建设局", "8.5公里", WORDS],
    );
    // Two figures of one meaning are not chosen from.
    let both = table(
        &desk,
        "项目名称 指标 累计完成 完成情况 进展",
        &[&["城市绿荫工程", "街头绿地面积", "7.5", "7.8", WORDS]],
    );
    assert!(codes(&desk, &both).contains(&"S003".to_owned()));
}

#[test]
fn a_plan_has_words_of_its_own() {
    let desk = Desk::small();
    let row: &[&str] = &["城市绿荫工程", "街头绿地面积", "7.5", WORDS];
    let heads = "民生项目 指标 年内实绩 情况";
    let file = table(&desk, heads, &[row]);
    desk.finds(&format!("check {file}")).says([
        "S001",
        "“Sheet1”第2行的“指标”认得",
        "“年内实绩”",
        "至少要有",
    ]);
    let plan = |columns: &str| desk.write(PLAN, format!("{SMALL_PLAN}\n[columns]\n{columns}\n"));
    plan("task = [\"民生项目\"]\ncumulative = [\"年内实绩\"]\nnarrative = [\"情况\"]");
    let found = codes(&desk, &file);
    assert!(
        !found.contains(&"S001".to_owned()) && !found.contains(&"S002".to_owned()),
        "{found:?}"
    );
    // The plan's word outranks the common one.
    plan("task = [\"民生项目\"]\ncumulative = [\"年内实绩\"]\nnarrative = [\"完成情况\"]");
    let file = table(&desk, "民生项目 指标 年内实绩 完成情况", &[row]);
    assert!(!codes(&desk, &file).contains(&"S003".to_owned()));
    plan("cumulativ = [\"年内实绩\"]\nstatus = [\"状况\", \"\"]\nrate = [\"状况\"]");
    desk.fails("plan check").says([
        "cumulativ",
        "cumulative",
        "“”不能作列名",
        "“状况”已写作“完成率”的列名，不能又作“状态”的",
    ]);
}

/// 危桥改造 found nothing where the plan says 改造危桥.
#[test]
fn suggestions_know_other_orders_and_aliases() {
    let desk = Desk::bare();
    let plan = SMALL_PLAN.replace(
        "name = \"街头绿地面积\"",
        "name = \"街头绿地面积\"\naliases = [\"改造危桥\"]",
    );
    desk.write(PLAN, plan);
    let row: &[&str] = &["城市绿荫工程", "危桥改造", "7.5", WORDS];
    let file = table(&desk, "项目名称 指标 累计完成 进展", &[row]);
    desk.duban(&format!("check {file}"))
        .says(["S006", "指标2.1“街头绿地面积”（也写作“改造危桥”）"]);
}

/// A row of text cells behind its number in a column of their own, as exported tables have it.
fn numbered(number: usize, cells: &str) -> String {
    let cells = xlsx::texts(cells.split(' '));
    cells.replace("<row>", &format!("<row><c><v>{number}</v></c>"))
}

const HEADS: &str = "序号 项目名称 指标 年度目标 累计完成 类别 方式 工作进展";
const GREEN: &str = "城市绿荫工程 街头绿地面积 16 7.5 存在问题 本月完成";
const PATHS: &str = "城市绿荫工程 山城绿道长度 20 8.5 下一步措施 本月完成";

/// May's values of 建设局 from one sheet of these rows: state and value of both indicators.
fn values(desk: &Desk, rows: &[String]) -> Vec<(String, String)> {
    let title = xlsx::texts(["示例区民生实事2024年5月进展情况表"]);
    let sheet = format!("<sheetData>{title}{}</sheetData>", rows.concat());
    let book = xlsx::book(&[("Sheet1", sheet)], &[]);
    desk.write("inbox/2024-05/建设局.xlsx", book);
    desk.duban("run --period 2024-05");
    let records = desk.month("2024-05").records();
    let of = |id| records.iter().find(|r| r["indicator"] == id).unwrap();
    let told = ["2.1", "2.2"].map(|id| (of(id)["state"].clone(), of(id)["value"].clone()));
    told.into()
}

fn both(state: &str, values: [&str; 2]) -> Vec<(String, String)> {
    values
        .map(|value| (state.to_owned(), value.to_owned()))
        .into()
}

/// Where words of headers stood in two columns of the first row of data, it was read as a second line of the header, and its
/// figures were missing.
#[test]
fn a_row_of_data_is_no_line_of_the_header() {
    let desk = Desk::small();
    for serial in ["<c><v>2</v></c>", &xlsx::text("2"), &xlsx::text("第二项")] {
        let rows = [GREEN, PATHS].map(|row| {
            let cells = xlsx::texts(
                [row.replace(' ', "|"), WORDS.to_owned()]
                    .join("|")
                    .split('|'),
            );
            cells.replace("<row>", &format!("<row>{serial}"))
        });
        let rows = [xlsx::texts(HEADS.split(' ')), rows.concat()];
        assert_eq!(
            values(&desk, &rows),
            both("accepted", ["7.5", "8.5"]),
            "{serial}"
        );
    }
}

/// Numbers of lines in a column of their own, also beside the header, make no data of it; a table without them below is another.
#[test]
fn numbers_of_lines_hide_no_header() {
    let desk = Desk::small();
    let row = |number, text: &str| numbered(number, &format!("2 {text} {WORDS}"));
    let table = [numbered(2, HEADS), row(3, GREEN), row(4, PATHS)];
    assert_eq!(values(&desk, &table), both("accepted", ["7.5", "8.5"]));
    let unnumbered = |text: &str| row(0, text).replace("<c><v>0</v></c>", "<c/>");
    let second = [
        unnumbered("上月（示例数据）"),
        numbered(0, HEADS).replace("<c><v>0</v></c>", "<c/>"),
        unnumbered(&GREEN.replace("7.5", "6")),
        unnumbered(&PATHS.replace("8.5", "7")),
    ];
    let twice = [&table[..], &second].concat();
    assert_eq!(values(&desk, &twice), both("withheld", ["", ""]));
}

/// 到位资金 in the first row of a 工作方案 was its header, and the task's elements were missing.
#[test]
fn a_row_of_data_is_no_header_of_a_plan_of_work() {
    let desk = Desk::small();
    let heads = "序号 项目名称 工作举措 完成时限 验收标准 资金来源 计划投资 方式";
    let row = "2 城市绿荫工程 分三批建设 2024年12月31日 按市级标准验收 市级财政资金 1200 到位资金";
    let report = [
        HEADS,
        &format!("2 {GREEN} {WORDS}"),
        &format!("2 {PATHS} {WORDS}"),
    ];
    let sheet = |rows: &[&str]| {
        let rows = rows.iter().map(|row| xlsx::texts(row.split(' ')));
        format!("<sheetData>{}</sheetData>", rows.collect::<String>())
    };
    let sheets = [
        ("进展情况", sheet(&report)),
        ("工作方案", sheet(&["工作方案（示例数据）", heads, row])),
    ];
    desk.write("我的/建设局5月.xlsx", xlsx::book(&sheets, &[]));
    let said = desk.duban("check 我的/建设局5月.xlsx --period 2024-05");
    assert!(!said.to_string().contains("R018"), "{said}");
}
