//! `[[task.relation]]`: `19.9 + 19.10 = 19.7`.

use std::collections::HashSet;

use crate::plan::model::{IndIx, Plan, Relation, TaskIx};
use crate::plan::problem::{Problems, steps};
use crate::plan::raw::RawRelation;

pub(super) fn build(
    raw: Vec<RawRelation>,
    task: TaskIx,
    plan: &Plan,
    problems: &mut Problems,
) -> Vec<Relation> {
    let mut relations = Vec::with_capacity(raw.len());
    for (n, raw) in raw.into_iter().enumerate() {
        let Some(expr) = raw.expr else { continue };
        match parse(&expr, task, plan, problems) {
            Ok((left, right)) => relations.push(Relation {
                expr,
                left,
                right,
                tolerance: raw.tolerance,
            }),
            Err((message, _)) if message.is_empty() => {}
            Err((message, help)) => {
                problems.at_with(steps!["task", task, "relation", n, "expr"], message, help);
            }
        }
    }
    relations
}

/// A message, and what was probably meant; without words it only follows from another mistake.
type Mistake = (String, Option<String>);

fn mistake<T>(message: impl Into<String>) -> Result<T, Mistake> {
    Err((message.into(), None))
}

fn parse(
    expr: &str,
    task: TaskIx,
    plan: &Plan,
    problems: &mut Problems,
) -> Result<(Vec<IndIx>, IndIx), Mistake> {
    let Some((left, right)) = expr
        .split_once('=')
        .filter(|(_, right)| !right.contains('='))
    else {
        return mistake("关系式应有一个等号，如 19.9 + 19.10 = 19.7");
    };
    let right = term(right, task, plan, problems)?;
    let left = left
        .split('+')
        .map(|t| term(t, task, plan, problems))
        .collect::<Result<Vec<_>, _>>()?;
    let mut seen = HashSet::from([right]);
    for &ix in &left {
        if !seen.insert(ix) {
            return mistake(format!("指标 {} 在关系式中重复", name(plan, ix)));
        }
        let units = (plan.indicators.get(ix), plan.indicators.get(right));
        if let (Some(from), Some(to)) = units
            && from.unit.convert(1.0, &to.unit).is_none()
        {
            return mistake(format!(
                "{} 的单位“{}”不能换算成 {} 的单位“{}”",
                from.id, from.unit, to.id, to.unit
            ));
        }
    }
    Ok((left, right))
}

fn term(text: &str, task: TaskIx, plan: &Plan, problems: &mut Problems) -> Result<IndIx, Mistake> {
    let id = text.trim();
    if id.is_empty() {
        return mistake("关系式缺少一项，应如 19.9 + 19.10 = 19.7");
    }
    let own = plan.tasks.get(task).map_or(0..0, |t| t.indicators.clone());
    let Some(ix) = plan.indicator(id) else {
        if problems.nameless.contains(&task) {
            return mistake("");
        }
        if let Some(name) = id.strip_prefix('「').and_then(|id| id.strip_suffix('」')) {
            let names = own.filter_map(|ix| plan.indicators.get(ix));
            let help = problems.suggest(name, names.map(|i| i.name.as_str()));
            return Err((format!("本任务没有“{name}”这个指标"), help));
        }
        let help = problems
            .suggest(
                id,
                own.filter_map(|ix| plan.indicators.get(ix))
                    .map(|i| i.id.as_str()),
            )
            .or_else(|| {
                Some(
                    problems
                        .word(
                            "只能用指标编号、+ 和 =",
                            "写指标编号或「指标名称」，用 + 和 = 连接",
                        )
                        .to_owned(),
                )
            });
        return Err((format!("关系式中的“{id}”不是本计划的指标编号"), help));
    };
    let Some(indicator) = plan.indicators.get(ix).filter(|i| i.task == task) else {
        return mistake(format!(
            "指标 {id} 不属于本任务，关系式只能用同一任务的指标"
        ));
    };
    if problems.unsure.contains(&ix) {
        return mistake("");
    }
    if !indicator.kind.is_numeric() {
        return mistake(format!(
            "指标 {id} 没有数值（{}），不能用于关系式",
            problems.kind(indicator.kind).trim_end()
        ));
    }
    Ok(ix)
}

fn name(plan: &Plan, ix: IndIx) -> &str {
    plan.indicators.get(ix).map_or("", |i| i.id.as_str())
}
