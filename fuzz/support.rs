//! What the targets share: the shipped plan, small limits, and a month's checks on whatever was read.

use std::sync::LazyLock;

use duban::check::load_plan;
use duban::check::{self, Checked, History, Keep, Register};
use duban::intake::arrival::Reader;
use duban::intake::layout::Names;
use duban::intake::{Arrival, FileFault};
use duban::plan::{Limits, Moment, Period, Plan};

/// The plan that ships with the program.
pub static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    load_plan("plan.toml", include_str!("../seeds/2024/plan.toml")).expect("the shipped plan loads")
});
pub static NAMES: LazyLock<Names> = LazyLock::new(|| Names::new(&PLAN));

/// Far below the defaults, so that a limit is something that a mutation can reach within the fuzzer's own time and memory.
pub fn limits() -> Limits {
    Limits {
        file_bytes: 1 << 20,
        part_bytes: 4 << 20,
        total_bytes: 8 << 20,
        sheets: 8,
        rows: 2_000,
        cells: 20_000,
        merges: 500,
        ..Limits::default()
    }
}

pub fn june() -> Moment {
    Moment {
        period: Period::new(2024, 6).expect("June is a month"),
        as_of: None,
    }
}

/// Reads a file as the program does. Not .xlsb: calamine may panic there, which ends the child process that the program
/// reads it in, and would end the fuzzer.
pub fn read(path: &str, bytes: &[u8]) -> Vec<Arrival> {
    let limits = limits();
    let xlsb = |_: &[u8], _: &Limits| Err(FileFault::unreadable("xlsb"));
    let reader = Reader {
        plan: &PLAN,
        names: &NAMES,
        period: june().period,
        limits: &limits,
        xlsb: &xlsb,
    };
    reader.read(path, bytes)
}

/// Runs every rule on what arrived.
pub fn check(arrivals: &[Arrival]) -> Checked {
    let (register, history) = (Register::default(), History::default());
    check::MonthInput {
        plan: &PLAN,
        moment: june(),
        register: &register,
        history: &history,
        chases: true,
        keep: Keep::All,
        read_again: None,
    }
    .check(arrivals.to_vec())
    .0
}
