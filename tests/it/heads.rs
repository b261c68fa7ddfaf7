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

const HEADS: &str = "序号 项目名称 指标 年度目标 累计完成 类别 方式 工作进展";
const GREEN: &str = "城市绿荫工程 街头绿地面积 16 7.5 存在问题 本月完成";
const PATHS: &str = "城市绿荫工程 山城绿道长度 20 8.5 下一步措施 本月完成";

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

/// What is taken of 建设局's two indicators in May of sheets, each by its name, lines and merged cells, and what is told.
fn taken<'a>(sheets: &[(&'a str, &[&str], &str)]) -> (String, String) {
    let desk = Desk::small();
    let cell = |word: &str| match word {
        "_" => "<c/>".to_owned(),
        number if number.parse::<f64>().is_ok() => format!("<c><v>{number}</v></c>"),
        text => xlsx::text(text),
    };
    let row = |line: &&str| {
        let cells: String = line.split(' ').map(cell).collect();
        format!("<row>{cells}</row>")
    };
    let sheet = |(name, lines, merges): &(&'a str, &[&str], &str)| {
        let rows: String = lines.iter().map(row).collect();
        let merges = merges
            .split_whitespace()
            .map(|at| format!("<mergeCell ref=\"{at}\"/>"));
        let merges: String = merges.collect();
        (
            *name,
            format!("<sheetData>{rows}</sheetData><mergeCells>{merges}</mergeCells>"),
        )
    };
    let sheets: Vec<_> = sheets.iter().map(sheet).collect();
    desk.write("inbox/2024-05/建设局.xlsx", xlsx::book(&sheets, &[]));
    desk.duban("run --period 2024-05");
    let month = desk.month("2024-05");
    let records = month.records();
    let of = |id| {
        let own = records.iter().find(|r| r["indicator"] == id).unwrap();
        let is_taken = own["state"] == "accepted";
        if is_taken {
            own["value"].clone()
        } else {
            "-".to_owned()
        }
    };
    let findings = month.json("findings.json");
    let mut codes: Vec<&str> = findings
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["department"] == "jsj" && f["severity"] != "note" && f["code"] != "R018")
        .map(|f| f["code"].as_str().unwrap())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    (["2.1", "2.2"].map(of).join(" "), codes.join(" "))
}

const GREEN_ROW: &str = "2 城市绿荫工程 街头绿地面积 16 7.5";
const PATHS_ROW: &str = "2 城市绿荫工程 山城绿道长度 20 8.5";

/// Where words of headers stood in two columns of the first row of data, it was read as a second line of the header, and its
/// figures were missing.
#[test]
fn a_row_of_data_is_no_line_of_the_header() {
    for serial in ["2", "第二项"] {
        let [green, paths] = [GREEN, PATHS].map(|row| format!("{serial} {row} {WORDS}"));
        let (values, _) = taken(&[("Sheet1", &[HEADS, &green, &paths], "")]);
        assert_eq!(values, "7.5 8.5", "{serial}");
    }
}

/// Numbers of lines in a column of their own, also beside the header, make no data of it; a table without them below is another.
#[test]
fn numbers_of_lines_hide_no_header() {
    let head = format!("1 {HEADS}");
    let [green, paths] = [GREEN, PATHS].map(|row| format!("3 2 {row} {WORDS}"));
    let (values, _) = taken(&[("Sheet1", &[&head, &green, &paths], "")]);
    assert_eq!(values, "7.5 8.5");
    let again = format!("_ {HEADS}");
    let [less, fewer] = [GREEN.replace("7.5", "6"), PATHS.replace("8.5", "7")];
    let [less, fewer] = [less, fewer].map(|row| format!("_ 2 {row} {WORDS}"));
    let lines = [
        &head,
        &green,
        &paths,
        "_ 上月（示例数据）",
        &again,
        &less,
        &fewer,
    ];
    let (values, codes) = taken(&[("Sheet1", &lines, "")]);
    assert_eq!(
        (values.as_str(), codes.contains("S007")),
        ("- -", true),
        "{codes}"
    );
}

/// Words of headers in the first row of data made a second line of the header of it, also where no 序号 begins it.
#[test]
fn a_row_that_names_a_task_is_no_line_of_the_header() {
    for words in ["存在问题 本月完成", "完成率 _", "牵头单位 类别"] {
        for serial in ["", "区民-01 ", "_ "] {
            let head = if serial.is_empty() { "" } else { "序号 " };
            let head = format!("{head}项目名称 指标 年度目标 累计完成 类型 方式 工作进展");
            let green = format!("{serial}城市绿荫工程 街头绿地面积 16 7.5 {words} {WORDS}");
            let paths = format!("{serial}城市绿荫工程 山城绿道长度 20 8.5 _ _ {WORDS}");
            let (values, codes) = taken(&[("Sheet1", &[&head, &green, &paths], "")]);
            assert_eq!(
                (values.as_str(), codes.as_str()),
                ("7.5 8.5", ""),
                "{serial}{words}"
            );
        }
    }
}

