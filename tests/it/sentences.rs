//! What the briefing says of plans that are unlike the shipped one: other work, one department, sixty, a month of nothing or of
//! everything; and that every figure follows from records.csv.

use std::fmt::Write as _;

use rust_xlsxwriter::Workbook;

use crate::desk::Month;
use crate::prelude::*;

/// An indicator: kind with its keys, e.g. `count 30 处` or `ratio 95 % weight = 2.0`.
type Work<'a> = (&'a str, &'a str);
/// A task: department, tier, name, indicators.
type Task<'a> = (usize, &'a str, String, Vec<Work<'a>>);

/// A plan of 2025 in another city.
fn plan(departments: usize, extra: &str, tasks: &[Task]) -> String {
    let mut out = "[plan]\nid = \"yl\"\ntitle = \"云岭市2025年重点工作\"\nshort_title = \"重点工作\"\nissuer = \"云岭市政府督查室\"\n\
                   start = 2025-01-01\nend = 2025-12-31\ndue_day = 5\n"
        .to_owned();
    out += extra;
    for n in 1..=departments {
        let _ = write!(
            out,
            "\n[[department]]\nid = \"d{n}\"\nname = \"{}\"\n",
            department(n)
        );
    }
    for (no, (lead, tier, name, indicators)) in (1..).zip(tasks) {
        let _ = write!(
            out,
            "\n[[task]]\nno = {no}\ntier = \"{tier}\"\nname = \"{name}\"\ntext = \"{name}。\"\nlead = \"d{lead}\"\n"
        );
        for (n, (name, kind)) in (1..).zip(indicators) {
            let mut words = kind.splitn(4, ' ');
            let mut word = || words.next().unwrap_or_default();
            let (kind, target, unit, more) = (word(), word(), word(), word());
            let _ = write!(
                out,
                "\n[[task.indicator]]\nid = \"{no}.{n}\"\nname = \"{name}\"\nkind = \"{kind}\"\n"
            );
            if !target.is_empty() {
                let _ = write!(out, "target = {target}\nunit = \"{unit}\"\n");
            }
            let _ = writeln!(out, "{}", more.replace(';', "\n"));
        }
    }
    out
}

fn department(n: usize) -> String {
    format!("第{n}局")
}

/// A row of a form: task, indicator, 累计 or 状态, 完成时间, 预计完成时间.
type Row = [String; 5];

fn row(task: &str, indicator: &str, value: &str) -> Row {
    [task, indicator, value, "", ""].map(str::to_owned)
}

fn done(task: &str, indicator: &str, day: &str) -> Row {
    [task, indicator, "已完成", day, ""].map(str::to_owned)
}

fn form(month: u8, department: &str, rows: &[Row]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let heads = [
        "序号",
        "项目名称",
        "指标",
        "累计完成",
        "状态",
        "完成时间",
        "预计完成时间",
        "工作进展",
        "存在问题",
        "下一步措施",
    ];
    sheet
        .write(0, 0, "云岭市2025年重点工作进展情况报送表")
        .unwrap();
    sheet
        .write(1, 0, format!("填报单位：{department}"))
        .unwrap();
    sheet
        .write(1, 4, format!("填报期：2025年{month}月"))
        .unwrap();
    for (col, head) in (0u16..).zip(heads) {
        sheet.write(2, col, head).unwrap();
    }
    for (at, [task, indicator, value, day, expected]) in (3u32..).zip(rows) {
        sheet.write(at, 0, at - 2).unwrap();
        sheet.write(at, 1, task).unwrap();
        sheet.write(at, 2, indicator).unwrap();
        match value.parse::<f64>() {
            Ok(number) => sheet.write(at, 3, number).unwrap(),
            Err(_) => sheet.write(at, 4, value).unwrap(),
        };
        sheet.write(at, 5, day).unwrap();
        sheet.write(at, 6, expected).unwrap();
        let words =
            format!("{month}月组织现场推进会，{indicator}的各项工作已按方案实施到第{month}阶段。");
        sheet.write(at, 7, words).unwrap();
        sheet.write(at, 8, "部分点位协调时间较长。").unwrap();
        sheet.write(at, 9, "每周调度，下月底前完成协调。").unwrap();
    }
    book.save_to_buffer().unwrap()
}

