//! Every command that writes, killed before each of the calls by which it changes the disk: what is left is old or new, and the
//! next command leaves nothing beside it. By turns the command runs in a process name space of its own, where it has the same
//! number each time, and the system refuses to exchange two folders.
//!
//! `strace` counts the calls and kills, so that a kill lands where it is meant to, however fast the program is; without it
//! nothing is shown here. `DUBAN_KILLS=300 cargo test --release --test it kill_each -- --nocapture` kills each command so often
//! and prints where (CONTRIBUTING.md).

use std::process::Stdio;

use crate::kill::{Random, assert_seals_whole, assert_whole, json};
use crate::prelude::*;

/// What changes a disk. `?`: not every machine has the call.
const CALLS: &str = "write,?pwrite64,fsync,?fdatasync,?ftruncate,?mkdir,?mkdirat,?rename,?renameat,?link,?linkat,?unlink,\
                     ?unlinkat,?rmdir,?chmod,?fchmod,?fchmodat,?copy_file_range,?sendfile";

/// How one command is run.
#[derive(Clone, Copy)]
struct Way {
    /// With the same process number each time.
    is_numbered: bool,
    exchanges: bool,
}

fn kills() -> u64 {
    let given = std::env::var("DUBAN_KILLS").ok();
    given.and_then(|n| n.parse().ok()).unwrap_or(12)
}

fn runs(program: &str, words: &[&str]) -> bool {
    let ran = Command::new(program).args(words).output();
    ran.is_ok_and(|output| output.status.success())
}

fn can_trace() -> bool {
    let can = runs("strace", &["-qq", "-o", "/dev/null", "true"]);
    if !can {
        eprintln!("not run: strace is not installed, or may not trace");
    }
    can
}

/// A call, and which one of its kind in its thread it is, from 1.
type Point = (String, usize);

/// The command under `strace`, which notes its calls, and kills it before the first that a thread makes for this time.
fn traced(desk: &Desk, line: &str, way: Way, kill: Option<&Point>) -> Command {
    let words: Vec<&str> = line.split(' ').collect();
    let inner = desk.command(&words);
    let mut begun = Vec::new();
    if way.is_numbered {
        let name_space = [
            "unshare",
            "--map-root-user",
            "--pid",
            "--fork",
            "--kill-child",
        ];
        begun.extend(name_space.map(str::to_owned));
    }
    let log = desk.path("calls").display().to_string();
    begun.extend(["strace", "-f", "-qq", "-o", &log].map(str::to_owned));
    let (mut calls, exchange) = (CALLS.to_owned(), "?renameat2");
    if way.exchanges {
        calls = format!("{calls},{exchange}");
    } else {
        begun.push(format!("--inject={exchange}:error=EINVAL"));
    }
    begun.push(format!("--trace={calls}"));
    if let Some((call, n)) = kill {
        begun.push(format!("--inject={call}:signal=KILL:when={n}"));
    }
    let mut command = Command::new(&begun[0]);
    command
        .current_dir(desk.path(""))
        .args(&begun[1..])
        .arg(inner.get_program())
        .args(inner.get_args())
        .envs(inner.get_envs().filter_map(|(k, v)| Some((k, v?))))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// The calls of a traced command's first thread: it makes the same ones each time, and others come to theirs of these numbers
/// before it does.
fn points(desk: &Desk) -> Vec<Point> {
    let (log, mut counts) = (desk.text("calls"), BTreeMap::new());
    let calls = log.lines().filter_map(|line| line.split_once(' '));
    let first = calls.clone().next().map(|(thread, _)| thread);
    let mut points = Vec::new();
    for (_, said) in calls.filter(|&(thread, _)| Some(thread) == first) {
        // `<... fsync resumed>` is the rest of a call, `+++ killed` is none.
        if let Some((call, _)) = said.trim_start().split_once('(') {
            let count = counts.entry(call).or_insert(0);
            *count += 1;
            points.push((call.to_owned(), *count));
        }
    }
    points
}

/// Names beside the packages, seals and submissions that no command should leave behind.
fn leftovers(desk: &Desk) -> Vec<String> {
    let folders = ["out", "out/forms", "archive", "inbox/2024-05"];
    let entries = folders.map(|folder| fs::read_dir(desk.path(folder)));
    let names = entries.into_iter().flatten().flatten().flatten();
    names
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with('.'))
        .collect()
}

