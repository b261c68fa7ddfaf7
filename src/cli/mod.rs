//! The command line: `commands/` has one file a command, the rest serves them. Only this room talks to the terminal and the
//! file system.

#[macro_use]
mod error;
#[macro_use]
mod terminal;

mod archive;
mod args;
pub mod child;
mod clock;
mod commands;
mod disk;
mod door;
mod exit;
mod inbox;
mod lock;
mod machine;
mod month;
mod months;
mod next;
mod opening;
mod output;
mod package;
mod periods;
mod plan_file;
mod printing;
mod returns;
mod sealed;
mod signals;
mod templates;
mod timings;
mod user;
mod view;

use std::ffi::OsString;
use std::process::ExitCode;

use args::{Args, Command};
use terminal::Terminal;

/// Runs the command line and gives its exit code: 0 nothing wrong, 1 something to put right, 2 could not run. `is_alone`: no
/// other process shares the window, which closes with this one.
pub fn main(is_alone: bool) -> ExitCode {
    // The child process that reads one .xlsb: nothing else is set up in it.
    let raw: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let Some((command, rest)) = raw.split_first()
        && command == child::CHILD_COMMAND
    {
        return child::child_main(rest.iter().cloned());
    }
    signals::prepare();
    machine::watch_panics();
    let mut window = door::Window::new(is_alone, &raw);
    if let Some(code) = door::open(&raw, &mut window) {
        return ExitCode::from(code);
    }
    let code = match Args::read(next::remember) {
        Ok(args) => {
            let is_timed = matches!(&args.command, Command::Run(run) if run.timings);
            let terminal = Terminal::new(args.color, args.quiet, args.verbose).timed(is_timed);
            commands::run(args.command, &terminal).unwrap_or_else(|error| {
                // Whatever a command that is to end has come to, it ends for that.
                if let (Err(cancelled), Some(code)) = (signals::check(), signals::cancelled()) {
                    Terminal::warn(&format!("{cancelled}。"));
                    return code;
                }
                Terminal::error(&error);
                exit::FAILED
            })
        }
        Err(error) => args::print_usage(&error),
    };
    // What was to be replaced is; but whoever called does not have the whole answer.
    ExitCode::from(if printing::print_failed() {
        exit::FAILED
    } else {
        code
    })
}
