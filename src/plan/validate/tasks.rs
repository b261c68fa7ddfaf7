//! `[[task]]` with its indicators and relations.

use std::collections::{HashMap, HashSet};

use super::{Context, Span, alike, departments, indicator, relation};
use crate::plan::model::{DeptIx, Plan, Task, TaskIx};
use crate::plan::names::key;
use crate::plan::problem::{Problems, steps};
use crate::plan::raw::RawTask;

/// Fills in the plan's tasks, indicators and slots; gives the tasks by number.
pub(super) fn build(
    raw: Vec<RawTask>,
    cx: Context<'_>,
    plan: &mut Plan,
    problems: &mut Problems,
) -> HashMap<u32, TaskIx> {
    let mut numbers = HashMap::with_capacity(raw.len());
    let mut relations = Vec::with_capacity(raw.len());
    let mut leads = Vec::with_capacity(raw.len());
    let mut titles: HashMap<String, TaskIx> = HashMap::with_capacity(raw.len());
    for (ix, raw) in raw.into_iter().enumerate() {
        let is_repeated = raw.no.is_some_and(|no| numbers.insert(no, ix).is_some());
        if let Some(no) = raw.no.filter(|_| is_repeated) {
            problems.at(steps!["task", ix, "no"], format!("序号 {no} 重复"));
        }
        if let Some(name) = &raw.name
            && let Some(earlier) = titles.insert(key(name), ix)
        {
            let message = alike(name, plan.tasks.get(earlier).map(|t| t.name.as_str()))
                .unwrap_or_else(|| format!("项目名称“{name}”重复"));
            problems.at(steps!["task", ix, "name"], message);
        }
        let deadline = raw.deadline.map(|d| d.0);
        let end = deadline.filter(|day| cx.span.holds(*day));
        if let Some(deadline) = deadline.filter(|_| end.is_none()) {
            problems.at(
                steps!["task", ix, "deadline"],
                format!(
                    "完成时限 {deadline} 不在计划的起止日期（{}）之内",
                    cx.span.text()
                ),
            );
        }
        let lead = raw.lead.as_deref().and_then(|id| {
            departments::find(plan, cx, id, || steps!["task", ix, "lead"], problems)
        });
        let (with, with_others) = cooperating(ix, raw.with, cx, plan, problems);
        let first = plan.indicators.len();
        let task = indicator::Owner {
            ix,
            // Indicator ids are not compared with a number that is wrong itself.
            no: raw.no.filter(|_| !is_repeated),
            lead,
            cx: Context {
                span: Span {
                    end: end.or(cx.span.end),
                    ..cx.span
                },
                ..cx
            },
        };
        indicator::build(raw.indicator.unwrap_or_default(), &task, plan, problems);
        plan.tasks.push(Task {
            no: raw.no.unwrap_or_default(),
            tier: raw.tier.unwrap_or_default(),
            name: raw.name.unwrap_or_default(),
            text: raw.text.unwrap_or_default(),
            lead: lead.unwrap_or_default(),
            with,
            with_others,
            measures: raw.measures,
            deadline,
            acceptance: raw.acceptance,
            funding: raw.funding,
            evidence_required: raw.evidence_required,
            indicators: first..plan.indicators.len(),
            relations: Vec::new(),
        });
        relations.push(raw.relation);
        leads.push(lead);
    }
    departments::tell(plan, &leads, problems);
    // Only now does the plan know every indicator that a relation may name by mistake.
    for (ix, raw) in relations.into_iter().enumerate() {
        let relations = relation::build(raw, ix, plan, problems);
        if let Some(task) = plan.tasks.get_mut(ix) {
            task.relations = relations;
        }
    }
    numbers
}

/// Departments by id or name, and bodies outside the plan by their own words.
fn cooperating(
    ix: TaskIx,
    with: Vec<String>,
    cx: Context<'_>,
    plan: &Plan,
    problems: &mut Problems,
) -> (Vec<DeptIx>, Vec<String>) {
    let (mut known, mut others) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for (n, body) in with.into_iter().enumerate() {
        let at = || steps!["task", ix, "with", n];
        if body.trim().is_empty() {
            problems.at(at(), "会同单位不能为空");
        } else if let Some(department) = plan
            .department(&body)
            .or_else(|| departments::named(&plan.departments, cx.names, &body))
        {
            if seen.insert(department) {
                known.push(department);
            }
        } else if body.is_ascii() {
            // A misspelt id; bodies outside the plan are written in Chinese.
            departments::find(plan, cx, &body, at, problems);
        } else {
            others.push(body);
        }
    }
    (known, others)
}
