//! The readers of .xls, .xlsb and .ods without the child process around them. The first byte chooses the reader.
//! calamine may panic on a hostile .xlsb, which the child process is there for: only our own readers are fuzzed, and
//! .xlsb where the first byte says so and `DUBAN_FUZZ_XLSB` is set.

#![no_main]

use duban::intake::legacy::{LegacyKind, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&kind, file)) = bytes.split_first() else {
        return;
    };
    let kind = match kind {
        b'o' => LegacyKind::Ods,
        b'b' if std::env::var_os("DUBAN_FUZZ_XLSB").is_some() => LegacyKind::Xlsb,
        _ => LegacyKind::Xls,
    };
    // Every fault is a good answer; a panic, an abort or a hang is none.
    let _ = read(kind, file, &duban_fuzz::limits());
});
