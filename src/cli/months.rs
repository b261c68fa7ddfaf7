//! Earlier months first: each is read and checked again with the plan as it is, so that a month knows what was accepted.

use std::path::Path;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::check::month::{self, DepartmentOutcome, Input};
use crate::check::{Checked, History, Register, TaskElements};
use crate::intake::Arrival;
use crate::intake::arrival::Reader;
use crate::intake::layout::Names;
use crate::plan::{Moment, Period, Plan};

use super::error::Error;
use super::terminal::Terminal;
use super::{child, inbox};

/// Months checked in order, from the plan's start.
pub struct Months<'a> {
    plan: &'a Plan,
    names: Names,
    inbox: &'a Path,
    pub history: History,
    /// Each task's four elements, money and contacts as last known in the months kept; empty before the first.
    pub elements: Vec<TaskElements>,
    next: Period,
}

/// A month as read and checked.
pub struct Month {
    pub arrivals: Vec<Arrival>,
    pub register: Register,
    pub checked: Checked,
}

impl<'a> Months<'a> {
    pub fn new(plan: &'a Plan, inbox: &'a Path) -> Self {
        Self { plan, names: Names::new(plan), inbox, history: History::default(), elements: Vec::new(), next: Period::of(plan.start) }
    }

    /// Checks the months before `period` that have a folder and were not checked yet.
    pub fn catch_up(&mut self, period: Period, terminal: &Terminal) -> Result<Vec<(Period, Vec<Arrival>)>, Error> {
        let mut read = Vec::new();
        for earlier in inbox::periods(self.inbox)?.range(self.next..period).copied().collect::<Vec<_>>() {
            let month = self.check(Moment::month_end(earlier), true, terminal)?;
            read.push((earlier, month.arrivals));
            self.keep(month.checked);
        }
        Ok(read)
    }

    /// Checks one month against those before it.
    pub fn check(&self, moment: Moment, chases: bool, terminal: &Terminal) -> Result<Month, Error> {
        let reader = Reader { plan: self.plan, names: &self.names, period: moment.period, limits: &self.plan.limits, legacy: &child::read_in_child };
        let arrivals = terminal.stage("read", || inbox::read(self.inbox, &reader, terminal))?;
        let register = inbox::register(self.inbox, moment.period)?;
        let input = Input { plan: self.plan, moment, arrivals: &arrivals, register: &register, history: &self.history, chases, spread: &in_parallel };
        let checked = terminal.stage("check", || month::month(&input));
        Ok(Month { arrivals, register, checked })
    }

    /// Adds a checked month to what later ones compare with.
    pub fn keep(&mut self, checked: Checked) {
        self.next = checked.moment.period.next();
        self.elements = latest(std::mem::take(&mut self.elements), checked.elements);
        self.history.push(checked.accepted, checked.explained);
    }
}

/// A later month's elements, what it leaves out taken from the earlier ones.
fn latest(earlier: Vec<TaskElements>, later: Vec<TaskElements>) -> Vec<TaskElements> {
    let mut earlier = earlier.into_iter();
    let merge = |new: TaskElements| match earlier.next() {
        None => new,
        Some(old) => TaskElements {
            task: new.task,
            measures: new.measures.or(old.measures),
            deadline: new.deadline.or(old.deadline),
            acceptance: new.acceptance.or(old.acceptance),
            funding: new.funding.or(old.funding),
            planned: new.planned.or(old.planned),
            arrived: new.arrived.or(old.arrived),
            paid: new.paid.or(old.paid),
            leader: new.leader.or(old.leader),
            contact: new.contact.or(old.contact),
            phone: new.phone.or(old.phone),
        },
    };
    later.into_iter().map(merge).collect()
}

/// Departments are checked on all threads; their outcomes come back in order.
fn in_parallel(n: usize, check: &(dyn Fn(usize) -> DepartmentOutcome + Sync)) -> Vec<DepartmentOutcome> {
    (0..n).into_par_iter().map(check).collect()
}

/// The day a month's briefing bears by default.
pub fn briefing_date(plan: &Plan, period: Period, given: Option<Date>) -> Date {
    given.unwrap_or_else(|| plan.due_date(period))
}
