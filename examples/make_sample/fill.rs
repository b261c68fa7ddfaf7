//! A form filled in as its department would, without mistakes.

use duban::intake::Field;
use duban::intake::number_text::number_text;
use duban::intake::number_text::tidy;
use duban::intake::submission::ElementField;
use duban::plan::grade::is_finished;
use duban::plan::{DeptIx, IndIx, Kind, MilestoneState, Period, Plan, SlotIx, TaskIx};
use duban::report::forms::{
    Carried, Entry, FormData, Layout, PROGRESS_SHEET, People, PreviousValue,
};
use jiff::civil::{Date, date};

use super::build::Past;
use super::own;
use super::path;
use super::story::{COOPERATION, ELEMENTS, STORIES, STREETS};

/// What really was reached, and what the department expects.
pub fn truth(plan: &Plan, slot: SlotIx, month: i8) -> PreviousValue {
    let indicator = plan.slots[slot].indicator;
    let ind = &plan.indicators[indicator];
    let value = path::value(&ind.id, month);
    let milestone = path::MILESTONES.iter().find(|(id, ..)| *id == ind.id);
    let done_on = milestone.and_then(|m| m.2).filter(|d| d.month() <= month);
    let state = milestone.map(|&(_, start, _)| match done_on {
        Some(_) => MilestoneState::Done,
        None if month >= start => MilestoneState::UnderWay,
        None => MilestoneState::NotStarted,
    });
    let finished = done_on.is_some()
        || value
            .zip(ind.target)
            .is_some_and(|(v, t)| is_finished(plan, indicator, t, v));
    let no = plan.tasks[ind.task].no;
    let expected_on = path::EXPECTED
        .iter()
        .find(|(n, _)| *n == no)
        .map(|e| e.1)
        .filter(|_| !finished && ind.kind != Kind::Ongoing);
    PreviousValue {
        value,
        milestone: state,
        done_on,
        expected_on,
    }
}

pub fn form(
    plan: &Plan,
    period: Period,
    department: DeptIx,
    past: &Past,
    received: Date,
) -> FormData {
    let carried = Carried {
        accepted: &|_| None,
        previous: &|slot| past.previous(slot),
        elements: &[],
        codes: &[],
    };
    let mut data = FormData::blank(plan, period, department, &carried);
    let month = period.month();
    data.mark = Some("示例数据".to_owned());
    data.people = People {
        filler: "张三".to_owned(),
        phone: "13800000000".to_owned(),
        reviewer: "李四".to_owned(),
    };
    data.modified = received.at(9 + month % 8, 5 * (month % 12), 0, 0);
    let own = own::of(&plan.departments[department].id);
    for row in &mut data.rows {
        let Some(slot) = row.slot else { continue };
        let now = truth(plan, slot, month);
        let ind = &plan.indicators[plan.slots[slot].indicator];
        let mut put = |field, entry: Option<Entry>| match entry {
            Some(entry) => row.cells.insert(field, entry),
            None => row.cells.remove(&field),
        };
        put(Field::ExpectedOn, now.expected_on.map(Entry::Date));
        if let Some(value) = now.value {
            put(Field::Cumulative, Some(Entry::Number(value)));
            if own.is_some() {
                let before = past
                    .previous(slot)
                    .and_then(|p| p.value)
                    .or((month == 1).then_some(0.0));
                put(Field::Previous, before.map(Entry::Number));
                put(
                    Field::ThisMonth,
                    before.map(|b| Entry::Number(tidy(value - b))),
                );
                put(Field::Target, ind.target.map(Entry::Number));
                put(
                    Field::Rate,
                    ind.target
                        .map(|t| Entry::Percent((value / t * 1000.0).round() / 10.0)),
                );
            }
        }
        if let Some(state) = now.milestone {
            put(Field::Status, Some(Entry::from(state.name())));
            put(Field::DoneOn, now.done_on.map(Entry::Date));
        }
        if let Some((_, text)) = STREETS.iter().find(|(id, _)| *id == ind.id) {
            put(
                Field::Narrative,
                Some(Entry::Text(format!(
                    "{month}月，{}。",
                    street(text, &ind.id, month)
                ))),
            );
        }
    }
    words(plan, &mut data, past);
    elements(plan, &mut data);
    if own.is_none() {
        data.answers = answers(plan, &data, past);
    }
    data
}

/// A department that knows its figure jumps says so: small counts move in whole steps (R008).
fn answers(plan: &Plan, data: &FormData, past: &Past) -> Vec<[String; 3]> {
    let layout = Layout::new(plan, data);
    let mut answers = Vec::new();
    for slot in data.rows.iter().filter_map(|r| r.slot) {
        let ind = &plan.indicators[plan.slots[slot].indicator];
        let (Some((month, last)), Some(value), Some(target)) = (
            past.figure(slot),
            path::value(&ind.id, data.period.month()),
            ind.target,
        ) else {
            continue;
        };
        let increment = (value - last) / f64::from(data.period.months_since(month));
        let average = last / f64::from(month.month());
        let jumps = ind.kind.is_cumulative()
            && last > 0.0
            && increment > plan.checks.jump_factor * average + 1e-9
            && increment > 0.2 * target;
        if let (true, Some(cell)) = (jumps, layout.slot_cell(data, slot, Field::Cumulative)) {
            let text = format!(
                "{}总数少，本月建成{}{}，属正常进度。",
                ind.name,
                number_text(tidy(value - last)),
                ind.unit.text
            );
            answers.push(["R008".to_owned(), format!("{PROGRESS_SHEET}!{cell}"), text]);
        }
    }
    answers
}

