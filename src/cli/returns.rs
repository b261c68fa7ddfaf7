//! The month's return copies: their sources read again from the inbox, each made on its own thread.

use std::path::Path;

use rayon::prelude::*;

use crate::intake::Arrival;
use crate::intake::arrival::sha256;
use crate::plan::{Moment, Plan};
use crate::report::returns::{self, Returned};
use crate::report::summary::LinkFrom;

use super::error::Error;
use super::months::Month;
use super::{child, inbox};

/// Makes every return copy of a month.
pub fn make(plan: &Plan, inbox: &Path, moment: Moment, month: &Month) -> Result<Vec<Returned>, Error> {
    let copies = returns::copies(plan, &month.checked, &month.arrivals);
    copies
        .par_iter()
        .map(|copy| {
            let bytes = copy.source.map(|source| source_bytes(plan, inbox, moment, source)).transpose()?.flatten();
            returns::write(plan, moment.period, copy, bytes.as_deref(), &child::read_in_child)
                .map_err(|e| Error::said(format!("生成退回文件时出错：{e}")))
        })
        .collect()
}

/// A file's bytes as they were checked; `None` where it cannot be found again.
fn source_bytes(plan: &Plan, inbox: &Path, moment: Moment, source: &Arrival) -> Result<Option<Vec<u8>>, Error> {
    let Some(bytes) = inbox::read_again(&inbox.join(moment.period.to_string()), &source.path, &source.sha256, &plan.limits) else { return Ok(None) };
    if sha256(&bytes) == source.sha256 {
        return Ok(Some(bytes));
    }
    Err(Error::said(format!("收件箱中的“{}”在运行过程中被改动，请重新运行", source.path)))
}

/// Where in the package a finding, figure or file can be looked at in its department's return copy.
pub fn link(returned: &[Returned], from: LinkFrom<'_>) -> Option<String> {
    let of_file = |path: &str| returned.iter().find(|r| r.files.iter().any(|f| f == path));
    let (copy, sheet, cell) = match from {
        LinkFrom::Finding(f) => {
            let copy = match &f.file {
                Some(path) => of_file(path),
                // What the month holds against a department stands in the copy of its first file.
                None if f.code == "X001" => None,
                None => returned.iter().find(|r| f.department == Some(r.department)),
            };
            (copy?, f.sheet.as_ref(), f.cell.as_ref())
        }
        LinkFrom::Source(s) => (of_file(s.file.as_deref()?)?, s.sheet.as_ref(), s.cell.as_ref()),
        LinkFrom::File(f) => (of_file(&f.path)?, None, None),
    };
    let place = sheet.and_then(|s| copy.sheets.get(s)).map(|sheet| {
        let cell = cell.map_or("A1", |c| c.split(':').next().unwrap_or("A1"));
        format!("#'{}'!{cell}", sheet.replace('\'', "''"))
    });
    Some(format!("{}/{}{}", returns::FOLDER, copy.name, place.unwrap_or_default()))
}