/// The packages and seals that are in their places are whole, and so is every file of the inbox.
fn assert_old_or_new(desk: &Desk, what: &str) {
    for place in ["out/2024-05", "out/forms/2024-05"].map(|place| desk.path(place)) {
        if place.exists() {
            let files = files(&place);
            assert_whole(&place, &json(&files["manifest.json"])["outputs"], &files);
        }
    }
    assert_seals_whole(desk);
    let came = desk.content("mail");
    for (name, bytes) in desk.content("inbox/2024-05") {
        if let Some(sent) = came.get(&name) {
            assert!(*sent == bytes, "{what}: {name} is not what came");
        }
    }
}

/// Kills a command before one of its calls after the other, drawn at random; `before` puts its desk into the state that it changes.
fn killed(line: &str, before: fn(&Desk, u64)) {
    if !can_trace() {
        return;
    }
    let can_number = runs("unshare", &["--map-root-user", "--pid", "--fork", "true"]);
    let desk = Desk::in_may();
    for n in 0..4 {
        let file = format!("mail/住建{n}.xlsx");
        desk.write(&file, vec![b'a' + n; 200_000]);
    }
    desk.ok("run --period 2024-05");
    let ways = [(false, true), (true, true), (false, false), (true, false)];
    let ways = ways.map(|(is_numbered, exchanges)| Way {
        is_numbered: is_numbered && can_number,
        exchanges,
    });
    let points: Vec<Vec<Point>> = (0..)
        .zip(ways)
        .map(|(n, way)| {
            before(&desk, n);
            let status = traced(&desk, line, way, None).status().unwrap();
            assert!(matches!(status.code(), Some(0 | 1)), "{line}: {status}");
            let points = points(&desk);
            desk.duban("run --period 2024-05");
            points
        })
        .collect();
    let (mut random, mut inside) = (Random(11), 0);
    let mut places: BTreeMap<&str, u32> = BTreeMap::new();
    for n in 0..kills() {
        before(&desk, n);
        let turn = usize::try_from(n % 4).unwrap();
        let at = usize::try_from(random.below(points[turn].len() as u64)).unwrap();
        let point = &points[turn][at];
        let mut command = traced(&desk, line, ways[turn], Some(point));
        let status = command.status().unwrap();
        let what = format!("kill {n} of {line}, before {point:?}");
        // The first process of a name space cannot end as a killed one does.
        if matches!(status.code(), None | Some(137)) {
            inside += 1;
            *places.entry(&point.0).or_default() += 1;
        }
        assert_old_or_new(&desk, &what);
        let again = desk.duban(line);
        let is_done = again.err.contains("不能重复封存");
        assert!(
            is_done || matches!(again.code, Some(0 | 1)),
            "{what}: {again}"
        );
        assert_old_or_new(&desk, &what);
        desk.duban("run --period 2024-05");
        let left = leftovers(&desk);
        assert!(left.is_empty(), "{what}: {left:?}");
    }
    println!(
        "{line}: {} kills, {inside} inside, before {places:?}",
        kills()
    );
    assert!(inside * 10 >= kills() * 9, "{inside} of {} inside", kills());
}

fn another_month(desk: &Desk, n: u64) {
    desk.submit_green(5, if n.is_multiple_of(2) { 6.9 } else { 6.5 }, 7.5);
}

#[test]
fn run() {
    killed("run --period 2024-05", another_month);
}

