//! Any bytes under a workbook's name: sniffed, opened, interpreted, checked.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let arrivals = duban_fuzz::read("建设局2024年6月报送表.xlsx", bytes);
    duban_fuzz::check(&arrivals);
});
