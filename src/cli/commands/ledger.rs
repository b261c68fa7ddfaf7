//! `duban ledger check` and `duban ledger new`.

use super::marked;
use super::new_file::{broken, write_new};
use super::prelude::*;
use crate::cli::args::PlanArg;
use crate::cli::next;
use crate::cli::plan_file::{self, LEDGER};
use crate::intake;
use crate::plan::Fate;
use crate::report::plan_book;

pub fn new(out: Option<PathBuf>, plan: &PlanArg, terminal: &Terminal) -> Result<u8> {
    let path = plan.path()?;
    let (plan, _) = plan_file::load(&path)?;
    let out = out.unwrap_or_else(|| path.with_file_name(LEDGER));
    let made = plan_book::ledger(&plan, &toml::Table::new()).map_err(|e| broken(&e))?;
    write_new(&out, &made)?;
    say!(
        terminal,
        "已写入{}：怎样填，见其中的“说明”表。填好后检查：{}",
        out.display(),
        next::next("ledger check --mark")
    );
    Ok(CLEAN)
}

pub fn check(
    file: Option<PathBuf>,
    plan: &PlanArg,
    mark: bool,
    output: OutputArgs,
    terminal: &Terminal,
) -> Result<u8> {
    let path = plan.path()?;
    let (mut decided, _) = plan_file::load(&path)?;
    let given = file.or_else(|| plan.ledger.clone());
    let file = given.unwrap_or_else(|| path.with_file_name(LEDGER));
    let bytes = std::fs::read(&file).doing("无法读取台账", &file)?;
    let mut said = plan_file::said_of_ledger(&mut decided, &path, &file, &bytes);
    let copy = if mark {
        marked::office(&file, &bytes, &said, false)?
    } else {
        String::new()
    };
    // Nothing in the ledger is to be mended for it.
    said.errors
        .extend(intake::ledger::outdated(&decided, &bytes));
    if output.is_json() {
        let list: Vec<_> = said.errors.iter().map(|e| e.json(&said.file)).collect();
        Terminal::json(&list)?;
        return Ok(if said.has_errors() { FAILED } else { CLEAN });
    }
    if said.has_errors() {
        return Err(marked::told(&said, &copy));
    }
    if !copy.is_empty() {
        terminal.line(copy);
    }
    if !said.errors.is_empty() {
        terminal.line(said.to_string());
    }
    let ledger = decided.ledger.unwrap_or_default();
    let count = |is: fn(&Fate) -> bool| ledger.rows.iter().filter(|row| is(&row.fate)).count();
    say!(
        terminal,
        "台账“{}”没有错误：电话核实{}行，人工评定{}行，任务调整{}行，期号文号{}行，收件登记{}行；已作废{}行。",
        file.display(),
        count(|f| matches!(f, Fate::Confirm(_))),
        count(|f| matches!(f, Fate::Override(_))),
        count(|f| matches!(f, Fate::Adjust(_))),
        ledger.papers.len(),
        ledger.received.len(),
        count(|f| *f == Fate::Void),
    );
    Ok(CLEAN)
}