#[test]
fn seal() {
    killed("seal --period 2024-05", |desk, n| {
        desk.duban("seal --period 2024-05 --reopen --reason 演练");
        another_month(desk, n);
    });
}

#[test]
fn collect() {
    killed("collect mail --period 2024-05", |desk, _| {
        for name in desk.files("mail") {
            let _ = fs::remove_file(desk.path(&format!("inbox/2024-05/{name}")));
        }
        let _ = fs::remove_file(desk.path("inbox/2024-05/received.csv"));
    });
}

#[test]
fn forms() {
    killed("forms --period 2024-05", |desk, n| {
        desk.submit_green(4, if n.is_multiple_of(2) { 4.5 } else { 4.0 }, 5.0);
    });
}

#[test]
fn status() {
    killed("status --period 2024-05", |desk, n| {
        let place = desk.path("inbox/2024-05/公共服务局2024年5月报送表.xlsx");
        if n.is_multiple_of(2) {
            let _ = fs::remove_file(place);
        } else {
            desk.submit(5, "公共服务局", &[("托育服务", "新增托位", 110.0)]);
        }
    });
}

/// A container's layered file system moves no folder (EXDEV): the run ends with what to do about it, and changes nothing.
#[test]
fn a_file_system_that_moves_no_folders() {
    if !can_trace() {
        return;
    }
    let desk = Desk::in_may();
    desk.ok("run --period 2024-05");
    desk.submit_green(5, 6.9, 7.5);
    let before = desk.content("out");
    for line in ["run --period 2024-05", "forms --period 2024-05"] {
        let args: Vec<&str> = line.split(' ').collect();
        let inner = desk.command(&args);
        let said = Command::new("strace")
            .current_dir(desk.path(""))
            .args(["-f", "-qq", "-o", "calls"])
            .arg("--inject=?rename,?renameat,?renameat2:error=EXDEV")
            .arg(inner.get_program())
            .args(inner.get_args())
            .output();
        let said: Said = said.unwrap().into();
        said.exits(2)
            .says(["文件系统不支持这一操作", "请换到本机磁盘上的文件夹"])
            .hides(["Excel"]);
        assert!(desk.content("out") == before, "{line}");
        assert_eq!(leftovers(&desk), [] as [String; 0], "{line}");
    }
    let out = format!("out/{}", "很长的名字/".repeat(400));
    desk.fails(&format!("run --period 2024-05 --out {out}"))
        .says(["名称或路径太长"]);
}

/// Two commands at once: one has the lock, or both have come one after the other.
#[test]
fn no_two_commands_write_at_once() {
    let desk = Desk::in_may();
    desk.write("mail/住建.xlsx", "x");
    desk.write(
        "notice.txt",
        "示例区2024年民生实事\n一、城市绿荫工程。新增街头绿地16万平方米。（牵头单位：建设局）\n",
    );
    desk.ok("run --period 2024-05");
    let lines = [
        ("out", "run --period 2024-05"),
        ("out", "status --period 2024-05"),
        ("out", "forms --period 2024-05"),
        ("out", "seal --period 2024-05"),
        ("archive", "seal --period 2024-05"),
        ("archive", "seal --period 2024-05 --reopen --reason 演练"),
        ("inbox", "collect mail --period 2024-05"),
        ("plans", "plan import notice.txt --out plans/a.toml"),
    ];
    for (folder, line) in lines {
        let before = desk.content("");
        let lock = fs::File::open(desk.make_folder(folder)).unwrap();
        lock.lock().unwrap();
        let said = desk.fails(line);
        said.says(["另一个 duban 命令正在使用", folder]);
        assert!(desk.content("") == before, "{line}");
    }
    // The command's own name for what is wrong.
    for line in [
        "seal --period 2024-05 --out archive",
        "seal --period 2024-05 --out inbox",
    ] {
        desk.fails(line)
            .says(["输出位置", "--out"])
            .hides(["另一个"]);
    }
}
