//! The plan loader: what it accepts, and how it tells every mistake with its place.

use duban::check::load_plan;
use duban::check::rules::RULES;
use duban::plan::{Combine, Kind, PlanErrors, RuleLevel, Schedule, schema};

use crate::assert_on_record;
use crate::counting::costs_in_proportion;

const GOOD: &str = include_str!("../fixtures/plan/good.toml");
const MANY: &str = include_str!("../fixtures/plan/many_mistakes.toml");

fn mistakes(text: &str) -> PlanErrors {
    match load_plan("plan.toml", text) {
        Ok(_) => panic!("no mistake was found"),
        Err(errors) => errors,
    }
}

/// The good plan with one passage replaced, which must stand in it exactly once.
fn changed(from: &str, to: &str) -> String {
    assert_eq!(GOOD.matches(from).count(), 1, "{from} in the good plan");
    GOOD.replacen(from, to, 1)
}

#[test]
fn every_key_is_read() {
    let plan = load_plan("plan.toml", GOOD).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(
        (
            plan.tasks.len(),
            plan.departments.len(),
            plan.indicators.len(),
            plan.slots.len()
        ),
        (2, 3, 6, 7)
    );
    assert_eq!(plan.short_title, "示例");
    assert_eq!(
        plan.due_date("2024-06".parse().unwrap()).to_string(),
        "2024-07-08"
    );
    assert_eq!(
        plan.due_date("2024-02".parse().unwrap()).to_string(),
        "2024-02-29"
    );
    assert_eq!(plan.checks.severity.get("R015"), Some(&RuleLevel::Error));
    assert_eq!(
        (plan.limits.file_bytes, plan.limits.cells, plan.limits.rows),
        (10 << 20, 1000, 200_000)
    );
    assert_eq!(plan.grading.unstarted_months, 2);
    let task = &plan.tasks[0];
    assert_eq!(
        (task.with.as_slice(), task.with_others.as_slice()),
        ([1, 2].as_slice(), ["镇街".to_owned()].as_slice())
    );
    let shared = &plan.indicators[plan.indicator("1.1").unwrap()];
    assert_eq!(
        shared
            .slots
            .clone()
            .map(|s| plan.slots[s].target)
            .collect::<Vec<_>>(),
        [Some(12.0), Some(8.0)]
    );
    let own = &plan.indicators[plan.indicator("1.2").unwrap()];
    assert_eq!(plan.slots[own.slots.start].target, None);
    assert_eq!(
        plan.slot_target(own.slots.start, "2024-06".parse().unwrap()),
        Some(5.0)
    );
    assert_eq!(
        plan.slot_target(own.slots.start, "2024-07".parse().unwrap()),
        Some(4.0)
    );
    assert!(own.off.contains("R007"));
    assert!(matches!(&own.schedule, Schedule::Points(points) if points.len() == 2));
    let milestone = &plan.indicators[plan.indicator("2.2").unwrap()];
    assert_eq!(
        (milestone.kind, &milestone.schedule, milestone.combine),
        (Kind::Milestone, &Schedule::AtDeadline, Combine::Sum)
    );
    assert_eq!(
        (
            plan.overrides.len(),
            plan.confirms.len(),
            plan.adjusts.len()
        ),
        (1, 1, 1)
    );
    assert_eq!(plan.briefing.copies, Some(20));
    assert_eq!(plan.tasks_of(plan.department("b").unwrap()), [0, 1]);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    let windows = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    assert!(load_plan("plan.toml", &windows).is_ok());
    let errors = mistakes(&format!("\u{feff}{}", MANY.replace('\n', "\r\n")));
    assert_eq!(errors.to_string(), mistakes(MANY).to_string());
}

#[test]
fn all_mistakes_are_shown_at_once_with_their_lines() {
    let shown = format!("{}\n", mistakes(MANY));
    assert_on_record("tests/fixtures/plan/many_mistakes.txt", &shown);
}