/// A row below a blank line had lost its task, and one that names the indicator in the task's column had none: both were S006,
/// which said that the plan has nothing of this name.
#[test]
fn an_indicators_own_name_says_its_task() {
    let head = "序号 项目名称 指标 年度目标 累计完成 工作进展";
    let [green, paths] = [
        ("2 城市绿荫工程 街头绿地面积", "16 7.5"),
        ("_ _ 山城绿道长度", "20 8.5"),
    ]
    .map(|(names, figures)| format!("{names} {figures} {WORDS}"));
    let took = taken(&[("Sheet1", &[head, &green, "_", &paths], "")]);
    assert_eq!((took.0.as_str(), took.1.as_str()), ("7.5 8.5", ""));
    let head = "序号 项目名称 年度目标 累计完成 工作进展";
    for numbers in [["1", "2"], ["_", "_"], ["4", "5"]] {
        let [green, paths] = [("街头绿地面积", "16 7.5"), ("山城绿道长度", "20 8.5")];
        let green = format!("{} {} {} {WORDS}", numbers[0], green.0, green.1);
        let paths = format!("{} {} {} {WORDS}", numbers[1], paths.0, paths.1);
        let took = taken(&[("Sheet1", &[head, &green, &paths], "")]);
        assert_eq!((took.0.as_str(), took.1.as_str()), ("7.5 8.5", ""));
    }
}

/// 老旧小区改造 for 城镇老旧小区改造和社区服务提升 sent the file back, though the indicator beside it is no other task's.
#[test]
fn a_part_of_a_tasks_name_is_known_beside_its_own_indicator() {
    let head = "序号 项目名称 指标 年度目标 累计完成 工作进展";
    for (number, name) in [
        ("2-1", "绿荫工程"),
        ("_", "城市绿阴工程"),
        ("7", "城市绿荫"),
    ] {
        let [green, paths] = [("街头绿地面积", "16 7.5"), ("山城绿道长度", "20 8.5")]
            .map(|(indicator, figures)| format!("{number} {name} {indicator} {figures} {WORDS}"));
        let took = taken(&[("Sheet1", &[head, &green, &paths], "")]);
        assert_eq!(
            (took.0.as_str(), took.1.as_str()),
            ("7.5 8.5", ""),
            "{name}"
        );
    }
    let other = format!("2 托育服务 街头绿地面积 16 7.5 {WORDS}");
    let short = format!("2 工程 山城绿道长度 20 8.5 {WORDS}");
    let took = taken(&[("Sheet1", &[head, &other, &short], "")]);
    assert_eq!((took.0.as_str(), took.1.contains("S006")), ("- -", true));
}

/// Of a name that two tasks have, or of another task than the row's, S006 said that the plan has none such.
#[test]
fn an_indicators_name_beside_the_wrong_task_is_told_as_what_it_is() {
    let desk = Desk::bare();
    desk.write(PLAN, SMALL_PLAN.replace("新增托位", "山城绿道长度"));
    let rows: [&[&str]; 2] = [
        &["", "", "山城绿道长度", "8.5", WORDS],
        &["4", "托育服务", "街头绿地面积", "7.5", WORDS],
    ];
    for (row, of) in rows.into_iter().zip(["第2项、第4项", "第2项"]) {
        let file = table(&desk, "序号 项目名称 指标 累计完成 进展", &[row, row]);
        let said = desk.duban(&format!("check {file} --period 2024-05"));
        said.says([&format!(
            "是{of}的指标，这一行没有写明是哪一项，或者写的是另一项，未采用。"
        )]);
    }
}

