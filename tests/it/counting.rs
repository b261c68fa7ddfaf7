//! Work counted in allocations: the same on every machine and however busy it is, as no time is.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

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

/// What a piece of work allocates on this thread: how often, and bytes.
pub fn counted<T>(work: impl FnOnce() -> T) -> (T, (u64, u64)) {
    let before = COUNT.get();
    let result = work();
    let after = COUNT.get();
    (result, (after.0 - before.0, after.1 - before.1))
}

/// Nanoseconds that this thread has had a processor; 0 where the system does not say.
fn processor_time() -> u64 {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = line.split(' ').next().and_then(|n| n.parse().ok());
    first.unwrap_or(0)
}

/// Twice the size may cost this much more: linear work costs twice as much, quadratic work four times.
const MOST: u64 = 3;

/// How often the time is measured before it counts as too much: a processor that is shared with others is slow at times.
const ATTEMPTS: usize = 5;

/// Works on something and on something else of twice the size, which may cost [`MOST`] times as much: in allocations, their
/// bytes, and the processor's time. What the work on the larger gave.
#[track_caller]
pub fn costs_in_proportion<I, T>(what: &str, inputs: &[I; 2], work: impl Fn(&I) -> T) -> T {
    let mut least = [[u64::MAX; 3]; 2];
    for _ in 0..ATTEMPTS {
        let mut result = None;
        for (input, least) in inputs.iter().zip(&mut least) {
            let before = processor_time();
            let (gave, (times, bytes)) = counted(|| work(input));
            let took = processor_time() - before;
            *least = [least[0].min(times), least[1].min(bytes), least[2].min(took)];
            result = Some(gave);
        }
        // Below these a fixed cost outweighs the work: some memory, twenty milliseconds.
        let floors = [2_000, 1 << 20, 20_000_000];
        let fits = |n: usize| least[1][n] <= floors[n] + MOST * least[0][n];
        if let (true, Some(result)) = ((0..3).all(fits), result) {
            let [times, bytes, took] = least[1];
            println!(
                "{what}: {times} allocations of {bytes} bytes, {} ms",
                took / 1_000_000
            );
            return result;
        }
    }
    let [half, whole] = least;
    panic!("{what}: twice the size costs {whole:?}, and half of it {half:?}");
}