#[test]
fn the_marker_stands_under_wide_characters() {
    let errors = mistakes(&changed(
        "aliases = [\"乙所\"]",
        "aliases = [\"乙所\", \"区甲局\"]",
    ));
    assert_eq!(errors.errors[0].line(), Some((45, 18)));
    let shown = errors.to_string();
    let lines: Vec<&str> = shown.lines().collect();
    let line = lines.iter().position(|l| l.contains("aliases")).unwrap();
    assert_eq!(lines[line], " 45 | aliases = [\"乙所\", \"区甲局\"]");
    // Seventeen characters stand before the place and two of them are wide; three of the five marked are.
    assert_eq!(lines[line + 1], format!("    | {}^^^^^^^^", " ".repeat(19)));
}

/// What is replaced in the good plan, by what, and what the message near it holds; ⏎ is a line break.
const MISTAKES: &str = r#"
short_title = "示例" ⇒ short_title = "a/b" ⇒ 文件名
id = "sample" ⇒ id = "示例" ⇒ 英文字母
end = 2024-12-31 ⇒ end = 2023-12-31 ⇒ 应晚于开始日期
end = 2024-12-31 ⇒ end = 2024-02-30 ⇒ 日期写法不对
due_day = 31 ⇒ due_day = 0 ⇒ 1～31
due_day = 31 ⇒ due_day = 5.5 ⇒ 1～31 的整数，这里是小数 5.5
due_month = "same" ⇒ due_month = "later" ⇒ "next"、"same"
"2024-06" = 2024-07-08 ⇒ "2025-06" = 2025-07-08 ⇒ 不在计划的起止日期
"2024-06" = 2024-07-08 ⇒ "2024-06" = 2024-05-08 ⇒ 早于该月
first_period = "2024-01" ⇒ first_period = "2024-1" ⇒ 月份
tolerance = 5 ⇒ tolerance = 50 ⇒ 应大于滞后的界限
severity = { R015 = "error" } ⇒ severity = { F011 = "note" } ⇒ F011 不能降级
severity = { R015 = "error" } ⇒ severity = { C019 = "off" } ⇒ C019 不能降级
severity = { R015 = "error" } ⇒ severity = { R021 = "off" } ⇒ 没有规则“R021”
file_mib = 10 ⇒ file_mib = 0 ⇒ 1～1048576
file_mib = 10 ⇒ part_mib = 600 ⇒ 不能大于全部的上限
aliases = ["乙所"] ⇒ aliases = ["甲 局"] ⇒ “甲 局”已是“甲局”（a）的名称或别名
id = "c" ⇒ id = "con" ⇒ 保留名
id = "c" ⇒ id = "b" ⇒ “b”重复
name = "丙局" ⇒ name = "丙|局" ⇒ 文件名
no = 2 ⇒ no = 1 ⇒ 序号 1 重复
name = "第二项" ⇒ name = "第一项" ⇒ “第一项”重复
lead = "b" ⇒ lead = "乙局" ⇒ 没有编号为“乙局”的责任单位
deadline = 2024-11-30 ⇒ deadline = 2042-11-30 ⇒ 不在计划的起止日期
with = ["b", "丙局", "镇街"] ⇒ with = ["bb"] ⇒ 没有编号为“bb”
with = ["b", "丙局", "镇街"] ⇒ with = "b" ⇒ 应为列表
id = "1.2" ⇒ id = "1.02" ⇒ 应为 1.1、1.2
id = "1.2" ⇒ id = "1.1" ⇒ “1.1”重复
aliases = ["长度"] ⇒ aliases = ["指标一"] ⇒ 另一指标的名称或别名
kind = "ratio" ⇒ kind = "amount" ⇒ "count"
unit = "公里" ⇒ unit = "2024年" ⇒ 不认识计量单位
unit = "公里" ⇒ unit = "%" ⇒ 应为 ratio
target = 20 ⇒ target = 20.5 ⇒ 应为整数
target = 20 ⇒ target = -1 ⇒ 不能为负数
target = 20 ⇒ target = 0 ⇒ 应大于 0
target = 20 ⇒ target = inf ⇒ 不能使用
target = 20 ⇒ target = 21 ⇒ 之和为 20，与年度目标 21 不等
weight = 2.0 ⇒ weight = -1 ⇒ 大于 0
weight = 2.0 ⇒ direction = "at_most" ⇒ 只用于 level 和 ratio
weight = 2.0 ⇒ baseline = 1 ⇒ 只用于 level 和 ratio
off = ["R007"] ⇒ off = ["C001"] ⇒ C001 不能停用
off = ["R007"] ⇒ off = ["R7"] ⇒ 没有规则“R7”
{ "2024-06" = 0.5, "2024-11" = 1.0 } ⇒ { "2024-06" = 50 } ⇒ 0～1 的比例
{ "2024-06" = 0.5, "2024-11" = 1.0 } ⇒ { "2024-06" = 0.5 } ⇒ 最后一个月份
{ "2024-06" = 0.5, "2024-11" = 1.0 } ⇒ { "2024-06" = 0.5, "2024-07" = 0.4, "2024-11" = 1 } ⇒ 不能逐月下降
{ "2024-06" = 0.5, "2024-11" = 1.0 } ⇒ { "2024-12" = 1.0 } ⇒ 不在计划开始日期至完成时限
{ "2024-06" = 0.5, "2024-11" = 1.0 } ⇒ "fast" ⇒ "linear"、"works"
{ department = "c", target = 8 } ⇒ { department = "b", target = 8 } ⇒ “b”在本指标中重复
{ department = "c", target = 8 } ⇒ { department = "d", target = 8 } ⇒ 没有编号为“d”
{ department = "c", target = 8 } ⇒ { department = "c" } ⇒ 要写明该单位承担的目标
expr = "1.2 + 1.4 = 1.3" ⇒ expr = "1.2 + 1.4" ⇒ 一个等号
expr = "1.2 + 1.4 = 1.3" ⇒ expr = "1.2 + 1.9 = 1.3" ⇒ “1.9”不是本计划的指标编号
expr = "1.2 + 1.4 = 1.3" ⇒ expr = "1.2 + 2.1 = 1.3" ⇒ 不属于本任务
expr = "1.2 + 1.4 = 1.3" ⇒ expr = "1.2 + 1.1 = 1.3" ⇒ 不能换算成
expr = "1.2 + 1.4 = 1.3" ⇒ expr = "1.2 + 1.2 = 1.3" ⇒ 重复
expr = "1.2 + 1.4 = 1.3" ⇒ expr = "1.2 +  = 1.3" ⇒ 缺少一项
target = 90 ⇒ target = 0.9e3 ⇒ 不超过 100
unit = "%" ⇒ unit = "个" ⇒ 单位应为 %
baseline = 80 ⇒ baseline = 95 ⇒ 应低于目标
start_by = "2024-03" ⇒ target = 1 ⇒ 没有数字目标
start_by = "2024-03" ⇒ unit = "个" ⇒ 没有计量单位
start_by = "2024-03" ⇒ deadline = 2025-03-31 ⇒ 不在计划开始日期至任务完成时限
start_by = "2024-03" ⇒ start_by = "2023-03" ⇒ 不在计划的起止日期
task = 2 ⇒ task = 9 ⇒ 没有序号为 9 的任务
grade = "达序时" ⇒ grade = "滞后了" ⇒ 没有“滞后了”这种状态
reason = "数据月底统一录入" ⇒ reason = " " ⇒ 不能为空
department = "b"⏎indicator = "2.1" ⇒ department = "c"⏎indicator = "2.1" ⇒ “c”不报送指标 2.1
value = 85 ⇒ value = 850 ⇒ 不超过 100
indicator = "1.2"⏎from = "2024-07" ⇒ indicator = "1.20"⏎from = "2024-07" ⇒ 没有编号为“1.20”的指标
target = 4⏎basis ⇒ basis ⇒ 调整后的目标（target）或完成时限（deadline）
copies = 20 ⇒ copies = 0 ⇒ 1～1000000
copies = 20 ⇒ signer = 20 ⇒ 要加英文双引号
[briefing] ⇒ [breifing] ⇒ 没有“breifing”这个键
"#;

