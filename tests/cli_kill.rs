//! Runs and seals that are killed, run twice at once, or meet a size limit: what is left is the old package, the new one, or a
//! state that the next command restores first.

#![cfg(unix)]

mod office;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use duban::intake::arrival::sha256;
use office::{Office, content};

/// A small generator: the same kills in every run of the test.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// The workbook of one of two states of the month, so that an old and a new package differ.
fn submit(office: &Office, state: u64) {
    let green = if state == 0 { 6.5 } else { 6.9 };
    office.submit(
        5,
        "建设局",
        &[
            ("城市绿荫工程", "街头绿地面积", green),
            ("城市绿荫工程", "山城绿道长度", 7.5),
        ],
    );
}

/// The package in its place, or the one that stands aside for the next command to put back.
fn package(office: &Office) -> Option<PathBuf> {
    [office.path("out/2024-05"), office.path("out/.2024-05.old")]
        .into_iter()
        .find(|place| place.exists())
}

fn json(bytes: &[u8]) -> serde_json::Value {
    serde_json::from_slice(bytes).unwrap()
}

/// Every file that a list names is there as listed.
fn assert_whole(place: &Path, list: &serde_json::Value, files: &BTreeMap<String, Vec<u8>>) {
    for entry in list.as_array().unwrap() {
        let name = entry["path"].as_str().unwrap();
        let bytes = files
            .get(name)
            .unwrap_or_else(|| panic!("{}: {name} is missing", place.display()));
        assert_eq!(
            sha256(bytes),
            entry["sha256"].as_str().unwrap(),
            "{}: {name}",
            place.display()
        );
    }
}

fn assert_package_whole(office: &Office) {
    if let Some(place) = package(office) {
        let files = content(&place);
        assert_whole(&place, &json(&files["manifest.json"])["outputs"], &files);
    }
}

fn assert_seals_whole(office: &Office) {
    for entry in fs::read_dir(office.path("archive")).into_iter().flatten() {
        let place = entry.unwrap().path();
        if place.is_dir()
            && !place
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with('.')
        {
            let files = content(&place);
            assert_eq!(
                files["seal.sha256"],
                format!("{}  seal.json\n", sha256(&files["seal.json"])).as_bytes()
            );
            assert_whole(&place, &json(&files["seal.json"])["files"], &files);
        }
    }
}

/// Whether something was being written when the command was killed.
fn is_interrupted(office: &Office) -> bool {
    let folders = ["out", "archive"].into_iter().flat_map(|folder| {
        fs::read_dir(office.path(folder))
            .into_iter()
            .flatten()
            .flatten()
    });
    folders
        .map(|entry| entry.file_name().into_string().unwrap())
        .any(|name| name.ends_with(".new") || name.ends_with(".old"))
}

