//! Reads .xlsb in a child process of our own program: whatever a hostile file does to calamine — a panic, an abort on a
//! huge allocation, an endless loop — ends that process and becomes the finding of that one file.
//!
//! The child is `duban read-xlsb LIMITS`: the file's bytes on its standard input, the workbook or the fault as JSON on
//! its standard output. On Unix it lowers its own address space first; on Windows the parent's timeout and the reader's
//! limits are all there is.

use std::ffi::OsString;
use std::io::{self, BufWriter, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::intake::arrival::read_xlsb;
use crate::intake::reading::budget::over;
use crate::intake::{FileFault, Workbook};
use crate::plan::Limits;

/// The hidden command that [`child_main`] answers to.
pub const CHILD_COMMAND: &str = "read-xlsb";

/// Bytes that the child may map, the program itself included. A workbook at every limit of F004 takes about a third.
const ADDRESS_SPACE: u64 = 1 << 30;

/// How much of it the program's allocator takes at a time, in KiB: left to itself it takes all of it before the limit
/// is lowered, and then nothing else, not even a growing stack, finds room.
const ALLOCATOR_STEP: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "32768");

/// Reads one .xlsb in a process of its own. Where no process can be started, that is the machine's fault and not the
/// file's: it is then read here, with panics caught.
///
/// # Errors
/// F001 when the file is damaged or the child dies of it, F004 when a limit is passed.
pub fn read_in_child(bytes: &[u8], limits: &Limits) -> Result<Workbook, FileFault> {
    let (Ok(program), Ok(limits_text)) = (std::env::current_exe(), serde_json::to_string(limits))
    else {
        return read_caught(bytes, limits);
    };
    let mut command = Command::new(program);
    command
        .args([CHILD_COMMAND, &limits_text])
        .env(ALLOCATOR_STEP.0, ALLOCATOR_STEP.1);
    match talk(command, bytes, limits) {
        Ok(reply) => understand(reply, limits),
        Err(_) => read_caught(bytes, limits),
    }
}

/// The child's side: `args` are those after [`CHILD_COMMAND`]. Exit code 0 with a workbook or a fault on standard
/// output, 2 for arguments that no parent of this version gives.
pub fn child_main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let limits = args.into_iter().next();
    let Some(limits) = limits.and_then(|text| serde_json::from_str(text.to_str()?).ok()) else {
        return ExitCode::from(2);
    };
    let limits: Limits = limits;
    lower_limits();
    let mut bytes = Vec::new();
    // One byte over the limit is enough to know.
    if io::stdin()
        .lock()
        .take(limits.file_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .is_err()
    {
        return ExitCode::from(2);
    }
    let result = read_caught(&bytes, &limits);
    let mut out = BufWriter::new(io::stdout().lock());
    match serde_json::to_writer(&mut out, &result)
        .map_err(io::Error::from)
        .and_then(|()| out.flush())
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(2),
    }
}

fn read_caught(bytes: &[u8], limits: &Limits) -> Result<Workbook, FileFault> {
    // In the parent the caller keeps such a panic from the terminal; the child has none.
    catch_unwind(AssertUnwindSafe(|| read_xlsb(bytes, limits)))
        .unwrap_or_else(|_| Err(FileFault::unreadable("工作簿内容损坏，读取时出错")))
}

#[cfg(unix)]
fn lower_limits() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // A system that refuses keeps its own limits; the parent's timeout still stands.
    let _ = setrlimit(
        Resource::As,
        Rlimit {
            current: Some(ADDRESS_SPACE),
            maximum: Some(ADDRESS_SPACE),
        },
    );
    let _ = setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    );
}

#[cfg(not(unix))]
fn lower_limits() {}

/// What came back from the child.
enum Reply {
    TimedOut,
    TooLong,
    Ended { output: Vec<u8>, status: ExitStatus },
}

