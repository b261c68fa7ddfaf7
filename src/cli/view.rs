//! One month with its facts and all that they are made of, from the inbox or from a seal: for commands that look.

use std::path::PathBuf;

use jiff::civil::Date;

use crate::check::{Checked, History, Keep};
use crate::combine::Facts;
use crate::plan::{Moment, Period, Plan};
use crate::report::manifest;

use super::archive::{Archive, Seal};
use super::args::Places;
use super::error::Result;
use super::inbox::Inbox;
use super::month::in_plan;
use super::months::Months;
use super::periods::available;
use super::sealed::SealedMonth;
use super::terminal::Terminal;

pub struct View {
    pub plan: Plan,
    pub plan_bytes: Vec<u8>,
    /// The plan's file.
    pub plan_path: PathBuf,
    pub facts: Facts,
    pub checked: Checked,
    pub history: History,
    /// What went in, for a manifest.
    pub inputs: Vec<manifest::Input>,
    pub sealed: Vec<manifest::Sealed>,
    pub seal: Option<Seal>,
}

impl View {
    /// A month as `run` would report it now: from its seal, with what the inbox would change, where it is sealed. `date`: of
    /// the reports, else the month's due date or the sealed one.
    pub fn month(
        period: Period,
        places: &Places,
        date: Option<Date>,
        terminal: &Terminal,
    ) -> Result<Self> {
        let archive = Archive::at(&places.archive);
        if let Some(seal) = archive.current(period)? {
            let sealed = SealedMonth::open(seal)?;
            let (checked, _) = sealed.restated(&places.inbox, terminal)?;
            return Self::of_sealed(sealed, checked);
        }
        let plan_path = places.plan.path()?;
        let (plan, plan_bytes) = places.plan.load_from(&plan_path)?;
        in_plan(&plan, period)?;
        // A month in which nothing came has no folder; an inbox that is not there is a mistake.
        available(&Inbox::at(&places.inbox, Some(&plan)), &archive)?;
        let mut months = Months::new(&plan, &places.inbox, &archive);
        months.catch_up(period, terminal)?;
        let month = months.check(Moment::month_end(period), Keep::All, terminal)?;
        let facts = months.facts(&month, date, false)?;
        let (history, checked) = (months.history.clone(), month.checked.clone());
        months.keep(month);
        let (inputs, sealed) = (months.inputs, months.sealed);
        Ok(Self {
            facts,
            plan_bytes,
            plan_path,
            checked,
            history,
            inputs,
            sealed,
            seal: None,
            plan,
        })
    }

    /// As [`View::month`], for commands to which a month that has no folder yet is a slip of the pen.
    pub fn existing(period: Period, places: &Places, terminal: &Terminal) -> Result<Self> {
        let archive = Archive::at(&places.archive);
        let is_sealed = archive.periods()?.contains(&period);
        if !is_sealed && !available(&places.inbox()?, &archive)?.contains(&period) {
            return Err(said!(
                "收件箱“{}”里没有{period}的文件夹，该月也没有封存",
                places.inbox.display()
            ));
        }
        Self::month(period, places, None, terminal)
    }

    /// A month as it was sealed.
    pub fn seal(seal: Seal) -> Result<Self> {
        let sealed = SealedMonth::open(seal)?;
        let checked = sealed.checked.clone();
        Self::of_sealed(sealed, checked)
    }

    fn of_sealed(month: SealedMonth, checked: Checked) -> Result<Self> {
        Ok(Self {
            facts: month.facts(&checked)?,
            plan: month.plan,
            plan_bytes: month.plan_bytes,
            plan_path: month.seal.plan_path(),
            history: month.history,
            checked,
            inputs: month.manifest.inputs,
            sealed: month.manifest.sealed,
            seal: Some(month.seal),
        })
    }
}
