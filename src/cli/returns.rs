//! The month's return copies: their sources read again, each made on its own thread.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use rayon::prelude::*;

use crate::check::Checked;
use crate::intake::Arrival;
use crate::plan::Plan;
use crate::report::returns::{self, FOLDER, Returned};
use crate::report::summary::LinkFrom;

use super::child;
use super::error::{Doing, Error, Result};
use super::inbox::{Lost, MonthFolder};
use super::output::Sink;
use super::{machine, signals};

/// Reads an arrival's bytes once more; `None` where they cannot be found again.
pub type Source<'a> = &'a (dyn Fn(&Arrival) -> Result<Option<Vec<u8>>> + Sync);

/// Makes every return copy of a month.
pub fn make(
    plan: &Plan,
    checked: &Checked,
    arrivals: &[Arrival],
    source: Source,
) -> Result<Vec<Returned>> {
    let copies = returns::copies(plan, checked, arrivals);
    let make = |copy: &returns::ReturnCopy| {
        signals::check()?;
        let bytes = copy.source.map(source).transpose()?.flatten();
        let made = copy.write(bytes.as_deref(), &child::read_in_child);
        let name = copy.source.map_or("", |arrival| &arrival.path);
        let made = machine::unless_noted(made).doing("无法读取收件箱中的文件", Path::new(name))?;
        made.map_err(|e| said!("生成退回文件时出错：{e}"))
    };
    let made: Vec<_> = copies.par_iter().with_max_len(1).map(make).collect();
    // The system may have run out of something for many at a time: once more, alone.
    let again = copies.iter().zip(made);
    again
        .map(|(copy, made)| made.or_else(|_| make(copy)))
        .collect()
}

/// Puts the copies into their folder of the package.
pub fn put(returned: &[Returned], sink: &dyn Sink) -> Result {
    let files = returned.iter().map(|copy| {
        let path = format!("{FOLDER}/{}", copy.name);
        (path, Cow::from(&copy.bytes))
    });
    sink.put(&files.collect::<Vec<_>>())
}

/// A file's bytes as they were checked, from the inbox.
pub fn from_inbox(plan: &Plan, folder: &MonthFolder, arrival: &Arrival) -> Result<Option<Vec<u8>>> {
    match folder.read_again(&arrival.path, &arrival.sha256, &plan.limits) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Lost::Gone) => Ok(None),
        Err(Lost::Unread(e)) => Err(Error::io(
            "无法读取收件箱中的文件",
            Path::new(&arrival.path),
            e,
        )),
        Err(Lost::Changed) => Err(said!(
            "收件箱中的“{}”在运行过程中被改动，请重新运行",
            arrival.path
        )),
    }
}

/// The month's return copies by the files they mark, for links that lead into them.
pub struct Index<'a> {
    of_file: HashMap<&'a str, &'a Returned>,
    of_department: HashMap<usize, &'a Returned>,
}

impl<'a> Index<'a> {
    pub fn new(returned: &'a [Returned]) -> Self {
        let mut index = Self {
            of_file: HashMap::new(),
            of_department: HashMap::new(),
        };
        for copy in returned {
            for file in &copy.files {
                index.of_file.entry(file).or_insert(copy);
            }
            index.of_department.entry(copy.department).or_insert(copy);
        }
        index
    }

    /// Each department's first copy, as a path in the package.
    pub fn folder(&self) -> BTreeMap<usize, String> {
        let copies = self.of_department.iter();
        copies
            .map(|(department, copy)| (*department, format!("{FOLDER}/{}", copy.name)))
            .collect()
    }

    /// Where in the package a finding, figure or file can be looked at in its department's return copy.
    pub fn link(&self, from: LinkFrom<'_>) -> Option<String> {
        let of_file = |path: &str| self.of_file.get(path);
        let (copy, sheet, cell) = match from {
            LinkFrom::Finding(f) => {
                let copy = match &f.file {
                    Some(path) => of_file(path),
                    // A finding without a file is listed in the copy of the department's first one.
                    None if f.code == "X001" => None,
                    None => f.department.and_then(|d| self.of_department.get(&d)),
                };
                (copy?, f.sheet.as_deref(), f.cell.clone())
            }
            LinkFrom::Source(s) => (
                of_file(&s.place.file)?,
                Some(&*s.place.sheet),
                Some(s.cell.to_string()),
            ),
            LinkFrom::File(f) => (of_file(&f.path)?, None, None),
        };
        let mut link = format!("{FOLDER}/{}", copy.name);
        if let Some(sheet) = sheet.and_then(|s| copy.sheets.get(s)) {
            let cell = cell.as_deref().and_then(|c| c.split(':').next());
            let (sheet, cell) = (sheet.replace('\'', "''"), cell.unwrap_or("A1"));
            link = format!("{link}#'{sheet}'!{cell}");
        }
        Some(link)
    }
}