/// Runs the child on these bytes. An error means that it could not be started or talked to.
fn talk(mut command: Command, bytes: &[u8], limits: &Limits) -> io::Result<Reply> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let stdin = child.stdin.take();
    let stdout = child.stdout.take();
    let most = limits.part_bytes;
    thread::scope(|scope| {
        scope.spawn(move || {
            // A child that has died reads no more; its end tells why.
            if let Some(mut stdin) = stdin {
                let _ = stdin.write_all(bytes);
            }
        });
        let (send, receive) = mpsc::channel();
        scope.spawn(move || {
            let mut output = Vec::new();
            let read = stdout.map_or(Ok(0), |s| {
                s.take(most.saturating_add(1)).read_to_end(&mut output)
            });
            // The receiver is gone after a timeout.
            let _ = send.send(read.map(|_| output));
        });
        let output = receive.recv_timeout(Duration::from_secs(limits.seconds));
        let finished = matches!(&output, Ok(Ok(output)) if output.len() as u64 <= most);
        if !finished {
            // Already dead is as good.
            let _ = child.kill();
        }
        let status = child.wait()?;
        match output {
            Err(_) => Ok(Reply::TimedOut),
            Ok(output) => {
                let output = output?;
                Ok(if finished {
                    Reply::Ended { output, status }
                } else {
                    Reply::TooLong
                })
            }
        }
    })
}

fn understand(reply: Reply, limits: &Limits) -> Result<Workbook, FileFault> {
    match reply {
        Reply::TimedOut => Err(over(format!("读取时间超过{}秒", limits.seconds))),
        Reply::TooLong => {
            let limit = format!("读出的内容超过{} MiB", limits.part_bytes >> 20);
            Err(over(limit))
        }
        Reply::Ended { output, status } if status.success() => serde_json::from_slice(&output)
            .unwrap_or_else(|_| Err(FileFault::unreadable("读取进程没有给出完整结果"))),
        // An allocation past the address space aborts.
        Reply::Ended { status, .. } if was_killed(status) => {
            let limit = format!("读取所需内存超过{} MiB", ADDRESS_SPACE >> 20);
            Err(over(limit))
        }
        Reply::Ended { .. } => Err(FileFault::unreadable("工作簿内容损坏，读取进程异常退出")),
    }
}

/// Ended by a signal, or on Windows by an exception, whose codes are negative.
fn was_killed(status: ExitStatus) -> bool {
    status.code().is_none_or(|code| code < 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Value;
    use crate::intake::legacy::{self, LegacyKind};

    const XLS: &[u8] = include_bytes!("../../tests/fixtures/legacy/sample.xls");

    #[test]
    fn workbooks_and_limits_survive_as_json() {
        let limits = Limits {
            cells: 700,
            seconds: 3,
            ..Limits::default()
        };
        let text = serde_json::to_string(&limits).unwrap();
        assert_eq!(serde_json::from_str::<Limits>(&text).unwrap(), limits);
        let mut read = legacy::read(LegacyKind::Xls, XLS, &limits);
        // A number that its shortest text does not give back without care.
        let cells = &mut read.as_mut().unwrap().sheets[0].cells;
        cells[0].value = Value::Number(f64::from_bits(0x3fd5_5555_5555_5553));
        let json = serde_json::to_vec(&read).unwrap();
        let back: Result<Workbook, FileFault> = serde_json::from_slice(&json).unwrap();
        assert_eq!(format!("{back:?}"), format!("{read:?}"));
    }

    #[cfg(unix)]
    fn shell(script: &str, limits: &Limits) -> FileFault {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        // More than a pipe holds: a child that does not read must not block the parent.
        understand(talk(command, &vec![0; 1 << 20], limits).unwrap(), limits).unwrap_err()
    }

    #[cfg(unix)]
    #[test]
    fn every_end_of_a_child_is_a_fault_of_the_file() {
        let limits = Limits {
            seconds: 1,
            part_bytes: 1 << 20,
            ..Limits::default()
        };
        let over = |script| matches!(shell(script, &limits), FileFault::OverLimit { .. });
        let unreadable = |script| matches!(shell(script, &limits), FileFault::Unreadable { .. });
        assert!(over("kill -ABRT $$"));
        assert!(over("exec sleep 30"));
        assert!(over("exec yes"));
        assert!(unreadable("exit 3"));
        assert!(unreadable("echo nonsense"));
        assert!(unreadable("echo '{\"Ok\":{}}'"));
        assert!(unreadable("exit 0"));
    }
}
