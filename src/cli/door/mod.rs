//! The door: what a person finds who starts the program without a command, or drops a file on it. Every command is run as
//! it would be typed, in a process of its own, so that nothing that ends it closes the window.

mod ask;
mod desk;
mod dropped;
mod menu;

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::Command;

use super::error::{Doing, Error};
use super::exit::FAILED;
use super::next;
use super::printing::print;
use super::signals;
use super::terminal::Terminal;
use crate::cli::args;

/// Set for a window that closes when the program ends, where the system does not tell.
const WAIT: &str = "DUBAN_WAIT";

/// What a process without a command does; `None`: there is one, or a mistake in it.
pub fn open(words: &[OsString], window: &mut Window) -> Option<u8> {
    if words.is_empty() && is_terminal() {
        return Some(menu(window));
    }
    let names_command = |word: &OsString| {
        let word = word.to_string_lossy();
        word == "help" || word.starts_with('-') || args::command().find_subcommand(&*word).is_some()
    };
    let paths: Vec<PathBuf> = words.iter().map(PathBuf::from).collect();
    let are_dropped = !words.is_empty() && paths.iter().all(|path| path.exists());
    if !are_dropped || names_command(&words[0]) {
        return None;
    }
    Some(match dropped::take(&paths) {
        Ok(dropped::Taken::Line(words)) => run(words),
        Ok(dropped::Taken::Desk) if is_terminal() => menu(window),
        Ok(dropped::Taken::Desk) => {
            Terminal::error(&Error::said(
                "这是放着任务计划的工作文件夹，请在终端里打开，或写明要做什么：duban help",
            ));
            FAILED
        }
        Err(error) => {
            Terminal::error(&error);
            FAILED
        }
    })
}

fn menu(window: &mut Window) -> u8 {
    signals::end_while(&ask::ASKING);
    // Who leaves the menu has seen all that is to be seen.
    window.waits = false;
    menu::open()
}

fn is_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Shows a command line and runs it.
fn run(words: Vec<OsString>) -> u8 {
    print(format_args!("运行：{}\n", next::shown(&words)));
    let program = env::current_exe();
    let status = program.and_then(|program| {
        let mut command = Command::new(program);
        command.args(words).env_remove(WAIT).status()
    });
    match status.doing("无法运行命令", "duban".as_ref()) {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            code.unwrap_or_else(|| {
                Terminal::error(&said!("命令被系统结束（{status}）"));
                FAILED
            })
        }
        Err(error) => {
            Terminal::error(&error);
            FAILED
        }
    }
}

/// The window that this process is alone in: it would vanish with it, and with all that was said.
pub struct Window {
    waits: bool,
}

impl Window {
    /// `is_alone`: the system says that no other process shares the window. A command that only shows errors is run by a
    /// schedule, and there is nobody to wait for.
    pub fn new(is_alone: bool, words: &[OsString]) -> Self {
        let is_quiet = words.iter().any(|word| word == "--quiet" || word == "-q");
        let is_told = || env::var_os(WAIT).is_some_and(|value| !value.is_empty());
        Self {
            waits: (is_alone || is_told()) && !is_quiet && is_terminal(),
        }
    }
}

/// Also after a panic.
impl Drop for Window {
    fn drop(&mut self) {
        if self.waits {
            signals::end_while(&ask::ASKING);
            let _ = ask::line("\n按回车关闭窗口：");
        }
    }
}