/// A desk with a plan and what each department sent in each month.
fn desk(plan: &str, sent: &[(u8, usize, Vec<Row>)]) -> Desk {
    let desk = Desk::bare();
    desk.write("plan.toml", plan);
    for (month, n, rows) in sent {
        let department = department(*n);
        desk.write(
            &format!("inbox/2025-{month:02}/{department}2025年{month}月报送表.xlsx"),
            form(*month, &department, rows),
        );
    }
    desk
}

/// The briefing's text outside its tables, a paragraph a line, with what is true of every briefing asserted.
fn briefing(desk: &Desk, month: u8) -> String {
    desk.make_folder(&format!("inbox/2025-{month:02}"));
    let ran = desk.duban(&format!("run --period 2025-{month:02} --plan plan.toml"));
    let period = desk.month(&format!("2025-{month:02}"));
    assert!(period.folder.is_dir(), "{ran}");
    recompute(&period, None);
    let document = Document::of(&desk_read(&period));
    let text = document.paragraphs.join("\n");
    let cells = document.tables.iter().flatten().flatten();
    let all = cells.fold(text.replace("附件", ""), |all, cell| all + "\n" + cell);
    for bad in [
        "件",
        "实事",
        "高新区",
        "2024",
        "。。",
        "，。",
        "；。",
        "，，",
        "、。",
        "（）",
        "1项均",
        "NaN",
        "inf",
        "None",
        "{",
        "“”",
    ] {
        assert!(!all.contains(bad), "{bad} is in:\n{all}");
    }
    let decimals = all.split(|c: char| !c.is_ascii_digit() && c != '.');
    let raw = decimals.filter(|n| n.split_once('.').is_some_and(|(_, d)| d.len() > 2));
    assert_eq!(raw.collect::<Vec<_>>(), [""; 0], "{all}");
    text
}

fn desk_read(month: &Month) -> Vec<u8> {
    fs::read(month.report("简报")).unwrap()
}

/// What a text says, in order, and what it does not say.
#[track_caller]
fn check(text: &str, says: &[&str], hides: &[&str]) {
    let mut rest = text;
    for words in says {
        let at = rest.find(words);
        rest = &rest
            [at.unwrap_or_else(|| panic!("“{words}” is not (here) in:\n{text}")) + words.len()..];
    }
    for words in hides {
        assert!(!text.contains(words), "“{words}” is in:\n{text}");
    }
}

/// To one decimal, half up.
fn tenth(value: f64) -> f64 {
    (value * 10.0 + 1e-7).round() / 10.0
}

