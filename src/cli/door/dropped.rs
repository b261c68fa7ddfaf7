//! What a file or folder is, that is dropped on the program or given alone, and what is done with it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf, absolute};

use super::desk::{self, INBOX};
use crate::cli::error::{Doing, Result};
use crate::cli::inbox::Inbox;
use crate::cli::plan_file;
use crate::intake::sheets::{self, Kept};
use crate::intake::text::one_line;
use crate::intake::{FileFault, sniff};
use crate::plan::{Limits, Plan};

/// What is done with it.
pub enum Taken {
    /// A command line.
    Line(Vec<OsString>),
    /// It is a folder to work in, and is the current one now.
    Desk,
}

enum What {
    Workbook,
    Notice,
    Plan,
    Ledger,
    Months,
    Month,
    Desk,
}

/// What can be dropped and what becomes of it.
const KNOWN: &str = "可以拖上来的有：\n  \
     各单位的表（.xlsx、.xls、.et、.ods 等，可以一次几个）：自查\n  \
     放着各月文件夹的收件箱，或其中一个月：出月报\n  \
     印发的通知（.docx、.txt）：起草任务计划\n  \
     任务计划（.toml，任务计划.xlsx）、台账.xlsx 和它们标好的表：检查\n  \
     放着任务计划的工作文件夹：打开菜单\n收到的附件请用“收表”放进收件箱：duban collect 文件或文件夹 2024-06";

/// What to do with what is there: one thing, or several workbooks.
pub fn take(paths: &[PathBuf]) -> Result<Taken> {
    let paths: Vec<PathBuf> = paths
        .iter()
        .map(|path| absolute(path).unwrap_or_else(|_| path.clone()))
        .collect();
    desk::settle(paths.first().map(PathBuf::as_path));
    let plan = plan_file::find(None).and_then(|path| plan_file::load(&path));
    let plan = plan.as_ref().ok().map(|(plan, _)| plan);
    let [path] = paths.as_slice() else {
        return several(&paths, plan);
    };
    let words = match what(path, plan)? {
        What::Workbook => words(&["check"], [path]),
        What::Plan if is_toml(path) => words(&["plan", "check"], [path]),
        What::Plan => marked(words(&["plan", "check"], [path])),
        What::Ledger => marked(words(&["ledger", "check"], [path])),
        What::Notice => {
            // A folder to work in, with the plan as a workbook: who drops a notice writes no TOML.
            let mut words = words(&["init"], [&path.with_extension("")]);
            words.extend(["--from".into(), desk::near(path)]);
            words
        }
        What::Months => inbox(words(&["run"], []), path),
        What::Month => {
            let inbox_path = path.parent().unwrap_or(path);
            let months = Inbox::at(inbox_path, plan).folders()?;
            let month = months.iter().find(|(_, folder)| *folder == path);
            let month = month.map(|(period, _)| period.to_string());
            let month = month.map(PathBuf::from);
            inbox(words(&["run"], &month), inbox_path)
        }
        What::Desk => {
            std::env::set_current_dir(path).doing("无法打开文件夹", path)?;
            return Ok(Taken::Desk);
        }
    };
    Ok(Taken::Line(words))
}

/// A plan that is no workbook: there is nothing to mark in it.
pub fn is_toml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "toml")
}

/// With a copy in which what is found is marked.
fn marked(mut words: Vec<OsString>) -> Vec<OsString> {
    words.push("--mark".into());
    words
}

fn several(paths: &[PathBuf], plan: Option<&Plan>) -> Result<Taken> {
    for path in paths {
        if !matches!(what(path, plan), Ok(What::Workbook)) {
            return Err(said!(
                "一次拖上来几个的，须都是各单位的表；{}不是。{KNOWN}",
                shown(path)
            ));
        }
    }
    Ok(Taken::Line(words(&["check"], paths)))
}

fn words<'p>(command: &[&str], paths: impl IntoIterator<Item = &'p PathBuf>) -> Vec<OsString> {
    let command = command.iter().map(OsString::from);
    let paths = paths.into_iter().map(|path| desk::near(path));
    command.chain(paths).collect()
}

/// With the inbox that is to be read, where it is not the one that is read anyway.
fn inbox(mut words: Vec<OsString>, path: &Path) -> Vec<OsString> {
    let near = desk::near(path);
    if near != INBOX {
        words.extend(["--inbox".into(), near]);
    }
    words
}

fn shown(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    format!("“{}”", one_line(&name.to_string_lossy(), 60))
}

fn what(path: &Path, plan: Option<&Plan>) -> Result<What> {
    let unknown = |what: &str| said!("{}是{what}，不知道要做什么。{KNOWN}", shown(path));
    if path.is_dir() {
        let is_month = || {
            let months = path
                .parent()
                .map(|parent| Inbox::at(parent, plan).folders());
            let months = months.and_then(Result::ok).unwrap_or_default();
            months.values().any(|folder| folder == path)
        };
        return if !plan_file::plans_in(path).is_empty() {
            Ok(What::Desk)
        } else if desk::holds_months(path, plan) {
            Ok(What::Months)
        } else if is_month() {
            Ok(What::Month)
        } else if desk::has_plan(path) {
            Ok(What::Desk)
        } else {
            Err(unknown("文件夹，里面没有月份文件夹"))
        };
    }
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    match extension.to_lowercase().as_str() {
        "toml" => return Ok(What::Plan),
        "docx" | "txt" => return Ok(What::Notice),
        _ if plan_file::is_named(path) => return Ok(What::Plan),
        _ => {}
    }
    let limits = Limits::default();
    let size = fs::metadata(path).doing("无法读取", path)?.len();
    // One that is too large for any reader is still its sender's workbook.
    if size > limits.file_bytes {
        return Ok(What::Workbook);
    }
    let bytes = fs::read(path).doing("无法读取", path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match sniff::sniff(&name, &bytes).fault(&name) {
        Some(FileFault::Unsupported { what }) => Err(unknown(&what)),
        _ => Ok(match sheets::kept(&name, &bytes, &limits) {
            Some(Kept::Plan) => What::Plan,
            Some(Kept::Ledger) => What::Ledger,
            None => What::Workbook,
        }),
    }
}
