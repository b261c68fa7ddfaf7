//! The child process end to end. This program has no test harness: it is its own child, as `duban` is.

use std::process::ExitCode;

use duban::cli::child::{CHILD_COMMAND, child_main, read_in_child};
use duban::intake::FileFault;
use duban::intake::legacy::{LegacyKind, read};
use duban::plan::model::Limits;

const XLS: &[u8] = include_bytes!("fixtures/legacy/sample.xls");
const ODS: &[u8] = include_bytes!("fixtures/legacy/sample.ods");

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|a| a == CHILD_COMMAND) {
        return child_main(args);
    }
    let limits = Limits::default();
    for (kind, bytes) in [(LegacyKind::Xls, XLS), (LegacyKind::Ods, ODS)] {
        let here = read(kind, bytes, &limits);
        let there = read_in_child(kind, bytes, &limits);
        assert_eq!(format!("{here:?}"), format!("{there:?}"));
        let cut = read_in_child(kind, &bytes[..bytes.len() / 2], &limits);
        assert!(matches!(cut, Err(FileFault::Unreadable { .. })), "{cut:?}");
        let few = read_in_child(kind, bytes, &Limits { cells: 5, ..limits });
        assert!(matches!(few, Err(FileFault::OverLimit { .. })), "{few:?}");
    }
    // .xlsb goes through calamine, which panics on bytes like these.
    let none = read_in_child(LegacyKind::Xlsb, ODS, &limits);
    assert!(matches!(none, Err(FileFault::Unreadable { .. })), "{none:?}");
    let late = read_in_child(LegacyKind::Xls, XLS, &Limits { seconds: 0, ..limits });
    assert_eq!(late.unwrap_err(), FileFault::OverLimit { limit: "读取时间超过0秒".to_owned() });
    println!("child: ok");
    ExitCode::SUCCESS
}
