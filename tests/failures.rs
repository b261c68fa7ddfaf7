//! What stops a run: one clear message in Chinese, exit code 2, and the earlier output as it was.
#![cfg(feature = "desktop")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{Temp, files, plan, run, sample};

/// A folder with the sample inbox, a plan of its own and June's outputs.
struct Office {
    temp: Temp,
    inbox: PathBuf,
    plan: PathBuf,
    out: PathBuf,
}

impl Office {
    fn new(name: &str) -> Self {
        let temp = Temp::new(name);
        let inbox = sample(&temp.join(""));
        let own_plan = temp.join("plan.toml");
        fs::copy(plan(), &own_plan).unwrap();
        let out = temp.join("out");
        let office = Self {
            inbox,
            plan: own_plan,
            out,
            temp,
        };
        let first = office.run(&[]);
        assert_eq!(
            first.status.code(),
            Some(1),
            "{}",
            String::from_utf8_lossy(&first.stderr)
        );
        office
    }

    fn run(&self, args: &[&str]) -> Output {
        run(&self.plan, &self.inbox, &self.out, args)
    }

    /// The run fails, says all of `parts`, and changes nothing in the output.
    fn refuses(&self, args: &[&str], parts: &[&str]) {
        self.unchanged(|| said(&self.run(args), parts));
    }

    fn unchanged(&self, act: impl FnOnce()) {
        let before = files(&self.out);
        assert!(before.contains_key("2024-06/manifest.json"));
        act();
        assert!(files(&self.out) == before, "the earlier output has changed");
    }
}

