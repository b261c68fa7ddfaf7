//! Reads .xlsb in a child process of our own program: whatever a hostile file does to calamine — a panic, an abort on a
//! huge allocation, an endless loop — ends that process and becomes the finding of that one file.
//!
//! The child is `duban read-xlsb LIMITS`: the file's bytes on its standard input, the workbook or the fault as JSON on
//! its standard output. Its own allocator gives it no more than [`MEMORY`], on every system alike. Besides, it lowers its own
//! address space on Unix, and on Windows a job object holds it and ends it with its parent.

use std::ffi::OsString;
use std::io::{self, BufWriter, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::intake::arrival::read_xlsb;
use crate::intake::reading::budget::over;
use crate::intake::{FileFault, Workbook};
use crate::plan::Limits;
use crate::report::self_check::DAMAGED_XLSB;

use super::machine;

/// The hidden command that [`child_main`] answers to.
pub const CHILD_COMMAND: &str = "read-xlsb";

/// Bytes that the child may hold at one time. A workbook at every limit of F004 takes about half.
const MEMORY: usize = 768 << 20;

/// Bytes that it may map, the program itself and what lies between its blocks included: should its allocator be at fault.
#[cfg(unix)]
const ADDRESS_SPACE: u64 = 1 << 30;

/// Whether this process is a child, whose memory is counted.
static IS_COUNTED: AtomicBool = AtomicBool::new(false);
/// Bytes that it holds.
static HELD: AtomicUsize = AtomicUsize::new(0);

/// Asked by the program's allocator before it gives out bytes: whether this process may have them.
#[inline]
pub fn may_take(bytes: usize) -> bool {
    if !IS_COUNTED.load(Ordering::Relaxed) {
        return true;
    }
    let held = HELD.fetch_add(bytes, Ordering::Relaxed);
    let is_within = held.saturating_add(bytes) <= MEMORY;
    if !is_within {
        HELD.fetch_sub(bytes, Ordering::Relaxed);
    }
    is_within
}

/// Told by the program's allocator that bytes are given back.
#[inline]
pub fn gave_back(bytes: usize) {
    if IS_COUNTED.load(Ordering::Relaxed) {
        // Some were taken before the count began.
        let less = |held: usize| Some(held.saturating_sub(bytes));
        let _ = HELD.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }
}

/// How much of it the program's allocator takes at a time, in KiB: left to itself it takes all of it before the limit
/// is lowered, and then nothing else, not even a growing stack, finds room.
const ALLOCATOR_STEP: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "32768");

/// Reads one .xlsb in a process of its own. Where none can be started, or the system ends it, that is the machine's fault
/// and not the file's: it is noted there, and the result counts for nothing.
///
/// F001 when the file is damaged or the child dies of it, F004 when a limit is passed.
pub fn read_in_child(bytes: &[u8], limits: &Limits) -> Result<Workbook, FileFault> {
    asked(bytes, limits).unwrap_or_else(|fault| {
        let said = fault.to_string();
        machine::note(fault);
        Err(FileFault::unreadable(said))
    })
}

fn asked(bytes: &[u8], limits: &Limits) -> io::Result<Result<Workbook, FileFault>> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args([CHILD_COMMAND, &serde_json::to_string(limits)?])
        .env(ALLOCATOR_STEP.0, ALLOCATOR_STEP.1);
    understand(talk(command, bytes, limits)?, limits)
}

/// The child's side: `args` are those after [`CHILD_COMMAND`]. Exit code 0 with a workbook or a fault on standard
/// output, 2 for arguments that no parent of this version gives.
pub fn child_main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let limits = args.into_iter().next();
    let Some(limits) = limits.and_then(|text| serde_json::from_str(text.to_str()?).ok()) else {
        return ExitCode::from(2);
    };
    let limits: Limits = limits;
    IS_COUNTED.store(true, Ordering::Relaxed);
    lower_limits(&limits);
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
        .unwrap_or_else(|_| Err(FileFault::unreadable(DAMAGED_XLSB)))
}

#[cfg(unix)]
fn lower_limits(limits: &Limits) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // A system that refuses keeps its own limits; the parent's timeout still stands, or without a parent the time.
    let time = limits.seconds.saturating_add(5);
    for (what, most) in [
        (Resource::As, ADDRESS_SPACE),
        (Resource::Cpu, time),
        (Resource::Core, 0),
    ] {
        let most = Some(most);
        let (current, maximum) = (most, most);
        let _ = setrlimit(what, Rlimit { current, maximum });
    }
}

#[cfg(not(unix))]
fn lower_limits(_: &Limits) {}