fn assert_nothing_left_over(office: &Office) {
    for folder in ["out", "archive"] {
        for entry in fs::read_dir(office.path(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(!name.starts_with('.'), "{folder}/{name}");
        }
    }
}

fn kill_at_random_moments(kills: u32, seed: u64) {
    let office = Office::in_may();
    let mut random = Random(seed);
    let started = Instant::now();
    assert_eq!(office.duban(&["run", "--period", "2024-05"]).code, Some(0));
    let whole_run = u64::try_from(started.elapsed().as_micros()).unwrap();
    let seal: &[&str] = &["seal", "--period", "2024-05"];
    let reopen: &[&str] = &[
        "seal", "--period", "2024-05", "--reopen", "--reason", "演练",
    ];
    let mut state = 0;
    let (mut sealed_once, mut interrupted) = (false, 0);
    for n in 0..kills {
        state = 1 - state;
        submit(&office, state);
        let inbox = office.content("inbox");
        let log = fs::read(office.path("archive/reopened.csv")).unwrap_or_default();
        let seals = office.content("archive");
        let args = match random.below(4) {
            0 | 1 => &["run", "--period", "2024-05"][..],
            2 => seal,
            _ => reopen,
        };
        let mut child = office.start(args);
        thread::sleep(Duration::from_micros(random.below(whole_run * 5 / 4)));
        let _ = child.kill();
        child.wait().unwrap();

        interrupted += u32::from(is_interrupted(&office));
        assert_eq!(
            office.content("inbox"),
            inbox,
            "kill {n}: a submitted file was touched"
        );
        assert!(
            package(&office).is_some(),
            "kill {n} of {args:?}: the package is gone"
        );
        assert_package_whole(&office);
        assert_seals_whole(&office);
        let now = fs::read(office.path("archive/reopened.csv")).unwrap_or_default();
        assert!(now.starts_with(&log), "kill {n}: reopened.csv lost a line");
        // No seal is lost: it stays, or lies beside under its number.
        let after = office.content("archive");
        for (name, bytes) in seals
            .iter()
            .filter(|(name, _)| name.ends_with("/seal.json") && !name.starts_with('.'))
        {
            assert!(
                after.values().any(|b| b == bytes),
                "kill {n}: {name} is gone"
            );
            sealed_once = true;
        }
        if n % 5 == 0 {
            // The next commands restore whatever was left, and everything holds.
            let run = office.duban(&["run", "--period", "2024-05"]);
            assert!(matches!(run.code, Some(0 | 1)), "kill {n}: {run:?}");
            assert_package_whole(&office);
            let _ = office.duban(reopen);
            let again = office.duban(seal);
            assert!(
                again.code == Some(0) || again.err.contains("不能重复封存"),
                "kill {n}: {again:?}"
            );
            assert_nothing_left_over(&office);
            let verify = office.duban(&["verify", "--period", "2024-05"]);
            assert_eq!(verify.code, Some(0), "kill {n}: {verify:?}");
        }
    }
    assert!(sealed_once);
    println!("{kills} kills, {interrupted} of them while writing");
}

#[test]
fn killed_at_random_moments() {
    kill_at_random_moments(50, 7);
}

/// `cargo test --release --test cli_kill -- --ignored`
#[test]
#[ignore = "takes minutes; the short form of it always runs"]
fn killed_three_hundred_times() {
    kill_at_random_moments(300, 2024);
}

#[test]
fn the_second_of_two_runs_says_so_and_changes_nothing() {
    let office = Office::in_may();
    assert_eq!(office.duban(&["run", "--period", "2024-05"]).code, Some(0));
    let before = office.content("out");
    // What a running command holds.
    let lock = fs::File::open(office.path("out")).unwrap();
    lock.lock().unwrap();
    for args in [
        &["run", "--period", "2024-05"][..],
        &["seal", "--period", "2024-05"],
    ] {
        let second = office.duban(args);
        assert!(
            second.code == Some(2) && second.err.contains("另一个 duban 命令正在使用"),
            "{second:?}"
        );
    }
    assert_eq!(office.content("out"), before);
    drop(lock);
    assert_eq!(office.duban(&["run", "--period", "2024-05"]).code, Some(0));
}

/// A killed run locks nobody out.
#[test]
fn a_killed_run_leaves_no_lock() {
    let office = Office::in_may();
    for _ in 0..5 {
        let mut child = office.start(&["run", "--period", "2024-05"]);
        let out = office.path("out");
        while !(out.exists() && fs::File::open(&out).unwrap().try_lock().is_err())
            && child.try_wait().unwrap().is_none()
        {
            thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(office.duban(&["run", "--period", "2024-05"]).code, Some(0));
    }
}

/// Runs under a file size limit in 512-byte blocks.
fn limited(office: &Office, blocks: u32, args: &[&str]) -> office::Run {
    let inner = office.command(args);
    let mut command = Command::new("sh");
    command.current_dir(&office.root).args([
        "-c",
        &format!("ulimit -f {blocks}; exec \"$@\""),
        "sh",
    ]);
    command
        .arg(inner.get_program())
        .args(inner.get_args())
        .envs(inner.get_envs().filter_map(|(k, v)| Some((k, v?))));
    command.output().unwrap().into()
}

#[test]
fn a_file_size_limit_stops_the_run_and_leaves_the_old_package() {
    let office = Office::in_may();
    assert_eq!(office.duban(&["run", "--period", "2024-05"]).code, Some(0));
    submit(&office, 1);
    let before = office.content("out");
    for blocks in [0, 1, 2, 8, 16, 32] {
        for args in [
            &["run", "--period", "2024-05"][..],
            &["seal", "--period", "2024-05"],
        ] {
            let run = limited(&office, blocks, args);
            assert!(
                run.code == Some(2) && run.err.contains("写入的文件超过系统允许的大小"),
                "{blocks} blocks: {run:?}"
            );
            assert_eq!(office.content("out"), before, "{blocks} blocks");
            assert!(office.content("archive").is_empty(), "{blocks} blocks");
        }
    }
    assert_eq!(office.duban(&["seal", "--period", "2024-05"]).code, Some(0));
    assert_eq!(office.duban(&["verify"]).code, Some(0));
}
