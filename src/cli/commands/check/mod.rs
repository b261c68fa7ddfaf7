//! `duban check`: a department's own look at its workbook, before it sends it.
//!
//! The same intake and the same rules as in the month's run, for each file alone; rules across departments (X) are not run.

mod mark;
mod print;

use std::collections::BTreeMap;
use std::fs;

use super::prelude::*;
use crate::cli::args::{CheckArgs, MonthArg};
use crate::cli::commands::marked;
use crate::cli::months::Months;
use crate::cli::periods::without_month;
use crate::cli::{exit, inbox};
use crate::intake::layout::Names;
use crate::intake::sniff;
use crate::report::self_check::{OwnCheck, entry_without_month, own_month};

pub fn run(args: &CheckArgs, terminal: &Terminal) -> Result<u8> {
    let plan = args.plan.load()?.0.for_departments();
    let given = args
        .period
        .map(|p| MonthArg::from(p).one())
        .transpose()?
        .flatten();
    let (files, given) = without_month(&args.files, given)?;
    let given = given.map(|month| month.of_plan(&plan)).transpose()?;
    let files = workbooks(files)?;
    let names = Names::new(&plan);
    let read = |path: &Path, period: Period| {
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        let reader = inbox::reader(&plan, &names, period);
        inbox::read_one(&reader, &name, path).doing("无法读取", path)
    };
    let start = Period::of(plan.start);
    let mut waiting: BTreeMap<Option<Period>, Vec<usize>> = BTreeMap::new();
    // Files whose month cannot be told; the others are checked all the same.
    let mut unknown: BTreeMap<usize, String> = BTreeMap::new();
    for (ix, path) in files.iter().enumerate() {
        let period = match given {
            Some(period) => Ok(Some(period)),
            None => own_month(&plan, &read(path, start)?),
        };
        match period {
            Ok(told) => waiting.entry(told).or_default().push(ix),
            Err(why) => {
                unknown.insert(ix, why.sentence(&plan, &path.to_string_lossy()));
            }
        }
    }
    let archive = Archive::at(&args.archive);
    let has_inbox = args.inbox.is_dir() || !archive.periods()?.is_empty();
    let mut months = Months::new(&plan, &args.inbox, &archive);
    let mut done: BTreeMap<usize, OwnCheck> = BTreeMap::new();
    for (told, own) in waiting {
        let period = told.unwrap_or(start);
        if has_inbox {
            months.catch_up(period, terminal)?;
        }
        for ix in own {
            let given = files[ix].to_string_lossy().into_owned();
            let arrivals = read(&files[ix], period)?;
            done.insert(
                ix,
                OwnCheck::new(&plan, given, told, arrivals, &months.history),
            );
        }
    }
    let is_json = args.output.is_json();
    if is_json {
        let entry = |(ix, path): (usize, &PathBuf)| match (done.get(&ix), unknown.get(&ix)) {
            (Some(own), _) => own.entry(),
            (None, error) => {
                entry_without_month(&path.to_string_lossy(), error.map_or("", String::as_str))
            }
        };
        Terminal::json(&files.iter().enumerate().map(entry).collect::<Vec<_>>())?;
    } else {
        for own in done.values() {
            print::print(&plan, own, terminal);
        }
        if !done.is_empty() {
            print::footnotes(&args.inbox, done.values().map(|own| own.compared), terminal);
        }
        for error in unknown.values() {
            Terminal::error(&Error::said(error.clone()));
        }
    }
    if args.mark {
        for (ix, own) in &done {
            let say = marked::unless(is_json, terminal);
            mark::mark(own, &files[*ix], say)?;
        }
    }
    if done.is_empty() {
        return Ok(exit::FAILED);
    }
    let failed = |own: &OwnCheck| matches!(own.verdict(), "refused" | "errors");
    let wrong = !unknown.is_empty() || done.values().any(failed);
    Ok(exit::found(wrong))
}

/// The files to check: of a folder those in it that are no clutter.
fn workbooks(given: Vec<PathBuf>) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in given {
        let meta = fs::metadata(&path).doing("无法读取", &path)?;
        if meta.is_file() {
            files.push(path);
            continue;
        }
        let entries = fs::read_dir(&path).doing("无法读取", &path)?.flatten();
        let is_one = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            path.is_file() && !sniff::is_clutter(&name) && name != inbox::REGISTER
        };
        let mut inside: Vec<PathBuf> = entries.map(|e| e.path()).filter(is_one).collect();
        inside.sort();
        if inside.is_empty() {
            return Err(said!("文件夹“{}”里没有要检查的文件", path.display()));
        }
        files.extend(inside);
    }
    if files.is_empty() {
        return Err(Error::said("请写明要检查的文件"));
    }
    Ok(files)
}