/// Grades, gaps and means again from records.csv alone: printed rate and schedule differ by the gap that graded. `weights`: of
/// indicators, where they are not 1.
fn recompute(month: &Month, weights: Option<&BTreeMap<String, f64>>) {
    let figures = month.figures();
    let mut means: BTreeMap<String, (f64, f64, f64)> = BTreeMap::new();
    let mut reporters: BTreeMap<String, usize> = BTreeMap::new();
    let records = month.records();
    for record in &records {
        *reporters.entry(record["indicator"].clone()).or_default() += 1;
    }
    for record in &records {
        let number = |field: &str| record[field].parse::<f64>().ok();
        let (Some(value), Some(target), Some(rate), Some(schedule)) = (
            number("value"),
            number("target"),
            number("rate"),
            number("schedule"),
        ) else {
            continue;
        };
        let id = &record["indicator"];
        assert!((rate - value / target * 100.0).abs() < 1e-6, "{record:?}");
        if record["kind"] == "count" {
            let expected = schedule / 100.0 * target;
            assert!((expected - expected.round()).abs() < 1e-6, "{record:?}");
        }
        let gap = tenth(tenth(schedule) - tenth(rate));
        let fits = match record["grade"].as_str() {
            "达到序时进度" => gap <= 5.0 && gap > -10.0,
            "超序时进度" => gap <= -10.0,
            "滞后" => gap > 5.0 && gap <= 30.0,
            "严重滞后" => gap > 30.0 || value == 0.0,
            "未启动" => gap <= 5.0 && value == 0.0,
            _ => true,
        };
        assert!(fits, "{gap}: {record:?}");
        if reporters[id] > 1 {
            continue;
        }
        for (part, shown) in [
            ("rate", tenth(rate)),
            ("schedule", tenth(schedule)),
            ("gap", gap),
        ] {
            let (figure, _) = figures[&format!("indicator.{id}.{part}")];
            assert!(
                (figure - shown).abs() < 1e-9,
                "{id} {part}: {figure}, not {shown}"
            );
        }
        let weight = weights.and_then(|w| w.get(id)).copied().unwrap_or(1.0);
        let mean = means.entry(record["task"].clone()).or_default();
        mean.0 += weight;
        mean.1 += weight * rate.min(100.0);
        mean.2 += weight * schedule;
    }
    for (no, (weight, rate, schedule)) in means {
        // A task of which too much is unknown has no rate.
        let Some((shown, _)) = figures.get(&format!("task.{no}.rate")) else {
            continue;
        };
        let several = records
            .iter()
            .any(|r| r["task"] == no && reporters[&r["indicator"]] > 1);
        if several {
            continue;
        }
        let (rate, schedule) = (tenth(rate / weight), tenth(schedule / weight));
        assert!(
            (shown - rate).abs() < 1e-9,
            "task {no}: {shown}, not {rate}"
        );
        for (part, expected) in [("schedule", schedule), ("gap", tenth(schedule - rate))] {
            let (shown, _) = figures[&format!("task.{no}.{part}")];
            assert!(
                (shown - expected).abs() < 1e-9,
                "task {no} {part}: {shown}, not {expected}"
            );
        }
    }
}

#[test]
fn every_figure_of_the_sample_follows_from_its_records() {
    let weights = duban::check::load_plan("plan.toml", include_str!("../../seeds/2024/plan.toml"))
        .unwrap()
        .indicators
        .iter()
        .map(|i| (i.id.clone(), i.weight))
        .collect();
    for month in sample_year().values() {
        recompute(month, Some(&weights));
    }
}

#[test]
fn one_department_with_one_task() {
    let bridge = "危桥改造";
    let plan = plan(
        1,
        "",
        &[(
            1,
            "基础设施",
            bridge.to_owned(),
            vec![("完成改造", "count 30 座")],
        )],
    );
    let rows = |n: &str| vec![row(bridge, "完成改造", n)];
    let desk = desk(&plan, &[(3, 1, rows("7")), (4, 1, rows("8"))]);
    check(
        &briefing(&desk, 3),
        &[
            "截至3月底，1项重点工作达到序时进度。",
            "量化任务完成率23.3%，序时进度23.3%。",
            "没有上月数据，暂不作环比分析。",
            "本期应报送单位1个，已报送",
        ],
        // The mean of one is its own.
        &["均已", "从分级看", "涉及", "平均"],
    );
    let book = desk.month("2025-03").report("汇总表");
    let list: String = crate::truth::task_rows(&book).collect();
    assert!(!list.contains("平均"), "{list}");
    check(
        &briefing(&desk, 4),
        &[
            "截至4月底，1项重点工作滞后。",
            "危桥改造（责任单位：第1局）",
            "占年度目标的26.7%，低于序时进度6.6个百分点，滞后。",
        ],
        &["均已", "均在"],
    );
}

