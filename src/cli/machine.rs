//! What the machine does to a command, told from what is wrong with a file: the one place that does. A department is blamed for
//! its file alone; where the system refuses memory, threads, processes or open files, the command says so and stops.

use std::cell::Cell;
use std::io;
use std::panic::{self, PanicHookInfo};
use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::exit::FAILED;
use super::signals;
use super::terminal::Terminal;

/// Whether the message for want of memory or threads was printed.
static SAID: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// What the machine did to the file that this thread reads.
    static FAULT: Cell<Option<io::Error>> = const { Cell::new(None) };
    /// Whether a panic on this thread is caught and becomes a file's finding.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Notes what keeps this thread's file from being read: its result counts for nothing.
pub fn note(fault: io::Error) {
    FAULT.set(Some(fault));
}

/// A result, unless the machine interfered on this thread since the last call.
pub fn unless_noted<T>(result: T) -> io::Result<T> {
    FAULT.take().map_or(Ok(result), Err)
}

/// Runs what may panic on a hostile file, without a word of it on the terminal.
pub fn quietly<T>(run: impl FnOnce() -> T) -> T {
    QUIET.set(true);
    let result = run();
    QUIET.set(false);
    result
}

/// Looks at every panic first: one in reading a file is that file's own finding, and one for want of memory or threads, which
/// libraries start in many places and which others may then wait for, ends the command at once with one message.
pub fn watch_panics() {
    let shown = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let is_starved = is_starved(info);
        if QUIET.get() {
            if is_starved {
                note(io::ErrorKind::OutOfMemory.into());
            }
        } else if is_starved {
            // Of several threads the first says it and ends the command.
            if SAID.swap(true, Ordering::Relaxed) {
                loop {
                    thread::park();
                }
            }
            Terminal::error(&said!(
                "系统给本程序的内存或线程不够，请关闭其他程序或放宽限制后重试{}",
                signals::unchanged()
            ));
            exit(i32::from(FAILED));
        } else {
            shown(info);
        }
    }));
}

/// Whether a panic tells of memory or a thread that the system refused: libraries say so in these words.
fn is_starved(info: &PanicHookInfo) -> bool {
    const SIGNS: [&str; 7] = [
        "spawn",
        "thread pool",
        "MemError",
        "OutOfMemory",
        "WouldBlock",
        "annot allocate memory",
        "emporarily unavailable",
    ];
    let said = info.payload_as_str().unwrap_or_default();
    SIGNS.iter().any(|sign| said.contains(sign))
}
