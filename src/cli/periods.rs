//! Which months there are, and which a command means.

use std::collections::BTreeSet;
use std::path::Path;

use crate::intake::text::one_line;
use crate::plan::{Period, Plan};

use super::archive::Archive;
use super::error::Error;
use super::inbox;

/// Months that have a folder in the inbox or are sealed. A missing inbox is no mistake where months are sealed.
pub fn available(inbox: &Path, archive: &Archive) -> Result<BTreeSet<Period>, Error> {
    let mut found = archive.periods()?;
    if found.is_empty() || inbox.exists() {
        found.extend(inbox::periods(inbox)?);
    }
    Ok(found)
}

/// The given month, or the newest of the inbox and the archive; it must be one of the plan's.
pub fn given_or_newest(
    given: Option<Period>,
    plan: &Plan,
    inbox: &Path,
    archive: &Archive,
) -> Result<Period, Error> {
    let newest = || {
        available(inbox, archive)?.pop_last().ok_or_else(|| {
            Error::said(format!(
                "收件箱“{}”里没有月份文件夹。请建立如“2024-06”的文件夹，把各单位当月文件放进去",
                inbox.display()
            ))
        })
    };
    in_plan(plan, given.map_or_else(newest, Ok)?)
}

/// The months to run: one, a range (`2024-01..2024-06`), or the newest.
pub fn wanted(
    text: Option<&str>,
    plan: &Plan,
    inbox: &Path,
    archive: &Archive,
) -> Result<Vec<Period>, Error> {
    let Some(text) = text else {
        return given_or_newest(None, plan, inbox, archive).map(|p| vec![p]);
    };
    let available = available(inbox, archive)?;
    let parse = |part: &str| -> Result<Period, Error> {
        part.parse().map_err(|()| {
            Error::said(format!(
                "月份“{}”写法不对，请写成 2024-06，一段月份写成 2024-01..2024-06",
                one_line(part, 20)
            ))
        })
    };
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (parse(first)?, parse(last)?);
    if last < first {
        return Err(Error::said(format!(
            "月份段“{text}”前后颠倒，请写成 {last}..{first}"
        )));
    }
    let mut wanted = Vec::new();
    let mut period = in_plan(plan, first)?;
    in_plan(plan, last)?;
    while period <= last {
        if !available.contains(&period) {
            let list: Vec<_> = available.iter().map(ToString::to_string).collect();
            let have = if list.is_empty() {
                "还没有任何月份".to_owned()
            } else {
                format!("现有：{}", list.join("、"))
            };
            return Err(Error::said(format!(
                "收件箱“{}”里没有{period}的文件夹（{have}）。请先建立“{}”",
                inbox.display(),
                inbox.join(period.to_string()).display()
            )));
        }
        wanted.push(period);
        period = period.next();
    }
    Ok(wanted)
}

/// The month, where the plan covers it.
pub fn in_plan(plan: &Plan, period: Period) -> Result<Period, Error> {
    let (start, end) = (Period::of(plan.start), Period::of(plan.end));
    if (start..=end).contains(&period) {
        return Ok(period);
    }
    Err(Error::said(format!(
        "{period}不在任务计划“{}”的起止月份（{start}至{end}）之内，请核对 --period 和 --plan",
        plan.title
    )))
}