/// Sixty departments: counts, a mean of three, early warnings, some that did not report.
#[test]
fn sixty_departments() {
    let targets: Vec<String> = (1..=60)
        .map(|n| format!("count {} 处", 7 + n * 13 % 50))
        .collect();
    let tiers = ["产业发展", "城市建设", "民生保障"];
    let mut tasks: Vec<Task> = Vec::new();
    for n in 1..=60 {
        let tier = tiers[(n - 1) / 25];
        tasks.push((
            n,
            tier,
            format!("第{n}片区“提质”改造"),
            vec![("完成改造", &targets[n - 1])],
        ));
    }
    let means = "ratio 95 % combine = \"mean\";reporters = [ { department = \"d1\", target = 95 }, { department = \"d2\", target = 95 }, { department = \"d3\", target = 95 } ]";
    tasks.push((
        1,
        "社会评价",
        "群众满意度提升".to_owned(),
        vec![("群众满意度", means)],
    ));
    let plan = plan(60, "", &tasks);
    let mut sent = Vec::new();
    for month in [4u8, 5] {
        for n in 1..=60usize {
            if n % 20 == 0 && month == 5 {
                continue;
            }
            let target = (7 + n * 13 % 50) as f64;
            let share = f64::from(month) / 12.0 + ((n % 9) as f64 - 4.0) * 0.06;
            let mut own = row(
                &tasks[n - 1].2,
                "完成改造",
                &(target * share).floor().max(0.0).to_string(),
            );
            if month == 5 && n % 4 == 0 {
                own[4] = "2026-03-31".to_owned();
            }
            let mut rows = vec![own];
            if n <= 3 {
                let value = 90.0 - (n * usize::from(month)) as f64 / 3.0;
                rows.push(row("群众满意度提升", "群众满意度", &format!("{value:.1}")));
            }
            sent.push((month, n, rows));
        }
    }
    let desk = desk(&plan, &sent);
    let _ = briefing(&desk, 4);
    let text = briefing(&desk, 5);
    check(
        &text,
        &[
            "截至5月底，61项重点工作",
            "社会评价1项未达标。",
            "本期应报送单位60个，未报3个",
            "预警提示：",
            "预计完成时间推迟或超期，见汇总表。",
            "未报的有第20局、第40局、第60局",
            "达标方面，第1局群众满意度86.67%（目标95%），差8.33个百分点，较上月下降",
        ],
        &["第61—61", "各类项目数持平"],
    );
    let warned = text.lines().find(|l| l.starts_with("预警提示")).unwrap();
    assert!(warned.chars().count() < 260, "{warned}");
}

#[test]
fn a_month_in_which_nothing_came() {
    let tasks: Vec<Task> = vec![
        (
            1,
            "产业发展",
            "招商引资".to_owned(),
            vec![("签约项目", "count 12 个")],
        ),
        (
            2,
            "民生保障",
            "学位建设".to_owned(),
            vec![("开工", "milestone")],
        ),
    ];
    let text = briefing(&desk(&plan(2, "", &tasks), &[]), 3);
    check(
        &text,
        &[
            "截至3月底，2项重点工作均无可用数据，本期暂不评定进度。",
            "均未报送",
            "本期无可用数据，暂不能评定。",
        ],
        &["四要素", "资金方面", "启动", "无滞后", "已报送", "从分级看"],
    );
}

#[test]
fn a_month_in_which_everything_is_finished() {
    let tasks: Vec<Task> = vec![
        (
            1,
            "产业发展",
            "招商引资".to_owned(),
            vec![("签约项目", "count 12 个")],
        ),
        (
            2,
            "民生保障",
            "学位建设".to_owned(),
            vec![("建成投用", "milestone")],
        ),
    ];
    let rows = vec![
        (11, 1, vec![row("招商引资", "签约项目", "11")]),
        (11, 2, vec![row("学位建设", "建成投用", "进行中")]),
        (12, 1, vec![row("招商引资", "签约项目", "12")]),
        (12, 2, vec![done("学位建设", "建成投用", "2025-12-20")]),
    ];
    let extra = "[checks]\nelements = false\n";
    let desk = desk(&plan(2, extra, &tasks), &rows);
    let _ = briefing(&desk, 11);
    check(
        &briefing(&desk, 12),
        &[
            "截至12月底，2项重点工作全部完成。",
            "已完成增加2项",
            "截至12月底，无滞后项目。",
            "已完成2项，为第1局牵头的招商引资，第2局牵头的学位建设。",
            "数据核查",
        ],
        &["四要素", "资金方面", "结转"],
    );
    let book = desk.month("2025-12").report("汇总表");
    let book: calamine::Xlsx<_> = calamine::open_workbook(book).unwrap();
    let sheets = calamine::Reader::sheet_names(&book);
    assert!(!sheets.iter().any(|s| s == "四要素与资金"), "{sheets:?}");
}

