//! Printing that cannot fail a command.

use std::fmt::Display;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether anything could not be printed.
static PRINT_FAILED: AtomicBool = AtomicBool::new(false);

/// Prints to standard output. Printing never decides over data: where the reader is gone or the device is full, the command
/// goes on, and its exit code says so.
pub fn print(text: impl Display) {
    note(&write!(anstream::stdout(), "{text}"));
}

/// Prints a line to standard error, likewise.
pub fn print_error(text: impl Display) {
    note(&writeln!(anstream::stderr(), "{text}"));
}

fn note(printed: &io::Result<()>) {
    if printed.is_err() {
        PRINT_FAILED.store(true, Ordering::Relaxed);
    }
}

/// Whether anything could not be printed.
pub fn print_failed() -> bool {
    PRINT_FAILED.load(Ordering::Relaxed)
}
