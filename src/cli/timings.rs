//! `--timings`: where a run's time goes. Printed to standard error only; no output depends on it.

use std::fs::read_to_string;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::printing::print_error;

/// One stage as measured.
struct Stage {
    name: &'static str,
    wall: Duration,
    cpu: Duration,
    /// Peak resident memory of the process so far, bytes.
    peak: u64,
}

/// How long reading and checking took, summed over all files and threads, in nanoseconds.
#[derive(Default)]
pub struct Shares {
    read: AtomicU64,
    check: AtomicU64,
}

impl Shares {
    pub fn reading<T>(&self, run: impl FnOnce() -> T) -> T {
        Self::measured(&self.read, run)
    }

    pub fn checking<T>(&self, run: impl FnOnce() -> T) -> T {
        Self::measured(&self.check, run)
    }

    fn measured<T>(sum: &AtomicU64, run: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let result = run();
        let nanos = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(0);
        sum.fetch_add(nanos, Ordering::Relaxed);
        result
    }
}

/// Stages in the order they first ended; a stage that runs for several months, or in several parts, adds up.
pub struct Timings {
    /// The system is not asked for what nobody wants to see.
    is_asked: bool,
    begun: Instant,
    stages: Mutex<Vec<Stage>>,
}

impl Timings {
    pub fn new(is_asked: bool) -> Self {
        Self {
            is_asked,
            begun: Instant::now(),
            stages: Mutex::default(),
        }
    }

    /// Runs a stage that has the process to itself, on however many threads, and adds what it took.
    pub fn stage<T>(&self, name: &'static str, run: impl FnOnce() -> T) -> T {
        self.measured(name, process_cpu, run)
    }

    /// Runs a part of a stage on this thread, while others run beside it.
    pub fn part<T>(&self, name: &'static str, run: impl FnOnce() -> T) -> T {
        self.measured(name, thread_cpu, run)
    }

    /// Runs reading and checking, which alternate file by file on all threads. What both took together is divided in
    /// proportion to the time that each took on its threads.
    pub fn shared<T>(&self, run: impl FnOnce(&Shares) -> T) -> T {
        let shares = Shares::default();
        if !self.is_asked {
            return run(&shares);
        }
        let (wall, cpu) = (Instant::now(), process_cpu());
        let result = run(&shares);
        let (wall, cpu) = (wall.elapsed(), process_cpu().saturating_sub(cpu));
        let [read, check] = [shares.read, shares.check]
            .map(|sum| Duration::from_nanos(sum.into_inner()).as_secs_f64());
        let share = if read + check > 0.0 {
            read / (read + check)
        } else {
            1.0
        };
        for (name, share) in [("read", share), ("check", 1.0 - share)] {
            self.add(name, wall.mul_f64(share), cpu.mul_f64(share));
        }
        result
    }

    fn measured<T>(
        &self,
        name: &'static str,
        used: fn() -> Duration,
        run: impl FnOnce() -> T,
    ) -> T {
        if !self.is_asked {
            return run();
        }
        let (wall, cpu) = (Instant::now(), used());
        let result = run();
        self.add(name, wall.elapsed(), used().saturating_sub(cpu));
        result
    }

    fn add(&self, name: &'static str, wall: Duration, cpu: Duration) {
        let mut stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        let peak = peak_memory();
        match stages.iter_mut().find(|s| s.name == name) {
            Some(stage) => {
                stage.wall += wall;
                stage.cpu += cpu;
                stage.peak = stage.peak.max(peak);
            }
            None => stages.push(Stage {
                name,
                wall,
                cpu,
                peak,
            }),
        }
    }

    /// Prints the stages and the whole, where they are asked for. Reports are made side by side: the whole is less than the sum of its stages.
    pub fn print(&self) {
        if !self.is_asked {
            return;
        }
        print_error("阶段          用时(秒)  CPU(秒)   内存峰值(MiB)");
        let line = |stage: &Stage| {
            print_error(format_args!(
                "{:<10}  {:>8.3}  {:>8.3}  {:>10}",
                stage.name,
                stage.wall.as_secs_f64(),
                stage.cpu.as_secs_f64(),
                stage.peak >> 20
            ));
        };
        let stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        stages.iter().for_each(line);
        line(&Stage {
            name: "total",
            wall: self.begun.elapsed(),
            cpu: process_cpu(),
            peak: peak_memory(),
        });
    }
}

/// User and system time of this process, in the system's ticks of 10 ms; zero where the system does not say.
fn process_cpu() -> Duration {
    let stat = read_to_string("/proc/self/stat").unwrap_or_default();
    // The command's name, in brackets, may hold spaces; the fields counted here follow it.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let fields = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = fields.filter_map(|t| t.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// Time this thread has run; zero where the system does not say.
fn thread_cpu() -> Duration {
    let stat = read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat.split_whitespace().next().and_then(|n| n.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

/// Peak resident memory in bytes; zero where the system does not say.
fn peak_memory() -> u64 {
    let status = read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status
        .lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))
        .and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or(0) << 10
}
