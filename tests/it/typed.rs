//! What is typed: months in every writing, where the plan is looked for, and the command lines that are printed to be typed next.

use crate::desk::{Desk, PLAN, SMALL_PLAN};

/// Only `--period 2024-05` was a month.
#[test]
fn every_command_takes_a_month_as_people_write_it() {
    let desk = Desk::in_may();
    let out = |desk: &Desk| desk.files("out").concat();
    desk.ok("run 2024-05");
    let first = out(&desk);
    for line in [
        "run 2024年5月",
        "run 5月",
        "run --period 2024/5",
        "run 202405",
        "run 5",
    ] {
        desk.ok(line).says(["2024年5月"]);
        assert_eq!(out(&desk), first, "{line}");
    }
    desk.ok("run 4月至5月").says(["2024年4月", "2024年5月"]);
    for (line, code) in [
        ("status 5月", 0),
        ("show 4 5月", 0),
        ("show 托育服务 --period 5月", 0),
        ("trace 2.1 5月", 0),
        ("trace 2.1 累计 5月", 0),
        ("trace --all 5月", 0),
        ("forms 6月", 0),
        ("template vars 5月", 0),
        ("seal 4月 --with-open", 0),
        ("verify 4月", 0),
        ("diff 4月 5月", 0),
        ("diff --period 2024-04 2024.5", 0),
        ("seal 4月 --reopen --reason 演练", 0),
        ("diff 4月.1 2024-04.1", 0),
        ("status 8月", 1),
        ("run 2025年5月", 2),
        ("status 4月至5月", 2),
        ("forms", 2),
        ("seal", 2),
    ] {
        desk.duban(line).exits(code);
    }
    desk.fails("forms")
        .says(["请写明月份，例如：duban forms 2024-06"]);
    desk.make_folder("邮件");
    desk.write("邮件/建设局6月.xlsx", "x");
    desk.fails("collect 邮件")
        .says(["duban collect 邮件 2024-06"]);
    desk.finds("collect 邮件 六月 --received 2024-07-01");
    assert_eq!(desk.files("inbox/2024-06").len(), 2);
    let file = "inbox/2024-05/建设局2024年5月报送表.xlsx";
    desk.finds(&format!("check {file} 4月")).says(["F006"]);
}

#[test]
fn a_month_that_several_years_have_is_asked_for() {
    let desk = Desk::bare();
    desk.write(PLAN, SMALL_PLAN.replace("2024-12-31", "2025-12-31"));
    desk.make_folder("inbox/2025-03");
    desk.fails("run 3月")
        .says(["2024-03", "2025-03", "请写明年份"]);
    desk.finds("run 2025年3月");
    desk.make_folder("inbox/4月");
    desk.finds("run 2025年3月")
        .says(["文件夹“4月”没有读取", "2024-04", "2025-04"]);
}

/// 2025年6月 beside 2025-06 was ignored silently.
#[test]
fn folders_are_months_in_every_writing_and_what_is_not_read_is_named() {
    let desk = Desk::in_may();
    desk.ok("run 5月");
    let before = desk.content("out");
    for name in ["2024年5月", "5月", "2024.5", "202405", "五月份"] {
        std::fs::rename(desk.path("inbox/2024-05"), desk.path("inbox").join(name)).unwrap();
        desk.ok("run").hides(["没有读取"]);
        assert!(desk.content("out") == before, "{name}");
        std::fs::rename(desk.path("inbox").join(name), desk.path("inbox/2024-05")).unwrap();
    }
    for (name, why) in [("13月", "看不出是哪个月"), ("二季度", "看不出是哪个月")]
    {
        desk.make_folder(&format!("inbox/{name}"));
        desk.ok("run 5月").says([name, why]);
        desk.remove(&format!("inbox/{name}"));
    }
    desk.write("inbox/建设局.xlsx", "x");
    desk.ok("run 5月").says(["“建设局.xlsx”直接放在收件箱"]);
    desk.make_folder("inbox/2024年5月");
    desk.fails("run 5月")
        .says(["“2024-05”和“2024年5月”都是2024年5月"]);
}

#[test]
fn the_plan_is_found_where_one_is() {
    let desk = Desk::in_may();
    desk.ok("plan check");
    desk.write("seeds/2025/plan.toml", SMALL_PLAN);
    desk.fails("plan check")
        .says(["任务计划有2个", PLAN, "seeds/2025/plan.toml"]);
    // Nearer ones come first.
    desk.write("plan.toml", SMALL_PLAN.replace("示例区", "本级"));
    desk.ok("plan check").says(["本级民生实事"]);
    desk.write("别处.toml", SMALL_PLAN.replace("示例区", "别处"));
    let said: crate::desk::Said = desk
        .command(&["plan", "check"])
        .env("DUBAN_PLAN", "别处.toml")
        .output()
        .unwrap()
        .into();
    said.exits(0).says(["别处民生实事"]);
    desk.ok("plan check 别处.toml").says(["别处民生实事"]);
    desk.remove("plan.toml");
    desk.remove("seeds");
    desk.fails("run")
        .says(["没有找到任务计划", "--plan", "DUBAN_PLAN"]);
}

