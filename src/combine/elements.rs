//! The four elements (四要素) and the money.

use crate::check::{Checked, Element, Money, TaskElements};
use crate::intake::dates;
use crate::intake::submission::ElementField;
use crate::plan::TaskIx;

use super::facts::{ElementsFacts, ElementsOverall, TaskFacts};
use super::figure::{Figure, len};
use super::id::{Part, Subject};
use super::origin::Origin;

/// One task's.
pub fn of_task(checked: &Checked, ix: TaskIx) -> ElementsFacts {
    let none = TaskElements::default();
    let found = checked.elements.get(ix).unwrap_or(&none);
    let of = Subject::Task(ix);
    let four = [
        &found.measures,
        &found.deadline,
        &found.acceptance,
        &found.funding,
    ];
    let missing: Vec<&'static str> = ElementField::FOUR
        .into_iter()
        .zip(four)
        .filter(|(_, e)| e.is_none())
        .map(|(field, _)| field.chinese())
        .collect();
    let text = |e: &Option<Element>| e.as_ref().map(|e| e.text.clone());
    let money = |part, m: &Option<Money>| {
        let from = [Origin::Money(ix, part)];
        Some(Figure::value(of.at(part), m.as_ref()?.value, MONEY, from))
    };
    let planned = money(Part::Planned, &found.planned);
    let arrived = money(Part::Arrived, &found.arrived);
    let paid = money(Part::Paid, &found.paid);
    let deadline = found.deadline.as_ref();
    ElementsFacts {
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
        arrived_rate: share(of, Part::ArrivedRate, arrived.as_ref(), planned.as_ref()),
        paid_rate: share(of, Part::PaidRate, paid.as_ref(), arrived.as_ref()),
        planned,
        arrived,
        paid,
        leader: found.leader.clone(),
        contact: found.contact.clone(),
    }
}

const MONEY: &str = "万元";

/// All tasks together. Money adds up over the tasks that give it, in plan order.
pub fn overall(tasks: &[TaskFacts]) -> ElementsOverall {
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
    let total = |part, pick: fn(&ElementsFacts) -> Option<&Figure>| {
        let given = tasks.iter().filter_map(|t| pick(&t.elements));
        given.clone().next()?;
        let sum = given.clone().map(|f| f.value).sum();
        Some(Figure::value(
            of.at(part),
            sum,
            MONEY,
            given.map(Figure::origin),
        ))
    };
    let planned = total(Part::Planned, |e| e.planned.as_ref());
    let arrived = total(Part::Arrived, |e| e.arrived.as_ref());
    let paid = total(Part::Paid, |e| e.paid.as_ref());
    ElementsOverall {
        complete_tasks: Figure::count(of.at(Part::Complete), len(complete.count()), "件", each()),
        completeness: Figure::percent(of.at(Part::Completeness), completeness, each()),
        arrived_rate: share(of, Part::ArrivedRate, arrived.as_ref(), planned.as_ref()),
        paid_rate: share(of, Part::PaidRate, paid.as_ref(), arrived.as_ref()),
        planned,
        arrived,
        paid,
    }
}

/// A share of the money in per cent; `None` without both figures, or of nothing.
fn share(of: Subject, id: Part, part: Option<&Figure>, whole: Option<&Figure>) -> Option<Figure> {
    let (part, whole) = part.zip(whole).filter(|(_, whole)| whole.value > 0.0)?;
    let share = part.value / whole.value * 100.0;
    Some(Figure::percent(
        of.at(id),
        share,
        [part.origin(), whole.origin()],
    ))
}
