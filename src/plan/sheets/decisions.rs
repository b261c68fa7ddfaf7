//! The office's decisions as plan.toml and as 台账.xlsx have them.

use std::collections::BTreeSet;

use toml::{Table as Toml, Value};

use crate::plan::Period;
use crate::plan::model::{Adjust, Plan};

/// Who dealt with what plan.toml names nobody for; the ledger asks.
const NOBODY: &str = "任务计划未写";

fn table<const N: usize>(entries: [(&str, Option<Value>); N]) -> Toml {
    let entries = entries.into_iter();
    entries
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
}

#[expect(clippy::unnecessary_wraps, reason = "entries may be absent")]
fn month(period: Period) -> Option<Value> {
    Some(period.to_string().into())
}

#[expect(clippy::unnecessary_wraps, reason = "entries may be absent")]
fn text(text: &str) -> Option<Value> {
    Some(text.into())
}

fn day(date: Option<jiff::civil::Date>) -> Option<Value> {
    Some(Value::Datetime(date?.to_string().parse().ok()?))
}

/// Adjustments as `[[adjust]]`; `basis`: what is said instead of the office's own words.
pub fn adjustments<'a>(
    plan: &Plan,
    adjusts: impl Iterator<Item = &'a Adjust>,
    basis: Option<&str>,
) -> Vec<Toml> {
    let one = |adjust: &Adjust| {
        table([
            ("indicator", text(&plan.indicators[adjust.indicator].id)),
            ("from", month(adjust.from)),
            ("target", adjust.target.map(Value::from)),
            ("deadline", day(adjust.deadline)),
            ("basis", text(basis.unwrap_or(&adjust.basis))),
        ])
    };
    adjusts.map(one).collect()
}

impl Plan {
    /// Every decision, the ledger's among them, as sections of plan.toml; empty where there is none.
    pub fn decisions(&self) -> Toml {
        let confirms = self.confirms.iter().map(|confirm| {
            let slot = &self.slots[confirm.slot];
            table([
                ("period", month(confirm.period)),
                ("department", text(&self.departments[slot.department].id)),
                ("indicator", text(&self.indicators[slot.indicator].id)),
                ("value", Some(confirm.value.into())),
                ("by", text(&confirm.by)),
                ("note", text(&confirm.note)),
            ])
        });
        let overrides = self.overrides.iter().map(|set| {
            table([
                ("period", month(set.period)),
                ("task", Some(i64::from(self.tasks[set.task].no).into())),
                ("grade", text(set.grade.name())),
                ("reason", text(&set.reason)),
            ])
        });
        lists([
            ("override", overrides.collect()),
            ("confirm", confirms.collect()),
            ("adjust", adjustments(self, self.adjusts.iter(), None)),
        ])
    }

    /// Every decision as the rows of a ledger.
    pub fn ledger_rows(&self) -> Toml {
        let about = |ix: usize| {
            let indicator = &self.indicators[ix];
            let unit = &indicator.unit.text;
            [
                Some(i64::from(self.tasks[indicator.task].no).into()),
                text(&indicator.name),
                text(unit).filter(|_| !unit.is_empty()),
            ]
        };
        let confirms = self.confirms.iter().map(|confirm| {
            let slot = &self.slots[confirm.slot];
            let [task, indicator, unit] = about(slot.indicator);
            table([
                ("month", month(confirm.period)),
                ("department", text(&self.departments[slot.department].name)),
                ("task", task),
                ("indicator", indicator),
                ("value", Some(confirm.value.into())),
                ("unit", unit),
                ("by", text(&confirm.by)),
                ("note", text(&confirm.note)),
            ])
        });
        let overrides = self.overrides.iter().map(|set| {
            table([
                ("month", month(set.period)),
                ("task", Some(i64::from(self.tasks[set.task].no).into())),
                ("grade", text(set.grade.name())),
                ("reason", text(&set.reason)),
                ("by", text(NOBODY)),
            ])
        });
        let adjusts = self.adjusts.iter().map(|adjust| {
            let [task, indicator, unit] = about(adjust.indicator);
            table([
                ("task", task),
                ("indicator", indicator),
                ("from", month(adjust.from)),
                ("target", adjust.target.map(Value::from)),
                ("unit", unit.filter(|_| adjust.target.is_some())),
                ("deadline", day(adjust.deadline)),
                ("basis", text(&adjust.basis)),
                ("by", text(NOBODY)),
            ])
        });
        let issues = [&self.briefing.numbers, &self.briefing.document_numbers];
        let months: BTreeSet<Period> = issues.iter().flat_map(|all| all.keys().copied()).collect();
        let papers = months.into_iter().map(|period| {
            let [number, document] = issues.map(|all| text(all.get(&period)?));
            table([
                ("month", month(period)),
                ("issue_number", number),
                ("document_number", document),
            ])
        });
        lists([
            ("confirm", confirms.collect()),
            ("override", overrides.collect()),
            ("adjust", adjusts.collect()),
            ("paper", papers.collect()),
        ])
    }
}

fn lists<const N: usize>(lists: [(&str, Vec<Toml>); N]) -> Toml {
    let lists = lists.into_iter().filter(|(_, rows)| !rows.is_empty());
    lists
        .map(|(key, rows)| (key.to_owned(), rows.into()))
        .collect()
}
