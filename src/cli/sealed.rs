//! A sealed month, opened: its plan, records and options as they were sealed, and what its inbox would change.

use std::path::Path;

use crate::check::{
    Checked, Finding, History, Keep, MonthInput, Register, StoredMonth, restate, rules,
};
use crate::combine::{self, Facts};
use crate::intake::Arrival;
use crate::intake::layout::Names;
use crate::plan::{Moment, Plan};
use crate::report::manifest::{self, Manifest};

use super::archive::Seal;
use super::archive::manifest::{REMINDER, TEMPLATE};
use super::error::{Error, Result};
use super::inbox::{self, Inbox, MonthFolder};
use super::output::Sink;
use super::package::{self, Report};
use super::templates::Templates;
use super::terminal::Terminal;
use super::{plan_file, returns};

/// A sealed month with all that its reports are made of.
pub struct SealedMonth {
    pub seal: Seal,
    pub plan: Plan,
    pub plan_bytes: Vec<u8>,
    pub stored: StoredMonth,
    pub checked: Checked,
    pub history: History,
    pub register: Register,
    pub manifest: Manifest,
    pub templates: Templates,
}

impl SealedMonth {
    pub fn open(seal: Seal) -> Result<Self> {
        let (mut plan, plan_bytes) = seal.plan()?;
        let (stored, register) = seal.month()?;
        let checked = seal.judged(&stored, &plan)?;
        let history = seal.history(&plan)?;
        let manifest = seal.package_manifest()?;
        plan_file::set_limits(&mut plan, &manifest.options.limits)?;
        let templates = Templates {
            briefing: seal.template(TEMPLATE)?,
            reminder: seal.template(REMINDER)?,
        };
        Ok(Self {
            seal,
            plan,
            plan_bytes,
            stored,
            checked,
            history,
            register,
            manifest,
            templates,
        })
    }

    /// The facts of the month as judged.
    pub fn facts(&self, checked: &Checked) -> Result<Facts> {
        let date = self.manifest.options.date.parse();
        let options = combine::Options {
            date: date.map_err(|_| said!("{}的简报日期读不出来", self.seal.said()))?,
            is_dated: !self.manifest.options.undated,
            draft: false,
            rules: rules::RULES,
        };
        combine::combine(&self.plan, checked, &self.history, &self.register, &options)
            .map_err(Error::said)
    }

    /// Makes the month's package. `restated`: inbox files that were looked at besides the sealed ones; `options`: the sealed
    /// ones, or with more to list.
    pub fn package(
        &self,
        facts: &Facts,
        restated: &[manifest::Input],
        options: &manifest::Options,
        sink: &dyn Sink,
        terminal: &Terminal,
    ) -> Result {
        let timings = &terminal.timings;
        let arrivals = self.arrivals(&Names::new(&self.plan))?;
        let kept = |arrival: &Arrival| self.seal.original(&arrival.path);
        let make = || returns::make(&self.plan, &self.checked, &arrivals, &kept);
        let returned = timings.stage("returns", make)?;
        timings.stage("write", || returns::put(&returned, sink))?;
        let report = Report {
            plan: &self.plan,
            plan_hash: &manifest::PlanHash::new(&self.plan, &self.plan_bytes),
            facts,
            returned: &returned,
            templates: &self.templates,
            options,
            inputs: [&self.manifest.inputs[..], restated].concat(),
            sealed: &self.manifest.sealed,
        };
        package::package(report, sink, terminal)
    }

    /// The month checked again from the kept originals.
    pub fn recheck(&self) -> Result<Checked> {
        let arrivals = self.arrivals(&Names::new(&self.plan))?;
        Ok(self.input(&self.register).check(arrivals).0)
    }

    /// The month with R019 for what its inbox would change, and the files that say so. An inbox that is gone changes nothing.
    pub fn restated(
        &self,
        inbox: &Path,
        terminal: &Terminal,
    ) -> Result<(Checked, Vec<manifest::Input>)> {
        let period = self.seal.period();
        let inbox = &Inbox::at(inbox, Some(&self.plan));
        if !inbox.folder(period)?.is_dir() {
            return Ok((self.checked.clone(), Vec::new()));
        }
        let names = Names::new(&self.plan);
        let register = inbox::register(inbox, period)?;
        let input = self.input(&register);
        let files = MonthFolder::list(inbox, period)?.read_and_check(
            &inbox::reader(&self.plan, &names, period),
            &input.checker(),
            terminal,
        )?;
        let (now, arrivals) = input.month(files);
        let checked = restate(&self.plan, self.checked.clone(), &now);
        let is_new = |f: &&Finding| !self.checked.findings.contains(f);
        let new: Vec<&Finding> = checked.findings.iter().filter(is_new).collect();
        let named = |a: &Arrival| new.iter().any(|f| f.file.as_ref() == Some(&a.path));
        let files: Vec<Arrival> = arrivals.into_iter().filter(named).collect();
        Ok((checked, manifest::inputs(period, &files).collect()))
    }

    fn arrivals(&self, names: &Names) -> Result<Vec<Arrival>> {
        let reader = inbox::reader(&self.plan, names, self.seal.period());
        self.seal.arrivals(&reader)
    }

    fn input<'a>(&'a self, register: &'a Register) -> MonthInput<'a> {
        MonthInput {
            plan: &self.plan,
            moment: Moment::month_end(self.seal.period()),
            register,
            history: &self.history,
            chases: true,
            keep: Keep::All,
            read_again: None,
        }
    }
}
