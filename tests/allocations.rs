//! What a fixed small month costs, counted in allocations: the same on every machine and however busy it is, as no time is.
//! A change that makes reading or checking a tenth dearer than recorded does not pass.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs;
use std::path::Path;

use duban::check::{History, Keep, Register, month};
use duban::intake::arrival::Reader;
use duban::intake::layout::Names;
use duban::intake::{Arrival, legacy};
use duban::plan::{Moment, Period, load};

/// Allocations and their bytes as recorded. Lower them when a change has made them lower; raise them only with a reason.
const RECORDED: [(&str, u64, u64); 2] = [("read", 4_844, 795_699), ("check", 3_169, 341_024)];

struct Counting;

thread_local! {
    static COUNT: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
}

fn count(bytes: usize) {
    // A thread that is ending has no counter any more, and nothing to count.
    let _ = COUNT.try_with(|count| {
        let (times, sum) = count.get();
        count.set((times + 1, sum + bytes as u64));
    });
}

// SAFETY: every call is handed to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What a piece of work allocates on this thread.
fn counted<T>(work: impl FnOnce() -> T) -> (T, (u64, u64)) {
    let before = COUNT.get();
    let result = work();
    let after = COUNT.get();
    (result, (after.0 - before.0, after.1 - before.1))
}

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
            found.push((
                path.strip_prefix("inbox/2024-06")
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned(),
                fs::read(&path).unwrap(),
            ));
        }
    }
}

#[test]
fn june_of_the_sample_costs_what_is_recorded() {
    let plan = load("plan.toml", include_str!("../seeds/2024/plan.toml")).unwrap();
    let (names, limits) = (Names::new(&plan), plan.limits);
    let moment = Moment {
        period: Period::new(2024, 6).unwrap(),
        as_of: None,
    };
    let reader = Reader {
        plan: &plan,
        names: &names,
        period: moment.period,
        limits: &limits,
        legacy: &legacy::read,
    };
    let mut inbox = Vec::new();
    files(Path::new("inbox/2024-06"), &mut inbox);
    assert!(inbox.len() >= 7);

    let read = || {
        inbox
            .iter()
            .flat_map(|(path, bytes)| reader.read(path, bytes))
            .collect::<Vec<Arrival>>()
    };
    let check = |arrivals: Vec<Arrival>| {
        let (register, history) = (Register::default(), History::default());
        month::Input {
            plan: &plan,
            moment,
            register: &register,
            history: &history,
            chases: true,
            keep: Keep::All,
            again: None,
        }
        .check(arrivals)
        .0
    };
    // What is made once a process is no cost of a month.
    check(read());
    let (arrivals, read) = counted(read);
    let (checked, check) = counted(|| check(arrivals));
    assert!(!checked.findings.is_empty());

    for ((what, times, bytes), now) in RECORDED.into_iter().zip([read, check]) {
        let within = |now: u64, recorded: u64| now <= recorded + recorded / 10;
        assert!(
            within(now.0, times) && within(now.1, bytes),
            "{what}: {} allocations of {} bytes, recorded are {times} of {bytes}: a tenth more is too much",
            now.0,
            now.1
        );
        println!("{what}: {} allocations of {} bytes", now.0, now.1);
    }
}
