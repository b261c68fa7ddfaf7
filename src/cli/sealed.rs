//! A sealed month, opened: its plan, records and options as they were sealed, and what its inbox would change.

use std::path::Path;

use crate::check::{Checked, Finding, History, Keep, Register, StoredMonth, month, rules};
use crate::combine::{self, Facts};
use crate::intake::Arrival;
use crate::intake::arrival::Reader;
use crate::intake::layout::Names;
use crate::plan::{Moment, Plan};
use crate::report::manifest::{self, Manifest};

use super::archive::Seal;
use super::archive::manifest::{REMINDER, TEMPLATE};
use super::args::ListArgs;
use super::error::Error;
use super::output::Sink;
use super::package::{self, Report, Templates};
use super::terminal::Terminal;
use super::{child, inbox, returns};

/// A sealed month with all that its reports are made of.
pub struct Sealed {
    pub seal: Seal,
    pub plan: Plan,
    pub plan_text: String,
    pub stored: StoredMonth,
    pub checked: Checked,
    pub history: History,
    pub register: Register,
    pub manifest: Manifest,
    pub templates: Templates,
}

impl Sealed {
    pub fn open(seal: Seal) -> Result<Self, Error> {
        let (mut plan, plan_text) = seal.plan()?;
        let (stored, register) = seal.month()?;
        let checked = stored
            .read(&plan)
            .map_err(|e| Error::said(format!("{}：{e}", seal.said())))?;
        let history = seal.history(&plan)?;
        let manifest = seal.package_manifest()?;
        super::run::set_limits(&mut plan, &manifest.options.limits)?;
        let templates = Templates {
            briefing: seal.template(TEMPLATE)?,
            reminder: seal.template(REMINDER)?,
        };
        Ok(Self {
            seal,
            plan,
            plan_text,
            stored,
            checked,
            history,
            register,
            manifest,
            templates,
        })
    }

    /// The facts of the month as judged.
    pub fn facts(&self, checked: &Checked) -> Result<Facts, Error> {
        let date = self
            .manifest
            .options
            .date
            .parse()
            .map_err(|_| Error::said(format!("{}的简报日期读不出来", self.seal.said())))?;
        let options = combine::Options {
            date,
            draft: false,
            rules: rules::RULES,
        };
        combine::combine(&self.plan, checked, &self.history, &self.register, &options)
            .map_err(|e| Error::said(e.to_string()))
    }

    /// The month's package; `restated`: inbox files that were looked at besides the sealed ones. `lists`: what more its workbooks
    /// are to list than when they were sealed.
    pub fn package(
        &self,
        facts: &Facts,
        restated: Vec<manifest::Input>,
        lists: Option<&ListArgs>,
        sink: &dyn Sink,
        terminal: &Terminal,
    ) -> Result<(), Error> {
        let mut own = package::lists(&self.manifest.options);
        if let Some(asked) = lists {
            own.detail |= asked.detail;
            own.list_rows = asked.list_rows.or(own.list_rows);
        }
        let inputs: Vec<manifest::Input> = self
            .manifest
            .inputs
            .iter()
            .cloned()
            .chain(restated)
            .collect();
        let names = Names::new(&self.plan);
        let arrivals = self.seal.arrivals(&self.reader(&names))?;
        let kept = |arrival: &Arrival| self.seal.original(&arrival.path);
        let returned = terminal.stage("returns", || {
            returns::make(&self.plan, &self.checked, &arrivals, &kept)
        })?;
        let report = Report {
            plan: &self.plan,
            plan_hash: &manifest::PlanHash::new(&self.plan, &self.plan_text),
            facts,
            returned: &returned,
            templates: &self.templates,
            briefing: &package::given(&self.manifest.options),
            limits: &self.manifest.options.limits,
            lists: &own,
            inputs: &inputs,
            sealed: &self.manifest.sealed,
        };
        terminal.stage("write", || package::put_returns(&returned, sink))?;
        package::package(&report, sink, terminal)
    }

    /// The month checked again from the kept originals.
    pub fn recheck(&self) -> Result<Checked, Error> {
        let names = Names::new(&self.plan);
        let arrivals = self.seal.arrivals(&self.reader(&names))?;
        Ok(self.input(&self.register).check(arrivals).0)
    }

    /// The month with R019 for what its inbox would change, and the files that say so. An inbox that is gone changes nothing.
    pub fn restated(
        &self,
        inbox: &Path,
        terminal: &Terminal,
    ) -> Result<(Checked, Vec<manifest::Input>), Error> {
        let period = self.seal.period();
        if !inbox.join(period.to_string()).is_dir() {
            return Ok((self.checked.clone(), Vec::new()));
        }
        let names = Names::new(&self.plan);
        let register = inbox::register(inbox, period)?;
        let input = self.input(&register);
        let files = inbox::read_and_check(inbox, &self.reader(&names), &input.checker(), terminal)?;
        let (now, arrivals) = month::month(&input, files);
        let checked = month::restate(&self.plan, self.checked.clone(), &now);
        let new: Vec<&Finding> = checked
            .findings
            .iter()
            .filter(|f| !self.checked.findings.contains(f))
            .collect();
        let named = |a: &&Arrival| {
            new.iter()
                .any(|f| f.file.as_deref() == Some(a.path.as_str()))
        };
        let files: Vec<Arrival> = arrivals.iter().filter(named).cloned().collect();
        Ok((checked, manifest::inputs(period, &files).collect()))
    }

    fn reader<'a>(&'a self, names: &'a Names) -> Reader<'a> {
        Reader {
            plan: &self.plan,
            names,
            period: self.seal.period(),
            limits: &self.plan.limits,
            legacy: &child::read_in_child,
        }
    }

    fn input<'a>(&'a self, register: &'a Register) -> month::Input<'a> {
        month::Input {
            plan: &self.plan,
            moment: Moment::month_end(self.seal.period()),
            register,
            history: &self.history,
            chases: true,
            keep: Keep::All,
            again: None,
        }
    }
}
