//! The same inputs give the same bytes, whatever else differs.

use crate::prelude::*;
use std::fs::File;
use std::time::{Duration, SystemTime};

/// Runs all months with what is set here, and compares their files with the sample year's.
fn gives_the_same(desk: &Desk, what: &str, args: &[&str], variables: &[(&str, &str)]) {
    let mut command = desk.command(&["run", "--period", "2024-01..2024-06"]);
    command.args(args).envs(variables.iter().copied());
    Said::from(command.output().unwrap()).exits(1);
    let now = desk.content("out");
    assert!(now.len() >= 6 * 6, "{:?}", now.keys());
    let expected: BTreeMap<_, _> = sample_year()
        .iter()
        .flat_map(|(month, outputs)| {
            let files = files(&outputs.folder).into_iter();
            files.map(move |(name, bytes)| (format!("{month}/{name}"), bytes))
        })
        .collect();
    assert!(now.keys().eq(expected.keys()), "{what}: {:?}", now.keys());
    for (name, bytes) in now {
        assert!(expected[&name] == bytes, "{name} differs with {what}");
    }
}

fn set_times(desk: &Desk, folder: &str, seconds: u64) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    for name in desk.files(folder) {
        let file = File::options()
            .write(true)
            .open(desk.path(folder).join(name));
        file.unwrap().set_modified(time).unwrap();
    }
}

#[test]
fn threads_time_zones_and_languages_change_no_byte() {
    // The first in a copy of the project elsewhere, the next ones over the outputs of those before.
    let desk = Desk::sample();
    for threads in ["1", "2"] {
        let variables = [
            ("RAYON_NUM_THREADS", threads),
            ("POLARS_MAX_THREADS", threads),
        ];
        gives_the_same(&desk, &format!("{threads} threads"), &[], &variables);
    }
    for (name, value) in [
        ("TZ", "Pacific/Kiritimati"),
        ("TZ", "America/Los_Angeles"),
        ("LANG", "tr_TR.UTF-8"),
        ("LC_ALL", "C"),
        ("NO_COLOR", "1"),
    ] {
        gives_the_same(&desk, &format!("{name}={value}"), &[], &[(name, value)]);
    }
}

/// Files made in the opposite order, dated differently, in another place, with a plan in another place.
#[test]
fn another_place_order_and_time_change_no_byte() {
    let desk = Desk::bare();
    for (name, bytes) in files(&root().join("inbox")).into_iter().rev() {
        desk.write(&format!("副本 copy/收件箱/{name}"), bytes);
    }
    desk.write("计划.toml", fs::read(root().join(PLAN)).unwrap());
    let args = ["--plan", "计划.toml", "--inbox", "副本 copy/收件箱"];
    for seconds in [1_000_000_000, 1_900_000_000] {
        set_times(&desk, "副本 copy", seconds);
        gives_the_same(&desk, "another place, order and time", &args, &[]);
    }
}
