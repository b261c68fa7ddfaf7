//! facts.json: every figure by id, and what the reports say that is no number.
//!
//! ```json
//! {
//!   "period": "2024-06", "title": "…", "short_title": "…", "date": "2024-07-08", "as_of": null, "draft": false,
//!   "first_month": false, "last_month": false,
//!   "figures": { "task.14.rate": { "value": 24.5, "text": "24.5%", "unit": "%", "from": ["indicator.14.1.rate"] } },
//!   "tasks": [ { "no": 14, "tier": "区级", "name": "…", "lead": "cjzx", "grade": "滞后", "grade_text": "滞后",
//!                "previous_grade": null, "movement": "首次", "progress": ["…"], "notes": [], "early_warning": null,
//!                "deadline": "2024-12-31", "expected_on": null, "missing_elements": ["资金来源"],
//!                "last_known": { "period": "2024-05", "grade": "滞后" }, "stays_listed": false,
//!                "months": { "2024-05": "滞后" }, "streak": { "since": "2024-05", "gaps": 0, "is_open": false },
//!                "promise": { "made": "2024-05", "next_steps": "…", "expected_on": "2024-12-20", "was_behind": true,
//!                "outcome": "未到期" }, "next_date": { "day": "2024-12-20", "of": "expected" }, "requests": ["…"] } ],
//!   "indicators": [ { "id": "14.1", "name": "…", "kind": "quantity", "unit": "公里", "state": "accepted", "grade": "滞后",
//!                     "previous_grade": null, "movement": "首次", "previous_period": null, "status": null, "done": null,
//!                     "qualifier": null, "confirmed": null, "adjusted": null, "withheld_by": [] } ],
//!   "departments": [ { "id": "cjzx", "name": "…", "submitted": "按时报送", "received": null, "due": "2024-07-08", "file": "…" } ],
//!   "rule_changes": []
//! }
//! ```
//!
//! Lists are in plan order, figures in the order of [`Facts::figures`]. Findings and records have files of their own.

// A parameter for the type of each entry is called as the entry is.
#![allow(non_camel_case_types)]

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::facts::{DepartmentFacts, Facts, IndicatorFacts, NextDate, TaskFacts};
use super::prelude::*;

/// What serde writes as an object with these entries, in this order.
macro_rules! object {
    ($($key:ident: $value:expr),* $(,)?) => {{
        #[derive(Serialize)]
        struct Object<$($key),*> {
            $($key: $key),*
        }
        Object { $($key: $value),* }
    }};
}

/// The document, ready for any serde format.
pub fn facts_json<'a>(facts: &'a Facts, plan: &'a Plan) -> impl Serialize + 'a {
    let lead = |d: DeptIx| plan.departments.get(d).map_or("", |d| d.id.as_str());
    let tasks = facts.tasks.iter().map(|t| task(t, lead(t.lead)));
    object! {
        period: facts.period,
        title: &plan.title,
        short_title: &plan.short_title,
        date: facts.date.to_string(),
        as_of: text(facts.as_of),
        draft: facts.draft,
        first_month: facts.first_month,
        last_month: facts.last_month,
        figures: ById { facts, plan },
        tasks: tasks.collect::<Vec<_>>(),
        indicators: facts.indicators.iter().map(indicator).collect::<Vec<_>>(),
        departments: facts.departments.iter().map(department).collect::<Vec<_>>(),
        rule_changes: &facts.rule_changes,
    }
}

fn text(value: Option<impl ToString>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// Every figure by its id.
struct ById<'a> {
    facts: &'a Facts,
    plan: &'a Plan,
}

impl Serialize for ById<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let figures = self.facts.figures();
        let mut map = serializer.serialize_map(Some(figures.len()))?;
        for figure in figures {
            let from = figure.from.iter();
            let from = from.map(|&o| origin_text(o, self.plan, self.facts));
            let entry = object! {
                value: Number(figure.value),
                text: figure.text(),
                unit: &*figure.unit,
                from: from.collect::<Vec<_>>(),
            };
            map.serialize_entry(&figure.id.text(self.plan), &entry)?;
        }
        map.end()
    }
}

