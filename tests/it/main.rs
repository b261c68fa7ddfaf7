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

/// rustfmt reads the modules in a macro of this name.
macro_rules! cfg_if {
    (if #[cfg($condition:meta)] { $($module:item)* }) => {
        $(#[cfg($condition)] $module)*
    };
}

cfg_if! {
    if #[cfg(feature = "desktop")] {
        mod desk;
        mod docx;

        mod answers;
        mod arrivals;
        mod chain;
        mod check;
        mod check_page;
        mod clerk;
        mod collect;
        mod determinism;
        #[cfg(target_os = "linux")]
        mod door;
        mod failures;
        mod figures;
        mod forms;
        mod grades;
        mod heads;
        mod hostile_run;
        mod html;
        #[cfg(unix)]
        mod kill;
        #[cfg(target_os = "linux")]
        mod kill_each;
        mod ledger;
        #[cfg(unix)]
        mod machine;
        mod page;
        mod paper;
        mod plan_book;
        mod plan_import;
        mod prelude;
        mod readme;
        mod returns;
        mod run_sample;
        mod seal;
        mod second_city;
        mod sentences;
        mod show;
        mod status;
        mod summary_office;
        mod template;
        mod trace;
        mod truth;
        mod typed;
        mod writings;
    }
}

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
