//! Every command that writes, killed while it works, by turns also as the first process of a name space of its own, where it has
//! the same number each time: what is left is old or new, and the next command leaves nothing beside it.
//!
//! `DUBAN_KILLS=300 cargo test --release --test it kill_each` kills each command so often (CONTRIBUTING.md).

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::desk::{Desk, files};
use crate::kill::{Random, assert_seals_whole, assert_whole, json};

fn kills() -> u64 {
    let given = std::env::var("DUBAN_KILLS").ok();
    given.and_then(|n| n.parse().ok()).unwrap_or(10)
}

/// The command, or the same one with a fixed number.
fn command(desk: &Desk, line: &str, is_numbered: bool) -> Command {
    let words: Vec<&str> = line.split(' ').collect();
    let inner = desk.command(&words);
    if !is_numbered {
        return inner;
    }
    let mut command = Command::new("unshare");
    command
        .current_dir(desk.path(""))
        .args(["--map-root-user", "--pid", "--fork", "--kill-child"])
        .arg(inner.get_program())
        .args(inner.get_args())
        .envs(inner.get_envs().filter_map(|(k, v)| Some((k, v?))));
    command
}

fn can_number() -> bool {
    let mut command = Command::new("unshare");
    let ran = command.args(["--map-root-user", "--pid", "--fork", "true"]);
    ran.output().is_ok_and(|output| output.status.success())
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

/// Kills a command at a moment within the time that it takes; `before` puts its desk into the state that it changes.
fn killed(line: &str, before: fn(&Desk, u64)) {
    let desk = Desk::in_may();
    for n in 0..4 {
        let file = format!("mail/住建{n}.xlsx");
        desk.write(&file, vec![b'a' + n; 200_000]);
    }
    desk.duban("run --period 2024-05").exits(0);
    let mut took = Duration::MAX;
    for n in 0..3 {
        before(&desk, n);
        let begun = Instant::now();
        let said = desk.duban(line);
        assert!(matches!(said.code, Some(0 | 1)), "{said}");
        took = took.min(begun.elapsed());
    }
    let (mut random, mut inside) = (Random(11), 0);
    let numbers = can_number();
    for n in 0..kills() {
        before(&desk, n);
        let is_numbered = numbers && n % 2 == 1;
        let mut child = command(&desk, line, is_numbered)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let most = u64::try_from(took.as_micros()).unwrap();
        thread::sleep(Duration::from_micros(
            most / 10 + random.below(most * 8 / 10),
        ));
        if child.try_wait().unwrap().is_none() {
            inside += 1;
        } else {
            // Faster than when it was measured.
            took = took * 9 / 10;
        }
        let _ = child.kill();
        // Its end, and that of the process that it stands for.
        let _ = child.stdout.take().unwrap().read_to_end(&mut Vec::new());
        child.wait().unwrap();
        let what = format!("kill {n} of {line}");
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
    println!("{line}: {} kills, {inside} inside", kills());
    assert!(inside * 3 >= kills(), "{inside} of {} inside", kills());
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

/// Two commands at once: one has the lock, or both have come one after the other.
#[test]
fn no_two_commands_write_at_once() {
    let desk = Desk::in_may();
    desk.write("mail/住建.xlsx", "x");
    desk.duban("run --period 2024-05").exits(0);
    let lines = [
        ("out", "run --period 2024-05"),
        ("out", "status --period 2024-05"),
        ("out", "forms --period 2024-05"),
        ("out", "seal --period 2024-05"),
        ("archive", "seal --period 2024-05"),
        ("archive", "seal --period 2024-05 --reopen --reason 演练"),
        ("inbox", "collect mail --period 2024-05"),
    ];
    for (folder, line) in lines {
        let before = desk.content("");
        let lock = fs::File::open(desk.make_folder(folder)).unwrap();
        lock.lock().unwrap();
        let said = desk.duban(line).exits(2);
        said.says(["另一个 duban 命令正在使用", folder]);
        assert!(desk.content("") == before, "{line}");
    }
    // The command's own name for what is wrong.
    for line in [
        "seal --period 2024-05 --out archive",
        "seal --period 2024-05 --out inbox",
    ] {
        desk.duban(line)
            .exits(2)
            .says(["输出位置", "--out"])
            .hides(["另一个"]);
    }
}
