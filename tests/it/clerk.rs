//! The mistakes that a clerk makes in 任务计划.xlsx and 台账.xlsx: each is told at its cell, in words that say what to do.

use std::fmt::Write as _;

use duban::check::load_plan_file;
use duban::intake::ledger::decide;
use duban::plan::PlanError;

use jiff::civil::date;

use crate::desk::book::{Sheet, book, rows};
use crate::prelude::*;

fn plan() -> Vec<Sheet<'static>> {
    vec![
        (
            "基本信息",
            rows(&[
                "项目|内容",
                "计划编号|shili-2024",
                "计划名称|示例区2024年重点任务（示例数据）",
                "印发单位|示例区办公室",
                "开始日期|2024-01-01",
                "结束日期|2024-12-31",
                "报送截止日|次月5日",
                "首个报送月份|2024年3月",
            ]),
        ),
        (
            "责任单位",
            rows(&[
                "编号|单位名称|其他写法",
                "jsj|建设局|住建局",
                "jyj|教育局|教委",
                "slj|水利局|",
            ]),
        ),
        (
            "任务",
            rows(&[
                "序号|分级|项目名称|责任单位|会同单位|工作任务|完成时限",
                "1|市级|老旧小区改造|建设局|水利局|改造老旧小区12个，改造率40%以上。|",
                "2|市级|学位供给|教育局||新增学位3000个，10月底前建成学校1所。|2024-10-31",
                "3|区级|河道治理|水利局|建设局|整治河道8.5公里，水质达标。|",
            ]),
        ),
        (
            "指标",
            rows(&[
                "任务序号|编号|指标名称|类型|年度目标|计量单位|方向|基期值|序时进度|报送单位|合并方式|应启动月份|完成时限",
                "1|1.1|改造小区数|个数|12|个|||自定||||",
                "1|1.2|改造率|比例|40%|%|||||||",
                "2|2.1|新增学位|个数|3000|个||||教育局2000、建设局1000|||",
                "2|2.2|学校建成|节点|||||||||2024-10-31",
                "3|3.1|整治河道|数量|8.5|公里|||||||",
                "3|3.2|投诉量|水平|5|件|不高于|9|||||",
            ]),
        ),
        (
            "序时进度",
            rows(&["名称|3月|6月|12月", "自定|10%|40%|100%"]),
        ),
        ("数量关系", rows(&["任务序号|关系式"])),
        ("截止日期", rows(&["月份|截止日期", "4月|2024-05-08"])),
        ("规则设置", rows(&["规则|级别", "R015|警告"])),
    ]
}

/// Writes cells, as `指标!E3=很多`.
fn with(mut sheets: Vec<Sheet<'static>>, edits: &str) -> Vec<u8> {
    for edit in edits.split('&') {
        let (place, text) = edit.split_once('=').unwrap();
        let (name, cell) = place.split_once('!').unwrap();
        let column = usize::from(cell.as_bytes()[0] - b'A');
        let row = cell[1..].parse::<usize>().unwrap() - 1;
        let sheet = sheets.iter_mut().find(|(own, _)| *own == name).unwrap();
        while sheet.1.len() <= row {
            sheet.1.push(Vec::new());
        }
        let cells = &mut sheet.1[row];
        cells.resize(cells.len().max(column + 1), String::new());
        text.clone_into(&mut cells[column]);
    }
    book(&sheets)
}

/// What is said of a workbook with these edits: `p` of the plan, `l` of the ledger.
fn found(case: &str) -> Vec<PlanError> {
    let (kind, edits) = case.split_once(' ').unwrap();
    if kind == "p" {
        return load_plan_file("任务计划.xlsx", &with(plan(), edits))
            .1
            .errors;
    }
    let mut own = load_plan_file("任务计划.xlsx", &book(&plan())).0.unwrap();
    let made = with(ledger(), edits);
    decide(&mut own, "台账.xlsx", "任务计划.xlsx", &made)
}

/// One mistake a line that begins with `#`, and below it what is said. `UPDATE=1` writes the answers anew.
const MISTAKES: &str = include_str!("../fixtures/plan/clerk.txt");

#[test]
fn each_mistake_of_a_clerk_is_told_at_its_cell() {
    let mut out = String::new();
    for case in MISTAKES.lines().filter_map(|line| line.strip_prefix("# ")) {
        let found = found(case);
        assert!(!found.is_empty(), "{case}");
        let _ = writeln!(out, "# {case}");
        for error in &found {
            // A head that is missing has no cell.
            let is_placed = error.cell().1.is_some() || error.message.contains("缺少");
            assert!(is_placed, "{case}: {error:?}");
            let help = error.help.as_deref().unwrap_or_default();
            let words = format!("{}{help}", error.message);
            for jargon in ["count", "ratio", "level", "TOML", "toml", "None", "{"] {
                assert!(!words.contains(jargon), "{case}: {words}");
            }
            let _ = writeln!(out, "{}：{}（{help}）", error.place(), error.message);
        }
    }
    assert_on_record("tests/fixtures/plan/clerk.txt", &out);
}