#[test]
fn each_mistake_is_reported_at_its_place() {
    let mut failed = Vec::new();
    for line in MISTAKES.trim().lines() {
        let line = line.replace('⏎', "\n");
        let [from, to, expected] = line.split(" ⇒ ").collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let text = changed(from, to);
        let errors = mistakes(&text);
        let first = 1 + GOOD[..GOOD.find(from).unwrap()].matches('\n').count();
        let shown = errors.to_string();
        let found = errors.errors.iter().any(|e| {
            let (line, column) = e.line().unwrap();
            let near = line >= first.saturating_sub(8) && line <= first + 8 && column >= 1;
            near && (e.message.contains(expected)
                || e.help.as_ref().is_some_and(|h| h.contains(expected)))
        });
        if !found || errors.errors.len() > 3 {
            failed.push(format!("{from} → {to}: expected “{expected}” near line {first} and at most two that follow from it, got\n{shown}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn a_level_of_several_reporters_must_say_how_it_is_combined() {
    let reporters = "reporters = [ { department = \"b\" }, { department = \"c\" } ]";
    let text = changed("baseline = 80", reporters);
    assert!(mistakes(&text).to_string().contains("combine"));
    let plan = load_plan(
        "plan.toml",
        &changed("baseline = 80", &format!("combine = \"mean\"\n{reporters}")).replace(
            "department = \"b\"\nindicator = \"2.1\"",
            "department = \"c\"\nindicator = \"2.1\"",
        ),
    )
    .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(
        plan.indicators[plan.indicator("2.1").unwrap()].combine,
        Combine::Mean
    );
}

#[test]
fn text_that_is_no_toml_is_reported_in_chinese() {
    let table = [
        ("[plan]\nid = “x”\n", 2, 6, "全角符号 “ 应改为英文半角 \""),
        (
            "[plan]\nid ＝ \"x\"\n",
            2,
            4,
            "全角符号 ＝ 应改为英文半角 =",
        ),
        ("[plan]\nid = x\n", 2, 6, "双引号"),
        ("[plan]\nid = \"x\"\nid = \"y\"\n", 3, 1, "写了两次"),
        ("[plan\nid = \"x\"\n", 1, 6, "方括号"),
        ("[plan]\nid \"x\"\n", 2, 4, "= 值"),
        ("[plan]\nid = \"x\n", 2, 8, "引号没有配对"),
    ];
    for (text, line, column, expected) in table {
        let errors = mistakes(text);
        let first = &errors.errors[0];
        assert_eq!(first.line(), Some((line, column)), "{errors}");
        assert!(first.message.contains(expected), "{errors}");
    }
}

#[test]
fn hostile_texts_are_refused_and_do_not_panic() {
    let deep = format!("a = {}{}", "[".repeat(5000), "]".repeat(5000));
    let long = format!("[plan]\nid = \"{}\n", "字".repeat(100_000));
    for text in [
        "",
        "\u{feff}",
        "\0",
        "plan = 1",
        "task = [[1]]",
        "[[task]]\nno = 99999999999999999999999",
        "[plan]\nstart = 0001-01-01\nend = 9999-12-31",
        &deep,
        &long,
    ] {
        let shown = mistakes(text).to_string();
        assert!(shown.starts_with("plan.toml 有 "), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() < 400));
    }
}

/// What a clerk writes in place of a line of the good plan, and the line that is asked for instead: once it was quotation
/// marks for the bare text and no quotation marks for the quoted one.
const WRITINGS: &str = r#"
target = 20 ⇒ target = 12万平方米 ⇒ target = 12，计量单位另写一行 unit = "万平方米"
target = 20 ⇒ target = "12万平方米" ⇒ target = 12，计量单位另写一行 unit = "万平方米"
target = 20 ⇒ target = 约12个 ⇒ target = 12，计量单位另写一行 unit = "个"
target = 20 ⇒ target = １２ ⇒ target = 12，数字不加引号
target = 20 ⇒ target = "１，200" ⇒ target = 1200，数字不加引号
target = 20 ⇒ target = 二十 ⇒ target = 20，数字不加引号
target = 90 ⇒ target = 60% ⇒ target = 60，计量单位另写一行 unit = "%"
target = 90 ⇒ target = "60％" ⇒ target = 60，计量单位另写一行 unit = "%"
baseline = 80 ⇒ baseline = 42% ⇒ baseline = 42，只写数字
due_day = 31 ⇒ due_day = 3日 ⇒ due_day = 3，只写数字
due_day = 31 ⇒ due_day = "次月3日" ⇒ due_day = 3，只写数字
deadline = 2024-11-30 ⇒ deadline = 2024年11月30日 ⇒ deadline = 2024-11-30
deadline = 2024-11-30 ⇒ deadline = "2024年11月30日" ⇒ deadline = 2024-11-30
deadline = 2024-11-30 ⇒ deadline = "2024-11-30" ⇒ deadline = 2024-11-30
deadline = 2024-11-30 ⇒ deadline = 2024/11/30 ⇒ deadline = 2024-11-30
deadline = 2024-11-30 ⇒ deadline = 2024-11 ⇒ deadline = 2024-11-30
start_by = "2024-03" ⇒ start_by = 2024-03 ⇒ start_by = "2024-03"
start_by = "2024-03" ⇒ start_by = 2024-03-15 ⇒ start_by = "2024-03"
start_by = "2024-03" ⇒ start_by = "2024年3月" ⇒ start_by = "2024-03"
first_period = "2024-01" ⇒ first_period = 2024年1月 ⇒ first_period = "2024-01"
{ "2024-06" = 0.5, "2024-11" = 1.0 } ⇒ { "2024-06" = 50%, "2024-11" = 1.0 } ⇒ "2024-06" = 0.5
{ department = "c", target = 8 } ⇒ { department = "c", target = 8个 } ⇒ target = 8，
"2024-06" = 2024-07-08 ⇒ "2024-06" = 2024年7月8日 ⇒ "2024-06" = 2024-07-08
name = "丙局" ⇒ name = 丙局 ⇒ name = "丙局"
target = 20 ⇒ 年度目标 = 20 ⇒ 是不是“target”？
target = 20 ⇒ "目标" = 20 ⇒ 是不是“target”？
target = 20 ⇒ targt = 20 ⇒ 是不是“target”？
"#;

#[test]
fn a_value_as_a_clerk_writes_it_is_told_as_the_line_it_should_be() {
    let mut failed = Vec::new();
    for line in WRITINGS.trim().lines() {
        let [from, to, expected] = line.split(" ⇒ ").collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let shown = mistakes(&changed(from, to)).to_string();
        if !shown.lines().any(|line| {
            line.split_once("= ")
                .is_some_and(|(_, help)| help.contains(expected))
        }) || shown.contains("引号里")
        {
            failed.push(format!("{to}: {shown}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// It was called no valid text, with nothing to do about it.
#[cfg(feature = "desktop")]
#[test]
fn a_plan_saved_as_ansi_is_told_how_to_save_it() {
    let desk = crate::desk::Desk::bare();
    desk.write("plan.toml", &*encoding_rs::GBK.encode(GOOD).0);
    desk.fails("plan check plan.toml")
        .says(["不是 UTF-8", "另存为", "编码选 UTF-8"]);
}

/// It said 没有问题 with nine marks left.
#[cfg(feature = "desktop")]
#[test]
fn marks_that_are_left_are_counted_and_shown() {
    let desk = crate::desk::Desk::bare();
    desk.write("plan.toml", GOOD);
    desk.ok("plan check plan.toml").says(["没有问题"]);
    let marked = GOOD.replacen("due_day = 31", "due_day = 31 # 待核：通知未写", 1);
    desk.write("plan.toml", &marked);
    let line = 1 + marked[..marked.find("待核").unwrap()].matches('\n').count();
    let said = desk.ok("plan check plan.toml");
    said.says([
        "还有 1 处待核",
        &format!("第 {line} 行（due_day）：通知未写"),
    ]);
}

/// Forms are read without brackets and punctuation, so of two such names the second's files went to the first.
#[test]
fn names_that_forms_cannot_tell_apart_are_mistakes() {
    for (from, to, line, message) in [
        (
            "name = \"丙局\"",
            "name = \"甲局（东区）\"",
            "name = \"甲局（东区）\"",
            "“甲局（东区）”与“甲局”只有括号或标点不同",
        ),
        (
            "aliases = [\"乙所\"]",
            "aliases = [\"乙所\", \"区·甲局\"]",
            "aliases = [\"乙所\", \"区·甲局\"]",
            "“区·甲局”与“区甲局”只有括号或标点不同",
        ),
        (
            "name = \"第二项\"",
            "name = \"“第一项”（区级）\"",
            "name = \"“第一项”（区级）\"",
            "““第一项”（区级）”与“第一项”只有括号或标点不同",
        ),
        (
            "aliases = [\"长度\"]",
            "aliases = [\"指标一（累计）\"]",
            "aliases = [\"指标一（累计）\"]",
            "“指标一（累计）”与“指标一”只有括号或标点不同",
        ),
        (
            "name = \"丙局\"",
            "name = \"——\"",
            "name = \"——\"",
            "单位名称不能为空，也不能只有标点",
        ),
    ] {
        let text = changed(from, to);
        let errors = mistakes(&text);
        let number = text.lines().position(|l| l == line).unwrap() + 1;
        assert!(
            errors
                .errors
                .iter()
                .any(|e| e.line().is_some_and(|(line, _)| line == number)
                    && e.message.contains(message)),
            "{to}: {errors}"
        );
    }
    // Words of a bracket still tell bodies outside the plan from its departments.
    let plan = load_plan("plan.toml", &changed("\"镇街\"", "\"甲局（各站所）\"")).unwrap();
    assert_eq!(plan.tasks[0].with_others, ["甲局（各站所）"]);
}

#[test]
fn the_shipped_schema_is_the_loaders() {
    let text = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    assert_on_record("docs/plan.schema.json", &text);
}

#[test]
fn a_plan_may_name_every_code_of_the_catalogue() {
    for code in RULES.iter().map(|rule| rule.code) {
        let text = changed(
            "severity = { R015 = \"error\" }",
            &format!("severity = {{ {code} = \"error\" }}"),
        );
        assert!(load_plan("plan.toml", &text).is_ok(), "{code}");
    }
}

/// Each slip once cost a walk from the file's beginning, and a look at its whole line.
#[test]
fn a_file_of_nothing_but_slips_is_refused_in_linear_time() {
    let shapes: [fn(usize) -> String; 3] = [
        |n| "a = [1 1\n".repeat(n / 3),
        |n| format!("a = [{}", "1 ＝ ".repeat(n)),
        |n| "=\n".repeat(n),
    ];
    for shape in shapes {
        costs_in_proportion("slips", &[50_000, 100_000].map(shape), |text| {
            assert!(!mistakes(text).errors.is_empty());
        });
    }
}

/// Its departments report two indicators each.
fn large(departments: usize) -> String {
    use std::fmt::Write as _;
    let mut text = String::from(
        "[plan]\nid = \"large\"\ntitle = \"规模\"\nissuer = \"办公室\"\nstart = 2024-01-01\nend = 2024-12-31\ndue_day = 5\n",
    );
    for n in 0..departments {
        write!(
            text,
            "[[department]]\nid = \"d{n:05}\"\nname = \"第{n}街道办事处\"\n"
        )
        .unwrap();
    }
    text.push_str(
        "[[task]]\nno = 1\ntier = \"市级\"\nname = \"任务\"\ntext = \"任务\"\nlead = \"d00000\"\n",
    );
    for i in 1..=2 {
        write!(
            text,
            "[[task.indicator]]\nid = \"1.{i}\"\nname = \"指标{i}\"\nkind = \"count\"\ntarget = {}\nunit = \"个\"\nreporters = [\n",
            departments * 3
        )
        .unwrap();
        for n in 0..departments {
            writeln!(text, "  {{ department = \"d{n:05}\", target = 3 }},").unwrap();
        }
        text.push_str("]\n");
    }
    text
}

#[test]
fn thousands_of_departments_load_in_linear_time() {
    costs_in_proportion("departments", &[5_000, 10_000], |&departments| {
        let text = large(departments);
        let plan = load_plan("plan.toml", &text).unwrap_or_else(|errors| panic!("{errors}"));
        let slots = plan.slots.len();
        assert_eq!(
            (plan.departments.len(), slots),
            (departments, 2 * departments)
        );
        let last = departments - 1;
        assert_eq!(plan.slots_of(last), [last, last + departments]);
        // Every reporter unknown, in one line: still reported one by one.
        let wrong = text
            .replace("department = \"d", "department = \"e")
            .replace("},\n", "}, ");
        let errors = mistakes(&wrong).errors;
        let unknown = errors.iter().filter(|e| e.message.contains("没有编号为“e"));
        assert_eq!(unknown.count(), 2 * departments);
    });
}
