//! `--timings`: where a run's time goes. Printed to standard error only; no output depends on it.

use std::cell::RefCell;
use std::time::{Duration, Instant};

/// One stage as measured.
struct Stage {
    name: &'static str,
    wall: Duration,
    cpu: Duration,
    /// Peak resident memory of the process so far, bytes.
    peak: u64,
}

/// Stages in the order they first ran; a stage that runs for several months adds up.
#[derive(Default)]
pub struct Timings {
    stages: RefCell<Vec<Stage>>,
}

impl Timings {
    /// Runs a stage and adds what it took.
    pub fn stage<T>(&self, name: &'static str, run: impl FnOnce() -> T) -> T {
        let (wall, cpu) = (Instant::now(), process_cpu());
        let result = run();
        let took = Stage { name, wall: wall.elapsed(), cpu: process_cpu().saturating_sub(cpu), peak: peak_memory() };
        let mut stages = self.stages.borrow_mut();
        match stages.iter_mut().find(|s| s.name == name) {
            Some(stage) => {
                stage.wall += took.wall;
                stage.cpu += took.cpu;
                stage.peak = took.peak;
            }
            None => stages.push(took),
        }
        result
    }

    /// The table, a line a stage.
    pub fn table(&self) -> Vec<String> {
        let stages = self.stages.borrow();
        let mut lines = vec!["阶段          用时(秒)  CPU(秒)   内存峰值(MiB)".to_owned()];
        let seconds = |d: Duration| format!("{:>8.3}", d.as_secs_f64());
        for s in stages.iter() {
            lines.push(format!("{:<10}  {}  {}  {:>10}", s.name, seconds(s.wall), seconds(s.cpu), s.peak >> 20));
        }
        let wall = stages.iter().map(|s| s.wall).sum();
        let cpu = stages.iter().map(|s| s.cpu).sum();
        let peak = stages.iter().map(|s| s.peak).max().unwrap_or(0);
        lines.push(format!("{:<10}  {}  {}  {:>10}", "total", seconds(wall), seconds(cpu), peak >> 20));
        lines
    }
}

/// User and system time of this process, in the system's ticks of 10 ms; zero where the system does not tell.
fn process_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The command's name may hold spaces; the fields counted here stand behind its bracket.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = fields.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// Peak resident memory in bytes; zero where the system does not tell.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or(0) << 10
}
