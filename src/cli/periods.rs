//! Which months there are, and which a command means.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::Joined;
use crate::plan::{Period, Plan};

use super::archive::Archive;
use super::args::{MonthArg, Places};
use super::error::Result;
use super::inbox::Inbox;
use super::month::{Month, Months, in_plan};
use super::next::next;

impl Places {
    /// The inbox of the plan.
    pub fn inbox(&self) -> Result<Inbox> {
        let (plan, _) = self.plan.load()?;
        Ok(Inbox::at(&self.inbox, Some(&plan)))
    }

    /// The month that is given, or the newest. A plan is only needed where the month does not say its year.
    pub fn period(&self, month: &MonthArg) -> Result<Period> {
        let given = month.one()?;
        if let Some(period) = given.and_then(Month::full) {
            return Ok(period);
        }
        let (plan, _) = self.plan.load()?;
        let inbox = Inbox::at(&self.inbox, Some(&plan));
        given_or_newest(given, &plan, &inbox, &Archive::at(&self.archive))
    }
}

impl MonthArg {
    /// As [`Self::one`], for a command that needs it.
    pub fn required(&self, command: &str) -> Result<Month> {
        required(self.one()?, command)
    }
}

/// The month that a command needs.
pub fn required(month: Option<Month>, command: &str) -> Result<Month> {
    let example = next(&format!("{command} 2024-06"));
    month.ok_or_else(|| said!("请写明月份，例如：{example}（或 6月）"))
}

/// Months that have a folder in the inbox or are sealed. A missing inbox is no mistake where months are sealed.
pub fn available(inbox: &Inbox, archive: &Archive) -> Result<BTreeSet<Period>> {
    let mut found = archive.periods()?;
    if found.is_empty() || inbox.root().exists() {
        found.extend(inbox.months()?);
    }
    Ok(found)
}

/// The given month, or the newest of the inbox and the archive; it must be one of the plan's.
pub fn given_or_newest(
    given: Option<Month>,
    plan: &Plan,
    inbox: &Inbox,
    archive: &Archive,
) -> Result<Period> {
    if let Some(given) = given {
        return given.of_plan(plan);
    }
    let newest = available(inbox, archive)?.pop_last().ok_or_else(|| {
        said!(
            "收件箱“{}”里没有月份文件夹。请建立如“2024-06”的文件夹，把各单位当月文件放进去",
            inbox.root().display()
        )
    })?;
    in_plan(plan, newest)
}

/// The months to run: one, several in a row, or the newest.
pub fn wanted(
    given: Option<Months>,
    plan: &Plan,
    inbox: &Inbox,
    archive: &Archive,
) -> Result<Vec<Period>> {
    let Some(Months { first, last }) = given else {
        return given_or_newest(None, plan, inbox, archive).map(|p| vec![p]);
    };
    let (first, last) = (first.of_plan(plan)?, last.of_plan(plan)?);
    if last < first {
        return Err(said!(
            "月份段{first}..{last}前后颠倒，请写成 {last}..{first}"
        ));
    }
    let available = available(inbox, archive)?;
    let following = |p: &Period| Some(p.next()).filter(|p| *p <= last);
    let wanted: Vec<Period> = std::iter::successors(Some(first), following).collect();
    let Some(absent) = wanted.iter().find(|p| !available.contains(p)) else {
        return Ok(wanted);
    };
    let list = available.iter().map(ToString::to_string).joined("、");
    let have = if list.is_empty() {
        "还没有任何月份".to_owned()
    } else {
        format!("现有：{list}")
    };
    Err(said!(
        "收件箱“{}”里没有{absent}的文件夹（{have}）。请先建立“{}”",
        inbox.root().display(),
        inbox.root().join(absent.to_string()).display()
    ))
}

/// Words of a command line without the month among them, and that month. What is there as a file or a folder is none.
pub fn without_month(
    words: &[PathBuf],
    given: Option<Month>,
) -> Result<(Vec<PathBuf>, Option<Month>)> {
    let month = |word: &PathBuf| {
        let text = word.to_str().filter(|_| !word.exists())?;
        Months::among_words(text)?.one()
    };
    let (months, others): (Vec<_>, Vec<_>) =
        words.iter().cloned().partition(|w| month(w).is_some());
    let mut months: Vec<Month> = months.iter().filter_map(month).chain(given).collect();
    months.dedup();
    match months.as_slice() {
        [] => Ok((others, None)),
        [one] => Ok((others, Some(*one))),
        [one, other, ..] => Err(said!("写了两个月份：{one}和{other}，请只写一个")),
    }
}
