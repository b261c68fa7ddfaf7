//! `duban diff`: what changed between two months, or two seals of one month.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::prelude::*;
use crate::check::FindingFacts;
use crate::cli::args::{DiffArgs, Places};
use crate::cli::month::{Month, Months};
use crate::combine::facts::{DepartmentFacts, IndicatorFacts, TaskFacts};
use crate::combine::{Facts, Figure};

/// One thing that differs; a side that has no such thing is empty.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Change {
    /// 总体, 任务, 指标, 单位, 核查问题 or 计划.
    part: &'static str,
    id: String,
    name: String,
    before: String,
    after: String,
}

pub fn run(args: &DiffArgs, terminal: &Terminal) -> Result<u8> {
    let given = [&args.months, &args.period].into_iter().flatten();
    let given: Vec<&String> = given.collect();
    let [a, b] = given[..] else {
        let example = next("diff 2024-05 2024-06");
        return Err(said!("请写明两个月份，例如：{example}"));
    };
    let (before, after) = (
        open(a, &args.places, terminal)?,
        open(b, &args.places, terminal)?,
    );
    let changes = changes(&before, &after);
    if args.output.is_json() {
        let value = serde_json::json!({ "before": a, "after": b, "changes": changes });
        Terminal::json(&value)?;
        return Ok(CLEAN);
    }
    let label = |view: &View| {
        view.seal.as_ref().map_or_else(
            || format!("{}（收件箱）", view.facts.period.chinese()),
            Seal::said,
        )
    };
    say!(terminal, "{} → {}", label(&before), label(&after));
    if changes.is_empty() {
        terminal.line("没有不同。");
        return Ok(CLEAN);
    }
    let mut table = table(["", "编号", "名称", "前", "后"]);
    for c in &changes {
        let name = one_line(&c.name, 40);
        table.add_row([c.part, &c.id, &name, &c.before, &c.after]);
    }
    terminal.line(table.to_string());
    Ok(CLEAN)
}

/// `2024-05` as it is now, or `2024-05.1`, its first seal.
fn open(text: &str, places: &Places, terminal: &Terminal) -> Result<View> {
    let wrong = || {
        said!(
            "“{}”写法不对，请写成 2024-06，某月的第 1 次封存写成 2024-06.1",
            one_line(text, 20)
        )
    };
    if let Some(month) = Month::read(text) {
        return View::existing(
            places.period(&Months::from(month).into())?,
            places,
            terminal,
        );
    }
    let (month, number) = text.rsplit_once('.').ok_or_else(wrong)?;
    let month = Month::read(month).ok_or_else(wrong)?;
    let period = places.period(&Months::from(month).into())?;
    let number: u32 = number.parse().map_err(|_| wrong())?;
    let seals = Archive::at(&places.archive).all(period)?;
    let seal = seals
        .into_iter()
        .find(|seal| seal.manifest.number == number);
    let none = || said!("归档里没有{}的第{number}次封存", period.chinese());
    View::seal(seal.ok_or_else(none)?)
}

fn changes(before: &View, after: &View) -> Vec<Change> {
    let mut found = Vec::new();
    if before.plan_bytes != after.plan_bytes {
        let plan = |view: &View| format!("修订{}", view.plan.revision);
        found.push(Change {
            part: "计划",
            id: after.plan.id.clone(),
            name: after.plan.title.clone(),
            before: plan(before),
            after: plan(after),
        });
    }
    found.extend(overall(&after.plan, &before.facts, &after.facts));
    found.extend(by_id(
        "任务",
        &before.facts.tasks,
        &after.facts.tasks,
        |t| t.no.to_string(),
        |t| t.name.clone(),
        task,
    ));
    found.extend(by_id(
        "指标",
        &before.facts.indicators,
        &after.facts.indicators,
        |i| i.id.clone(),
        |i| i.name.clone(),
        indicator,
    ));
    let departments =
        |d: &DepartmentFacts| format!("{}，{}项已采信", d.submitted.chinese(), d.accepted.number());
    found.extend(by_id(
        "单位",
        &before.facts.departments,
        &after.facts.departments,
        |d| d.id.clone(),
        |d| d.name.clone(),
        departments,
    ));
    // Findings of different months cannot be compared.
    if before.facts.period == after.facts.period {
        found.extend(findings(&before.facts, &after.facts));
    }
    found
}