#[test]
fn what_a_clerk_writes_in_another_way_is_taken_for_what_it_means() {
    for case in [
        "p 基本信息!B5=2024年1月",
        "p 任务!A3=二",
        "p 任务!G3=10月底",
        "p 任务!G3=年底前",
        "p 任务!G3=20241031",
        "p 指标!E2=12个小区",
        "p 指标!D1=种类",
        "p 序时进度!C1=6月份末",
        "p 截止日期!A2=4月5日",
        "p 截止日期!B2=5月8日",
        "l 电话核实!A2=6",
        "l 电话核实!D2=改造小区",
        "l 电话核实!H2=7月3号上午",
        "l 电话核实!J2=是&电话核实!E2=胡写",
        "l 任务调整!F2=明年底",
        "p 基本信息!B8=3月",
        // What another city's clerk wrote.
        "p 指标!E6=８．５公里",
        "p 指标!E6=8500米",
        "p 指标!E3=４０％",
        "p 基本信息!B7=次月３日",
        "p 任务!G3=2024年10月31日",
        "p 截止日期!A2=2024-04",
        "p 任务!D1=承办单位",
        "p 任务!D1=负责单位",
        "p 任务!F1=目标要求",
        "p 任务!C1=重点任务",
        "p 截止日期!B2=5月底",
    ] {
        let found = found(case);
        assert!(found.is_empty(), "{case}: {found:?}");
    }
    let made = with(
        plan(),
        "基本信息!B5=2024年1月&基本信息!B6=2024年12月&基本信息!B8=3月",
    );
    let plan = load_plan_file("任务计划.xlsx", &made).0.unwrap();
    assert_eq!(
        (plan.start, plan.end),
        (date(2024, 1, 1), date(2024, 12, 31))
    );
    assert_eq!(plan.first_period, "2024-03".parse().ok());
}

#[test]
fn a_marked_copy_has_every_mistake_in_its_cell_and_its_blank_ids_filled_in() {
    let desk = Desk::bare();
    let wrong = with(plan(), "责任单位!A3=&任务!D4=水务局&指标!B3=&指标!E6=很多");
    desk.write("任务计划.xlsx", &wrong);
    let said = desk.fails("plan check --mark");
    said.says(["标好的表已写入“任务计划（检查结果）.xlsx”", "指标!B3"]);
    assert_eq!(desk.read("任务计划.xlsx"), wrong);
    let marked = "任务计划（检查结果）.xlsx";
    let part = |name: &str| crate::docx::part(&desk.read(marked), name);
    let [departments, indicators] =
        ["xl/worksheets/sheet2.xml", "xl/worksheets/sheet4.xml"].map(part);
    assert!(
        departments.contains("<is><t>教育局</t></is>"),
        "{departments}"
    );
    assert!(indicators.contains("<is><t>1.2</t></is>"), "{indicators}");
    let list = part("xl/worksheets/sheet9.xml");
    for words in [
        "任务计划检查结果",
        "4处错误（红色）",
        "location=\"'任务'!D4\"",
        "已补上“1.2”",
    ] {
        assert!(list.contains(words), "{words}: {list}");
    }
    // The blank ids are there now: two mistakes are left, and the marks of the others go.
    desk.fails(&format!("plan check {marked} --mark"))
        .says(["有 2 处错误", "检查结果）2.xlsx"])
        .hides(["指标!B3"]);
    // The same mistakes again make the same copy.
    desk.fails("plan check --mark").says(["标好的表已在"]);
    let rights = with(plan(), "任务!A4=3");
    desk.write("任务计划.xlsx", rights);
    desk.ok("plan check --mark").says(["没有可以标注的地方"]);
    desk.write("台账.xlsx", with(ledger(), "电话核实!G2="));
    desk.fails("ledger check --mark --format json")
        .hides(["标好"]);
    let comments = crate::docx::part(&desk.read("台账（检查结果）.xlsx"), "xl/comments1.xml");
    assert!(comments.contains("没有填“经办人”"), "{comments}");
}

fn ledger() -> Vec<Sheet<'static>> {
    vec![
        (
            "电话核实",
            rows(&[
                "月份|单位|任务序号|指标|核实值|计量单位|经办人|日期|依据|作废",
                "2024年6月|建设局|1|改造小区数|6|个|督查室|2024-07-03|电话核对（示例数据）|",
            ]),
        ),
        (
            "人工评定",
            rows(&[
                "月份|任务序号|评定状态|理由|经办人|日期|作废",
                "2024年6月|2|达到序时进度|集中登记（示例数据）|督查室||",
            ]),
        ),
        (
            "任务调整",
            rows(&[
                "任务序号|指标|自何月起|新目标|计量单位|新时限|依据|经办人|日期|作废",
                "3|整治河道|2024年7月|9|公里||会议纪要（示例数据）|督查室||",
            ]),
        ),
        (
            "期号文号",
            rows(&[
                "月份|期号|文号|落款日期|签发人",
                "2024年6月|6|示例办〔2024〕6号||",
            ]),
        ),
        (
            "收件登记",
            rows(&[
                "月份|单位|文件|收到日期|方式",
                "2024年6月|建设局|建设局6月.xlsx|2024-07-04|电子",
            ]),
        ),
    ]
}
