//! `duban plan check` and `duban plan schema`.

use super::marked;
use super::prelude::*;
use crate::check;
use crate::intake::sheets::{self, is_workbook};
use crate::plan::cell::CellRef;
use crate::plan::notice::{Remark, open_marks};
use crate::plan::{self, Kind};

/// Marks that are shown one by one.
const SHOWN: usize = 50;

pub fn run(path: &Path, mark: bool, output: OutputArgs, terminal: &Terminal) -> Result<u8> {
    let name = path.display().to_string();
    let bytes = plan_file::read(path)?;
    let (plan, said) = check::load_plan_file(&name, &bytes);
    let copy = if mark {
        marked::office(path, &bytes, &said, true)?
    } else {
        String::new()
    };
    if output.is_json() {
        let list: Vec<_> = said.errors.iter().map(|e| e.json(&name)).collect();
        Terminal::json(&list)?;
        return Ok(if plan.is_some() { CLEAN } else { FAILED });
    }
    let Some(plan) = plan else {
        return Err(marked::told(&said, &copy));
    };
    if !copy.is_empty() {
        terminal.line(copy);
    }
    if !said.errors.is_empty() {
        terminal.line(said.to_string());
    }
    let count = |kinds: &[Kind]| {
        let kind = plan.indicators.iter().map(|i| i.kind);
        kind.filter(|kind| kinds.contains(kind)).count()
    };
    let marks = marks(&name, &bytes, &plan);
    terminal.line(if marks.is_empty() {
        format!("任务计划“{}”没有问题。", plan.title)
    } else {
        format!(
            "任务计划“{}”没有错误，可以使用；还有 {} 处待核，请逐处改定后删去“待核”标记。",
            plan.title,
            marks.len()
        )
    });
    say!(
        terminal,
        "任务{}项，责任单位{}个，指标{}个：数量{}、节点{}、持续推进{}；报送项{}个。",
        plan.tasks.len(),
        plan.departments.len(),
        plan.indicators.len(),
        count(&[Kind::Count, Kind::Quantity, Kind::Level, Kind::Ratio]),
        count(&[Kind::Milestone]),
        count(&[Kind::Ongoing]),
        plan.slots.len()
    );
    for mark in marks.iter().take(SHOWN) {
        say!(terminal, "  {mark}");
    }
    if marks.len() > SHOWN {
        let more = marks.len() - SHOWN;
        say!(terminal, "  ……另有 {more} 处，在文件中查找“待核”。");
    }
    Ok(CLEAN)
}

/// What a person has still to settle, and where.
fn marks(name: &str, bytes: &[u8], plan: &plan::Plan) -> Vec<String> {
    if is_workbook(name, bytes) {
        let book = sheets::open(name, bytes, &plan.limits);
        let marks = book.map(|book| sheets::open_marks(&book));
        let said = |(sheet, cell, what): (String, CellRef, String)| {
            format!("{sheet}!{cell}：{}", one_line(&what, 200))
        };
        return marks.unwrap_or_default().into_iter().map(said).collect();
    }
    let marks = open_marks(std::str::from_utf8(bytes).unwrap_or_default());
    let said = |mark: Remark| {
        let about = match mark.about.as_str() {
            "" => String::new(),
            about => format!("（{}）", one_line(about, 60)),
        };
        format!("第 {} 行{about}：{}", mark.line, one_line(mark.what(), 200))
    };
    marks.into_iter().map(said).collect()
}

pub fn schema() -> Result<u8> {
    Terminal::json(&plan::schema())?;
    Ok(CLEAN)
}
