//! What stops a run: one clear message in Chinese, exit code 2, and the earlier output as it was.

use crate::prelude::*;

const REGISTER: &str = "inbox/2024-06/received.csv";

/// A desk with June's outputs.
fn in_june() -> Desk {
    let desk = Desk::sample();
    desk.finds("run");
    desk
}

/// Exit 2; nothing on standard output; one message in Chinese that holds all of `parts`.
#[track_caller]
fn is_refused<const N: usize>(said: Said, parts: [&str; N]) {
    let said = said.exits(2).says(parts).hides([
        "panicked",
        "os error",
        "Error",
        "error:",
        "No such file",
        "Os {",
    ]);
    assert!(said.out.is_empty(), "{said}");
    let is_message = |line: &&str| line.starts_with("错误：");
    assert_eq!(said.err.lines().filter(is_message).count(), 1, "{said}");
    assert!(said.err.starts_with("错误："), "{said}");
}

/// The run is refused, and the output stays as it was.
#[track_caller]
fn refuses<const N: usize>(desk: &Desk, args: &[&str], parts: [&str; N]) {
    unchanged(desk, || {
        let mut command = desk.command(&["run"]);
        is_refused(command.args(args).output().unwrap().into(), parts);
    });
}

#[track_caller]
fn unchanged(desk: &Desk, act: impl FnOnce()) {
    let before = desk.content("out");
    assert!(before.contains_key("2024-06/manifest.json"));
    act();
    assert!(
        desk.content("out") == before,
        "the earlier output has changed"
    );
}

#[test]
fn a_bad_plan() {
    let desk = in_june();
    let good = desk.text(PLAN);
    for (from, to, words) in [
        ("due_day = 5", "due_day = 5\nnot_a_key = 1", "not_a_key"),
        ("kind = \"count\"", "kind = \"counted\"", "counted"),
        ("[plan]", "[plan", "plan.toml"),
        (good.as_str(), "", "plan.toml"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good);
        desk.write(PLAN, bad);
        refuses(&desk, &[], [words, "plan.toml"]);
    }
    desk.write(PLAN, [0xff, 0xfe, 0x00]);
    refuses(&desk, &[], ["plan.toml", "不是 UTF-8 编码"]);
    desk.remove(PLAN);
    refuses(&desk, &[], ["没有找到任务计划", "--plan"]);
}

/// Every mistake at once, each with its line.
#[test]
fn all_mistakes_of_a_plan_at_once() {
    let desk = in_june();
    let bad = desk
        .text(PLAN)
        .replacen("kind = \"count\"", "kind = \"counted\"", 1)
        .replacen("lead = \"tzb\"", "lead = \"nobody\"", 1);
    desk.write(PLAN, &bad);
    let [counted, nobody] = ["\"counted\"", "\"nobody\""].map(|part| {
        let line = bad.lines().position(|l| l.contains(part)).unwrap() + 1;
        line.to_string()
    });
    refuses(&desk, &[], ["counted", "nobody", &counted, &nobody]);
}

#[test]
fn no_inbox_or_an_empty_one() {
    let desk = in_june();
    desk.remove("inbox");
    refuses(&desk, &[], ["收件箱", "不存在"]);
    refuses(&desk, &["--period", "2024-06"], ["收件箱", "不存在"]);
    desk.make_folder("inbox");
    refuses(&desk, &[], ["收件箱", "没有月份文件夹", "2024-06"]);
    refuses(&desk, &["--period", "2024-06"], ["没有2024-06的文件夹"]);
    // A file named like a month is no month.
    desk.write("inbox/2024-06", "");
    refuses(&desk, &[], ["没有月份文件夹"]);
    desk.remove("inbox");
    desk.write("inbox", "");
    refuses(&desk, &[], ["收件箱"]);
}

