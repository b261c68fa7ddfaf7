//! Reads .xls, .et, .ods and .xlsb in a child process of our own program: whatever a hostile file does to a reader
//! — a panic, an abort on a huge allocation, an endless loop — ends that process and becomes the finding of that one
//! file.
//!
//! The child is `duban read-legacy --kind xls --limits …`: the file's bytes on its standard input, the workbook or
//! the fault on its standard output. On Unix it lowers its own address space first; on Windows the parent's timeout
//! and the readers' limits are all there is.

mod wire;

use std::ffi::OsString;
use std::io::{self, BufWriter, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::intake::legacy::{self, LegacyKind};
use crate::intake::{FileFault, Workbook};
use crate::plan::model::Limits;

use self::wire::WireWorkbook;

/// The hidden command that [`child_main`] answers to.
pub const CHILD_COMMAND: &str = "read-legacy";

/// What the child may map, our own program included. A workbook at every limit of F004 takes about a third of it.
const ADDRESS_SPACE: u64 = 1 << 30;

/// How much of it the program's allocator takes at a time, in KiB: left to itself it takes all of it before the limit
/// is lowered, and then nothing else, not even a growing stack, finds room.
const ALLOCATOR_STEP: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "32768");

/// Reads one workbook in a process of its own.
///
/// Where no process can be started, that is the machine's fault and not the file's: it is then read here, with
/// panics caught.
pub fn read_in_child(
    kind: LegacyKind,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Workbook, FileFault> {
    let Ok(program) = std::env::current_exe() else {
        return read_caught(kind, bytes, limits);
    };
    let mut command = Command::new(program);
    command
        .arg(CHILD_COMMAND)
        .args(["--kind", kind.as_str(), "--limits", &limits_text(limits)])
        .env(ALLOCATOR_STEP.0, ALLOCATOR_STEP.1);
    match talk(command, bytes, limits) {
        Ok(reply) => understand(reply, limits),
        Err(_) => read_caught(kind, bytes, limits),
    }
}

/// The child's side: `args` are those after [`CHILD_COMMAND`]. Exit code 0 with a workbook or a fault on standard
/// output, 2 for arguments that no parent of this version gives.
pub fn child_main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let Some((kind, limits)) = parse_args(args) else {
        return ExitCode::from(2);
    };
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
    let result = read_caught(kind, &bytes, &limits).map(WireWorkbook::pack);
    let mut out = BufWriter::new(io::stdout().lock());
    match serde_json::to_writer(&mut out, &result)
        .map_err(io::Error::from)
        .and_then(|()| out.flush())
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(2),
    }
}

fn read_caught(kind: LegacyKind, bytes: &[u8], limits: &Limits) -> Result<Workbook, FileFault> {
    // In the parent the caller keeps such a panic from the terminal; the child has none.
    catch_unwind(AssertUnwindSafe(|| legacy::read(kind, bytes, limits)))
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

/// The limits in one argument, in the order of [`parse_limits`].
fn limits_text(l: &Limits) -> String {
    [
        l.file_bytes,
        l.part_bytes,
        l.total_bytes,
        l.sheets as u64,
        l.rows as u64,
        l.columns as u64,
        l.cells as u64,
        l.text_chars as u64,
        l.text_bytes,
        l.merges as u64,
        l.xml_depth as u64,
        l.xml_events,
        l.seconds,
    ]
    .map(|n| n.to_string())
    .join(",")
}

fn parse_limits(text: &str) -> Option<Limits> {
    let numbers: Vec<u64> = text
        .split(',')
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    let &[
        file_bytes,
        part_bytes,
        total_bytes,
        sheets,
        rows,
        columns,
        cells,
        text_chars,
        text_bytes,
        merges,
        xml_depth,
        xml_events,
        seconds,
    ] = numbers.as_slice()
    else {
        return None;
    };
    let size = |n: u64| usize::try_from(n).ok();
    Some(Limits {
        file_bytes,
        part_bytes,
        total_bytes,
        sheets: size(sheets)?,
        rows: size(rows)?,
        columns: size(columns)?,
        cells: size(cells)?,
        text_chars: size(text_chars)?,
        text_bytes,
        merges: size(merges)?,
        xml_depth: size(xml_depth)?,
        xml_events,
        seconds,
    })
}

fn parse_args(args: impl IntoIterator<Item = OsString>) -> Option<(LegacyKind, Limits)> {
    let mut kind = None;
    let mut limits = None;
    let mut args = args.into_iter();
    while let Some(name) = args.next() {
        let value = args.next()?;
        match name.to_str()? {
            "--kind" => kind = Some(value.to_str()?.parse().ok()?),
            "--limits" => limits = Some(parse_limits(value.to_str()?)?),
            _ => return None,
        }
    }
    Some((kind?, limits?))
}

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
    let over = |limit: String| Err(FileFault::OverLimit { limit });
    match reply {
        Reply::TimedOut => over(format!("读取时间超过{}秒", limits.seconds)),
        Reply::TooLong => over(format!("读出的内容超过{} MiB", limits.part_bytes >> 20)),
        Reply::Ended { output, status } if status.success() => {
            serde_json::from_slice::<Result<WireWorkbook, FileFault>>(&output)
                .unwrap_or_else(|_| Err(FileFault::unreadable("读取进程没有给出完整结果")))?
                .unpack()
                .ok_or_else(|| FileFault::unreadable("读取进程没有给出完整结果"))
        }
        // An allocation past the address space aborts.
        Reply::Ended { status, .. } if was_killed(status) => {
            over(format!("读取所需内存超过{} MiB", ADDRESS_SPACE >> 20))
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

    const XLS: &[u8] = include_bytes!("../../tests/fixtures/legacy/sample.xls");

    #[test]
    fn a_workbook_survives_the_wire() {
        let limits = Limits::default();
        let read = legacy::read(LegacyKind::Xls, XLS, &limits).unwrap();
        let json = serde_json::to_vec(&WireWorkbook::pack(read.clone())).unwrap();
        let back = serde_json::from_slice::<WireWorkbook>(&json)
            .unwrap()
            .unpack()
            .unwrap();
        assert_eq!(format!("{back:?}"), format!("{read:?}"));
    }

    #[test]
    fn limits_survive_the_command_line() {
        let limits = Limits {
            cells: 7,
            seconds: 3,
            ..Limits::default()
        };
        let args = ["--kind", "ods", "--limits", &limits_text(&limits)].map(OsString::from);
        assert_eq!(parse_args(args), Some((LegacyKind::Ods, limits)));
        assert_eq!(parse_args(["--kind", "doc"].map(OsString::from)), None);
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