/// Exit 2; nothing on standard output; one message in Chinese that holds all of `parts`.
fn said(output: &Output, parts: &[&str]) {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(
        output.stdout.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(stderr.starts_with("错误："), "{stderr}");
    assert_eq!(
        stderr
            .lines()
            .filter(|line| line.starts_with("错误："))
            .count(),
        1,
        "not one message: {stderr}"
    );
    for part in parts {
        assert!(stderr.contains(part), "“{part}” is not in: {stderr}");
    }
    for foreign in [
        "panicked",
        "os error",
        "Error",
        "error:",
        "No such file",
        "Os {",
    ] {
        assert!(!stderr.contains(foreign), "{stderr}");
    }
}

#[test]
fn a_bad_plan() {
    let office = Office::new("plan");
    let good = fs::read_to_string(&office.plan).unwrap();
    let wrong = [
        (
            good.replace("due_day = 5", "due_day = 5\nnot_a_key = 1"),
            &["not_a_key", "plan.toml"][..],
        ),
        (
            good.replacen("kind = \"count\"", "kind = \"counted\"", 1),
            &["counted", "plan.toml"],
        ),
        (good.replacen("[plan]", "[plan", 1), &["plan.toml"]),
        (String::new(), &["plan.toml"]),
    ];
    for (text, parts) in wrong {
        assert_ne!(text, good);
        fs::write(&office.plan, text).unwrap();
        office.refuses(&[], parts);
    }
    fs::write(&office.plan, [0xff, 0xfe, 0x00]).unwrap();
    office.refuses(&[], &["plan.toml", "内容不是有效的文字"]);
    fs::remove_file(&office.plan).unwrap();
    office.refuses(&[], &["plan.toml", "不存在"]);
}

/// Every mistake at once, each with its line.
#[test]
fn all_mistakes_of_a_plan_at_once() {
    let office = Office::new("mistakes");
    let good = fs::read_to_string(&office.plan).unwrap();
    let bad = good
        .replacen("kind = \"count\"", "kind = \"counted\"", 1)
        .replacen("lead = \"tzb\"", "lead = \"nobody\"", 1);
    fs::write(&office.plan, &bad).unwrap();
    let line = |part: &str| bad.lines().position(|l| l.contains(part)).unwrap() + 1;
    office.refuses(
        &[],
        &[
            "counted",
            "nobody",
            &line("\"counted\"").to_string(),
            &line("\"nobody\"").to_string(),
        ],
    );
}

#[test]
fn no_inbox_or_an_empty_one() {
    let office = Office::new("inbox");
    fs::remove_dir_all(&office.inbox).unwrap();
    office.refuses(&[], &["收件箱", "不存在"]);
    office.refuses(&["--period", "2024-06"], &["收件箱", "不存在"]);
    fs::create_dir(&office.inbox).unwrap();
    office.refuses(&[], &["收件箱", "没有月份文件夹", "2024-06"]);
    office.refuses(&["--period", "2024-06"], &["没有2024-06的文件夹"]);
    // Files beside the months are none.
    fs::write(office.inbox.join("2024-06"), "").unwrap();
    office.refuses(&[], &["没有月份文件夹"]);
    fs::remove_dir_all(&office.inbox).unwrap();
    fs::write(&office.inbox, "").unwrap();
    office.refuses(&[], &["收件箱"]);
}

#[test]
fn a_wrong_period() {
    let office = Office::new("period");
    for wrong in [
        "2024-13",
        "2024-6",
        "六月",
        "",
        "2024-01-2024-06",
        "2024-01..",
        "../../etc",
    ] {
        office.refuses(&["--period", wrong], &["月份", "2024-06"]);
    }
    for outside in ["2023-12", "2025-01", "2024-01..2025-01"] {
        office.refuses(
            &["--period", outside],
            &["不在任务计划", "2024-01至2024-12"],
        );
    }
    office.refuses(
        &["--period", "2024-07"],
        &["没有2024-07的文件夹", "2024-06"],
    );
    // Known before the first month of the range is written.
    office.refuses(&["--period", "2024-05..2024-07"], &["没有2024-07的文件夹"]);
    office.refuses(
        &["--period", "2024-06..2024-01"],
        &["颠倒", "2024-01..2024-06"],
    );
}

#[test]
fn a_bad_date() {
    let office = Office::new("date");
    for option in ["--date", "--as-of"] {
        for wrong in ["2024-02-30", "6月20日", "", "20240620x"] {
            office.refuses(&[option, wrong], &[option, "2024-06-20"]);
        }
        office.refuses(&[option], &[option]);
    }
    office.refuses(
        &["--as-of", "2024-05-20"],
        &["--as-of", "不在所运行的月份2024-06内"],
    );
    office.refuses(
        &["--period", "2024-05..2024-06", "--as-of", "2024-06-20"],
        &["--as-of"],
    );
}

#[test]
fn a_wrong_option() {
    let office = Office::new("option");
    office.refuses(&["--perio", "2024-06"], &["--perio", "--period"]);
    office.refuses(&["--out"], &["--out"]);
    office.refuses(&["extra"], &["extra"]);
    office.unchanged(|| {
        let output = common::duban().arg("rnu").output().unwrap();
        said(&output, &["rnu"]);
    });
}

#[test]
fn a_bad_register() {
    let office = Office::new("register");
    let register = office.inbox.join("2024-06").join("received.csv");
    let good = fs::read_to_string(&register).unwrap();
    let second = |line: &str| format!("{}\n{line}\n", good.lines().next().unwrap());
    for (text, parts) in [
        (
            second("建设局.xlsx,2024-02-30"),
            ["received.csv", "第2行", "日期"],
        ),
        (second("建设局.xlsx"), ["received.csv", "第2行", "日期"]),
        (
            second("建设局.xlsx,昨天"),
            ["received.csv", "第2行", "日期"],
        ),
    ] {
        fs::write(&register, text).unwrap();
        office.refuses(&[], &parts);
    }
    fs::remove_file(&register).unwrap();
    fs::create_dir(&register).unwrap();
    office.refuses(&[], &["received.csv"]);
}

/// It was met only when its month was read: the months before it in the range had been replaced by then.
#[test]
fn a_bad_register_in_a_later_month_of_a_range() {
    let office = Office::new("later-register");
    assert_eq!(
        office.run(&["--period", "2024-01..2024-06"]).status.code(),
        Some(1)
    );
    // Every month would come out different now.
    fs::remove_file(office.inbox.join("2024-01/公安分局1月停车治理进展.ods")).unwrap();
    let register = office.inbox.join("2024-04/received.csv");
    let good = fs::read(&register).unwrap();
    fs::write(&register, "file,received\n建设局.xlsx,2024-02-30\n").unwrap();
    for range in ["2024-01..2024-06", "2024-01..2024-04"] {
        office.refuses(
            &["--period", range],
            &["2024-04", "received.csv", "第2行", "日期"],
        );
    }
    fs::write(&register, good).unwrap();
    // Nothing is left beside the months, and the range runs.
    assert!(
        files(&office.out).keys().all(|name| !name.starts_with('.')),
        "{:?}",
        files(&office.out).keys()
    );
    assert_eq!(
        office.run(&["--period", "2024-01..2024-06"]).status.code(),
        Some(1)
    );
}

#[test]
fn a_template_that_cannot_be_used() {
    let office = Office::new("template");
    let template = office.temp.join("模板.docx");
    let name = template.to_str().unwrap();
    office.refuses(&["--template", name], &["模板", "不存在"]);
    fs::write(&template, "no document").unwrap();
    office.refuses(&["--template", name], &["模板"]);
    fs::remove_file(&template).unwrap();
    fs::create_dir(&template).unwrap();
    office.refuses(&["--template", name], &["模板"]);
}

#[test]
fn a_file_where_the_output_folder_should_be() {
    let office = Office::new("place");
    let file = office.temp.join("file");
    fs::write(&file, "the office's own").unwrap();
    for out in [file.clone(), file.join("below")] {
        office.unchanged(|| {
            said(
                &run(&office.plan, &office.inbox, &out, &["--period", "2024-06"]),
                &["输出"],
            )
        });
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "the office's own");
    // A file in the month's place is not ours to remove.
    let out = office.temp.join("out2");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("2024-06"), "the office's own").unwrap();
    said(
        &run(&office.plan, &office.inbox, &out, &["--period", "2024-06"]),
        &["输出"],
    );
    assert_eq!(
        files(&out).into_iter().collect::<Vec<_>>(),
        [("2024-06".to_owned(), b"the office's own".to_vec())]
    );
}

