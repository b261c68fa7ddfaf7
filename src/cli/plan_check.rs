//! `duban plan check`, `duban plan schema`, and loading a plan for every other command.

use std::fs;
use std::path::Path;

use crate::check;
use crate::plan::{self, Kind, Plan};

use super::error::Error;
use super::terminal::Terminal;

/// Reads and validates a plan; the text comes along for its hash.
pub fn load(path: &Path) -> Result<(Plan, String), Error> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::said(format!(
                "任务计划“{}”不存在，请用 --plan 指明位置",
                path.display()
            )));
        }
        Err(e) => return Err(Error::io("无法读取任务计划", path, e)),
    };
    let plan = check::load_plan(&path.display().to_string(), &text)
        .map_err(|errors| Error::Plan(errors.to_string()))?;
    Ok((plan, text))
}

pub fn run(path: &Path, terminal: &Terminal) -> Result<u8, Error> {
    let (plan, _) = load(path)?;
    let count = |kinds: &[Kind]| {
        plan.indicators
            .iter()
            .filter(|i| kinds.contains(&i.kind))
            .count()
    };
    terminal.line(&format!("任务计划“{}”没有问题。", plan.title));
    terminal.line(&format!(
        "任务{}项，责任单位{}个，指标{}个：数量{}、节点{}、持续推进{}；报送项{}个。",
        plan.tasks.len(),
        plan.departments.len(),
        plan.indicators.len(),
        count(&[Kind::Count, Kind::Quantity, Kind::Level, Kind::Ratio]),
        count(&[Kind::Milestone]),
        count(&[Kind::Ongoing]),
        plan.slots.len()
    ));
    Ok(super::CLEAN)
}

pub fn schema(_terminal: &Terminal) -> Result<u8, Error> {
    Terminal::json(&plan::schema())?;
    Ok(super::CLEAN)
}