/// Of two columns below one merged 完成情况 the first was taken for 累计完成, whatever it said.
#[test]
fn of_columns_below_one_head_the_sum_is_told_by_its_own_words() {
    let merges = "A1:A2 B1:B2 C1:C2 D1:D2 E1:F1 G1:G2";
    for (heads, values, told) in [
        ("5月 1-5月", "7.5 8.5", ""),
        ("当月 自年初累计", "7.5 8.5", ""),
        ("本月数 累计数", "7.5 8.5", ""),
        ("计划 实际", "7.5 8.5", ""),
        ("上月 本年", "7.5 8.5", ""),
        ("城区 全域", "- -", "S003 X001"),
    ] {
        for above in ["完成情况", "2024年完成情况", "截至5月底", "累计完成情况"]
        {
            let head = format!("序号 项目名称 指标 年度目标 {above} _ 工作进展");
            let below = format!("_ _ _ _ {heads}");
            let green = format!("2 城市绿荫工程 街头绿地面积 16 6 7.5 {WORDS}");
            let paths = format!("2 城市绿荫工程 山城绿道长度 20 6 8.5 {WORDS}");
            let found = taken(&[("Sheet1", &[&head, &below, &green, &paths], merges)]);
            let wanted = (values.to_owned(), told.to_owned());
            assert_eq!(found, wanted, "{above}: {heads}");
        }
    }
}

/// 累计完成（1-4月） passed for May's sum: what stands in a head's brackets was not looked at for its month.
#[test]
fn a_month_in_a_heads_brackets_is_the_sums() {
    for (head, codes) in [
        ("累计完成（1-4月）", "F006 X001"),
        ("累计完成（截至4月底）", "F006 X001"),
        ("累计完成（2023年）", "F006 X001"),
        ("累计完成（截至5月31日）", ""),
        ("累计完成（2023年结转）", ""),
    ] {
        let head = format!("序号 项目名称 指标 年度目标 {head} 工作进展");
        let [green, paths] = [GREEN_ROW, PATHS_ROW].map(|row| format!("{row} {WORDS}"));
        let (_, told) = taken(&[("Sheet1", &[&head, &green, &paths], "")]);
        assert_eq!(told, codes, "{head}");
    }
}

/// A second table whose columns stand otherwise was read by the columns of the first: targets for sums.
#[test]
fn a_table_of_other_columns_below_is_not_read_by_the_first_ones() {
    let [green, paths] = [GREEN_ROW, PATHS_ROW].map(|row| format!("{row} {WORDS}"));
    let head = "序号 项目名称 指标 年度目标 累计完成 工作进展";
    for other in [
        "序号 项目名称 指标 累计完成 年度目标 工作进展",
        "序号 项目名称 指标 备用 年度目标 累计完成",
    ] {
        let (values, _) = taken(&[("Sheet1", &[head, &green, "二、区级", other, &paths], "")]);
        assert_eq!(values, "7.5 -", "{other}");
    }
    let (values, codes) = taken(&[("Sheet1", &[head, &green, "二、区级", head, &paths], "")]);
    assert_eq!((values.as_str(), codes.as_str()), ("7.5 8.5", ""));
}

/// A line that numbers the columns below the header was a task that nobody knows (S006).
#[test]
fn a_line_of_the_columns_numbers_belongs_to_the_header() {
    let [green, paths] = [GREEN_ROW, PATHS_ROW].map(|row| format!("{row} {WORDS}"));
    let head = "序号 项目名称 指标 年度目标 累计完成 工作进展";
    for counted in [
        "1 2 3 4 5 6",
        "甲 乙 丙 1 2 3",
        "① ② ③ ④ ⑤ ⑥",
        "A B C D E F",
        "（1） （2） （3） （4） （5）=（4）/（3） （6）",
    ] {
        let (values, codes) = taken(&[("Sheet1", &[head, counted, &green, &paths], "")]);
        assert_eq!(
            (values.as_str(), codes.as_str()),
            ("7.5 8.5", ""),
            "{counted}"
        );
    }
}

/// The last sheet counted although it was another month's or set aside, where the report's own sheet names no month.
#[test]
fn a_sheet_of_another_month_or_set_aside_gives_way() {
    let [green, paths] = [GREEN_ROW, PATHS_ROW].map(|row| format!("{row} {WORDS}"));
    let head = "序号 项目名称 指标 年度目标 累计完成 工作进展";
    let old = green.replace("7.5", "5.5");
    for (own, other) in [
        ("进展情况", "4月"),
        ("进展情况", "上月"),
        ("进展情况", "进展情况（旧）"),
        ("5月", "5月（作废）"),
        ("5", "4"),
    ] {
        let (values, codes) = taken(&[
            (own, &[head, &green, &paths], ""),
            (other, &[head, &old, &paths], ""),
        ]);
        assert_eq!(
            (values.as_str(), codes.as_str()),
            ("7.5 8.5", "S011"),
            "{other}"
        );
    }
    let (values, _) = taken(&[
        ("老旧小区", &[head, &old, &paths], ""),
        ("城市更新", &[head, &green, &paths], ""),
    ]);
    assert_eq!(values, "7.5 8.5");
}