/// Typed as printed, the next step worked on another plan and inbox.
#[test]
fn printed_lines_repeat_the_options_that_were_given() {
    let desk = Desk::in_may();
    std::fs::rename(desk.path("seeds/2024/plan.toml"), desk.path("计划 一.toml")).unwrap();
    std::fs::rename(desk.path("inbox"), desk.path("收件")).unwrap();
    let run =
        |words: &[&str]| -> crate::desk::Said { desk.command(words).output().unwrap().into() };
    let places = ["--plan", "计划 一.toml", "--inbox", "收件"];
    let lines = |head: &[&str]| run(&[head, &places].concat());
    let printed = "--plan '计划 一.toml' --inbox 收件";
    lines(&["seal", "4月"]).exits(0);
    desk.remove("收件/2024-05/建设局2024年5月报送表.xlsx");
    lines(&["seal", "5月"])
        .exits(1)
        .says([&format!("duban seal 2024-05 --with-open {printed}")]);
    lines(&["seal", "4月"]).says([&format!(
        "duban seal 2024-04 --reopen --reason 原因 {printed}"
    )]);
    desk.write("邮件/a.xlsx", "x");
    lines(&["collect", "邮件", "6月"]).says([&format!("duban status 2024-06 {printed}")]);
    lines(&["show", "无此任务"]).says([&format!("duban show 14 {printed}")]);
}

/// `duban help` was no command.
#[test]
fn help_is_a_command() {
    let desk = Desk::bare();
    for (line, words) in [
        ("help", "月度运行"),
        ("help run", "征求意见稿"),
        ("help plan check", "任务计划文件"),
    ] {
        desk.ok(line).says([words, "用法："]);
    }
    desk.fails("help 运行").says(["没有“运行”这个命令"]);
}

/// It neither corrected the register nor said so.
#[test]
fn a_file_collected_again_corrects_its_day() {
    let desk = Desk::small();
    desk.write("邮件/建设局6月.xlsx", "x");
    let collect = |day: &str| desk.duban(&format!("collect 邮件 6月 --received {day}"));
    collect("2024-07-04").exits(1);
    // New attachments come into the same folder: what came before keeps its day.
    collect("2024-07-08").exits(0).says([
        "收到日期仍为2024年7月4日",
        "duban collect 文件 2024-06 --received 2024-07-08 --correct",
    ]);
    let collect = |day: &str| collect(&format!("{day} --correct"));
    collect("2024-07-08")
        .exits(0)
        .says(["收到日期由2024年7月4日更正为2024年7月8日"]);
    collect("2024-07-08").exits(0).hides(["更正"]);
    desk.ok("collect 邮件 6月").hides(["更正"]);
    collect("2024-07-03")
        .exits(0)
        .says(["由2024年7月8日更正为2024年7月3日"]);
    let register = desk.text("inbox/2024-06/received.csv");
    let name = "建设局6月.xlsx";
    assert_eq!(
        register.trim_start_matches('\u{feff}'),
        format!(
            "file,received\n{name},2024-07-04\n{name},2024-07-08,更正\n{name},2024-07-03,更正\n"
        )
    );
    let status = desk.json("status 6月 --no-notices");
    assert_eq!(
        crate::desk::entry(&status, "name", "建设局")["progress"],
        "returned"
    );
}

/// 说明.txt was an error of nobody's, which kept the month from being sealed.
#[test]
fn a_stray_file_is_a_note_and_a_departments_scan_is_an_error() {
    let desk = Desk::in_may();
    desk.write("inbox/2024-05/说明.txt", "请查收。");
    desk.ok("run 5月");
    let findings = desk.json_of("out/2024-05/findings.json");
    let stray = crate::desk::entry(&findings, "file", "说明.txt");
    assert_eq!(
        (&stray["code"], &stray["severity"]),
        (&"F003".into(), &"note".into())
    );
    desk.remove("inbox/2024-05/建设局2024年5月报送表.xlsx");
    desk.write("inbox/2024-05/建设局5月（盖章）.pdf", "%PDF-1.4\n");
    desk.finds("run 5月").says([
        "空白报送表：duban forms 2024-05",
        "duban collect 文件或文件夹 2024-05",
    ]);
    desk.finds("status 5月")
        .says(["空白报送表：duban forms 2024-05"]);
}

/// The day was overwritten silently, and a sealed month's reports took no template.
#[test]
fn what_is_not_taken_over_is_said() {
    let desk = Desk::in_may();
    desk.remove("inbox/2024-05/建设局2024年5月报送表.xlsx");
    desk.finds("run 5月").hides(["没有沿用"]);
    desk.finds("status 5月 --until 2024-06-12");
    desk.finds("run 5月").says([
        "补报期限2024-06-12没有沿用",
        "duban status 2024-05 --until 2024-06-12",
    ]);
    desk.finds("run 5月").hides(["没有沿用"]);
    desk.ok("seal 5月 --with-open --issue-number 第3期");
    desk.duban("run 5月 --issue-number 4 --signer 张三").says([
        "--issue-number、--signer没有采用",
        "duban seal 2024-05 --reopen",
    ]);
    desk.finds("status 5月 --until 2024-06-12")
        .says(["没有采用"]);
}
