//! Runs and seals that are killed, run twice at once, or meet a size limit: what is left is the old package, the new one, or a
//! state that the next command restores first.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::prelude::*;
use duban::intake::arrival::sha256;

const RUN: &str = "run --period 2024-05";
const SEAL: &str = "seal --period 2024-05";
const REOPEN: &str = "seal --period 2024-05 --reopen --reason 演练";

/// A small generator: the same kills in every run of the test.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

fn start(desk: &Desk, line: &str) -> Child {
    let words: Vec<&str> = line.split(' ').collect();
    let mut command = desk.command(&words);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// The package in its place, or the one that stands aside for the next command to put back.
fn package(desk: &Desk) -> Option<PathBuf> {
    [desk.path("out/2024-05"), desk.path("out/.2024-05.old")]
        .into_iter()
        .find(|place| place.exists())
}

pub fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// Every file that a list names is there as listed.
pub fn assert_whole(place: &Path, list: &Value, files: &BTreeMap<String, Vec<u8>>) {
    for entry in list.list() {
        let name = text(entry, "path");
        let place = place.display();
        let bytes = files
            .get(name)
            .unwrap_or_else(|| panic!("{place}: {name} is missing"));
        assert_eq!(sha256(bytes), text(entry, "sha256"), "{place}: {name}");
    }
}

fn assert_package_whole(desk: &Desk) {
    if let Some(place) = package(desk) {
        let files = files(&place);
        assert_whole(&place, &json(&files["manifest.json"])["outputs"], &files);
    }
}

/// What stands in the outputs' folder and in the archive.
fn entries(desk: &Desk) -> impl Iterator<Item = (PathBuf, String)> {
    let folders = ["out", "archive"].map(|folder| fs::read_dir(desk.path(folder)));
    folders.into_iter().flatten().flatten().map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (path, name)
    })
}

pub fn assert_seals_whole(desk: &Desk) {
    for (place, name) in entries(desk) {
        if !place.join("seal.json").exists() || name.starts_with('.') {
            continue;
        }
        let files = files(&place);
        let seal = &files["seal.json"];
        let hash = format!("{}  seal.json\n", sha256(seal));
        assert_eq!(files["seal.sha256"], hash.as_bytes());
        assert_whole(&place, &json(seal)["files"], &files);
    }
}

/// Whether something was being written when the command was killed.
fn is_interrupted(desk: &Desk) -> bool {
    entries(desk).any(|(_, name)| name.ends_with(".new") || name.ends_with(".old"))
}

fn kill_at_random_moments(kills: u32, seed: u64) {
    let desk = Desk::in_may();
    let mut random = Random(seed);
    let started = Instant::now();
    desk.ok(RUN);
    let whole_run = u64::try_from(started.elapsed().as_micros()).unwrap();
    let (mut sealed_once, mut interrupted) = (false, 0);
    for n in 0..kills {
        // Two states of the month by turns, so that an old and a new package differ.
        desk.submit_green(5, if n % 2 == 0 { 6.9 } else { 6.5 }, 7.5);
        let inbox = desk.content("inbox");
        let log = fs::read(desk.path("archive/reopened.csv")).unwrap_or_default();
        let seals = desk.content("archive");
        let line = [RUN, RUN, SEAL, REOPEN][usize::try_from(random.below(4)).unwrap()];
        let mut child = start(&desk, line);
        thread::sleep(Duration::from_micros(random.below(whole_run * 5 / 4)));
        let _ = child.kill();
        child.wait().unwrap();

        let what = format!("kill {n} of {line}");
        interrupted += u32::from(is_interrupted(&desk));
        assert!(
            desk.content("inbox") == inbox,
            "{what}: a submitted file was touched"
        );
        assert!(package(&desk).is_some(), "{what}: the package is gone");
        assert_package_whole(&desk);
        assert_seals_whole(&desk);
        let now = fs::read(desk.path("archive/reopened.csv")).unwrap_or_default();
        assert!(now.starts_with(&log), "{what}: reopened.csv lost a line");
        // No seal is lost: it stays, or lies beside under its number.
        let after = desk.content("archive");
        for (name, bytes) in seals {
            if name.ends_with("/seal.json") && !name.starts_with('.') {
                assert!(
                    after.values().any(|b| *b == bytes),
                    "{what}: {name} is gone"
                );
                sealed_once = true;
            }
        }
        if n % 5 == 0 {
            // The next commands restore whatever was left, and everything holds.
            let run = desk.duban(RUN);
            assert!(matches!(run.code, Some(0 | 1)), "{what}: {run}");
            assert_package_whole(&desk);
            desk.duban(REOPEN);
            let again = desk.duban(SEAL);
            assert!(
                again.code == Some(0) || again.err.contains("不能重复封存"),
                "{what}: {again}"
            );
            let hidden: Vec<_> = entries(&desk).filter(|(_, n)| n.starts_with('.')).collect();
            assert!(hidden.is_empty(), "{what}: {hidden:?}");
            desk.ok("verify --period 2024-05");
        }
    }
    assert!(sealed_once);
    println!("{kills} kills, {interrupted} of them while writing");
}

#[test]
fn killed_at_random_moments() {
    kill_at_random_moments(50, 7);
}

/// `cargo test --release --test it -- --ignored killed`
#[test]
#[ignore = "takes minutes; the short form of it always runs"]
fn killed_three_hundred_times() {
    kill_at_random_moments(300, 2024);
}

#[test]
fn the_second_of_two_runs_says_so_and_changes_nothing() {
    let desk = Desk::in_may();
    desk.ok(RUN);
    let before = desk.content("out");
    // What a running command holds.
    let lock = fs::File::open(desk.path("out")).unwrap();
    lock.lock().unwrap();
    for line in [RUN, SEAL] {
        desk.fails(line).says(["另一个 duban 命令正在使用"]);
    }
    assert!(desk.content("out") == before);
    drop(lock);
    desk.ok(RUN);
}

/// A killed run locks nobody out.
#[test]
fn a_killed_run_leaves_no_lock() {
    let desk = Desk::in_may();
    let out = desk.path("out");
    for _ in 0..5 {
        let mut child = start(&desk, RUN);
        while !(out.exists() && fs::File::open(&out).unwrap().try_lock().is_err())
            && child.try_wait().unwrap().is_none()
        {
            thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        desk.ok(RUN);
    }
}

/// Runs under a file size limit in 512-byte blocks.
pub fn limited(desk: &Desk, script: &str, line: &str) -> Said {
    let words: Vec<&str> = line.split(' ').collect();
    let inner = desk.command(&words);
    let mut command = Command::new("sh");
    command
        .current_dir(desk.path(""))
        .args(["-c", &format!("{script}; exec \"$@\""), "sh"])
        .arg(inner.get_program())
        .args(inner.get_args())
        .envs(inner.get_envs().filter_map(|(k, v)| Some((k, v?))));
    command.output().unwrap().into()
}

#[test]
fn a_file_size_limit_stops_the_run_and_leaves_the_old_package() {
    let desk = Desk::in_may();
    desk.ok(RUN);
    desk.submit_green(5, 6.9, 7.5);
    let before = desk.content("out");
    for blocks in [0, 1, 2, 8, 16, 32] {
        for line in [RUN, SEAL] {
            limited(&desk, &format!("ulimit -f {blocks}"), line)
                .exits(2)
                .says(["写入的文件超过系统允许的大小"]);
            assert!(desk.content("out") == before, "{blocks} blocks");
            assert!(desk.content("archive").is_empty(), "{blocks} blocks");
        }
    }
    desk.ok(SEAL);
    desk.ok("verify");
}