#[test]
fn a_plan_of_milestones_only() {
    let tasks: Vec<Task> = vec![
        (
            1,
            "城市建设",
            "跨江大桥".to_owned(),
            vec![
                ("初步设计批复", "milestone   deadline = 2025-03-31"),
                ("主体完工", "milestone"),
            ],
        ),
        (
            2,
            "城市建设",
            "市图书馆".to_owned(),
            vec![("开工", "milestone   start_by = \"2025-02\"")],
        ),
    ];
    let rows = vec![
        (
            3,
            1,
            vec![
                row("跨江大桥", "初步设计批复", "进行中"),
                row("跨江大桥", "主体完工", "未启动"),
            ],
        ),
        (3, 2, vec![row("市图书馆", "开工", "未启动")]),
    ];
    check(
        &briefing(&desk(&plan(2, "", &tasks), &rows), 3),
        &[
            "2项重点工作中，尚无已完成的，滞后2项（其中未按期完成1项）",
            "1.跨江大桥（责任单位：第1局）2个节点完成0个，未按期完成。其中，节点“初步设计批复”进行中，未按期完成。",
            "2.市图书馆（责任单位：第2局）未启动，滞后。",
        ],
        &["序时进度0", "平均完成率", "均已启动"],
    );
}

#[test]
fn a_plan_of_ongoing_work_only() {
    let tasks: Vec<Task> = vec![
        (
            1,
            "作风建设",
            "基层减负".to_owned(),
            vec![("持续开展", "ongoing")],
        ),
        (
            2,
            "作风建设",
            "政务公开".to_owned(),
            vec![("持续开展", "ongoing")],
        ),
    ];
    let rows = vec![
        (3, 1, vec![row("基层减负", "持续开展", "")]),
        (3, 2, vec![row("政务公开", "持续开展", "")]),
    ];
    check(
        &briefing(&desk(&plan(2, "", &tasks), &rows), 3),
        &[
            "2项重点工作均持续推进，无滞后项目。",
            "暂无已完成和超序时进度的项目",
        ],
        &["平均完成率", "达到或超过", "低于", "从分级看"],
    );
}

/// 26 typed for 5 was the month's success story.
#[test]
fn a_jump_is_praised_only_once_it_is_explained() {
    let task = "农村饮水安全";
    let tasks: Vec<Task> = vec![(
        1,
        "民生保障",
        task.to_owned(),
        vec![("建成供水站", "count 24 处")],
    )];
    let rows = |n: &str| vec![row(task, "建成供水站", n)];
    let sent = vec![(3, 1, rows("4")), (4, 1, rows("26"))];
    let open = desk(&plan(1, "", &tasks), &sent);
    check(
        &briefing(&open, 4),
        &["已完成1项，数据待责任单位说明。"],
        &["为第1局牵头的农村饮水安全"],
    );
    let confirmed = "\n[[confirm]]\nperiod = \"2025-04\"\ndepartment = \"d1\"\nindicator = \"1.1\"\nvalue = 26\nby = \"督查室王五\"\nnote = \"4月7日电话核实，已全部通水\"\n";
    let settled = desk(&(plan(1, "", &tasks) + confirmed), &sent);
    check(
        &briefing(&settled, 4),
        &["已完成1项，为第1局牵头的农村饮水安全。"],
        &["待说明"],
    );
    let table = Document::of(&desk_read(&settled.month("2025-04"))).tables;
    let cells = table.concat().concat().join("\n");
    assert_eq!(cells.matches("电话核实").count(), 1, "{cells}");
}

/// GB/T 9704: 附件 without a number where it is the only one, also where the text refers to it.
#[test]
fn a_lone_annex_bears_no_number() {
    let names: Vec<String> = (1..=15).map(|n| format!("第{n}座大桥")).collect();
    let bridges = |kind: &'static str| -> Vec<Task> {
        let task = |name: &String| (1, "城市建设", name.clone(), vec![("通车", kind)]);
        names.iter().map(task).collect()
    };
    for (kind, number, annexes) in [
        ("milestone", "", "附件：重点工作进展情况一览表（2025年3月）"),
        (
            "count 2 座",
            "1",
            "附件：1.重点工作进展情况一览表（2025年3月）2.重点工作完成率与序时进度对照图",
        ),
    ] {
        let row = |name: &String| match kind {
            "milestone" => done(name, "通车", "2025-03-20"),
            _ => row(name, "通车", "2"),
        };
        let rows = names.iter().map(row).collect();
        let text = briefing(&desk(&plan(1, "", &bridges(kind)), &[(3, 1, rows)]), 3);
        let told = format!("已完成15项，见附件{number}。");
        check(&text, &[&told, annexes, &format!("\n附件{number}\n")], &[]);
    }
}

