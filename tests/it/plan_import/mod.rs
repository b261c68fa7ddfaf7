//! `duban plan import`: notices of every make become drafts.

mod again;
mod another_city;
mod command;
mod notice_of_2024;
mod word;

use duban::check::load_plan;
use duban::plan::Plan;
use duban::plan::notice::{self, Draft};

pub const NOTICE: &str = include_str!("../../../seeds/2024/notice.txt");
pub const PLAN: &str = include_str!("../../../seeds/2024/plan.toml");

pub fn drafted(text: &str) -> Draft {
    notice::draft(&notice::read(text.as_bytes()).unwrap(), None).unwrap()
}

pub fn loaded(text: &str) -> Plan {
    load_plan("draft", text).unwrap_or_else(|e| panic!("{e}"))
}
