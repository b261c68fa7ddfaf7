//! A month of the shipped plan, read and checked by the library alone.

use std::sync::LazyLock;

use duban::check::{Checked, History, Keep, MonthInput, Register, load_plan};
use duban::intake::Arrival;
use duban::intake::arrival::{Reader, read_xlsb};
use duban::intake::layout::Names;
use duban::plan::{Limits, Moment, Period, Plan};

pub static PLAN: LazyLock<Plan> =
    LazyLock::new(|| load_plan("plan.toml", include_str!("../../seeds/2024/plan.toml")).unwrap());
static NAMES: LazyLock<Names> = LazyLock::new(|| Names::new(&PLAN));

pub fn june() -> Period {
    Period::new(2024, 6).unwrap()
}

/// A file of June; its name need not say so.
pub fn read_with(plan: &Plan, limits: &Limits, path: &str, bytes: &[u8]) -> Vec<Arrival> {
    let reader = Reader {
        plan,
        names: &NAMES,
        period: june(),
        limits,
        xlsb: &read_xlsb,
    };
    reader.read(path, bytes)
}

pub fn read(path: &str, bytes: &[u8]) -> Vec<Arrival> {
    read_with(&PLAN, &PLAN.limits, path, bytes)
}

/// Runs every rule; `chases`: also those about departments that sent nothing.
pub fn check(arrivals: Vec<Arrival>, chases: bool) -> Checked {
    let (register, history) = (Register::default(), History::default());
    let input = MonthInput {
        plan: &PLAN,
        moment: Moment {
            period: june(),
            as_of: None,
        },
        register: &register,
        history: &history,
        chases,
        keep: Keep::All,
        read_again: None,
    };
    input.check(arrivals).0
}