/// A whole number as an integer: 14, not 14.0.
struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        if self.0.fract() == 0.0 && self.0.abs() < 9e15 {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

/// A source as facts.json writes it:
///
/// | text | |
/// |---|---|
/// | `task.14.rate` | another figure |
/// | `records:14.1`, `records:14.1@2024-05` | rows of an indicator, of this or another month |
/// | `grade:14`, `grade:14.1`, `grade:14@2024-05` | the grade of a task or an indicator |
/// | `plan:14.1.target` (`schedule`, `deadline`, `reporters`), `plan:14.milestones` | the plan's own words |
/// | `plan:slots`, `plan:slots:jsj` | rows that are asked for |
/// | `slots:accepted` (`withheld`, `missing`), `slots:accepted:jsj` | rows in a state |
/// | `findings:error` (`warning`, `note`, `explained`), `findings:error:jsj` | findings |
/// | `files:<path>` | a file |
/// | `elements:14`, `elements:14.paid` | the four elements, the money |
/// | `departments:submitted` | departments |
pub fn origin_text(origin: Origin, plan: &Plan, facts: &Facts) -> String {
    let task = |ix: TaskIx| plan.tasks[ix].no;
    let indicator = |ix: IndIx| &plan.indicators[ix].id;
    let mut text = match origin {
        Origin::Figure(id) => id.text(plan),
        Origin::Records(ix, _) => format!("records:{}", indicator(ix)),
        Origin::TaskGrade(ix, _) => format!("grade:{}", task(ix)),
        Origin::IndicatorGrade(ix, _) => format!("grade:{}", indicator(ix)),
        Origin::Plan(ix, entry, _) => format!("plan:{}.{}", indicator(ix), entry.key()),
        Origin::Milestones(ix) => format!("plan:{}.milestones", task(ix)),
        Origin::Asked(_) => "plan:slots".to_owned(),
        Origin::Rows(state, _) => format!("slots:{}", state.as_str()),
        Origin::Findings(class, _) => format!("findings:{}", class.key()),
        Origin::File(ix) => format!("files:{}", facts.files[ix].path),
        Origin::Elements(ix) => format!("elements:{}", task(ix)),
        Origin::Money(ix, part) => format!("elements:{}.{}", task(ix), part.key()),
        Origin::Departments(part) => format!("departments:{}", part.key()),
    };
    if let Some(period) = origin.period() {
        put!(text, "@{period}");
    }
    if let Origin::Asked(Some(d)) | Origin::Rows(_, Some(d)) | Origin::Findings(_, Some(d)) = origin
    {
        put!(text, ":{}", plan.departments[d].id);
    }
    text
}

fn task<'a>(t: &'a TaskFacts, lead: &'a str) -> impl Serialize + 'a {
    object! {
        no: t.no,
        tier: &t.tier,
        name: &t.name,
        lead: lead,
        grade: t.grade,
        grade_text: &t.grade_text,
        previous_grade: t.previous_grade,
        movement: t.movement.chinese(),
        progress: &t.progress,
        notes: &t.notes,
        override_reason: &t.override_reason,
        narrative: &t.narrative,
        problems: &t.problems,
        next_steps: &t.next_steps,
        early_warning: &t.early_warning,
        deadline: t.deadline.to_string(),
        expected_on: text(t.expected_on),
        missing_elements: &t.elements.missing,
        last_known: t.last_known.as_ref().map(|k| object! { period: k.period, grade: k.grade }),
        stays_listed: t.stays_listed,
        months: t.months.iter().copied().collect::<BTreeMap<_, _>>(),
        streak: t.streak.as_ref().map(|s| object! {
            since: s.since,
            gaps: s.gaps,
            is_open: s.is_open,
        }),
        promise: t.promise.as_ref().map(|p| object! {
            made: p.made,
            next_steps: &p.next_steps,
            expected_on: text(p.expected_on),
            was_behind: p.was_behind,
            outcome: p.outcome,
        }),
        next_date: t.next_date.map(|next| {
            let (day, of) = match next {
                NextDate::Expected(day) => (day, "expected"),
                NextDate::Deadline(day) | NextDate::Passed(day) => (day, "deadline"),
            };
            object! { day: day.to_string(), of: of }
        }),
        requests: &t.requests,
    }
}

fn indicator(i: &IndicatorFacts) -> impl Serialize + '_ {
    object! {
        id: &i.id,
        name: &i.name,
        kind: i.kind.as_str(),
        unit: &i.unit,
        state: i.state.as_str(),
        grade: i.grade,
        previous_grade: i.previous_grade,
        movement: i.movement.chinese(),
        previous_period: i.previous_period,
        status: i.milestone.map(MilestoneState::name),
        done: text(i.done_on),
        qualifier: &i.qualifier,
        confirmed: &i.confirmed,
        adjusted: &i.adjusted,
        withheld_by: &i.withheld_by,
    }
}

fn department(d: &DepartmentFacts) -> impl Serialize + '_ {
    object! {
        id: &d.id,
        name: &d.name,
        submitted: d.submitted.chinese(),
        received: text(d.received),
        due: d.due.to_string(),
        file: &d.file,
    }
}
