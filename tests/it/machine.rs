//! What the machine does to a run is never a department's fault, and never costs the reports that are there.

use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::kill::limited;
use crate::prelude::*;
use crate::xlsb;

const RUN: &str = "run 2024-05";

/// A desk whose May has this many workbooks that are read in a child process each.
fn with_xlsb(count: usize) -> Desk {
    let desk = Desk::in_may();
    for n in 0..count {
        let name = format!("inbox/2024-05/公共服务局2024年5月报送表（{n}）.xlsb");
        desk.write(&name, xlsb::xlsb());
    }
    desk
}

fn signal(process: u32, signal: Signal) {
    // It may have ended by itself.
    let pid = Pid::from_raw(i32::try_from(process).unwrap()).unwrap();
    let _ = kill_process(pid, signal);
}

fn started(desk: &Desk, line: &str) -> Child {
    let words: Vec<&str> = line.split(' ').collect();
    let mut command = desk.command(&words);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// The processes that a process has started and that still run.
fn children(process: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{process}/task"));
    let of_task = |task: fs::DirEntry| fs::read_to_string(task.path().join("children")).ok();
    let all: Vec<String> = tasks
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(of_task)
        .collect();
    let ids = all.iter().flat_map(|text| text.split_whitespace());
    ids.filter_map(|id| id.parse().ok()).collect()
}

/// A reader that the system killed, as it does where memory runs out, was its department's F004, with a notice to send the file
/// again.
#[cfg(target_os = "linux")]
#[test]
fn a_reader_that_the_system_kills_stops_the_run() {
    let desk = with_xlsb(3);
    desk.duban(RUN);
    let before = desk.content("out");
    let mut run = started(&desk, RUN);
    while run.try_wait().unwrap().is_none() {
        for child in children(run.id()) {
            signal(child, Signal::KILL);
        }
    }
    let said: Said = run.wait_with_output().unwrap().into();
    said.exits(2)
        .says(["无法读取收件箱中的文件", ".xlsb", "被系统结束"]);
    assert!(desk.content("out") == before);
    // One that is killed once is read again.
    let mut run = started(&desk, RUN);
    while run.try_wait().unwrap().is_none() {
        if let Some(child) = children(run.id()).pop() {
            signal(child, Signal::KILL);
            break;
        }
    }
    let said: Said = run.wait_with_output().unwrap().into();
    assert_ne!(said.code, Some(2), "{said}");
    assert!(desk.content("out") == before);
}

/// Good workbooks were F001 where many threads had opened as many files as the system gives a process.
#[test]
fn few_open_files_and_many_threads_blame_no_department() {
    let desk = with_xlsb(12);
    let code = desk.duban(RUN).code;
    let before = desk.content("out");
    for files in [12, 16, 24, 40, 64] {
        let script = format!("ulimit -n {files}; export RAYON_NUM_THREADS=16");
        let said = limited(&desk, &script, RUN);
        assert!(said.code == code || said.code == Some(2), "{files}: {said}");
        assert!(desk.content("out") == before, "{files}: {said}");
    }
}

/// A thread or memory that the system refused was a panic, or a hang for ever; two threads at a time said it twice.
#[cfg(target_os = "linux")]
#[test]
fn little_memory_ends_a_run_with_one_message() {
    let desk = Desk::in_may();
    desk.ok(RUN);
    let before = desk.content("out/2024-05");
    let sizes = [[150; 12].as_slice(), &[100, 200, 300, 400, 600, 800]].concat();
    for megabytes in sizes {
        let script = format!(
            "ulimit -c 0; ulimit -v {}; export RUST_BACKTRACE=0",
            megabytes << 10
        );
        let begun = Instant::now();
        let said = limited(&desk, &script, RUN).hides(["panicked"]);
        assert!(matches!(said.code, Some(0 | 2)), "{megabytes}: {said}");
        assert!(begun.elapsed() < Duration::from_mins(1), "{megabytes}");
        let messages = said.err.lines().filter(|line| line.starts_with("错误"));
        assert!(messages.count() <= 1, "{megabytes}: {said}");
        assert!(desk.content("out/2024-05") == before, "{megabytes}: {said}");
    }
    desk.ok(RUN);
    assert_eq!(fs::read_dir(desk.path("out")).unwrap().count(), 1);
}

/// Few processes were a panic in one library, and a hang for ever in another. The system counts them for each user, and not for
/// the first, so that a user of its own is taken where the test may.
#[cfg(target_os = "linux")]
#[test]
fn few_threads_end_a_run_with_one_message() {
    let desk = with_xlsb(2);
    let code = desk.duban(RUN).code;
    let user = "64131";
    let as_user = |line: &str, processes: usize| {
        let words: Vec<&str> = line.split(' ').collect();
        let inner = desk.command(&words);
        let mut command = Command::new("setpriv");
        let limit = format!("--nproc={processes}");
        command
            .current_dir(desk.path(""))
            .args(["--reuid", user, "--clear-groups"])
            // 124: what timeout had to end.
            .args(["prlimit", &limit, "timeout", "60"])
            .arg(inner.get_program())
            .args(inner.get_args())
            .envs(inner.get_envs().filter_map(|(k, v)| Some((k, v?))))
            .envs([("RAYON_NUM_THREADS", "16"), ("RUST_BACKTRACE", "0")]);
        command.output().map(Said::from)
    };
    let owner = Command::new("chown")
        .args(["-R", user])
        .arg(desk.path(""))
        .status();
    let may = as_user("rules", 64).is_ok_and(|said| said.code == Some(0));
    if !may || !owner.is_ok_and(|status| status.success()) {
        eprintln!("not run: no other user can be taken here");
        return;
    }
    let before = desk.content("out/2024-05");
    let mut refused = 0;
    for processes in 1..24 {
        let said = as_user(RUN, processes).unwrap().hides(["panicked"]);
        // timeout itself needs two.
        if processes > 2 {
            assert!(
                said.code == code || said.code == Some(2),
                "{processes}: {said}"
            );
        }
        if said.code == Some(2) {
            refused += 1;
            let messages = said.err.lines().filter(|line| line.starts_with("错误"));
            assert_eq!(messages.count(), 1, "{processes}: {said}");
        }
        assert!(desk.content("out/2024-05") == before, "{processes}: {said}");
    }
    println!("{refused} of 23 refused");
    assert_eq!(as_user(RUN, 400).unwrap().code, code);
    assert_eq!(fs::read_dir(desk.path("out")).unwrap().count(), 1);
    assert!(refused > 0);
}

/// Ctrl-C ended a run without a word.
#[test]
fn a_run_that_is_to_end_says_that_nothing_was_changed() {
    let desk = Desk::in_may();
    let file = "inbox/2024-05/建设局2024年5月报送表.xlsx";
    let [first, second] = [6.5, 6.9].map(|green| {
        desk.submit_green(5, green, 7.5);
        desk.read(file)
    });
    let whole = Instant::now();
    desk.ok("run --period 2024-04..2024-05 --out other");
    let whole = whole.elapsed();
    let new = desk.content("other");
    desk.write(file, &first);
    desk.ok(RUN);
    let old = desk.content("out/2024-05");
    desk.write(file, &second);
    let mut cancelled = 0;
    for n in 0..24 {
        let run = started(&desk, "run --period 2024-04..2024-05");
        thread::sleep(whole * (n + 4) / 30);
        let (sent, code) = if n % 2 == 0 {
            (Signal::INT, 130)
        } else {
            (Signal::TERM, 143)
        };
        signal(run.id(), sent);
        let said: Said = run.wait_with_output().unwrap().into();
        if said.code == Some(code) {
            said.says(["已取消，上次的报告没有改动"]);
            assert!(desk.content("out/2024-05") == old);
            assert_eq!(fs::read_dir(desk.path("out")).unwrap().count(), 1);
            cancelled += 1;
        } else if said.code.is_some() {
            // Too late: it goes on to its end.
            said.exits(0);
            assert!(desk.content("out") == new);
            desk.remove("out");
            desk.write(file, &first);
            desk.ok(RUN);
            desk.write(file, &second);
        }
    }
    assert!(cancelled > 0);
}

/// A log that reaches the file size limit ended a range between its months.
#[test]
fn a_log_at_its_size_limit_keeps_no_month_from_being_replaced() {
    let desk = Desk::in_may();
    let log = desk.write("log", vec![b'x'; 512 << 10]);
    let script = format!("ulimit -f 1024; exec >>'{}' 2>&1", log.display());
    limited(&desk, &script, "run --period 2024-04..2024-05").exits(2);
    for month in ["2024-04", "2024-05"] {
        assert!(desk.path(&format!("out/{month}/manifest.json")).exists());
    }
}