/// A department that was late and right was asked to mend its warning, with a copy of its form that had nothing marked.
#[test]
fn who_was_late_and_right_is_asked_for_nothing() {
    let task = "危桥改造";
    let plan = |checks: &str| {
        plan(
            1,
            &format!("[checks]\nelements = false\n{checks}"),
            &[(
                1,
                "基础设施",
                task.to_owned(),
                vec![("完成改造", "count 30 座")],
            )],
        )
    };
    let as_error = "severity = { X002 = \"error\" }\n";
    for (checks, n, said) in [
        ("", "7", "没有需要处理的问题。"),
        ("", "50", "说明：请第1局更正警告"),
        (
            as_error,
            "7",
            "逾期报送按任务计划算作错误，无法更正；没有其他",
        ),
    ] {
        let desk = desk(&plan(checks), &[(3, 1, vec![row(task, "完成改造", n)])]);
        let register = "file,received\n第1局2025年3月报送表.xlsx,2025-04-09\n";
        desk.write("inbox/2025-03/received.csv", register);
        let ran = desk.duban("run --period 2025-03 --plan plan.toml");
        assert!(
            ran.out.contains("逾期报送") && ran.out.contains(said),
            "{ran}"
        );
        let copies = desk.path("out/2025-03/退回");
        assert_eq!(copies.is_dir(), n == "50", "{ran}");
    }
}

/// Beside complete reports a file of nobody was "nothing to do".
#[test]
fn an_error_of_no_department_is_something_to_do() {
    let task = "危桥改造";
    let works = vec![("完成改造", "count 30 座")];
    let tasks: Vec<Task> = vec![(1, "基础设施", task.to_owned(), works)];
    let plan = plan(1, "[checks]\nelements = false\n", &tasks);
    let desk = desk(&plan, &[(3, 1, vec![row(task, "完成改造", "7")])]);
    let unused = "没有需要处理的问题";
    desk.duban("run --period 2025-03 --plan plan.toml")
        .says([unused]);
    desk.write("inbox/2025-03/情况.xlsx", "不是工作簿");
    let ran = desk.duban("run --period 2025-03 --plan plan.toml");
    ran.hides([unused])
        .says(["未能对应到单位的错误见汇总表“数据核查清单”"]);
}

/// A ratio that misses its target vanished in a task that is on schedule.
#[test]
fn ratios_that_miss_their_target_are_named() {
    let task = "就业促进";
    let indicators = vec![
        ("新增就业", "count 120 人"),
        ("城镇调查失业率", "ratio 5.5 % direction = \"at_most\""),
        ("结案率", "ratio 95 %"),
    ];
    let tasks: Vec<Task> = vec![(1, "民生保障", task.to_owned(), indicators)];
    let rows = |jobs: &str, idle: &str, closed: &str| {
        vec![
            row(task, "新增就业", jobs),
            row(task, "城镇调查失业率", idle),
            row(task, "结案率", closed),
        ]
    };
    let desk = desk(
        &plan(1, "", &tasks),
        &[
            (3, 1, rows("30", "5.4", "98")),
            (4, 1, rows("40", "5.6", "96.4")),
        ],
    );
    check(
        &briefing(&desk, 3),
        &["1项重点工作达到序时进度"],
        &["达标方面"],
    );
    check(
        &briefing(&desk, 4),
        &[
            "达标方面，第1局城镇调查失业率5.6%（目标≤5.5%），超出0.1个百分点，较上月上升0.2个百分点；\
             第1局结案率96.4%（目标95%），已达标，但较上月下降1.6个百分点。",
            "请第1局对未达标的指标查明原因、提出改进措施",
        ],
        &[],
    );
}