#[test]
fn a_wrong_period() {
    let desk = in_june();
    for wrong in [
        "2024-13",
        "2024-06-20",
        "二季度",
        "",
        "2024-01..",
        "../../etc",
    ] {
        refuses(&desk, &["--period", wrong], ["月份", "2024-06"]);
    }
    for outside in ["2023-12", "2025-01", "2024-01..2025-01"] {
        refuses(
            &desk,
            &["--period", outside],
            ["不在任务计划", "2024-01至2024-12"],
        );
    }
    // Known before the first month of the range is written.
    for missing in ["2024-07", "2024-05..2024-07"] {
        refuses(&desk, &["--period", missing], ["没有2024-07的文件夹"]);
    }
    refuses(
        &desk,
        &["--period", "2024-06..2024-01"],
        ["颠倒", "2024-01..2024-06"],
    );
}

#[test]
fn a_bad_date() {
    let desk = in_june();
    for option in ["--date", "--as-of"] {
        for wrong in ["2024-02-30", "6月20日", "", "20240620x"] {
            refuses(&desk, &[option, wrong], [option, "2024-06-20"]);
        }
        refuses(&desk, &[option], [option]);
    }
    refuses(
        &desk,
        &["--as-of", "2024-05-20"],
        ["--as-of", "不在所运行的月份2024-06内"],
    );
    refuses(
        &desk,
        &["--period", "2024-05..2024-06", "--as-of", "2024-06-20"],
        ["--as-of"],
    );
}

#[test]
fn a_wrong_option() {
    let desk = in_june();
    refuses(&desk, &["--perio", "2024-06"], ["--perio", "--period"]);
    refuses(&desk, &["--out"], ["--out"]);
    refuses(&desk, &["extra"], ["extra"]);
    unchanged(&desk, || is_refused(desk.duban("rnu"), ["rnu"]));
}

#[test]
fn a_bad_register() {
    let desk = in_june();
    let good = desk.text(REGISTER);
    let head = good.lines().next().unwrap();
    for line in ["建设局.xlsx,2024-02-30", "建设局.xlsx", "建设局.xlsx,昨天"] {
        desk.write(REGISTER, format!("{head}\n{line}\n"));
        refuses(&desk, &[], ["received.csv", "第2行", "日期"]);
    }
    desk.remove(REGISTER);
    desk.make_folder(REGISTER);
    refuses(&desk, &[], ["received.csv"]);
}

/// It was met only when its month was read: the months before it in the range had been replaced by then.
#[test]
fn a_bad_register_in_a_later_month_of_a_range() {
    let desk = in_june();
    let year = "run --period 2024-01..2024-06";
    desk.finds(year);
    // Every month would come out different now.
    desk.remove("inbox/2024-01/公安分局1月停车治理进展.ods");
    let good = desk.read("inbox/2024-04/received.csv");
    desk.write(
        "inbox/2024-04/received.csv",
        "file,received\n建设局.xlsx,2024-02-30\n",
    );
    for range in ["2024-01..2024-06", "2024-01..2024-04"] {
        refuses(
            &desk,
            &["--period", range],
            ["2024-04", "received.csv", "第2行", "日期"],
        );
    }
    desk.write("inbox/2024-04/received.csv", good);
    // Nothing is left beside the months, and the range runs.
    let names = desk.files("out");
    assert!(names.iter().all(|name| !name.starts_with('.')), "{names:?}");
    desk.finds(year);
}

#[test]
fn a_template_that_cannot_be_used() {
    let desk = in_june();
    let args = ["--template", "模板.docx"];
    refuses(&desk, &args, ["模板", "不存在"]);
    desk.write("模板.docx", "no document");
    refuses(&desk, &args, ["模板"]);
    desk.remove("模板.docx");
    desk.make_folder("模板.docx");
    refuses(&desk, &args, ["模板"]);
}

#[test]
fn a_file_where_the_output_folder_should_be() {
    let desk = Desk::sample();
    // A file in the month's place is not ours to remove either.
    for (file, out) in [("a", "a"), ("b", "b/below"), ("c/2024-06", "c")] {
        desk.write(file, "the office's own");
        let line = format!("run 2024-06 --out {out}");
        is_refused(desk.duban(&line), ["输出"]);
        assert_eq!(desk.text(file), "the office's own");
    }
    assert_eq!(desk.files("c"), ["2024-06"]);
}

