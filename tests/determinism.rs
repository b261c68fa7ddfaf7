//! The same inputs give the same bytes, whatever else differs.
#![cfg(feature = "desktop")]

mod common;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use common::{Temp, duban, files, plan, root, sample};

/// Runs all months and gives the output folder's files.
fn outputs(mut command: Command, out: &Path) -> BTreeMap<String, Vec<u8>> {
    let output = command
        .arg("--out")
        .arg(out)
        .args(["--period", "2024-01..2024-06"])
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let files = files(out);
    assert!(files.len() >= 6 * 6, "{:?}", files.keys());
    files
}

fn run_on(plan: &Path, inbox: &Path) -> Command {
    let mut command = duban();
    command
        .arg("run")
        .arg("--plan")
        .arg(plan)
        .arg("--inbox")
        .arg(inbox);
    command
}

fn same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>, what: &str) {
    assert_eq!(
        a.keys().collect::<Vec<_>>(),
        b.keys().collect::<Vec<_>>(),
        "{what}"
    );
    for (name, bytes) in a {
        assert!(b[name] == *bytes, "{name} differs with {what}");
    }
}

fn set_times(folder: &Path, time: SystemTime) {
    for name in files(folder).keys() {
        File::options()
            .write(true)
            .open(folder.join(name))
            .unwrap()
            .set_modified(time)
            .unwrap();
    }
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let temp = Temp::new("same");
    let first = outputs(
        run_on(&plan(), &root().join("inbox")),
        &temp.join("out-first"),
    );

    // A second run over the first one's outputs.
    same(
        &first,
        &outputs(
            run_on(&plan(), &root().join("inbox")),
            &temp.join("out-first"),
        ),
        "a rerun in place",
    );

    for threads in ["1", "2"] {
        let mut command = run_on(&plan(), &root().join("inbox"));
        command
            .env("RAYON_NUM_THREADS", threads)
            .env("POLARS_MAX_THREADS", threads);
        same(
            &first,
            &outputs(command, &temp.join(format!("out-{threads}"))),
            &format!("{threads} threads"),
        );
    }

    // Files made in the opposite order, dated differently, in another place, with a plan in another place.
    let inbox = temp.join("elsewhere").join("收件箱");
    let mut backwards: Vec<_> = files(&root().join("inbox")).into_iter().collect();
    backwards.reverse();
    common::write(&inbox, backwards);
    set_times(
        &inbox,
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000),
    );
    let other_plan = temp.join("elsewhere").join("计划.toml");
    fs::copy(plan(), &other_plan).unwrap();
    same(
        &first,
        &outputs(run_on(&other_plan, &inbox), &temp.join("out-elsewhere")),
        "another place, order and times",
    );
    set_times(
        &inbox,
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_900_000_000),
    );
    same(
        &first,
        &outputs(run_on(&other_plan, &inbox), &temp.join("out-later")),
        "later times",
    );

    for (name, value) in [
        ("TZ", "Pacific/Kiritimati"),
        ("TZ", "America/Los_Angeles"),
        ("LANG", "tr_TR.UTF-8"),
        ("LC_ALL", "C"),
        ("NO_COLOR", "1"),
    ] {
        let mut command = run_on(&plan(), &root().join("inbox"));
        command.env(name, value);
        same(
            &first,
            &outputs(
                command,
                &temp.join(format!("out-{name}-{}", value.replace('/', "-"))),
            ),
            &format!("{name}={value}"),
        );
    }
}

/// A copy of the sample, run from inside with the default places.
#[test]
fn a_copy_of_the_project_elsewhere_gives_the_same_bytes() {
    let temp = Temp::new("copy");
    let here = outputs(
        run_on(&plan(), &root().join("inbox")),
        &temp.join("out-here"),
    );
    let copy = temp.join("副本 copy");
    sample(&copy);
    common::write(
        &copy,
        [("seeds/2024/plan.toml".to_owned(), fs::read(plan()).unwrap())],
    );
    let mut command = duban();
    command.current_dir(&copy).arg("run");
    same(
        &here,
        &outputs(command, &copy.join("out")),
        "a copy of the project",
    );
}
