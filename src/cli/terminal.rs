//! What people see while a command runs: progress on a terminal, quiet in a pipe.

use std::io::IsTerminal;

use clap::ValueEnum;
use comfy_table::{Row, Table, presets::UTF8_HORIZONTAL_ONLY};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::error::{Error, Result};
use super::printing::{print, print_error};
use super::timings::Timings;

/// `terminal.line` of a text with values in it.
macro_rules! say {
    ($terminal:expr, $($text:tt)*) => {
        $terminal.line(format!($($text)*))
    };
}

/// A table ruled between its rows alone.
pub fn table(heads: impl Into<Row>) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY).set_header(heads);
    table
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

pub struct Terminal {
    pub quiet: bool,
    pub verbose: bool,
    /// What `--timings` prints.
    pub timings: Timings,
}

impl Terminal {
    pub fn new(color: Color, quiet: bool, verbose: bool) -> Self {
        match color {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
        Self {
            quiet,
            verbose,
            timings: Timings::new(false),
        }
    }

    /// Has `--timings` measured.
    #[must_use]
    pub fn timed(self, is_asked: bool) -> Self {
        let timings = Timings::new(is_asked);
        Self { timings, ..self }
    }

    /// Prints a line of the result.
    pub fn line(&self, text: impl AsRef<str>) {
        if !self.quiet {
            print(format_args!("{}\n", text.as_ref()));
        }
    }

    /// Prints the result of `--format json`, also with --quiet: a program that asks for it reads it.
    pub fn json(value: &impl Serialize) -> Result {
        let text = serde_json::to_string_pretty(value).map_err(Error::said)?;
        print(format_args!("{text}\n"));
        Ok(())
    }

    /// Prints a line of progress or detail, to standard error.
    pub fn detail(&self, text: &str) {
        if self.verbose {
            print_error(text);
        }
    }

    /// Prints what a command did not do and why, to standard error, also with --quiet.
    pub fn warn(text: &str) {
        print_error(text);
    }

    pub fn error(error: &Error) {
        print_error(format_args!("\u{1b}[1;31m错误：\u{1b}[0m{error}"));
    }

    /// A progress bar over `total` steps; hidden in a pipe and with --quiet.
    pub fn progress(&self, total: usize, what: impl Into<String>) -> ProgressBar {
        let target = if !self.quiet && std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.with_message(what.into())
    }
}