/// Puts the child into a job that ends with this process. Where the system refuses, the child ends with its input or its time.
#[cfg(windows)]
fn hold(child: &std::process::Child) -> Option<win32job::Job> {
    use std::os::windows::io::AsRawHandle;
    let mut limits = win32job::ExtendedLimitInfo::new();
    limits.limit_kill_on_job_close();
    let job = win32job::Job::create_with_limit_info(&limits).ok()?;
    job.assign_process(child.as_raw_handle() as isize).ok()?;
    Some(job)
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
    #[cfg(windows)]
    let _job = hold(&child);
    let stdin = child.stdin.take();
    let stdout = child.stdout.take();
    let most = limits.part_bytes;
    thread::scope(|scope| {
        let write = thread::Builder::new().spawn_scoped(scope, move || {
            // A child that has died reads no more; its end tells why.
            if let Some(mut stdin) = stdin {
                let _ = stdin.write_all(bytes);
            }
        });
        let (send, receive) = mpsc::channel();
        let read = thread::Builder::new().spawn_scoped(scope, move || {
            let mut output = Vec::new();
            let read = stdout.map_or(Ok(0), |s| {
                s.take(most.saturating_add(1)).read_to_end(&mut output)
            });
            // The receiver is gone after a timeout.
            let _ = send.send(read.map(|_| output));
        });
        if let Err(e) = write.and(read) {
            // It waits for the rest of the file, or for whoever reads; dead it can be waited for.
            let _ = child.kill();
            child.wait()?;
            return Err(e);
        }
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

fn understand(reply: Reply, limits: &Limits) -> io::Result<Result<Workbook, FileFault>> {
    Ok(Err(match reply {
        Reply::TimedOut => over(format!("读取时间超过{}秒", limits.seconds)),
        Reply::TooLong => over(format!("读出的内容超过{} MiB", limits.part_bytes >> 20)),
        Reply::Ended { output, status } if status.success() => {
            return serde_json::from_slice(&output).map_err(|_| ended(status));
        }
        // An allocation past the limit aborts.
        Reply::Ended { status, .. } if has_crashed(status) => {
            over(format!("读取所需内存超过{} MiB", MEMORY >> 20))
        }
        Reply::Ended { status, .. } => return Err(ended(status)),
    }))
}

fn ended(status: ExitStatus) -> io::Error {
    io::Error::other(format!(
        "读取 .xlsb 的进程被系统结束（{status}），可能是内存不足"
    ))
}

/// Whether the child ended of what it read: by a signal that a fault of its own raises, on Windows by an exception, whose codes
/// are negative. Whatever else ends it without an answer comes from outside: a file has no other way to end it.
#[cfg(unix)]
fn has_crashed(status: ExitStatus) -> bool {
    use rustix::process::{Resource, Signal, getrlimit};
    // Below the child's own limit an allocation fails for want of what the machine gives.
    let is_own_limit = getrlimit(Resource::As)
        .current
        .is_none_or(|now| now >= ADDRESS_SPACE);
    let own = [
        Signal::ABORT,
        Signal::SEGV,
        Signal::BUS,
        Signal::FPE,
        Signal::ILL,
    ];
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    is_own_limit && own.iter().any(|own| signal == Some(own.as_raw()))
}

#[cfg(not(unix))]
fn has_crashed(status: ExitStatus) -> bool {
    status.code().is_some_and(|code| code < 0)
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
    fn shell(script: &str, limits: &Limits) -> io::Result<FileFault> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        // More than a pipe holds: a child that does not read must not block the parent.
        let reply = talk(command, &vec![0; 1 << 20], limits).unwrap();
        understand(reply, limits).map(Result::unwrap_err)
    }

    /// A reader that the system killed was its department's F004, and one that could not answer its F001.
    #[cfg(unix)]
    #[test]
    fn what_a_file_does_to_a_child_is_told_from_what_the_machine_does() {
        let limits = Limits {
            seconds: 1,
            part_bytes: 1 << 20,
            ..Limits::default()
        };
        for script in [
            "kill -ABRT $$",
            "kill -SEGV $$",
            "exec sleep 30",
            "exec yes",
        ] {
            let fault = shell(script, &limits);
            assert!(matches!(fault, Ok(FileFault::OverLimit { .. })), "{script}");
        }
        for script in [
            "kill -KILL $$",
            "kill -TERM $$",
            "exit 3",
            "exit 0",
            "echo nonsense",
            "echo '{\"Ok\":{}}'",
        ] {
            assert!(shell(script, &limits).is_err(), "{script}");
        }
    }
}
