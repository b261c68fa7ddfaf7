//! One month with its facts and all that they are made of, from the inbox or from a seal: for commands that look.

use std::path::PathBuf;

use crate::check::{Checked, History};
use crate::combine::Facts;
use crate::plan::{Moment, Period, Plan};

use super::archive::{Archive, Seal};
use super::args::Places;
use super::error::Error;
use super::months::Months;
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
    pub seal: Option<Seal>,
}

impl View {
    /// A month as `run` would report it now: from its seal, with what the inbox would change, where it is sealed.
    pub fn month(period: Period, places: &Places, terminal: &Terminal) -> Result<Self, Error> {
        let archive = Archive::at(&places.archive);
        if let Some(seal) = archive.current(period)? {
            let sealed = Sealed::open(seal)?;
            let (checked, _) = sealed.restated(&places.inbox, terminal)?;
            return Self::of_sealed(sealed, checked);
        }
        let (plan, plan_text) = plan_check::load(&places.plan)?;
        run::in_plan(&plan, period)?;
        run::wanted(Some(&period.to_string()), &plan, &places.inbox, &archive)?;
        let mut months = Months::new(&plan, &places.inbox, &archive);
        months.catch_up(period, terminal)?;
        let month = months.check(Moment::month_end(period), true, terminal)?;
        let facts = run::facts(&plan, &months, &month, None, false)?;
        let (history, checked) = (std::mem::take(&mut months.history), month.checked);
        drop(months);
        Ok(Self { plan, plan_text, plan_path: places.plan.clone(), facts, checked, history, seal: None })
    }

    /// A month as it was sealed.
    pub fn seal(seal: Seal) -> Result<Self, Error> {
        let sealed = Sealed::open(seal)?;
        let checked = sealed.checked.clone();
        Self::of_sealed(sealed, checked)
    }

    fn of_sealed(sealed: Sealed, checked: Checked) -> Result<Self, Error> {
        let facts = sealed.facts(&checked)?;
        let Sealed { seal, plan, plan_text, history, .. } = sealed;
        let plan_path = seal.folder.join(super::archive::manifest::PLAN);
        Ok(Self { plan, plan_text, plan_path, facts, checked, history, seal: Some(seal) })
    }
}
