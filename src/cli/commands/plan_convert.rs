//! `duban plan convert` and `duban plan new`: a plan in its other form, and the workbook to begin with.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use toml::Table;

use crate::check;
use crate::cli::error::{Doing, Error};
use crate::cli::exit::CLEAN;
use crate::cli::plan_file;
use crate::cli::terminal::Terminal;
use crate::intake::sheets::is_workbook;
use crate::plan::sheets::to_toml;
use crate::report::{ReportError, plan_book};

/// What only a ledger holds, and what it is called.
const DECISIONS: [(&str, &str); 3] = [
    ("override", "人工评定"),
    ("confirm", "电话核实"),
    ("adjust", "任务调整"),
];
const ISSUES: [(&str, &str); 2] = [("numbers", "期号"), ("document_numbers", "文号")];

pub fn convert(from: &Path, to: &Path, terminal: &Terminal) -> Result<u8, Error> {
    let (plan, bytes) = plan_file::load(from)?;
    let name = from.display().to_string();
    let into_workbook = is_workbook(&to.display().to_string(), &[]);
    let (made, said) = if is_workbook(&name, &bytes) {
        let read = check::load_plan_sheets(&name, &bytes);
        let made = if into_workbook {
            plan_book::workbook(&read.tree, &[]).map_err(|e| broken(&e))?
        } else {
            to_toml(&read.tree, &[]).into_bytes()
        };
        (made, Vec::new())
    } else {
        let text = String::from_utf8_lossy(&bytes);
        let mut tree: Table = text
            .trim_start_matches('\u{feff}')
            .parse()
            .map_err(Error::said)?;
        if into_workbook {
            let said = left_out(&mut tree, &text);
            (
                plan_book::workbook(&tree, &[]).map_err(|e| broken(&e))?,
                said,
            )
        } else {
            (to_toml(&tree, &[]).into_bytes(), Vec::new())
        }
    };
    // What was written must be the same plan.
    let again = plan_file::parse(to, &made)?;
    if let Some(difference) = plan_file::first_difference(&plan, &again) {
        return Err(Error::said(format!(
            "“{}”不能照原样写成“{}”：{difference}。没有写入",
            from.display(),
            to.display()
        )));
    }
    write_new(to, &made)?;
    terminal.line(format!(
        "已写入{}，与{}是同一个任务计划。",
        to.display(),
        from.display()
    ));
    for line in said {
        terminal.line(line);
    }
    Ok(CLEAN)
}

pub fn new(out: &Path, terminal: &Terminal) -> Result<u8, Error> {
    if !is_workbook(&out.display().to_string(), &[]) {
        return Err(Error::said(format!("“{}”应为 .xlsx 文件", out.display())));
    }
    write_new(
        out,
        &plan_book::workbook(&Table::new(), &[]).map_err(|e| broken(&e))?,
    )?;
    terminal.line(format!(
        "已写入{}：怎样填，见其中的“说明”表。填好后检查：duban plan check {}",
        out.display(),
        out.display()
    ));
    Ok(CLEAN)
}

/// Takes out of a plan's tree what its workbook has no place for; says what that is.
fn left_out(tree: &mut Table, text: &str) -> Vec<String> {
    let mut said = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for (key, name) in DECISIONS {
        names.extend(tree.remove(key).map(|_| name));
    }
    if let Some(briefing) = tree.get_mut("briefing").and_then(toml::Value::as_table_mut) {
        for (key, name) in ISSUES {
            names.extend(briefing.remove(key).map(|_| name));
        }
    }
    if !names.is_empty() {
        said.push(format!(
            "没有写入：{}，这些不属于任务计划.xlsx，仍在原文件里。",
            names.join("、")
        ));
    }
    if text
        .lines()
        .any(|line| line.trim_start().starts_with('#') || line.contains(" #"))
    {
        said.push("原文件中 # 后面的注释没有写入。".to_owned());
    }
    said
}

fn broken(error: &ReportError) -> Error {
    Error::said(format!("生成任务计划工作簿时出错：{error}"))
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    const WRITING: &str = "无法写入";
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    match file {
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Err(Error::said(format!(
            "“{}”已经有了，不会覆盖；请换一个文件名，或先把它移走",
            path.display()
        ))),
        file => {
            let written = file.and_then(|mut file| file.write_all(bytes));
            written.doing(WRITING, path)
        }
    }
}
