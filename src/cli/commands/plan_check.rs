//! `duban plan check` and `duban plan schema`.

use std::path::Path;

use crate::cli::{error::Error, exit::CLEAN, plan_file, terminal::Terminal};
use crate::plan::{self, Kind};

pub fn run(path: &Path, terminal: &Terminal) -> Result<u8, Error> {
    let (plan, _) = plan_file::load(path)?;
    let count = |kinds: &[Kind]| {
        let kind = plan.indicators.iter().map(|i| i.kind);
        kind.filter(|kind| kinds.contains(kind)).count()
    };
    terminal.line(format!("任务计划“{}”没有问题。", plan.title));
    terminal.line(format!(
        "任务{}项，责任单位{}个，指标{}个：数量{}、节点{}、持续推进{}；报送项{}个。",
        plan.tasks.len(),
        plan.departments.len(),
        plan.indicators.len(),
        count(&[Kind::Count, Kind::Quantity, Kind::Level, Kind::Ratio]),
        count(&[Kind::Milestone]),
        count(&[Kind::Ongoing]),
        plan.slots.len()
    ));
    Ok(CLEAN)
}

pub fn schema() -> Result<u8, Error> {
    Terminal::json(&plan::schema())?;
    Ok(CLEAN)
}
