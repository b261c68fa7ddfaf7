//! Arguments in, exit code out.

mod allocator;

use std::process::ExitCode;

use allocator::Bounded;

#[global_allocator]
static ALLOCATOR: Bounded = Bounded;

fn main() -> ExitCode {
    duban::cli::main(is_alone())
}

/// Whether this process has its console to itself: then it was double-clicked, or a file was dropped on it.
#[cfg(windows)]
fn is_alone() -> bool {
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetConsoleProcessList(ids: *mut u32, count: u32) -> u32;
    }
    let mut ids = [0; 2];
    // SAFETY: the system writes at most as many ids as it is told there is room for.
    unsafe { GetConsoleProcessList(ids.as_mut_ptr(), 2) == 1 }
}

/// No other system tells.
#[cfg(not(windows))]
fn is_alone() -> bool {
    false
}
