//! Copies beside a file with what was found marked in its cells.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, Write};

use super::prelude::*;
use crate::check;
use crate::intake::sheets;
use crate::plan::{Limits, PlanErrors};
use crate::report::returns::{self, OfficeChecked as Checked};

/// Copies of one file that may lie side by side.
const COPIES: u32 = 1000;

/// Writes a copy. Neither the file nor a copy of before is overwritten: someone may be correcting in it.
pub fn beside(path: &Path, name: &str, marked: &[u8], say: impl Fn(String)) -> Result {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    for n in 1..COPIES {
        let name = match n {
            1 => name.to_owned(),
            n => format!("{stem}{n}.{extension}"),
        };
        let copy = path.with_file_name(name);
        match File::create_new(&copy) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                if fs::read(&copy).is_ok_and(|there| there == marked) {
                    say(format!("标好的表已在“{}”", copy.display()));
                    return Ok(());
                }
            }
            created => {
                let written = created.and_then(|mut file| file.write_all(marked));
                written.doing("无法写入", &copy)?;
                say(format!("标好的表已写入“{}”", copy.display()));
                return Ok(());
            }
        }
    }
    Err(said!(
        "“{}”旁已有太多标好的表，请先移走一些",
        path.display()
    ))
}

/// Marks a plan's or ledger's workbook, and says where. `is_plan`: blank 编号 are filled in, open questions (待核) listed.
pub fn office(path: &Path, bytes: &[u8], said: &PlanErrors, is_plan: bool) -> Result<String> {
    let limits = Limits::default();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    // A copy of a copy bears the same name.
    let stem = match stem.split_once(SUFFIX) {
        Some((own, n)) if n.bytes().all(|b| b.is_ascii_digit()) => own,
        _ => &stem,
    };
    if !sheets::is_workbook(&name, bytes) {
        return Ok(format!(
            "“{}”不是工作簿，没有另写标好的表。",
            path.display()
        ));
    }
    let Ok(workbook) = sheets::open(&name, bytes, &limits) else {
        // What is wrong with the file as a whole was said; there is no cell to mark.
        return Ok(String::new());
    };
    let (mut open, mut fills) = (Vec::new(), Vec::new());
    if is_plan {
        open = sheets::open_marks(&workbook);
        fills = check::load_plan_sheets(&name, bytes).fills;
    }
    if said.errors.is_empty() && open.is_empty() {
        return Ok(format!(
            "“{}”没有可以标注的地方，没有另写标好的表。",
            path.display()
        ));
    }
    let checked = Checked {
        name: stem,
        said: &said.errors,
        open: &open,
        fills,
    };
    let made = returns::of_office(bytes, &limits, checked);
    let marked = made.map_err(|e| said!("生成标好的表时出错：{e}"))?;
    let where_to = RefCell::new(String::new());
    beside(path, &format!("{stem}{SUFFIX}.xlsx"), &marked, |words| {
        where_to.replace(words);
    })?;
    Ok(where_to.into_inner())
}

/// The mistakes of the office's workbook, and last where the marked copy is: there they are mended.
pub fn told(said: &PlanErrors, copy: &str) -> Error {
    Error::said(match copy {
        "" => said.to_string(),
        copy => format!("{said}\n\n{copy}。请在那一份里改，没有错误后用它换下原来的文件"),
    })
}

const SUFFIX: &str = "（检查结果）";

/// Says a line, unless the caller wants none.
pub fn unless(quiet: bool, terminal: &Terminal) -> impl Fn(String) {
    move |words| {
        if !quiet {
            terminal.line(words);
        }
    }
}