fn overall(plan: &Plan, before: &Facts, after: &Facts) -> Vec<Change> {
    let list = |facts: &Facts| {
        let o = &facts.overall;
        let grades = o
            .tasks
            .by_grade
            .iter()
            .map(|(grade, figure)| (format!("{}任务", grade.name()), figure.clone()));
        let named = |name: &str, figure: &Figure| (name.to_owned(), figure.clone());
        let rates = [
            o.rate.as_ref().map(|f| named("平均完成率", f)),
            o.schedule.as_ref().map(|f| named("平均序时进度", f)),
        ];
        let counts = [
            named("已报单位", &o.submitted),
            named("未报单位", &o.missing),
            named("已采信数据", &o.accepted),
            named("错误", &o.errors),
            named("警告", &o.warnings),
        ];
        grades
            .chain(rates.into_iter().flatten())
            .chain(counts)
            .collect::<Vec<_>>()
    };
    by_id(
        "总体",
        &list(before),
        &list(after),
        |(_, f)| f.id.text(plan),
        |(name, _)| name.clone(),
        |(_, f)| f.text(),
    )
}

fn task(t: &TaskFacts) -> String {
    let rate = t
        .rate
        .as_ref()
        .map(|r| format!("，完成率{}", r.text()))
        .unwrap_or_default();
    format!("{}{rate}", t.grade_text)
}

fn indicator(i: &IndicatorFacts) -> String {
    let value = i
        .value
        .as_ref()
        .map(Figure::text)
        .or_else(|| i.milestone.map(|m| m.name().to_owned()));
    let target = i
        .target
        .as_ref()
        .map(|t| format!("/{}", t.text()))
        .unwrap_or_default();
    match value {
        Some(value) => format!("{value}{target} {}", i.grade.name()),
        None => format!("{}{target}", i.state.chinese()),
    }
}

/// What differs of two lists whose items have ids, in the order of the later one; what is gone comes last.
fn by_id<T>(
    part: &'static str,
    before: &[T],
    after: &[T],
    id: impl Fn(&T) -> String,
    name: impl Fn(&T) -> String,
    words: impl Fn(&T) -> String,
) -> Vec<Change> {
    let old: BTreeMap<String, String> = before.iter().map(|t| (id(t), words(t))).collect();
    let kept: BTreeSet<String> = after.iter().map(&id).collect();
    let change = |t, before, after| Change {
        part,
        id: id(t),
        name: name(t),
        before,
        after,
    };
    let changed = after.iter().filter_map(|t| {
        let (before, after) = (old.get(&id(t)).cloned().unwrap_or_default(), words(t));
        (before != after).then(|| change(t, before, after))
    });
    let gone = before.iter().filter(|t| !kept.contains(&id(t)));
    changed
        .chain(gone.map(|t| change(t, words(t), String::new())))
        .collect()
}

fn findings(before: &Facts, after: &Facts) -> Vec<Change> {
    let status = |f: &FindingFacts| {
        let status = f.explanation.as_ref().map_or("待处理", |_| "已说明");
        format!("{}（{status}）", f.severity.chinese())
    };
    let key = |f: &FindingFacts| {
        let place = [
            &f.department_name,
            &f.file,
            &f.sheet,
            &f.cell,
            &f.indicator_id,
        ];
        let given = place.into_iter().flatten();
        given.fold(f.code.to_owned(), |key, part| key + " " + part)
    };
    by_id(
        "核查问题",
        &before.findings,
        &after.findings,
        key,
        |f| f.message.clone(),
        status,
    )
}
