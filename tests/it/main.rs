//! duban from outside: its library, and the program as an office uses it. One test program for all, since each links polars.
//!
//! `UPDATE=1 cargo test --release` rewrites what tests keep on record: the READMEs' output blocks, the grades, the plan's
//! mistakes and its schema. A change in it is reviewed before it is committed.

#![allow(
    clippy::disallowed_methods,
    reason = "test workbooks need not be the same bytes everywhere"
)]

mod counting;
mod month;
mod xlsb;
mod xlsx;

mod allocations;
mod free_text;
mod hostile;
mod hostile_office;
mod intake_legacy;
mod intake_packages;
mod plan_load;
mod plan_seed;
mod quantity_properties;
mod readings;
mod tree;

#[cfg(feature = "desktop")]
mod desk;
#[cfg(feature = "desktop")]
mod docx;

#[cfg(feature = "desktop")]
mod answers;
#[cfg(feature = "desktop")]
mod arrivals;
#[cfg(feature = "desktop")]
mod chain;
#[cfg(feature = "desktop")]
mod check;
#[cfg(feature = "desktop")]
mod check_page;
#[cfg(feature = "desktop")]
mod clerk;
#[cfg(feature = "desktop")]
mod collect;
#[cfg(feature = "desktop")]
mod determinism;
#[cfg(all(feature = "desktop", target_os = "linux"))]
mod door;
#[cfg(feature = "desktop")]
mod failures;
#[cfg(feature = "desktop")]
mod figures;
#[cfg(feature = "desktop")]
mod forms;
#[cfg(feature = "desktop")]
mod grades;
#[cfg(feature = "desktop")]
mod heads;
#[cfg(feature = "desktop")]
mod hostile_run;
#[cfg(feature = "desktop")]
mod html;
#[cfg(all(feature = "desktop", unix))]
mod kill;
#[cfg(all(feature = "desktop", target_os = "linux"))]
mod kill_each;
#[cfg(feature = "desktop")]
mod ledger;
#[cfg(all(feature = "desktop", unix))]
mod machine;
#[cfg(feature = "desktop")]
mod page;
#[cfg(feature = "desktop")]
mod paper;
#[cfg(feature = "desktop")]
mod plan_book;
#[cfg(feature = "desktop")]
mod plan_import;
#[cfg(feature = "desktop")]
mod readme;
#[cfg(feature = "desktop")]
mod returns;
#[cfg(feature = "desktop")]
mod run_sample;
#[cfg(feature = "desktop")]
mod seal;
#[cfg(feature = "desktop")]
mod second_city;
#[cfg(feature = "desktop")]
mod sentences;
#[cfg(feature = "desktop")]
mod show;
#[cfg(feature = "desktop")]
mod status;
#[cfg(feature = "desktop")]
mod summary_office;
#[cfg(feature = "desktop")]
mod template;
#[cfg(feature = "desktop")]
mod trace;
#[cfg(feature = "desktop")]
mod truth;
#[cfg(feature = "desktop")]
mod typed;
#[cfg(feature = "desktop")]
mod writings;

/// Whether what is on record is to be rewritten.
fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// The text of a file on record is this one, line by line; `UPDATE=1` makes it so.
#[track_caller]
fn assert_on_record(path: &str, now: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if is_update() {
        std::fs::write(&path, now).unwrap();
    }
    let recorded = std::fs::read_to_string(&path)
        .unwrap()
        .replace("\r\n", "\n");
    for (ix, (recorded, now)) in recorded.lines().zip(now.lines()).enumerate() {
        assert_eq!(recorded, now, "line {} of {}", ix + 1, path.display());
    }
    assert!(recorded == now, "{} has other lines", path.display());
}
