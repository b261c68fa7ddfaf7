//! The four elements (四要素) and the money.

use std::collections::BTreeSet;

use crate::check::{Element, Money, TaskElements};
use crate::intake::dates;
use crate::intake::submission::ElementField;

use super::facts::{ElementsFacts, ElementsOverall, TaskFacts};
use super::prelude::*;

/// One task's.
pub fn of_task(plan: &Plan, checked: &Checked, ix: TaskIx) -> ElementsFacts {
    let none = TaskElements {
        task: ix,
        ..TaskElements::default()
    };
    let found = checked.elements.get(ix).unwrap_or(&none);
    let of = Subject::Task(ix);
    let missing: Vec<&'static str> = found.missing(plan).map(ElementField::chinese).collect();
    // What the latest 工作方案 leaves blank and an earlier one gave stands with the earlier one's month.
    let text = |e: &Option<Element>| {
        let e = e.as_ref()?;
        let old = e.period.filter(|_| e.period != found.filed);
        Some(match old {
            Some(period) => format!("{}（{}报送）", e.text, period.chinese()),
            None => e.text.clone(),
        })
    };
    let money = |part, m: &Option<Money>| {
        let from = [Origin::Money(ix, part)];
        Some(Figure::value(of.at(part), m.as_ref()?.value, MONEY, from))
    };
    let planned = money(Part::Planned, &found.planned);
    let arrived = money(Part::Arrived, &found.arrived);
    let paid = money(Part::Paid, &found.paid);
    let is_doubtful = found.is_doubtful(plan);
    let rate = |part, of_part: &Option<Figure>, whole: &Option<Figure>| {
        let known = of_part
            .as_ref()
            .zip(whole.as_ref())
            .filter(|_| !is_doubtful);
        known.and_then(|(part_of, whole)| share(of, part, &[part_of], &[whole]))
    };
    let deadline = found.deadline.as_ref();
    let amounts = [&found.planned, &found.arrived, &found.paid];
    ElementsFacts {
        filed: found.filed,
        money_of: amounts.into_iter().flatten().map(|m| m.period).max(),
        is_doubtful,
        measures: text(&found.measures),
        deadline: text(&found.deadline),
        deadline_on: deadline.and_then(|e| dates::one_day(&e.text)),
        acceptance: text(&found.acceptance),
        funding: text(&found.funding),
        present: Figure::count(
            of.at(Part::Elements),
            len(ElementField::FOUR.len() - missing.len()),
            "项",
            [Origin::Elements(ix)],
        ),
        missing,
        arrived_rate: rate(Part::ArrivedRate, &arrived, &planned),
        paid_rate: rate(Part::PaidRate, &paid, &arrived),
        planned,
        arrived,
        paid,
        leader: found.leader.clone(),
        contact: found.contact.clone(),
    }
}

const MONEY: &str = "万元";

/// Which of a task's amounts.
type Amount = fn(&ElementsFacts) -> Option<&Figure>;

/// All tasks together. Money adds up over the tasks that give it and of which none is doubtful, in plan order.
pub fn overall(plan: &Plan, tasks: &[TaskFacts]) -> ElementsOverall {
    let of = Subject::Elements;
    let present: f64 = tasks.iter().map(|t| t.elements.present.value).sum();
    let complete = tasks.iter().filter(|t| t.elements.missing.is_empty());
    let all = ElementField::FOUR.len() * tasks.len();
    let completeness = if all == 0 {
        0.0
    } else {
        present / all as f64 * 100.0
    };
    let each = || tasks.iter().map(|t| t.elements.present.origin());
    let counted = || tasks.iter().filter(|t| !t.elements.is_doubtful);
    let [planned, arrived, paid]: [Amount; 3] = [
        |e| e.planned.as_ref(),
        |e| e.arrived.as_ref(),
        |e| e.paid.as_ref(),
    ];
    let total = |part, pick: Amount| {
        let given = counted().filter_map(|t| pick(&t.elements));
        given.clone().next()?;
        let sum = given.clone().map(|f| f.value).sum();
        let from = given.map(Figure::origin);
        Some(Figure::value(of.at(part), sum, MONEY, from))
    };
    // A share of what is known of both: a task that gives one amount alone has none.
    let rate = |id, part: Amount, whole: Amount| {
        let both = counted().filter_map(|t| Some((part(&t.elements)?, whole(&t.elements)?)));
        let (parts, wholes): (Vec<&Figure>, Vec<&Figure>) = both.unzip();
        share(of, id, &parts, &wholes)
    };
    let leads: BTreeSet<DeptIx> = tasks.iter().map(|t| t.lead).collect();
    let funded: Vec<&TaskFacts> = counted()
        .filter(|t| t.elements.money_of.is_some())
        .collect();
    let funding: BTreeSet<DeptIx> = funded.iter().map(|t| t.lead).collect();
    let of_money = funded
        .iter()
        .flat_map(|t| [planned, arrived, paid].map(|pick| pick(&t.elements)))
        .flatten()
        .map(Figure::origin);
    ElementsOverall {
        asked: plan.asks_elements(),
        complete_tasks: Figure::count(
            of.at(Part::Complete),
            len(complete.count()),
            plan.counter(),
            each(),
        ),
        completeness: Figure::percent(of.at(Part::Completeness), completeness, each()),
        funded: Figure::count(of.at(Part::Funded), len(funding.len()), "个", of_money),
        leads: Figure::count(of.at(Part::Leads), len(leads.len()), "个", each()),
        arrived_rate: rate(Part::ArrivedRate, arrived, planned),
        paid_rate: rate(Part::PaidRate, paid, arrived),
        planned: total(Part::Planned, planned),
        arrived: total(Part::Arrived, arrived),
        paid: total(Part::Paid, paid),
    }
}

/// A share of the money in per cent; `None` of nothing.
fn share(of: Subject, id: Part, parts: &[&Figure], wholes: &[&Figure]) -> Option<Figure> {
    let sum = |figures: &[&Figure]| figures.iter().map(|f| f.value).sum::<f64>();
    let whole = Some(sum(wholes)).filter(|whole| *whole > 0.0)?;
    let from = parts.iter().chain(wholes).map(|f| f.origin());
    Some(Figure::percent(of.at(id), sum(parts) / whole * 100.0, from))
}
