//! One month with its facts and all that they are made of, from the inbox or from a seal: for commands that look.

use std::path::PathBuf;

use jiff::civil::Date;

use crate::check::Keep;
use crate::check::{Checked, History, TaskElements};
use crate::combine::Facts;
use crate::plan::{Moment, Period, Plan};
use crate::report::manifest;

use super::archive::{Archive, Seal};
use super::args::Places;
use super::error::Error;
use super::months::{Months, available};
use super::sealed::Sealed;
use super::terminal::Terminal;
use super::{plan_check, run};

pub struct View {
    pub plan: Plan,
    pub plan_text: String,
    /// Where the plan lies.
    pub plan_path: PathBuf,
    pub facts: Facts,
    pub checked: Checked,
    pub history: History,
    /// Each task's four elements, money and contacts; of a month in the inbox what it leaves out is taken from earlier ones.
    pub elements: Vec<TaskElements>,
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
    ) -> Result<Self, Error> {
        let archive = Archive::at(&places.archive);
        if let Some(seal) = archive.current(period)? {
            let sealed = Sealed::open(seal)?;
            let (checked, _) = sealed.restated(&places.inbox, terminal)?;
            return Self::of_sealed(sealed, checked);
        }
        let (plan, plan_text) = plan_check::load(&places.plan)?;
        run::in_plan(&plan, period)?;
        // A month nothing came in has no folder; an inbox that is not there is a mistake.
        available(&places.inbox, &archive)?;
        let mut months = Months::new(&plan, &places.inbox, &archive);
        months.catch_up(period, terminal)?;
        let month = months.check(Moment::month_end(period), true, Keep::All, terminal)?;
        let facts = run::facts(&plan, &months, &month, date, false)?;
        let (history, checked) = (months.history.clone(), month.checked.clone());
        months.keep(month);
        let (elements, inputs, sealed) = (months.elements, months.inputs, months.sealed);
        Ok(Self {
            facts,
            plan_text,
            plan_path: places.plan.clone(),
            checked,
            history,
            elements,
            inputs,
            sealed,
            seal: None,
            plan,
        })
    }

    /// As [`View::month`], for commands to which a month that has no folder yet is a slip of the pen.
    pub fn existing(period: Period, places: &Places, terminal: &Terminal) -> Result<Self, Error> {
        if !available(&places.inbox, &Archive::at(&places.archive))?.contains(&period) {
            return Err(Error::said(format!(
                "收件箱“{}”里没有{period}的文件夹，该月也没有封存",
                places.inbox.display()
            )));
        }
        Self::month(period, places, None, terminal)
    }

    /// A month as it was sealed.
    pub fn seal(seal: Seal) -> Result<Self, Error> {
        let sealed = Sealed::open(seal)?;
        let checked = sealed.checked.clone();
        Self::of_sealed(sealed, checked)
    }

    fn of_sealed(sealed: Sealed, checked: Checked) -> Result<Self, Error> {
        let facts = sealed.facts(&checked)?;
        let Sealed {
            seal,
            plan,
            plan_text,
            history,
            manifest,
            ..
        } = sealed;
        let plan_path = seal.folder.join(super::archive::manifest::PLAN);
        let elements = checked.elements.clone();
        let (inputs, sealed) = (manifest.inputs, manifest.sealed);
        Ok(Self {
            plan,
            plan_text,
            plan_path,
            facts,
            checked,
            history,
            elements,
            inputs,
            sealed,
            seal: Some(seal),
        })
    }
}