/// Whatever the size at which the system stops a file, or would kill the program: the earlier package stands.
#[cfg(unix)]
#[test]
fn a_limit_on_file_size() {
    let desk = in_june();
    let limited = |script: &str| {
        unchanged(&desk, || {
            is_refused(crate::kill::limited(&desk, script, "run"), ["无法写入"]);
        });
    };
    // In blocks of 512 bytes: within the first file, within the large ones.
    for blocks in [0, 1, 8, 24, 64] {
        limited(&format!("trap '' XFSZ; ulimit -f {blocks}"));
    }
    limited("ulimit -c 0; ulimit -f 8");
    let before = desk.content("out/2024-06");
    desk.finds("run");
    let names = desk.files("out");
    assert!(names.iter().all(|n| n.starts_with("2024-06/")), "{names:?}");
    assert!(desk.content("out/2024-06") == before);
}

/// A disk of its own, in a mount name space of its own: full, then read-only.
#[cfg(target_os = "linux")]
#[test]
fn a_full_and_a_read_only_disk() {
    let desk = Desk::sample();
    let disk = desk.make_folder("disk");
    // Says what went wrong on standard output; the runs' messages go to files.
    let script = r#"
        mount -t tmpfs -o size=4m none "$1" || exit 77
        duban=$2 logs=$3
        run() { "$duban" run --out "$1/out"; }
        sums() { (cd "$1" && find out -type f | sort | xargs -d '\n' sha256sum); }
        run "$1" >"$logs/first" 2>&1; [ $? = 1 ] || { echo "the first run failed"; exit 1; }
        sums "$1" >"$logs/before"
        dd if=/dev/zero of="$1/ballast" bs=1k 2>/dev/null
        run "$1" >/dev/null 2>"$logs/full"; echo $? >"$logs/full-code"
        sums "$1" >"$logs/after-full"
        rm "$1/ballast"
        mount -o remount,ro "$1" || exit 77
        run "$1" >/dev/null 2>"$logs/ro"; echo $? >"$logs/ro-code"
        sums "$1" >"$logs/after-ro"
    "#;
    let output = std::process::Command::new("unshare")
        .current_dir(desk.path(""))
        .args(["--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(disk)
        .arg(env!("CARGO_BIN_EXE_duban"))
        .arg(desk.path(""))
        .output();
    match output {
        Ok(output) if output.status.success() => {}
        Ok(output) if output.status.code() == Some(1) && !output.stdout.is_empty() => {
            panic!("{}", String::from_utf8_lossy(&output.stdout))
        }
        other => return eprintln!("not run: no disk can be mounted here ({other:?})"),
    }
    let read = |name: &str| fs::read_to_string(desk.path(name)).unwrap();
    for (name, words) in [("full", "磁盘空间不足"), ("ro", "只读")] {
        assert_eq!(read(&format!("{name}-code")).trim(), "2");
        let message = read(name);
        assert!(
            message.starts_with("错误：") && message.contains(words),
            "{message}"
        );
        assert_eq!(read(&format!("after-{name}")), read("before"));
    }
    assert!(read("before").lines().count() >= 6);
}

/// What a department can do wrong is never a failure of the run.
#[test]
fn a_workbook_that_cannot_be_read_is_a_finding() {
    let desk = Desk::sample();
    let name = "公安分局2024年6月报送表.xlsx";
    desk.write(
        &format!("inbox/2024-06/{name}"),
        "PK\x03\x04 and nothing behind it",
    );
    desk.finds("run");
    let findings = desk.text("out/2024-06/findings.json");
    assert!(findings.contains("\"F001\"") && findings.contains(name));
}

/// A full or closed output device stopped a range after its first month.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_keeps_no_month_from_being_replaced() {
    let desk = Desk::in_may();
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    let mut run = desk.command(&["run", "--period", "2024-04..2024-05"]);
    let status = run.stdout(full()).stderr(full()).status().unwrap();
    assert_eq!(status.code(), Some(2));
    for month in ["2024-04", "2024-05"] {
        assert!(
            desk.path(&format!("out/{month}/manifest.json")).exists(),
            "{month}"
        );
    }
    for command in [
        &["rules"][..],
        &["--help"],
        &["rules", "--format", "json"],
        &["nonsense"],
    ] {
        let status = desk.command(command).stdout(full()).stderr(full()).status();
        assert_eq!(status.unwrap().code(), Some(2), "{command:?}");
    }
}
