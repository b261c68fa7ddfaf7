//! The child process end to end. This program has no test harness: it is its own child, as `duban` is.

#[path = "../src/allocator.rs"]
mod allocator;
#[path = "it/xlsb.rs"]
mod xlsb;
#[allow(
    dead_code,
    unused_imports,
    reason = "shared with the other test program"
)]
#[path = "it/xlsx.rs"]
mod xlsx;

use std::process::ExitCode;

use allocator::Bounded;
use duban::cli::child::{CHILD_COMMAND, child_main, read_in_child};
use duban::intake::FileFault;
use duban::intake::arrival::read_xlsb;
use duban::plan::model::Limits;
use xlsb::xlsb;
use xlsx::pack;

/// The program's: what it takes of the child's address space counts.
#[global_allocator]
static ALLOCATOR: Bounded = Bounded;

const ODS: &[u8] = include_bytes!("fixtures/legacy/sample.ods");

/// calamine looks a sheet's relation up as if it were always there (found by fuzzing).
fn an_xlsb_whose_sheet_has_no_relation() -> Vec<u8> {
    let wide = |text: &str| {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [
            &u32::try_from(units.len() / 2).unwrap().to_le_bytes()[..],
            &units,
        ]
        .concat()
    };
    let sheet = [&[0, 0, 0, 0, 1, 0, 0, 0][..], &wide("rId1"), &wide("a")].concat();
    let workbook = [
        &[0x9C, 0x01, u8::try_from(sheet.len()).unwrap()][..],
        &sheet,
        &[0x90, 0x01, 0x00],
    ]
    .concat();
    pack(&[
        ("xl/workbook.bin", workbook.as_slice()),
        (
            "xl/_rels/workbook.bin.rels",
            b"<Relationships></Relationships>",
        ),
    ])
}

/// Twenty million empty texts in a few kilobytes: calamine keeps each.
fn an_xlsb_of_texts_without_end() -> Vec<u8> {
    let items = 20_000_000_u32;
    let mut texts = vec![0x9F, 0x01, 8];
    texts.extend([items.to_le_bytes(), items.to_le_bytes()].concat());
    for _ in 0..items {
        texts.extend([19, 5, 0, 0, 0, 0, 0]);
    }
    let relations = b"<Relationships></Relationships>".as_slice();
    pack(&[
        ("xl/workbook.bin", &[][..]),
        ("xl/_rels/workbook.bin.rels", relations),
        ("xl/sharedStrings.bin", &texts),
    ])
}

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|a| a == CHILD_COMMAND) {
        return child_main(args);
    }
    let limits = Limits::default();
    let whole = xlsb();
    let here = read_xlsb(&whole, &limits);
    let there = read_in_child(&whole, &limits);
    assert!(here.is_ok());
    assert_eq!(format!("{here:?}"), format!("{there:?}"));
    let cut = read_in_child(&whole[..whole.len() / 2], &limits);
    assert!(matches!(cut, Err(FileFault::Unreadable { .. })), "{cut:?}");
    let few = read_in_child(&whole, &Limits { cells: 3, ..limits });
    assert!(matches!(few, Err(FileFault::OverLimit { .. })), "{few:?}");
    // calamine panics on bytes like these.
    let none = read_in_child(ODS, &limits);
    assert!(
        matches!(none, Err(FileFault::Unreadable { .. })),
        "{none:?}"
    );
    let unrelated = read_in_child(&an_xlsb_whose_sheet_has_no_relation(), &limits);
    assert!(
        matches!(&unrelated, Err(FileFault::Unreadable { what }) if what.contains("读取")),
        "{unrelated:?}"
    );
    let hurried = Limits {
        seconds: 0,
        ..limits
    };
    assert_eq!(
        read_in_child(&whole, &hurried).unwrap_err(),
        FileFault::OverLimit {
            limit: "读取时间超过0秒".to_owned()
        }
    );
    assert_eq!(
        read_in_child(&an_xlsb_of_texts_without_end(), &limits).unwrap_err(),
        FileFault::OverLimit {
            limit: "读取所需内存超过768 MiB".to_owned()
        }
    );
    // One read in some hundred failed once the allocator had taken all of the child's address space.
    for _ in 0..300 {
        let again = read_in_child(&whole, &limits);
        assert!(again.is_ok(), "{again:?}");
    }
    println!("child: ok");
    ExitCode::SUCCESS
}
