//! What people see while a command runs: progress on a terminal, quiet in a pipe.

use std::io::IsTerminal;

use clap::Command;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::args::{Color, Shell};
use super::error::Error;
use super::timings::{Shares, Timings};

pub struct Terminal {
    pub quiet: bool,
    pub verbose: bool,
    timings: Timings,
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
            timings: Timings::default(),
        }
    }

    /// Prints a line of the result.
    pub fn line(&self, text: &str) {
        if !self.quiet {
            anstream::println!("{text}");
        }
    }

    /// Prints the result of `--format json`, also with --quiet: a program that asks for it reads it.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn json(value: &impl Serialize) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(value).map_err(|e| Error::said(e.to_string()))?;
        anstream::println!("{text}");
        Ok(())
    }

    /// Prints a line of progress or detail, to standard error.
    pub fn detail(&self, text: &str) {
        if self.verbose {
            anstream::eprintln!("{text}");
        }
    }

    /// Prints what a command did not do and why, to standard error, also with --quiet.
    pub fn warn(text: &str) {
        anstream::eprintln!("{text}");
    }

    /// Runs one stage of a command and notes what it took (`--timings`).
    pub fn stage<T>(&self, name: &'static str, run: impl FnOnce() -> T) -> T {
        self.timings.stage(name, run)
    }

    /// As [`Self::stage`], for what runs beside other parts.
    pub fn part<T>(&self, name: &'static str, run: impl FnOnce() -> T) -> T {
        self.timings.part(name, run)
    }

    /// Runs what reads and checks file by file.
    pub fn shared<T>(&self, run: impl FnOnce(&Shares) -> T) -> T {
        self.timings.shared(run)
    }

    /// Prints the stages' table.
    pub fn print_timings(&self) {
        for line in self.timings.table() {
            anstream::eprintln!("{line}");
        }
    }

    #[expect(
        clippy::unused_self,
        reason = "what a terminal prints, it prints itself"
    )]
    pub fn error(&self, error: &Error) {
        anstream::eprintln!("\u{1b}[1;31m错误：\u{1b}[0m{error}");
    }

    /// A progress bar over `total` steps; hidden in a pipe and with --quiet.
    pub fn progress(&self, total: usize, what: &str) -> ProgressBar {
        let shown = !self.quiet && std::io::stderr().is_terminal();
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what.to_owned());
        bar
    }
}

/// A shell's completion script.
pub fn completion_script(command: &mut Command, shell: Shell) -> String {
    use clap_complete::shells;
    let mut script = Vec::new();
    match shell {
        Shell::Bash => clap_complete::generate(shells::Bash, command, "duban", &mut script),
        Shell::Zsh => clap_complete::generate(shells::Zsh, command, "duban", &mut script),
        Shell::Fish => clap_complete::generate(shells::Fish, command, "duban", &mut script),
        Shell::Powershell => {
            clap_complete::generate(shells::PowerShell, command, "duban", &mut script)
        }
        Shell::Elvish => clap_complete::generate(shells::Elvish, command, "duban", &mut script),
    }
    String::from_utf8_lossy(&script).into_owned()
}
