//! What a fixed small month costs in allocations. A change that makes reading or checking a tenth dearer than recorded does
//! not pass.

use std::fs;
use std::path::Path;

use duban::intake::Arrival;

use crate::counting::counted;
use crate::month;

/// Allocations and their bytes as recorded. Lower them when a change has made them lower; raise them only with a reason.
const RECORDED: [(&str, u64, u64); 2] = [("read", 6_533, 1_218_871), ("check", 3_487, 323_123)];

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.file_name().unwrap() != "received.csv" {
            let name = path.strip_prefix("inbox/2024-06").unwrap();
            found.push((name.to_str().unwrap().to_owned(), fs::read(&path).unwrap()));
        }
    }
}

#[test]
fn june_of_the_sample_costs_what_is_recorded() {
    let mut inbox = Vec::new();
    files(Path::new("inbox/2024-06"), &mut inbox);
    assert!(inbox.len() >= 7);
    let read = || {
        inbox
            .iter()
            .flat_map(|(path, bytes)| month::read(path, bytes))
            .collect::<Vec<Arrival>>()
    };
    let check = |arrivals| month::check(arrivals, true);
    // What is made once a process is no cost of a month.
    check(read());
    let (arrivals, read) = counted(read);
    let (checked, check) = counted(|| check(arrivals));
    assert!(!checked.findings.is_empty());
    for ((what, times, bytes), now) in RECORDED.into_iter().zip([read, check]) {
        let within = |now: u64, recorded: u64| now <= recorded + recorded / 10;
        let (now_times, now_bytes) = now;
        println!("{what}: {now_times} allocations of {now_bytes} bytes");
        assert!(
            within(now_times, times) && within(now_bytes, bytes),
            "{what}: {now:?}, recorded are {times} of {bytes}: a tenth more is too much"
        );
    }
}