fn street(text: &str, id: &str, month: i8) -> String {
    let seed = i32::from(id.bytes().last().unwrap_or(b'0') - b'0') * 7;
    let m = i32::from(month);
    let numbers = [
        ("{a}", 2 + (seed + m * 5) % 7),
        ("{b}", 180 + (seed * 11 + m * 67) % 290),
        ("{c}", 60 + (seed * 5 + m * 41) % 170),
    ];
    let text = numbers.iter().fold(text.to_owned(), |t, (key, n)| {
        t.replace(key, &n.to_string())
    });
    text.replace("{d}", &(30 + (seed * 3 + m * 29) % 90).to_string())
}

/// The narrative, problems and next steps of each task.
fn words(plan: &Plan, data: &mut FormData, past: &Past) {
    let month = data.period.month();
    let tasks: Vec<(TaskIx, bool)> = data
        .rows
        .iter()
        .map(|r| (r.task, r.slot.is_some()))
        .collect();
    for (task, reports) in tasks {
        let no = plan.tasks[task].no;
        let words = data.words.entry(task).or_default();
        if !reports {
            if let Some(text) = COOPERATION.get(usize::try_from(month - 1).unwrap_or(0) % 6) {
                words.insert(Field::Narrative, Entry::Text(format!("{month}月，{text}")));
            }
            continue;
        }
        let Some(story) = STORIES.iter().find(|s| s.no == no) else {
            continue;
        };
        if !story.work(month).is_empty() {
            words.insert(
                Field::Narrative,
                Entry::Text(narrative(plan, task, story.work(month), month, past)),
            );
        }
        let finished = plan.tasks[task]
            .indicators
            .clone()
            .all(|i| is_done(plan, i, month));
        if !finished {
            words.insert(Field::Problems, Entry::from(story.problem(month)));
            words.insert(Field::NextSteps, Entry::from(story.step(month)));
        }
    }
}

fn is_done(plan: &Plan, indicator: IndIx, month: i8) -> bool {
    let ind = &plan.indicators[indicator];
    match ind.kind {
        Kind::Ongoing => false,
        Kind::Milestone => truth(plan, ind.slots.start, month).done_on.is_some(),
        _ => path::value(&ind.id, month)
            .zip(ind.target)
            .is_some_and(|(v, t)| is_finished(plan, indicator, t, v)),
    }
}

/// The month's work, then the figures that moved, as a department would put them.
fn narrative(plan: &Plan, task: TaskIx, work: &str, month: i8, past: &Past) -> String {
    let mut figures = Vec::new();
    for indicator in plan.tasks[task].indicators.clone() {
        let ind = &plan.indicators[indicator];
        let (Some(value), Some(target)) = (path::value(&ind.id, month), ind.target) else {
            continue;
        };
        let before = past
            .previous(ind.slots.start)
            .and_then(|p| p.value)
            .unwrap_or(0.0);
        let (text, unit) = (number_text(value), &ind.unit.text);
        if !ind.kind.is_cumulative() {
            figures.push(format!("{}为{text}{unit}", ind.name));
        } else if is_finished(plan, indicator, target, value) {
            if value > before || month % 3 == 0 {
                figures.push(format!("{}{text}{unit}，已达到年度目标", ind.name));
            }
        } else if value > before {
            figures.push(format!(
                "{}累计{text}{unit}，比上期增加{}{unit}",
                ind.name,
                number_text(tidy(value - before))
            ));
        } else if value > 0.0 && figures.len() < 2 {
            figures.push(format!("{}仍为{text}{unit}", ind.name));
        }
    }
    // A long list is left to the cells.
    figures.truncate(5);
    if figures.is_empty() {
        format!("{month}月，{work}")
    } else {
        format!("{month}月，{work}截至{month}月底，{}。", figures.join("；"))
    }
}

/// 工作方案: known from January on; the money grows over the year.
fn elements(plan: &Plan, data: &mut FormData) {
    let month = f64::from(data.period.month());
    for row in &mut data.elements {
        let no = plan.tasks[row.task].no;
        let Some(&(_, measures, acceptance, funding, planned)) =
            ELEMENTS.iter().find(|e| e.0 == no)
        else {
            continue;
        };
        row.cells
            .insert(ElementField::Measures, Entry::from(measures));
        row.cells
            .insert(ElementField::Acceptance, Entry::from(acceptance));
        row.cells
            .insert(ElementField::Funding, Entry::from(funding));
        row.cells.insert(
            ElementField::Deadline,
            Entry::Date(plan.tasks[row.task].deadline.unwrap_or(date(2024, 12, 31))),
        );
        row.cells.insert(ElementField::Leader, Entry::from("李四"));
        row.cells.insert(ElementField::Contact, Entry::from("张三"));
        row.cells
            .insert(ElementField::Phone, Entry::from("13800000000"));
        if data.asks_money {
            let share = |k: f64| (planned * (k * month / 12.0).min(1.0)).round();
            row.cells
                .insert(ElementField::Planned, Entry::Number(planned));
            row.cells
                .insert(ElementField::Arrived, Entry::Number(share(1.15)));
            row.cells.insert(
                ElementField::Paid,
                Entry::Number(share(0.8 + f64::from(no % 4) * 0.05)),
            );
        }
    }
}
