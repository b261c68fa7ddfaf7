//! Opens a file or folder with the program that the system has for it.

use std::io;
use std::path::{Path, absolute};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::error::{Result, reason};

/// How long a program that opens files is watched: one that fails says so at once, and one that stays is at work.
const WATCHED: Duration = Duration::from_secs(3);

/// Shows a file or folder on the desktop.
pub fn open(path: &Path) -> Result {
    let path = absolute(path).unwrap_or_else(|_| path.to_owned());
    let cannot = |why: String| {
        let shown = path.display();
        said!("没能打开“{shown}”（{why}），请在文件管理器中找到它，双击打开")
    };
    if !path.exists() {
        return Err(cannot("文件或文件夹不存在".to_owned()));
    }
    if !has_desktop() {
        return Err(cannot("这里没有图形桌面".to_owned()));
    }
    match started(opener(&path)) {
        Ok(Some(status)) if !status.success() => {
            Err(cannot("系统没有打开这类文件的程序".to_owned()))
        }
        Ok(_) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            Err(cannot("系统没有打开文件的程序".to_owned()))
        }
        Err(e) => Err(cannot(reason(&e))),
    }
}

/// Starts a program and watches it for a moment; `None`: it still runs.
fn started(mut opener: Command) -> io::Result<Option<ExitStatus>> {
    let quiet = [Stdio::null(), Stdio::null(), Stdio::null()];
    let [input, output, error] = quiet;
    let mut child = opener.stdin(input).stdout(output).stderr(error).spawn()?;
    let begun = Instant::now();
    loop {
        let ended = child.try_wait()?;
        if ended.is_some() || begun.elapsed() > WATCHED {
            return Ok(ended);
        }
        sleep(Duration::from_millis(20));
    }
}

/// On a bare console `xdg-open` starts a browser for texts, which would take the terminal over.
fn has_desktop() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos")) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

#[cfg(windows)]
fn opener(path: &Path) -> Command {
    use std::os::windows::process::CommandExt;
    // The first quoted word is the window's title. A path holds no quotes here, and whatever else it holds stands between some.
    let mut line = std::ffi::OsString::from("/d /c start \"\" \"");
    line.push(path);
    line.push("\"");
    let mut command = Command::new("cmd");
    command.raw_arg(line);
    command
}

#[cfg(not(windows))]
fn opener(path: &Path) -> Command {
    let mut command = Command::new(if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    });
    command.arg(path);
    command
}