/// Whatever the size at which the system stops a file, the earlier package stands.
#[cfg(unix)]
#[test]
fn a_limit_on_file_size() {
    let office = Office::new("ulimit");
    // In blocks of 512 bytes: within the first file, within the large ones.
    for blocks in [0, 1, 8, 24, 64] {
        office.unchanged(|| {
            let output = limited(
                &office,
                &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""),
            );
            said(&output, &["无法写入"]);
        });
    }
}

/// A limit at which the system would kill the program is seen before it is met: the old package stands. Real kills are in
/// `cli_kill.rs`.
#[cfg(unix)]
#[test]
fn a_limit_that_would_kill() {
    let office = Office::new("killed");
    let before = files(&office.out.join("2024-06"));
    let output = limited(&office, "ulimit -c 0; ulimit -f 8; exec \"$@\"");
    said(&output, &["无法写入"]);
    assert!(files(&office.out.join("2024-06")) == before);
    assert_eq!(office.run(&[]).status.code(), Some(1));
    assert!(
        files(&office.out)
            .keys()
            .all(|name| name.starts_with("2024-06/")),
        "leavings: {:?}",
        files(&office.out).keys()
    );
    assert!(files(&office.out.join("2024-06")) == before);
}

#[cfg(unix)]
fn limited(office: &Office, script: &str) -> Output {
    let mut command = Command::new("sh");
    command.args([
        "-c",
        script,
        "sh",
        env!("CARGO_BIN_EXE_duban"),
        "run",
        "--plan",
    ]);
    command
        .arg(&office.plan)
        .arg("--inbox")
        .arg(&office.inbox)
        .arg("--out")
        .arg(&office.out)
        .output()
        .unwrap()
}

/// A disk of its own, in a mount name space of its own: full, then read-only.
#[cfg(target_os = "linux")]
#[test]
fn a_full_and_a_read_only_disk() {
    let office = Office::new("disk");
    let disk = office.temp.join("disk");
    fs::create_dir(&disk).unwrap();
    // Says what went wrong on standard output; the runs' messages go to files.
    let script = r#"
        mount -t tmpfs -o size=4m none "$1" || exit 77
        duban=$2 plan=$3 inbox=$4 logs=$5
        run() { "$duban" run --plan "$plan" --inbox "$inbox" --out "$1/out"; }
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
    let output = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .args([
            disk.as_os_str(),
            env!("CARGO_BIN_EXE_duban").as_ref(),
            office.plan.as_os_str(),
            office.inbox.as_os_str(),
        ])
        .arg(office.temp.join(""))
        .output();
    match output {
        Ok(output) if output.status.success() => {}
        Ok(output) if output.status.code() == Some(1) && !output.stdout.is_empty() => {
            panic!("{}", String::from_utf8_lossy(&output.stdout))
        }
        other => return eprintln!("skipped: no disk can be mounted here ({other:?})"),
    }
    let read = |name: &str| fs::read_to_string(office.temp.join(name)).unwrap();
    assert_eq!(
        [read("full-code").trim(), read("ro-code").trim()],
        ["2", "2"]
    );
    assert!(
        read("full").starts_with("错误：") && read("full").contains("磁盘空间不足"),
        "{}",
        read("full")
    );
    assert!(
        read("ro").starts_with("错误：") && read("ro").contains("只读"),
        "{}",
        read("ro")
    );
    assert!(read("before").lines().count() >= 6);
    assert_eq!(read("after-full"), read("before"));
    assert_eq!(read("after-ro"), read("before"));
}

/// What a department can do wrong is never a failure of the run.
#[test]
fn a_workbook_that_cannot_be_read_is_a_finding() {
    let office = Office::new("finding");
    let month = office.inbox.join("2024-06");
    let broken = |name: &str, bytes: &[u8]| fs::write(month.join(Path::new(name)), bytes).unwrap();
    broken(
        "公安分局2024年6月报送表.xlsx",
        b"PK\x03\x04 and nothing behind it",
    );
    let output = office.run(&[]);
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let findings = fs::read_to_string(office.out.join("2024-06").join("findings.json")).unwrap();
    assert!(findings.contains("\"F001\"") && findings.contains("公安分局2024年6月报送表.xlsx"));
}
